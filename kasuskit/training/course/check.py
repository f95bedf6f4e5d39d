"""Whether a course can be taught: lessons, minutes, aims, links, pictures; each mistake with place and way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from kasuskit.form import load_form
from kasuskit.messages import KasusError
from kasuskit.training.course.chronology import load_exercise, read_exercises
from kasuskit.training.course.chronology_score import read_criteria
from kasuskit.training.course.course import Course
from kasuskit.training.course.dialogue import load_dialogue, read_dialogues
from kasuskit.training.course.notebook import (
    ACTIVITIES,
    LessonCell,
    Section,
    activity_of,
    called,
    practised,
    read_lesson,
    sections,
)
from kasuskit.training.course.numbers import read_numbers
from kasuskit.training.course.settings import FILE, Lesson
from kasuskit.training.tasks import find_task

MOST_WORDS = 250  # to read between two things to do: some two minutes
MINUTES_WITHOUT = 5  # a longer section has something to do
DO = "**Lakukan"
SUMMARY = "Ringkasan"
_LINK = re.compile(r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)")


def check_course(course: Course) -> list[KasusError]:
    """Return what is wrong with a course, without running its lessons.

    Parameters
    ----------
    course : Course
        The course; what its tables hold is told in ``course.problems`` and again here.
    """
    lessons: dict[str, tuple[LessonCell, ...]] = {}
    tables = (read_numbers(course), read_exercises(course), read_dialogues(course), read_criteria(course))
    found = [*course.problems, *(error for table in tables for error in table.problems)]
    for lesson in course.lessons:
        if lesson.path.is_file():
            try:
                lessons[lesson.id] = read_lesson(lesson.path)
            except KasusError as error:
                found.append(error)
    for lesson in course.lessons:
        if lesson.id in lessons:
            found += _lesson(course, lesson, lessons[lesson.id])
    return [*found, *_aims(course, lessons), *_exams(course)]


# one lesson -----------------------------------------------------------------------------------------------------


def _lesson(course: Course, lesson: Lesson, cells: tuple[LessonCell, ...]) -> Iterator[KasusError]:
    name = lesson.path.name
    parts = sections(cells)
    first = cells[0].source if cells else ""
    if not first.startswith("# ") or "LATIHAN" not in first:
        yield KasusError("training.T304", f"{name}:1")
    yield from _minutes(lesson, parts)
    if not parts or not parts[-1].title.startswith(SUMMARY):
        yield KasusError("training.T309", name)
    if not any(cell.hidden for cell in cells):
        yield KasusError("training.T310", name)
    for cell in cells:
        if cell.kind == "markdown":
            yield from _links(lesson.path, cell)
        elif not cell.hidden and (error := _call(course, cell.source)):
            yield KasusError(error.key, f"{name}:{cell.number}", **error.values)


def _minutes(lesson: Lesson, parts: tuple[Section, ...]) -> Iterator[KasusError]:
    name = lesson.path.name
    for part in parts:
        place = f"{name}:{part.cell}"
        if part.minutes is None:
            yield KasusError("training.T305", place, title=part.title)
        elif part.minutes > MINUTES_WITHOUT and not any(map(_is_to_do, part.cells)):
            yield KasusError("training.T307", place, title=part.title, minutes=part.minutes)
        words = _most_words(part)
        if words > MOST_WORDS:
            yield KasusError("training.T308", place, title=part.title, words=words, most=MOST_WORDS)
    total = sum(part.minutes or 0 for part in parts)
    if all(part.minutes is not None for part in parts) and total != lesson.minutes:
        yield KasusError("training.T306", name, total=total, plan=lesson.minutes)


def _is_to_do(cell: LessonCell) -> bool:
    return bool(called(cell.source)[0]) if cell.kind == "code" else DO in cell.source


def _most_words(part: Section) -> int:
    """Return the longest stretch of reading between two things to do, in words."""
    longest = current = 0
    for cell in part.cells:
        if cell.kind == "code":
            current = 0
            continue
        for piece in re.split(re.escape(DO), cell.source):
            current += len(piece.split())
            longest = max(longest, current)
            current = 0 if DO in cell.source else current
    return longest


def _links(path: Path, cell: LessonCell) -> Iterator[KasusError]:
    place = f"{path.name}:{cell.number}"
    for link in _LINK.finditer(cell.source):
        target = urlsplit(link["target"])
        if target.scheme or target.netloc:
            yield KasusError("training.T314", place, target=link["target"][:80])
        elif target.path and not (path.parent / PurePosixPath(unquote(target.path))).is_file():
            code = "T312" if link["picture"] else "T311"
            yield KasusError(f"training.{code}", place, target=link["target"][:80])
        if link["picture"] and not link["text"].strip():
            yield KasusError("training.T313", place, target=link["target"][:80])


def _call(course: Course, source: str) -> KasusError | None:
    """Return what is wrong with what a cell calls; None when it is there."""
    function, given = called(source)
    try:
        if function == "practice":
            find_task(given or "K01")
        elif function == "quiz":
            course.quiz(given)
        elif function == "sort_cards" and given not in [each.name for each in course.cards]:
            raise KasusError("training.T315", name=activity_of(source))
        elif function == "write_chronology":
            load_exercise(course, given)
        elif function == "dialogue":
            load_dialogue(course, given)
        elif function == "explain_nik" and not read_numbers(course).numbers:
            raise KasusError("training.T315", name=activity_of(source))
        elif function == "explore_form":
            load_form("kasus")
        elif function not in ACTIVITIES:
            raise KasusError("training.T316", known=", ".join(ACTIVITIES))
    except KasusError as error:
        return error
    return None


# the whole ------------------------------------------------------------------------------------------------------


def _aims(course: Course, lessons: dict[str, tuple[LessonCell, ...]]) -> Iterator[KasusError]:
    """Yield the aims that no lesson teaches or practises; that each is tested, the parallel forms see to."""
    everything = {name for cells in lessons.values() for name in practised(cells)}
    place = f"{course.folder.name}/tujuan.csv"
    for aim in course.aims:
        titles = {part.title for part in sections(lessons.get(aim.lesson, ()))}
        if aim.lesson in lessons and aim.section not in titles:
            yield KasusError("training.T317", place, aim=aim.id, title=aim.section or "-", lesson=aim.lesson)
        if not aim.activities:
            yield KasusError("training.T318", place, aim=aim.id)
        for name in aim.activities:
            if name not in everything:
                yield KasusError("training.T319", place, aim=aim.id, name=name)


def _exams(course: Course) -> Iterator[KasusError]:
    for track, case in course.exams.items():
        try:
            find_task(f"{case}.uji")
        except KasusError:
            yield KasusError("training.T320", f"{course.folder.name}/{FILE}", track=track, case=case)
