"""Where the answers on a form come from: nowhere (a blank form), or a record."""

from __future__ import annotations

from typing import Protocol

from kasuskit.form import Form, Question, Record
from kasuskit.form.xpath import parse, refs
from kasuskit.paper.people import holds_people, linked

TABLE_ROWS = 3


class Answers(Protocol):
    """What a form's layout asks of the answers."""

    form: Form
    blank: bool

    def rows(self, at: str) -> tuple[int, ...]:
        """Return the keys of a repeat's rows (``korban``, ``hubungan_korban[1]/hubungan``)."""

    def position(self, position: int) -> int | str:
        """Return what stands in a person's code for a position: the position, or a gap to write it in."""

    def value(self, at: str) -> str:
        """Return what a cell holds, blank where nothing is written."""

    def shown(self, at: str) -> bool:
        """Return whether a question, group or repeat is printed."""

    def choices(self, at: str, question: Question) -> tuple[str, ...]:
        """Return the names of the choices to print."""


class Blank:
    """A form to be filled in by hand.

    Parameters
    ----------
    form : Form
        The form.
    people : int
        For how many victims, and how many alleged perpetrators, there is room.
    rows : int
        How many empty lines a table has.
    numbered : bool
        False for a sheet for one more person, whose number is written by hand.
    """

    blank = True

    def __init__(self, form: Form, people: int = 2, rows: int = TABLE_ROWS, numbered: bool = True) -> None:
        self.form, self.people, self.lines, self.numbered = form, people, rows, numbered

    def rows(self, at: str) -> tuple[int, ...]:
        """Return a key for each person or empty line."""
        repeat = at.rpartition("/")[2]
        people = holds_people(self.form, repeat) or bool(linked(self.form, repeat))
        return tuple(range(1, (self.people if people else self.lines) + 1))

    def position(self, position: int) -> int | str:
        """Return the position, or a gap for a number."""
        return position if self.numbered else "____"

    def value(self, at: str) -> str:
        """Return nothing."""
        return ""

    def shown(self, at: str) -> bool:
        """Return that everything is printed, with its condition in words."""
        return True

    def choices(self, at: str, question: Question) -> tuple[str, ...]:
        """Return all choices, without those that the list's own columns rule out."""
        names = tuple(dict.fromkeys(self.form.choice_names(question)))
        if not question.choice_filter or refs(parse(question.choice_filter)):
            return names
        judge = self.form.judge(question.name)
        passes = judge.filter if judge else None
        if judge is None or passes is None:
            return names
        return tuple(name for name in names if any(passes(({}, row)) for row in judge.choices[name]))


class Written:
    """A record's answers: only what was asked is printed."""

    blank = False

    def __init__(self, record: Record) -> None:
        self.record, self.form = record, record.form

    def rows(self, at: str) -> tuple[int, ...]:
        """Return the keys of the record's rows."""
        return self.record.rows(at)

    def position(self, position: int) -> int | str:
        """Return the position."""
        return position

    def value(self, at: str) -> str:
        """Return the answer; what could not be read stands as it was written."""
        return self.record.value(at) or (self.record.typed(at) if self.record.unreadable(at) else "")

    def shown(self, at: str) -> bool:
        """Return whether it was to be filled in."""
        return self.record.relevant(at)

    def choices(self, at: str, question: Question) -> tuple[str, ...]:
        """Return the choices on offer, and whatever was chosen against the rules."""
        offered = dict.fromkeys(self.record.choices(at))
        chosen = self.value(at).split() if question.type == "select_multiple" else [self.value(at)]
        return tuple(offered) + tuple(name for name in chosen if name and name not in offered)
