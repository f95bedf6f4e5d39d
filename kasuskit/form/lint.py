"""Find the mistakes of a workbook, each with its sheet, row and column, before anything is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kasuskit.form.definition import DETAIL, QUESTION_TYPES
from kasuskit.form.plan import PLACEHOLDER
from kasuskit.form.typography import formulas, odd_space
from kasuskit.form.workbook import SheetRow, Spot, Workbook
from kasuskit.messages import KasusError, text

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COLUMNS = {
    "survey": ("type", "name"),
    "choices": ("list_name", "name", "label"),
    "checks": ("name", "fields", "when", "severity", "moment", "message"),
}
_WITH_REFERENCES = {
    "survey": (
        "label", "hint", "guidance_hint", "relevant", "required", "required_message", "constraint",
        "constraint_message", "calculation", "choice_filter", "default", "repeat_count",
    ),
    "choices": ("label",),
    "settings": ("instance_name",),
    "checks": ("when", "temuan", "message", "why"),
}  # fmt: skip
_PLACE = re.compile(r"(?<!\$)\{[^{}]*\}")
_LONGEST = 60
_BLOCKS = ("group", "repeat")
_TYPE_ALIASES = {
    "int": "integer", "string": "text", "datetime": "dateTime", "select one": "select_one",
    "select multiple": "select_multiple", "select all that apply": "select_multiple", "begin group": "begin_group",
    "end group": "end_group", "begin repeat": "begin_repeat", "end repeat": "end_repeat",
}  # fmt: skip
_SENSORS = {
    "geopoint", "geotrace", "geoshape", "image", "audio", "video", "file", "barcode", "background-audio", "photo",
    "osm", "audit", "csv-external", "xml-external", "hidden", "range", "rank", "select_one_from_file",
    "select_multiple_from_file", "deviceid", "phonenumber", "username", "email", "start-geopoint", "entity",
}  # fmt: skip


def question_type(cell: str) -> tuple[str, str]:
    """Return the type and the choice list that a ``type`` cell names (``select_one yatidak``)."""
    words = cell.split()
    for length in (4, 2, 1):
        head = " ".join(words[:length])
        if head in _TYPE_ALIASES:
            return _TYPE_ALIASES[head], " ".join(words[length:])
    return (words[0], " ".join(words[1:])) if words else ("", "")


def lint_sheets(book: Workbook) -> Iterator[KasusError]:
    """Yield what is wrong with the sheets as tables: blocks, names, types, lists, columns."""
    if not book.rows("survey"):
        yield KasusError("form.F105", book.source)
        return
    missing = list(_lint_columns(book))
    yield from missing
    if missing:
        return
    yield from _lint_blocks(book)
    yield from _lint_names(book)
    yield from _lint_types(book)
    yield from _lint_choices(book)
    yield from _lint_checks(book)
    for row, column, formula in formulas(book):
        if found := odd_space(formula):
            yield KasusError("form.F182", str(row.spot(column)), found=found)
    yield from _lint_references(book)


def _lint_columns(book: Workbook) -> Iterator[KasusError]:
    for sheet, columns in _COLUMNS.items():
        present = {column.partition("::")[0] for column in book.columns.get(sheet, ())}
        for column in columns:
            if book.rows(sheet) and column not in present:
                yield KasusError("form.F109", str(Spot(sheet, 1)), column=column, sheet=sheet)


def _lint_blocks(book: Workbook) -> Iterator[KasusError]:
    open_blocks: list[tuple[str, SheetRow]] = []
    for row in book.rows("survey"):
        kind, _ = question_type(row.get("type"))
        verb, _, block = kind.partition("_")
        if block not in _BLOCKS or verb not in ("begin", "end"):
            continue
        if verb == "begin":
            open_blocks.append((block, row))
        elif not open_blocks or open_blocks[-1][0] != block:
            yield KasusError("form.F110", str(row.spot("type")), found=f"end_{block}")
            return
        else:
            open_blocks.pop()
    for block, row in open_blocks:
        yield KasusError("form.F111", str(row.spot("type")), found=f"begin_{block}", name=row.get("name"))


def _lint_names(book: Workbook) -> Iterator[KasusError]:
    seen: dict[str, int] = {}
    for row in book.rows("survey"):
        kind, _ = question_type(row.get("type"))
        name = row.get("name")
        if kind.startswith("end_"):
            continue
        if not name:
            yield KasusError("form.F112", str(row.spot("name")))
        elif not NAME.fullmatch(name):
            yield KasusError("form.F113", str(row.spot("name")), name=name)
        elif name in seen or name == "meta":
            yield KasusError("form.F114", str(row.spot("name")), name=name, row=seen.get(name, "-"))
        seen.setdefault(name, row.number)


def _lint_types(book: Workbook) -> Iterator[KasusError]:
    lists = {row.get("list_name") for row in book.rows("choices")}
    told = False
    for row in book.rows("survey"):
        cell = row.get("type")
        kind, list_name = question_type(cell)
        if kind in ("begin_group", "end_group", "begin_repeat", "end_repeat"):
            continue
        if kind in _SENSORS:
            yield KasusError("form.F116", str(row.spot("type")), type=cell)
        elif kind not in QUESTION_TYPES:
            yield KasusError("form.F115", str(row.spot("type")), type=cell or "-")
        elif kind.startswith("select_"):
            if list_name.endswith(" or_other"):
                yield KasusError("form.F116", str(row.spot("type")), type=cell)
            elif not list_name or " " in list_name:
                yield KasusError("form.F117", str(row.spot("type")), type=cell)
            elif not lists:  # one word for the missing sheet, not one for each question
                if not told:
                    yield KasusError("form.F184", str(row.spot("type")), list=list_name)
                told = True
            elif list_name not in lists:
                yield KasusError("form.F118", str(row.spot("type")), list=list_name)
        if kind == "calculate" and not row.get("calculation"):
            yield KasusError("form.F119", str(row.spot("calculation")), name=row.get("name"))
        if row.get("trigger"):
            yield KasusError("form.F197", str(row.spot("trigger")), column="trigger")


def _lint_choices(book: Workbook) -> Iterator[KasusError]:
    seen: set[tuple[str, str]] = set()
    filtered = {question_type(row.get("type"))[1] for row in book.rows("survey") if row.get("choice_filter")}
    for row in book.rows("choices"):
        list_name, name = row.get("list_name"), row.get("name")
        if not list_name or not name:
            yield KasusError("form.F140", str(row.spot("name" if list_name else "list_name")))
        elif len(name.split()) > 1:
            yield KasusError("form.F141", str(row.spot("name")), name=name)
        elif (list_name, name) in seen and list_name not in filtered:
            yield KasusError("form.F142", str(row.spot("name")), name=name, list=list_name)
        elif not row.translated("label"):
            yield KasusError("form.F143", str(row.spot("label")), name=name)
        seen.add((list_name, name))


def _lint_checks(book: Workbook) -> Iterator[KasusError]:
    names = _names(book)
    seen: set[str] = set()
    for row in book.rows("checks"):
        for column in ("name", "fields", "when"):
            if not row.get(column):
                yield KasusError("form.F144", str(row.spot(column)), column=column)
        if row.get("name") in seen:
            yield KasusError("form.F145", str(row.spot("name")), name=row.get("name"))
        seen.add(row.get("name"))
        for allowed, column in ((("info", "warning", "error"), "severity"), (("live", "completion"), "moment")):
            if row.get(column) not in allowed:
                yield KasusError(
                    "form.F146", str(row.spot(column)), found=row.get(column) or "-", allowed=", ".join(allowed)
                )
        for name in row.get("fields").split():
            if name not in names:
                yield KasusError("form.F120", str(row.spot("fields")), name=name)
        if not row.translated("message"):
            yield KasusError("form.F144", str(row.spot("message")), column="message")
        yield from _lint_messages(row)


def _lint_references(book: Workbook) -> Iterator[KasusError]:
    """Find names that are not there; pyxform would tell of the first only, in English and without the column."""
    names = _names(book)
    for sheet, columns in _WITH_REFERENCES.items():
        for row in book.rows(sheet):
            for column, cell in row.cells.items():
                if "${" in cell and column.partition("::")[0] in columns:
                    yield from _lint_references_of(cell, names, row.spot(column))


def _lint_references_of(cell: str, names: set[str], spot: Spot) -> Iterator[KasusError]:
    for name in dict.fromkeys(PLACEHOLDER.findall(cell)):
        if name not in names:
            yield KasusError("form.F120", str(spot), name=name[:60])
    at = PLACEHOLDER.sub(lambda found: "_" * len(found[0]), cell).find("${")
    if at >= 0:
        yield unreadable(spot, cell, at, "x-unexpected", "${")


def _names(book: Workbook) -> set[str]:
    return {row.get("name") for row in book.rows("survey") if not question_type(row.get("type"))[0].startswith("end_")}


def unreadable(spot: Spot, source: str, at: int, reason: str, found: str) -> KasusError:
    """Return the error for an expression that cannot be read at a place in it."""
    near = source[max(0, at - 12) : at + 12].strip()
    return KasusError("form.F148", str(spot), reason=Said(reason, found=found), near=near)


class Said:
    """A part of a sentence that is itself a sentence of the catalogue, said in the language of the whole."""

    def __init__(self, key: str, **values: Any) -> None:
        self.key, self.values = key, values

    def __format__(self, lang: str) -> str:
        return text(f"form.{self.key}", lang or "id", **self.values)


def _lint_messages(row: SheetRow) -> Iterator[KasusError]:
    """Yield places in the sentences of a check that nothing fills, and a ``temuan`` that no one would read."""
    for column, sentence in row.cells.items():
        base = column.partition("::")[0]
        if base not in ("message", "why"):
            continue
        for place in dict.fromkeys(_PLACE.findall(sentence)):
            if place != DETAIL:
                yield KasusError("form.F157", str(row.spot(column)), found=place[:_LONGEST])
            elif not row.get("temuan"):
                yield KasusError("form.F158", str(row.spot(column)), mark=DETAIL)
        if base == "message" and row.get("temuan") and DETAIL not in sentence:
            yield KasusError("form.F158", str(row.spot(column)), mark=DETAIL)
