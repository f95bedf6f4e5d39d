"""Find what word processors and web pages slip into formulas: curly quotes, and spaces that are no spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kasuskit.form.workbook import SheetRow, Workbook

_CURLY = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}  # the four that pyxform makes straight
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_FORMULAS = {
    "survey": ("relevant", "required", "constraint", "calculation", "choice_filter", "repeat_count"),
    "checks": ("when", "temuan"),
}


def straight(formula: str) -> str:
    """Return a formula with straight quotes, as pyxform (and so ODK and Kobo) reads it."""
    return "".join(_CURLY.get(sign, sign) for sign in formula)


def curly_quotes(formula: str) -> str:
    """Return the curly quotes of a formula, blank when there are none."""
    return "".join(dict.fromkeys(sign for sign in formula if sign in _CURLY))


def odd_space(formula: str) -> str:
    """Return the name of the first invisible sign outside quotes that ODK cannot read; blank when there is none."""
    for sign in _TEXT.sub("", straight(formula)):
        if sign not in " \t\r\n" and (sign.isspace() or unicodedata.category(sign) == "Cf"):
            return unicodedata.name(sign, f"U+{ord(sign):04X}")
    return ""


def formulas(book: Workbook) -> Iterator[tuple[SheetRow, str, str]]:
    """Yield (row, column, formula) of every cell that holds a formula."""
    for sheet, columns in _FORMULAS.items():
        for row in book.rows(sheet):
            for column in columns:
                if formula := row.get(column):
                    yield row, column, formula
