"""A class on a PostgreSQL server knows codes, phones and accounts as a class file does, and is brought up to date."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kasuskit.classroom import open_room, opening
from kasuskit.messages import KasusError

from .old_class import PEOPLE, SECRET, STATEMENTS, token_of
from .postgres_server import postgres


@pytest.fixture(scope="module")
def server(need):
    with postgres(need) as server:
        yield server


@pytest.fixture
def room(server):
    with open_room(server.database()) as room:
        yield room


def at_once(count, act):
    """Return what each of several threads gets that do the same in one moment."""
    gate = threading.Barrier(count)

    def one(number):
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_codes_phones_and_namesakes(room):
    person, token = room.enter("Maria", "Desa Contoh A")
    assert room.person_by_code(f"{person.code[:3]} {person.code[3:]}") == person
    second = room.new_device(person.id)
    assert [room.person_by_token(each) for each in (token, second)] == [person, person]
    room.forget_device(token)
    assert room.person_by_token(token) is None
    assert room.person_by_token(second) == person
    assert room.namesakes(" maría ") == (person,)
    assert room.persons() == (person,)
    assert room.migrated_backup is None


def test_an_account_that_comes_many_times_at_once_is_one_person(room):
    people = at_once(8, lambda _number: room.person_by_account("siti", "Siti"))
    assert len(set(people)) == 1
    assert room.count() == 1


def test_many_arrive_at_once_and_none_gets_the_code_of_another(room, monkeypatch):
    codes = ["482913", "591827", "604738", "719284", "827364", "938475", "264819", "375928"]
    offered = threading.local()

    def new_code():  # everybody is offered the same codes, in the same order
        offered.next = getattr(offered, "next", -1) + 1
        return codes[offered.next % len(codes)]

    monkeypatch.setattr("kasuskit.classroom.room.new_code", new_code)
    made = at_once(8, lambda number: room.enter(f"Peserta {number}")[0])
    assert {person.code for person in made} == set(codes)


def test_two_that_make_a_class_at_once_make_one(server):
    address = server.database()

    def begin(number):
        with open_room(address) as room:
            return room.secret(), room.enter(f"Peserta {number}")[0].id

    made = at_once(4, begin)
    assert len({secret for secret, _ in made}) == 1
    assert len({number for _, number in made}) == 4


def old_class(server):
    """Make a class of version 1, with the statements that SQLAlchemy wrote for PostgreSQL then."""
    address = server.database()
    statements = STATEMENTS.replace("INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "SERIAL PRIMARY KEY")
    at = "2026-10-05T01:00:00.000+00:00"
    with server.connect(address.rpartition("/")[2]) as old:
        old.execute(statements)
        old.execute("INSERT INTO class_info VALUES (1, 1, %s, %s)", [at, SECRET])
        for number, (name, village) in enumerate(PEOPLE, start=1):
            mark = hashlib.sha256(token_of(number).encode()).hexdigest()
            values = [name, village, mark, at]
            old.execute("INSERT INTO person (name, village, token_hash, joined) VALUES (%s, %s, %s, %s)", values)
            columns = 'person, "case", form, form_version, started, now_clock'
            old.execute(f"INSERT INTO attempt ({columns}) VALUES (%s, 'K01', 'kasus', '1', %s, '')", [number, at])
            columns = "attempt, tab, n, op, at, value, received"
            old.execute(f"INSERT INTO entry ({columns}) VALUES (%s, 't', 1, 'set', 'x', %s, %s)", [number, name, at])
    return address


def test_an_older_class_is_brought_up_once_by_many_at_once(server):
    address = old_class(server)

    def begin(_number):
        with open_room(address, create=False, check=False) as room:
            return room.persons(), room.migrated_backup

    found = at_once(4, begin)
    assert len(set(found)) == 1
    with open_room(address) as room:
        people = room.persons()
        assert [(person.name, person.village) for person in people] == list(PEOPLE)
        for person in people:
            assert room.person_by_token(token_of(person.id)) == person
            assert room.person_by_code(person.code) == person
            attempt = room.attempt(person.id, case="K01", form="kasus", version="9")
            assert [entry.value for entry in attempt.entries()] == [person.name]
        assert room.enter("Nona")[0].id == len(PEOPLE) + 1


def test_an_older_class_that_another_brings_up_while_it_is_looked_at(server, monkeypatch):
    address = old_class(server)
    looks = []

    def inspect(connection):
        inspector = inspected(connection)
        inspector.get_table_names()  # from now on it knows the tables of this moment
        looks.append(inspector)
        if len(looks) == 1:
            open_room(address, create=False, check=False).close()
        return inspector

    inspected = opening.inspect
    monkeypatch.setattr(opening, "inspect", inspect)
    with open_room(address, create=False, check=False) as room:
        assert [person.name for person in room.persons()] == [name for name, _ in PEOPLE]
    assert len(looks) > 1


def test_an_upgrade_that_fails_on_the_way_leaves_the_older_class(server, monkeypatch):
    address = old_class(server)

    def fail(*_):
        raise KasusError("classroom.K304", "x")

    monkeypatch.setattr("kasuskit.classroom.upgrade._insert", fail)
    with pytest.raises(KasusError, match="K304"):
        open_room(address)
    monkeypatch.undo()
    with server.connect(address.rpartition("/")[2]) as old:
        assert old.execute("SELECT schema_version FROM class_info").fetchone() == (1,)
        assert old.execute("SELECT count(token_hash) FROM person").fetchone() == (len(PEOPLE),)
    with open_room(address) as room:
        assert room.count() == len(PEOPLE)
