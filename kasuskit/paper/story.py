"""A sample story as a handout: numbered lines and paragraphs, the note on its content, room for notes."""

from __future__ import annotations

from typing import Any

from kasuskit.messages import text
from kasuskit.paper.press import press
from kasuskit.paper.sheet import Sheet
from kasuskit.training import Case


def print_story(case: Case, lang: str = "id") -> bytes:
    """Return a case's story as PDF, for participants: nothing of its answer key is read.

    Parameters
    ----------
    case : Case
        The sample case.
    lang : str
        Language of the words around the story, which stays as its author wrote it.
    """
    return press("cerita", story_data(case, lang))


def story_data(case: Case, lang: str = "id") -> dict[str, Any]:
    """Return all that the template ``cerita.typ`` needs."""
    card = case.card
    short = text("paper.story.short", lang)
    sheet = Sheet(f"{card.id} – {card.title}", card.id, short, lang=lang)
    return {
        "head": sheet.head(),
        "title": card.title,
        "code": card.id,
        "note": card.content_note,
        "paragraphs": list(case.story.paragraphs),
        "words": {name: text(f"paper.story.{name}", sheet.language) for name in ("note", "pause", "task", "notes")},
    }
