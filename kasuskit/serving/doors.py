"""The doors of the participants' server that need no kernel. What is not listed in `app.py` is not there."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from tornado.web import HTTPError, RequestHandler

from kasuskit.classroom import Person
from kasuskit.messages import KasusError

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

log = logging.getLogger("kasuskit.serving")

COOKIE = "kasuskit_peserta"
COOKIE_DAYS = 30
_PROMPT = 1.0  # seconds that a page waits for what it can be shown without
_HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?P<port>:[0-9]{1,5})?")
_CODES = {403: "S505", 404: "S504", 405: "S504", 400: "S506"}


class Sorry(HTTPError):
    """An error of ours with an HTTP status."""

    def __init__(self, status: int, error: KasusError) -> None:
        super().__init__(status)
        self.error = error


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

    def compute_etag(self) -> None:
        """Send no ETag: pages are not kept, and a script's name is its ETag."""

    def person(self) -> Person | None:
        """Return the participant that this device belongs to, if it belongs to one."""
        token = self.get_cookie(COOKIE)
        return self.kit.room.person_by_token(token) if token else None

    @property
    def xsrf(self) -> str:
        """What a form of ours sends back, to prove that it is ours."""
        return self.xsrf_token.decode()

    def remember(self, token: str) -> None:
        """Let this device keep the participant's token, out of reach of scripts."""
        self.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_DAYS * 24 * 3600,  # counted by the phone; a date would be this laptop's, which may be wrong
            path=self.kit.base_url,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong on a page of ours."""
        self.finish(self.kit.pages.problem(_error(status_code, kwargs.get("exc_info"))))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Keep a note of what was not foreseen."""
        if isinstance(value, KasusError):
            log.error("%s %s", value.code, value.sentence("en"))
        elif not isinstance(value, HTTPError):
            log.error("unexpected error at %s", self.request.path, exc_info=value)


def knows_host(kit: KasusApp, host: str) -> bool:
    """Return whether a request's Host names this server."""
    parts = _HOST.fullmatch(host)
    return parts is not None and parts["name"].lower() in kit.host_names


def _error(status: int, exc_info: Any) -> KasusError:
    value = exc_info[1] if exc_info else None
    if isinstance(value, Sorry):
        return value.error
    if isinstance(value, KasusError):
        return value
    return KasusError(f"serving.{_CODES.get(status, 'S500')}")


class StartDoor(Door):
    """The first page: who are you, and which case?"""

    async def get(self) -> None:
        """Show the page."""
        person = self.person()
        begun = await self._begun(person) if person else frozenset()
        chosen = self.get_query_argument("kasus", "")
        self.finish(
            self.kit.pages.start(xsrf=self.xsrf, cases=self.kit.cases(), person=person, begun=begun, chosen=chosen)
        )

    async def _begun(self, person: Person) -> frozenset[str]:
        """Return the cases that a person has begun; none when another program keeps the class file from being read."""
        try:
            attempts = await asyncio.wait_for(asyncio.to_thread(self.kit.room.attempts, person.id), _PROMPT)
        except (TimeoutError, KasusError):
            return frozenset()
        return frozenset(attempt.case for attempt in attempts if not attempt.ended)


class EnterDoor(Door):
    """Takes in a new participant and leads on to the case."""

    async def post(self) -> None:
        """Check what was typed; remember the participant on this device."""
        kept = {name: self.get_body_argument(name, "", strip=False) for name in ("nama", "desa", "kasus")}
        known = self.person()
        if kept["kasus"] not in {case.id for case in self.kit.cases()}:
            self._ask_again(kept, {"kasus": self.kit.pages.say("start.kasus_missing")})
            return
        if known is None or (known.name, known.village) != (kept["nama"].strip(), kept["desa"].strip()):
            try:
                # The database may wait for its turn; the other participants do not.
                _, token = await asyncio.to_thread(self.kit.room.enter, kept["nama"], kept["desa"])
            except KasusError as error:
                field = {"name": "nama", "village": "desa"}.get(error.place)
                if field is None:
                    raise
                lang = self.kit.pages.lang
                self._ask_again(kept, {field: f"{error.sentence(lang)} {error.way_out(lang)}"})
                return
            self.remember(token)
        self.redirect(f"{self.kit.base_url}latihan/{kept['kasus']}", status=303)

    def get(self) -> None:
        """Lead those who come back here by the browser's history to the start."""
        self.redirect(self.kit.base_url, status=303)

    def _ask_again(self, kept: dict[str, str], problem_of: dict[str, str]) -> None:
        self.set_status(422)
        page = self.kit.pages.start(
            xsrf=self.xsrf, cases=self.kit.cases(), kept=kept, chosen=kept["kasus"], problem_of=problem_of
        )
        self.finish(page)


class ForgetDoor(Door):
    """Lets this device forget the participant; what was answered stays in the class."""

    async def post(self) -> None:
        """Take the cookie back and end the participant's kernels."""
        person = self.person()
        self.clear_cookie(COOKIE, path=self.kit.base_url)
        seat = self.kit.seats.of(person.id) if person is not None else None
        if seat is not None:
            await self.kit.end_seat(seat)
        self.redirect(self.kit.base_url, status=303)


class CalendarDoor(Door):
    """A harmless page, the target of the button that leaves the practice at once."""

    def get(self) -> None:
        """Show a month."""
        self.finish(self.kit.pages.calendar(date.today(), self.get_query_argument("bulan", "")))


class AssetDoor(Door):
    """Scripts and styles. A name belongs to one content, so browsers may keep it."""

    def get(self, served_name: str) -> None:
        """Send a file."""
        asset = self.kit.assets.get(served_name)
        if asset is None:
            raise HTTPError(404)
        self.set_header("Content-Type", asset.content_type)
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
