"""How codes and names of areas are written, and which ways of writing mean the same."""

from __future__ import annotations

import re
import unicodedata

LEVELS = {2: "provinsi", 5: "kabupaten", 8: "kecamatan", 13: "desa"}  # by the length of a code with dots
LEVEL_WORDS = {
    "provinsi": "provinsi", "prov": "provinsi", "kabupaten": "kabupaten", "kab": "kabupaten", "kota": "kota",
    "kecamatan": "kecamatan", "kec": "kecamatan", "desa": "desa", "kelurahan": "kelurahan", "kel": "kelurahan",
}  # fmt: skip
# A village's last four digits start with 1 (kelurahan), 2 (desa) or 3 (desa adat); in BPS codes they are a district's
# third digit and three more.
_CODE = re.compile(r"(\d\d)(?:\.?(\d\d)(?:\.?(\d\d)(?:\.?([123]\d{3}))?)?)?", re.ASCII)
_BPS = re.compile(r"\d\d\.?\d\d\.?(\d{3})(?:\.?\d{3})?", re.ASCII)
_TWICE = re.compile(r"([^\W\d])\1+")


def plain_code(written: str) -> str:
    """Return a Kemendagri code with its dots (``53.01.16.2001``), blank when it cannot be one.

    Parameters
    ----------
    written : str
        2, 4, 6 or 10 digits, with dots between the parts or without.
    """
    found = _CODE.fullmatch(written.strip())
    return ".".join(part for part in found.groups() if part) if found else ""


def looks_like_bps(written: str) -> bool:
    """Return whether a code has the shape of the statistics office (BPS): districts have three digits there."""
    return not plain_code(written) and _BPS.fullmatch(written.strip()) is not None


def parent_code(code: str) -> str:
    """Return the code of the area that holds this one, blank for a province."""
    return code.rpartition(".")[0]


def level_of(code: str) -> str:
    """Return what kind of area a code with dots names."""
    level = LEVELS[len(code)]
    if level == "kabupaten" and code[3:] >= "71":
        return "kota"
    return "kelurahan" if level == "desa" and code[9] == "1" else level


def split_level(name: str) -> tuple[str, str]:
    """Return the kind of area that a name starts with, and the rest: ``Kab. Kupang`` gives kabupaten, Kupang."""
    first, _, rest = name.strip().partition(" ")
    level = LEVEL_WORDS.get(first.casefold().rstrip("."), "")
    return (level, rest.strip()) if level and rest.strip() else ("", name.strip())


def letters(name: str) -> str:
    """Return a name's letters and digits only: no apostrophes, spaces, accents or capitals."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum())


def sound(name: str) -> str:
    """Return the letters of a name with double letters written once: ``Oe'ekam`` and ``Oekam`` are alike."""
    return _TWICE.sub(r"\1", letters(name))
