"""Answers are stored once, whole, and in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from kasuskit.classroom import Entry, open_room
from kasuskit.messages import KasusError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kelas.sqlite"


@pytest.fixture
def attempt(path):
    with open_room(path, busy_seconds=0.1) as room:
        person, _ = room.enter("Maria")
        yield room.attempt(person.id, case="K01", form="kasus", version="1")


def test_what_is_stored_comes_back_in_order(attempt):
    assert attempt.append("a", [(1, "set", "tgl_lapor", "2026-10-05"), (2, "add", "korban", "")]) == 2
    assert attempt.append("b", [(1, "set", "korban[1]/nama_korban", "Maria")]) == 1
    assert tuple(entry._replace(received="") for entry in attempt.entries()) == (
        Entry(1, "a", 1, "set", "tgl_lapor", "2026-10-05"),
        Entry(2, "a", 2, "add", "korban", ""),
        Entry(3, "b", 1, "set", "korban[1]/nama_korban", "Maria"),
    )
    assert attempt.acknowledged() == {"a": 2, "b": 1}


def test_what_is_sent_twice_is_stored_once(attempt):
    attempt.append("a", [(1, "set", "x", "first")])
    assert attempt.append("a", [(1, "set", "x", "second"), (2, "set", "y", "new"), (2, "set", "y", "again")]) == 2
    assert [(entry.n, entry.value) for entry in attempt.entries()] == [(1, "first"), (2, "new")]


def test_an_empty_message_changes_nothing(attempt):
    assert attempt.append("a", []) == 0
    attempt.append("a", [(3, "set", "x", "")])
    assert attempt.append("a", []) == 3


@pytest.mark.parametrize(
    ("tab", "item", "code"),
    [
        ("", (1, "set", "x", ""), "K321"),
        ("t" * 65, (1, "set", "x", ""), "K321"),
        (7, (1, "set", "x", ""), "K321"),
        ("a", "text", "K321"),
        ("a", (1, "set", "x"), "K321"),
        ("a", {"n": 1}, "K321"),
        ("a", (True, "set", "x", ""), "K321"),
        ("a", ("1", "set", "x", ""), "K321"),
        ("a", (0, "set", "x", ""), "K321"),
        ("a", (2**40, "set", "x", ""), "K321"),
        ("a", (1, "delete", "x", ""), "K321"),
        ("a", (1, ["set"], "x", ""), "K321"),
        ("a", (1, "set", "", ""), "K323"),
        ("a", (1, "set", "x" * 201, ""), "K323"),
        ("a", (1, "set", "x\n", ""), "K323"),
        ("a", (1, "set", None, ""), "K323"),
        ("a", (1, "set", "x", None), "K321"),
        ("a", (1, "set", "x", 5), "K321"),
        ("a", (1, "set", "x", "v" * 20_001), "K324"),
    ],
)
def test_what_cannot_be_read_stores_nothing(attempt, tab, item, code):
    with pytest.raises(KasusError) as caught:
        attempt.append(tab, [(1, "set", "good", "one"), item])
    assert caught.value.code == code
    assert attempt.entries() == ()


def test_the_largest_message_and_one_more(attempt):
    items = [(n, "set", "x" * 200, "v" * 20_000) for n in range(1, 501)]
    assert attempt.append("a", items) == 500
    with pytest.raises(KasusError, match="K322"):
        attempt.append("b", [*items, (501, "set", "x", "")])


@pytest.mark.parametrize("value", ["", "Ibu Ñandu 😀", "'; drop table entry; --", "satu\r\ndua\ttiga", "{}%s:x?"])
def test_any_text_comes_back_as_it_was(attempt, value):
    attempt.append("a", [(1, "set", "x", value)])
    assert attempt.entries()[0].value == value


def test_half_characters_do_not_stop_the_rest(attempt):
    attempt.append("a", [(1, "set", "x", "baik\ud83d\0 sekali"), (2, "set", "y", "ada")])
    assert [entry.value for entry in attempt.entries()] == ["baik\ufffd sekali", "ada"]


def test_a_busy_file_is_said_so_and_can_be_tried_again(attempt, path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(KasusError, match="K308"):
        attempt.append("a", [(1, "set", "x", "")])
    assert attempt.entries() == (), "reading goes on while another writes"
    other.execute("rollback")
    other.close()
    assert attempt.append("a", [(1, "set", "x", "")]) == 1


def test_a_full_disk_is_said_so(attempt):
    with attempt._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 20")
    with pytest.raises(KasusError, match="K307"):
        attempt.append("a", [(n, "set", "x", "v" * 20_000) for n in range(1, 20)])
    assert attempt.entries() == ()


def _write(path, attempt_id, tab):
    with open_room(path, create=False, check=False) as room:
        attempt = room.attempt_by_id(attempt_id)
        for n in range(1, 26):
            attempt.append(tab, [(n, "set", "x", tab)])


def test_many_writers_at_once_lose_nothing(attempt, path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(path, attempt.id, f"tab{i}")) for i in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert attempt.acknowledged() == {f"tab{i}": 25 for i in range(4)}
    assert len(attempt.entries()) == 100


def test_what_was_acknowledged_is_there_after_a_kill(attempt, path):
    script = (
        "import sys\nfrom kasuskit.classroom import open_room\n"
        f"attempt = open_room({str(path)!r}).attempt_by_id({attempt.id})\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    print(attempt.append('a', [(n, 'set', 'x', str(n))]), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        seen = [int(writer.stdout.readline()) for _ in range(30)]
        os.kill(writer.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        seen += [int(line) for line in writer.stdout if line.strip().isdigit()]
    assert len(attempt.entries()) >= seen[-1]
    assert [int(entry.value) for entry in attempt.entries()] == list(range(1, len(attempt.entries()) + 1))
