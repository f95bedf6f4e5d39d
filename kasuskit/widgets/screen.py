"""What a practice screen shows: the part that never changes, and the state of a record as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from kasuskit.form import Form, FormNode, Group, Question, Record, Repeat
from kasuskit.form.definition import pick
from kasuskit.form.rows import parse_address
from kasuskit.messages import KasusError, texts

_TYPES = {
    "text": "text", "integer": "int", "decimal": "decimal", "date": "date", "dateTime": "date", "time": "time",
    "select_one": "one", "select_multiple": "many", "acknowledge": "ack", "note": "note",
}  # fmt: skip


@lru_cache(maxsize=16)
def form_screen(form: Form, lang: str, shown: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a form as the browser draws it, in one language: sections (all, or those of these names), and their lists.

    Raises
    ------
    KasusError
        W406 when a question that people see stands in no section.
    """
    for node in form.spec.children(None):
        if isinstance(node, Question) and is_shown(node):
            raise KasusError("widgets.W406", form.id, name=node.name)
    sections = [node for node in form.sections if not shown or node.name in shown]
    used = {name for section in sections for name in _lists(form, section)}
    return {
        "id": form.id,
        "version": form.version,
        "title": form.title,
        "sections": [_node(form, section, lang) for section in sections],
        "lists": {name: _choices(form, name, lang) for name in sorted(used)},
    }


def _lists(form: Form, node: FormNode) -> Iterator[str]:
    """Yield the lists that are used in a part of the form."""
    if isinstance(node, Question) and node.list_name:
        yield node.list_name
    for child in form.spec.children(node.name):
        yield from _lists(form, child)


@lru_cache(maxsize=16)
def packed_screen(form: Form, lang: str, shown: tuple[str, ...] = ()) -> str:
    """Return form and words as the inside of a JSON object: one text, which no kernel takes apart again."""
    shared = {"form": form_screen(form, lang, shown), "text": screen_texts(lang)}
    return json.dumps(shared, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _choices(form: Form, name: str, lang: str) -> list[list[str]]:
    seen = {choice.name: pick(choice.label, lang) for choice in form.lists[name]}
    return [[value, label] for value, label in seen.items()]


def _node(form: Form, node: FormNode, lang: str) -> dict[str, Any]:
    out: dict[str, Any] = {"n": node.name, "t": _kind(node), "l": pick(node.label, lang)}
    for short, texts_by_language in (("h", node.hint), ("g", node.guidance)):
        if texts_by_language:
            out[short] = pick(texts_by_language, lang)
    if node.appearance:
        out["ap"] = node.appearance
    if isinstance(node, Question):
        if node.list_name:
            out["list"] = node.list_name
        if node.choice_filter:
            out["filter"] = 1
        if not node.asked and node.type != "note":
            out["ro"] = 1
    else:
        if isinstance(node, Repeat) and node.count:
            out["linked"] = form.plan.by_name[node.name].linked or 1
        out["kids"] = [_node(form, child, lang) for child in form.spec.children(node.name) if is_shown(child)]
    return out


def _kind(node: FormNode) -> str:
    if isinstance(node, Repeat):
        return "repeat"
    if isinstance(node, Group):
        return "group"
    assert isinstance(node, Question)
    return _TYPES.get(node.type, "calc") if node.asked or node.type == "note" else "calc"


def is_shown(node: FormNode) -> bool:
    """Return whether a node is on the screen at all: calculations without a label are not."""
    return not isinstance(node, Question) or bool(node.label)


def full_state(record: Record, lang: str, shown: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the state of a record, or of some sections, as the browser needs it (see ``docs/architecture.md``)."""
    state: dict[str, Any] = {
        "answers": {}, "rows": {}, "hidden": [], "required": [], "labels": {}, "choices": {}, "notes": {},
        "progress": [],
    }  # fmt: skip
    counts = {node.name: [0, 0, 0] for node in record.form.sections if not shown or node.name in shown}
    section_of = _sections(record.form)
    for at, node, row in record.cells():
        section = section_of[node.name]
        if not is_shown(node) or section not in counts:
            continue
        if not row.relevance.get(node.name):
            if _outermost(record.form, node, row.relevance):
                state["hidden"].append(at)
            continue
        if isinstance(node, Repeat):
            state["rows"][at] = [str(key) for key in record.rows(at)]
        elif isinstance(node, Question):
            _question_state(state, record, at, node, row, counts[section])
        if any("${" in label for label in node.label.values()):
            state["labels"][at] = record.form.label(node.name, lang, row.context)
    for finding in record.findings(moment="live", lang=lang):
        rows, name = parse_address(finding.at)
        section = section_of[name or rows[-1][0]]
        if section not in counts:
            continue
        note = {"severity": finding.severity, "text": finding.message, "code": finding.code}
        state["notes"].setdefault(finding.at, []).append(note)
        counts[section][2] += finding.severity == "error"
    state["progress"] = [
        {"name": name, "done": done, "total": total, "errors": errors} for name, (done, total, errors) in counts.items()
    ]
    return state


@lru_cache(maxsize=16)
def _sections(form: Form) -> dict[str, str]:
    """Return by name the section that each node of the form stands in."""
    return {name: form.section_of(name) for name in form.nodes}


def _question_state(
    state: dict[str, Any], record: Record, at: str, node: Question, row: Any, counts: list[int]
) -> None:
    name = node.name
    shown = row.typed.get(name, "") if name in row.bad else row.cells[name]
    if shown:
        state["answers"][at] = shown
    if not node.asked:
        return
    counts[1] += 1
    counts[0] += bool(row.cells[name])
    judge = record.form.judge(name)
    if judge is not None and judge.required is not None and judge.required(row.context):
        state["required"].append(at)
    if judge is not None and judge.filter is not None:
        state["choices"][at] = list(record.choices(at))


def _outermost(form: Form, node: FormNode, relevance: Mapping[str, bool]) -> bool:
    """Return whether the group or row around an irrelevant node is itself shown."""
    parent = form.nodes.get(node.parent) if node.parent else None
    return parent is None or isinstance(parent, Repeat) or relevance.get(parent.name, False)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed between two states: changed entries of maps (None where one went), whole lists."""
    delta: dict[str, Any] = {}
    for part, new in after.items():
        old = before.get(part)
        if new == old:
            continue
        if isinstance(new, dict) and isinstance(old, dict):
            changed = {key: value for key, value in new.items() if old.get(key) != value}
            delta[part] = changed | {key: None for key in old if key not in new}
        else:
            delta[part] = new
    return delta


@lru_cache(maxsize=4)
def screen_texts(lang: str) -> dict[str, str]:
    """Return the words of the practice screen in one language."""
    return texts("widgets", "ui.", lang)


@lru_cache(maxsize=16)
def own_texts(kind: str, lang: str) -> dict[str, str]:
    """Return the words that are others for this kind of task: what is read may be no story."""
    return texts("widgets", f"ui-{kind}.", lang)
