"""The practice page: the notebook, run for one participant and one case."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from kasuskit.classroom import Person
from kasuskit.serving.doors import Door, patience, start_address
from kasuskit.serving.rendering import PageContent, PracticeRenderer
from kasuskit.serving.reserve import ReadyKernel, rejoin
from kasuskit.serving.seats import Page, Seat
from kasuskit.serving.waiting import ASK_AGAIN
from kasuskit.training import CaseCard

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")

_SHOWN = ("practice", "not_real", "leave", "cases", "help", "wait", "no_script", "too_old")


class PracticeDoor(Door):
    """Runs the practice notebook for this participant and this case."""

    async def get(self, case_id: str) -> None:
        """Send the page: its head at once, the rest when the notebook has run."""
        person = self.person()
        if person is None:
            self.redirect(start_address(self.kit, case_id), status=303)
            return
        case = next((case for case in self.kit.cases() if case.id == case_id), None)
        if case is None:
            raise HTTPError(404)
        patience("serving.S553", self.kit.limits.page(person.id))
        waits = self.kit.place_in_queue(person.id)
        if waits:
            self._wait(waits, case)
        else:
            await self._send(person, case)

    def _wait(self, place: int, case: CaseCard) -> None:
        """Say that the class is full, and how many go first; the page asks again by itself."""
        self.set_status(503)
        self.set_header("Retry-After", str(ASK_AGAIN))
        self.set_header("Refresh", str(ASK_AGAIN))
        self.finish(self.kit.pages.draw("waiting", place=place, case=case))

    async def _send(self, person: Person, case: CaseCard) -> None:
        pages = self.kit.pages
        content = PageContent(pages.lang, pages.served)
        taken: list[tuple[Seat, Page]] = []

        async def take_kernel() -> ReadyKernel:
            seat = await self.kit.seat_for(person.id)
            await seat.running.acquire()  # the cells of another page of this participant run first
            taken.append((seat, seat.page(case.id)))
            if not await rejoin(seat.kernel):
                raise TimeoutError("the kernel does not answer")
            return seat.kernel

        renderer = _renderer(self.kit, case, content, take_kernel)
        try:
            await self._stream(renderer, content)
            for _, page in taken:
                page.comms |= {view["model_id"] for view in content.views}
            await self.finish()
        except StreamClosedError:
            log.debug("the browser went away")
        finally:
            for seat, _ in taken:
                seat.kernel.hang_up()
                seat.running.release()
                seat.touch()

    async def _stream(self, renderer: PracticeRenderer, content: PageContent) -> None:
        """Write the page piece by piece; what fails after the head was sent is told in the page's body."""
        try:
            await renderer.initialize()
            async for piece, _ in renderer.generate_content_generator():
                self.write(piece)
                if "</footer>" in piece:
                    await self.flush()
        except StreamClosedError:
            raise
        except Exception:
            if not self._headers_written:
                raise
            log.exception("the practice page could not be drawn")
            content.fail("S510")
            boot = content.boot("", self.kit.base_url)
            self.write(f'<script type="application/json" id="kasuskit-boot">{boot}</script></body></html>')


async def rehearse(kit: KasusApp, kernel: ReadyKernel) -> None:
    """Draw a page for nobody, so that the first participant does not wait for what is only needed once."""
    cases = kit.cases()
    if not cases:
        return

    async def take_kernel() -> ReadyKernel:
        return kernel

    renderer = _renderer(kit, cases[0], PageContent(kit.pages.lang, kit.pages.served), take_kernel)
    await renderer.initialize()
    async for _ in renderer.generate_content_generator():
        pass


def _renderer(
    kit: KasusApp, case: CaseCard, content: PageContent, take_kernel: Callable[[], Awaitable[ReadyKernel]]
) -> PracticeRenderer:
    return PracticeRenderer(
        notebook=kit.notebook,
        take_kernel=take_kernel,
        case=case.id,
        page=_texts(kit, case) | {"content": content},
        **kit.renderer_settings(),
    )


def _texts(kit: KasusApp, case: CaseCard) -> dict[str, Any]:
    pages = kit.pages
    styles = [pages.served(name) for name in ("page.css", "practice.css")]
    scripts = [pages.served(name) for name in ("host.js", "practice.js")]
    return {name: pages.say(f"page.{name}") for name in _SHOWN} | {
        "lang": pages.lang,
        "title": pages.say("page.title", title=case.title),
        "start": kit.base_url,
        "exit": f"{kit.base_url}kalender",
        "host": pages.served("host.js"),
        "old": pages.served("old.js"),
        "no_script_style": pages.served("noscript.css"),
        "styles": [address for address in styles if address],
        "scripts": [address for address in scripts if address],
    }
