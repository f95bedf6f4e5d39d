"""Mending a flawed form, against one's own last time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kasuskit.form import Form, Record
from kasuskit.messages import text
from kasuskit.training.feedback import Feedback, FieldFeedback, SectionScore, section_of
from kasuskit.training.flawed import FlawedForm
from kasuskit.training.mending import Found, SeedMark, found
from kasuskit.training.tasks.task import MEND, Given, Task, TaskCard

_VERDICTS = {
    "changed": "wrong", "emptied": "missing", "invented": "invented", "row-lost": "missing", "row-invented": "invented",
    "finding": "wrong",
}  # fmt: skip


class MendTask(Task):
    """A flawed form to be mended.

    Parameters
    ----------
    flawed : FlawedForm
        The form as somebody filled it in.
    """

    timed = True

    def __init__(self, flawed: FlawedForm, lang: str = "id") -> None:
        card = TaskCard(flawed.id, flawed.title, flawed.level, flawed.content_note, MEND)
        super().__init__(card, flawed.form, flawed.now, text("training.task-mend-todo", lang))
        self.flawed = flawed

    def given(self) -> Given:
        """Return who filled the form in, and what they wrote."""
        return Given((self.flawed.about,), self.flawed.answers)

    def examine(self, record: Record, lang: str) -> Feedback:
        """Return what is mended, what is left, and what was broken."""
        return as_feedback(found(self.flawed, record, lang), self.form, lang)


def as_feedback(result: Found, form: Form, lang: str) -> Feedback:
    """Return what was found in a mended form as the practice screen draws it.

    Every mistake counts, and so does everything that was broken or must now be filled in.
    """
    fields = [*_marks(result.marks, form), *_broken(result, form)]
    fields.sort(key=lambda field: form.place(field.section))
    head = text("training.mend-head", lang, mended=len(result.mended), total=result.total)
    if result.broken:
        head = f"{head} {text('training.mend-broken', lang, count=len(result.broken))}"
    return Feedback(tuple(fields), tuple(_scores(result, form)), (), result.praise, head)


def _marks(marks: Iterable[SeedMark], form: Form) -> Iterator[FieldFeedback]:
    """Yield one verdict for each cell: several mistakes may stand in one text."""
    by_cell: dict[str, list[SeedMark]] = {}
    for mark in marks:
        by_cell.setdefault(mark.at, []).append(mark)
    for at, here in by_cell.items():
        left = [mark for mark in here if not mark.mended]
        shown = left or here
        yield FieldFeedback(
            at, section_of(form, at), "wrong" if left else "right", shown[0].message, "",
            _joined(mark.reason for mark in shown), _joined(mark.expected for mark in shown), (),
        )  # fmt: skip


def _broken(result: Found, form: Form) -> Iterator[FieldFeedback]:
    for each in result.broken:
        yield FieldFeedback(each.at, section_of(form, each.at), _VERDICTS[each.kind], each.message, "", "", "", ())
    for finding in result.missing:
        yield FieldFeedback(finding.at, section_of(form, finding.at), "missing", finding.message, "", "", "", ())


def _scores(result: Found, form: Form) -> Iterator[SectionScore]:
    marks = [(section_of(form, mark.at), mark.mended) for mark in result.marks]
    others = [
        section_of(form, at) for at in (*(each.at for each in result.broken), *(each.at for each in result.missing))
    ]
    for name in sorted({*(section for section, _ in marks), *others}, key=form.place):
        mended = [done for section, done in marks if section == name]
        yield SectionScore(name, sum(mended), len(mended) + others.count(name))


def _joined(parts: Iterable[str]) -> str:
    found: Sequence[str] = tuple(dict.fromkeys(part for part in parts if part))
    return " · ".join(found) if len(found) > 1 and max(map(len, found)) < 40 else " ".join(found)
