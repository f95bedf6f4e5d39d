"""Who is measured: our server with kernels that are forked, with a pool of kernels, and stock Voila."""

from __future__ import annotations

import functools
import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sidebyside.contestants import BENCHMARKS
from sidebyside.processes import NotMeasured
from sidebyside.servers import Server, free_port

from classroom.plan import parts, stock_parts
from classroom.story import Part

DOORS_SECONDS = 300.0


@dataclass(frozen=True)
class Contestant:
    """A server and the people who come to it.

    Parameters
    ----------
    name, title : str
        What it is called on the command line and in the tables.
    kind : str
        Which module plays its participants.
    people : int
        How many come.
    seconds : float
        Within how many they arrive.
    argv : callable
        Gives the command line from a port, a folder and the number of people.
    quiet_path : str
        What can be asked for without a kernel being started.
    env : dict of str to str
        What is set for it besides.
    """

    name: str
    title: str
    kind: str
    people: int
    seconds: float
    argv: Callable[[int, Path, int], list[str]]
    quiet_path: str
    env: dict[str, str] = field(default_factory=dict)

    def parts(self, answers: int, seed: int) -> list[Part]:
        """Return what its participants do."""
        make = stock_parts if self.kind == "stock" else parts
        return make(self.people, self.seconds, answers, seed)

    def start(self, folder: Path, people: int | None = None) -> tuple[Server, float]:
        """Start the server; return it with the seconds until its doors were open."""
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        begun = time.monotonic()
        argv = self.argv(port, folder, people or self.people)
        server = Server(argv, folder, BENCHMARKS.parent, f"http://127.0.0.1:{port}/", self.env)
        try:
            server.wait_until_ready()
            wait_until_answered(server.address, self.quiet_path)
        except BaseException:
            server.stop()
            raise
        return server, time.monotonic() - begun


def contestants(people: int, many: int, seconds: float, many_seconds: float) -> tuple[Contestant, ...]:
    """Return all, in the order in which they are measured."""
    return (
        Contestant("fork", "kasuskit, fork", "ours", people, seconds, _ours, "/kalender"),
        Contestant("pool", "kasuskit, pool", "ours", people, seconds, _ours, "/kalender", {"KASUSKIT_FORK": "0"}),
        Contestant("many", "kasuskit, fork", "ours", many, many_seconds, _ours, "/kalender"),
        Contestant("stock", "stock Voila", "stock", people, seconds, _stock, "/voila/static/voila.js"),
    )


def phones_contestant(phones: int) -> Contestant:
    """Return the server to which real phones come."""
    return Contestant("phones", "phones", "ours", phones, 0.0, _ours, "/kalender")


def wait_until_answered(address: str, path: str, seconds: float = DOORS_SECONDS) -> None:
    """Wait until a server answers: it may listen, and let people wait, before its doors are open."""
    parts = urlsplit(address)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=until - time.monotonic())
        try:
            line.request("GET", path)
            line.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            line.close()
    raise NotMeasured(f"the server did not open its doors within {seconds:g} s")


def _ours(port: int, folder: Path, people: int) -> list[str]:
    """Return what the README tells people to type, without the browser and with a folder of its own."""
    command = _command()
    options = ["--no-browser", "--port", str(port), "--class", f"bench-{port}", "--folder", str(folder / "kelas")]
    size = ["--participants", str(people)] if knows_class_size() else []
    return [command, "serve", *options, *size]


@functools.cache
def knows_class_size() -> bool:
    """Return whether this version of the kit can be told how large the class is."""
    told = subprocess.run([_command(), "serve", "--help"], capture_output=True, text=True, check=False).stdout
    return "--participants" in told


def _command() -> str:
    command = Path(sys.executable).with_name("kasuskit")
    if not command.exists():
        raise NotMeasured(f"{command} is not there: pip install -e '.[test]'")
    return str(command)


def _stock(port: int, folder: Path, people: int) -> list[str]:
    """Return what Voila's documentation tells people to type, and more patience with what kernels show.

    Where a cell's output takes longer than four seconds to come, Voila leaves it out: with a class at once, people
    may see an empty page. Such a page cannot be compared, so it may take as long as it takes.
    """
    notebook = BENCHMARKS / "stock" / "formulir.ipynb"
    patient = "--VoilaExecutor.iopub_timeout=170"
    return [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", patient]


def find(all_of_them: Sequence[Contestant], names: Sequence[str]) -> list[Contestant]:
    """Return those named, or all when none is named."""
    return [each for each in all_of_them if not names or each.name in names]
