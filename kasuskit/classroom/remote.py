"""The class as a practice kernel sees it: over a line to the server, which alone holds the database.

A kernel knows neither the class file nor a password, and reaches the attempts of one participant only: the server
says which (`kasuskit.serving.desk` is the other end). Requests and answers are lines of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kasuskit.classroom.entry import Entry, Item
from kasuskit.messages import KasusError

ADDRESS = "KASUSKIT_DESK"
_ANSWER_SECONDS = 60


class DeskLine:
    """A line to the server.

    Parameters
    ----------
    address : str
        ``"PORT:KEY"``: where the server listens on this machine, and what this kernel shows it.
    """

    def __init__(self, address: str) -> None:
        port, _, key = address.partition(":")
        self._lock = threading.Lock()
        # Not create_connection: looking up even a plain number loads two megabytes into each kernel.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.settimeout(_ANSWER_SECONDS)
        self._socket.connect(("127.0.0.1", int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self._socket.makefile("rb")
        self._socket.sendall(f"{key}\n".encode())

    def fileno(self) -> int:
        """Return the socket's number; between requests it is readable only when the server is gone."""
        return self._socket.fileno()

    def ask(self, what: str, **values: Any) -> Any:
        """Return the server's answer.

        Raises
        ------
        KasusError
            What the class said; K350 when the server does not answer.
        """
        request = json.dumps({"do": what, **values}, ensure_ascii=False, separators=(",", ":"))
        try:
            with self._lock:
                self._socket.sendall(request.encode("utf-8", "surrogatepass") + b"\n")
                line = self._answers.readline()
            answer = json.loads(line)
        except (OSError, ValueError) as problem:
            self._break_off()
            raise KasusError("classroom.K350") from problem
        if "error" in answer:
            error = answer["error"]
            raise KasusError(error["key"], error["place"], **error["values"])
        return answer["told"]

    def _break_off(self) -> None:
        """Let both ends see that this line is no good: an answer that comes late must not pass for the next one's.

        The kernel ends with it, and its pages get another.
        """
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        self._answers.close()
        self._socket.close()


@dataclass(frozen=True)
class RemoteAttempt:
    """One person's attempt at one case, kept by the server: as `kasuskit.classroom.Attempt` is for a session.

    Attributes
    ----------
    id, person, started, now_clock
        As those of an attempt.
    """

    id: int
    person: int
    started: str
    now_clock: str
    _line: DeskLine = field(repr=False, compare=False)

    def append(self, tab: str, items: Iterable[Item], /) -> int:
        """Keep a tab's answers; they are on the disk when this returns."""
        kept: int = self._line.ask("append", attempt=self.id, tab=tab, items=[list(item) for item in items])
        return kept

    def entries(self) -> tuple[Entry, ...]:
        """Return everything that was kept, in order."""
        return tuple(Entry(*row) for row in self._line.ask("entries", attempt=self.id))

    def acknowledged(self) -> dict[str, int]:
        """Return the last ``n`` known of each tab."""
        known: dict[str, int] = self._line.ask("acknowledged", attempt=self.id)
        return known

    def restart(self) -> RemoteAttempt:
        """End this attempt and return a fresh one."""
        return RemoteAttempt(**self._line.ask("restart", attempt=self.id), _line=self._line)


def remote_attempt(line: DeskLine, **kind: str) -> RemoteAttempt:
    """Go on with this kernel's participant's open attempt at a case, or start one.

    Parameters
    ----------
    line : DeskLine
        The line to the server.
    **kind
        ``case``, ``form``, ``version`` and ``now_clock``, as for ``Room.attempt``.
    """
    return RemoteAttempt(**line.ask("attempt", **kind), _line=line)


def remote_attempts(line: DeskLine, case: str) -> tuple[RemoteAttempt, ...]:
    """Return every attempt of this kernel's participant at a case, oldest first."""
    return tuple(RemoteAttempt(**told, _line=line) for told in line.ask("attempts", case=case))


_line: DeskLine | None = None


def desk() -> DeskLine | None:
    """Return this kernel's line to the server, or None where no server started this process."""
    global _line
    if _line is None and os.environ.get(ADDRESS):
        _line = DeskLine(os.environ[ADDRESS])
    return _line
