"""A text as words: in lower case and without accents, each with its place in the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

RECENT = 16  # texts of which the last answers are kept: several checks look at the same one, again after each change

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BEYOND = re.compile("[^\x00-\x7f]+")
_MARKS = re.compile("[\n\"'\u201c\u201d\u00ab\u00bb]")
_APOSTROPHES = "\u2018\u2019\u02bc`\u00b4"
_UNSEEN = ("Mn", "Me", "Cf")  # accents that stand alone, and what no one sees: soft hyphens, zero-width spaces


class Word(NamedTuple):
    """One word: in lower case, without accents and apostrophes, and where it stands in ``shown(text)``."""

    plain: str
    start: int
    end: int


class _Shown(dict[int, str | None]):
    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        self[code] = None if unicodedata.category(sign) in _UNSEEN else sign
        return self[code]


class _Plain(dict[int, str]):
    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign in _APOSTROPHES:
            plain = "'"
        elif unicodedata.category(sign) == "Pd":
            plain = "-"
        else:
            base = "".join(c for c in unicodedata.normalize("NFKD", sign) if unicodedata.category(c) not in _UNSEEN)
            lower = base.upper().lower()
            plain = lower if len(lower) == 1 else sign
        self[code] = plain
        return plain


class _Spaced(dict[int, str | None]):
    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        self[code] = None if sign == "'" else sign if sign.isalnum() else " "
        return self[code]


_SHOWN, _PLAIN, _SPACED = _Shown(), _Plain(), _Spaced()


def shown(text: str) -> str:
    """Return a text without what no one sees in it; places of words are places in this."""
    return text if text.isascii() else _BEYOND.sub(lambda found: found[0].translate(_SHOWN), text)


def plain(text: str) -> str:
    """Return ``shown(text)`` in lower case, without accents, with one kind of dash and apostrophe, equally long."""
    if text.isascii():
        return text.lower()
    return _BEYOND.sub(lambda found: found[0].translate(_PLAIN), shown(text)).lower()


@lru_cache(maxsize=RECENT)
def words_in(text: str) -> frozenset[str]:
    """Return the words of a text, each once: the same words as ``placed_words``, ten times as fast."""
    return frozenset(plain(text).replace("''", " ").translate(_SPACED).split())


@lru_cache(maxsize=RECENT)
def placed_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order."""
    return tuple([Word(found[0].replace("'", ""), found.start(), found.end()) for found in _WORD.finditer(plain(text))])


def joined(text: str, one: Word, other: Word) -> bool:
    """Return whether nothing but spaces and hyphens stands between two words (beside an initial, also a full stop).

    Parameters
    ----------
    text : str
        What ``plain`` gave.
    one, other : Word
        Two words of it that follow each other.
    """
    between = text[one.end : other.start]
    initial = len(one.plain) == 1 or len(other.plain) == 1
    return not between.strip(" \t\r\n-." if initial else " \t\r\n-")


def as_written(text: str, start: int, end: int) -> str:
    """Return a piece of ``shown(text)``, on one line."""
    return " ".join(shown(text)[start:end].split())


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each quotation begins and ends: "…", “…”, «…» or '…' within one line.

    Parameters
    ----------
    text : str
        What ``plain`` gave.
    """
    opened, mark = -1, ""
    for found in _MARKS.finditer(text):
        sign, at = found[0], found.start()
        if sign == "\n":
            opened = -1
        elif sign == "'":
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            if opened >= 0 and mark == "'" and not after.isalnum():
                yield opened, at
                opened = -1
            elif (opened < 0 or mark == "'") and not before.isalnum() and after.strip():
                opened, mark = at, sign
        elif sign in "\u201c\u00ab" or opened < 0 or mark == "'":
            opened, mark = (at, '"') if sign not in "\u201d\u00bb" else (-1, "")
        else:
            yield opened, at
            opened = -1
