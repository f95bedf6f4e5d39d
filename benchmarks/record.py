"""How fast the form engine is: ``python benchmarks/record.py``.

Opening the compiled case form, working a filled record out whole, taking one changed answer, and comparing the
largest case with its key; beside it JavaRosa and the Web Forms engine on the same records, when Java and Node are
there. Goals (medians): opening under 20 ms, a whole record under 0.4 ms for each 100 questions of the form, one changed
answer under 0.1 ms, feedback under 20 ms. What the form opened before leaves behind is cleared away between two
openings, outside the time that is measured.
"""

from __future__ import annotations

import gc
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.table import Table

from benchmarks.sidebyside.report import machine
from kasuskit.form import Form, Question, Record, load_form
from kasuskit.form.library import forget_opened
from kasuskit.form.rows import Row
from kasuskit.training import feedback, load_case

GOALS = {"open": 20.0, "whole": 0.4, "answer": 0.1, "feedback": 20.0}
LARGEST = "K03"


def times(action: Callable[[], object], runs: int, before: Callable[[], object] = int) -> list[float]:
    """Return how long each run took, in milliseconds, without what is done before it."""
    taken = []
    for _ in range(runs):
        before()
        begin = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - begin))
    return taken


def nested(record: Record, row: Row | None = None, repeat: str = "") -> dict[str, object]:
    """Return a record as the referees want it: answers by name, rows of repeats as lists."""
    row = row or record._root
    out: dict[str, object] = {}
    for node in record.form.level(repeat):
        if node.name in row.children:
            out[node.name] = [nested(record, child, node.name) for child in row.children[node.name]]
        elif isinstance(node, Question) and row.cells[node.name]:
            out[node.name] = row.cells[node.name]
    return out


def changes(record: Record, count: int) -> list[tuple[str, str]]:
    """Return random changes of answers that the record holds: another choice, a day later, a letter more."""
    draw = random.Random(7)
    form, held = record.form, list(record.answers().items())
    out = []
    for _ in range(count):
        at, value = draw.choice(held)
        question = form.question(at.rpartition("/")[2])
        names = form.choice_names(question)
        if names:
            value = draw.choice(names)
        elif question.type == "date":
            value = f"{value[:8]}{draw.randint(1, 28):02d}"
        elif question.type == "integer":
            value = str(draw.randint(1, 60))
        elif question.type == "time":
            value = f"{draw.randint(0, 23):02d}:00"
        else:
            value += "a"
        out.append((at, value))
    return out


def referees(form: Form, record: Record) -> list[tuple[str, str, str]]:
    """Return load and record times of ODK's engines, or why there are none."""
    from tests.oracle import referees as odk

    records = [nested(record)] * 20
    out = []
    for name, tool, hear in (("JavaRosa", "javac", odk.hear_javarosa), ("Web Forms", "node", odk.hear_webforms)):
        if shutil.which(tool) is None:
            out.append((name, "skipped", f"{tool} is not there"))
            continue
        heard = hear(form.xform, records)
        out.append((name, f"{heard.load_ms:.0f}", f"{heard.record_ms:.2f}"))
    return out


def _as_in_a_fresh_process() -> None:
    forget_opened()
    gc.collect()


def main() -> None:
    """Measure and print the table."""
    console = Console()
    load_form("kasus")
    opening = times(lambda: load_form("kasus"), 40, before=_as_in_a_fresh_process)
    case = load_case("K01")
    record = case.key_record()
    questions = sum(isinstance(node, Question) and node.asked for node in case.form.nodes.values())
    for _ in range(50):
        record._work_all()
    whole = times(record._work_all, 400)
    answers = []
    for at, value in changes(record, 2000):
        answers += times(lambda at=at, value=value: record.set(at, value), 1)  # type: ignore[misc]
    largest = load_case(LARGEST)
    filled = largest.key_record()
    feedback(filled, largest)
    compared = times(lambda: feedback(filled, largest), 40)
    table = Table(title=f"The case form: {questions} questions, {len(case.form.checks)} checks; K01 filled in")
    for column in ("what (ms)", "median", "p95", "goal", ""):
        table.add_column(column, justify="left" if column == "what (ms)" else "right")
    for what, taken, goal in (
        ("open the compiled form", opening, GOALS["open"]),
        ("work a whole record out", whole, GOALS["whole"] * questions / 100),
        ("take one changed answer", answers, GOALS["answer"]),
        (f"feedback on {LARGEST}, {len(largest.key)} fields", compared, GOALS["feedback"]),
    ):
        middle = statistics.median(taken)
        high = statistics.quantiles(taken, n=20)[-1]
        verdict = "ok" if middle < goal else "missed"
        table.add_row(what, f"{middle:.3f}", f"{high:.3f}", f"{goal:.2g}", verdict)
    console.print(machine("-"))
    console.print(table)
    peers = Table(title="ODK's engines, the same record")
    for column in ("engine", "load the form (ms)", "one record (ms, median)"):
        peers.add_column(column)
    for row in referees(case.form, record):
        peers.add_row(*row)
    console.print(peers)


if __name__ == "__main__":
    main()
