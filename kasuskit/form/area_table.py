"""Read a table of areas as people get it (CSV, or the SQL of cahyadsn/wilayah) and check every row of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from kasuskit.form.area_spelling import letters, looks_like_bps, parent_code, plain_code, split_level
from kasuskit.form.workbook import Spot, csv_rows, decoded
from kasuskit.messages import KasusError, KasusErrors

MOST_TOLD = 30
ALIAS_MARK = " | "
COLUMNS = ("kode", "nama", "ejaan_lain", "keyakinan", "catatan", "sumber")

_CODE_HEADINGS = ("kode", "code", "kode_wilayah", "kode_kemendagri", "kd_wilayah", "id")
_NAME_HEADINGS = ("nama", "name", "nama_wilayah", "nm_wilayah", "wilayah")
_INSERT = re.compile(
    r"INSERT\s+(?:IGNORE\s+)?INTO\s+[`\"\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?(\w+)[`\"\]]?\s*(?:\(([^()]*)\)\s*)?VALUES", re.I
)
_VALUE = r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|[^\s'"(),]+"""
_TUPLE = re.compile(rf"\(\s*((?:{_VALUE})\s*(?:,\s*(?:{_VALUE})\s*)*)\)\s*", re.DOTALL)
_ONE_VALUE = re.compile(_VALUE, re.DOTALL)
_ESCAPED = re.compile(r"""''|""|\\(.)""", re.DOTALL)


class TableRow(NamedTuple):
    """One row of a table: its number in the file, the code with dots (as written when it cannot be one), the rest."""

    number: int
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    confidence: str = ""
    note: str = ""
    source: str = ""


def read_table(path: Path, known: Mapping[str, str]) -> list[TableRow]:
    """Return the rows of a table when nothing is wrong with it.

    Parameters
    ----------
    path : Path
        CSV with the columns ``kode`` and ``nama`` (comma, semicolon or tab; codes with dots or without), or SQL
        with ``INSERT INTO wilayah (kode, nama) VALUES ('53.02.10','KI''E')``.
    known : mapping of str to str
        The kit's own areas, names by code: parents that the table may leave out.

    Raises
    ------
    KasusErrors
        A800 with every mistake: A801 code, A802 parent, A803 doubled, A804 no name.
    KasusError
        A805 no columns of code and name, A806 codes of BPS, A807 no rows, A808 SQL that breaks off; F101, F103, F104,
        F106 or F107 when the file itself cannot be read.
    """
    try:
        if not path.is_file():
            raise KasusError("form.F101", str(path))
        content = decoded(path)
    except OSError as error:
        raise KasusError("form.F107", str(path), reason=error.strerror or type(error).__name__) from None
    rows = list(_sql(content, path.name) if _INSERT.search(content) else _csv(content, path.name))
    if not rows:
        raise KasusError("reference.A807", path.name)
    _refuse_bps(rows, path.name, known)
    errors = _errors(rows, path.name, known)
    told = list(islice(errors, MOST_TOLD))
    more = sum(1 for _ in errors)
    if more:
        told.append(KasusError("reference.A809", path.name, more=more))
    if told:
        raise KasusErrors("reference.A800", path.name, told)
    return rows


def table_bytes(rows: Iterable[TableRow], source: str) -> bytes:
    """Return rows as the CSV that the kit keeps; ``source`` stands where a row names none of its own."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        aliases = ALIAS_MARK.join(row.aliases)
        writer.writerow((row.code, row.name, aliases, row.confidence, row.note, row.source or source))
    return out.getvalue().encode()


def _csv(content: str, name: str) -> Iterator[TableRow]:
    rows = csv_rows(content, name)
    start = next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if start is None:
        return
    columns = _columns(rows[start])
    if columns:
        start += 1
    elif len(rows[start]) > 1 and (plain_code(rows[start][0]) or looks_like_bps(rows[start][0])):
        columns = {"kode": 0, "nama": 1}  # exported without headings
    else:
        raise KasusError("reference.A805", str(Spot(name, start + 1)))
    for number, row in enumerate(rows[start:], start + 1):
        cells = {column: row[at].strip() if at < len(row) else "" for column, at in columns.items()}
        if any(cells.values()):
            yield _row(number, cells)


def _columns(heading: list[str]) -> dict[str, int]:
    """Return where each column stands; none when the code or the name has no column."""
    written = [re.sub(r"[\s_]+", "_", cell.strip().casefold()) for cell in heading]
    places = {column: written.index(column) for column in COLUMNS[2:] if column in written}
    for column, headings in (("kode", _CODE_HEADINGS), ("nama", _NAME_HEADINGS)):
        found = next((written.index(each) for each in headings if each in written), None)
        if found is None:
            return {}
        places[column] = found
    return places


def _row(number: int, cells: Mapping[str, str]) -> TableRow:
    code = plain_code(cells["kode"]) or cells["kode"]
    aliases = tuple(each.strip() for each in cells.get("ejaan_lain", "").split("|") if each.strip())
    rest = (cells.get(column, "") for column in COLUMNS[3:])
    return TableRow(number, code, " ".join(cells["nama"].split()), aliases, *rest)


def _sql(content: str, name: str) -> Iterator[TableRow]:
    """Yield the rows of the table of areas; a dump may fill others too (islands, population)."""
    statements = list(_INSERT.finditer(content))
    tables = dict.fromkeys(statement[1].casefold() for statement in statements)
    table = min((each for each in tables if "wilayah" in each), key=len, default=next(iter(tables)))
    lines = _Lines(content)
    for statement in statements:
        if statement[1].casefold() != table:
            continue
        columns = _columns(re.sub(r"[`\"\[\]]", "", statement[2] or "kode,nama").split(","))
        if not columns:
            raise KasusError("reference.A805", str(Spot(name, lines.at(statement.start()))))
        yield from _tuples(content, name, statement.end(), columns, lines)


def _tuples(content: str, name: str, at: int, columns: Mapping[str, int], lines: _Lines) -> Iterator[TableRow]:
    while True:
        at += len(content[at : at + 100]) - len(content[at : at + 100].lstrip())
        line = lines.at(at)
        found = _TUPLE.match(content, at)
        values = [_value(each) for each in _ONE_VALUE.findall(found[1])] if found else []
        if not found or len(values) <= max(columns.values()):
            raise KasusError("reference.A808", str(Spot(name, line)))
        yield _row(line, {column: values[place].strip() for column, place in columns.items()})
        at = found.end()
        if content[at : at + 1] != ",":
            break
        at += 1
    if not re.match(r";|ON\s", content[at : at + 3], re.IGNORECASE):
        raise KasusError("reference.A808", str(Spot(name, line)))


class _Lines:
    """Number the lines of a text while it is read from front to back."""

    def __init__(self, content: str) -> None:
        self._content, self._number, self._seen = content, 1, 0

    def at(self, place: int) -> int:
        self._number += self._content.count("\n", self._seen, place)
        self._seen = max(self._seen, place)
        return self._number


def _value(written: str) -> str:
    quote = written[0]
    if quote not in "'\"":
        return "" if written.upper() == "NULL" else written
    return _ESCAPED.sub(lambda found: found[1] or found[0][0], written[1:-1])


def _refuse_bps(rows: list[TableRow], name: str, known: Mapping[str, str]) -> None:
    """Refuse a table that is BPS's: most districts or villages have such codes, or a regency has another's code."""
    bps = [row for row in rows if looks_like_bps(row.code)]
    districts = sum(len(row.code) in (8, 13) for row in rows)
    if bps and len(bps) > districts:
        raise KasusError("reference.A806", str(Spot(name, bps[0].number)), found=bps[0].code)
    codes: dict[str, set[str]] = {}
    for code, each in known.items():
        if len(code) == 5:
            codes.setdefault(letters(split_level(each)[1]), set()).add(code)
    for row in rows:
        theirs = codes.get(letters(split_level(row.name)[1]), set()) if len(row.code) == 5 else set()
        if theirs and row.code not in theirs and parent_code(row.code) in {parent_code(code) for code in theirs}:
            raise KasusError("reference.A806", str(Spot(name, row.number)), found=row.code)


def _errors(rows: list[TableRow], name: str, known: Mapping[str, str]) -> Iterator[KasusError]:
    codes = {row.code for row in rows} | known.keys()
    first: dict[str, int] = {}
    for row in rows:
        if not plain_code(row.code):
            yield KasusError("reference.A801", str(Spot(name, row.number)), found=row.code)
            continue
        if row.code in first:
            place = str(Spot(name, row.number))
            yield KasusError("reference.A803", place, code=row.code, row=first[row.code])
            continue
        first[row.code] = row.number
        if not letters(row.name):
            yield KasusError("reference.A804", str(Spot(name, row.number)), code=row.code)
        parent = parent_code(row.code)
        if parent and parent not in codes:
            yield KasusError("reference.A802", str(Spot(name, row.number)), code=row.code, parent=parent)
