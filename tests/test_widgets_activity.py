"""An activity keeps what a person does, says what follows from it, and loses nothing."""

from __future__ import annotations

import pytest

from kasuskit.classroom.entry import DONE, OWN_TAB
from kasuskit.messages import KasusError
from kasuskit.widgets.activity import ActivitySession
from kasuskit.widgets.keys import read_keys_with, with_key
from kasuskit.widgets.session import MemoryLog


class Sum:
    """Wants two numbers, and says what they make."""

    name, title, module = "hitung", "Hitung", "quiz.js"

    def screen(self, lang):
        return {"label": "Dua angka"}

    def accepts(self, at, value):
        return at in ("a", "b") and value.isdigit()

    def view(self, answers):
        numbers = [int(answers[at]) for at in ("a", "b") if at in answers]
        return {"done": len(numbers) == 2} | ({"sum": sum(numbers)} if numbers else {})


def begin(log=None, **more):
    return ActivitySession(Sum(), log if log is not None else MemoryLog(""), draft="d1", **more)


def say(session, *items, tab="t1", **more):
    numbered = [{"n": n, "op": "set", "at": at, "value": value} for n, at, value in items]
    return session.hear({"kind": "answers", "tab": tab, "items": numbered, **more})


def test_what_follows_from_an_answer_is_told_with_its_saving():
    session = begin()
    said = say(session, (1, "a", "2"))
    assert said == {
        "kind": "saved", "tab": "t1", "n": 1, "rev": 1, "draft": "d1", "answers": {"a": "2"}, "view": {"sum": 2},
    }  # fmt: skip
    assert say(session, (2, "b", "3"))["view"] == {"done": True, "sum": 5}


def test_an_answer_sent_again_is_kept_once():
    session = begin()
    say(session, (1, "a", "2"))
    assert say(session, (1, "a", "7"), (2, "b", "1"))["answers"]["b"] == "1"
    assert session.state()["answers"]["a"] == "2"
    assert len(session.log.entries()) == 3  # with the note that all is done


def test_a_new_session_on_the_same_log_shows_the_same():
    log = MemoryLog("")
    first = begin(log)
    say(first, (1, "a", "2"), (2, "b", "3"))
    again = begin(log)
    assert again.state()["answers"] == first.state()["answers"] == {"a": "2", "b": "3", DONE: "1"}
    assert again.state()["view"] == {"done": True, "sum": 5}


def test_that_all_is_done_is_noted_once_in_the_class():
    session = begin()
    say(session, (1, "a", "2"), (2, "b", "3"))
    say(session, (3, "b", "4"))
    assert [entry.at for entry in session.log.entries()].count(DONE) == 1


def test_no_browser_speaks_for_the_kit():
    session = begin()
    assert say(session, (1, DONE, "1"), tab=OWN_TAB)["code"] == "W403"
    assert session.log.entries() == ()


def test_a_blank_takes_an_answer_back():
    session = begin()
    say(session, (1, "a", "2"))
    assert say(session, (2, "a", ""))["answers"] == {"a": None}
    assert say(session, (3, "b", "1"))["view"] == {"sum": 1}


def test_an_answer_that_is_none_is_refused_and_the_others_are_kept():
    session = begin()
    said = say(session, (1, "a", "dua"), (2, "lain", "1"), (3, "b", "3"))
    assert [(each["n"], each["code"]) for each in said["refused"]] == [(1, "W408"), (2, "W408")]
    assert said["n"] == 3 and said["answers"] == {"b": "3"}
    assert [entry.at for entry in session.log.entries()] == ["b"]


@pytest.mark.parametrize("content", [None, [], {"kind": "run"}, {"kind": "check"}, {"kind": "answers", "tab": "t"}])
def test_anything_else_is_refused_in_plain_words(content):
    said = begin().hear(content)
    assert said["kind"] == "refused" and said["text"] and said["do"]


def test_starting_afresh_keeps_what_was_answered_and_late_answers_go_there():
    logs = {"d1": MemoryLog("")}

    class Restarting(MemoryLog):
        def restart(self):
            logs["d2"] = MemoryLog("")
            return logs["d2"]

    logs["d1"] = Restarting("")
    session = begin(logs["d1"], attempts=lambda: logs)
    say(session, (1, "a", "2"))
    state = session.hear({"kind": "again"})
    assert (state["draft"], state["answers"], state["view"]) == ("d2", {}, {"done": False})
    late = say(session, (2, "b", "9"), draft="d1")
    assert (late["n"], late["draft"]) == (2, "d1")
    assert [(entry.at, entry.value) for entry in logs["d1"].entries()] == [("a", "2"), ("b", "9")]
    assert say(session, (1, "b", "9"), draft="d7")["code"] == "W407"


def test_a_log_that_fails_is_taken_up_again():
    class Failing(MemoryLog):
        broken = True

        def append(self, tab, items):
            if self.broken:
                raise KasusError("classroom.K308")
            return super().append(tab, items)

    log = Failing("")
    session = begin(log)
    assert say(session, (1, "a", "2"))["code"] == "K308"
    log.broken = False
    assert say(session, (1, "a", "2"))["kind"] == "saved"


def test_the_tab_that_asks_is_always_told_how_far_it_is_known():
    session = begin()
    for number in range(80):
        say(session, (1, "a", str(number)), tab=f"t{number}")
    state = session.hear({"kind": "hello", "tab": "t3"})
    assert state["acked"]["t3"] == 1 and len(state["acked"]) == 50


def test_its_words_stand_in_both_languages():
    for lang in ("id", "en"):
        screen = ActivitySession(Sum(), MemoryLog(""), lang).screen("/kalender")
        assert screen["text"]["status_saved"] and screen["label"] == "Dua angka"


def test_keys_are_read_where_the_kernel_says():
    done = []

    def apart(work):
        done.append(work())
        return done[-1]

    assert with_key(lambda: 1) == 1
    read_keys_with(apart)
    try:
        assert with_key(lambda: 2) == 2
    finally:
        read_keys_with(lambda work: work())
    assert done == [2]
