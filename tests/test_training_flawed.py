"""The flawed forms: the checks find what they should and nothing else, nothing is real, and every fault is told."""

from __future__ import annotations

import csv
import dataclasses
import re
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, partial
from itertools import combinations
from pathlib import Path

import pytest

from kasuskit import cli
from kasuskit.form import Question, Record
from kasuskit.form.rows import parse_address
from kasuskit.messages import KasusError
from kasuskit.places import data_dir
from kasuskit.training import FlawedForm, check_flawed, list_cases, list_flawed, load_case, load_flawed
from kasuskit.training.flawed import ALONG_COLUMNS, ANSWER_COLUMNS, FILES, SEED_COLUMNS, flawed_dir
from kasuskit.training.flawed_check import is_flawed
from tests.said import errors_of as said_errors
from tests.test_training_cases import GRAPHIC, LABELS, MONTHS, PENALTY, UNVERIFIED, plain
from tests.test_training_check import Spoil, add, recode, remove, swap, write

FORMS = ("F01", "F02", "F03", "F04", "F05", "F06")
every_form = pytest.mark.parametrize("name", FORMS)
DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")


@cache
def form_of(name: str) -> FlawedForm:
    return load_flawed(name)


def marks(record: Record) -> set[tuple[str, str]]:
    """Return address and code of every warning and error at completion."""
    return {(each.at, each.code) for each in record.findings(moment="completion") if each.severity != "info"}


def content(name: str, file: str) -> str:
    return (flawed_dir() / name / file).read_text("utf-8")


def rows(name: str, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(content(name, file).splitlines(keepends=True)))


# the checks find every seed with a code, and nothing else ---------------------------------------------------


def test_there_are_six_of_three_levels_easiest_first() -> None:
    forms = list_flawed()
    assert {form.id for form in forms} == set(FORMS) == {folder.name for folder in flawed_dir().iterdir()}
    assert [form.level for form in forms] == sorted(form.level for form in forms)
    assert {form.level for form in forms} == {1, 2, 3}
    assert len({form.title for form in forms}) == len(forms)


@every_form
def test_a_form_is_called_like_its_folder_and_passes_its_check(name: str) -> None:
    flawed = check_flawed(name)
    assert flawed.id == flawed.folder.name == name
    assert flawed.form.id == "kasus"
    assert "SAPA 129" in flawed.content_note and "rekaan" in flawed.content_note
    assert len(flawed.about.split()) > 30 and len(flawed.debrief.split()) > 30 and flawed.aims


@every_form
def test_a_form_has_eight_to_twelve_mistakes_and_two_for_readers_only(name: str) -> None:
    seeds = form_of(name).seeds
    assert 8 <= len(seeds) <= 12
    assert [seed.number for seed in seeds] == list(range(1, len(seeds) + 1))
    assert sum(not seed.code for seed in seeds) >= 2
    for seed in seeds:
        assert seed.kind and seed.source and len(seed.reason.split()) >= 5, seed.at


@every_form
def test_the_checks_find_every_mistake_with_a_code_at_its_address_and_nothing_else(name: str) -> None:
    flawed = form_of(name)
    coded = [(seed.at, seed.code) for seed in flawed.seeds if seed.code]
    assert len(set(coded)) == len(coded) >= 6
    assert marks(flawed.record()) == set(coded)


@every_form
def test_no_check_finds_what_only_a_reader_can(name: str) -> None:
    """Also when all else is mended, so that no other finding hides it."""
    flawed = form_of(name)
    numbers = [seed.number for seed in flawed.seeds]
    for seed in flawed.seeds:
        left = flawed.record([number for number in numbers if number != seed.number])
        assert marks(left) == ({(seed.at, seed.code)} if seed.code else set()), seed.number


@every_form
def test_whoever_mends_one_mistake_gets_rid_of_its_finding_and_makes_no_other(name: str) -> None:
    flawed = form_of(name)
    all_of_them = marks(flawed.record())
    for seed in flawed.seeds:
        assert marks(flawed.record([seed.number])) == all_of_them - {(seed.at, seed.code)}, seed.number


@every_form
def test_the_mended_record_is_clean_and_whole(name: str) -> None:
    record = form_of(name).mended_record()
    assert marks(record) == set()
    asked = [at for at, node, _ in record.cells() if isinstance(node, Question) and node.asked and record.relevant(at)]
    assert [at for at in asked if record.required(at) and not record.value(at)] == []


@every_form
def test_every_answer_is_one_that_is_asked_and_on_offer(name: str) -> None:
    flawed = form_of(name)
    record = flawed.record()
    assert [at for at in flawed.answers if not record.relevant(at)] == []
    for each in (record, flawed.mended_record()):
        for at, answer in each.answers().items():
            offered = each.choices(at)
            assert not offered or set(answer.split()) <= set(offered), at


@every_form
def test_a_mistake_says_what_stands_there_and_mends_it(name: str) -> None:
    flawed = form_of(name)
    mended = flawed.mended_record()
    for seed in flawed.seeds:
        if isinstance(flawed.form.nodes[parse_address(seed.at).name], Question):
            written = flawed.answers.get(seed.at, "")
            assert seed.wrong in written and bool(seed.wrong) == bool(written), seed.at
            now = mended.answers().get(seed.at, "")
            if seed.wrong == written:
                assert now == seed.right.answer != written, seed.at
            else:
                assert seed.right.answer in now and seed.wrong not in now, seed.at
        else:
            assert seed.wrong != seed.right.answer == str(len(mended.rows(seed.at))), seed.at


KINDS = {
    "tanggal tertukar", "usia hari ini", "KDRT sebagai bentuk", "beberapa korban dalam satu baris",
    "terlapor dikosongkan", "tempat disalin dari alamat korban", "kesimpulan, bukan perbuatan", "pendapat pencatat",
    "kata menghakimi", "tanpa sumber keterangan", "persetujuan kosong", "foto di telepon pribadi",
    "nama dalam ringkasan", "tanpa tindak lanjut", "NIK salah", "rujukan tanpa persetujuan", "damai ditulis Selesai",
    "tingkat hubungan salah", "hubungan pasangan kosong", "bagian anak tidak lengkap", "rincian karangan",
    "bentuk salah golongan", "tempat digolongkan menurut KDRT",
}  # fmt: skip
"""What people really get wrong: domain.md 5.1 and 3.6."""


def test_the_six_cover_what_people_get_wrong_in_the_field() -> None:
    seeds = [seed for name in FORMS for seed in form_of(name).seeds]
    assert {seed.kind for seed in seeds} >= KINDS
    codes = {seed.code for seed in seeds if seed.code}
    assert len(codes) >= 25
    assert codes >= {"R01", "R08", "R91", "F150", "F151", "F153"}


def runs(texts: Iterable[str], size: int = 12) -> set[tuple[str, ...]]:
    """Return every run of so many words in texts, in lower case."""
    found_runs = set()
    for each in texts:
        words = plain(each).split()
        found_runs |= {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}
    return found_runs


def cast_of(answers: Mapping[str, str]) -> set[str]:
    """Return the victims and alleged perpetrators."""
    return {name.casefold() for at, name in answers.items() if at.endswith(("nama_korban", "nama_terlapor"))}


def test_the_forms_tell_six_stories_of_their_own() -> None:
    """Nobody, and no run of twelve words, is taken from a case or from another flawed form."""
    cast = {name: cast_of(form_of(name).mended_record().answers()) for name in FORMS}
    told = {name: runs(form_of(name).answers.values()) for name in FORMS}
    assert sum(map(len, told.values())) > 1000
    for card in list_cases():
        case = load_case(card.id)
        key = {at: field.answer for at, field in case.key.items()}
        words = runs([*case.story.paragraphs, *key.values()])
        for name in FORMS:
            assert not cast[name] & cast_of(key), (name, card.id)
            assert not told[name] & words, (name, card.id)
    for one, other in combinations(FORMS, 2):
        assert not cast[one] & cast[other] and not told[one] & told[other], (one, other)


# harmless and honest ----------------------------------------------------------------------------------------


@every_form
@pytest.mark.parametrize("file", FILES)
def test_nothing_in_a_form_is_real(name: str, file: str) -> None:
    written = content(name, file)
    digits = re.sub(r"(?<=\d)[ .\u00a0-](?=\d)", "", written)
    assert [each for each in re.findall(r"(?<!\d)\d{15,17}(?!\d)", digits) if not each.endswith("0000")] == []
    phones = re.findall(r"(?<!\d)(?:0|62)\d{8,13}(?!\d)|\+\d{9,}", digits)
    assert [phone for phone in phones if not phone.endswith("0000000")] == []
    assert set(re.findall(r"\b\d{2}\.\d{2}\.\d{2}\.\d{4}\b", written)) <= {
        "53.99.01.2001", "53.99.01.2002", "53.99.02.2001", "53.98.01.2001",
    }  # fmt: skip
    with (data_dir() / "reference" / "wilayah.csv").open(encoding="utf-8", newline="") as reference:
        areas = list(csv.DictReader(reference))
    real = [row["nama"] for row in areas if row["tingkat"] in ("desa", "kelurahan", "kecamatan", "kabupaten", "kota")]
    real = [place for place in real if "contoh" not in place.lower()]
    assert len(real) > 80
    assert [place for place in real if re.search(rf"\b{re.escape(place)}\b", written, re.IGNORECASE)] == []


@every_form
@pytest.mark.parametrize("file", FILES)
def test_the_words_spare_everybody(name: str, file: str) -> None:
    words = plain(content(name, file))
    assert [word for word in (*GRAPHIC, *PENALTY) if plain(word) in words] == []
    assert re.findall(r"\b\w*pelaku\w*\b", words) == [], "terlapor, until there is a verdict"


@every_form
def test_weekdays_and_dates_agree(name: str) -> None:
    pattern = rf"\b({'|'.join(DAYS)}),?\s+(\d{{1,2}})\s+({'|'.join(MONTHS)})\b"
    dates = [each for file in FILES for each in re.findall(pattern, content(name, file), re.IGNORECASE)]
    assert dates
    for day, number, month in dates:
        assert DAYS[date(2026, MONTHS.index(month.lower()) + 1, int(number)).weekday()] == day.lower(), (day, number)


@every_form
def test_a_source_has_its_mark_and_what_is_not_verified_is_labelled(name: str) -> None:
    for seed in form_of(name).seeds:
        assert re.search(r"\[(?:S[\w-]+|C|I|L)\]", seed.source), seed.at
        if UNVERIFIED.search(seed.source):
            assert any(label in seed.source for label in LABELS), seed.at
            assert any(label in seed.reason for label in LABELS), seed.at
        if re.search(r"\b(UU|Pasal|menurut hukum)\b", seed.reason):
            assert re.search(r"\[S", seed.source), seed.at


@every_form
def test_no_explanation_blames_whoever_filled_it_in(name: str) -> None:
    words = plain(" ".join(seed.reason for seed in form_of(name).seeds) + form_of(name).about)
    assert [word for word in ("ceroboh", "bodoh", "malas", "lalai sekali", "seharusnya tahu", "kurang teliti")
            if plain(word) in words] == []  # fmt: skip


# reading with care ------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of a form without faults."""
    copied = tmp_path / "F01"
    shutil.copytree(flawed_dir() / "F01", copied)
    check_flawed(copied)
    return copied


errors_of = partial(said_errors, check_flawed, "T230")


TOML = "F01/formulir.toml"
LAST = "tindak_lanjut,,0,1,,"


def line(file: str, number: int) -> str:
    return f"F01/{file}.csv, baris/row {number}"


def seed(old: str, new: str) -> Spoil:
    return swap("kesalahan.csv", old, new)


def along(old: str, new: str) -> Spoil:
    return swap("perbaikan.csv", old, new)


def setting(name: str, value: str) -> Spoil:
    """Return what gives a line of ``formulir.toml`` another value; blank takes the line out."""

    def spoil(folder: Path) -> None:
        written = (folder / "formulir.toml").read_text("utf-8")
        kept, count = re.subn(rf'(?m)^{name} = ("""(?s:.)*?"""|\[$(?s:.)*?^\]|.*)$', "", written, count=1)
        assert count == 1
        added = f"{name} = {value}\n" if value else ""
        (folder / "formulir.toml").write_text(added + kept, "utf-8")

    return spoil


FOLDER = [
    *((f"no_{file}", remove(file), "T231", f"F01/{file}") for file in FILES),
    ("folder_for_a_file", lambda f: ((f / "isian.csv").unlink(), (f / "isian.csv").mkdir()), "T231", "F01/isian.csv"),
    ("unclosed_text", setting("title", '"Formulir'), "T232", TOML),
    ("brackets_without_end", setting("aims", "[" * 5000), "T232", TOML),
    ("line_twice", add("formulir.toml", "\nlevel = 2\n"), "T232", TOML),
    *((f"no_{name}", setting(name, ""), "T233", TOML)
      for name in ("id", "form", "title", "content_note", "now", "about", "debrief", "level", "aims")),
    *((f"{name}_blank", setting(name, '" "'), "T233", TOML) for name in ("id", "title", "about", "debrief")),
    ("now_without_zone", setting("now", '"2026-09-15T20:00:00"'), "T233", TOML),
    ("level_4", setting("level", "4"), "T233", TOML),
    ("aims_text", setting("aims", '"membaca"'), "T233", TOML),
    ("zero_bytes", write("isian.csv", b"isian,jawaban\n" + b"\0" * 300), "F103", "isian.csv"),
    ("utf16_without_a_mark", recode("kesalahan.csv", "utf-16-le"), "F103", "kesalahan.csv"),
    ("comma_without_quotes", swap("isian.csv", '"Dusun Satu, RT 02', "Dusun Satu, RT 02"), "F106", line("isian", 31)),
    ("quote_never_closed", add("kesalahan.csv", '11,"setengah,,,\n'), "F106", line("kesalahan", 12)),
    ("form_not_there", setting("form", '"tidak_ada"'), "F101", "tidak_ada"),
    *((f"no_column_{file}_{name}", swap(f"{file}.csv", f",{name}", ",lain"), "T234", f"F01/{file}.csv")
      for file, columns in (("isian", ANSWER_COLUMNS), ("kesalahan", SEED_COLUMNS), ("perbaikan", ALONG_COLUMNS))
      for name in columns[1:]),
    *((f"empty_{file}", write(f"{file}.csv", ""), "T234", f"F01/{file}.csv")
      for file in ("isian", "kesalahan", "perbaikan")),
]  # fmt: skip
LISTS = [
    ("answer_to_no_question", add("isian.csv", "tgl_lapur,1/1/2026\n"), "T235", line("isian", 136)),
    ("answer_to_a_calculation", add("isian.csv", "no_kasus,PLD\n"), "T235", line("isian", 136)),
    ("answer_too_long", swap("isian.csv", "petugas,PD-02", f"petugas,{'x' * 30_000}"), "T235", line("isian", 7)),
    ("mistake_at_no_question", seed("desa_tkp,,", "desa_tekape,,"), "T235", line("kesalahan", 3)),
    ("mistake_at_a_group", seed("desa_tkp,,", "bagian_f,,"), "T235", line("kesalahan", 3)),
    ("mistake_at_a_counted_list", seed(LAST, "dampak,,1,2,,"), "T235", line("kesalahan", 11)),
    ("mistake_at_a_list_out_of_place", seed(LAST, "layanan,,0,1,,"), "T235", line("kesalahan", 11)),
    ("mended_at_no_question", along("1,tgl_lapor,", "1,tgl_lapur,"), "T235", line("perbaikan", 2)),
    ("mended_at_a_list", along("1,tgl_lapor,", "1,korban,"), "T235", line("perbaikan", 2)),
    ("answer_twice", add("isian.csv", "kode_petugas,PD-03\n"), "T236", line("isian", 136)),
    ("mistake_twice", seed("5,krono_saat,,menganiaya K1", "5,krono_saat,R57b,K1 memang keras kepala soal uang."),
     "T236", line("kesalahan", 7)),
    ("mended_twice", add("perbaikan.csv", "1,tgl_lapor,15/9/2026,\n"), "T236", line("perbaikan", 7)),
    ("mended_and_a_mistake", along("1,tgl_lapor,", "1,desa_tkp,"), "T236", line("kesalahan", 3)),
    ("number_left_out", seed("\n3,kekerasan", "\n4,kekerasan"), "T237", line("kesalahan", 4)),
    ("number_in_words", seed("\n3,kekerasan", "\ntiga,kekerasan"), "T237", line("kesalahan", 4)),
    *((f"mended_with_{number[:9]}", along("1,tgl_lapor,", f"{number},tgl_lapor,"), "T237", line("perbaikan", 2))
      for number in ("0", "11", "", "satu", "-1", "²", "9" * 5000)),
    ("not_what_stands_there", seed("desa_tkp,,53.99.01.2001", "desa_tkp,,53.99.02.2001"), "T238", line("kesalahan", 3)),
    ("blank_though_something_stands", seed("desa_tkp,,53.99.01.2001", "desa_tkp,,"), "T238", line("kesalahan", 3)),
    ("something_though_blank", seed("sesudah,F150,,", "sesudah,F150,saksi,"), "T238", line("kesalahan", 8)),
    ("part_that_is_not_there", seed("menganiaya K1", "memukul K1"), "T238", line("kesalahan", 6)),
    ("part_that_is_there_twice", seed(",menganiaya K1,", ",K1,"), "T238", line("kesalahan", 6)),
    ("part_of_a_choice", seed("R52,rumah_tangga,lainnya,,", "R52,rumah,lainnya,*,"), "T238", line("kesalahan", 4)),
    ("nothing_to_mend", seed("2001,53.99.01.2002", "2001,53.99.01.2001"), "T238", line("kesalahan", 3)),
    ("other_number_of_rows", seed(LAST, "tindak_lanjut,,1,2,,"), "T238", line("kesalahan", 11)),
    ("no_address", seed("10,tindak_lanjut,,0", "10,,,0"), "T239", line("kesalahan", 11)),
    ("no_kind", seed("tanggal tertukar", ""), "T239", line("kesalahan", 2)),
    ("no_source", seed("R01 [C]; [S28]", ""), "T239", line("kesalahan", 2)),
]  # fmt: skip
CHECKED = [
    ("code_of_another_check", seed("R57b", "R57c"), ("T244", "kesalahan.csv, krono_saat"),
     ("T245", "isian.csv, krono_saat")),
    ("code_that_there_is_not", seed("desa_tkp,,", "desa_tkp,R99,"), ("T244", "kesalahan.csv, desa_tkp")),
    ("finding_that_is_no_mistake", swap("isian.csv", "usia_korban,35", "usia_korban,34"),
     ("T245", "isian.csv, korban[1]/usia_korban"), ("T246", "perbaikan.csv, korban[1]/usia_korban")),
    ("answer_missing", swap("isian.csv", "frekuensi,berulang\n", ""), ("T245", "isian.csv, frekuensi"),
     ("T246", "perbaikan.csv, frekuensi"), ("T248", "isian.csv, sejak_kapan")),
    ("not_all_mended", along("4,kekerasan[1]/sub_bentuk,fis_pukul fis_jambak psi_ancam,\n", ""),
     ("T246", "perbaikan.csv, kekerasan[1]/sub_bentuk")),
    ("mended_with_a_mistake", along("tgl_rencana,18/9/2026", "tgl_rencana,8/9/2026"),
     ("T246", "perbaikan.csv, tindak_lanjut[1]/tgl_rencana")),
    ("answer_not_asked", add("isian.csv", "no_kasus_terkait,PLD/1\n"), ("T248", "isian.csv, no_kasus_terkait")),
    ("mended_not_asked", add("perbaikan.csv", "1,no_kasus_terkait,PLD/1,*\n"),
     ("T248", "perbaikan.csv, no_kasus_terkait")),
    ("nik", swap("isian.csv", "5302054303910000", "5302054303910001"), ("T245", "isian.csv, korban[1]/nik_korban"),
     ("T246", "perbaikan.csv, korban[1]/nik_korban"), ("T220", "isian.csv")),
    ("phone", add("formulir.toml", "\n# 0812-3456-7890\n"), ("T221", "formulir.toml")),
    ("village", seed("ladang di Desa Contoh B", "ladang di Desa Biloto"), ("T222", "kesalahan.csv")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "code", "place"), [pytest.param(*each[1:], id=each[0]) for each in [*FOLDER, *LISTS]]
)
def test_one_fault_is_told_with_its_code_place_and_way_out(folder: Path, spoil: Spoil, code: str, place: str) -> None:
    spoil(folder)
    assert [(error.code, error.place) for error in errors_of(folder)] == [(code, place)]


@pytest.mark.parametrize(("spoil", "told"), [pytest.param(each[1], each[2:], id=each[0]) for each in CHECKED])
def test_what_does_not_agree_with_the_checks_is_told(
    folder: Path, spoil: Spoil, told: tuple[tuple[str, str], ...]
) -> None:
    spoil(folder)
    assert [(error.code, error.place) for error in errors_of(folder)] == list(told)


def test_too_few_mistakes_are_told(folder: Path) -> None:
    """Without their seed the mistakes are findings that nobody listed."""
    lines = (folder / "kesalahan.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "kesalahan.csv").write_text("".join(lines[:8]), "utf-8")
    kept = (folder / "perbaikan.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "perbaikan.csv").write_text("".join(row for row in kept if not row.startswith("10,")), "utf-8")
    errors = errors_of(folder)
    assert [error.code for error in errors] == ["T245"] * 2 + ["T246"] * 2 + ["T247"]
    assert "7" in errors[-1].sentence() and "8" in errors[-1].way_out()


def test_a_form_in_which_the_checks_find_everything_is_told(folder: Path) -> None:
    swap("isian.csv", "desa_tkp,53.99.01.2001", "desa_tkp,53.99.01.2002")(folder)
    lines = (folder / "kesalahan.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [row for row in lines if not row.startswith(("2,", "10,"))]
    numbered = [kept[0], *(f"{n},{row.partition(',')[2]}" for n, row in enumerate(kept[1:], 1))]
    (folder / "kesalahan.csv").write_text("".join(numbered), "utf-8")
    rest = (folder / "perbaikan.csv").read_text("utf-8").splitlines(keepends=True)
    rest = [row.replace("4,", "3,", 1) if row.startswith("4,") else row for row in rest if not row.startswith("10,")]
    (folder / "perbaikan.csv").write_text("".join(rest), "utf-8")
    assert [(error.code, error.values["unaided"]) for error in errors_of(folder)] == [("T247", 1)]


def test_all_that_is_missing_in_the_settings_is_told_at_once(folder: Path) -> None:
    (folder / "formulir.toml").write_text("", "utf-8")
    assert [(error.code, error.place) for error in errors_of(folder)] == [("T233", TOML)] * 9


@pytest.mark.parametrize("source", ["F99", "tidak ada", "../F01", "x" * 5000, "a\0b", Path("tidak/ada")])
def test_a_form_that_is_not_there_is_told(source: str | Path) -> None:
    with pytest.raises(KasusError) as caught:
        load_flawed(source)
    assert caught.value.code == "T231"
    assert len(caught.value.place) <= 80
    assert not is_flawed(source)


def test_a_form_that_cannot_be_read_leaves_the_others_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(data_dir() / "samples" / "flawed", tmp_path / "samples" / "flawed")
    (tmp_path / "samples" / "flawed" / "F03" / "formulir.toml").write_text("level = ", "utf-8")
    monkeypatch.setattr("kasuskit.training.flawed.data_dir", lambda: tmp_path)
    assert [form.id for form in list_flawed()] == ["F01", "F02", "F04", "F05", "F06"]


def test_the_list_of_mistakes_is_not_read_to_show_the_form(folder: Path) -> None:
    (folder / "kesalahan.csv").write_text("bukan daftar", "utf-8")
    flawed = load_flawed(folder)
    assert flawed.record().value("kode_petugas") == "PD-02"
    with pytest.raises(KasusError, match="T234"):
        _ = flawed.seeds


def test_a_form_cannot_be_changed() -> None:
    flawed = form_of("F01")
    for thing, name in ((flawed, "title"), (flawed.seeds[0], "wrong"), (flawed.seeds[0].right, "answer")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, "x")


def test_what_was_typed_stays_as_it_was_typed() -> None:
    flawed = form_of("F06")
    record = flawed.record()
    assert record.typed("tgl_lapor") == flawed.answers["tgl_lapor"] == "20 Okt 2026"
    assert record.value("tgl_lapor") == "2026-10-20"
    assert record.typed("terlapor[1]/usia_terlapor") == "kira2 45"


def test_the_command_line_checks_a_form_by_name_and_by_folder(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    def case_check(source: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["case", "check", source])
        shown = capsys.readouterr()
        return int(str(ended.value.code or 0)), shown.out + shown.err

    for source in ("F01", str(folder)):
        code, said = case_check(source)
        assert code == 0 and "10 kesalahan yang ditanam" in said
    seed("R57b", "R57c")(folder)
    code, said = case_check(str(folder))
    assert code == 2 and all(told in said for told in ("T230", "T244", "T245"))
