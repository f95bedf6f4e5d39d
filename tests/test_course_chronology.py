"""What is said of a chronology: advice that fits, honest points, and no complaint about a good one."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.form.texts.lists import faults, word_list_names
from kasuskit.messages import KasusError
from kasuskit.training import list_cases, load_case
from kasuskit.training.course import load_course
from kasuskit.training.course.chronology import (
    COLUMNS,
    FILE,
    PARTS,
    SOURCES,
    Exercise,
    Material,
    Statement,
    from_record,
    load_exercise,
    read_example,
    read_exercises,
)
from kasuskit.training.course.chronology_checks import check, days_of, has_place, has_time, out_of_order, quotes_in
from kasuskit.training.course.chronology_score import ITEMS, MOST, read_criteria, score
from tests.small_course import make_course

NAMES = ("Ibu Maria Contoh", "Pak Hendrik")
EXERCISE = Exercise("x", (Material("korban", "Dia bilang, 'Ko pulang ke ko pung rumah.'"),), names=NAMES)

# domain.md 5.2, in statements
WEAK = (Statement("1", "saat", "Korban sering dipukul suaminya karena korban suka marah. Masalah sudah damai."),)
GOOD = (
    Statement("1", "sebelum", "Kejadian serupa menurut K1 terjadi kira-kira tiga kali sejak Agustus 2026."),
    Statement(
        "2",
        "saat",
        "Menurut K1: Sabtu 3 Oktober 2026, sekitar pukul 20.00 WITA, di dapur rumah K1 dan T1 di Desa Contoh A, T1 "
        "(suami) menampar pipi kiri K1 dua kali dengan tangan terbuka dan berkata, 'Ko pulang ke ko pung rumah.' Anak "
        "K1 (7 tahun) melihat.",
    ),
    Statement("3", "sesudah", "K1 keluar lewat pintu belakang ke rumah S1 (tetangga).", "korban"),
    Statement("4", "sesudah", "S1 melihat pipi K1 merah.", "saksi"),
    Statement("5", "sesudah", "Minggu 4 Oktober 2026, keluarga T1 meminta damai; K1 belum memutuskan.", "korban"),
)


def kinds(statements, exercise=EXERCISE, **where):
    found = check(statements, exercise)
    return [each.kind for each in found if all(getattr(each, name) == value for name, value in where.items())]


def points(statements, exercise=EXERCISE):
    return {each.item: each.points for each in score(statements, exercise).items}


def one(text, part="saat", source="korban"):
    return (Statement("1", part, text, source),)


# advice -----------------------------------------------------------------------------------------------------


def test_the_weak_example_is_told_what_it_lacks():
    assert kinds(WEAK) == ["menghakimi", "sumber", "kosong", "waktu", "tempat", "kosong", "pendek"]


def test_the_good_example_is_told_only_good_things():
    found = check(GOOD, EXERCISE)
    assert {each.severity for each in found} == {"good"}
    assert {each.kind for each in found} == {"kutipan", "perkiraan"}


FOUND = [
    ("Ibu Maria menangis.", "nama", "R58"),
    ("Telepon K1 0800-0000-000.", "nomor", "R58"),
    ("NIK 5302054512910000.", "nomor", "R58"),
    ("K1 mengaku dipukul.", "menghakimi", "R57"),
    ("Pelaku bersalah.", "menghakimi", "R57"),
    ("K1 diperkosa T1.", "kesimpulan", "R57"),
    ("T1 menganiaya K1.", "kesimpulan", "R57"),
    ("Mengapa K1 tidak lari?", "mengapa", "R57"),
    ("Kenapa tidak melapor?", "mengapa", "R57"),
    ("Kata orang, T1 banyak utang.", "kabar", ""),
    ("T1 berkata, 'Jangan cerita sama siapa pun.'", "kutipan-lain", ""),
    ("kata " * 81 + ".", "panjang", ""),
    ("kata " * 50 + ".", "kalimat", ""),
]


@pytest.mark.parametrize(("text", "kind", "rule"), FOUND, ids=[kind + str(n) for n, (_, kind, _) in enumerate(FOUND)])
def test_each_kind_of_advice_names_its_rule_and_a_way_out(text, kind, rule):
    found = [each for each in check(one(text), EXERCISE) if each.where == "1" and each.severity != "good"]
    assert [(each.kind, each.rule) for each in found] == [(kind, rule)]
    assert found[0].text and found[0].do


def test_a_judging_word_is_told_with_what_to_write_instead():
    (found,) = (each for each in check(one("K1 mengaku dipukul."), EXERCISE) if each.kind == "menghakimi")
    assert '"mengaku"' in found.text and "mengaku → menyampaikan" in found.do


def test_what_somebody_said_may_hold_any_word():
    exercise = Exercise("x", (Material("korban", "Dia teriak, 'Kenapa ko sonde lari, ko nakal, pelaku.'"),))
    assert kinds(one("T1 berteriak, 'Kenapa ko sonde lari, ko nakal, pelaku.'"), exercise, where="1") == ["kutipan"]


def test_dating_is_a_word_of_concern_only_for_a_child():
    text = one("K1 dan T1 pacaran.")
    assert "anak" in kinds(text, Exercise("x", child=True))
    assert "anak" not in kinds(text, Exercise("x"))


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_chosen_or_stands_in_the_text(source):
    assert "sumber" not in kinds(one("T1 datang.", source=source))
    assert "sumber" in kinds(one("T1 datang.", source=""))


@pytest.mark.parametrize("text", ["Menurut K1: T1 datang.", "T1 datang (keterangan S1).", "Petugas melihat K1 diam."])
def test_words_that_name_the_source_are_enough(text):
    assert "sumber" not in kinds(one(text, source=""))


TIMES = [
    "Sabtu, 3 Oktober 2026", "pukul 20.00", "jam 8", "sekitar jam 8", "19.30", "malam itu", "hari Minggu",
    "K1 tidak ingat jamnya.", "tgl 3/10", "2026-10-03",
]  # fmt: skip


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_also_an_honest_unknown(text):
    assert has_time(text)


@pytest.mark.parametrize("text", ["", "T1 memukul K1.", "T1 memukul 3 kali.", "dengan kayu 2 meter"])
def test_a_blow_is_no_hour(text):
    assert not has_time(text)


@pytest.mark.parametrize("text", ["di dapur", "di kebun T1", "lewat pesan WhatsApp", "di Desa Contoh A", "ke rumahnya"])
def test_a_place_may_be_a_phone(text):
    assert has_place(text)


def test_a_household_is_no_place():
    assert not has_place("kekerasan dalam rumah tangga")


def test_an_empty_part_is_told_and_no_advice_is_given_about_nothing():
    assert kinds((*one("K1 pulang.", part="sesudah"), Statement("2", "saat", "  "))).count("kosong") == 2
    assert check((), EXERCISE) == check((Statement("1", "saat", "\n"),), EXERCISE) == ()


def test_a_date_that_goes_back_is_told_with_both_days():
    statements = (
        Statement("1", "sebelum", "4 Oktober 2026 T1 datang.", "korban"),
        Statement("2", "saat", "3 Oktober 2026 di dapur.", "korban"),
    )
    (found,) = (each for each in check(statements, EXERCISE) if each.kind == "urutan")
    assert (found.where, "3/10/2026" in found.text, "4/10/2026" in found.text) == ("2", True, True)
    assert out_of_order(statements[::-1]) == out_of_order(statements)  # parts come in their own order


def test_a_year_end_is_no_step_back():
    statements = (*one("28 Desember 2026"), Statement("2", "sesudah", "2 Januari 2027", "korban"))
    assert not out_of_order(statements)


# points -----------------------------------------------------------------------------------------------------


def test_the_weak_example_earns_little_and_the_good_one_all_that_a_computer_can_give():
    assert points(WEAK) == {
        "urutan": 0, "perbuatan": None, "waktu-tempat": 0, "kutipan": 0, "sumber": 0, "akibat": None,
        "tindakan": None, "bahasa": 1,
    }  # fmt: skip
    rubric = score(GOOD, EXERCISE)
    assert (rubric.suggested, rubric.most, rubric.open) == (10, 10, ("perbuatan", "akibat", "tindakan"))


def test_what_only_a_reader_can_judge_gets_a_sign_and_never_points():
    rubric = {each.item: each for each in score(GOOD, EXERCISE).items}
    assert "menampar" in rubric["perbuatan"].text and "merah" in rubric["akibat"].text
    assert rubric["perbuatan"].points is rubric["akibat"].points is rubric["tindakan"].points is None


def test_order_that_no_date_shows_is_left_to_the_facilitator():
    undated = tuple(Statement(part, part, "T1 datang.", "korban") for part in PARTS)
    assert points(undated)["urutan"] is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1 berkata, 'Ko pulang ke ko pung rumah.'", 2),
        ("T1 berkata, 'Ko pergi dari sini sekarang.'", 1),  # not in the material
        ("T1 menyuruh K1 pulang.", 1),
        ("T1 datang.", 0),
    ],
)
def test_a_quotation_counts_fully_when_it_is_exact(text, expected):
    assert points(one(text))["kutipan"] == expected


def test_hearsay_costs_a_point_even_when_a_source_is_named():
    assert points(one("Kata orang T1 pergi."))["sumber"] == 1
    assert points((*one("T1 pergi."), Statement("2", "saat", "T1 datang.")))["sumber"] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("K1 pulang.", 2), ("Korban pulang.", 1), ("Ibu Maria pulang.", 1), ("Ibu Maria nakal.", 0), ("K1 nakal.", 1)],
)
def test_language_is_about_names_and_about_words(text, expected):
    assert points(one(text))["bahasa"] == expected


def test_a_blank_chronology_is_not_judged():
    assert set(points(()).values()) == {None}
    assert score((), EXERCISE).most == 0


# whatever people write --------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["K1", "T1", "Maria", "nakal", "menurut", "'", '"', "3 Oktober 2026", "jam 8", "di dapur", "mengapa", "tidak", ".",
     "\n", "5302054512910000", "kata orang", "\u200b", "é", "”", "pacaran"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=20).map(" ".join)
STATEMENTS = st.lists(st.tuples(st.sampled_from(PARTS), TEXTS, st.sampled_from(("", *SOURCES))), max_size=6).map(
    lambda rows: tuple(Statement(str(n), part, text, source) for n, (part, text, source) in enumerate(rows))
)


@given(STATEMENTS, st.booleans())
def test_any_chronology_gets_advice_about_itself_and_points_in_range(statements, child):
    exercise = Exercise("x", EXERCISE.material, names=NAMES, child=child)
    places = {each.id for each in statements} | set(PARTS) | {""}
    for each in check(statements, exercise):
        assert each.where in places and each.text and (each.do or each.severity == "good")
    rubric = score(statements, exercise)
    assert tuple(each.item for each in rubric.items) == ITEMS
    assert 0 <= rubric.suggested <= rubric.most <= MOST * len(ITEMS) - 6
    assert all(each.text for each in rubric.items)


@given(STATEMENTS)
def test_naming_every_source_and_praising_codes_never_costs_points(statements):
    before, after = (
        score(tuple(Statement(s.id, s.part, s.text, source or s.source) for s in statements), EXERCISE)
        for source in ("", "korban")
    )
    got, better = ({each.item: each.points or 0 for each in rubric.items} for rubric in (before, after))
    assert all(better[name] >= got[name] for name in ITEMS)


@given(TEXTS)
def test_what_is_found_in_a_text_stands_in_it(text):
    assert all(quote in text for quote in quotes_in(text))
    days_of(Statement("1", "saat", text))


# exercises, records, the rubric -----------------------------------------------------------------------------


def test_the_good_examples_of_the_course_deserve_their_name():
    course = load_course()
    for exercise in read_exercises(course).exercises:
        example = read_example(course, exercise.name)
        assert {each.severity for each in check(example, exercise)} <= {"good"}, exercise.name
        rubric = score(example, exercise)
        assert (rubric.suggested, rubric.most) == (10, 10), exercise.name
        assert exercise.names and not any(each in exercise.start for each in example)


def test_the_bad_start_of_an_exercise_gives_something_to_mend():
    exercise = load_exercise(load_course(), "01")
    assert {"nama", "menghakimi", "sumber", "kesimpulan", "tempat"} <= set(kinds(exercise.start, exercise))


def test_the_chronologies_of_the_cases_are_free_of_names_and_judging_words():
    for card in list_cases():
        statements, exercise = from_record(load_case(card.id).key_record())
        assert {each.part for each in statements} == set(PARTS), card.id
        assert exercise.names, card.id
        judged = {each.item: each.points for each in score(statements, exercise).items}
        assert judged["bahasa"] == judged["waktu-tempat"] == judged["kutipan"] == 2, card.id


def test_a_record_gives_its_names_its_quotation_and_its_child():
    record = load_case("K02").key_record()
    statements, exercise = from_record(record)
    assert exercise.child and "Dani Wicaksono" in exercise.names
    assert [each.part for each in statements] == sorted((each.part for each in statements), key=PARTS.index)
    record.set("krono_saat", "Dani dipukul.\n\nLalu ia pulang.")
    during = [each.text for each in from_record(record).statements if each.part == "saat"]
    assert during[:2] == ["Dani dipukul.", "Lalu ia pulang."]


def test_the_rubric_of_the_course_has_all_items():
    criteria = read_criteria(load_course())
    assert tuple(each.id for each in criteria.items) == ITEMS and not criteria.problems
    assert all(len(each.points) == 3 and each.name for each in criteria.items)


def problems(tmp_path, file, text):
    course = make_course(tmp_path)
    (course.folder / file).write_text(text, "utf-8")
    read = read_exercises if file == FILE else read_criteria
    return [error.code for error in read(course).problems]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("01,bahan,1,korban,Ia datang.\n", []),
        ("01;bahan;1;korban;Ia datang, lalu pulang.\n", []),
        ("01,nama,1,K1,Ibu Maria\n01,anak,1,K1,ya\n01,bahan,1,,Ia datang.\n", []),
        ("01,saat,1,,Ia datang.\n", ["T287"]),
        ("01,tengah,1,,Ia datang.\n", ["T260"]),
        ("01,bahan,1,tetangga,Ia datang.\n", ["T260"]),
        ("01,bahan,1,korban,\n", ["T261"]),
        ("latihan satu,bahan,1,,Ia datang.\n", ["T269"]),
    ],
)
def test_what_is_wrong_with_an_exercise_is_told(tmp_path, rows, codes):
    mark = ";" if ";" in rows else ","
    assert problems(tmp_path, FILE, mark.join(COLUMNS) + "\n" + rows) == codes


def test_material_comes_by_its_numbers(tmp_path):
    course = make_course(tmp_path)
    table = ",".join(COLUMNS) + "\n01,bahan,2,,dua\n01,bahan,1,,satu\n01,bahan,,,tiga\n"
    (course.folder / FILE).write_text(table, "utf-8")
    assert [each.text for each in load_exercise(course, "01").material] == ["satu", "dua", "tiga"]


def test_an_exercise_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(KasusError) as told:
        load_exercise(load_course(), "99")
    assert told.value.code == "T286" and "01" in str(told.value)
    assert read_exercises(make_course(tmp_path)).exercises == ()


def test_a_rubric_that_lacks_an_item_is_told(tmp_path):
    head = "butir,nama,otomatis,nol,satu,dua,sumber\n"
    rows = [f"{name},N,{'tidak' if name in ('perbuatan', 'akibat', 'tindakan') else 'ya'},0,1,2,s\n" for name in ITEMS]
    assert problems(tmp_path, "rubrik.csv", head + "".join(rows)) == []
    assert problems(tmp_path, "rubrik.csv", head + "".join(rows[1:])) == ["T288"]
    assert problems(tmp_path, "rubrik.csv", head + "".join(rows).replace("urutan,N,ya", "urutan,N,tidak")) == ["T260"]


def test_the_word_lists_are_sound_and_say_where_each_word_comes_from():
    for name in word_list_names():
        assert not faults(name)
    for name in ("kesimpulan", "mengapa", "kabar"):
        from kasuskit.form.texts.lists import folder

        with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert all(row["sumber"] for row in csv.DictReader(file))
