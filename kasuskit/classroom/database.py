"""Reach the class database, and say in plain words when it cannot be reached."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kasuskit.classroom import postgres
from kasuskit.messages import KasusError

# SQLite's own names for what went wrong, and what we tell people.
_CODES = {
    "SQLITE_NOTADB": "classroom.K301",
    "SQLITE_CORRUPT": "classroom.K304",
    "SQLITE_READONLY": "classroom.K306",
    "SQLITE_PERM": "classroom.K306",
    "SQLITE_CANTOPEN": "classroom.K306",
    "SQLITE_AUTH": "classroom.K306",
    "SQLITE_FULL": "classroom.K307",
    "SQLITE_BUSY": "classroom.K308",
    "SQLITE_LOCKED": "classroom.K308",
    "SQLITE_PROTOCOL": "classroom.K308",
    "SQLITE_IOERR_LOCK": "classroom.K308",
    "SQLITE_IOERR_RDLOCK": "classroom.K308",
    "SQLITE_IOERR_SHMLOCK": "classroom.K308",
    "SQLITE_IOERR_CORRUPTFS": "classroom.K304",
    "SQLITE_IOERR": "classroom.K326",
}
_TURN = 0x6B61737573  # "kasus": the advisory lock of those who change a class database's tables
_NEXT_TO_NOTHING = 1_000_000  # bytes


def error_for(problem: DBAPIError, place: str) -> KasusError:
    """Return the error that a person meets for what the database reported."""
    key = None if isinstance(problem.orig, sqlite3.Error) else postgres.error_key(problem)
    if key is not None:
        return KasusError(key, place)
    return error_of(problem.orig, place)


def error_of(problem: BaseException | None, place: str) -> KasusError:
    """Return the error that a person meets for what the database's driver reported."""
    name = str(getattr(problem, "sqlite_errorname", ""))
    for start, key in _CODES.items():
        if name.startswith(start):
            return KasusError("classroom.K307" if key.endswith("K326") and _is_full(place) else key, place)
    return KasusError("classroom.K309", place, reason=(str(problem).splitlines() or [""])[0][:200])


def _is_full(place: str) -> bool:
    """Return whether the disk has no room: some systems report that as a fault of the disk."""
    try:
        return shutil.disk_usage(Path(place).parent).free < _NEXT_TO_NOTHING
    except OSError:  # the disk is gone
        return False


def make_engine(url: URL, busy_seconds: float, *, references: bool = True) -> Engine:
    """Return an engine that commits to the disk before it returns and waits its turn when others write.

    Parameters
    ----------
    url : URL
        SQLite or PostgreSQL.
    busy_seconds : float
        How long to wait for another writer, in seconds.
    references : bool
        Whether SQLite watches over the references between tables; not while tables are rebuilt.

    Raises
    ------
    KasusError
        K310 when the kind of database is unknown or its driver is not installed.
    """
    server = url.get_backend_name() == "postgresql"
    try:
        engine = create_engine(url, **(postgres.engine_options(url, busy_seconds) if server else {}))
    except (NoSuchModuleError, ImportError) as problem:
        raise KasusError("classroom.K310", postgres.shown(url), driver=url.drivername) from problem
    if server:
        postgres.commit_to_the_disk(engine)
    elif engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, busy_seconds, references)
    return engine


def _prepare_sqlite(engine: Engine, busy_seconds: float, references: bool) -> None:
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, see below
        connection.execute(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {int(references)}")

    def on_begin(connection: Connection) -> None:
        # A writer takes its turn at once: a reader that turns writer later fails without waiting.
        begin = connection.get_execution_options().get("kasuskit_begin", "BEGIN")
        if begin:
            connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


class Database:
    """One class database: short transactions, errors in plain words.

    Parameters
    ----------
    engine : Engine
        From `make_engine`.
    place : str
        The file or address, as a person would look for it.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read from."""
        with self._plain_words(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on the disk when the block ends, or not there at all."""
        engine = self.engine.execution_options(kasuskit_begin="BEGIN IMMEDIATE")
        with self._plain_words(), engine.begin() as connection:
            yield connection

    def take_turn(self, connection: Connection) -> None:
        """Let nobody else make or rebuild tables until this transaction ends; SQLite's writers wait anyway."""
        if self.engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")

    def read_while_writing(self) -> None:
        """Let readers go on while one writes: SQLite's WAL mode, which stays with the file."""
        if self.engine.dialect.name == "sqlite":
            engine = self.engine.execution_options(kasuskit_begin="")
            with self._plain_words(), engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")

    def look_over(self, connection: Connection) -> None:
        """Raise, and so undo what this transaction did, unless the SQLite file is sound."""
        sound = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
        if not sound or connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise KasusError("classroom.K304", self.place)

    @contextmanager
    def _plain_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as problem:
            raise error_for(problem, self.place) from problem
        except PoolTimeout as problem:
            raise KasusError("classroom.K345", self.place) from problem

    def insert_once(self, table: Table) -> Any:
        """Return an INSERT that leaves a row as it is when it is there already."""
        made = postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)
        return made.on_conflict_do_nothing()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
