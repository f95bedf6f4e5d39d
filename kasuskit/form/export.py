"""Write the sheets of a form as an Excel workbook: the same cells, with drop-downs and colours for those who edit it.

ODK, KoboToolbox and ``load_form`` read the workbook as they read the sheets; the hidden sheet ``_daftar`` holds what
the drop-downs offer, and pyxform passes over sheets whose name begins with an underscore.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kasuskit.form.menus import Menu, menus
from kasuskit.form.workbook import SHEETS, SheetRow, Workbook, read_workbook
from kasuskit.messages import KasusError, text
from kasuskit.places import write_whole

if TYPE_CHECKING:
    from openpyxl import Workbook as Book
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CHARACTERS = 32_767  # of one Excel cell
SPARE_ROWS = 1_000  # below the last row, where drop-downs and colours stand ready for new ones
MENU_SHEET = "_daftar"
_WIDTHS = {
    "type": 28, "name": 26, "list_name": 20, "label": 44, "hint": 34, "guidance_hint": 50, "message": 50, "why": 50,
    "relevant": 40, "constraint": 40, "calculation": 44, "choice_filter": 26, "when": 60, "fields": 30,
    "required_message": 34, "constraint_message": 34, "form_title": 44, "default_language": 26, "required": 12,
}  # fmt: skip
_WIDTH = 18
_HEADING, _REPEAT, _GROUP, _CALCULATED, _NOTE = "1F4E4A", "CFE3F5", "DDEFE0", "EDEDED", "FBF3D5"
_ERROR, _WARNING = "F9DCDC", "FBF3D5"
_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")  # Excel reads the sign of that number
_FROZEN = {"survey": "C2", "choices": "C2", "settings": "A2", "checks": "B2"}


def export_form(source: str | Path, target: Path, *, force: bool = False, lang: str = "id") -> Path:
    """Write a form as an Excel workbook.

    Parameters
    ----------
    source : str or Path
        As ``load_form`` takes it. The sheets need not be right: what is wrong with them can then be mended in Excel.
    target : Path
        The ``.xlsx`` file to write; its folder must be there.
    force : bool
        Whether a file that exists already is replaced.
    lang : str
        Language of the drop-downs' messages.

    Raises
    ------
    KasusError
        F101 to F109 when the source cannot be read, F190 to F193 when the target cannot be written, F194 with the
        cell that Excel cannot hold.
    """
    may_write(target, ".xlsx", force)
    content = workbook_bytes(read_source(source), lang)
    return write_file(target, content)


def read_source(source: str | Path) -> Workbook:
    """Return the sheets of a form by name or path."""
    from kasuskit.form.library import form_path

    return read_workbook(form_path(source) if isinstance(source, str) and source.isidentifier() else source)


def may_write(target: Path, suffix: str, force: bool) -> None:
    """Raise F190, F191 or F193 when a file that someone asked for must not be written."""
    if target.suffix.lower() != suffix:
        raise KasusError("form.F193", str(target), suffix=suffix, example=f"{target.stem or 'kasus'}{suffix}")
    if not target.absolute().parent.is_dir():
        raise KasusError("form.F191", str(target.absolute().parent))
    if target.exists() and not force:
        raise KasusError("form.F190", str(target))


def write_file(target: Path, content: bytes) -> Path:
    """Write a file whole or not at all; F192 says why it could not be, and what stood there stays."""
    try:
        write_whole(target, content)
    except OSError as error:
        raise KasusError("form.F192", str(target), reason=error.strerror or type(error).__name__) from None
    return target


def workbook_bytes(book: Workbook, lang: str = "id") -> bytes:
    """Return the sheets as the bytes of an ``.xlsx`` file."""
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    made.properties.creator = "kasuskit"
    made.properties.title = book.source
    for name in SHEETS:
        if book.columns.get(name):
            _fill(made.create_sheet(name), book, name)
    sheets = tuple(made.sheetnames)
    offered = _menu_sheet(made, menus(book))
    for name in sheets:
        _dress(made[name], book.columns[name])
        for menu, place in offered:
            if menu.sheet == name:
                _drop_down(made[name], book.columns[name].index(menu.column) + 1, menu, place, lang)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, book: Workbook, name: str) -> None:
    """Write headings and rows as text: nothing that Excel would take for a number, a date or a formula."""
    from openpyxl.styles import Alignment, Font, PatternFill

    columns, rows = book.columns[name], book.rows(name)
    written: Mapping[str, str] = rows[0].headings if rows else {}
    wrapped = Alignment(wrap_text=True, vertical="top")
    bold, dark = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_HEADING)
    for index, column in enumerate(columns, 1):
        cell = sheet.cell(1, index)
        _put(cell, written.get(column, column))
        cell.font, cell.fill, cell.alignment = bold, dark, wrapped
        shape = sheet.column_dimensions[cell.column_letter]
        shape.width = _WIDTHS.get(column.partition("::")[0], _WIDTH)
        shape.number_format, shape.alignment = "@", wrapped
    for number, row in enumerate(rows, 2):
        for index, column in enumerate(columns, 1):
            if column in row.cells:
                cell = sheet.cell(number, index)
                _put(cell, _for_excel(row, column))
                cell.alignment = wrapped


def _put(cell: Any, content: str) -> None:
    cell.value = content
    cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
    cell.number_format = "@"
    cell.quotePrefix = content.startswith(("=", "+", "-", "@"))


def _for_excel(row: SheetRow, column: str) -> str:
    """Return a cell's text; F194 when an ``.xlsx`` file cannot hold it."""
    content = row.get(column).replace("\r\n", "\n")
    if len(content) > MOST_CHARACTERS or _ESCAPED.search(content):
        raise KasusError("form.F194", str(row.spot(column)), most=MOST_CHARACTERS)
    return content


def _menu_sheet(made: Book, offered: Iterable[Menu]) -> list[tuple[Menu, str]]:
    """Write what the drop-downs offer, one column each; return each with its place."""
    sheet = made.create_sheet(MENU_SHEET)
    sheet.sheet_state = "hidden"
    out = []
    for index, menu in enumerate(offered, 1):
        for number, choice in enumerate((f"{menu.sheet} {menu.column}", *menu.choices), 1):
            _put(sheet.cell(number, index), choice)
        letter = sheet.cell(1, index).column_letter
        out.append((menu, f"{MENU_SHEET}!${letter}$2:${letter}${len(menu.choices) + 1}"))
    return out


def _dress(sheet: Worksheet, columns: tuple[str, ...]) -> None:
    """Freeze, filter, colour, and settle how it prints."""
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(len(columns))
    sheet.freeze_panes = _FROZEN[sheet.title]
    sheet.auto_filter.ref = f"A1:{letter}{max(sheet.max_row, 2)}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for formula, colour, bold in _colours(sheet.title, columns):
        _colour(sheet, f"A2:{letter}{sheet.max_row + SPARE_ROWS}", formula, colour, bold)


def _drop_down(sheet: Worksheet, column: int, menu: Menu, place: str, lang: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    closed = menu.strictness == "closed"
    rule = DataValidation(
        type="list",
        formula1=place,
        allow_blank=True,
        showErrorMessage=menu.strictness != "free",
        errorStyle="stop" if closed else "warning",
        errorTitle=text("form.excel-title", lang),
        error=text("form.excel-closed" if closed else "form.excel-open", lang),
    )
    rule.add(f"{get_column_letter(column)}2:{get_column_letter(column)}{sheet.max_row + SPARE_ROWS}")
    sheet.add_data_validation(rule)


def _colours(name: str, columns: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """Return (formula, fill, bold) for each kind of row; being formulas, they also colour rows that people add."""
    from openpyxl.utils import get_column_letter

    at = {column: f"${get_column_letter(index)}2" for index, column in enumerate(columns, 1)}
    if name == "survey" and "type" in at:
        kind = f'SUBSTITUTE(TRIM({at["type"]})," ","_")'
        return [
            (f'OR(LEFT({kind},12)="begin_repeat",LEFT({kind},10)="end_repeat")', _REPEAT, True),
            (f'OR(LEFT({kind},11)="begin_group",LEFT({kind},9)="end_group")', _GROUP, True),
            (f'{kind}="calculate"', _CALCULATED, False),
            (f'{kind}="note"', _NOTE, False),
        ]
    if name == "checks" and "severity" in at:
        return [
            (f'{at["severity"]}="error"', _ERROR, False),
            (f'{at["severity"]}="warning"', _WARNING, False),
        ]
    if name == "choices" and "list_name" in at:
        return [(f"{at['list_name']}<>{at['list_name'][:-1]}1", "", False)]
    return []


def _colour(sheet: Worksheet, area: str, formula: str, colour: str, bold: bool) -> None:
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Border, Font, PatternFill, Side

    fill = PatternFill("solid", bgColor=colour) if colour else None
    border = None if colour else Border(top=Side("thin", color=_HEADING))  # where another list begins
    sheet.conditional_formatting.add(
        area, FormulaRule([formula], fill=fill, border=border, font=Font(bold=True) if bold else None)
    )
