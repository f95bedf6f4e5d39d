"""Compile the sheets of a form into one small JSON, with pyxform as the judge and maker of the XForm XML.

Only this module imports pyxform, and only when a form was never compiled before on this machine.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kasuskit.form import dialect
from kasuskit.form.definition import FORMAT, Check, FormNode, FormSpec, Question, Repeat, spec_from_json
from kasuskit.form.lint import Said, lint_sheets, question_type, unreadable
from kasuskit.form.plan import PLACEHOLDER, Cycle, check_place, check_scope, filter_columns, working_order
from kasuskit.form.runner import ExpressionError, Place, compile_tree
from kasuskit.form.texts import FROM_LIST
from kasuskit.form.texts.lists import faults
from kasuskit.form.typography import straight
from kasuskit.form.workbook import SheetRow, Spot, Workbook, language_code
from kasuskit.form.xpath import Call, Text, XPathError, parse, unparse, walk
from kasuskit.messages import KasusError, KasusErrors

_TYPES = {
    "select one": "select_one", "select all that apply": "select_multiple", "dateTime": "dateTime", "int": "integer",
    "string": "text", "datetime": "dateTime",
}  # fmt: skip
_YES, _NO = ("yes", "true", "true()"), ("no", "false", "false()", "")
_SURVEY_COLUMNS = {
    "type", "name", "label", "hint", "guidance_hint", "relevant", "required", "required_message", "constraint",
    "constraint_message", "calculation", "choice_filter", "default", "repeat_count", "appearance", "read_only",
    "parameters", "trigger", "media", "image", "audio", "video",
}  # fmt: skip


class Compiled(NamedTuple):
    """What compiling gives: the JSON text, the XForm XML, and pyxform's warnings."""

    json: str
    xform: str
    warnings: tuple[str, ...]


def compile_workbook(book: Workbook) -> Compiled:
    """Return a form compiled from its sheets.

    Raises
    ------
    KasusErrors
        With every mistake that was found, each with sheet, row and column.
    """
    errors = list(lint_sheets(book))
    if errors:
        raise KasusErrors("form.F100", book.source, errors)
    structure, xform, warnings = _pyxform(book)
    data = _as_json(book, structure)
    spec = spec_from_json(data)
    errors = list(lint_expressions(book, spec))
    if errors:
        raise KasusErrors("form.F100", book.source, errors)
    data["order"] = working_order(spec)
    return Compiled(json.dumps(data, ensure_ascii=False, separators=(",", ":")), xform, warnings)


def _pyxform(book: Workbook) -> tuple[Mapping[str, Any], str, tuple[str, ...]]:
    logging.getLogger("pyxform").setLevel(logging.ERROR)
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    sheets: dict[str, list[dict[str, Any]]] = {}
    for sheet in ("survey", "choices", "settings"):
        if book.rows(sheet):
            sheets[sheet] = [_for_pyxform(sheet, row.cells) for row in book.rows(sheet)]
            sheets[f"{sheet}_header"] = [_for_pyxform(sheet, dict.fromkeys(book.columns[sheet]))]
    warnings: list[str] = []
    try:
        result = convert(sheets, warnings=warnings)
    except PyXFormError as error:
        raise KasusErrors("form.F100", book.source, [_from_pyxform(str(error), book)]) from None
    except Exception as error:  # pyxform trips over some mistakes without a word of its own
        raise KasusErrors("form.F100", book.source, [_from_pyxform(repr(error), book)]) from error
    return result._pyxform, result.xform, tuple(warnings)


def _for_pyxform(sheet: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without the columns that are ours alone, of which pyxform would complain."""
    if sheet != "survey":
        return dict(cells)
    return {key: value for key, value in cells.items() if key.partition("::")[0] in _SURVEY_COLUMNS}


def _from_pyxform(message: str, book: Workbook) -> KasusError:
    """Return pyxform's complaint with its place in our sheets: it counts only rows that hold something."""
    sheet, column = (re.search(pattern, message) for pattern in (r"the '(\w+)' sheet", r"the '([^']+)' value"))
    number, name = (re.search(pattern, message) for pattern in (r"\[row : (\d+)\]", r"named '(\w+)' has no label"))
    spot = Spot(sheet[1] if sheet else "survey", column=column[1] if column else "")
    rows = book.rows(spot.sheet)
    if number and 0 <= int(number[1]) - 2 < len(rows):
        spot = rows[int(number[1]) - 2].spot(spot.column)
    elif name:
        spot = next((row.spot("label") for row in _named_rows(book) if row.get("name") == name[1]), spot)
    return KasusError("form.F147", str(spot), message=message.strip()[:400])


# structure --------------------------------------------------------------------------------------------------


def _as_json(book: Workbook, structure: Mapping[str, Any]) -> dict[str, Any]:
    default = language_code(structure.get("default_language") or "default")
    rows = {row.get("name"): row for row in _named_rows(book)}
    nodes = list(_nodes(structure["children"], None, rows, default))
    lists = {
        name: [_choice(choice, default) for choice in choices]
        for name, choices in (structure.get("choices") or {}).items()
    }
    scopes = _scopes(nodes)
    return {
        "format": FORMAT,
        "id": str(structure["id_string"]),
        "version": str(structure.get("version") or ""),
        "title": str(structure.get("title") or structure["id_string"]),
        "languages": _languages(book, default),
        "nodes": nodes,
        "lists": lists,
        "checks": [_check(row, scopes) for row in book.rows("checks")],
    }


def _named_rows(book: Workbook) -> Iterator[SheetRow]:
    """Yield the rows that make a node; people also write a group's name on the row that ends it."""
    return (
        row
        for row in book.rows("survey")
        if row.get("name") and not question_type(row.get("type"))[0].startswith("end_")
    )


def _languages(book: Workbook, default: str) -> list[str]:
    found = dict.fromkeys([default])
    for columns in book.columns.values():
        found.update(dict.fromkeys(language_code(c.partition("::")[2]) for c in columns if "::" in c))
    if any("::" in column for column in book.columns["survey"]) and "default" in found:
        del found["default"]
    return list(found)


def _nodes(
    children: list[Mapping[str, Any]], parent: str | None, rows: Mapping[str, SheetRow], default: str
) -> Iterator[dict[str, Any]]:
    for child in children:
        name = str(child["name"])
        if name == "meta" or name not in rows:  # pyxform's own additions: instanceID, NAME_count
            continue
        yield _without_blanks(_node(child, name, parent, rows[name], default))
        if child["type"] in ("group", "repeat"):
            yield from _nodes(child.get("children") or [], name, rows, default)


def _node(child: Mapping[str, Any], name: str, parent: str | None, row: SheetRow, default: str) -> dict[str, Any]:
    bind, control = child.get("bind") or {}, child.get("control") or {}
    kind = _TYPES.get(child["type"], child["type"])
    return {
        "name": name,
        "type": kind,
        "parent": parent,
        "label": _texts(child.get("label"), default),
        "hint": _texts(child.get("hint"), default),
        "guidance": _texts(child.get("guidance_hint"), default),
        "relevant": bind.get("relevant"),
        "required": _required(bind.get("required")),
        "required_message": _texts(bind.get("jr:requiredMsg"), default),
        "constraint": bind.get("constraint"),
        "constraint_message": _texts(bind.get("jr:constraintMsg"), default),
        "calculation": bind.get("calculate"),
        "default": _default(child),
        "list": child.get("itemset") or child.get("list_name"),
        "filter": child.get("choice_filter"),
        "count": straight(row.get("repeat_count")) if kind == "repeat" else None,
        "appearance": control.get("appearance"),
        "read_only": str(bind.get("readonly") or "").lower() in _YES,
        "extra": {
            key: value
            for key, value in row.cells.items()
            if "::" not in key and key not in _SURVEY_COLUMNS and ":" not in key
        },
    }


def _without_blanks(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value}


def _texts(texts: Any, default: str) -> dict[str, str]:
    if not texts:
        return {}
    if isinstance(texts, Mapping):
        return {language_code(language): str(value) for language, value in texts.items()}
    return {default: str(texts)}


def _required(cell: Any) -> str:
    plain = str(cell or "").strip()
    return "true()" if plain.lower() in _YES else "" if plain.lower() in _NO else plain


def _default(child: Mapping[str, Any]) -> str:
    """Return a default as an expression: a fixed value becomes a text in quotes."""
    written = str(child.get("default") or "")
    if not written or child.get("_dynamic_default"):
        return written
    if "'" not in written or '"' not in written:
        return unparse(Text(written))
    pieces = ", '\"', ".join(unparse(Text(piece)) for piece in written.split('"'))  # XPath has no escape sign
    return f"concat({pieces})"


def _choice(choice: Mapping[str, Any], default: str) -> dict[str, Any]:
    extra = {k: str(v) for k, v in choice.items() if k not in ("name", "label", "list_name", "media") and v is not None}
    return _without_blanks({"name": str(choice["name"]), "label": _texts(choice.get("label"), default), "extra": extra})


def _scopes(nodes: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    scopes: dict[str, tuple[str, ...]] = {}
    kinds = {node["name"]: node["type"] for node in nodes}
    for node in nodes:
        parent = node.get("parent")
        around = scopes[parent] if parent else ()
        scopes[node["name"]] = (*around, parent) if parent and kinds[parent] == "repeat" else around
    return scopes


def _check(row: SheetRow, scopes: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    fields = row.get("fields").split()
    scope = max((scopes[name] for name in fields), key=len)
    return {
        "name": row.get("name"),
        "fields": fields,
        "scope": list(scope),
        "when": straight(row.get("when")),
        "severity": row.get("severity"),
        "moment": row.get("moment"),
        "message": row.translated("message"),
        "why": row.translated("why"),
        "source": row.get("sumber"),
        "detail": straight(row.get("temuan")),
    }


# expressions ------------------------------------------------------------------------------------------------


def lint_expressions(book: Workbook, spec: FormSpec) -> Iterator[KasusError]:
    """Yield every expression that cannot be read, names what is not there, or reads differently in ODK's engines."""
    errors = 0
    for row in _named_rows(book):
        node = spec.nodes.get(row.get("name"))
        if node is None:
            continue
        for column, source, want, columns in _expressions(spec, node):
            for error in _lint_one(spec, source, Place(node, columns), want, row.spot(column)):
                errors += 1
                yield error
        for error in _lint_texts(spec, node, row):
            errors += 1
            yield error
    by_name = {row.get("name"): row for row in book.rows("checks")}
    for check in spec.checks:
        for error in _lint_check(spec, check, by_name[check.name]):
            errors += 1
            yield error
    if not errors:
        yield from _lint_cycles(book, spec)


def _expressions(spec: FormSpec, node: FormNode) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    none: frozenset[str] = frozenset()
    if node.relevant:
        yield "relevant", node.relevant, "b", none
    if isinstance(node, Repeat) and node.count:
        yield "repeat_count", node.count, "n", none
    if isinstance(node, Question):
        if node.required:
            yield "required", node.required, "b", none
        if node.constraint:
            yield "constraint", node.constraint, "b", none
        if node.calculation:
            yield "calculation", node.calculation, "c", none
        if node.default:
            yield "default", node.default, "d", none
        if node.choice_filter:
            yield "choice_filter", node.choice_filter, "b", filter_columns(spec, node)


def _lint_one(spec: FormSpec, source: str, place: Place, want: str, spot: Spot) -> Iterator[KasusError]:
    try:
        tree = parse(source)
        compile_tree(spec, tree, place, "c" if want == "d" else want)
    except XPathError as error:
        yield unreadable(spot, source, error.at, error.reason, error.found)
        return
    except ExpressionError as error:
        values = dict(error.values)
        if error.reason == "F122":
            values["reason"] = Said(values["reason"] or "fn-unknown")
        if error.reason == "F120":
            values["name"] = str(values["name"])[:60]
        yield KasusError(f"form.{error.reason}", str(spot), **values)
        return
    for code, found in dialect.disagreements(spec, tree, place, want):
        yield KasusError(f"form.{code}", str(spot), found=found)
    for call in walk(tree):
        if isinstance(call, Call) and call.name in FROM_LIST and isinstance(call.args[0], Text):
            yield from _lint_word_list(call.args[0].value, spot)


def _lint_word_list(name: str, spot: Spot) -> Iterator[KasusError]:
    for error in faults(name):
        yield KasusError(error.key, f"{spot}; {error.place}" if error.place else str(spot), **error.values)


def _lint_texts(spec: FormSpec, node: FormNode, row: SheetRow) -> Iterator[KasusError]:
    for column, sentence in row.cells.items():
        base = column.partition("::")[0]
        if base in ("label", "hint", "guidance_hint", "constraint_message", "required_message"):
            yield from _lint_placeholders(spec, node, sentence, row.spot(column))


def _lint_placeholders(spec: FormSpec, node: FormNode, sentence: str, spot: Spot) -> Iterator[KasusError]:
    for found in PLACEHOLDER.finditer(sentence):
        target = spec.nodes.get(found[1])
        if target is None:
            yield KasusError("form.F120", str(spot), name=found[1][:60])
        elif not isinstance(target, Question):
            yield KasusError("form.F121", str(spot), name=target.name)
        elif target.repeats != node.repeats[: len(target.repeats)]:
            yield KasusError("form.F161", str(spot), found=found[0])


def _lint_check(spec: FormSpec, check: Check, row: SheetRow) -> Iterator[KasusError]:
    fields = [spec.nodes[name] for name in check.fields]
    for field in fields:
        if check.scope[: len(field.repeats)] != field.repeats:
            yield KasusError("form.F149", str(row.spot("fields")), name=field.name)
            return
    assert check_scope(spec, check.fields) == check.scope
    place = check_place(spec, check)
    yield from _lint_one(spec, check.when, place, "b", row.spot("when"))
    if check.detail:
        yield from _lint_one(spec, check.detail, place, "c", row.spot("temuan"))
    for column, sentence in row.cells.items():
        if column.partition("::")[0] in ("message", "why"):
            yield from _lint_placeholders(spec, place.node, sentence, row.spot(column))


def _lint_cycles(book: Workbook, spec: FormSpec) -> Iterator[KasusError]:
    try:
        working_order(spec)
    except Cycle as cycle:
        spots = (
            row.spot(column)
            for row in _named_rows(book)
            if row.get("name") in cycle.names
            for column in ("relevant", "calculation", "repeat_count")
            if not set(PLACEHOLDER.findall(row.get(column))).isdisjoint(cycle.names)
        )
        yield KasusError("form.F139", str(next(spots, Spot("survey"))), names=" → ".join(cycle.names))
