"""Reading a form's sheets as people keep them, and keeping what was compiled."""

from __future__ import annotations

import csv
import io
import os
import random
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from kasuskit.form import Form, Record, library, xlsx
from kasuskit.form import workbook as reading
from kasuskit.form.library import form_path
from kasuskit.form.workbook import decoded, read_workbook
from kasuskit.messages import LANGUAGES, KasusError, KasusErrors
from kasuskit.places import data_dir

NOW = "2026-10-05T09:00:00+08:00"
Sheets = Mapping[str, list[list[Any]]]

SHEETS: Sheets = {
    "survey": [
        ["type", "name", "label::Bahasa Indonesia (id)", "label::English (en)", "relevant", "default"],
        ["integer", "umur", "Umur (ta’u)", "Age; in years", "", "30"],
        ["select_one ya", "wali", "Wali é, \"siapa\"?", "Who, then?", "${umur} < 18 or ${umur} = ''", "ya"],
        ["date", "tgl", "Tanggal\nlahir", "Birth\tday", "", "2026-10-05"],
    ],
    "choices": [
        ["list_name", "name", "label::Bahasa Indonesia (id)", "label::English (en)"],
        ["ya", "ya", "Ya", "Yes"],
        ["ya", "tidak", "Tidak", "No"],
    ],
    "settings": [["form_title", "form_id", "version", "default_language"],
                 ["Contoh", "contoh", "2026.11.1", "Bahasa Indonesia (id)"]],
    "checks": [
        ["name", "fields", "when", "severity", "moment", "message::Bahasa Indonesia (id)", "message::English (en)"],
        ["K01", "umur", "${umur} > 120", "error", "live", "Umur ${umur}?", "Age ${umur}?"],
    ],
}  # fmt: skip
FLAT: Sheets = {name: [[str(cell).replace("\n", " ") for cell in row] for row in rows] for name, rows in SHEETS.items()}


def load_form(source: Path | str) -> Form:
    """Open a form as a fresh process would."""
    library.forget_opened()
    return library.load_form(source)


def csv_text(rows: list[list[Any]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def as_folder(sheets: Sheets, folder: Path, encoding: str = "utf-8", **options: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        (folder / f"{name}.csv").write_bytes(csv_text(rows, **options).encode(encoding))
    return folder


def as_xlsx(sheets: Sheets, path: Path) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def packed(path: Path, content: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as parts:
        for name, part in content.items():
            parts.writestr(name, part)
    return path


def as_markdown(sheets: Sheets) -> str:
    lines = []
    for name, rows in sheets.items():
        lines += [
            f"| {name} |",
            *("| | " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in rows),
        ]
    return "\n".join(lines)


def same(one: Form, other: Form) -> bool:
    return one.spec == other.spec and one.xform == other.xform


def refused(
    code: str, source: Path | str, place: str | None = None, act: Callable[[Any], Any] = load_form
) -> KasusError:
    """Return the one error that a source is refused with."""
    with pytest.raises(KasusError) as caught:
        act(source)
    error = caught.value.errors[0] if isinstance(caught.value, KasusErrors) else caught.value
    assert error.code == code
    assert place is None or error.place == place
    assert error.say("id") != error.say("en")
    assert all(error.way_out(lang) for lang in LANGUAGES)
    return error


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own: nothing was compiled before."""
    folder = tmp_path / "simpanan"
    monkeypatch.setenv("KASUSKIT_CACHE", str(folder))
    return folder


@pytest.fixture
def good(tmp_path: Path) -> Form:
    return load_form(as_folder(FLAT, tmp_path / "baik"))


# the kinds of workbook ----------------------------------------------------------------------------------------


def markdown_file(sheets: Sheets, path: Path) -> Path:
    path.write_text(f"# Formulir contoh\n\nPenjelasan.\n\n{as_markdown(sheets)}\n", "utf-8")
    return path


KINDS: dict[str, Callable[[Path], Path | str]] = {
    "xlsx": lambda folder: as_xlsx(FLAT, folder / "contoh.xlsx"),
    "XLSX": lambda folder: as_xlsx(FLAT, folder / "CONTOH.XLSX"),
    "a file's name as text": lambda folder: str(as_xlsx(FLAT, folder / "contoh.xlsx")),
    "md": lambda folder: markdown_file(FLAT, folder / "contoh.md"),
    "markdown": lambda folder: as_markdown(FLAT),
    "markdown with rules": lambda folder: as_markdown(FLAT).replace(
        "\n| | integer", "\n| | :--- | --- | --- | --- | --- | ---: |\n| | integer"
    ),
    "markdown of Windows": lambda folder: as_markdown(FLAT).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_workbook_gives_the_same_form(kind: str, good: Form, tmp_path: Path):
    form = load_form(KINDS[kind](tmp_path))
    assert same(form, good)
    assert form.languages == ("id", "en")
    record = Record(form, now=NOW)
    assert record.answers() == {"umur": "30", "tgl": "2026-10-05"}
    record.set("umur", "130")
    assert [finding.message for finding in record.findings(lang="en")] == ["Age 130?"]


def test_lines_within_a_cell_are_kept_in_csv_and_xlsx(tmp_path: Path):
    forms = load_form(as_folder(SHEETS, tmp_path / "csv")), load_form(as_xlsx(SHEETS, tmp_path / "contoh.xlsx"))
    assert same(*forms)
    assert forms[0].nodes["tgl"].label["id"] == "Tanggal\nlahir"


def test_markdown_keeps_bars_and_odd_separators_within_a_cell():
    form = load_form("\n".join(["| survey |", "| | type | name | label | hint |",
                                "| | text | a | ya \\| tidak | satu\u2028dua\x85tiga |"]))  # fmt: skip
    assert form.nodes["a"].label == {"default": "ya | tidak"}
    assert form.nodes["a"].hint == {"default": "satu\u2028dua\x85tiga"}


# CSV as programs save it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [
        ("utf-8", ",", "\n"), ("utf-8-sig", ",", "\r\n"), ("utf-8-sig", ";", "\r\n"), ("utf-8", "\t", "\n"),
        ("utf-16", "\t", "\r\n"), ("utf-16", ",", "\n"), ("utf-8", ";", "\r"),
    ],
)  # fmt: skip
def test_a_csv_is_read_as_excel_and_others_save_it(encoding: str, delimiter: str, end: str, good: Form, tmp_path: Path):
    folder = as_folder(FLAT, tmp_path / "csv", encoding, delimiter=delimiter, end=end)
    assert same(load_form(folder), good)


def test_big_endian_utf_16_is_read(good: Form, tmp_path: Path):
    folder = as_folder(FLAT, tmp_path / "csv")
    for path in folder.iterdir():
        path.write_bytes(b"\xfe\xff" + path.read_text("utf-8").encode("utf-16-be"))
    assert same(load_form(folder), good)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16-le", "utf-32"])
def test_any_other_encoding_is_refused_and_never_guessed(encoding: str, tmp_path: Path):
    sheets = {"survey": [["type", "name", "label"], ["text", "a", "Roté"]]}
    refused("F103", as_folder(sheets, tmp_path / "csv", encoding), "survey.csv")


def test_a_file_of_plain_letters_is_the_same_in_every_encoding(tmp_path: Path):
    sheets = {"survey": [["type", "name", "label"], ["text", "a", "Rote"]]}
    one, other = (load_form(as_folder(sheets, tmp_path / each, each)) for each in ("cp1252", "utf-8"))
    assert same(one, other)


@pytest.mark.parametrize(
    "content", [b"\xff\xfea", b"\xef\xbb\xbf\xff", b"type\x00name", b"type,name\x07", b"\xed\xa0\x80"]
)
def test_what_is_not_text_is_refused(content: bytes, tmp_path: Path):
    path = tmp_path / "survey.csv"
    path.write_bytes(content)
    refused("F103", path, "survey.csv", decoded)
    refused("F103", tmp_path, "survey.csv")


def test_markdown_text_with_control_characters_is_refused():
    refused("F103", "| survey |\n| | type | name | label |\n| | text | a | A\x00 |", "Markdown")


@pytest.mark.parametrize("row", ['text,a,"Nama', 'text,a,"Nama" korban', f"text,a,{'x' * 140_000}"])
def test_a_broken_csv_is_refused_with_its_row(row: str, tmp_path: Path):
    (tmp_path / "survey.csv").write_text(f'type,name,label\ntext,b,"dua\nbaris"\n{row}\ntext,c,C\n')
    refused("F106", tmp_path, "survey.csv, baris/row 3")


def test_blank_rows_are_left_out_and_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path):
    (tmp_path / "survey.csv").write_text('\n;;\ntype;name;label\n;;\ntext;a;"dua\nbaris"\n\ntext;1b;B\n')
    refused("F113", tmp_path, "survey, baris/row 7, kolom/column name")


# what people leave in cells -----------------------------------------------------------------------------------


def test_spaces_around_cells_and_headings_do_not_count(good: Form, tmp_path: Path):
    spaced = {name: [[f" \u00a0{cell}  " for cell in row] for row in rows] for name, rows in FLAT.items()}
    assert same(load_form(as_folder(spaced, tmp_path / "csv")), good)
    assert same(load_form(as_xlsx(spaced, tmp_path / "contoh.xlsx")), good)


def test_curly_quotes_of_a_word_processor_are_read_as_straight_ones_in_the_survey():
    form = load_form("""
    | survey |      |      |       |                |
    |        | type | name | label | relevant       |
    |        | text | a    | A     |                |
    |        | text | b    | B     | ${a} = ‘ya’    |
    |        | text | c    | C     | ${a} = “ya”    |
    """)
    record = Record(form, now=NOW)
    assert not record.relevant("b") and not record.relevant("c")
    record.set("a", "ya")
    assert record.relevant("b") and record.relevant("c")


@pytest.mark.parametrize("heading", ["Relevant", "RELEVANT", " relevance ", "Relevance"])
def test_headings_may_be_written_in_other_ways(heading: str):
    form = load_form(f"| survey |\n| | Type | NAME | Label | {heading} |\n| | text | a | A | 1 = 2 |")
    assert form.nodes["a"].relevant == "1 = 2"
    assert form.nodes["a"].label == {"default": "A"}


def test_all_names_that_a_column_ever_had_are_known():
    form = load_form("""
    | survey  |                 |       |         |          |                      |             |                |
    |         | Type            | Value | Caption | Readonly | Constraining Message | RequiredMsg | Guidance Hint  |
    |         | select one kab  | kab   | Kab     | yes      | Di luar.             | Wajib.      | Tanya dulu.    |
    |         | begin repeat    | r     | R       |          |                      |             |                |
    |         | text            | a     | A       |          |                      |             |                |
    |         | end repeat      |       |         |          |                      |             |                |
    | choices |                 |       |         |
    |         | List Name       | Value | Caption |
    |         | kab             | tts   | TTS     |
    """)
    kab = form.question("kab")
    assert (kab.read_only, kab.label, kab.guidance) == (True, {"default": "Kab"}, {"default": "Tanya dulu."})
    assert (kab.constraint_message, kab.required_message) == ({"default": "Di luar."}, {"default": "Wajib."})
    assert [choice.label for choice in form.lists["kab"]] == [{"default": "TTS"}]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("label", "label", "label"), ("label", "Label ", "label / Label"),
        ("relevant", "relevance", "relevant / relevance"),
        ("label::English (en)", "LABEL::English (en)", "label::English (en) / LABEL::English (en)"),
    ],
)  # fmt: skip
def test_a_heading_that_stands_twice_is_refused(first: str, second: str, told: str, tmp_path: Path):
    rows = [["", ""], ["type", "name", first, second], ["text", "a", "A", "A"]]
    error = refused(
        "F108", as_xlsx({"survey": rows}, tmp_path / "x.xlsx"), f"survey, baris/row 2, kolom/column {second.strip()}"
    )
    assert f'"{told}"' in error.say("en")


def test_the_same_text_in_two_languages_is_no_doubled_heading():
    form = load_form("| survey |\n| | type | name | label::id | label::en |\n| | text | a | Nama | Name |")
    assert form.nodes["a"].label == {"id": "Nama", "en": "Name"}


# spreadsheets -------------------------------------------------------------------------------------------------


def test_colours_comments_and_menus_change_nothing(good: Form, tmp_path: Path):
    path = as_xlsx(FLAT, tmp_path / "contoh.xlsx")
    book = load_workbook(path)
    survey = book["survey"]
    for row in survey["A1:F40"]:
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFCC00")
    survey["B2"].comment = Comment("Periksa lagi", "Mama Yuli")
    menu = DataValidation(type="list", formula1='"text,integer"')
    menu.add("A2:A40")
    survey.add_data_validation(menu)
    survey.freeze_panes = "B2"
    survey.column_dimensions["C"].hidden = True
    book["choices"].sheet_state = "hidden"
    book.save(path)
    assert same(load_form(path), good)


def test_merged_cells_are_refused_with_their_place(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (
        ["type", "name", "label", "relevant"],
        ["text", "a", "A"],
        ["text", "b", "B", "${a} = 'x'"],
        ["text", "c", "C"],
    ):
        sheet.append(row)
    sheet.merge_cells("D3:D4")
    book.save(tmp_path / "x.xlsx")
    refused("F180", tmp_path / "x.xlsx", "survey, sel/cell D3:D4")
    sheet.unmerge_cells("D3:D4")
    book.save(tmp_path / "x.xlsx")
    assert [load_form(tmp_path / "x.xlsx").nodes[name].relevant for name in "abc"] == ["", "${a} = 'x'", ""]


def test_numbers_dates_and_yes_or_no_are_read_as_their_author_wrote_them(tmp_path: Path):
    rows = [
        ["type", "name", "label", "required", "read_only", "default", "sumber"],
        ["integer", "a", 2026, True, False, 5304, 1.5],
        ["decimal", "b", 3.0, False, True, 0.1, date(2026, 10, 5)],
        ["date", "c", "C", "TRUE", "no", date(2026, 10, 5), datetime(2026, 10, 5, 8, 30)],
        ["time", "d", "D", "yes", None, time(20, 15), None],
        ["integer", "e", "E", "", "", 1e15, 0],
    ]
    form = load_form(
        as_xlsx({"survey": rows, "settings": [["form_id", "version"], ["f", 20261101]]}, tmp_path / "x.xlsx")
    )
    questions = [form.question(name) for name in "abcde"]
    assert [question.label["default"] for question in questions] == ["2026", "3", "C", "D", "E"]
    assert [question.required for question in questions] == ["true()", "", "true()", "true()", ""]
    assert [question.read_only for question in questions] == [False, True, False, False, False]
    assert [question.default for question in questions] == [
        "'5304'", "'0.1'", "'2026-10-05'", "'20:15:00'", "'1000000000000000'",
    ]  # fmt: skip
    assert [question.extra.get("sumber") for question in questions] == [
        "1.5",
        "2026-10-05",
        "2026-10-05T08:30:00",
        None,
        "0",
    ]
    assert form.version == "20261101"


def with_values(path: Path, values: Mapping[str, str]) -> Path:
    """Put values into cells of the first sheet that hold a formula, as Excel does when it saves."""
    content = unpacked(path)
    sheet = content["xl/worksheets/sheet1.xml"].decode()
    for cell, value in values.items():
        before, mark, rest = sheet.partition(f'<c r="{cell}"')
        sheet = (
            before
            + mark
            + ' t="str"'
            + rest.replace("<v></v>", f"<v>{value}</v>", 1).replace("<v />", f"<v>{value}</v>", 1)
        )
    content["xl/worksheets/sheet1.xml"] = sheet.encode()
    return packed(path, content)


FORMULAS: Sheets = {
    "survey": [["type", "name", "label", "relevant"], ["text", "a", '=UPPER("nama")'], ["text", "b", "B", '=""']]
}


def test_a_formula_that_was_calculated_counts_as_its_value(tmp_path: Path):
    path = with_values(as_xlsx(FORMULAS, tmp_path / "x.xlsx"), {"C2": "NAMA", "D3": ""})
    form = load_form(path)
    assert form.nodes["a"].label == {"default": "NAMA"}
    assert form.nodes["b"].relevant == ""


def test_a_formula_that_was_never_calculated_is_refused_and_not_taken_for_a_blank(tmp_path: Path):
    refused("F181", as_xlsx(FORMULAS, tmp_path / "x.xlsx"), "survey, sel/cell C2")
    path = with_values(as_xlsx(FORMULAS, tmp_path / "y.xlsx"), {"C2": "NAMA"})
    refused("F181", path, "survey, sel/cell D3")


def test_a_formula_in_a_sheet_that_is_not_ours_does_not_matter(good: Form, tmp_path: Path):
    path = as_xlsx({"hitungan": [["=1+1"]], **FLAT}, tmp_path / "x.xlsx")
    assert same(load_form(path), good)


EXTRA: Sheets = {
    "catatan": [["Judul", "Judul"], ["apa saja", ""]],
    "riwayat": [["label::Tetun (tet)"], ["x"]],
    "external_choices": [["list_name", "name"], ["x", "y"]],
}


@pytest.mark.parametrize("kind", ["folder", "xlsx", "markdown"])
def test_sheets_of_other_names_are_left_alone(kind: str, good: Form, tmp_path: Path):
    sheets = {"catatan": EXTRA["catatan"], **FLAT, **EXTRA}
    source = {
        "folder": lambda: as_folder(sheets, tmp_path / "csv"),
        "xlsx": lambda: as_xlsx(sheets, tmp_path / "x.xlsx"),
        "markdown": lambda: as_markdown(sheets),
    }[kind]()
    assert same(load_form(source), good)


def test_the_names_of_sheets_may_be_written_in_other_ways(good: Form, tmp_path: Path):
    sheets = {f" {name.upper()} ": rows for name, rows in FLAT.items()}
    assert same(load_form(as_xlsx(sheets, tmp_path / "x.xlsx")), good)
    assert same(load_form(as_markdown(sheets)), good)


def test_rows_are_counted_from_the_top_of_the_sheet(tmp_path: Path):
    rows = [[], ["", ""], ["type", "name", "label"], [], ["text", "a", "A"], [None, None, " "], ["text", "a", "B"]]
    refused("F114", as_xlsx({"survey": rows}, tmp_path / "x.xlsx"), "survey, baris/row 7, kolom/column name")


@pytest.mark.parametrize("size", ["A1", "A1:XFD1048576", "A1:B2"])
def test_a_wrong_size_in_the_file_cuts_nothing_off(size: str, good: Form, tmp_path: Path):
    path = as_xlsx(FLAT, tmp_path / "x.xlsx")
    content = unpacked(path)
    for name in [name for name in content if name.startswith("xl/worksheets/")]:
        before, mark, rest = content[name].decode().partition('<dimension ref="')
        assert mark
        content[name] = (before + mark + size + rest[rest.index('"') :]).encode()
    assert same(load_form(packed(path, content)), good)


# what cannot be read ------------------------------------------------------------------------------------------


def test_a_workbook_without_the_sheet_survey_is_refused(tmp_path: Path):
    rest = {name: rows for name, rows in FLAT.items() if name != "survey"}
    refused("F105", as_folder(rest, tmp_path / "csv"), "csv")
    refused("F105", as_xlsx(rest, tmp_path / "x.xlsx"), "x.xlsx")
    refused("F105", as_markdown(rest), "Markdown")
    refused("F105", markdown_file(rest, tmp_path / "x.md"), "x.md")
    (tmp_path / "kosong").mkdir()
    refused("F105", tmp_path / "kosong", "kosong")


@pytest.mark.parametrize("rows", [[], [[]], [["", ""], [" "]], [["type", "name", "label"]]])
def test_an_empty_sheet_is_refused(rows: list[list[str]], tmp_path: Path):
    refused("F105", as_folder({"survey": rows}, tmp_path / "csv"), "csv")
    refused("F105", as_xlsx({"survey": rows}, tmp_path / "x.xlsx"), "x.xlsx")


def test_an_empty_file_is_refused(tmp_path: Path):
    for name, code in (("x.xlsx", "F102"), ("x.md", "F105")):
        (tmp_path / name).touch()
        refused(code, tmp_path / name, name)
    (tmp_path / "survey.csv").touch()
    refused("F105", tmp_path)


@pytest.mark.parametrize("name", ["x.xls", "x.csv", "x.ods", "x.docx", "x", "x.xlsx.zip", ".xlsx"])
def test_a_file_of_another_kind_is_refused(name: str, tmp_path: Path):
    (tmp_path / name).write_bytes(b"type,name\n")
    refused("F102", tmp_path / name, name)


@pytest.mark.parametrize(
    "content", [b"PK", b"type,name,label\ntext,a,A\n", b"\xd0\xcf\x11\xe0" + b"\0" * 2000, b"\0" * 9999]
)
def test_a_file_that_only_bears_the_name_is_refused(content: bytes, tmp_path: Path):
    (tmp_path / "x.xlsx").write_bytes(content)
    refused("F102", tmp_path / "x.xlsx", "x.xlsx")


def test_a_zip_of_other_things_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as parts:
        parts.writestr("survey.csv", "type,name,label\ntext,a,A\n")
    refused("F102", tmp_path / "x.xlsx", "x.xlsx")


def test_a_half_written_workbook_is_refused_wherever_it_ends(tmp_path: Path):
    whole = as_xlsx(FLAT, tmp_path / "x.xlsx").read_bytes()
    path = tmp_path / "y.xlsx"
    for end in range(0, len(whole) - 1, len(whole) // 40):
        path.write_bytes(whole[:end])
        refused("F102", path, "y.xlsx", read_workbook)


def test_a_damaged_workbook_is_refused_or_read_but_never_a_traceback(tmp_path: Path):
    whole = as_xlsx(FLAT, tmp_path / "x.xlsx").read_bytes()
    path, dice = tmp_path / "y.xlsx", random.Random(1)
    codes = set()
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 5, 50))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            read_workbook(path)
        except KasusError as error:
            codes.add(error.code)
    assert "F102" in codes and codes <= {"F102", "F104", "F105", "F108"}


def test_a_workbook_with_a_bomb_of_entities_is_refused(tmp_path: Path):
    path = as_xlsx(FLAT, tmp_path / "x.xlsx")
    content = unpacked(path)
    entities = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    sheet = content["xl/worksheets/sheet1.xml"].decode().replace("Umur", "&e9;")
    assert "&e9;" in sheet
    content["xl/worksheets/sheet1.xml"] = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]>{sheet}'.encode()
    refused("F102", packed(path, content), "x.xlsx")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sources = [
        as_xlsx(FLAT, tmp_path / "x.xlsx"),
        markdown_file(FLAT, tmp_path / "x.md"),
        as_folder(FLAT, tmp_path / "csv"),
    ]
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    monkeypatch.setattr("kasuskit.form.library.MAX_BYTES", 10)
    monkeypatch.setattr(Path, "open", lambda path, *_, **__: pytest.fail(f"{path} was opened"))
    for source, place in zip(sources, ("x.xlsx", "x.md", "survey.csv"), strict=True):
        refused("F104", source, place, read_workbook)
    monkeypatch.setattr("kasuskit.form.library._from_cache", lambda _: None)
    for source in sources:
        refused("F104", source)


def test_a_workbook_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = as_xlsx(FLAT, tmp_path / "x.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/bom.xml", b"\0" * 1_000_000)
    assert path.stat().st_size < 20_000
    load_form(path)
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 1_000_000)
    monkeypatch.setattr(xlsx, "_sheets", lambda *_: pytest.fail("it was unpacked"))
    refused("F104", path, "x.xlsx", read_workbook)


def test_a_workbook_of_too_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = as_xlsx(FLAT, tmp_path / "x.xlsx")
    cells = max(sum(cell not in (None, "") for row in rows for cell in row) for rows in FLAT.values())
    monkeypatch.setattr(xlsx, "MAX_CELLS", cells)
    read_workbook(path)
    monkeypatch.setattr(xlsx, "MAX_CELLS", cells - 1)
    refused("F104", path, "x.xlsx", read_workbook)


def test_a_stray_cell_at_the_very_end_of_a_sheet_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    book = load_workbook(as_xlsx(FLAT, tmp_path / "x.xlsx"))
    book["survey"]["B5000"] = "terakhir"
    book.save(tmp_path / "y.xlsx")
    assert read_workbook(tmp_path / "y.xlsx").rows("survey")[-1].number == 5000
    monkeypatch.setattr(xlsx, "MAX_CELLS", 4000)
    refused("F104", tmp_path / "y.xlsx", "y.xlsx", read_workbook)


@pytest.mark.parametrize("act", [load_form, read_workbook])
@pytest.mark.parametrize("kind", ["x.xlsx", "x.md", "csv"])
def test_a_file_that_another_program_holds_is_told_so(
    kind: str, act: Callable[[Any], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    source = {
        "x.xlsx": lambda: as_xlsx(FLAT, tmp_path / kind),
        "x.md": lambda: markdown_file(FLAT, tmp_path / kind),
        "csv": lambda: as_folder(FLAT, tmp_path / kind),
    }[kind]()
    really_open = io.open

    def held(file: Any, *args: Any, **options: Any) -> Any:
        if isinstance(file, (str, os.PathLike)) and str(file).startswith(str(source)):
            raise PermissionError(13, "Permission denied", str(file))
        return really_open(file, *args, **options)

    monkeypatch.setattr(io, "open", held)
    error = refused("F107", source, str(source), act)
    assert "Permission denied" in error.say("id")
    monkeypatch.undo()
    act(source)


# names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "tidak_ada", "../x", "../x.xlsx", "..\\x", "kasus/..", "kasus/x", "/tidak/ada", "~", "C:\\form.xlsx", "kasus ",
        " ", "a\0b", "a\0b.xlsx", "x" * 61, "x" * 300, "x" * 300 + ".xlsx", "x" * 5000 + "/survey.csv", "\ud800.xlsx",
        "kasus.xlsx",
    ],
)  # fmt: skip
def test_a_name_that_names_nothing_is_told_so(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    error = refused("F101", name)
    assert len(error.place) < 100
    assert list(tmp_path.iterdir()) == [], "looking for a form writes nothing"


@pytest.mark.parametrize(
    "name", ["../forms/kasus", "kasus/../kasus", "./kasus", "kasus/", "..", ".", "", "Kasus/../kasus"]
)
def test_the_kits_own_forms_are_known_by_name_and_not_by_path(name: str):
    assert form_path("kasus") == data_dir() / "forms" / "kasus"
    refused("F101", name, act=form_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no file can have such a name")
def test_a_file_whose_name_is_not_utf_8_is_read(good: Form, tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/formulir \xe9.xlsx"))
    assert same(load_form(as_xlsx(FLAT, path)), good)


def test_a_form_of_ones_own_is_found_by_its_path(good: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "di_sini").mkdir()
    monkeypatch.chdir(tmp_path / "di_sini")
    assert same(load_form("../baik"), good)
    assert same(load_form(Path("../baik")), good)


# the cache ----------------------------------------------------------------------------------------------------


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources of all forms that were compiled, not opened."""
    from kasuskit.form import compiler

    sources: list[str] = []
    really = compiler.compile_workbook

    def noted(book: reading.Workbook) -> compiler.Compiled:
        sources.append(book.source)
        return really(book)

    monkeypatch.setattr(compiler, "compile_workbook", noted)
    return sources


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".mo"}


def test_a_form_is_compiled_once_and_then_opened(good: Form, compiled: list[str], tmp_path: Path, cache: Path):
    kept = contents(cache)
    assert sorted(Path(name).suffix for name in kept) == [".json", ".xml"]
    assert same(load_form(tmp_path / "baik"), good)
    assert same(load_form(str(tmp_path / "baik")), good)
    assert compiled == []
    assert contents(cache) == kept


def test_opening_a_form_needs_no_compiler(good: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for module in ("pyxform", "openpyxl", "kasuskit.form.compiler"):
        monkeypatch.setitem(sys.modules, module, None)  # importing it fails
    assert same(load_form(tmp_path / "baik"), good)
    (tmp_path / "baik" / "settings.csv").write_text("form_id\nlain\n")
    with pytest.raises(ImportError):
        load_form(tmp_path / "baik")


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_changed_sheet_is_another_form_and_the_old_one_is_still_there(
    sheet: str, good: Form, compiled: list[str], tmp_path: Path, cache: Path
):
    path = tmp_path / "baik" / f"{sheet}.csv"
    before, kept = path.read_bytes(), contents(cache)
    path.write_bytes(before + b"\r\n")
    load_form(tmp_path / "baik")
    assert compiled == ["baik"]
    assert len(contents(cache)) == 4
    assert contents(cache).items() >= kept.items()
    path.write_bytes(before)
    assert same(load_form(tmp_path / "baik"), good)
    assert compiled == ["baik"]


def test_a_row_that_moves_to_the_next_sheet_makes_another_form(compiled: list[str], tmp_path: Path):
    for folder, survey, choices in (
        ("a", "type,name,label\ntext,a,A\n,,\n", ""),
        ("b", "type,name,label\ntext,a,A\n", ",,\n"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "survey.csv").write_text(survey)
        (tmp_path / folder / "choices.csv").write_text(choices)
        load_form(tmp_path / folder)
    assert compiled == ["a", "b"]


def test_a_file_beside_the_sheets_does_not_count(good: Form, compiled: list[str], tmp_path: Path):
    (tmp_path / "baik" / "catatan.txt").write_text("apa saja")
    load_form(tmp_path / "baik")
    assert compiled == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2], lambda whole: whole[:-1], lambda whole: b"", lambda whole: b"null",
        lambda whole: b"[]", lambda whole: b"{}", lambda whole: b"\0" * len(whole), lambda whole: b"\xff" + whole,
        lambda whole: whole.replace(b'"format":', b'"format":9'),
        lambda whole: whole.replace(b'"nodes":[', b'"nodes":[{},'), lambda whole: whole.replace(b"${umur}", b"${lain}"),
    ],
)  # fmt: skip
def test_a_half_written_file_in_the_cache_is_made_again(
    damage: Callable[[bytes], bytes], good: Form, compiled: list[str], tmp_path: Path, cache: Path
):
    whole = contents(cache)
    (path,) = cache.rglob("*.json")
    path.write_bytes(damage(path.read_bytes()))
    assert contents(cache) != whole
    assert same(load_form(tmp_path / "baik"), good)
    assert compiled == ["baik"]
    assert contents(cache) == whole


@pytest.mark.parametrize("suffix", [".json", ".xml"])
def test_what_is_lost_from_the_cache_is_made_again(
    suffix: str, good: Form, compiled: list[str], tmp_path: Path, cache: Path
):
    whole = contents(cache)
    (path,) = cache.rglob(f"*{suffix}")
    path.unlink()
    assert load_form(tmp_path / "baik").xform.startswith("<?xml")
    assert compiled == ["baik"]
    assert contents(cache) == whole


def test_a_cache_that_cannot_be_written_costs_only_time(
    good: Form, compiled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "berkas").write_text("bukan folder")
    monkeypatch.setenv("KASUSKIT_CACHE", str(tmp_path / "berkas"))
    for _ in range(2):
        assert same(load_form(tmp_path / "baik"), good)
    assert compiled == ["baik", "baik"]
    assert (tmp_path / "berkas").read_text() == "bukan folder"


def test_a_full_disk_costs_only_time_and_leaves_no_part(
    compiled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    source = as_folder(FLAT, tmp_path / "baik")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        form = load_form(source)
        assert contents(cache) == {}
    assert same(load_form(source), form)
    assert compiled == ["baik", "baik"]
    assert len(contents(cache)) == 2


def test_a_bad_new_version_leaves_the_good_one_usable(good: Form, compiled: list[str], tmp_path: Path, cache: Path):
    survey = tmp_path / "baik" / "survey.csv"
    right, kept = survey.read_bytes(), contents(cache)
    record = Record(good, now=NOW)
    for wrong in (right.replace(b"umur", b"1umur"), right[: len(right) // 2], right.replace(b"${umur}", b"umur"), b""):
        survey.write_bytes(wrong)
        with pytest.raises(KasusError):
            load_form(tmp_path / "baik")
        assert contents(cache) == kept
        assert survey.read_bytes() == wrong, "the author's file is never written to"
    record.set("umur", "12")
    assert record.relevant("wali") and good.xform.startswith("<?xml")
    survey.write_bytes(right)
    seen = len(compiled)
    assert same(load_form(tmp_path / "baik"), good)
    assert len(compiled) == seen


def test_in_one_process_the_same_sheets_are_one_form_and_changed_ones_another(tmp_path: Path) -> None:
    folder = as_folder(FLAT, tmp_path / "sama")
    library.forget_opened()
    first = library.load_form(folder)
    assert library.load_form(folder) is first
    assert library.load_form(as_folder(FLAT, tmp_path / "salinan" / "sama")) is first, "content counts, not place"
    survey = folder / "survey.csv"
    survey.write_text(survey.read_text("utf-8").replace("Nama", "Namanya"), "utf-8")
    changed = library.load_form(folder)
    assert changed is not first
    library.forget_opened()
    assert library.load_form(folder) is not changed
