"""Read class files without changing them or leaving anything beside them, also while a class is going on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kasuskit.classroom import files, tables
from kasuskit.classroom.database import error_of
from kasuskit.messages import KasusError

_BUSY_SECONDS = 10.0


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, int]]:
    """Give a connection that reads a class file as it is at one moment, and the version of its tables.

    Raises
    ------
    KasusError
        K301 to K306, K316 and K317: what is wrong with the file; K308 when somebody opened it and wrote into it at
        the same time.
    """
    if not files.look_at(path):
        raise KasusError("classroom.K316", str(path))
    with _read_only(path) as connection:
        connection.execute("BEGIN")
        yield connection, _version(connection, str(path))


def _version(connection: sqlite3.Connection, place: str) -> int:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables.class_info.name not in there:
        raise KasusError("classroom.K303", place)
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise KasusError("classroom.K304", place)
    version = connection.execute("SELECT schema_version FROM class_info").fetchone()
    if version is None or not set(tables.metadata.tables) - tables.NEW_IN_2 <= there:
        raise KasusError("classroom.K304", place)
    if version[0] > tables.SCHEMA_VERSION:
        raise KasusError("classroom.K317", place, theirs=version[0], ours=tables.SCHEMA_VERSION)
    return int(version[0])


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that can only read.

    A file that nobody has open has no others beside it, and is read as it is: SQLite would otherwise put some there.
    """
    alone = not any(Path(f"{path}{end}").exists() for end in files.BESIDE)
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    before = _looks(path)
    try:
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
        try:
            yield connection
        finally:
            connection.close()
            if alone and _looks(path) != before:
                raise KasusError("classroom.K308", str(path))
    except sqlite3.Error as problem:
        raise error_of(problem, str(path)) from problem


def _looks(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as problem:
        raise KasusError("classroom.K306", str(path)) from problem
    return found.st_mtime_ns, found.st_size
