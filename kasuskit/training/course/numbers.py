"""Practice NIK with what a record says beside them: do they agree, is there something to ask, or is it miscopied?

What is right follows from the form's own rules (``kasuskit.form.nik``); the table ``nik.csv`` adds why. A NIK that
differs from the record is something to ask about and never an error: it is not reissued when a birth date is corrected
(domain.md 2.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kasuskit.form.nik import compare, explain
from kasuskit.messages import KasusError
from kasuskit.training.course.course import Course
from kasuskit.training.course.tables import Tables

FILE = "nik.csv"
COLUMNS = ("nik", "jk", "tanggal_lahir", "kabupaten", "cocok", "penjelasan")
VERDICTS = ("cocok", "tanya", "salah")
"""The record and the NIK agree; there is something to ask; the digits cannot be right and are copied once more."""


@dataclass(frozen=True, slots=True)
class Number:
    """A practice NIK as it was copied into a record, and what else the record says; no key.

    Parameters
    ----------
    id : str
        Its place in the table, from ``1``.
    digits : str
        As copied: not always sixteen.
    sex : str
        ``p`` or ``l``, in the record.
    born : date
        In the record.
    regency : str
        Code of the regency where the person lives (``53.02``).
    """

    id: str
    digits: str
    sex: str
    born: date
    regency: str


class Numbers(NamedTuple):
    """The practice NIK of a course, and what is wrong with their table."""

    numbers: tuple[Number, ...]
    problems: tuple[KasusError, ...]


class Judged(NamedTuple):
    """What there is to say about one NIK."""

    right: bool
    expected: str
    differences: tuple[str, ...]
    why: str


def read_numbers(course: Course) -> Numbers:
    """Return the practice NIK of a course; a row that cannot be used is left out and told in ``problems``."""
    path = course.folder / FILE
    if not path.is_file():
        return Numbers((), ())
    stat = path.stat()
    return _read(course.folder, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=4)
def _read(folder: Path, _mark: tuple[int, int]) -> Numbers:
    tables = Tables(folder)
    numbers: list[Number] = []
    for place, row in tables.rows(FILE, COLUMNS):
        whole = tables.filled(place, row, "nik", "tanggal_lahir", "penjelasan")
        fits = tables.among(place, row, "jk", ("p", "l")) and tables.among(place, row, "cocok", VERDICTS)
        if not (whole and fits):
            continue
        try:
            born = date.fromisoformat(row["tanggal_lahir"])
        except ValueError:
            tables.wrong("T300", place, found=row["tanggal_lahir"][:20])
            continue
        number = Number(str(len(numbers) + 1), row["nik"], row["jk"], born, row["kabupaten"])
        if not number.digits.endswith("0000"):
            tables.wrong("T301", place, nik=number.digits[:20])
            continue
        verdict = verdict_of(number)
        if verdict != row["cocok"]:
            tables.wrong("T302", place, found=row["cocok"], expected=verdict)
        numbers.append(number)
    return Numbers(tuple(numbers), tuple(tables.problems))


def verdict_of(number: Number) -> str:
    """Return which of ``VERDICTS`` the form's rules give."""
    try:
        return "tanya" if _differences(number, "id") else "cocok"
    except KasusError:
        return "salah"


def _differences(number: Number, lang: str) -> tuple[str, ...]:
    explain(number.digits, lang)  # raises what `compare` may pass over: a date that cannot be
    found = compare(number.digits, number.sex, number.born, number.regency, practice=True)
    return tuple(each.say(lang) for each in found)


def judge_number(course: Course, name: str, answer: str, lang: str = "id") -> Judged:
    """Return whether a participant's verdict on a NIK is right, and why.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The number's id.
    answer : str
        One of ``VERDICTS``.
    lang : str
        Language of what the rules say; the reason is as its author wrote it.
    """
    number = next(each for each in read_numbers(course).numbers if each.id == name)
    expected = verdict_of(number)
    try:
        differences = _differences(number, lang)
    except KasusError as error:
        differences = (error.sentence(lang),)
    return Judged(answer == expected, expected, differences, _why(course, number))


def _why(course: Course, number: Number) -> str:
    rows = (row for _, row in Tables(course.folder).rows(FILE, COLUMNS))
    return next((row["penjelasan"] for row in rows if row["nik"] == number.digits), "")
