"""The form explorer: what it tells of every question, and when it counts as done."""

from __future__ import annotations

import json

import pytest

from kasuskit.form import load_form
from kasuskit.form.hints import field_hints
from kasuskit.messages import LANGUAGES, KasusError, texts
from kasuskit.widgets.activity import ActivitySession
from kasuskit.widgets.explorer import ENOUGH, MOST_CHOICES, ExplorerActivity
from kasuskit.widgets.session import MemoryLog


@pytest.fixture(scope="module")
def beginning():
    return ExplorerActivity("kasus", "A-F")


def items(activity, lang="id"):
    return {item["n"]: item for section in activity.screen(lang)["sections"] for item in section["items"]}


def test_sections_are_chosen_by_their_letters(beginning):
    shown = [section["n"] for section in beginning.screen("id")["sections"]]
    assert shown == [f"bagian_{letter}" for letter in "abcdef"]
    assert [section["n"] for section in ExplorerActivity("kasus", "H").screen("id")["sections"]] == ["bagian_h"]
    whole = ExplorerActivity("kasus")
    assert len(whole.screen("id")["sections"]) == len(tuple(load_form("kasus").sections)) == 12


def test_it_is_named_after_its_sections(beginning):
    assert (beginning.name, beginning.module) == ("jelajah-A-F", "explorer.js")
    assert ExplorerActivity("kasus").name == "jelajah"
    assert "A-F" in beginning.title
    assert len(ExplorerActivity("ringkas", "A").name) <= 60


@pytest.mark.parametrize("wanted", ["M", "F-A", "A-Z", "a", "A-", "AB", "-", "A-F-H", "é"])
def test_sections_that_the_form_does_not_have_are_told_w411(wanted):
    with pytest.raises(KasusError) as told:
        ExplorerActivity("kasus", wanted)
    assert told.value.code == "W411"
    assert "L" in told.value.way_out("id")


def test_every_question_that_people_answer_is_there(beginning):
    form = load_form("kasus")
    asked = [node.name for node in form.nodes.values() if getattr(node, "asked", False) and node.label]
    assert set(items(ExplorerActivity("kasus"))) == set(asked)
    assert "kode_korban" not in items(beginning) and "info_usia" not in items(beginning)


def test_a_question_tells_all_that_there_is_to_know(beginning):
    age = items(beginning)["usia_korban"]
    assert (age["l"], age["kind"], age["must"]) == ("Usia korban SAAT KEJADIAN (tahun)", "angka", True)
    assert age["h"] == "Bukan usia hari ini."
    assert "17 tahun 364 hari" in age["why"]
    hint = field_hints(load_form("kasus"))["usia_korban"]
    assert (age["example"], age["mistake"]) == (hint.example, hint.mistake)
    assert "Yang dicatat adalah usia saat kejadian, bukan usia hari ini." in age["checks"][0]


def test_what_is_not_known_of_a_question_is_left_out(beginning):
    sex = items(beginning)["jk_pelapor"]
    assert sex["choices"] == ["Perempuan", "Laki-laki", "Tidak diketahui"]
    assert not {"h", "why", "checks", "more"} & set(sex)


def test_a_label_shows_nothing_that_only_a_record_could_fill_in():
    for item in items(ExplorerActivity("kasus")).values():
        assert "${" not in item["l"] and item["l"], item["n"]
    assert items(ExplorerActivity("kasus", "C"))["nama_korban"]["l"] == "Nama lengkap korban"


def test_a_long_list_is_told_by_its_first_choices_and_its_length(beginning):
    details = items(beginning)["sub_bentuk"]
    every = len(load_form("kasus").lists["sub_bentuk"])
    assert len(details["choices"]) == MOST_CHOICES
    assert details["more"] == every - MOST_CHOICES > 0


def test_it_may_say_that_a_question_was_opened_and_nothing_else(beginning):
    assert beginning.accepts("buka/usia_korban", "1")
    for at, value in (
        ("buka/usia_korban", "2"), ("buka/dampak_fisik", "1"), ("buka/kode_korban", "1"), ("usia_korban", "1"),
        ("buka/", "1"), ("buka/usia_korban/", "1"), ("buka/bagian_c", "1"), ("", ""),
    ):  # fmt: skip
        assert not beginning.accepts(at, value), at


def test_it_is_done_when_some_questions_were_looked_at(beginning):
    names = list(items(beginning))
    assert beginning.view({}) == {"opened": 0, "done": False}
    opened = {f"buka/{name}": "1" for name in names[:ENOUGH]}
    assert beginning.view(dict(list(opened.items())[1:])) == {"opened": ENOUGH - 1, "done": False}
    assert beginning.view(opened | {"selesai": "1"}) == {"opened": ENOUGH, "done": True}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_screen_of_the_first_lesson_on_it_stays_small(beginning, lang):
    session = ActivitySession(beginning, MemoryLog(""), lang)
    told = json.dumps(session.screen("/kalender"), ensure_ascii=False).encode()
    assert len(told) < 62_000
    assert len(json.dumps(beginning.screen(lang), ensure_ascii=False).encode()) < 60_000


def test_it_speaks_both_languages(beginning):
    assert items(beginning, "en")["usia_korban"]["kind"] == "number"
    for lang in LANGUAGES:
        screen = ActivitySession(beginning, MemoryLog(""), lang).screen("/kalender")
        assert set(texts("widgets", "explore.", lang)) <= set(screen["text"])
        assert screen["label"] == texts("widgets", "explore.", lang)["label"]
