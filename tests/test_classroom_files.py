"""A class file that cannot be used is said so in plain words, and stays as it was."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from kasuskit.classroom import open_room, tables
from kasuskit.classroom.database import error_for, error_of
from kasuskit.messages import LANGUAGES, KasusError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kelas.sqlite"


def refused(path, **options):
    """Return the error that opening gives, after a look that nothing was changed or left behind."""
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(KasusError) as caught:
        open_room(path, **options)
    after = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    assert {file: after[file] for file in before} == before
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)
        assert caught.value.way_out(lang)
    assert str(path) in caught.value.place
    return caught.value.code


def test_a_text_file(path):
    path.write_text("Catatan rapat\n" * 100)
    assert refused(path) == "K301"


def test_an_empty_file(path):
    path.touch()
    assert refused(path) == "K302"


def test_another_database(path):
    other = sqlite3.connect(path)
    other.execute("create table barang (nama text)")
    other.commit()
    other.close()
    assert refused(path) == "K303"


def test_half_a_file(path):
    open_room(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "K304"


def test_a_file_with_a_hole(path):
    with open_room(path) as room:
        person, _ = room.enter("Maria")
        attempt = room.attempt(person.id, case="K01", form="kasus", version="1")
        attempt.append("a", [(n, "set", "x", "v" * 5000) for n in range(1, 50)])
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\xff" * 4096 * 4
    path.write_bytes(content)
    assert refused(path) == "K304"


def test_a_start_without_the_rest(path):
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 50)
    assert refused(path) in ("K301", "K304")


def test_a_class_without_its_first_row(path):
    open_room(path).close()
    changed = sqlite3.connect(path)
    changed.execute("delete from class_info")
    changed.commit()
    changed.close()
    assert refused(path) == "K304"


def test_a_newer_class(path):
    open_room(path).close()
    changed = sqlite3.connect(path)
    changed.execute("update class_info set schema_version = 99")
    changed.commit()
    changed.close()
    assert refused(path) == "K317"


def test_a_folder(tmp_path):
    with pytest.raises(KasusError, match="K305"):
        open_room(tmp_path)


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "kelas").write_text("x")
    with pytest.raises(KasusError, match="K306"):
        open_room(tmp_path / "kelas" / "soe.sqlite")


def test_a_missing_class_is_not_made_when_told_so(path):
    with pytest.raises(KasusError, match="K316"):
        open_room(path, create=False)
    assert not path.exists()


def test_a_folder_that_cannot_be_written(path):
    script = f"""
import os
from kasuskit.classroom import open_room
from kasuskit.messages import KasusError
open_room({str(path.parent / "lain.sqlite")!r}).close()
os.chmod({str(path.parent)!r}, 0o555)
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    open_room({str(path)!r})
except KasusError as problem:
    print(problem.code)
"""
    try:
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd="/")
    finally:
        path.parent.chmod(0o755)
    assert done.stdout.strip() == "K306", done.stderr


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_READONLY_DIRECTORY", "K306"),
        ("SQLITE_CANTOPEN", "K306"),
        ("SQLITE_FULL", "K307"),
        ("SQLITE_BUSY_SNAPSHOT", "K308"),
        ("SQLITE_LOCKED", "K308"),
        ("SQLITE_CORRUPT_VTAB", "K304"),
        ("SQLITE_NOTADB", "K301"),
        ("SQLITE_PROTOCOL", "K308"),
        ("SQLITE_IOERR", "K326"),
        ("SQLITE_IOERR_FSYNC", "K326"),
        ("SQLITE_IOERR_LOCK", "K308"),
        ("SQLITE_NOMEM", "K309"),
    ],
)
def test_what_sqlite_reports_in_plain_words(name, code):
    problem = sqlite3.OperationalError("disk I/O error")
    problem.sqlite_errorname = name
    error = error_for(OperationalError("select 1", {}, problem), "kelas.sqlite")
    assert error.code == code
    assert "kelas.sqlite" in error.say()


def test_a_full_disk_that_sqlite_takes_for_a_broken_one(monkeypatch):
    problem = sqlite3.OperationalError("disk I/O error")
    problem.sqlite_errorname = "SQLITE_IOERR_WRITE"
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 0))
    assert error_of(problem, "kelas/soe.sqlite").code == "K307"
    monkeypatch.undo()
    assert error_of(problem, "no/such/folder/soe.sqlite").code == "K326", "the stick is gone"


@pytest.mark.parametrize("url", ["oracledb+nothing://a/b", "nosuch://a/b", "://"])
def test_a_database_address_that_cannot_be_used(url):
    with pytest.raises(KasusError, match="K310") as caught:
        open_room(url)
    assert caught.value.say("en")


def test_a_password_is_never_said():
    with pytest.raises(KasusError) as caught:
        open_room("nosuch://siti:rahasia@localhost/kelas")
    assert "rahasia" not in caught.value.say()


def test_an_sqlite_url_is_a_file_like_any_other(path):
    with open_room(f"sqlite:///{path}") as room:
        assert room.address == str(path)


def test_a_path_with_odd_signs(tmp_path):
    path = tmp_path / "kelas #1? 50%.sqlite"
    with open_room(path) as room:
        person, _ = room.enter("Maria")
    with open_room(room.address) as again:
        assert again.person_by_id(person.id) == person
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_file_is_durable_and_keeps_its_references(path):
    with open_room(path) as room, room._database.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 5_000]


def test_the_tables_can_be_made_on_postgresql():
    dialect = postgresql.dialect()
    made = "\n".join(str(CreateTable(table).compile(dialect=dialect)) for table in tables.metadata.sorted_tables)
    assert "SERIAL" in made
    assert "AUTOINCREMENT" not in made
    index = str(CreateIndex(next(iter(tables.attempt.indexes))).compile(dialect=dialect))
    assert index.endswith("WHERE ended IS NULL")
    once = str(postgresql.insert(tables.entry).on_conflict_do_nothing().compile(dialect=dialect))
    assert once.endswith("ON CONFLICT DO NOTHING RETURNING entry.seq") or "ON CONFLICT DO NOTHING" in once


def test_opening_a_class_needs_neither_pandas_nor_the_orm():
    script = "import sys, kasuskit.classroom\nprint(sorted({'pandas', 'numpy', 'sqlalchemy.orm'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
