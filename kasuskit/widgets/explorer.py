"""The form explorer: any question of the format, what it asks, why, an example, and what often goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from kasuskit.form import Form, FormNode, Group, Question, Repeat, load_form
from kasuskit.form.definition import pick
from kasuskit.form.hints import Hint, field_hints
from kasuskit.messages import KasusError, text

MOST_CHOICES = 40  # a longer list is told by its length and its first choices
ENOUGH = 5  # questions looked at until this counts as done
_OPENED = "buka/"


class ExplorerActivity:
    """The questions of a form, or of some of its sections.

    Parameters
    ----------
    form : str
        A form of the kit.
    sections : str
        Letters of the sections, ``"A-F"`` or ``"H"``; blank for all.

    Raises
    ------
    KasusError
        F-codes when the form cannot be opened, W411 when it has no such sections.
    """

    module = "explorer.js"

    def __init__(self, form: str, sections: str = "") -> None:
        self._form = load_form(form)
        self._sections = _chosen(self._form, sections)
        self._names = frozenset(node.name for section in self._sections for node in _questions(self._form, section))
        self.name = f"jelajah-{sections}" if sections else "jelajah"
        self.title = text("widgets.explore.name", "id", form=self._form.title, sections=sections or "A-L")

    def screen(self, lang: str) -> dict[str, Any]:
        """Return the questions, with all that there is to know of each."""
        shown = [_section(self._form, section, lang) for section in self._sections]
        return {"label": text("widgets.explore.label", lang), "sections": shown, "enough": ENOUGH}

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this says that a question was opened."""
        return at.startswith(_OPENED) and at.removeprefix(_OPENED) in self._names and value == "1"

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return how many questions were looked at."""
        opened = sum(at.startswith(_OPENED) for at in answers)
        return {"opened": opened, "done": opened >= min(ENOUGH, len(self._names))}


def _chosen(form: Form, wanted: str) -> tuple[FormNode, ...]:
    """Return the sections with these letters: the first is A."""
    found = form.lettered(wanted) if wanted else form.sections
    if not found:
        raise KasusError("widgets.W411", wanted, sections=wanted, last=form.last_letter)
    return found


def _questions(form: Form, node: FormNode) -> Iterator[Question]:
    """Yield the questions that people answer, in the order of the form."""
    for below in form.spec.children(node.name):
        if isinstance(below, Question):
            if below.asked and below.label:
                yield below
        elif isinstance(below, Group | Repeat):
            yield from _questions(form, below)


def _section(form: Form, section: FormNode, lang: str) -> dict[str, Any]:
    hints = field_hints(form)
    items = [_item(form, node, hints.get(node.name), lang) for node in _questions(form, section)]
    return {"n": section.name, "l": pick(section.label, lang), "items": items}


def _item(form: Form, node: Question, hint: Hint | None, lang: str) -> dict[str, Any]:
    """Return all there is to know of one question; what is not known is left out."""
    choices = [pick(choice.label, lang) for choice in form.lists.get(node.list_name or "", ())]
    said = {
        "n": node.name,
        "l": _without_values(pick(node.label, lang)),
        "kind": text(
            f"widgets.explore.kind_{'one' if node.type == 'select_one' else _KINDS.get(node.type, 'text')}", lang
        ),
        "must": bool(node.required),
        "h": pick(node.hint, lang) if node.hint else "",
        "why": pick(node.guidance, lang) if node.guidance else "",
        "example": hint.example if hint else "",
        "mistake": hint.mistake if hint else "",
        "more": max(0, len(choices) - MOST_CHOICES),
        "choices": choices[:MOST_CHOICES],
        "checks": list(_checks(form, lang).get(node.name, ())),
    }
    return {name: value for name, value in said.items() if value}


_KINDS = {
    "select_one": "one", "select_multiple": "many", "date": "date", "time": "time", "integer": "number",
    "decimal": "number",
}  # fmt: skip


@lru_cache(maxsize=8)
def _checks(form: Form, lang: str) -> Mapping[str, tuple[str, ...]]:
    """Return by question what the checks on it are for."""
    found: dict[str, list[str]] = {}
    for check in form.checks:
        why = pick(check.why, lang)
        if why:
            found.setdefault(check.fields[0], []).append(why)
    return {name: tuple(dict.fromkeys(whys))[:3] for name, whys in found.items()}


def _without_values(label: str) -> str:
    """Return a label without what only a record could fill in."""
    return re.sub(r"\s*[(:]?\s*\$\{\w+\}\)?", "", label).strip()
