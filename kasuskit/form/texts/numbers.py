"""Numbers in a text that name a person: NIK and telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kasuskit.form.texts.words import RECENT, plain

KINDS = ("NIK", "nomor telepon")

_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_ROW_OF_NUMBERS = re.compile(r"\+?[0-9][0-9 .:/()+-]{7,}")
_NO_NUMBERS = re.compile(
    rf"(?<![0-9])(?<![0-9][./-])(?:{_DAY}[ ./-]{_MONTH}[ ./-]{_YEAR}|{_YEAR}-{_MONTH}-{_DAY})(?![0-9])"
    r"|(?<![0-9])(?<![0-9][.:])(?:[01]?[0-9]|2[0-3])[.:][0-5][0-9](?:[.:][0-5][0-9])?(?![0-9]|[.:][0-9])"
    r"|\brp\.? ?[0-9]{1,3}(?:\.[0-9]{3}){0,6}(?![0-9])"
)
_THOUSANDS = re.compile(r"(?<![0-9])(?<![0-9][.-])[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,6}(?![0-9]|[.-][0-9])")
_NUMBER = re.compile(r"[0-9]+(?:(?: - |[ .-])[0-9]+)*")
_AREA = re.compile("1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6]")
_PHONE = re.compile(
    r"(?<![0-9])(?:\+ ?62[ .()-]{0,3}(?:\(?0\)?[ .-]{0,2})?[0-9](?:[ .()-]{0,2}[0-9]){6,11}"
    r"|62[ .-]?8(?:[ .()-]{0,2}[0-9]){7,11}|08(?:[ .()-]{0,2}[0-9]){7,12})(?![0-9])"
)
_NIK_DIGITS = 16


@lru_cache(maxsize=RECENT)
def numbers_in(text: str) -> frozenset[str]:
    """Return which kinds of ``KINDS`` stand in a text; dates, times and amounts of money do not count.

    A NIK is 16 digits, in one piece or in pieces (``5302 0812 9904 0000``) that begin with the code of a province. A
    telephone number begins with 08 or +62 and has 9 to 14 digits.
    """
    low = plain(text)
    rows = (low[max(0, row.start() - len("rp. ")) : row.end()] for row in _ROW_OF_NUMBERS.finditer(low))
    return frozenset(kind for row in rows for kind in _kinds(row))


def _kinds(low: str) -> Iterator[str]:
    low = _NO_NUMBERS.sub(lambda piece: "x" * len(piece[0]), low)
    ids = list(_ids(_THOUSANDS.sub(lambda piece: "x" * len(piece[0]), low)))
    if ids:
        yield KINDS[0]
    for start, end in ids:
        low = f"{low[:start]}{'x' * (end - start)}{low[end:]}"
    if _PHONE.search(low):
        yield KINDS[1]


def _ids(low: str) -> Iterator[tuple[int, int]]:
    """Yield where 16 digits stand: in one piece, or in pieces that begin like a NIK with the code of a province."""
    for number in _NUMBER.finditer(low):
        pieces = [(found.start() + number.start(), found[0]) for found in re.finditer("[0-9]+", number[0])]
        at = 0
        while at < len(pieces):
            last = _id_from(pieces, at)
            if last is None:
                at += 1
                continue
            yield pieces[at][0], pieces[last][0] + len(pieces[last][1])
            at = last + 1


def _id_from(pieces: list[tuple[int, str]], at: int) -> int | None:
    """Return the piece with which 16 digits end that begin at a piece, None when they do not."""
    if len(pieces[at][1]) == _NIK_DIGITS:
        return at
    digits = ""
    for last in range(at, min(at + _NIK_DIGITS, len(pieces))):
        digits += pieces[last][1]
        if len(digits) > _NIK_DIGITS or (len(digits) > 1 and not _AREA.match(digits)):
            return None
        if len(digits) == _NIK_DIGITS:
            return last
    return None
