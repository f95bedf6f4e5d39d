"""What the pages that run a notebook have in common: whose kernel it is, the queue, limits, streaming."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tornado.iostream import StreamClosedError

from kasuskit.classroom import Person
from kasuskit.serving.doors import Door, patience
from kasuskit.serving.rendering import NotebookPage, PageContent, PracticeRenderer
from kasuskit.serving.reserve import ReadyKernel, rejoin
from kasuskit.serving.seats import Seat
from kasuskit.serving.waiting import ASK_AGAIN

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")

_SHOWN = ("practice", "not_real", "leave", "cases", "help", "too_old")


class NotebookDoor(Door):
    """Runs a notebook for a participant, in the one kernel that is hers."""

    def may_open(self, person: Person) -> bool:
        """Return whether there is a seat for her now; where not, say so, and how many go first.

        Raises
        ------
        Sorry
            429 (S553) when she opens pages too fast.
        """
        patience("serving.S553", self.kit.limits.page(person.id))
        place = self.kit.place_in_queue(person.id)
        if place:  # the page asks again by itself
            self.set_status(503)
            self.set_header("Retry-After", str(ASK_AGAIN))
            self.set_header("Refresh", str(ASK_AGAIN))
            self.finish(self.kit.pages.draw("waiting", place=place, address=self.request.path))
        return not place

    async def send(self, person: Person, page: NotebookPage) -> None:
        """Send a page: its head at once, the rest when the notebook has run."""
        taken: list[Seat] = []

        async def take_kernel() -> ReadyKernel:
            seat = await self.kit.seat_for(person.id)
            await seat.running.acquire()  # the cells of another page of this participant run first
            taken.append(seat)
            if not await rejoin(seat.kernel):
                raise TimeoutError("the kernel does not answer")
            return seat.kernel

        renderer = renderer_of(self.kit, page, take_kernel)
        try:
            await self._stream(renderer, page.content)
            for seat in taken:
                seat.comms |= {view["model_id"] for view in page.content.views}
            await self.finish()
        except StreamClosedError:
            log.debug("the browser went away")
        finally:
            for seat in taken:
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
            log.exception("a page could not be drawn")
            content.fail("S510")
            boot = content.boot("", self.kit.base_url)
            self.write(f'<script type="application/json" id="kasuskit-boot">{boot}</script></body></html>')


def renderer_of(
    kit: KasusApp, page: NotebookPage, take_kernel: Callable[[], Awaitable[ReadyKernel]]
) -> PracticeRenderer:
    """Return what draws a page."""
    return PracticeRenderer(page=page, take_kernel=take_kernel, **kit.renderer_settings())


def page_texts(kit: KasusApp, title: str, styles: tuple[str, ...], scripts: tuple[str, ...]) -> dict[str, Any]:
    """Return what the templates of all these pages need: words, and addresses of scripts and styles."""
    pages = kit.pages
    return {name: pages.say(f"page.{name}") for name in _SHOWN} | {
        "lang": pages.lang,
        "title": pages.say("page.title", title=title),
        "start": kit.base_url,
        "exit": f"{kit.base_url}kalender",
        "host": pages.served("host.js"),
        "old": pages.served("old.js"),
        "no_script_style": pages.served("noscript.css"),
        "styles": [address for name in styles if (address := pages.served(name))],
        "scripts": [address for name in scripts if (address := pages.served(name))],
    }
