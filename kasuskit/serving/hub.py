"""One class as a service of a JupyterHub: who is there comes from the hub, and nobody gets a Python prompt.

A hub's usual way, a server of its own for each person, would hand everyone the class database's password. So the
participants' server runs once for each class, behind the hub's proxy, and asks the hub who its visitors are.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import logging
import signal
import socket
import time
from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from jupyterhub.services.auth import HubOAuth
from jupyterhub.utils import get_browser_protocol
from tornado.web import HTTPError, RequestHandler
from traitlets import Bool

from kasuskit.classroom import Person, Room, open_room
from kasuskit.messages import KasusError
from kasuskit.serving import doors, joining, lessons, line, practice
from kasuskit.serving.app import KasusApp
from kasuskit.serving.doors import Door, Known, Sorry, knows_host
from kasuskit.serving.hub_settings import HubSettings

log = logging.getLogger("kasuskit.serving")

HUB_SECONDS = 10.0  # how long the hub may take to answer
KNOWN_SECONDS = 60  # how long its word is taken without asking again
AWAY_SECONDS = 15 * 60.0  # how long its last word holds while it does not answer
_LOOPBACK = ["127.0.0.1", "::1", "::ffff:127.0.0.1"]
_LONGEST_NAME = 60


class HubGate:
    """Knows from the hub who a visitor is.

    Parameters
    ----------
    hub : HubOAuth
        What speaks with the hub.
    room : Room
        The class; who comes for the first time is taken in.
    clock : callable
        Seconds that only go on.
    """

    def __init__(self, hub: HubOAuth, room: Room, clock: Callable[[], float] = time.monotonic) -> None:
        self.hub = hub
        self._room = room
        self._clock = clock
        self._last_words: dict[str, tuple[float, dict[str, Any] | None]] = {}

    async def visitor(self, token: str, session: str) -> Person | None:
        """Return the participant whose token this is; None when the hub does not know it (any more).

        Raises
        ------
        Sorry
            403 (S562) when the account may not enter this class, 503 (S563) when the hub does not answer.
        """
        user = await self._user(token, session)
        if user is None:
            return None
        if user.get("kind") != "user" or not self.hub.check_scopes(self.hub.access_scopes, user):
            raise Sorry(403, KasusError("serving.S562", address=self.leave_address))
        name = str(user["name"])
        return await asyncio.to_thread(self._room.person_by_account, name, name[:_LONGEST_NAME])

    async def _user(self, token: str, session: str) -> dict[str, Any] | None:
        """Ask the hub; while it is being restarted, its last word holds."""
        key = hashlib.sha256(f"{session}:{token}".encode("utf-8", "replace")).hexdigest()
        now = self._clock()
        try:
            asked = self.hub.user_for_token(token, session_id=session, sync=False)
            user = cast("dict[str, Any] | None", await asyncio.wait_for(asked, HUB_SECONDS))
        except (HTTPError, TimeoutError):
            then, user = self._last_words.get(key, (-AWAY_SECONDS, None))
            if user is None or now - then > AWAY_SECONDS:
                raise Sorry(503, KasusError("serving.S563")) from None
            return user
        self._last_words = {known: word for known, word in self._last_words.items() if now - word[0] < AWAY_SECONDS}
        self._last_words[key] = (now, user)
        return user

    async def token(self, code: str, verifier: str) -> str:
        """Exchange the code with which a browser came back from the hub.

        Raises
        ------
        Sorry
            403 (S564) when the hub does not take it.
        """
        try:
            given = self.hub.token_for_code(code, code_verifier=verifier, sync=False)
            return str(await asyncio.wait_for(given, HUB_SECONDS))
        except (HTTPError, TimeoutError):
            raise Sorry(403, KasusError("serving.S564")) from None

    @property
    def leave_address(self) -> str:
        """The hub's own way out."""
        return f"{self.hub.hub_host}{self.hub.hub_prefix}logout"


class AskingDoor(Door):
    """A door that finds out from the hub who is there, before it opens."""

    leads_in = False  # whether a stranger is sent to the hub to sign in, and comes back
    _visitor: Person | None = None

    async def prepare(self) -> None:  # type: ignore[override]  # Tornado waits for it
        """Look at the Host, then at who comes."""
        super().prepare()
        kit = cast("HubApp", self.kit)
        self.request.protocol = get_browser_protocol(self.request)
        self._visitor = await kit.visitor(self)
        if self._visitor is None and self.leads_in:
            kit.send_to_hub(self)

    def person(self) -> Person | None:
        """Return the participant who signed in at the hub."""
        return self._visitor

    def people(self) -> tuple[Known, ...]:
        """Return nobody else: a device does not remember people, their accounts do."""
        return ()


class HubStartDoor(AskingDoor, doors.StartDoor):
    """The start page of somebody who signed in at the hub."""

    leads_in = True

    async def get(self) -> None:
        """Show the page; the address that asks for somebody new leads to the account that is there."""
        if self.get_query_argument("baru", ""):
            self.redirect(self.kit.base_url, status=303)
        else:
            await super().get()


class HubPracticeDoor(AskingDoor, practice.PracticeDoor):
    """The practice page of somebody who signed in at the hub."""

    leads_in = True


class HubCourseDoor(AskingDoor, lessons.CourseDoor):
    """The list of lessons of somebody who signed in at the hub."""

    leads_in = True


class HubTrackDoor(AskingDoor, lessons.TrackDoor):
    """Takes the choice of a track."""


class HubLessonDoor(AskingDoor, lessons.LessonDoor):
    """A lesson for somebody who signed in at the hub."""

    leads_in = True


class HubFinishDoor(AskingDoor, lessons.FinishDoor):
    """Notes that a lesson is finished."""


class HubKernelDoor(AskingDoor, doors.KernelDoor):
    """Tells a page whether its kernel is still there."""


class HubLineDoor(line.LineDoor):
    """The line between a page and its kernel."""

    async def prepare(self) -> None:
        """Look who is there."""
        if not knows_host(self.kit, self.request.host):
            raise HTTPError(403)
        self.current_user = await cast("HubApp", self.kit).visitor(self)
        if self.current_user is None:
            raise HTTPError(403)


class LeaveDoor(AskingDoor):
    """Signs out, here and at the hub."""

    async def post(self) -> None:
        """End the participant's kernels and lead on to the hub's own way out."""
        kit = cast("HubApp", self.kit)
        person = self.person()
        seat = None if person is None else kit.seats.of(person.id)
        if seat is not None:
            await kit.end_seat(seat)
        self.clear_cookie(kit.gate.hub.cookie_name, path=kit.base_url)
        self.redirect(kit.gate.leave_address, status=303)


class ReturnDoor(Door):
    """Where browsers come back from the hub."""

    async def get(self) -> None:
        """Keep who it is in a cookie, and lead on to the page that was wanted."""
        kit = cast("HubApp", self.kit)
        hub, state = kit.gate.hub, self.get_query_argument("state", "")
        kept = self.get_secure_cookie(hub.get_state_cookie_name(state)) or b""
        wanted, verifier = hub.get_next_url(state), hub.get_code_verifier(state)
        hub.clear_oauth_state_cookies(self)
        hub.clear_oauth_state(state)
        code = self.get_query_argument("code", "")
        if not code or not verifier or not hmac.compare_digest(kept, state.encode("utf-8", "replace")):
            raise Sorry(403, KasusError("serving.S564"))
        token = await kit.gate.token(code, verifier)
        secure = get_browser_protocol(self.request) == "https"
        self.set_secure_cookie(hub.cookie_name, token, path=kit.base_url, httponly=True, samesite="Lax", secure=secure)
        self.redirect(wanted, status=303)


class HubApp(KasusApp):
    """The participants' server of one class, as a service of a hub.

    Parameters
    ----------
    gate : HubGate
        Knows who the visitors are.
    **given
        As for `KasusApp`; ``base_url`` is the service's prefix.
    """

    trusted_proxy = Bool(True, help="Whether a proxy stands in front, so that an address tells nobody apart.")
    # Who the visitor is and how he came stands in the proxy's headers; only this machine can reach the port.
    behind_proxy: ClassVar[dict[str, Any]] = {"xheaders": True, "trusted_downstream": _LOOPBACK}

    def __init__(self, *, gate: HubGate, **given: Any) -> None:
        super().__init__(**given)
        self.gate = gate
        self.pages.start_page = "hub"

    def init_settings(self) -> dict[str, Any]:
        """Return the settings; cookies stay within this service, since the hub's other pages have the same host."""
        settings = super().init_settings()
        return settings | {"xsrf_cookie_kwargs": settings["xsrf_cookie_kwargs"] | {"path": self.base_url}}

    def init_handlers(self) -> list[Any]:
        """Return the doors: those of a participants' server that a hub's visitors need, and no others."""
        asked: dict[type[RequestHandler], type[RequestHandler]] = {
            doors.StartDoor: HubStartDoor,
            joining.ForgetDoor: LeaveDoor,
            doors.KernelDoor: HubKernelDoor,
            practice.PracticeDoor: HubPracticeDoor,
            lessons.CourseDoor: HubCourseDoor,
            lessons.TrackDoor: HubTrackDoor,
            lessons.LessonDoor: HubLessonDoor,
            lessons.FinishDoor: HubFinishDoor,
            line.LineDoor: HubLineDoor,
            doors.CalendarDoor: doors.CalendarDoor,
            doors.AssetDoor: doors.AssetDoor,
        }
        made = [(at, asked[door], *more) for at, door, *more in super().init_handlers() if door in asked]
        return [*made, (rf"{self.base_url}oauth_callback", ReturnDoor)]

    async def visitor(self, door: RequestHandler) -> Person | None:
        """Return the participant at a door, or None for one who has not signed in."""
        token = door.get_secure_cookie(self.gate.hub.cookie_name)
        session = self.gate.hub.get_session_id(door)
        return await self.gate.visitor(token.decode("utf-8", "replace"), session) if token else None

    def send_to_hub(self, door: RequestHandler) -> None:
        """Lead a browser to the hub to sign in."""
        hub = self.gate.hub
        verifier, challenge, method = hub.generate_pkce_code_challenge()
        state = hub.set_state_cookie(door, next_url=door.request.uri, code_verifier=verifier)
        asked = {"state": state, "code_challenge": challenge, "code_challenge_method": method}
        door.redirect(f"{hub.login_url}&{urlencode(asked)}", status=303)


def oauth(settings: HubSettings) -> HubOAuth:
    """Return what speaks with the hub."""
    return HubOAuth(
        api_url=settings.api_url,
        api_token=settings.api_token,
        base_url=settings.prefix,
        hub_prefix=settings.hub_prefix,
        hub_host=settings.hub_host,
        oauth_client_id=f"service-{settings.service}",
        access_scopes=set(settings.scopes),
        cache_max_age=KNOWN_SECONDS,
        cookie_options={"samesite": "Lax"},
    )


def serve_hub(env: MutableMapping[str, str]) -> None:
    """Serve a class as a service of a hub until the process is asked to end.

    What is secret is taken out of ``env``, so that no kernel inherits it.

    Raises
    ------
    KasusError
        S560, S561: the environment; K301 to K348: the class database; S501, S502: the port.
    """
    settings = HubSettings.from_environment(env)
    for name in ("KASUSKIT_ROOM", "KASUSKIT_PASSWORD", "JUPYTERHUB_API_TOKEN"):
        env.pop(name, None)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    with _listen(settings.where) as listening, open_room(settings.room) as room:
        asyncio.run(_serve(settings, room, listening))


def _listen(where: tuple[str, int]) -> socket.socket:
    try:
        listening = socket.create_server(where, family=socket.AF_INET6 if ":" in where[0] else socket.AF_INET)
    except OSError as problem:
        code = "S501" if problem.errno == errno.EADDRINUSE else "S502"
        raise KasusError(f"serving.{code}", port=where[1]) from None
    listening.setblocking(False)
    return listening


async def _serve(settings: HubSettings, room: Room, listening: socket.socket) -> None:
    app = HubApp(
        gate=HubGate(oauth(settings), room),
        room=room,
        lang=settings.lang,
        base_url=settings.prefix,
        host_names=list(settings.hosts),
        participants=settings.participants,
        course_name=settings.course,
        log=log,
    )
    app.prepare()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    try:
        await app.warm()
        app.listen_on(listening)
        log.warning("%s answers on %s:%d%s", settings.service, *settings.where, settings.prefix)
        await end.wait()
    finally:
        await app.close()
