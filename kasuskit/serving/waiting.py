"""The queue before a full class: whoever came first goes in first, and whoever has left holds up nobody."""

from __future__ import annotations

import time
from collections.abc import Callable

ASK_AGAIN = 5  # seconds; the waiting page asks by itself
_GONE = 4 * ASK_AGAIN


class WaitingRoom:
    """Who waits for a seat.

    Parameters
    ----------
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_seen: dict[int, float] = {}

    def place(self, person: int, free: int) -> int:
        """Return 0 when a participant may go in, else her place in the queue, from 1.

        Parameters
        ----------
        person : int
            Who asks; with this she has a place in the queue.
        free : int
            How many seats are free.
        """
        now = self._clock()
        self._last_seen = {who: seen for who, seen in self._last_seen.items() if now - seen < _GONE or who == person}
        self._last_seen[person] = now
        ahead = list(self._last_seen).index(person)
        if ahead < free:
            del self._last_seen[person]
            return 0
        return ahead + 1

    def __len__(self) -> int:
        return len(self._last_seen)
