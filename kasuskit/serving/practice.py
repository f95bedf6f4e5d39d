"""The practice page and the line between it and its kernel."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from kasuskit.classroom import Person
from kasuskit.messages import KasusError
from kasuskit.serving.doors import COOKIE, Door, Sorry, knows_host, start_address
from kasuskit.serving.ledger import Page
from kasuskit.serving.rendering import PageContent, PracticeRenderer
from kasuskit.serving.reserve import ReadyKernel
from kasuskit.training import CaseCard

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")

MOST_CASES_OF_ONE = 4
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
        self._refuse_too_many(person, case)
        await self._send(person, case)

    def _refuse_too_many(self, person: Person, case: CaseCard) -> None:
        """Let nobody take ever more kernels; a case that is open already needs no other."""
        self.kit.strike_out_ended()
        pages = self.kit.ledger.of_person(person.id)
        if any(page.case == case.id for page in pages):
            return
        if sum(1 for page in pages if page.lines) >= MOST_CASES_OF_ONE:
            raise Sorry(429, KasusError("serving.S507", most=MOST_CASES_OF_ONE))
        if len(self.kit.ledger) >= self.kit.most_kernels:
            raise Sorry(503, KasusError("serving.S508"))

    async def _send(self, person: Person, case: CaseCard) -> None:
        pages = self.kit.pages
        content = PageContent(pages.lang, pages.served)
        opened: list[Page] = []

        async def take_kernel() -> ReadyKernel:
            kernel, page = await self.kit.kernel_for(person.id, case.id)
            opened.append(page)
            return kernel

        renderer = PracticeRenderer(
            notebook=self.kit.notebook,
            take_kernel=take_kernel,
            person={"KASUSKIT_PERSON": str(person.id), "KASUSKIT_CASE": case.id},
            page=self._texts(case) | {"content": content},
            **self.kit.renderer_settings(),
        )
        try:
            await self._stream(renderer, content)
            for page in opened:
                page.comms |= {view["model_id"] for view in content.views}
            await self.finish()
        except StreamClosedError:
            log.debug("the browser went away")
        finally:
            if renderer.kernel is not None:
                renderer.kernel.client.stop_channels()
        for page in opened:
            self.kit.retire_later(self.kit.ledger.earlier(page))

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

    def _texts(self, case: CaseCard) -> dict[str, Any]:
        pages = self.kit.pages
        styles = [pages.served(name) for name in ("page.css", "practice.css")]
        scripts = [pages.served(name) for name in ("host.js", "practice.js")]
        return {name: pages.say(f"page.{name}") for name in _SHOWN} | {
            "lang": pages.lang,
            "title": pages.say("page.title", title=case.title),
            "start": self.kit.base_url,
            "exit": f"{self.kit.base_url}kalender",
            "host": pages.served("host.js"),
            "old": pages.served("old.js"),
            "no_script_style": pages.served("noscript.css"),
            "styles": [address for address in styles if address],
            "scripts": [address for address in scripts if address],
        }


class PageLine(ZMQChannelsWebsocketConnection):
    """Lets through what a page's widgets say to each other, and nothing else.

    From the browser: ``comm_msg`` to a widget of this page, and ``ping``, which is answered here. From the
    kernel: ``comm_msg``, and the word that the kernel is dead. Both without the parts nobody reads.
    """

    page: Page

    def handle_incoming_message(self, incoming_msg: str | bytes) -> None:
        """Take a message from the browser."""
        told = _read(incoming_msg)
        kind = told.get("header", {}).get("msg_type")
        if kind == "ping":
            self._tell({"header": {"msg_type": "pong"}})
        elif kind == "comm_msg" and self.channels:
            content = _comm_content(told.get("content"), self.page.comms)
            if content is not None:
                self.session.send(self.channels["shell"], "comm_msg", content)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Take a message from the kernel."""
        if getattr(stream, "channel", "") != "iopub":
            return
        _, parts = self.session.feed_identities(outgoing_msg)
        message = self.session.deserialize(parts)
        if message["header"]["msg_type"] == "comm_msg" and message["content"]["comm_id"] in self.page.comms:
            self._tell({"header": {"msg_type": "comm_msg"}, "content": message["content"]})

    def on_restart_failed(self) -> None:
        """Hang up when the kernel is dead; the page then asks for another."""
        self.websocket_handler.close()

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self.write_message(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
        except WebSocketClosedError:
            log.debug("the browser went away")


def _read(message: str | bytes) -> dict[str, Any]:
    """Return what a browser sent, or nothing when it is not in order."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    in_order = isinstance(told, dict) and isinstance(told.get("header"), dict)
    return cast("dict[str, Any]", told) if in_order else {}


def _comm_content(content: Any, comms: set[str]) -> dict[str, Any] | None:
    """Return a widget message made anew from what was sent, or None when it is not for a widget here."""
    comm_id, data = (content.get("comm_id"), content.get("data")) if isinstance(content, dict) else (None, None)
    if not isinstance(comm_id, str) or comm_id not in comms:
        return None
    if not isinstance(data, dict) or data.get("method") not in ("custom", "update"):
        return None
    return {"comm_id": comm_id, "data": data}


class LineDoor(VoilaKernelWebsocketHandler):
    """Voila's websocket, for the participant to whom the page was served."""

    page: Page | None = None

    @property
    def kit(self) -> KasusApp:
        """The server."""
        return cast("KasusApp", self.settings["kasuskit"])

    async def get(self, kernel_id: str) -> None:
        """Open the line."""
        if self.request.headers.get("Origin") is None:
            raise HTTPError(403)
        person = self.current_user
        self.page = self.kit.ledger.page(kernel_id, person.id) if person else None
        if self.page is None or kernel_id not in self.kernel_manager:
            raise HTTPError(404)
        await super().get(kernel_id)

    async def prepare(self, *_args: Any, **_kwargs: Any) -> None:
        """Look who is there, without Jupyter's own sign-in."""
        if not knows_host(self.kit, self.request.host):
            raise HTTPError(403)
        token = self.get_cookie(COOKIE)
        self.current_user = await asyncio.to_thread(self.kit.room.person_by_token, token) if token else None
        if self.current_user is None:
            raise HTTPError(403)

    async def pre_get(self) -> None:
        """Tell the line which page it is for."""
        await super().pre_get()
        self.connection.page = self.page

    async def open(self, kernel_id: str) -> None:
        """Note the connection."""
        assert self.page is not None
        self.page.lines.add(self)
        await super().open(kernel_id)

    def on_close(self) -> None:
        """Strike the connection out; a browser may also leave before it was noted."""
        if self.page is not None:
            self.page.lines.discard(self)
        if getattr(self, "connection", None) is not None:
            super().on_close()

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Answer without words: a script listens, not a person."""
        self.set_header("Content-Type", "text/plain")
        self.finish("")
