"""Slow processors by pauses: each phone's process stands still most of the time, and burns nothing meanwhile.

Chromium's own throttling lets a page's thread spin for three of four parts of the time: that is right for one phone,
which has a core to itself here. Six such phones would need six cores, and would measure how many this machine has.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence

import psutil
from sidebyside.processes import GONE, browser_processes, command

PERIOD = 0.04
STEP = 0.005
REFRESH = 0.1


def renderers() -> list[psutil.Process]:
    """Return the browser's processes in which pages are worked out and drawn."""
    return [process for process in browser_processes() if "--type=renderer" in command(process)]


def runs_at(moment: float, place: int, of: int, rate: float) -> bool:
    """Return whether one of several processes runs at a moment: each for its part of every period, one after another.

    Parameters
    ----------
    moment : float
        In seconds, from anywhere.
    place, of : int
        Which process, and of how many.
    rate : float
        How many times slower each is to be.
    """
    return (moment / PERIOD + place / of) % 1 < 1 / rate


class Slowing:
    """Processes that are slowed down while this lasts (``with``), also those that come later.

    Parameters
    ----------
    rate : float
        How many times slower.
    processes : callable
        Gives those that are there now.

    Attributes
    ----------
    share : float
        For what part of the time they were let run, as it came out.
    """

    def __init__(self, rate: float, processes: Callable[[], Sequence[psutil.Process]] = renderers) -> None:
        self.rate, self._processes = rate, processes
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._there: dict[psutil.Process, bool] = {}
        self._ran = self._lasted = 0.0

    @property
    def share(self) -> float:
        """For what part of the time they were let run."""
        return self._ran / self._lasted if self._lasted else 1.0

    def __enter__(self) -> Slowing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        looked = before = float("-inf")
        try:
            while not self._over.wait(STEP):
                now = time.monotonic()
                if before > 0:
                    self._lasted += (now - before) * len(self._there)
                    self._ran += (now - before) * sum(self._there.values())
                before = now
                if now - looked > REFRESH:
                    self._there = {each: self._there.get(each, True) for each in self._processes()}
                    looked = now
                self._turn(now)
        finally:
            for process in self._there:
                _let(process, True)

    def _turn(self, now: float) -> None:
        for place, (process, running) in enumerate(tuple(self._there.items())):
            if (run := runs_at(now, place, len(self._there), self.rate)) != running:
                self._there[process] = run
                _let(process, run)


def _let(process: psutil.Process, run: bool) -> None:
    with contextlib.suppress(*GONE):
        if run:
            process.resume()
        else:
            process.suspend()
