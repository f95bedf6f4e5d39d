"""Our practice page beside what people would use without it: stock Voila with ipywidgets, and ODK Web Forms.

    python benchmarks/page.py [--runs 5] [--phone-throttle 4] [--json FILE]

Everything is measured in one run, the contestants in turn, each time in a browser without cache. What is measured
and how: `benchmarks/README.md`. A benchmark is not a test: the exit code is 0 also where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError
from rich.console import Console
from rich.progress import Progress
from sidebyside.browser import Screen, chromium
from sidebyside.contestants import Contestant, Kasuskit, StockVoila, Visit, WebForms
from sidebyside.figures import Figure, import_ms
from sidebyside.goals import Goal, goals
from sidebyside.processes import NotMeasured
from sidebyside.report import goal_table, machine, screen_table, show

CONTESTANTS: tuple[type[Contestant], ...] = (Kasuskit, StockVoila, WebForms)


@dataclass
class Run:
    """What one run of the benchmark found."""

    screens: tuple[Screen, ...]
    visits: dict[tuple[str, str], list[Visit]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    machine: str = ""
    imported: Figure = field(default_factory=lambda: Figure(0, 0, 0))

    def names(self) -> list[str]:
        """Return the contestants that were measured, in their order."""
        return [each.name for each in CONTESTANTS if any(name == each.name for name, _ in self.visits)]

    def goals(self) -> list[Goal]:
        """Return the promises with what this run says to them."""
        return list(goals(self.visits, [screen.name for screen in self.screens], self.imported))

    def data(self) -> dict[str, object]:
        """Return everything as plain data."""
        return {
            "machine": self.machine,
            "screens": [asdict(screen) for screen in self.screens],
            "skipped": self.skipped,
            "import_ms": asdict(self.imported),
            "visits": [
                {"contestant": name, "screen": screen, "runs": [visit.data() for visit in found]}
                for (name, screen), found in self.visits.items()
            ],
            "goals": [asdict(goal) for goal in self.goals()],
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = read_options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 130)
    run = Run(
        (
            Screen("laptop", 1280, 800),
            Screen("phone", 360, 740, throttle=options.phone_throttle, mobile=True),
        )
    )
    try:
        with tempfile.TemporaryDirectory(prefix="kasuskit-bench-") as folder, Progress(console=console) as progress:
            measure(run, options.runs, Path(folder), progress)
    except BrowserError as why:
        console.print(f"no browser: {why.message}", markup=False)
        return
    tables = [screen_table(screen, run.visits, run.names()) for screen in run.screens]
    show(console, run.machine, [*tables, goal_table(run.goals())], run.skipped)
    if options.json:
        options.json.write_text(json.dumps(run.data(), indent=1) + "\n", "utf-8")


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; say what is wrong with them and exit with 2."""
    parser = argparse.ArgumentParser(prog="python benchmarks/page.py", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=_at_least(1, int), default=5, help="how often each page is opened (5)")
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


def measure(run: Run, runs: int, folder: Path, progress: Progress) -> None:
    """Fill a run: import, then every contestant on every screen, in turn."""
    task = progress.add_task("import kasuskit", total=2 + len(CONTESTANTS) * (1 + len(run.screens) * runs))
    run.imported = import_ms("kasuskit")
    progress.advance(task)
    there: list[Contestant] = []
    with sync_playwright() as playwright, chromium(playwright) as browser:
        run.machine = machine(browser.version)
        try:
            for kind in CONTESTANTS:
                progress.update(task, description=f"starting {kind.name}")
                begin(kind(), run, browser, folder, there)
                progress.advance(task)
            for number in range(runs):
                for screen in run.screens:
                    turn = number % len(there) if there else 0
                    for contestant in there[turn:] + there[:turn]:
                        progress.update(task, description=f"{number + 1}/{runs} {screen.name}: {contestant.name}")
                        visit(contestant, run, browser, screen)
                        progress.advance(task)
        finally:
            for contestant in there:
                contestant.stop()
    progress.update(task, description="done", completed=progress.tasks[0].total)


def begin(contestant: Contestant, run: Run, browser: Browser, folder: Path, there: list[Contestant]) -> None:
    """Start a contestant and open its page once without counting it: caches on the disk are filled then."""
    there.append(contestant)
    try:
        contestant.start(folder / contestant.name.replace(" ", "-"))
        contestant.visit(browser, run.screens[0])
    except (NotMeasured, BrowserError, OSError) as why:
        run.skipped[contestant.name] = str(why).strip().splitlines()[0]
        there.remove(contestant)
        contestant.stop()


def visit(contestant: Contestant, run: Run, browser: Browser, screen: Screen) -> None:
    """Open a contestant's page once; one that fails is told and left out of the medians."""
    try:
        found = contestant.visit(browser, screen)
    except (NotMeasured, BrowserError, OSError) as why:
        run.skipped[f"{contestant.name}, one opening on the {screen.name}"] = str(why).strip().splitlines()[0]
        return
    run.visits.setdefault((contestant.name, screen.name), []).append(found)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
