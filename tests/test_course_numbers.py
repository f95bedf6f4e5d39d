"""Practice NIK of a course: read from its table, judged by the form's own rules, explained by their author."""

from __future__ import annotations

from datetime import date

import pytest

from kasuskit.messages import LANGUAGES
from kasuskit.training.course.numbers import VERDICTS, Number, judge_number, read_numbers, verdict_of
from tests.small_course import make_course

HEAD = "nik,jk,tanggal_lahir,kabupaten,cocok,penjelasan\n"
AGREES = "5399014508950000,p,1995-08-05,53.99,cocok,Angka 45 berarti tanggal 5.\n"


@pytest.fixture
def course(tmp_path):
    """Give ``course(rows) -> Course`` whose ``nik.csv`` has these rows."""
    return lambda rows, head=HEAD: make_course(tmp_path / "kecil", nik=head + rows)


def codes(found):
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("5399014508950000,p,1995-08-05,53.99", "cocok"),
        ("5399010508950000,l,1995-08-05,53.99", "cocok"),
        ("5399015205110000,p,2011-05-12,53.99", "cocok"),  # born in this century
        ("5399010508950000,p,1995-08-05,53.99", "tanya"),  # R23: 40 was not added
        ("5399014509950000,p,1995-08-05,53.99", "tanya"),  # R24
        ("5398014508950000,p,1995-08-05,53.99", "tanya"),  # R25: moved house
        ("5392014508950000,p,1995-08-05,53.92", "tanya"),  # R21: no such regency
        ("539901408950000,p,1995-08-05,53.99", "salah"),  # 15 digits
        ("53990145508950000,p,1995-08-05,53.99", "salah"),
        ("5399017508950000,p,1995-08-05,53.99", "salah"),  # the 35th
        ("5399013002950000,l,1995-03-02,53.99", "salah"),  # 30 February
        ("5399010513950000,l,1995-08-05,53.99", "salah"),  # month 13
    ],
)
def test_the_verdict_follows_from_the_rules_of_the_form(course, row, verdict):
    made = course(f"{row},{verdict},Sebabnya begini.\n")
    found = read_numbers(made)
    assert codes(found) == [] and verdict_of(found.numbers[0]) == verdict
    for answer in VERDICTS:
        assert judge_number(made, "1", answer).right == (answer == verdict)


def test_a_number_holds_what_the_record_says_and_no_key(course):
    (number,) = read_numbers(course(AGREES)).numbers
    assert number == Number("1", "5399014508950000", "p", date(1995, 8, 5), "53.99")


def test_a_verdict_is_explained_by_the_rules_and_by_the_author(course):
    made = course("5399010508950000,p,1995-08-05,53.99,tanya,Lihat kartunya sekali lagi.\n")
    for lang in LANGUAGES:
        judged = judge_number(made, "1", "cocok", lang)
        assert (judged.right, judged.expected, judged.why) == (False, "tanya", "Lihat kartunya sekali lagi.")
        assert len(judged.differences) == 1
    impossible = judge_number(course("5399017508950000,p,1995-08-05,53.99,salah,x\n"), "1", "salah")
    assert impossible.right and impossible.differences and impossible.why == "x"


def test_a_difference_is_never_called_wrong(course):
    """A NIK is not reissued when a birth date is corrected, so what differs is asked about."""
    made = course("5398010509960000,p,1995-08-05,53.99,tanya,Tiga hal berbeda.\n")
    judged = judge_number(made, "1", "tanya")
    assert judged.right and len(judged.differences) == 3


def test_a_course_without_the_table_has_no_numbers(tmp_path):
    assert read_numbers(make_course(tmp_path / "kecil")) == ((), ())


def test_numbers_are_counted_in_the_order_of_the_table(course):
    rows = AGREES + "5399010508950000,l,1995-08-05,53.99,cocok,x\n" + "5399015205110000,p,2011-05-12,53.99,cocok,x\n"
    assert [(number.id, number.sex) for number in read_numbers(course(rows)).numbers] == [
        ("1", "p"), ("2", "l"), ("3", "p"),
    ]  # fmt: skip


def test_the_table_is_read_again_when_it_changes(course):
    made = course(AGREES)
    assert len(read_numbers(made).numbers) == 1
    assert len(read_numbers(course(AGREES + AGREES)).numbers) == 2


def test_semicolons_and_another_order_of_columns_are_read(course):
    rows = "Sebab;53.99;5399014508950000;p;1995-08-05;cocok\n"
    found = read_numbers(course(rows, "penjelasan;kabupaten;nik;jk;tanggal_lahir;cocok\n"))
    assert (len(found.numbers), codes(found)) == (1, [])


def test_a_birth_date_that_is_none_is_told_t300(course):
    found = read_numbers(course(AGREES + "5399014508950000,p,5/8/1995,53.99,cocok,x\n"))
    assert codes(found) == ["T300"] and len(found.numbers) == 1
    assert found.problems[0].place.endswith(" 3") and "5/8/1995" in str(found.problems[0])


@pytest.mark.parametrize("digits", ["5399014508950001", "539901450895123", "1"])
def test_a_nik_that_could_be_someones_is_told_t301_and_never_shown(course, digits):
    found = read_numbers(course(f"{digits},p,1995-08-05,53.99,cocok,x\n" + AGREES))
    assert codes(found) == ["T301"]
    assert [number.digits for number in found.numbers] == ["5399014508950000"]


def test_a_verdict_that_the_rules_do_not_give_is_told_t302_and_the_rules_count(course):
    made = course("5399010508950000,p,1995-08-05,53.99,cocok,x\n")
    found = read_numbers(made)
    assert codes(found) == ["T302"] and "tanya" in str(found.problems[0])
    assert judge_number(made, "1", "tanya").right and not judge_number(made, "1", "cocok").right


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("5399014508950000,x,1995-08-05,53.99,cocok,x", "T260"),
        ("5399014508950000,p,1995-08-05,53.99,betul,x", "T260"),
        (",p,1995-08-05,53.99,cocok,x", "T261"),
        ("5399014508950000,p,1995-08-05,53.99,cocok,", "T261"),
    ],
)
def test_a_row_that_cannot_be_used_is_left_out_and_told(course, row, code):
    found = read_numbers(course(f"{row}\n"))
    assert codes(found) == [code] and found.numbers == ()


def test_a_table_without_a_column_is_told(course):
    found = read_numbers(course("5399014508950000,p\n", "nik,jk\n"))
    assert found.numbers == () and codes(found) == ["T254"]
