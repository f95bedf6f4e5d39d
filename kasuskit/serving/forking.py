"""The server's side of the zygote: start it, ask it for kernels, watch over them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "API_KEY")


def environment_without_secrets() -> dict[str, str]:
    """Return this process's environment without what looks like a password."""
    return {
        name: value for name, value in os.environ.items() if not any(word in name.upper() for word in _SECRET_WORDS)
    }


def can_fork() -> bool:
    """Return whether kernels can be forked here: on Linux; on macOS only with ``KASUSKIT_FORK=1``.

    macOS's own libraries may crash after a fork, so there it must be asked for.
    """
    if not hasattr(os, "fork") or os.environ.get("KASUSKIT_FORK") == "0":
        return False
    return sys.platform == "linux" or os.environ.get("KASUSKIT_FORK") == "1"


class ForkedProcess:
    """A kernel that the zygote forked: the part of ``subprocess.Popen`` that Jupyter uses.

    Parameters
    ----------
    pid : int
        The process, which is not a child of this one.
    handle : int or None
        A pidfd; without one the number alone is used.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int | None) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = handle

    def poll(self) -> int | None:
        """Return None while the process lives; how it ended is not known here, so then always 0."""
        if self.returncode is None and not self._alive():
            self.returncode = 0
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None
        return self.returncode

    def _alive(self) -> bool:
        if self._handle is not None:
            ended = select.poll()  # select() itself knows no number above 1023
            ended.register(self._handle, select.POLLIN)
            return not ended.poll(0)
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process has ended."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(0.02)
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal to the process and what it started, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


class Zygote:
    """A warm parent process that forks kernels.

    Parameters
    ----------
    log : Path or None
        The file that gets what the zygote and its kernels write to stderr; None: nowhere.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Start the process and wait until it is ready; does nothing when it is running."""
        with self._lock:
            self._start()

    def _start(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._close()
        ours, theirs = socket.socketpair()
        with theirs, self.output() as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kasuskit.serving.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C in the terminal is for the server alone
                env=environment_without_secrets() | {"MALLOC_ARENA_MAX": "2"},
            )
        self._control = ours
        ours.settimeout(120)
        _receive(ours)
        return ours

    def fork(self, argv: list[str], env: Mapping[str, str], cwd: str) -> ForkedProcess:
        """Return a new kernel.

        Parameters
        ----------
        argv : list of str
            The command line of an ordinary IPython kernel.
        env : mapping
            The kernel's whole environment.
        cwd : str
            The folder it works in.
        """
        request = json.dumps({"argv": argv, "env": dict(env), "cwd": cwd}).encode() + b"\n"
        with self._lock:
            try:
                told, handles = self._ask(request)
            except OSError:  # it was killed while it worked: another one is quicker than a kernel started cold
                self._close()
                told, handles = self._ask(request)
        return ForkedProcess(int(told["pid"]), handles[0] if handles else None)

    def _ask(self, request: bytes) -> tuple[dict[str, int], list[int]]:
        control = self._start()
        control.sendall(request)
        return _receive(control)

    def output(self) -> IO[bytes]:
        """Open the file that gets what kernels write to stderr; nothing belongs on the facilitator's terminal."""
        return _log_file(self._log)

    def close(self) -> None:
        """End the zygote and with it every kernel it forked."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _log_file(path: Path | None) -> IO[bytes]:
    if path is not None:
        with contextlib.suppress(OSError):  # a full disk must not keep a kernel from starting
            path.parent.mkdir(parents=True, exist_ok=True)
            return path.open("ab")
    return open(os.devnull, "wb")  # noqa: PTH123


def _receive(control: socket.socket) -> tuple[dict[str, int], list[int]]:
    """Return the next answer and the handles that came with it."""
    told, handles, _flags, _address = socket.recv_fds(control, 4096, 1)
    if not told:
        raise ConnectionError("the zygote ended")
    return json.loads(told), handles


_zygote = Zygote()


def warm_parent() -> Zygote:
    """Return the zygote of this process; it starts when it is first asked for a kernel."""
    return _zygote


def write_kernel_output_to(log: Path | None) -> None:
    """Let kernels write what goes to their stderr into a file, from the next zygote on."""
    global _zygote
    _zygote.close()
    _zygote = Zygote(log)
