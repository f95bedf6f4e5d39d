"""``kasuskit serve`` as a family of processes (server, warm parent, kernels), each of which can be hurt."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from tests.practice_server import wait_until

SCRIPT = Path(__file__).resolve().parent / "serve.py"
START_SECONDS = 120.0


class Served:
    """A class that is being served, on a port that stays the same.

    Parameters
    ----------
    folder : Path
        Where the server may write: class file, cache, log, temporary files.
    env : dict of str to str, optional
        What is different in its environment.
    kelas : Path, optional
        Another folder for the class file.
    disk : Path, optional
        Another folder for all that the server writes; what it says on the terminal stays in ``folder``.
    temporary : Path, optional
        Another folder for its temporary files.
    traits
        Settings of `KasusApp`.
    """

    def __init__(
        self,
        folder: Path,
        env: dict[str, str] | None = None,
        kelas: Path | None = None,
        disk: Path | None = None,
        temporary: Path | None = None,
        **traits: Any,
    ) -> None:
        # Its temporary files lie where they do on other machines: a path of normal length.
        self.temporary = temporary or Path(tempfile.mkdtemp(prefix="kk-", dir=disk))
        disk = disk or folder
        self.folder, self.traits = folder, traits
        self.kelas = kelas or disk / "kelas"
        self.file = self.kelas / "latihan.sqlite"
        self.cache = disk / "cache"
        self.terminal = folder / "terminal.txt"
        for each in (folder, self.temporary):
            each.mkdir(parents=True, exist_ok=True)
        own = {"KASUSKIT_CACHE": str(self.cache), "TMPDIR": str(self.temporary), "PYTHONUNBUFFERED": "1"}
        self.env = os.environ | own | (env or {})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def address(self) -> str:
        """Where participants find it."""
        return f"http://127.0.0.1:{self.port}"

    # ---- coming and going

    def begin(self) -> None:
        """Start the server and do not wait for it."""
        options = ["--no-browser", "--port", str(self.port), "--folder", str(self.kelas)]
        command = [sys.executable, str(SCRIPT), json.dumps(self.traits), *options]
        with self.terminal.open("ab") as terminal:
            self.process = subprocess.Popen(command, stdout=terminal, stderr=terminal, cwd=self.folder, env=self.env)

    def start(self) -> Served:
        """Start the server and wait until it answers."""
        self.begin()
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, f"the server ended: {self.said()}"
            assert time.monotonic() < end, f"the server did not come up: {self.said()}"
            time.sleep(0.03)
        return self

    def answers(self, path: str = "/kalender", seconds: float = 5.0) -> bool:
        """Return whether it answers now."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=seconds) as got:
                return bool(got.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """End the server as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the server in order, and make sure that nothing of it runs on."""
        family = [] if self.process.poll() is not None else self.family()
        if family:
            self.thaw()
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
            self.process.kill()
            self.process.wait()
        _, left = psutil.wait_procs(family, timeout=10)
        for each in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        shutil.rmtree(self.temporary, ignore_errors=True)
        assert not left, f"processes outlived the server: {left}"

    def said(self) -> str:
        """Return what stood on the facilitator's terminal."""
        return self.terminal.read_text("utf-8", "replace")

    def log(self) -> str:
        """Return what stood in the log file."""
        file = self.cache / "log" / "serve.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    # ---- its processes

    def family(self) -> list[psutil.Process]:
        """Return the server and everything that it started."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def zygote(self) -> psutil.Process | None:
        """Return the warm parent."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error):
                    if "kasuskit.serving.zygote" in child.cmdline():
                        return child
        return None

    def kernels(self) -> list[psutil.Process]:
        """Return the kernels that the warm parent forked."""
        zygote = self.zygote()
        if zygote is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return [child for child in zygote.children() if child.status() != psutil.STATUS_ZOMBIE]
        return []

    def kernel_process(self, kernel_id: str) -> psutil.Process:
        """Return the process of a kernel: the one that listens where its connection file says."""
        told = json.loads(next(self.temporary.glob(f"**/kernel-{kernel_id}.json")).read_text())
        places = {f"{told['ip']}-{told['shell_port']}", (told["ip"], told["shell_port"])}
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                if places & {line.laddr for line in process.net_connections("all") if not line.raddr}:
                    return process
        raise AssertionError(f"no process listens for kernel {kernel_id}")

    def freeze(self) -> None:
        """Stop the clock of every process, as a closed lid does."""
        _each(self.family(), "suspend")

    def thaw(self) -> None:
        """Let every process go on."""
        _each(self.family(), "resume")


def _each(processes: Iterable[psutil.Process], what: str) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            getattr(process, what)()


def gone(process: psutil.Process, seconds: float = 20.0) -> None:
    """Wait until a process has ended."""
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, seconds)
