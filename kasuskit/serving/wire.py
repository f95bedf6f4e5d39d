"""The server's one line to a kernel, shared by all pages of its participant."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

log = logging.getLogger("kasuskit.serving")

_ASK_AGAIN = 0.25  # seconds
MOST_WAITING = 200


class Wire:
    """Carries what widgets say, in both directions.

    Parameters
    ----------
    manager : Jupyter's manager of the kernel
        Knows where it listens and the key that signs messages.
    hear : callable
        Gets ``(comm_id, data)`` of each message of a widget.
    """

    def __init__(self, manager: Any, hear: Callable[[str, dict[str, Any]], None]) -> None:
        self._session = manager.session.clone()
        self._session.digest_history_size = 512
        self._session.session = secrets.token_hex(16)  # of two with one name, the kernel answers only the newer
        self._hear = hear
        self._published = manager.connect_iopub(identity=self._session.bsession)
        self._requests = manager.connect_shell(identity=self._session.bsession)
        self._published.on_recv(self._take)
        self._requests.on_recv(lambda _parts: None)
        self._waiting: list[dict[str, Any]] = []
        self._unanswered: deque[str] = deque()
        self._open = asyncio.Event()
        self._knocking = asyncio.get_running_loop().create_task(self._knock())

    @property
    def backlog(self) -> int:
        """How many messages the kernel has not done with yet."""
        return len(self._waiting) + len(self._unanswered)

    @property
    def working_on(self) -> str:
        """The oldest message that the kernel has not done with yet; blank when there is none."""
        return self._unanswered[0] if self._unanswered else ""

    def _send(self, content: dict[str, Any]) -> None:
        sent = self._session.send(self._requests, "comm_msg", content)
        self._unanswered.append(sent["header"]["msg_id"])

    def _done_with(self, message_id: object) -> None:
        """The kernel works in order: with one message it has done with all before it."""
        if message_id in self._unanswered:
            while self._unanswered.popleft() != message_id:
                pass

    async def _knock(self) -> None:
        """Ask until something is heard: what is published before the kernel knows of this listener is lost."""
        while not self._open.is_set():
            self._session.send(self._requests, "kernel_info_request", {})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._open.wait(), _ASK_AGAIN)

    def tell(self, comm_id: str, data: dict[str, Any]) -> None:
        """Give a widget a message; it waits until the kernel is heard, and the oldest go when too many wait."""
        content = {"comm_id": comm_id, "data": data}
        if self._open.is_set():
            self._send(content)
        else:
            self._waiting = [*self._waiting[1 - MOST_WAITING :], content]

    def _take(self, frames: list[bytes]) -> None:
        if not self._open.is_set():
            self._open.set()
            for content in self._waiting:
                self._send(content)
            self._waiting = []
        if not frames[0].startswith((b"comm-", b"status")):
            return
        try:
            _, parts = self._session.feed_identities(frames)
            message = self._session.deserialize(parts)
        except (ValueError, TypeError, KeyError):
            log.exception("a kernel published what cannot be read")
            return
        if message["header"]["msg_type"] == "comm_msg":
            self._hear(message["content"]["comm_id"], message["content"]["data"])
        elif message["content"].get("execution_state") == "idle":
            self._done_with(message["parent_header"].get("msg_id"))

    def close(self) -> None:
        """Hang up."""
        self._knocking.cancel()
        for stream in (self._published, self._requests):
            if not stream.closed():
                stream.close(linger=0)
