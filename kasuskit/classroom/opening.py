"""Open a class, or make it when it is not there yet."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from kasuskit.classroom import files, postgres, tables
from kasuskit.classroom.attempt import stamp
from kasuskit.classroom.codes import new_uid
from kasuskit.classroom.database import Database, make_engine
from kasuskit.classroom.room import Room
from kasuskit.messages import KasusError


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_room(
    path_or_url: str | Path,
    *,
    create: bool = True,
    check: bool = True,
    clock: Callable[[], datetime] = _utc_now,
    busy_seconds: float = 5.0,
) -> Room:
    """Open a class, or make it when it is not there yet.

    Parameters
    ----------
    path_or_url : str or Path
        A file for SQLite, or an SQLAlchemy URL (``postgresql+psycopg://...``).
    create : bool
        Whether a missing class is made; otherwise it is an error (K316).
    check : bool
        Whether to read the whole file once to see that it is not damaged.
    clock : callable
        Gives the time in UTC.
    busy_seconds : float
        How long to wait for another writer, in seconds.

    Raises
    ------
    KasusError
        K301 to K310, K316, K317, K326: what is wrong with the file or the database; K325, K331: an older file
        cannot be kept beside. A file that cannot be used is left exactly as it was.

    Notes
    -----
    A class of an older version is brought up to this one (`kasuskit.classroom.upgrade`); ``migrated_backup``
    of the room says where the old file is kept.
    """
    path, url = _which(path_or_url)
    there = path is None or files.look_at(path)
    if path is not None and not there:
        if not create:
            raise KasusError("classroom.K316", str(path))
        files.make_whole(path, lambda draft: _fill(draft, clock))
    place = str(path) if path is not None else postgres.shown(url)
    database = Database(make_engine(url, busy_seconds), place)
    backup = None
    try:
        if path is None and create:
            _make_tables(database, clock)
        if _verify(database, whole=check and path is not None) < tables.SCHEMA_VERSION:
            backup = _bring_up(path, url, place, busy_seconds, clock)
        database.read_while_writing()
    except BaseException:
        database.close()
        raise
    address = str(path) if path is not None else url.render_as_string(hide_password=False)
    return Room(database, address, clock, backup)


def _which(path_or_url: str | Path) -> tuple[Path | None, URL]:
    """Return the file (None for a database server) and the URL."""
    if isinstance(path_or_url, str) and "://" in path_or_url:
        try:
            url = make_url(path_or_url)
        except (ArgumentError, ValueError):  # its words may hold a part of the password
            raise KasusError("classroom.K310", path_or_url.partition("://")[0], driver="?") from None
        if url.get_backend_name() != "sqlite":
            return None, url
        path_or_url = url.database or ""
    path = Path(path_or_url).absolute()
    return path, URL.create("sqlite", database=str(path))


def _bring_up(
    path: Path | None, url: URL, place: str, busy_seconds: float, clock: Callable[[], datetime]
) -> Path | None:
    """Bring an older class up to this version; return where the old file is kept."""
    from kasuskit.classroom.upgrade import upgrade

    database = Database(make_engine(url, busy_seconds, references=False), place)
    try:
        return upgrade(database, path, clock)
    finally:
        database.close()


def _fill(draft: Path, clock: Callable[[], datetime]) -> None:
    database = Database(make_engine(URL.create("sqlite", database=str(draft)), 10.0), str(draft))
    try:
        _make_tables(database, clock)
    finally:
        database.close()


def _make_tables(database: Database, clock: Callable[[], datetime]) -> None:
    """Make a class in a database that holds none; what another one made in the meantime stays."""
    first = {
        "id": 1,
        "schema_version": tables.SCHEMA_VERSION,
        "created": stamp(clock),
        "secret": secrets.token_hex(32),
        "uid": new_uid(),
    }
    with database.writing() as connection:
        database.take_turn(connection)
        if tables.class_info.name not in inspect(connection).get_table_names():
            tables.metadata.create_all(connection)
            connection.execute(tables.class_info.insert(), first)


def _verify(database: Database, whole: bool) -> int:
    """Return the version of the class; raise unless it is one that this kasuskit can use."""
    with database.reading() as connection:
        if not inspect(connection).has_table(tables.class_info.name):
            raise KasusError("classroom.K303", database.place)
        if whole and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise KasusError("classroom.K304", database.place)
        version = connection.execute(select(tables.class_info.c.schema_version)).scalar()
        # After the version: on PostgreSQL another process may bring the class up between two looks at it.
        there = set(inspect(connection).get_table_names())
    if version is None:
        raise KasusError("classroom.K304", database.place)
    if version > tables.SCHEMA_VERSION:
        raise KasusError("classroom.K317", database.place, theirs=version, ours=tables.SCHEMA_VERSION)
    needed = set(tables.metadata.tables) - (tables.NEW_IN_2 if version < 2 else set())
    if version < 1 or not needed <= there:
        raise KasusError("classroom.K304", database.place)
    return int(version)
