"""Copy a class file while it is in use: whole, looked over, and never over another file."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kasuskit.classroom import files
from kasuskit.classroom.database import error_of
from kasuskit.messages import KasusError

Progress = Callable[[int, int], None]
_PAGES_AT_ONCE = 256
_SPARE = 1_000_000  # bytes that a disk keeps free
_OF_THE_SOURCE = ("K301", "K304")
_BUSY_SECONDS = 10.0


def dated(path: Path, mark: str, now: datetime) -> Path:
    """Return a free name beside a class file: ``soe.cadangan-20261125-1012.sqlite``.

    Parameters
    ----------
    path : Path
        The class file, or one of that name in another folder.
    mark : str
        What the copy is, in one word.
    now : datetime
        The time; the name has it in this computer's own time zone.
    """
    start = f"{path.stem}.{mark}-{now.astimezone():%Y%m%d-%H%M}"
    number = 1
    while True:
        made = path.with_name(f"{start}{'' if number == 1 else f'-{number}'}{path.suffix}")
        if not made.exists():
            return made
        number += 1


def copy_file(source: Path, name: Callable[[], Path], progress: Progress | None = None) -> Path:
    """Copy a class file, also while others write into it, and return where the copy is.

    Parameters
    ----------
    source : Path
        The class file. It is only read.
    name : callable
        Gives the copy's name; asked again when another process took it in the meantime.
    progress : callable, optional
        Told how many pages are done, and how many there are.

    Raises
    ------
    KasusError
        K304 when the source or the copy is damaged, K306 when the folder cannot be written, K307 when there is
        no room. Nothing half-written is left.
    """
    while True:
        target = name()
        if room_on(target.parent) < room_for(source):
            raise KasusError("classroom.K307", str(target))
        if files.make_whole(target, lambda draft: fill(source, draft, progress)):
            return target


def fill(source: Path, draft: Path, progress: Progress | None = None) -> None:
    """Write everything that a class file holds at this moment into a new file, and look the new file over."""

    def told(_status: int, left: int, total: int) -> None:
        if progress is not None:
            progress(total - left, total)

    with read_only(source) as old, _plain_words(source, draft):
        new = sqlite3.connect(draft, isolation_level=None)
        try:
            new.execute("PRAGMA synchronous = OFF")  # the caller sees to the disk once all is written
            old.execute("BEGIN")  # what others write from here on is not in the copy, and does not stop it
            before = old.execute("SELECT count(*) FROM sqlite_master").fetchone()
            old.backup(new, pages=_PAGES_AT_ONCE, progress=told)
            old.execute("ROLLBACK")
            new.execute("PRAGMA journal_mode = DELETE")  # one file, and nothing beside it
            sound = new.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            if not sound or new.execute("SELECT count(*) FROM sqlite_master").fetchone() != before:
                raise KasusError("classroom.K304", str(source))
        finally:
            new.close()


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that can only read a class file, and leaves nothing beside it.

    A file that nobody has open has no others beside it, and is read as it is; so is one on a read-only stick.
    """
    alone = not any(Path(f"{path}{end}").exists() for end in files.BESIDE)
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    before = _looks(path)
    with _plain_words(path, path):
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
        try:
            yield connection
        finally:
            connection.close()
            if alone and _looks(path) != before:  # somebody opened it, and wrote under our eyes
                raise KasusError("classroom.K308", str(path))


def room_on(folder: Path) -> int:
    """Return how many bytes a folder's disk has free for us."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return max(0, shutil.disk_usage(folder).free - _SPARE)


def room_for(source: Path) -> int:
    """Return how many bytes a copy of a class file may take."""
    parts = (source, Path(f"{source}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _looks(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as problem:
        raise KasusError("classroom.K306", str(path)) from problem
    return found.st_mtime_ns, found.st_size


@contextmanager
def _plain_words(source: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        error = error_of(problem, str(target))
        raise error_of(problem, str(source)) if error.code in _OF_THE_SOURCE else error from problem
