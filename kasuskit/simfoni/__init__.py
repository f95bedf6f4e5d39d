"""From the offline format to the mirror of the SIMFONI PPA entry: what is handed over, what is counted, and how.

``entry`` fills the practice mirror (form ``simfoni``) from one record of the offline format, as far as consent goes;
``ready_sheet`` is the sheet that a village hands to the data officer; ``count`` counts many entries as the published
figures do. The mirror is not the official system: see docs/simfoni.md.
"""

from kasuskit.simfoni.consent import Consent
from kasuskit.simfoni.counting import Counts, count, shares
from kasuskit.simfoni.entry import Entry, Row, entry
from kasuskit.simfoni.notes import Note
from kasuskit.simfoni.sheet import Missing, ReadySheet, ready_sheet

__all__ = [
    "Consent", "Counts", "Entry", "Missing", "Note", "ReadySheet", "Row", "count", "entry", "ready_sheet", "shares",
]  # fmt: skip
