"""Do something big and rare in a fork of this process, which gives its memory back when it is done.

Feedback reads the answer key and goes through the whole form: three megabytes that would stay in each of a hundred
kernels. So the key, too, is gone again when the feedback is there.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import warnings
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 20.0  # seconds


def apart(work: Callable[[], T], patience: float = PATIENCE) -> T:
    """Return what ``work`` returns, done in a fork; done here after all when the fork cannot, or does not end.

    Parameters
    ----------
    work : callable
        What it returns can be pickled. What it raises is raised by doing it here.
    patience : float
        How long to wait for the fork, in seconds.
    """
    try:
        ours, theirs = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # ZeroMQ's threads do not go along, nor need they
            child = os.fork()
    except OSError:
        return work()
    if child == 0:
        _do(work, theirs)
    os.close(theirs)
    try:
        packed = _read_all(ours, patience)
    finally:
        os.close(ours)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # it has said all it has to say, or hangs
        os.waitpid(child, 0)
    if not packed:
        return work()
    result: T = pickle.loads(packed)
    return result


def _do(work: Callable[[], T], out: int) -> None:
    code = 1
    try:
        with open(out, "wb") as file:
            file.write(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
        code = 0
    finally:
        os._exit(code)


def _read_all(pipe: int, patience: float) -> bytes:
    """Return what comes until the other end closes; nothing when that takes too long."""
    parts: list[bytes] = []
    while select.select([pipe], [], [], patience)[0]:
        part = os.read(pipe, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return b""
