"""What is kept of an answer. Kernels know this much of a class and no database, so nothing heavy is imported here."""

from __future__ import annotations

from typing import NamedTuple

Item = tuple[int, str, str, str]
OWN_TAB = "kasuskit"
"""The tab of what no person answered: that a task is done (`DONE`), that a form was handed in (`HANDED_IN`)."""
DONE, HANDED_IN = "selesai", "serah"
LESSON_FORM = "kegiatan"
"""What stands as the form of an attempt that is no case: an activity of a lesson, or how far somebody has come."""


class Entry(NamedTuple):
    """One thing that a participant did, as it was stored; ``received``: when, UTC, ISO 8601 (blank: not known)."""

    seq: int
    tab: str
    n: int
    op: str
    at: str
    value: str
    received: str = ""
