"""Look a sample case over: does the key fit the form, is it complete, and is nothing in it real?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kasuskit.form import Form, Question
from kasuskit.form.areas import areas
from kasuskit.form.typed import Unreadable, canonical
from kasuskit.form.workbook import decoded
from kasuskit.messages import KasusError, KasusErrors, text
from kasuskit.training.cases import FILES, Case, load_case

STORY_WORDS = (350, 700)
# Written as people write numbers: (0812) 3456-7890, +62 812.3456.7890; Word sets hard spaces and long dashes.
_DIGITS = re.compile(r"(?<!\d)[+(]{0,2}\d(?:[ \u00a0.()\u2010-\u2013-]{0,2}\d){8,}(?!\d)")
_OTHER_LINE = re.compile(r"\(?\+|\(?0[2-7]\d")
_VILLAGE = re.compile(r"\b(?:desa|kelurahan)(?=((?:\s+[\w'’-]+){1,4}))", re.IGNORECASE)
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
    errors = [*_key_errors(case), *privacy_errors(case.folder, FILES)]
    if not STORY_WORDS[0] <= case.story.words <= STORY_WORDS[1]:
        least, most = STORY_WORDS
        errors.append(KasusError("training.T210", "cerita.md", words=case.story.words, least=least, most=most))
    if errors:
        raise KasusErrors("training.T200", case.folder.name, errors)
    return case


def _key_errors(case: Case) -> Iterator[KasusError]:
    try:
        key = case.key
    except KasusErrors as found:
        yield from found.errors
        return
    for at, question in key_questions(case).items():
        for answer in (*key[at].also, *key[at].misread):
            reason = _unfit(case.form, question, answer)
            if reason:
                yield KasusError("training.T211", f"kunci.csv, {at}", reason=reason)
    record = case.key_record()
    for finding in record.findings(moment="completion"):
        if finding.severity == "error":
            yield KasusError("training.T212", f"kunci.csv, {finding.at}", code=finding.code, message=finding.message)
    for at, field in key.items():
        if field.answer and not record.relevant(at):
            yield KasusError("training.T214", f"kunci.csv, {at}", at=at)


def _unfit(form: Form, question: Question, answer: str) -> str:
    """Return why nobody can give this answer to the question, blank when people can."""
    try:
        canonical(question.type, answer)
    except Unreadable as problem:
        return text(f"form.{problem.reason}")
    parts = answer.split() if question.type == "select_multiple" else [answer]
    foreign = [part for part in parts if question.list_name and part not in form.choice_names(question)]
    return text("form.F152", choice=foreign[0][:60]) if foreign else ""


def privacy_errors(folder: Path, files: Iterable[str]) -> Iterator[KasusError]:
    """Yield every number and village in these files of a folder that could be somebody's."""
    real = _real_villages()
    for name in files:
        content = decoded(folder / name)
        for found in _DIGITS.finditer(content):
            digits = re.sub(r"\D", "", found[0])
            if len(digits) == 16 and not digits.endswith("0000"):
                yield KasusError("training.T220", name, found=digits[:6] + "…")
            elif _dialable(digits, found[0]):
                yield KasusError("training.T221", name, found=digits[:4] + "…")
        yield from (KasusError("training.T222", name, found=real[each]) for each in _villages_in(content, real))


def _villages_in(content: str, real: Mapping[str, str]) -> Iterator[str]:
    """Yield each real village that a text names as such, once."""
    told: dict[str, None] = {}
    for found in _VILLAGE.finditer(content):
        words = found[1].replace("’", "'").casefold().split()
        names = (" ".join(words[:length]) for length in range(1, len(words) + 1))
        told.update(dict.fromkeys(name for name in names if name in real))
    yield from told


def _dialable(digits: str, written: str) -> bool:
    """Return whether a row of digits could be somebody's phone (helplines may stand; 0800-0000-000 reaches nobody)."""
    looks = 9 <= len(digits) <= 15 and (digits.startswith(("08", "628")) or _OTHER_LINE.match(written) is not None)
    return looks and digits not in _HELPLINES and not digits.endswith("0000000")


def _real_villages() -> Mapping[str, str]:
    """Return the names of real villages that the kit knows, in every spelling it knows, by their small letters."""
    villages = (area for area in areas() if area.level in ("desa", "kelurahan") and not area.practice)
    return {name.casefold(): name for area in villages for name in area.names}


def key_questions(case: Case) -> dict[str, Question]:
    """Return the question of each key address."""
    return {at: case.form.question(at.rpartition("/")[2]) for at in case.key}
