"""The real practice server in a process of its own, with its log in a file that is read afterwards."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.practice_server import PracticeServer

SCRIPT = Path(__file__).resolve().parent / "serve.py"


class RealServer(PracticeServer):
    """As ``kasuskit serve``, with the real notebook and cases; kernels log to the same file."""

    def start(self) -> None:
        self.log = self.room.with_suffix(".log")
        command = [sys.executable, str(SCRIPT), str(self.room), str(self.port), *self._options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=self._env)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            self.process.wait()
            raise RuntimeError(self.logged())
        self.port = int(line)

    def stop(self) -> str:
        super_said = self.process.poll()
        if super_said is None:
            self.process.terminate()
        self.process.communicate(timeout=60)
        return self.logged()

    def logged(self) -> str:
        return self.log.read_text("utf-8", "replace")


@dataclass(frozen=True)
class Memory:
    """What processes hold, in MB: what is theirs alone, and with their share of what they share."""

    own: float
    fair: float


def memory(pid: int) -> Memory:
    """Return what a process holds (Linux)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name.rstrip(":"): int(size) for name, size, *_ in map(str.split, lines)}
    return Memory((sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024, sizes["Pss"] / 1024)
