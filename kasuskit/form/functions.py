"""The functions of the dialect: what each takes, what it gives, and how it works.

A function here sees only its arguments. Those that must see the record (``position``, ``today``, ``once`` …)
are listed with their signature and built by the runner. Behaviour follows JavaRosa; source: ODK XForms
specification, "XPath Functions" (https://getodk.github.io/xforms-spec/#xpath-functions).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from kasuskit.form.values import NAN, Value, boolean, days, iso_date, number, string

_HALF = Decimal("0.5")
_MAX_PLACES = 300


class Function(NamedTuple):
    """One function of the dialect.

    ``result`` and each letter of ``takes`` name a kind of value: ``s`` text, ``n`` number, ``b`` boolean,
    ``l`` list, ``v`` any. ``least`` and ``most`` bound the number of arguments (``most`` None: no bound; the
    last letter then holds for all further ones). ``run`` is None where the runner builds the function itself.
    """

    result: str
    takes: str
    least: int
    most: int | None
    run: Callable[..., Any] | None


def _flat(values: tuple[Value, ...]) -> list[Value]:
    out: list[Value] = []
    for value in values:
        if isinstance(value, list):
            out.extend(value)
        else:
            out.append(value)
    return out


def _filled(values: tuple[Value, ...]) -> list[Value]:
    return [value for value in _flat(values) if value != ""]


def _numbers(values: tuple[Value, ...]) -> list[float]:
    return [each for each in map(number, _filled(values)) if each == each]


def _round(value: float, places: float = 0.0) -> float:
    if not math.isfinite(value):
        return value
    if abs(places) > _MAX_PLACES:
        return NAN
    if places != places or not places:
        whole = math.floor(value)
        return float(whole + (value - whole >= 0.5))
    exact = Decimal(repr(value)).scaleb(int(places)) + _HALF  # as written: 1.005 is no 1.00499…
    return float(exact.to_integral_value(ROUND_FLOOR).scaleb(-int(places)))


def _whole(run: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(run(value)) if math.isfinite(value) else value


def _power(base: float, exponent: float) -> float:
    try:
        result = base**exponent
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    return result if isinstance(result, float) else NAN


def _guarded(run: Callable[[float], float]) -> Callable[[float], float]:
    """Turn Python's math errors into NaN, and what is too large into infinity, as XPath has no errors."""

    def safe(value: float) -> float:
        try:
            return float(run(value))
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return safe


def _logarithm(run: Callable[[float], float]) -> Callable[[float], float]:
    safe = _guarded(run)
    return lambda value: -math.inf if value == 0 else safe(value)


def _substr(text: str, start: float, end: float | None = None) -> str:
    size = len(text)
    first = 0 if start != start else int(max(min(start, size), -size - 1))
    last = size if end is None else 0 if end != end else int(max(min(end, size), -size - 1))
    first = max(0, size + first) if first < 0 else first
    last = max(0, size + last) if last < 0 else last
    return text[first:last] if first < last else ""


@lru_cache(maxsize=256)
def _translation(old: str, new: str) -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for index, character in enumerate(old):
        table.setdefault(ord(character), new[index] if index < len(new) else None)
    return table


def _translate(text: str, old: str, new: str) -> str:
    return text.translate(_translation(old, new)) if text else text


@lru_cache(maxsize=512)
def _pattern(source: str) -> re.Pattern[str] | None:
    try:
        return re.compile(source, re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return None


def is_pattern(source: str) -> bool:
    """Return whether a text can be used as the pattern of ``regex()``."""
    return _pattern(source) is not None


@lru_cache(maxsize=512)
def _finder(source: str) -> re.Pattern[str] | None:
    """Return what to search for, for a pattern ``^.*(…).*$``: matching the whole of a long text is slow."""
    if not (source.startswith("^.*(") and source.endswith(").*$")) or _pattern(source) is None:
        return None
    inside = source[4:-4]
    return _pattern(f"({inside})") if _pattern(inside) is not None else None


def _regex(text: str, pattern: str) -> bool:
    finder = _finder(pattern)
    if finder is not None and "\n" not in text:
        return finder.search(text) is not None
    compiled = _pattern(pattern)
    return compiled is not None and compiled.fullmatch(text) is not None


def _selected(chosen: str, name: str) -> bool:
    """Return whether a choice is among those chosen; blank is among none (both of ODK's engines say so)."""
    name = name.strip()
    return name in chosen.split() if name else not chosen.strip()


def _selected_at(text: str, index: float) -> str:
    chosen = text.split()
    index = index if index == index else 0.0
    return chosen[int(index)] if 0 <= index < len(chosen) else ""


def _date(value: Value) -> str:
    if isinstance(value, (str, list)):
        text = string(value)
        if days(text) == days(text):
            return text[:10]
        return iso_date(number(text)) if text else ""
    return iso_date(number(value))


@lru_cache(maxsize=2048)
def _moment_of_text(text: str) -> datetime | None:
    if len(text) > 10:
        return _moment_of_day(days(text[:10] + re.split("[Z+-]", text[10:], maxsplit=1)[0]))
    return _moment_of_day(number(text))


def moment(value: Value) -> datetime | None:
    """Return the date and time that a value names, None for anything else; the zone it names is kept out."""
    if isinstance(value, list):
        value = string(value)
    return _moment_of_text(value) if isinstance(value, str) else _moment_of_day(number(value))


def _moment_of_day(day: float) -> datetime | None:
    if day != day or math.isinf(day):
        return None
    try:
        return datetime(1970, 1, 1) + timedelta(milliseconds=round(day * 86_400_000))
    except OverflowError:
        return None


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PARTS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda t: f"{t.year:04d}",
    "y": lambda t: f"{t.year % 100:02d}",
    "m": lambda t: f"{t.month:02d}",
    "n": lambda t: str(t.month),
    "b": lambda t: _MONTHS[t.month - 1],
    "d": lambda t: f"{t.day:02d}",
    "e": lambda t: str(t.day),
    "H": lambda t: f"{t.hour:02d}",
    "h": lambda t: str(t.hour),
    "M": lambda t: f"{t.minute:02d}",
    "S": lambda t: f"{t.second:02d}",
    "3": lambda t: f"{t.microsecond // 1000:03d}",
    "a": lambda t: _DAYS[t.weekday()],
    "W": lambda t: f"{t.isocalendar().week}",
    "%": lambda _: "%",
}


@lru_cache(maxsize=256)
def _pieces(pattern: str) -> tuple[str | Callable[[datetime], str], ...]:
    """Return a date pattern as fixed texts and what writes one part of a moment."""
    return tuple(_PARTS.get(part[1:], part) if part[0] == "%" else part for part in re.findall(r"%.|[^%]+|%$", pattern))


def _format_date(value: Value, pattern: str) -> str:
    when = moment(value)
    if when is None:
        return ""
    return "".join([piece if isinstance(piece, str) else piece(when) for piece in _pieces(pattern)])


def _decimal_time(text: str) -> float:
    found = re.fullmatch(r"(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?", text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return NAN
    return (int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 60) / 1440


def _checklist(least: float, most: float, *answers: Value) -> bool:
    count = sum(1 for answer in _flat(answers) if boolean(answer) and answer not in ("false", "0"))
    return (least < 0 or count >= least) and (most < 0 or count <= most)


def _sum(members: list[str]) -> float:
    return float(sum(number(member) for member in members if member != ""))


def _text(*takes: Any) -> Function:
    return Function("s", *takes)


def _number(*takes: Any) -> Function:
    return Function("n", *takes)


def _boolean(*takes: Any) -> Function:
    return Function("b", *takes)


_OF_ONE_NUMBER: dict[str, Callable[[float], float]] = {
    "int": _whole(math.trunc),
    "floor": _whole(math.floor),
    "ceiling": _whole(math.ceil),
    "abs": abs,
    "sqrt": _guarded(math.sqrt),
    "exp": _guarded(math.exp),
    "exp10": _guarded(lambda value: 10.0**value),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "sin": _guarded(math.sin),
    "cos": _guarded(math.cos),
    "tan": _guarded(math.tan),
    "asin": _guarded(math.asin),
    "acos": _guarded(math.acos),
    "atan": _guarded(math.atan),
}

FUNCTIONS: dict[str, Function] = {
    # kinds
    "string": _text("s", 1, 1, lambda s: s),
    "number": _number("n", 1, 1, lambda n: n),
    "boolean": _boolean("b", 1, 1, lambda b: b),
    "true": _boolean("", 0, 0, lambda: True),
    "false": _boolean("", 0, 0, lambda: False),
    "not": _boolean("b", 1, 1, lambda b: not b),
    "boolean-from-string": _boolean("s", 1, 1, lambda s: s.lower() in ("1", "true")),
    # text
    "string-length": _number("s", 1, 1, lambda s: float(len(s))),
    "normalize-space": _text("s", 1, 1, lambda s: " ".join(s.split())),
    "concat": _text("v", 1, None, lambda *values: "".join(map(string, _flat(values)))),
    "join": _text("sv", 2, None, lambda glue, *values: glue.join(map(string, _flat(values)))),
    "contains": _boolean("ss", 2, 2, lambda text, part: part in text),
    "starts-with": _boolean("ss", 2, 2, lambda text, part: text.startswith(part)),
    "ends-with": _boolean("ss", 2, 2, lambda text, part: text.endswith(part)),
    "substr": _text("snn", 2, 3, _substr),
    "substring-before": _text("ss", 2, 2, lambda text, mark: text.partition(mark)[0] if mark and mark in text else ""),
    "substring-after": _text("ss", 2, 2, lambda text, mark: text.partition(mark)[2] if mark else text),
    "translate": _text("sss", 3, 3, _translate),
    "regex": _boolean("ss", 2, 2, _regex),
    # choices
    "selected": _boolean("ss", 2, 2, _selected),
    "selected-at": _text("sn", 2, 2, _selected_at),
    "count-selected": _number("s", 1, 1, lambda chosen: float(len(chosen.split()))),
    "jr:choice-name": _text("sv", 2, 2, None),
    "coalesce": _text("ss", 2, 2, lambda first, second: first or second),
    "checklist": _boolean("nnv", 2, None, _checklist),
    # numbers
    **{name: _number("n", 1, 1, run) for name, run in _OF_ONE_NUMBER.items()},
    "round": _number("nn", 1, 2, _round),
    "pow": _number("nn", 2, 2, _power),
    "pi": _number("", 0, 0, lambda: math.pi),
    "atan2": _number("nn", 2, 2, math.atan2),
    # dates
    "today": _text("", 0, 0, None),
    "now": _text("", 0, 0, None),
    "date": _text("v", 1, 1, _date),
    "date-time": _text("v", 1, 1, string),
    "decimal-date-time": _number("v", 1, 1, None),
    "decimal-time": _number("s", 1, 1, _decimal_time),
    "format-date": _text("vs", 2, 2, _format_date),
    "format-date-time": _text("vs", 2, 2, _format_date),
    # lists
    "count": _number("l", 1, 1, lambda members: float(len(members))),
    "count-non-empty": _number("l", 1, 1, lambda members: float(len(_filled((members,))))),
    "sum": _number("l", 1, 1, _sum),
    "min": _number("v", 1, None, lambda *values: min(_numbers(values), default=NAN)),
    "max": _number("v", 1, None, lambda *values: max(_numbers(values), default=NAN)),
    # the record
    "if": Function("v", "bvv", 3, 3, None),
    "once": _text("s", 1, 1, None),
    "current": Function("v", "", 0, 0, None),
    "position": _number("v", 1, 1, None),
    "indexed-repeat": _text("vvn", 3, 7, None),
    "instance": Function("l", "s", 1, 1, None),
    "uuid": _text("", 0, 0, None),
    "random": _number("", 0, 0, None),
}

# Known to XForms or Excel, but not usable in our forms; the value is the key of the sentence that says why.
REFUSED = {
    "upper-case": "fn-case",
    "lower-case": "fn-case",
    "substring": "fn-substring",
    "pulldata": "fn-later",
    "randomize": "fn-later",
    "digest": "fn-later",
    "area": "fn-sensor",
    "distance": "fn-sensor",
    "iif": "fn-if",
    "len": "fn-length",
    "today-date": "fn-today",
}
