"""The rubric of a chronology: eight items of 0 to 2 points.

For five of them a computer can suggest points from what it sees; the others are the facilitator's, and for them it
says at most that it saw a sign. A suggestion is never a judgement: whoever has read the text decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kasuskit.form.texts.phrases import listed_words
from kasuskit.messages import KasusError, text
from kasuskit.training.course.chronology import PARTS, Exercise, Statement
from kasuskit.training.course.chronology_checks import (
    check,
    codes_in,
    days_of,
    has_place,
    has_time,
    in_material,
    out_of_order,
    quotes_in,
    sources_of,
)
from kasuskit.training.course.course import Course
from kasuskit.training.course.tables import Tables

FILE = "rubrik.csv"
COLUMNS = ("butir", "nama", "otomatis", "nol", "satu", "dua", "sumber")
MOST = 2
ITEMS = ("urutan", "perbuatan", "waktu-tempat", "kutipan", "sumber", "akibat", "tindakan", "bahasa")
_SIGNS = {"perbuatan": "kron_perbuatan", "akibat": "kron_akibat", "tindakan": "kron_tindakan"}
_MOST_SIGNS = 4
_NAMED = ("nama", "nomor")
_JUDGING = ("menghakimi", "mengapa", "kesimpulan", "anak")


@dataclass(frozen=True, slots=True)
class Criterion:
    """An item of the rubric as people read it: its name, and what earns 0, 1 and 2 points."""

    id: str
    name: str
    points: tuple[str, str, str]
    source: str


class Criteria(NamedTuple):
    """The rubric of a course, and what is wrong with its table."""

    items: tuple[Criterion, ...]
    problems: tuple[KasusError, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """What a computer can say about one item.

    Parameters
    ----------
    item : str
        One of ``ITEMS``.
    points : int or None
        The points it suggests; None where only who has read the text can tell.
    text : str
        Why, or which signs it saw.
    """

    item: str
    points: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """The eight items, in the order of ``ITEMS``."""

    items: tuple[Points, ...]

    @property
    def suggested(self) -> int:
        """The points suggested so far."""
        return sum(each.points or 0 for each in self.items)

    @property
    def open(self) -> tuple[str, ...]:
        """The items that only a facilitator can judge."""
        return tuple(each.item for each in self.items if each.points is None)

    @property
    def most(self) -> int:
        """The most points that the items with a suggestion could have."""
        return MOST * (len(self.items) - len(self.open))


def read_criteria(course: Course) -> Criteria:
    """Return the rubric of a course as people read it, in the order of its table."""
    path = course.folder / FILE
    if not path.is_file():
        return Criteria((), ())
    stat = path.stat()
    return _read(course.folder, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=4)
def _read(folder: Path, _mark: tuple[int, int]) -> Criteria:
    tables = Tables(folder)
    found: dict[str, Criterion] = {}
    for place, row in tables.rows(FILE, COLUMNS):
        named = tables.among(place, row, "butir", ITEMS) and tables.first(place, row["butir"], found)
        filled = tables.filled(place, row, "nama", "nol", "satu", "dua")
        tables.among(place, row, "otomatis", ("tidak" if row["butir"] in _SIGNS else "ya",))
        if named and filled:
            points = (row["nol"], row["satu"], row["dua"])
            found[row["butir"]] = Criterion(row["butir"], row["nama"], points, row["sumber"])
    for name in ITEMS:
        if name not in found:
            tables.wrong("T288", f"{folder.name}/{FILE}", name=name)
    return Criteria(tuple(found.values()), tuple(tables.problems))


def score(statements: Sequence[Statement], exercise: Exercise, lang: str = "id") -> Rubric:
    """Return what a computer can say about each item of the rubric.

    Parameters
    ----------
    statements : sequence of Statement
        In order; those without a text count as not there.
    exercise : Exercise
        Whose names to look for, and which material it was written from.
    lang : str
        Language of the explanations.
    """
    written = [each for each in statements if each.text.strip()]
    if not written:
        return Rubric(tuple(Points(name, None, text("training.chron.rubric.blank", lang)) for name in ITEMS))
    return Rubric(tuple(_points(name, written, exercise, lang) for name in ITEMS))


def _points(name: str, written: Sequence[Statement], exercise: Exercise, lang: str) -> Points:
    if name in _SIGNS:
        return _signs(name, written, lang)
    points, key, values = _JUDGES[name](written, exercise)
    return Points(name, points, text(f"training.chron.rubric.{key}", lang, **values))


def _signs(name: str, written: Sequence[Statement], lang: str) -> Points:
    texts = [each.text for each in written]
    words = [word for word, _ in listed_words(_SIGNS[name], texts)][:_MOST_SIGNS]
    key = "signs" if words else "no_signs"
    return Points(name, None, text(f"training.chron.rubric.{key}", lang, found=", ".join(words)))


_Judged = tuple[int | None, str, dict[str, object]]


def _urutan(written: Sequence[Statement], exercise: Exercise) -> _Judged:
    parts = {each.part for each in written}
    if len(parts) < len(PARTS):
        return 0, "parts_missing", {"n": len(PARTS) - len(parts)}
    if out_of_order(written):
        return 1, "order_mixed", {}
    if len({day for each in written for day in days_of(each)}) < 2:
        return None, "order_unknown", {}
    return MOST, "order_good", {}


def _waktu_tempat(written: Sequence[Statement], exercise: Exercise) -> _Judged:
    during = " \n".join(each.text for each in written if each.part == "saat")
    time, place = has_time(during), has_place(during)
    key = "when_where" if time and place else "when" if time else "where" if place else "neither"
    return int(time) + int(place), key, {}


def _kutipan(written: Sequence[Statement], exercise: Exercise) -> _Judged:
    quotes = [quote for each in written for quote in quotes_in(each.text)]
    if quotes:
        exact = all(in_material(quote, exercise) for quote in quotes)
        return (MOST, "quotes", {"n": len(quotes)}) if exact else (1, "quotes_other", {})
    said = any(listed_words("kron_ucapan", [each.text for each in written]))
    return (1, "reported", {}) if said else (0, "no_quotes", {})


def _sumber(written: Sequence[Statement], exercise: Exercise) -> _Judged:
    told = sum(bool(sources_of(each)) for each in written)
    hearsay = any(listed_words("kabar", [each.text for each in written]))
    if told == len(written):
        return (1, "hearsay", {}) if hearsay else (MOST, "sources", {})
    return int(told > 0), "some_sources" if told else "no_sources", {"n": told, "all": len(written)}


def _bahasa(written: Sequence[Statement], exercise: Exercise) -> _Judged:
    kinds = {finding.kind for finding in check(written, exercise)}
    named, judging = not kinds.isdisjoint(_NAMED), not kinds.isdisjoint(_JUDGING)
    if named or judging:
        key = "names_words" if named and judging else "names" if named else "words"
        return MOST - int(named) - int(judging), key, {}
    codes = any(codes_in(each.text) for each in written)
    return (MOST, "language", {}) if codes else (1, "no_codes", {})


_JUDGES: dict[str, Callable[[Sequence[Statement], Exercise], _Judged]] = {
    "urutan": _urutan,
    "waktu-tempat": _waktu_tempat,
    "kutipan": _kutipan,
    "sumber": _sumber,
    "bahasa": _bahasa,
}
