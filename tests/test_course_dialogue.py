"""Conversations: how they are read, where answers lead, and what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.messages import KasusError
from kasuskit.training.course import load_course
from kasuskit.training.course.dialogue import (
    GOOD,
    REPLIES,
    REPLY_COLUMNS,
    STEP_COLUMNS,
    STEPS,
    follow,
    load_dialogue,
    load_effects,
    purposes,
    read_dialogues,
)
from tests.small_course import make_course

LINES = """p,mulai,narasi,Seorang ibu datang.
p,mulai,korban,Boleh beta cerita?
p,kedua,korban,Beta capek.
p,akhir,narasi,Ia pulang.
"""
ANSWERS = """p,mulai,a,Silakan.,kedua,baik,Ia duduk.,Ia memilih.,dicatat,Sumber,S
p,mulai,b,Nanti.,akhir,bahaya,Ia berdiri.,Itu menolak.,,Sumber,I
p,kedua,a,Kita berhenti.,akhir,baik,Ia minum.,Ia berhak.,dihubungi | difoto,Sumber,C
p,kedua,b,Sedikit lagi.,mulai,kurang,Ia diam.,Itu menekan.,,Sumber,L
"""


def course_with(folder, lines=LINES, answers=ANSWERS):
    course = make_course(folder)
    for name, columns, rows in ((STEPS, STEP_COLUMNS, lines), (REPLIES, REPLY_COLUMNS, answers)):
        (course.folder / name).write_text(",".join(columns) + "\n" + rows, "utf-8")
    return course


def codes(course):
    return [error.code for error in read_dialogues(course).problems]


def test_a_step_may_hold_several_lines_and_the_first_row_is_its_start(tmp_path):
    dialogue = load_dialogue(course_with(tmp_path), "p")
    assert dialogue.start.name == "mulai"
    assert [line.who for line in dialogue.start.lines] == ["narasi", "korban"]
    assert [tuple(reply) for reply in dialogue.start.replies] == [("a", "Silakan."), ("b", "Nanti.")]


def test_what_is_shown_holds_no_key(tmp_path):
    shown = repr(load_dialogue(course_with(tmp_path), "p"))
    assert "bahaya" not in shown and "menolak" not in shown and "Ia duduk" not in shown


def test_answers_lead_on_and_each_turn_tells_its_effect(tmp_path):
    course = course_with(tmp_path)
    dialogue, key = load_dialogue(course, "p"), load_effects(course, "p")
    turns = follow(dialogue, key, ["mulai/a", "kedua/a"])
    assert [turn.step.name for turn in turns] == ["mulai", "kedua", "akhir"]
    assert [turn.effect.value for turn in turns[:2]] == [GOOD, GOOD]
    assert (turns[-1].reply, turns[-1].effect) == (None, None)


@pytest.mark.parametrize("given_", [["kedua/a"], ["mulai/z"], ["mulai"], ["", "mulai/a"], ["mulai/b", "kedua/a"]])
def test_answers_that_were_given_on_another_way_are_passed_over(tmp_path, given_):
    course = course_with(tmp_path)
    turns = follow(load_dialogue(course, "p"), load_effects(course, "p"), given_)
    assert [turn.step.name for turn in turns] in (["mulai"], ["mulai", "akhir"])


def test_what_consent_is_asked_for_is_listed_in_order(tmp_path):
    assert purposes(load_effects(course_with(tmp_path), "p")) == ("dicatat", "dihubungi", "difoto")


def test_semicolons_do_as_well(tmp_path):
    course = course_with(tmp_path)
    for name in (STEPS, REPLIES):
        text = (course.folder / name).read_text("utf-8").replace(",", ";")
        (course.folder / name).write_text(text, "utf-8")
    assert not codes(course) and load_dialogue(course, "p").start.name == "mulai"


WRONG = [
    (LINES, ANSWERS, []),
    (LINES, ANSWERS.replace("Silakan.,kedua", "Silakan.,kedau"), ["T281", "T282", "T285", "T289"]),
    (LINES + "p,lagi,narasi,Malam.\n", ANSWERS, ["T282"]),
    (LINES, ANSWERS.replace("akhir,bahaya", "mulai,bahaya").replace("akhir,baik", "mulai,baik"), ["T282", "T283"]),
    (LINES, ANSWERS.replace("akhir,baik", "kedua,baik").replace("mulai,kurang", "kedua,kurang"), ["T284"]),
    (LINES, ANSWERS.replace("akhir,baik", "akhir,kurang"), ["T285"]),
    (LINES, ANSWERS.replace("p,kedua,b", "p,mulai,c"), ["T289"]),
    (LINES, ANSWERS + "q,mulai,a,Ya.,akhir,baik,A.,B.,,C,S\n", ["T258"]),
    (LINES, ANSWERS + "p,hilang,a,Ya.,akhir,baik,A.,B.,,C,S\n", ["T258"]),
    (LINES, ANSWERS + "p,mulai,a,Ya.,akhir,baik,A.,B.,,C,S\n", ["T257"]),
    (LINES, ANSWERS + "p,mulai,c,Ya.,akhir,bagus,A.,B.,,C,S\n", ["T260"]),
    (LINES, ANSWERS + "p,mulai,c,Ya.,akhir,baik,,B.,,C,S\n", ["T261"]),
    (LINES, ANSWERS + "p,mulai,c,Ya.,akhir,baik,A.,B.,,C,X\n", ["T260"]),
    (LINES, ANSWERS + "p,mulai,c/d,Ya.,akhir,baik,A.,B.,,C,S\n", ["T269"]),
    (LINES + "p,akhir,tetangga,Hai.\n", ANSWERS, ["T260"]),
    (LINES + "p,akhir,korban,\n", ANSWERS, ["T261"]),
    (LINES + "p,akhir satu,korban,Hai.\n", ANSWERS, ["T269"]),
]


@pytest.mark.parametrize(("lines", "answers", "told"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_told_and_the_rest_can_be_used(tmp_path, lines, answers, told):
    course = course_with(tmp_path, lines, answers)
    assert sorted(codes(course)) == told
    assert all(error.place and error.way_out() for error in read_dialogues(course).problems)
    assert load_dialogue(course, "p").start.name == "mulai"


def test_a_conversation_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(KasusError) as told:
        load_dialogue(course_with(tmp_path), "tidak")
    assert told.value.code == "T280" and "p" in str(told.value)
    assert load_effects(course_with(tmp_path), "tidak") == {}


def test_a_course_need_not_have_conversations_but_not_half_of_one(tmp_path):
    course = make_course(tmp_path)
    assert read_dialogues(course) == ((), ())
    (course.folder / STEPS).write_text(",".join(STEP_COLUMNS) + "\n" + LINES, "utf-8")
    assert codes(course) == ["T251", "T282", "T282"]


# the course's own ---------------------------------------------------------------------------------------------

NAMES = ("persetujuan", "anak")


@pytest.mark.parametrize("name", NAMES)
def test_the_courses_conversations_are_sound(name):
    course = load_course()
    assert not read_dialogues(course).problems
    dialogue, key = load_dialogue(course, name), load_effects(course, name)
    for step in dialogue.steps.values():
        assert len(step.replies) in (0, 3), step.name
        assert [key[step.name, reply.name].value for reply in step.replies].count(GOOD) == (1 if step.replies else 0)
    places = [reply.name for step in dialogue.steps.values() for reply in step.replies
              if key[step.name, reply.name].value == GOOD]  # fmt: skip
    assert len(set(places)) == 3 and max(places.count(name) for name in "abc") <= len(places) // 2


@pytest.mark.parametrize("name", NAMES)
def test_the_length_of_a_reply_does_not_give_it_away(name):
    course = load_course()
    dialogue, key = load_dialogue(course, name), load_effects(course, name)
    longest = 0
    for step in dialogue.steps.values():
        if step.replies:
            chosen = max(step.replies, key=lambda reply: len(reply.text))
            longest += key[step.name, chosen.name].value == GOOD
    asked = sum(bool(step.replies) for step in dialogue.steps.values())
    assert longest <= asked / 2


def test_the_best_way_asks_for_every_purpose_by_itself():
    course = load_course()
    dialogue, key = load_dialogue(course, "persetujuan"), load_effects(course, "persetujuan")
    given_, turns = [], follow(dialogue, key, [])
    while turns[-1].step.replies:
        step = turns[-1].step
        given_.append(next(f"{step.name}/{r.name}" for r in step.replies if key[step.name, r.name].value == GOOD))
        turns = follow(dialogue, key, given_)
    asked = [purpose for turn in turns[:-1] for purpose in turn.effect.purposes]
    assert asked == list(purposes(key)) and len(asked) == 9
    assert turns[-1].step.name == "akhir"


CHOICES = st.lists(st.integers(0, 2), max_size=40)


@given(st.sampled_from(NAMES), CHOICES)
def test_every_way_through_ends_or_can_go_on(name, choices):
    course = load_course()
    dialogue, key = load_dialogue(course, name), load_effects(course, name)
    given_ = []
    for choice in choices:
        step = follow(dialogue, key, given_)[-1].step
        if not step.replies:
            break
        given_.append(f"{step.name}/{step.replies[choice].name}")
    assert len(follow(dialogue, key, given_)) == len(given_) + 1


@pytest.mark.parametrize("name", NAMES)
def test_nothing_real_and_nothing_that_gives_a_person_away_is_said(name):
    from kasuskit.form.texts.numbers import numbers_in

    course = load_course()
    dialogue, key = load_dialogue(course, name), load_effects(course, name)
    said = [line.text for step in dialogue.steps.values() for line in step.lines]
    said += [reply.text for step in dialogue.steps.values() for reply in step.replies]
    said += [effect.effect + effect.reason for effect in key.values()]
    assert not any(numbers_in(text) for text in said)
    assert not any(word in " ".join(said).lower() for word in ("pelaku", "aib", "penjara"))
