"""What class files hold, told without changing any of them, also while a class is going on."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from kasuskit.classroom import files, tables
from kasuskit.classroom.entry import LESSON_FORM
from kasuskit.classroom.reading import opened
from kasuskit.messages import KasusError

SUFFIX = ".sqlite"


@dataclass(frozen=True)
class ClassFile:
    """A class file at one look.

    Attributes
    ----------
    path : Path
        Where it is.
    backup : bool
        Whether its name is that of a copy, which has a dot in it, as a class's name never has.
    size : int
        In bytes, with what SQLite keeps beside the file.
    version : int
        Of its tables.
    people, attempts, answers : int
        How many it holds.
    last : str
        When the last answer came, UTC, ISO 8601; empty when none did.
    problem : KasusError or None
        Why nothing of this could be read.
    """

    path: Path
    backup: bool
    size: int
    version: int = 0
    people: int = 0
    attempts: int = 0
    answers: int = 0
    last: str = ""
    problem: KasusError | None = None

    @property
    def old(self) -> bool:
        """Whether the file is of an older version and will be brought up to date when the class is opened."""
        return self.problem is None and self.version < tables.SCHEMA_VERSION


class Participant(NamedTuple):
    """A participant as the facilitator looks for them; the code is empty in a file of an older version.

    ``cases`` counts cases and other practice tasks, without the activities of lessons; ``answers`` counts all.
    """

    name: str
    village: str
    code: str
    cases: int
    answers: int


def class_files(folder: Path) -> tuple[ClassFile, ...]:
    """Return what is in a folder: classes by name, then the copies.

    Raises
    ------
    KasusError
        K329 when the folder is not there, K306 when it cannot be read.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 (never raises)
        raise KasusError("classroom.K329", str(folder))
    try:
        paths = [path for path in folder.iterdir() if path.suffix == SUFFIX and not path.name.startswith(".")]
    except OSError as problem:
        raise KasusError("classroom.K306", str(folder)) from problem
    return tuple(sorted(map(look_over, paths), key=lambda found: (found.backup, found.path.name)))


def find_class(name: str, folder: Path) -> Path:
    """Return the file of a class by its name in a folder, or by its path.

    Raises
    ------
    KasusError
        K327, with the names of the classes that there are.
    """
    for path in (folder / f"{name}{SUFFIX}", folder / name, Path(name)):
        if os.path.isfile(path):  # noqa: PTH113 (never raises)
            return path
    known = sorted(path.stem for path in folder.glob(f"*{SUFFIX}")) if os.path.isdir(folder) else []  # noqa: PTH112
    raise KasusError("classroom.K327", str(folder), name=name, known=", ".join(known) or "-")


def look_over(path: Path) -> ClassFile:
    """Return what a class file holds; what is wrong with it is told, not raised."""
    parts = [path, *(Path(f"{path}{end}") for end in files.BESIDE)]
    found = ClassFile(path, "." in path.stem, sum(each.stat().st_size for each in parts if each.is_file()))
    try:
        with opened(path) as (connection, version):
            people, attempts, answers = (
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("person", "attempt", "entry")
            )
            last = connection.execute("SELECT max(received) FROM entry").fetchone()[0]
    except KasusError as problem:
        return replace(found, problem=problem)
    counts = {"people": people, "attempts": attempts, "answers": answers}
    return replace(found, version=version, last=last or "", **counts)


def participants(path: Path) -> tuple[Participant, ...]:
    """Return who is in a class, in the order in which they entered.

    Raises
    ------
    KasusError
        What is wrong with the file.
    """
    with opened(path) as (connection, version):
        code = "''" if version < 2 else "person.code"
        rows = connection.execute(
            f"SELECT person.name, person.village, {code},"
            ' count(DISTINCT CASE WHEN attempt.form <> ? THEN attempt."case" END), count(entry.seq)'
            " FROM person LEFT JOIN attempt ON attempt.person = person.id LEFT JOIN entry ON entry.attempt = attempt.id"
            " GROUP BY person.id ORDER BY person.id",
            (LESSON_FORM,),
        )
        return tuple(Participant(*row) for row in rows)
