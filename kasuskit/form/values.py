"""The values of XPath and how one kind becomes another: text, number, boolean, list of texts.

A record holds text only, as an XForm instance does; dates are ISO text. Numbers are floats. Where XPath 1.0
and ODK differ, ODK's JavaRosa is followed (``tests/oracle`` compares).
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = str | float | bool | list[str]

NAN = math.nan
_INT, _NEARLY_WHOLE = 2**31, 1e-9
_EPOCH = date(1970, 1, 1).toordinal()
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*", re.ASCII)


@lru_cache(maxsize=8192)
def days(text: str) -> float:
    """Return an ISO date or date-time as days since 1970-01-01 (UTC where it names a zone), NaN for other text.

    A time without a zone counts as if it were UTC; the caller who knows the record's zone subtracts it.
    """
    found = _ISO.fullmatch(text)
    if not found:
        return NAN
    try:
        whole = date(int(found[1]), int(found[2]), int(found[3])).toordinal() - _EPOCH
    except ValueError:
        return NAN
    if not found[4]:
        return float(whole)
    hour, minute, second = int(found[4]), int(found[5]), float(found[6] or 0)
    if hour > 23 or minute > 59 or second >= 60:
        return NAN
    return whole + (hour * 60 + minute + second / 60) / 1440 - zone_days(found[7] or "")


def zone_days(zone: str) -> float:
    """Return the offset of ``+08:00``, ``+0800`` or ``Z`` from UTC in days (east is positive)."""
    if not zone or zone == "Z":
        return 0.0
    sign = 1 if zone[0] == "+" else -1
    return sign * (int(zone[1:3]) * 60 + int(zone[-2:])) / 1440


def number(value: Value) -> float:
    """Return a value as a number: NaN for blank or unreadable text, days since 1970-01-01 for a date."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    text = value if isinstance(value, str) else (value[0] if value else "")
    if not text:
        return NAN
    if text.isdecimal() and text.isascii():
        return float(text)
    if text[4:5] == "-" and text[0].isdigit():  # no number has a dash there, and most of what is compared are dates
        return days(text)
    return float(text) if _NUMBER.fullmatch(text) else days(text)


def string(value: Value) -> str:
    """Return a value as text: numbers without a needless ``.0``, the first of a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return value[0] if value else ""


def number_text(value: float) -> str:
    """Return a number as XPath writes it."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def cell_text(value: Value) -> str:
    """Return a calculated value as a record holds it.

    Blank for a number that is NaN, 1 and 0 for true and false; a number barely above a whole one is that one, as in
    JavaRosa, so that the difference of two dates is 6206 and not 6206.000000000002.
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        if value != value:
            return ""
        if abs(value) < _INT and abs(value - math.trunc(value)) < _NEARLY_WHOLE:
            return str(math.trunc(value))
    return string(value)


def boolean(value: Value) -> bool:
    """Return a value as true or false: a number that is neither 0 nor NaN, a text or list that is not empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value == value and value != 0
    return len(value) > 0


def equal(left: Value, right: Value) -> bool:
    """Return whether ``left = right`` holds; a list is equal when one of its members is."""
    if isinstance(left, list):
        return any(equal(member, right) for member in left)
    if isinstance(right, list):
        return any(equal(left, member) for member in right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return boolean(left) == boolean(right)
    return number(left) == number(right)


def unequal(left: Value, right: Value) -> bool:
    """Return whether ``left != right`` holds; for a list, whether one of its members differs."""
    if isinstance(left, list):
        return any(unequal(member, right) for member in left)
    if isinstance(right, list):
        return any(unequal(left, member) for member in right)
    return not equal(left, right)


def iso_date(day: float) -> str:
    """Return days since 1970-01-01 as an ISO date, blank for NaN or a day outside the calendar."""
    if day != day or math.isinf(day):
        return ""
    try:
        return (date(1970, 1, 1) + timedelta(days=math.floor(day))).isoformat()
    except OverflowError:
        return ""
