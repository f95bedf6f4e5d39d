"""A conversation with consequences: choose what to say, see what follows, try another answer.

What a person does, by address (N counts the answers from 1; an answer is ``STEP/REPLY``):

================  ==========================================================================================
``pilih/N``       the answer given there; blank: taken back
``lanjut/N``      the same answer: go on with it, though it was not a good one
``dulu/N``        answers that were tried there before, separated by spaces
================  ==========================================================================================

An answer that does not belong to the step reached is passed over, so nothing wrong follows when one goes back. When
two devices answer at once, the last answer at each address stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kasuskit.messages import text
from kasuskit.training.course import Course
from kasuskit.training.course.dialogue import GOOD, Turn, follow, load_dialogue, load_effects, purposes
from kasuskit.widgets.keys import with_key

MOST_TURNS = 60
_MOST_TRIED = 9
_ADDRESS = re.compile(r"(pilih|lanjut|dulu)/([1-9][0-9]?)")


class DialogueActivity:
    """A conversation of a course.

    Parameters
    ----------
    course : Course
        Holds it (``percakapan.csv``, ``tanggapan.csv``).
    name : str
        Its name.

    Raises
    ------
    KasusError
        T280 when the course has no such conversation.
    """

    module = "dialogue.js"

    def __init__(self, course: Course, name: str) -> None:
        self._course, self._dialogue = course, load_dialogue(course, name)
        self._answers = frozenset(
            f"{step.name}/{reply.name}" for step in self._dialogue.steps.values() for reply in step.replies
        )
        self._told: dict[tuple[str, ...], dict[str, Any]] = {}
        self.name = f"percakapan-{name}"
        self.title = text("widgets.dialog.name", name=name)

    def screen(self, lang: str) -> dict[str, Any]:
        """Return what it is; all that is said comes with the view, when it is reached."""
        return {
            "title": text("widgets.dialog.name", lang, name=self._dialogue.name),
            "label": text("widgets.dialog.label", lang, name=self._dialogue.name),
        }

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this is an answer of this conversation."""
        found = _ADDRESS.fullmatch(at)
        if found is None or int(found[2]) > MOST_TURNS:
            return False
        said = value.split(" ")
        return self._answers.issuperset(said) and len(said) <= (_MOST_TRIED if found[1] == "dulu" else 1)

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return each turn that was reached (``turn/1`` …), and once it ends what was asked and chosen."""
        given = tuple(_given(answers))
        stops = tuple(n for n, said in enumerate(given, 1) if answers.get(f"lanjut/{n}") != said)
        known = (*given, "|", *map(str, stops))
        if known not in self._told:
            if len(self._told) > MOST_TURNS:
                self._told.clear()
            self._told[known] = with_key(lambda: self._turns(given, stops))
        said = dict(self._told[known])
        for n in range(1, said["turns"] + 1):
            turn, tried = said[f"turn/{n}"], answers.get(f"dulu/{n}", "").split()
            if "replies" in turn:
                marked = [[name, text, f"{turn['step']}/{name}" in tried] for name, text in turn["replies"]]
                said[f"turn/{n}"] = {**turn, "replies": marked}
        return said

    def _turns(self, given: tuple[str, ...], stops: tuple[int, ...]) -> dict[str, Any]:
        key = load_effects(self._course, self._dialogue.name)
        turns = follow(self._dialogue, key, given)
        for n, turn in enumerate(turns, 1):
            if turn.effect is not None and turn.effect.value != GOOD and n in stops:
                turns = turns[:n]
                break
        ended = not turns[-1].step.replies
        said = {f"turn/{n}": _turn(turn) for n, turn in enumerate(turns, 1)}
        return said | {"turns": len(turns), "done": ended} | ({"end": _end(turns, purposes(key))} if ended else {})


def _given(answers: Mapping[str, str]) -> Iterator[str]:
    """Yield the answers from the first on, up to the first gap."""
    for n in range(1, MOST_TURNS + 1):
        if f"pilih/{n}" not in answers:
            return
        yield answers[f"pilih/{n}"]


def _turn(turn: Turn) -> dict[str, Any]:
    said: dict[str, Any] = {"step": turn.step.name, "lines": [list(line) for line in turn.step.lines]}
    if turn.reply is None or turn.effect is None:
        return said | {"replies": [list(reply) for reply in turn.step.replies]}
    effect = turn.effect
    return said | {
        "chosen": list(turn.reply),
        "value": effect.value,
        "effect": effect.effect,
        "reason": effect.reason,
        "source": effect.source,
        "sure": effect.confidence,
    }


def _end(turns: tuple[Turn, ...], wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return what was chosen and why it was good or not, and what consent was asked for by itself."""
    chosen = [(turn.reply, turn.effect) for turn in turns if turn.reply is not None and turn.effect is not None]
    asked = {purpose for _, effect in chosen if effect.value == GOOD for purpose in effect.purposes}
    return {
        "choices": [[reply.text, effect.value, effect.reason] for reply, effect in chosen],
        "good": sum(effect.value == GOOD for _, effect in chosen),
        "asked": [purpose for purpose in wanted if purpose in asked],
        "missed": [purpose for purpose in wanted if purpose not in asked],
    }
