"""What the participants are going to do: the same for every contestant, from one seed."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from classroom.story import Part, Step
from kasuskit.form import Form, Record, Repeat, load_form
from kasuskit.form.definition import pick
from kasuskit.training import load_case

CASE, SECOND = "K01", "K02"
LONGEST_ANSWER = 200
_ROW = "]/"


def parts(people: int, seconds: float, answers: int, seed: int) -> list[Part]:
    """Return what each of some people does on our own page.

    Parameters
    ----------
    people : int
        How many there are.
    seconds : float
        Within how many they all arrive.
    answers : int
        How many questions each answers; the rows that these need are added besides.
    seed : int
        The same seed gives the same people.
    """
    draw = random.Random(seed)
    case = load_case(CASE)
    key = _key(case.key_record())
    return [
        Part(
            name=f"Peserta Uji {number:03d}",
            village=f"Desa Contoh {draw.choice('ABC')}",
            arrives=arrives,
            reads=draw.uniform(2, 4),
            steps=tuple(_steps(Record(case.form, now=case.now), key, answers, draw)),
            case=CASE,
            second=SECOND,
            source=_source(number),
        )
        for number, arrives in enumerate(sorted(draw.uniform(0, seconds) for _ in range(people)), 1)
    ]


def stock_parts(people: int, seconds: float, answers: int, seed: int) -> list[Part]:
    """Return what each of some people does on the stock page: the same kind of answers, in the rows it has."""
    from stock.formulir import LANG, NOW, Page

    form = load_form("kasus")
    places = {at: number for number, at in enumerate(Page(form).inputs)}
    draw = random.Random(seed)
    key = [(at, value) for at, value in _key(load_case(CASE).key_record()) if at in places]
    told = parts(people, seconds, 0, seed)
    return [replace(part, steps=tuple(_stock_steps(form, key, answers, draw, places, NOW, LANG))) for part in told]


def _key(record: Record) -> list[tuple[str, str]]:
    """Return answers that fit the form, section by section."""
    sections = {section.name: place for place, section in enumerate(record.form.sections)}
    found = [(at, value) for at, value in record.answers().items() if len(value) <= LONGEST_ANSWER]
    asked = [(at, value) for at, value in found if record.form.question(at.rpartition("/")[2]).asked]
    return sorted(asked, key=lambda each: sections.get(each[0].partition("[")[0], 0))


def _turned(key: Sequence[tuple[str, str]], draw: random.Random) -> list[tuple[str, str]]:
    """Return a key from another question on: people do not all sit at the same one."""
    first = draw.randrange(len(key))
    return [*key[first:], *key[:first]]


def _steps(record: Record, key: Sequence[tuple[str, str]], answers: int, draw: random.Random) -> Iterator[Step]:
    """Yield what is entered, in order; only what is shown at that moment, each row added before it is filled in."""
    for at, value in _turned(key, draw):
        if answers <= 0:
            return
        for where, number in _missing_rows(record, at):
            record.add(where)
            yield Step("add", where, number, _pause(draw))
        if _has(record, at) and record.relevant(at):
            record.set(at, value)
            answers -= 1
            yield Step("set", at, value, _pause(draw))


def _missing_rows(record: Record, at: str) -> Iterator[tuple[str, str]]:
    """Yield the rows that a person adds, one after the other, until a cell is there."""
    parts = at.split(_ROW)
    for depth in range(1, len(parts)):
        where, _, wanted = _ROW.join(parts[:depth]).rpartition("[")
        repeat = record.form.nodes[where.rpartition("/")[2]]
        if not isinstance(repeat, Repeat) or repeat.count:
            return
        for number in range(len(record.rows(where)) + 1, int(wanted) + 1):
            yield where, str(number)


def _has(record: Record, at: str) -> bool:
    """Return whether the rows that a cell lies in are there."""
    parts = at.split(_ROW)
    for depth in range(1, len(parts)):
        where, _, wanted = _ROW.join(parts[:depth]).rpartition("[")
        if wanted not in map(str, record.rows(where)):
            return False
    return True


def _stock_steps(
    form: Form,
    key: Sequence[tuple[str, str]],
    answers: int,
    draw: random.Random,
    places: dict[str, int],
    now: str,
    lang: str,
) -> Iterator[Step]:
    record = Record(form, now=now)
    for node in form.nodes.values():
        if isinstance(node, Repeat) and not node.count and not node.repeats:
            record.add(node.name)
    for at, value in _turned(key, draw):
        if answers <= 0:
            return
        if not record.relevant(at):
            continue
        question = form.question(at.rpartition("/")[2])
        chosen = value.split() if question.list_name else []
        if not set(chosen) <= set(record.choices(at) if chosen else ()):
            continue
        record.set(at, value)
        answers -= 1
        named = {choice.name: pick(choice.label, lang) for choice in form.lists[question.list_name]} if chosen else {}
        yield Step("set", at, value, _pause(draw), places[at], tuple(named[name] for name in chosen))


def _source(number: int) -> str:
    """Return a phone's own address, as it has one in a class: on Linux all of 127.0.0.0/8 is this machine."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}" if sys.platform == "linux" else ""


def _pause(draw: random.Random) -> float:
    """Return how long somebody thinks: at least a second, at most four, rather short than long."""
    return min(4.0, 1.0 + draw.expovariate(1 / 1.5))
