"""The facilitator's marks for the chronology of the exam, and what the exam comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kasuskit.messages import KasusError, KasusErrors
from kasuskit.training.exam import MOST_POINTS, PassMark
from kasuskit.training.files import Codes, table_rows

CODE = "kode"
NOT_HANDED_IN, NOT_YET, WAITING, PASSED = "none", "not_yet", "waiting", "passed"
_CODES = Codes("training.T297", "training.T293", "training.T293", "training.T293", "training.T293")
_DIGITS = 6  # of a code; a spreadsheet drops the noughts in front

Marks = Mapping[str, Mapping[str, int]]
"""Points by code of the participant and item of the rubric."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an exam comes to.

    Parameters
    ----------
    errors, warnings : int or None
        What the checks found in what was handed in; None when nothing was.
    suggested : mapping of str to (int or None)
        What a computer suggests for each item of the chronology's rubric; None where only a reader can tell.
    marked : mapping of str to int
        The facilitator's points.
    needed : PassMark
        What it takes.
    """

    errors: int | None
    warnings: int | None
    suggested: Mapping[str, int | None]
    marked: Mapping[str, int]
    needed: PassMark

    @property
    def points(self) -> dict[str, int | None]:
        """The points of each item: the facilitator's, else those suggested."""
        return {item: self.marked.get(item, points) for item, points in self.suggested.items()}

    @property
    def chronology(self) -> int:
        """The points so far."""
        return sum(points or 0 for points in self.points.values())

    @property
    def open(self) -> tuple[str, ...]:
        """The items that nobody has marked."""
        return tuple(item for item, points in self.points.items() if points is None)

    @property
    def verdict(self) -> str:
        """``none``, ``not_yet``, ``waiting`` (for marks) or ``passed``."""
        if self.errors is None or self.warnings is None:
            return NOT_HANDED_IN
        if not self.needed.allows(self.errors, self.warnings):
            return NOT_YET
        if self.open or not self.suggested:
            return WAITING
        return PASSED if self.chronology >= self.needed.chronology else NOT_YET


def read_marks(path: Path, items: Sequence[str], known: Iterable[str]) -> Marks:
    """Return the marks of a CSV with a row for each participant: ``kode``, and a column for each item.

    Parameters
    ----------
    path : Path
        The CSV; commas or semicolons.
    items : sequence of str
        The items of the rubric.
    known : iterable of str
        The codes of the class.

    Raises
    ------
    KasusError
        T293 when columns are missing, F107 when the file cannot be read.
    KasusErrors
        T297 with every row that cannot be used: T294 a mark that is none, T295 nobody has the code, T296 a code twice.
    """
    codes = set(known)
    marks: dict[str, Mapping[str, int]] = {}
    wrong: list[KasusError] = []
    for place, row in table_rows(path, (CODE, *items), _CODES, wrong):
        code = re.sub(r"\s", "", row[CODE]).zfill(_DIGITS)
        if code not in codes:
            wrong.append(KasusError("training.T295", place, found=row[CODE][:20]))
        if code in marks:
            wrong.append(KasusError("training.T296", place, found=row[CODE][:20]))
        marks[code] = {item: _points(place, row[item], wrong) for item in items if row[item]}
    if wrong:
        raise KasusErrors("training.T297", path.name, wrong)
    return marks


def _points(place: str, cell: str, wrong: list[KasusError]) -> int:
    if cell in map(str, range(MOST_POINTS + 1)):
        return int(cell)
    wrong.append(KasusError("training.T294", place, found=cell[:20]))
    return 0
