"""Who handed in the practical exam in a class, read without changing the class file.

Every hand-in stays in the log; the last one counts. What was handed in is what the answers before it say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from kasuskit.classroom.entry import HANDED_IN, OWN_TAB
from kasuskit.classroom.reading import opened
from kasuskit.form import Record
from kasuskit.messages import KasusError
from kasuskit.training.tasks import load_task
from kasuskit.training.tasks.names import EXAM_NAME

_COUNTS = re.compile(r"(\d{1,6}) (\d{1,6})")

Answers = list[tuple[str, str, str]]


class HandedIn(NamedTuple):
    """What a participant handed in last.

    Parameters
    ----------
    task : str
        Which exam (``K10.uji``).
    number : int
        How often it was handed in, this time included.
    errors, warnings : int
        What the checks found, as the participant was told.
    record : Record or None
        What was handed in; None when the kit does not have this exam any more.
    """

    task: str
    number: int
    errors: int
    warnings: int
    record: Record | None


class Examinee(NamedTuple):
    """A participant, and what they handed in; the code is blank in a file of an older version."""

    name: str
    village: str
    code: str
    handed_in: HandedIn | None


def exams_taken(path: Path) -> tuple[Examinee, ...]:
    """Return what every participant of a class handed in, in the order in which they entered.

    Raises
    ------
    KasusError
        What is wrong with the file.
    """
    with opened(path) as (connection, version):
        code = "''" if version < 2 else "code"
        people = connection.execute(f"SELECT id, name, village, {code} FROM person ORDER BY id").fetchall()
        found = dict(_exams(connection))
    return tuple(Examinee(name, village, code, found.get(person)) for person, name, village, code in people)


@dataclass
class _Attempt:
    """One attempt at an exam, read row by row."""

    person: int
    task: str
    clock: str
    answers: Answers = field(default_factory=list)
    number: int = 0
    counts: str = ""
    handed: Answers = field(default_factory=list)

    def take(self, tab: str, op: str, at: str, value: str) -> None:
        """Take in an entry."""
        if tab != OWN_TAB:
            self.answers.append((op, at, value))
        elif at == HANDED_IN:
            self.number, self.counts, self.handed = self.number + 1, value, list(self.answers)

    def handed_in(self) -> HandedIn | None:
        """Return what was handed in last, None when nothing was."""
        found = _COUNTS.fullmatch(self.counts)
        if found is None:
            return None
        try:
            exam = load_task(self.task)
        except KasusError:
            record = None
        else:
            record = Record(exam.form, now=self.clock or exam.now)
            record.replay(self.handed)
        return HandedIn(self.task, self.number, int(found[1]), int(found[2]), record)


def _exams(connection: Connection) -> Iterator[tuple[int, HandedIn]]:
    """Yield who handed in what, the latest attempts last."""
    rows = connection.execute(
        'SELECT attempt.id, attempt.person, attempt."case", attempt.now_clock,'
        " entry.tab, entry.op, entry.at, entry.value"
        ' FROM attempt JOIN entry ON entry.attempt = attempt.id WHERE attempt."case" LIKE ?'
        " ORDER BY attempt.id, entry.seq",
        (f"%.{EXAM_NAME}",),
    )
    attempts: dict[int, _Attempt] = {}
    for attempt, person, task, clock, *entry in rows:
        attempts.setdefault(attempt, _Attempt(person, task, clock)).take(*entry)
    for each in attempts.values():
        handed_in = each.handed_in()
        if handed_in is not None:
            yield each.person, handed_in
