"""A class file as kasuskit made it in version 1 of its tables, with the statements of that time."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

SECRET = "5a" * 32
# What SQLAlchemy wrote for the tables of version 1, word for word.
STATEMENTS = """
CREATE TABLE class_info (
	id INTEGER NOT NULL,
	schema_version INTEGER NOT NULL,
	created VARCHAR(40) NOT NULL,
	secret VARCHAR(64) NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE person (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	name VARCHAR(60) NOT NULL,
	village VARCHAR(60) NOT NULL,
	token_hash VARCHAR(64) NOT NULL,
	joined VARCHAR(40) NOT NULL,
	UNIQUE (token_hash)
);
CREATE TABLE attempt (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	person INTEGER NOT NULL,
	"case" VARCHAR(60) NOT NULL,
	form VARCHAR(60) NOT NULL,
	form_version VARCHAR(60) NOT NULL,
	started VARCHAR(40) NOT NULL,
	ended VARCHAR(40),
	now_clock VARCHAR(40) NOT NULL,
	FOREIGN KEY(person) REFERENCES person (id)
);
CREATE UNIQUE INDEX attempt_open ON attempt (person, "case", form) WHERE ended IS NULL;
CREATE TABLE entry (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	attempt INTEGER NOT NULL,
	tab VARCHAR(64) NOT NULL,
	n INTEGER NOT NULL,
	op VARCHAR(10) NOT NULL,
	at VARCHAR(200) NOT NULL,
	value TEXT NOT NULL,
	received VARCHAR(40) NOT NULL,
	CONSTRAINT entry_once UNIQUE (attempt, tab, n),
	FOREIGN KEY(attempt) REFERENCES attempt (id)
);
"""
PEOPLE = (("Mama Yuli", "Desa Contoh A"), ("Bapa Anis", ""), ("Mama Yuli", "Desa Contoh B"))


def token_of(number: int) -> str:
    """Return the token of the participant with this number, counted from 1."""
    return f"{number:032x}"


def make_old_class(path: Path, people: int = 3, answers: int = 4, *, wal: bool = True) -> Path:
    """Make a class of version 1 in which everybody ended one attempt and has another open.

    Parameters
    ----------
    path : Path
        Where.
    people, answers : int
        How many participants, and how many answers in each attempt.
    wal : bool
        Whether the file is in the mode in which readers go on while one writes, as the kit leaves it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    old = sqlite3.connect(path, isolation_level=None)
    old.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
    old.executescript(STATEMENTS)
    old.execute("BEGIN")
    at = "2026-10-05T01:00:00.000+00:00"
    old.execute("INSERT INTO class_info VALUES (1, 1, ?, ?)", (at, SECRET))
    for number in range(1, people + 1):
        name, village = PEOPLE[(number - 1) % len(PEOPLE)]
        mark = hashlib.sha256(token_of(number).encode()).hexdigest()
        old.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?)", (number, name, village, mark, at))
        for attempt, ended in ((2 * number - 1, at), (2 * number, None)):
            row = (attempt, number, "K01", "kasus", "2026.11.1", at, ended, "2026-10-05T09:00:00+08:00")
            old.execute("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            rows = [(attempt, "tab", n, "set", "korban[1]/nama", f"{attempt}.{n}", at) for n in range(1, answers + 1)]
            columns = "attempt, tab, n, op, at, value, received"
            old.executemany(f"INSERT INTO entry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    old.execute("COMMIT")
    old.close()
    return path


def everything(path: Path) -> list[str]:
    """Return all that a class file holds, as statements."""
    held = sqlite3.connect(path)
    try:
        return list(held.iterdump())
    finally:
        held.close()
