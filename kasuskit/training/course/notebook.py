"""What stands in a lesson's notebook: its sections with their minutes, and the activities that its cells call."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kasuskit.messages import KasusError

FACILITATOR = "fasilitator"
TRACK = "jalur-"
ACTIVITIES: Mapping[str, str] = {
    "quiz": "kuis-{}",
    "pretest": "pra-uji",
    "posttest": "pasca-uji",
    "sort_cards": "kartu-{}",
    "write_chronology": "kronologi-{}",
    "dialogue": "percakapan-{}",
    "explore_form": "jelajah-{}",
    "explain_nik": "nik",
    "practice": "{}",
}
"""The functions that a cell may call, and what a class calls what they show."""
_HEADING = re.compile(r"^##[ \t]+(?P<title>.+?)[ \t]*(?:\((?P<minutes>\d+)[ \t]*menit\))?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LessonCell:
    """A cell: its kind (``markdown`` or ``code``), source and tags; ``number`` counts from 1."""

    number: int
    kind: str
    source: str
    tags: tuple[str, ...]

    @property
    def hidden(self) -> bool:
        """Whether participants never see it."""
        return any(tag.casefold().startswith(FACILITATOR) for tag in self.tags)

    @property
    def track(self) -> bool:
        """Whether only some tracks see it."""
        return any(tag.startswith(TRACK) for tag in self.tags)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a lesson, as participants see it; ``minutes`` is None where its heading has none."""

    title: str
    minutes: int | None
    cell: int
    cells: tuple[LessonCell, ...]


def read_lesson(path: Path) -> tuple[LessonCell, ...]:
    """Return the cells of a notebook.

    Raises
    ------
    KasusError
        T303 when it cannot be read.
    """
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return tuple(_cell(number, cell) for number, cell in enumerate(cells, start=1))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KasusError("training.T303", path.name) from problem


def _cell(number: int, cell: Mapping[str, Any]) -> LessonCell:
    source = cell["source"]
    tags = cell.get("metadata", {}).get("tags", ())
    text = source if isinstance(source, str) else "".join(source)
    return LessonCell(number, str(cell["cell_type"]), text, tuple(map(str, tags)))


def sections(cells: Iterable[LessonCell]) -> tuple[Section, ...]:
    """Return the sections of a lesson: what stands from one ``##`` heading to the next."""
    found: list[tuple[str, int | None, int, list[LessonCell]]] = []
    for cell in cells:
        if cell.hidden:
            continue
        heads = list(_HEADING.finditer(cell.source)) if cell.kind == "markdown" else []
        for place, head in enumerate(heads):
            end = heads[place + 1].start() if place + 1 < len(heads) else len(cell.source)
            part = LessonCell(cell.number, cell.kind, cell.source[head.end() : end], cell.tags)
            minutes = int(head["minutes"]) if head["minutes"] else None
            found.append((head["title"].strip(), minutes, cell.number, [part]))
        if not heads and found:
            found[-1][3].append(cell)
    return tuple(Section(title, minutes, number, tuple(inside)) for title, minutes, number, inside in found)


def called(source: str) -> tuple[str, str]:
    """Return the function that a cell's last line calls, and its first argument; blank where there is none."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return "", ""
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return "", ""
    first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
    return call.func.id, str(first)


def activity_of(source: str) -> str:
    """Return what a class calls the activity or practice task of a cell; blank for other cells."""
    function, given = called(source)
    return ACTIVITIES[function].format(given).rstrip("-") if function in ACTIVITIES else ""


def practised(cells: Iterable[LessonCell]) -> tuple[str, ...]:
    """Return the names of everything to do in a lesson, in order: activities and practice tasks."""
    names = (activity_of(cell.source) for cell in cells if cell.kind == "code" and not cell.hidden)
    return tuple(dict.fromkeys(name for name in names if name))
