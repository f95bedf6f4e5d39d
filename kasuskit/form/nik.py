"""Read a NIK, the 16-digit number of a resident: where it was first registered, birth date, sex, serial number.

``PPKKCC DDMMYY NNNN``: the district of first registration, the birth date with 40 added to a woman's day, and a serial
number from 0001 (domain.md 2.7, [S30]). It has no check digit and is not reissued when a birth date is corrected, so
what differs from the form is a question to ask, never an error. The rules are those of the form's own sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from kasuskit.form.area_spelling import plain_code
from kasuskit.form.areas import chain, find
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError, text
from kasuskit.places import data_dir

OLDEST = 110
WOMAN = 40
PRACTICE_SERIAL = "0000"
_BETWEEN = re.compile(r"[\s.\-‐‑‒–—−]+")
_SIXTEEN = re.compile(r"[0-9]{16}")


@dataclass(frozen=True, slots=True)
class Nik:
    """What a NIK says.

    Parameters
    ----------
    text : str
        The 16 digits.
    area : str
        The code of the district of first registration, with dots.
    province, regency, district : str
        Their names, blank where the list of areas does not know them.
    born : date
        The birth date, its century chosen by age.
    sex : str
        ``p`` for a woman or girl, ``l`` for a man or boy.
    serial : str
        The last four digits.
    """

    text: str
    area: str
    province: str
    regency: str
    district: str
    born: date
    sex: str
    serial: str

    @property
    def day(self) -> int:
        """The day of birth, 1 to 31."""
        return self.born.day

    @property
    def month(self) -> int:
        """The month of birth."""
        return self.born.month

    @property
    def year(self) -> int:
        """The year of birth, all four digits."""
        return self.born.year

    @property
    def practice(self) -> bool:
        """Whether it ends in 0000 and so was never issued to anybody."""
        return self.serial == PRACTICE_SERIAL


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a NIK and the form do not agree: the form's rule, its severity, and what each of them says."""

    rule: str
    severity: str
    nik: str = ""
    form: str = ""

    def say(self, lang: str = "id") -> str:
        """Return it as a sentence."""
        shown = [self.nik, self.form]
        if self.rule == "R23":
            shown = [text(f"reference.nik.sex_{each}", lang) for each in shown]
        name = "r26_live" if self.rule == "R26" and self.nik == PRACTICE_SERIAL else self.rule.lower()
        return text(f"reference.nik.{name}", lang, nik=shown[0], form=shown[1])


class Part(NamedTuple):
    """One part of a NIK, for teaching: what it is called, its digits, and what they mean."""

    part: str
    digits: str
    meaning: str


def parse(nik: str, at: date | None = None, practice: bool | None = None) -> Nik:
    """Read a NIK.

    Parameters
    ----------
    nik : str
        16 digits; spaces, dots and dashes between them are forgiven.
    at : date, optional
        The day from which age is counted, today when not given: nobody is born after it, or over 110 years before it
        while another century is possible.
    practice : bool, optional
        True where only practice NIK (ending 0000) may be written, False where none may be.

    Raises
    ------
    KasusError
        A820 not 16 digits, A821 no such date, A822 not a practice NIK, A823 a practice NIK.
    """
    digits = _digits(nik)
    born = _born(digits, at or date.today())
    if born is None:
        raise KasusError("reference.A821")
    serial = digits[12:]
    if practice is not None and practice != (serial == PRACTICE_SERIAL):
        raise KasusError("reference.A822" if practice else "reference.A823")
    area = plain_code(digits[:6])
    names = {len(each.code): each.name for each in chain(area)}
    sex = "p" if int(digits[6:8]) > WOMAN else "l"
    return Nik(digits, area, names.get(2, ""), names.get(5, ""), names.get(8, ""), born, sex, serial)


def compare(
    nik: str | Nik,
    sex: str | None = None,
    born: date | None = None,
    area: str | None = None,
    practice: bool | None = None,
) -> list[Difference]:
    """Return where a NIK does not agree with what the form says, as the form's rules R21 to R26 do.

    Parameters
    ----------
    nik : str or Nik
        The number.
    sex : str, optional
        ``p`` or ``l``; anything else (``td``) is not compared.
    born : date, optional
        The birth date when it is known exactly. The NIK has two digits of the year only.
    area : str, optional
        The code of the place where the person lives, compared by regency (or by province when it names no more).
    practice : bool, optional
        As in ``parse``.

    Raises
    ------
    KasusError
        A820 when it is not 16 digits.
    """
    digits = nik.text if isinstance(nik, Nik) else _digits(nik)
    return list(_differences(digits, sex, born, area, practice))


def explain(nik: str | Nik, lang: str = "id", at: date | None = None) -> list[Part]:
    """Return the parts of a NIK with their meaning, in a language, for teaching.

    Raises
    ------
    KasusError
        As ``parse`` does.
    """
    day = at or date.today()
    read = nik if isinstance(nik, Nik) else parse(nik, day)
    digits = read.text

    def say(key: str, **values: object) -> str:
        return text(f"reference.nik.{key}", lang, **values)

    unknown = say("area_unknown")
    known = find(read.area[:5])
    district = say("district", name=read.district) if read.district else say("district_old") if known else unknown
    meanings = {
        "province": (digits[:2], read.province or unknown),
        "regency": (digits[2:4], read.regency or unknown),
        "district": (digits[4:6], district),
        "day": (digits[6:8], say(f"day_{read.sex}", day=read.day)),
        "month": (digits[8:10], say(f"month{read.month}")),
        "year": (digits[10:12], say("year", year=read.year, age=_age(read.born, day))),
        "serial": (digits[12:], say("serial_practice" if read.practice else "serial")),
    }
    return [Part(say(f"part_{name}"), *meaning) for name, meaning in meanings.items()]


def practice_nik(area: str, born: date, sex: str) -> str:
    """Return a NIK for training: serial number 0000, which nobody was ever given.

    Parameters
    ----------
    area : str
        The code of a known district, or of a village in it.
    born : date
        The birth date.
    sex : str
        ``p`` or ``l``.

    Raises
    ------
    KasusError
        A824 when the area is not a known district or village, A825 for another sex.
    """
    known = find(area)
    if known is None or len(known.code) < 8:
        raise KasusError("reference.A824", found=area)
    if sex not in ("p", "l"):
        raise KasusError("reference.A825", found=sex)
    day = born.day + (WOMAN if sex == "p" else 0)
    return f"{known.code[:8].replace('.', '')}{day:02d}{born.month:02d}{born.year % 100:02d}{PRACTICE_SERIAL}"


def _digits(nik: str) -> str:
    digits = _BETWEEN.sub("", nik)
    if not _SIXTEEN.fullmatch(digits):
        raise KasusError("reference.A820", count=len(digits))
    return digits


def _born(digits: str, at: date) -> date | None:
    """Return the birth date in a NIK, None when there is no such day in any century."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    day -= WOMAN if day > WOMAN else 0
    latest = at.year - (at.year - year) % 100
    dates = [date(each, month, day) for each in range(latest, 0, -100) if _real(each, month, day)]
    past = [each for each in dates if each <= at]
    return next((each for each in past if _age(each, at) <= OLDEST), next(iter(past), None))


def _real(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _age(born: date, at: date) -> int:
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _differences(
    digits: str, sex: str | None, born: date | None, area: str | None, practice: bool | None
) -> Iterator[Difference]:
    if not _issued(digits[:2], digits[2:4]):
        yield Difference("R21", "warning", plain_code(digits[:6]))
    day = int(digits[6:8])
    if _born(digits, date.max) is None:
        yield Difference("R22", "error")
    else:
        theirs = "p" if day > WOMAN else "l"
        if sex in ("p", "l") and sex != theirs:
            yield Difference("R23", "warning", theirs, sex)
        written = f"{day - (WOMAN if theirs == 'p' else 0):02d}{digits[8:12]}"
        if born is not None and written != f"{born:%d%m}{born.year % 100:02d}":
            shown = f"{int(written[:2])}/{int(written[2:4])}/{written[4:]}"
            yield Difference("R24", "warning", shown, f"{born.day}/{born.month}/{born.year}")
    place = plain_code(area or "")[:5]
    prefix = plain_code(digits[:4])[: len(place)]
    if place and place != prefix:
        yield Difference("R25", "info", prefix, place)
    if practice is not None and practice != (digits[12:] == PRACTICE_SERIAL):
        yield Difference("R26", "error", "" if practice else PRACTICE_SERIAL)


def _issued(province: str, regency: str) -> bool:
    """Return whether NIK begin like this: the province is one, and the regency where its regencies are listed."""
    ranges = _prefixes()
    in_province = ranges.get(province, ((0, 99),))
    return any(low <= int(province) <= high for low, high in ranges[""]) and any(
        low <= int(regency) <= high for low, high in in_province
    )


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the numbers in use by the code that they stand in; those of provinces under a blank code."""
    path = data_dir() / "reference" / "wilayah_nik.csv"
    heading, *rows = csv_rows(decoded(path), path.name)
    ranges: dict[str, tuple[tuple[int, int], ...]] = {}
    for cells in rows:
        row = dict(zip(heading, cells, strict=True))
        ranges[row["induk"]] = (*ranges.get(row["induk"], ()), (int(row["dari"]), int(row["sampai"])))
    return ranges
