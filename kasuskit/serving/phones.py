"""``kasuskit serve --lan``: the class is open to the phones in the room, at the address that they can reach."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kasuskit.classroom import Room
from kasuskit.serving import announce
from kasuskit.serving.lan import Address, Choice, choose, default_route, given, list_addresses
from kasuskit.serving.network import Door, Network
from kasuskit.serving.qr import Wifi
from kasuskit.serving.tls import tls_context

if TYPE_CHECKING:
    from rich.console import Console

log = logging.getLogger("kasuskit.serving")

THIS_MACHINE = "127.0.0.1"
_BEAT = 1.0  # seconds between two looks at how many are in
_BEATS_A_LOOK = 5  # so many of them between two looks at the network


class App(Protocol):
    """What is needed of the participants' server."""

    room: Room
    base_url: str
    host_names: list[str]

    def listen_on(self, listening: socket.socket, tls: ssl.SSLContext | None = None) -> Door:
        """Answer what comes in on a socket."""

    def connected(self) -> int:
        """Return how many participants have a practice page open."""


@dataclass(frozen=True)
class Lan:
    """How the class is to be opened to phones, found out before anything is opened. Made by `plan`.

    Attributes
    ----------
    choice : Choice
        The addresses to begin with.
    pick : callable
        Chooses anew, among the addresses that the machine holds by then, told which are shown.
    scan : callable
        Gives the addresses that the machine holds.
    tls : SSLContext or None
        For the phones; pages on the machine itself need none.
    """

    choice: Choice
    pick: Callable[[Sequence[Address], Sequence[Address]], Choice]
    scan: Callable[[], Iterable[Address]]
    tls: ssl.SSLContext | None = None

    @classmethod
    def plan(
        cls,
        address: str = "",
        cert: Path | None = None,
        key: Path | None = None,
        scan: Callable[[], Iterable[Address]] = list_addresses,
        route: Callable[[], str] = default_route,
    ) -> Lan:
        """Choose the address, or take the one that is asked for, and read the certificate.

        Raises
        ------
        KasusError
            S521 to S523 when there is no such address, S527 to S529 when the certificate cannot be used.
        """
        held = tuple(scan())
        tls = tls_context(cert, key) if cert and key else None
        if address:
            wanted = given(address, held)
            return cls(wanted.choose(held), lambda later, _now: wanted.choose(later), scan, tls)
        return cls(choose(held, route()), lambda later, now: choose(later, route(), now), scan, tls)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The addresses to listen on besides this machine's own."""
        return tuple(each.ip for each in self.choice.addresses if each.ip != THIS_MACHINE)

    def open(
        self, app: App, port: int, sockets: Sequence[socket.socket], listen: Callable[[int, str], socket.socket]
    ) -> Network:
        """Open the doors on sockets that listen on `hosts`; return what keeps them open as networks come and go."""

        def answer(address: Address, listening: socket.socket) -> Door:
            if address.host not in app.host_names:
                app.host_names = [*app.host_names, address.host]
            return app.listen_on(listening, self.tls)

        def web(address: Address) -> str:
            scheme = "https" if self.tls and address.ip != THIS_MACHINE else "http"
            return f"{scheme}://{address.host}:{port}{app.base_url}"

        open_at: Callable[[Address], Door] = lambda address: answer(address, listen(port, address.ip))  # noqa: E731
        network = Network(self.choice, self.pick, open_at, web)
        for address in self.choice.addresses:
            if address.ip == THIS_MACHINE:
                network.opened(address, _Open())
        found = {each.getsockname()[0]: each for each in sockets}
        for address in self.choice.addresses:
            if address.ip in found:
                network.opened(address, answer(address, found[address.ip]))
        return network


class _Open:
    """The door on this machine's own address, which is opened and closed elsewhere."""

    def stop(self) -> None:
        """Leave it open."""


@dataclass(frozen=True)
class Board:
    """The terminal, as the class uses it: what it says of addresses, and in which language.

    Attributes
    ----------
    say : Say
        Gives a sentence of the command line.
    live : bool
        Whether the line that counts may be kept in place.
    """

    console: Console
    say: announce.Say
    lang: str
    wifi: Wifi | None = None
    live: bool = True

    def show(self, network: Network, projector: str, file: str) -> None:
        """Say all there is to know when the class opens."""
        announce.print_address(self.console, network.addresses[0])
        announce.print_codes(self.console, network.addresses[0], self.wifi, self.say)
        lines = [self.say("for_phones"), *announce.network_lines(network, self.say, self.lang)]
        lines += [self.say("projector", address=projector), self.say("kept_in", file=file), self.say("how_to_end")]
        announce.print_lines(self.console, lines)

    def tell(self, network: Network) -> None:
        """Say what happened to the network."""
        announce.print_address(self.console, network.addresses[0])
        if not network.lost:
            announce.print_codes(self.console, network.addresses[0], self.wifi, self.say)
        announce.print_lines(self.console, [network.say(self.lang)])


async def serve_phones(
    app: App,
    network: Network,
    scan: Callable[[], Iterable[Address]],
    board: Board,
    listening: socket.socket,
    show: Callable[[str], None],
    until: Callable[[], Awaitable[None]],
) -> None:
    """Show the class to the phones of the room, until something ends.

    Parameters
    ----------
    app : App
        The participants' server.
    network : Network
        Its addresses.
    scan : callable
        Gives the addresses that the machine holds.
    board : Board
        Where to say what happens.
    listening : socket
        For the facilitator's pages: listens on this machine's own address.
    show : callable
        Opens a page in the facilitator's browser.
    until : callable
        Returns when the class is to be closed.
    """
    from kasuskit.serving.facilitator import Lectern

    lectern = Lectern(app.room, app.connected, network, board.wifi, board.lang)
    projector = lectern.listen_on(listening)
    try:
        board.show(network, projector, app.room.address)
        show(projector)
        with announce.counting(board.console, board.lang, plain=not board.live) as counter:
            watching = asyncio.create_task(watch(app, network, scan, board, counter))
            try:
                await until()
            finally:
                watching.cancel()
    finally:
        await lectern.close()


async def watch(
    app: App,
    network: Network,
    scan: Callable[[], Iterable[Address]],
    board: Board,
    counter: announce.Counter,
    beat: float = _BEAT,
) -> None:
    """Say how many are in, and what happens to the network, until it is cancelled."""
    for number in itertools.count():
        try:
            counter.show(await asyncio.to_thread(app.room.count), app.connected())
            if number % _BEATS_A_LOOK == 0 and network.look(await asyncio.to_thread(scan)):
                board.tell(network)
        except Exception:  # a class goes on, whatever becomes of its numbers
            log.exception("the class could not be counted, or its network not be looked at")
        await asyncio.sleep(beat)
