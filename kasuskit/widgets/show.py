"""Show a case, a form, a record or feedback as text and tables in a notebook, for teaching from the front."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from kasuskit.form import Form, FormNode, Question, Record, Repeat
from kasuskit.form.definition import pick
from kasuskit.messages import text
from kasuskit.training import Case, Feedback


class Shown:
    """Markdown that a notebook draws, and plain text everywhere else."""

    def __init__(self, markdown: str) -> None:
        self.markdown = markdown

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return self.markdown


@singledispatch
def show(thing: Any, lang: str = "id") -> Shown:
    """Return a case's story, a form's sections, a record's findings, or feedback, ready to be drawn.

    Parameters
    ----------
    thing : Case, Form, Record or Feedback
        What to show.
    lang : {"id", "en"}
        Language of the words around it.

    Raises
    ------
    TypeError
        For anything else.
    """
    raise TypeError(f"show() takes a Case, Form, Record or Feedback, not {type(thing).__name__}")


@show.register
def _(case: Case, lang: str = "id") -> Shown:
    card = case.card
    head = [f"### {_plain(card.id)} {_plain(card.title)}", f"*{_plain(card.content_note)}*"]
    return Shown("\n\n".join([*head, *map(_plain, case.story.paragraphs)]))


@show.register
def _(form: Form, lang: str = "id") -> Shown:
    rows = []
    for section in form.sections:
        inside = list(_below(form, section))
        asked = sum(isinstance(node, Question) and node.asked for node in inside)
        repeats = ", ".join(pick(node.label, lang) for node in inside if isinstance(node, Repeat))
        rows.append((pick(section.label, lang), str(asked), repeats))
    return _table(("section", "questions", "repeats"), rows, lang)


@show.register
def _(record: Record, lang: str = "id") -> Shown:
    rows = [
        (record.label(finding.at, lang), text(f"show.{finding.severity}", lang), finding.code, finding.message)
        for finding in record.findings(lang=lang)
    ]
    return _table(("field", "severity", "code", "message"), rows, lang)


@show.register
def _(feedback: Feedback, lang: str = "id") -> Shown:
    rows = [
        (field.at, text(f"training.v-{field.verdict}", lang), field.hint)
        for field in feedback.fields
        if field.verdict != "right"
    ]
    head = text("show.score", lang, score=feedback.score, total=feedback.total)
    return Shown(f"**{head}** {feedback.praise}\n\n{_table(('field', 'verdict', 'hint'), rows, lang).markdown}")


def _below(form: Form, node: FormNode) -> Iterable[FormNode]:
    for child in form.spec.children(node.name):
        yield child
        yield from _below(form, child)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], lang: str) -> Shown:
    rows = list(rows)
    if not rows:
        return Shown(text("show.nothing", lang))
    heading = [text(f"show.{column}", lang) for column in columns]
    lines = [heading, ["---"] * len(heading), *([_plain(cell) for cell in row] for row in rows)]
    return Shown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _plain(cell: str) -> str:
    """Return a text that Markdown and HTML leave as it is, on one line."""
    for mark in "\\`*_|[]":
        cell = cell.replace(mark, f"\\{mark}")
    return " ".join(cell.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split())
