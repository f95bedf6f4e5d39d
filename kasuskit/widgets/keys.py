"""Where answer keys are read: in a participant's kernel in a process apart, which ends with its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def _here(work: Callable[[], Any]) -> Any:
    return work()


_run: Callable[[Callable[[], Any]], Any] = _here


def with_key(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, which may read keys.

    Parameters
    ----------
    work : callable
        Gives plain data that can be pickled, and nothing of a key that a person may not see yet.
    """
    result: T = _run(work)
    return result


def read_keys_with(run: Callable[[Callable[[], Any]], Any]) -> None:
    """Let ``run`` do from now on what reads keys: a kernel forks, so that no key stays in it."""
    global _run
    _run = run
