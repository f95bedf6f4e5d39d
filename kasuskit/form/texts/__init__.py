"""Functions that look into what people wrote: judging words, names, numbers and dates in a chronology.

Only the sheet ``checks`` may call them, because ODK does not know them. Any text gives an answer, and what they give
is blank or stands in the text. Rules R37, R56, R57, R58 and R60 use them.

Everything behind the table is imported when there is a text to look into: opening a form or a blank record takes
neither the patterns nor the word lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kasuskit.form.functions import Function
from kasuskit.form.values import Value, string

if TYPE_CHECKING:
    from kasuskit.form.texts.lists import Entry

_GLUE = ", "


def _filled(values: Iterable[Value]) -> list[str]:
    texts = (text for value in values for text in (value if isinstance(value, list) else [string(value)]))
    return [text for text in texts if text.strip()]


def _kata(name: str, *texts: Value) -> str:
    return _GLUE.join(written for written, _ in _listed(name, _filled(texts)))


def _kata_ganti(name: str, *texts: Value) -> str:
    found = _listed(name, _filled(texts))
    return "; ".join(f"{written} → {entry.instead}" if entry.instead else written for written, entry in found)


def _listed(name: str, texts: list[str]) -> Iterable[tuple[str, Entry]]:
    if not texts:
        return ()
    from kasuskit.form.texts.phrases import listed_words

    return listed_words(name, texts)


def _nama_dalam(text: str, *names: Value) -> str:
    given = _filled(names)
    if not given or not text.strip():
        return ""
    from kasuskit.form.texts.names import names_in

    return _GLUE.join(names_in(text, given))


def _nomor_dalam(*texts: Value) -> str:
    given = _filled(texts)
    if not given:
        return ""
    from kasuskit.form.texts.numbers import KINDS, numbers_in

    found = frozenset[str]().union(*map(numbers_in, given))
    return _GLUE.join(kind for kind in KINDS if kind in found)


def _tanggal_lain(text: str, given: str, *known: Value) -> str:
    if not given or not text.strip():
        return ""
    from kasuskit.form.texts.dates import other_dates

    return _GLUE.join(other_dates(text, given, _filled(known)))


CHECK_FUNCTIONS = {
    "kata": Function("s", "sv", 2, None, _kata),
    "kata-ganti": Function("s", "sv", 2, None, _kata_ganti),
    "nama-dalam": Function("s", "sv", 2, None, _nama_dalam),
    "nomor-dalam": Function("s", "v", 1, None, _nomor_dalam),
    "tanggal-lain": Function("s", "ssv", 2, None, _tanggal_lain),
}
FROM_LIST = ("kata", "kata-ganti")  # their first value is the name of a word list, in quotes
