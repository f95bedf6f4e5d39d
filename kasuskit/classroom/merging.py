"""Merge class files: what two laptops gathered comes together in one of them, and nothing is deleted."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import event
from sqlalchemy.engine import URL

from kasuskit.classroom import files, tables
from kasuskit.classroom.copying import copy_file, dated
from kasuskit.classroom.database import Database, make_engine
from kasuskit.classroom.joining import Joining
from kasuskit.classroom.opening import open_room
from kasuskit.classroom.reading import opened
from kasuskit.messages import KasusError

Progress = Callable[[int, int], None]
_AT_ONCE = 0.5  # seconds: whoever has the class open keeps it open


@dataclass
class Added:
    """What came from one file.

    Attributes
    ----------
    path : Path
        The file.
    same_class : bool
        Whether it is a copy of the class into which it was merged.
    old : bool
        Whether it is of an older version; the file itself stays so.
    people, attempts, answers : int
        How many were new.
    codes : list of (name, theirs, ours)
        Who has another code here than in the file.
    ended : list of (name, case)
        Attempts that were ended, because the same person has another at the same case open, with a later answer.
    both : list of (name, case)
        Attempts that went on in both files: the file's answers count as the later ones.
    accounts : list of str
        Accounts that belong to another participant here: these people have none here.
    """

    path: Path
    same_class: bool = False
    old: bool = False
    people: int = 0
    attempts: int = 0
    answers: int = 0
    codes: list[tuple[str, str, str]] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)
    both: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Merged:
    """What a merge did, or would do.

    Attributes
    ----------
    into : Path
        The class file that holds everything now.
    added : tuple of Added
        What came from each file.
    backup : Path or None
        The class file as it was before; None for a dry run.
    migrated_backup : Path or None
        The class file as it was in the older version of which it was before.
    """

    into: Path
    added: tuple[Added, ...]
    backup: Path | None
    migrated_backup: Path | None


def merge(
    into: Path,
    sources: Sequence[Path],
    *,
    dry_run: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress | None = None,
) -> Merged:
    """Bring the people, attempts and answers of other class files into one.

    All or nothing is changed, after a copy was put beside the class file; the other files are only read.

    Parameters
    ----------
    into : Path
        The class file that gets everything. Nobody may have the class open.
    sources : sequence of Path
        The other files, for instance on a USB stick.
    dry_run : bool
        Whether only to say what would come.
    clock : callable
        Gives the time in UTC.
    progress : callable, optional
        Told how many attempts are done, and how many there are.

    Raises
    ------
    KasusError
        K333 when a file would be merged with itself, K334 when the class is open, K330 and K331 when a copy finds no
        place, K301 to K306, K316 and K317 for what is wrong with a file.
    """
    _look_at_all(into, sources)
    with tempfile.TemporaryDirectory(prefix="kasuskit-", ignore_cleanup_errors=True) as folder:
        own = Path(folder)
        added = [Added(source) for source in sources]
        copies = [_copy(each, own / f"{number}.sqlite") for number, each in enumerate(added)]
        target = copy_file(into, lambda: own / "into.sqlite").path if dry_run else into
        with open_room(target, create=False, clock=clock) as room:
            migrated = room.migrated_backup
        with _alone(target) as (database, connection):
            backup = None
            if not dry_run:
                backup = copy_file(into, lambda: dated(into, "sebelum-gabung", clock()), connection=connection).path
            _join(database, list(zip(added, copies, strict=True)), progress)
    return Merged(into, tuple(added), backup, None if dry_run else migrated)


def _look_at_all(into: Path, sources: Sequence[Path]) -> None:
    for path in (into, *sources):
        if not files.look_at(path):
            raise KasusError("classroom.K316", str(path))
    for path in sources:
        if into.samefile(path):
            raise KasusError("classroom.K333", str(path))


def _copy(added: Added, path: Path) -> Path:
    """Copy a file, so that it can be brought up to this version without being changed."""
    with opened(added.path) as (_connection, version):
        added.old = version < tables.SCHEMA_VERSION
    copy_file(added.path, lambda: path)
    open_room(path, create=False).close()
    return path


@contextmanager
def _alone(path: Path) -> Iterator[tuple[Database, sqlite3.Connection]]:
    """Give a class file that nobody else can open until this ends: a kernel would not see what is merged in."""
    engine = make_engine(URL.create("sqlite", database=str(path)), _AT_ONCE)
    event.listen(engine, "connect", lambda made, _record: made.execute("PRAGMA locking_mode = EXCLUSIVE"))
    database = Database(engine, str(path))
    try:
        with database.writing() as connection:
            held = cast("sqlite3.Connection", connection.connection.driver_connection)
    except KasusError as problem:
        database.close()
        if problem.code == "K308":
            raise KasusError("classroom.K334", str(path)) from problem
        raise
    try:
        yield database, held
    finally:
        database.close()


def _join(database: Database, pairs: list[tuple[Added, Path]], progress: Progress | None) -> None:
    with database.writing() as connection:
        for added, path in pairs:
            source = Database(make_engine(URL.create("sqlite", database=str(path)), _AT_ONCE), str(added.path))
            try:
                with source.reading() as other:
                    Joining(connection, other, added).run(progress)
            finally:
                source.close()
        database.look_over(connection)
