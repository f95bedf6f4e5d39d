"""``python -m kasuskit.serving.kernel -f FILE``: a practice kernel in a process of its own."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable

from kasuskit.classroom.remote import desk
from kasuskit.serving.kernel.loop import PracticeKernel, read_connection
from kasuskit.serving.kernel.shell import make_shell


def main(arguments: list[str]) -> None:
    """Work until the server is gone."""
    path = arguments[arguments.index("-f") + 1]
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the server alone
    work(path)


def work(path: str) -> None:
    """Be the kernel that a connection file describes."""
    if "" not in sys.path:
        sys.path.insert(0, "")  # a notebook may import what lies beside it
    line = desk()
    PracticeKernel(make_shell(), read_connection(path), line.fileno() if line else None, _orphaned()).run()


def _orphaned() -> Callable[[], bool]:
    """Return what tells whether the process that started this one has ended."""
    parent = os.getppid()
    return lambda: sys.platform != "win32" and os.getppid() != parent


if __name__ == "__main__":
    main(sys.argv[1:])
