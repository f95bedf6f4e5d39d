"""The tables that a run prints."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from sidebyside.browser import Screen
from sidebyside.contestants import Kasuskit, Visit
from sidebyside.figures import ROWS, Row
from sidebyside.goals import Goal, Visits

_BUSY = (
    "\nThe machine was busy with other things: the heavier a page, the more that slows it. Do not quote these figures."
)


def machine(chromium: str) -> str:
    """Return one line on where and when this was measured, and another where that was a bad moment."""
    memory = psutil.virtual_memory().total / 2**30
    load = psutil.getloadavg()[0]
    return (
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M %z} · {_processor()}, {psutil.cpu_count()} cores, "
        f"{memory:.0f} GiB · {platform.system()} {platform.release()} · Python {platform.python_version()} · "
        f"Chromium {chromium} · load before {load:.1f}" + (_BUSY if load > 1 else "")
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def described(screen: Screen) -> str:
    """Return a screen in words."""
    slowed = f", processor slowed {screen.throttle:g}x" if screen.throttle > 1 else ""
    return f"{screen.name} {screen.width}x{screen.height}{slowed}"


def screen_table(screen: Screen, visits: Visits, names: Sequence[str], rows: Sequence[Row] = ROWS) -> Table:
    """Return the table of one screen: a line for each figure, a column for each contestant."""
    table = Table(title=described(screen), title_justify="left")
    table.add_column("median (least–most)", no_wrap=True)
    others = [name for name in names if name != Kasuskit.name]
    for name in names:
        table.add_column(name, justify="right")
    for name in others:
        table.add_column(f"{name}\n÷ {Kasuskit.name}", justify="right")
    for row in rows:
        cells = [_cell(row, visits.get((name, screen.name), ())) for name in names]
        table.add_row(row.title, *cells, *(_ratio(row, visits, name, screen.name) for name in others))
    return table


def _cell(row: Row, visits: Sequence[Visit]) -> str:
    figure = row.figure(visits)
    return figure.shown(row.unit) if figure else "–"


def _ratio(row: Row, visits: Visits, other: str, screen: str) -> str:
    ours, theirs = (row.figure(visits.get((name, screen), ())) for name in (Kasuskit.name, other))
    return f"{theirs.middle / ours.middle:.1f}x" if ours and theirs and ours.middle and theirs.middle else "–"


def goal_table(goals: Sequence[Goal], issue: int = 2) -> Table:
    """Return the table of promises."""
    table = Table(title=f"Goals (issue {issue})", title_justify="left")
    for name in ("goal", "measured", ""):
        table.add_column(name)
    words = {True: "[green]PASS[/]", False: "[bold red]FAIL[/]", None: "[dim]skipped[/]"}
    for goal in goals:
        table.add_row(goal.promise, goal.measured, words[goal.kept])
    return table


def show(
    console: Console, machine_line: str, tables: Sequence[Table], skipped: Mapping[str, str], notes: Sequence[str] = ()
) -> None:
    """Print everything."""
    console.print(machine_line, soft_wrap=True)
    for table in tables:
        console.print()
        console.print(table)
    for name, why in skipped.items():
        console.print(f"{name}: skipped: {why}", style="yellow", markup=False, soft_wrap=True)
    for note in notes:
        console.print(note, style="yellow", markup=False, soft_wrap=True)
