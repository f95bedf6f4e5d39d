"""A quiz helps on: first a hint, then the answer. A test only asks. Neither tells a key before its time."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

import kasuskit.widgets
from kasuskit.messages import KasusError, texts
from kasuskit.training.course import Course, load_keys
from kasuskit.training.course.items import KINDS
from kasuskit.widgets import keys
from kasuskit.widgets.activity import DONE, ActivitySession
from kasuskit.widgets.keys import read_keys_with
from kasuskit.widgets.quiz import QuizActivity, TrialActivity
from kasuskit.widgets.session import MemoryLog
from tests.small_course import ITEMS, OPTIONS, make_course

WIDGETS = Path(kasuskit.widgets.__file__).parent


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "kecil")


@pytest.fixture
def forks():
    """Give the list of times that keys were read."""
    times = []

    def run(work):
        times.append(1)
        return json.loads(json.dumps(work()))

    before = keys._run
    read_keys_with(run)
    yield times
    read_keys_with(before)


def begin(activity, log=None):
    return ActivitySession(activity, log if log is not None else MemoryLog(""), draft="d1")


def say(session, *items, tab="t1"):
    last = session.state()["acked"].get(tab, 0)
    numbered = [{"n": last + n, "op": "set", "at": at, "value": value} for n, (at, value) in enumerate(items, 1)]
    return session.hear({"kind": "answers", "tab": tab, "items": numbered})


# --- what is shown


def test_a_quiz_shows_its_questions_and_no_key(course):
    screen = QuizActivity(course, "02-bentuk").screen("id")
    assert [item["id"] for item in screen["items"]] == ["T02c", "T02d", "T02e"]
    assert screen["aims"] == {"T02": ["Menggolongkan bentuk kekerasan.", "Bentuk"]}
    told = json.dumps(screen, ensure_ascii=False)
    for secret in ("Rumah Tangga.", "Lihat huruf R", "UU 23/2004", "Bentuk dilihat", "Tubuh siapa"):
        assert secret not in told


def test_it_is_called_after_its_lesson(course):
    quiz = QuizActivity(course, "02-bentuk", "polisi")
    assert (quiz.name, quiz.title, quiz.module) == ("kuis-02-bentuk", "Kuis: Bentuk kekerasan", "quiz.js")
    assert "3 soal" in quiz.screen("id")["label"] and "3 questions" in quiz.screen("en")["label"]


def test_a_track_has_its_own_questions(course):
    shown = [item["id"] for item in QuizActivity(course, "02-bentuk", "paralegal").screen("id")["items"]]
    assert shown == ["T02c", "T02d"]


def test_a_quiz_that_is_not_there_says_so(course, tmp_path):
    with pytest.raises(KasusError, match="T273"):
        QuizActivity(course, "99-lain")
    only_police = make_course(
        tmp_path / "polisi",
        soal=ITEMS.replace(",02-bentuk,", ",lain,").replace("polisi,3,,lain", "polisi,3,,02-bentuk"),
    )
    with pytest.raises(KasusError) as error:
        QuizActivity(only_police, "02-bentuk", "paralegal")
    assert error.value.code == "W420"
    assert "02-bentuk" in error.value.sentence("id") and error.value.way_out("id")


# --- what may be answered

GOOD = [
    ("T02c", "a=k1 b=k2"), ("T02c", "a=k1 b=k1 c=k1 d=k1"), ("T02d", "rumah tangga"), ("T02e", "a"),
    ("T02e/periksa", "1 a"), ("T02e/periksa", "2 b"), ("T02d/periksa", "1 2 rumah"),
]  # fmt: skip
BAD = [
    ("T02e", "c"), ("T02e", "a b"), ("T02c", "a=k9"), ("T02c", "a=k1 a=k2"), ("T02d", "x" * 201), ("T02d", "a\nb"),
    ("T01c", "a b c"), ("T02a", "a"), ("lain", "1"), ("selesai", "1"), ("bentuk", "A"),
    ("T02e/periksa", "1"), ("T02e/periksa", "1 "), ("T02e/periksa", "3 a"), ("T02e/periksa", "0 a"),
    ("T02e/periksa", "a"), ("T02e/periksa", "1 c"), ("T99/periksa", "1 a"), ("/periksa", "1 a"),
    ("T02d/periksa", "1 " + "x" * 201), ("T02e/periksa/periksa", "1 a"), ("T02e/periksa", "١ a"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "value"), GOOD)
def test_an_answer_and_a_check_of_it_are_taken(course, at, value):
    assert QuizActivity(course, "02-bentuk").accepts(at, value)


@pytest.mark.parametrize(("at", "value"), BAD)
def test_anything_else_is_refused(course, at, value):
    assert not QuizActivity(course, "02-bentuk").accepts(at, value)


# --- what is told


def test_nothing_is_told_before_a_check(course, forks):
    session = begin(QuizActivity(course, "02-bentuk"))
    said = say(session, ("T02e", "b"), ("T02d", "rumah"))
    assert session.state()["view"] == {"done": False, "right": 0} and said["view"] == {}
    assert not forks


def test_the_first_wrong_answer_gets_a_hint_and_the_second_the_reason(course):
    session = begin(QuizActivity(course, "02-bentuk"))
    mark = say(session, ("T02d", "keluarga"), ("T02d/periksa", "1 keluarga"))["view"]["mark/T02d"]
    assert (mark["of"], mark["right"], mark["reveal"]) == ("1 keluarga", False, None)
    assert mark["remarks"] == {"": "Lihat huruf R pada KDRT."} and "ejaannya" in mark["message"]
    mark = say(session, ("T02d", "desa"), ("T02d/periksa", "2 desa"))["view"]["mark/T02d"]
    assert mark["reveal"]["expected"] == "Rumah" and mark["reveal"]["source"] == "UU 23/2004 Pasal 1"


def test_a_right_answer_gets_its_reason_and_what_is_not_settled_is_labelled(course):
    mark = say(begin(QuizActivity(course, "02-bentuk")), ("T02e", "b"), ("T02e/periksa", "1 b"))["view"]["mark/T02e"]
    assert mark["right"] and mark["reveal"]["explanation"] == "Perbuatan dicatat apa adanya."
    assert "perlu dikonfirmasi" in mark["reveal"]["source"]


def test_changing_an_answer_without_asking_tells_nothing_new(course, forks):
    session = begin(QuizActivity(course, "02-bentuk"))
    say(session, ("T02e", "a"), ("T02e/periksa", "1 a"))
    before = session.state()["view"]
    said = say(session, ("T02e", "b"))
    assert session.state()["view"] == before and said["view"] == {}
    assert len(forks) == 1


def test_keys_are_read_once_for_each_check_and_not_kept(course, forks):
    quiz = QuizActivity(course, "02-bentuk")
    session = begin(quiz)
    say(session, ("T02e/periksa", "1 a"), ("T02d/periksa", "1 keluarga"))
    assert len(forks) == 1
    for letters in ("r", "ru", "rum"):
        say(session, ("T02d", letters))
    begin(quiz, session.log)
    assert len(forks) == 1
    kept = json.dumps([each for each in quiz._marks._told.values()], ensure_ascii=False)
    assert "Rumah Tangga." not in kept and "Bentuk dilihat" not in kept


def test_all_is_told_again_after_the_phone_was_off(course):
    session = begin(QuizActivity(course, "02-bentuk"))
    say(session, ("T02e", "b"), ("T02e/periksa", "1 b"), ("T02d/periksa", "2 keluarga"))
    again = begin(QuizActivity(course, "02-bentuk"), session.log)
    assert again.state()["view"] == session.state()["view"]


def test_a_quiz_is_done_when_every_answer_is_known(course):
    session = begin(QuizActivity(course, "02-bentuk", "paralegal"))
    say(session, ("T02d/periksa", "1 rumah"))
    right = load_keys(course)["T02c"].answer
    assert not session.state()["view"]["done"]
    said = say(session, ("T02c/periksa", f"2 {right}"))
    assert said["view"]["done"] and said["answers"][DONE] == "1"
    assert session.state()["view"]["right"] == 2
    say(session, ("T02d/periksa", ""), ("T02d", ""))  # tried again
    assert not session.state()["view"]["done"] and session.state()["answers"][DONE] == "1"


def test_a_course_that_is_edited_meanwhile_does_not_stop_a_quiz(course):
    quiz = QuizActivity(course, "02-bentuk")
    folder = course.folder
    (folder / "pilihan.csv").write_text(OPTIONS.replace("T02e,b,", "T02e,c,"), "utf-8")
    (folder / "soal.csv").write_text("\n".join(line for line in ITEMS.split("\n") if "T02d" not in line), "utf-8")
    view = quiz.view({"T02e/periksa": "2 a", "T02d/periksa": "2 desa", "T02c/periksa": "1 a=k1 b=k1 c=k1 d=k1"})
    assert view["done"] is False and set(view) == {"done", "right", "mark/T02c"}


def test_answers_that_fit_no_question_any_more_are_left_aside(course):
    view = QuizActivity(course, "02-bentuk").view({"T99/periksa": "1 a", "T02e/periksa": "1 z", "T02e": "z"})
    assert view == {"done": False, "right": 0}


def test_what_is_kept_does_not_grow_without_end(course):
    quiz = QuizActivity(course, "02-bentuk")
    for number in range(600):
        quiz.view({"T02d/periksa": f"1 {number}"})
    assert len(quiz._marks._told) <= 500
    assert "mark/T02d" in quiz.view({"T02d/periksa": "1 1"})


def test_it_speaks_english(course):
    view = QuizActivity(course, "02-bentuk", lang="en").view({"T02e/periksa": "1 a"})
    assert view["mark/T02e"]["message"].startswith("Not")


# --- the tests before and after


def test_a_test_takes_answers_its_form_and_that_it_is_handed_in_and_nothing_else(course):
    trial = TrialActivity(course, "pra", 0)
    assert trial.name == "pra-uji" and trial.screen("id")["form"] == "A" and trial.screen("id")["test"] == "pra"
    good = [("T01a", "b"), ("T02a", "a c"), ("bentuk", "A"), ("selesai", "1")]
    bad = [("T01b", "a"), ("T01a", "x"), ("T01a/periksa", "1 a"), ("bentuk", "B"), ("selesai", "2"), ("T01c", "a b c")]
    assert all(trial.accepts(*each) for each in good)
    assert not any(trial.accepts(*each) for each in bad)


def test_one_form_before_and_the_other_after_by_turns(course):
    forms = [[TrialActivity(course, when, turn).screen("id")["form"] for when in ("pra", "pasca")] for turn in (0, 1)]
    assert forms == [["A", "B"], ["B", "A"]]


def test_a_test_tells_nothing_and_reads_no_key(course, forks):
    session = begin(TrialActivity(course, "pra", 0))
    told = say(session, ("bentuk", "A"), ("T01a", "b"), ("T02a", "a"), ("T01a", "a"))
    assert session.state()["view"] == {"done": False} and told["view"] == {}
    assert "aims" not in session.screen("/kalender")
    assert say(session, ("selesai", "1"))["view"] == {"done": True}
    assert not forks and "mark" not in json.dumps(session.state())


def test_a_course_without_a_test_says_so(tmp_path):
    bare = make_course(tmp_path / "tanpa", soal=ITEMS.replace(",A,,", ",,lain,").replace(",B,,", ",,lain,"))
    with pytest.raises(KasusError, match="W420"):
        TrialActivity(bare, "pra", 0)


# --- the browser's half


@pytest.mark.parametrize("widget", ["quiz", "cards"])
def test_every_word_of_the_screen_stands_in_both_catalogues(widget):
    source = "".join((WIDGETS / f"{name}.js").read_text("utf-8") for name in (widget, "steps"))
    asked = set(re.findall(r'\bt\("([a-z_]+)"', source)) | set(
        re.findall(r'"((?:sum|state|lacks|hint)_[a-z]+)"', source)
    )
    asked |= {f"state_{state}" for state in ("open", "given", "waiting", "again", "right", "told")}
    if widget == "quiz":
        asked |= {"thanks_pra", "thanks_pasca", *(f"hint_{kind}" for kind in KINDS)}
    assert len(asked) > 20
    for lang in ("id", "en"):
        known = set(texts("widgets", "act.", lang)) | set(texts("widgets", f"{widget}.", lang))
        assert asked <= known, asked - known


def test_scripts_are_small_and_put_no_data_into_markup():
    for name in ("quiz", "cards", "steps"):
        script = (WIDGETS / f"{name}.js").read_text("utf-8")
        assert len(gzip.compress(script.encode())) < 5_200, name
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "http:", "eval("):
            assert forbidden not in script
