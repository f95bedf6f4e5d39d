"""The line between a page in a browser and its widgets in a kernel."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, cast

from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from kasuskit.serving.doors import COOKIE, knows_host
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

    def initialize(self) -> None:
        """Know no widget yet."""
        self.comms: set[str] = set()

    @property
    def kit(self) -> KasusApp:
        """The server."""
        return cast("KasusApp", self.settings["kasuskit"])

    async def prepare(self) -> None:
        """Look who is there."""
        if not knows_host(self.kit, self.request.host):
            raise HTTPError(403)
        self.token = self.get_cookie(COOKIE) or ""
        known = self.kit.room.person_by_token
        self.current_user = await asyncio.to_thread(known, self.token) if self.token else None
        if self.current_user is None:
            raise HTTPError(403)

    async def get(self, *args: str, **kwargs: str) -> None:
        """Open the line."""
        if self.request.headers.get("Origin") is None:
            raise HTTPError(403)
        self.seat = self.kit.seats.find(kwargs["kernel_id"], self.current_user.id)
        if self.seat is None:
            raise HTTPError(404)
        await super().get(*args, **kwargs)

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
        told = _read(message)
        kind = told.get("header", {}).get("msg_type")
        if kind == "ping":
            self._send({"header": {"msg_type": "pong"}})
        elif kind == "comm_msg" and self.seat is not None:
            content = _comm_content(told.get("content"), self.seat)
            if content is not None:
                self.comms.add(content["comm_id"])
                self.seat.tell(**content)

    def tell(self, comm_id: str, data: dict[str, Any]) -> None:
        """Send what a widget says."""
        self._send({"header": {"msg_type": "comm_msg"}, "content": {"comm_id": comm_id, "data": data}})

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self.write_message(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
        except WebSocketClosedError:
            log.debug("the browser went away")

    def on_close(self) -> None:
        """Strike the connection out."""
        if self.seat is not None:
            self.seat.leave(self)

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Answer without words: a script listens, not a person."""
        self.set_header("Content-Type", "text/plain")
        self.finish("")

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Keep a note of what was not foreseen."""
        if not isinstance(value, HTTPError):
            log.error("unexpected error at %s", self.request.path, exc_info=value)


def _read(message: str | bytes) -> dict[str, Any]:
    """Return what a browser sent, or nothing when it is not in order."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    in_order = isinstance(told, dict) and isinstance(told.get("header"), dict)
    return cast("dict[str, Any]", told) if in_order else {}


def _comm_content(content: Any, seat: Seat) -> dict[str, Any] | None:
    """Return a widget message made anew from what was sent, or None when it is not for a widget here."""
    comm_id, data = (content.get("comm_id"), content.get("data")) if isinstance(content, dict) else (None, None)
    if not isinstance(comm_id, str) or not seat.has_widget(comm_id):
        return None
    if not isinstance(data, dict) or data.get("method") != "custom":
        return None
    return {"comm_id": comm_id, "data": data}
