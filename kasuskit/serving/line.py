"""The line between a page in a browser and its widgets in a kernel."""

from __future__ import annotations

import asyncio
import json
import logging
import zlib
from typing import TYPE_CHECKING, Any, cast

from tornado.iostream import StreamBufferFullError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from kasuskit.serving.doors import COOKIE, knows_host, patience, say_when
from kasuskit.serving.envelope import read_envelope, widget_content
from kasuskit.serving.limits import Hearing, Verdict
from kasuskit.serving.seats import Seat

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")


class LineDoor(WebSocketHandler):
    """Lets through what a page's widgets say to each other, and nothing else, for the participant it was served to.

    From the browser: ``comm_msg`` to a widget of hers, and ``ping``, which is answered here. From the kernel:
    ``comm_msg``. Both without the parts nobody reads.
    """

    seat: Seat | None = None
    token = ""
    hearing: Hearing

    def initialize(self) -> None:
        """Know no widget yet."""
        self.comms: set[str] = set()

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

    async def prepare(self) -> None:
        """Look who is there."""
        if not knows_host(self.kit, self.request.host):
            raise HTTPError(403)
        patience("serving.S550", self.kit.limits.request(self.request.remote_ip or ""))
        self.token = self.get_cookie(COOKIE) or ""
        known = self.kit.room.person_by_token
        self.current_user = await asyncio.to_thread(known, self.token) if self.token else None
        if self.current_user is None:
            raise HTTPError(403)

    async def get(self, *args: str, **kwargs: str) -> None:
        """Open the line."""
        host = self.request.host.lower()
        if self.request.headers.get("Origin", "").lower() not in (f"http://{host}", f"https://{host}"):
            raise HTTPError(403)
        self.seat = self.kit.seats.find(kwargs["kernel_id"], self.current_user.id)
        if self.seat is None:
            raise HTTPError(404)
        self.hearing = self.kit.limits.hearing(self.seat.person)
        with self.kit.limits.line(self.seat.person) as wait:
            patience("serving.S553", wait)
            try:
                await super().get(*args, **kwargs)  # which returns when the line is closed
            except (zlib.error, UnicodeDecodeError):  # frames that cannot be unpacked; Tornado has closed the line
                log.info("a line was cut: it could not be read")

    def get_compression_options(self) -> dict[str, Any]:
        """Compress: the feedback on a whole form is long."""
        return {}

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Note the connection; the kernel may have ended since it was asked for."""
        assert self.seat is not None
        self.set_nodelay(True)
        if self.kit.seats.find(self.seat.id, self.seat.person) is None:
            self.close()
        else:
            self.seat.join(self)

    def on_message(self, message: str | bytes) -> None:
        """Take a message from the browser."""
        if not self._may_go_on(self.hearing.judge(len(message))):
            return
        told = read_envelope(message)
        kind = told.get("header", {}).get("msg_type")
        if kind == "ping":
            self._send({"header": {"msg_type": "pong"}})
        elif kind == "comm_msg" and self.seat is not None:
            content = widget_content(told.get("content"), self.seat.comms.__contains__)
            if content is not None and self._may_go_on(self.hearing.judge_for(self.seat.backlog)):
                self.comms.add(content["comm_id"])
                self.seat.tell(**content)

    def _may_go_on(self, verdict: Verdict) -> bool:
        """Return whether a message is taken; where not, say so, or hang up."""
        if verdict is Verdict.SLOW:
            self._send({"header": {"msg_type": "slow"}})
        elif verdict is Verdict.END:
            log.warning("a line was closed: it said too much")
            self.close(1008)
        return verdict is Verdict.TAKE

    def tell(self, comm_id: str, data: dict[str, Any]) -> None:
        """Send what a widget says."""
        self._send({"header": {"msg_type": "comm_msg"}, "content": {"comm_id": comm_id, "data": data}})

    def _send(self, message: dict[str, Any]) -> None:
        try:
            sent = self.write_message(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
            sent.add_done_callback(lambda sent: sent.cancelled() or sent.exception())  # who left does not matter
        except WebSocketClosedError:
            log.debug("the browser went away")
        except StreamBufferFullError:  # it asks, and does not read what it is told
            log.warning("a line was cut: nothing was read on the other side")
            self.on_connection_close()

    def on_close(self) -> None:
        """Strike the connection out."""
        if self.seat is not None:
            self.seat.leave(self)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer without words: a script listens, not a person."""
        say_when(self, kwargs)
        self.set_header("Content-Type", "text/plain")
        self.finish("")

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Keep a note of what was not foreseen."""
        if not isinstance(value, HTTPError):
            log.error("unexpected error at %s", self.request.path, exc_info=value)
