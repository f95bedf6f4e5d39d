"""Make a class file, or look whether one can be opened. An existing file is never written over."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kasuskit.messages import KasusError

BESIDE = ("-wal", "-shm", "-journal")  # the files that SQLite keeps beside its own
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


def make_whole(path: Path, fill: Callable[[Path], None]) -> bool:
    """Let ``fill`` make a file, and put it at ``path`` only once it is complete and on the disk.

    A power cut in between leaves nothing at ``path``.

    Returns
    -------
    bool
        False when another process was quicker: its file stays.

    Raises
    ------
    KasusError
        K306 when the folder cannot be written, K307 when the disk is full.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(draft)
        _to_disk(draft)
        placed = _place(draft, path)
        _names_to_disk(path.parent)
    except OSError as problem:
        full = problem.errno == errno.ENOSPC
        raise KasusError("classroom.K307" if full else "classroom.K306", str(path)) from problem
    finally:
        for left in (draft, *(Path(f"{draft}{end}") for end in BESIDE)):
            with suppress(OSError):  # the stick was pulled out
                left.unlink(missing_ok=True)
    return placed


def _place(draft: Path, path: Path) -> bool:
    """Give the finished draft its name, unless the name is taken."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:  # a USB stick (FAT) knows no links
        if path.exists():
            return False
        draft.rename(path)
    return True


def _to_disk(path: Path) -> None:
    """Return once what was written can survive a power cut."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _names_to_disk(folder: Path) -> None:
    """Make a new name in a folder survive a power cut, where a folder can be asked for that."""
    if os.name == "posix":
        with suppress(OSError):  # some file systems refuse, and write names at once
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
