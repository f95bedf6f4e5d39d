"""The tests before and after the course: two parallel forms, one question of each for every aim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kasuskit.messages import KasusError
from kasuskit.training.course.items import Item, Key, load_keys
from kasuskit.training.course.marking import accepts, is_right

if TYPE_CHECKING:
    from kasuskit.training.course.course import Course

BEFORE, AFTER = "pra", "pasca"
FORMS = ("A", "B")
ACTIVITIES = {BEFORE: "pra-uji", AFTER: "pasca-uji"}
"""Under which name a class keeps the answers to each."""
FORM_AT, HANDED_IN_AT = "bentuk", "selesai"
"""Where a class keeps which form was given, and ``1`` once the test was handed in."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test that one person takes: form ``A`` or ``B``, its questions in the order of the aims."""

    form: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What came of a test: right or wrong for each aim; what was not answered is wrong.

    Parameters
    ----------
    form : str
        ``A`` or ``B``.
    aims : mapping of str to bool
        Whether the aim's question was answered rightly, in the order of the aims.
    answered : int
        How many questions have an answer.
    """

    form: str
    aims: Mapping[str, bool]
    answered: int

    @property
    def right(self) -> int:
        """The points of the test."""
        return sum(self.aims.values())

    @property
    def total(self) -> int:
        """How many points there were."""
        return len(self.aims)


def trial(course: Course, when: str, turn: int) -> Trial:
    """Return the test before (``"pra"``) or after (``"pasca"``) the course for one person.

    Half of the people begin with form A, half with B, so that a form that is a little harder than the other does not
    look like learning, or hide it.

    Parameters
    ----------
    course : Course
        Only aims that have a question in both forms are tested.
    when : str
        ``"pra"`` or ``"pasca"``.
    turn : int
        The person's number: with an even one form A comes first, with an odd one form B.

    Raises
    ------
    ValueError
        When ``when`` is something else.
    """
    if when not in (BEFORE, AFTER):
        raise ValueError(f"when must be {BEFORE!r} or {AFTER!r}, not {when!r}")
    form = FORMS[(turn + (when == AFTER)) % 2]
    return Trial(form, form_items(course, form))


def form_items(course: Course, form: str) -> tuple[Item, ...]:
    """Return the questions of form A or B in the order of the aims."""
    forms = {each: _by_aim(course, each) for each in FORMS}
    return tuple(forms[form][aim.id][0] for aim in course.aims if all(aim.id in by_aim for by_aim in forms.values()))


def score(course: Course, form: str, answers: Mapping[str, str], keys: Mapping[str, Key] | None = None) -> Score:
    """Return what came of a test.

    Parameters
    ----------
    course : Course
        The course.
    form : str
        ``A`` or ``B``.
    answers : mapping of str to str
        By question, encoded as in ``marking``; others than those of the form do not count.
    keys : mapping of str to Key, optional
        What ``load_keys`` gave, for who marks many; by default they are read, and let go.
    """
    keys = load_keys(course) if keys is None else keys
    items = form_items(course, form)
    given = {item.id: answers.get(item.id, "") for item in items}
    given = {item.id: given[item.id] if accepts(item, given[item.id]) else "" for item in items}
    aims = {item.aim: bool(given[item.id]) and is_right(item, keys[item.id], given[item.id]) for item in items}
    return Score(form, aims, sum(bool(answer) for answer in given.values()))


def form_of_answers(course: Course, answers: Mapping[str, str]) -> str:
    """Return which form a person was given; where the class did not keep it, the form that most answers belong to."""
    if answers.get(FORM_AT) in FORMS:
        return answers[FORM_AT]
    tests = {item.id: item.test for item in course.items if item.test}
    counts = [sum(tests.get(at) == form for at, answer in answers.items() if answer) for form in FORMS]
    return FORMS[counts.index(max(counts))]


def trial_problems(course: Course) -> Iterator[KasusError]:
    """Yield what keeps the two forms from being parallel; a course need not have a test at all."""
    forms = {form: _by_aim(course, form) for form in FORMS}
    if not any(forms.values()):
        return
    place = f"{course.folder.name}/soal.csv"
    for aim in course.aims:
        found = {form: forms[form].get(aim.id, ()) for form in FORMS}
        for form, items in found.items():
            if len(items) != 1:
                yield KasusError("training.T271", place, aim=aim.id, form=form, count=len(items))
        if all(found.values()):
            one, other = (found[form][0] for form in FORMS)
            if (one.kind, one.level) != (other.kind, other.level):
                yield KasusError("training.T272", place, one=one.id, other=other.id)


def _by_aim(course: Course, form: str) -> dict[str, Sequence[Item]]:
    by_aim: dict[str, list[Item]] = {}
    for item in course.items:
        if item.test == form:
            by_aim.setdefault(item.aim, []).append(item)
    return dict(by_aim)
