"""One thread that writes the answers of a whole class: what comes in together is committed together.

Thirty people who answer in the same second would otherwise wait for thirty turns of the disk, one after the other.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from typing import NamedTuple

from kasuskit.classroom.attempt import checked_rows
from kasuskit.classroom.entry import Item
from kasuskit.classroom.room import Room

MOST_AT_ONCE = 500


class _Parcel(NamedTuple):
    attempt: int
    tab: str
    rows: list[dict[str, object]]
    done: Future[int]


class Writer:
    """Takes answers from everyone and commits them in the order in which they came.

    Parameters
    ----------
    room : Room
        The class.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._waiting: queue.SimpleQueue[_Parcel | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._work, name="kasuskit-writer", daemon=True)
        self._thread.start()

    def append(self, attempt: int, tab: str, items: Iterable[Item]) -> Future[int]:
        """Return what becomes the last ``n`` known of this tab, once everything is on the disk.

        Raises
        ------
        KasusError
            K321 to K324 for what cannot be stored. The future may carry K307, K308 and others.
        """
        parcel = _Parcel(attempt, tab, checked_rows(tab, items), Future())
        self._waiting.put(parcel)
        return parcel.done

    def close(self) -> None:
        """Write what waits, and stop."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (parcel := self._waiting.get()) is not None:
            parcels, last = self._with_those_waiting(parcel, MOST_AT_ONCE)
            last = self._write(parcels) or last
            if last:
                return

    def _with_those_waiting(self, first: _Parcel, most: int) -> tuple[list[_Parcel], bool]:
        """Return a parcel with those that came after it, and whether no more will come."""
        parcels = [first]
        while len(parcels) < most and not self._waiting.empty():
            more = self._waiting.get()
            if more is None:
                return parcels, True
            parcels.append(more)
        return parcels, False

    def _write(self, parcels: list[_Parcel]) -> bool:
        """Write parcels and say so to those who gave them; return whether no more will come."""
        last = False
        try:
            kept = self._room.append_all([(parcel.attempt, parcel.tab, parcel.rows) for parcel in parcels])
        except BaseException as problem:
            # Those who came meanwhile have waited as long, and would now wait once more for the same answer.
            more, last = self._with_those_waiting(parcels[0], sys.maxsize)
            for parcel in (*parcels, *more[1:]):
                parcel.done.set_exception(problem)
        else:
            for parcel, n in zip(parcels, kept, strict=True):
                parcel.done.set_result(n)
        return last
