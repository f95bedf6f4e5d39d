"""How fast paper is made: ``python benchmarks/paper.py [--people 30] [--cases K01 K02 K03]``.

Seconds for each kind of sheet, the first of them in a fresh process with the import of Typst, and for the whole pack
of a training. Goal: a pack for 30 people in under 10 seconds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.table import Table

from benchmarks.sidebyside.report import machine
from kasuskit.form import load_form
from kasuskit.messages import KasusError
from kasuskit.paper import (
    entry_sheet,
    make_pack,
    pack_items,
    page_count,
    print_codebook,
    print_form,
    print_further,
    print_key,
    print_record,
    print_story,
    print_written,
)
from kasuskit.training import Case, list_flawed, load_case

GOAL = 10.0
RUNS = 5
FIRST = (
    "import time; t = time.perf_counter(); from kasuskit.paper import print_story; from kasuskit.training import "
    "load_case; print_story(load_case('{case}')); print(time.perf_counter() - t)"
)


def kinds(case: Case) -> dict[str, Callable[[], bytes]]:
    """Return how each kind of sheet is made."""
    form, record = case.form, case.key_record()
    rows = [("Data", at, value) for at, value in record.answers().items()]
    found = {
        f"blank form ({form.id})": lambda: print_form(form),
        "further sheet": lambda: print_further(form),
        "filled record": lambda: print_record(record, code=case.id),
        "filled in by hand": lambda: print_written(record, "Formulir", case.id),
        "story": lambda: print_story(case),
        "answer key": lambda: print_key(case),
        "ready-for-entry sheet": lambda: entry_sheet(rows, code=case.id),
        "code book": lambda: print_codebook(form),
    }
    try:
        short = load_form("ringkas")
        found[f"blank form ({short.id})"] = lambda: print_form(short)
    except KasusError:
        pass
    return found


def usable(names: list[str]) -> list[Case]:
    """Return the cases whose key fits the form; the others are named and left out."""
    cases = []
    for name in names:
        try:
            case = load_case(name)
            case.key_record()
            cases.append(case)
        except KasusError as error:
            print(f"left out: {error.say('en')}")
    return cases


def first(case: Case) -> float:
    """Return how long the first sheet of a fresh process takes, imports included, in seconds."""
    command = [sys.executable, "-c", FIRST.format(case=case.folder.as_posix())]
    root = Path(__file__).resolve().parent.parent
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout)


def timed(make: Callable[[], bytes]) -> tuple[float, int, int]:
    """Return the median of several runs in seconds, and pages and bytes of what was made."""
    taken = []
    made = b""
    for _ in range(RUNS):
        begin = time.perf_counter()
        made = make()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken), page_count(made), len(made)


def whole_pack(cases: list[Case], people: int) -> tuple[float, int, int]:
    """Return seconds, pages and bytes of a pack, made and written by the command in a fresh process."""
    names = [str(case.folder) for case in cases]
    with tempfile.TemporaryDirectory() as folder:
        words = ["print", "pack", "--people", str(people), "--folder", folder, "--cases", *names]
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kasuskit", *words], check=True, capture_output=True)
        taken = time.perf_counter() - begin
    files = make_pack(pack_items(cases, people, flawed=list_flawed()), people)
    return taken, sum(map(page_count, files.values())), sum(map(len, files.values()))


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=30)
    asked.add_argument("--cases", nargs="+", default=["K01", "K02", "K03"])
    options = asked.parse_args()
    cases = usable(options.cases)
    if not cases:
        return
    console = Console()
    console.print(machine("-"))
    table = Table(title=f"Paper of {cases[0].id}, median of {RUNS}")
    for column in ("kind", "seconds", "pages", "kB"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for name, make in kinds(cases[0]).items():
        seconds, pages, size = timed(make)
        table.add_row(name, f"{seconds:.3f}", str(pages), f"{size / 1000:.0f}")
    table.add_row("first sheet of a process", f"{first(cases[0]):.3f}", "", "")
    console.print(table)
    seconds, pages, size = whole_pack(cases, options.people)
    verdict = "ok" if seconds < GOAL else "missed"
    console.print(
        f"A pack for {options.people} people, {len(cases)} cases, command and all: {seconds:.2f} s "
        f"({pages} pages, {size / 1000:.0f} kB), goal {GOAL:g} s: {verdict}"
    )


if __name__ == "__main__":
    main()
