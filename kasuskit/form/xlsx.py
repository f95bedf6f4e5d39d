"""Read the sheets of an ``.xlsx`` file as text, and refuse what a spreadsheet shows but does not hold.

A merged cell hides the cells below it, and a formula that was never calculated has no value: both would silently
become blanks.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

from kasuskit.form.workbook import MAX_BYTES, MAX_CELLS, MAX_UNPACKED, SHEETS
from kasuskit.messages import KasusError, KasusErrors

_MOST_ERRORS = 30


def read_xlsx(path: Path) -> dict[str, list[list[str]]]:
    """Return the rows of each of a form's sheets, blank rows in between included.

    Raises
    ------
    KasusError
        F102 not a workbook, F104 too large, F189 a sheet stands twice.
    KasusErrors
        F100 with F180 for each merged cell and F181 for each formula without a value.
    """
    with path.open("rb") as file:  # a file that does not open is not yet a broken one
        try:
            with zipfile.ZipFile(file) as parts:
                unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > MAX_UNPACKED:
                raise _too_large(path)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "Data Validation extension is not supported": we write nothing back
                return _sheets(file, path)
        except (KasusError, MemoryError):
            raise
        except Exception as error:  # a broken file breaks zipfile, the XML parser and openpyxl in a dozen ways
            raise KasusError("form.F102", path.name) from error


def _too_large(path: Path) -> KasusError:
    return KasusError("form.F104", path.name, most=MAX_BYTES // 1_000_000)


def _sheets(file: IO[bytes], path: Path) -> dict[str, list[list[str]]]:
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    out: dict[str, list[list[str]]] = {}
    errors: list[KasusError] = []
    try:
        for sheet in book.worksheets:
            name = sheet.title.strip().lower()
            if name not in SHEETS:
                continue
            if name in out:
                raise KasusError("form.F189", path.name, sheet=name)
            out[name] = _rows(sheet, path)
            errors += _hidden(sheet, name)
    finally:
        book.close()
    if errors:
        raise KasusErrors("form.F100", path.name, errors[:_MOST_ERRORS])
    return out


def _rows(sheet: Any, path: Path) -> list[list[str]]:
    """Return a sheet's rows without blank ends; spreadsheets often claim a million rows that hold nothing."""
    sheet.reset_dimensions()
    count, last = 0, 0
    blank: list[str] = []
    rows = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        filled = sum(cell is not None for cell in cells)
        count += filled
        if count > MAX_CELLS or (filled and number > MAX_CELLS):
            raise _too_large(path)
        last = number if filled else last
        rows.append([_cell_text(cell) for cell in cells] if filled else blank)
    return rows[:last]


def _cell_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):  # Excel makes a date of 2026-10-05, where the form's author wrote a text
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return str(cell)


def _hidden(sheet: Any, name: str) -> Iterator[KasusError]:
    """Yield the merged cells of a sheet, and its formulas that have no value or an error for one."""
    with sheet._get_source() as source:
        for _, element in iterparse(source):
            kind = _local(element)
            if kind == "mergeCell":
                yield KasusError("form.F180", f"{name}, sel/cell {element.get('ref', '?')}")
            elif kind == "c":
                parts = {_local(part): part.text or "" for part in element}
                given = element.get("t", "n")
                if "f" in parts and (given == "e" or (given != "str" and not parts.get("v"))):
                    yield KasusError(
                        "form.F181", f"{name}, sel/cell {element.get('r', '?')}", found=parts.get("v") or "="
                    )
            elif kind == "row":
                element.clear()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
