"""From many visits to the figures that are shown: medians, with the least and the most beside them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from sidebyside.contestants import Visit

MS, KB, MB, SECONDS, COUNT = "ms", "kB", "MB", "s", ""
_SCALES = {MS: 1.0, KB: 1e3, MB: 1e6, SECONDS: 1.0, COUNT: 1.0}


@dataclass(frozen=True)
class Figure:
    """The median of some runs, with the least and the most of them."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure | None:
        """Return the figure of some values; None when there are none."""
        return cls(median(values), min(values), max(values)) if values else None

    def shown(self, unit: str) -> str:
        """Return it as people read it, in its unit: ``212 (198–240)``."""
        scale = _SCALES[unit]
        words = [_short(value / scale, unit) for value in (self.middle, self.least, self.most)]
        return words[0] + (f" ({words[1]}–{words[2]})" if words[1] != words[2] else "")


def _short(value: float, unit: str) -> str:
    digits = 2 if unit == SECONDS else 1 if unit in (KB, MB) and value < 100 else 0
    return f"{value:,.{digits}f}"


@dataclass(frozen=True)
class Row:
    """One line of a table: a name, a unit, and how to read it from a visit."""

    name: str
    unit: str
    read: Callable[[Visit], float | None]

    @property
    def title(self) -> str:
        """Its name with its unit."""
        return f"{self.name}, {self.unit}" if self.unit else self.name

    def figure(self, visits: Sequence[Visit]) -> Figure | None:
        """Return the figure of this line over some visits."""
        return Figure.of([value for visit in visits if (value := self.read(visit)) is not None])


def _all_bytes(visit: Visit) -> float:
    return visit.load.http_bytes + visit.load.ws_to_ack


FIELD = Row("first usable field", MS, lambda visit: visit.load.field_ms)
ALL_BYTES = Row("HTTP and websocket in all", KB, _all_bytes)
EXTERNAL = Row("requests to other hosts", COUNT, lambda visit: len(visit.load.external))
KERNEL_PSS = Row("kernel's memory, PSS", MB, lambda visit: visit.kernel.pss if visit.kernel else None)
_ARRIVING = (
    Row("  first byte of the page", MS, lambda visit: visit.load.first_byte_ms),
    Row("  last byte of the page", MS, lambda visit: visit.load.html_ms),
    Row("  first paint with content", MS, lambda visit: visit.load.paint_ms),
)
_HTTP = (
    Row("HTTP", KB, lambda visit: visit.load.http_bytes),
    Row("requests", COUNT, lambda visit: visit.load.requests),
    EXTERNAL,
)
_NODES = Row("elements in the page", COUNT, lambda visit: visit.load.nodes)
_SERVER = (
    KERNEL_PSS,
    Row("  its own alone, USS", MB, lambda visit: visit.kernel.uss if visit.kernel else None),
    Row("  warm parent of all, RSS", MB, lambda visit: visit.kernel.zygote_rss if visit.kernel else None),
    Row("processor, server and kernels", SECONDS, lambda visit: visit.cpu),
    Row("  of it the page's kernel", SECONDS, lambda visit: visit.cpu_kernel),
)
ROWS = (
    FIELD,
    Row("first answer acknowledged", MS, lambda visit: visit.load.ack_ms),
    *_ARRIVING,
    *_HTTP,
    Row("websocket until the field", KB, lambda visit: visit.load.ws_to_field),
    Row("websocket until the answer", KB, lambda visit: visit.load.ws_to_ack),
    Row("  the same deflated, about", KB, lambda visit: visit.load.ws_packed_to_ack),
    ALL_BYTES,
    _NODES,
    *_SERVER,
)
TEXT = Row("text readable", MS, lambda visit: visit.load.text_ms)
ACTIVITY = Row("first activity usable", MS, lambda visit: visit.load.field_ms)
REQUESTS = Row("requests", COUNT, lambda visit: visit.load.requests)
LESSON_BYTES = Row("HTTP and websocket in all", KB, lambda visit: visit.load.http_bytes + visit.load.ws_bytes)
LESSON_ROWS = (
    TEXT,
    ACTIVITY,
    *_ARRIVING,
    *_HTTP,
    Row("websocket", KB, lambda visit: visit.load.ws_bytes),
    LESSON_BYTES,
    _NODES,
    *_SERVER,
)


def import_ms(module: str, times: int = 10) -> Figure:
    """Return how long a fresh interpreter takes to import a module, beyond what it takes to start and end.

    Parameters
    ----------
    module : str
        The module.
    times : int
        How often it is done with the module and, in turn, without; from each is taken the median without.
    """
    with_it, without = [], []
    for _ in range(times):
        without.append(_interpreter_ms("pass"))
        with_it.append(_interpreter_ms(f"import {module}"))
    bare = median(without)
    return Figure(median(with_it) - bare, min(with_it) - bare, max(with_it) - bare)


def _interpreter_ms(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return 1000 * (time.perf_counter() - begun)
