"""Questions as they are shown, and the mistakes in their tables: one broken question never closes the others."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from kasuskit.training.course import Course, item_screen, load_course, load_keys

from .small_course import ITEMS, OPTIONS, make_course, write_course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "kecil")


def test_what_is_shown_never_tells_the_answer(course: Course) -> None:
    keys = load_keys(course)
    for item in course.items:
        shown = json.dumps([item_screen(item, seed) for seed in range(3)], ensure_ascii=False)
        held = pickle.dumps(item).decode("utf-8", errors="replace")
        key = keys[item.id]
        for secret in (key.explanation, *key.remarks.values()):
            assert secret not in shown and secret not in held, item.id
        if item.kind == "isian":
            assert item.options == ()
            assert "rumah" not in shown.lower().replace(item.text.lower(), "")


def test_a_course_that_was_shown_from_holds_no_key(course: Course) -> None:
    assert course.items and not course.problems
    held = pickle.dumps(vars(course)).decode("utf-8", errors="replace")
    for key in load_keys(course).values():
        assert key.explanation not in held
        assert not any(remark in held for remark in key.remarks.values())
    assert "menolak dengan sopan" in held.lower()


def test_options_stand_as_the_table_has_them_and_orders_and_partners_are_mixed(course: Course) -> None:
    assert [name for name, _ in item_screen(course.item("T02a"), 7)["options"]] == ["a", "b", "c", "d"]
    orders = {tuple(name for name, _ in item_screen(course.item("T01c"), seed)["options"]) for seed in range(60)}
    assert len(orders) == 6
    pairs = [item_screen(course.item("T02c"), seed) for seed in range(60)]
    assert {tuple(map(tuple, each["options"])) for each in pairs} == {tuple(map(tuple, pairs[0]["options"]))}
    assert len({tuple(name for name, _ in each["partners"]) for each in pairs}) == 6


def test_the_same_seed_gives_the_same_order_and_names_never_change(course: Course) -> None:
    item = course.item("T02c")
    assert item_screen(item, "12") == item_screen(item, 12)
    assert {frozenset(map(tuple, item_screen(item, seed)["partners"])) for seed in range(20)} == {
        frozenset({("k1", "Psikis"), ("k2", "Penelantaran"), ("k3", "Fisik")})
    }


def test_partners_keep_their_names_when_a_typing_mistake_in_one_is_mended(tmp_path: Path, course: Course) -> None:
    before = {each.name: each.text for each in course.item("T02c").partners}
    mended = make_course(tmp_path / "lain", pilihan=OPTIONS.replace("Mengancam,Psikis", "Mengancam,Kekerasan psikis"))
    after = {each.name: each.text for each in mended.item("T02c").partners}
    assert after == {name: text.replace("Psikis", "Kekerasan psikis") for name, text in before.items()}


def test_a_key_is_encoded_as_the_class_keeps_answers(course: Course) -> None:
    keys = load_keys(course)
    answers = {name: keys[name].answer for name in ("T01a", "T02a", "T01c", "T02c", "T02d")}
    assert answers == {"T01a": "b", "T02a": "a c", "T01c": "c a b", "T02c": "a=k3 b=k1 c=k2 d=k3", "T02d": "Rumah"}
    assert keys["T02d"].accepted == ("rumah", "rumahtangga")


ROW = "T01z,T01,satu,,1,,01-aturan,Soal baru?,Karena begitu.,Panduan kelas,S\n"
PAIR = "T01z,a,Ya,1,\nT01z,b,Tidak,0,\n"
BROKEN = [
    ("no kind of that name", ROW.replace("satu", "pilih"), PAIR, "T260", "soal"),
    ("no question", ROW.replace("Soal baru?", ""), PAIR, "T261", "soal"),
    ("a name with a blank", ROW.replace("T01z", "T01 z"), "", "T269", "soal"),
    ("twice", ROW + ROW, PAIR, "T257", "soal"),
    ("two right", ROW, PAIR.replace("Tidak,0", "Tidak,1"), "T262", "soal"),
    ("none right", ROW, PAIR.replace("Ya,1", "Ya,0"), "T262", "soal"),
    ("one option", ROW, "T01z,a,Ya,1,\n", "T267", "soal"),
    ("no options", ROW, "", "T267", "soal"),
    ("all of several right", ROW.replace("satu", "beberapa"), PAIR.replace("Tidak,0", "Tidak,1"), "T263", "soal"),
    ("none of several right", ROW.replace("satu", "beberapa"), PAIR.replace("Ya,1", "Ya,0"), "T263", "soal"),
    ("an order with a gap", ROW.replace("satu", "urutan"), PAIR.replace("Tidak,0", "Tidak,3"), "T264", "soal"),
    ("an order in words", ROW.replace("satu", "urutan"), PAIR.replace("Tidak,0", "Tidak,dua"), "T264", "soal"),
    ("a pair without a partner", ROW.replace("satu", "pasangan"), PAIR.replace("Ya,1", "Ya,"), "T265", "soal"),
    ("one partner for all", ROW.replace("satu", "pasangan"), PAIR.replace("Tidak,0", "Tidak,1"), "T265", "soal"),
    ("nothing accepted", ROW.replace("satu", "isian"), "T01z,a,Ya,0,\n", "T266", "soal"),
    ("only signs accepted", ROW.replace("satu", "isian"), "T01z,a,…,1,\n", "T266", "soal"),
    ("an option named by a word with a blank", ROW, PAIR.replace("z,a", "z,a a"), "T269", "pilihan"),
    ("two options of one name", ROW, PAIR.replace("z,b", "z,a"), "T257", "pilihan"),
    ("an option without text", ROW, PAIR.replace("Tidak", ""), "T261", "pilihan"),
    ("right in words", ROW, PAIR.replace("Ya,1", "Ya,ya"), "T260", "pilihan"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "options", "code", "table"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_question_is_told_and_left_out(tmp_path: Path, row: str, options: str, code: str, table: str) -> None:
    course = make_course(tmp_path / "kecil", soal=ITEMS + row, pilihan=OPTIONS + options)
    assert any(each.code == code and each.place.startswith(f"kecil/{table}.csv, baris/row") for each in course.problems)
    names = [item.id for item in course.items]
    assert len(names) == 8 + (row == ROW + ROW)
    assert set(names) == set(load_keys(course))
    for item in course.items:
        item_screen(item, 1)


TOLD = [
    ("an unknown aim", ROW.replace("T01,", "T77,"), "T258"),
    ("no aim", ROW.replace("T01,", ","), "T261"),
    ("no explanation", ROW.replace("Karena begitu.", ""), "T261"),
    ("no source", ROW.replace("Panduan kelas", ""), "T261"),
    ("an unknown confidence", ROW.replace("kelas,S", "kelas,X"), "T260"),
    ("an unknown level", ROW.replace(",1,,", ",4,,"), "T260"),
    ("an unknown form", ROW.replace(",1,,", ",1,C,"), "T260"),
    ("an unknown track", ROW.replace("satu,,", "satu,bidan,"), "T258"),
    ("in a test and in a quiz", ROW.replace(",1,,", ",1,A,"), "T270"),
    ("in neither", ROW.replace("01-aturan", ""), "T270"),
    ("a test for one track", ROW.replace("satu,,1,,01-aturan", "satu,polisi,1,A,"), "T260"),
    ("a quiz with a blank in its name", ROW.replace("01-aturan", "01 aturan"), "T269"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "code"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_what_can_still_be_asked_is_told_and_asked(tmp_path: Path, row: str, code: str) -> None:
    course = make_course(tmp_path / "kecil", soal=ITEMS + row, pilihan=OPTIONS + PAIR)
    assert code in [each.code for each in course.problems if each.place == "kecil/soal.csv, baris/row 10"]
    assert course.item("T01z").level in (1, 2)


def test_an_order_whose_names_tell_it_is_told(tmp_path: Path) -> None:
    options = PAIR.replace("Tidak,0", "Tidak,2")
    course = make_course(tmp_path / "kecil", soal=ITEMS + ROW.replace("satu", "urutan"), pilihan=OPTIONS + options)
    assert [each.code for each in course.problems] == ["T268"]
    assert course.item("T01z").kind == "urutan"


def test_a_course_without_questions_still_teaches(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "kecil")
    for name in ("soal", "pilihan"):
        (folder / f"{name}.csv").unlink()
    course = load_course(folder)
    assert (course.items, course.quizzes, len(course.lessons)) == ((), (), 3)
