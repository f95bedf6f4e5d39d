"""The NIK explainer: what each part of the number says, and whether it agrees with the record beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kasuskit.form.areas import chain
from kasuskit.form.nik import PRACTICE_SERIAL, explain
from kasuskit.messages import KasusError, text
from kasuskit.training.course import Course
from kasuskit.training.course.numbers import VERDICTS, Judged, Number, judge_number, read_numbers
from kasuskit.widgets.keys import with_key

TRY = "coba"
_TYPED = re.compile(r"[0-9 .\-]{1,24}")
_NUMBER = re.compile(r"nik/([0-9]{1,3})(/periksa)?")


class NikActivity:
    """Ten practice NIK to judge, and a place to try out one's own practice number.

    Parameters
    ----------
    course : Course
        Holds the numbers (``nik.csv``).
    lang : str
        Language of what the rules say.
    """

    name, module = "nik", "nik.js"

    def __init__(self, course: Course, lang: str = "id") -> None:
        self.title = text("widgets.nik.name", lang)
        self._course, self._lang = course, lang
        self._numbers = {number.id: number for number in read_numbers(course).numbers}
        self._judged: dict[tuple[str, str], dict[str, Any]] = {}

    def screen(self, lang: str) -> dict[str, Any]:
        """Return the numbers and what the records say, without what is right."""
        cards = [self._card(number, lang) for number in self._numbers.values()]
        return {"label": text("widgets.nik.label", lang), "numbers": cards, "verdicts": list(VERDICTS)}

    def _card(self, number: Number, lang: str) -> dict[str, Any]:
        place = next((area.name for area in chain(number.regency)[-1:]), number.regency)
        day = text("widgets.nik.day", lang, day=number.born.day, month=_month(number, lang), year=number.born.year)
        return {"id": number.id, "nik": number.digits, "sex": number.sex, "born": day, "place": place}

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this is a verdict on one of the numbers, a wish to check it, or a number to try."""
        if at == TRY:
            return bool(_TYPED.fullmatch(value))
        found = _NUMBER.fullmatch(at)
        return found is not None and found[1] in self._numbers and value in VERDICTS

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return the marks of what was checked, and what the tried number says.

        A check holds the verdict that it is of: whoever chooses another one is not told before asking again.
        """
        given = {name: answers.get(f"nik/{name}", "") for name in self._numbers}
        checked = {name: answer for name, answer in given.items() if answer and answers.get(_check(name)) == answer}
        self._judge([pair for pair in checked.items() if pair not in self._judged])
        marks = {name: self._judged[name, answer] for name, answer in checked.items()}
        right = sum(mark["right"] for mark in marks.values())
        said = {"marks": marks, "right": right, "done": bool(marks) and right == len(self._numbers)}
        return said | ({"tried": self._tried(answers[TRY])} if TRY in answers else {})

    def _judge(self, new: list[tuple[str, str]]) -> None:
        """Work out what is told of verdicts; keys are read once for all of them."""
        if not new:
            return
        course, lang = self._course, self._lang
        judged: list[Judged] = with_key(lambda: [judge_number(course, name, answer, lang) for name, answer in new])
        for (name, answer), found in zip(new, judged, strict=True):
            because = {"differences": list(found.differences), "why": found.why} if found.right else {}
            told = {"right": found.right, "answer": answer, **because}
            self._judged[name, answer] = told | _parts(self._numbers[name].digits, lang)

    def _tried(self, typed: str) -> dict[str, Any]:
        digits = re.sub(r"[ .\-]", "", typed)
        if len(digits) == 16 and not digits.endswith(PRACTICE_SERIAL):
            error = KasusError("reference.A822")
            return {"problem": f"{error.sentence(self._lang)} {error.way_out(self._lang)}"}
        return _parts(digits, self._lang)


def _check(name: str) -> str:
    return f"nik/{name}/periksa"


def _parts(digits: str, lang: str) -> dict[str, Any]:
    """Return the parts of a number with their meanings, or what is wrong with it."""
    try:
        return {"parts": [list(part) for part in explain(digits, lang)]}
    except KasusError as error:
        return {"problem": f"{error.sentence(lang)} {error.way_out(lang)}"}


def _month(number: Number, lang: str) -> str:
    return text(f"reference.nik.month{number.born.month}", lang)
