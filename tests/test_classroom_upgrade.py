"""A class file of an older version goes on, whatever happens while it is brought up to date."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from kasuskit.classroom import open_room, tables, upgrade
from kasuskit.classroom.codes import derived_code, is_weak
from kasuskit.messages import KasusError

from .old_class import PEOPLE, SECRET, everything, make_old_class, token_of

NOON = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
NAMED = f"soe.sebelum-v2-{NOON.astimezone():%Y%m%d-%H%M}"


@pytest.fixture
def path(tmp_path):
    return make_old_class(tmp_path / "kelas" / "soe.sqlite")


def opened(path, **options):
    return open_room(path, clock=lambda: NOON, **options)


def names(path):
    return sorted(file.name for file in path.parent.iterdir())


def asked(room, pragma):
    with room._database.engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {pragma}").all()


def version(path):
    held = sqlite3.connect(path)
    try:
        return held.execute("SELECT schema_version FROM class_info").fetchone()[0]
    finally:
        held.close()


@pytest.mark.parametrize("wal", [True, False])
def test_everybody_goes_on_where_they_were(tmp_path, wal):
    path = make_old_class(tmp_path / "soe.sqlite", wal=wal)
    before = everything(path)
    with opened(path) as room:
        assert room.migrated_backup == path.with_name(f"{NAMED}.sqlite")
        assert everything(room.migrated_backup) == before
        people = room.persons()
        assert [(person.id, person.name, person.village) for person in people] == [
            (number, *who) for number, who in enumerate(PEOPLE, start=1)
        ]
        for person in people:
            assert room.person_by_token(token_of(person.id)) == person
            assert room.person_by_code(person.code) == person
            ended, going = room.attempts(person.id)
            assert ended.ended
            assert room.attempt(person.id, case="K01", form="kasus", version="9") == going
            assert [entry.value for entry in going.entries()] == [f"{going.id}.{n}" for n in range(1, 5)]
            assert going.append("tab", [(4, "set", "x", "again"), (5, "set", "x", "new")]) == 5
            assert going.entries()[-1].value == "new"
        assert room.secret() == bytes.fromhex(SECRET)
        assert room.enter("Nona")[0].id == len(PEOPLE) + 1
        assert asked(room, "foreign_key_check") == []
    with opened(path) as again:
        assert again.migrated_backup is None
        assert again.persons()[:3] == people


def test_the_tables_are_those_of_a_new_class(path):
    opened(path).close()
    opened(path.with_name("new.sqlite")).close()

    def made(which):
        held = sqlite3.connect(which)
        try:
            rows = held.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
            return [" ".join(str(cell) for cell in row).split() for row in rows]
        finally:
            held.close()

    assert made(path) == made(path.with_name("new.sqlite"))


def test_copies_on_two_laptops_know_their_people_as_the_same(path):
    other = make_old_class(path.parent / "usb" / "soe.sqlite")
    marks = []
    for each in (path, other):
        opened(each).close()
        held = sqlite3.connect(each)
        queries = ("SELECT uid FROM class_info", "SELECT uid, code FROM person", "SELECT uid FROM attempt")
        marks.append([held.execute(query).fetchall() for query in queries])
        held.close()
    assert marks[0] == marks[1]
    assert len(set(marks[0][1])) == len(PEOPLE)
    assert len(set(marks[0][2])) == 2 * len(PEOPLE)


def test_every_participant_of_a_large_class_gets_a_code_of_their_own(tmp_path, monkeypatch):
    # As if there were few codes: the first ones tried are taken, or weak.
    monkeypatch.setattr(upgrade, "derived_code", lambda _secret, _mark, attempt: [None, "482913"][attempt % 2])
    assert upgrade._code(b"", "mark", set()) == "482913"
    monkeypatch.undo()
    path = make_old_class(tmp_path / "soe.sqlite", people=400, answers=0)
    with opened(path) as room:
        codes = [person.code for person in room.persons()]
    assert len(set(codes)) == 400
    assert not any(is_weak(code) for code in codes)
    assert derived_code(b"x", "mark", 0) == derived_code(b"x", "mark", 0) != derived_code(b"y", "mark", 0)


def test_an_earlier_copy_is_never_written_over(path):
    first = path.with_name(f"{NAMED}.sqlite")
    first.write_text("an earlier one")
    with opened(path) as room:
        assert room.migrated_backup == path.with_name(f"{NAMED}-2.sqlite")
    assert first.read_text() == "an earlier one"


def _open(path, options, gate, done):
    gate.wait()
    with open_room(path, **options) as room:
        done.put((room.migrated_backup, room.count()))


def test_two_who_open_at_once_bring_it_up_once(path):
    context = multiprocessing.get_context("spawn")
    gate, done = context.Barrier(3), context.Queue()
    kinds = ({}, {}, {"check": False, "create": False})
    openers = [context.Process(target=_open, args=(path, options, gate, done)) for options in kinds]
    for opener in openers:
        opener.start()
    found = [done.get(timeout=60) for _ in openers]
    for opener in openers:
        opener.join()
        assert opener.exitcode == 0
    copies = [copy for copy, _ in found if copy is not None]
    assert len(copies) == 1
    assert copies[0].exists()
    assert {count for _, count in found} == {len(PEOPLE)}
    assert len(list(path.parent.glob("*.sebelum-*"))) == 1


@pytest.mark.parametrize("moment", ["copying.files._place", "upgrade._rows", "database.Database.look_over"])
def test_a_power_cut_in_the_middle_leaves_the_old_file_usable(path, moment):
    before = everything(path)
    script = f"""
import os, sys
from kasuskit.classroom import copying, database, open_room, upgrade
def cut(*_):
    os.write(1, b"here")
    os._exit(9)
module, _, name = {moment!r}.rpartition(".")
setattr(eval(module), name, cut)
open_room({str(path)!r})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (9, "here"), done.stderr
    assert everything(path) == before
    with opened(path) as room:
        assert room.count() == len(PEOPLE)
        assert everything(room.migrated_backup) == before
        assert asked(room, "integrity_check") == [("ok",)]


def test_what_does_not_fit_together_stays_as_it_was(path):
    held = sqlite3.connect(path)
    held.execute("INSERT INTO entry (attempt, tab, n, op, at, value, received) VALUES (99, 't', 1, 'set', 'x', '', '')")
    held.commit()
    held.close()
    before = everything(path)
    with pytest.raises(KasusError, match="K304"):
        opened(path)
    assert everything(path) == before
    assert version(path) == 1


def test_no_room_for_the_copy(path, monkeypatch):
    before = path.read_bytes(), names(path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 1_000_100))
    with pytest.raises(KasusError, match="K325") as caught:
        opened(path)
    assert caught.value.place == str(path)
    assert (path.read_bytes(), names(path)) == before


def test_a_disk_that_fills_up_during_the_copy(path):
    pytest.importorskip("resource", reason="this system sets no limit to a file's size")
    path.unlink()
    make_old_class(path, people=3, answers=400)
    before = path.read_bytes(), names(path)
    script = f"""
import resource
from kasuskit.classroom import open_room
from kasuskit.messages import KasusError
resource.setrlimit(resource.RLIMIT_FSIZE, (40_960, 40_960))
try:
    open_room({str(path)!r})
except KasusError as problem:
    print(problem.code)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "K326", done.stderr
    assert (path.read_bytes(), names(path)) == before
    opened(path).close()


def test_only_this_and_the_last_version_are_known(path):
    assert tables.SCHEMA_VERSION == 2
    held = sqlite3.connect(path)
    held.execute("UPDATE class_info SET schema_version = 0")
    held.commit()
    held.close()
    with pytest.raises(KasusError, match="K304"):
        opened(path)
