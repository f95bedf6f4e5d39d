"""What a spreadsheet's drop-downs offer to those who edit a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kasuskit.form.definition import QUESTION_TYPES
from kasuskit.form.lint import question_type
from kasuskit.form.workbook import Workbook

_BLOCKS = ("begin_group", "end_group", "begin_repeat", "end_repeat")
_APPEARANCES = ("multiline", "numbers", "minimal")


class Menu(NamedTuple):
    """The choices of one column, and what else it may hold: nothing (``"closed"``), what its writer confirms
    (``"open"``), or anything (``"free"``).
    """

    sheet: str
    column: str
    choices: tuple[str, ...]
    strictness: str = "open"


def menus(book: Workbook) -> tuple[Menu, ...]:
    """Return the drop-downs of a form's sheets; only for columns that they have."""
    lists = tuple(dict.fromkeys(row.get("list_name") for row in book.rows("choices") if row.get("list_name")))
    found = [
        Menu("survey", "type", (*_types(lists), *_BLOCKS)),
        Menu("survey", "required", ("yes",)),
        Menu("survey", "read_only", ("yes",)),
        Menu("survey", "ringkas", ("ya",), "closed"),
        Menu("survey", "appearance", _with(_APPEARANCES, book, "survey", "appearance")),
        Menu("choices", "list_name", lists),
        Menu("settings", "default_language", _languages(book)),
        Menu("checks", "fields", _names(book), "free"),
        Menu("checks", "severity", ("info", "warning", "error"), "closed"),
        Menu("checks", "moment", ("live", "completion"), "closed"),
    ]
    return tuple(menu for menu in found if menu.choices and menu.column in book.columns.get(menu.sheet, ()))


def _types(lists: Iterable[str]) -> Iterable[str]:
    for kind in QUESTION_TYPES:
        if kind.startswith("select_"):
            yield from (f"{kind} {name}" for name in lists)
        else:
            yield kind


def _names(book: Workbook) -> tuple[str, ...]:
    """Return the names that a formula can use."""
    rows = ((question_type(row.get("type"))[0], row.get("name")) for row in book.rows("survey"))
    return tuple(dict.fromkeys(name for kind, name in rows if name and not kind.startswith(("begin_", "end_"))))


def _with(offered: Iterable[str], book: Workbook, sheet: str, column: str) -> tuple[str, ...]:
    used = (row.get(column) for row in book.rows(sheet) if row.get(column))
    return tuple(dict.fromkeys([*offered, *used]))


def _languages(book: Workbook) -> tuple[str, ...]:
    named = (column.partition("::")[2] for column in book.columns.get("survey", ()))
    return tuple(dict.fromkeys(language for language in named if language))
