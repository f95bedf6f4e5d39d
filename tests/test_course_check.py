"""``kasuskit course check`` finds what keeps a course from being taught, with its place and a way out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kasuskit import cli
from kasuskit.commands.course_check import run_lesson
from kasuskit.messages import KasusError
from kasuskit.training.course import load_course
from kasuskit.training.course.check import check_course
from kasuskit.training.course.notebook import activity_of, called, practised, read_lesson, sections
from kasuskit.training.course.readability import measure, measure_lesson

ROOT = Path(__file__).resolve().parents[1]
OPENING = "# Judul\n\n**LATIHAN.** Semua rekaan."
NOTE = ("fasilitator", "| menit | apa |\n|---|---|\n| 0 | mulai |")
GOOD = [
    OPENING, NOTE,
    "## Mulai (4 menit)\n\nBaca. **Lakukan.** Bicara berdua.",
    ("code", 'from kasuskit import quiz\n\nquiz("01-aturan")'),
    "## Ringkasan (1 menit)\n\nSelesai.",
]  # fmt: skip
PLAN = """id = "coba"
judul = "Kursus coba"

[[hari]]
nomor = 1
judul = "Satu"
mulai = "08.00"
menit = {minutes}

[[pelajaran]]
id = "01"
hari = 1
berkas = "01-satu.ipynb"
judul = "Satu"
mulai = "08.00"
menit = {minutes}

[jalur]
paralegal = "Paralegal desa"

[uji_praktik]
paralegal = "{case}"
"""
ITEMS = (
    "id,tujuan,jenis,jalur,tingkat,uji,kuis,soal,penjelasan,sumber,keyakinan\n"
    "T01a,T01,satu,,1,,01-aturan,Mana?,Karena.,Kit,C\n"
)
OPTIONS = "soal,nama,teks,benar,umpan\nT01a,a,Ini,1,\nT01a,b,Itu,0,Baca lagi.\n"


def notebook(cells):
    made = []
    for cell in cells:
        kind, source = cell if isinstance(cell, tuple) else ("markdown", cell)
        tags = {"tags": ["fasilitator"]} if kind == "fasilitator" else {}
        kind = "code" if kind == "code" else "markdown"
        made.append({"cell_type": kind, "id": f"sel-{len(made)}", "metadata": tags, "source": source})
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def course(folder, cells=GOOD, minutes=5, case="K10", aim="T01,01,Tahu aturan.,Mulai,kuis-01-aturan"):
    """Make a course of one lesson."""
    home = folder / "coba"
    (home / "notebooks").mkdir(parents=True)
    (home / "kursus.toml").write_text(PLAN.format(minutes=minutes, case=case), "utf-8")
    (home / "tujuan.csv").write_text(f"id,pelajaran,tujuan,bagian,latihan\n{aim}\n", "utf-8")
    (home / "soal.csv").write_text(ITEMS, "utf-8")
    (home / "pilihan.csv").write_text(OPTIONS, "utf-8")
    for name in ("kartu.csv", "golongan.csv"):
        shutil.copy(ROOT / "data/courses/dua-hari" / name, home)
    content = cells if isinstance(cells, str) else notebook(cells)
    (home / "notebooks" / "01-satu.ipynb").write_text(content, "utf-8")
    return load_course(home)


def codes(found):
    return [error.code for error in found]


def test_the_two_day_course_is_ready():
    assert [str(error) for error in check_course(load_course())] == []


def test_a_small_course_is_ready(tmp_path):
    assert [str(error) for error in check_course(course(tmp_path))] == []


@pytest.mark.parametrize(
    ("code", "place", "change"),
    [
        ("T303", "01-satu.ipynb", {"cells": "{"}),
        ("T304", "01-satu.ipynb:1", {"cells": ["Halo", *GOOD[1:]]}),
        ("T305", "01-satu.ipynb:5", {"cells": [*GOOD[:4], "## Ringkasan\n\nSelesai."]}),
        ("T306", "01-satu.ipynb", {"minutes": 6}),
        ("T307", "01-satu.ipynb:3", {
            "cells": [*GOOD[:2], "## Mulai (10 menit)\n\nBaca.", GOOD[4]], "minutes": 11,
            "aim": "T01,01,Tahu aturan.,Mulai,kuis-01-aturan",
        }),
        ("T308", "01-satu.ipynb:3", {"cells": [*GOOD[:2], "## Mulai (4 menit)\n\n" + "kata " * 260, *GOOD[3:]]}),
        ("T309", "01-satu.ipynb", {"cells": GOOD[:4], "minutes": 4}),
        ("T310", "01-satu.ipynb", {"cells": [GOOD[0], *GOOD[2:]]}),
        ("T311", "01-satu.ipynb:1", {"cells": [OPENING + "\n\n[ke sana](02-tidak-ada.ipynb)", *GOOD[1:]]}),
        ("T312", "01-satu.ipynb:1", {"cells": [OPENING + "\n\n![gambar](gambar/tidak.svg)", *GOOD[1:]]}),
        ("T313", "01-satu.ipynb:1", {"cells": [OPENING + "\n\n![](01-satu.ipynb)", *GOOD[1:]]}),
        ("T314", "01-satu.ipynb:1", {"cells": [OPENING + "\n\n[luar](https://contoh.id)", *GOOD[1:]]}),
        ("T315", "01-satu.ipynb:6", {"cells": [*GOOD, ("code", 'sort_cards("tidak-ada")')]}),
        ("T316", "01-satu.ipynb:6", {"cells": [*GOOD, ("code", "print(1)")]}),
        ("T273", "01-satu.ipynb:6", {"cells": [*GOOD, ("code", 'quiz("tidak-ada")')]}),
        ("T317", "coba/tujuan.csv", {"aim": "T01,01,Tahu aturan.,Lain,kuis-01-aturan"}),
        ("T318", "coba/tujuan.csv", {"aim": "T01,01,Tahu aturan.,Mulai,"}),
        ("T319", "coba/tujuan.csv", {"aim": "T01,01,Tahu aturan.,Mulai,kuis-02-lain"}),
        ("T320", "coba/kursus.toml", {"case": "K99"}),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(tmp_path, code, place, change):
    found = check_course(course(tmp_path, **change))
    error = next((each for each in found if each.code == code), None)
    assert error is not None, codes(found)
    assert error.place == place
    for lang in ("id", "en"):
        assert error.sentence(lang) and error.way_out(lang) and "{" not in error.sentence(lang) + error.way_out(lang)


def test_an_unknown_case_and_a_form_without_such_sections_are_found(tmp_path):
    cells = [*GOOD, ("code", 'practice("K77")'), ("code", 'practice("K01.X-Z")')]
    places = [error.place for error in check_course(course(tmp_path, cells))]
    assert places == ["01-satu.ipynb:6", "01-satu.ipynb:7"]


def test_a_broken_lesson_leaves_the_rest_of_the_course_open(tmp_path):
    found = course(tmp_path, "{")
    assert found.quiz("01-aturan")[0].text == "Mana?"
    assert found.lessons[0].title == "Satu"


# running -----------------------------------------------------------------------------------------------------------


def test_a_lesson_runs(tmp_path):
    found = course(tmp_path)
    assert list(run_lesson(found, found.lessons[0], "id")) == []


def test_cells_that_fail_are_told_and_the_others_run(tmp_path):
    cells = [*GOOD, ("code", "1 / 0"), ("code", 'from kasuskit import quiz\nquiz("tidak-ada")')]
    found = course(tmp_path, cells)
    errors = list(run_lesson(found, found.lessons[0], "id"))
    assert [(error.code, error.place) for error in errors] == [
        ("T322", "01-satu.ipynb:6"), ("T322", "01-satu.ipynb:7"),
    ]  # fmt: skip
    assert "ZeroDivisionError" in str(errors[0]) and "T273" in str(errors[1])


def test_what_has_no_text_alternative_is_told(tmp_path):
    blank = "class Shown:\n    class session:\n        screen = staticmethod(lambda exit_url: {'label': ''})\n\nShown()"
    found = course(tmp_path, [*GOOD, ("code", blank)])
    assert codes(run_lesson(found, found.lessons[0], "id")) == ["T323"]


def test_a_lesson_that_never_ends_is_told(tmp_path):
    found = course(tmp_path, [*GOOD, ("code", "while True:\n    pass")])
    assert codes(run_lesson(found, found.lessons[0], "id", patience=2)) == ["T324"]


def test_the_command_says_all_of_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def check(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(["course", "check", *map(str, words)])
        shown = capsys.readouterr()
        return ended.value.code, shown.out + shown.err

    course(tmp_path, [*GOOD[:4], "## Selesai (2 menit)\n\nHabis."])
    code, said = check(tmp_path / "coba", "--no-run")
    assert code and all(each in said for each in ("T321", "T306", "T309"))
    course(tmp_path / "benar")
    code, said = check(tmp_path / "benar" / "coba")
    assert not code and "siap diajarkan" in said


# what stands in a notebook -----------------------------------------------------------------------------------------


def test_sections_and_what_is_practised(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook([*GOOD, ("code", 'practice("K01.A-F")'), ("code", 'explore_form("A-F")')]), "utf-8")
    cells = read_lesson(path)
    assert [(part.title, part.minutes) for part in sections(cells)] == [("Mulai", 4), ("Ringkasan", 1)]
    assert practised(cells) == ("kuis-01-aturan", "K01.A-F", "jelajah-A-F")
    assert cells[1].hidden and not cells[0].hidden


@pytest.mark.parametrize("source", ["", "x = 1", "a.b()", "print(1)", "quiz(", "1 + 1", "quiz"])
def test_other_cells_call_no_activity(source):
    assert activity_of(source) == ""
    assert called("") == ("", "")


def test_activities_are_named_as_the_class_names_them():
    assert activity_of('quiz("04-bentuk")') == "kuis-04-bentuk"
    assert (activity_of("pretest()"), activity_of("explain_nik()")) == ("pra-uji", "nik")
    assert activity_of("explore_form()") == "jelajah"


# how hard it is to read --------------------------------------------------------------------------------------------


def test_readability_is_counted_by_hand():
    found = measure("Ibu **datang** ke pos. Ia [bercerita](x.ipynb) perlahan-lahan!", known=["perlahan-lahan"])
    assert (found.words, found.sentences) == (7, 2)
    assert found.sentence_length == pytest.approx(3.5)
    assert found.lix == pytest.approx(3.5 + 100 * 2 / 7)
    assert found.hard == ()
    assert measure("Ia mempertanggungjawabkannya.").hard == ("mempertanggungjawabkannya",)
    assert measure("").words == 0


def test_every_lesson_keeps_its_sentences_short():
    for lesson in load_course().lessons:
        found = measure_lesson(read_lesson(lesson.path))
        assert found.sentence_length <= 12, lesson.id


def test_a_notebook_that_is_none_is_told(tmp_path):
    for content in ("", "[]", '{"cells": 1}', '{"cells": [{"cell_type": "code"}]}'):
        path = tmp_path / "rusak.ipynb"
        path.write_text(content, "utf-8")
        with pytest.raises(KasusError, match="T303"):
            read_lesson(path)
