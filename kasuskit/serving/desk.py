"""The server's end of the lines to its kernels: keeps the answers of each kernel's participant, and nobody else's."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kasuskit.classroom import Attempt, Room
from kasuskit.classroom.writer import Writer
from kasuskit.messages import KasusError

log = logging.getLogger("kasuskit.serving")

_LONGEST_LINE = 32 * 1024 * 1024  # 500 answers of 20,000 letters of four bytes, escaped
_KEY_SECONDS = 10.0


@dataclass(eq=False)
class Place:
    """What the desk knows of a kernel.

    Attributes
    ----------
    key : str
        What the kernel shows to be known.
    person : int or None
        Whose answers it may keep; None while it waits for somebody.
    on_gone : callable
        Called when the kernel has hung up: it has ended.
    """

    key: str
    person: int | None = None
    on_gone: Callable[[], None] = field(default=lambda: None)
    attempts: dict[int, Attempt] = field(default_factory=dict)


class Desk:
    """Answers the kernels.

    Parameters
    ----------
    room : Room
        The class.

    Attributes
    ----------
    writer : Writer
        Commits what kernels, and the server itself, keep in the class.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self.writer = Writer(room)
        self._places: dict[str, Place] = {}
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Listen on this machine."""
        self.writer.start()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_LINE)

    def new_place(self) -> Place:
        """Return a place for a kernel that is about to start."""
        place = Place(secrets.token_hex(24))
        self._places[place.key] = place
        return place

    def address(self, place: Place) -> str:
        """Return what the kernel is told to reach the desk."""
        assert self._server is not None
        return f"{self._server.sockets[0].getsockname()[1]}:{place.key}"

    def clear(self, place: Place) -> None:
        """Forget a place whose kernel has ended."""
        self._places.pop(place.key, None)

    async def close(self) -> None:
        """Stop; what was taken in is written first."""
        if self._server is not None:
            self._server.close()
            for line in tuple(self._lines):
                line.close()
        await asyncio.to_thread(self.writer.close)

    # ---- one kernel

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        place = None
        try:
            place = await self._known(reader)
            while place is not None and (line := await reader.readline()):
                writer.write(await self._answer(place, line))
                await writer.drain()
        except (OSError, ValueError, TimeoutError):
            log.debug("a kernel hung up")
        finally:
            self._lines.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()
            if place is not None:
                self.clear(place)
                place.on_gone()

    async def _known(self, reader: asyncio.StreamReader) -> Place | None:
        """Return the place of who calls; a stranger gets no answer."""
        shown = (await asyncio.wait_for(reader.readline(), _KEY_SECONDS)).strip().decode("ascii", "replace")
        return next((place for key, place in self._places.items() if hmac.compare_digest(key, shown)), None)

    async def _answer(self, place: Place, line: bytes) -> bytes:
        try:
            told: dict[str, Any] = {"told": await self._do(place, json.loads(line))}
        except KasusError as error:
            told = {"error": {"key": error.key, "place": error.place, "values": error.values}}
        except Exception:
            log.exception("a kernel's request failed")
            told = {"error": {"key": "classroom.K350", "place": "", "values": {}}}
        return (
            json.dumps(told, ensure_ascii=False, default=str, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        )

    async def _do(self, place: Place, asked: dict[str, Any]) -> Any:
        if place.person is None:
            raise KasusError("classroom.K314")
        if asked["do"] == "attempt":
            kind = {name: str(asked[name]) for name in ("case", "form", "version", "now_clock")}
            return self._told(place, await asyncio.to_thread(self._room.attempt, place.person, **kind))
        if asked["do"] == "attempts":
            found = await asyncio.to_thread(self._room.attempts, place.person)
            return [self._told(place, attempt) for attempt in found if attempt.case == asked["case"]]
        attempt = place.attempts.get(asked["attempt"])
        if attempt is None:
            raise KasusError("classroom.K315")
        match asked["do"]:
            case "append":
                return await asyncio.wrap_future(self.writer.append(attempt.id, asked["tab"], asked["items"]))
            case "entries":
                return [list(entry) for entry in await asyncio.to_thread(attempt.entries)]
            case "acknowledged":
                return await asyncio.to_thread(attempt.acknowledged)
            case "restart":
                return self._told(place, await asyncio.to_thread(attempt.restart))
        raise KasusError("classroom.K350")

    def _told(self, place: Place, attempt: Attempt) -> dict[str, Any]:
        place.attempts[attempt.id] = attempt
        return {name: getattr(attempt, name) for name in ("id", "person", "started", "now_clock")}
