"""One full record of the offline format for the tests of the SIMFONI mirror: two victims, two alleged perpetrators."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

from kasuskit.form import Form, Record, load_form

FILES = Path(__file__).parent / "files"
NOW = "2026-10-14T09:00:00+08:00"


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of ``tests/files``."""
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def offline() -> Form:
    """Return the offline format."""
    return load_form("kasus")


def record(changes: str = "") -> Record:
    """Return the full record, changed: ``isian=jawaban``, ``+ulangan``, ``-ulangan[n]``, separated by `` | ``."""
    answers = {row["isian"]: row["jawaban"] for row in table("simfoni_kasus.csv")}
    return changed(Record.from_answers(offline(), answers, now=NOW), changes)


def changed(given: Record, changes: str) -> Record:
    """Carry out changes on a record and return it; ``K×1501`` stands for so many letters."""
    for each in filter(None, changes.split(" | ")):
        if each.startswith("+"):
            given.add(each[1:])
        elif each.startswith("-"):
            given.remove(each[1:])
        else:
            at, _, value = each.partition("=")
            many = re.fullmatch(r"(.)×(\d+)", value)
            given.set(at, many[1] * int(many[2]) if many else value)
    return given
