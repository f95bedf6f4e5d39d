"""A form's sections as blocks for the template: rows of fields, blocks for people, tables for pairs and lists.

- A repeat that others follow (victims, alleged perpetrators) becomes a block of fields for each person.
- A repeat that follows it becomes a table: a line for each question, a column for each person or pair.
- Any other repeat becomes a table with empty lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kasuskit.form import FormNode, Question, Repeat
from kasuskit.form.definition import pick
from kasuskit.paper.fields import Data, Pen
from kasuskit.paper.labels import label
from kasuskit.paper.matrix import matrix
from kasuskit.paper.packing import packed
from kasuskit.paper.people import base, holds_people, linked, repeats_below
from kasuskit.paper.place import Column, Place
from kasuskit.paper.table import table
from kasuskit.paper.words import Phrase


def sections(pen: Pen, only_people: bool = False) -> list[Data]:
    """Return all sections of a form as plain data; ``only_people`` leaves out what one case has only once."""
    form = pen.answers.form
    out = []
    for section in form.sections:
        if not pen.answers.shown(section.name):
            continue
        nodes = [section] if isinstance(section, Repeat) else list(form.spec.children(section.name))
        if only_people:
            nodes = [node for node in nodes if isinstance(node, Repeat) and _of_people(pen, node.name)]
        blocks = list(_blocks(pen, nodes, Place()))
        if blocks:
            title = "" if isinstance(section, Repeat) else label(form, section.name, pen.lang)
            out.append({"t": title, "b": blocks})
    return out


def _of_people(pen: Pen, repeat: str) -> bool:
    return holds_people(pen.answers.form, repeat) or bool(linked(pen.answers.form, repeat))


def _blocks(pen: Pen, nodes: Iterable[FormNode], place: Place) -> Iterator[Data]:
    """Yield blocks for sibling nodes; questions next to each other share rows."""
    fields: list[tuple[Phrase, Data]] = []
    for node in nodes:
        if isinstance(node, Question):
            if node.type == "note" and pen.blank and "${" not in pick(node.label, pen.lang):
                yield from _flushed(pen, fields)
                yield {"k": "note", "t": label(pen.answers.form, node.name, pen.lang)}
            elif node.asked and pen.answers.shown(place.at(node.name)):
                fields.append((pen.condition(node), pen.field(node, place.at(node.name), place.codes)))
            continue
        yield from _flushed(pen, fields)
        if pen.answers.shown(place.at(node.name)):
            yield from _repeat(pen, node, place) if isinstance(node, Repeat) else _group(pen, node, place)
    yield from _flushed(pen, fields)


def _flushed(pen: Pen, fields: list[tuple[Phrase, Data]]) -> Iterator[Data]:
    """Yield the waiting fields: a run below its condition, a single one with its condition beside its label."""
    plain: list[Data] = []
    while fields:
        phrase = fields[0][0]
        run = next((i for i, (other, _) in enumerate(fields) if other != phrase), len(fields))
        taken = [data for _, data in fields[:run]]
        del fields[:run]
        if phrase and run > 1:
            if plain:
                yield {"k": "rows", "b": packed(plain, pen.width)}
                plain = []
            yield {"k": "when", "w": phrase, "b": packed(taken, pen.width)}
        else:
            plain += [{**data, "w": phrase} if phrase else data for data in taken]
    if plain:
        yield {"k": "rows", "b": packed(plain, pen.width)}


def _group(pen: Pen, node: FormNode, place: Place) -> Iterator[Data]:
    form = pen.answers.form
    inner = list(_blocks(pen, form.spec.children(node.name), place))
    if not inner:
        return
    title = label(form, node.name, pen.lang, place.codes)
    phrase = pen.condition(node)
    head = [{"k": "head", "t": title}] if title else []
    yield from [{"k": "when", "w": phrase, "b": [*head, *inner]}] if phrase else [*head, *inner]


def _repeat(pen: Pen, node: Repeat, place: Place) -> Iterator[Data]:
    form = pen.answers.form
    keys = pen.answers.rows(place.at(node.name))
    blocks: list[Data]
    if holds_people(form, node.name):
        blocks = list(_people(pen, node, keys, place))
    elif linked(form, node.name):
        blocks = list(_followers(pen, node, keys, place))
    else:
        blocks = list(table(pen, node, [Column(place, "")])) if keys else []
    phrase = pen.condition(node)
    if phrase and blocks:
        yield {"k": "when", "w": phrase, "b": blocks}
    else:
        yield from blocks


def _people(pen: Pen, node: Repeat, keys: Iterable[int], place: Place) -> Iterator[Data]:
    form = pen.answers.form
    name = label(form, node.name, pen.lang)
    for position, key in enumerate(keys, 1):
        inner = place.inside(form, node.name, key, pen.answers.position(position))
        yield {"k": "head", "t": f"{name} {inner.codes[base(form, node.name)]}"}
        yield from _blocks(pen, form.spec.children(node.name), inner)


def _followers(pen: Pen, node: Repeat, keys: tuple[int, ...], place: Place) -> Iterator[Data]:
    """Yield what is asked about each person again: fields when there is one, else a table with a column for each."""
    form = pen.answers.form
    columns = []
    for position, key in enumerate(keys, 1):
        inner = place.inside(form, node.name, key, pen.answers.position(position))
        columns.append(Column(inner, inner.codes[base(form, node.name)]))
    yield from _alone(pen, node, columns[0]) if len(columns) == 1 else _columns(pen, node, columns)


def _columns(pen: Pen, node: Repeat, columns: list[Column]) -> Iterator[Data]:
    """Yield tables with these columns, those of the repeats inside after them: for pairs, or of things."""
    form = pen.answers.form
    blocks = list(matrix(pen, node, columns)) if columns else []
    if blocks:
        yield {"k": "head", "t": label(form, node.name, pen.lang)}
    yield from blocks
    for child in repeats_below(form, node.name):
        if linked(form, child.name):
            yield from _columns(pen, child, list(_pairs(pen, child, columns)))
        elif columns:
            yield from table(pen, child, columns)


def _alone(pen: Pen, node: Repeat, column: Column) -> Iterator[Data]:
    """Yield what is asked again about the only person there is."""
    form = pen.answers.form
    blocks = list(_blocks(pen, form.spec.children(node.name), column.place))
    if pen.density.compact:
        yield from (block for block in blocks if block["k"] != "head")
        return
    if blocks and blocks[0]["k"] != "head":
        yield {"k": "head", "t": f"{label(form, node.name, pen.lang)} {column.title}"}
    yield from blocks


def _pairs(pen: Pen, node: Repeat, columns: list[Column]) -> Iterator[Column]:
    """Yield a column for each pair of people."""
    form = pen.answers.form
    for column in columns:
        if pen.answers.shown(column.place.at(node.name)):
            for position, key in enumerate(pen.answers.rows(column.place.at(node.name)), 1):
                inner = column.place.inside(form, node.name, key, pen.answers.position(position))
                yield Column(inner, f"{inner.codes[base(form, node.name)]} – {column.title}")
