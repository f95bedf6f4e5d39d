"""Compare a record with the answer key, kindly: one object that screen, tests and paper all read.

Each key field is ``right``, ``wrong``, ``missing`` though the story says it, ``invented`` (filled in though the
story never says it, the gravest habit in documentation) or ``misclassified`` (a tempting wrong class). Cells that
are filled but not in the key are invented too, as are rows too many. A hint comes first; reason and sentence when
they are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Protocol

from kasuskit.form import Finding, Form, Record
from kasuskit.form.rows import parse_address
from kasuskit.messages import text
from kasuskit.training.align import RowMap, align
from kasuskit.training.cases import KeyField
from kasuskit.training.match import said, unknown, verdict_of
from kasuskit.training.story import Span

VERDICTS = ("right", "wrong", "missing", "invented", "misclassified")


@dataclass(frozen=True, slots=True)
class FieldFeedback:
    """What there is to say about one cell.

    Parameters
    ----------
    at : str
        Address in the participant's record; a repeat's address when the row itself is missing, a row's when an
        empty row is too many.
    section : str
        Name of the top-level group it stands in.
    verdict : str
        One of ``VERDICTS``.
    message, hint : str
        What is the matter, and where to look; neither gives the answer away.
    reason, expected : str
        Why, and the right answer in words: for after the reveal.
    spans : tuple of Span
        Where the story shows it; empty when the story does not say it (then ``reason`` begins with that).
    """

    at: str
    section: str
    verdict: str
    message: str
    hint: str
    reason: str
    expected: str
    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "spans":
                if not isinstance(value, tuple) or not all(isinstance(span, Span) for span in value):
                    raise ValueError("FieldFeedback.spans must be a tuple of Span")
            elif not isinstance(value, str):
                raise ValueError(f"FieldFeedback.{field.name} must be text, not {type(value).__name__}")
        if self.verdict not in VERDICTS:
            raise ValueError(f"FieldFeedback.verdict {self.verdict!r} is not one of {', '.join(VERDICTS)}")
        for name in ("at", "section"):
            if not getattr(self, name):
                raise ValueError(f"FieldFeedback.{name} must not be blank")


@dataclass(frozen=True, slots=True)
class SectionScore:
    """How many key fields of one section are right (a question outside of all groups is a section of its own)."""

    name: str
    right: int
    total: int

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError("SectionScore.name must be text that is not blank")
        for name in ("right", "total"):
            if type(getattr(self, name)) is not int:
                raise ValueError(f"SectionScore.{name} must be a whole number")
        if not 0 <= self.right <= self.total:
            raise ValueError(f"SectionScore.right {self.right} is not within 0 and total {self.total}")


@dataclass(frozen=True, slots=True)
class Feedback:
    """All that is said about a record: per field, per section, and the findings that need no key.

    ``head`` is the sentence to begin with, where it is another than how many fields are right.
    """

    fields: tuple[FieldFeedback, ...]
    sections: tuple[SectionScore, ...]
    findings: tuple[Finding, ...]
    praise: str
    head: str = ""

    @property
    def score(self) -> int:
        """Return how many key fields are right."""
        return sum(section.right for section in self.sections)

    @property
    def total(self) -> int:
        """Return how many fields count: the key's, and one for each invented answer or empty row outside it."""
        return sum(section.total for section in self.sections)

    @property
    def complete(self) -> bool:
        """Return whether everything is right and no check finds an error."""
        return self.score == self.total and not _has_error(self.findings)


class Keyed(Protocol):
    """A form with the right answers to it; a ``Case`` is one."""

    @property
    def form(self) -> Form:
        """The form."""

    @property
    def key(self) -> Mapping[str, KeyField]:
        """The answer key by address."""


def feedback(record: Record, case: Keyed, lang: str = "id") -> Feedback:
    """Return what to tell a participant about a record of this case.

    Rows are compared by content: the participant's second victim may be the key's first.

    Parameters
    ----------
    record : Record
        The participant's record, of the case's form.
    case : Case
        The case, whose key is read now.
    lang : str
        Language of the sentences. Hints and reasons are as the case's author wrote them.
    """
    rows = align(record, case.key)
    said_fields = [_field(record, case, key, rows, lang) for key in case.key.values()]
    known = {rows.address(at) for at in case.key}
    filled = [at for at in record.answers() if at not in known and not _by_default(record, at)]
    empty = [row for row in rows.extra_rows() if not any(at.startswith(f"{row}/") for at in filled)]
    extra = [_extra(record, at, lang) for at in (*filled, *empty)]
    everything = sorted([*said_fields, *extra], key=lambda field: case.form.place(field.section))
    sections = tuple(_sections(everything))
    findings = tuple(f for f in record.findings(moment="completion", lang=lang) if f.kind != "required")
    return Feedback(tuple(everything), sections, findings, _praise(sections, findings, lang))


def within(whole: Feedback, form: Form, sections: Collection[str], lang: str) -> Feedback:
    """Return what is said of some sections of a form only."""
    fields = tuple(field for field in whole.fields if field.section in sections)
    findings = tuple(each for each in whole.findings if section_of(form, each.at) in sections)
    scores = tuple(score for score in whole.sections if score.name in sections)
    return Feedback(fields, scores, findings, _praise(scores, findings, lang))


def section_of(form: Form, at: str) -> str:
    """Return the name of the section that a cell, a list or a row stands in."""
    rows, name = parse_address(at)
    return form.section_of(name or rows[-1][0])


def _field(record: Record, case: Keyed, key: KeyField, rows: RowMap, lang: str) -> FieldFeedback:
    question = case.form.question(key.at.rpartition("/")[2])
    section = case.form.section_of(question.name)
    expected = said(case.form, question, key.answer, lang)
    reason = " ".join(part for part in (key.unsaid, key.reason) if part)
    at = rows.address(key.at)
    if at is None:
        place = rows.missing_row(key.at)
        verdict = "missing" if key.answer else "right"
        said_of_it = "v-right" if verdict == "right" else "row-missing" if record.relevant(place) else "v-not-asked"
        message = text(f"training.{said_of_it}", lang)
        return FieldFeedback(place, section, verdict, message, key.hint, reason, expected, key.quotes)
    given = record.value(at)
    verdict, choice = verdict_of(question, key, given)
    message = text(f"training.{_said_of(record, at, key, verdict)}", lang)
    if choice:
        reason = " ".join(part for part in (key.misread[choice], reason) if part)
    return FieldFeedback(at, section, verdict, message, key.hint, reason, expected, key.quotes)


def _said_of(record: Record, at: str, key: KeyField, verdict: str) -> str:
    """Return the name of the sentence that says what is the matter with a cell."""
    question = record.form.question(at.rpartition("/")[2])
    if verdict == "missing" and not record.relevant(at):
        return "v-not-asked"
    if verdict == "missing" and key.unsaid:
        return "v-say-unknown"
    if verdict == "missing" and unknown(question, record.value(at)):
        return "v-not-unknown"
    if verdict == "wrong" and question.type == "select_multiple":
        return "v-wrong-many"
    return f"v-{verdict}"


def _extra(record: Record, at: str, lang: str) -> FieldFeedback:
    message, reason = text("training.v-invented", lang), text("training.not-in-story", lang)
    return FieldFeedback(
        at, section_of(record.form, at), "invented", message, text("training.hint-invented", lang), reason, "", ()
    )


def _by_default(record: Record, at: str) -> bool:
    """Return whether a cell only holds what the form itself put there."""
    question = record.form.question(at.rpartition("/")[2])
    return bool(question.default) and record.value(at) == record.default(at)


def _sections(every: list[FieldFeedback]) -> Iterator[SectionScore]:
    for name in dict.fromkeys(field.section for field in every):
        verdicts = [field.verdict for field in every if field.section == name]
        yield SectionScore(name, verdicts.count("right"), len(verdicts))


def _has_error(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _praise(sections: tuple[SectionScore, ...], findings: tuple[Finding, ...], lang: str) -> str:
    score, total = sum(s.right for s in sections), sum(s.total for s in sections)
    share = score / total if total else 0.0
    whole = score == total and not _has_error(findings)
    step = "all" if whole else "most" if share >= 0.8 else "half" if share >= 0.4 else "start"
    return text(f"training.praise-{step}", lang)


__all__ = ["VERDICTS", "Feedback", "FieldFeedback", "SectionScore", "feedback", "section_of", "within"]
