"""Sets what our engine says of a record beside what a referee says, cell by cell."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from kasuskit.form import Form, Record

from .referees import Verdict, Verdicts
from .xform import Node, Tree, cells
from .xform import Record as Answers

DIFFERENCES = Path(__file__).parent / "differences.csv"


class Difference(NamedTuple):
    """One point on which we and a referee disagree."""

    form: str
    referee: str
    at: str
    what: str
    theirs: str
    ours: str


@dataclass(slots=True)
class Tally:
    """How many points were compared, by kind, and where we disagree."""

    compared: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.compared += other.compared
        self.differences += other.differences


class Excuse(NamedTuple):
    """One line of ``differences.csv``: a disagreement that is understood and accepted."""

    form: str
    referee: str
    at: str
    what: str
    reason: str
    decision: str

    def covers(self, difference: Difference) -> bool:
        """Return whether a disagreement is this one. Row numbers count for nothing; ``*`` stands for anything."""
        return (
            fnmatchcase(difference.form, self.form)
            and fnmatchcase(difference.referee, self.referee)
            and fnmatchcase(without_rows(difference.at), self.at)
            and fnmatchcase(difference.what, self.what)
        )


def without_rows(at: str) -> str:
    """Return an address without row numbers: ``korban/nama``."""
    return "/".join(step.partition("[")[0] for step in at.split("/"))


def excuses() -> list[Excuse]:
    """Return the accepted disagreements."""
    with DIFFERENCES.open(encoding="utf-8", newline="") as file:
        return [Excuse(**row) for row in csv.DictReader(file)]


def our_record(form: Form, tree: Tree, answers: Answers, now: str) -> Record:
    """Return our record with these answers; blank ones are given too, as a stored instance has them."""
    return Record.from_answers(form, cells(tree.root, answers), now=now)


def compare(name: str, tree: Tree, referee: str, record: Record, verdicts: Verdicts) -> Tally:
    """Compare one record of the form that we call ``name``."""
    tally = Tally()
    if verdicts.error:
        tally.differences.append(Difference(name, referee, "", "error", verdicts.error, ""))
        return tally
    violations = {f.at: f.kind for f in record.findings() if f.kind in ("required", "constraint")}
    for at, theirs in verdicts.cells.items():
        node = tree.leaf(at)
        if node.name not in record.form.nodes:  # pyxform's own helpers: X_count
            continue
        for what, said, ours in _points(record, node, at, theirs, violations):
            tally.compared[what] += 1
            if said != ours:
                tally.differences.append(Difference(name, referee, at, what, str(said), str(ours)))
    unheard = [at for at, node, _ in record.cells() if at not in verdicts.cells and not _is_list(tree, at)]
    tally.differences += [Difference(name, referee, at, "missing", "", "present") for at in unheard]
    return tally


def _is_list(tree: Tree, at: str) -> bool:
    """Return whether an address is that of a repeat as a whole, of which referees report only rows."""
    return tree.leaf(at).kind == "repeat" and not at.endswith("]")


def _points(
    record: Record, node: Node, at: str, theirs: Verdict, violations: Mapping[str, str]
) -> Sequence[tuple[str, object, object]]:
    relevant = record.relevant(at)
    points: list[tuple[str, object, object]] = [("relevant", theirs.relevant, relevant)]
    if node.kind != "leaf" or not (relevant and theirs.relevant):
        return points
    if node.calculated:
        points.append(("value", theirs.value, record.value(at)))
    if node.asked:
        points.append(("required", theirs.required, record.required(at)))
        points.append(("violation", theirs.violation, violations.get(at, "")))
    if theirs.choices is not None:
        points.append(("choices", theirs.choices, record.choices(at)))
    return points
