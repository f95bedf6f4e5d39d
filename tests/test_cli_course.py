"""The commands on courses: what they print, in both languages, and what they refuse."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kasuskit import cli
from kasuskit.classroom import open_room
from kasuskit.training.course import load_course, load_keys

from .small_course import write_course

ENGLISH = r"\b(Usage|Options|Commands|Arguments|default|required|Show this|The |the )\b"
WRONG = {"T01a": "a", "T02a": "b", "T01b": "b", "T02b": "a"}


@pytest.fixture
def kasuskit(capsys, monkeypatch, tmp_path):
    """Return a function that runs a command line in an empty folder and gives exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.chdir(tmp_path)

    def kasuskit(*words):
        with pytest.raises(SystemExit) as ended:
            cli.main(["course", *words])
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return kasuskit


@pytest.fixture
def course(kasuskit, tmp_path, monkeypatch):
    folder = write_course(tmp_path / "kecil")
    monkeypatch.setenv("KASUSKIT_COURSE", str(folder))
    return load_course(folder)


def take(room, person, activity, form, rights, course, handed_in=True):
    """Let a participant take a test of the small course, with the first so many questions right."""
    keys = load_keys(course)
    names = [item.id for item in course.items if item.test == form]
    answers = {name: keys[name].answer if n < rights else WRONG[name] for n, name in enumerate(names)}
    items = [("bentuk", form), *answers.items(), *([("selesai", "1")] if handed_in else [])]
    attempt = room.attempt(person.id, case=activity, form="kegiatan", version="1")
    attempt.append("t", [(n, "set", at, value) for n, (at, value) in enumerate(items, 1)])
    return attempt


@pytest.fixture
def soe(course):
    """Return the file of a class in which five have taken both tests, and two have not."""
    path = Path("kelas", "soe.sqlite")
    with open_room(path) as room:
        results = [("Maria", 0, 2), ("=Anis", 1, 2), ("Yuli", 1, 1), ("Bapa\u061c Tom", 2, 2), ("Sin", 1, 0)]
        for number, (name, before, after) in enumerate(results):
            person, _ = room.enter(name, "Desa Contoh A")
            forms = "AB" if number % 2 else "BA"
            take(room, person, "pra-uji", forms[0], before, course)
            take(room, person, "pasca-uji", forms[1], after, course)
        person, _ = room.enter("Ana")
        take(room, person, "pra-uji", "A", 2, course)
        take(room, person, "pasca-uji", "B", 2, course, handed_in=False)
        room.enter("Ben")
    return path


def cells(shown):
    """Return the cells of each row of a table."""
    return [
        [cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line.startswith("│")
    ]


@pytest.mark.parametrize("command", ["", "list", "gain"])
def test_help_in_both_languages(kasuskit, command):
    code, shown, _ = kasuskit(*command.split(), "--help")
    assert code == 0
    assert re.findall(ENGLISH, shown) == []
    code, shown, _ = kasuskit(*command.split(), "--help", "--lang", "en")
    assert code == 0
    assert "Options:" in shown


def test_the_courses_are_listed(kasuskit):
    code, shown, said = kasuskit("list")
    assert (code, said) == (0, "")
    (row,) = [row for row in cells(shown) if row[0] == "dua-hari"]
    assert row[1:6] == ["Pelatihan dua hari: mendokumentasikan kasus kekerasan", "2", "12", "885", "20"]
    assert "Lessons" in kasuskit("list", "--lang", "en")[1]


def test_a_folder_without_courses(kasuskit, monkeypatch, tmp_path):
    monkeypatch.setattr("kasuskit.training.course.course.courses_dir", lambda: tmp_path / "courses")
    assert kasuskit("list")[:2] == (0, "Belum ada kursus di data/courses.\n")


def test_gain_per_person_and_per_aim(kasuskit, soe):
    before = soe.read_bytes()
    code, shown, said = kasuskit("gain", "soe")
    assert (code, said) == (0, "")
    assert soe.read_bytes() == before
    rows = cells(shown)
    assert rows[:5] == [
        ["Maria", "Desa Contoh A", "0/2", "2/2", "+1,00"],
        ["=Anis", "Desa Contoh A", "1/2", "2/2", "+1,00"],
        ["Yuli", "Desa Contoh A", "1/2", "1/2", "0,00"],
        ["Bapa\ufffd Tom", "Desa Contoh A", "2/2", "2/2", ""],
        ["Sin", "Desa Contoh A", "1/2", "0/2", "−1,00"],
    ]
    assert [row[0] for row in rows[5:]] == ["T01", "T02"]
    assert rows[5][1:5] == ["Menjaga rahasia kelas.", "80 %", "80 %", "0 %"]
    assert rows[6][2:5] == ["20 %", "60 %", "+40 %"]
    assert re.fullmatch(r"−\d+ % sampai \+\d+ %", rows[6][5])
    assert "5 peserta menyerahkan kedua ujian." in shown
    assert "Rata-rata kenaikan peserta: +0,25\n" in shown  # four persons: no interval
    assert "Peserta kurang dari lima" in shown
    assert re.search(r"Kenaikan dari nilai rata-rata kelas: \+0,40 \(rentang 95 %: .+ sampai .+\)", shown)
    assert "1 peserta punya nilai penuh sebelum dan sesudah" in shown
    assert "Belum lengkap, tidak ikut dihitung (2): Ana (tanpa pasca-uji), Ben (belum ada ujian)." in shown


def test_gain_in_english(kasuskit, soe):
    _, shown, _ = kasuskit("gain", "soe", "--lang", "en")
    assert "Mean gain of the participants: +0.25" in shown
    assert re.search(r"Gain of the mean points of the class: \+0\.40 \(95 % interval: ", shown)
    assert "Ana (no test after), Ben (no test)" in shown


def test_results_for_excel(kasuskit, soe):
    code, shown, _ = kasuskit("gain", "soe", "--csv", "hasil.csv")
    assert code == 0
    assert "Tersimpan: hasil.csv. Berkas ini memuat nama peserta." in shown
    with open("hasil.csv", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123
        rows = list(csv.DictReader(file))
    assert [row["nama"] for row in rows] == ["Maria", "'=Anis", "Yuli", "Bapa\u061c Tom", "Sin", "Ana", "Ben"]
    maria, ana, ben = rows[0], rows[5], rows[6]
    told = list(maria.values())[1:]
    assert told == [
        "Desa Contoh A",
        "B",
        "0",
        "A",
        "2",
        "2",
        "1.0000",
        "1.0000",
        "0",
        "1",
        "0",
        "1",
    ]
    assert [ana[name] for name in ("bentuk_pra", "benar_pra", "benar_pasca", "g", "T01_pra", "T01_pasca")] == [
        "A", "2", "", "", "1", "",
    ]  # fmt: skip
    assert set(list(ben.values())[1:]) == {""}
    assert rows[3]["g"] == rows[3]["c"] == ""


def test_a_file_that_is_there_is_kept_unless_told(kasuskit, soe):
    Path("hasil.csv").write_text("mine")
    code, _, said = kasuskit("gain", "soe", "--csv", "hasil.csv")
    assert (code, "[F190]" in said, Path("hasil.csv").read_text()) == (2, True, "mine")
    assert kasuskit("gain", "soe", "--csv", "hasil.csv", "--force")[0] == 0
    code, _, said = kasuskit("gain", "soe", "--csv", "hasil.txt")
    assert (code, "[F193]" in said) == (2, True)


def test_the_first_test_before_and_the_last_after_count(kasuskit, course):
    path = Path("kelas", "ulang.sqlite")
    with open_room(path) as room:
        person, _ = room.enter("Maria")
        for activity, results in (("pra-uji", (0, 2)), ("pasca-uji", (0, 1))):
            for rights in results:
                take(room, person, activity, "A", rights, course).restart()
    assert cells(kasuskit("gain", "ulang")[1])[0] == ["Maria", "", "0/2", "1/2", "+0,50"]


def test_the_last_answer_to_a_question_counts_and_a_lost_form_is_found(kasuskit, course):
    keys = load_keys(course)
    with open_room(Path("kelas", "lagi.sqlite")) as room:
        person, _ = room.enter("Maria")
        for activity, right in (("pra-uji", "T01b"), ("pasca-uji", "T01a")):
            attempt = room.attempt(person.id, case=activity, form="kegiatan", version="1")
            given = [(right, WRONG[right]), (right, keys[right].answer), ("selesai", "1")]
            attempt.append("t", [(n, "set", at, value) for n, (at, value) in enumerate(given, 1)])
            room.attempt(person.id, case=activity, form="kasus", version="1").append("t", [(1, "set", "selesai", "1")])
    assert cells(kasuskit("gain", "lagi")[1])[0][2:4] == ["1/2", "1/2"]


def test_a_class_without_tests(kasuskit, course):
    with open_room(Path("kelas", "kosong.sqlite")) as room:
        room.enter("Maria")
    code, shown, _ = kasuskit("gain", "kosong")
    assert code == 0
    assert shown.startswith("Belum ada peserta yang menyerahkan pra-uji dan pasca-uji.\n")
    assert cells(shown) == []


def test_a_course_without_a_test(kasuskit, soe, course):
    for name in ("soal", "pilihan"):
        path = course.folder / f"{name}.csv"
        path.write_text(path.read_text("utf-8").partition("\n")[0], "utf-8")
    code, shown, _ = kasuskit("gain", "soe")
    assert (code, cells(shown)) == (0, [])
    assert shown.startswith("Kursus ini belum punya soal ujian")
    assert kasuskit("gain", "soe", "--csv", "hasil.csv")[0] == 0


def test_that_all_are_alike_is_said(kasuskit, course):
    with open_room(Path("kelas", "sama.sqlite")) as room:
        for number in range(6):
            person, _ = room.enter(f"P{number}")
            take(room, person, "pra-uji", "A", 1, course)
            take(room, person, "pasca-uji", "B", 2, course)
    assert "cara sederhana (persentil)" in kasuskit("gain", "sama")[1]


def test_a_course_by_name_or_folder_and_what_is_not_there(kasuskit, soe, tmp_path):
    assert kasuskit("gain", "soe", "--course", str(tmp_path / "kecil"))[0] == 0
    code, _, said = kasuskit("gain", "soe", "--course", "tiga-hari")
    assert (code, "[T251]" in said) == (2, True)
    code, _, said = kasuskit("gain", "atambua")
    assert (code, "[K327]" in said) == (2, True)
    soe.with_name("rusak.sqlite").write_text("x" * 100)
    code, _, said = kasuskit("gain", "rusak")
    assert (code, "[K301]" in said) == (2, True)
