"""The plan of a course, ``kursus.toml``: its days and lessons, its tracks, and the case of each track's exam."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from kasuskit.messages import KasusError
from kasuskit.training.course.tables import CODES, Aim, Tables
from kasuskit.training.files import read

FILE = "kursus.toml"
MOST_MINUTES = 24 * 60
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
_CLOCK = re.compile(r"([01]\d|2[0-3])[.:]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the course: ``start`` as ``08.00``, and how many minutes of lessons it has."""

    number: int
    title: str
    start: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson.

    Parameters
    ----------
    id : str
        Short name (``04``).
    day : int
        Number of its day.
    file : str
        Its notebook, as ``kursus.toml`` names it: from the folder of notebooks, with forward slashes.
    path : Path
        Where the notebook lies; it may not be there (then the course's ``problems`` say so).
    title : str
        As people read it.
    start : str
        When it begins (``11.15``); blank when the plan has no time that can be read.
    minutes : int
        How long it takes; 0 when the plan has no number that can be used.
    aims : tuple of Aim
        What participants can do after it.
    """

    id: str
    day: int
    file: str
    path: Path
    title: str
    start: str
    minutes: int
    aims: tuple[Aim, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``kursus.toml`` says; lessons still without their aims."""

    id: str
    title: str
    days: tuple[Day, ...]
    lessons: tuple[Lesson, ...]
    tracks: Mapping[str, str]
    exams: Mapping[str, str]


def read_plan(tables: Tables, notebooks: Path) -> Plan:
    """Return the plan of a course; what cannot be used of it is left out and written down.

    Raises
    ------
    KasusError
        T252 when the file is no TOML at all, F103, F104 or F107 when it cannot be read.
    """
    place = f"{tables.folder.name}/{FILE}"
    try:
        found = tomllib.loads(read(tables.folder / FILE))
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits, or brackets 1,000 deep
        raise KasusError(CODES.unreadable, place, reason=str(error)[:200]) from None
    reader = _Reader(tables, place, notebooks)
    days = reader.days(found)
    lessons = reader.lessons(found, days)
    tracks = reader.names(found, "jalur")
    exams = reader.names(found, "uji_praktik")
    for track in exams:
        tables.known(f"{place}, [uji_praktik]", "jalur", track, tracks)
    name = reader.text(found, "id", place)
    return Plan(name or tables.folder.name, reader.text(found, "judul", place), days, lessons, tracks, exams)


class _Reader:
    """Takes what can be used out of the settings."""

    def __init__(self, tables: Tables, place: str, notebooks: Path) -> None:
        self.tables = tables
        self.place = place
        self.notebooks = notebooks

    def text(self, found: Mapping[str, Any], name: str, place: str) -> str:
        """Return a text that must not be blank."""
        given = found.get(name)
        if isinstance(given, str) and given.strip():
            return given.strip()
        self.tables.wrong("T253", place, name=name)
        return ""

    def names(self, found: Mapping[str, Any], name: str) -> dict[str, str]:
        """Return a table of texts, in which each has a short name."""
        given = found.get(name, {})
        if not isinstance(given, dict):
            self.tables.wrong("T253", self.place, name=name)
            return {}
        where = f"{self.place}, [{name}]"
        texts = {each: self.text(given, each, where) for each in given}
        return {each: text for each, text in texts.items() if text}

    def days(self, found: Mapping[str, Any]) -> tuple[Day, ...]:
        """Return the days by number."""
        days: dict[int, Day] = {}
        for place, given in self._blocks(found, "hari"):
            number = _number(given.get("nomor"), 99)
            if number is None:
                self.tables.wrong("T253", place, name="nomor")
            elif self.tables.first(place, str(number), [str(each) for each in days]):
                title = self.text(given, "judul", place)
                days[number] = Day(number, title, self._clock(given, place), self._minutes(given, place))
        return tuple(days[number] for number in sorted(days))

    def lessons(self, found: Mapping[str, Any], days: tuple[Day, ...]) -> tuple[Lesson, ...]:
        """Return the lessons in the order in which they stand."""
        lessons: dict[str, Lesson] = {}
        numbers = [str(day.number) for day in days]
        for place, given in self._blocks(found, "pelajaran"):
            name, file = self.text(given, "id", place), self._file(given, place)
            if name and not _ID.fullmatch(name):
                self.tables.wrong("T253", place, name="id")
            elif name and file and self.tables.first(place, name, lessons):
                day = given.get("hari")
                there = self.tables.known(place, "hari", str(day), numbers)
                title, path = self.text(given, "judul", place), self.notebooks / file
                start, minutes = self._clock(given, place), self._minutes(given, place)
                number = day if there and isinstance(day, int) else 0
                lessons[name] = Lesson(name, number, file, path, title or name, start, minutes)
        return tuple(lessons.values())

    def _blocks(self, found: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield each ``[[name]]`` with its place."""
        given = found.get(name)
        if not isinstance(given, list) or not given:
            self.tables.wrong("T253", self.place, name=name)
            return
        for number, block in enumerate(given, 1):
            place = f"{self.place}, [[{name}]] {number}"
            if isinstance(block, dict):
                yield place, block
            else:
                self.tables.wrong("T253", place, name=name)

    def _file(self, given: Mapping[str, Any], place: str) -> str:
        """Return the name of a notebook, which lies in the folder of notebooks and nowhere else."""
        name = self.text(given, "berkas", place)
        path = PurePosixPath(name)
        if name and (
            path.suffix != ".ipynb" or path.is_absolute() or set(name) & set('\\:*?"<>|') or ".." in path.parts
        ):
            self.tables.wrong("T255", place, file=name[:80])
            return ""
        return name

    def _clock(self, given: Mapping[str, Any], place: str) -> str:
        found = given.get("mulai")
        clock = _CLOCK.fullmatch(found.strip()) if isinstance(found, str) else None
        if clock is None:
            self.tables.wrong("T256", place, name="mulai", found=str(found)[:20])
            return ""
        return f"{clock[1]}.{clock[2]}"

    def _minutes(self, given: Mapping[str, Any], place: str) -> int:
        found = _number(given.get("menit"), MOST_MINUTES)
        if found is None:
            self.tables.wrong("T256", place, name="menit", found=str(given.get("menit"))[:20])
        return found or 0


def _number(found: Any, most: int) -> int | None:
    """Return a whole number from 1 to ``most``; None when it is anything else."""
    return found if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= most else None


def minute_of_day(clock: str) -> int:
    """Return a time as written in a plan (``08.00``) in minutes since midnight."""
    hours, minutes = clock.split(".")
    return int(hours) * 60 + int(minutes)


def read_minutes(tables: Tables, plan: Plan) -> None:
    """Write down where the minutes of a plan do not fit each other."""
    place = f"{tables.folder.name}/{FILE}"
    for day in plan.days:
        lessons = [lesson for lesson in plan.lessons if lesson.day == day.number]
        total = sum(lesson.minutes for lesson in lessons)
        if all(lesson.minutes for lesson in lessons) and day.minutes and total != day.minutes:
            tables.wrong("T259", place, day=day.number, found=total, wanted=day.minutes)
        clear = [lesson for lesson in lessons if lesson.start]
        for one, other in pairwise(clear):
            if minute_of_day(one.start) + one.minutes > minute_of_day(other.start):
                tables.wrong("T276", place, lesson=other.id, start=other.start, before=one.id)
