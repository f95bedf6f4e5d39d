"""Read the sheets of an XLSForm as text, each cell with its place: a folder of CSVs, ``.xlsx``, or Markdown."""

from __future__ import annotations

import csv
import errno
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kasuskit.messages import KasusError

MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
MAX_CELLS = 400_000
SHEETS = ("survey", "choices", "settings", "checks")

_ALIASES = {
    "relevance": "relevant", "calculate": "calculation", "readonly": "read_only", "jr:count": "repeat_count",
    "count": "repeat_count", "constraining_message": "constraint_message", "requiredmsg": "required_message",
    "value": "name", "caption": "label",
}  # fmt: skip
_NOT_PLAIN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a cell as a person finds it: sheet, row (the header is row 1), column heading."""

    sheet: str
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        parts = [self.sheet]
        if self.row:
            parts.append(f"baris/row {self.row}")
        if self.column:
            parts.append(f"kolom/column {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a sheet: its number, its filled cells by plain column name, and the headings as written."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a cell's text, blank when there is none."""
        return self.cells.get(column, "")

    def spot(self, column: str = "") -> Spot:
        """Return the place of a cell of this row, or of the row."""
        return Spot(self.sheet, self.number, self.headings.get(column, column))

    def translated(self, column: str) -> dict[str, str]:
        """Return a column's texts by language code: ``label::English (en)`` under ``en``."""
        out = {}
        for name, value in self.cells.items():
            base, _, language = name.partition("::")
            if base == column:
                out[language_code(language)] = value
        return out


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of one form, rows without any text left out. ``source`` names it for people."""

    source: str
    sheets: Mapping[str, tuple[SheetRow, ...]]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rows(self, sheet: str) -> tuple[SheetRow, ...]:
        """Return a sheet's rows; none when the sheet is missing."""
        return self.sheets.get(sheet, ())


def language_code(language: str) -> str:
    """Return ``id`` for ``Bahasa Indonesia (id)``; the text itself where it names no code."""
    found = re.search(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$", language)
    return found[1] if found else language.strip()


def read_workbook(source: Path | str) -> Workbook:
    """Read a form's sheets.

    Parameters
    ----------
    source : Path or str
        A folder that holds ``survey.csv`` and its sisters, an ``.xlsx`` or ``.md`` file, or Markdown text.

    Raises
    ------
    KasusError
        F101 no such file, F102 not a workbook, F103 encoding, F104 too large, F105 no sheet ``survey``,
        F106 a broken CSV, F107 it cannot be opened, F108 a heading stands twice, F181 a spreadsheet formula without
        its value. The file is never written to.
    """
    if isinstance(source, str) and "\n" in source:
        if not is_plain(source):
            raise KasusError("form.F103", "Markdown")
        return _built("Markdown", _markdown(source))
    path = Path(source)
    try:
        return _read_path(path)
    except OSError as error:
        raise unopened(path, error) from None


def unopened(path: Path | str, error: OSError) -> KasusError:
    """Return what to say of a file that the system does not open."""
    if error.errno == errno.ENAMETOOLONG:  # no file can have this name
        return KasusError("form.F101", str(path)[:80])
    return KasusError("form.F107", str(path), reason=error.strerror or type(error).__name__)


def _read_path(path: Path) -> Workbook:
    if path.is_dir():
        from kasuskit.form.short import derivation, read_short

        if (found := derivation(path)) is not None:
            return read_short(found, path.name)
        files = {name: path / f"{name}.csv" for name in SHEETS if (path / f"{name}.csv").is_file()}
        return _built(path.name, {name: _csv(file) for name, file in files.items()})
    if not path.is_file():
        raise KasusError("form.F101", str(path))
    if path.stat().st_size > MAX_BYTES:
        raise KasusError("form.F104", path.name, most=MAX_BYTES // 1_000_000)
    if path.suffix.lower() == ".xlsx":
        from kasuskit.form.xlsx import read_xlsx

        return _built(path.name, read_xlsx(path))
    if path.suffix.lower() == ".md":
        return _built(path.name, _markdown(decoded(path)))
    raise KasusError("form.F102", path.name)


def decoded(path: Path) -> str:
    """Return a text file's content: UTF-8 with or without a mark, or UTF-16 with one.

    Raises
    ------
    KasusError
        F103 for any other encoding, F104 for a file over ``MAX_BYTES``.
    """
    if path.stat().st_size > MAX_BYTES:
        raise KasusError("form.F104", path.name, most=MAX_BYTES // 1_000_000)
    raw = path.read_bytes()
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        content = raw.decode(encoding)
    except UnicodeDecodeError:
        raise KasusError("form.F103", path.name) from None
    if not is_plain(content):
        raise KasusError("form.F103", path.name)
    return content


def is_plain(content: str) -> bool:
    """Return whether a text holds no characters that no XML may hold (control characters, half characters)."""
    return _NOT_PLAIN.search(content) is None


def csv_rows(content: str, name: str) -> list[list[str]]:
    """Return the rows of a CSV; comma, semicolon or tab are told from the first line.

    Raises
    ------
    KasusError
        F106 with the row when a quote is never closed or a cell is too large.
    """
    heading = content.lstrip("\r\n").split("\n", 1)[0]
    bare = re.sub(r'"[^"]*"', "", heading)
    delimiter = max(",;\t", key=bare.count) if any(mark in bare for mark in ",;\t") else ","
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise KasusError("form.F106", str(Spot(name, len(rows) + 1))) from None
    return rows


def _csv(path: Path) -> list[list[str]]:
    return csv_rows(decoded(path), path.name)


def read_table(sheet: str, path: Path) -> tuple[tuple[SheetRow, ...], tuple[str, ...]]:
    """Return the rows and columns of one sheet that is a CSV."""
    return _sheet(sheet, _csv(path))


def _markdown(content: str) -> dict[str, list[list[str]]]:
    out: dict[str, list[list[str]]] = {}
    rows: list[list[str]] | None = None
    for line in re.split(r"\r\n?|\n", content):  # not splitlines(): a cell may hold other line separators
        if not line.strip().startswith("|"):
            continue
        cells = [c.replace("\\|", "|").strip() for c in re.split(r"(?<!\\)\|", line.strip()[1:].removesuffix("|"))]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells if cell) and any(cells):
            continue
        if cells[0]:
            rows = out.setdefault(cells[0].lower(), [])
            cells = cells[1:]
            if any(cells):
                rows.append(cells)
        elif rows is not None:
            rows.append(cells[1:])
    return out


def _built(source: str, tables: Mapping[str, list[list[str]]]) -> Workbook:
    if "survey" not in tables:
        raise KasusError("form.F105", source)
    sheets, columns = {}, {}
    for name in SHEETS:
        if name in tables:
            sheets[name], columns[name] = _sheet(name, tables[name])
    return Workbook(source, sheets, columns)


def _sheet(name: str, table: list[list[str]]) -> tuple[tuple[SheetRow, ...], tuple[str, ...]]:
    start = next((index for index, row in enumerate(table) if any(cell.strip() for cell in row)), None)
    if start is None:
        return (), ()
    written = [cell.strip() for cell in table[start]]
    plain = [_plain(heading) for heading in written]
    headings = {key: heading for key, heading in zip(plain, written, strict=True) if key}
    doubled = next((key for key in plain if key and plain.count(key) > 1), None)
    if doubled is not None:
        twins = [heading for key, heading in zip(plain, written, strict=True) if key == doubled]
        raise KasusError("form.F108", str(Spot(name, start + 1, twins[-1])), column=" / ".join(dict.fromkeys(twins)))
    rows = []
    for index, row in enumerate(table[start + 1 :], start + 2):
        cells = {key: cell.strip() for key, cell in zip(plain, row, strict=False) if key and cell.strip()}
        if cells:
            rows.append(SheetRow(name, index, cells, headings))
    return tuple(rows), tuple(key for key in plain if key)


def _plain(heading: str) -> str:
    base, mark, language = heading.partition("::")
    base = base.strip().lower().replace(" ", "_")
    return f"{_ALIASES.get(base, base)}{mark}{language.strip()}"
