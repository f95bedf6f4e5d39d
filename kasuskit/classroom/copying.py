"""Copy a class file while it is in use: whole, looked over, and never over another file."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kasuskit.classroom import files
from kasuskit.classroom.database import error_of
from kasuskit.classroom.reading import opened
from kasuskit.messages import KasusError

Progress = Callable[[int, int], None]
BACKUP = "cadangan"
_PAGES_AT_ONCE = 64
_SPARE = 1_000_000  # bytes that a disk keeps free
_OF_THE_SOURCE = ("K301", "K304", "K308")
_OF_THE_TARGET = {"K307": "classroom.K330", "K306": "classroom.K331"}


@dataclass(frozen=True)
class Backup:
    """A copy of a class file: where it is, its size in bytes, and how many answers it holds."""

    path: Path
    size: int
    answers: int


def back_up(
    source: Path,
    to: Path | None = None,
    *,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Backup:
    """Copy a class file, for instance to a USB stick, also while the class is going on.

    Parameters
    ----------
    source : Path
        The class file. It is only read.
    to : Path, optional
        A folder, in which the copy gets a name with date and time; or the copy's own name, which ends in
        ``.sqlite``. By default the folder of the class file.
    now : datetime, optional
        The time for the name.
    progress : callable, optional
        Told how many pages are done, and how many there are.

    Raises
    ------
    KasusError
        K301 to K306, K308, K316 and K317 as in `copy_file`; K328 when the copy's name is taken, K329 when its
        folder is not there, K330 when it has no room, K331 when it cannot be written, K332 when it turned out
        other than the class. Nothing half-written is left.
    """
    target = source.parent if to is None else Path(os.path.abspath(to))  # noqa: PTH100 (E: is a folder on Windows)
    if os.path.isdir(target):  # noqa: PTH112 (never raises)
        name = target / source.name
        return copy_file(source, lambda: dated(name, BACKUP, now or datetime.now(UTC)), progress)
    if target.suffix.lower() != ".sqlite" or not os.path.isdir(target.parent):  # noqa: PTH112
        raise KasusError("classroom.K329", str(target))
    return copy_file(source, lambda: _free(target), progress)


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
        if not os.path.exists(made):  # noqa: PTH110 (never raises)
            return made
        number += 1


def copy_file(
    source: Path,
    name: Callable[[], Path],
    progress: Progress | None = None,
    connection: sqlite3.Connection | None = None,
) -> Backup:
    """Copy a class file under a new name.

    Parameters
    ----------
    source : Path
        The class file.
    name : callable
        Gives the copy's name; asked again when another process took it in the meantime.
    progress : callable, optional
        Told how many pages are done, and how many there are.
    connection : sqlite3.Connection, optional
        One that has the class file for itself, outside a transaction; by default it is opened to read.

    Raises
    ------
    KasusError
        K301 to K306, K308, K316 or K317 for what is wrong with the source; K330 when there is no room for the copy,
        K331 when it cannot be written, K332 when it turned out other than the source. Nothing half-written is left.
    """
    while True:
        target = name()
        if not files.look_at(source):
            raise KasusError("classroom.K316", str(source))
        if room_on(target.parent) < room_for(source):
            raise KasusError("classroom.K330", str(target))
        answers = 0

        def make(draft: Path) -> None:
            nonlocal answers
            answers = fill(source, draft, progress, connection)

        try:
            placed = files.make_whole(target, make)
        except KasusError as problem:
            if problem.code in _OF_THE_TARGET:
                raise KasusError(_OF_THE_TARGET[problem.code], str(target)) from problem
            raise
        if placed:
            return Backup(target, target.stat().st_size, answers)


def fill(
    source: Path,
    draft: Path,
    progress: Progress | None = None,
    connection: sqlite3.Connection | None = None,
) -> int:
    """Write what a class file holds at this moment into a new file, look that over, and count its answers."""
    if connection is None:
        with opened(source) as (reader, _version):
            return fill(source, draft, progress, reader)

    def told(_status: int, left: int, total: int) -> None:
        if progress is not None:
            progress(total - left, total)

    with _plain_words(source, draft):
        new = sqlite3.connect(draft, isolation_level=None)
        try:
            new.execute("PRAGMA synchronous = OFF")  # the caller sees to the disk once all is written
            if not connection.in_transaction:
                connection.execute("BEGIN")  # what others write from here on is not in the copy, nor does it stop it
            answers = _answers(connection)
            connection.backup(new, pages=_PAGES_AT_ONCE, progress=told)
            new.execute("PRAGMA journal_mode = DELETE")  # one file, and nothing beside it
            if new.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",) or _answers(new) != answers:
                raise KasusError("classroom.K332", str(source))
        finally:
            new.close()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    return answers


def _answers(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def room_on(folder: Path) -> int:
    """Return how many bytes a folder's disk has free for us."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return max(0, shutil.disk_usage(folder).free - _SPARE)


def room_for(source: Path) -> int:
    """Return how many bytes a copy of a class file may take."""
    parts = (source, Path(f"{source}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _free(target: Path) -> Path:
    if target.exists():
        raise KasusError("classroom.K328", str(target))
    return target


@contextmanager
def _plain_words(source: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        error = error_of(problem, str(target))
        raise error_of(problem, str(source)) if error.code in _OF_THE_SOURCE else error from problem
