"""The ready-for-entry sheet: what a village hands to the data officer, in the order and words of the online entry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kasuskit.messages import text
from kasuskit.paper.hand import soft
from kasuskit.paper.press import press
from kasuskit.paper.sheet import Sheet

Entry = tuple[str, str, str]  # section, label, value in words


def entry_sheet(
    rows: Iterable[Entry],
    title: str = "",
    code: str = "",
    lang: str = "id",
    warning: str = "",
    handover: bool = True,
    practice: bool = True,
) -> bytes:
    """Return the ready-for-entry sheet as PDF, with a box beside each value to tick once it is entered.

    Parameters
    ----------
    rows : iterable of (section, label, value)
        In the order of the online entry; a blank value leaves a line to ask for it.
    title, code : str
        Title of the sheet, and the case's code.
    lang : str
        Language of the words around the rows.
    warning : str
        What stands in the frame at the top. Default: that this is not SIMFONI PPA itself.
    handover : bool
        Whether lines for who entered it, when, and under which number close the sheet; False where the rows hold them.
    practice : bool
        Whether LATIHAN stands across the pages.
    """
    sheet = Sheet(title or text("paper.entry.title", lang), code, practice=practice, lang=lang)
    return press("entri", entry_data(sheet, rows, warning, handover))


def entry_data(sheet: Sheet, rows: Iterable[Entry], warning: str = "", handover: bool = True) -> dict[str, Any]:
    """Return all that the template ``entri.typ`` needs."""
    sections: list[dict[str, Any]] = []
    for section, label, value in rows:
        if not sections or sections[-1]["t"] != section:
            sections.append({"t": section, "b": []})
        sections[-1]["b"].append([label, soft(value)])
    names = ("by", "date", "number") if handover else ()
    return {
        "head": sheet.head(),
        "title": sheet.title,
        "how": text("paper.entry.how", sheet.language),
        "warning": warning or text("paper.entry.not_simfoni", sheet.language),
        "sections": sections,
        "handover": [text(f"paper.entry.{name}", sheet.language) for name in names],
    }
