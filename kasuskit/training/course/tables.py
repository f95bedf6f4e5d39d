"""The tables of a course: what is wrong with one is written down, and everything else is read all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kasuskit.messages import KasusError
from kasuskit.training.files import Codes, table_rows

CODES = Codes("training.T250", "training.T251", "training.T252", "training.T253", "training.T254")
CONFIDENCES = ("S", "C", "I", "L")
"""How sure we are of a source: sourced, common practice, our inference, statute text that was not read again."""
_AIM_COLUMNS = ("id", "pelajaran", "tujuan", "bagian", "latihan")

Row = tuple[str, Mapping[str, str]]
"""The place of a row, and its cells by column."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a participant can do after a lesson.

    Parameters
    ----------
    id : str
        Short name (``T06``).
    lesson : str
        The lesson's short name (``04``).
    text : str
        The aim, as people read it.
    section : str
        Heading of the section of the lesson that teaches it, without its minutes; blank when not said.
    activities : tuple of str
        Names of the activities that practise it (``kuis-04-bentuk``, ``K01.A-F``).
    """

    id: str
    lesson: str
    text: str
    section: str
    activities: tuple[str, ...]


class Tables:
    """Reads the tables of one course, and keeps what is wrong with them.

    Parameters
    ----------
    folder : Path
        The course's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[KasusError] = []

    def wrong(self, code: str, place: str, **values: object) -> None:
        """Write down something that is wrong."""
        self.problems.append(KasusError(f"training.{code}", place, **values))

    def rows(self, pattern: str, columns: Sequence[str]) -> Iterator[Row]:
        """Yield the rows of all tables whose names fit, in the order of these names."""
        paths = sorted(self.folder.glob(pattern))
        if not paths:
            self.wrong("T251", f"{self.folder.name}/{pattern.replace('*', '')}")
        for path in paths:
            try:
                yield from table_rows(path, columns, CODES, self.problems)
            except KasusError as error:
                self.problems.append(error)

    def filled(self, place: str, row: Mapping[str, str], *columns: str) -> bool:
        """Return whether none of these cells is blank."""
        blank = [column for column in columns if not row[column]]
        for column in blank:
            self.wrong("T261", place, column=column)
        return not blank

    def among(self, place: str, row: Mapping[str, str], column: str, allowed: Sequence[str]) -> bool:
        """Return whether a cell holds one of the words that it may hold."""
        fits = row[column] in allowed
        if not fits:
            named = ", ".join(each for each in allowed if each)
            self.wrong("T260", place, column=column, found=row[column][:40], allowed=named or "-")
        return fits

    def known(self, place: str, column: str, name: str, names: Collection[str]) -> bool:
        """Return whether something that is named elsewhere is there."""
        if name not in names:
            self.wrong("T258", place, column=column, found=name[:60])
        return name in names

    def first(self, place: str, name: str, seen: Collection[str]) -> bool:
        """Return whether this name has not been given before."""
        if name in seen:
            self.wrong("T257", place, name=name[:60])
        return name not in seen

    def tracks(self, place: str, row: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
        """Return whom a row is for: names of tracks, none for everybody."""
        named = tuple(row["jalur"].split())
        return tuple(each for each in named if self.known(place, "jalur", each, known))

    def confidence(self, place: str, row: Mapping[str, str]) -> str:
        """Return how sure we are of a row's source; where that is not said, as little as of an inference."""
        return row["keyakinan"] if self.among(place, row, "keyakinan", CONFIDENCES) else "I"


def read_aims(tables: Tables, lessons: Collection[str]) -> tuple[Aim, ...]:
    """Return the aims of a course, in the order of ``tujuan.csv``."""
    aims: dict[str, Aim] = {}
    for place, row in tables.rows("tujuan.csv", _AIM_COLUMNS):
        if tables.filled(place, row, "id", "pelajaran", "tujuan") and tables.first(place, row["id"], aims):
            tables.known(place, "pelajaran", row["pelajaran"], lessons)
            activities = tuple(row["latihan"].split())
            aims[row["id"]] = Aim(row["id"], row["pelajaran"], row["tujuan"], row["bagian"], activities)
    return tuple(aims.values())
