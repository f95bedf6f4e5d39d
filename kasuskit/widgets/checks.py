"""Checked answers: a person asks for a check, gets a hint, and after another try the answer.

That she asked is an answer too. At ``T06c/periksa`` stands ``"1 b"``: the first check, of the answer ``b``. So what was
told once comes back with the answers, and nobody learns more by changing an answer without asking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kasuskit.training.course.marking import REVEAL_AFTER, Reveal
from kasuskit.widgets.keys import with_key

CHECK = "/periksa"
_ASKED = re.compile(r"([1-9]) (.+)")
_MOST_KEPT = 500

Told = dict[str, Any]


class Asked(NamedTuple):
    """A check that a person asked for: of which question or card, for which time, and what the answer was then."""

    name: str
    tries: int
    answer: str

    @property
    def value(self) -> str:
        """As it stands in the class file."""
        return f"{self.tries} {self.answer}"


def read_check(at: str, value: str) -> Asked | None:
    """Return the check that an answer asks for; None when it asks for none."""
    found = _ASKED.fullmatch(value) if at.endswith(CHECK) else None
    if found is None or int(found[1]) > REVEAL_AFTER:
        return None
    return Asked(at.removesuffix(CHECK), int(found[1]), found[2])


class Marks:
    """What a person was told, so that it is worked out once; keys are read only for a check that is new.

    Parameters
    ----------
    mark : callable
        Gives what is told of each of some checks, as plain data, in their order. It may read keys and must not keep
        them.
    """

    def __init__(self, mark: Callable[[Sequence[Asked]], list[Told]]) -> None:
        self._mark = mark
        self._told: dict[Asked, Told] = {}

    def of(self, asked: Sequence[Asked]) -> dict[str, Told]:
        """Return what is told of these checks by question or card, with the check that it belongs to as ``of``."""
        new = [each for each in asked if each not in self._told]
        if new:
            if len(self._told) + len(new) > _MOST_KEPT:
                self._told.clear()
                new = list(asked)
            told = with_key(lambda: self._mark(new))
            self._told.update(zip(new, told, strict=True))
        return {each.name: {"of": each.value, **self._told[each]} for each in asked if self._told[each]}


def checks_among(answers: Mapping[str, str], accepts: Callable[[str, str], bool]) -> Iterator[Asked]:
    """Yield the checks that were asked for; what cannot be read any more, since the course was edited, is left out."""
    for at, value in answers.items():
        asked = read_check(at, value)
        if asked is not None and accepts(at, value):
            yield asked


def checked_view(told: Mapping[str, Told], names: Sequence[str]) -> dict[str, Any]:
    """Return what a screen shows of checks: done when the answer of every question or card is known."""
    known = [name for name in names if told.get(name, {}).get("reveal")]
    right = sum(told[name]["right"] for name in known)
    return {"done": len(known) == len(names), "right": right, **{f"mark/{name}": each for name, each in told.items()}}


def plain_reveal(reveal: Reveal | None) -> dict[str, str] | None:
    """Return the answer with its reason as plain data; None while it is not to be told."""
    if reveal is None:
        return None
    names = ("answer", "expected", "explanation", "source")
    return {name: getattr(reveal, name) for name in names}
