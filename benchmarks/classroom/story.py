"""What one simulated participant does and what came of it, as plain data that goes between two processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One thing a participant enters.

    Parameters
    ----------
    op, at, value : str
        As in the protocol of the practice page.
    pause : float
        Seconds of thinking before it.
    place : int
        Which of the stock page's inputs it is, counted from the top; our own page has no use for it.
    labels : tuple of str
        What the chosen answers are called there; nothing for a question without choices.
    """

    op: str
    at: str
    value: str
    pause: float
    place: int = -1
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What one participant is going to do.

    Parameters
    ----------
    name, village : str
        How they enter.
    arrives : float
        Seconds after the beginning.
    reads : float
        Seconds they read the feedback, or look at the page at the end.
    steps : tuple of Step
        What they enter.
    case, second : str
        The cases they open.
    source : str
        This phone's own address, where the system lends many; else empty.
    """

    name: str
    village: str
    arrives: float
    reads: float
    steps: tuple[Step, ...]
    case: str = "K01"
    second: str = "K02"
    source: str = ""

    @classmethod
    def read(cls, data: dict[str, Any]) -> Part:
        """Return a part from plain data."""
        steps = tuple(Step(**{**step, "labels": tuple(step["labels"])}) for step in data["steps"])
        return cls(**{**data, "steps": steps})


@dataclass
class Story:
    """What came of one participant; times in ms.

    Attributes
    ----------
    start_ms : float or None
        From the arrival until the start page could be used.
    field_ms : float or None
        From the arrival until the first field of the form could be used, the start page included.
    page_ms : float or None
        Of it, from the tap that leads to the form.
    line_ms : float or None
        From then until the websocket was open and the first state was there.
    acks_ms : list of float
        For each answer, until it was acknowledged.
    check_ms, second_ms : float or None
        Until the feedback was there; until the second case could be used.
    failures : list of str
        What went wrong; a story ends with its first failure.
    unacknowledged : int
        How many answers were sent and never acknowledged.
    """

    name: str
    start_ms: float | None = None
    field_ms: float | None = None
    page_ms: float | None = None
    line_ms: float | None = None
    acks_ms: list[float] = field(default_factory=list)
    check_ms: float | None = None
    second_ms: float | None = None
    failures: list[str] = field(default_factory=list)
    unacknowledged: int = 0
    requests: int = 0
    received: int = 0
    received_to_field: int = 0
    elsewhere: int = 0


@dataclass
class Crowd:
    """What all participants found, and what the process that played them used itself."""

    stories: list[Story]
    wall: float
    cpu: float
    lag_ms: float
    lag_p95_ms: float

    @property
    def share(self) -> float:
        """How much of one core that process used."""
        return self.cpu / self.wall

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def read(cls, data: dict[str, Any]) -> Crowd:
        """Return a crowd from plain data."""
        return cls(**{**data, "stories": [Story(**story) for story in data["stories"]]})
