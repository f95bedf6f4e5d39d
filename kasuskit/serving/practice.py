"""The practice page and the line between it and its kernel."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import zlib
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.iostream import StreamBufferFullError, StreamClosedError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from kasuskit.classroom import Person
from kasuskit.messages import KasusError
from kasuskit.serving.doors import COOKIE, Door, Sorry, knows_host, patience, say_when, start_address
from kasuskit.serving.envelope import read_envelope, widget_content
from kasuskit.serving.ledger import Page
from kasuskit.serving.limits import Hearing, Verdict
from kasuskit.serving.rendering import PageContent, PracticeRenderer
from kasuskit.serving.reserve import ReadyKernel
from kasuskit.training import CaseCard

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")

MOST_CASES_OF_ONE = 4
_LINE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
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
    hearing: Hearing

    def handle_incoming_message(self, incoming_msg: str | bytes) -> None:
        """Take a message from the browser."""
        if not self._may_go_on(self.hearing.judge(len(incoming_msg))):
            return
        told = read_envelope(incoming_msg)
        kind = told.get("header", {}).get("msg_type")
        if kind == "ping":
            self._tell({"header": {"msg_type": "pong"}})
        elif kind == "comm_msg" and self.channels:
            content = widget_content(told.get("content"), self.page.comms)
            if content is not None and self._may_go_on(self.hearing.judge_for_kernel()):
                sent = self.session.send(self.channels["shell"], "comm_msg", content)
                self.hearing.asked(sent["header"]["msg_id"])

    def _may_go_on(self, verdict: Verdict) -> bool:
        """Return whether a message is taken; where not, say so, or hang up."""
        if verdict is Verdict.SLOW:
            self._tell({"header": {"msg_type": "slow"}})
        elif verdict is Verdict.END:
            log.warning("a line was closed: it said too much")
            self.websocket_handler.close(1008)
        return verdict is Verdict.TAKE

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Take a message from the kernel."""
        if getattr(stream, "channel", "") != "iopub":
            return
        _, parts = self.session.feed_identities(outgoing_msg)
        message = self.session.deserialize(parts)
        if message["content"].get("execution_state") == "idle":
            self.hearing.answered(message["parent_header"].get("msg_id"))
        if message["header"]["msg_type"] == "comm_msg" and message["content"]["comm_id"] in self.page.comms:
            self._tell({"header": {"msg_type": "comm_msg"}, "content": message["content"]})

    def disconnect(self) -> None:
        """Let go of the kernel; the channels of the last line, which Jupyter closes and keeps, too."""
        super().disconnect()
        self.channels: dict[str, Any] = {}

    def on_restart_failed(self) -> None:
        """Hang up when the kernel is dead; the page then asks for another."""
        self.websocket_handler.close()

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            told = self.websocket_handler.write_message(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
            told.add_done_callback(lambda told: told.cancelled() or told.exception())  # who left does not matter
        except WebSocketClosedError:
            log.debug("the browser went away")
        except StreamBufferFullError:  # it asks, and does not read what it is told
            log.warning("a line was cut: nothing was read on the other side")
            self.websocket_handler.ws_connection.stream.close()


class LineDoor(VoilaKernelWebsocketHandler):
    """Voila's websocket, for the participant to whom the page was served."""

    page: Page | None = None

    @property
    def kit(self) -> KasusApp:
        """The server."""
        return cast("KasusApp", self.settings["kasuskit"])

    def set_default_headers(self) -> None:
        """Say as little as the pages do."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    async def get(self, kernel_id: str) -> None:
        """Open the line."""
        host = self.request.host.lower()
        if self.request.headers.get("Origin", "").lower() not in (f"http://{host}", f"https://{host}"):
            raise HTTPError(403)
        if not _LINE_NAME.fullmatch(self.get_argument("session_id", "")):  # it names the line to the kernel
            raise HTTPError(400)
        person = self.current_user
        self.page = self.kit.ledger.page(kernel_id, person.id) if person else None
        if person is None or self.page is None or kernel_id not in self.kernel_manager:
            raise HTTPError(404)
        with self.kit.limits.line(person.id) as wait:
            patience("serving.S553", wait)
            try:
                await super().get(kernel_id)
            except (zlib.error, UnicodeDecodeError):  # frames that cannot be unpacked; Tornado has closed the line
                log.info("a line was cut: it could not be read")

    async def prepare(self, *_args: Any, **_kwargs: Any) -> None:
        """Look who is there, without Jupyter's own sign-in."""
        if not knows_host(self.kit, self.request.host):
            raise HTTPError(403)
        patience("serving.S550", self.kit.limits.request(self.request.remote_ip or ""))
        token = self.get_cookie(COOKIE)
        self.current_user = await asyncio.to_thread(self.kit.room.person_by_token, token) if token else None
        if self.current_user is None:
            raise HTTPError(403)

    async def pre_get(self) -> None:
        """Tell the line which page it is for."""
        await super().pre_get()
        self.connection.page = self.page
        self.connection.hearing = self.kit.limits.hearing(self.page and self.page.person_id)

    async def open(self, kernel_id: str) -> None:
        """Note the connection."""
        assert self.page is not None
        self.page.lines.add(self)
        await super().open(kernel_id)

    def on_close(self) -> None:
        """Strike the connection out; a browser may also leave before it was noted."""
        if self.page is not None:
            self.page.lines.discard(self)
        if self.ping_callback is not None:  # else it keeps all this until the next ping would be due
            self.ping_callback.stop()
        if getattr(self, "connection", None) is not None:
            super().on_close()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer without words: a script listens, not a person."""
        say_when(self, kwargs)
        self.set_header("Content-Type", "text/plain")
        self.finish("")
