"""When the practical exam is passed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kasuskit.form import Finding
from kasuskit.messages import KasusError
from kasuskit.training.files import read

FILE = "lulus.toml"
MOST_POINTS = 2  # for each item of the rubric
_NAMES = ("kesalahan", "peringatan", "kronologi", "butir")


class PassMark(NamedTuple):
    """At most so many errors and warnings of the checks, at least so many points for the chronology, of how many."""

    errors: int = 0
    warnings: int = 3
    chronology: int = 12
    items: int = 8

    @property
    def most(self) -> int:
        """Return the most points there are for the chronology."""
        return MOST_POINTS * self.items

    def allows(self, errors: int, warnings: int) -> bool:
        """Return whether the checks find few enough."""
        return errors <= self.errors and warnings <= self.warnings


def pass_mark(folder: Path) -> PassMark:
    """Return the pass mark of a course; the kit's where the course has none of its own.

    Raises
    ------
    KasusError
        T292 when its file cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return PassMark()
    try:
        found = tomllib.loads(read(path))
    except ValueError:
        found = {}
    values = [value for name in _NAMES if type(value := found.get(name)) is int and value >= 0]
    if len(values) < len(_NAMES):
        raise KasusError("training.T292", f"{folder.name}/{FILE}", names=", ".join(_NAMES))
    return PassMark(*values)


def counted(findings: Iterable[Finding]) -> tuple[int, int]:
    """Return how many errors and warnings there are."""
    severities = [finding.severity for finding in findings]
    return severities.count("error"), severities.count("warning")
