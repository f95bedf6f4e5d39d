"""What helps to understand a question: an example of an answer, and what often goes wrong.

They stand in ``contoh.csv`` beside the sheets of a form, which ODK does not read. A form without it has no hints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kasuskit.form.form import Form
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError
from kasuskit.places import data_dir

FILE = "contoh.csv"
COLUMNS = ("isian", "contoh", "keliru")


@dataclass(frozen=True, slots=True)
class Hint:
    """An example of an answer to one question, and what often goes wrong there."""

    example: str
    mistake: str


def field_hints(form: Form) -> Mapping[str, Hint]:
    """Return the hints of a form of the kit by question.

    Raises
    ------
    KasusError
        F198 when ``contoh.csv`` lacks a column, F199 for a question that the form does not have.
    """
    path = data_dir() / "forms" / form.id / FILE
    return _read(form, path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=8)
def _read(form: Form, path: Path, _changed: int) -> Mapping[str, Hint]:
    place = f"{path.parent.name}/{FILE}"
    head, *rows = csv_rows(decoded(path), place) or [[]]
    names = [cell.strip() for cell in head]
    if not set(COLUMNS) <= set(names):
        raise KasusError("form.F198", place, columns=", ".join(COLUMNS))
    hints = {}
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
        if not any(cells.values()):
            continue
        name = cells.get("isian", "")
        if name not in form.nodes:
            raise KasusError("form.F199", f"{place}:{number}", name=name)
        hints[name] = Hint(cells.get("contoh", ""), cells.get("keliru", ""))
    return hints
