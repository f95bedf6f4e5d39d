"""One form before one referee: random records, both verdicts, and where they part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from unittest import mock

from kasuskit.form import Form, dialect, load_form
from kasuskit.form.compiler import compile_workbook
from kasuskit.form.workbook import read_workbook

from .build import HERE
from .compare import Difference, Excuse, Tally, compare, our_record, without_rows
from .records import WORDS, Generator
from .referees import NOW, Verdicts, javarosa, webforms
from .xform import Record, Tree

ROOT = HERE.parents[1]
AGREED, DISPUTED = HERE / "forms" / "agreed", HERE / "forms" / "disputed"
FIXTURES = tuple(sorted(path.stem for path in AGREED.glob("*.md")))
REFUSED = tuple(sorted(path.stem for path in DISPUTED.glob("*.md")))
SHIPPED = tuple(sorted(path.parent.name for path in (ROOT / "data" / "forms").glob("*/settings.csv")))
REFEREES: dict[str, Callable[..., list[Verdicts]]] = {"javarosa": javarosa, "webforms": webforms}
# Web Forms gives up on a record in which a text looks like a date of no calendar and is compared as a number.
LETHAL = frozenset({"2026-02-29"})
SETTLE_AT_MOST = 4


def open_form(name: str) -> Form:
    """Return a form of the kit, or one of the fixtures; the linter's rules of dialect are off for those it refuses."""
    if name not in REFUSED:
        return load_form(AGREED / f"{name}.md" if name in FIXTURES else ROOT / "data" / "forms" / name)
    with mock.patch.object(dialect, "disagreements", lambda *_: iter(())):
        compiled = compile_workbook(read_workbook(DISPUTED / f"{name}.md"))
    return Form.from_json(compiled.json, compiled.xform)


def random_records(tree: Tree, referee: str, count: int, seed: int) -> list[dict[str, Any]]:
    """Return records that the referee can hold."""
    words = [word for word in WORDS if word not in LETHAL] if referee == "webforms" else WORDS
    generator = Generator(tree, seed, date.fromisoformat(NOW[:10]), words=words)
    return [generator.record() for _ in range(count)]


def hear(
    xform: str, tree: Tree, referee: str, records: Sequence[Record]
) -> tuple[list[dict[str, Any]], list[Verdicts]]:
    """Return what a referee holds of each record, and what it says of that.

    Web Forms takes back a choice as soon as its filter no longer offers it, where JavaRosa and we keep it (and we
    say so). It is therefore asked again about what it kept, until it keeps everything.
    """
    ask = REFEREES[referee]
    held: list[Any] = list(records)
    verdicts = ask(xform, held)
    if referee != "webforms":
        return held, verdicts
    for _ in range(SETTLE_AT_MOST):
        kept = [_kept(tree.root, record, said) for record, said in zip(held, verdicts, strict=True)]
        again = [index for index, record in enumerate(kept) if record != held[index]]
        if not again:
            return held, verdicts
        for index, said in zip(again, ask(xform, [kept[index] for index in again]), strict=True):
            held[index], verdicts[index] = kept[index], said
    raise AssertionError("Web Forms takes choices back without end")


def _kept(node: Any, record: Record, said: Verdicts, prefix: str = "") -> dict[str, Any]:
    """Return a record with the choices that the referee still holds."""
    kept: dict[str, Any] = {}
    for child in node.children:
        value: Any = record.get(child.name, "")
        if child.kind == "group":
            kept.update(_kept(child, record, said, prefix))
        elif child.kind == "repeat":
            rows = enumerate(value or (), 1)
            kept[child.name] = [_kept(child, row, said, f"{prefix}{child.name}[{i}]/") for i, row in rows]
        elif child.asked:
            verdict = said.cells.get(prefix + child.name)
            taken = child.type in ("one", "many") and verdict is not None and verdict.relevant
            kept[child.name] = verdict.value if taken and verdict else value
    return kept


def examine(name: str, referee: str, count: int, seed: int = 1) -> Tally:
    """Compare ``count`` random records of a form."""
    form = open_form(name)
    tree = Tree(form.xform)
    held, verdicts = hear(form.xform, tree, referee, random_records(tree, referee, count, seed))
    tally = Tally()
    for record, said in zip(held, verdicts, strict=True):
        tally.add(compare(name, tree, referee, our_record(form, tree, record, NOW), said))
    return tally


def unexplained(tally: Tally, excuses: Sequence[Excuse]) -> list[Difference]:
    """Return the differences that no line of ``differences.csv`` covers."""
    return [each for each in tally.differences if not any(excuse.covers(each) for excuse in excuses)]


def report(differences: Iterable[Difference]) -> str:
    """Return the differences for people: each kind once, with how often it was seen and one example."""
    kinds: Counter[tuple[str, ...]] = Counter()
    examples: dict[tuple[str, ...], Difference] = {}
    for each in differences:
        kind = (each.form, each.referee, without_rows(each.at), each.what)
        kinds[kind] += 1
        examples.setdefault(kind, each)
    return "\n".join(
        f"{' '.join(kind)}: {count} times; at {examples[kind].at} {kind[1]} says {examples[kind].theirs[:80]!r}, "
        f"we say {examples[kind].ours[:80]!r}"
        for kind, count in kinds.items()
    )
