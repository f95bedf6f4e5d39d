"""A class: its participants and their attempts, in one database."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from kasuskit.classroom import tables
from kasuskit.classroom.attempt import Attempt, keep_rows, open_attempt, stamp
from kasuskit.classroom.database import Database
from kasuskit.messages import KasusError

LONGEST_NAME = 60
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn the line around


@dataclass(frozen=True)
class Person:
    """A participant: a name or an alias, and where from."""

    id: int
    name: str
    village: str
    joined: str


class Room:
    """A class. Made by `open_room`.

    Attributes
    ----------
    address : str
        What another process gives to `open_room` to reach this class. May hold a database password.
    """

    def __init__(self, database: Database, address: str, clock: Callable[[], datetime]) -> None:
        self.address = address
        self._database = database
        self._clock = clock

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
        values = {
            "name": _clean(name, "name"),
            "village": _clean(village, "village"),
            "joined": stamp(self._clock),
        }
        token = secrets.token_hex(16)
        with self._database.writing() as connection:
            made = connection.execute(
                tables.person.insert().returning(tables.person.c.id),
                values | {"token_hash": _fingerprint(token)},
            )
            person = Person(id=made.scalar_one(), **values)
        return person, token

    def person_by_token(self, token: str) -> Person | None:
        """Return whose token this is, or None."""
        return self._person(tables.person.c.token_hash == _fingerprint(token))

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

    def _person(self, which: ColumnElement[bool]) -> Person | None:
        columns = tables.person.c
        query = select(columns.id, columns.name, columns.village, columns.joined).where(which)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Person(*row)

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


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _clean(text: str, what: str) -> str:
    """Return a name without the blanks around it, or raise when it cannot be used."""
    text = unicodedata.normalize("NFC", text.strip())
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _TURNERS for sign in text):
        raise KasusError("classroom.K313", what)
    if len(text) > LONGEST_NAME:
        raise KasusError("classroom.K312", what, most=LONGEST_NAME)
    if what == "name" and not any(sign.isprintable() and not sign.isspace() for sign in text):
        raise KasusError("classroom.K311", what)
    return text
