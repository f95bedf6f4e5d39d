"""Bring a class of version 1 up to version 2.

In version 1 a person had the token of one browser; now a person has a code, and a browser is a row of its own.
Codes and marks follow from the class's own secret: copies of one class on two laptops, brought up
each for itself, still know their people and attempts as the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from kasuskit.classroom import tables
from kasuskit.classroom.codes import derived_code, derived_uid
from kasuskit.classroom.copying import copy_file, dated, room_for, room_on
from kasuskit.classroom.database import Database
from kasuskit.messages import KasusError

Row = dict[str, Any]
# PostgreSQL changes tables in place. What SQLite cannot change so is made anew from `tables`.
_ON_POSTGRESQL = (
    "ALTER TABLE class_info ADD COLUMN uid VARCHAR(32)",
    "ALTER TABLE person ADD COLUMN uid VARCHAR(32) UNIQUE, ADD COLUMN code VARCHAR(6) UNIQUE,"
    " ADD COLUMN account VARCHAR(120) UNIQUE",
    "ALTER TABLE attempt ADD COLUMN uid VARCHAR(32) UNIQUE",
)
_FILLED_ON_POSTGRESQL = (
    "ALTER TABLE class_info ALTER COLUMN uid SET NOT NULL",
    "ALTER TABLE person ALTER COLUMN uid SET NOT NULL, ALTER COLUMN code SET NOT NULL, DROP COLUMN token_hash",
    "ALTER TABLE attempt ALTER COLUMN uid SET NOT NULL",
)


def upgrade(database: Database, path: Path | None, clock: Callable[[], datetime]) -> Path | None:
    """Bring a class up to this version, in one transaction, after a copy of the file was put beside it.

    When two processes open the class at once, one does it while the other waits.

    Parameters
    ----------
    database : Database
        The class, opened so that SQLite does not watch over references.
    path : Path or None
        The class file; None for a database server, whose keeper makes the backups.
    clock : callable
        Gives the time in UTC.

    Returns
    -------
    Path or None
        The copy; None when another process was quicker, or when there is no file.

    Raises
    ------
    KasusError
        K325 when there is no room for the copy, K304 when what the class holds does not fit together. The class
        is then as it was.
    """
    with database.writing() as connection:
        database.take_turn(connection)
        if connection.scalar(text("SELECT schema_version FROM class_info")) == tables.SCHEMA_VERSION:
            return None
        backup = None if path is None else _keep(path, clock)
        rows = _rows(connection)
        if path is None:
            _change(connection, rows)
        else:
            _make_anew(connection, rows)
            database.look_over(connection)
    return backup


def _keep(path: Path, clock: Callable[[], datetime]) -> Path:
    """Copy the file as it is; the copy and what the change needs must both find room."""
    try:
        if room_on(path.parent) < 2 * room_for(path):
            raise KasusError("classroom.K330", str(path))
        return copy_file(path, lambda: dated(path, f"sebelum-v{tables.SCHEMA_VERSION}", clock())).path
    except KasusError as problem:
        if problem.code == "K330":
            raise KasusError("classroom.K325", str(path)) from problem
        raise


def _rows(connection: Connection) -> dict[str, list[Row]]:
    """Return what the changed tables will hold."""

    def all_of(table: str) -> list[Row]:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()]

    infos, people, attempts = all_of("class_info"), all_of("person"), all_of("attempt")
    secret = bytes.fromhex(infos[0]["secret"])
    marks = {person["id"]: person.pop("token_hash") for person in people}
    devices = [{"person": each["id"], "token_hash": marks[each["id"]], "added": each["joined"]} for each in people]
    for info in infos:
        info |= {"schema_version": tables.SCHEMA_VERSION, "uid": derived_uid(secret, "class")}
    taken: set[str] = set()
    for person in people:
        mark = marks[person["id"]]
        code = _code(secret, mark, taken)
        taken.add(code)
        person |= {"uid": derived_uid(secret, "person", mark), "code": code, "account": None}
    for attempt in attempts:
        what = (marks.get(attempt["person"]), attempt["case"], attempt["form"], attempt["id"], attempt["started"])
        attempt["uid"] = derived_uid(secret, "attempt", *what)
    return {"class_info": infos, "person": people, "device": devices, "attempt": attempts}


def _code(secret: bytes, mark: str, taken: set[str]) -> str:
    number = 0
    while (code := derived_code(secret, mark, number)) is None or code in taken:
        number += 1
    return code


def _make_anew(connection: Connection, rows: dict[str, list[Row]]) -> None:
    """Make SQLite's tables again as this version has them, with everything in them."""
    for name in ("attempt", "person", "class_info"):
        connection.exec_driver_sql(f"DROP TABLE {name}")
    tables.metadata.create_all(connection)
    for name, held in rows.items():
        _insert(connection, name, held)


def _change(connection: Connection, rows: dict[str, list[Row]]) -> None:
    """Change PostgreSQL's tables in place."""
    for each in _ON_POSTGRESQL:
        connection.exec_driver_sql(each)
    tables.device.create(connection)
    _insert(connection, "device", rows["device"])
    for name, columns in (("class_info", "schema_version uid"), ("person", "uid code"), ("attempt", "uid")):
        values = ", ".join(f"{column} = :{column}" for column in columns.split())
        if rows[name]:
            connection.execute(text(f"UPDATE {name} SET {values} WHERE id = :id"), rows[name])
    for each in _FILLED_ON_POSTGRESQL:
        connection.exec_driver_sql(each)


def _insert(connection: Connection, name: str, rows: Iterable[Row]) -> None:
    if rows:
        connection.execute(tables.metadata.tables[name].insert(), list(rows))
