"""One thread that writes the answers of a whole class: what comes in together is committed together.

Thirty people who answer in the same second would otherwise wait for thirty turns of the disk, one after the other.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from typing import NamedTuple

from kasuskit.classroom.attempt import Item, checked_rows
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
            parcels, last = [parcel], False
            while len(parcels) < MOST_AT_ONCE and not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    last = True
                    break
                parcels.append(more)
            self._write(parcels)
            if last:
                return

    def _write(self, parcels: list[_Parcel]) -> None:
        try:
            kept = self._room.append_all([(parcel.attempt, parcel.tab, parcel.rows) for parcel in parcels])
        except BaseException as problem:
            for parcel in parcels:
                parcel.done.set_exception(problem)
            return
        for parcel, last in zip(parcels, kept, strict=True):
            parcel.done.set_result(last)
