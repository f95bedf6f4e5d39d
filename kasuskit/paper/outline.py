"""Walk through a record in the form's order, as paper lists it: headings, and under them labels with answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kasuskit.form import FormNode, Group, Question, Record, Repeat
from kasuskit.form.definition import pick
from kasuskit.paper.labels import in_words, numbers
from kasuskit.paper.people import code


class Heading(NamedTuple):
    """The title of a section, group or person; ``level`` counts from 0."""

    level: int
    text: str


class Line(NamedTuple):
    """One question: where it is, its number and label, the answer in words, and whether a required one is missing."""

    at: str
    number: str
    label: str
    answer: str
    missing: bool


class Told(NamedTuple):
    """What the form itself says about the answers (a note with calculated values)."""

    text: str


Item = Heading | Line | Told


def outline(record: Record, lang: str) -> list[Item]:
    """Return a record as headings, lines and notes; questions that were not to be answered are left out."""
    return list(_without_empty(_walk(record, record.form.spec.children(None), "", 0, lang)))


def _walk(record: Record, nodes: Iterable[FormNode], prefix: str, level: int, lang: str) -> Iterator[Item]:
    for node in nodes:
        at = f"{prefix}{node.name}"
        if not record.relevant(at):
            continue
        if isinstance(node, Repeat):
            yield from _rows(record, node, prefix, level, lang)
        elif isinstance(node, Question):
            yield from _question(record, node, at, lang)
        else:
            title = record.label(at, lang)
            if title:
                yield Heading(level, " ".join(title.split()))
            yield from _walk(record, record.form.spec.children(node.name), prefix, level + bool(title), lang)


def _rows(record: Record, node: Repeat, prefix: str, level: int, lang: str) -> Iterator[Item]:
    form = record.form
    inside = tuple(form.spec.children(node.name))
    titled = not _titles_itself(inside)
    for position, key in enumerate(record.rows(f"{prefix}{node.name}"), 1):
        if titled:
            yield Heading(level, f"{pick(node.label, lang)} {code(form, node.name, position)}".strip())
        yield from _walk(record, inside, f"{prefix}{node.name}[{key}]/", level + titled, lang)


def _titles_itself(nodes: Iterable[FormNode]) -> bool:
    """Return whether all that a row shows stands in one group with a title, or in rows of its own."""
    shown = [node for node in nodes if not isinstance(node, Question) or node.asked]
    groups = [node for node in shown if isinstance(node, Group)]
    if not all(isinstance(node, (Group, Repeat)) for node in shown):
        return False
    return len(groups) <= 1 and all(group.label for group in groups)


def _question(record: Record, node: Question, at: str, lang: str) -> Iterator[Item]:
    if node.type == "note":
        if "${" in pick(node.label, lang):
            yield Told(record.label(at, lang))
    elif node.asked:
        value = record.value(at) or (record.typed(at) if record.unreadable(at) else "")
        missing = not value and record.required(at)
        if value or missing:
            label = " ".join(record.label(at, lang).split())
            yield Line(at, numbers(record.form)[node.name], label, in_words(record.form, node, value, lang), missing)


def _without_empty(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items without headings that nothing stands under."""
    waiting: list[Heading] = []
    for item in items:
        if isinstance(item, Heading):
            waiting = [each for each in waiting if each.level < item.level]
            waiting.append(item)
            continue
        yield from waiting
        waiting = []
        yield item
