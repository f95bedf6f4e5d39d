"""A course: its plan and its tables, read again when they have changed; a broken part never closes the rest."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from kasuskit.messages import KasusError
from kasuskit.places import data_dir, notebooks_dir
from kasuskit.training.course.cards import Cards, CardSet, read_cards
from kasuskit.training.course.items import Bank, Item, read_bank
from kasuskit.training.course.settings import FILE, Lesson, read_minutes, read_plan
from kasuskit.training.course.tables import CODES, Tables, read_aims
from kasuskit.training.course.trials import trial_problems
from kasuskit.training.files import folder_of

DEFAULT = "dua-hari"

Mark = tuple[object, ...]
_read: dict[Path, tuple[Mark, Course]] = {}


class Course:
    """A course.

    Parameters
    ----------
    folder : Path
        Holds ``kursus.toml``, ``tujuan.csv`` and the other tables. Its lessons lie in the folder ``notebooks`` inside
        it where there is one, otherwise among the kit's own.

    Raises
    ------
    KasusError
        T251 no such folder or no ``kursus.toml`` in it, T252 (or F103, F104, F107) when that cannot be read. All else
        that is wrong stands in ``problems``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder_of(folder, courses_dir(), (FILE,), CODES)
        own = self.folder / "notebooks"
        self.notebooks = own if own.is_dir() else notebooks_dir()
        tables = Tables(self.folder)
        plan = read_plan(tables, self.notebooks)
        read_minutes(tables, plan)
        self.id, self.title = plan.id, plan.title
        self.days, self.tracks, self.exams = plan.days, plan.tracks, plan.exams
        self.aims = read_aims(tables, [lesson.id for lesson in plan.lessons])
        self.lessons = tuple(
            replace(lesson, aims=tuple(aim for aim in self.aims if aim.lesson == lesson.id)) for lesson in plan.lessons
        )
        self._wrong = tuple(tables.problems)

    @property
    def problems(self) -> tuple[KasusError, ...]:
        """What is wrong with the plan, the aims, questions and cards, each with its place and the way out."""
        lost = [each for each in self.lessons if not each.path.is_file()]
        missing = [KasusError("training.T255", f"{self.folder.name}/{FILE}", file=each.file) for each in lost]
        return (*self._wrong, *missing, *self._bank.problems, *self._cards.problems, *trial_problems(self))

    @cached_property
    def _bank(self) -> Bank:
        return read_bank(self.folder, [aim.id for aim in self.aims], tuple(self.tracks))

    @cached_property
    def _cards(self) -> Cards:
        return read_cards(self.folder, tuple(self.tracks))

    @property
    def cards(self) -> tuple[CardSet, ...]:
        """The sets of sorting cards, without their keys."""
        return self._cards.sets

    @property
    def items(self) -> tuple[Item, ...]:
        """All questions that can be asked, without their keys, in the order of their tables."""
        return self._bank.items

    @property
    def quizzes(self) -> tuple[str, ...]:
        """The names of the quizzes, in the order in which they first come."""
        return tuple(dict.fromkeys(item.quiz for item in self.items if item.quiz))

    def item(self, name: str) -> Item:
        """Return a question.

        Raises
        ------
        KasusError
            T278 when there is none of this name.
        """
        for item in self.items:
            if item.id == name:
                return item
        raise KasusError("training.T278", self.folder.name, name=name[:60])

    def quiz(self, name: str, track: str | None = None) -> tuple[Item, ...]:
        """Return the questions of a quiz: those for everybody and those for this track; without a track, all.

        Raises
        ------
        KasusError
            T273 when there is no such quiz.
        """
        if name not in self.quizzes:
            raise KasusError("training.T273", self.folder.name, name=name[:60], known=", ".join(self.quizzes) or "-")
        found = (item for item in self.items if item.quiz == name)
        return tuple(item for item in found if not item.tracks or track in item.tracks or not track)

    def lesson(self, name: str) -> Lesson:
        """Return a lesson by its short name.

        Raises
        ------
        KasusError
            T277 when there is none of this name.
        """
        for lesson in self.lessons:
            if lesson.id == name:
                return lesson
        raise KasusError("training.T277", self.folder.name, name=name[:60])

    def exam(self, track: str | None = None) -> str:
        """Return the name of the exam's case for a track; without one, that of the first track. Blank: no exam."""
        return self.exams.get(track or "") or next(iter(self.exams.values()), "")

    def next(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson after this one, also across days; None after the last."""
        place = self._place(lesson) + 1
        return self.lessons[place] if place < len(self.lessons) else None

    def previous(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson before this one, also across days; None before the first."""
        place = self._place(lesson) - 1
        return self.lessons[place] if place >= 0 else None

    def _place(self, lesson: Lesson) -> int:
        return [each.id for each in self.lessons].index(lesson.id)


def courses_dir() -> Path:
    """Return the folder of the kit's courses."""
    return data_dir() / "courses"


def load_course(source: str | Path | None = None) -> Course:
    """Return a course; its files are read again when they have changed.

    Parameters
    ----------
    source : str or Path, optional
        A name in ``data/courses``, or a folder; by default what ``KASUSKIT_COURSE`` says, else ``"dua-hari"``.

    Raises
    ------
    KasusError
        As ``Course`` does.
    """
    chosen = source if source is not None else os.environ.get("KASUSKIT_COURSE") or DEFAULT
    folder = folder_of(chosen, courses_dir(), (FILE,), CODES)
    mark = _mark(folder)
    known = _read.get(folder)
    if known is None or known[0] != mark:
        known = _read[folder] = (mark, Course(folder))
    return known[1]


def list_courses() -> tuple[Course, ...]:
    """Return the kit's courses by name; one that cannot be read at all is left out."""
    courses = []
    for folder in sorted(courses_dir().iterdir()) if courses_dir().is_dir() else ():
        try:
            courses.append(load_course(folder))
        except KasusError:
            continue  # the others stay in use
    return tuple(courses)


def _mark(folder: Path) -> Mark:
    """Return what changes when a file of a course does."""
    tables = sorted(path for path in folder.iterdir() if path.suffix in (".toml", ".csv"))
    stats = [path.stat() for path in tables]
    looks = [(path.name, stat.st_mtime_ns, stat.st_size) for path, stat in zip(tables, stats, strict=True)]
    return (*looks, (folder / "notebooks").is_dir())
