"""Verdicts of both engines kept in ``recorded/``, so that a machine without Java and Node still compares."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from .build import HERE
from .referees import Verdict, Verdicts
from .xform import Record

FOLDER = HERE / "recorded"
COMMAND = "python -m tests.oracle.record"
_Case = tuple[Record, Verdicts]


def fingerprint(xform: str) -> str:
    """Return what says whether a form is still the one that was recorded."""
    return hashlib.sha256(xform.encode()).hexdigest()[:16]


def path_of(name: str) -> Path:
    """Return the file of one form."""
    return FOLDER / f"{name}.json.gz"


def write(name: str, xform: str, cases: dict[str, list[_Case]]) -> int:
    """Keep the cases of each referee; return the size of the file in bytes."""
    data = {
        "form": fingerprint(xform),
        "cases": {referee: [[record, _packed(said)] for record, said in heard] for referee, heard in cases.items()},
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), mtime=0)
    FOLDER.mkdir(exist_ok=True)
    path_of(name).write_bytes(packed)
    return len(packed)


def read(name: str) -> tuple[str, dict[str, list[_Case]]]:
    """Return the fingerprint of the recorded form and the cases of each referee."""
    data = json.loads(gzip.decompress(path_of(name).read_bytes()).decode("utf-8", "surrogatepass"))
    cases = {
        referee: [(record, _unpacked(packed)) for record, packed in heard] for referee, heard in data["cases"].items()
    }
    return data["form"], cases


def _packed(said: Verdicts) -> Any:
    if said.error:
        return said.error
    return {at: _cell(verdict) for at, verdict in said.cells.items()}


def _cell(verdict: Verdict) -> Any:
    """Return 0 for what is not relevant, else [required, violation, value, choices] without empty ends."""
    if not verdict.relevant:
        return 0
    cell: list[Any] = [int(verdict.required), verdict.violation, verdict.value]
    if verdict.choices is not None:
        return [*cell, list(verdict.choices)]
    while cell and not cell[-1]:
        cell.pop()
    return cell


def _unpacked(packed: Any) -> Verdicts:
    if isinstance(packed, str):
        return Verdicts(error=packed)
    return Verdicts({at: _verdict(cell) for at, cell in packed.items()})


def _verdict(cell: Any) -> Verdict:
    if cell == 0:
        return Verdict(relevant=False)
    required, violation, value, choices = [*cell, *[None] * 4][:4]
    return Verdict(
        relevant=True,
        required=bool(required),
        value=value or "",
        violation=violation or "",
        choices=None if choices is None else tuple(choices),
    )
