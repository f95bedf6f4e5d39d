"""Contestants that take turns, on a laptop and on a phone; and the options that such benchmarks share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from sidebyside.browser import Screen
from sidebyside.contestants import Contestant, Visit
from sidebyside.processes import NotMeasured

_FAILED = (NotMeasured, BrowserError, OSError)


@dataclass
class Turns:
    """What was found when contestants took turns."""

    screens: tuple[Screen, ...]
    visits: dict[tuple[str, str], list[Visit]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    machine: str = ""

    def visits_data(self) -> list[dict[str, Any]]:
        """Return the visits as plain data."""
        return [
            {"contestant": name, "screen": screen, "runs": [visit.data() for visit in found]}
            for (name, screen), found in self.visits.items()
        ]

    def begin(self, contestant: Contestant, browser: Browser, folder: Path, there: list[Contestant]) -> None:
        """Start a contestant and open its page once without counting it: caches on the disk are filled then."""
        there.append(contestant)
        try:
            contestant.start(folder / contestant.name.replace(" ", "-"))
            contestant.visit(browser, self.screens[0])
        except _FAILED as why:
            self.skipped[contestant.name] = _words(why)
            there.remove(contestant)
            contestant.stop()

    def take_turns(self, there: Sequence[Contestant], runs: int, browser: Browser) -> Iterator[str]:
        """Open each page on each screen several times, in an order that rotates; yield what is done after each."""
        for number in range(runs):
            for screen in self.screens:
                turn = number % len(there) if there else 0
                for contestant in [*there[turn:], *there[:turn]]:
                    found = self.visit(contestant, browser, screen)
                    if found is not None:
                        self.visits.setdefault((contestant.name, screen.name), []).append(found)
                    yield f"{number + 1}/{runs} {screen.name}: {contestant.name}"

    def visit(self, contestant: Contestant, browser: Browser, screen: Screen, what: str = "") -> Visit | None:
        """Open a contestant's page once; one that fails is told and left out of the medians."""
        try:
            return contestant.visit(browser, screen)
        except _FAILED as why:
            self.skipped[f"{what or contestant.name}, one opening on the {screen.name}"] = _words(why)
            return None


def _words(why: Exception) -> str:
    return str(why).strip().splitlines()[0]


def laptop_and_phone(throttle: float) -> tuple[Screen, ...]:
    """Return the two screens; the phone's processor is slowed."""
    return Screen("laptop", 1280, 800), Screen("phone", 360, 740, throttle=throttle, mobile=True)


def read_common(parser: argparse.ArgumentParser, runs: int, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Add the options that such benchmarks share, and read all; say what is wrong with them and exit with 2."""
    parser.add_argument("--runs", type=_at_least(1, int), default=runs, help=f"how often each page is opened ({runs})")
    parser.add_argument(
        "--phone-throttle", type=_at_least(1, float), default=4.0, help="how much slower the phone's processor is (4)"
    )
    parser.add_argument("--json", type=Path, help="write all figures of all runs to this file")
    options = parser.parse_args(arguments)
    if options.json and not options.json.resolve().parent.is_dir():
        parser.error(f"--json: there is no folder {options.json.resolve().parent}")
    return options


def _at_least(least: int, kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(word: str) -> float:
        value = kind(word)
        if not value >= least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return value

    read.__name__ = kind.__name__  # argparse names it when a word cannot be read
    return read
