"""Dates inside a text: ``3 Oktober 2026``, ``3-5 Okt``, ``3/10/2026``, ``tgl 3/10``, ``2026-10-03``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kasuskit.form.texts.words import RECENT, as_written, plain
from kasuskit.form.typed import MONTHS, Unreadable, canonical

NEAR = 31  # days

_RANGE = r"-|sampai dengan|sampai|hingga|s/d|s\.d\."
_YEAR = "(?:19|20)[0-9]{2}"
_NUMBER = re.compile("[0-9]+")
_DATE = re.compile(
    r"(?<![0-9][./-])(?<![\w/])(?:"
    rf"(?P<iso>{_YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}})(?![0-9])"
    rf"|(?P<days>(?:(?:[0-9]{{1,2}}, ?){{0,4}}[0-9]{{1,2}}\s?(?:{_RANGE}|dan|atau|&)\s?)?[0-9]{{1,2}})[\s-]{{1,2}}"
    rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?(?:[\s,-]{{1,2}}(?P<year>{_YEAR})\b)?"
    rf"|(?P<numeric>[0-9]{{1,2}}(?: ?/ ?[0-9]{{1,2}} ?/ ?|-[0-9]{{1,2}}-)(?:{_YEAR}|[0-9]{{2}})"
    rf"|[0-9]{{1,2}}[. ][0-9]{{1,2}}[. ]{_YEAR})(?![0-9/]|[.-][0-9])"
    r"|(?:(?<=tanggal )|(?<=tgl )|(?<=tgl\. )|(?<=tgl\.))(?P<short>[0-9]{1,2} ?/ ?[0-9]{1,2})(?![0-9]| ?/))"
)


class Mention(NamedTuple):
    """A date as it is written in a text, with the days that it may mean."""

    written: str
    days: tuple[date, ...]


def other_dates(text: str, given: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the dates in a text that differ from a given one, as written, each once.

    Only those count that may be meant to be the given date: within 31 days of it, or in the same month of the year
    before or after, or the same day of another year. When the given date is in the text too, the others are other
    days of the story, and nothing is returned.

    Parameters
    ----------
    text : str
        What people wrote.
    given : str
        An ISO date; with anything else nothing is returned.
    known : iterable of str
        Further ISO dates that may stand in the text, such as the date of report.
    """
    try:
        day = date.fromisoformat(given[:10])
        expected = {day, *(date.fromisoformat(each[:10]) for each in known if each)}
    except ValueError:
        return ()
    found: dict[str, str] = {}
    for mention in mentions(text, day):
        if day in mention.days:
            return ()
        if expected.isdisjoint(mention.days) and any(_near(day, each) for each in mention.days):
            found.setdefault(plain(mention.written), mention.written)
    return tuple(found.values())


def _near(day: date, other: date) -> bool:
    if abs((other - day).days) <= NEAR:
        return True
    return other.month == day.month and (other.day == day.day or abs(other.year - day.year) == 1)


@lru_cache(maxsize=RECENT)
def mentions(text: str, near: date) -> tuple[Mention, ...]:
    """Return the dates in a text; where no year is written, it is the one that brings the date nearest to ``near``."""
    return tuple(_mentions(text, near))


def _mentions(text: str, near: date) -> Iterator[Mention]:
    low, reached = plain(text), 0
    for number in _NUMBER.finditer(low):
        found = _DATE.match(low, number.start()) if number.start() >= reached else None
        if found is None:
            continue
        reached = found.end()
        days = tuple(_days(found, near))
        if days:
            yield Mention(as_written(text, found.start(), found.end()).rstrip(".,"), days)


def _days(found: re.Match[str], near: date) -> Iterator[date]:
    if found["iso"]:
        yield from _read(found["iso"])
    elif found["numeric"]:
        day, month, year = re.findall("[0-9]+", found["numeric"])
        yield from _read(f"{day}/{month}/{year if len(year) == 4 else f'20{year}'}")
    elif found["short"]:
        day, month = re.findall("[0-9]+", found["short"])
        yield from _nearest(day, month, near)
    else:
        for day in _listed_days(found["days"]):
            if found["year"]:
                yield from _read(f"{day} {found['month']} {found['year']}")
            else:
                yield from _nearest(day, found["month"], near)


def _listed_days(written: str) -> list[str]:
    """Return the days of ``3``, ``3 dan 5`` or ``3-5``; those between count in a range."""
    days = re.findall("[0-9]+", written)
    if len(days) > 1 and re.search(_RANGE, written):
        first, last = int(days[0]), int(days[-1])
        return [str(day) for day in range(first, last + 1)] if first < last <= 31 else days
    return days


def _nearest(day: str, month: str, near: date) -> Iterator[date]:
    years = (near.year + offset for offset in (-1, 0, 1))
    candidates = [each for year in years for each in _read(f"{day} {month} {year}")]
    if candidates:
        yield min(candidates, key=lambda each: abs((each - near).days))


def _read(written: str) -> Iterator[date]:
    try:
        yield date.fromisoformat(canonical("date", written))
    except Unreadable:
        return
