"""Ask both engines about a fixed set of records and keep what they say: ``python -m tests.oracle.record [FORM ...]``.

To be run again whenever a form changes; needs Java and Node.
"""

from __future__ import annotations

import sys
from typing import Any

from . import recorded
from .panel import FIXTURES, REFEREES, SHIPPED, hear, open_form, random_records
from .xform import Tree

RECORDS = {"javarosa": 20, "webforms": 8}
MOST_BYTES = 150_000


def record(name: str) -> int:
    """Record one form; return the size of its file in bytes."""
    form = open_form(name)
    tree = Tree(form.xform)
    cases: dict[str, Any] = {}
    for referee in REFEREES:
        held, verdicts = hear(form.xform, tree, referee, random_records(tree, referee, RECORDS[referee], seed=2026))
        cases[referee] = list(zip(held, verdicts, strict=True))
    return recorded.write(name, form.xform, cases)


def main(names: list[str]) -> None:
    for name in names or [*SHIPPED, *FIXTURES]:
        size = record(name)
        print(f"{name}: {size / 1000:.1f} kB")
        if size > MOST_BYTES:
            sys.exit(f"{name} is over {MOST_BYTES // 1000} kB: lower RECORDS")


if __name__ == "__main__":
    main(sys.argv[1:])
