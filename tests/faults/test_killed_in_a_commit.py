"""A kernel, its warm parent or the whole server dies while answers are being written to the disk."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest

from tests.faults.evidence import WAIT_SECONDS, check_kept, integrity
from tests.faults.participant import TEXTS

MANY, LONG = 40, 4000  # answers that were kept while the line was away come in one message, and are one commit


def count(file, tab):
    with closing(sqlite3.connect(file, timeout=WAIT_SECONDS)) as connection:
        return connection.execute("SELECT count(*) FROM entry WHERE tab = ?", [tab]).fetchone()[0]


@pytest.fixture(scope="module")
def served(serve_all):
    return serve_all()


@pytest.mark.parametrize("victim", ["kernel", "zygote", "server"])
def test_all_of_a_commit_is_there_or_nothing_and_then_all(served, arrive, victim):
    person, other = arrive(served), arrive(served, "Bapa Anis", think=0.1)
    person.say("ringkasan", "Satu jawaban dahulu.")
    person.wait_for(lambda: not person.unsaved)
    process = {
        "kernel": served.kernel_process(person.kernel),
        "zygote": served.zygote(),
        "server": served.process,
    }[victim]
    log = served.file.with_name(f"{served.file.name}-wal")
    before = log.stat()
    for n in range(MANY):
        person.say(TEXTS[n % len(TEXTS)], f"Jawaban {n}: " + "panjang " * (LONG // 8))
    end = time.monotonic() + WAIT_SECONDS
    while (now := log.stat()).st_size == before.st_size and now.st_mtime_ns == before.st_mtime_ns:
        assert time.monotonic() < end, "nothing was written"
    process.kill()
    if victim == "server":
        served.process.wait()
        integrity(served.file)
        assert (count(served.file, person.tab.name) - 1) % MANY == 0
        served.start()
    person.wait_for(lambda: person.renewals == 1)
    for each in (person, other):
        each.finish()
    assert other.renewals == (victim != "kernel")
    assert check_kept(served.file, [person, other]) > MANY
