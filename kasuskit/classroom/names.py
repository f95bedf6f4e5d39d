"""The names that people give: which can be used, and which are the same."""

from __future__ import annotations

import unicodedata

from kasuskit.messages import KasusError

LONGEST_NAME = 60
LONGEST_ACCOUNT = 120
_TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn the line around


def clean(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    """Return a name without the blanks around it, or raise when it cannot be used.

    Raises
    ------
    KasusError
        K311 to K313, with ``what`` as its place.
    """
    text = unicodedata.normalize("NFC", text.strip())
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _TURNERS for sign in text):
        raise KasusError("classroom.K313", what)
    if len(text) > longest:
        raise KasusError("classroom.K312", what, most=longest)
    if what != "village" and not any(sign.isprintable() and not sign.isspace() for sign in text):
        raise KasusError("classroom.K311", what)
    return text


def folded(name: str) -> str:
    """Return a name without what people write now so, now so: capitals, accents, blanks."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return " ".join(plain.casefold().split())
