"""What two laptops gathered comes together: nothing is lost, nothing comes twice, nothing is changed half-way."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kasuskit.classroom import joining, open_room
from kasuskit.classroom.merging import merge
from kasuskit.messages import LANGUAGES, KasusError

from .merged_classes import held, order_of
from .old_class import PEOPLE, everything, make_old_class, token_of

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def at(hours):
    """Return a clock that stands."""
    return lambda: START + timedelta(hours=hours)


@pytest.fixture
def base(tmp_path):
    """Return a class file in which one participant gave two answers."""
    path = tmp_path / "kelas" / "soe.sqlite"
    with open_room(path, clock=at(0)) as room:
        say(room, enter(room, "Maria"), "a", 1, 2)
    return path


@pytest.fixture
def copy(base, tmp_path):
    """Return its copy on a stick."""
    (tmp_path / "usb").mkdir()
    return shutil.copy(base, tmp_path / "usb" / "soe.sqlite")


def enter(room, name):
    return room.enter(name, "Desa Contoh A")[0]


def say(room, person, tab, *numbers, case="K01"):
    attempt = room.attempt(person.id, case=case, form="kasus", version="1")
    attempt.append(tab, [(n, "set", "x", f"{tab}{n}") for n in numbers])
    return attempt


def go_on(path, tab, *numbers, hours=1, restart=False):
    """Let Maria go on in a file."""
    with open_room(path, clock=at(hours)) as room:
        if restart:
            room.attempts(1)[-1].restart()
        say(room, room.person_by_id(1), tab, *numbers)


def refused(code, into, *sources, **options):
    """Look that a merge is refused with a code, in both languages, and that nothing was changed or left behind."""
    folders = {path.parent for path in (into, *sources)}
    before = {file: file.read_bytes() for folder in folders for file in folder.iterdir() if file.is_file()}
    with pytest.raises(KasusError) as caught:
        merge(into, sources, **options)
    assert caught.value.code == code
    assert all(caught.value.sentence(lang) and caught.value.way_out(lang) for lang in LANGUAGES)
    assert {file: file.read_bytes() for folder in folders for file in folder.iterdir() if file.is_file()} == before


def test_a_copy_that_went_on_on_another_laptop(base, copy):
    go_on(copy, "a", 3)
    go_on(copy, "b", 1)
    before = copy.read_bytes()
    done = merge(base, [copy], clock=at(5))
    (added,) = done.added
    assert (added.same_class, added.old, added.people, added.attempts, added.answers) == (True, False, 0, 0, 2)
    assert not (added.both or added.ended or added.codes or added.accounts)
    assert order_of(base) == order_of(copy) == {("Maria", "K01"): ["a1", "a2", "a3", "b1"]}
    assert copy.read_bytes() == before
    assert done.backup.name == f"soe.sebelum-gabung-{at(5)().astimezone():%Y%m%d-%H%M}.sqlite"
    assert order_of(done.backup) == {("Maria", "K01"): ["a1", "a2"]}
    assert done.migrated_backup is None


def test_a_class_that_went_on_takes_nothing_from_its_old_copy(base, copy):
    go_on(base, "a", 3)
    before = everything(base)
    (added,) = merge(base, [copy]).added
    assert (added.same_class, added.people, added.attempts, added.answers) == (True, 0, 0, 0)
    assert everything(base) == before


def test_both_went_on(base, copy):
    go_on(base, "a", 3)
    go_on(copy, "b", 1)
    (added,) = merge(base, [copy]).added
    assert added.both == [("Maria", "K01")]
    assert order_of(base) == {("Maria", "K01"): ["a1", "a2", "a3", "b1"]}


def test_a_phone_that_went_over_to_the_other_laptop(base, copy):
    go_on(base, "a", 3)
    go_on(base, "b", 1)
    go_on(copy, "a", 4)
    go_on(copy, "c", 1)
    merge(copy, [base])
    assert order_of(copy) == {("Maria", "K01"): ["a1", "a2", "a3", "a4", "c1", "b1"]}, "a3 was said before a4"
    again = everything(copy)
    merge(copy, [base])
    assert everything(copy) == again
    merge(base, [copy])
    assert order_of(base) == order_of(copy)


@pytest.mark.parametrize(("later_here", "open_case"), [(True, "b"), (False, "c")])
def test_of_two_open_attempts_the_one_answered_last_goes_on(base, copy, later_here, open_case):
    go_on(base, "b", 1, hours=3 if later_here else 1, restart=True)
    go_on(copy, "c", 1, hours=2, restart=True)
    before = held(base), held(copy)
    done = [
        merge(into, [source]).added[0] for into, source in ((base, Path(shutil.copy(copy, f"{copy}.x"))), (copy, base))
    ]
    assert done[0].ended == [("Maria", "K01")]
    assert held(base) == held(copy)
    assert held(base)["entries"] == before[0]["entries"] | before[1]["entries"]
    with open_room(base) as room:
        attempts = room.attempts(1)
        assert [[entry.value for entry in each.entries()] for each in attempts if not each.ended] == [[f"{open_case}1"]]
        assert len(attempts) == 3
        assert room.attempt(1, case="K01", form="kasus", version="1").entries()[-1].value == f"{open_case}1"


def test_an_attempt_that_was_ended_in_one_file_is_ended(base, copy):
    go_on(copy, "b", 1, restart=True)
    go_on(base, "a", 3, hours=9)
    merge(base, [copy])
    with open_room(base) as room:
        first, second = room.attempts(1)
        assert first.ended
        assert [entry.value for entry in first.entries()] == ["a1", "a2", "a3"]
        assert not second.ended


def test_another_class_with_the_same_codes_and_accounts(base, tmp_path, monkeypatch):
    other = tmp_path / "atambua.sqlite"
    with open_room(base) as room:
        code = room.persons()[0].code
        room.person_by_account("siti", "Siti")
    codes = iter([code, "591827"])
    monkeypatch.setattr("kasuskit.classroom.room.new_code", lambda: next(codes))
    with open_room(other) as room:
        anis, token = room.enter("Anis")
        say(room, anis, "a", 1)
        room.person_by_account("siti", "Another Siti")
    assert anis.code == code
    offered = iter([code, "604738"])
    monkeypatch.setattr(joining, "new_code", lambda: next(offered))
    (added,) = merge(base, [other]).added
    assert (added.same_class, added.people, added.attempts, added.answers) == (False, 2, 1, 1)
    assert added.codes == [("Anis", code, "604738")]
    assert added.accounts == ["siti"]
    with open_room(base) as room:
        assert [person.name for person in room.persons()] == ["Maria", "Siti", "Anis", "Another Siti"]
        assert room.person_by_code("604738").name == "Anis"
        assert room.person_by_code(code).name == "Maria"
        assert room.person_by_token(token).name == "Anis", "the phone is known in the merged class too"
        assert room.person_by_account("siti", "x").name == "Siti"
        assert len({person.code for person in room.persons()}) == 4
    (again,) = merge(base, [other]).added
    assert (again.people, again.codes) == (0, [("Anis", code, "604738")]), "who has another code is said again"


def test_several_files_at_once(base, tmp_path):
    names = ("Anis", "Yuli", "Siti")
    others = [tmp_path / f"{name}.sqlite" for name in names]
    for name, other in zip(names, others, strict=True):
        with open_room(other) as room:
            say(room, enter(room, name), "a", 1)
    told = []
    done = merge(base, others, progress=lambda *how_far: told.append(how_far))
    assert [added.people for added in done.added] == [1, 1, 1]
    assert told == [(1, 1)] * 3
    assert len(list(base.parent.glob("*.sebelum-gabung-*"))) == 1
    with open_room(base) as room:
        assert [person.name for person in room.persons()] == ["Maria", *names]


def test_copies_of_an_older_version_are_one_class(tmp_path):
    into = make_old_class(tmp_path / "kelas" / "soe.sqlite")
    source = make_old_class(tmp_path / "usb" / "soe.sqlite", answers=6)
    before = source.read_bytes(), list(source.parent.iterdir())
    done = merge(into, [source])
    (added,) = done.added
    assert (added.same_class, added.old, added.people, added.attempts, added.answers) == (True, True, 0, 0, 12)
    assert not (added.both or added.codes)
    assert (source.read_bytes(), list(source.parent.iterdir())) == before
    assert sorted(path.name.split("-")[1] for path in (done.backup, done.migrated_backup)) == ["gabung", "v2"]
    with open_room(into) as room:
        assert [(person.name, person.village) for person in room.persons()] == list(PEOPLE)
        assert room.person_by_token(token_of(2)).name == "Bapa Anis"


def test_a_dry_run_tells_all_and_changes_nothing(tmp_path, base):
    old = make_old_class(tmp_path / "usb" / "lama.sqlite")
    for into, source in ((base, old), (old, base)):
        before = {file: file.read_bytes() for folder in (base, old) for file in folder.parent.iterdir()}
        done = merge(into, [source], dry_run=True)
        assert done.added[0].people == (3 if into is base else 1)
        assert (done.backup, done.migrated_backup, done.into) == (None, None, into)
        assert {file: file.read_bytes() for folder in (base, old) for file in folder.parent.iterdir()} == before
    with open_room(base):
        assert merge(base, [old], dry_run=True).added[0].answers == 24, "also while the class goes on"


def test_a_class_that_is_open_is_not_merged_into(base, copy):
    go_on(copy, "b", 1)
    script = f"""
import sys
from kasuskit.classroom import open_room
room = open_room({str(base)!r})
print(room.count(), flush=True)
sys.stdin.read()
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as server:
        assert server.stdout.readline() == "1\n"
        before = everything(base)
        with pytest.raises(KasusError, match="K334") as caught:
            merge(base, [copy])
        assert caught.value.place == str(base)
        assert everything(base) == before
        assert not list(base.parent.glob("*.sebelum-*"))
        assert merge(copy, [base]).added[0].answers == 0, "what is only read may be open"
    merge(base, [copy])
    assert order_of(base) == {("Maria", "K01"): ["a1", "a2", "b1"]}


def test_nobody_can_open_the_class_while_it_is_merged(base, copy, monkeypatch):
    seen = []

    def look(self, _theirs):
        with pytest.raises(KasusError) as caught:
            open_room(base, busy_seconds=0.1)
        seen.append(caught.value.code)

    monkeypatch.setattr(joining.Joining, "_bring_answers", look)
    merge(base, [copy])
    assert seen == ["K308"]


def test_what_is_not_merged(base, copy, tmp_path):
    refused("K333", base, base)
    linked = copy.with_name("sama.sqlite")
    linked.symlink_to(base)
    refused("K333", base, copy, linked)
    refused("K316", base, copy.with_name("atambua.sqlite"))
    refused("K316", base.with_name("atambua.sqlite"), copy)
    refused("K305", base, copy.parent)
    copy.write_text("x" * 1000)
    refused("K301", base, copy)


def test_a_damaged_file_on_the_stick(base, tmp_path):
    source = tmp_path / "usb" / "soe.sqlite"
    with open_room(source) as room:
        say(room, enter(room, "Anis"), "a", *range(1, 400))
    content = bytearray(source.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\xff" * 4096 * 9
    source.write_bytes(content)
    refused("K304", base, source)


def test_a_merge_that_fails_on_the_way_changes_nothing(base, copy, monkeypatch):
    go_on(copy, "b", 1)
    with open_room(copy) as room:
        enter(room, "Anis")
    before = everything(base)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(joining.Joining, "_bring_answers", fail)
    with pytest.raises(KeyboardInterrupt):
        merge(base, [copy])
    assert everything(base) == before
    monkeypatch.undo()
    merge(base, [copy])
    assert order_of(base) == {("Maria", "K01"): ["a1", "a2", "b1"]}


def test_what_would_not_fit_together_is_not_kept(base, copy, monkeypatch):
    go_on(copy, "b", 1)
    before = everything(base)

    def damage(self, _theirs):
        self._ours.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        self._ours.exec_driver_sql("DELETE FROM person")

    monkeypatch.setattr(joining.Joining, "_bring_answers", damage)
    with pytest.raises(KasusError, match="K304"):
        merge(base, [copy])
    assert everything(base) == before


def test_no_room_for_the_copy_before_a_merge(base, copy, monkeypatch):
    usage = shutil.disk_usage

    def full(path):
        return shutil._ntuple_diskusage(10**9, 10**9, 0) if str(base.parent) in str(path) else usage(path)

    monkeypatch.setattr(shutil, "disk_usage", full)
    refused("K330", base, copy)


def test_sqlite_finds_the_merged_file_sound(base, copy):
    go_on(base, "a", 3)
    go_on(copy, "b", 1, restart=True)
    merge(base, [copy])
    found = sqlite3.connect(base)
    assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert found.execute("PRAGMA foreign_key_check").fetchall() == []
    assert found.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    found.close()
    assert [file.name for file in base.parent.iterdir() if file.suffix != ".sqlite"] == []
