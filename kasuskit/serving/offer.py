"""What a class can open: the cases, the course with its lessons, and the tasks that lessons lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kasuskit.messages import KasusError
from kasuskit.serving.pages import Choice
from kasuskit.training import CaseCard
from kasuskit.training.course import Course, Lesson, load_course
from kasuskit.training.tasks import TaskCard, find_task

COURSE = "kursus"  # what stands for the course where the start page asks what to open


class Offer:
    """What can be opened, looked up each time: files may have changed.

    Parameters
    ----------
    cases : callable
        Gives the cases, in the order in which they are learnt.
    course : str
        The course: a name in ``data/courses`` or a folder; blank for none.
    base : str
        The address below which everything is served.
    lang : str
        The language of what tasks are called.
    """

    def __init__(self, cases: Callable[[], Sequence[CaseCard]], course: str, base: str, lang: str) -> None:
        self.cases = cases
        self._course, self._base, self._lang = course, base, lang

    def course(self) -> Course | None:
        """Return the course; None where there is none, or none that can be read."""
        if not self._course:
            return None
        try:
            course = load_course(self._course)
        except KasusError:
            return None
        return course if course.lessons else None

    def lesson(self, name: str) -> Lesson | None:
        """Return a lesson of the course by its short name, if there is one."""
        course = self.course()
        return next((each for each in course.lessons if each.id == name), None) if course else None

    def task(self, name: str) -> CaseCard | TaskCard | None:
        """Return what is practised under this name, a case or part of one (``K01.A-F``), if there is such a thing."""
        found = next((case for case in self.cases() if case.id == name), None)
        try:
            return found or find_task(name, self._lang)
        except KasusError:
            return None

    def choice(self, name: str) -> Choice | None:
        """Return what the start page offers under this name: the course or a case."""
        course = self.course() if name == COURSE else None
        if course is not None:
            return Choice(name, course.title, f"{self._base}kursus")
        case = next((case for case in self.cases() if case.id == name), None)
        return Choice(name, case.title, f"{self._base}latihan/{name}") if case else None
