"""The heaviest lesson of the course on our page, beside the same notebook under stock Voila.

    python benchmarks/lesson.py [--runs 5] [--lesson 05] [--track paralegal] [--phone-throttle 4] [--json FILE]

All lessons are opened once on a laptop and on a phone; then the heaviest again and again, in turns with stock Voila.
What is measured and how: `benchmarks/README.md`. A benchmark is not a test: the exit code is 0 also where a goal is
missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table
from sidebyside.browser import chromium
from sidebyside.contestants import Contestant, Visit
from sidebyside.figures import (
    ACTIVITY,
    KB,
    KERNEL_PSS,
    LESSON_BYTES,
    LESSON_ROWS,
    MB,
    MS,
    REQUESTS,
    TEXT,
    Figure,
    Row,
)
from sidebyside.goals import MOST_KERNEL, Goal, at_most, nothing_outside, without_pandas
from sidebyside.lessons import OurLesson, StockLesson
from sidebyside.report import described, goal_table, machine, screen_table, show
from sidebyside.turns import Turns, laptop_and_phone, read_common

from kasuskit.training.course import Course, Lesson, load_course

MOST_BYTES = 100_000
MOST_MS_PHONE = 1000


@dataclass
class Run(Turns):
    """What one run of the benchmark found; ``survey`` holds one opening of each lesson on each screen."""

    survey: dict[tuple[str, str], Visit] = field(default_factory=dict)
    heaviest: str = ""

    def weight(self, lesson: str) -> float:
        """Return the bytes of a lesson, on the screen where it weighed most."""
        found = [visit for (name, _), visit in self.survey.items() if name == lesson]
        return max((LESSON_BYTES.read(visit) or 0 for visit in found), default=0)

    def goals(self) -> Iterator[Goal]:
        """Yield every promise with what this run says to it."""
        ours = [visit for (name, _), found in self.visits.items() if name == OurLesson.name for visit in found]
        phone = self.visits.get((OurLesson.name, "phone"), [])
        yield at_most(f"lesson {self.heaviest}, bytes in all,", LESSON_BYTES.figure(ours), MOST_BYTES, KB)
        yield at_most("first activity usable on the phone", ACTIVITY.figure(phone), MOST_MS_PHONE, MS)
        seen = [*ours, *self.survey.values()]
        yield nothing_outside(seen)
        yield at_most("kernel's memory (PSS)", KERNEL_PSS.figure(seen), MOST_KERNEL, MB)
        yield without_pandas(seen)

    def data(self) -> dict[str, object]:
        """Return everything as plain data."""
        return {
            "machine": self.machine,
            "screens": [asdict(screen) for screen in self.screens],
            "skipped": self.skipped,
            "lessons": [
                {"lesson": lesson, "screen": screen, **visit.data()} for (lesson, screen), visit in self.survey.items()
            ],
            "heaviest": self.heaviest,
            "visits": self.visits_data(),
            "goals": [asdict(goal) for goal in self.goals()],
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    course = load_course("dua-hari")
    options = read_options(course, arguments)
    console = Console(width=None if sys.stdout.isatty() else 130)
    run = Run(laptop_and_phone(options.phone_throttle))
    try:
        with tempfile.TemporaryDirectory(prefix="kasuskit-bench-") as folder, Progress(console=console) as progress:
            measure(run, course, options, Path(folder), progress)
    except BrowserError as why:
        console.print(f"no browser: {why.message}", markup=False)
        return
    tables = [lesson_table(run, course.lessons, options.track)]
    for screen in run.screens:
        table = screen_table(screen, run.visits, [OurLesson.name, StockLesson.name], LESSON_ROWS)
        table.title = f"Lesson {run.heaviest}, {described(screen)}"
        tables.append(table)
    show(console, run.machine, [*tables, goal_table(list(run.goals()), issue=5)], run.skipped)
    if options.json:
        options.json.write_text(json.dumps(run.data(), indent=1) + "\n", "utf-8")


def read_options(course: Course, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; say what is wrong with them and exit with 2."""
    parser = argparse.ArgumentParser(prog="python benchmarks/lesson.py", description=__doc__.partition("\n")[0])
    tracks = ["", *course.tracks]
    parser.add_argument("--track", choices=tracks, default="paralegal", help="whose cells and questions (paralegal)")
    names = [lesson.id for lesson in course.lessons]
    parser.add_argument("--lesson", choices=names, help="measure this one, without opening all to find the heaviest")
    return read_common(parser, 5, arguments)


def measure(run: Run, course: Course, options: argparse.Namespace, folder: Path, progress: Progress) -> None:
    """Fill a run: every lesson once, then the heaviest in turns with stock Voila."""
    candidates = [lesson for lesson in course.lessons if options.lesson in (None, lesson.id)]
    openings = (len(candidates) + 2 * options.runs) * len(run.screens)
    task = progress.add_task("starting kasuskit", total=2 + openings)
    there: list[Contestant] = []
    ours = OurLesson(course.lessons[0], options.track)
    with sync_playwright() as playwright, chromium(playwright) as browser:
        run.machine = machine(browser.version)
        try:
            run.begin(ours, browser, folder, there)
            progress.advance(task)
            if not there:
                return
            survey(run, ours, candidates, browser, progress, task)
            if not run.survey:
                return
            heaviest = max(candidates, key=lambda lesson: run.weight(lesson.id))
            run.heaviest, ours.lesson = heaviest.id, heaviest
            progress.update(task, description="starting stock Voila")
            run.begin(StockLesson(course, heaviest, options.track), browser, folder, there)
            for words in run.take_turns(there, options.runs, browser):
                progress.update(task, description=words, advance=1)
        finally:
            for contestant in there:
                contestant.stop()
    progress.update(task, description="done", completed=progress.tasks[0].total)


def survey(
    run: Run, ours: OurLesson, lessons: Sequence[Lesson], browser: Browser, progress: Progress, task: TaskID
) -> None:
    """Open every lesson once on every screen."""
    for lesson in lessons:
        ours.lesson = lesson
        for screen in run.screens:
            progress.update(task, description=f"lesson {lesson.id}, {screen.name}")
            found = run.visit(ours, browser, screen, f"lesson {lesson.id}")
            if found is not None:
                run.survey[lesson.id, screen.name] = found
            progress.advance(task)


def lesson_table(run: Run, lessons: Sequence[Lesson], track: str) -> Table:
    """Return the table of all lessons, one opening each."""
    table = Table(title=f"Lessons, opened once each; track: {track or 'none'}", title_justify="left")
    table.add_column("lesson")
    columns: list[tuple[Row, str]] = [(LESSON_BYTES, run.screens[0].name), (REQUESTS, run.screens[0].name)]
    columns += [(row, screen.name) for screen in run.screens for row in (TEXT, ACTIVITY)]
    for row, screen in columns:
        title = "kB in all" if row is LESSON_BYTES else row.title
        table.add_column(title if row in (LESSON_BYTES, REQUESTS) else f"{screen}: {title}", justify="right")
    for lesson in (each for each in lessons if run.weight(each.id)):
        style = "bold" if lesson.id == run.heaviest else ""
        cells = [_cell(row, run.survey.get((lesson.id, screen))) for row, screen in columns]
        table.add_row(f"{lesson.id} {lesson.title}", *cells, style=style)
    return table


def _cell(row: Row, visit: Visit | None) -> str:
    figure: Figure | None = row.figure([visit] if visit else [])
    return figure.shown(row.unit) if figure else "–"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
