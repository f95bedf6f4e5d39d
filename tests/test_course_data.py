"""A course as it is read: what it holds, and that one broken part never closes the rest."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kasuskit.messages import LANGUAGES, KasusError, KasusErrors
from kasuskit.places import notebooks_dir
from kasuskit.training.course import Course, courses_dir, list_courses, load_course

from .small_course import AIMS, CARDS, CLASSES, ITEMS, NOTEBOOKS, OPTIONS, PLAN, make_course, write_course


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_course(tmp_path / "kecil")


def told(course: Course) -> list[tuple[str, str]]:
    """Return code and place of every problem, and see that each can be read in both languages."""
    for problem in course.problems:
        said = [problem.say(lang) for lang in LANGUAGES]
        assert said[0] != said[1]
        assert not any("{" in each for each in said), problem.key
    return [(problem.code, problem.place) for problem in course.problems]


# what a course holds ------------------------------------------------------------------------------------------


def test_a_sound_course_has_no_problems(folder: Path) -> None:
    course = load_course(folder)
    assert told(course) == []
    assert (course.id, course.title) == ("kecil", "Kursus kecil")
    assert [(day.number, day.start, day.minutes) for day in course.days] == [(1, "08.00", 90), (2, "08.00", 45)]
    assert course.tracks == {"paralegal": "Paralegal desa", "polisi": "Polisi"}


def test_a_lesson_knows_its_notebook_its_neighbours_and_its_aims(folder: Path) -> None:
    course = load_course(folder)
    one, two, three = course.lessons
    assert course.lesson("02") is two
    assert (two.day, two.file, two.start, two.minutes) == (1, NOTEBOOKS[1], "08.45", 60)
    assert two.path == folder / "notebooks" / NOTEBOOKS[1]
    assert [(aim.id, aim.section, aim.activities) for aim in two.aims] == [
        ("T02", "Bentuk", ("kuis-02-bentuk", "kartu-bentuk"))
    ]
    assert (course.previous(one), course.next(one), course.next(two), course.next(three)) == (None, two, three, None)
    assert course.previous(three) is two


def test_without_notebooks_of_its_own_a_course_uses_those_of_the_kit(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "kecil")
    (folder / "notebooks").rename(tmp_path / "elsewhere")
    assert load_course(folder).lesson("01").path == notebooks_dir() / NOTEBOOKS[0]


def test_the_exam_follows_the_track(folder: Path) -> None:
    course = load_course(folder)
    assert [course.exam(track) for track in ("polisi", None, "unknown")] == ["K15", "K10", "K10"]
    assert make_course(folder, kursus=PLAN.partition("[uji_praktik]")[0]).exam() == ""


def test_a_quiz_holds_what_is_for_everybody_and_for_the_track(folder: Path) -> None:
    course = load_course(folder)
    assert course.quizzes == ("01-aturan", "02-bentuk")
    names = {track: [item.id for item in course.quiz("02-bentuk", track)] for track in ("polisi", "paralegal", None)}
    assert names == {"polisi": ["T02c", "T02d", "T02e"], "paralegal": ["T02c", "T02d"], None: ["T02c", "T02d", "T02e"]}


def test_several_tables_of_questions_are_read_together(folder: Path) -> None:
    heading, *rows = ITEMS.splitlines(keepends=True)
    (folder / "soal.csv").write_text(heading + "".join(rows[:4]), "utf-8")
    (folder / "soal-hari-2.csv").write_text(heading + "".join(rows[4:]), "utf-8")
    course = load_course(folder)
    assert told(course) == []
    assert {item.id for item in course.items} == {row.partition(",")[0] for row in rows}


def test_tables_saved_by_an_indonesian_excel_are_read(folder: Path) -> None:
    for name in ("tujuan", "kartu", "golongan"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text("utf-8").replace(";", "¤").replace(",", ";").replace("¤", ","), "utf-8-sig")
    text = CARDS.replace('"', "").replace("; kdrt", "|kdrt").replace(",", ";").replace("|kdrt", "; kdrt")
    rows = [row.replace("bentuk=fisik psikis; kdrt=ya", '"bentuk=fisik psikis; kdrt=ya"') for row in text.splitlines()]
    rows = [row.replace("bentuk=fisik; kdrt=tidak", '"bentuk=fisik; kdrt=tidak"') for row in rows]
    rows = [row.replace("fisik; ancaman", "fisik, ancaman") for row in rows]
    (folder / "kartu.csv").write_text("\n".join(rows), "utf-8-sig")
    course = load_course(folder)
    assert told(course) == []
    assert len(course.aims) == 2
    assert len(course.cards[0].cards) == 2


def test_a_changed_table_is_read_again_and_an_unchanged_one_is_not(folder: Path) -> None:
    course = load_course(folder)
    assert load_course(folder) is course
    (folder / "tujuan.csv").write_text(AIMS + "T03,03,Memeriksa.,,\n", "utf-8")
    assert len(load_course(folder).aims) == 3
    os.utime(folder / "soal.csv", (1, 1))
    assert load_course(folder) is not course


def test_the_environment_says_which_course(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KASUSKIT_COURSE", raising=False)
    assert load_course().id == "dua-hari"
    monkeypatch.setenv("KASUSKIT_COURSE", str(folder))
    assert load_course().id == "kecil"
    assert load_course("dua-hari").id == "dua-hari"


def test_the_shipped_course_is_two_days_of_twelve_lessons() -> None:
    course = load_course("dua-hari")
    assert {each.folder for each in list_courses()} == {each for each in courses_dir().iterdir() if each.is_dir()}
    assert [sum(each.minutes for each in course.lessons if each.day == day) for day in (1, 2)] == [450, 435]
    assert [lesson.id for lesson in course.lessons] == [f"{number:02}" for number in range(1, 13)]
    assert [aim.id for aim in course.aims] == [f"T{number:02}" for number in range(1, 21)]
    assert all(lesson.aims for lesson in course.lessons)
    assert not {code for code, _ in told(course)} & {"T253", "T256", "T257", "T258", "T259", "T276"}


# what cannot be opened at all ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: (folder / "kursus.toml").unlink(), "T251"),
        (lambda folder: (folder / "kursus.toml").write_text("id = ", "utf-8"), "T252"),
        (lambda folder: (folder / "kursus.toml").write_text("a = " + "[" * 5000, "utf-8"), "T252"),
        (lambda folder: (folder / "kursus.toml").write_bytes(b"\xff\xfe\x00"), "F103"),
    ],
)  # fmt: skip
def test_only_a_plan_that_cannot_be_read_closes_a_course(folder: Path, spoil: Callable[..., object], code: str) -> None:
    spoil(folder)
    with pytest.raises(KasusError) as found:
        load_course(folder)
    assert found.value.code == code


@pytest.mark.parametrize("name", ["tidak-ada", "a/../b", "x" * 300, ""])
def test_there_is_no_such_course(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KasusError) as found:
        load_course(name)
    assert found.value.code == "T251"


def test_a_name_that_is_not_there_is_told_with_those_that_are(folder: Path) -> None:
    course = load_course(folder)
    for look, code in ((course.quiz, "T273"), (course.lesson, "T277"), (course.item, "T278")):
        with pytest.raises(KasusError) as found:
            look("zzz")
        assert found.value.code == code
        assert "zzz" in found.value.sentence("en")
    with pytest.raises(KasusError, match="02-bentuk"):
        course.quiz("zzz")


# what is broken is told, and the rest opens -------------------------------------------------------------------

TOML = "kecil/kursus.toml"
PLANS = [
    ("no title", ('judul = "Kursus kecil"', ""), "T253", TOML),
    ("title is a number", ('judul = "Kursus kecil"', "judul = 3"), "T253", TOML),
    ("id of a lesson has a blank", ('id = "02"', 'id = "0 2"'), "T253", f"{TOML}, [[pelajaran]] 2"),
    ("two lessons of one id", ('id = "02"', 'id = "01"'), "T257", f"{TOML}, [[pelajaran]] 2"),
    ("a lesson without a file", ('berkas = "hari-1/02-dua.ipynb"', ""), "T253", f"{TOML}, [[pelajaran]] 2"),
    ("no such notebook", ("02-dua.ipynb", "02-lain.ipynb"), "T255", TOML),
    ("a file outside", ("hari-1/02-dua.ipynb", "../02-dua.ipynb"), "T255", f"{TOML}, [[pelajaran]] 2"),
    ("an absolute file", ("hari-1/02-dua.ipynb", "/etc/02.ipynb"), "T255", f"{TOML}, [[pelajaran]] 2"),
    ("a file of Windows", ("hari-1/02-dua.ipynb", "c:/02.ipynb"), "T255", f"{TOML}, [[pelajaran]] 2"),
    ("another kind of file", ("02-dua.ipynb", "02-dua.py"), "T255", f"{TOML}, [[pelajaran]] 2"),
    ("minutes in words", ("menit = 60", 'menit = "sejam"'), "T256", f"{TOML}, [[pelajaran]] 2"),
    ("no minutes", ("menit = 60", "menit = 0"), "T256", f"{TOML}, [[pelajaran]] 2"),
    ("minutes true", ("menit = 60", "menit = true"), "T256", f"{TOML}, [[pelajaran]] 2"),
    ("half a minute", ("menit = 60", "menit = 60.5"), "T256", f"{TOML}, [[pelajaran]] 2"),
    ("no such time", ('mulai = "08.45"', 'mulai = "24.00"'), "T256", f"{TOML}, [[pelajaran]] 2"),
    ("time without quotes", ('mulai = "08.45"', "mulai = 8.45"), "T256", f"{TOML}, [[pelajaran]] 2"),
    ("unknown day", ("hari = 2", "hari = 3"), "T258", f"{TOML}, [[pelajaran]] 3"),
    ("day in words", ("hari = 2", 'hari = "dua"'), "T258", f"{TOML}, [[pelajaran]] 3"),
    ("two days of one number", ("nomor = 2", "nomor = 1"), "T257", f"{TOML}, [[hari]] 2"),
    ("minutes that do not add up", ("menit = 90", "menit = 91"), "T259", TOML),
    ("lessons at the same time", ('mulai = "08.45"', 'mulai = "08.15"'), "T276", TOML),
    ("exam of an unknown track", ('polisi = "K15"', 'bidan = "K15"'), "T258", f"{TOML}, [uji_praktik]"),
    ("a blank track", ('polisi = "Polisi"', 'polisi = ""'), "T253", f"{TOML}, [jalur]"),
    ("tracks that are no table", ('[jalur]\nparalegal = "Paralegal desa"\npolisi = "Polisi"', ""), "T258", ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "place"), [case[1:] for case in PLANS], ids=[case[0] for case in PLANS])
def test_a_broken_plan_is_told_and_the_rest_opens(
    tmp_path: Path, change: tuple[str, str], code: str, place: str
) -> None:
    assert PLAN.count(change[0]) >= 1
    course = make_course(tmp_path / "kecil", kursus=PLAN.replace(*change))
    assert any(found == code and where.startswith(place) for found, where in told(course)), told(course)
    assert course.lesson("01").minutes == 30
    assert len(course.lessons) >= 2


def test_a_plan_without_any_block_opens_as_an_empty_course(tmp_path: Path) -> None:
    course = make_course(tmp_path / "kecil", kursus="hari = 1\njalur = 2\npelajaran = [1]\n")
    assert (course.id, course.lessons, course.days, course.tracks) == ("kecil", (), (), {})
    assert [code for code, _ in told(course)].count("T253") == 5


TABLES = [
    ("no table of aims", "tujuan", None, "T251", "kecil/tujuan.csv"),
    ("no table of questions", "soal", None, "T251", "kecil/soal.csv"),
    ("no table of options", "pilihan", None, "T251", "kecil/pilihan.csv"),
    ("no table of classes", "golongan", None, "T251", "kecil/golongan.csv"),
    ("a column is gone", "soal", ITEMS.replace("penjelasan", "alasan", 1), "T254", "kecil/soal.csv"),
    ("a quote is never closed", "tujuan", AIMS + 'T03,03,"Memeriksa,,\n', "F106", "kecil/tujuan.csv"),
    ("an aim without text", "tujuan", AIMS + "T03,03,,,\n", "T261", "kecil/tujuan.csv, baris/row 4"),
    ("an aim twice", "tujuan", AIMS + "T02,03,Lain.,,\n", "T257", "kecil/tujuan.csv, baris/row 4"),
    ("an aim of no lesson", "tujuan", AIMS + "T03,09,Lain.,,\n", "T258", "kecil/tujuan.csv, baris/row 4"),
    ("a comma too many", "tujuan", AIMS + "T03,03,Lain,,,,,x\n", "F106", "kecil/tujuan.csv, baris/row 4"),
    ("options of no question", "pilihan", OPTIONS + "T99a,a,Ya,1,\n", "T258", "kecil/pilihan.csv, baris/row 27"),
    ("a card of no set", "kartu", CARDS + "lain,1,,Teks,a=b,Alasan,Sumber,S\n", "T258", "kecil/kartu.csv, baris/row 4"),
    ("a card of no such class", "kartu", CARDS.replace("psikis;", "lain;"), "T275", "kecil/kartu.csv, baris/row 2"),
    ("a card that lacks a class", "kartu", CARDS.replace("; kdrt=ya", ""), "T275", "kecil/kartu.csv, baris/row 2"),
    ("two answers to choose one", "kartu", CARDS.replace("kdrt=ya", "kdrt=ya tidak"), "T275", "kecil/kartu.csv"),
    ("a class that is not asked", "kartu", CARDS.replace("kdrt=ya", "kdrt=ya; x=y"), "T275", "kecil/kartu.csv"),
    ("a card twice", "kartu", CARDS.replace("bentuk,2", "bentuk,1"), "T257", "kecil/kartu.csv, baris/row 3"),
    ("a card with a blank name", "kartu", CARDS.replace("bentuk,2", "bentuk,2 b"), "T269", "kecil/kartu.csv"),
    ("a card without a reason", "kartu", CARDS.replace("Bukan anggota rumah tangga.", ""), "T261", "kecil/kartu.csv"),
    ("a choice twice", "golongan", CLASSES.replace("kdrt,KDRT?,satu,tidak", "kdrt,KDRT?,satu,ya"), "T257", ""),
    ("choose how many", "golongan", CLASSES.replace("satu,tidak", "dua,tidak"), "T260", "kecil/golongan.csv"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "content", "code", "place"), [case[1:] for case in TABLES], ids=[case[0] for case in TABLES]
)
def test_a_broken_table_is_told_and_the_rest_opens(
    folder: Path, table: str, content: str | None, code: str, place: str
) -> None:
    if content is None:
        (folder / f"{table}.csv").unlink()
    else:
        (folder / f"{table}.csv").write_text(content, "utf-8")
    course = load_course(folder)
    assert any(found == code and where.startswith(place) for found, where in told(course)), told(course)
    assert len(course.lessons) == 3
    if table not in ("soal", "pilihan"):
        assert len(course.items) == 8
    if table in ("soal", "pilihan", "tujuan"):
        assert len(course.cards[0].cards) == 2


def test_a_row_that_falls_apart_costs_only_itself(folder: Path) -> None:
    heading, first, *rest = AIMS.splitlines(keepends=True)
    (folder / "tujuan.csv").write_text(
        heading + "T00,01,Satu, dua, tiga, empat, lima\n" + first + "".join(rest), "utf-8"
    )
    course = load_course(folder)
    assert told(course) == [("F106", "kecil/tujuan.csv, baris/row 2")]
    assert [aim.id for aim in course.aims] == ["T01", "T02"]


def test_problems_are_told_together_line_by_line(folder: Path) -> None:
    (folder / "tujuan.csv").write_text(AIMS + "T03,09,Lain.,,\n", "utf-8")
    said = KasusErrors("training.T250", "kecil", list(load_course(folder).problems)).say("en").splitlines()
    assert [line[:6] for line in said[:3]] == ["[T250]", "[T258]", "[T271]"]


def test_a_course_without_cards_or_tests_is_whole(folder: Path) -> None:
    for name in ("kartu", "golongan"):
        (folder / f"{name}.csv").unlink()
    (folder / "soal.csv").write_text(
        "".join(ITEMS.splitlines(keepends=True)[0:1] + ITEMS.splitlines(keepends=True)[5:])
    )
    (folder / "pilihan.csv").write_text("\n".join([OPTIONS.splitlines()[0], *OPTIONS.splitlines()[14:]]))
    course = load_course(folder)
    assert told(course) == []
    assert course.cards == ()
