"""ODK's own engines on our records: JavaRosa (in Collect) and the Web Forms engine, both without a screen.

Records are nested as repeats are: ``{"nama": "Maria", "anak": [{"umur": "7"}, {}]}``. Both engines open each as a
stored instance (no defaults are applied) and say of every node what they hold. ``None`` begins a new record:
defaults are applied.

Clocks: both engines get the same fixed instant, and a zone of fixed offset, for that is all a record knows.
JavaRosa's ``now()`` stops through Joda's clock; its ``today()`` reads the system's clock directly and has no handle,
so every ``today()`` in the form is written as ``date('…')`` of that day, which JavaRosa evaluates to the same value
(a test compares on the real day).
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .build import HERE, javarosa_classes, javarosa_jar, node_packages, run
from .xform import Record, Tree

ZONE = "Etc/GMT-8"
NOW = "2026-10-05T09:00:00+08:00"
_TODAY = re.compile(r"\btoday\(\s*\)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an engine says of one cell, group or row. ``choices`` only where a choice_filter stands."""

    relevant: bool
    required: bool = False
    value: str = ""
    violation: str = ""
    message: str = ""
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What an engine says of one record, by address; ``error`` when it gave up."""

    cells: dict[str, Verdict] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The verdicts on several records, and how long it took: the form once, and the median record."""

    verdicts: list[Verdicts]
    load_ms: float
    record_ms: float


def javarosa(xform: str, records: Sequence[Record | None], now: str = NOW) -> list[Verdicts]:
    """Return what JavaRosa says of each record."""
    return hear_javarosa(xform, records, now).verdicts


def webforms(xform: str, records: Sequence[Record | None], now: str = NOW) -> list[Verdicts]:
    """Return what the Web Forms engine says of each record."""
    return hear_webforms(xform, records, now).verdicts


def hear_javarosa(xform: str, records: Sequence[Record | None], now: str | None = NOW) -> Hearing:
    """As ``javarosa``, with timings; ``now=None`` leaves it the clock on the wall."""
    stopped = xform if now is None else _TODAY.sub(f"date('{now[:10]}')", xform)
    classpath = f"{javarosa_jar()}{os.pathsep}{javarosa_classes()}"
    java = ["java", "-XX:TieredStopAtLevel=1", f"-Duser.timezone={ZONE}", "-cp", classpath, "Referee"]
    return _hear(java, xform, stopped, records, now)


def hear_webforms(xform: str, records: Sequence[Record | None], now: str | None = NOW) -> Hearing:
    """As ``webforms``, with timings; ``now=None`` leaves it the clock on the wall."""
    folder = HERE / "webforms"
    node = ["node", str(folder / "referee.mjs"), str(node_packages(folder))]
    return _hear(node, xform, xform, records, now)


def _hear(engine: list[str], xform: str, given: str, records: Sequence[Record | None], now: str | None) -> Hearing:
    tree = Tree(xform)
    lines = [json.dumps(None if record is None else tree.instance_xml(record)) for record in records]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        form, asked, said = folder / "form.xml", folder / "records.jsonl", folder / "verdicts.jsonl"
        form.write_text(given, encoding="utf-8")
        asked.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        clock = [] if now is None else [str(round(datetime.fromisoformat(now).timestamp() * 1000))]
        run([*engine, str(form), str(asked), str(said), *clock], zone=ZONE)
        *answers, timings = [json.loads(line) for line in said.read_text("utf-8").split("\n") if line]
    return Hearing([_verdicts(tree, answer) for answer in answers], timings["load_ms"], timings["record_ms"])


def _verdicts(tree: Tree, answer: dict[str, Any]) -> Verdicts:
    if "error" in answer:
        return Verdicts(error=answer["error"])
    found = {tree.address(reference): verdict for reference, verdict in answer["nodes"].items()}
    return Verdicts({at: _verdict(verdict) for at, verdict in found.items() if at})


def _verdict(said: dict[str, Any]) -> Verdict:
    choices = said.get("choices")
    return Verdict(
        relevant=said["relevant"],
        required=said.get("required", False),
        value=said.get("value", ""),
        violation=said.get("violation", ""),
        message=(said.get("message") or "").strip(),
        choices=None if choices is None else tuple(choices),
    )
