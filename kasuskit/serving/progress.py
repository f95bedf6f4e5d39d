"""How far each participant is in the course: her track, the lessons she opened and finished, the activities done.

Track and lessons are kept in the class by the server itself, as answers at an attempt of their own; nobody else writes
there, so what was read once is known. Activities are kept by their sessions and read each time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass

from kasuskit.classroom import Attempt, Room
from kasuskit.classroom.entry import LESSON_FORM
from kasuskit.classroom.writer import Writer
from kasuskit.messages import KasusError

log = logging.getLogger("kasuskit.serving")

CASE, FORM, VERSION = "kursus", LESSON_FORM, "1"
OPENED, FINISHED = "dibuka", "selesai"
TRACK = "jalur"
_TAB = "server"
_PROMPT = 1.0  # seconds that a page waits for what it can be shown without


def lesson_at(lesson: str) -> str:
    """Return where it stands how far somebody is with a lesson."""
    return f"pelajaran/{lesson}"


@dataclass
class Way:
    """Somebody's way through the course, as the class file has it.

    Attributes
    ----------
    attempt : Attempt or None
        Where it is kept; None before there was something to keep.
    last : int
        The number of the last entry.
    told : dict
        What is kept, by address.
    """

    attempt: Attempt | None
    last: int
    told: dict[str, str]


class Progress:
    """Reads and keeps how far participants are.

    Parameters
    ----------
    room : Room
        The class.
    writer : Writer
        Commits what is kept.
    """

    def __init__(self, room: Room, writer: Writer) -> None:
        self._room, self._writer = room, writer
        self._known: dict[int, asyncio.Task[Way]] = {}
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def told(self, person: int) -> dict[str, str] | None:
        """Return what is known of somebody; None while another program keeps the class file from being read."""
        try:
            way = await asyncio.wait_for(asyncio.shield(self._way(person)), _PROMPT)
        except (TimeoutError, KasusError):
            return None
        return dict(way.told)

    async def track(self, person: int) -> str:
        """Return somebody's track; blank when none was chosen, or none can be read."""
        return (await self.told(person) or {}).get(TRACK, "")

    async def done(self, person: int) -> frozenset[str]:
        """Return the activities and tasks that somebody has done; none while the class file cannot be read."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._room.done, person), _PROMPT)
        except (TimeoutError, KasusError):
            return frozenset()

    async def keep(self, person: int, at: str, value: str, only_first: bool = False) -> None:
        """Keep something, unless it stands there already; it is on the disk when this returns.

        Parameters
        ----------
        person : int
            Whose way it is.
        at, value : str
            What to keep, and where.
        only_first : bool
            Whether to leave what stands there, whatever it is.

        Raises
        ------
        KasusError
            K307, K308 and others when the class file cannot be written.
        """
        async with self._turns[person]:
            way = await self._way(person)
            standing = way.told.get(at)
            if standing == value or (standing and only_first):
                return
            try:
                if way.attempt is None:
                    way.attempt = await asyncio.to_thread(self._begin, person)
                items = [(way.last + 1, "set", at, value)]
                await asyncio.wrap_future(self._writer.append(way.attempt.id, _TAB, items))
            except BaseException:
                self._known.pop(person, None)  # whether it was kept is in the class file
                raise
            way.last += 1
            way.told[at] = value

    async def opened(self, person: int, lesson: str) -> None:
        """Note that somebody opened a lesson, unless she has finished it; where that cannot be kept, go on."""
        try:
            await self.keep(person, lesson_at(lesson), OPENED, only_first=True)
        except KasusError as error:
            log.warning("that a lesson was opened could not be kept: %s", error.code)

    def _way(self, person: int) -> asyncio.Task[Way]:
        """Return what reads somebody's way, or has read it; what failed is tried again."""
        known = self._known.get(person)
        if known is None or (known.done() and (known.cancelled() or known.exception() is not None)):
            known = self._known[person] = asyncio.ensure_future(asyncio.to_thread(self._read, person))
        return known

    def _read(self, person: int) -> Way:
        mine = (each for each in self._room.attempts(person) if (each.case, each.form) == (CASE, FORM))
        attempt = next((each for each in mine if not each.ended), None)
        if attempt is None:
            return Way(None, 0, {})
        told = {entry.at: entry.value for entry in attempt.entries()}
        return Way(attempt, attempt.acknowledged().get(_TAB, 0), told)

    def _begin(self, person: int) -> Attempt:
        return self._room.attempt(person, case=CASE, form=FORM, version=VERSION)
