"""The case form on paper: blank, one more sheet for further people, or as if somebody had filled it in by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kasuskit.form import Form, Question, Record, Repeat
from kasuskit.form.definition import pick
from kasuskit.messages import text
from kasuskit.paper.answers import Answers, Blank, Written
from kasuskit.paper.fields import Density, Lists, Pen
from kasuskit.paper.hand import Hand
from kasuskit.paper.labels import UNKNOWN, label
from kasuskit.paper.layout import sections
from kasuskit.paper.people import code, letter
from kasuskit.paper.press import page_count, press
from kasuskit.paper.sheet import Sheet

# From roomy to narrow. A blank form takes the roomiest that needs no more sheets, both sides printed, than the last.
DENSITIES = (
    Density(10, 3, 4, 7.2),
    Density(9, 3, 4, 7.0),
    Density(8, 3, 3, 6.8),
    Density(8, 2, 3, 6.6),
    Density(7, 2, 3, 6.6),
    Density(6, 2, 3, 6.4),
    Density(6, 2, 2, 6.4),
    Density(6, 1, 2, 6.4),
    Density(5, 1, 2, 6.2),
    Density(4, 1, 2, 6.0),
)
COMPACT = (
    Density(5, 2, 3, 6.4, True),
    Density(4, 2, 2, 6.2, True),
    Density(3, 2, 2, 6.2, True),
    Density(3, 2, 2, 6.0, True),
    Density(2, 2, 2, 6.0, True),
    Density(2, 1, 1, 5.8, True),
)
SHORT_FORM = 90  # questions: a form with fewer has room for one victim and one alleged perpetrator


def print_form(form: Form, lang: str = "id", people: int | None = None, practice: bool = True) -> bytes:
    """Return a blank form as PDF, to be filled in by hand.

    Parameters
    ----------
    form : Form
        Any form.
    lang : str
        Language of labels and instructions.
    people : int, optional
        How many victims and alleged perpetrators have room. Default: two, one in a short form.
    practice : bool
        Whether LATIHAN stands across the pages.
    """
    room = people or (1 if _asked(form) < SHORT_FORM else 2)
    sheet = Sheet(form.title, form=form, practice=practice, lang=lang)
    return _roomiest(sheet, form, Blank(form, room))


def print_further(form: Form, lang: str = "id", practice: bool = True) -> bytes:
    """Return a sheet for one more victim and one more alleged perpetrator, whose numbers are written by hand."""
    title = text("paper.form.further", lang, title=form.title)
    sheet = Sheet(title, "", text("paper.form.further_short", lang), form, practice, lang=lang)
    return _roomiest(sheet, form, Blank(form, 1, numbered=False), only_people=True)


def print_written(record: Record, title: str, code: str = "", lang: str = "id", practice: bool = True) -> bytes:
    """Return a record as a form that somebody filled in by hand; the same record and code look the same each time.

    Parameters
    ----------
    record : Record
        What was written. Only what had to be filled in is printed.
    title, code : str
        Title and code of the sheet (``"Formulir F1"``, ``"F1"``).
    lang : str
        Language of labels and instructions.
    practice : bool
        Whether LATIHAN stands across the pages.
    """
    sheet = Sheet(title, code, form=record.form, practice=practice, lang=lang)
    data = form_data(sheet, Written(record), Density(2, 1), Hand(code or title))
    return press("formulir", data)


def _roomiest(sheet: Sheet, form: Form, answers: Blank, only_people: bool = False) -> bytes:
    """Return the roomiest PDF that needs no more paper than the narrowest, by halving."""

    def made(density: Density) -> bytes:
        blank = Blank(form, answers.people, density.rows, answers.numbered)
        return press("formulir", form_data(sheet, blank, density, Hand(""), only_people))

    densities = DENSITIES + COMPACT if _asked(form) < SHORT_FORM else DENSITIES
    low, high = 0, len(densities) - 1
    best = made(densities[high])
    most = page_count(best) + page_count(best) % 2
    while low < high:
        middle = (low + high) // 2
        tried = made(densities[middle])
        if page_count(tried) <= most:
            best, high = tried, middle
        else:
            low = middle + 1
    return best


def form_data(
    sheet: Sheet, answers: Answers, density: Density, hand: Hand, only_people: bool = False
) -> dict[str, Any]:
    """Return all that the template ``formulir.typ`` needs."""
    lang = sheet.language
    pen = Pen(answers, lang, hand, Lists(), density)
    parts = sections(pen, only_people)
    return {
        "head": sheet.head(),
        "title": sheet.title,
        "legend": list(_legend(answers, lang)) if answers.blank else [],
        "pitch": density.pitch,
        "compact": density.compact,
        "sections": parts,
        "lists": [{"t": title, "o": labels} for title, labels in _lists(pen)],
        "lists-title": text("paper.form.lists", lang),
        "notes": text("paper.form.notes", lang) if answers.blank else "",
    }


def _lists(pen: Pen) -> Iterator[tuple[str, tuple[str, ...]]]:
    form = pen.answers.form
    for name, (numbers, labels) in pen.lists.found.items():
        first = next(node for node in form.nodes.values() if isinstance(node, Question) and node.list_name == name)
        yield f"{numbers} {label(form, first.name, pen.lang)}", labels


def _legend(answers: Answers, lang: str) -> Iterator[tuple[str, str]]:
    """Yield how to fill the form in, in one line of pieces."""
    form = answers.form
    yield "", text("paper.form.how", lang) + " "
    followed = next((name for name, node in form.nodes.items() if isinstance(node, Repeat) and letter(form, name)), "")
    if followed and len(answers.rows(followed)) > 1:
        codes = [code(form, followed, position) for position in (1, 2)]
        yield "", text("paper.form.coded", lang, codes=", ".join(codes)) + " "
    for name, brief in UNKNOWN.items():
        words = {pick(c.label, lang) for choices in form.lists.values() for c in choices if c.name == name}
        if words:
            yield "b", brief
            yield "", f" = {sorted(words, key=len)[0].lower()}. "


def _asked(form: Form) -> int:
    return sum(isinstance(node, Question) and node.asked for node in form.nodes.values())
