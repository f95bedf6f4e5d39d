"""The list of mistakes of a flawed form on paper, for the facilitator: what stands there, what should, and why."""

from __future__ import annotations

from typing import Any

from kasuskit.form import Question, Record
from kasuskit.form.rows import parse_address
from kasuskit.messages import text
from kasuskit.paper.labels import in_words
from kasuskit.paper.press import press
from kasuskit.paper.record import place_of
from kasuskit.paper.sheet import Sheet
from kasuskit.training import FlawedForm, Seed


def print_seeds(flawed: FlawedForm, lang: str = "id") -> bytes:
    """Return the list of a flawed form's mistakes as PDF, marked as the facilitator's.

    Parameters
    ----------
    flawed : FlawedForm
        The form; its list of mistakes is read now.
    lang : str
        Language of labels and of the words around the list, which stays as its author wrote it.

    Raises
    ------
    KasusErrors
        T230 when the list has mistakes of its own.
    """
    return press("kesalahan", seeds_data(flawed, lang))


def seeds_data(flawed: FlawedForm, lang: str = "id") -> dict[str, Any]:
    """Return all that the template ``kesalahan.typ`` needs."""
    title = text("paper.seeds.title", lang, code=flawed.id, title=flawed.title)
    sheet = Sheet(title, flawed.id, text("paper.seeds.short", lang), flawed.form, facilitator=True, lang=lang)
    record = flawed.record()
    names = ("number", "field", "wrong", "right", "why", "about", "debrief")
    return {
        "head": sheet.head(),
        "title": title,
        "level": text("paper.key.level", lang, level=flawed.level),
        "about": flawed.about,
        "debrief": [" ".join(block.split()) for block in flawed.debrief.split("\n\n") if block.strip()],
        "rows": [_row(flawed, record, seed, sheet.language) for seed in flawed.seeds],
        "words": {name: text(f"paper.seeds.{name}", lang) for name in names} | {"only": text("paper.key.only", lang)},
    }


def _row(flawed: FlawedForm, record: Record, seed: Seed, lang: str) -> dict[str, Any]:
    address = parse_address(seed.at)
    asked = isinstance(flawed.form.nodes[address.name or address.rows[-1][0]], Question)
    blank = text("paper.key.blank", lang)
    return {
        "n": str(seed.number),
        "p": place_of(record, seed.at) if asked else "",
        "l": " ".join(record.label(seed.at, lang).split()),
        "a": (_said(flawed, seed, seed.wrong, lang) or blank) if asked else _rows(seed.wrong, lang),
        "r": (_said(flawed, seed, seed.right.answer, lang) or blank) if asked else _rows(seed.right.answer, lang),
        "f": text("paper.key.free", lang) if seed.right.free else "",
        "k": seed.kind,
        "w": seed.reason,
        "c": text("paper.seeds.found", lang, code=seed.code) if seed.code else text("paper.seeds.reader", lang),
        "s": seed.source,
    }


def _said(flawed: FlawedForm, seed: Seed, answer: str, lang: str) -> str:
    return in_words(flawed.form, flawed.form.question(parse_address(seed.at).name), answer, lang)


def _rows(count: str, lang: str) -> str:
    return text("paper.seeds.rows", lang, count=count)
