"""Kernels keep answers through the server: each for its own participant, on the disk before it is acknowledged."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from kasuskit.classroom import open_room
from kasuskit.classroom.remote import DeskLine, remote_attempt, remote_attempts
from kasuskit.classroom.writer import Writer
from kasuskit.messages import KasusError
from kasuskit.serving.desk import Desk

KIND = {"case": "K01", "form": "kasus", "version": "1", "now_clock": "2026-10-05"}


class OpenDesk:
    """A desk that works in a thread of its own, as a server's does beside its kernels."""

    def __init__(self, room):
        self.room, self.loop = room, asyncio.new_event_loop()
        self.desk = Desk(room)
        self.gone, self.lines = [], []
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.run(self.desk.open())

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def line(self, person):
        place = self.desk.new_place()
        place.person = person
        place.on_gone = lambda: self.gone.append(person)
        self.lines.append(DeskLine(self.desk.address(place)))
        return self.lines[-1]

    def close(self):
        for line in self.lines:
            line.close()
        self.run(self.desk.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def room(tmp_path):
    with open_room(tmp_path / "kelas.sqlite", busy_seconds=0.2) as room:
        yield room


@pytest.fixture
def desk(room):
    desk = OpenDesk(room)
    yield desk
    desk.close()


@pytest.fixture
def person(room):
    return room.enter("Mama Yuli")[0].id


def test_answers_are_in_the_class_when_the_desk_has_acknowledged(desk, room, person):
    attempt = remote_attempt(desk.line(person), **KIND)
    assert attempt.append("a", [(1, "set", "nama", "Maria"), (2, "set", "nama", "Yosina \U0001f33a \ud800")]) == 2
    [kept] = room.attempts(person)
    assert [entry.value for entry in kept.entries()] == ["Maria", "Yosina \U0001f33a \ufffd"]
    assert attempt.entries() == kept.entries()
    assert attempt.acknowledged() == {"a": 2}
    assert attempt.append("a", [(2, "set", "nama", "again")]) == 2
    fresh = attempt.restart()
    assert fresh.id != attempt.id
    assert fresh.entries() == ()
    assert remote_attempts(attempt._line, "K01") == (attempt, fresh)
    assert remote_attempts(attempt._line, "K02") == ()
    late = remote_attempts(desk.line(person), "K01")[0]
    assert late.append("a", [(3, "set", "nama", "late")]) == 3, "what comes late is kept with its own attempt"
    assert remote_attempt(desk.line(person), **KIND) == fresh, "another kernel goes on with it"


def test_a_kernel_reaches_its_own_participant_only(desk, room, person):
    mine = remote_attempt(desk.line(person), **KIND)
    other = remote_attempt(desk.line(room.enter("Bapa Anis")[0].id), **KIND)
    with pytest.raises(KasusError, match="K315"):
        mine._line.ask("entries", attempt=other.id)
    with pytest.raises(KasusError, match="K315"):
        mine._line.ask("append", attempt=other.id, tab="a", items=[[1, "set", "x", "y"]])
    with pytest.raises(KasusError, match="K314"):
        remote_attempt(desk.line(None), **KIND)


def test_who_shows_no_key_is_not_heard(desk):
    for shown in (b"0" * 48 + b"\n", b"\xff\xfe\n", b"\n"):
        port = int(desk.desk.address(desk.desk.new_place()).partition(":")[0])
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(shown + b'{"do": "entries", "attempt": 1}\n')
            assert line.recv(100) == b""


def test_what_cannot_be_kept_is_said_as_the_class_says_it(desk, person):
    attempt = remote_attempt(desk.line(person), **KIND)
    with pytest.raises(KasusError) as found:
        attempt.append("a", [(1, "set", "nama", "x" * 20_001)])
    assert (found.value.code, found.value.place, found.value.values) == ("K324", "nama", {"most": 20_000})
    with pytest.raises(KasusError, match="K350"):
        attempt._line.ask("nothing of the kind", attempt=attempt.id)
    assert attempt.append("a", [(1, "set", "nama", "ada")]) == 1


def test_a_locked_class_is_said_and_works_again(desk, room, person):
    attempt = remote_attempt(desk.line(person), **KIND)
    scanner = sqlite3.connect(room.address)
    scanner.execute("BEGIN EXCLUSIVE")
    with pytest.raises(KasusError, match="K308"):
        attempt.append("a", [(1, "set", "nama", "Maria")])
    scanner.rollback()
    scanner.close()
    assert attempt.append("a", [(1, "set", "nama", "Maria")]) == 1


def test_the_desk_learns_at_once_that_a_kernel_has_ended(desk, person):
    line = desk.line(person)
    remote_attempt(line, **KIND)
    line.close()
    for _ in range(200):
        if desk.gone:
            break
        threading.Event().wait(0.02)
    assert desk.gone == [person]


def test_a_kernel_whose_server_is_gone_says_so(desk, person):
    attempt = remote_attempt(desk.line(person), **KIND)
    desk.run(desk.desk.close())
    with pytest.raises(KasusError, match="K350"):
        attempt.append("a", [(1, "set", "nama", "Maria")])


def test_a_line_on_which_an_answer_stays_out_is_broken_off(monkeypatch):
    monkeypatch.setattr("kasuskit.classroom.remote._ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = DeskLine(f"{server.getsockname()[1]}:key")
        frozen, _ = server.accept()
        with frozen:
            with pytest.raises(KasusError, match="K350"):
                line.ask("attempt")
            assert select.select([line], [], [], 0)[0], "the kernel sees it, and ends"
            frozen.settimeout(20)
            with frozen.makefile("rb") as heard:
                assert len(heard.readlines()) == 2, "and so does the server"
        line.close()


def test_those_who_wait_behind_a_write_that_fails_are_told_with_it(room, person):
    tries, more = [], threading.Event()

    def fails(parcels):
        tries.append(len(parcels))
        more.wait(20)
        raise KasusError("classroom.K308")

    attempt = room.attempt(person, **KIND)
    room.append_all = fails
    writer = Writer(room)
    writer.start()
    waiting = [writer.append(attempt.id, "a", [(1, "set", "x", "y")])]
    while not tries:
        threading.Event().wait(0.01)
    waiting += [writer.append(attempt.id, "a", [(n, "set", "x", "y")]) for n in (2, 3)]
    more.set()
    for each in waiting:
        with pytest.raises(KasusError, match="K308"):
            each.result(20)
    assert tries == [1]
    writer.close()


def test_what_comes_in_together_is_committed_together(room):
    commits = []
    one = room.append_all

    def counted(parcels):
        commits.append(len(parcels))
        return one(parcels)

    room.append_all = counted
    attempts = [room.attempt(room.enter(f"Orang {i}")[0].id, **KIND) for i in range(20)]
    writer = Writer(room)
    waiting = [writer.append(attempt.id, "a", [(1, "set", "x", str(attempt.id))]) for attempt in attempts]
    writer.start()
    assert [each.result(20) for each in waiting] == [1] * 20
    assert commits == [20]
    writer.close()
    assert [entry.value for attempt in attempts for entry in attempt.entries()] == [str(each.id) for each in attempts]


def test_everyone_waits_for_her_own_answer_only(room):
    writer = Writer(room)
    writer.start()
    attempts = [room.attempt(room.enter(f"Orang {i}")[0].id, **KIND) for i in range(8)]

    def work(attempt):
        return [writer.append(attempt.id, "a", [(n, "set", "x", str(n))]).result(20) for n in range(1, 26)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, attempts)) == [list(range(1, 26))] * 8
    writer.close()
    for attempt in attempts:
        assert [entry.n for entry in attempt.entries()] == list(range(1, 26))


def test_what_waits_when_the_writer_closes_is_written(room, person):
    writer = Writer(room)
    attempt = room.attempt(person, **KIND)
    waiting = [writer.append(attempt.id, "a", [(n, "set", "x", "y")]) for n in (1, 2, 3)]
    writer.start()
    writer.close()
    assert [each.result(0) for each in waiting] == [1, 2, 3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
class TestApart:
    def test_what_is_done_apart_comes_back_and_leaves_nothing(self):
        from kasuskit.serving.kernel.apart import apart

        before = {child.pid for child in psutil.Process().children()}
        found = apart(lambda: (os.getpid(), ["x" * 3_000_000]))
        assert found[0] != os.getpid()
        assert len(found[1][0]) == 3_000_000
        assert {child.pid for child in psutil.Process().children()} <= before

    def test_what_fails_or_hangs_apart_is_done_here(self):
        from kasuskit.serving.kernel.apart import apart

        here = os.getpid()
        assert apart(lambda: os._exit(3) if os.getpid() != here else "sini") == "sini"
        assert apart(lambda: threading.Event().wait() if os.getpid() != here else "sini", patience=0.3) == "sini"
        with pytest.raises(KasusError, match="K314"):
            apart(lambda: _raise(KasusError("classroom.K314")))


def _raise(error):
    raise error
