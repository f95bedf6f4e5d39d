"""The code book of a form: every field, every list of choices, every check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kasuskit.form import Check, Choice, Form, FormNode, Question, Repeat
from kasuskit.form.definition import pick
from kasuskit.messages import catalogue_keys, text
from kasuskit.paper.fields import always
from kasuskit.paper.labels import label, numbers
from kasuskit.paper.logic import behind
from kasuskit.paper.people import linked
from kasuskit.paper.press import press
from kasuskit.paper.sheet import Sheet
from kasuskit.paper.words import Phrase, Piece, fill_if, when

_PLACE = re.compile(r"\$?\{[^{}]*\}")
SHORT_LIST = 4  # choices that stand beside the field; longer lists stand in the second part
_WORDS = (
    "number", "name", "label", "type", "condition", "rules", "source", "lists", "checks",
    "severity", "message", "fields", "why", "how", "fields_part",
)  # fmt: skip


def print_codebook(form: Form, lang: str = "id", practice: bool = True) -> bytes:
    """Return a form's code book as PDF (A4, landscape).

    Parameters
    ----------
    form : Form
        Any form.
    lang : str
        Language of labels, conditions and checks.
    practice : bool
        Whether LATIHAN stands across the pages.
    """
    return press("kode", codebook_data(form, lang, practice))


def codebook_data(form: Form, lang: str = "id", practice: bool = True) -> dict[str, Any]:
    """Return all that the template ``kode.typ`` needs."""
    title = text("paper.codebook.title", lang, title=form.title)
    sheet = Sheet(title, None, text("paper.codebook.short", lang), form, practice, lang=lang)
    book = _Book(form, sheet.language)
    return {
        "head": sheet.head(),
        "title": title,
        "sections": [book.section(section) for section in form.sections],
        "lists": [book.choices(name, choices) for name, choices in form.lists.items()],
        "checks": [book.check(check) for check in form.checks],
        "words": {name: text(f"paper.codebook.{name}", sheet.language) for name in _WORDS},
    }


class _Book:
    """Puts the parts of one form into words of one language."""

    def __init__(self, form: Form, lang: str) -> None:
        self.form, self.lang = form, lang
        self.by_field: dict[str, list[str]] = {}
        for check in form.checks:
            for name in check.fields:
                self.by_field.setdefault(name, []).append(check.name)

    def section(self, section: FormNode) -> dict[str, Any]:
        rows = [self.field(node) for node in (section, *self.below(section.name))]
        return {"t": label(self.form, section.name, self.lang), "b": rows}

    def below(self, name: str) -> Iterator[FormNode]:
        for node in self.form.spec.children(name):
            yield node
            if not isinstance(node, Question):
                yield from self.below(node.name)

    def field(self, node: FormNode) -> dict[str, Any]:
        rules = dict.fromkeys([*node.extra.get("aturan", "").split(), *self.by_field.get(node.name, ())])
        row: dict[str, Any] = {
            "n": numbers(self.form).get(node.name, ""),
            "m": node.name,
            "l": label(self.form, node.name, self.lang),
            "y": self.kind(node),
            "w": list(self.conditions(node)),
            "r": " ".join(rules),
            "s": node.extra.get("sumber", ""),
        }
        if not isinstance(node, Question):
            row["g"] = True
        return row

    def kind(self, node: FormNode) -> list[Piece]:
        """Return the type in words, with the choices or the list's name."""
        pieces = [Piece("", self.type_word(node))]
        if isinstance(node, Repeat) and node.count:
            target = linked(self.form, node.name)
            follows = label(self.form, target, self.lang) if target else node.count
            pieces.append(Piece("", ", " + text("paper.codebook.follows", self.lang, repeat=follows)))
        if isinstance(node, Question) and node.list_name:
            choices = {choice.name: pick(choice.label, self.lang) for choice in self.form.lists[node.list_name]}
            pieces += [Piece("", ": "), Piece("m", node.list_name)]
            if len(choices) <= SHORT_LIST:
                pieces.append(Piece("", " (" + ", ".join(choices.values()) + ")"))
        if isinstance(node, Question) and node.calculation:
            used = [numbers(self.form)[name] for name in behind(self.form, node.calculation)]
            if used:
                pieces.append(Piece("", " " + text("paper.codebook.from", self.lang, fields=", ".join(used))))
        return pieces

    def type_word(self, node: FormNode) -> str:
        kind = "calculate" if isinstance(node, Question) and node.calculation else node.type
        key = f"type.{kind}"
        return text(f"paper.{key}", self.lang) if key in catalogue_keys("paper") else kind

    def conditions(self, node: FormNode) -> Iterator[Phrase]:
        """Yield when it is asked, when an answer is required, and what an answer must be."""
        asked = fill_if(when(self.form, node.relevant, self.lang), self.lang) if node.relevant else ()
        if asked:
            yield asked
        if not isinstance(node, Question):
            return
        if always(node):
            yield (Piece("b", text("paper.codebook.required", self.lang)),)
        elif node.required:
            needed = when(self.form, node.required, self.lang)
            yield (Piece("b", text("paper.codebook.required_if", self.lang) + " "), *needed)
        if node.constraint:
            said = pick(node.constraint_message, self.lang)
            yield (Piece("", said),) if said else (Piece("m", node.constraint),)

    def choices(self, name: str, choices: tuple[Choice, ...]) -> dict[str, Any]:
        used = [number for node, number in numbers(self.form).items() if self.form.question(node).list_name == name]
        sources = dict.fromkeys(choice.column("sumber") for choice in choices)
        shared = next(iter(sources)) if len(sources) == 1 else ""
        rows = []
        for choice in choices:
            source = "" if shared else choice.column("sumber")
            rows.append([choice.name, pick(choice.label, self.lang), choice.column("simfoni"), source])
        return {"m": name, "u": ", ".join(used), "s": shared, "o": rows, "simfoni": any(row[2] for row in rows)}

    def check(self, check: Check) -> list[str]:
        fields = [numbers(self.form).get(name, name) for name in check.fields]
        message = plain(pick(check.message, self.lang))
        severity = text(f"show.{check.severity}", self.lang)
        return [check.name, severity, " ".join(fields), message, pick(check.why, self.lang), check.source]


def plain(sentence: str) -> str:
    """Return a message with its places (``${…}``, ``{temuan}``) as ellipses."""
    return _PLACE.sub("…", sentence)
