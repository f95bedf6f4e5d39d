"""How long a person worked on something: the race against one's own last time.

Known from when each answer was received, which stands in the class file: so it is still known after the kernel ended or
the page was opened on another phone. A clock can be wrong, be set back, or run on while a laptop's lid is closed. So
only the gaps between one answer and the next count, none below nothing, and none above ``LONGEST_GAP``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from kasuskit.messages import text

LONGEST_GAP = 300.0
"""Seconds; who stops for longer has a break."""


def worked(received: Iterable[str]) -> int:
    """Return the seconds from the first answer to the last, at least 1.

    Parameters
    ----------
    received : iterable of str
        When each answer came, ISO 8601, in the order of the log; what is not a time is passed over.
    """
    moments = [moment for each in received if (moment := _moment(each)) is not None]
    gaps = (later - earlier for earlier, later in pairwise(moments))
    return max(1, round(sum(min(max(gap, 0.0), LONGEST_GAP) for gap in gaps)))


def _moment(iso: str) -> float | None:
    try:
        return datetime.fromisoformat(iso).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def in_words(seconds: int, lang: str) -> str:
    """Return a time as people say it: ``6 menit 20 detik``."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return text("training.duration-short", lang, seconds=rest)
    return text("training.duration", lang, minutes=minutes, seconds=rest)
