"""What a reader of an entry must know: what could not be taken over, what is uncertain, what consent forbids."""

from __future__ import annotations

from typing import Any, NamedTuple

from kasuskit.messages import text

CONSENT = "consent"
CHOICE = "choice"
DATE = "date"
PLACE = "place"
DOUBLE = "double"
RECORD = "record"
ABOUT = {
    "M702": RECORD, "M703": CHOICE, "M710": CHOICE, "M711": CHOICE, "M712": DATE, "M713": PLACE, "M714": PLACE,
    "M715": DOUBLE, "M716": DOUBLE, "M717": DOUBLE, "M720": CONSENT, "M721": CONSENT, "M722": CONSENT, "M723": CONSENT,
    "M724": CONSENT, "M725": CONSENT, "M726": CONSENT, "M727": CONSENT, "M728": CONSENT, "M729": CONSENT,
    "M730": CONSENT,
}  # fmt: skip


class Note(NamedTuple):
    """One thing to know about an entry.

    Parameters
    ----------
    code : str
        ``M703`` …, listed in docs/kode-kesalahan.md.
    about : str
        ``consent``, ``choice``, ``date``, ``place``, ``double`` (may be entered twice) or ``record``.
    at : str
        The cell or row of the offline record; blank for the whole record.
    sentence, way_out : str
        What it is, and what to do.
    """

    code: str
    about: str
    at: str
    sentence: str
    way_out: str


def note(code: str, lang: str, at: str = "", /, **values: Any) -> Note:
    """Return a note with its sentences in a language."""
    said = (text(f"simfoni.{name}", lang, **values) for name in (code, f"{code}.do"))
    return Note(code, ABOUT[code], at, *said)
