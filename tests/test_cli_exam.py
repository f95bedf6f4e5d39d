"""``kasuskit course exam``: who handed in what, what the facilitator marked, who passed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from kasuskit import cli
from kasuskit.classroom import open_room
from kasuskit.classroom.entry import HANDED_IN, OWN_TAB
from kasuskit.classroom.exams import exams_taken
from kasuskit.messages import KasusErrors
from kasuskit.training import load_case
from kasuskit.training.course.chronology_score import ITEMS
from kasuskit.training.exam import PassMark
from kasuskit.training.marks import Result, read_marks
from kasuskit.training.tasks import load_task

MARK = PassMark()


def answers_of(name: str) -> list[tuple[str, str, str]]:
    """Return a whole case as a browser sends it: rows first, then every answer."""
    record = load_case(name).key_record()
    rows = [
        ("add", f"{at}", str(key))
        for at, node, _ in record.cells()
        if node.type == "repeat" and not getattr(node, "count", "")
        for key in record.rows(at)
    ]
    return [*rows, *(("set", at, value) for at, value in record.answers().items())]


def hand_in(room: Any, person: Any, entries: list[tuple[str, str, str]], counts: str, task: str = "K10.uji") -> None:
    now = load_task(task).now if task == "K10.uji" else ""
    attempt = room.attempt(person.id, case=task, form="kasus", version="1", now_clock=now)
    known = attempt.acknowledged()
    for part in range(0, len(entries), 400):
        chunk = entries[part : part + 400]
        attempt.append("t", [(known.get("t", 0) + part + n, *each) for n, each in enumerate(chunk, 1)])
    attempt.append(OWN_TAB, [(known.get(OWN_TAB, 0) + 1, "set", HANDED_IN, counts)])


@pytest.fixture
def kasuskit(capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["course", "exam", *words])
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return run


@pytest.fixture
def soe(kasuskit: Any) -> Path:
    """Return the file of a class: one handed a whole form in, one a form with errors, one nothing."""
    path = Path("kelas", "soe.sqlite")
    with open_room(path) as room:
        maria, yuli, _ = (room.enter(name, "Desa Contoh A")[0] for name in ("Maria", "=Yuli", "Ana"))
        hand_in(room, maria, [("set", "kode_petugas", "PL-07")], "21 1")
        hand_in(room, maria, answers_of("K10"), "0 1")
        attempt = room.attempt(maria.id, case="K10.uji", form="kasus", version="1")
        attempt.append("late", [(1, "set", "krono_saat", "")])
        hand_in(room, yuli, [("set", "kode_petugas", "PL-08")], "21 1")
    return path


def cells(shown: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line.startswith("│")
    ]


def test_the_last_hand_in_counts_and_what_came_after_it_does_not(soe: Path) -> None:
    maria, yuli, ana = exams_taken(soe)
    assert maria.handed_in is not None and yuli.handed_in is not None and ana.handed_in is None
    assert (maria.handed_in.number, maria.handed_in.errors, maria.handed_in.warnings) == (2, 0, 1)
    assert maria.handed_in.record is not None
    assert maria.handed_in.record.answers() == load_case("K10").key_record().answers()
    assert (yuli.handed_in.errors, yuli.handed_in.record.value("kode_petugas")) == (21, "PL-08")  # type: ignore[union-attr]


def test_an_exam_that_the_kit_does_not_have_any_more_is_told_with_its_counts(tmp_path: Path) -> None:
    path = tmp_path / "kelas.sqlite"
    with open_room(path) as room:
        person, _ = room.enter("Maria")
        hand_in(room, person, [("set", "x", "y")], "0 2", "K99.uji")
    (maria,) = exams_taken(path)
    assert maria.handed_in is not None and maria.handed_in.record is None and maria.handed_in.warnings == 2


def test_the_command_shows_marks_and_results(kasuskit: Any, soe: Path) -> None:
    code, out, _ = kasuskit("soe", "--csv", "nilai.csv")
    assert code == 0
    maria, yuli, ana = cells(out)
    assert maria[:2] == ["Maria", "Desa Contoh A"] and maria[2:5] == ["K10.uji, ke-2", "0", "1"]
    assert maria[5].endswith("/16") and "perbuatan" in maria[6] and maria[7] == "menunggu nilai"
    assert yuli[7] == "belum lulus" and ana[7] == "belum menyerahkan"
    assert "paling sedikit 12 dari 16" in out and "usulan komputer" in out
    rows = list(csv.DictReader(Path("nilai.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1]["nama"] == "'=Yuli" and rows[0]["perbuatan"] == "" and rows[0]["hasil"] == "waiting"
    marked = [{**row, **{item: row[item] or "2" for item in ITEMS}} if row["nama"] == "Maria" else row for row in rows]
    lines = [";".join(rows[0]), *(";".join(each.values()) for each in marked)]
    Path("nilai.csv").write_text("\n".join(lines), "utf-8")
    code, out, _ = kasuskit("soe", "--marks", "nilai.csv")
    assert code == 0
    maria, yuli, ana = cells(out)
    assert maria[6:] == ["", "lulus"] and int(maria[5].partition("/")[0]) >= 12


def test_a_class_in_which_nobody_is_says_so(kasuskit: Any) -> None:
    with open_room(Path("kelas", "kosong.sqlite")):
        pass
    code, out, _ = kasuskit("kosong")
    assert code == 0 and "│" not in out and out.strip()


@pytest.mark.parametrize(
    ("errors", "warnings", "marked", "verdict"),
    [
        (None, None, {}, "none"),
        (1, 0, dict.fromkeys("abcdefgh", 2), "not_yet"),
        (0, 4, dict.fromkeys("abcdefgh", 2), "not_yet"),
        (0, 3, {}, "waiting"),
        (0, 3, dict.fromkeys("abcd", 2), "waiting"),
        (0, 3, {**dict.fromkeys("abcdef", 2), "g": 0, "h": 0}, "passed"),
        (0, 3, {**dict.fromkeys("abcde", 2), "f": 1, "g": 0, "h": 0}, "not_yet"),
    ],
)
def test_what_it_takes_to_pass(errors: int | None, warnings: int | None, marked: dict[str, int], verdict: str) -> None:
    suggested: dict[str, int | None] = {**dict.fromkeys("abcdef", None), "g": 2, "h": 2}
    assert Result(errors, warnings, suggested, marked, MARK).verdict == verdict


def test_the_facilitators_points_stand_before_those_suggested() -> None:
    result = Result(0, 0, {"a": 2, "b": None}, {"a": 0}, MARK)
    assert result.points == {"a": 0, "b": None} and result.open == ("b",) and result.chronology == 0


def test_a_file_of_marks_that_cannot_be_used_is_told_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "nilai.csv"
    path.write_text("kode;a;b\n482 913;1;2\n1234;3;0\n482913;;\n999999;0;0\n", "utf-8")
    with pytest.raises(KasusErrors) as told:
        read_marks(path, ("a", "b"), ("482913", "001234"))
    assert told.value.code == "T297"
    assert [each.code for each in told.value.errors] == ["T294", "T296", "T295"]
    path.write_text("kode;a;b\n482 913;1;2\n1234;;0\n", "utf-8")
    assert read_marks(path, ("a", "b"), ("482913", "001234")) == {"482913": {"a": 1, "b": 2}, "001234": {"b": 0}}


def test_a_file_of_marks_without_its_columns_is_told(kasuskit: Any, soe: Path) -> None:
    Path("nilai.csv").write_text("kode,urutan\n", "utf-8")
    code, _, err = kasuskit("soe", "--marks", "nilai.csv")
    assert code == 2 and "T293" in err and "bahasa" in err
