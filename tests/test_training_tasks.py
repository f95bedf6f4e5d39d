"""The tasks of the lessons: what stands there already, and what is said of the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kasuskit.form import Record
from kasuskit.messages import LANGUAGES, KasusError
from kasuskit.simfoni import entry
from kasuskit.training import list_cases, list_flawed, load_case
from kasuskit.training.exam import PassMark, counted, pass_mark
from kasuskit.training.race import LONGEST_GAP, in_words, worked
from kasuskit.training.tasks import KINDS, MirrorTask, Task, find_task, load_task
from tests.small_case import make_case

CASES = [card.id for card in list_cases()]
FLAWED = [flawed.id for flawed in list_flawed()]
NAMED = [name for name in CASES if entry(load_case(name).key_record()).named and name != "K16"]


def begun(task: Task, **answers: str) -> Record:
    """Return the record of a task with answers laid over what stands there."""
    return Record.from_answers(task.form, {**task.given().answers, **answers}, now=task.now)


def key_of(name: str) -> dict[str, str]:
    return {at: field.answer for at, field in load_case(name).key.items() if field.answer}


# names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("K01", "whole", "Ibu Maria datang ke pos"),
        ("K01.A-F", "part", "Ibu Maria datang ke pos: bagian A–F"),
        ("K01.C", "part", "Ibu Maria datang ke pos: bagian C"),
        ("F01", "mend", "Formulir dari ladang jagung"),
        ("K06.cermin", "mirror", "Slip gaji di atas meja: entri ke cermin SIMFONI"),
        ("K10.uji", "exam", "Lina mau bercerita sendiri: uji praktik"),
    ],
)
def test_a_card_says_what_a_task_is(name: str, kind: str, title: str) -> None:
    card = find_task(name)
    assert (card.id, card.kind, card.title) == (name, kind, title)
    assert card.kind in KINDS and card.level in (1, 2, 3) and card.content_note
    assert find_task(name, "en").id == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("F01.A", "T290"), ("K01.", "T290"), ("", "T290"), ("K 01", "T290"), (f"K01.{'A' * 60}", "T290"),
        ("K01.A-Z", "T291"), ("K01.F-A", "T291"), ("K01.a-f", "T291"), ("K01.apa", "T291"), ("K77", "T201"),
    ],
)  # fmt: skip
def test_a_name_that_no_task_has_is_told(name: str, code: str) -> None:
    with pytest.raises(KasusError) as told:
        find_task(name)
    assert told.value.code == code
    assert all(told.value.sentence(lang) and told.value.way_out(lang) for lang in LANGUAGES)


def test_a_folder_is_a_whole_case(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    assert load_task(case.folder).card.id == load_task(str(case.folder)).card.id == "K90"


def test_no_key_is_read_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(self: object) -> None:
        raise AssertionError("a key was read")

    monkeypatch.setattr("kasuskit.training.cases.Case.key", property(key))
    monkeypatch.setattr("kasuskit.training.flawed.FlawedForm.seeds", property(key))
    for name in ("K01", "F01", "K10.uji", "K01.A-F", "K06.cermin"):
        task = load_task(name)
        assert find_task(name) == task.card
        if task.reads_key:
            with pytest.raises(AssertionError):
                task.given()
        else:
            assert task.given().story


# parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["K01.A-F", "K03.A-F", "K03.C", "K12.H-J", "K16.L", "K09.E"])
def test_a_part_filled_in_from_the_key_is_complete(name: str) -> None:
    task = load_task(name)
    told = task.examine(begun(task, **key_of(name[:3])), "id")
    assert told.complete and told.total == told.score > 0
    assert {score.name for score in told.sections} == set(task.sections)


@pytest.mark.parametrize("name", ["K01.A-F", "K03.C", "K01.H-J"])
def test_what_is_given_is_the_other_sections_and_nothing_of_those_practised(name: str) -> None:
    task = load_task(name)
    sections = {task.form.section_of(at.rpartition("/")[2]) for at in task.given().answers}
    assert sections and sections.isdisjoint(task.sections)
    assert sections | set(task.sections) == {node.name for node in task.form.sections}


def test_a_blank_part_is_told_of_its_own_sections_only() -> None:
    task = load_task("K01.E")
    told = task.examine(begun(task), "id")
    assert {field.section for field in told.fields} == {"bagian_e"} == {score.name for score in told.sections}
    assert not told.complete


def test_relations_follow_the_people_who_stand_there_already() -> None:
    task = load_task("K03.E")
    record = begun(task)
    assert record.rows("hubungan_korban") == (1, 2)
    first, second = (f"hubungan_korban[{number}]/hubungan[1]/jenis_hubungan" for number in (1, 2))
    record.set(second, key_of("K03")[second])
    verdicts = {field.at: field.verdict for field in task.examine(record, "id").fields}
    assert (verdicts[first], verdicts[second]) == ("missing", "right")


def test_what_belongs_to_victims_who_are_still_to_be_written_waits_for_them() -> None:
    task = load_task("K01.C")
    record = begun(task)
    assert record.rows("persetujuan") == ()
    record.add("korban", 1)
    assert record.value("persetujuan[1]/setuju_catat") == "ya"


# flawed forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLAWED)
def test_a_flawed_form_begins_as_it_was_written_and_is_complete_when_mended(name: str) -> None:
    task = load_task(name)
    flawed = next(each for each in list_flawed() if each.id == name)
    assert begun(task).answers() == flawed.record().answers()
    assert task.given().story == (flawed.about,)
    at_first = task.examine(begun(task), "id")
    assert (at_first.score, at_first.total, at_first.complete) == (0, len(flawed.seeds), False)
    assert at_first.head.startswith(f"0 dari {len(flawed.seeds)} ")
    assert {field.verdict for field in at_first.fields} == {"wrong"}
    mended = task.examine(flawed.mended_record(), "id")
    assert mended.complete and mended.score == len(flawed.seeds)
    assert {field.verdict for field in mended.fields} == {"right"}


def test_what_was_broken_counts_and_is_shown_where_it_stands() -> None:
    task = load_task("F01")
    record = list_flawed()[0].mended_record()
    record.set("korban[1]/nama_korban", "")
    told = task.examine(record, "id")
    assert not told.complete and told.total == told.score + 1
    assert [(field.at, field.verdict) for field in told.fields if field.verdict != "right"] == [
        ("korban[1]/nama_korban", "missing")
    ]
    assert told.head == "10 dari 10 kesalahan sudah diperbaiki. 1 isian yang tadinya benar sekarang perlu dilihat lagi."


def test_several_mistakes_in_one_text_are_one_field() -> None:
    for name in FLAWED:
        told = load_task(name).examine(begun(load_task(name)), "id")
        places = [field.at for field in told.fields]
        assert len(places) == len(set(places))
        assert all(field.reason and field.expected != field.reason for field in told.fields)


# the mirror -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMED)
def test_the_entry_that_the_kit_makes_is_right(name: str) -> None:
    task = load_task(f"{name}.cermin")
    told = task.examine(entry(load_case(name).key_record()).record, "id")
    assert told.complete and told.total > 30


def test_the_paper_shows_where_each_answer_comes_from() -> None:
    task = load_task("K06.cermin")
    story = task.given().story
    assert story[0] == "A. Kepala formulir" and 0 in task.given().heads and 1 not in task.given().heads
    told = task.examine(begun(task), "id")
    fields = {field.at: field for field in told.fields}
    assert {field.verdict for field in told.fields} == {"missing"}
    row = next(iter({field.at for field in told.fields if field.at == "korban"}))
    violence = [field for field in told.fields if field.at == row and "Psikis" in field.expected]
    paragraph, start, end = violence[0].spans[0]
    assert story[paragraph][start:end] == "Bentuk kekerasan yang dialami K1: Psikis, Penelantaran"
    assert "Tindak Kekerasan" in violence[0].reason and "Psikis" in violence[0].reason
    paragraph, start, end = fields["tgl_kejadian"].spans[0]
    assert story[paragraph][start:end] == "Tanggal kejadian (yang terakhir): 1/11/2026"
    assert "Tanggal kejadian (yang terakhir)" in fields["tgl_kejadian"].hint
    assert not any("cerita" in field.message for field in told.fields)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["K08", "K11", "K13", "K14", "K16"])
def test_who_does_not_agree_or_is_entered_already_is_not_entered(name: str, lang: str) -> None:
    task = load_task(f"{name}.cermin", lang)
    blank = task.examine(begun(task), lang)
    assert blank.complete and blank.total == 0 and blank.head and not blank.findings
    filled = task.examine(begun(task, **{"korban[1]/nama_korban": "Nama"}), lang)
    assert not filled.complete and filled.head != blank.head
    (field,) = (field for field in filled.fields if field.at == "korban[1]/nama_korban")
    assert field.verdict == "invented" and len(field.reason) > 40


def test_of_two_victims_only_who_agrees_is_entered() -> None:
    task = load_task("K03.cermin")
    right = entry(load_case("K03").key_record()).record
    lines = [line for part in task.given().story for line in part.splitlines()]
    assert sum(line.startswith("Setuju dientri ke SIMFONI PPA") and line.endswith("Tidak") for line in lines) == 1
    key = right.add("korban")
    right.set(f"{key}/nama_korban", "Kakak")
    told = task.examine(right, "id")
    extra = [field for field in told.fields if field.at.startswith(f"{key}/") and field.verdict == "invented"]
    assert extra and "K2" in extra[0].reason


def test_another_description_may_be_written_where_the_paper_tells_of_somebody_who_is_not_entered() -> None:
    task = load_task("K03.cermin")
    right = entry(load_case("K03").key_record()).record
    right.set("deskripsi_kasus", "K1 menyampaikan bahwa T1 mengancamnya.")
    assert {field.verdict for field in task.examine(right, "id").fields} == {"right"}


def test_the_mirror_speaks_the_language_of_the_screen(tmp_path: Path) -> None:
    english = MirrorTask(load_case("K01"), "en")
    assert "entry into the SIMFONI mirror" in english.card.title
    assert english.given().story != load_task("K01.cermin").given().story


# the exam ---------------------------------------------------------------------------------------------------


def test_the_exam_says_what_the_checks_say_and_nothing_of_the_key() -> None:
    task = load_task("K10.uji")
    blank = task.examine(begun(task), "id")
    assert blank.fields == () and blank.sections == ()
    errors, warnings = counted(blank.findings)
    assert errors > 10 and not blank.complete
    assert blank.head == f"Pemeriksaan menemukan {errors} kesalahan dan {warnings} peringatan."
    full = task.examine(load_case("K10").key_record(), "id")
    assert counted(full.findings)[0] == 0 and full.complete
    assert "12 dari 16" in task.todo and "paling banyak 3 peringatan" in task.todo


def test_the_pass_mark_is_the_courses(tmp_path: Path) -> None:
    assert pass_mark(tmp_path) == PassMark(0, 3, 12, 8)
    (tmp_path / "lulus.toml").write_text("kesalahan = 1\nperingatan = 2\nkronologi = 5\nbutir = 4\n", "utf-8")
    mark = pass_mark(tmp_path)
    assert mark.most == 8 and mark.allows(1, 2) and not mark.allows(1, 3) and not mark.allows(2, 0)


@pytest.mark.parametrize("text", ["kesalahan = -1", "kesalahan = 1.5\nperingatan=1\nkronologi=1\nbutir=1", "[", ""])
def test_a_pass_mark_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "lulus.toml").write_text(text, "utf-8")
    with pytest.raises(KasusError, match="T292"):
        pass_mark(tmp_path)


# the race ---------------------------------------------------------------------------------------------------


def at(*clock: str) -> list[str]:
    return [f"2026-11-25T{time}+00:00" for time in clock]


@pytest.mark.parametrize(
    ("received", "seconds"),
    [
        ([], 1),
        (at("08:00:00.000"), 1),
        (at("08:00:00.000", "08:06:20.000"), int(LONGEST_GAP)),
        (at("08:00:00.000", "08:04:00.400", "08:06:20.000"), 380),
        (at("08:00:00.000", "07:00:00.000", "07:01:00.000"), 60),
        (at("08:00:00.000", "23:00:00.000", "23:00:10.000"), int(LONGEST_GAP) + 10),
        (["", "not a time", *at("08:00:00.000", "08:00:09.600")], 10),
    ],
)  # fmt: skip
def test_time_is_what_passed_between_answers_whatever_the_clock_does(received: list[str], seconds: int) -> None:
    assert worked(received) == seconds


def test_a_time_is_said_as_people_say_it() -> None:
    assert in_words(380, "id") == "6 menit 20 detik"
    assert in_words(59, "id") == "59 detik"
    assert in_words(545, "en") == "9 min 5 s"
