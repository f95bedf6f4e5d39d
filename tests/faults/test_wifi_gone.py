"""The Wi-Fi is gone: for ten seconds, really, and for five minutes.

Five minutes are five seconds here: the server's pings and the page's own waits are 60 times shorter too (the page waits
at least a second for an answer, because this machine has work to do). `KASUSKIT_REAL_TIME=1` waits five real minutes.
"""

from __future__ import annotations

import os
import time

import pytest

from tests.faults.evidence import check_kept
from tests.faults.participant import Timers

FACTOR = 1 if os.environ.get("KASUSKIT_REAL_TIME") == "1" else 60


@pytest.mark.parametrize(("seconds", "factor"), [(10, 1), (300, FACTOR)], ids=["10 s", "5 min"])
def test_what_was_answered_without_wifi_arrives_when_it_is_back(serve, wire, group, seconds, factor):
    served = serve(ping_seconds=20 / factor)
    cable = wire(served)
    people = group(cable, 3, think=max(0.2, 0.5 / factor), timers=Timers().faster(factor) if factor > 1 else Timers())
    for each in people:
        each.wait_for(lambda: len(each.tab.acked) > 2)  # noqa: B023
    cable.silence()
    time.sleep(seconds / factor)
    unsaved = [each.unsaved for each in people]
    cable.restore()
    for each in people:
        each.finish()
    assert min(unsaved) > 5, "nobody answered without Wi-Fi"
    assert min(each.drops for each in people) > 0, "nobody noticed"
    assert [each.renewals for each in people] == [0, 0, 0], "the kernels wait longer than that"
    check_kept(served.file, people)
