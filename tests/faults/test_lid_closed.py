"""The laptop's lid is closed: every process stops at once, and later goes on as if no time had passed."""

from __future__ import annotations

import time

from tests.faults.evidence import check_kept
from tests.faults.participant import Timers


def test_after_the_lid_is_opened_everybody_goes_on(serve, wire, arrive):
    served = serve(ping_seconds=0.5)
    quick = Timers().faster(8)
    cable = wire(served)
    people = [
        arrive(served, "Mama Yuli", think=0.1, timers=quick),
        arrive(cable, "Bapa Anis", think=0.1, timers=quick),  # the phone loses its line as well
        arrive(served, "Ina Rambu", think=0.1),  # a phone that waits longer than the lid is closed
    ]
    first, cut, patient = people
    for each in people:
        each.wait_for(lambda: len(each.tab.acked) > 3)  # noqa: B023
    served.freeze()
    cable.cut()
    before = {each: len(each.tab.acked) for each in people}
    time.sleep(3)
    unsaved = [each.unsaved for each in people]
    served.thaw()
    for each in people:
        each.wait_for(lambda: len(each.tab.acked) > before[each] + unsaved[0])  # noqa: B023
        each.finish()
    assert min(unsaved) > 3, "nobody answered while the lid was closed"
    assert first.drops and cut.drops, "a phone without an answer looks for another line"
    assert not patient.drops, "who only waited keeps the line"
    assert [each.renewals for each in people] == [0, 0, 0], "the kernels are still there"
    check_kept(served.file, people)
