"""A table with a line for each question and a column for each person or pair.

Up to three columns are narrow: yes, no and unknown stand in them. Longer lists of choices are printed once for all,
each choice with a small box for every person, and words are written on lines below the question. A table of more
columns (two victims and two alleged perpetrators make four pairs) keeps every answer in its column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kasuskit.form import Question, Repeat
from kasuskit.paper import sizes
from kasuskit.paper.fields import Data, Pen, grouping
from kasuskit.paper.people import asked_below
from kasuskit.paper.place import Column, shared_codes

FEW = 3
LABELS = 44.0  # mm for the questions beside many columns
INSET = 4.0
_NARROW = {1: 60.0, 2: 50.0, 3: 42.0}


def matrix(pen: Pen, node: Repeat, columns: list[Column]) -> Iterator[Data]:
    """Yield the table of a repeat's questions, those of its groups included."""
    few = len(columns) <= FEW
    width = _NARROW[len(columns)] if few else (sizes.CONTENT - LABELS) / len(columns)
    codes = shared_codes(columns)
    lines = [_line(pen, node, question, columns, codes, width) for question in _shown(pen, node, columns)]
    if lines:
        yield {"k": "matrix", "c": [column.title for column in columns], "w": width, "b": lines}


def _shown(pen: Pen, node: Repeat, columns: list[Column]) -> Iterator[Question]:
    for question in asked_below(pen.answers.form, node.name):
        if any(pen.answers.shown(column.place.at(question.name)) for column in columns):
            yield question


def _line(
    pen: Pen, node: Repeat, question: Question, columns: list[Column], codes: Mapping[str, str], width: float
) -> Data:
    """Return one question's line: ``cells``, ``shared`` choices, or a ``stack`` of the columns' lines below it."""
    few = len(columns) <= FEW
    labels = pen.labels(question, columns[0].place.at(question.name))
    if few and labels and sizes.options_width(labels) > width - INSET:
        head = {"k": "shared", "m": question.type == "select_multiple", **_head(pen, node, question, codes)}
        return {**head, "g": _shared(pen, question, columns)}
    stacked = few and not labels and not _fits(pen, question, columns, width - INSET)
    room = sizes.CONTENT / len(columns) - 12 if stacked else width - INSET
    cells: list[Data] = []
    for column in columns:
        at = column.place.at(question.name)
        cells.append(pen.place(question, at, room) if pen.answers.shown(at) else {"k": "none"})
    return {"k": "stack" if stacked else "cells", "a": cells, **_head(pen, node, question, codes)}


def _fits(pen: Pen, question: Question, columns: list[Column], width: float) -> bool:
    """Return whether the boxes for a date or a number fit a column."""
    place = pen.place(question, columns[0].place.at(question.name), width)
    return place["k"] == "comb" and sizes.comb_width(place["g"]) <= width


def _head(pen: Pen, node: Repeat, question: Question, codes: Mapping[str, str]) -> Data:
    """Return a line's label, with its condition in words."""
    head, phrase = pen.head(question, codes), pen.conditions(question, node.name)
    return {**head, "w": phrase} if phrase else head


def _shared(pen: Pen, question: Question, columns: list[Column]) -> list[Data]:
    """Return choices printed once, in groups, each with a cross or none for every column."""
    ats = [column.place.at(question.name) for column in columns]
    options = dict(each for at in ats for each in pen.options(question, at))
    chosen = [set(pen.answers.value(at).split()) if pen.answers.shown(at) else set() for at in ats]
    ticks = {}
    for name, said in options.items():
        ticks[name] = {"t": said, "x": [pen.hand.cross() if name in taken else None for taken in chosen]}
    groups = grouping(question)
    if not groups:
        return [{"t": "", "o": list(ticks.values())}]
    names = iter(ticks.values())
    opened = pen.grouped(question, groups, list(options.items()), set())
    return [{"t": part["t"], "o": [next(names) for _ in part["o"]]} for part in opened]
