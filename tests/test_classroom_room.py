"""A class knows its participants and their attempts."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from kasuskit.classroom import open_room
from kasuskit.classroom.codes import is_weak, new_code
from kasuskit.messages import KasusError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kelas" / "soe.sqlite"


@pytest.fixture
def room(path):
    with open_room(path, clock=lambda: datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)) as room:
        yield room


def attempt_of(room, person, case="K01"):
    return room.attempt(person.id, case=case, form="kasus", version="2026.11.1", now_clock="2026-10-05T09:00:00+08:00")


def test_a_participant_enters_and_is_known_by_the_token(room):
    person, token = room.enter("  Mama Yuli ", " Desa Contoh A ")
    assert (person.name, person.village) == ("Mama Yuli", "Desa Contoh A")
    assert person.joined == "2026-11-24T01:02:03.000+00:00"
    assert room.person_by_token(token) == person
    assert room.person_by_token(token + "0") is None
    assert room.person_by_id(person.id) == person


def test_only_a_fingerprint_of_the_token_is_kept(room, path):
    _, token = room.enter("Bapa Anis")
    assert len(bytes.fromhex(token)) == 16
    kept = sqlite3.connect(path)
    assert kept.execute("select token_hash from device").fetchone()[0] == hashlib.sha256(token.encode()).hexdigest()
    kept.close()
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert token.encode() not in stored


def test_who_was_found_once_is_found_without_the_database(room, monkeypatch):
    people = [room.enter(f"Peserta {number}") for number in range(3)]
    assert [room.person_by_token(token) for _, token in people] == [person for person, _ in people]

    def locked():
        raise KasusError("classroom.K308")

    monkeypatch.setattr(room._database, "reading", locked)
    assert [room.person_by_token(token) for _, token in people] == [person for person, _ in people]
    with pytest.raises(KasusError, match="K308"):
        room.person_by_token("somebody else's")


def test_a_class_remembers_no_more_people_than_it_has_room_for(room, monkeypatch):
    monkeypatch.setattr("kasuskit.classroom.room._MOST_REMEMBERED", 2)
    people = [room.enter(f"Peserta {number}") for number in range(4)]
    for _ in range(2):
        assert [room.person_by_token(token) for _, token in people] == [person for person, _ in people]
        assert len(room._known) == 2


def test_two_people_with_one_name_are_two_persons(room):
    first, first_token = room.enter("Maria")
    second, second_token = room.enter("Maria")
    assert first.id != second.id
    assert first_token != second_token


def test_namesakes_are_found_however_the_name_is_written(room):
    maria = room.enter("Maria  Ñandú", "Desa Contoh A")[0]
    blank = room.enter("maria nandu")[0]
    other = room.enter("MARIA NANDU", "desa contoh b")[0]
    room.enter("Mariana Nandu", "Desa Contoh A")
    assert room.namesakes("mária ñANDU", " desa  CONTOH a") == (maria, blank)
    assert room.namesakes("Maria Nandu") == (maria, blank, other)
    assert room.namesakes("Maria Nandu", "Desa Contoh C") == (blank,)
    assert room.namesakes("Anis") == ()


def test_a_code_finds_its_person_again(room):
    people = [room.enter("Maria")[0] for _ in range(20)]
    assert len({person.code for person in people}) == 20
    for person in people:
        code = person.code
        assert len(code) == 6
        assert code.isdecimal()
        assert code[0] != "0"
        for typed in (code, f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}", f"{code[:3]}\u2013{code[3:]}\t"):
            assert room.person_by_code(typed) == person


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "٤٨٢٩١٣", "1" * 100_000, "4829²3", "48291\0"]
)
def test_what_is_no_code_finds_nobody(room, typed):
    room.enter("Maria")
    assert room.person_by_code(typed) is None


def test_a_code_that_is_taken_is_given_to_nobody_else(room, monkeypatch):
    offered = iter(["482913", "482913", "482913", "591827"])
    monkeypatch.setattr("kasuskit.classroom.room.new_code", lambda: next(offered))
    assert [room.enter(name)[0].code for name in ("Maria", "Anis")] == ["482913", "591827"]


@pytest.mark.parametrize(
    "code", ["111111", "123456", "987654", "890123", "131313", "123123", "112233", "100000", "777377"]
)
def test_codes_that_people_try_first_are_not_given(code):
    assert is_weak(code)


def test_codes_are_strong_and_spread():
    made = [new_code() for _ in range(500)]
    assert not any(is_weak(code) for code in made)
    assert {code[0] for code in made} == set("123456789")
    assert not is_weak("482913")


def test_one_person_on_two_phones(room):
    person, first = room.enter("Maria")
    second = room.new_device(person.id)
    assert first != second
    assert [room.person_by_token(token) for token in (first, second)] == [person, person]
    room.forget_device(first)
    assert room.person_by_token(first) is None, "one phone is handed on"
    assert room.person_by_token(second) == person
    room.forget_device("unknown")
    with pytest.raises(KasusError, match="K314"):
        room.new_device(99)


def test_a_phone_that_three_people_share(room):
    people = []
    for name in ("Maria", "Anis", "Yuli"):
        person, token = room.enter(name)
        assert room.person_by_token(token) == person
        room.forget_device(token)
        people.append((person, token))
    assert all(room.person_by_token(token) is None for _, token in people)
    assert room.persons() == tuple(person for person, _ in people)
    assert room.count() == 3
    again = room.person_by_code(people[1][0].code)
    assert room.person_by_token(room.new_device(again.id)) == people[1][0]


def test_an_account_is_one_person(room):
    person = room.person_by_account("siti@kupang", "Siti", "Desa Contoh A")
    assert room.person_by_account("siti@kupang", "Another name") == person
    assert room.person_by_account("anis", "Anis") != person
    assert room.count() == 2
    for account, code in (("", "K311"), ("x" * 121, "K312"), ("a\nb", "K313")):
        with pytest.raises(KasusError) as caught:
            room.person_by_account(account, "Siti")
        assert (caught.value.code, caught.value.place) == (code, "account")


def test_an_account_that_comes_twice_at_once_is_one_person(room):
    gate = threading.Barrier(8)

    def arrive(_number):
        gate.wait()
        return room.person_by_account("siti", "Siti")

    with ThreadPoolExecutor(8) as pool:
        people = set(pool.map(arrive, range(8)))
    assert len(people) == 1
    assert room.count() == 1


def test_many_arrive_at_once(room):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: room.enter(f"Peserta {number}"), range(40)))
    assert room.count() == 40
    assert len({person.code for person, _ in made}) == 40
    assert [room.person_by_token(token) for _, token in made] == [person for person, _ in made]


def test_a_clock_that_goes_backwards_changes_no_order(path):
    hours = iter(range(1000, 0, -1))
    with open_room(path, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=next(hours))) as room:
        people = [room.enter(name)[0] for name in ("Maria", "Anis", "Yuli")]
        assert room.persons() == tuple(people)
        first = attempt_of(room, people[0])
        for n in range(1, 5):
            assert first.append("tab", [(n, "set", "nama", str(n))]) == n
        assert [entry.value for entry in first.entries()] == ["1", "2", "3", "4"]
        second = first.restart()
        assert attempt_of(room, people[0]) == second
        assert [attempt.id for attempt in room.attempts(people[0].id)] == [first.id, second.id]
        assert second.started < first.started


@pytest.mark.parametrize("name", ["A", "x" * 60, "Nona 1", "Ibu Ñ", "O'Brien"])
def test_names_that_can_be_used(room, name):
    assert room.enter(name)[0].name == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "K311"),
        ("   ", "K311"),
        ("\u200b\u200b", "K311"),
        ("x" * 61, "K312"),
        ("Ma\tria", "K313"),
        ("Ma\nria", "K313"),
        ("Maria\0", "K313"),
        ("Maria\x1b[31m", "K313"),
        ("\u202eairaM", "K313"),
        ("Maria\ud800", "K313"),
    ],
)
def test_names_that_cannot_be_used(room, name, code):
    with pytest.raises(KasusError) as caught:
        room.enter(name)
    assert (caught.value.code, caught.value.place) == (code, "name")
    with pytest.raises(KasusError) as caught:
        room.enter("Maria", "y" * 61)
    assert (caught.value.code, caught.value.place) == ("K312", "village")


def test_an_open_attempt_goes_on(room):
    person, _ = room.enter("Maria")
    attempt = attempt_of(room, person)
    assert attempt_of(room, person) == attempt
    assert room.attempt_by_id(attempt.id) == attempt
    assert (attempt.case, attempt.form, attempt.form_version) == ("K01", "kasus", "2026.11.1")
    assert attempt.now_clock == "2026-10-05T09:00:00+08:00"
    newer = room.attempt(person.id, case="K01", form="kasus", version="2027.1.1")
    assert newer == attempt


def test_an_open_attempt_goes_on_while_another_program_writes(room, path):
    person, _ = room.enter("Maria")
    attempt = attempt_of(room, person)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    assert attempt_of(room, person) == attempt
    other.close()


def test_other_people_and_other_cases_have_their_own_attempts(room):
    maria, _ = room.enter("Maria")
    anis, _ = room.enter("Anis")
    made = [attempt_of(room, maria), attempt_of(room, anis), attempt_of(room, maria, "K02")]
    assert len({attempt.id for attempt in made}) == 3
    assert room.attempts() == tuple(made)
    assert room.attempts(maria.id) == (made[0], made[2])


def test_restart_keeps_the_old_attempt_and_starts_another(room):
    person, _ = room.enter("Maria")
    old = attempt_of(room, person)
    old.append("tab", [(1, "set", "nama", "Maria")])
    new = old.restart()
    assert new.id != old.id
    assert new.entries() == ()
    assert attempt_of(room, person) == new
    assert room.attempt_by_id(old.id).ended == "2026-11-24T01:02:03.000+00:00"
    assert len(old.entries()) == 1
    assert old.restart() == new, "a second tab that asks too gets the same new attempt"


def test_unknown_people_and_attempts(room):
    with pytest.raises(KasusError, match="K314"):
        room.attempt(99, case="K01", form="kasus", version="1")
    with pytest.raises(KasusError, match="K314"):
        room.person_by_id(99)
    with pytest.raises(KasusError, match="K315"):
        room.attempt_by_id(99)


def test_the_secret_stays_the_same_when_the_class_is_opened_again(room, path):
    with open_room(room.address, create=False) as again:
        assert again.secret() == room.secret()
    assert len(room.secret()) == 32
