"""ODK's two engines and ours say the same of random records, but for what ``differences.csv`` accepts.

KASUSKIT_ORACLE_RECORDS sets the number of records per form for JavaRosa (default 300); Web Forms, which takes a
third of a second for a record of the case form, gets two fifteenths of it.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kasuskit.form import Form, Record, load_form
from kasuskit.messages import KasusErrors

from .compare import compare, excuses
from .panel import AGREED, DISPUTED, FIXTURES, REFUSED, SHIPPED, examine, open_form, report, unexplained
from .records import Generator
from .referees import NOW, ZONE, Verdicts, hear_javarosa, javarosa, webforms
from .xform import Tree, cells

RECORDS = int(os.environ.get("KASUSKIT_ORACLE_RECORDS", "300"))
pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("name", [*SHIPPED, *FIXTURES])
def test_javarosa_agrees(name: str, need_java: None) -> None:
    tally = examine(name, "javarosa", RECORDS)
    assert tally.compared["relevant"] >= RECORDS
    assert not (found := unexplained(tally, excuses())), report(found)


@pytest.mark.parametrize("name", [*SHIPPED, *FIXTURES])
def test_web_forms_agrees(name: str, need_node: None) -> None:
    tally = examine(name, "webforms", RECORDS * 2 // 15)
    assert tally.compared["relevant"] >= RECORDS * 2 // 15
    assert not (found := unexplained(tally, excuses())), report(found)


@pytest.mark.parametrize("name", REFUSED)
def test_the_linter_refuses_what_the_engines_read_differently(name: str, need_java: None, need_node: None) -> None:
    code = name.partition("-")[0]
    with pytest.raises(KasusErrors) as refused:
        load_form(DISPUTED / f"{name}.md")
    assert code in {error.code for error in refused.value.errors}
    assert [each for referee in ("javarosa", "webforms") for each in examine(name, referee, 60).differences]


@pytest.mark.parametrize("name", [*SHIPPED, *FIXTURES])
def test_javarosa_begins_a_record_alike(name: str, need_java: None) -> None:
    form = open_form(name)
    _begins_alike(name, "javarosa", form, javarosa(form.xform, [None])[0])


@pytest.mark.parametrize("name", [*SHIPPED, *FIXTURES])
def test_web_forms_begins_a_record_alike(name: str, need_node: None) -> None:
    form = open_form(name)
    _begins_alike(name, "webforms", form, webforms(form.xform, [None])[0])


def _begins_alike(name: str, referee: str, form: Form, verdicts: Verdicts) -> None:
    """ODK begins every repeat with one row, which we leave to the screen; that row is added here."""
    tree, record = Tree(form.xform), Record(form, now=NOW)
    for at in verdicts.cells:
        repeat, bracket, _ = at.rpartition("[")
        if bracket and at.endswith("]") and not tree.leaf(at).count and not record.relevant(at):
            record.add(repeat)
    tally = compare(name, tree, referee, record, verdicts)
    assert not (found := unexplained(tally, excuses())), report(found)
    asked = [at for at, verdict in verdicts.cells.items() if tree.leaf(at).asked and verdict.relevant]
    values = {at: verdicts.cells[at].value for at in asked if record.relevant(at)}
    assert {at: record.value(at) for at in values} == values


def test_stopping_javarosas_clock_changes_nothing_else(need_java: None) -> None:
    xform = load_form(AGREED / "dates.md").xform
    tree = Tree(xform)
    here = ZoneInfo(ZONE)
    while True:
        now = datetime.now(here)
        generator = Generator(tree, 1, now.date())
        records = [generator.record() for _ in range(50)]
        stopped = hear_javarosa(xform, records, now.isoformat(timespec="seconds")).verdicts
        running = hear_javarosa(xform, records, None).verdicts
        if datetime.now(here).date() == now.date():  # not over midnight
            break
    assert stopped == running


@pytest.mark.parametrize("name", [*SHIPPED, *FIXTURES])
def test_what_no_client_can_hold_is_a_finding_and_never_a_crash(name: str) -> None:
    form = open_form(name)
    tree = Tree(form.xform)
    generator = Generator(tree, 2, date.fromisoformat(NOW[:10]), held=False)
    for _ in range(60):
        typed = cells(tree.root, generator.record())
        record = Record.from_answers(form, typed, now=NOW)
        kinds = {(finding.at, finding.kind) for finding in record.findings()}
        for at, text in typed.items():
            if text.strip() and not record.value(at) and record.relevant(at):
                assert (at, "type") in kinds, (at, text)


def test_web_forms_gives_up_on_a_text_that_looks_like_a_date(tmp_path: Path, need_node: None) -> None:
    sheet = """
    | survey |           |      |       |                 |
    |        | type      | name | label | calculation     |
    |        | text      | kata | Kata  |                 |
    |        | calculate | satu |       | if(${kata} = 1, 1, 0) |
    """
    form = load_form(sheet)
    died, lived = webforms(form.xform, [{"kata": "2026-02-29"}, {"kata": "2026-02-28"}])
    assert died.error.startswith("RangeError") and not lived.error
    assert [verdict.error for verdict in javarosa(form.xform, [{"kata": "2026-02-29"}])] == [""]
