"""Where what a person does is kept: the class behind a protocol, or the memory of a notebook's kernel."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from kasuskit.classroom.entry import Entry


class Log(Protocol):
    """Where answers are kept; ``kasuskit.classroom.Attempt`` is one."""

    @property
    def now_clock(self) -> str:
        """The record's clock."""

    def append(self, tab: str, items: Iterable[tuple[int, str, str, str]], /) -> int:
        """Keep a tab's entries; they are safe when this returns."""

    def entries(self) -> Iterable[Any]:
        """Return what was kept, in order: objects with ``tab``, ``op``, ``at`` and ``value``."""

    def acknowledged(self) -> dict[str, int]:
        """Return the last ``n`` kept for each tab."""

    def restart(self) -> Log:
        """End this log and return a fresh one."""


class Kept(Protocol):
    """What tells one attempt from all others."""

    @property
    def id(self) -> int:
        """Its number in the class."""

    @property
    def person(self) -> int:
        """Whose it is."""

    @property
    def started(self) -> str:
        """When it was begun."""


def draft_of(attempt: Kept) -> str:
    """Return a name for what the browser keeps of an attempt, different in every class."""
    return hashlib.sha256(f"{attempt.person}/{attempt.id}/{attempt.started}".encode()).hexdigest()[:12]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class MemoryLog:
    """A log for a notebook without a class: it lasts as long as the kernel."""

    def __init__(self, now_clock: str, clock: Callable[[], datetime] = _utc_now) -> None:
        self.now_clock, self._clock = now_clock, clock
        self._entries: list[Entry] = []
        self._last: dict[str, int] = {}

    def append(self, tab: str, items: Iterable[tuple[int, str, str, str]], /) -> int:
        """Keep a tab's entries, each ``n`` once."""
        received = self._clock().isoformat(timespec="milliseconds")
        for n, op, at, value in items:
            if n > self._last.get(tab, 0):
                self._entries.append(Entry(len(self._entries) + 1, tab, n, op, at, value, received))
                self._last[tab] = n
        return self._last.get(tab, 0)

    def entries(self) -> tuple[Entry, ...]:
        """Return what was kept, in order."""
        return tuple(self._entries)

    def acknowledged(self) -> dict[str, int]:
        """Return the last ``n`` kept for each tab."""
        return dict(self._last)

    def restart(self) -> MemoryLog:
        """Return a fresh log."""
        return MemoryLog(self.now_clock, self._clock)
