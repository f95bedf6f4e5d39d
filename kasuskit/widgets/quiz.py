"""Quizzes, which help a person on, and the tests before and after the course, which only ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kasuskit.messages import KasusError, text
from kasuskit.training.course import Course, Item, accepts, item_screen, load_keys, trial
from kasuskit.training.course.marking import mark_with
from kasuskit.training.course.trials import ACTIVITIES, FORM_AT, HANDED_IN_AT
from kasuskit.widgets.checks import Asked, Marks, Told, checked_view, checks_among, plain_reveal, read_check


class QuizActivity:
    """A quiz of a lesson: each answer is checked when the person asks, first for a hint, then for the answer.

    Parameters
    ----------
    course : Course
        Has the questions; their keys are read when an answer is checked, and let go.
    name : str
        As in the column ``kuis`` (``"04-bentuk"``).
    track : str
        The person's track; blank: the questions of all tracks.
    lang : str
        Language of what the kit says of an answer; hints and reasons are as the course has them.

    Raises
    ------
    KasusError
        T273 when there is no such quiz, W420 when it has no question for this track.
    """

    module = "quiz.js"

    def __init__(self, course: Course, name: str, track: str = "", lang: str = "id") -> None:
        self._course, self._seed, self._lang = course, name, lang
        self._items = _by_name(course.quiz(name, track), name)
        self._marks = Marks(self._mark)
        self.name = f"kuis-{name}"
        self._lesson, number = self._place()
        self.title = text("widgets.quiz.name", lang, lesson=self._lesson, number=number).replace(" :", ":")

    def _place(self) -> tuple[str, str]:
        """Return the title of the quiz's lesson, and which of its quizzes this is where there are several.

        A quiz is named after its lesson (``04-bentuk``); one that is not stands for itself.
        """
        for lesson in self._course.lessons:
            names = [each for each in self._course.quizzes if each.startswith(f"{lesson.id}-")]
            if self._seed in names:
                return lesson.title, str(names.index(self._seed) + 1) if len(names) > 1 else ""
        return self._seed, ""

    def screen(self, lang: str) -> dict[str, Any]:
        """Return the questions without their keys, and the aims that they belong to."""
        items = [item_screen(item, self._seed) | {"aim": item.aim} for item in self._items.values()]
        used = {item.aim for item in self._items.values()}
        return {
            "label": text("widgets.quiz.label", lang, title=self.title, count=len(items)),
            "items": items,
            "aims": {aim.id: [aim.text, aim.section] for aim in self._course.aims if aim.id in used},
        }

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this answers a question, or asks for a check of an answer that can be given."""
        asked = read_check(at, value)
        if asked is not None:
            at, value = asked.name, asked.answer
        return at in self._items and accepts(self._items[at], value)

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return what is told of every answer that was checked."""
        return checked_view(self._marks.of(list(checks_among(answers, self.accepts))), tuple(self._items))

    def _mark(self, asked: Sequence[Asked]) -> list[Told]:
        keys = load_keys(self._course)
        told: list[Told] = []
        for each in asked:
            item, key = self._items[each.name], keys.get(each.name)
            if key is None or not accepts(item, key.answer):  # the course was edited in the meantime
                told.append({})
                continue
            mark = mark_with(item, key, each.answer, each.tries, self._lang)
            told.append(
                {
                    "right": mark.right,
                    "message": mark.message,
                    "remarks": dict(mark.remarks),
                    "reveal": plain_reveal(mark.reveal),
                }
            )
        return told


class TrialActivity:
    """The test before or after the course: no word on any answer, and all may be changed until it is handed in.

    Parameters
    ----------
    course : Course
        Has the questions.
    when : str
        ``"pra"`` or ``"pasca"``.
    turn : int
        Whose turn it is: by turns people begin with form A or B.
    lang : str
        Language of the title.

    Raises
    ------
    KasusError
        W420 when the course has no test.
    """

    module = "quiz.js"

    def __init__(self, course: Course, when: str, turn: int, lang: str = "id") -> None:
        self._when, self._turn = when, turn
        found = trial(course, when, turn)
        self.name = ACTIVITIES[when]
        self._form, self._items = found.form, _by_name(found.items, self.name)
        self.title = text(f"widgets.quiz.name_{when}", lang)

    def screen(self, lang: str) -> dict[str, Any]:
        """Return the questions without their keys, and which form this is."""
        return {
            "label": text("widgets.quiz.label_test", lang, title=self.title, count=len(self._items)),
            "items": [item_screen(item, self._turn) for item in self._items.values()],
            "test": self._when,
            "form": self._form,
        }

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this answers a question, says which form this is, or hands the test in."""
        if at in (FORM_AT, HANDED_IN_AT):
            return value == {FORM_AT: self._form, HANDED_IN_AT: "1"}[at]
        return at in self._items and accepts(self._items[at], value)

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return whether the test was handed in."""
        return {"done": answers.get(HANDED_IN_AT) == "1"}


def _by_name(items: Sequence[Item], name: str) -> dict[str, Item]:
    if not items:
        raise KasusError("widgets.W420", name=name[:60])
    return {item.id: item for item in items}
