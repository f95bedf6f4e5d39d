"""What was promised for the page, and whether this run keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sidebyside.contestants import Kasuskit, StockVoila, Visit, WebForms
from sidebyside.figures import ALL_BYTES, EXTERNAL, FIELD, KB, KERNEL_PSS, MB, MS, Figure

FASTER_THAN_STOCK = 5
FASTER_THAN_WEB_FORMS = 3
MOST_BYTES = 60_000
MOST_KERNEL = 45_000_000
MOST_IMPORT_MS = 50

Visits = Mapping[tuple[str, str], Sequence[Visit]]


@dataclass(frozen=True)
class Goal:
    """A promise, what was measured, and whether it is kept (None: could not be measured)."""

    promise: str
    measured: str
    kept: bool | None


def ratio(visits: Visits, other: str, screen: str) -> float | None:
    """Return how many times sooner our first field is usable than another's."""
    ours, theirs = (FIELD.figure(visits.get((name, screen), ())) for name in (Kasuskit.name, other))
    return theirs.middle / ours.middle if ours and theirs else None


def goals(visits: Visits, screens: Sequence[str], imported: Figure) -> Iterator[Goal]:
    """Yield every promise with what this run says to it."""
    for other, least in ((StockVoila.name, FASTER_THAN_STOCK), (WebForms.name, FASTER_THAN_WEB_FORMS)):
        for screen in screens:
            times = ratio(visits, other, screen)
            promise = f"first field at least {least}x sooner than {other}, {screen}"
            yield Goal(promise, f"{times:.1f}x" if times else "not measured", times >= least if times else None)
    ours = [visit for screen in screens for visit in visits.get((Kasuskit.name, screen), ())]
    yield at_most("HTTP and websocket bytes in all", ALL_BYTES.figure(ours), MOST_BYTES, KB)
    yield nothing_outside(ours)
    yield at_most("kernel's memory (PSS)", KERNEL_PSS.figure(ours), MOST_KERNEL, MB)
    yield without_pandas(ours)
    yield at_most("import kasuskit", imported, MOST_IMPORT_MS, MS)


def nothing_outside(ours: Sequence[Visit]) -> Goal:
    """Return whether a page kept to its own host each time."""
    external = EXTERNAL.figure(ours)
    return Goal(
        "no request to another host", f"{external.most:.0f}" if external else "not measured",
        external.most == 0 if external else None,
    )  # fmt: skip


def at_most(what: str, figure: Figure | None, most: float, unit: str) -> Goal:
    """Return whether a median stays under what was promised."""
    promise = f"{what} under {Figure(most, most, most).shown(unit)} {unit}"
    if figure is None:
        return Goal(promise, "not measured", None)
    return Goal(promise, f"{figure.shown(unit)} {unit}", figure.middle < most)


def without_pandas(ours: Sequence[Visit]) -> Goal:
    """Return whether the kernels did without pandas."""
    seen = [visit.kernel.pandas for visit in ours if visit.kernel and visit.kernel.pandas is not None]
    loaded = any(seen)
    words = ("loaded" if loaded else "not loaded") if seen else "not measured"
    return Goal("kernel without pandas", words, not loaded if seen else None)
