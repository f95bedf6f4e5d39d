"""The practice page: the notebook, run for one participant and one case."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

from kasuskit.classroom import Person
from kasuskit.serving.doors import start_address
from kasuskit.serving.notebook_page import NotebookDoor, page_texts, renderer_of
from kasuskit.serving.rendering import NotebookPage, PageContent, read_notebook
from kasuskit.serving.reserve import ReadyKernel
from kasuskit.training import CaseCard
from kasuskit.training.tasks import TaskCard

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp


class PracticeDoor(NotebookDoor):
    """Runs the practice notebook for this participant and this case."""

    async def get(self, case_id: str) -> None:
        """Send the page: its head at once, the rest when the notebook has run."""
        case = await asyncio.to_thread(self.kit.offer.task, case_id)  # a task's form may have to be read first
        if case is None:
            raise HTTPError(404)
        person = self.person()
        if person is None:
            self.redirect(start_address(self.kit, case_id), status=303)
        elif self.may_open(person):
            await self.send(person, await self._page(person, case))

    async def _page(self, person: Person, case: CaseCard | TaskCard) -> NotebookPage:
        page = _page(self.kit, case)
        page.env["KASUSKIT_TRACK"] = await self.kit.progress.track(person.id)
        page.texts["back"] = self._way_back()
        return page

    def _way_back(self) -> dict[str, str] | None:
        """Return the link to the lesson that the practice was opened from (``?dari=05``), if the course has it."""
        lesson = self.kit.offer.lesson(self.get_query_argument("dari", ""))
        if lesson is None:
            return None
        say = self.kit.pages.say
        words = {"words": say("page.to_lesson", id=lesson.id, title=lesson.title), "label": say("page.back")}
        return {"address": f"{self.kit.base_url}pelajaran/{lesson.id}", **words}


async def rehearse(kit: KasusApp, kernel: ReadyKernel) -> None:
    """Draw a page for nobody, so that the first participant does not wait for what is only needed once."""
    cases = kit.cases()
    if not cases:
        return

    async def take_kernel() -> ReadyKernel:
        return kernel

    renderer = renderer_of(kit, _page(kit, cases[0]), take_kernel)
    await renderer.initialize()
    async for _ in renderer.generate_content_generator():
        pass


def _page(kit: KasusApp, case: CaseCard | TaskCard) -> NotebookPage:
    pages = kit.pages
    texts: dict[str, Any] = page_texts(kit, case.title, ("page.css", "practice.css"), ("host.js", "practice.js"))
    texts |= {name: pages.say(f"page.{name}") for name in ("wait", "no_script")} | {"back": None}
    return NotebookPage(
        template="practice",
        notebook=lambda: read_notebook(kit.notebook),
        content=PageContent(pages.lang, pages.served),
        env={"KASUSKIT_CASE": case.id},
        texts=texts,
    )
