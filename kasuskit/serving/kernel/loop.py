"""The kernel's loop: takes requests, one after the other, and answers."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

from kasuskit import __version__
from kasuskit.serving.kernel.publishing import Stream, own_session, publisher, use_comms
from kasuskit.serving.kernel.shell import PracticeShell

log = logging.getLogger("kasuskit.kernel")
_TICK = 1000  # ms between looks whether the server is still there

Message = dict[str, Any]


class PracticeKernel:
    """A kernel at work.

    Parameters
    ----------
    shell : PracticeShell
        What runs the cells.
    connection : dict
        What Jupyter's connection file says: where to listen, and the key that signs every message.
    server : int or None
        A socket that closes when the server is gone.
    gone : callable
        Whether the server is gone; asked once a second.
    """

    def __init__(
        self,
        shell: PracticeShell,
        connection: dict[str, Any],
        server: int | None = None,
        gone: Callable[[], bool] = lambda: False,
    ) -> None:
        self.shell = shell
        self.session: Session = own_session(connection["key"], connection["signature_scheme"])
        self._gone, self._server, self._running = gone, server, True
        self._comms = use_comms()
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        self._requests = [self._listen(zmq.ROUTER, connection, name) for name in ("shell", "control")]
        for socket in self._requests:
            self._poller.register(socket, zmq.POLLIN)
        if server is not None:
            self._poller.register(server, zmq.POLLIN)
        publisher().connect(self.session, self._listen(zmq.PUB, connection, "iopub"))
        self._answers: dict[str, Callable[[Any, list[bytes], Message], None]] = {
            "kernel_info_request": self._tell_info,
            "execute_request": self._execute,
            "comm_info_request": self._tell_comms,
            "shutdown_request": self._shut_down,
            **{kind: self._to_widget for kind in ("comm_open", "comm_msg", "comm_close")},
        }

    def _listen(self, kind: int, connection: dict[str, Any], name: str) -> Any:
        socket = self._context.socket(kind)
        socket.linger = 1000
        number, ipc = connection[f"{name}_port"], connection["transport"] == "ipc"
        socket.bind(f"ipc://{connection['ip']}-{number}" if ipc else f"tcp://{connection['ip']}:{number}")
        return socket

    def run(self) -> None:
        """Answer until asked to end, or until the server is gone."""
        sys.stdout, sys.stderr = Stream(publisher(), "stdout"), Stream(publisher(), "stderr")
        worked = True
        while self._running and not self._gone():
            asked = self._poller.poll(_TICK)
            if worked and not asked:
                give_back()
            worked = bool(asked)
            for socket, _ in asked:
                if socket == self._server:
                    return
                self._take(socket)

    def _take(self, socket: Any) -> None:
        """Answer one request; a mistake in it ends neither the kernel nor the requests after it."""
        names, parts = self.session.feed_identities(socket.recv_multipart())
        try:
            message = self.session.deserialize(parts)
        except (ValueError, TypeError, KeyError):
            log.exception("a message could not be read")
            return
        kind = message["header"]["msg_type"]
        publisher().parent = message
        publisher().send("status", {"execution_state": "busy"})
        try:
            if kind in self._answers:
                self._answers[kind](socket, names, message)
        except Exception:
            log.exception("a request failed: %s", kind)
        publisher().send("status", {"execution_state": "idle"})
        publisher().parent = {}

    def _reply(self, socket: Any, names: list[bytes], message: Message, content: Message) -> None:
        kind = message["header"]["msg_type"].replace("_request", "_reply")
        self.session.send(socket, kind, content, parent=message, ident=names)

    def _tell_info(self, socket: Any, names: list[bytes], message: Message) -> None:
        language = {"name": "python", "version": sys.version.split()[0], "file_extension": ".py"}
        content = {
            "status": "ok",
            "protocol_version": "5.3",
            "implementation": "kasuskit",
            "implementation_version": __version__,
            "language_info": language,
            "banner": "kasuskit",
            "help_links": [],
        }
        self._reply(socket, names, message, content)

    def _execute(self, socket: Any, names: list[bytes], message: Message) -> None:
        asked = message["content"]
        silent = bool(asked.get("silent"))
        if not silent:
            publisher().count += 1
            publisher().send("execute_input", {"code": asked["code"], "execution_count": publisher().count})
        well = self.shell.run(asked["code"], silent)
        content: Message = {"status": "ok", "execution_count": publisher().count, "payload": [], "user_expressions": {}}
        if not well:
            error = self.shell.failed or {"ename": "Error", "evalue": "", "traceback": []}
            content = {"status": "error", "execution_count": publisher().count, **error}
        self._reply(socket, names, message, content)

    def _tell_comms(self, socket: Any, names: list[bytes], message: Message) -> None:
        known = {name: {"target_name": each.target_name} for name, each in self._comms.comms.items()}
        self._reply(socket, names, message, {"status": "ok", "comms": known})

    def _to_widget(self, _socket: Any, _names: list[bytes], message: Message) -> None:
        getattr(self._comms, message["header"]["msg_type"])(None, "", message)

    def _shut_down(self, socket: Any, names: list[bytes], message: Message) -> None:
        self._running = False
        content = {"status": "ok", "restart": bool(message["content"].get("restart"))}
        self._reply(socket, names, message, content)
        publisher().send("shutdown_reply", content)


def _trim() -> Any:
    """Return what gives freed memory back to Linux; None elsewhere, where it goes back by itself or not at all."""
    if sys.platform != "linux":
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_malloc_trim = _trim()


def give_back() -> None:
    """Give the system, in a quiet second, what was used and is needed no more: half a megabyte in each kernel."""
    if _malloc_trim is not None:
        _malloc_trim(0)


def read_connection(path: str | Path) -> dict[str, Any]:
    """Return what a connection file says."""
    told: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return told
