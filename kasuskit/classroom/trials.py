"""Who handed in which test in a class, read without changing the class file."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection

from kasuskit.classroom.entry import LESSON_FORM
from kasuskit.classroom.reading import opened
from kasuskit.training.course import Course, load_keys, score
from kasuskit.training.course.gain import Taken
from kasuskit.training.course.trials import ACTIVITIES, AFTER, BEFORE, HANDED_IN_AT, form_of_answers


def tests_taken(path: Path, course: Course) -> tuple[Taken, ...]:
    """Return what every participant of a class handed in, in the order in which they entered.

    Who took a test more than once: before the course the first counts, after it the last.

    Raises
    ------
    KasusError
        What is wrong with the file.
    """
    with opened(path) as (connection, _):
        people = connection.execute("SELECT id, name, village FROM person ORDER BY id").fetchall()
        before = {person: each[0] for person, each in _handed_in(connection, ACTIVITIES[BEFORE]).items()}
        after = {person: each[-1] for person, each in _handed_in(connection, ACTIVITIES[AFTER]).items()}
    keys = load_keys(course)
    marked = [
        {person: score(course, form_of_answers(course, answers), answers, keys) for person, answers in side.items()}
        for side in (before, after)
    ]
    return tuple(Taken(name, marked[0].get(person), marked[1].get(person), village) for person, name, village in people)


def _handed_in(connection: Connection, activity: str) -> dict[int, list[dict[str, str]]]:
    """Return the answers of every attempt at a test that was handed in, by person, in the order of the attempts."""
    rows = connection.execute(
        "SELECT attempt.person, attempt.id, entry.at, entry.value FROM attempt JOIN entry ON entry.attempt = attempt.id"
        " WHERE attempt.\"case\" = ? AND attempt.form = ? AND entry.op = 'set' ORDER BY attempt.id, entry.seq",
        (activity, LESSON_FORM),
    )
    answers: dict[tuple[int, int], dict[str, str]] = {}
    for person, attempt, at, value in rows:
        answers.setdefault((person, attempt), {})[at] = value
    found: dict[int, list[dict[str, str]]] = {}
    for (person, _), given in answers.items():
        if given.get(HANDED_IN_AT) == "1":
            found.setdefault(person, []).append(given)
    return found
