"""A class knows its participants and their attempts."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime

import pytest

from kasuskit.classroom import open_room
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
    assert kept.execute("select token_hash from person").fetchone()[0] == hashlib.sha256(token.encode()).hexdigest()
    kept.close()
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert token.encode() not in stored


def test_two_people_with_one_name_are_two_persons(room):
    first, first_token = room.enter("Maria")
    second, second_token = room.enter("Maria")
    assert first.id != second.id
    assert first_token != second_token


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
