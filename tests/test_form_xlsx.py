"""Workbooks as Excel and LibreOffice save them: read as they are meant, or refused with the cell and the way out."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from kasuskit.form import Record, load_form
from kasuskit.form.remarks import remarks
from kasuskit.form.workbook import read_workbook
from kasuskit.messages import KasusError, KasusErrors

DIMENSION = r'<dimension ref="[^"]+" ?/>'
SHEETS = {
    "survey": [
        ["type", "name", "label", "relevant"],
        ["select_one yt", "hadir", "Hadir?", None],
        ["text", "alasan", "Alasan", "${hadir} = 'tidak'"],
        ["date", "tgl", "Tanggal", None],
    ],
    "choices": [["list_name", "name", "label"], ["yt", "ya", "Ya"], ["yt", "tidak", "Tidak"]],
    "settings": [["form_title", "form_id"], ["Uji", "uji"]],
    "checks": [
        ["name", "fields", "when", "severity", "moment", "message"],
        ["R1", "alasan", "${alasan} = 'x'", "error", "live", "Jangan x"],
    ],
}


@pytest.fixture
def workbook(tmp_path):
    """Return a function that saves the sheets as a workbook, changed by a function, and gives its path."""

    def workbook(change=lambda book: None, without=(), name="uji.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in SHEETS.items():
            if title not in without:
                sheet = book.create_sheet(title)
                for row in rows:
                    sheet.append(row)
        change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return workbook


@pytest.fixture
def rewritten():
    """Return a function that changes the XML of a workbook's parts."""

    def rewritten(path, part, change):
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        before = parts[part]
        parts[part] = change(before.decode()).encode()
        assert parts[part] != before
        with zipfile.ZipFile(path, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content)
        return path

    return rewritten


def refused(path):
    """Return [(code, place)] of what is wrong with a workbook."""
    with pytest.raises(KasusError) as found:
        load_form(path)
    errors = found.value.errors if isinstance(found.value, KasusErrors) else (found.value,)
    return [(error.code, error.place) for error in errors]


def put(sheet, cell, content):
    """Return a change that writes a cell."""

    def change(book):
        book[sheet][cell] = content

    return change


def test_a_workbook_without_mistakes(workbook):
    form = load_form(workbook())
    assert list(form.nodes) == ["hadir", "alasan", "tgl"]
    assert list(remarks(read_workbook(workbook()))) == []


def test_colours_and_other_sheets_change_nothing(workbook):
    def change(book):
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    cell.fill = PatternFill("solid", fgColor="FFFF00")
        book["survey"]["Z9"].fill = PatternFill("solid", fgColor="FF0000")
        book.create_sheet("Catatan rapat")["A1"] = "=1+1"
        book["Catatan rapat"].merge_cells("A1:C3")

    assert load_form(workbook(change)).spec == load_form(workbook(name="polos.xlsx")).spec


def test_merged_cells_are_refused_with_their_place(workbook):
    def change(book):
        book["choices"].merge_cells("A2:A3")
        book["survey"].merge_cells("C2:D2")

    assert refused(workbook(change)) == [
        ("F180", "survey, sel/cell C2:D2"),
        ("F180", "choices, sel/cell A2:A3"),
    ]


@pytest.mark.parametrize("formula", ["=A3", "=SUM(1,2)", '="select_one yt"'])
def test_a_formula_that_was_never_calculated_is_refused(workbook, formula):
    assert refused(workbook(put("survey", "C3", formula))) == [("F181", "survey, sel/cell C3")]


def with_cell(formula, cached, kind=""):
    given = f' t="{kind}"' if kind else ""
    return lambda xml: re.sub(
        r'<c r="C3"[^>]*>.*?</c>', f'<c r="C3"{given}><f>{formula}</f>{cached}</c>', xml, flags=re.DOTALL
    )


@pytest.mark.parametrize(
    ("cached", "kind", "label"),
    [("<v>Dihitung</v>", "str", "Dihitung"), ("<v>7</v>", "", "7"), ("<v>7.5</v>", "n", "7.5")],
)
def test_a_formula_with_a_value_counts_as_its_value(workbook, rewritten, cached, kind, label):
    path = rewritten(workbook(), "xl/worksheets/sheet1.xml", with_cell("A1", cached, kind))
    assert load_form(path).nodes["alasan"].label == {"default": label}


@pytest.mark.parametrize(("cached", "kind"), [("<v>#REF!</v>", "e"), ("<v></v>", ""), ("<v/>", ""), ("", "")])
def test_a_formula_that_gives_an_error_or_nothing_is_refused(workbook, rewritten, cached, kind):
    path = rewritten(workbook(), "xl/worksheets/sheet1.xml", with_cell("Lain!A1", cached, kind))
    with pytest.raises(KasusErrors) as found:
        load_form(path)
    (error,) = found.value.errors
    assert (error.code, error.place) == ("F181", "survey, sel/cell C3")
    assert "Tempel Spesial" in error.say("id")


def test_a_formula_that_gives_blank_text_is_blank(workbook, rewritten):
    path = rewritten(workbook(), "xl/worksheets/sheet2.xml", lambda xml: xml.replace("</row></sheetData>", (
        '<c r="D3" t="str"><f>""</f><v></v></c></row></sheetData>'
    )))  # fmt: skip
    assert load_form(path).id == "uji"


def test_trailing_spaces_do_not_count(workbook):
    def change(book):
        for sheet in list(book.worksheets):
            for row in sheet.iter_rows():
                for cell in row:
                    cell.value = f" {cell.value}\u00a0 " if cell.value else cell.value
        book["survey"].title = "Survey "

    assert load_form(workbook(change)).spec == load_form(workbook(name="polos.xlsx")).spec


def test_curly_quotes_are_read_as_straight_ones_and_remarked(workbook):
    def change(book):
        book["survey"]["D3"] = "${hadir} = ‘tidak’"
        book["checks"]["C2"] = "${alasan} = “x”"

    path = workbook(change)
    form = load_form(path)
    record = Record(form)
    record.set("hadir", "tidak")
    record.set("alasan", "x")
    assert record.relevant("alasan")
    assert [finding.code for finding in record.findings()] == ["R1"]
    assert [(each.code, each.place, each.values["found"]) for each in remarks(read_workbook(path))] == [
        ("F183", "survey, baris/row 3, kolom/column relevant", "‘’"),
        ("F183", "checks, baris/row 2, kolom/column when", "“”"),
    ]


@pytest.mark.parametrize("sign", ["\u00a0", "\u200b", "\u2003", "\ufeff"])
def test_invisible_signs_in_a_formula_are_refused(workbook, sign):
    def change(book):
        book["survey"]["D3"] = f"${{hadir}}{sign}= 'tidak'"
        book["checks"]["C2"] = f"${{alasan}} = 'x'{sign}and 1 = 1"

    assert refused(workbook(change)) == [
        ("F182", "survey, baris/row 3, kolom/column relevant"),
        ("F182", "checks, baris/row 2, kolom/column when"),
    ]


def test_invisible_signs_in_quotes_are_text(workbook):
    assert load_form(workbook(put("checks", "C2", "${alasan} = 'a\u00a0b'"))).checks[0].when == "${alasan} = 'a\u00a0b'"


@pytest.mark.parametrize(
    ("sheet", "cell", "content", "code", "place"),
    [
        ("survey", "B4", "hadir", "F114", "survey, baris/row 4, kolom/column name"),
        ("survey", "D1", "label", "F108", "survey, baris/row 1, kolom/column label"),
        ("choices", "B3", "ya", "F142", "choices, baris/row 3, kolom/column name"),
        ("choices", "B3", "tidak\u00a0tahu", "F141", "choices, baris/row 3, kolom/column name"),
        ("checks", "A3", "R1", "F144", "checks, baris/row 3, kolom/column fields"),
        ("checks", "B2", "alsan", "F120", "checks, baris/row 2, kolom/column fields"),
        ("checks", "C2", "${alsan} = 1", "F120", "checks, baris/row 2, kolom/column when"),
        ("checks", "D2", "salah", "F146", "checks, baris/row 2, kolom/column severity"),
        ("survey", "D3", "${hadr} = 'tidak'", "F120", "survey, baris/row 3, kolom/column relevant"),
        ("survey", "C3", "Alasan ${hadr}", "F120", "survey, baris/row 3, kolom/column label"),
    ],
)
def test_a_mistake_is_told_with_sheet_row_and_column(workbook, sheet, cell, content, code, place):
    assert (code, place) in refused(workbook(put(sheet, cell, content)))


def test_a_doubled_check_is_told(workbook):
    def change(book):
        book["checks"].append(SHEETS["checks"][1])

    assert refused(workbook(change)) == [("F145", "checks, baris/row 3, kolom/column name")]


def test_missing_sheets(workbook):
    assert refused(workbook(without=("survey",))) == [("F105", "uji.xlsx")]
    assert refused(workbook(without=("choices",))) == [("F184", "survey, baris/row 2, kolom/column type")]
    path = workbook(without=("checks",))
    assert load_form(path).checks == ()
    assert [(each.code, each.place) for each in remarks(read_workbook(path))] == [("F188", "uji.xlsx")]


def test_a_sheet_that_stands_twice_is_refused(workbook):
    def change(book):
        book.create_sheet("checks ").append(["name"])

    assert refused(workbook(change)) == [("F189", "uji.xlsx")]


def test_rows_are_counted_as_the_spreadsheet_counts_them(workbook):
    def change(book):
        book["checks"].insert_rows(2, amount=5)
        book["checks"]["B7"] = "alasan tidak_ada"
        book["checks"].insert_rows(1)

    assert refused(workbook(change)) == [("F120", "checks, baris/row 8, kolom/column fields")]


def test_numbers_dates_and_truth_values_become_their_text(workbook):
    from datetime import datetime

    def change(book):
        book["choices"]["B3"] = 2
        book["choices"]["C3"] = 2.5
        book["settings"]["C1"], book["settings"]["C2"] = "version", datetime(2026, 10, 5)
        book["survey"]["E1"], book["survey"]["E2"] = "required", True

    form = load_form(workbook(change))
    assert [(choice.name, choice.label["default"]) for choice in form.lists["yt"]] == [("ya", "Ya"), ("2", "2.5")]
    assert form.version == "2026-10-05"
    assert form.question("hadir").required == "true()"


def test_a_million_empty_rows_are_no_hindrance(workbook, rewritten):
    """As LibreOffice writes them once a whole column was formatted."""

    def claim(xml):
        xml = re.sub(DIMENSION, '<dimension ref="A1:AMJ1048576"/>', xml)
        return xml.replace("</sheetData>", '<row r="1048576"><c r="AMJ1048576" s="0"/></row></sheetData>')

    path = rewritten(workbook(), "xl/worksheets/sheet1.xml", claim)
    assert len(read_workbook(path).rows("survey")) == 3
    assert load_form(path).id == "uji"


def test_a_wrong_dimension_hides_nothing(workbook, rewritten):
    path = rewritten(
        workbook(),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(DIMENSION, '<dimension ref="A1"/>', xml),
    )
    assert list(load_form(path).nodes) == ["hadir", "alasan", "tgl"]


def test_a_file_that_only_looks_like_a_workbook(tmp_path):
    path = tmp_path / "palsu.xlsx"
    path.write_text("Bukan buku kerja")
    assert refused(path) == [("F102", "palsu.xlsx")]
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("isi.txt", "kosong")
    assert refused(path) == [("F102", "palsu.xlsx")]


def test_the_earlier_good_version_stays_in_use(workbook):
    path = workbook()
    form = load_form(path)
    refused(workbook(put("checks", "C2", "${tidak_ada} = 1")))
    assert Record(form).relevant("hadir")
    assert load_form(workbook()).spec == form.spec
