"""A class file is looked at and copied while the class goes on; the copy is whole, or there is none."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kasuskit.classroom import copying, files, open_room
from kasuskit.classroom.copying import back_up
from kasuskit.classroom.overview import class_files, look_over, participants
from kasuskit.classroom.reading import opened
from kasuskit.messages import LANGUAGES, KasusError

from .old_class import PEOPLE, everything, make_old_class

NOON = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
NAMED = f"soe.cadangan-{NOON.astimezone():%Y%m%d-%H%M}"


@pytest.fixture
def path(tmp_path):
    """Return a class file in which one participant gave 40 answers."""
    path = tmp_path / "kelas" / "soe.sqlite"
    with open_room(path) as room:
        person, _ = room.enter("Maria", "Desa Contoh A")
        attempt = room.attempt(person.id, case="K01", form="kasus", version="1")
        attempt.append("a", [(n, "set", "x", "v" * 2000) for n in range(1, 41)])
    return path


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def refused(code, source, to=None):
    """Look that a copy is refused with a code, in both languages, and that nothing is left of it."""
    folders = [source.parent, *source.parent.parent.glob("usb*")]
    before = {file: file.read_bytes() for folder in folders for file in folder.iterdir() if file.is_file()}
    with pytest.raises(KasusError) as caught:
        back_up(source, to, now=NOON)
    assert caught.value.code == code
    assert all(caught.value.sentence(lang) and caught.value.way_out(lang) for lang in LANGUAGES)
    assert {file: file.read_bytes() for folder in folders for file in folder.iterdir() if file.is_file()} == before


def test_a_copy_on_a_stick_is_the_class(path, stick):
    told = []
    made = back_up(path, stick, now=NOON, progress=lambda *how_far: told.append(how_far))
    assert made.path == stick / f"{NAMED}.sqlite"
    assert (made.size, made.answers) == (made.path.stat().st_size, 40)
    assert everything(made.path) == everything(path)
    assert told[-1][0] == told[-1][1] > 0
    with open_room(made.path, create=False) as room:
        assert room.count() == 1
    assert [file.name for file in stick.iterdir()] == [made.path.name]


def test_copies_never_take_each_others_place(path, stick):
    names = [back_up(path, to, now=NOON).path for to in (None, None, stick, stick / "hari-1.sqlite")]
    assert [name.name for name in names] == [f"{NAMED}.sqlite", f"{NAMED}-2.sqlite", f"{NAMED}.sqlite", "hari-1.sqlite"]
    refused("K328", path, stick / "hari-1.sqlite")


def test_a_name_that_another_took_meanwhile(path, stick, monkeypatch):
    place = files._place

    def taken_first(draft, target):
        monkeypatch.undo()
        target.write_text("another one's")
        return place(draft, target)

    monkeypatch.setattr(files, "_place", taken_first)
    made = back_up(path, stick, now=NOON)
    assert made.path.name == f"{NAMED}-2.sqlite"
    assert (stick / f"{NAMED}.sqlite").read_text() == "another one's"
    assert len(list(stick.iterdir())) == 2


def test_a_stick_that_knows_no_links(path, stick, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    made = back_up(path, stick, now=NOON)
    assert everything(made.path) == everything(path)
    assert [file.name for file in stick.iterdir()] == [made.path.name]
    draft = stick / "draft"
    draft.write_text("late")
    assert not files._place(draft, made.path)
    assert everything(made.path) == everything(path)


def test_a_copy_while_answers_come_in(path, stick):
    script = f"""
from kasuskit.classroom import open_room
room = open_room({str(path)!r}, check=False)
attempt = room.attempts()[0]
n = 40
while True:
    n += 1
    print(attempt.append("a", [(n, "set", "x", "v" * 2000)]), flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as writer:
        try:
            for _ in range(3):
                acknowledged = int(writer.stdout.readline())
                made = back_up(path, stick)
                assert made.answers >= acknowledged
                with open_room(made.path) as copy:
                    entries = copy.attempts()[0].entries()
                assert [entry.n for entry in entries] == list(range(1, made.answers + 1))
            assert writer.poll() is None
        finally:
            writer.kill()


@pytest.mark.parametrize("name", ["usb2", "usb2/soe.sqlite", "usb/soe", "usb/soe.txt"])
def test_a_folder_that_is_not_there(path, stick, name):
    refused("K329", path, stick.parent / name)


def test_a_class_that_is_not_there(path, stick):
    refused("K316", path.with_name("atambua.sqlite"), stick)
    refused("K305", path.parent, stick)


def test_what_cannot_be_copied(path, stick):
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    path.write_bytes(content)
    refused("K304", path, stick)
    path.write_text("Catatan rapat\n" * 100)
    refused("K301", path, stick)


def test_a_copy_that_turns_out_otherwise(path, stick, monkeypatch):
    counts = iter([40, 39])
    monkeypatch.setattr(copying, "_answers", lambda _connection: next(counts))
    refused("K332", path, stick)


def test_a_full_stick(path, stick, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 1_050_000))
    refused("K330", path, stick)


def test_a_stick_that_fills_up_on_the_way(path, stick, monkeypatch):
    connect = sqlite3.connect

    def narrow(database, **options):
        made = connect(database, **options)
        if isinstance(database, Path):
            made.execute("PRAGMA max_page_count = 5")
        return made

    monkeypatch.setattr(sqlite3, "connect", narrow)
    refused("K330", path, stick)


def test_a_stick_that_breaks_on_the_way(path, stick):
    pytest.importorskip("resource", reason="this system sets no limit to a file's size")
    script = f"""
import resource
from kasuskit.classroom.copying import back_up
from kasuskit.messages import KasusError
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (40_960, 40_960))
try:
    back_up(Path({str(path)!r}), Path({str(stick)!r}))
except KasusError as problem:
    print(problem.code)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "K326", done.stderr
    assert list(stick.iterdir()) == []


def test_a_stick_that_is_pulled_out(path, stick, monkeypatch):
    def pulled(_draft):
        shutil.rmtree(stick)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files, "_to_disk", pulled)
    with pytest.raises(KasusError, match="K331"):
        back_up(path, stick)


def test_a_locked_stick(tmp_path):
    script = """
import os, shutil, tempfile
from pathlib import Path
from kasuskit.classroom import open_room
from kasuskit.classroom.copying import back_up
from kasuskit.messages import KasusError
with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    source, stick = Path(folder, "soe.sqlite"), Path(folder, "usb")
    open_room(source).close()
    stick.mkdir()
    stick.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)  # root may write everywhere
    try:
        back_up(source, stick)
    except KasusError as problem:
        print(problem.code, list(stick.iterdir()))
    if os.getuid() == 0:
        os.seteuid(0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd="/", check=False)
    assert done.stdout.strip() == "K331 []", done.stderr


# looking -------------------------------------------------------------------------------------------------------


def test_a_look_tells_and_changes_nothing(path):
    folder = path.parent
    make_old_class(folder / "lama.sqlite")
    make_old_class(folder / "lebih-lama.sqlite", wal=False)
    (folder / "rusak.sqlite").write_text("x" * 100)
    (folder / "kosong.sqlite").touch()
    (folder / "folder.sqlite").mkdir()
    (folder / "catatan.txt").touch()
    (folder / ".soe.sqlite-1234").touch()
    other = sqlite3.connect(folder / "lain.sqlite")
    other.execute("CREATE TABLE barang (nama TEXT)")
    other.close()
    newer = shutil.copy(path, folder / "baru.sqlite")
    changed = sqlite3.connect(newer)
    changed.execute("UPDATE class_info SET schema_version = 99")
    changed.commit()
    changed.close()
    back_up(path, now=NOON)
    before = {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.iterdir()}
    found = {each.path.stem: each for each in class_files(folder)}
    people = [participants(folder / f"{name}.sqlite") for name in ("soe", "lama")]
    assert {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in folder.iterdir()} == before

    assert list(found)[-1] == NAMED, "copies come last"
    problems = {name: each.problem.code for name, each in found.items() if each.problem}
    assert problems == {
        "rusak": "K301", "kosong": "K302", "folder": "K305", "lain": "K303", "baru": "K317"
    }  # fmt: skip
    assert [(name, each.old) for name, each in found.items() if each.old] == [("lama", True), ("lebih-lama", True)]
    assert [name for name, each in found.items() if each.backup] == [NAMED]
    soe, lama = found["soe"], found["lama"]
    assert (soe.people, soe.attempts, soe.answers, soe.version) == (1, 1, 40, 2)
    assert soe.last.startswith("20")
    assert (lama.people, lama.attempts, lama.answers, lama.version) == (3, 6, 24, 1)
    assert [(each.name, each.village, len(each.code), each.cases, each.answers) for each in people[0]] == [
        ("Maria", "Desa Contoh A", 6, 1, 40)
    ]
    assert [tuple(each) for each in people[1]] == [(*who, "", 1, 8) for who in PEOPLE]


def test_activities_of_lessons_are_answers_and_no_cases(path):
    with open_room(path) as room:
        person, _ = room.enter("Anis")
        for case, form in (("K01", "kasus"), ("kuis-04-bentuk", "kegiatan"), ("kursus", "kegiatan")):
            room.attempt(person.id, case=case, form=form, version="1").append("t", [(1, "set", "a", "1")])
    found = participants(path)[-1]
    assert (found.cases, found.answers) == (1, 3)


def test_a_look_while_the_class_goes_on(path):
    with open_room(path) as room:
        person, _ = room.enter("Anis")
        room.attempt(person.id, case="K01", form="kasus", version="1").append("b", [(1, "set", "x", "")])
        found = look_over(path)
        assert (found.people, found.answers, found.problem) == (2, 41, None)
        assert [each.code for each in participants(path)] == [each.code for each in room.persons()]
        room.enter("Yuli")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_damaged_class_is_told(path):
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    path.write_bytes(content)
    assert look_over(path).problem.code == "K304"
    path.write_bytes(content[:9000])
    assert look_over(path).problem.code == "K304"


def test_a_class_that_somebody_opens_and_changes_while_it_is_read(path):
    with pytest.raises(KasusError, match="K308"), opened(path), open_room(path) as room:
        room.enter("Anis")
    assert look_over(path).people == 2


def test_a_folder_of_classes_that_is_not_there(tmp_path):
    with pytest.raises(KasusError, match="K329"):
        class_files(tmp_path / "kelas")
