"""How much one visitor may ask for, so that nobody takes the server away from the others.

Token buckets that count in memory and take their clock as an argument: nothing here waits, and nothing grows.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from enum import Enum

MOST_LINES_OF_ONE = 12
MOST_UNANSWERED = 40
LARGEST_MESSAGE = 512 * 1024
_KEPT = 4096  # buckets of one kind; the least recently used go, which gives them their tokens back
_ALL = "all"


class Buckets:
    """Token buckets of one size, one for each key.

    Parameters
    ----------
    burst : float
        How many tokens a bucket holds: what may be taken at once.
    per_second : float
        How many come back in each second.
    clock : callable
        Gives the time in seconds; it must never go back.
    most : int
        How many buckets are kept.
    """

    def __init__(
        self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic, most: int = _KEPT
    ) -> None:
        self.burst, self.per_second = burst, per_second
        self._clock, self._most = clock, most
        self._kept: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # key: (tokens, when)

    def take(self, key: Hashable = _ALL, cost: float = 1.0) -> float:
        """Take tokens and return 0; where too few are left take none and return the seconds until there are enough."""
        cost = min(cost, self.burst)
        tokens = self._tokens(key)
        enough = tokens >= cost
        self._put(key, tokens - cost if enough else tokens)
        return 0.0 if enough else (cost - tokens) / self.per_second

    def give_back(self, key: Hashable = _ALL, cost: float = 1.0) -> None:
        """Put tokens back that were taken."""
        self._put(key, min(self.burst, self._tokens(key) + cost))

    def _tokens(self, key: Hashable) -> float:
        now = self._clock()
        tokens, when = self._kept.get(key, (self.burst, now))
        return min(self.burst, tokens + (now - when) * self.per_second)

    def _put(self, key: Hashable, tokens: float) -> None:
        self._kept[key] = tokens, self._clock()
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)


class Limits:
    """What an address, a participant and all together may ask for.

    Each question gives the seconds to wait, 0 as a rule.

    An address may stand for many people: a whole class can sit behind one router. So what is allowed for an address
    grows with the class, and is not looked at where a proxy stands in front of the server.

    Parameters
    ----------
    participants : int
        The size of class that is expected.
    by_address : bool
        Whether an address tells visitors apart; not so behind a proxy.
    clock : callable
        Gives the time in seconds; it must never go back.
    """

    def __init__(
        self, participants: int = 30, *, by_address: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        people = max(30, participants)
        self._by_address = by_address
        self._requests = Buckets(20 * people, 2 * people, clock)
        self._entries = Buckets(max(40, 2 * people), people / 60, clock)
        self._newcomers = Buckets(max(1000, 10 * people), 1000 / 86_400, clock)
        self._guesses = Buckets(5, 1 / 60, clock)
        self._all_guesses = Buckets(people, 3 / 60, clock)
        self._pages = Buckets(30, 1.0, clock)
        self._lines = Buckets(60, 2.0, clock)
        self._open_lines: Counter[Hashable] = Counter()
        self._messages = Buckets(200, 40.0, clock)
        self._bytes = Buckets(2_000_000, 20_000, clock)
        self._clock = clock

    def request(self, address: str) -> float:
        """Ask whether an address may fetch something."""
        return self._requests.take(address) if self._by_address else 0.0

    def entry(self, address: str) -> float:
        """Ask whether an address may bring in one more participant."""
        return self._entries.take(address) if self._by_address else 0.0

    def newcomer(self) -> float:
        """Ask whether the class may grow by one more participant."""
        return self._newcomers.take()

    def guess(self, address: str) -> float:
        """Ask whether a code may be tried, before it is looked up (S552 when not); see `guessed`."""
        wait = self._guesses.take(address) if self._by_address else 0.0
        if not wait and (wait := self._all_guesses.take()) and self._by_address:
            self._guesses.give_back(address)
        return wait

    def guessed(self, address: str) -> None:
        """Let a code that was right count for nothing."""
        self._all_guesses.give_back()
        if self._by_address:
            self._guesses.give_back(address)

    def page(self, person: Hashable) -> float:
        """Ask whether a participant may open a practice page."""
        return self._pages.take(person)

    @contextmanager
    def line(self, person: Hashable) -> Iterator[float]:
        """Hold one of a participant's lines while it is open; gives the seconds to wait where none is left."""
        wait = self._lines.take(person)
        if not wait and self._open_lines[person] >= MOST_LINES_OF_ONE:
            wait = 5.0
        if wait:
            yield wait
            return
        self._open_lines[person] += 1
        try:
            yield 0.0
        finally:
            self._open_lines[person] -= 1
            if not self._open_lines[person]:
                del self._open_lines[person]

    def message(self, person: Hashable, size: int) -> float:
        """Ask whether a participant may say something of this size, on whatever line."""
        return self._messages.take(person) or self._bytes.take(person, size)

    def hearing(self, person: Hashable) -> Hearing:
        """Return what watches over one line of a participant."""
        return Hearing(lambda size: self.message(person, size), self._clock)


class Verdict(Enum):
    """What becomes of a message."""

    TAKE = "take"
    SLOW = "slow"  # not taken, and the browser is told so
    DROP = "drop"  # not taken; it was told a moment ago
    END = "end"  # not taken, and the line is closed


class Hearing:
    """Watches over what comes in on one line.

    A message over the limit is dropped: the browser keeps its answers until they are acknowledged, and sends them
    again. Who goes on regardless loses the line. A kernel that does not keep up gets no more than it can hold.

    Parameters
    ----------
    wait : callable
        Given the size of a message, the seconds to wait before it may be sent; 0 as a rule.
    clock : callable
        Gives the time in seconds; it must never go back.
    """

    def __init__(self, wait: Callable[[int], float], clock: Callable[[], float] = time.monotonic) -> None:
        self._wait = wait
        self._patience = Buckets(100, 1.0, clock, most=1)
        self._told = Buckets(1, 1.0, clock, most=1)
        self._ended = False

    def judge(self, size: int) -> Verdict:
        """Say what becomes of a message of this size, whatever it is."""
        if self._ended:
            return Verdict.DROP
        if not self._wait(size):
            return Verdict.TAKE
        self._ended = bool(self._patience.take())
        return Verdict.END if self._ended else self._slow()

    def judge_for(self, backlog: int) -> Verdict:
        """Say what becomes of a message for a kernel that has so many to do before it."""
        return self._slow() if backlog >= MOST_UNANSWERED else Verdict.TAKE

    def _slow(self) -> Verdict:
        return Verdict.DROP if self._told.take() else Verdict.SLOW
