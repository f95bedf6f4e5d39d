"""A form, ready to use: its questions, labels and lists, and how it runs."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kasuskit.form.definition import (
    DETAIL,
    Check,
    Choice,
    FormNode,
    FormSpec,
    Group,
    Question,
    Repeat,
    pick,
    spec_from_json,
)
from kasuskit.form.findings import Finding
from kasuskit.form.plan import PLACEHOLDER, Judge, Plan, Step, check_place
from kasuskit.form.runner import Context, Place, Run, compile_tree
from kasuskit.form.values import string
from kasuskit.form.xpath import Ref
from kasuskit.messages import text

_CODES = {"required": "F150", "constraint": "F151", "choice": "F152", "type": "F153"}

_LETTERS = re.compile(r"([A-Z])(?:-([A-Z]))?")


class Form:
    """A compiled form.

    Parameters
    ----------
    spec : FormSpec
        What the sheets say.
    xform : str or Path, optional
        The XForm XML that pyxform made of the same sheets, or the file that holds it.
    """

    def __init__(self, spec: FormSpec, xform: str | Path = "") -> None:
        self.spec, self._xform = spec, xform
        self.plan = Plan(spec)
        self._place = {name: index for index, name in enumerate(spec.nodes)}
        self._judges = {judge.name: judge for judge in self.plan.judges if judge.check is None}
        self._levels: dict[str, tuple[FormNode, ...]] = {}
        self._blanks: dict[str, dict[str, Any]] = {}
        for repeat in ("", *(node.name for node in spec.nodes.values() if isinstance(node, Repeat))):
            level = tuple(n for n in spec.nodes.values() if (n.repeats[-1] if n.repeats else "") == repeat)
            self._levels[repeat] = level
            self._blanks[repeat] = {
                n.name: [] if isinstance(n, Repeat) else "" for n in level if not isinstance(n, Group)
            } | {"#": 1.0}
        self.defaults = self._defaults()
        self._names = {name: tuple(c.name for c in choices) for name, choices in spec.lists.items()}
        self._parts: dict[tuple[str, str], tuple[tuple[str, Run | None, bool], ...]] = {}

    @classmethod
    def from_json(cls, compiled: str | bytes, xform: str | Path = "") -> Form:
        """Return the form that a compiled JSON holds."""
        with _no_collecting():
            return cls(spec_from_json(json.loads(compiled)), xform)

    # what it is -------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The form's name for machines."""
        return self.spec.id

    @property
    def version(self) -> str:
        """The version its settings sheet gives."""
        return self.spec.version

    @property
    def title(self) -> str:
        """The name people read."""
        return self.spec.title

    @property
    def languages(self) -> tuple[str, ...]:
        """Its languages, the default first (``id``, ``en``)."""
        return self.spec.languages

    @property
    def nodes(self) -> Mapping[str, FormNode]:
        """All groups, repeats and questions by name, in the form's order."""
        return self.spec.nodes

    @property
    def lists(self) -> Mapping[str, tuple[Choice, ...]]:
        """The choice lists by name."""
        return self.spec.lists

    @property
    def checks(self) -> tuple[Check, ...]:
        """The rows of the sheet ``checks``."""
        return self.spec.checks

    @property
    def sections(self) -> tuple[FormNode, ...]:
        """The top-level groups, which the screen shows one at a time."""
        return tuple(node for node in self.spec.children(None) if isinstance(node, (Group, Repeat)))

    def lettered(self, letters: str) -> tuple[FormNode, ...]:
        """Return the sections with these letters (``"A-F"``, ``"H"``; the first is A); none where there are none."""
        found = _LETTERS.fullmatch(letters)
        first, last = (ord(letter) - ord("A") for letter in (found[1], found[2] or found[1])) if found else (0, -1)
        return self.sections[first : last + 1] if first <= last < len(self.sections) else ()

    @property
    def last_letter(self) -> str:
        """The letter of the last section."""
        return chr(ord("A") + len(self.sections) - 1)

    @property
    def xform(self) -> str:
        """The XForm XML of the same sheets (blank when the form was made without)."""
        return self._xform.read_text("utf-8") if isinstance(self._xform, Path) else self._xform

    def question(self, name: str) -> Question:
        """Return a question; KeyError when the form has none of this name."""
        node = self.nodes[name]
        if not isinstance(node, Question):
            raise KeyError(name)
        return node

    def section_of(self, name: str) -> str:
        """Return the name of the top-level node that a node stands in (itself at the top)."""
        node = self.nodes[name]
        while node.parent:
            node = self.nodes[node.parent]
        return node.name

    def place(self, name: str) -> int:
        """Return a node's place in the form's order, counted from 0."""
        return self._place[name]

    def choice(self, question: Question, name: str) -> Choice | None:
        """Return a choice of a question's list by name."""
        return next((c for c in self.lists.get(question.list_name, ()) if c.name == name), None)

    # for the record ---------------------------------------------------------------------------------------

    def level(self, repeat: str) -> tuple[FormNode, ...]:
        """Return the nodes of one row of a repeat (blank: of the record itself), groups and repeats included."""
        return self._levels[repeat]

    def blank(self, repeat: str) -> dict[str, Any]:
        """Return the names of one row's cells, each with its empty value."""
        return self._blanks[repeat]

    def judge(self, name: str) -> Judge | None:
        """Return what judges a question's answer; None for what people do not answer."""
        return self._judges.get(name)

    def choice_names(self, question: Question) -> tuple[str, ...]:
        """Return the names of a question's choices, all of them."""
        return self._names.get(question.list_name, ())

    def label(self, name: str, lang: str, context: Context) -> str:
        """Return a node's label with every ``${…}`` filled in from a row."""
        node = self.nodes[name]
        return self.fill(pick(node.label, lang), node, context)

    def fill(self, sentence: str, node: FormNode, context: Context) -> str:
        """Return a sentence with every ``${…}`` replaced by what the cell holds (dates as 3/10/2026)."""
        if "${" not in sentence:
            return sentence
        mark = (sentence, node.name)
        if mark not in self._parts:
            self._parts[mark] = self._split(sentence, node)
        out = []
        for fixed, run, is_date in self._parts[mark]:
            out.append(fixed)
            if run is not None:
                value = run(context)
                out.append(_day_first(value) if is_date else value)
        return "".join(out)

    def finding(self, judge: Judge, context: Context, at: str, kind: str, detail: str, lang: str) -> Finding:
        """Return a finding with its sentence in ``lang``."""
        check = judge.check
        if check is not None:
            node = check_place(self.spec, check).node
            detail = string(judge.detail(context)) if judge.detail is not None else ""
            message, why = (
                detail.join(self.fill(piece, node, context) for piece in pick(texts, lang).split(DETAIL))
                for texts in (check.message, check.why)
            )
            return Finding(at, kind, check.name, check.severity, message, why, check.source)
        assert isinstance(judge.node, Question)
        message = self._own_message(judge.node, kind, detail, lang, context)
        return Finding(at, kind, _CODES[kind], "error", message, source=judge.node.extra.get("aturan", ""))

    def _own_message(self, node: Question, kind: str, detail: str, lang: str, context: Context) -> str:
        given = {"required": node.required_message, "constraint": node.constraint_message}.get(kind, {})
        sentence = pick(given, lang)
        if sentence:
            return self.fill(sentence, node, context)
        if kind == "type":
            return text(f"form.{detail}", lang)
        return text(f"form.{_CODES[kind]}", lang, label=self.label(node.name, lang, context), choice=detail[:60])

    def _split(self, sentence: str, node: FormNode) -> tuple[tuple[str, Run | None, bool], ...]:
        out: list[tuple[str, Run | None, bool]] = []
        at = 0
        for found in PLACEHOLDER.finditer(sentence):
            run = compile_tree(self.spec, Ref(found[1]), Place(node), "s")
            out.append((sentence[at : found.start()], run, self.nodes[found[1]].type == "date"))
            at = found.end()
        return (*out, (sentence[at:], None, False))

    def _defaults(self) -> dict[str, tuple[Step, ...]]:
        found: dict[str, list[Step]] = {}
        for node in self.spec.nodes.values():
            step = self.plan.by_name[node.name]
            if step.default is not None and isinstance(node, Question) and node.asked:
                found.setdefault(node.repeats[-1] if node.repeats else "", []).append(step)
        return {repeat: tuple(steps) for repeat, steps in found.items()}


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Let nobody look for garbage meanwhile: a form is made of 50,000 small things, and all of them stay."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _day_first(iso: str) -> str:
    year, _, rest = iso.partition("-")
    month, _, day = rest[:5].partition("-")
    return f"{int(day)}/{int(month)}/{year}" if day.isdigit() and month.isdigit() else iso
