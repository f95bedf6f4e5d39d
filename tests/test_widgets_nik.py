"""The NIK explainer: what it shows before and after a verdict, and what it takes."""

from __future__ import annotations

import json
import pickle

import pytest

from kasuskit.classroom.entry import DONE
from kasuskit.messages import LANGUAGES
from kasuskit.widgets.activity import ActivitySession
from kasuskit.widgets.keys import read_keys_with
from kasuskit.widgets.nik import NikActivity
from kasuskit.widgets.session import MemoryLog
from tests.small_course import make_course

NIK = """nik,jk,tanggal_lahir,kabupaten,cocok,penjelasan
5399014508950000,p,1995-08-05,53.99,cocok,Angka 45 berarti tanggal 5.
5399010509960000,p,1995-08-05,53.02,tanya,Lihat kartunya sekali lagi.
5399017508950000,p,1995-08-05,53.99,salah,Tidak ada tanggal 35.
"""
RIGHT = {"1": "cocok", "2": "tanya", "3": "salah"}


@pytest.fixture
def nik(tmp_path):
    return NikActivity(make_course(tmp_path / "kecil", nik=NIK))


def test_a_card_shows_the_number_beside_the_record(nik):
    screen = nik.screen("id")
    assert [card["id"] for card in screen["numbers"]] == ["1", "2", "3"]
    assert screen["numbers"][0] == {
        "id": "1", "nik": "5399014508950000", "sex": "p", "born": "5 Agustus 1995", "place": "Kabupaten Contoh",
    }  # fmt: skip
    assert screen["verdicts"] == ["cocok", "tanya", "salah"]


def test_nothing_that_is_right_is_told_beforehand(nik):
    told = json.dumps([nik.screen("id"), nik.view({}), nik.view({"nik/1": "cocok"})])
    assert "Lihat kartunya" not in told and "Tidak ada tanggal" not in told and "parts" not in told


def test_a_verdict_counts_when_it_is_checked(nik):
    assert nik.view({"nik/1": "cocok"}) == {"marks": {}, "right": 0, "done": False}
    checked = nik.view({"nik/1": "cocok", "nik/1/periksa": "cocok"})
    assert checked["right"] == 1 and not checked["done"]
    mark = checked["marks"]["1"]
    assert (mark["right"], mark["answer"], mark["why"]) == (True, "cocok", "Angka 45 berarti tanggal 5.")
    assert [part[1] for part in mark["parts"]] == ["53", "99", "01", "45", "08", "95", "0000"]


def test_a_wrong_verdict_shows_the_parts_and_neither_what_is_right_nor_why(nik):
    mark = nik.view({"nik/2": "cocok", "nik/2/periksa": "cocok"})["marks"]["2"]
    assert not mark["right"] and mark["parts"]
    assert not {"why", "differences"} & set(mark)


def test_a_number_that_cannot_be_is_explained_in_plain_words(nik):
    mark = nik.view({"nik/3": "salah", "nik/3/periksa": "salah"})["marks"]["3"]
    assert mark["right"] and "parts" not in mark
    assert "tanggal" in mark["problem"].lower()


def test_a_verdict_that_changes_is_not_judged_before_it_is_checked(nik):
    answers = {"nik/1": "salah", "nik/1/periksa": "salah"}
    assert not nik.view(answers)["marks"]["1"]["right"]
    assert nik.view(answers | {"nik/1": "cocok"})["marks"] == {}
    assert nik.view({"nik/1": "cocok", "nik/1/periksa": "cocok"})["marks"]["1"]["right"]


def test_all_right_is_done(nik):
    answers = {f"nik/{name}": verdict for name, verdict in RIGHT.items()}
    answers |= {f"nik/{name}/periksa": verdict for name, verdict in RIGHT.items()}
    assert nik.view(answers) | {"marks": {}} == {"marks": {}, "right": 3, "done": True}
    session = ActivitySession(nik, MemoryLog(""))
    items = [{"n": n, "op": "set", "at": at, "value": value} for n, (at, value) in enumerate(answers.items(), 1)]
    assert session.hear({"kind": "answers", "tab": "t1", "items": items})["view"]["done"]
    assert session.state()["answers"][DONE] == "1"


def test_a_course_without_numbers_is_never_done(tmp_path):
    nik = NikActivity(make_course(tmp_path / "kecil"))
    assert nik.screen("id")["numbers"] == [] and nik.view({}) == {"marks": {}, "right": 0, "done": False}


@pytest.mark.parametrize("typed", ["5399014508950000", "5399 0145 0895 0000", "53.99.01-450895-0000"])
def test_ones_own_practice_number_is_explained(nik, typed):
    assert nik.accepts("coba", typed)
    assert nik.view({"coba": typed})["tried"]["parts"][3][1] == "45"


def test_a_number_that_could_be_someones_is_not_explained(nik):
    tried = nik.view({"coba": "5399014508950001"})["tried"]
    assert set(tried) == {"problem"} and "0000" in tried["problem"]


@pytest.mark.parametrize("typed", ["539901450895000", "5399017508950000", "0000", ". . ."])
def test_what_cannot_be_a_nik_is_told_what_is_wrong(nik, typed):
    assert nik.accepts("coba", typed)
    tried = nik.view({"coba": typed})["tried"]
    assert set(tried) == {"problem"} and len(tried["problem"]) > 20


def test_it_takes_verdicts_checks_and_a_number_to_try_and_nothing_else(nik):
    assert nik.accepts("nik/1", "tanya") and nik.accepts("nik/3/periksa", "salah")
    for at, value in (
        ("nik/4", "tanya"), ("nik/1", "betul"), ("nik/1/periksa", "ya"), ("nik/1/periksa", "1"), ("nik/", "tanya"),
        ("nik/1/", "1"), ("coba", "abc"), ("coba", "1" * 25), ("coba", ""), ("nik/01", "tanya"), ("lain", "1"),
    ):  # fmt: skip
        assert not nik.accepts(at, value), (at, value)


def test_keys_are_read_apart_and_once_for_all_verdicts(nik):
    """A kernel reads keys in a fork that ends; what comes back must travel between processes."""
    ran = []

    def apart(work):
        ran.append(pickle.loads(pickle.dumps(work())))
        return ran[-1]

    read_keys_with(apart)
    try:
        answers = {"nik/1": "tanya", "nik/1/periksa": "tanya", "nik/3": "salah", "nik/3/periksa": "salah"}
        nik.view(answers)
        nik.view(answers | {"coba": "1"})
    finally:
        read_keys_with(lambda work: work())
    assert len(ran) == 1


def test_it_speaks_both_languages(tmp_path):
    course = make_course(tmp_path / "kecil", nik=NIK)
    shown = {lang: NikActivity(course, lang) for lang in LANGUAGES}
    born = {lang: nik.screen(lang)["numbers"][0]["born"] for lang, nik in shown.items()}
    assert born["id"] != born["en"] and "August" in born["en"]
    said = {lang: nik.view({"nik/3": "salah", "nik/3/periksa": "salah"})["marks"]["3"] for lang, nik in shown.items()}
    assert said["id"]["problem"] != said["en"]["problem"]
