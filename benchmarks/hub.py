"""Memory and time for each participant of a class behind JupyterHub, with PostgreSQL.

    python benchmarks/hub.py [NUMBER OF PARTICIPANTS]

Everything runs on this machine and is started as `deploy/` says. Each participant signs in, opens a case, and keeps the
page's line open, as people do who read; then each gives three answers.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("KASUSKIT_CACHE", tempfile.mkdtemp(prefix="kasuskit-cache-"))

from tests.hub_stack import HubVisitor, make_stack
from tests.postgres_server import PostgresServer


def pss(processes: Iterable[psutil.Process]) -> float:
    """Return what processes hold in memory, in MB; what they share is divided among them."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / 1e6


def tree(pid: int) -> list[psutil.Process]:
    """Return a process and everything that it started."""
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something takes, and what it gives."""
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def spread(times: list[float]) -> str:
    """Return the median and the slowest, in milliseconds."""
    return f"median {1000 * statistics.median(times):.0f} ms, slowest {1000 * max(times):.0f} ms"


def measure(people: int) -> None:
    """Print the figures."""
    database = PostgresServer(most_connections=people + 20)
    names = [f"peserta-{number}" for number in range(people)]
    folder = Path(tempfile.mkdtemp(prefix="kasuskit-hub-"))
    stack = make_stack(folder, {"soe": database.database("soe")})
    assert database.process is not None
    try:
        for name in ("proxy", "hub", "soe"):
            stack.start(name)
        stack.wait_until_ready()
        of = {"hub": stack.running["hub"].pid, "proxy": stack.running["proxy"].pid}
        of |= {"class": stack.running["soe"].pid, "PostgreSQL": database.process.pid}
        before = {part: pss(tree(pid)) for part, pid in of.items()}
        visitors = [HubVisitor(stack, name) for name in names]
        signed = [seconds(lambda each=each: each.sign_in()) for each in visitors]
        opened = [seconds(lambda each=each: each.get(f"{each.base}latihan/K01").boot) for each in visitors]
        with contextlib.ExitStack() as lines:
            open_lines = [
                lines.enter_context(v.line(boot["kernel"])) for v, (_, boot) in zip(visitors, opened, strict=True)
            ]
            answered = [
                seconds(lambda v=v, boot=boot, line=line: v.answer(line, boot))[0]
                for _ in range(3)
                for v, (_, boot), line in zip(visitors, opened, open_lines, strict=True)
            ]
            after = {part: pss(tree(pid)) for part, pid in of.items()}
        print(f"{people} participants, one after the other, {psutil.cpu_count()} processors")
        print(f"sign in through the hub: {spread([each[0] for each in signed])}")
        print(f"open a case:             {spread([each[0] for each in opened])}")
        print(f"answer acknowledged:     {spread(answered)}")
        for part in of:
            each = (after[part] - before[part]) / people
            print(f"{part:10} {before[part]:6.0f} MB idle, {after[part]:6.0f} MB with all, {each:5.1f} MB for each")
    finally:
        stack.close()
        database.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
