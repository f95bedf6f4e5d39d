"""The doors of the participants' server that need no kernel. What is not listed in `app.py` is not there."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from tornado.web import HTTPError, RequestHandler

from kasuskit.classroom import Person
from kasuskit.messages import KasusError

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")

COOKIE = "kasuskit_peserta"  # who uses this device now
DEVICE_COOKIE = "kasuskit_hp"  # everyone whom this device remembers
COOKIE_SECONDS = 30 * 24 * 3600
MOST_ON_A_DEVICE = 5
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,80}")
_PROMPT = 1.0  # seconds that a page waits for what it can be shown without
_HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?P<port>:[0-9]{1,5})?")
_CODES = {403: "S505", 404: "S504", 405: "S504", 400: "S506"}


class Sorry(HTTPError):
    """An error of ours with an HTTP status."""

    def __init__(self, status: int, error: KasusError, seconds: int = 0) -> None:
        super().__init__(status)
        self.error = error
        self.seconds = seconds  # how long to wait before it is worth another try


def patience(key: str, seconds: float, status: int = 429) -> None:
    """Raise an error of ours when there is time to wait."""
    if seconds:
        wait = math.ceil(seconds)
        raise Sorry(status, KasusError(key, seconds=wait), wait)


@dataclass(frozen=True)
class Known:
    """Somebody whom this device remembers, and the token by which it does."""

    token: str
    person: Person


class Door(RequestHandler):
    """What all doors have in common: who is there, security headers, errors in plain words."""

    @property
    def kit(self) -> KasusApp:
        """The server."""
        return cast("KasusApp", self.settings["kasuskit"])

    def set_default_headers(self) -> None:
        """Let the page load nothing from elsewhere, sit in no frame, stay in no cache."""
        host = self.request.host if _HOST.fullmatch(self.request.host) else ""
        sockets = f" ws://{host} wss://{host}" if host else ""
        for name, value in {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                f"connect-src 'self'{sockets}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            ),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Content-Type": "text/html; charset=utf-8",
        }.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        """Answer only to the names of this machine: another name may be a trick (DNS rebinding)."""
        if not knows_host(self.kit, self.request.host):
            raise HTTPError(403)
        patience("serving.S550", self.kit.limits.request(self.request.remote_ip or ""))

    def compute_etag(self) -> None:
        """Send no ETag: pages are not kept, and a script's name is its ETag."""

    def person(self) -> Person | None:
        """Return the participant that this device belongs to, if it belongs to one."""
        token = self.get_cookie(COOKIE)
        return self.kit.room.person_by_token(token) if token else None

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens that this device keeps, that of who uses it now first."""
        kept = [self.get_cookie(COOKIE) or "", *(self.get_cookie(DEVICE_COOKIE) or "").split(".")]
        return tuple(dict.fromkeys(token for token in kept if _TOKEN.fullmatch(token)))[: MOST_ON_A_DEVICE + 1]

    def people(self) -> tuple[Known, ...]:
        """Return everyone whom this device remembers, who uses it now first."""
        found = ((token, self.kit.room.person_by_token(token)) for token in self.tokens())
        known: dict[int, Known] = {}
        for token, person in found:
            if person is not None:
                known.setdefault(person.id, Known(token, person))
        return tuple(known.values())

    @property
    def xsrf(self) -> str:
        """What a form of ours sends back, to prove that it is ours."""
        token = self.xsrf_token.decode()
        made = getattr(self, "_new_cookie", {}).get(self.settings.get("xsrf_cookie_name"))
        if made is not None and self.request.protocol == "https":
            made["secure"] = True
        return token

    def remember(self, token: str, others: Iterable[str] = ()) -> None:
        """Let this device keep the participant's token as that of who uses it now, out of reach of scripts."""
        tokens = tuple(dict.fromkeys([token, *others]))[:MOST_ON_A_DEVICE]
        self.keep(COOKIE, token)
        self.keep(DEVICE_COOKIE, ".".join(tokens))

    def keep(self, name: str, value: str) -> None:
        """Set a cookie, or with an empty value take it back.

        For so many seconds, not until a date: where the laptop's clock is wrong, a phone would drop it at once.
        """
        self.set_cookie(
            name,
            value,
            path=self.kit.base_url,
            # As text: Tornado passes over the number 0.
            max_age=cast("int", str(COOKIE_SECONDS if value else 0)),
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong on a page of ours."""
        say_when(self, kwargs)
        self.finish(self.kit.pages.problem(error_of(status_code, kwargs.get("exc_info"))))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Keep a note of what was not foreseen."""
        if isinstance(value, KasusError):
            log.error("%s %s", value.code, value.sentence("en"))
        elif not isinstance(value, HTTPError):
            log.error("unexpected error at %s", self.request.path, exc_info=value)


def say_when(door: RequestHandler, why: dict[str, Any]) -> None:
    """Tell in a header when it is worth another try, where an error says so."""
    error = why.get("exc_info", (None, None))[1]
    if isinstance(error, Sorry) and error.seconds:
        door.set_header("Retry-After", error.seconds)


def knows_host(kit: KasusApp, host: str) -> bool:
    """Return whether a request's Host names this server."""
    parts = _HOST.fullmatch(host)
    return parts is not None and parts["name"].lower() in kit.host_names


def error_of(status: int, exc_info: Any) -> KasusError:
    """Return what to tell people about an answer with an error's status."""
    value = exc_info[1] if exc_info else None
    if isinstance(value, Sorry):
        return value.error
    if isinstance(value, KasusError):
        return value
    return KasusError(f"serving.{_CODES.get(status, 'S500')}")


class StartDoor(Door):
    """The first page: who are you, and which case?"""

    async def get(self) -> None:
        """Show the page; with ``baru`` for somebody new, though this device knows others."""
        chosen = self.get_query_argument("kasus", "")
        person = None if self.get_query_argument("baru", "") else self.person()
        others = [known.person for known in self.people() if person is None or known.person.id != person.id]
        begun = await self._begun(person) if person else frozenset()
        self.finish(
            self.kit.pages.start(
                xsrf=self.xsrf,
                cases=self.kit.cases(),
                person=person,
                others=others,
                begun=begun,
                chosen=chosen,
                course=self.kit.offer.course(),
            )
        )

    async def _begun(self, person: Person) -> frozenset[str]:
        """Return the cases that a person has begun; none when another program keeps the class file from being read."""
        try:
            attempts = await asyncio.wait_for(asyncio.to_thread(self.kit.room.attempts, person.id), _PROMPT)
        except (TimeoutError, KasusError):
            return frozenset()
        return frozenset(attempt.case for attempt in attempts if not attempt.ended)


class CalendarDoor(Door):
    """A harmless page, the target of the button that leaves the practice at once."""

    def get(self) -> None:
        """Show a month."""
        self.finish(self.kit.pages.calendar(date.today(), self.get_query_argument("bulan", "")))


class AssetDoor(Door):
    """Scripts, styles and pictures. A name belongs to one content, so browsers may keep it."""

    def get(self, served_name: str) -> None:
        """Send a file."""
        asset = self.kit.assets.get(served_name)
        if asset is None:
            raise HTTPError(404)
        self.set_header("Content-Type", asset.content_type)
        if asset.is_picture:  # an SVG opened by itself is a document, which could hold a script
            self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.finish(asset.content)


class KernelDoor(Door):
    """Tells a page whether its kernel is still there."""

    def get(self, kernel_id: str) -> None:
        """Answer 200 when it lives, 404 when it is gone, 403 when this device is not known any more."""
        person = self.person()
        self.set_header("Content-Type", "application/json")
        if person is None:
            self.set_status(403)
        elif self.kit.seats.find(kernel_id, person.id) is None:
            self.set_status(404)
        self.finish({"alive": self.get_status() == 200})


class NoDoor(Door):
    """Every other address."""

    def prepare(self) -> None:
        """Say that there is nothing here."""
        super().prepare()
        raise HTTPError(404)

    def check_xsrf_cookie(self) -> None:
        """Say the same to every method."""


def start_address(kit: KasusApp, case: str) -> str:
    """Return the start page's address with a case chosen already."""
    return f"{kit.base_url}?{urlencode({'kasus': case})}"
