"""Records at random: seeded, noisy, and biased towards the values that turn a form's branches.

Everything is taken from the XForm itself (``xform.Tree``): choices, and the literals of every expression that
names a question. ``held=True`` gives only texts that an ODK client can hold: a whole number in an ``int``, a
date that exists, choices of the question's own list, all in their canonical spelling. ``held=False`` mixes in
the others, for our engine alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from .xform import Node, Tree

MOST_ROWS = 3
_COUNT_OF = re.compile(r"^count\(\s*[^()]*?([A-Za-z_][\w.-]*)\s*\)$")
_LAST_NAME = re.compile(r"^[^()]*?([A-Za-z_][\w.-]*)$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
WORDS = (
    "a", "Maria", "Yohana Nenabu", "tidak tahu", "NaN", "Infinity", "-", "0", "1", "1.0", "01", "1e3", "true", "false",
    "2026-02-29", "2026-02-28", "a  b", "O'Brien", '"q"', "<b>&amp;</b>", "é", "日本", "👩‍⚖️", "081234567890",
    "+6281234567890", "5302011203100000", "5302015203100000", "530201520310000", "001", "14:30", "25:61", "x" * 300,
)  # fmt: skip
_INTEGERS = (
    "0", "1", "2", "-1", "5", "17", "18", "19", "59", "60", "99", "100", "120", "121", "999999999", "-999999999",
)  # fmt: skip
_DECIMALS = ("0.5", "-0.5", "1.5", "0.1", "99.99", "123456.789", "1000000.25", "17.5")
_UNHELD = (
    "abc", "1,5", "1.5.2", "2026-02-30", "2026-13-01", "29/02/2026", "99999999999999999999", "1e400", " ", "  7 ",
    "\u00a0x", "25:00", "NaN",
)  # fmt: skip
_TIMES = ("00:00", "12:00", "14:30", "23:59")
_SPECIAL_DATES = (
    "1900-01-31", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "2025-12-31", "2026-01-01", "2099-12-31",
)  # fmt: skip

_FIRST_DAY = date(1900, 1, 1)  # nobody in a case is older; our engine refuses earlier years
_OLDEST = 1950  # year before which no older birthday is made up


class Generator:
    """A stream of records for one form.

    Parameters
    ----------
    tree : Tree
        The form.
    seed : int
        The same seed gives the same records.
    today : date
        The day around which dates are chosen.
    held : bool
        Only what an ODK client can hold.
    words : sequence of str
        Texts to choose from, besides literals and digits.
    """

    def __init__(self, tree: Tree, seed: int, today: date, held: bool = True, words: Sequence[str] = WORDS) -> None:
        self.tree, self.today, self.held, self.words = tree, today, held, words
        self.random = random.Random(seed)
        self.dates: list[str] = []
        self.blank = 0.3
        counts = [_LAST_NAME.match(node.count) for node in tree.root.walk() if node.count]
        self.counts = {found[1] for found in counts if found}

    def record(self) -> dict[str, Any]:
        """Return the next record, nested as the form's repeats are."""
        self.dates = []
        self.blank = self.random.choice((0.0, 0.05, 0.15, 0.3, 0.6, 0.95))
        return self._fill(self.tree.root, [])

    def _fill(self, parent: Node, around: list[dict[str, Any]]) -> dict[str, Any]:
        here: dict[str, Any] = {}
        self._fill_into(here, parent, [*around, here])
        return here

    def _fill_into(self, here: dict[str, Any], parent: Node, frames: list[dict[str, Any]]) -> None:
        for node in parent.children:
            if node.kind == "group":
                self._fill_into(here, node, frames)
            elif node.kind == "repeat":
                here[node.name] = [self._fill(node, frames) for _ in range(self._rows(node, frames))]
            elif node.asked:
                here[node.name] = self._value(node)

    def _rows(self, repeat: Node, frames: list[dict[str, Any]]) -> int:
        """Return a number of rows: of a counted repeat, the number that its count will be where that is plain."""
        if not repeat.count:
            return self.random.choice((0, 1, 1, 2, MOST_ROWS))
        counted = _COUNT_OF.match(repeat.count)
        if counted:
            return next((len(frame[counted[1]]) for frame in reversed(frames) if counted[1] in frame), 0)
        named = _LAST_NAME.match(repeat.count)
        text = next((frame[named[1]] for frame in reversed(frames) if named and named[1] in frame), repeat.count)
        return min(int(text), MOST_ROWS) if re.fullmatch(r"\d+", text) else 0

    def _value(self, node: Node) -> str:
        if self.random.random() < self.blank:
            return ""
        if not self.held and self.random.random() < 0.1:
            return self.random.choice(_UNHELD)
        if node.name in self.counts:
            return self.random.choice(("0", "1", "2", "3", "-1"))
        return _KINDS.get(node.type, Generator._text)(self, node)

    def _one(self, node: Node) -> str:
        if not self.held and self.random.random() < 0.05:
            return self.random.choice(("tidak_ada_di_daftar", "0", "NaN"))
        named = [each for each in node.literals if each in node.choices]
        if named and self.random.random() < 0.4:
            return self.random.choice(named)
        return self.random.choice(node.choices or ("a",))

    def _many(self, node: Node) -> str:
        size = min(len(node.choices), self.random.choice((1, 1, 1, 2, 2, 3, 5, 40)))
        chosen = self.random.sample(node.choices, size)
        named = [each for each in node.literals if each in node.choices and each not in chosen]
        if named and self.random.random() < 0.4:
            chosen.append(self.random.choice(named))
        if not self.held and self.random.random() < 0.05:
            chosen.append("tidak_ada_di_daftar")
        return " ".join(sorted(chosen, key=(*node.choices, *chosen).index))

    def _int(self, node: Node) -> str:
        literals = [int(each) for each in node.literals if re.fullmatch(r"\d{1,8}", each)]
        if literals and self.random.random() < 0.6:
            return str(self.random.choice(literals) + self.random.choice((-1, 0, 0, 1)))
        return self.random.choice((*_INTEGERS, str(self.random.randint(0, 120))))

    def _decimal(self, node: Node) -> str:
        literals = [each for each in node.literals if re.fullmatch(r"\d{1,8}(\.\d{1,4})?", each)]
        if literals and self.random.random() < 0.6:
            return f"{float(self.random.choice(literals)) + self.random.choice((-0.5, 0.0, 0.0, 0.5)):.12g}"
        return self.random.choice(_DECIMALS)

    def _date(self, node: Node) -> str:
        literals = [each for each in node.literals if _DATE.fullmatch(each)]
        choice = self.random.random()
        if self.dates and choice < 0.35:
            base = date.fromisoformat(self.random.choice(self.dates))
            if base.year > _OLDEST and self.random.random() < 0.5:  # a birthday: ages turn on it
                base = _years_before(base, self.random.choice((1, 4, 8, 12, 16, 17, 18, 20)))
            base += timedelta(self.random.choice((-1, 0, 0, 1)))
        elif choice < 0.45:
            base = date.fromisoformat(self.random.choice((*literals, *_SPECIAL_DATES)))
        elif choice < 0.6:
            years = self.random.choice((1, 12, 17, 18, 19, 60))
            base = _years_before(self.today, years) + timedelta(self.random.choice((-1, 0, 1)))
        elif choice < 0.9:
            base = self.today + timedelta(self.random.randint(-400, 2))
        else:
            base = self.today + timedelta(self.random.randint(-40000, 20000))
        text = max(base, _FIRST_DAY).isoformat()
        self.dates.append(text)
        return text

    def _time(self, node: Node) -> str:
        return self.random.choice(_TIMES)

    def _date_time(self, node: Node) -> str:
        return f"{self._date(node)}T{self.random.choice(_TIMES)}:00.000+08:00"

    def _text(self, node: Node) -> str:
        if node.literals and self.random.random() < 0.3:
            return self.random.choice(node.literals).strip() or "a"
        if self.random.random() < 0.1:
            return "".join(self.random.choice("0123456789") for _ in range(self.random.choice((3, 10, 15, 16, 17))))
        return self.random.choice(self.words)


_KINDS: dict[str, Callable[[Generator, Node], str]] = {
    "one": Generator._one, "many": Generator._many, "int": Generator._int, "decimal": Generator._decimal,
    "date": Generator._date, "time": Generator._time, "dateTime": Generator._date_time, "string": Generator._text,
}  # fmt: skip


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
