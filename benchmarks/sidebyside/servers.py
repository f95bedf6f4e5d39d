"""A server as a real process: started, measured with all its children, and ended with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from sidebyside.processes import NotMeasured, Watched, command

START_SECONDS = 90


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Server(Watched):
    """A running server.

    Parameters
    ----------
    argv : sequence of str
        Its command line.
    folder : Path
        A folder of its own for what it writes: its log, and what ``private_environment`` points to.
    cwd : Path
        Where it runs.
    address : str
        What answers once it is ready.
    env : mapping, optional
        What is set for it besides.
    """

    def __init__(
        self, argv: Sequence[str], folder: Path, cwd: Path, address: str, env: Mapping[str, str] | None = None
    ) -> None:
        self.address = address
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            self._popen = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=private_environment(folder) | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.root = psutil.Process(self._popen.pid)
        super().__init__(self._tree)

    def wait_until_ready(self) -> None:
        """Wait until it answers.

        Raises
        ------
        NotMeasured
            When it ends, or does not answer in time.
        """
        parts = urlsplit(self.address)
        where = (parts.hostname or "127.0.0.1", parts.port or 80)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._popen.poll() is not None:
                raise NotMeasured(f"the server ended with code {self._popen.returncode}: {self._last_words()}")
            # Only whether the port is open: opening a page would start a kernel that nobody uses.
            with contextlib.suppress(OSError), socket.create_connection(where, timeout=2):
                return
            time.sleep(0.1)
        raise NotMeasured(f"the server did not answer within {START_SECONDS} s: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it wrote nothing"

    def _tree(self) -> list[psutil.Process]:
        """Return the server and everything it started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [self.root, *self.root.children(recursive=True)]
        return []

    def zygote(self) -> psutil.Process | None:
        """Return the warm parent of the kernels, if there is one."""
        return next((p for p in self.root.children() if "kasuskit.serving.zygote" in command(p)), None)

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels: what the warm parent forked, and what is started as an IPython kernel."""
        zygote = self.zygote()
        forked = zygote.children() if zygote else []
        return [*forked, *(p for p in self.tree() if "ipykernel_launcher" in command(p))]

    def stop(self) -> None:
        """End it and everything it started, kindly at first."""
        tree = self.tree()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(10)
        _, alive = psutil.wait_procs(tree, timeout=3)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._popen.wait(10)


def busiest(
    before: Mapping[int, float], after: Mapping[int, float], kernels: Sequence[psutil.Process], reserve: bool
) -> psutil.Process:
    """Return the kernel that worked for the page.

    Parameters
    ----------
    before, after : mapping
        Processor time by process number.
    kernels : sequence of Process
        The kernels that are there after the page was opened.
    reserve : bool
        Whether the page takes a kernel that stood ready (and a new one takes its place), or starts one.
    """
    suiting = [p for p in kernels if (p.pid in before) == reserve] or list(kernels)
    if not suiting:
        raise NotMeasured("no kernel was found among the server's processes")
    return max(suiting, key=lambda p: after.get(p.pid, 0.0) - before.get(p.pid, 0.0))


def private_environment(folder: Path) -> dict[str, str]:
    """Return an environment in which Jupyter, IPython and the kit keep to a folder with all they write."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "KASUSKIT", "VOILA"))}
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "XDG_CACHE_HOME": "cache",
        "TMPDIR": "tmp",
    }
    for place in places.values():
        (folder / place).mkdir(parents=True, exist_ok=True)
    return kept | {name: str(folder / place) for name, place in places.items()}
