"""The facilitator's pages: a server of its own, on this machine only, that wants a key.

The participants' server knows nothing of it. The address with the key stands in the facilitator's terminal; a browser
that opens it keeps the key in a cookie. To add a page, write a door that inherits from `LecternDoor`, and list it in
`Lectern.doors`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import tornado.web
from tornado.httpserver import HTTPServer

from kasuskit.classroom import Person
from kasuskit.messages import KasusError
from kasuskit.serving.assets import Assets
from kasuskit.serving.doors import AssetDoor, Door, NoDoor, Sorry, error_of
from kasuskit.serving.limits import Limits
from kasuskit.serving.network import Network
from kasuskit.serving.pages import Pages
from kasuskit.serving.qr import Wifi, as_svg, page_code

_STATIC = Path(__file__).resolve().parent / "static"
_OWN_NAMES = ["127.0.0.1", "localhost"]


class RoomView(Protocol):
    """What the pages read of a class."""

    def count(self) -> int:
        """Return how many participants there are."""

    def persons(self) -> tuple[Person, ...]:
        """Return all participants."""


_AT_ONE_LECTERN = 1  # person: the facilitator


@dataclass
class Lectern:
    """What the facilitator's pages stand on.

    Parameters
    ----------
    room : RoomView
        The class.
    connected : callable
        Gives how many participants have a practice page open.
    network : Network
        The addresses of the class.
    wifi : Wifi or None
        The network that phones join, where the facilitator told it.
    lang : str
        ``"id"`` or ``"en"``.
    """

    room: RoomView
    connected: Callable[[], int]
    network: Network
    wifi: Wifi | None = None
    lang: str = "id"
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    base_url: str = "/"
    host_names: Sequence[str] = tuple(_OWN_NAMES)

    def __post_init__(self) -> None:
        self.assets = Assets([_STATIC / "facilitator", _STATIC])
        self.limits = Limits(_AT_ONE_LECTERN)
        self.pages = Pages(self.assets, self.base_url, self.lang)
        self.cookie = "kasuskit_fasilitator"
        self._server: HTTPServer | None = None

    def doors(self) -> list[Any]:
        """Return the pages: these and no others."""
        return [
            ("/", ProjectorDoor),
            ("/keadaan", StateDoor),
            ("/peserta", PeopleDoor),
            (r"/berkas/([A-Za-z0-9_.-]+)", LecternAssetDoor),
        ]

    def application(self) -> tornado.web.Application:
        """Return the application, not listening yet."""
        return tornado.web.Application(
            self.doors(),
            default_handler_class=LecternNoDoor,
            kasuskit=self,
            compress_response=True,
            xsrf_cookies=True,
            xsrf_cookie_name=f"{self.cookie}_xsrf",
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
            log_function=lambda _handler: None,  # the address may hold the key
        )

    def listen_on(self, listening: socket.socket) -> str:
        """Answer what comes in on this socket; return the address with the key."""
        port = listening.getsockname()[1]
        self.cookie = f"kasuskit_fasilitator_{port}"  # a browser sends a cookie to every port of this machine
        self._server = HTTPServer(self.application(), max_body_size=64 * 1024, idle_connection_timeout=120)
        self._server.add_socket(listening)
        return f"http://{_OWN_NAMES[0]}:{port}/?kunci={self.key}"

    async def close(self) -> None:
        """Stop answering."""
        if self._server is not None:
            self._server.stop()
            await self._server.close_all_connections()

    async def state(self) -> dict[str, Any]:
        """Return what changes while the page is shown, in the words in which it is shown."""
        shown = [*self.network.addresses, self.network.news, str(self.network.lost)]
        joined = await asyncio.to_thread(self.room.count)
        return {
            "mark": hashlib.sha256("\n".join(shown).encode()).hexdigest()[:12],
            "joined": self.pages.say("projector.joined", count=joined),
            "connected": self.pages.say("projector.connected", count=self.connected()),
        }


class LecternDoor(Door):
    """What all pages of the facilitator have in common: they open only with the key."""

    @property
    def lectern(self) -> Lectern:
        """What the page stands on."""
        return cast("Lectern", self.settings["kasuskit"])

    def prepare(self) -> None:
        """Look at the key; one that comes with the address goes into a cookie."""
        super().prepare()
        given = self.get_query_argument("kunci", "") if self.request.path == "/" else ""
        if given and self._fits(given):
            self.set_cookie(self.lectern.cookie, self.lectern.key, path="/", httponly=True, samesite="Strict")
            self.redirect("/", status=303)
        elif not self._fits(self.get_cookie(self.lectern.cookie) or ""):
            raise Sorry(403, KasusError("serving.S532"))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong, on a page that needs nothing else."""
        error = error_of(status_code, kwargs.get("exc_info"))
        values = {"heading": error.sentence(self.lectern.lang), "way_out": error.way_out(self.lectern.lang)}
        self.finish(self.lectern.pages.draw("refused", code=error.code, **values))

    def _fits(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(errors="replace"), self.lectern.key.encode())


class ProjectorDoor(LecternDoor):
    """The page for the wall: the address and its code, the Wi-Fi and its code, how many are in."""

    async def get(self) -> None:
        """Show the page; with ``sandi`` also the password of the Wi-Fi."""
        lectern, wifi = self.lectern, self.lectern.wifi
        addresses, say = lectern.network.addresses, lectern.pages.say
        page = lectern.pages.draw(
            "projector",
            addresses=addresses,
            page_code=as_svg(page_code(addresses[0]), say("projector.qr_page", address=addresses[0])),
            wifi=wifi,
            wifi_code=as_svg(wifi.code(), say("projector.qr_wifi", name=wifi.name)) if wifi else "",
            show_password=bool(self.get_query_argument("sandi", "")),
            state=await lectern.state(),
            news=lectern.network.say(lectern.lang),
            lost=lectern.network.lost,
        )
        self.finish(page)


class StateDoor(LecternDoor):
    """What the page for the wall asks for every few seconds."""

    async def get(self) -> None:
        """Send it as JSON."""
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(await self.lectern.state()))


class PeopleDoor(LecternDoor):
    """Who is in, with the codes, for the facilitator's eyes."""

    async def get(self) -> None:
        """Show the list."""
        people = await asyncio.to_thread(self.lectern.room.persons)
        by_name = sorted(people, key=lambda person: (person.name.casefold(), person.id))
        self.finish(self.lectern.pages.draw("people", people=by_name))


class LecternAssetDoor(AssetDoor, LecternDoor):
    """Scripts and styles of the facilitator's pages."""


class LecternNoDoor(NoDoor, LecternDoor):
    """Every other address."""
