"""What a class file holds, told by the marks that are the same in every copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

_QUERIES = {
    "people": "SELECT uid, name, village, joined FROM person",
    "devices": "SELECT person.uid, token_hash FROM device JOIN person ON person.id = device.person",
    "attempts": 'SELECT attempt.uid, person.uid, "case", form, started, ended FROM attempt'
    " JOIN person ON person.id = attempt.person",
    "entries": "SELECT attempt.uid, tab, n, op, at, value, received FROM entry"
    " JOIN attempt ON attempt.id = entry.attempt",
}


def held(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Return people, devices, attempts and entries of a class file, in no order."""
    return {name: set(_rows(path, query)) for name, query in _QUERIES.items()}


def order_of(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the answers of each participant at each case, in their order, over all attempts."""
    order: dict[tuple[str, str], list[str]] = {}
    query = (
        'SELECT person.name, attempt."case", value FROM entry JOIN attempt ON attempt.id = entry.attempt'
        " JOIN person ON person.id = attempt.person ORDER BY attempt.id, seq"
    )
    for name, case, value in _rows(path, query):
        order.setdefault((name, case), []).append(value)
    return order


def logs(path: Path) -> dict[str, list[tuple[str, int]]]:
    """Return the log of each attempt: (tab, n) in order."""
    found: dict[str, list[tuple[str, int]]] = {}
    query = "SELECT uid, tab, n FROM entry JOIN attempt ON attempt.id = entry.attempt ORDER BY seq"
    for uid, tab, n in _rows(path, query):
        found.setdefault(uid, []).append((tab, n))
    return found


def _rows(path: Path, query: str) -> Iterable[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()
