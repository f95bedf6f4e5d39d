"""Sorting cards: a card is checked once all is chosen; a hint for each dimension, then the classes with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kasuskit.messages import KasusError
from kasuskit.training.course import Course
from kasuskit.widgets.activity import DONE, ActivitySession
from kasuskit.widgets.cards import CardsActivity
from kasuskit.widgets.keys import read_keys_with
from kasuskit.widgets.session import MemoryLog
from tests.small_course import CARDS, make_course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "kecil")


def begin(activity):
    return ActivitySession(activity, MemoryLog(""), draft="d1")


def say(session, *items, tab="t1"):
    last = session.state()["acked"].get(tab, 0)
    numbered = [{"n": last + n, "op": "set", "at": at, "value": value} for n, (at, value) in enumerate(items, 1)]
    return session.hear({"kind": "answers", "tab": tab, "items": numbered})


def test_cards_are_shown_without_their_key(course):
    cards = CardsActivity(course, "bentuk")
    screen = cards.screen("id")
    assert [card["id"] for card in screen["cards"]] == ["1", "2"]
    assert [each["name"] for each in screen["dimensions"]] == ["bentuk", "kdrt"]
    told = json.dumps(screen, ensure_ascii=False)
    assert "Tamparan itu fisik" not in told and "Pasal" not in told and "fisik psikis" not in told
    assert (cards.name, cards.title) == ("kartu-bentuk", "Kartu: Bentuk kekerasan, KDRT")
    assert "2 kartu" in screen["label"] and "2 cards" in cards.screen("en")["label"]


def test_a_track_has_its_own_cards_and_a_set_without_any_says_so(course, tmp_path):
    assert [card["id"] for card in CardsActivity(course, "bentuk", "paralegal").screen("id")["cards"]] == ["1"]
    with pytest.raises(KasusError, match="T274"):
        CardsActivity(course, "lain")
    only_police = make_course(tmp_path / "polisi", kartu=CARDS.replace("bentuk,1,,", "bentuk,1,polisi,"))
    with pytest.raises(KasusError, match="W420"):
        CardsActivity(only_police, "bentuk", "paralegal")


@pytest.mark.parametrize(
    ("at", "value", "taken"),
    [
        ("1/bentuk", "fisik psikis", True), ("1/kdrt", "ya", True), ("1/periksa", "1 fisik;ya", True),
        ("1/periksa", "2 psikis fisik;tidak", True),
        ("1/bentuk", "lain", False), ("1/bentuk", "fisik fisik", False), ("1/kdrt", "ya tidak", False),
        ("9/kdrt", "ya", False), ("1/lain", "ya", False), ("1", "ya", False), ("selesai", "1", False),
        ("1/periksa", "1", False), ("1/periksa", "1 fisik", False), ("1/periksa", "1 fisik;", False),
        ("1/periksa", "1 ;ya", False), ("1/periksa", "1 fisik;ya;ya", False), ("1/periksa", "3 fisik;ya", False),
        ("9/periksa", "1 fisik;ya", False), ("1/periksa", "1 fisik;ya tidak", False),
    ],
)  # fmt: skip
def test_only_what_can_be_chosen_is_taken(course, at, value, taken):
    assert CardsActivity(course, "bentuk").accepts(at, value) is taken


def test_a_hint_for_each_dimension_and_then_the_classes_with_the_reason(course):
    session = begin(CardsActivity(course, "bentuk"))
    assert say(session, ("1/bentuk", "fisik"), ("1/kdrt", "ya"))["view"] == {}
    mark = say(session, ("1/periksa", "1 fisik;ya"))["view"]["mark/1"]
    assert mark["verdicts"] == {"bentuk": "fewer", "kdrt": "right"} and mark["messages"]["kdrt"] == "Benar."
    assert (mark["right"], mark["reveal"], mark["classes"]) == (False, None, {})
    mark = say(session, ("1/periksa", "2 fisik;tidak"))["view"]["mark/1"]
    assert mark["classes"] == {"bentuk": "fisik psikis", "kdrt": "ya"}
    assert mark["reveal"]["explanation"].startswith("Tamparan") and mark["reveal"]["source"] == "UU 23/2004 Pasal 5"


def test_all_cards_known_is_done(course):
    session = begin(CardsActivity(course, "bentuk"))
    say(session, ("1/periksa", "1 psikis fisik;ya"))
    assert session.state()["view"]["right"] == 1 and not session.state()["view"]["done"]
    said = say(session, ("2/periksa", "2 psikis;ya"))
    assert said["view"]["done"] and said["answers"][DONE] == "1"
    assert "perlu dikonfirmasi" in said["view"]["mark/2"]["reveal"]["source"]


def test_choosing_reads_no_key_and_each_check_reads_once(course):
    times = []

    def run(work):
        times.append(1)
        return work()

    read_keys_with(run)
    try:
        session = begin(CardsActivity(course, "bentuk"))
        say(session, ("1/bentuk", "fisik"), ("1/kdrt", "ya"))
        assert not times
        say(session, ("1/periksa", "1 fisik;ya"))
        say(session, ("1/bentuk", "fisik psikis"))
        say(session, ("2/bentuk", "fisik"))
        assert len(times) == 1
    finally:
        read_keys_with(lambda work: work())


def test_a_course_that_is_edited_meanwhile_does_not_stop_the_cards(course):
    cards = CardsActivity(course, "bentuk")
    edited = CARDS.replace("bentuk=fisik psikis; kdrt=ya", "bentuk=baru; kdrt=ya")
    (course.folder / "kartu.csv").write_text(edited, "utf-8")
    golongan = course.folder / "golongan.csv"
    golongan.write_text(golongan.read_text("utf-8") + "bentuk,bentuk,Bentuk kekerasan,beberapa,baru,Baru\n", "utf-8")
    assert cards.view({"1/periksa": "2 fisik;ya"}) == {"done": False, "right": 0}
    assert "mark/2" in cards.view({"2/periksa": "1 fisik;ya"})
