"""What ``kasuskit serve`` shows in the terminal: where the class is, the codes to scan, and how many are in."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from kasuskit.messages import text
from kasuskit.serving.network import Network
from kasuskit.serving.qr import Wifi, as_text, can_show_blocks, page_code

if TYPE_CHECKING:
    from rich.console import Console


class Say(Protocol):
    """Gives a sentence of the command line."""

    def __call__(self, name: str, /, **values: object) -> str:
        """Return the sentence."""


def print_lines(console: Console, lines: Sequence[str]) -> None:
    """Print sentences as they are, one to a line."""
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def print_address(console: Console, address: str) -> None:
    """Print the address so that nobody overlooks it."""
    from rich.panel import Panel
    from rich.text import Text

    console.print(Panel(Text(address, style="bold", justify="center"), padding=(1, 4), expand=False))


def print_codes(console: Console, address: str, wifi: Wifi | None, say: Say) -> None:
    """Print the QR codes, side by side where there is room; nothing where the terminal cannot draw them."""
    from rich.table import Table
    from rich.text import Text

    codes = [(say("scan_page"), page_code(address))]
    if wifi is not None:
        codes.insert(0, (say("scan_wifi", name=wifi.name), wifi.code()))
    shown = [(title, as_text(code)) for title, code in codes if can_show_blocks(console, code)]
    if not shown:
        return
    widths = [max(len(title), len(code.plain.split("\n")[0])) for title, code in shown]
    beside = sum(widths) + 4 * (len(widths) - 1) <= console.width
    for group in [shown] if beside else [[each] for each in shown]:
        grid = Table.grid(padding=(0, 4))
        grid.add_row(*(Text(title, style="bold") for title, _ in group))
        grid.add_row(*(code for _, code in group))
        console.print(grid)


def network_lines(network: Network, say: Say, lang: str, windows: bool = sys.platform == "win32") -> list[str]:
    """Return what is to be said about the address: why this one, which others there are, what may be in the way."""
    lines = [network.choice.reason(lang)]
    if network.addresses[1:]:
        lines.append(say("also", addresses=", ".join(network.addresses[1:])))
    if network.choice.others:
        lines.append(say("other_addresses", addresses=", ".join(map(str, network.choice.others))))
    return [*lines, *([say("firewall")] if windows else [])]


class Counter:
    """The line that says how many are in: kept in place on a terminal, printed at each change elsewhere.

    Parameters
    ----------
    console : Console
        Where to print.
    lang : str
        The language.
    live : Live, optional
        What keeps the line in place.
    """

    def __init__(self, console: Console, lang: str, live: Any = None) -> None:
        self._console = console
        self._lang = lang
        self._live = live
        self._said: tuple[int, int] | None = None

    def show(self, joined: int, practising: int) -> None:
        """Say how many are in and how many practise, if that is new."""
        told = (joined, practising if self._live is not None else 0)
        if told == self._said:
            return
        self._said = told
        sentence = text("serving.cli.joined", self._lang, count=joined)
        if self._live is None:
            print_lines(self._console, [sentence])
            return
        from rich.text import Text

        more = text("serving.cli.practising", self._lang, count=practising)
        self._live.update(Text(f"{sentence} · {more}", style="bold"), refresh=True)


@contextmanager
def counting(console: Console, lang: str, plain: bool = False) -> Iterator[Counter]:
    """Give the line that counts; with ``plain`` it is not kept in place, whatever the terminal can do."""
    if plain or not console.is_terminal:
        yield Counter(console, lang)
        return
    from rich.live import Live

    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield Counter(console, lang, live)
