"""Find the mistakes of a workbook, each with its sheet, row and column, before anything is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kasuskit.form.definition import QUESTION_TYPES
from kasuskit.form.workbook import SheetRow, Spot, Workbook
from kasuskit.messages import KasusError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
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
    for column in ("type", "name"):
        if column not in book.columns["survey"]:
            yield KasusError("form.F109", str(Spot("survey", 1)), column=column, sheet="survey")
            return
    yield from _lint_blocks(book)
    yield from _lint_names(book)
    yield from _lint_types(book)
    yield from _lint_choices(book)
    yield from _lint_checks(book)


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
        if kind.startswith("end_") or (kind in ("start", "end", "today") and not name):
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
            if not list_name or " " in list_name:
                yield KasusError("form.F117", str(row.spot("type")), type=cell)
            elif list_name not in lists:
                yield KasusError("form.F118", str(row.spot("type")), list=list_name)
        if kind == "calculate" and not row.get("calculation"):
            yield KasusError("form.F119", str(row.spot("calculation")), name=row.get("name"))


def _lint_choices(book: Workbook) -> Iterator[KasusError]:
    seen: set[tuple[str, str]] = set()
    filtered = {question_type(row.get("type"))[1] for row in book.rows("survey") if row.get("choice_filter")}
    for row in book.rows("choices"):
        list_name, name = row.get("list_name"), row.get("name")
        if not list_name or not name:
            yield KasusError("form.F140", str(row.spot("name" if list_name else "list_name")))
        elif " " in name:
            yield KasusError("form.F141", str(row.spot("name")), name=name)
        elif (list_name, name) in seen and list_name not in filtered:
            yield KasusError("form.F142", str(row.spot("name")), name=name, list=list_name)
        elif not row.translated("label"):
            yield KasusError("form.F143", str(row.spot("label")), name=name)
        seen.add((list_name, name))


def _lint_checks(book: Workbook) -> Iterator[KasusError]:
    rows = book.rows("checks")
    if not rows:
        return
    for column in ("name", "fields", "when", "severity", "moment"):
        if column not in book.columns["checks"]:
            yield KasusError("form.F109", str(Spot("checks", 1)), column=column, sheet="checks")
            return
    names = {row.get("name") for row in book.rows("survey") if not question_type(row.get("type"))[0].startswith("end_")}
    seen: set[str] = set()
    for row in rows:
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
