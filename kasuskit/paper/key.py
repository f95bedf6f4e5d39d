"""The answer key on paper, for the facilitator: every answer with its sentence, the reason and the traps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kasuskit.form import Question, Record
from kasuskit.messages import text
from kasuskit.paper.labels import choice_label, in_words
from kasuskit.paper.press import press
from kasuskit.paper.record import place_of
from kasuskit.paper.sheet import Sheet
from kasuskit.training import Case, KeyField, Span


def print_key(case: Case, lang: str = "id") -> bytes:
    """Return a case's answer key as PDF, marked as the facilitator's.

    Parameters
    ----------
    case : Case
        The sample case; its key is read now.
    lang : str
        Language of labels and of the words around the key, which stays as its author wrote it.

    Raises
    ------
    KasusErrors
        T200 when the key has mistakes.
    """
    return press("kunci", key_data(case, lang))


def key_data(case: Case, lang: str = "id") -> dict[str, Any]:
    """Return all that the template ``kunci.typ`` needs."""
    card, form = case.card, case.form
    title = text("paper.key.title", lang, case=card.id, title=card.title)
    sheet = Sheet(title, card.id, text("paper.key.short", lang), form, facilitator=True, lang=lang)
    record = case.key_record()
    sections = []
    for section in form.sections:
        fields = [field for field in case.key.values() if form.section_of(_name(field)) == section.name]
        if fields:
            rows = [_row(case, record, field, sheet.language) for field in fields]
            sections.append({"t": record.label(section.name, lang), "b": rows})
    names = ("field", "answer", "why", "aims", "traps", "only", "debrief")
    return {
        "head": sheet.head(),
        "title": title,
        "level": text("paper.key.level", lang, level=card.level),
        "aims": list(card.aims),
        "traps": list(case.settings["traps"]),
        "debrief": _paragraphs(case.settings.get("debrief", "")),
        "sections": sections,
        "words": {name: text(f"paper.key.{name}", lang) for name in names},
    }


def _paragraphs(notes: object) -> list[str]:
    """Return notes for the debriefing, which stand in lines of any length, as paragraphs."""
    blocks = str(notes).split("\n\n") if isinstance(notes, str) else []
    return [" ".join(block.split()) for block in blocks if block.strip()]


def _name(field: KeyField) -> str:
    return field.at.rpartition("/")[2]


def _row(case: Case, record: Record, field: KeyField, lang: str) -> dict[str, Any]:
    form, question = case.form, case.form.question(_name(field))
    answer = in_words(form, question, field.answer, lang)
    return {
        "n": place_of(record, field.at),
        "l": " ".join(record.label(field.at, lang).split()),
        "a": answer or text("paper.key.blank", lang),
        "e": not answer,
        "f": text("paper.key.free", lang) if field.free else "",
        "o": list(_also(case, question, field, lang)),
        "q": [_quoted(case, span, lang) for span in field.quotes],
        "u": field.unsaid,
        "w": field.reason,
        "t": list(_traps(case, question, field, lang)),
        "s": field.source,
    }


def _also(case: Case, question: Question, field: KeyField, lang: str) -> Iterator[str]:
    """Yield the other right answers in words."""
    if field.also:
        words = [in_words(case.form, question, other, lang) or text("paper.key.blank", lang) for other in field.also]
        yield text("paper.key.also", lang, answers=" / ".join(words))


def _quoted(case: Case, span: Span, lang: str) -> str:
    quote = case.story.paragraphs[span.paragraph][span.start : span.end]
    return text("paper.key.quote", lang, quote=quote, paragraph=span.paragraph + 1)


def _traps(case: Case, question: Question, field: KeyField, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the tempting wrong answers, each with what is wrong about it."""
    for name, why in field.misread.items():
        listed = bool(question.list_name) and case.form.choice(question, name) is not None
        yield (choice_label if listed else in_words)(case.form, question, name, lang), why
