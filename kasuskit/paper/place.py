"""Where in a record a block of the form stands: the address in front of a name, and the codes of the people around."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from kasuskit.form import Form
from kasuskit.paper.people import base, code

_NOBODY: Mapping[str, str] = MappingProxyType({})


class Place(NamedTuple):
    """An address prefix (``korban[1]/``), and the codes of the rows it goes through (``{"korban": "K1"}``)."""

    prefix: str = ""
    codes: Mapping[str, str] = _NOBODY

    def at(self, name: str) -> str:
        """Return the address of a cell or repeat here."""
        return f"{self.prefix}{name}"

    def inside(self, form: Form, repeat: str, key: int, position: int | str) -> Place:
        """Return the place inside a row: its key for the address, its position for the code."""
        codes = {**self.codes, base(form, repeat): code(form, repeat, position)}
        return Place(f"{self.prefix}{repeat}[{key}]/", codes)


class Column(NamedTuple):
    """One person or pair in a table: where the answers are, and what stands above the column."""

    place: Place
    title: str


def shared_codes(columns: list[Column]) -> Mapping[str, str]:
    """Return the codes of all columns together, for a label that speaks of each: ``{"korban": "K1/K2"}``."""
    found: dict[str, dict[str, None]] = {}
    for column in columns:
        for repeat, each in column.place.codes.items():
            found.setdefault(repeat, {})[each] = None
    return {repeat: "/".join(codes) for repeat, codes in found.items()}
