"""What a server's processes take of the memory and the processor, looked at again and again while they work."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from sidebyside.processes import GONE
from sidebyside.servers import Server

EVERY_SECONDS = 2.0
_COUNTED = ("Pss", "SwapPss", "Private_Clean", "Private_Dirty")


@dataclass(frozen=True)
class Held:
    """What one process holds, in bytes: its share of what is shared (PSS), and what is its own alone (USS)."""

    pss: int
    uss: int
    kernel: bool = False


@dataclass(frozen=True)
class Sample:
    """What all processes held at one moment."""

    at: float
    held: tuple[Held, ...]

    @property
    def pss(self) -> int:
        """The sum of all shares: what would be free if the server were not there."""
        return sum(each.pss for each in self.held)

    def kernel_uss(self, people: int) -> float | None:
        """Return what a participant's kernel has for itself: the median of as many as there are people."""
        own = sorted((each.uss for each in self.held if each.kernel), reverse=True)[:people]
        return median(own) if own else None


def can_measure() -> bool:
    """Return whether this system tells what processes share (Linux does)."""
    return Path("/proc/self/smaps_rollup").exists()


def held_by(pid: int, kernel: bool = False) -> Held | None:
    """Return what a process holds; None when it has gone."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return None
    found = dict.fromkeys(_COUNTED, 0)
    for line in told.splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] = 1024 * int(rest.split()[0])
    pss = found["Pss"] + found["SwapPss"]
    return Held(pss, found["Private_Clean"] + found["Private_Dirty"], kernel)


@dataclass
class Watch:
    """Looks at a server every two seconds, in a thread of its own.

    Parameters
    ----------
    server : Server
        Whose processes.
    every : float
        Seconds between two looks.
    """

    server: Server
    every: float = EVERY_SECONDS
    samples: list[Sample] = field(default_factory=list)
    cpu_spent: float = 0.0

    def __post_init__(self) -> None:
        self._used: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self.look()
        self._before = dict(self._used)
        self._thread.start()

    def stop(self) -> None:
        """Look once more and end."""
        self._stop.set()
        self._thread.join()
        self.look()

    def look(self) -> None:
        """Look once."""
        tree = self.server.tree()
        for process in tree:
            with contextlib.suppress(*GONE):
                times = process.cpu_times()
                self._used[process.pid] = times.user + times.system
        if can_measure():
            kernels = {process.pid for process in self.server.kernels()}
            held = [held_by(process.pid, process.pid in kernels) for process in tree]
            self.samples.append(Sample(time.monotonic(), tuple(each for each in held if each)))

    @property
    def cpu(self) -> float:
        """Processor time since the beginning, of those that have ended too, in seconds."""
        return sum(used - self._before.get(pid, 0.0) for pid, used in self._used.items())

    @property
    def idle(self) -> Sample | None:
        """The first look."""
        return self.samples[0] if self.samples else None

    @property
    def peak(self) -> Sample | None:
        """The look that found the most."""
        return max(self.samples, key=lambda sample: sample.pss, default=None)

    def _run(self) -> None:
        begun = time.thread_time()
        while not self._stop.wait(self.every):
            with contextlib.suppress(psutil.Error):
                self.look()
            self.cpu_spent = time.thread_time() - begun
