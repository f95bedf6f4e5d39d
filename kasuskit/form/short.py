"""Derive a short form from the sheets of a full one: the rows that a column marks, and what they need to work.

A folder that holds only ``settings.csv``, with a column ``asal`` (the full form) and a column ``kolom`` (the column of
its sheet ``survey`` that says ``ya`` where a row is kept), is such a form. Kept besides the marked rows: the groups and
repeats around them, the calculations and notes that they use, the lists they choose from, and every check that has
all it needs. A kept row that uses a question which is not marked is a mistake, told with both rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from kasuskit.form.lint import lint_sheets, question_type
from kasuskit.form.plan import PLACEHOLDER
from kasuskit.form.workbook import SheetRow, Workbook, read_table, read_workbook
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir

FROM, COLUMN = "asal", "kolom"
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_OWN = ("note", "calculate", "start", "end", "today")  # nobody answers these
_YES = ("yes", "true", "true()")
_MARKS = {"ya": True, "yes": True, "": False, "tidak": False, "no": False}


class Derivation(NamedTuple):
    """Where a short form comes from: the full form, the column that marks rows, and its own settings."""

    origin: Path
    column: str
    settings: SheetRow


def derivation(folder: Path) -> Derivation | None:
    """Return what a folder derives its form from; None for a folder with sheets of its own.

    Raises
    ------
    KasusError
        F195 when there is no such full form.
    """
    file = folder / "settings.csv"
    if (folder / "survey.csv").is_file() or not file.is_file():
        return None
    rows, _ = read_table("settings", file)
    if not rows or not rows[0].get(FROM):
        return None
    name = rows[0].get(FROM)
    places = (folder / name, folder.parent / name, data_dir() / "forms" / name)
    origin = next((place for place in places if place.is_file() or (place / "survey.csv").is_file()), None)
    if origin is None:
        raise KasusError("form.F195", str(rows[0].spot(FROM)), name=name[:60])
    return Derivation(origin, rows[0].get(COLUMN) or folder.name, rows[0])


def read_short(found: Derivation, name: str) -> Workbook:
    """Return the sheets of a derived form.

    Raises
    ------
    KasusErrors
        F100 with the mistakes of the full form, or with F185 to F187 where its marks do not make a form.
    """
    full = read_workbook(found.origin)
    source = f"{name} ({FROM}: {full.source})"
    errors = list(lint_sheets(full))
    if not errors:
        selection = _Selection(full, found.column)
        errors = selection.errors
    if errors:
        raise KasusErrors("form.F100", source, errors)
    sheets = selection.sheets()
    settings, columns = _settings(full, found.settings)
    return Workbook(
        source,
        {**sheets, "settings": (settings,)},
        {**{sheet: _columns(full, sheet, found.column) for sheet in sheets}, "settings": columns},
    )


def _columns(full: Workbook, sheet: str, mark: str) -> tuple[str, ...]:
    return tuple(c for c in full.columns.get(sheet, ()) if (sheet, c) != ("survey", mark))


def _settings(full: Workbook, own: SheetRow) -> tuple[SheetRow, tuple[str, ...]]:
    """Return the full form's settings (its version, its language) with the short form's own over them."""
    first = next(iter(full.rows("settings")), SheetRow("settings", 2, {}, {}))
    cells = {**first.cells, **own.cells}
    headings = {**first.headings, **own.headings}
    kept = {column: cell for column, cell in cells.items() if column not in (FROM, COLUMN)}
    return SheetRow("settings", own.number, kept, headings), tuple(kept)


class _Selection:
    """What of a full form is kept.

    Parameters
    ----------
    full : Workbook
        Sheets without mistakes.
    column : str
        The column of ``survey`` that marks rows.
    """

    def __init__(self, full: Workbook, column: str) -> None:
        self.full, self.column = full, column
        self.errors: list[KasusError] = []
        self._rows = full.rows("survey")
        self._kinds = [question_type(row.get("type"))[0] for row in self._rows]
        self._around, self._ends = _blocks(self._kinds)
        self._places = {
            row.get("name"): index
            for index, row in enumerate(self._rows)
            if row.get("name") and not self._kinds[index].startswith("end_")
        }
        self._kept: set[int] = set()
        self._keep_marked()
        self._checks = () if self.errors else tuple(self._usable_checks())

    def sheets(self) -> dict[str, tuple[SheetRow, ...]]:
        """Return the sheets survey, choices and checks of the short form."""
        kept = self._kept | {self._ends[index] for index in self._kept if index in self._ends}
        survey = tuple(_without(self._rows[index], self.column) for index in sorted(kept))
        lists = {question_type(row.get("type"))[1] for row in survey}
        for row in (*survey, *self._checks):
            lists.update(_INSTANCE.findall(" ".join(row.cells.values())))
        choices = tuple(row for row in self.full.rows("choices") if row.get("list_name") in lists)
        return {"survey": survey, "choices": choices, "checks": self._checks}

    def _keep_marked(self) -> None:
        waiting: list[int] = []
        for index, row in enumerate(self._rows):
            mark = row.get(self.column)
            if mark.lower() not in _MARKS:
                spot = str(row.spot(self.column))
                self.errors.append(KasusError("form.F186", spot, found=mark[:60], column=self.column))
            elif _MARKS[mark.lower()] and not self._kinds[index].startswith(("begin_", "end_")):
                waiting.append(index)
        if not waiting and not self.errors:
            self.errors.append(KasusError("form.F187", self.full.source, column=self.column))
        marked = set(waiting)
        while waiting:
            index = waiting.pop()
            for each in (index, *self._around[index]):
                if each not in self._kept:
                    self._kept.add(each)
                    used = (self._places[name] for name, _ in _references(self._rows[each]) if name in self._places)
                    waiting += [one for one in used if self._is_own(one) and one not in self._kept]
        self._find_unmarked(marked)

    def _find_unmarked(self, marked: Set[int]) -> None:
        """Add an error for each kept row that uses a question or repeat which is not kept."""
        for index in sorted(self._kept):
            row = self._rows[index]
            for name, column in dict(_references(row)).items():
                used = self._places.get(name, index)
                if used not in self._kept:
                    self.errors.append(
                        KasusError(
                            "form.F185", str(row.spot(column)), name=name, column=self.column,
                            row=self._rows[used].number,
                        )
                    )  # fmt: skip

    def _is_own(self, index: int) -> bool:
        """Return whether a row asks nothing, so that it comes along with whatever uses it."""
        row = self._rows[index]
        return self._kinds[index] in _OWN or bool(row.get("calculation")) or row.get("read_only").lower() in _YES

    def _usable_checks(self) -> Iterator[SheetRow]:
        """Yield the checks that have all they use; calculations that only checks use come along."""
        for row in self.full.rows("checks"):
            names = {*row.get("fields").split(), *(name for name, _ in _references(row))}
            more: set[int] = set()
            if all(name in self._places and self._can_have(self._places[name], more) for name in names):
                self._kept |= more
                yield row

    def _can_have(self, index: int, more: set[int]) -> bool:
        """Return whether a row is kept, or is a calculation of kept rows among kept rows; collect the latter."""
        if index in self._kept or index in more:
            return True
        if not self._is_own(index) or self._kinds[index] == "note" or not self._kept.issuperset(self._around[index]):
            return False
        more.add(index)
        names = [name for name, _ in _references(self._rows[index])]
        return all(name in self._places and self._can_have(self._places[name], more) for name in names)


def _blocks(kinds: list[str]) -> tuple[list[tuple[int, ...]], Mapping[int, int]]:
    """Return the groups and repeats around each row, outermost first, and the row that ends each of them."""
    around: list[tuple[int, ...]] = []
    ends: dict[int, int] = {}
    open_blocks: list[int] = []
    for index, kind in enumerate(kinds):
        if kind.startswith("end_"):
            ends[open_blocks.pop()] = index
        around.append(tuple(open_blocks))
        if kind.startswith("begin_"):
            open_blocks.append(index)
    return around, ends


def _references(row: SheetRow) -> Iterator[tuple[str, str]]:
    """Yield (name, column) for each ``${name}`` in a row's formulas and texts."""
    for column, cell in row.cells.items():
        for name in PLACEHOLDER.findall(cell):
            yield name, column


def _without(row: SheetRow, column: str) -> SheetRow:
    return SheetRow(row.sheet, row.number, {k: v for k, v in row.cells.items() if k != column}, row.headings)
