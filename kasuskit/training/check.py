"""Look a sample case over: does the key fit the form, is it complete, and is nothing in it real?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kasuskit.form import Question, Record
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir
from kasuskit.training.cases import FILES, Case, load_case

STORY_WORDS = (350, 700)
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){8,}(?!\d)")
_HELPLINES = ("08111129129", "129")


def check_case(source: str | Path) -> Case:
    """Return a case when nothing is wrong with it.

    Raises
    ------
    KasusErrors
        T200 with every mistake: quotes that do not stand in the story, addresses that the form does not have,
        answers that the form's own rules refuse, numbers or villages that could be real.
    """
    case = load_case(source)
    errors = [*_key_errors(case), *_privacy_errors(case)]
    if not STORY_WORDS[0] <= case.story.words <= STORY_WORDS[1]:
        least, most = STORY_WORDS
        errors.append(KasusError("training.T210", "cerita.md", words=case.story.words, least=least, most=most))
    if errors:
        raise KasusErrors("training.T200", case.folder.name, errors)
    return case


def _key_errors(case: Case) -> Iterator[KasusError]:
    record = Record.from_answers(case.form, {}, now=case.now)
    try:
        key = case.key
    except KasusErrors as found:
        yield from found.errors
        return
    usable = {}
    for at, field in key.items():
        try:
            record = Record.from_answers(case.form, {at: field.answer}, now=case.now)
            usable[at] = field.answer
        except KasusError as error:
            yield KasusError("training.T211", f"kunci.csv, {at}", reason=error.sentence())
    record = Record.from_answers(case.form, usable, now=case.now)
    for finding in record.findings(moment="completion"):
        if finding.severity == "error":
            yield KasusError("training.T212", f"kunci.csv, {finding.at}", code=finding.code, message=finding.message)
    for at, answer in usable.items():
        if answer and not record.relevant(at):
            yield KasusError("training.T214", f"kunci.csv, {at}", at=at)


def _privacy_errors(case: Case) -> Iterator[KasusError]:
    real = _real_villages()
    for name in FILES:
        content = decoded(case.folder / name)
        for found in _DIGITS.finditer(content):
            digits = re.sub(r"\D", "", found[0])
            if len(digits) == 16 and not digits.endswith("0000"):
                yield KasusError("training.T220", name, found=digits[:6] + "…")
            elif _dialable(digits):
                yield KasusError("training.T221", name, found=digits[:4] + "…")
        for village in real:
            if re.search(rf"\b(?:desa|kelurahan)\s+{re.escape(village)}\b", content, re.IGNORECASE):
                yield KasusError("training.T222", name, found=village)


def _dialable(digits: str) -> bool:
    """Return whether a row of digits could be somebody's phone (helplines may stand; 0800-0000-000 reaches nobody)."""
    looks = 9 <= len(digits) <= 14 and digits.startswith(("08", "628"))
    return looks and digits not in _HELPLINES and not digits.endswith("0000000")


def _real_villages() -> tuple[str, ...]:
    """Return the names of real villages that the reference list knows."""
    path = data_dir() / "reference" / "wilayah.csv"
    if not path.is_file():
        return ()
    heading, *rows = csv_rows(decoded(path), path.name)
    level, name = heading.index("tingkat"), heading.index("nama")
    return tuple(row[name] for row in rows if row[level] in ("desa", "kelurahan") and "contoh" not in row[name].lower())


def key_questions(case: Case) -> dict[str, Question]:
    """Return the question of each key address."""
    return {at: case.form.question(at.rpartition("/")[2]) for at in case.key}
