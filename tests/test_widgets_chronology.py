"""The chronology editor in Python: which answers it takes, and what follows from them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.messages import KasusError
from kasuskit.training.course import load_course
from kasuskit.training.course.chronology import PARTS, load_exercise, read_example
from kasuskit.training.course.chronology_score import ITEMS
from kasuskit.widgets.activity import ActivitySession
from kasuskit.widgets.chronology import MOST_STATEMENTS, ChronologyActivity
from kasuskit.widgets.session import MemoryLog

LONG = "Menurut K1: di rumah T1 menarik tangan K1. " * 4


@pytest.fixture
def mend():
    return ChronologyActivity(load_course(), "01")


@pytest.fixture
def fresh():
    return ChronologyActivity(load_course(), "02")


def written(activity, **answers):
    return [(each.part, each.text, each.source) for each in activity.statements(said(answers))]


def said(answers):
    return {at.replace("_", "/"): value for at, value in answers.items()}


def test_an_exercise_to_mend_starts_with_its_bad_chronology(mend):
    assert [part for part, _, _ in written(mend)] == list(PARTS)
    assert "keras kepala" in written(mend)[0][1]


def test_an_exercise_to_write_starts_with_an_empty_statement_in_each_part(fresh):
    assert written(fresh) == [(part, "", "") for part in PARTS]
    view = fresh.view({})
    assert not any(name.startswith("f/") for name in view), "no advice about nothing"
    assert view["done"] is False and view["tried"] is False


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("s/1/teks", "Menurut K1: …"), ("s/x7f3/teks", "a"), ("s/1/sumber", "saksi"), ("s/1/sumber", "-"),
        ("s/1/bagian", "saat"), ("s/1/urut", "15"), ("s/1/urut", "-3.75"), ("s/1/hapus", "1"), ("selesai", "1"),
        ("contoh", "1"), ("s/1/teks", " "),
    ],
)  # fmt: skip
def test_what_the_editor_sets_is_taken(mend, at, value):
    assert mend.accepts(at, value)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("s/1/teks", "a" * 4001), ("s/1/sumber", "tetangga"), ("s/1/bagian", "tengah"), ("s/1/urut", "satu"),
        ("s/1/urut", "1e9"), ("s/1/urut", "nan"), ("s/1/urut", "1" * 9), ("s/1/hapus", "ya"), ("selesai", "2"),
        ("contoh", "x"), ("s/../teks", "a"), ("s/A/teks", "a"), ("s/1/warna", "a"), ("t/1/teks", "a"), ("", "a"),
        ("s/1/urut", "٣"), ("s/1", "a"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(mend, at, value):
    assert not mend.accepts(at, value)


def test_answers_change_move_and_remove_statements(mend):
    assert written(mend, s_1_teks="Menurut K1: pagi.", s_1_sumber="korban")[0] == (
        "sebelum", "Menurut K1: pagi.", "korban",
    )  # fmt: skip
    assert [part for part, _, _ in written(mend, s_1_bagian="sesudah")] == ["saat", "sesudah", "sesudah"]
    assert len(written(mend, s_1_hapus="1")) == 2
    assert written(mend, s_1_teks=" ")[0][1] == "", "a text of the start that was emptied"
    assert written(mend, s_1_sumber="-")[0][2] == ""


def test_statements_stand_in_the_order_of_their_numbers(mend):
    added = {"s_a_bagian": "saat", "s_a_teks": "satu", "s_a_urut": "5", "s_b_bagian": "saat", "s_b_teks": "dua"}
    during = [text for part, text, _ in written(mend, **added, s_b_urut="4.5") if part == "saat"]
    assert during[:2] == ["dua", "satu"]


def test_advice_stands_at_its_statement_its_part_or_the_whole(mend):
    view = mend.view({})
    severity, sentence, way_out = view["f/1"][0]
    assert severity == "error" and "Ibu Mira" in sentence and way_out
    assert "f/saat" in view and "f/" not in view
    assert {name for name in view if name.startswith("r/")} == {f"r/{item}" for item in ITEMS}
    assert view["points"] == [1, 8, 4]


def test_advice_is_spoken_in_the_language_that_is_asked_for():
    english = ChronologyActivity(load_course(), "01", "en").view({})
    assert english["f/1"][0][1].startswith("A person's name")


def test_the_example_is_shown_only_after_an_own_try_that_is_long_enough(mend):
    assert "example" not in mend.view({"contoh": "1"}), "what the exercise starts with is no own try"
    assert "example" not in mend.view({"s/2/teks": "Pendek.", "contoh": "1"})
    tried = mend.view({"s/2/teks": LONG})
    assert tried["tried"] and "example" not in tried, "and only when asked for"
    shown = mend.view({"s/2/teks": LONG, "contoh": "1"})["example"]
    assert [text for _, _, text in shown] == [each.text for each in read_example(load_course(), "01")]


def test_nothing_of_the_example_is_in_the_screen(mend):
    screen = json.dumps(mend.screen("id"), ensure_ascii=False)
    exercise = load_exercise(load_course(), "01")
    assert exercise.material[1].text.replace('"', '\\"') in screen
    known = {each.text for each in exercise.material}
    assert not any(each.text in screen for each in read_example(load_course(), "01") if each.text not in known)


def test_done_is_what_the_person_says_whatever_the_advice(mend):
    assert mend.view({"selesai": "1"})["done"] is True
    session = ActivitySession(mend, MemoryLog(""))
    session.hear({"kind": "answers", "tab": "t", "items": [{"n": 1, "op": "set", "at": "selesai", "value": "1"}]})
    assert [entry.at for entry in session.log.entries()] == ["selesai"]


def test_a_small_change_is_told_alone(mend):
    session = ActivitySession(mend, MemoryLog(""))
    item = {"n": 1, "op": "set", "at": "s/1/sumber", "value": "korban"}
    told = session.hear({"kind": "answers", "tab": "t", "items": [item]})["view"]
    assert set(told) == {"f/1", "r/sumber", "points"}


def test_two_devices_and_the_last_writing_stays(mend):
    session = ActivitySession(mend, MemoryLog(""))
    for tab, words in (("one", "Menurut K1: pagi."), ("two", "Menurut K1: sore."), ("one", "Menurut K1: malam.")):
        n = 1 + session.state()["acked"].get(tab, 0)
        item = {"n": n, "op": "set", "at": "s/1/teks", "value": words}
        session.hear({"kind": "answers", "tab": tab, "items": [item]})
    assert session.state()["answers"]["s/1/teks"] == "Menurut K1: malam."


def test_an_exercise_that_is_not_there_is_told():
    with pytest.raises(KasusError, match="T286"):
        ChronologyActivity(load_course(), "99")


AT = st.one_of(
    st.builds(
        "s/{}/{}".format,
        st.sampled_from(["1", "2", "3", "a", "b9"]),
        st.sampled_from(["teks", "sumber", "bagian", "urut", "hapus"]),
    ),
    st.sampled_from(["selesai", "contoh"]),
)
VALUE = st.one_of(
    st.text(max_size=30), st.sampled_from(["1", "-", "saat", "sesudah", "korban", "3.5", "-10", LONG, " "])
)


@given(st.dictionaries(AT, VALUE, max_size=12))
def test_whatever_it_takes_it_can_show(answers):
    activity = ChronologyActivity(load_course(), "01")
    taken = {at: value for at, value in answers.items() if value and activity.accepts(at, value)}
    view = activity.view(taken)
    assert json.dumps(view)
    statements = activity.statements(taken)
    assert [each.part for each in statements] == sorted((each.part for each in statements), key=PARTS.index)


def test_a_flood_of_statements_is_bounded(mend):
    flood = {f"s/x{n}/teks": "kata" for n in range(1000)}
    assert len(mend.statements(flood)) == MOST_STATEMENTS
