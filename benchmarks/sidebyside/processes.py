"""Processes that are watched: how much processor time they have used, and whether they are quiet."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

GONE = (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError, ProcessLookupError)
_STEP = 0.25
_QUIET_STEPS = 3
_QUIET = 0.02


class NotMeasured(Exception):
    """Something cannot be measured here; the text says why."""


class Watched:
    """Some processes that change over time.

    Parameters
    ----------
    tree : callable
        Gives those that are there now.
    """

    def __init__(self, tree: Callable[[], list[psutil.Process]]) -> None:
        self.tree = tree

    def cpu(self) -> dict[int, float]:
        """Return the processor time that each process has used so far, in seconds, by process number."""
        used = {}
        for process in self.tree():
            with contextlib.suppress(*GONE):
                times = process.cpu_times()
                used[process.pid] = times.user + times.system
        return used

    def wait_until_quiet(self, seconds: float = 15) -> bool:
        """Wait until they do nothing for a while; return False when they are still busy after ``seconds``."""
        until = time.monotonic() + seconds
        before = self.cpu()
        still = 0
        while time.monotonic() < until:
            time.sleep(_STEP)
            now = self.cpu()
            still = still + 1 if now.keys() == before.keys() and spent(before, now) < _QUIET else 0
            if still == _QUIET_STEPS:
                return True
            before = now
        return False


def spent(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """Return the processor time used in between, in seconds, by all processes that are still there."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def browser_processes() -> list[psutil.Process]:
    """Return the processes of the browser that Playwright started for us."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(*GONE):
            if process.name().startswith(("chrom", "headless_shell")):
                found.append(process)
    return found


def command(process: psutil.Process) -> list[str]:
    """Return a process's command line; nothing when it is gone."""
    with contextlib.suppress(*GONE):
        return process.cmdline()
    return []


def holds(process: psutil.Process, library: str) -> bool | None:
    """Return whether a process has loaded a library's compiled parts (None: cannot be seen on this system)."""
    try:
        return f"/{library}/" in Path(f"/proc/{process.pid}/maps").read_text("utf-8", errors="replace")
    except OSError:
        return None
