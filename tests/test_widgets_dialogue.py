"""The conversation in Python: an answer's worth is told once it was given, and one may always go back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.messages import KasusError
from kasuskit.training.course import load_course
from kasuskit.training.course.dialogue import GOOD, load_dialogue, load_effects
from kasuskit.widgets.activity import DONE, ActivitySession
from kasuskit.widgets.dialogue import MOST_TURNS, DialogueActivity
from kasuskit.widgets.keys import read_keys_with
from kasuskit.widgets.session import MemoryLog

KEY = load_effects(load_course(), "persetujuan")
STEPS = load_dialogue(load_course(), "persetujuan").steps


def reply(step, value):
    return next(f"{step}/{name}" for (at, name), effect in KEY.items() if at == step and effect.value == value)


GOOD_START, WEAK_START = reply("pintu", "baik"), reply("pintu", "kurang")


@pytest.fixture
def activity():
    return DialogueActivity(load_course(), "persetujuan")


def best():
    answers, step = {}, "pintu"
    while STEPS[step].replies:
        said = reply(step, GOOD)
        answers[f"pilih/{len(answers) + 1}"] = said
        step = KEY[tuple(said.split("/"))].next
    return answers


def test_it_begins_with_what_is_said_and_what_one_may_answer(activity):
    view = activity.view({})
    assert (view["turns"], view["done"]) == (1, False)
    assert [name for name, _, tried in view["turn/1"]["replies"] if not tried] == ["a", "b", "c"]


def test_nothing_of_the_key_is_told_before_an_answer(activity):
    told = json.dumps([activity.screen("id"), activity.view({}), repr(vars(activity))], ensure_ascii=False)
    assert not any(effect.effect in told or effect.reason in told for effect in KEY.values())
    assert not any(f'"{value}"' in told or f"'{value}'" in told for value in ("baik", "kurang", "bahaya"))


def test_a_good_answer_goes_on_at_once_and_tells_why(activity):
    view = activity.view({"pilih/1": GOOD_START})
    effect = KEY[tuple(GOOD_START.split("/"))]
    assert (view["turns"], view["turn/2"]["step"]) == (2, effect.next)
    turn = view["turn/1"]
    assert (turn["value"], turn["effect"], turn["reason"], turn["sure"]) == (
        GOOD, effect.effect, effect.reason, effect.confidence,
    )  # fmt: skip
    told = json.dumps(view, ensure_ascii=False)
    others = [each for at, each in KEY.items() if "/".join(at) != GOOD_START]
    assert not any(each.reason in told for each in others)


def test_another_answer_waits_until_one_goes_on_or_tries_again(activity):
    answers = {"pilih/1": WEAK_START}
    assert activity.view(answers)["turns"] == 1
    assert activity.view({**answers, "lanjut/1": WEAK_START})["turns"] == 2
    assert activity.view({**answers, "lanjut/1": GOOD_START})["turns"] == 1, "going on was said of another answer"


def test_what_was_tried_before_is_marked(activity):
    view = activity.view({"dulu/1": f"{WEAK_START} {GOOD_START}"})
    tried = {name for name, _, tried in view["turn/1"]["replies"] if tried}
    assert tried == {WEAK_START[-1], GOOD_START[-1]}


def test_going_back_loses_nothing_and_old_answers_do_not_stray(activity):
    answers = best()
    answers["pilih/1"] = WEAK_START
    answers["lanjut/1"] = WEAK_START
    view = activity.view(answers)
    assert view["turns"] == 2, "the answers after it belong to other steps"
    answers["pilih/1"] = GOOD_START
    assert activity.view(answers)["done"]


def test_the_end_sums_up_choices_and_what_was_asked_one_by_one(activity):
    view = activity.view(best())
    end = view["end"]
    assert view["done"] and end["good"] == len(end["choices"]) == len(best())
    assert len(end["asked"]) == 9 and end["missed"] == []
    assert all(value == GOOD and reason for _, value, reason in end["choices"])


def test_what_was_asked_all_at_once_counts_as_not_asked(activity):
    answers = best()
    n = next(n for n in range(1, 20) if answers[f"pilih/{n}"].startswith("kesehatan/"))
    answers[f"pilih/{n}"] = answers[f"lanjut/{n}"] = reply("kesehatan", "kurang")
    end = activity.view(answers)["end"]
    assert end["missed"] == ["dirujuk ke Puskesmas"] and end["good"] == len(end["choices"]) - 1


def test_an_early_end_is_an_end_too(activity):
    first, second = WEAK_START, reply("diam", "bahaya")
    view = activity.view({"pilih/1": first, "lanjut/1": first, "pilih/2": second, "lanjut/2": second})
    assert view["done"] and view["turn/3"]["step"] == "jeda" and not view["end"]["asked"]


@pytest.mark.parametrize(
    ("at", "value"), [("pilih/1", "pintu/a"), ("lanjut/60", "diam/b"), ("dulu/3", "pintu/a pintu/b")]
)
def test_answers_are_taken(activity, at, value):
    assert activity.accepts(at, value)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("pilih/0", "pintu/a"), ("pilih/61", "pintu/a"), ("pilih/1", "pintu/z"), ("pilih/1", "a"),
        ("pilih/x", "pintu/a"), ("pilih/1", "pintu/a pintu/b"), ("dulu/1", " ".join(["pintu/a"] * 10)),
        ("dulu/1", "pintu/a  pintu/b"),
        ("selesai", "1"), ("", ""), ("pilih/1/2", "pintu/a"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(activity, at, value):
    assert not activity.accepts(at, value)


def test_only_the_new_turn_is_told_with_an_answer(activity):
    session = ActivitySession(activity, MemoryLog(""))
    item = {"n": 1, "op": "set", "at": "pilih/1", "value": GOOD_START}
    told = session.hear({"kind": "answers", "tab": "t", "items": [item]})["view"]
    assert set(told) == {"turn/1", "turn/2", "turns"}
    following = {"n": 2, "op": "set", "at": "pilih/2", "value": reply("pembuka", GOOD)}
    told = session.hear({"kind": "answers", "tab": "t", "items": [following]})["view"]
    assert set(told) == {"turn/2", "turn/3", "turns"}


def test_the_class_notes_that_it_was_done_also_when_one_begins_again(activity):
    session = ActivitySession(activity, MemoryLog(""))
    items = [{"n": n, "op": "set", "at": at, "value": value} for n, (at, value) in enumerate(best().items(), 1)]
    session.hear({"kind": "answers", "tab": "t", "items": items})
    items = [{"n": 50 + n, "op": "set", "at": at, "value": ""} for n, at in enumerate(best())]
    session.hear({"kind": "answers", "tab": "t", "items": items})
    state = session.state()
    assert state["answers"] == {DONE: "1"} and state["view"]["turns"] == 1


def test_keys_are_read_apart_and_what_was_worked_out_is_not_worked_out_again(activity):
    read = []

    def apart(work):
        read.append(1)
        return work()

    read_keys_with(apart)
    try:
        for tried in ("", "pintu/a", "pintu/a pintu/b"):
            activity.view({"pilih/1": GOOD_START, "dulu/1": tried})
    finally:
        read_keys_with(lambda work: work())
    assert len(read) == 1


def test_a_conversation_that_is_not_there_is_told():
    with pytest.raises(KasusError, match="T280"):
        DialogueActivity(load_course(), "tidak")


SAID = st.sampled_from(sorted("/".join(at) for at in KEY))
AT = st.builds("{}/{}".format, st.sampled_from(["pilih", "lanjut", "dulu"]), st.integers(1, MOST_TURNS))


@given(st.dictionaries(AT, SAID, max_size=30))
def test_whatever_it_takes_it_can_show(answers):
    activity = DialogueActivity(load_course(), "persetujuan")
    assert all(activity.accepts(at, value) for at, value in answers.items())
    view = activity.view(answers)
    assert json.dumps(view) and view["done"] == ("end" in view)
    assert all("chosen" in view[f"turn/{n}"] for n in range(1, view["turns"]))
