"""Entering a case into the mirror of SIMFONI PPA: the filled-in paper form beside the online form.

What is right follows from ``kasuskit.simfoni.entry``: who does not agree is not entered, and what has been entered by
others is not entered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kasuskit.form import Form, Question, Record
from kasuskit.form.definition import pick
from kasuskit.messages import text
from kasuskit.simfoni import Entry, Note, Row, ready_sheet
from kasuskit.simfoni.entry import mirror
from kasuskit.simfoni.notes import CONSENT, DOUBLE
from kasuskit.simfoni.sheet import DONE, REFUSED
from kasuskit.training.cases import Case, KeyField
from kasuskit.training.feedback import Feedback, FieldFeedback, feedback
from kasuskit.training.tasks.paper import Line, Paper
from kasuskit.training.tasks.task import MIRROR, Given, Task, TaskCard

ALSO_ON_PAPER = (
    "setuju_catat", "setuju_simfoni", "setuju_statistik", "setuju_hubungi", "setuju_rujuk", "anak_setuju",
    "pemberi_izin", "tgl_izin", "tarik_izin", "lingkup_tarik", "entri_simfoni", "no_simfoni", "lapor_lain",
)  # fmt: skip
"""What the data officer must know besides what is entered: the consent, and whether others entered the case."""
_SAID = ("v-wrong", "v-wrong-many", "v-missing", "row-missing")  # these speak of a story
_FREE = ("deskripsi_", "alamat_")
_FREE_WAYS = ("gabung", "alamat", "label")
_REWRITE = "M726"  # the paper's sentences tell of somebody who is not entered: others may be written, or none


class MirrorTask(Task):
    """A case to be entered.

    Parameters
    ----------
    case : Case
        The case; its key is the paper.
    """

    reads_key = True

    def __init__(self, case: Case, lang: str = "id") -> None:
        title = text("training.task-mirror", lang, title=case.title)
        card = TaskCard(f"{case.id}.cermin", title, case.card.level, case.card.content_note, MIRROR)
        super().__init__(card, mirror(), case.now, text("training.task-mirror-todo", lang))
        self.case, self.lang = case, lang

    def given(self) -> Given:
        """Return the paper form."""
        paper = _paper(self.case.key_record(), self.form, self.lang)
        return Given(paper.paragraphs, heads=paper.heads)

    def examine(self, record: Record, lang: str) -> Feedback:
        """Return what is entered rightly, and what should not be."""
        right = MirrorKey.of(self.case.key_record(), self.form, lang)
        told = feedback(record, right, lang)
        told = replace(told, fields=tuple(_as_entered(each, right, lang) for each in told.fields))
        if right.key:
            return told if told.complete else replace(told, praise=text("training.mirror-praise", lang))
        told = replace(told, findings=())  # they only say that the form is empty
        name = "mirror-none" if told.complete else "mirror-none-yet"
        return replace(told, head=text(f"training.{name}", lang), praise="")


@dataclass(frozen=True, slots=True)
class MirrorKey:
    """What should stand in the mirror, by address, and why something may not stand there."""

    form: Form
    key: Mapping[str, KeyField]
    against: str

    @classmethod
    def of(cls, record: Record, form: Form, lang: str) -> MirrorKey:
        """Return what belongs into the mirror from a record of the offline format."""
        sheet = ready_sheet(record, lang)
        made, lines = sheet.entry, _paper(record, form, lang).lines
        why = DOUBLE if sheet.state == DONE else CONSENT
        against = " ".join(f"{each.sentence} {each.way_out}" for each in made.notes if each.about == why)
        if sheet.state in (DONE, REFUSED):
            return cls(form, {}, against)
        return cls(form, {field.at: field for field in _fields(made, lines, lang)}, against)


def _paper(record: Record, form: Form, lang: str) -> Paper:
    """Return of an offline record what the mirror takes over, with the consents."""
    names = dict.fromkeys(ALSO_ON_PAPER, "")
    for node in form.nodes.values():
        names |= dict.fromkeys(node.extra.get("asal", "").split(), pick(node.label, lang))
    return Paper(record, names, lang)


def _fields(made: Entry, lines: Mapping[str, Line], lang: str) -> Iterator[KeyField]:
    """Yield what is entered, and what stays blank for a reason."""
    for row in made.rows:
        origin = row.source.split()
        notes = [note for note in made.notes if note.at and note.at in (row.source, *origin)]
        answer = made.record.value(row.at)
        if answer or (notes and any(at in lines for at in origin)):
            yield _field(made, row, answer, [lines[at] for at in origin if at in lines], notes, lang)


def _field(made: Entry, row: Row, answer: str, lines: list[Line], notes: Iterable[Note], lang: str) -> KeyField:
    question = made.record.form.question(row.at.rpartition("/")[2])
    paper = "; ".join(f"{line.label}: {line.answer}" for line in lines)
    label = lines[0].label if lines else row.label
    remarks = " ".join(note.sentence for note in notes)
    reason = text("training.mirror-reason", lang, paper=paper, label=row.label, value=row.value) if answer else ""
    rewritten = any(note.code == _REWRITE for note in notes) and not answer
    return KeyField(
        at=row.at,
        answer=answer,
        also=(),
        free=rewritten or (bool(answer) and _is_free(question)),
        quotes=tuple(line.span for line in lines),
        unsaid="" if answer else remarks,
        hint=text("training.mirror-hint", lang, label=label),
        reason=" ".join(filter(None, (reason, remarks if answer else ""))),
        misread={},
        source="",
    )


def _is_free(question: Question) -> bool:
    """Return whether any wording will do."""
    if question.type != "text":
        return False
    return question.name.startswith(_FREE) or question.extra.get("padanan", "") in _FREE_WAYS


def _as_entered(field: FieldFeedback, right: MirrorKey, lang: str) -> FieldFeedback:
    """Return what is said of a field, in words for a form that is copied from paper."""
    if field.verdict != "invented":
        name = next((name for name in _SAID if field.message == text(f"training.{name}", lang)), "")
        return replace(field, message=text(f"training.mirror-{name}", lang)) if name else field
    unasked = text("training.mirror-invented", lang)
    known = bool(field.expected or field.spans)  # the key speaks of it
    reason = field.reason if known else right.against or unasked
    return replace(field, message=unasked, reason=reason, hint=field.hint if known else "")
