"""A class: its participants and their attempts, in one database."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from kasuskit.classroom import tables
from kasuskit.classroom.attempt import Attempt, find_open_attempt, keep_rows, open_attempt, stamp
from kasuskit.classroom.codes import fingerprint, new_code, new_uid, read_code
from kasuskit.classroom.database import Database
from kasuskit.classroom.entry import DONE
from kasuskit.classroom.names import LONGEST_ACCOUNT, clean, folded
from kasuskit.messages import KasusError

_MOST_REMEMBERED = 2000


@dataclass(frozen=True)
class Person:
    """A participant: a name or an alias, where from, and the code to go on from another phone.

    Nothing of it ever changes in a class.
    """

    id: int
    name: str
    village: str
    joined: str
    code: str


class Room:
    """A class. Made by `open_room`.

    Attributes
    ----------
    address : str
        What another process gives to `open_room` to reach this class. May hold a database password.
    migrated_backup : Path or None
        Where the old file is kept, when opening this class brought it up to this version.
    """

    def __init__(
        self,
        database: Database,
        address: str,
        clock: Callable[[], datetime],
        migrated_backup: Path | None = None,
    ) -> None:
        self.address = address
        self.migrated_backup = migrated_backup
        self._database = database
        self._clock = clock
        self._known: dict[str, Person] = {}  # by fingerprint; a request of somebody known needs no disk
        self._forgotten = 0
        self._turn = threading.Lock()

    # who is in ------------------------------------------------------------------------------------------------

    def enter(self, name: str, village: str = "") -> tuple[Person, str]:
        """Let a new participant in; return the person and the token that this device keeps.

        Only a fingerprint (SHA-256) of the token is stored. Two people with one name are two persons.

        Parameters
        ----------
        name : str
            A name or an alias, 1 to 60 characters.
        village : str
            At most 60 characters; may be empty.

        Raises
        ------
        KasusError
            K311 to K313 when the name or the village cannot be used; the error's ``place`` is
            ``"name"`` or ``"village"``.
        """
        name, village = clean(name, "name"), clean(village, "village")
        token = secrets.token_hex(16)
        with self._database.writing() as connection:
            person = self._new_person(connection, name, village, None)
            assert person is not None
            self._add_device(connection, person.id, token)
        return person, token

    def person_by_token(self, token: str) -> Person | None:
        """Return whose token this is, or None. Who was found once is found again without the database."""
        mark = fingerprint(token)
        with self._turn:
            known, forgotten = self._known.get(mark), self._forgotten
        if known is not None:
            return known
        device = select(tables.device.c.person).where(tables.device.c.token_hash == mark)
        person = self._person(tables.person.c.id.in_(device))
        with self._turn:
            if person is not None and forgotten == self._forgotten:
                while len(self._known) >= _MOST_REMEMBERED:
                    del self._known[next(iter(self._known))]
                self._known[mark] = person
        return person

    def person_by_code(self, code: str) -> Person | None:
        """Return whose code this is, or None; blanks and dashes do not matter (``"482 913"``)."""
        read = read_code(code)
        return None if read is None else self._person(tables.person.c.code == read)

    def person_by_id(self, person_id: int) -> Person:
        """Return the participant with this number.

        Raises
        ------
        KasusError
            K314 when there is none.
        """
        person = self._person(tables.person.c.id == person_id)
        if person is None:
            raise KasusError("classroom.K314")
        return person

    def person_by_account(self, account: str, name: str, village: str = "") -> Person:
        """Return the participant with this account of a JupyterHub; let a new one in when there is none yet.

        Parameters
        ----------
        account : str
            The account's name, 1 to 120 characters.
        name, village : str
            As in `enter`, for a new participant.

        Raises
        ------
        KasusError
            K311 to K313, with ``"account"``, ``"name"`` or ``"village"`` as its place.
        """
        account = clean(account, "account", LONGEST_ACCOUNT)
        which = tables.person.c.account == account
        found = self._person(which)
        if found is not None:
            return found
        name, village = clean(name, "name"), clean(village, "village")
        with self._database.writing() as connection:
            person = self._new_person(connection, name, village, account)
        return person or self._only(which)

    def namesakes(self, name: str, village: str = "") -> tuple[Person, ...]:
        """Return who has the same name already, whatever the capitals, accents and blanks, oldest first.

        The village is the same, or one of the two has none.
        """
        called, home = folded(name), folded(village)
        return tuple(
            person
            for person in self.persons()
            if folded(person.name) == called and (not home or folded(person.village) in ("", home))
        )

    def persons(self) -> tuple[Person, ...]:
        """Return all participants, in the order in which they entered."""
        with self._database.reading() as connection:
            return tuple(Person(*row) for row in connection.execute(_PERSON.order_by(tables.person.c.id)))

    def count(self) -> int:
        """Return how many participants there are."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.count()).select_from(tables.person)) or 0)

    def new_device(self, person_id: int) -> str:
        """Return a token for one more phone of a participant.

        Raises
        ------
        KasusError
            K314 when the class does not know the person.
        """
        self.person_by_id(person_id)
        token = secrets.token_hex(16)
        with self._database.writing() as connection:
            self._add_device(connection, person_id, token)
        return token

    def forget_device(self, token: str) -> None:
        """Let nobody in with this token any more; the participant and all answers stay."""
        mark = fingerprint(token)
        with self._database.writing() as connection:
            connection.execute(delete(tables.device).where(tables.device.c.token_hash == mark))
        with self._turn:
            self._forgotten += 1
            self._known.pop(mark, None)

    def _new_person(self, connection: Connection, name: str, village: str, account: str | None) -> Person | None:
        """Store a new participant under a code that is free; None when another has the account already."""
        values = {"name": name, "village": village, "joined": stamp(self._clock)}
        insert = self._database.insert_once(tables.person).returning(tables.person.c.id)
        taken = select(tables.person.c.id).where(tables.person.c.account == account)
        while True:
            code = new_code()
            row = values | {"uid": new_uid(), "code": code, "account": account}
            made = connection.scalar(insert, row)
            if made is not None:
                return Person(id=made, code=code, **values)
            if account is not None and connection.scalar(taken) is not None:
                return None

    def _add_device(self, connection: Connection, person_id: int, token: str) -> None:
        row = {"person": person_id, "token_hash": fingerprint(token), "added": stamp(self._clock)}
        connection.execute(tables.device.insert(), row)

    def _person(self, which: ColumnElement[bool]) -> Person | None:
        with self._database.reading() as connection:
            row = connection.execute(_PERSON.where(which)).one_or_none()
        return None if row is None else Person(*row)

    def _only(self, which: ColumnElement[bool]) -> Person:
        with self._database.reading() as connection:
            return Person(*connection.execute(_PERSON.where(which)).one())

    # what they do ---------------------------------------------------------------------------------------------

    def attempt(self, person_id: int, *, case: str, form: str, version: str, now_clock: str = "") -> Attempt:
        """Go on with the person's open attempt at a case, or start one.

        Parameters
        ----------
        person_id : int
            Who practises.
        case, form, version : str
            The case, the form's name and its version. An open attempt goes on also when the form has a
            newer version by now; its ``form_version`` says with which one it was begun.
        now_clock : str
            The clock of the record, kept with a new attempt.

        Raises
        ------
        KasusError
            K314 when the class does not know the person.
        """
        self.person_by_id(person_id)
        kind = {
            "person": person_id,
            "case": case,
            "form": form,
            "form_version": version,
            "now_clock": now_clock,
        }
        with self._database.reading() as connection:  # goes on with a full disk too, and while another program writes
            row = find_open_attempt(connection, kind)
        if row is None:
            with self._database.writing() as connection:
                row = open_attempt(connection, self._database, self._clock, kind)
        return Attempt.from_row(row, self._database, self._clock)

    def attempt_by_id(self, attempt_id: int) -> Attempt:
        """Return the attempt with this number.

        Raises
        ------
        KasusError
            K315 when there is none.
        """
        found = self._attempts(tables.attempt.c.id == attempt_id)
        if not found:
            raise KasusError("classroom.K315")
        return found[0]

    def attempts(self, person_id: int | None = None) -> tuple[Attempt, ...]:
        """Return a person's attempts, or everyone's, oldest first."""
        return self._attempts(None if person_id is None else tables.attempt.c.person == person_id)

    def _attempts(self, which: ColumnElement[bool] | None) -> tuple[Attempt, ...]:
        query = select(tables.attempt).order_by(tables.attempt.c.id)
        if which is not None:
            query = query.where(which)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Attempt.from_row(row, self._database, self._clock) for row in rows)

    def done(self, person_id: int) -> frozenset[str]:
        """Return what a person has done: the cases of which an attempt says so, also one that was ended since."""
        attempts, entries = tables.attempt.c, tables.entry.c
        query = select(attempts.case).join(tables.entry, entries.attempt == attempts.id)
        which = (attempts.person == person_id, entries.at == DONE, entries.value != "")
        with self._database.reading() as connection:
            return frozenset(connection.execute(query.where(*which).distinct()).scalars())

    def append_all(self, parcels: Sequence[tuple[int, str, list[dict[str, Any]]]]) -> list[int]:
        """Store the answers of many in one transaction: all of them are on the disk when this returns, or none.

        Parameters
        ----------
        parcels : sequence of (attempt, tab, rows)
            ``rows`` as ``checked_rows`` gives them.

        Returns
        -------
        list of int
            For each parcel the last ``n`` known of its tab.
        """
        with self._database.writing() as connection:
            return [keep_rows(connection, self._database, self._clock, parcel) for parcel in parcels]

    def secret(self) -> bytes:
        """Return 32 random bytes that belong to this class and stay the same when the server starts again."""
        with self._database.reading() as connection:
            return bytes.fromhex(connection.execute(select(tables.class_info.c.secret)).scalar_one())

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()


_columns = tables.person.c
_PERSON = select(_columns.id, _columns.name, _columns.village, _columns.joined, _columns.code)
