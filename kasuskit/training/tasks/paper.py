"""A filled-in form as a data officer has it on paper: headings, and below each its lines, "label: answer"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kasuskit.form import FormNode, Group, Question, Record
from kasuskit.form.definition import pick
from kasuskit.form.rows import Row
from kasuskit.simfoni.entry import shown
from kasuskit.training.story import Span


class Line(NamedTuple):
    """One answer on the paper: its label, the answer as people read it, and where it stands."""

    label: str
    answer: str
    span: Span


class Paper:
    """The answers of a record, section by section, row by row.

    Parameters
    ----------
    record : Record
        The record.
    names : mapping of str to str
        The questions that the paper shows, and what each is called there if the form gives it no label.
    lang : str
        Language of the labels.
    """

    def __init__(self, record: Record, names: Mapping[str, str], lang: str) -> None:
        self._record, self._lang = record, lang
        found: dict[tuple[int, int, str], list[tuple[str, str, str]]] = {}
        for number, (at, node, row) in enumerate(record.cells()):
            answer = " ".join(shown(record, at, lang).split()) if _is_asked(node, row) and node.name in names else ""
            if answer:
                section = record.form.section_of(node.name)
                place = (record.form.place(section), number if row.parent else 0, self._heading(section, row))
                block = next((known for known in found if known[0] == place[0] and known[2] == place[2]), place)
                label = record.label(at, lang) or names[node.name]
                found.setdefault(block, []).append((at, label.rstrip("?: "), answer))
        self.lines: dict[str, Line] = {}
        self.paragraphs: tuple[str, ...] = ()
        for place in sorted(found):
            self.paragraphs += (place[2], self._block(len(self.paragraphs) + 1, found[place]))
        self.heads = tuple(range(0, len(self.paragraphs), 2))

    def _block(self, number: int, answers: list[tuple[str, str, str]]) -> str:
        """Return a paragraph, and note where in it each answer stands."""
        block = ""
        for at, label, answer in answers:
            start = len(block) + bool(block)
            block = f"{block}\n{label}: {answer}" if block else f"{label}: {answer}"
            self.lines[at] = Line(label, answer, Span(number, start, len(block)))
        return block

    def _heading(self, section: str, row: Row) -> str:
        """Return what a block is called: its section, and of a row whose it is."""
        title = pick(self._record.form.nodes[section].label, self._lang)
        return " – ".join((title, *self._rows(row)))

    def _rows(self, row: Row) -> Iterator[str]:
        """Yield what the rows around a cell are called, from the outside in."""
        if row.parent is None:
            return
        yield from self._rows(row.parent)
        at, form = row.address(), self._record.form
        groups = [node for node in form.spec.children(row.repeat) if isinstance(node, Group) and node.label]
        kids = [node for node in form.spec.children(row.repeat) if not _is_hidden(node)]
        if len(kids) == 1 and groups:  # a row that holds one group and nothing else is called by its name
            yield self._record.label(f"{at}/{groups[0].name}", self._lang)
        else:
            yield f"{pick(form.nodes[row.repeat].label, self._lang)} {int(row.cells['#'])}"


def _is_hidden(node: FormNode) -> bool:
    return isinstance(node, Question) and not node.label


def _is_asked(node: FormNode, row: Row) -> bool:
    return isinstance(node, Question) and bool(row.relevance.get(node.name))
