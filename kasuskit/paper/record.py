"""A filled record on paper: labels, answers in words, and what the checks find."""

from __future__ import annotations

from typing import Any

from kasuskit.form import Finding, Record
from kasuskit.form.rows import parse_address
from kasuskit.messages import text
from kasuskit.paper.hand import soft
from kasuskit.paper.labels import numbers
from kasuskit.paper.outline import Heading, Line, outline
from kasuskit.paper.people import code
from kasuskit.paper.press import press
from kasuskit.paper.sheet import Sheet


def print_record(
    record: Record, title: str = "", code: str = "", lang: str = "id", practice: bool = True, facilitator: bool = False
) -> bytes:
    """Return a filled record as PDF, with the findings at its end.

    Parameters
    ----------
    record : Record
        The record; required answers that are missing are shown as missing.
    title, code : str
        Title and case code of the sheet. Default title: the form's.
    lang : str
        Language of labels and findings.
    practice, facilitator : bool
        As for ``Sheet``.
    """
    sheet = Sheet(
        title or record.form.title, code, form=record.form, practice=practice, facilitator=facilitator, lang=lang
    )
    return press("catatan", record_data(sheet, record))


def record_data(sheet: Sheet, record: Record) -> dict[str, Any]:
    """Return all that the template ``catatan.typ`` needs."""
    lang = sheet.language
    rows: list[dict[str, Any]] = []
    for item in outline(record, lang):
        if isinstance(item, Heading):
            rows.append({"k": "head", "l": item.level, "t": item.text})
        elif isinstance(item, Line):
            answer = text("paper.record.missing", lang) if item.missing else soft(item.answer)
            rows.append({"k": "line", "n": item.number, "l": item.label, "a": answer, "m": item.missing})
        else:
            rows.append({"k": "note", "t": item.text})
    findings = [_finding(record, each, lang) for each in record.findings(lang=lang) if each.kind != "required"]
    return {
        "head": sheet.head(),
        "title": sheet.title,
        "rows": rows,
        "findings": findings,
        "words": {
            "findings": text("paper.record.findings", lang),
            "nothing": text("paper.record.nothing", lang),
            "blank": text("paper.record.blank", lang),
        },
        "missing": sum(row["k"] == "line" and row["m"] for row in rows),
    }


def _finding(record: Record, finding: Finding, lang: str) -> dict[str, str]:
    return {
        "s": text(f"show.{finding.severity}", lang),
        "c": finding.code,
        "p": place_of(record, finding.at),
        "t": finding.message,
        "y": finding.why,
    }


def place_of(record: Record, at: str) -> str:
    """Return where a cell is, briefly: ``K1 · C.5``."""
    address = parse_address(at)
    codes, prefix = [], ""
    for repeat, key in address.rows:
        keys = record.rows(f"{prefix}{repeat}")
        codes.append(code(record.form, repeat, keys.index(key) + 1 if key in keys else key))
        prefix += f"{repeat}[{key}]/"
    return " · ".join([*codes, numbers(record.form).get(address.name, "")]).strip(" ·")
