"""``python -m tests.fuzz [--count 20000] [--seed 1]``: make noise and print what became of the server."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.fuzz.run import fuzz


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="pieces of noise (20000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same noise (1)")
    parser.add_argument("--log", type=Path, help="keep the server's log in this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kasuskit-fuzz-") as folder:
        report = fuzz(Path(folder) / "kelas.sqlite", options.count, options.seed)
    print("\n".join(report.lines_to_print()))
    if options.log:
        options.log.write_text(report.log, "utf-8")
    for problem in report.problems[:40]:
        print("-", problem[:600])
    return 1 if report.problems or report.unanswered else 0


if __name__ == "__main__":
    raise SystemExit(main())
