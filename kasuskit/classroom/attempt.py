"""One person's attempt at one case: a log of answers that only grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from kasuskit.classroom import tables
from kasuskit.classroom.codes import new_uid
from kasuskit.classroom.database import Database
from kasuskit.classroom.entry import Entry, Item
from kasuskit.messages import KasusError

OPERATIONS = frozenset({"set", "add", "remove", "restore"})
MOST_ITEMS = 500
LONGEST_VALUE = 20_000
LONGEST_ADDRESS = 200
LONGEST_TAB = 64
_LARGEST_N = 2**31 - 1


@dataclass(frozen=True)
class Attempt:
    """One person's attempt at one case.

    Attributes
    ----------
    id, person : int
        The attempt's and the person's number in this class.
    uid : str
        The attempt's mark, the same in every copy of the class.
    case, form, form_version : str
        What is practised, with which form.
    started, ended : str
        UTC, ISO 8601; ``ended`` is None while the attempt is open.
    now_clock : str
        The clock of the record, so that a check gives the same result tomorrow.
    """

    id: int
    uid: str
    person: int
    case: str
    form: str
    form_version: str
    started: str
    ended: str | None
    now_clock: str
    _database: Database = field(repr=False, compare=False)
    _clock: Callable[[], datetime] = field(repr=False, compare=False)

    @classmethod
    def from_row(cls, row: RowMapping, database: Database, clock: Callable[[], datetime]) -> Attempt:
        """Return the attempt that a row of the table holds."""
        return cls(**dict(row), _database=database, _clock=clock)

    def append(self, tab: str, items: Iterable[Item]) -> int:
        """Store what a browser tab sent and return the last ``n`` known of this tab (0: none).

        Everything is on the disk when this returns. What was sent before is not stored again.

        Parameters
        ----------
        tab : str
            The random name of the tab, 1 to 64 characters.
        items : iterable of (n, op, at, value)
            At most 500; ``n`` counts up per tab from 1, ``op`` is ``set``, ``add``, ``remove`` or
            ``restore``, ``at`` has at most 200 characters, ``value`` at most 20,000.

        Raises
        ------
        KasusError
            K321 to K324 when something is not as above; nothing is stored then. K307, K308 and others
            when the database cannot be written.
        """
        rows = checked_rows(tab, items)
        with self._database.writing() as connection:
            return keep_rows(connection, self._database, self._clock, (self.id, tab, rows))

    def entries(self) -> tuple[Entry, ...]:
        """Return everything that was stored, in order."""
        columns = tables.entry.c
        stored = (columns.seq, columns.tab, columns.n, columns.op, columns.at, columns.value, columns.received)
        query = select(*stored)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(columns.attempt == self.id).order_by(columns.seq))
            return tuple(Entry(*row) for row in rows)

    def acknowledged(self) -> dict[str, int]:
        """Return the last ``n`` known of each tab."""
        columns = tables.entry.c
        query = select(columns.tab, func.max(columns.n)).where(columns.attempt == self.id)
        with self._database.reading() as connection:
            return {tab: int(n) for tab, n in connection.execute(query.group_by(columns.tab))}

    def restart(self) -> Attempt:
        """End this attempt and start the case afresh; what was answered stays stored.

        When another tab did so already, its new attempt is returned.
        """
        with self._database.writing() as connection:
            connection.execute(
                update(tables.attempt)
                .where(tables.attempt.c.id == self.id, tables.attempt.c.ended.is_(None))
                .values(ended=stamp(self._clock))
            )
            row = open_attempt(connection, self._database, self._clock, self._kind())
        return Attempt.from_row(row, self._database, self._clock)

    def _kind(self) -> dict[str, Any]:
        names = ("person", "case", "form", "form_version", "now_clock")
        return {name: getattr(self, name) for name in names}


def open_attempt(
    connection: Connection, database: Database, clock: Callable[[], datetime], kind: Mapping[str, Any]
) -> RowMapping:
    """Return the row of the open attempt at a case; start one when none is open."""
    fresh = {"uid": new_uid(), "started": stamp(clock), "ended": None}
    connection.execute(database.insert_once(tables.attempt), [dict(kind) | fresh])
    row = find_open_attempt(connection, kind)
    assert row is not None
    return row


def find_open_attempt(connection: Connection, kind: Mapping[str, Any]) -> RowMapping | None:
    """Return the row of the open attempt at a case, if one is open."""
    columns = tables.attempt.c
    query = select(tables.attempt).where(
        columns.person == kind["person"],
        columns.case == kind["case"],
        columns.form == kind["form"],
        columns.ended.is_(None),
    )
    return connection.execute(query).mappings().one_or_none()


def stamp(clock: Callable[[], datetime]) -> str:
    """Return the clock's time in ISO 8601, to the millisecond."""
    return clock().isoformat(timespec="milliseconds")


def keep_rows(
    connection: Connection,
    database: Database,
    clock: Callable[[], datetime],
    parcel: tuple[int, str, list[dict[str, Any]]],
) -> int:
    """Store rows that `checked_rows` made, for an attempt and a tab; return the last ``n`` known of the tab."""
    attempt, tab, rows = parcel
    columns = tables.entry.c
    if rows:
        same = {"attempt": attempt, "tab": tab, "received": stamp(clock)}
        connection.execute(database.insert_once(tables.entry), [same | row for row in rows])
    query = select(func.max(columns.n)).where(columns.attempt == attempt, columns.tab == tab)
    return int(connection.scalar(query) or 0)


def checked_rows(tab: object, items: Iterable[object]) -> list[dict[str, Any]]:
    """Return the columns of each item.

    Raises
    ------
    KasusError
        K321 to K324 for the first that cannot be stored.
    """
    if not isinstance(tab, str) or not 1 <= len(tab) <= LONGEST_TAB or not tab.isprintable():
        raise KasusError("classroom.K321", "tab")
    rows = []
    for count, item in enumerate(items, start=1):
        if count > MOST_ITEMS:
            raise KasusError("classroom.K322", most=MOST_ITEMS)
        rows.append(_row(item))
    return rows


def _row(item: object) -> dict[str, Any]:
    if not isinstance(item, list | tuple) or len(item) != 4:
        raise KasusError("classroom.K321", "item")
    n, op, at, value = item
    if type(n) is not int or not 1 <= n <= _LARGEST_N:
        raise KasusError("classroom.K321", "n")
    if not isinstance(op, str) or op not in OPERATIONS:
        raise KasusError("classroom.K321", "op")
    if not isinstance(at, str) or not 1 <= len(at) <= LONGEST_ADDRESS or not at.isprintable():
        raise KasusError("classroom.K323", "at", most=LONGEST_ADDRESS)
    if not isinstance(value, str):
        raise KasusError("classroom.K321", "value")
    if len(value) > LONGEST_VALUE:
        raise KasusError("classroom.K324", at, most=LONGEST_VALUE)
    return {"n": n, "op": op, "at": at, "value": _storable(value)}


def _storable(value: str) -> str:
    """Return the text without what no database can hold: NUL, and halves of characters (cut emoji)."""
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
