"""The chronology editor: statements in three parts, each with its source, and advice while one writes.

What a person does, by address (ID is a statement's: numbers for those one starts with, any short name for others):

========================  ================================================================================
``s/ID/teks``             the text; a space stands for a text of the start that was emptied
``s/ID/sumber``           one of ``SOURCES``; ``-`` for none
``s/ID/bagian``           ``sebelum``, ``saat`` or ``sesudah``
``s/ID/urut``             a number: the smallest comes first in its part
``s/ID/hapus``            ``1`` removed, blank brought back
``contoh``                ``1``: the good example was asked for
``selesai``               ``1``: done, whatever the advice says
========================  ================================================================================

When two devices write at once, the last writing of each address stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kasuskit.classroom.entry import DONE
from kasuskit.messages import text
from kasuskit.training.course import Course
from kasuskit.training.course.chronology import PARTS, SOURCES, Statement, load_exercise, read_example
from kasuskit.training.course.chronology_checks import SHORTEST, check
from kasuskit.training.course.chronology_score import read_criteria, score
from kasuskit.widgets.keys import with_key

EXAMPLE = "contoh"
NO_SOURCE = "-"
MOST_STATEMENTS = 100
LONGEST = 4_000
STEP = 10  # between the places of what one starts with, so that something fits in between
_ADDRESS = re.compile(r"s/([0-9a-z]{1,12})/(teks|sumber|bagian|urut|hapus)")
_PLACE = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,17})?")


class ChronologyActivity:
    """A chronology to write from its material, or to mend.

    Parameters
    ----------
    course : Course
        Holds the exercise (``kronologi.csv``) and the rubric (``rubrik.csv``).
    name : str
        The exercise.
    lang : str
        Language of the advice.

    Raises
    ------
    KasusError
        T286 when the course has no such exercise.
    """

    module = "chronology.js"

    def __init__(self, course: Course, name: str, lang: str = "id") -> None:
        self._course, self._exercise, self._lang = course, load_exercise(course, name), lang
        self.name = f"kronologi-{name}"
        self.title = text("widgets.chron.name", lang, name=name)
        self._start = {each.id: (each, float(STEP * n)) for n, each in enumerate(self._begin(), 1)}
        self._example: list[list[str]] = []

    def _begin(self) -> list[Statement]:
        """Return what the exercise starts with; a part that it leaves empty starts with an empty statement."""
        start = list(self._exercise.start)
        missing = [part for part in PARTS if part not in {each.part for each in start}]
        start += [Statement(str(n), part, "") for n, part in enumerate(missing, len(start) + 1)]
        return sorted(start, key=lambda each: PARTS.index(each.part))

    def screen(self, lang: str) -> dict[str, Any]:
        """Return the material, what one starts with, and the rubric as people read it."""
        return {
            "label": text("widgets.chron.label", lang, name=self._exercise.name),
            "material": [list(each) for each in self._exercise.material],
            "start": [[each.id, each.part, each.text, each.source, place] for each, place in self._start.values()],
            "parts": list(PARTS),
            "sources": list(SOURCES),
            "none": NO_SOURCE,
            "longest": LONGEST,
            "criteria": [[each.id, each.name, list(each.points)] for each in read_criteria(self._course).items],
        }

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this is something that the editor sets."""
        if at in (DONE, EXAMPLE):
            return value == "1"
        found = _ADDRESS.fullmatch(at)
        if found is None:
            return False
        match found[2]:
            case "teks":
                return len(value) <= LONGEST
            case "sumber":
                return value in (*SOURCES, NO_SOURCE)
            case "bagian":
                return value in PARTS
            case "urut":
                return _PLACE.fullmatch(value) is not None
        return value == "1"

    def statements(self, answers: Mapping[str, str]) -> tuple[Statement, ...]:
        """Return the chronology that answers make, in order, without what was removed."""
        ids = dict.fromkeys([*self._start, *(found[1] for at in answers if (found := _ADDRESS.fullmatch(at)))])
        placed = []
        for name in list(ids)[:MOST_STATEMENTS]:
            first, place = self._start.get(name, (Statement(name, PARTS[0], ""), 0.0))
            if answers.get(f"s/{name}/hapus") == "1":
                continue
            source = answers.get(f"s/{name}/sumber", first.source)
            each = Statement(
                name,
                answers.get(f"s/{name}/bagian", first.part),
                answers.get(f"s/{name}/teks", first.text).strip(),
                "" if source == NO_SOURCE else source,
            )
            placed.append((PARTS.index(each.part), float(answers.get(f"s/{name}/urut", place)), name, each))
        return tuple(each for *_, each in sorted(placed, key=lambda row: row[:3]))

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return the advice by place (``f/3``, ``f/saat``, ``f/``), the rubric, and the example once it may be seen."""
        written, lang = self.statements(answers), self._lang
        said: dict[str, Any] = {}
        for each in check(written, self._exercise, lang):
            said.setdefault(f"f/{each.where}", []).append([each.severity, each.text, each.do])
        rubric = score(written, self._exercise, lang)
        said |= {f"r/{each.item}": [each.points, each.text] for each in rubric.items}
        tried = self._own(written) >= SHORTEST
        said |= {"points": [rubric.suggested, rubric.most, len(rubric.open)], "tried": tried}
        if tried and answers.get(EXAMPLE):
            said["example"] = self._good()
        return said | {"done": answers.get(DONE) == "1"}

    def _own(self, written: tuple[Statement, ...]) -> int:
        """Return how many characters are a person's own: not as the exercise starts."""
        given = {each.text for each, _ in self._start.values()}
        return sum(len(each.text) for each in written if each.text not in given)

    def _good(self) -> list[list[str]]:
        if not self._example:
            course, name = self._course, self._exercise.name
            self._example = with_key(
                lambda: [[each.part, each.source, each.text] for each in read_example(course, name)]
            )
        return self._example
