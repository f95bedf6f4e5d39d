"""What people type, turned into what a record holds: ``3/10/2026`` into ``2026-10-03``, ``3,5`` into ``3.5``."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

MAX_TEXT = 20_000
YEARS = (1900, 2100)
_MAX_INTEGER = 999_999_999  # nine digits: an int of ODK Collect is 32 bits wide

_MONTH_NAMES = (
    ("jan", "januari", "january"), ("feb", "peb", "februari", "pebruari", "february"),
    ("mar", "mrt", "maret", "march"), ("apr", "april"), ("mei", "may"), ("jun", "juni", "june"),
    ("jul", "juli", "july"), ("agu", "agt", "ags", "agustus", "aug", "august"),
    ("sep", "sept", "september"), ("okt", "oktober", "oct", "october"),
    ("nov", "nop", "november", "nopember"), ("des", "desember", "dec", "december"),
)  # fmt: skip
MONTHS = {name: index for index, names in enumerate(_MONTH_NAMES, 1) for name in names}
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2}|[a-z]+)\.?\s*[/.\-, ]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:t[\d:.+z\-]*)?")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?")

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


class Unreadable(ValueError):
    """Text that cannot be read as the question's type; ``reason`` is a key of the domain ``form``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def canonical(kind: str, text: str, names: tuple[str, ...] = ()) -> str:
    """Return an answer as a record holds it.

    Parameters
    ----------
    kind : str
        The question's type.
    text : str
        What was typed or chosen; blank stays blank.
    names : tuple of str
        The names of the question's choices in order, for ``select_multiple``.

    Raises
    ------
    Unreadable
        When it is not a date, time or number.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        return ""
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(text)
    if kind == "select_multiple":
        chosen = dict.fromkeys(text.split())
        place = {name: index for index, name in enumerate(names)}
        return " ".join(sorted(chosen, key=lambda name: place.get(name, len(place))))
    return text


def _integer(text: str) -> str:
    if not re.fullmatch(r"[+-]?\d{1,20}", text, re.ASCII) or abs(int(text)) > _MAX_INTEGER:
        raise Unreadable("t-integer")
    return str(int(text))


def _decimal(text: str) -> str:
    text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", text, re.ASCII):
        raise Unreadable("t-decimal")
    value = float(text)
    return str(int(value)) if value == int(value) else repr(value)


def _date(text: str) -> str:
    lowered = text.lower()
    found = _YEAR_FIRST.fullmatch(lowered)
    if found:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        found = _DAY_FIRST.fullmatch(lowered)
        if not found:
            raise Unreadable("t-date")
        day, year = int(found[1]), int(found[3])
        month = int(found[2]) if found[2].isdigit() else MONTHS.get(found[2], 0)
    if not YEARS[0] <= year <= YEARS[1]:
        raise Unreadable("t-year")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Unreadable("t-no-day") from None


def _date_time(text: str) -> str:
    day, _, clock = text.partition("T")
    if clock and not _CLOCK.fullmatch(clock):
        raise Unreadable("t-time")
    return f"{_date(day)}T{clock}" if clock else _date(day)


def _time(text: str) -> str:
    found = _TIME.fullmatch(text.lower())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unreadable("t-time")
    return f"{int(found[1]):02d}:{found[2]}"


_READERS = {"integer": _integer, "decimal": _decimal, "date": _date, "dateTime": _date_time, "time": _time}
