"""Open a class, or make it when it is not there yet."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from kasuskit.classroom import files, tables
from kasuskit.classroom.attempt import stamp
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
        K301 to K310 and K316: what is wrong with the file or the database. A file that cannot be used
        is left exactly as it was.
    """
    path, url = _which(path_or_url)
    there = path is None or files.look_at(path)
    if path is not None and not there:
        if not create:
            raise KasusError("classroom.K316", str(path))
        files.make_whole(path, lambda draft: _fill(draft, clock))
    place = str(path) if path is not None else url.render_as_string()
    database = Database(make_engine(url, busy_seconds), place)
    try:
        if path is None and create:
            _make_tables(database, clock)
        _verify(database, whole=check and path is not None)
        database.read_while_writing()
    except BaseException:
        database.close()
        raise
    return Room(database, str(path) if path is not None else url.render_as_string(hide_password=False), clock)


def _which(path_or_url: str | Path) -> tuple[Path | None, URL]:
    """Return the file (None for a database server) and the URL."""
    if isinstance(path_or_url, str) and "://" in path_or_url:
        try:
            url = make_url(path_or_url)
        except ArgumentError as problem:
            raise KasusError("classroom.K310", path_or_url.partition("://")[0], driver="?") from problem
        if url.get_backend_name() != "sqlite":
            return None, url
        path_or_url = url.database or ""
    path = Path(path_or_url).absolute()
    return path, URL.create("sqlite", database=str(path))


def _fill(draft: Path, clock: Callable[[], datetime]) -> None:
    database = Database(make_engine(URL.create("sqlite", database=str(draft)), 10.0), str(draft))
    try:
        _make_tables(database, clock)
    finally:
        database.close()


def _make_tables(database: Database, clock: Callable[[], datetime]) -> None:
    first = {
        "id": 1,
        "schema_version": tables.SCHEMA_VERSION,
        "created": stamp(clock),
        "secret": secrets.token_hex(32),
    }
    with database.writing() as connection:
        tables.metadata.create_all(connection)
        connection.execute(database.insert_once(tables.class_info), [first])


def _verify(database: Database, whole: bool) -> None:
    """Raise unless this is a class that this version can use."""
    with database.reading() as connection:
        there = set(inspect(connection).get_table_names())
        if tables.class_info.name not in there:
            raise KasusError("classroom.K303", database.place)
        if whole and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise KasusError("classroom.K304", database.place)
        version = connection.execute(select(tables.class_info.c.schema_version)).scalar()
    if version is None or not set(tables.metadata.tables) <= there:
        raise KasusError("classroom.K304", database.place)
    if version > tables.SCHEMA_VERSION:
        raise KasusError("classroom.K317", database.place, theirs=version, ours=tables.SCHEMA_VERSION)
