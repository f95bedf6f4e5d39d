"""The same form as ordinary ipywidgets: what people would build without kasuskit.

Written as the ipywidgets documentation teaches it: one widget for each question, an HTML widget for its message, a
VBox around both, hidden with ``layout.display`` where the question does not apply. The rules are the kit's own
``Record``, so that the two pages differ in how they are made, not in what they know. What is easier on this side:
it keeps nothing on the disk, shows no story and no guidance, and has one fixed row in each repeat.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date
from typing import Any

import ipywidgets as widgets

from kasuskit.form import Form, FormNode, Group, Question, Record, Repeat, load_form
from kasuskit.form.definition import pick

LANG = "id"
NOW = "2026-10-05T09:00:00+08:00"
RADIOS = 7


class Page:
    """The form as a tree of widgets, with one row in each repeat.

    Parameters
    ----------
    form : Form
        The form.
    now : str
        The record's clock.
    """

    def __init__(self, form: Form, now: str = NOW) -> None:
        self.form = form
        self.record = Record(form, now=now)
        for node in form.nodes.values():
            if isinstance(node, Repeat) and not node.count and not node.repeats:
                self.record.add(node.name)
        self.boxes: dict[str, Any] = {}
        self.inputs: dict[str, Any] = {}
        self.notes: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.choices: dict[str, tuple[str, ...]] = {}
        self.answered = 0
        self.status = widgets.HTML("Belum ada jawaban.")
        self.status.add_class("stock-status")
        sections = [self._box(section, section.name, "") for section in form.sections]
        self.root = widgets.VBox([widgets.HTML(f"<h1>{html.escape(form.title)}</h1>"), self.status, *sections])
        self._refresh()

    # making the widgets -----------------------------------------------------------------------------------

    def _box(self, node: FormNode, at: str, prefix: str) -> Any:
        """Return a group or repeat as a heading and a box of what is in it."""
        label = self.record.label(at, LANG)
        parts: list[Any] = [widgets.HTML(f"<h3>{html.escape(label)}</h3>")] if label else []
        if isinstance(node, Repeat):
            for key in self.record.rows(at):
                parts += self._inside(node, f"{at}[{key}]/")
        else:
            parts += self._inside(node, prefix)
        self.boxes[at] = widgets.VBox(parts)
        return self.boxes[at]

    def _inside(self, node: FormNode, prefix: str) -> Iterator[Any]:
        for child in self.form.spec.children(node.name):
            at = prefix + child.name
            if isinstance(child, (Group, Repeat)):
                yield self._box(child, at, prefix)
            elif isinstance(child, Question) and child.asked:
                yield self._question(child, at)
            elif child.label:
                yield self._note(at)

    def _note(self, at: str) -> Any:
        self.notes[at] = widgets.HTML()
        self.boxes[at] = widgets.VBox([self.notes[at]])
        return self.boxes[at]

    def _question(self, node: Question, at: str) -> Any:
        field = self.inputs[at] = self._input(node, at)
        field.observe(lambda change, at=at: self._answer(at, change["new"]), "value")
        message = self.messages[at] = widgets.HTML()
        hint = pick(node.hint, LANG)
        parts = [field, widgets.HTML(f"<small>{html.escape(hint)}</small>"), message] if hint else [field, message]
        self.boxes[at] = widgets.VBox(parts)
        return self.boxes[at]

    def _input(self, node: Question, at: str) -> Any:
        """Return the ipywidget that fits a question's type."""
        label = self.record.label(at, LANG) + (" *" if self.record.required(at) else "")
        common: dict[str, Any] = {
            "description": label,
            "style": {"description_width": "initial"},
            "layout": widgets.Layout(width="95%"),
        }
        if node.list_name:
            self.choices[at] = self.record.choices(at)
        if node.type == "select_multiple":
            return widgets.SelectMultiple(options=self._options(node, at), **common)
        if node.type == "select_one" and len(self.form.lists[node.list_name]) <= RADIOS:
            return widgets.RadioButtons(options=self._options(node, at), value=None, **common)
        if node.type == "select_one":
            return widgets.Dropdown(options=[("", None), *self._options(node, at)], value=None, **common)
        if node.type == "date":
            return widgets.DatePicker(**common)
        if "multiline" in node.appearance:
            return widgets.Textarea(continuous_update=False, **common)
        return widgets.Text(continuous_update=False, **common)

    def _options(self, node: Question, at: str) -> list[tuple[str, str]]:
        labels = {choice.name: pick(choice.label, LANG) for choice in self.form.lists[node.list_name]}
        return [(labels[name], name) for name in self.choices[at]]

    # answering --------------------------------------------------------------------------------------------

    def _answer(self, at: str, value: Any) -> None:
        self.record.set(at, _as_text(value))
        self.answered += 1
        self._refresh()
        self.status.value = f"Tersimpan: {self.answered} jawaban"

    def _refresh(self) -> None:
        """Bring boxes, messages, notes and filtered choices up to date."""
        for at, box in self.boxes.items():
            display = None if self.record.relevant(at) else "none"
            if box.layout.display != display:
                box.layout.display = display
        for at, note in self.notes.items():
            note.value = html.escape(self.record.label(at, LANG))
        found: dict[str, list[str]] = {}
        for finding in self.record.findings(moment="live", lang=LANG):
            found.setdefault(finding.at, []).append(html.escape(finding.message))
        for at, message in self.messages.items():
            message.value = "<br>".join(found.get(at, ()))
        for at in self.choices:
            self._offer(at)

    def _offer(self, at: str) -> None:
        """Give a filtered list its present choices."""
        offered = self.record.choices(at)
        if offered == self.choices[at]:
            return
        self.choices[at] = offered
        field = self.inputs[at]
        options = self._options(self.form.question(at.rpartition("/")[2]), at)
        field.options = [("", None), *options] if isinstance(field, widgets.Dropdown) else options


def _as_text(value: Any) -> str:
    """Return what a widget holds as an answer is written."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else str(value)


def page(name: str = "kasus") -> Any:
    """Return the form as one widget."""
    return Page(load_form(name)).root
