"""Bring what one class database holds into another, by the marks that are the same in every copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from kasuskit.classroom.codes import new_code
from kasuskit.classroom.tables import attempt, class_info, device, entry, person
from kasuskit.classroom.weaving import Key, woven

if TYPE_CHECKING:
    from kasuskit.classroom.merging import Added

Row = dict[str, Any]


class Joining:
    """The work on one other database, in a transaction of ours.

    Parameters
    ----------
    ours, theirs : Connection
        Where everything goes, and where it comes from.
    added : Added
        Gets what was done.
    """

    def __init__(self, ours: Connection, theirs: Connection, added: Added) -> None:
        self._ours, self._theirs, self._added = ours, theirs, added
        self._people: dict[int, int] = {}  # our number of each of their people
        self._attempts: dict[int, int] = {}
        self._names: dict[int, str] = {}

    def run(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Bring everything in."""
        uid = select(class_info.c.uid)
        self._added.same_class = self._ours.scalar(uid) == self._theirs.scalar(uid)
        self._bring_people()
        self._bring_devices()
        attempts = self._rows(self._theirs, attempt)
        self._bring_attempts(attempts)
        for number, each in enumerate(attempts, start=1):
            self._bring_answers(each)
            if progress is not None:
                progress(number, len(attempts))

    # people ---------------------------------------------------------------------------------------------------

    def _bring_people(self) -> None:
        known = {row["uid"]: row for row in self._rows(self._ours, person)}
        codes = {row["code"] for row in known.values()}
        accounts = {row["account"] for row in known.values()} - {None}
        for row in self._rows(self._theirs, person):
            number, theirs = row.pop("id"), row["code"]
            self._names[number] = row["name"]
            there = known.get(row["uid"])
            if there is None:
                while row["code"] in codes:
                    row["code"] = new_code()
                if row["account"] in accounts:
                    self._added.accounts.append(row["account"])
                    row["account"] = None
                there = row | {"id": self._insert(person, row)}
                self._added.people += 1
                codes.add(row["code"])
                accounts |= {row["account"]} - {None}
            self._people[number] = there["id"]
            if there["code"] != theirs:
                self._added.codes.append((row["name"], theirs, there["code"]))

    def _bring_devices(self) -> None:
        known = set(self._ours.scalars(select(device.c.token_hash)))
        for row in self._rows(self._theirs, device):
            if row["token_hash"] not in known:
                self._insert(device, row | {"id": None, "person": self._people[row["person"]]})

    # attempts -------------------------------------------------------------------------------------------------

    def _bring_attempts(self, attempts: list[Row]) -> None:
        """Bring attempts in. What was ended in either file is ended, and of two that are open one goes on."""
        known = {row["uid"]: row for row in self._rows(self._ours, attempt)}
        for row in attempts:
            there = known.get(row["uid"])
            if there is not None:
                self._attempts[row["id"]] = there["id"]
                if row["ended"] and (not there["ended"] or row["ended"] < there["ended"]):
                    self._end(there["id"], row["ended"])
        for row in attempts:
            if row["id"] not in self._attempts:
                new = row | {"id": None, "person": self._people[row["person"]]}
                if new["ended"] is None:
                    new["ended"] = self._settle(row, new)
                self._attempts[row["id"]] = self._insert(attempt, new)
                self._added.attempts += 1

    def _settle(self, theirs: Row, new: Row) -> str | None:
        """Let the one of two open attempts go on that was answered last; return when theirs was ended, if so."""
        same = [attempt.c[name] == new[name] for name in ("person", "case", "form")]
        ours = self._ours.execute(select(attempt).where(*same, attempt.c.ended.is_(None))).mappings().first()
        if ours is None:
            return None
        self._added.ended.append((self._names[theirs["person"]], theirs["case"]))
        our_last, their_last = _last(self._ours, dict(ours)), _last(self._theirs, theirs)
        if (our_last, ours["uid"]) > (their_last, theirs["uid"]):
            return their_last
        self._end(ours["id"], our_last)
        return None

    def _end(self, number: int, at: str) -> None:
        self._ours.execute(update(attempt).where(attempt.c.id == number).values(ended=at))

    # answers --------------------------------------------------------------------------------------------------

    def _bring_answers(self, theirs: Row) -> None:
        number = self._attempts[theirs["id"]]
        our_keys = [(tab, n) for tab, n in self._ours.execute(_keys(number))]
        their_rows = _answers(self._theirs, theirs["id"])
        known = set(our_keys)
        new = [key for key in their_rows if key not in known]
        if not new:
            return
        self._added.answers += len(new)
        if known - their_rows.keys():
            self._added.both.append((self._names[theirs["person"]], theirs["case"]))
        order = woven(our_keys, list(their_rows))
        kept = next(index for index, key in enumerate([*our_keys, None]) if key != order[index])
        rows = dict(their_rows)
        if kept < len(our_keys):
            rows |= self._take_out(number, set(our_keys[kept:]))
        tail = [rows[key] | {"seq": None, "attempt": number} for key in order[kept:]]
        self._ours.execute(insert(entry), tail)

    def _take_out(self, number: int, keys: set[Key]) -> dict[Key, Row]:
        """Take answers out, to be put back behind what comes before them."""
        rows = {key: row for key, row in _answers(self._ours, number).items() if key in keys}
        first = min(row["seq"] for row in rows.values())
        self._ours.execute(delete(entry).where(entry.c.attempt == number, entry.c.seq >= first))
        return rows

    # rows -----------------------------------------------------------------------------------------------------

    def _rows(self, connection: Connection, table: Table) -> list[Row]:
        return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]

    def _insert(self, table: Table, row: Row) -> int:
        values = {name: value for name, value in row.items() if name != "id"}
        return int(self._ours.execute(insert(table).returning(table.c.id), values).scalar_one())


def _last(connection: Connection, row: Row) -> str:
    """Return when an attempt was last answered, or begun."""
    newest = select(func.max(entry.c.seq)).where(entry.c.attempt == row["id"]).scalar_subquery()
    return str(connection.scalar(select(entry.c.received).where(entry.c.seq == newest)) or row["started"])


def _keys(number: int) -> Any:
    return select(entry.c.tab, entry.c.n).where(entry.c.attempt == number).order_by(entry.c.seq)


def _answers(connection: Connection, number: int) -> dict[Key, Row]:
    rows = connection.execute(select(entry).where(entry.c.attempt == number).order_by(entry.c.seq)).mappings()
    return {(row["tab"], row["n"]): dict(row) for row in rows}
