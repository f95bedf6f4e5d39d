"""The tables that a run prints, and what was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from rich.table import Table
from sidebyside.goals import Goal

from classroom.phones import Phones
from classroom.rounds import Round

FASTER_THAN_STOCK = 40
SMALLER_THAN_STOCK = 4
MOST_MARGINAL = 12_000_000
MOST_ACK_MS = 30
MOST_PEAK_MANY = 1_500_000_000
MOST_FIELD_MANY_MS = 2_000
MOST_PHONE_MS = 3_000
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Line:
    """One line of the table: a name, and how to read it from a round as people read it."""

    name: str
    read: Callable[[Round], str | None]


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[ceil(0.95 * len(values)) - 1]


def _spread(what: str, most: bool = False) -> Callable[[Round], str | None]:
    def read(found: Round) -> str | None:
        values = found.times(what)
        if not values:
            return None
        words = [median(values), p95(values), *([max(values)] if most else [])]
        return " / ".join(f"{value:,.0f}" if value >= 100 else f"{value:,.1f}" for value in words)

    return read


def _bytes(read: Callable[[Round], float | None]) -> Callable[[Round], str | None]:
    def shown(found: Round) -> str | None:
        value = read(found)
        return None if value is None else f"{value / 1e6:,.1f}" if value < 1e8 else f"{value / 1e6:,.0f}"

    return shown


def _sum(what: str) -> Callable[[Round], int]:
    return lambda found: sum(getattr(story, what) for story in found.crowd.stories)


def _each(what: str) -> Callable[[Round], str]:
    return lambda found: f"{_sum(what)(found) / found.people:.0f}"


LINES = (
    Line("participants, arriving within", lambda r: f"{r.people} in {r.seconds:g} s"),
    Line("first usable field, ms: median / p95 / most", _spread("field_ms", most=True)),
    Line("  of it the start page", _spread("start_ms")),
    Line("  of it the form's page, complete", _spread("page_ms")),
    Line("  then line open, first state", _spread("line_ms")),
    Line("answer acknowledged, ms: median / p95 / most", _spread("acks_ms", most=True)),
    Line("feedback, ms: median / p95", _spread("check_ms")),
    Line("second case usable, ms: median / p95", _spread("second_ms")),
    Line("answers acknowledged", lambda r: f"{len(r.times('acks_ms'))}"),
    Line("failures (of it not acknowledged)", lambda r: f"{len(r.failures)} ({_sum('unacknowledged')(r)})"),
    Line("HTTP received until the field, kB each", lambda r: f"{_sum('received_to_field')(r) / 1e3 / r.people:,.0f}"),
    Line("requests each; to other hosts", lambda r: f"{_each('requests')(r)}; {_each('elsewhere')(r)}"),
    Line("doors open after, s", lambda r: f"{r.doors_s:.1f}"),
    Line("server's processor time, s; each, s", lambda r: f"{r.cpu_s:.1f}; {r.cpu_s / r.people:.2f}"),
    Line("memory idle, PSS, MB", _bytes(lambda r: r.idle)),
    Line("memory at most, PSS, MB", _bytes(lambda r: r.peak)),
    Line("  each further participant, MB", _bytes(lambda r: r.marginal)),
    Line("  a participant's kernel alone, USS, MB", _bytes(lambda r: r.kernel_uss)),
    Line("  processes then", lambda r: f"{r.processes or '–'}"),
    Line("the crowd's own processor time, s (of one core)", lambda r: f"{r.crowd.cpu:.1f} ({r.crowd.share:.1%})"),
    Line("  late by, ms: p95 / most", lambda r: f"{r.crowd.lag_p95_ms:.1f} / {r.crowd.lag_ms:.0f}"),
    Line("looking at memory, processor s", lambda r: f"{r.looking_s:.1f}"),
    Line("everything else on the machine, processor s", lambda r: f"{r.others_s:.1f}"),
)  # fmt: skip


def class_table(rounds: Sequence[Round]) -> Table:
    """Return the table: a line for each figure, a column for each contestant."""
    table = Table(title="A class at once", title_justify="left")
    table.add_column("", no_wrap=True)
    for found in rounds:
        table.add_column(f"{found.title}, {found.people}", justify="right")
    for line in LINES:
        table.add_row(line.name, *(line.read(found) or "–" for found in rounds))
    return table


def phone_table(phones: Phones) -> Table:
    """Return the table of the phones: a line for each."""
    screen = phones.screen
    size = f"{screen.width}x{screen.height}, slowed {screen.throttle:g}x"
    table = Table(title=f"{len(phones.found)} phones scan at the same moment ({size})", title_justify="left")
    for name in ("ms", "start page usable", "first field usable", "of it from entering", "answer acknowledged"):
        table.add_column(name, justify="left" if name == "ms" else "right")
    for phone in phones.found:
        times = (phone.start_ms, phone.field_ms, phone.page_ms, phone.ack_ms)
        table.add_row(phone.name, *("–" if each is None else f"{each:,.0f}" for each in times))
    table.caption = (
        f"Chromium {phones.browser}, one browser with {len(phones.found)} contexts; processor: browser "
        f"{phones.browser_cpu:.1f} s, server {phones.server_cpu:.1f} s, within {phones.wall:.1f} s"
    )
    return table


def goals(rounds: Sequence[Round], phones: Phones | None) -> Iterator[Goal]:
    """Yield every promise with what this run says to it."""
    there = {found.name: found for found in rounds}
    fork, many, stock = (there.get(name) for name in ("fork", "many", "stock"))
    yield _ratio("first field, p95: at least", FASTER_THAN_STOCK, _field_p95(stock), _field_p95(fork))
    yield _ratio(
        "memory at most: at least", SMALLER_THAN_STOCK, stock.peak if stock else None, fork.peak if fork else None
    )
    yield _under("each further participant", fork.marginal if fork else None, MOST_MARGINAL, 1e6, "MB")
    acks = fork.times("acks_ms") if fork else []
    yield _under("answer acknowledged, p95", p95(acks) if acks else None, MOST_ACK_MS, 1, "ms")
    for found in (fork, many):
        if found:
            wrong = len(found.failures)
            yield Goal(f"no failure, {found.people} people", f"{wrong} failures", wrong == 0)
    if many:
        yield _under(f"memory at most, {many.people} people", many.peak, MOST_PEAK_MANY, 1e6, "MB")
        yield _under(f"first field, p95, {many.people} people", _field_p95(many), MOST_FIELD_MANY_MS, 1, "ms")
    if phones:
        times = [phone.field_ms for phone in phones.found]
        slowest = None if None in times else max(each for each in times if each is not None)
        yield _under(
            f"{len(times)} phones at once, slowed {phones.screen.throttle:g}x, the slowest",
            slowest,
            MOST_PHONE_MS,
            1,
            "ms",
        )


def _field_p95(found: Round | None) -> float | None:
    values = found.times("field_ms") if found else []
    return p95(values) if values else None


def _ratio(what: str, least: float, theirs: float | None, ours: float | None) -> Goal:
    promise = f"{what} {least}x better than stock Voila"
    if not theirs or not ours:
        return Goal(promise, NOT_MEASURED, None)
    return Goal(promise, f"{theirs / ours:.1f}x", theirs / ours >= least)


def _under(what: str, value: float | None, most: float, scale: float, unit: str) -> Goal:
    promise = f"{what} under {most / scale:,g} {unit}"
    if value is None:
        return Goal(promise, NOT_MEASURED, None)
    return Goal(promise, f"{value / scale:,.1f} {unit}", value < most)
