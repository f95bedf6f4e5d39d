"""A table of things: evidence, witnesses, services, referrals; a line for each, with empty lines to fill in."""

from __future__ import annotations

from collections.abc import Iterator

from kasuskit.form import Question, Repeat
from kasuskit.paper import sizes
from kasuskit.paper.fields import Data, Pen, comb_of
from kasuskit.paper.labels import choice_label, label
from kasuskit.paper.people import asked_below, base
from kasuskit.paper.place import Column
from kasuskit.paper.words import Piece

SHORT_LIST = 40.0  # mm of options that stand in a cell to be ticked
LONG_LIST = 7  # more choices than this stand on the last page


def table(pen: Pen, node: Repeat, columns: list[Column]) -> Iterator[Data]:
    """Yield the table of a repeat; with several owners (a list of services for each victim) they share it."""
    form = pen.answers.form
    questions = list(asked_below(form, node.name))
    if not pen.blank:
        questions = [q for q in questions if any(pen.answers.shown(at) for at in _cells(pen, node, columns, q.name))]
    owners = any(column.title for column in columns)
    owner = [{"l": _owner(pen, node), "s": 15.0}] if owners else []
    heads = [*owner, *(_column(pen, q) for q in questions)]
    lines = list(_lines(pen, node, columns, questions))
    if lines:
        title = label(form, node.name, pen.lang)
        yield {"k": "table", "t": title, "c": heads, "b": lines, "n": list(_legend(pen, node, questions))}


def _owner(pen: Pen, node: Repeat) -> str:
    """Return what the people are called whose things the table lists."""
    form = pen.answers.form
    return label(form, base(form, node.repeats[-1]), pen.lang)


def _cells(pen: Pen, node: Repeat, columns: list[Column], name: str) -> Iterator[str]:
    for column in columns:
        for key in pen.answers.rows(column.place.at(node.name)):
            yield column.place.at(f"{node.name}[{key}]/{name}")


def _lines(pen: Pen, node: Repeat, columns: list[Column], questions: list[Question]) -> Iterator[list[Data]]:
    for column in columns[:1] if pen.blank else columns:
        owner = [{"k": "line", "c": 1, "v": pen.hand.words("" if pen.blank else column.title)}] if column.title else []
        for key in pen.answers.rows(column.place.at(node.name)):
            cells = [_cell(pen, q, column.place.at(f"{node.name}[{key}]/{q.name}")) for q in questions]
            yield [*owner, *cells]


def _cell(pen: Pen, question: Question, at: str) -> Data:
    value = pen.answers.value(at)
    if pen.blank and _in_cell(pen, question):
        ticks = [pen.tick(text, False) for text in _short(pen, question)]
        return {"k": "ticks", "m": question.type == "select_multiple", "o": ticks}
    return {"k": "line", "c": 1, "v": pen.hand.words(pen.said(question, value))}


def _short(pen: Pen, question: Question) -> list[str]:
    form = pen.answers.form
    return [choice_label(form, question, name, pen.lang, True) for name in dict.fromkeys(form.choice_names(question))]


def _in_cell(pen: Pen, question: Question) -> bool:
    return bool(question.list_name) and sizes.options_width(_short(pen, question)) <= SHORT_LIST


def _column(pen: Pen, question: Question) -> Data:
    """Return a column's head; one with options to tick is as wide as they are, the others share the rest."""
    head: Data = {**pen.head(question, {}), "h": "", "s": _width(pen, question)}
    if _in_cell(pen, question) and pen.blank:
        head["mm"] = max(18.0, sizes.options_width(_short(pen, question)) + 4)
    return head


def _width(pen: Pen, question: Question) -> float:
    """Return a column's share of the width."""
    if question.list_name:
        return 24.0
    if comb_of(question) is not None:
        return 20.0
    return 38.0


def _legend(pen: Pen, node: Repeat, questions: list[Question]) -> Iterator[list[Piece]]:
    """Yield what stands below the table: the choices to write, and which columns are not always filled in."""
    if not pen.blank:
        return
    for question in questions:
        head = pen.head(question, {})
        parts = [Piece("q", f"{head['n']} {head['l']}")]
        choices = [] if _in_cell(pen, question) else _short(pen, question)
        if len(choices) > LONG_LIST:
            pen.note_list(question, choices)
        elif choices:
            parts.append(Piece("", ": " + " · ".join(choices)))
        phrase = pen.conditions(question, node.name)
        if phrase:
            parts += [Piece("", " – "), *phrase]
        if len(parts) > 1:
            yield [*parts, Piece("", ".")]
