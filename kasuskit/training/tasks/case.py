"""Tasks about a sample case: the whole form, some of its sections, or the exam."""

from __future__ import annotations

from dataclasses import replace

from kasuskit.form import Form, Record
from kasuskit.form.rows import parse_address
from kasuskit.messages import KasusError, text
from kasuskit.training.cases import Case
from kasuskit.training.course import load_course
from kasuskit.training.exam import counted, pass_mark
from kasuskit.training.feedback import Feedback, feedback, within
from kasuskit.training.tasks.task import EXAM, PART, WHOLE, Given, Task, TaskCard


class CaseTask(Task):
    """The whole case: the story beside the form.

    Parameters
    ----------
    case : Case
        The case.
    """

    def __init__(self, case: Case) -> None:
        card = case.card
        self.case = case
        super().__init__(TaskCard(card.id, card.title, card.level, card.content_note, WHOLE), case.form, case.now)

    def given(self) -> Given:
        """Return the story."""
        return Given(self.case.story.paragraphs)

    def examine(self, record: Record, lang: str) -> Feedback:
        """Return what the key and the checks say."""
        return feedback(record, self.case, lang)


class PartTask(CaseTask):
    """Some sections of a case; the others are filled in already, from the key, and not shown.

    Parameters
    ----------
    case : Case
        The case.
    letters : str
        Letters of the sections, ``"A-F"`` or ``"C"``: the first section of the form is A.

    Raises
    ------
    KasusError
        T291 when the form has no such sections.
    """

    reads_key = True

    def __init__(self, case: Case, letters: str, lang: str = "id") -> None:
        super().__init__(case)
        self.sections = sections_named(case.form, letters)
        shown = letters.replace("-", "–")
        title = text("training.task-part", lang, title=case.title, sections=shown)
        self.card = replace(self.card, id=f"{case.id}.{letters}", title=title, kind=PART)
        self.todo = text("training.task-part-todo", lang, sections=shown)

    def given(self) -> Given:
        """Return the story, and the answers to the other sections."""
        answers = {at: field.answer for at, field in self.case.key.items() if field.answer and self._is_other(at)}
        return Given(self.case.story.paragraphs, answers)

    def examine(self, record: Record, lang: str) -> Feedback:
        """Return what the key and the checks say of the sections that are practised."""
        return within(feedback(record, self.case, lang), self.form, self.sections, lang)

    def _is_other(self, at: str) -> bool:
        return self.form.section_of(parse_address(at).name) not in self.sections


class ExamTask(CaseTask):
    """A case as in real life: only the checks speak, and the form is handed in."""

    handed_in = True

    def __init__(self, case: Case, lang: str = "id") -> None:
        super().__init__(case)
        title = text("training.task-exam", lang, title=case.title)
        self.card = replace(self.card, id=f"{case.id}.uji", title=title, kind=EXAM)
        needed = pass_mark(load_course().folder)
        self.todo = text("training.task-exam-todo", lang, **needed._asdict(), of=needed.most)

    def examine(self, record: Record, lang: str) -> Feedback:
        """Return what the checks say; no key is read."""
        findings = record.findings(moment="completion", lang=lang)
        errors, warnings = counted(findings)
        head = text("training.exam-head", lang, errors=errors, warnings=warnings)
        praise = text(f"training.exam-{'mend' if errors else 'look' if warnings else 'clear'}", lang)
        return Feedback((), (), findings, praise, head)


def sections_named(form: Form, letters: str) -> tuple[str, ...]:
    """Return the names of the sections with these letters: the first is A.

    Raises
    ------
    KasusError
        T291 when the form has no such sections.
    """
    found = form.lettered(letters)
    if not found:
        raise KasusError("training.T291", letters[:20], last=form.last_letter)
    return tuple(node.name for node in found)
