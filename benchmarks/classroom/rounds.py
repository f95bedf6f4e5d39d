"""One contestant measured: started, left to become quiet, visited by its whole class, ended."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from sidebyside.contestants import BENCHMARKS
from sidebyside.processes import NotMeasured
from sidebyside.servers import Server

from classroom.contestants import Contestant
from classroom.memory import Watch
from classroom.story import Crowd, Part

QUIET_SECONDS = 20.0
_CALM = 0.10


@dataclass
class Round:
    """What one contestant's class found, and what it cost.

    Attributes
    ----------
    doors_s : float
        Seconds from the start of the server until its doors were open.
    cpu_s, looking_s, others_s : float
        Processor time of the server's processes, of looking at their memory, and of everything else on the machine.
    idle, peak : int or None
        Bytes of all the server's processes (PSS), before the first participant and at most.
    kernel_uss : float or None
        Bytes that a participant's kernel has for itself (median), when all together held the most.
    processes : int
        How many processes the server had then.
    calm : bool
        Whether the machine had nothing else to do before.
    """

    name: str
    title: str
    kind: str
    people: int
    seconds: float
    crowd: Crowd
    doors_s: float
    cpu_s: float
    looking_s: float
    others_s: float
    idle: int | None
    peak: int | None
    kernel_uss: float | None
    processes: int
    calm: bool

    @property
    def marginal(self) -> float | None:
        """Bytes for each further participant."""
        return (self.peak - self.idle) / self.people if self.peak is not None and self.idle is not None else None

    @property
    def failures(self) -> list[str]:
        """What went wrong, by participant."""
        return [f"{story.name}: {why}" for story in self.crowd.stories for why in story.failures]

    def times(self, what: str) -> list[float]:
        """Return all participants' times of one kind, in ms."""
        found: list[float] = []
        for story in self.crowd.stories:
            value = getattr(story, what)
            found += value if isinstance(value, list) else [] if value is None else [value]
        return found

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self) | {"marginal": self.marginal}


def measured(
    contestant: Contestant, folder: Path, answers: int, seed: int, say: Callable[[str], None] = lambda _: None
) -> Round:
    """Return what a contestant's class found; its server has ended by then.

    Raises
    ------
    NotMeasured
        When the server does not start, or the crowd's process fails.
    """
    parts = contestant.parts(answers, seed)
    say("one person the day before")
    day_before(contestant, folder, parts[0])
    say("wait until the machine is quiet")
    calm = wait_until_calm()
    say("start")
    server, doors_s = contestant.start(folder)
    try:
        server.wait_until_quiet()
        say(f"{contestant.people} people come within {contestant.seconds:g} s")
        return _visited(contestant, server, parts, doors_s, calm)
    finally:
        say("end")
        server.stop()


def day_before(contestant: Contestant, folder: Path, part: Part) -> None:
    """Start the server for one person and end it: forms are compiled and caches on the disk filled then."""
    server, _ = contestant.start(folder, people=1)
    try:
        run_crowd(contestant.kind, server.address.rstrip("/"), [replace(part, arrives=0.0, reads=0.1, steps=())])
    finally:
        server.stop()


def _visited(contestant: Contestant, server: Server, parts: list[Part], doors_s: float, calm: bool) -> Round:
    watch = Watch(server)
    watch.start()
    busy = _busy_seconds()
    try:
        crowd = run_crowd(contestant.kind, server.address.rstrip("/"), parts)
    finally:
        watch.stop()
    busy = _busy_seconds() - busy
    idle, peak = watch.idle, watch.peak
    return Round(
        name=contestant.name,
        title=contestant.title,
        kind=contestant.kind,
        people=contestant.people,
        seconds=contestant.seconds,
        crowd=crowd,
        doors_s=doors_s,
        cpu_s=watch.cpu,
        looking_s=watch.cpu_spent,
        others_s=max(0.0, busy - watch.cpu - watch.cpu_spent - crowd.cpu),
        idle=idle.pss if idle else None,
        peak=peak.pss if peak else None,
        kernel_uss=peak.kernel_uss(contestant.people) if peak else None,
        processes=len(peak.held) if peak else 0,
        calm=calm,
    )


def run_crowd(kind: str, origin: str, parts: list[Part]) -> Crowd:
    """Let a process of its own play all participants; return what they found."""
    told = json.dumps({"kind": kind, "origin": origin, "parts": [asdict(part) for part in parts]})
    command = [sys.executable, "-m", "classroom.crowd"]
    with subprocess.Popen(
        command, cwd=BENCHMARKS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said, wrong = process.communicate(told)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise NotMeasured(f"the participants' process ended: {(wrong.strip().splitlines() or ['?'])[-1]}")
    return Crowd.read(json.loads(said))


def wait_until_calm(seconds: float = QUIET_SECONDS) -> bool:
    """Wait until the whole machine does next to nothing for two seconds; return False when it stays busy."""
    until = time.monotonic() + seconds
    still = 0
    while time.monotonic() < until:
        before = _busy_seconds()
        time.sleep(0.5)
        still = still + 1 if (_busy_seconds() - before) / 0.5 < _CALM * (psutil.cpu_count() or 1) else 0
        if still == 4:
            return True
    return False


def _busy_seconds() -> float:
    """Return the processor time that the whole machine has used so far, in seconds."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0) + getattr(times, "guest", 0.0)
    return float(sum(times) - idle)
