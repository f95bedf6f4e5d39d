"""What a person does on the practice screen: a form, what is read beside it, and what is said of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kasuskit.form import Form, Record
from kasuskit.training.feedback import Feedback

WHOLE, PART, MEND, MIRROR, EXAM = KINDS = ("whole", "part", "mend", "mirror", "exam")


_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class TaskCard:
    """What a list of tasks shows: never more than a participant may see before beginning.

    Parameters
    ----------
    id : str
        As in ``practice("K01.A-F")``, and what its attempts are called in a class.
    title, content_note : str
        What people read.
    level : int
        1 easy to 3 hard.
    kind : str
        One of ``KINDS``.
    """

    id: str
    title: str
    level: int
    content_note: str
    kind: str


class Given(NamedTuple):
    """What stands there before a person begins.

    Parameters
    ----------
    story : tuple of str
        Paragraphs to read.
    answers : mapping of str to str
        Answers by address, which are not the person's.
    heads : tuple of int
        Which paragraphs are headings.
    """

    story: tuple[str, ...] = ()
    answers: Mapping[str, str] = _NOTHING
    heads: tuple[int, ...] = ()


class Task:
    """Something to practise. Holds no key.

    Parameters
    ----------
    card : TaskCard
        What it is called.
    form : Form
        What is filled in.
    now : str
        The record's clock, an ISO date-time.
    todo : str
        What to do, in a sentence or two; blank where the story says enough.
    sections : tuple of str
        The sections that are practised, by name; blank for all.
    """

    reads_key = False  # ``given`` does: then it is worked out where keys may be read
    timed = False  # a person runs against their own last time
    handed_in = False

    def __init__(self, card: TaskCard, form: Form, now: str, todo: str = "", sections: tuple[str, ...] = ()) -> None:
        self.card, self.form, self.now, self.todo, self.sections = card, form, now, todo, sections

    @property
    def id(self) -> str:
        """What its attempts are called in a class."""
        return self.card.id

    def given(self) -> Given:
        """Return what stands there before the first answer, as plain data."""
        return Given()

    def examine(self, record: Record, lang: str) -> Feedback:
        """Return what to tell a person about their record. Reads keys."""
        raise NotImplementedError
