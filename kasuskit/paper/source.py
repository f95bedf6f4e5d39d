"""Find the record that somebody wants on paper: a sample case's key, or a CSV of addresses and answers."""

from __future__ import annotations

from pathlib import Path

from kasuskit.form import Form, Record
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError

COLUMNS = ("isian", "jawaban")


def read_answers(path: Path) -> dict[str, str]:
    """Return the answers of a CSV with the columns ``isian`` and ``jawaban``, by address.

    Raises
    ------
    KasusError
        P606 without these columns, P607 without the file, P608 when a field stands twice, F103, F104 and F106 when
        it cannot be read.
    """
    try:
        rows = csv_rows(decoded(path), path.name)
    except OSError:
        raise KasusError("paper.P607", str(path)) from None
    heading = [cell.strip() for cell in rows[0]] if rows else []
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        raise KasusError("paper.P606", path.name, columns=", ".join(missing))
    answers: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(heading, row, strict=False))
        at = cells.get("isian", "").strip()
        if at in answers:
            raise KasusError("paper.P608", f"{path.name}, baris/row {number}", at=at)
        if at:
            answers[at] = cells.get("jawaban", "")
    return answers


def read_record(path: Path, form: Form, now: str | None = None) -> Record:
    """Return the record that a CSV of answers makes.

    Raises
    ------
    KasusError
        As ``read_answers``, and F130 to F135 when an answer does not fit the form.
    """
    return Record.from_answers(form, read_answers(path), now=now)
