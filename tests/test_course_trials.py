"""The tests before and after: two parallel forms, taken by turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from kasuskit.training.course import Course, load_keys, score, trial
from kasuskit.training.course.trials import form_items, form_of_answers

from .small_course import ITEMS, OPTIONS, make_course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "kecil")


def test_half_begin_with_form_a_and_everybody_takes_both(course: Course) -> None:
    forms = [(trial(course, "pra", turn).form, trial(course, "pasca", turn).form) for turn in range(4)]
    assert forms == [("A", "B"), ("B", "A"), ("A", "B"), ("B", "A")]


def test_a_form_asks_one_question_for_each_aim_in_order(course: Course) -> None:
    for turn in range(2):
        given = trial(course, "pra", turn)
        assert [item.aim for item in given.items] == [aim.id for aim in course.aims]
        assert {item.test for item in given.items} == {given.form}


def test_only_before_and_after_are_known(course: Course) -> None:
    with pytest.raises(ValueError, match="when"):
        trial(course, "nanti", 0)


def test_each_question_is_right_or_wrong_and_a_blank_is_wrong(course: Course) -> None:
    right = {name: key.answer for name, key in load_keys(course).items()}
    assert [score(course, form, right).right for form in "AB"] == [2, 2]
    made = score(course, "A", {"T02a": "a", "T01a": right["T01a"], "T01b": right["T01b"], "T77": "x"})
    assert (dict(made.aims), made.right, made.total, made.answered) == ({"T01": True, "T02": False}, 1, 2, 2)
    made = score(course, "B", {"T01b": "nonsense"})
    assert (made.right, made.total, made.answered) == (0, 2, 0)


def test_the_form_is_what_the_class_kept_or_what_most_answers_belong_to(course: Course) -> None:
    assert form_of_answers(course, {"bentuk": "B", "T01a": "a", "T02a": "a"}) == "B"
    assert form_of_answers(course, {"bentuk": "C", "T01b": "a", "T02b": "a", "T01a": "a"}) == "B"
    assert form_of_answers(course, {"T01a": "a", "T01b": ""}) == "A"
    assert form_of_answers(course, {}) == "A"


ROW = "T02z,T02,beberapa,,2,{form},,Bentuk apa saja?,Begitu.,Panduan,S\n"
PAIR = "T02z,a,Ya,1,\nT02z,b,Tidak,0,\n"


def test_an_aim_with_one_form_only_is_told_and_not_tested(tmp_path: Path) -> None:
    rows = [row for row in ITEMS.splitlines(keepends=True) if not row.startswith("T02b")]
    options = [row for row in OPTIONS.splitlines(keepends=True) if not row.startswith("T02b")]
    course = make_course(tmp_path / "kecil", soal="".join(rows), pilihan="".join(options))
    assert [problem.code for problem in course.problems] == ["T271"]
    assert "T02" in course.problems[0].sentence() and "B" in course.problems[0].sentence()
    assert [item.id for form in "AB" for item in form_items(course, form)] == ["T01a", "T01b"]


def test_two_questions_for_one_form_are_told_and_the_first_is_asked(tmp_path: Path) -> None:
    course = make_course(tmp_path / "kecil", soal=ITEMS + ROW.format(form="A"), pilihan=OPTIONS + PAIR)
    assert [problem.code for problem in course.problems] == ["T271"]
    assert [item.id for item in form_items(course, "A")] == ["T01a", "T02a"]


@pytest.mark.parametrize(
    "change", [("T02b,T02,beberapa,,2", "T02b,T02,beberapa,,3"), ("T01b,T01,satu", "T01b,T01,isian")]
)
def test_forms_that_are_not_alike_are_told(tmp_path: Path, change: tuple[str, str]) -> None:
    course = make_course(tmp_path / "kecil", soal=ITEMS.replace(*change))
    assert [problem.code for problem in course.problems] == ["T272"]
    assert len(form_items(course, "A")) == 2
