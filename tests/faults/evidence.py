"""What is in the class file, read without the kit's own code."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tests.faults.participant import Participant, Said

WAIT_SECONDS = 30.0


def integrity(file: Path, quick: bool = False) -> None:
    """Let SQLite look the file over, through a connection of its own, also while others write."""
    with closing(sqlite3.connect(file, timeout=WAIT_SECONDS)) as connection:
        said = connection.execute("PRAGMA quick_check" if quick else "PRAGMA integrity_check").fetchall()
        assert said == [("ok",)], said
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def stored(file: Path) -> dict[str, list[Said]]:
    """Return what each tab gave, in the order in which it was stored."""
    found = defaultdict(list)
    with closing(sqlite3.connect(file, timeout=WAIT_SECONDS)) as connection:
        for tab, *said in connection.execute("SELECT tab, n, op, at, value FROM entry ORDER BY seq"):
            found[tab].append(Said(*said))
    return dict(found)


def check_kept(file: Path, participants: Iterable[Participant]) -> int:
    """Check that every acknowledged answer is there once, as it was said, in order; return how many there are."""
    integrity(file)
    found = stored(file)
    count = 0
    for participant in participants:
        tab = participant.tab
        there = found.get(tab.name, [])
        numbers = [said.n for said in there]
        assert numbers == sorted(set(numbers)), f"out of order or twice: {numbers}"
        by_number = {said.n: said for said in there}
        lost = [said for said in tab.acked if by_number.get(said.n) != said]
        assert not lost, f"acknowledged and not there: {lost} of {participant}"
        said = {*tab.acked, *tab.outbox}
        assert set(there) <= said, f"never said: {set(there) - said}"
        count += len(tab.acked)
    return count
