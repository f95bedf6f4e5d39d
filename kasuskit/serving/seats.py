"""Who sits where: one kernel for each participant, with all the pages that she has open on all her devices."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from kasuskit.serving.reserve import ReadyKernel
from kasuskit.serving.wire import Wire


class Line(Protocol):
    """A connection between a page in a browser and this server.

    Attributes
    ----------
    token : str
        That of the device.
    comms : set of str
        The widgets that have spoken on it: those of its page.
    """

    token: str
    comms: set[str]

    def tell(self, comm_id: str, data: dict[str, Any]) -> None:
        """Send what a widget says."""

    def close(self) -> None:
        """Hang up."""


class Seat:
    """A participant's place: a kernel, and the line to it.

    Parameters
    ----------
    person : int
        The participant, the only one who may reach the kernel.
    kernel : ReadyKernel
        The kernel.
    clock : callable
        Gives seconds that only grow.

    Attributes
    ----------
    comms : set of str
        The widgets on its pages: nothing else in the kernel may be spoken to.
    lines : set
        The open connections of all pages.
    running : asyncio.Lock
        Held while a page's cells run: the kernel is told before whose and which page it is.
    used : float
        When something was last asked of it, by the clock.
    """

    def __init__(self, person: int, kernel: ReadyKernel, clock: Callable[[], float]) -> None:
        self.person, self.kernel, self._clock = person, kernel, clock
        self.comms: set[str] = set()
        self.lines: set[Line] = set()
        self.running = asyncio.Lock()
        self.used = clock()
        self._wire: Wire | None = None
        self._working_on, self._looks = "", 0

    @property
    def id(self) -> str:
        """The kernel's name."""
        return self.kernel.id

    @property
    def backlog(self) -> int:
        """How many messages the kernel has not done with yet."""
        return self._wire.backlog if self._wire is not None else 0

    def touch(self) -> None:
        """Note that somebody is at work here."""
        self.used = self._clock()

    def idle_for(self) -> float:
        """Return for how many seconds nobody was here; 0 while a page is connected."""
        return 0.0 if self.lines else self._clock() - self.used

    def join(self, line: Line) -> None:
        """Connect a page."""
        self.touch()
        self.lines.add(line)
        if self._wire is None:
            self._wire = Wire(self.kernel.manager, self._hear)

    def leave(self, line: Line) -> None:
        """Strike a connection out."""
        self.touch()
        self.lines.discard(line)

    def look_whether_stuck(self) -> int:
        """Return at how many looks in a row the kernel was at work on the same message.

        Looks are counted and not seconds: a laptop whose lid was closed has not looked.
        """
        working_on = self._wire.working_on if self._wire is not None else ""
        self._looks = self._looks + 1 if working_on and working_on == self._working_on else 0
        self._working_on = working_on
        return self._looks

    def tell(self, comm_id: str, data: dict[str, Any]) -> None:
        """Give a widget a message from a browser."""
        self.touch()
        if self._wire is not None:
            self._wire.tell(comm_id, data)

    def _hear(self, comm_id: str, data: dict[str, Any]) -> None:
        for line in tuple(self.lines):
            if comm_id in line.comms:
                line.tell(comm_id, data)

    def clear(self) -> None:
        """Hang up everything: the kernel has ended, or is about to."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        for line in tuple(self.lines):
            line.close()


class Seats:
    """The seats that are taken.

    Parameters
    ----------
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_person: dict[int, Seat] = {}

    def take(self, person: int, kernel: ReadyKernel) -> Seat:
        """Give a participant a kernel."""
        seat = self._by_person[person] = Seat(person, kernel, self._clock)
        return seat

    def of(self, person: int) -> Seat | None:
        """Return a participant's seat, if there is one."""
        return self._by_person.get(person)

    def find(self, kernel_id: str, person: int) -> Seat | None:
        """Return the seat with this kernel when it is this participant's."""
        seat = self._by_person.get(person)
        return seat if seat is not None and seat.id == kernel_id else None

    def free(self, seat: Seat) -> None:
        """Take a seat away, unless another has taken its place already."""
        if self._by_person.get(seat.person) is seat:
            del self._by_person[seat.person]

    def idle(self, seconds: float) -> list[Seat]:
        """Return the seats where nobody was for so long, the longest first."""
        found = [seat for seat in self._by_person.values() if not seat.lines and seat.idle_for() >= seconds]
        return sorted(found, key=Seat.idle_for, reverse=True)

    def connected(self) -> int:
        """Return how many participants have a page connected now."""
        return sum(1 for seat in self._by_person.values() if seat.lines)

    def __iter__(self) -> Iterator[Seat]:
        return iter(tuple(self._by_person.values()))

    def __len__(self) -> int:
        return len(self._by_person)
