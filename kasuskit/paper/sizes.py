"""How wide things are on paper, in millimetres: good enough to decide what stands beside what.

Typst measures exactly and breaks lines itself; these figures only choose between layouts.
"""

from __future__ import annotations

from collections.abc import Sequence

CONTENT = 184.0  # the width of a page between its margins
COMPACT = 201.0  # the same on a compact form, whose letters are smaller: as many letters as on this width
LABEL, OPTION, SMALL = 8.5, 8.5, 7.3  # points
BOX = 4.6  # a tick box and the gap behind it
GAP = 3.2  # between two options on one line
COMB, COMB_GAP = 4.4, 2.6  # one box of a comb, and the gap between two groups

_NARROW, _WIDE = set("iljtfrI.,:;'!|()[]/ "), set("mwMWABCDGHKNOQRUVX…—%@")
_POINT = 0.3528


def text_width(text: str, points: float = LABEL) -> float:
    """Return about how wide a text is, in mm, when it stands on one line."""
    ems = sum(0.29 if c in _NARROW else 0.74 if c in _WIDE else 0.49 for c in text)
    return ems * points * _POINT


def options_width(labels: Sequence[str]) -> float:
    """Return about how wide tick boxes with their labels are, all on one line."""
    return sum(BOX + text_width(label, OPTION) for label in labels) + GAP * max(len(labels) - 1, 0)


def comb_width(groups: Sequence[int]) -> float:
    """Return how wide the boxes of a comb are."""
    return sum(groups) * COMB + (len(groups) - 1) * COMB_GAP


def flow_lines(labels: Sequence[str], width: float) -> int:
    """Return on how many lines tick boxes with their labels stand when they run on like words."""
    lines, used = 1, 0.0
    for label in labels:
        wide = min(BOX + text_width(label, OPTION), width)
        if used and used + GAP + wide > width:
            lines, used = lines + 1, 0.0
        used += wide + (GAP if used else 0)
    return lines


def grid_columns(labels: Sequence[str], width: float, lead: float = BOX) -> int:
    """Return in how many columns options stand when they are lined up below each other."""
    widest = max((lead + text_width(label, OPTION) for label in labels), default=width)
    return max(1, min(len(labels), int((width + GAP) / (widest + GAP))))


def columns_for(labels: Sequence[str], width: float) -> int:
    """Return in how many columns to line options up, 1 where running on like words is as good or shorter."""
    columns = grid_columns(labels, width)
    lined_up = len(labels) > 6 and columns > 1 and -(-len(labels) // columns) <= flow_lines(labels, width)
    return columns if lined_up else 1
