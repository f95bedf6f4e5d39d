"""Another program holds the class file for longer than the kit waits: a virus scanner, a backup, a colleague."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from kasuskit.classroom import open_room
from kasuskit.messages import KasusError
from tests.faults.evidence import check_kept
from tests.practice_server import Visitor

PROMPT = 2.0  # seconds


@contextmanager
def held(how, file):
    command = [sys.executable, str(Path(__file__).with_name("hold.py")), how, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout.readline() == b"held\n"
            yield
        finally:
            holder.stdin.close()
            holder.wait(30)


@pytest.fixture(scope="module")
def served(serve_all):
    return serve_all()


def seconds_for(visitor, path):
    start = time.monotonic()
    assert visitor.get(path).status == 200
    return time.monotonic() - start


@pytest.mark.parametrize("how", ["writer", "scanner"])
def test_people_are_told_and_nothing_is_lost(served, arrive, group, how):
    people = group(served, 2)
    person = people[0]
    person.say("ringkasan", "Sebelum berkas dikunci.")
    person.wait_for(lambda: not person.unsaved)
    with held(how, served.file):
        for each in people:
            each.say("krono_saat", "Ketika berkas dikunci.")
            each.say("krono_sesudah", "Ini juga.")
        for each in people:
            each.wait_for(lambda: each.told)  # noqa: B023
            for visitor in (each.visitor, Visitor(served)):
                for path in ("/", "/kalender", "/?kasus=K01"):
                    assert seconds_for(visitor, path) < PROMPT
        assert [each.unsaved for each in people] == [2, 2]
    for each in people:
        each.finish()
        assert {told.code for told in each.told} == {"K308"}
        assert "sedang dipakai program lain" in each.told[0].text
        assert how == "scanner" or each.renewals == 0, "SQLite waits ten seconds for a scanner, a page but eight"
    check_kept(served.file, people)


def test_a_class_that_another_program_keeps_for_itself_is_not_opened(tmp_path):
    file = tmp_path / "kelas.sqlite"
    open_room(file).close()
    with held("owner", file), pytest.raises(KasusError, match="K308"):
        open_room(file, busy_seconds=0.3)
    open_room(file).close()
