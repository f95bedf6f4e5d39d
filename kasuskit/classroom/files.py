"""Make a class file, or look whether one can be opened. An existing file is never written over."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from kasuskit.messages import KasusError

_SQLITE_START = b"SQLite format 3\x00"


def look_at(path: Path) -> bool:
    """Return whether a class file is there, after a first look at it.

    Raises
    ------
    KasusError
        K301 not a class file, K302 empty file, K305 a folder, K306 not readable.
    """
    try:
        if path.is_dir():
            raise KasusError("classroom.K305", str(path))
        with path.open("rb") as file:
            start = file.read(len(_SQLITE_START))
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise KasusError("classroom.K306", str(path)) from problem
    if not start:
        raise KasusError("classroom.K302", str(path))
    if start != _SQLITE_START:
        raise KasusError("classroom.K301", str(path))
    return True


def make_whole(path: Path, fill: Callable[[Path], None]) -> None:
    """Let ``fill`` make a file, and put it at ``path`` only once it is complete.

    A power cut in between leaves nothing at ``path``. When another process was quicker, its file stays.

    Raises
    ------
    KasusError
        K306 when the folder cannot be written, K307 when the disk is full.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(draft)
        _place(draft, path)
    except OSError as problem:
        full = problem.errno == 28  # ENOSPC, the same number everywhere
        raise KasusError("classroom.K307" if full else "classroom.K306", str(path)) from problem
    finally:
        for left in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm"), Path(f"{draft}-journal")):
            left.unlink(missing_ok=True)


def _place(draft: Path, path: Path) -> None:
    """Give the finished draft its name, unless the name is taken."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a USB stick (FAT) knows no links
        if not path.exists():
            draft.rename(path)
