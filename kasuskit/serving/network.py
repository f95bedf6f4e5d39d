"""Keeps the participants' doors open on the addresses that phones can reach, while networks come and go.

A laptop's lid closes, the hotspot switches itself off, somebody joins another Wi-Fi. `Network` looks at the addresses
again and again, listens where phones can come in now, and says what changed. Lines that are open stay open.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from kasuskit.messages import KasusError, text
from kasuskit.serving.lan import Address, Choice

log = logging.getLogger("kasuskit.serving")


class Door(Protocol):
    """Something that listens and can stop to."""

    def stop(self) -> None:
        """Take in nobody any more."""


class Network:
    """The addresses of one class.

    Parameters
    ----------
    choice : Choice
        The addresses to begin with.
    choose : callable
        Gives the `Choice` among them, told what is shown now; raises `KasusError` when there is none.
    listen : callable
        Opens a door on an address; raises ``OSError`` when it cannot.
    web : callable
        Gives the web address of the start page on an address.

    Attributes
    ----------
    choice : Choice
        What is shown now; when ``lost``, what was shown last.
    lost : bool
        Whether no phone can come in at the moment.
    news : str
        The name of what changed last (``moved``, ``lost``, ``back``), empty when nothing did.
    """

    def __init__(
        self,
        choice: Choice,
        choose: Callable[[Sequence[Address], Sequence[Address]], Choice],
        listen: Callable[[Address], Door],
        web: Callable[[Address], str],
    ) -> None:
        self.choice = choice
        self.lost = False
        self.news = ""
        self._choose = choose
        self._listen = listen
        self._web = web
        self._doors: dict[str, Door] = {}

    def opened(self, address: Address, door: Door) -> None:
        """Note a door that was opened elsewhere."""
        self._doors[address.ip] = door

    @property
    def addresses(self) -> tuple[str, ...]:
        """The web addresses to show, the best first."""
        return tuple(self._web(each) for each in self.choice.addresses)

    def say(self, lang: str) -> str:
        """Return what changed last, in plain words."""
        return text("serving." + f"lan.news_{self.news}", lang, address=self.addresses[0]) if self.news else ""

    def look(self, held: Iterable[Address]) -> bool:
        """Look at the addresses that this machine holds now, and act; return whether there is something to say."""
        held = tuple(held)
        try:
            choice = self._choose(held, self.choice.addresses)
        except KasusError:
            self._close_all_but(set())
            return self._tell("lost", self.choice)
        self._close_all_but({each.ip for each in (*held, *choice.addresses)})
        if not self._open(choice.best):
            return self.choice.best.ip not in self._doors and self._tell("lost", self.choice)
        for each in choice.addresses[1:]:
            self._open(each)
        if choice.best != self.choice.best:
            return self._tell("moved", choice)
        if self.lost:
            return self._tell("back", choice)
        self.choice = choice
        return False

    def _tell(self, news: str, choice: Choice) -> bool:
        if news == "lost" and self.lost:
            return False
        self.news, self.lost, self.choice = news, news == "lost", choice
        return True

    def _open(self, address: Address) -> bool:
        """Listen on an address, unless that is done already; return whether phones can come in by it."""
        if address.ip in self._doors:
            return True
        try:
            self._doors[address.ip] = self._listen(address)
        except OSError as problem:
            log.warning("cannot listen on %s: %s", address.ip, problem)
            return False
        return True

    def _close_all_but(self, kept: set[str]) -> None:
        """Stop listening where there is no address any more: a door is opened anew when it comes back."""
        for ip in set(self._doors) - kept:
            self._doors.pop(ip).stop()
