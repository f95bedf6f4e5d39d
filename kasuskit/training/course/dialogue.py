"""Conversations with consequences: what was said, what one may answer, and what follows from each answer.

What an answer is worth and where it leads is the key: it is told only of answers that were given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kasuskit.messages import KasusError
from kasuskit.training.course.course import Course
from kasuskit.training.course.tables import Row, Tables
from kasuskit.training.files import split

STEPS, REPLIES = "percakapan.csv", "tanggapan.csv"
STEP_COLUMNS = ("percakapan", "langkah", "siapa", "teks")
REPLY_COLUMNS = (
    "percakapan", "langkah", "nama", "teks", "lanjut", "nilai", "akibat", "alasan", "tujuan", "sumber", "keyakinan",
)  # fmt: skip
SPEAKERS = ("korban", "petugas", "narasi")
GOOD, WEAK, HARMFUL = "baik", "kurang", "bahaya"
VALUES = (GOOD, WEAK, HARMFUL)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


class Line(NamedTuple):
    """What somebody says, or what happens (``narasi``)."""

    who: str
    text: str


class Reply(NamedTuple):
    """An answer that can be given, as it is shown."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is said at one point, and what one may answer; without answers the conversation ends here."""

    name: str
    lines: tuple[Line, ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation as it is shown, without what its answers are worth; it starts with the first step."""

    name: str
    steps: Mapping[str, Step]

    @property
    def start(self) -> Step:
        """The step it begins with."""
        return next(iter(self.steps.values()))


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from an answer.

    Parameters
    ----------
    next : str
        The step it leads to.
    value : str
        ``baik``, ``kurang`` or ``bahaya``.
    effect, reason : str
        What happens, and why the answer is good or not.
    purposes : tuple of str
        What the answer asks consent for, in words; empty for most.
    source, confidence : str
        Where the reason comes from, and how sure we are (``S``, ``C``, ``I``, ``L``).
    """

    next: str
    value: str
    effect: str
    reason: str
    purposes: tuple[str, ...]
    source: str
    confidence: str


class Dialogues(NamedTuple):
    """The conversations of a course, and what is wrong with their tables."""

    dialogues: tuple[Dialogue, ...]
    problems: tuple[KasusError, ...]


class Turn(NamedTuple):
    """A step that was reached; with the answer given there and its effect, or None where there is none yet."""

    step: Step
    reply: Reply | None
    effect: Effect | None


Key = Mapping[tuple[str, str], Effect]
"""The effects of a conversation's answers, by step and answer."""


def read_dialogues(course: Course) -> Dialogues:
    """Return the conversations of a course without their keys; one that cannot be used is told in ``problems``."""
    paths = [course.folder / STEPS, course.folder / REPLIES]
    if not any(path.is_file() for path in paths):
        return Dialogues((), ())
    stats = [path.stat() for path in paths if path.is_file()]
    return _read(course.folder, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


def load_dialogue(course: Course, name: str) -> Dialogue:
    """Return a conversation.

    Raises
    ------
    KasusError
        T280 when there is none of this name that can be used.
    """
    dialogues = {each.name: each for each in read_dialogues(course).dialogues}
    if name not in dialogues:
        raise KasusError("training.T280", course.folder.name, name=name[:60], known=", ".join(dialogues) or "-")
    return dialogues[name]


def load_effects(course: Course, name: str) -> Key:
    """Return the effects of a conversation's answers, read from the table; nothing keeps them but who asked."""
    found = _Reader(Tables(course.folder)).read()
    return found[name][1] if name in found else {}


def follow(dialogue: Dialogue, key: Key, given: Sequence[str]) -> tuple[Turn, ...]:
    """Return the steps that answers lead to, the last without an answer.

    Parameters
    ----------
    dialogue : Dialogue
        The conversation.
    key : mapping
        What ``load_effects`` gave.
    given : sequence of str
        The answers in order, each as ``STEP/REPLY``. From the first that does not belong to the step reached on, they
        are passed over: they were given on another way.
    """
    turns: list[Turn] = []
    step = dialogue.start
    for said in given:
        reply = next((each for each in step.replies if said == f"{step.name}/{each.name}"), None)
        if reply is None:
            break
        effect = key[step.name, reply.name]
        turns.append(Turn(step, reply, effect))
        step = dialogue.steps[effect.next]
    return (*turns, Turn(step, None, None))


def purposes(key: Key) -> tuple[str, ...]:
    """Return all that can be asked consent for in a conversation, in the order of its table."""
    return tuple(dict.fromkeys(purpose for effect in key.values() for purpose in effect.purposes))


# reading ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _read(folder: Path, _mark: tuple[tuple[int, int], ...]) -> Dialogues:
    reader = _Reader(Tables(folder))
    dialogues = [dialogue for dialogue, _ in reader.read().values()]
    return Dialogues(tuple(dialogues), tuple(reader.tables.problems))


class _Reader:
    """Reads conversations with their keys; a row that cannot be used is left out and written down."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def read(self) -> dict[str, tuple[Dialogue, Key]]:
        """Return the conversations by name, each with its key."""
        lines = self._lines()
        replies: dict[str, list[Row]] = {name: [] for name in lines}
        for place, row in self.tables.rows(REPLIES, REPLY_COLUMNS):
            if self.tables.known(place, "percakapan", row["percakapan"], lines):
                replies[row["percakapan"]].append((place, row))
        return {name: self._dialogue(name, steps, replies[name]) for name, steps in lines.items()}

    def _lines(self) -> dict[str, dict[str, list[Line]]]:
        """Return what is said, by conversation and step."""
        found: dict[str, dict[str, list[Line]]] = {}
        for place, row in self.tables.rows(STEPS, STEP_COLUMNS):
            sound = self.tables.filled(place, row, "percakapan", "langkah", "teks")
            if sound and self._named(place, row, "percakapan", "langkah") and self._speaks(place, row):
                steps = found.setdefault(row["percakapan"], {})
                steps.setdefault(row["langkah"], []).append(Line(row["siapa"], row["teks"]))
        return found

    def _speaks(self, place: str, row: Mapping[str, str]) -> bool:
        return self.tables.among(place, row, "siapa", SPEAKERS)

    def _named(self, place: str, row: Mapping[str, str], *columns: str) -> bool:
        wrong = [column for column in columns if not _NAME.fullmatch(row[column])]
        for column in wrong:
            self.tables.wrong("T269", place, column=column, found=row[column][:40])
        return not wrong

    def _dialogue(self, name: str, lines: Mapping[str, list[Line]], rows: Iterable[Row]) -> tuple[Dialogue, Key]:
        replies: dict[str, list[Reply]] = {step: [] for step in lines}
        key: dict[tuple[str, str], Effect] = {}
        for place, row in rows:
            at = row["langkah"], row["nama"]
            if self._usable(place, row, lines) and self.tables.first(place, "/".join(at), {"/".join(k) for k in key}):
                replies[at[0]].append(Reply(row["nama"], row["teks"]))
                key[at] = self._effect(place, row)
        steps = {step: Step(step, tuple(said), tuple(replies[step])) for step, said in lines.items()}
        dialogue = Dialogue(name, steps)
        for code, step in faults(dialogue, key):
            self.tables.wrong(code, f"{self.tables.folder.name}/{REPLIES}", name=step)
        return dialogue, key

    def _usable(self, place: str, row: Mapping[str, str], steps: Mapping[str, object]) -> bool:
        tables = self.tables
        sound = tables.filled(place, row, "nama", "teks", "lanjut") and self._named(place, row, "nama")
        sound = tables.known(place, "langkah", row["langkah"], steps) and sound
        sound = tables.among(place, row, "nilai", VALUES) and sound
        if row["lanjut"] and row["lanjut"] not in steps:
            tables.wrong("T281", place, found=row["lanjut"][:40])
            return False
        return sound

    def _effect(self, place: str, row: Mapping[str, str]) -> Effect:
        self.tables.filled(place, row, "akibat", "alasan", "sumber")
        return Effect(
            row["lanjut"], row["nilai"], row["akibat"], row["alasan"], split(row["tujuan"], "|"), row["sumber"],
            self.tables.confidence(place, row),
        )  # fmt: skip


def faults(dialogue: Dialogue, key: Key) -> Iterator[tuple[str, str]]:
    """Yield (code, step) of what is wrong with the ways through a conversation, or the conversation's name.

    T282 a step that nothing leads to, T283 no end, T284 a circle without a way out, T285 a step without a good
    answer, T289 a step with a single answer.
    """
    ways = {name: {effect.next for (step, _), effect in key.items() if step == name} for name in dialogue.steps}
    reached = _closure({dialogue.start.name}, ways)
    yield from (("T282", name) for name in dialogue.steps if name not in reached)
    back = {name: {other for other, nexts in ways.items() if name in nexts} for name in ways}
    ends = {name for name in reached if not ways[name]}
    if ends:
        leading = _closure(ends, back)
        yield from (("T284", name) for name in dialogue.steps if name in reached - leading)
    else:
        yield "T283", dialogue.name
    for name, step in dialogue.steps.items():
        values = [key[name, reply.name].value for reply in step.replies]
        if values and GOOD not in values:
            yield "T285", name
        if len(values) == 1:
            yield "T289", name


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    """Return what can be reached from a set, itself included."""
    found, open_ = set(start), list(start)
    while open_:
        for name in ways[open_.pop()] - found:
            found.add(name)
            open_.append(name)
    return found
