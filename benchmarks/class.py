"""A class at once: kasuskit with forked kernels and with a pool of kernels, beside stock Voila with ipywidgets.

    python benchmarks/class.py [--participants 30] [--only fork] [--json FILE]

Simulated participants arrive within seconds, open the form, answer, ask for feedback, and open a second case; real
phones (Chromium) come all at the same moment. What is measured and how: `benchmarks/README.md`. A benchmark is not a
test: the exit code is 0 also where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from classroom.contestants import Contestant, contestants, find, knows_class_size, phones_contestant
from classroom.memory import can_measure
from classroom.phones import Phones, scanned_at_once
from classroom.rounds import Round, measured
from classroom.tables import class_table, goals, phone_table
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sidebyside.browser import Screen
from sidebyside.goals import Goal
from sidebyside.processes import NotMeasured
from sidebyside.report import goal_table, machine, show

NAMES = ("fork", "pool", "many", "stock", "phones")


@dataclass
class Run:
    """What one run of the benchmark found."""

    machine: str
    rounds: list[Round] = field(default_factory=list)
    phones: Phones | None = None
    skipped: dict[str, str] = field(default_factory=dict)

    def goals(self) -> list[Goal]:
        """Return the promises with what this run says to them."""
        return list(goals(self.rounds, self.phones))

    def data(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "machine": self.machine,
            "skipped": self.skipped,
            "rounds": [found.data() for found in self.rounds],
            "phones": self.phones.data() if self.phones else None,
            "goals": [asdict(goal) for goal in self.goals()],
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = read_options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 150)
    run = Run(machine("-"))
    many_seconds = options.many_seconds or options.arrivals_seconds * options.many / options.participants
    chosen = find(
        contestants(options.participants, options.many, options.arrivals_seconds, many_seconds), options.only or ()
    )
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with tempfile.TemporaryDirectory(prefix="kasuskit-bench-") as folder, Progress(*columns, console=console) as bar:
        for contestant in chosen:
            measure(run, contestant, Path(folder) / contestant.name, options, bar)
        if options.phones and (not options.only or "phones" in options.only):
            measure_phones(run, Path(folder) / "phones", options, bar)
    tables = [class_table(run.rounds)] if run.rounds else []
    tables += [phone_table(run.phones)] if run.phones else []
    show(console, run.machine, [*tables, goal_table(run.goals(), issue=4)], run.skipped, list(notes(run)))
    if options.json:
        options.json.write_text(json.dumps(run.data(), indent=1) + "\n", "utf-8")


def measure(run: Run, contestant: Contestant, folder: Path, options: argparse.Namespace, bar: Progress) -> None:
    """Measure one contestant; one that cannot be measured is told and left out."""
    name = f"{contestant.title}, {contestant.people}"
    task = bar.add_task(name, total=1)
    try:
        found = measured(
            contestant,
            folder,
            options.answers,
            options.seed,
            lambda what: bar.update(task, description=f"{name}: {what}"),
        )
    except (NotMeasured, OSError) as why:
        run.skipped[name] = (str(why).strip().splitlines() or [type(why).__name__])[0]
    else:
        run.rounds.append(found)
    bar.update(task, description=name, completed=1)


def measure_phones(run: Run, folder: Path, options: argparse.Namespace, bar: Progress) -> None:
    """Let real phones come; where there is no browser, that is told."""
    task = bar.add_task(f"{options.phones} phones", total=1)
    screen = Screen("phone", 360, 740, throttle=options.phone_throttle, mobile=True)
    try:
        run.phones = scanned_at_once(phones_contestant(options.phones), folder, screen)
    except (NotMeasured, OSError) as why:
        run.skipped["phones"] = (str(why).strip().splitlines() or [type(why).__name__])[0]
    bar.update(task, completed=1)


def notes(run: Run) -> Iterator[str]:
    """Yield what makes the figures worth less, and what failed."""
    busy = [f"{found.title}, {found.people}" for found in run.rounds if not found.calm]
    if busy:
        yield f"The machine was busy with other things before: do not quote the figures of {'; '.join(busy)}."
    for found in run.rounds:
        for why, times in Counter(why.partition(": ")[2] for why in found.failures).most_common(5):
            yield f"{found.title}, {found.people}: failed {times}x: {why}"
    for phone in run.phones.found if run.phones else ():
        if phone.failure:
            yield f"{phone.name}: failed: {phone.failure}"
    if not can_measure():
        yield "Memory is not measured: this system does not tell what processes share; only Linux does."
    if any(found.kind == "ours" for found in run.rounds) and not knows_class_size():
        yield "This kasuskit has no --participants: its pool is not as large as the class."


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; say what is wrong with them and exit with 2."""
    parser = argparse.ArgumentParser(prog="python benchmarks/class.py", description=__doc__.partition("\n")[0])
    parser.add_argument("--participants", type=int, default=30, help="how many come (30)")
    parser.add_argument("--many", type=int, default=100, help="how many come in the larger class (100)")
    parser.add_argument("--arrivals-seconds", type=float, default=15.0, help="within how many seconds they come (15)")
    parser.add_argument("--many-seconds", type=float, help="the same for the larger class (as fast as the others)")
    parser.add_argument("--answers", type=int, default=20, help="how many questions each answers (20)")
    parser.add_argument("--phones", type=int, default=6, help="how many real phones come at the same moment (6)")
    parser.add_argument("--phone-throttle", type=float, default=4.0, help="how much slower a phone's processor is (4)")
    parser.add_argument("--only", action="append", choices=NAMES, help="measure only this one; can be repeated")
    parser.add_argument("--seed", type=int, default=4, help="the same seed gives the same people (4)")
    parser.add_argument("--json", type=Path, help="write all figures of all participants to this file")
    options = parser.parse_args(arguments)
    for name in ("participants", "many", "arrivals_seconds", "answers", "phone_throttle"):
        if not getattr(options, name) > 0:
            parser.error(f"--{name.replace('_', '-')}: must be more than 0")
    if options.json and not options.json.resolve().parent.is_dir():
        parser.error(f"--json: there is no folder {options.json.resolve().parent}")
    return options


def end_in_order(*_: object) -> None:
    """End as with Ctrl+C, so that every server and crowd ends too."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end_in_order)
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
