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
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.progress import Progress
from sidebyside.browser import chromium
from sidebyside.contestants import Contestant, Kasuskit, StockVoila, WebForms
from sidebyside.figures import Figure, import_ms
from sidebyside.goals import Goal, goals
from sidebyside.report import goal_table, machine, screen_table, show
from sidebyside.turns import Turns, laptop_and_phone, read_common

CONTESTANTS: tuple[type[Contestant], ...] = (Kasuskit, StockVoila, WebForms)


@dataclass
class Run(Turns):
    """What one run of the benchmark found."""

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
            "visits": self.visits_data(),
            "goals": [asdict(goal) for goal in self.goals()],
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = read_options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 130)
    run = Run(laptop_and_phone(options.phone_throttle))
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
    return read_common(parser, 5, arguments)


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
                run.begin(kind(), browser, folder, there)
                progress.advance(task)
            for words in run.take_turns(there, runs, browser):
                progress.update(task, description=words, advance=1)
        finally:
            for contestant in there:
                contestant.stop()
    progress.update(task, description="done", completed=progress.tasks[0].total)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
