"""Look a flawed form over: do the checks find what they should, and nothing else, and is nothing in it real?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kasuskit.form import Finding, Record
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.training.check import privacy_errors
from kasuskit.training.files import NAME
from kasuskit.training.flawed import FILES, FlawedForm, flawed_dir, load_flawed

SEEDS = (8, 12)
FOR_READERS = 2
"""How many mistakes at least only a person can find."""


def check_flawed(source: str | Path) -> FlawedForm:
    """Return a flawed form when nothing is wrong with it but its seeded mistakes.

    Raises
    ------
    KasusErrors
        T230 with every fault: a mistake that its check does not find, a finding that is no seeded mistake, a mended
        record that is still not clean, answers that are not asked, numbers or villages that could be real.
    """
    flawed = load_flawed(source)
    errors = [*_faults(flawed), *privacy_errors(flawed.folder, FILES)]
    if errors:
        raise KasusErrors("training.T230", flawed.folder.name, errors)
    return flawed


def is_flawed(source: str | Path) -> bool:
    """Return whether a name or folder means a flawed form rather than a case."""
    own = isinstance(source, str) and NAME.fullmatch(source) is not None
    folder = flawed_dir() / source if own else Path(source)
    try:
        return (folder / FILES[0]).is_file()
    except OSError:  # a name that no folder can have
        return False


def serious(record: Record, lang: str = "id") -> tuple[Finding, ...]:
    """Return what the checks find at completion, hints left out."""
    return tuple(each for each in record.findings(moment="completion", lang=lang) if each.severity != "info")


def _faults(flawed: FlawedForm) -> Iterator[KasusError]:
    try:
        seeds, record = flawed.seeds, flawed.record()
    except KasusErrors as found:
        yield from found.errors
        return
    wanted = {(seed.at, seed.code): seed.number for seed in seeds if seed.code}
    present = {(each.at, each.code): each for each in serious(record)}
    for (at, code), number in wanted.items():
        if (at, code) not in present:
            yield KasusError("training.T244", f"kesalahan.csv, {at}", code=code, number=number)
    for (at, code), finding in present.items():
        if (at, code) not in wanted:
            yield KasusError("training.T245", f"isian.csv, {at}", code=code, message=finding.message)
    mended = flawed.mended_record()
    for finding in serious(mended):
        yield KasusError("training.T246", f"perbaikan.csv, {finding.at}", code=finding.code, message=finding.message)
    least, most = SEEDS
    unaided = sum(not seed.code for seed in seeds)
    if not least <= len(seeds) <= most or unaided < FOR_READERS:
        values = {"count": len(seeds), "unaided": unaided, "least": least, "most": most, "readers": FOR_READERS}
        yield KasusError("training.T247", "kesalahan.csv", **values)
    yield from _not_asked(flawed, record, mended)


def _not_asked(flawed: FlawedForm, record: Record, mended: Record) -> Iterator[KasusError]:
    """Yield the answers to questions that the form does not ask."""
    for at in flawed.answers:
        if not record.relevant(at):
            yield KasusError("training.T248", f"isian.csv, {at}", at=at)
    for seed in flawed.seeds:
        for at, right in seed.along.items():
            if right.answer and not mended.relevant(at):
                yield KasusError("training.T248", f"perbaikan.csv, {at}", at=at)
