"""A case folder with exactly one mistake beside the same folder without it: the code, the place, the way out."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.messages import LANGUAGES, KasusError
from kasuskit.training import cases, check_case, feedback, list_cases, load_case
from kasuskit.training.cases import COLUMNS, FILES, cases_dir
from tests.said import errors_of as said_errors
from tests.small_case import KEY, STORY, make_case

LONG_STORY = STORY + "\n\n" + " ".join(["Catatan dibacakan kembali dan Maria mengangguk."] * 60)
Spoil = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a small case without mistakes."""
    case = make_case(tmp_path, story=LONG_STORY)
    check_case(case.folder)
    return case.folder


errors_of = partial(said_errors, check_case, "T200")


def codes_and_places(folder: Path) -> list[tuple[str, str]]:
    return [(error.code, error.place) for error in errors_of(folder)]


def swap(file: str, old: str, new: str) -> Spoil:
    """Return what puts ``new`` for ``old``, which must be there."""

    def spoil(folder: Path) -> None:
        content = (folder / file).read_text("utf-8")
        assert old in content
        (folder / file).write_text(content.replace(old, new), "utf-8")

    return spoil


def write(file: str, content: str | bytes) -> Spoil:
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / file).write_bytes(raw)


def add(file: str, content: str) -> Spoil:
    return lambda folder: (folder / file).write_text((folder / file).read_text("utf-8") + content, "utf-8")


def remove(file: str) -> Spoil:
    return lambda folder: (folder / file).unlink()


def setting(name: str, value: str) -> Spoil:
    """Return what gives a line of ``kasus.toml`` another value; blank takes the line out."""

    def spoil(folder: Path) -> None:
        lines = (folder / "kasus.toml").read_text("utf-8").splitlines()
        assert any(line.startswith(f"{name} = ") for line in lines)
        kept = [line for line in lines if not line.startswith(f"{name} = ")]
        (folder / "kasus.toml").write_text("\n".join([*kept, f"{name} = {value}" if value else "", ""]), "utf-8")

    return spoil


def row(**cells: str) -> str:
    """Return a line of ``kunci.csv``."""
    line = io.StringIO()
    csv.DictWriter(line, COLUMNS, lineterminator="\n").writerow({"petunjuk": "Cari.", "alasan": "Disebut."} | cells)
    return line.getvalue()


def recode(file: str, encoding: str) -> Spoil:
    return lambda folder: (folder / file).write_bytes((folder / file).read_text("utf-8").encode(encoding))


def old_windows(file: str) -> Spoil:
    """Return what saves a file with the quotes and dashes of Word as Windows did before UTF-8."""

    def spoil(folder: Path) -> None:
        add(file, "\n# “Beta” – kata Maria\n")(folder)
        recode(file, "cp1252")(folder)

    return spoil


def column(name: str, new: str) -> Spoil:
    return swap("kunci.csv", f",{name},", f",{new}," if new else ",")


TOML, CSV, STORY_FILE = "K90/kasus.toml", "K90/kunci.csv", "K90/cerita.md"
THIRD = "keinginan_korban[3]/keinginan"


def line(number: int) -> str:
    """Return the place of a line of the key."""
    return f"{CSV}, baris/row {number}"


def at(address: str) -> str:
    """Return the place of a field of the key."""
    return f"kunci.csv, {address}"


def key(old: str, new: str) -> Spoil:
    return swap("kunci.csv", old, new)


# one mistake ------------------------------------------------------------------------------------------------

FOLDER = [
    ("no_settings", remove("kasus.toml"), "T201", TOML),
    ("no_story", remove("cerita.md"), "T201", STORY_FILE),
    ("no_key", remove("kunci.csv"), "T201", CSV),
    ("folder_for_a_file", lambda f: ((f / "kunci.csv").unlink(), (f / "kunci.csv").mkdir()), "T201", CSV),
    ("empty_story", write("cerita.md", ""), "T204", STORY_FILE),
    ("blank_story", write("cerita.md", " \r\n\t\n\n"), "T204", STORY_FILE),
    ("empty_key", write("kunci.csv", ""), "T205", CSV),
]
SETTINGS = [
    ("unclosed_text", setting("title", '"Kasus kecil'), "T202", TOML),
    ("unclosed_list", setting("aims", '["tanggal"'), "T202", TOML),
    ("no_quotes", setting("title", "Kasus kecil"), "T202", TOML),
    ("no_such_day", setting("level", "2026-02-30"), "T202", TOML),
    ("line_twice", add("kasus.toml", "\nlevel = 2\n"), "T202", TOML),
    ("brackets_without_end", setting("aims", "[" * 5000), "T202", TOML),
    ("brackets_very_deep", setting("aims", "[" * 5000 + "]" * 5000), "T202", TOML),
    ("number_of_5000_digits", setting("level", "1" * 5000), "T202", TOML),
    *((f"no_{name}", setting(name, ""), "T203", TOML) for name in ("id", "form", "title", "content_note", "now")),
    *((f"no_{name}", setting(name, ""), "T203", TOML) for name in ("level", "aims", "traps")),
    *((f"{name}_blank", setting(name, '"  "'), "T203", TOML) for name in ("id", "form", "title", "content_note")),
    *((f"{name}_number", setting(name, "7"), "T203", TOML) for name in ("id", "form", "title", "content_note", "now")),
    ("title_list", setting("title", '["Kasus"]'), "T203", TOML),
    ("aims_text", setting("aims", '"mengisi tanggal"'), "T203", TOML),
    ("aims_of_numbers", setting("aims", "[1, 2]"), "T203", TOML),
    ("traps_table", setting("traps", "{ satu = 1 }"), "T203", TOML),
    *(
        (f"level_{n}", setting("level", value), "T203", TOML)
        for n, value in enumerate(("0", "4", '"1"', "true", "[1]", "nan", "1e400"))
    ),
    *(
        (f"now_{n}", setting("now", value), "T203", TOML)
        for n, value in enumerate((
            '"2026-10-12"', '"12/10/2026 09:00"', '"2026-10-12T09:00:00"', '"2026-13-12T09:00:00+08:00"',
            '"2026-10-12T25:00:00+08:00"', '"2026-10-12T09:00:00+99:99"', "2026-10-12T09:00:00+08:00",
            '"2026-10-12T09:00:00+08:00 "',
        ))
    ),
]  # fmt: skip
ENCODINGS = [
    *((f"{file}_of_old_windows", old_windows(file), "F103", file) for file in FILES),
    ("utf16_without_a_mark", recode("kunci.csv", "utf-16-le"), "F103", "kunci.csv"),
    ("half_a_letter", write("cerita.md", LONG_STORY.encode() + b"\xc3"), "F103", "cerita.md"),
    ("zero_bytes_after_a_power_cut", write("kunci.csv", KEY.encode()[:200] + b"\0" * 300), "F103", "kunci.csv"),
    ("story_of_21_megabytes", write("cerita.md", "kata " * 4_200_000), "F104", "cerita.md"),
]  # fmt: skip
TABLE = [
    *((f"no_column_{name}", column(name, ""), "T205", CSV) for name in COLUMNS[1:-1]),
    ("column_in_english", column("petunjuk", "hint"), "T205", CSV),
    ("heading_lost", write("kunci.csv", KEY.partition("\n")[2]), "T205", CSV),
    ("quote_never_closed", add("kunci.csv", 'catatan,"setengah,,,\n'), "F106", line(13)),
    ("quote_never_closed_above", key('4 Oktober 2026"', "4 Oktober 2026"), "F106", line(3)),
    ("cell_of_200000_letters", add("kunci.csv", row(isian="x" * 200_000)), "F106", line(13)),
    ("comma_without_quotes", key("tanggal lapor.,C", "tanggal lapor.,UU 23/2004, Pasal 2"), "F106", line(3)),
]  # fmt: skip
KEYS = [
    ("row_not_worked_on", add("kunci.csv", "ada_saksi,,,,,,,,\n"), "T215", line(13)),
    ("quote_not_in_the_story", key("Maria ditampar", "Maria dipukul"), "T206", line(7)),
    ("quote_with_another_letter", key("Maria ditampar", "maria ditampar"), "T206", line(7)),
    ("one_quote_of_two", key("Maria ditampar", "Maria ditampar || tidak ada"), "T206", line(7)),
    ("quote_over_two_paragraphs", key("9 tahun,,", "30 tahun. Kejadiannya Minggu,,"), "T206", line(9)),
    ("no_quote", key("Maria ditampar,,", ",,"), "T207", line(7)),
    ("no_statement", key("Cerita tidak menyebut saksi.", " "), "T207", line(4)),
    ("quote_and_statement", key("Maria ditampar,,", "Maria ditampar,Tidak disebut.,"), "T208", line(7)),
    ("quote_and_statement_of_a_blank", key(",Cerita tidak menyebut k", "9 tahun,Tidak k"), "T208", line(12)),
    ("no_arrow", key("lainnya => Tamparan", "lainnya: Tamparan"), "T209", line(7)),
    ("no_reason", key("=> Tamparan sudah ada namanya: fisik.", "=> "), "T209", line(7)),
    ("no_choice", key("lainnya => Tamparan", " => Tamparan"), "T209", line(7)),
    ("twice", add("kunci.csv", row(isian="tgl_lapor", jawaban="2026-10-12", bukti="Maria")), "T213", line(13)),
]  # fmt: skip
FORM = [
    ("no_such_question", key("\ntgl_lapor,", "\ntgl_lapur,"), "T211", line(2)),
    *(
        (f"address_{address[:20]}", add("kunci.csv", row(isian=address, tidak_disebut="Tidak.")), "T211", line(13))
        for address in (
            "", "korban[0]/usia", "usia_korban", "bagian_a", "korban", "korban[1]", "keinginan_korban[1]/nama_k",
            "bukan/alamat", "x" * 9000,
        )
    ),
    ("address_misspelt", key("\ntgl_lapor,", "\ntgl_lapur,"), "T211", line(2)),
    ("answer_of_30000_letters", key(",Aman dulu,", f",{'a' * 30_000},"), "T211", line(11)),
    ("also_no_such_choice", key("ada_saksi,td,,", "ada_saksi,td,tidak | tidka,"), "T211", at("ada_saksi")),
    ("also_one_choice_of_two", key("fisik,,M", "fisik,fisik psikis | fisik pskis,M"), "T211", at("korban[1]/bentuk")),
    ("also_no_date", key("2026-10-04,,", "2026-10-04,2026-02-30,"), "T211", at("tgl_kejadian")),
    ("tempted_by_no_choice", key("lainnya => ", "lain => "), "T211", at("korban[1]/bentuk")),
    ("tempted_by_no_date", key(",2026-10-12 => ", ",besok => "), "T211", at("tgl_kejadian")),
    ("no_such_choice", key("ada_saksi,td,", "ada_saksi,belum,"), "T212", at("ada_saksi")),
    ("one_choice_of_two", key("]/bentuk,fisik,", "]/bentuk,fisik fsk,"), "T212", at("korban[1]/bentuk")),
    ("no_date", key("tgl_kejadian,2026-10-04", "tgl_kejadian,2026-10-32"), "T212", at("tgl_kejadian")),
    ("no_number", key("usia_korban,30", "usia_korban,tiga puluh"), "T212", at("korban[1]/usia_korban")),
    ("constraint", key("tgl_lapor,2026-10-12", "tgl_lapor,2026-10-13"), "T212", at("tgl_lapor")),
    ("check", key("tgl_kejadian,2026-10-04", "tgl_kejadian,2026-10-13"), "T212", at("tgl_kejadian")),
    ("required", key("nama_korban,Ana,", "nama_korban,,"), "T212", at("korban[2]/nama_korban")),
    ("required_not_in_the_key", key(re.search("tgl_kejadian.*\n", KEY)[0], ""), "T212", at("tgl_kejadian")),
    ("hidden", add("kunci.csv", row(isian="nama_saksi", jawaban="Ana", bukti="Ana")), "T214", at("nama_saksi")),
    ("hidden_row", key("keinginan_korban[2]/keinginan,", "keinginan_korban[3]/keinginan,Aman"), "T214", at(THIRD)),
    ("form_not_there", setting("form", '"tidak_ada"'), "F101", "tidak_ada"),
    ("form_path_not_there", setting("form", '"../tidak/ada"'), "F101", "../tidak/ada"),
    ("form_name_that_cannot_be", setting("form", '"\\u0000"'), "F101", "\0"),
    ("form_name_too_long", setting("form", f'"{"form/" * 2000}"'), "F101", ("form/" * 2000)[:80]),
]  # fmt: skip
HARM = [
    ("story_too_short", write("cerita.md", STORY), "T210", "cerita.md"),
    ("story_too_long", add("cerita.md", "\n\n" + "kata " * 400), "T210", "cerita.md"),
    *(
        (f"nik_in_{file}", add(file, f"\n# {nik} " if file == "kasus.toml" else f"\n\n{nik} "), "T220", file)
        for file, nik in (("kasus.toml", "5302054810940001"), ("cerita.md", "5302054810941000"))
    ),
    ("nik_in_the_key", key("Cari hari kejadian.", "NIK-nya 5302054810940123."), "T220", "kunci.csv"),
    ("nik_in_groups", add("cerita.md", " NIK 5302 0548 1094 0001."), "T220", "cerita.md"),
    ("nik_with_dots", add("cerita.md", " NIK 53.02.05.481094.0001."), "T220", "cerita.md"),
    *(
        (f"phone_{n}", add("cerita.md", f" Teleponnya {phone}."), "T221", "cerita.md")
        for n, phone in enumerate((
            "081234567890", "0812-3456-7890", "0812 3456 7890", "(0812) 3456-7890", "0812.3456.789",
            "0812\u00a03456\u00a07890", "0812\u20133456\u20137890", "0812 - 3456 - 7890".replace(" - ", " -"),
            "+62 812-3456-7890", "+62 (812) 3456 7890", "6281234567890", "0380-821234", "(0380) 821234",
            "+62 380 821234", "021 3456789", "+60 12-345 6789",
        ))
    ),
    ("phone_in_settings", setting("content_note", '"Telepon 081234567890"'), "T221", "kasus.toml"),
    ("phone_in_the_key", key("Cari hari kejadian.", "Telepon 081234567890."), "T221", "kunci.csv"),
    *(
        (f"village_{n}", add("cerita.md", f" Ia tinggal di {village}."), "T222", "cerita.md")
        for n, village in enumerate((
            "Desa Biloto", "desa ajaobaki", "Kelurahan  Maubesi", "DESA KUENAK", "Desa\nTunfeu", "Desa Oebelo",
            "Desa Oe'ekam", "Desa Oe’ekam", "Desa Oeekam", "desa Kuanek", "Desa Nitbaun di kabupaten itu",
            "Desa Contoh A, bukan di Desa Biloto",
        ))
    ),
    ("village_in_settings", setting("title", '"Kasus di Desa Biloto"'), "T222", "kasus.toml"),
    ("village_in_the_key", key("Cari hari kejadian.", "Lihat Desa Biloto."), "T222", "kunci.csv"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "code", "place"),
    [pytest.param(*each[1:], id=each[0]) for each in [*FOLDER, *SETTINGS, *ENCODINGS, *TABLE, *KEYS, *FORM, *HARM]],
)
def test_one_mistake_is_told_with_its_code_place_and_way_out(folder: Path, spoil: Spoil, code: str, place: str) -> None:
    spoil(folder)
    assert codes_and_places(folder) == [(code, place)]


def test_every_code_of_the_floor_is_provoked_here() -> None:
    from kasuskit.messages.codes import codes

    provoked = {each[2] for each in [*FOLDER, *SETTINGS, *ENCODINGS, *TABLE, *KEYS, *FORM, *HARM]} | {"T200"}
    new_cases = {"T240", "T241", "T242", "T243"}  # test_case_new.py
    flawed = {f"T{n}" for n in (*range(230, 240), *range(244, 249))}  # test_training_flawed.py
    courses = {code for domain, code in codes() if domain == "training" and code >= "T250"}  # test_course_*.py
    assert {code for domain, code in codes() if domain == "training"} <= provoked | new_cases | flawed | courses


def test_all_that_is_missing_in_the_settings_is_told_at_once(folder: Path) -> None:
    (folder / "kasus.toml").write_text("", "utf-8")
    assert codes_and_places(folder) == [("T203", TOML)] * 8


def test_a_form_with_mistakes_is_told_with_the_places_in_the_form(folder: Path) -> None:
    swap("survey.csv", "select_one ya_tidak", "select_one tak_ada")(folder.parent / "form")
    (error,) = errors_of(folder)
    assert error.key.startswith("form.F")
    assert error.place.startswith("survey, baris/row 5")


def test_a_sentence_names_what_is_wrong(folder: Path) -> None:
    for spoil, words in (
        (setting("level", "4"), '"level"'),
        (column("alasan", ""), "alasan"),
        (key("Maria ditampar", "Maria dipukul"), "Maria dipukul"),
        (key("lainnya => ", "lain => "), '"lain"'),
        (key("tgl_kejadian,2026-10-04", "tgl_kejadian,2026-10-13"), "R01"),
        (add("cerita.md", " Telepon 0812-3456-7890."), "0812…"),
    ):
        before = {file: (folder / file).read_bytes() for file in FILES}
        spoil(folder)
        (error,) = errors_of(folder)
        assert all(words in error.sentence(lang) for lang in LANGUAGES)
        assert "0812-3456" not in error.say() and "08123456" not in error.say()
        for file, content in before.items():
            (folder / file).write_bytes(content)
        assert errors_of(folder) == []


def test_mistakes_in_several_places_are_told_in_one_go(folder: Path) -> None:
    for spoil in (
        key("Maria ditampar", "Maria dipukul"),
        key("Cerita tidak menyebut saksi.", ""),
        key("\ntgl_lapor,", "\ntgl_lapur,"),
        add("cerita.md", " Telepon 081234567890 di Desa Biloto."),
    ):
        spoil(folder)
    assert codes_and_places(folder) == [
        ("T207", line(4)), ("T206", line(7)), ("T211", line(2)), ("T221", "cerita.md"), ("T222", "cerita.md"),
    ]  # fmt: skip


def test_a_key_with_more_rows_than_a_record_can_hold(folder: Path) -> None:
    rows = [row(isian=f"korban[{n}]/nama_korban", jawaban=f"Orang {n}", bukti="Maria") for n in range(3, 103)]
    add("kunci.csv", "".join(rows))(folder)
    (error,) = errors_of(folder)
    assert (error.code, error.place) == ("T211", "kunci.csv")
    assert "99" in error.sentence()


def test_a_case_that_is_not_there(tmp_path: Path) -> None:
    for source in ("K77", tmp_path / "K77", "x" * 300, tmp_path / ("y" * 5000), "K01/../K77", "\0", "", Path(__file__)):
        for look in (load_case, check_case):
            with pytest.raises(KasusError) as caught:
                look(source)
            assert caught.value.code == "T201", source
            assert all(len(caught.value.say(lang)) < 300 for lang in LANGUAGES)


# no mistake -------------------------------------------------------------------------------------------------


def semicolons(folder: Path) -> None:
    """Save the key as an Excel with Indonesian settings does."""
    rows = list(csv.reader(io.StringIO((folder / "kunci.csv").read_text("utf-8"))))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    (folder / "kunci.csv").write_bytes(out.getvalue().encode("utf-8-sig"))


HARMLESS = {
    **{f"{file}_{encoding}": recode(file, encoding) for file in FILES for encoding in ("utf-8-sig", "utf-16")},
    **{f"{file}_of_windows": swap(file, "\n", "\r\n") for file in ("cerita.md", "kunci.csv")},
    "semicolons": semicolons,
    "blank_lines": add("kunci.csv", ",,,,,,,,\n\n"),
    "blank_cells_beside_the_columns": add("kunci.csv", ",,,,,,,,,,,\n"),
    "blank_lines_after_the_story": add("cerita.md", "\n\n\n"),
    "more_settings": add("kasus.toml", '\ndebrief = """\nTanyakan: "Siapa?"\n"""\n'),
    "helplines": add("cerita.md", " Hubungi SAPA 129 atau 08111-129-129, atau nomor contoh 0800-0000-000."),
    "sample_numbers": add("cerita.md", " NIK 5302054810940000, 5302 0548 1094 0000; PLD/53.99.02.2001/2026/002."),
    "dates_and_sums": add("cerita.md", " Tanggal 4-10-2026 pukul 19.00-20.30, Rp 1.500.000.000, kode pos 85511."),
    "sample_villages": add("cerita.md", " Ia tinggal di Desa Contoh A, dekat Desa Bilotonesia; Ibu Oesena bertamu."),
    "date_as_people_write_it": key("tgl_kejadian,2026-10-04", "tgl_kejadian,4 Oktober 2026"),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_people_may_do_to_a_case_is_no_mistake(folder: Path, change: Spoil) -> None:
    change(folder)
    case = check_case(folder)
    assert list(case.key) == [each["isian"] for each in csv.DictReader(io.StringIO(KEY))]
    assert feedback(case.key_record(), case).complete


def test_columns_may_stand_in_any_order_with_more_beside_them(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(KEY)))
    out = io.StringIO()
    writer = csv.DictWriter(out, ["catatan", *reversed(COLUMNS)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(each | {"catatan": "milik fasilitator"} for each in rows)
    (folder / "kunci.csv").write_text(out.getvalue(), "utf-8")
    assert check_case(folder).key["korban[1]/bentuk"].misread == {"lainnya": "Tamparan sudah ada namanya: fisik."}


# whatever happens to the files ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_case(tmp_path_factory.mktemp("worn"), story=LONG_STORY).folder


@given(
    st.sampled_from(FILES),
    st.integers(0, 3000),
    st.one_of(st.binary(max_size=20), st.text("[]{}\"',;|=>\n\r\t 0aé", max_size=20).map(str.encode)),
    st.booleans(),
)
def test_a_half_written_or_garbled_file_never_ends_in_a_traceback(
    worn: Path, file: str, cut: int, junk: bytes, goes_on: bool
) -> None:
    whole = (worn / file).read_bytes()
    cut %= len(whole) + 1
    try:
        (worn / file).write_bytes(whole[:cut] + junk + (whole[cut + len(junk) :] if goes_on else b""))
        errors_of(worn)
        try:
            case = load_case(worn)
            feedback(case.new_record(), case)
        except KasusError:
            pass
    finally:
        (worn / file).write_bytes(whole)


# the other cases --------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of three of the kit's cases that takes the place of all."""
    copy = tmp_path / "cases"
    for name in ("K01", "K02", "K03"):
        shutil.copytree(cases_dir() / name, copy / name)
    monkeypatch.setattr(cases, "cases_dir", lambda: copy)
    return copy


@pytest.mark.parametrize(
    "spoil",
    [
        *(remove(file) for file in FILES),
        write("kasus.toml", 'title = "setengah'),
        write("kasus.toml", "x = " + "[" * 5000),
        write("kasus.toml", "level = " + "9" * 5000),
        *(old_windows(file) for file in ("kasus.toml", "cerita.md")),
        write("cerita.md", ""),
        setting("level", '"dua"'),
        shutil.rmtree,
        lambda folder: (shutil.rmtree(folder), folder.write_text("bukan folder", "utf-8")),
    ],
    ids=[
        *(f"no_{file}" for file in FILES), "half_a_line", "brackets", "digits", "settings_of_old_windows",
        "story_of_old_windows", "empty_story", "level", "no_folder", "a_file",
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_read_leaves_the_others_in_use(shelf: Path, spoil: Spoil) -> None:
    (shelf / ".ipynb_checkpoints").mkdir()
    (shelf / "catatan.txt").write_text("bukan kasus", "utf-8")
    before = list_cases()
    assert [card.id for card in before] == ["K01", "K02", "K03"]
    spoil(shelf / "K02")
    assert list_cases() == (before[0], before[2])
    assert check_case("K01").card == before[0]
    with pytest.raises(KasusError):
        load_case("K02")


def test_a_broken_key_hurts_nobody_before_feedback_is_asked_for(shelf: Path) -> None:
    (shelf / "K02" / "kunci.csv").write_text("isian,jawaban\n", "utf-8")
    assert [card.id for card in list_cases()] == ["K01", "K02", "K03"]
    case = load_case("K02")
    record = case.new_record()
    record.set("tgl_lapor", "2026-09-21")
    with pytest.raises(KasusError) as caught:
        feedback(record, case)
    assert (caught.value.code, caught.value.place) == ("T205", "K02/kunci.csv")
    assert record.answers() == {"tgl_lapor": "2026-09-21"}


def test_without_a_folder_of_cases_there_are_none(shelf: Path) -> None:
    shutil.rmtree(shelf)
    assert list_cases() == ()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (swap("cerita.md", "lahir 8 Oktober 1994", "lahir 8 Oktober 1995"), "T206"),
        (swap("cerita.md", "NIK 5302054810940000", "NIK 5302054810940007"), "T220"),
        (key("korban[1]/usia_korban,31", "korban[1]/usia_korban,32"), "T212"),
        (key("hubungan[1]/jenis_hubungan,suami", "hubungan[1]/jenis_hubungan,suamii"), "T212"),
        (key("pelapor_adalah,korban,", "pelapor_adalah,anonim,"), "T212"),
        (key("waktu_kejadian,jam_tepat", "waktu_kejadian,malam"), "T214"),
    ],
)
def test_a_spoilt_copy_of_a_shipped_case_does_not_pass(shelf: Path, spoil: Spoil, code: str) -> None:
    spoil(shelf / "K01")
    assert code in {error.code for error in errors_of(shelf / "K01")}
    check_case("K02")
