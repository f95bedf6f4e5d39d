"""A form exported to Excel is the same form: for us, for pyxform, for ODK; and it helps the one who edits it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyxform.validators.odk_validate import check_xform
from pyxform.xls2xform import convert

from kasuskit.form import load_form
from kasuskit.form.compiler import compile_workbook
from kasuskit.form.export import MENU_SHEET, export_form, workbook_bytes
from kasuskit.form.workbook import SHEETS, SheetRow, Workbook, read_workbook
from kasuskit.form.xlsx import read_xlsx
from kasuskit.messages import KasusError
from kasuskit.places import data_dir

SHIPPED = tuple(sorted(path.parent.name for path in (data_dir() / "forms").glob("*/settings.csv")))
SMALL = """
| survey |
| | type | name | label | relevant | catatan_kami |
| | begin_group | a | A | | |
| | select_one yt | ya | =Ya? | | -1 |
| | begin_repeat | orang | Orang | | |
| | text | kode | +62 | | 001 |
| | date | tgl | 2026-10-05 | ${ya} = 'ya' | #N/A |
| | end_repeat | | | | |
| | end_group | | | | |
| choices |
| | list_name | name | label |
| | yt | ya | Ya |
| | yt | 2 | 2 |
| settings |
| | form_title | form_id | version |
| | Kecil | kecil | 2026.11.1 |
| checks |
| | name | fields | when | severity | moment | message |
| | R1 | kode | ${kode} = '1' | error | live | Salah |
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Return a function that exports a form of the kit once and gives the file."""
    folder = tmp_path_factory.mktemp("ekspor")

    def exported(name):
        path = folder / f"{name}.xlsx"
        return path if path.exists() else export_form(name, path)

    return exported


@pytest.fixture
def small(tmp_path):
    return export_form(SMALL, tmp_path / "kecil.xlsx")


@pytest.mark.parametrize("name", SHIPPED)
def test_reading_it_back_gives_the_same_form(exported, name):
    before, after = read_workbook(data_dir() / "forms" / name), read_workbook(exported(name))
    for sheet in SHEETS:
        assert [row.cells for row in after.rows(sheet)] == [row.cells for row in before.rows(sheet)]
        assert after.columns[sheet] == before.columns[sheet]
    made, again = compile_workbook(before), compile_workbook(after)
    assert again.json == made.json
    assert again.xform == made.xform


@pytest.mark.parametrize("name", SHIPPED)
def test_pyxform_converts_it_without_a_word(exported, name):
    warnings: list[str] = []
    assert convert(str(exported(name)), warnings=warnings).xform == load_form(name).xform
    assert warnings == []


@pytest.mark.oracle
@pytest.mark.parametrize("name", SHIPPED)
def test_odk_validate_passes_it(exported, name, need, tmp_path):
    need("java")
    path = tmp_path / "formulir.xml"
    path.write_text(convert(str(exported(name))).xform, encoding="utf-8")
    assert check_xform(path) == []


def test_all_that_looks_like_something_else_stays_text(small):
    sheet = openpyxl.load_workbook(small)["survey"]
    found = {cell.value: cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value}
    for content in ("=Ya?", "-1", "001", "2026-10-05", "#N/A"):
        assert found[content].data_type == "s"
        assert found[content].number_format == "@"
    before, after = read_workbook(SMALL), read_workbook(small)
    assert [row.cells for row in after.rows("survey")] == [row.cells for row in before.rows("survey")]
    assert load_form(small).spec == load_form(SMALL).spec


def test_it_is_comfortable_to_edit(small):
    book = openpyxl.load_workbook(small)
    assert book.sheetnames == ["survey", "choices", "settings", "checks", MENU_SHEET]
    assert book[MENU_SHEET].sheet_state == "hidden"
    for sheet in book.worksheets[:4]:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(cell.font.bold for cell in sheet[1])
        assert all(cell.alignment.wrap_text for row in sheet.iter_rows(min_row=2) for cell in row if cell.value)
        assert {sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]} == {"@"}
        assert all(sheet.column_dimensions[cell.column_letter].width > 10 for cell in sheet[1])
    assert book["survey"].freeze_panes == "C2"


def drop_downs(path):
    """Return {(sheet, letter): (choices, style)} of a workbook."""
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            name, _, area = rule.formula1.partition("!")
            choices = [row[0].value for row in book[name][area.replace("$", "")]]
            letter = str(rule.sqref).partition("2")[0]
            found[sheet.title, letter] = (choices, rule.errorStyle if rule.showErrorMessage else None)
            assert sheet.max_row < int(str(rule.sqref).rpartition(letter)[2])  # rows that people add have it too
            assert len(rule.error or "") < 256 and len(rule.errorTitle or "") < 33  # what Excel takes
    return found


def test_drop_downs_offer_what_may_stand_there(small):
    found = drop_downs(small)
    types, style = found["survey", "A"]
    assert {"text", "date", "select_one yt", "select_multiple yt", "begin_group", "end_repeat"} <= set(types)
    assert style == "warning"  # the list of a new question may be new too
    assert found["choices", "A"] == (["yt"], "warning")
    assert found["checks", "B"] == (["ya", "kode", "tgl"], None)  # several names may stand there
    assert found["checks", "D"] == (["info", "warning", "error"], "stop")
    assert found["checks", "E"] == (["live", "completion"], "stop")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_drop_downs_refuse_nothing_that_is_there(exported, name):
    book = openpyxl.load_workbook(exported(name))
    for (title, letter), (choices, style) in drop_downs(exported(name)).items():
        used = {cell.value for cell in book[title][letter][1:] if cell.value}
        if style == "stop" or (title, letter) in (("survey", "A"), ("choices", "A")):
            assert used <= set(choices), (title, letter)


def test_kinds_of_rows_are_coloured_by_formula(small):
    sheet = openpyxl.load_workbook(small)["survey"]
    (area,) = sheet.conditional_formatting
    formulas = [rule.formula[0] for rule in area.rules]
    assert str(area.sqref).startswith("A2:")
    assert all("$A2" in formula for formula in formulas)
    assert [any(kind in formula for formula in formulas) for kind in ("begin_repeat", "begin_group", "calculate")] == [
        True, True, True,
    ]  # fmt: skip


def test_an_export_of_the_short_form_stands_on_its_own(exported):
    settings = read_workbook(exported("ringkas")).rows("settings")[0]
    assert "asal" not in settings.cells
    assert settings.get("form_id") == "ringkas"


# the file ---------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_not_overwritten(small):
    content = small.read_bytes()
    with pytest.raises(KasusError, match="F190"):
        export_form(SMALL, small)
    assert small.read_bytes() == content
    small.write_text("lama")
    export_form(SMALL, small, force=True)
    assert load_form(small).id == "kecil"


@pytest.mark.parametrize(
    ("name", "code"),
    [("kasus.xls", "F193"), ("kasus", "F193"), ("tidak-ada/kasus.xlsx", "F191"), ("berkas/kasus.xlsx", "F191")],
)
def test_a_place_where_it_cannot_be_written_is_told(tmp_path, name, code):
    (tmp_path / "berkas").write_text("sebuah berkas")
    with pytest.raises(KasusError, match=code):
        export_form(SMALL, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["berkas"]


def test_a_file_that_excel_holds_open_is_told(small, monkeypatch):
    def refuse(self, target):
        raise PermissionError(13, "Akses ditolak")

    monkeypatch.setattr(Path, "replace", refuse)
    content = small.read_bytes()
    with pytest.raises(KasusError, match="F192") as refused:
        export_form(SMALL, small, force=True)
    assert "Akses ditolak" in refused.value.say()
    assert "Tutup berkas itu di Excel" in refused.value.say()
    assert small.read_bytes() == content
    assert os.listdir(small.parent) == [small.name]  # noqa: PTH208


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(KasusError, match="F192"):
        export_form(SMALL, tmp_path / "kasus.xlsx")


def test_a_form_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KasusError, match="F101"):
        export_form("tidak_ada", tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_form_with_mistakes_can_be_exported_to_be_mended(tmp_path):
    made = export_form(SMALL.replace("${ya} = 'ya'", "${tidak_ada} = 1"), tmp_path / "salah.xlsx")
    with pytest.raises(KasusError, match="F120"):
        load_form(made)


def book_of(content: str) -> Workbook:
    row = SheetRow("survey", 7, {"type": "text", "name": "a", "label": content}, {"label": "Label"})
    return Workbook("uji", {"survey": (row,)}, {"survey": ("type", "name", "label")})


@pytest.mark.parametrize("content", ["x" * 32_768, "ax005F_b", "_x0041_"])
def test_what_a_cell_of_excel_cannot_hold_is_told_with_its_place(content):
    with pytest.raises(KasusError, match="F194") as refused:
        workbook_bytes(book_of(content))
    assert refused.value.place == "survey, baris/row 7, kolom/column Label"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t_=x0A"), min_size=1))
def test_any_text_comes_back_as_it_was(tmp_path_factory, content):
    content = content.strip()
    assume(content and not re.search("_x[0-9A-Fa-f]{4}_|x005F_", content))
    path = tmp_path_factory.mktemp("teks") / "a.xlsx"
    path.write_bytes(workbook_bytes(book_of(content)))
    assert read_xlsx(path)["survey"][1][2] == content
