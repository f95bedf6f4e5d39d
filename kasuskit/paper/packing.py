"""Which fields stand side by side: the rows that make a run of fields shortest, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import ceil, inf

from kasuskit.paper import sizes
from kasuskit.paper.fields import Data

COLUMNS = 12
LEAST = 3
MOST_FIELDS = 4
_LABEL_LINE, _OPTION_LINE, _ROW = 3.5, 4.0, 3.6  # mm: a line of a label, a line of options, what a row adds
_WRITING, _SHORT_LINE = 6.6, 44.0  # mm: a line to write on; one shorter than this is no good for words


@cache
def shares(fields: int) -> tuple[tuple[int, ...], ...]:
    """Return every way to share twelve columns among fields, each at least three wide."""
    if fields == 1:
        return ((COLUMNS,),)
    return tuple(
        (first, *rest)
        for first in range(LEAST, COLUMNS - LEAST * (fields - 1) + 1)
        for rest in _rest(fields - 1, COLUMNS - first)
    )


def _rest(fields: int, columns: int) -> Iterator[tuple[int, ...]]:
    if fields == 1:
        yield (columns,)
        return
    for first in range(LEAST, columns - LEAST * (fields - 1) + 1):
        for rest in _rest(fields - 1, columns - first):
            yield (first, *rest)


def packed(fields: Sequence[Data], width: float = sizes.CONTENT) -> list[Data]:
    """Return rows of fields with their shares of the width.

    Parameters
    ----------
    fields : sequence of dict
        Fields as ``Pen.field`` gives them.
    width : float
        The width of a row in mm.
    """
    best: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, ())]  # height so far, start of the row, its shares
    for end in range(1, len(fields) + 1):
        choices = []
        for start in range(max(0, end - MOST_FIELDS), end):
            height, share = _row_height(fields[start:end], width)
            choices.append((best[start][0] + height, start, share))
        best.append(min(choices, key=lambda choice: (choice[0], -choice[1])))
    rows: list[Data] = []
    end = len(fields)
    while end:
        _, start, share = best[end]
        row = [_fitted(field, width * part / COLUMNS - 4) for field, part in zip(fields[start:end], share, strict=True)]
        rows.append({"k": "row", "f": row, "s": list(share)})
        end = start
    return rows[::-1]


def _row_height(fields: Sequence[Data], width: float) -> tuple[float, tuple[int, ...]]:
    """Return the least height of a row of these fields, and the shares that give it (the most even of the best)."""
    least, chosen = inf, (COLUMNS,) * len(fields)
    for share in shares(len(fields)):
        heights = [field_height(field, width * part / COLUMNS - 4) for field, part in zip(fields, share, strict=True)]
        height = max(label + answer for label, answer in heights) + _ROW
        height += 0.01 * (max(share) - min(share))
        if height < least:
            least, chosen = height, share
    return least, chosen


def _fitted(field: Data, width: float) -> Data:
    """Return a field with its options in columns where that takes no more lines than running text."""
    place = field["a"]
    if place["k"] != "ticks":
        return field
    columns = sizes.columns_for([option["t"] for option in place["o"]], width)
    return {**field, "a": {**place, "c": columns}}


def field_height(field: Data, width: float) -> tuple[float, float]:
    """Return the height of a field's label and of the place for its answer, in mm, at a width."""
    said = sizes.text_width(f"{field['n']} {field['l']} *") + sizes.text_width(field.get("h", ""), sizes.SMALL)
    label = ceil(said * 1.03 / width)
    if field.get("w"):
        label += ceil(sizes.text_width("".join(piece[1] for piece in field["w"]), sizes.SMALL) * 1.03 / width)
    return label * _LABEL_LINE, place_height(field["a"], width)


def place_height(place: Data, width: float) -> float:
    """Return the height of the place for an answer, infinite where it does not fit."""
    kind = place["k"]
    if kind == "comb":
        return 5.6 if sizes.comb_width(place["g"]) <= width else inf
    if kind == "groups":
        if width < sizes.CONTENT * 0.7:
            return inf
        parts = ([f"{part['t']}:", *(option["t"] for option in part["o"])] for part in place["o"])
        return sum(sizes.flow_lines(labels, width) for labels in parts) * _OPTION_LINE
    if kind == "ticks":
        lines = sizes.flow_lines([option["t"] for option in place["o"]], width)
        return inf if width < sizes.CONTENT * 0.7 and lines > 4 else lines * _OPTION_LINE
    lines = int(place.get("c", 1))
    written = sum(sizes.text_width(str(word[0]), 12.5) + 1 for word in place["v"])
    if lines > 1 and width < sizes.CONTENT * 0.7:
        return inf
    height = _WRITING * max(lines, ceil(written / width))
    return height if width >= _SHORT_LINE else height + 5
