"""The rows of a record and their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kasuskit.messages import KasusError

MAX_ROWS = 99
MAX_KEY = 999
_PART = re.compile(r"([^\[\]/]+)(?:\[([1-9]\d{0,2})\])?", re.ASCII)


class Address(NamedTuple):
    """An address taken apart: the rows to go through (repeat, key), and the name at the end ("" for a row itself)."""

    rows: tuple[tuple[str, int], ...]
    name: str


def parse_address(at: str) -> Address:
    """Return the parts of ``korban[1]/nama_korban``; ``korban[1]`` names a row and has no name.

    Raises
    ------
    KasusError
        F130 when it is not an address.
    """
    rows: list[tuple[str, int]] = []
    parts = at.split("/")
    for index, part in enumerate(parts):
        found = _PART.fullmatch(part)
        if found is None:
            raise KasusError("form.F130", at=at[:80])
        if found[2] is not None:
            rows.append((found[1], int(found[2])))
        elif index == len(parts) - 1:
            return Address(tuple(rows), found[1])
        else:
            raise KasusError("form.F130", at=at[:80])
    return Address(tuple(rows), "")


class Row:
    """One row of a repeat, or the record itself (no parent).

    ``typed`` holds what people entered, ``clean`` the same as the record keeps it, ``cells`` what expressions
    see: blank where a cell is not relevant, the lists of rows under the repeats' names, ``"#"`` the position.
    """

    __slots__ = (
        "bad",
        "cells",
        "children",
        "clean",
        "context",
        "gone",
        "key",
        "parent",
        "relevance",
        "repeat",
        "typed",
    )

    def __init__(self, names: dict[str, Any], repeat: str = "", key: int = 0, parent: Row | None = None) -> None:
        self.repeat, self.key, self.parent = repeat, key, parent
        self.typed: dict[str, str] = {}
        self.clean: dict[str, str] = {}
        self.bad: dict[str, str] = {}
        self.cells: dict[str, Any] = {name: [] if isinstance(value, list) else value for name, value in names.items()}
        self.context: tuple[dict[str, Any], ...] = (*(parent.context if parent else ()), self.cells)
        self.relevance: dict[str, bool] = {}
        self.children: dict[str, list[Row]] = {name: [] for name, value in names.items() if isinstance(value, list)}
        self.gone: dict[str, dict[int, tuple[int, Row]]] = {}

    def address(self, name: str = "") -> str:
        """Return the address of a cell of this row, or of the row itself."""
        if self.parent is None:
            return name
        here = self.parent.address(f"{self.repeat}[{self.key}]")
        return f"{here}/{name}" if name else here

    def ancestor(self, depth: int) -> Row:
        """Return the row around this one that has ``depth`` repeats around it (0: the record)."""
        row, level = self, len(self.context) - 1
        while level > depth and row.parent is not None:
            row, level = row.parent, level - 1
        return row

    def child(self, repeat: str, key: int) -> Row | None:
        """Return a present row of a repeat by its key, else None."""
        return next((row for row in self.children[repeat] if row.key == key), None)

    def next_key(self, repeat: str) -> int:
        """Return the first key that no row of this repeat ever had here."""
        used = [row.key for row in self.children[repeat]] + list(self.gone.get(repeat, ()))
        return max(used, default=0) + 1

    def below(self) -> Iterator[Row]:
        """Yield this row and all present rows inside it."""
        yield self
        for rows in self.children.values():
            for row in rows:
                yield from row.below()
