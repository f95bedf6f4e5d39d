"""The doors through which participants come in, change places on one phone, move to another phone, and leave."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kasuskit.classroom import Person
from kasuskit.messages import KasusError
from kasuskit.serving.doors import COOKIE, DEVICE_COOKIE, Door, Known, Sorry, patience

if TYPE_CHECKING:
    from kasuskit.serving.app import KasusApp

_SAME_TAP = 10.0  # seconds in which the same form from the same browser is one wish
_MOST_KEPT = 300


class RecentEntries:
    """Makes one participant of a form that is sent twice, because the first answer was slow to come.

    Parameters
    ----------
    clock : callable
        Gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: dict[tuple[str, ...], tuple[float, asyncio.Task[str]]] = {}

    def find(self, key: tuple[str, ...]) -> asyncio.Task[str] | None:
        """Return what makes, or has made, the token for this form."""
        since, task = self._made.get(key, (0.0, None))
        return task if task is not None and self._clock() - since < _SAME_TAP else None

    async def once(self, key: tuple[str, ...], enter: Callable[[], Awaitable[str]]) -> str:
        """Return the token for this form, made now unless it was made a moment ago."""
        task = self.find(key)
        if task is None:
            task = asyncio.ensure_future(_awaited(enter))
            self._made[key] = (self._clock(), task)
            while len(self._made) > _MOST_KEPT:
                del self._made[next(iter(self._made))]
        try:
            return await asyncio.shield(task)
        except (KasusError, Sorry):
            self._made.pop(key, None)
            raise

    def forget(self, token: str) -> None:
        """Never give this token again."""
        for key, (_, task) in tuple(self._made.items()):
            if task.done() and not task.cancelled() and task.exception() is None and task.result() == token:
                del self._made[key]


async def _awaited(make: Callable[[], Awaitable[str]]) -> str:
    return await make()


class EnterDoor(Door):
    """Takes in a participant, shows the code, and leads on to the case."""

    async def post(self) -> None:
        """Check what was typed; ask when the class knows the name; remember the participant on this device."""
        kept = {name: self.get_body_argument(name, "", strip=False) for name in ("nama", "desa", "kasus", "baru")}
        sure = bool(self.get_body_argument("lain", ""))  # "I am somebody else" to the question who it is
        if self.kit.offer.choice(kept["kasus"]) is None:
            self._ask_again(kept, {"kasus": self.kit.pages.say("start.kasus_missing")})
            return
        try:
            token = await self._token(kept, sure)
        except KasusError as error:
            field = {"name": "nama", "village": "desa"}.get(error.place)
            if field is None:
                raise
            lang = self.kit.pages.lang
            self._ask_again(kept, {field: f"{error.sentence(lang)} {error.way_out(lang)}"}, sure)
            return
        if token is not None:
            await lead_on(self, token, welcome_address(self.kit, kept["kasus"]))

    async def _token(self, kept: dict[str, str], sure: bool) -> str | None:
        """Return the token of who comes in; None when the page asks who it is."""
        room, entries = self.kit.room, self.kit.entries
        key = (
            self.get_cookie(self.settings["xsrf_cookie_name"], "") or "",
            kept["nama"],
            kept["desa"],
            kept["baru"],
            str(sure),
        )
        if not sure:
            twins = await asyncio.to_thread(room.namesakes, kept["nama"], kept["desa"])
            mine = _of(twins, self.people())
            if mine is not None and not kept["baru"]:
                return mine.token
            if twins and entries.find(key) is None:
                self.finish(self.kit.pages.namesake(xsrf=self.xsrf, kept=kept, here=mine and mine.person))
                return None

        async def enter() -> str:
            patience("serving.S551", self.kit.limits.entry(self.request.remote_ip or ""))
            patience("serving.S554", self.kit.limits.newcomer(), 503)
            # The database may wait for its turn; the other participants do not.
            return (await asyncio.to_thread(room.enter, kept["nama"], kept["desa"]))[1]

        return await entries.once(key, enter)

    def get(self) -> None:
        """Show the code to somebody who is in, and the way on; lead others to the start."""
        person = self.person()
        if person is None:
            self.redirect(self.kit.base_url, status=303)
        else:
            self.finish(self.kit.pages.welcome(person, self.kit.offer.choice(self.get_query_argument("kasus", ""))))

    def _ask_again(self, kept: dict[str, str], problem_of: dict[str, str], sure: bool = False) -> None:
        self.set_status(422)
        if sure and "nama" in problem_of:
            page = self.kit.pages.namesake(xsrf=self.xsrf, kept=kept, problem_of=problem_of)
        else:
            page = self.kit.pages.start(
                xsrf=self.xsrf,
                cases=self.kit.cases(),
                others=[known.person for known in self.people()] if kept["baru"] else (),
                kept=kept,
                chosen=kept["kasus"],
                problem_of=problem_of,
                course=self.kit.offer.course(),
            )
        self.finish(page)


class CodeDoor(Door):
    """Lets somebody go on from another phone, by the six digits."""

    def get(self) -> None:
        """Ask for the code."""
        self.finish(self.kit.pages.code(xsrf=self.xsrf, chosen=self.get_query_argument("kasus", "")))

    async def post(self) -> None:
        """Let the person in whose code it is; say no more than that a code is wrong."""
        typed, chosen = self.get_body_argument("kode", ""), self.get_body_argument("kasus", "")
        address, limits = self.request.remote_ip or "", self.kit.limits
        if typed:
            patience("serving.S552", limits.guess(address))
        person = await asyncio.to_thread(self.kit.room.person_by_code, typed)
        if person is not None:
            limits.guessed(address)
        if person is None:
            self.set_status(422)
            problem = self.kit.pages.say("code.wrong" if typed else "code.missing")
            self.finish(self.kit.pages.code(xsrf=self.xsrf, chosen=chosen, typed=typed[:20], problem=problem))
            return
        known = _of((person,), self.people())
        token = known.token if known else await asyncio.to_thread(self.kit.room.new_device, person.id)
        await lead_on(self, token, self.kit.base_url)


class SwitchDoor(Door):
    """Lets somebody whom this device remembers take over."""

    async def post(self) -> None:
        """Take over, if the device does remember the person."""
        wanted = self.get_body_argument("orang", "")
        known = next((known for known in self.people() if str(known.person.id) == wanted), None)
        if known is None:
            self.redirect(self.kit.base_url, status=303)
            return
        case_id = self.get_body_argument("kasus", "")
        in_order = self.kit.offer.choice(case_id) is not None
        await lead_on(self, known.token, welcome_address(self.kit, case_id) if in_order else self.kit.base_url)


class ForgetDoor(Door):
    """Lets this device forget who uses it; what was answered stays in the class, and others on the device stay too."""

    async def post(self) -> None:
        """Take the token back and end the participant's kernels, unless another phone of theirs is at work."""
        token, person = self.get_cookie(COOKIE), self.person()
        self.keep(COOKIE, "")
        self.keep(DEVICE_COOKIE, ".".join(other for other in self.tokens() if other != token))
        if token and person is not None:
            self.kit.entries.forget(token)
            await asyncio.to_thread(self.kit.room.forget_device, token)
            await leave(self.kit, person, token)
        self.redirect(self.kit.base_url, status=303)


def _of(people: tuple[Person, ...], known: tuple[Known, ...]) -> Known | None:
    """Return the first on the device who is among these people."""
    ids = {person.id for person in people}
    return next((each for each in known if each.person.id in ids), None)


async def lead_on(door: Door, token: str, address: str) -> None:
    """Let the person with this token use the device from now on, and lead on to a page.

    Pages of who used it before are hung up: they would go on to show, and to take, another person's answers.
    """
    before, known = door.get_cookie(COOKIE), door.people()
    door.remember(token, (each.token for each in known))
    door.redirect(address, status=303)  # first, so that those pages meet the new cookie when they call again
    for each in known:
        if each.token == before and each.token != token:
            await leave(door.kit, each.person, each.token, end=False)


async def leave(kit: KasusApp, person: Person, token: str, end: bool = True) -> None:
    """Hang up a person's pages on one device; with ``end``, end their kernel when no other device shows a page."""
    seat = kit.seats.of(person.id)
    if seat is None:
        return
    here = {line for line in seat.lines if line.token == token}
    for line in here:
        line.close()
    if end and seat.lines <= here:
        await kit.end_seat(seat)


def welcome_address(kit: KasusApp, case_id: str) -> str:
    """Return the page that shows somebody the code, and leads on to a case (whose name is in order)."""
    return f"{kit.base_url}masuk?kasus={case_id}"
