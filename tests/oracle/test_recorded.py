"""Our engine still says what ODK's engines said when their verdicts were recorded; needs neither Java nor Node."""

from __future__ import annotations

import pytest

from . import recorded
from .compare import Tally, compare, excuses, our_record
from .panel import FIXTURES, SHIPPED, open_form, report, unexplained
from .referees import NOW
from .xform import Tree


@pytest.mark.parametrize("name", [*SHIPPED, *FIXTURES])
def test_the_recorded_verdicts_still_hold(name: str) -> None:
    form = open_form(name)
    again = f"run `{recorded.COMMAND} {name}` (needs Java and Node) and commit tests/oracle/recorded/{name}.json.gz"
    assert recorded.path_of(name).exists(), f"No verdicts were recorded for the form {name}: {again}"
    fingerprint, cases = recorded.read(name)
    assert fingerprint == recorded.fingerprint(form.xform), f"The form {name} has changed since: {again}"
    tree, tally = Tree(form.xform), Tally()
    for referee, heard in cases.items():
        for record, said in heard:
            tally.add(compare(name, tree, referee, our_record(form, tree, record, NOW), said))
    assert tally.compared["relevant"]
    assert not (found := unexplained(tally, excuses())), report(found)


def test_recordings_are_small() -> None:
    assert [path.name for path in recorded.FOLDER.glob("*.json.gz") if path.stat().st_size > 150_000] == []
