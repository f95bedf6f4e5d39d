"""Compare at length and print the counts: ``python -m tests.oracle.survey --records 2000 --seed 7 kasus``."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

from .compare import Excuse, excuses
from .panel import FIXTURES, REFEREES, SHIPPED, examine, report, unexplained


def main() -> None:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("forms", nargs="*", metavar="FORM", help="default: all")
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--referee", choices=list(REFEREES), action="append")
    given = parser.parse_args()
    names = given.forms or [*SHIPPED, *FIXTURES]
    accepted, seen = excuses(), set()
    for referee in given.referee or REFEREES:
        seen |= _survey(referee, names, given.records, given.seed, accepted)
    for each in accepted:
        if each not in seen and each.form in names and each.referee in (*(given.referee or REFEREES), "*"):
            print("not seen:", *each[:4])


def _survey(referee: str, names: Sequence[str], count: int, seed: int, accepted: Sequence[Excuse]) -> set[Excuse]:
    points: Counter[str] = Counter()
    known, seen = 0, set()
    for name in names:
        tally = examine(name, referee, count, seed)
        points += tally.compared
        open_ones = unexplained(tally, accepted)
        known += len(tally.differences) - len(open_ones)
        seen |= {each for each in accepted for found in tally.differences if each.covers(found)}
        if open_ones:
            print(report(open_ones))
    print(f"{referee}: {sum(points.values())} points {dict(points)}, {known} accepted differences")
    return seen


if __name__ == "__main__":
    main()
