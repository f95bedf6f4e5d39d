"""A class on a PostgreSQL server is what it is in a file, also when many write and when the server goes down."""

from __future__ import annotations

import re
import shlex
import subprocess
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from kasuskit.classroom import open_room
from kasuskit.classroom.database import error_for
from kasuskit.classroom.postgres import MOST_AT_ONCE
from kasuskit.messages import KasusError
from tests.postgres_server import USER, postgres, programs
from tests.practice_server import wait_until


@pytest.fixture(scope="module")
def server(need):
    with postgres(need) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "kelas.sqlite")
    return request.getfixturevalue("server").database()


@pytest.fixture
def room(address):
    with open_room(address, busy_seconds=5) as room:
        yield room


def attempt_of(room, person, case="K01"):
    return room.attempt(person.id, case=case, form="kasus", version="2026.11.1", now_clock="2026-10-05T09:00:00+08:00")


def kept(attempt):
    return [(entry.tab, entry.n, entry.op, entry.at, entry.value) for entry in attempt.entries()]


# ---- the same as in a file


def test_people_enter_and_are_known_again(room, address):
    person, token = room.enter("  Mama Yuli ", " Desa Contoh A ")
    other, other_token = room.enter("Mama Yuli", "Desa Contoh A")
    assert (person.name, person.village) == ("Mama Yuli", "Desa Contoh A")
    assert person.id != other.id
    with open_room(address, create=False, check=False) as again:
        assert again.person_by_token(token) == person
        assert again.person_by_token(other_token) == other
        assert again.person_by_token("0" * 32) is None
        assert again.person_by_id(person.id) == person
        assert again.secret() == room.secret()


@pytest.mark.parametrize(("name", "code"), [("", "K311"), ("x" * 61, "K312"), ("Ma\0ria", "K313")])
def test_names_that_cannot_be_used(room, name, code):
    with pytest.raises(KasusError, match=code):
        room.enter(name)


def test_an_attempt_goes_on_and_starts_afresh(room):
    person, _ = room.enter("Maria")
    first = attempt_of(room, person)
    assert attempt_of(room, person) == first == room.attempt_by_id(first.id)
    other = attempt_of(room, person, "K02")
    first.append("tab", [(1, "set", "nama", "Maria")])
    second = first.restart()
    assert second.entries() == () and first.restart() == second == attempt_of(room, person)
    assert room.attempt_by_id(first.id).ended and kept(first) == [("tab", 1, "set", "nama", "Maria")]
    assert [attempt.id for attempt in room.attempts(person.id)] == [first.id, other.id, second.id]
    for unknown in (lambda: room.person_by_id(999), lambda: attempt_of(room, SimpleNamespace(id=999))):
        with pytest.raises(KasusError, match="K314"):
            unknown()
    with pytest.raises(KasusError, match="K315"):
        room.attempt_by_id(999)


def test_answers_are_kept_once_whole_and_in_order(room):
    person, _ = room.enter("Maria")
    attempt = attempt_of(room, person)
    sent = [(1, "set", "tgl_lapor", "2026-10-05"), (2, "add", "korban", ""), (3, "set", "korban[1]/nama", "Ña 'x' 😀")]
    assert attempt.append("a", sent) == 3
    assert attempt.append("a", [(3, "set", "korban[1]/nama", "changed"), (4, "remove", "korban[1]", "")]) == 4
    assert attempt.append("b", [(1, "restore", "korban[1]", ""), (1, "set", "x", "twice in one")]) == 1
    assert kept(attempt) == [
        *(("a", *item) for item in sent),
        ("a", 4, "remove", "korban[1]", ""),
        ("b", 1, "restore", "korban[1]", ""),
    ]
    assert attempt.acknowledged() == {"a": 4, "b": 1}
    attempt.append("c", [(n, "set", "uraian", "y" * 20_000) for n in range(1, 6)])
    attempt.append("d", [(1, "set", "x", "a\0b\ud83d c")])
    assert kept(attempt)[-1][-1] == "ab\ufffd c"
    with pytest.raises(KasusError, match="K324"):
        attempt.append("a", [(5, "set", "x", ""), (6, "set", "x", "z" * 20_001)])
    assert attempt.acknowledged()["a"] == 4


# ---- what is only so on a server


def test_a_database_that_holds_no_class_or_a_newer_one(server):
    address = server.database("lain")
    with pytest.raises(KasusError, match="K303") as caught:
        open_room(address, create=False)
    assert server.password not in str(caught.value)
    with open_room(address):
        pass
    with server.connect("lain") as connection:
        connection.execute("update class_info set schema_version = 99")
    with pytest.raises(KasusError, match="K317"):
        open_room(address)


def test_twenty_make_one_class_and_write_at_once(server):
    """Twenty processes' worth of engines: each makes the class, enters, answers, and all open one attempt together."""
    address, start = server.database("ramai"), threading.Barrier(20)

    def take_part(number):
        start.wait()
        with open_room(address, busy_seconds=30) as room:
            person, _ = room.enter(f"Peserta {number}")
            own = attempt_of(room, person)
            for n in range(1, 11):
                assert own.append("tab", [(n, "set", "tgl_lapor", str(n))]) == n
            start.wait()
            shared = room.attempt(1, case="K02", form="kasus", version="1")
            shared.append(f"tab-{number}", [(1, "set", "tgl_lapor", str(number))])
            return room.secret(), shared.id, len(own.entries())

    with ThreadPoolExecutor(20) as pool:
        seen = list(pool.map(take_part, range(20)))
    assert {len(column) for column in map(set, zip(*seen, strict=True))} == {1}, "one class, one attempt, ten answers"
    assert seen[0][2] == 10
    with open_room(address) as room:
        assert len(room.attempts()) == 21
        assert len(room.attempt_by_id(seen[0][1]).entries()) == 20


def test_one_process_takes_few_connections(server):
    def connections():
        with server.connect() as connection:
            count = "select count(*) from pg_stat_activity where datname = 'sedikit'"
            return connection.execute(count).fetchone()[0]

    with open_room(server.database("sedikit"), busy_seconds=30) as room:
        person, _ = room.enter("Maria")
        attempt = attempt_of(room, person)
        assert connections() == 1, "as long as it does one thing at a time"
        most = 0

        def write(number):
            nonlocal most
            attempt.append(f"tab-{number}", [(1, "set", "tgl_lapor", "1")])
            most = max(most, connections())

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(write, range(48)))
        assert len(attempt.entries()) == 48
        assert 1 <= most <= MOST_AT_ONCE


def test_commits_wait_for_the_disk_also_where_the_server_says_they_need_not(server):
    address = server.database("malas")
    with server.connect() as connection:
        connection.execute("alter database malas set synchronous_commit to off")
    with open_room(address) as room, room._database.reading() as connection:
        assert connection.exec_driver_sql("show synchronous_commit").scalar() == "on"


def test_the_backup_in_the_guide_can_be_restored_while_people_answer(server, tmp_path):
    """The commands are those of deploy/README.md."""
    guide = (Path(__file__).resolve().parent.parent / "deploy" / "README.md").read_text("utf-8")
    commands = re.findall(r"^(pg_(?:dump|restore) .*)$", guide, re.M)
    assert [command.split()[0] for command in commands] == ["pg_dump", "pg_restore"]
    address, copy = server.database("soe"), server.database("salinan")
    with open_room(address) as room:
        person, token = room.enter("Maria")
        attempt = attempt_of(room, person)
        attempt.append("tab", [(n, "set", "tgl_lapor", str(n)) for n in range(1, 6)])
        plain = {"$SOE": address, "$SALINAN": copy}
        for command in commands:
            words = shlex.split(command)
            words = [reduce(lambda word, name: word.replace(name, plain[name]), plain, word) for word in words]
            words[0] = str(programs() / words[0])
            words = [word.replace("postgresql+psycopg:", "postgresql:") for word in words]
            done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            attempt.append("tab", [(6, "set", "tgl_lapor", "6")])
    with open_room(copy, create=False) as restored:
        assert restored.person_by_token(token) == person
        assert [entry.n for entry in restored.attempt_by_id(attempt.id).entries()] == [1, 2, 3, 4, 5]
        assert restored.enter("Anis")[0].id == person.id + 1, "the numbering goes on where it was"


# ---- when it cannot be reached


def told(address, **options):
    """Return the error that opening a class gives, after a look that nothing of it holds the password."""
    with pytest.raises(KasusError) as caught:
        open_room(address, busy_seconds=2, **options)
    everything = "".join(traceback.format_exception(caught.value)) + caught.value.say("id") + repr(caught.value)
    assert "rahasia" not in everything
    assert caught.value.sentence("id") != caught.value.sentence("en")
    return caught.value.code


def test_what_is_wrong_with_the_address_is_said_without_the_password(server):
    address = server.database("alamat")
    assert told(address.replace(server.password, "rahasia-lain")) == "K347"
    assert told(address.replace("/alamat", "/tidak_ada")) == "K347"
    assert told(address.replace(f":{server.port}", ":1")) == "K345"
    assert told(f"postgresql+psycopg://{USER}@127.0.0.1:{server.port}/alamat?password=rahasia-lain") == "K347"
    assert told(f"postgresql+psycopg://{USER}:rahasia/ku@127.0.0.1:1/alamat") == "K345"
    for unreadable in (f"{USER}:@@@rahasia:x/alamat", "rahasia:rahasia"):
        assert told(f"postgresql+psycopg://{unreadable}") == "K310"
    assert told("postgresql+tidakada://a:rahasia@127.0.0.1/x") == "K310"


def test_a_user_without_rights_and_one_with_too_few_connections(server):
    address = server.database("hak")
    with server.connect("hak") as connection:
        connection.execute("create role tamu login password 'rahasia-tamu' connection limit 1")
    guest = address.replace(f"{USER}:{server.password}", "tamu:rahasia-tamu")
    assert told(guest) == "K348"
    with psycopg.connect(guest.replace("+psycopg", "")):
        assert told(guest) == "K346"


@pytest.mark.parametrize(
    ("state", "code"),
    [("53100", "K307"), ("08006", "K345"), ("57P01", "K345"), ("57P03", "K345"), ("28P01", "K347"), ("22012", "K309")],
)
def test_what_the_server_reports_in_plain_words(state, code):
    problem = OperationalError("select 1", {}, SimpleNamespace(sqlstate=state))
    assert error_for(problem, "kelas").code == code


def test_a_server_that_was_restarted_between_two_answers_is_not_noticed(server):
    with open_room(server.database("ulang"), busy_seconds=5) as room:
        person, token = room.enter("Maria")
        attempt = attempt_of(room, person)
        attempt.append("tab", [(1, "set", "tgl_lapor", "1")])
        server.stop()
        with pytest.raises(KasusError, match="K345"):
            attempt.append("tab", [(2, "set", "tgl_lapor", "2")])
        with pytest.raises(KasusError, match="K345"):
            room.person_by_token(token)
        server.start()
        assert attempt.append("tab", [(2, "set", "tgl_lapor", "2")]) == 2
        server.stop()
        server.start()
        assert room.person_by_token(token) == person
        assert attempt.append("tab", [(3, "set", "tgl_lapor", "3")]) == 3
        assert [entry.n for entry in attempt.entries()] == [1, 2, 3]


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_while_people_answer(server):
    address, acknowledged, stop = server.database("mati"), {}, threading.Event()

    def answer(number):
        with open_room(address, busy_seconds=5) as room:
            person, _ = room.enter(f"Peserta {number}")
            attempt, n, refused = attempt_of(room, person), 1, 0
            while not stop.is_set():
                try:
                    acknowledged[attempt.id] = attempt.append("tab", [(n, "set", "tgl_lapor", str(n))])
                    n += 1
                except KasusError as error:
                    assert error.code == "K345"
                    refused += 1
                    time.sleep(0.02)
            return refused

    with ThreadPoolExecutor(6) as pool:
        people = [pool.submit(answer, number) for number in range(6)]
        try:
            for _ in range(2):
                wait_until(lambda: len(acknowledged) == 6)
                server.kill()
                server.start()
                before = dict(acknowledged)
                wait_until(lambda before=before: all(acknowledged[each] > last for each, last in before.items()))
        finally:
            stop.set()
        assert sum(person.result() for person in people) > 0, "the server was away while somebody answered"
    with open_room(address) as room:
        for attempt in room.attempts():
            assert [entry.n for entry in attempt.entries()][: acknowledged[attempt.id]] == list(
                range(1, acknowledged[attempt.id] + 1)
            )
