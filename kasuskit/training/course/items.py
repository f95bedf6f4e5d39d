"""The questions of a course, and their keys: what shows a question never holds its key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kasuskit.messages import KasusError
from kasuskit.training.course.tables import Row, Tables
from kasuskit.training.match import plain

if TYPE_CHECKING:
    from kasuskit.training.course.course import Course

KINDS = ("satu", "beberapa", "urutan", "pasangan", "isian")
ITEM_COLUMNS = (
    "id", "tujuan", "jenis", "jalur", "tingkat", "uji", "kuis", "soal", "penjelasan", "sumber", "keyakinan",
)  # fmt: skip
OPTION_COLUMNS = ("soal", "nama", "teks", "benar", "umpan")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
_OPTION = re.compile(r"[a-z][a-z0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, to put in order, or to find the partner of."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it is shown: nothing in it tells the answer.

    Parameters
    ----------
    id, aim : str
        Short names (``T06a``, ``T06``).
    kind : str
        One of ``KINDS``: choose one, choose several, put in order, find partners, write a short answer.
    tracks : tuple of str
        For whom; empty for everybody.
    level : int
        1 easy to 3 hard.
    test, quiz : str
        Form ``A`` or ``B`` of the test, or the name of the quiz that it stands in.
    text : str
        The question.
    options : tuple of Option
        In the order of the table; for ``pasangan`` the left sides, for ``isian`` none.
    partners : tuple of Option
        For ``pasangan`` the right sides, named ``k1``, ``k2`` … in an order that has nothing to do with the left.
    """

    id: str
    aim: str
    kind: str
    tracks: tuple[str, ...]
    level: int
    test: str
    quiz: str
    text: str
    options: tuple[Option, ...]
    partners: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """The right answer to a question, and what to say about it.

    Parameters
    ----------
    answer : str
        Encoded as in the class file (see ``marking``); for ``isian`` the first accepted answer.
    accepted : tuple of str
        For ``isian`` every accepted answer without case, blanks and punctuation.
    remarks : mapping of str to str
        What to say to whoever wrongly chose an option, by its name; for ``isian`` by the known wrong answer, without
        case, blanks and punctuation.
    explanation, source, confidence : str
        Why, where that comes from, and how sure we are (``S``, ``C``, ``I``, ``L``).
    """

    answer: str
    accepted: tuple[str, ...]
    remarks: Mapping[str, str]
    explanation: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions that can be asked, and what is wrong with the others."""

    items: tuple[Item, ...]
    problems: tuple[KasusError, ...]


def read_bank(folder: Path, aims: Collection[str], tracks: Collection[str]) -> Bank:
    """Return the questions of ``soal*.csv`` and ``pilihan*.csv``, without their keys."""
    reader = _Reader(Tables(folder), aims, tracks)
    return Bank(tuple(item for item, _ in reader.read()), tuple(reader.tables.problems))


def load_keys(course: Course) -> dict[str, Key]:
    """Return the keys by question, read from the tables; nothing keeps them but who asked."""
    reader = _Reader(Tables(course.folder), [aim.id for aim in course.aims], tuple(course.tracks))
    return {item.id: key for item, key in reader.read()}


def item_screen(item: Item, seed: str | int) -> dict[str, Any]:
    """Return a question as plain data for a screen.

    Parameters
    ----------
    item : Item
        The question.
    seed : str or int
        Decides the order of what is shuffled: what is to be put in order, and right sides. The same seed always gives
        the same order (of one person, say: neighbours then see different ones).
    """
    options = _shuffled(item.options, f"{seed}/{item.id}") if item.kind == "urutan" else item.options
    screen: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "text": item.text,
        "options": [[option.name, option.text] for option in options],
    }
    if item.partners:
        screen["partners"] = [[each.name, each.text] for each in _shuffled(item.partners, f"{seed}/{item.id}")]
    return screen


def squeezed(answer: str) -> str:
    """Return a short answer without case, accents, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", plain(answer))


def _shuffled(options: Iterable[Option], seed: str) -> list[Option]:
    """Return options in an order that follows from a seed alone, on every machine and version of Python."""
    return sorted(options, key=lambda option: hashlib.sha256(f"{seed}/{option.name}".encode()).digest())


class _Reader:
    """Reads questions with their options; one that cannot be asked is left out and written down."""

    def __init__(self, tables: Tables, aims: Collection[str], tracks: Collection[str]) -> None:
        self.tables, self.aims, self.tracks = tables, aims, tracks

    def read(self) -> list[tuple[Item, Key]]:
        """Return the questions that can be asked, each with its key."""
        rows: dict[str, Row] = {}
        for place, row in self.tables.rows("soal*.csv", ITEM_COLUMNS):
            if not self.tables.filled(place, row, "id"):
                continue
            if self._fits("id", place, row["id"], _NAME) and self.tables.first(place, row["id"], rows):
                rows[row["id"]] = place, row
        options: dict[str, list[Row]] = {name: [] for name in rows}
        for place, row in self.tables.rows("pilihan*.csv", OPTION_COLUMNS):
            if self.tables.known(place, "soal", row["soal"], rows):
                options[row["soal"]].append((place, row))
        read = (self._item(place, row, options[name]) for name, (place, row) in rows.items())
        return [each for each in read if each is not None]

    def _fits(self, column: str, place: str, found: str, pattern: re.Pattern[str]) -> bool:
        fits = pattern.fullmatch(found) is not None
        if not fits:
            self.tables.wrong("T269", place, column=column, found=found[:40])
        return fits

    def _item(self, place: str, row: Mapping[str, str], options: Sequence[Row]) -> tuple[Item, Key] | None:
        """Return a question with its key; None when it cannot be asked or marked."""
        tables = self.tables
        usable = tables.filled(place, row, "soal") and tables.among(place, row, "jenis", KINDS)
        self._told(place, row)
        shown = self._options(row["jenis"], options) if usable else None
        if shown is None:
            return None
        answer = self._answer(row["jenis"], place, row["id"], options)
        if not answer:
            return None
        level = int(row["tingkat"]) if tables.among(place, row, "tingkat", ("1", "2", "3")) else 2
        test = row["uji"] if tables.among(place, row, "uji", ("", "A", "B")) else ""
        quiz = row["kuis"] if not row["kuis"] or self._fits("kuis", place, row["kuis"], _NAME) else ""
        tracks = tables.tracks(place, row, self.tracks)
        written = row["jenis"] == "isian"
        partners = _partners(row["id"], options) if row["jenis"] == "pasangan" else ()
        item = Item(
            row["id"], row["tujuan"], row["jenis"], tracks, level, test, quiz, row["soal"],
            () if written else shown, partners,
        )  # fmt: skip
        name = "teks" if written else "nama"
        remarks = {each[name]: each["umpan"] for _, each in options if each["umpan"]}
        if written:
            remarks = {squeezed(said): remark for said, remark in remarks.items()}
        accepted = tuple(squeezed(each["teks"]) for _, each in options if each["benar"] == "1") if written else ()
        key = Key(answer, accepted, remarks, row["penjelasan"], row["sumber"], tables.confidence(place, row))
        return item, key

    def _told(self, place: str, row: Mapping[str, str]) -> None:
        """Write down what is wrong with a question, though it can be asked."""
        tables = self.tables
        tables.filled(place, row, "tujuan", "penjelasan", "sumber")
        if row["tujuan"]:
            tables.known(place, "tujuan", row["tujuan"], self.aims)
        if bool(row["uji"]) == bool(row["kuis"]):
            tables.wrong("T270", place, name=row["id"])
        if row["uji"] and row["jalur"]:
            tables.among(place, row, "jalur", ("",))

    def _options(self, kind: str, rows: Sequence[Row]) -> tuple[Option, ...] | None:
        """Return what there is to choose; None when one of it cannot be used."""
        found: dict[str, Option] = {}
        sound = True
        for place, row in rows:
            named = self._fits("nama", place, row["nama"], _OPTION) and self.tables.first(place, row["nama"], found)
            filled = self.tables.filled(place, row, "teks")
            allowed = kind in ("urutan", "pasangan") or self.tables.among(place, row, "benar", ("1", "0", ""))
            sound = sound and named and filled and allowed
            found[row["nama"]] = Option(row["nama"], row["teks"])
        return tuple(found.values()) if sound else None

    def _answer(self, kind: str, place: str, name: str, rows: Sequence[Row]) -> str:
        """Return the right answer encoded, blank when the options do not give one."""
        if len(rows) < 2 and kind != "isian":
            self.tables.wrong("T267", place, name=name)
            return ""
        right = [row["nama"] for _, row in rows if row["benar"] == "1"]
        if kind == "urutan":
            return self._order(place, name, rows)
        if kind == "pasangan":
            return self._pairs(place, name, rows)
        if kind == "isian":
            sound = bool(right) and all(squeezed(row["teks"]) for _, row in rows)
            answer = next((row["teks"] for _, row in rows if row["benar"] == "1"), "")
        else:
            sound = len(right) == 1 if kind == "satu" else 1 <= len(right) < len(rows)
            answer = " ".join(sorted(right))
        if not sound:
            self.tables.wrong({"satu": "T262", "beberapa": "T263", "isian": "T266"}[kind], place, name=name)
        return answer if sound else ""

    def _order(self, place: str, name: str, rows: Sequence[Row]) -> str:
        positions = {row["benar"]: row["nama"] for _, row in rows}
        wanted = [str(number) for number in range(1, len(rows) + 1)]
        if sorted(positions) != sorted(wanted):
            self.tables.wrong("T264", place, name=name, count=len(rows))
            return ""
        names = [positions[number] for number in wanted]
        if names == sorted(names):
            self.tables.wrong("T268", place, name=name)
        return " ".join(names)

    def _pairs(self, place: str, name: str, rows: Sequence[Row]) -> str:
        named = {option.text: option.name for option in _partners(name, rows)}
        if len(named) < 2 or not all(row["benar"] for _, row in rows):
            self.tables.wrong("T265", place, name=name)
            return ""
        return " ".join(sorted(f"{row['nama']}={named[row['benar']]}" for _, row in rows))


def _partners(item: str, rows: Sequence[Row]) -> tuple[Option, ...]:
    """Return the right sides of a question, named in an order that only its name decides."""
    first: dict[str, str] = {}
    for _, row in rows:
        first.setdefault(row["benar"], row["nama"])
    mixed = _shuffled([Option(name, text) for text, name in first.items()], item)
    return tuple(Option(f"k{number}", option.text) for number, option in enumerate(mixed, 1))
