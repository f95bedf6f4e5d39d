"""What a question is called on paper: its number (B.1), and its label with codes where a screen shows names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kasuskit.form import Form, Question
from kasuskit.form.definition import pick
from kasuskit.form.plan import PLACEHOLDER
from kasuskit.paper.people import base, coded_repeat, is_name, letter
from kasuskit.training.match import said

UNKNOWN = {"td": "TD", "tm": "TM"}
_LETTER = re.compile(r"([A-Z]{1,2})\.\s")
_BARE = re.compile(rf"\s*\(\s*{PLACEHOLDER.pattern}\s*\)")
_LOOSE = re.compile(r"\s+([?.,;:!])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ASIDE = re.compile(r"\s*\([^()]*\)")


@lru_cache(maxsize=16)
def numbers(form: Form) -> Mapping[str, str]:
    """Return the number of every question that people answer: the section's letter and a count, ``B.1``.

    The letter is taken from the section's label ("B. Pelapor"); a form without letters counts its sections. The dot
    keeps question K.1 of section K apart from the victim K1.
    """
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    letters: dict[str, str] = {}
    for index, section in enumerate(form.sections, 1):
        lettered = _LETTER.match(pick(section.label, form.languages[0] if form.languages else ""))
        letters[section.name] = lettered[1] if lettered else str(index)
    for node in form.nodes.values():
        if isinstance(node, Question) and node.asked:
            section_name = form.section_of(node.name)
            counts[section_name] = counts.get(section_name, 0) + 1
            found[node.name] = f"{letters.get(section_name, '')}.{counts[section_name]}"
    return found


def label(form: Form, name: str, lang: str, codes: Mapping[str, str] | None = None) -> str:
    """Return a node's label as paper shows it.

    Parameters
    ----------
    form : Form
        The form.
    name : str
        The node.
    lang : str
        Language of the label.
    codes : mapping, optional
        What stands for a row of a repeat, by the repeat's name (``{"korban": "K1"}``). Where nothing is given, a
        code is ``K…`` and brackets that hold only a code are left out. Names never stand in a printed label.
    """
    written = pick(form.nodes[name].label, lang)
    if "${" not in written:
        return " ".join(written.split())
    codes = codes or {}

    def stand_in(found: re.Match[str]) -> str:
        repeat = coded_repeat(form, found[1])
        if repeat:
            return codes.get(base(form, repeat), f"{letter(form, repeat)}…")
        return "" if is_name(form, found[1]) else "…"

    def bracket(found: re.Match[str]) -> str:
        repeat = coded_repeat(form, found[1])
        return found[0] if repeat and base(form, repeat) in codes else ""

    filled = " ".join(PLACEHOLDER.sub(stand_in, _BARE.sub(bracket, written)).split())
    return _LOOSE.sub(r"\1", filled)


def short(said: str) -> str:
    """Return a label without what stands in brackets, for use inside a sentence."""
    return _ASIDE.sub("", said).strip() or said


def in_words(form: Form, question: Question, value: str, lang: str) -> str:
    """Return an answer in words; what could not be read as a date stays as it was written."""
    if question.type == "date" and not _DATE.fullmatch(value):
        return value
    return said(form, question, value, lang)


def choice_label(form: Form, question: Question, name: str, lang: str, brief: bool = False) -> str:
    """Return a choice in words; ``brief`` makes TD and TM of "unknown" and "prefers not to answer"."""
    if brief and name in UNKNOWN:
        return UNKNOWN[name]
    choice = form.choice(question, name)
    return pick(choice.label, lang) if choice else name
