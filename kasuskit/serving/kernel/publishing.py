"""What a kernel publishes: outputs, the words of its widgets, whether it is busy."""

from __future__ import annotations

import io
import os
import secrets
from typing import Any

import comm
from comm.base_comm import BaseComm, CommManager
from jupyter_client.session import Session


class Publisher:
    """Sends what is published to whoever listens; before a kernel is connected, to nobody.

    Attributes
    ----------
    parent : dict
        The request that is being worked on: what is published belongs to it.
    count : int
        The number of the cell that is run.
    """

    def __init__(self) -> None:
        self.parent: dict[str, Any] = {}
        self.count = 0
        self._session: Session | None = None
        self._socket: Any = None

    def connect(self, session: Session, socket: Any) -> None:
        """Publish on this socket from now on."""
        self._session, self._socket = session, socket

    def send(self, kind: str, content: dict[str, Any], *, topic: bytes = b"", **more: Any) -> None:
        """Publish a message."""
        if self._session is not None:
            self._session.send(self._socket, kind, content, parent=self.parent, ident=topic or kind.encode(), **more)


class Stream(io.TextIOBase):
    """A standard stream of the kernel: what is written to it is published."""

    encoding = "utf-8"

    def __init__(self, publisher: Publisher, name: str) -> None:
        self._publisher, self._name = publisher, name

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Publish a text."""
        if text:
            self._publisher.send("stream", {"name": self._name, "text": text})
        return len(text)


_publisher = Publisher()


def publisher() -> Publisher:
    """Return the publisher of this process."""
    return _publisher


class KernelComm(BaseComm):
    """A widget's line to its other half in the browser."""

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        """Send to the browser."""
        content = {"data": data or {}, "comm_id": self.comm_id, **keys}
        _publisher.send(msg_type, content, topic=self.topic, metadata=metadata or {}, buffers=buffers)


_comms = CommManager()


def use_comms() -> CommManager:
    """Let all widgets made from now on speak through this kernel; return who knows them."""
    comm.create_comm = KernelComm
    comm.get_comm_manager = lambda: _comms
    return _comms


# Each message may come once; how many are remembered for that is memory in every kernel. Large messages are copied:
# what ZeroMQ takes without a copy needs a thread with sockets of its own to be given back.
_session = Session(key=b"-", digest_history_size=512, copy_threshold=2**30)


def own_session(key: str, scheme: str) -> Session:
    """Return what signs and packs messages: made before the fork, with a name and a key of its own from now on."""
    _session.signature_scheme = scheme
    _session.key = key.encode()
    _session.session = secrets.token_hex(16)
    _session.pid = os.getpid()
    return _session
