"""A chronology as statements in three parts, and the exercises in which one is written.

Writing in statements, each with its source, is what turns a story into a chronology that others can use
(domain.md 5.2). An exercise shows its material: what people said, what is on paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kasuskit.form import Record
from kasuskit.messages import KasusError
from kasuskit.training.course.course import Course
from kasuskit.training.course.tables import Row, Tables

FILE = "kronologi.csv"
COLUMNS = ("latihan", "bagian", "urut", "siapa", "teks")
PARTS = ("sebelum", "saat", "sesudah")
SOURCES = ("korban", "saksi", "pelapor", "petugas", "dokumen", "terlapor")
MATERIAL, NAMES, CHILD, EXAMPLE = "bahan", "nama", "anak", "contoh-"
_ROWS = (MATERIAL, NAMES, CHILD, *PARTS, *(f"{EXAMPLE}{part}" for part in PARTS))
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
_NAMED = {"korban": "nama_korban", "terlapor": "nama_terlapor"}  # repeats, and the name in each of their rows
_QUOTE = "kutipan_korban"
_ADULT = 18


@dataclass(frozen=True, slots=True)
class Statement:
    """A paragraph of a chronology.

    Parameters
    ----------
    id : str
        What tells it from the others.
    part : str
        One of ``PARTS``.
    text : str
        What is written.
    source : str
        Who said so: of ``SOURCES``, several separated by spaces; blank when that is not said.
    """

    id: str
    part: str
    text: str
    source: str = ""


class Material(NamedTuple):
    """A piece of what there is to write from, and where it comes from (blank: for the writer only)."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """What a chronology is written from; the good example is not in it.

    Parameters
    ----------
    name : str
        Short name (``01``).
    material : tuple of Material
        Notes, words of witnesses, papers. Empty where it is not known, as in a record.
    start : tuple of Statement
        What the writer begins with: nothing, or a bad chronology to mend.
    names : tuple of str
        Names of people, of which none may stand in the chronology.
    child : bool
        Whether a victim is a child.
    """

    name: str
    material: tuple[Material, ...] = ()
    start: tuple[Statement, ...] = ()
    names: tuple[str, ...] = ()
    child: bool = False


class Exercises(NamedTuple):
    """The exercises of a course, and what is wrong with their table."""

    exercises: tuple[Exercise, ...]
    problems: tuple[KasusError, ...]


class Written(NamedTuple):
    """The chronology of a record, and what is known of those it is about."""

    statements: tuple[Statement, ...]
    exercise: Exercise


def read_exercises(course: Course) -> Exercises:
    """Return the chronology exercises of a course; a row that cannot be used is told in ``problems``."""
    path = course.folder / FILE
    if not path.is_file():
        return Exercises((), ())
    stat = path.stat()
    return _read(course.folder, (stat.st_mtime_ns, stat.st_size))


def load_exercise(course: Course, name: str) -> Exercise:
    """Return an exercise.

    Raises
    ------
    KasusError
        T286 when there is none of this name.
    """
    exercises = {each.name: each for each in read_exercises(course).exercises}
    if name not in exercises:
        raise KasusError("training.T286", course.folder.name, name=name[:60], known=", ".join(exercises) or "-")
    return exercises[name]


def read_example(course: Course, name: str) -> tuple[Statement, ...]:
    """Return a good chronology for an exercise, read from the table: it is shown only after an own try."""
    rows = [row for row in _rows(Tables(course.folder)) if row[1]["latihan"] == name]
    return tuple(_statements(rows, EXAMPLE))


def from_record(record: Record) -> Written:
    """Return the chronology of a record of the offline format, and the names that must not stand in it.

    Each paragraph of a part is a statement; its source is what the record says for the whole part. The victim's own
    words, which have a box of their own, belong to what happened during the incident.
    """
    statements = [
        Statement(f"{part}-{number}", part, paragraph, record.value(f"sumber_{part}"))
        for part in PARTS
        for number, paragraph in enumerate(_paragraphs(record.value(f"krono_{part}")), 1)
    ]
    quote = record.value(_QUOTE).strip()
    if quote:
        statements.append(Statement(_QUOTE, "saat", quote if _is_quoted(quote) else f'"{quote}"', "korban"))
    statements.sort(key=lambda each: PARTS.index(each.part))
    names = tuple(dict.fromkeys(name for name in _names(record) if name.strip()))
    child = any(_is_child(record.value(f"korban[{key}]/usia_korban")) for key in record.rows("korban"))
    return Written(tuple(statements), Exercise("", names=names, child=child))


def _names(record: Record) -> Iterator[str]:
    for repeat, name in _NAMED.items():
        for key in record.rows(repeat):
            yield record.value(f"{repeat}[{key}]/{name}")
    for key in record.rows("korban"):
        yield record.value(f"korban[{key}]/nama_wali")
    yield record.value("nama_pelapor")


def _is_child(age: str) -> bool:
    return age.isdigit() and int(age) < _ADULT


def _is_quoted(text: str) -> bool:
    return text[0] in "\"'\u201c\u2018\u00ab"


def _paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.splitlines() if paragraph.strip()]


@lru_cache(maxsize=4)
def _read(folder: Path, _mark: tuple[int, int]) -> Exercises:
    tables = Tables(folder)
    rows: dict[str, list[Row]] = {}
    for row in _rows(tables):
        rows.setdefault(row[1]["latihan"], []).append(row)
    exercises = [_exercise(name, found) for name, found in rows.items()]
    for each in exercises:
        if not each.material:
            tables.wrong("T287", f"{folder.name}/{FILE}", name=each.name)
    return Exercises(tuple(exercises), tuple(tables.problems))


def _rows(tables: Tables) -> Iterator[Row]:
    """Yield the rows that can be used."""
    for place, row in tables.rows(FILE, COLUMNS):
        if not tables.filled(place, row, "latihan", "bagian", "teks") or not tables.among(place, row, "bagian", _ROWS):
            continue
        if row["bagian"] not in (NAMES, CHILD) and not tables.among(place, row, "siapa", ("", *SOURCES)):
            continue
        if _NAME.fullmatch(row["latihan"]):
            yield place, row
        else:
            tables.wrong("T269", place, column="latihan", found=row["latihan"][:40])


def _exercise(name: str, rows: Sequence[Row]) -> Exercise:
    cells = _ordered(rows)
    return Exercise(
        name,
        material=tuple(Material(row["siapa"], row["teks"]) for row in cells if row["bagian"] == MATERIAL),
        start=tuple(_statements(rows, "")),
        names=tuple(row["teks"] for row in cells if row["bagian"] == NAMES),
        child=any(row["bagian"] == CHILD for row in cells),
    )


def _statements(rows: Sequence[Row], prefix: str) -> Iterator[Statement]:
    found = [row for part in PARTS for row in _ordered(rows) if row["bagian"] == prefix + part]
    for number, row in enumerate(found, 1):
        yield Statement(str(number), row["bagian"].removeprefix(prefix), row["teks"], row["siapa"])


def _ordered(rows: Iterable[Row]) -> list[dict[str, str]]:
    """Return the cells of rows by their column ``urut``; those without a number keep their place at the end."""
    return [dict(row) for _, row in sorted(rows, key=lambda row: _number(row[1]["urut"]))]


def _number(cell: str) -> int:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 7 else 1_000_000
