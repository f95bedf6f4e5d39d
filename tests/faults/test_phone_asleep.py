"""A phone sleeps for an hour: its line is dead, its kernel was ended, and it goes on where it was.

Scaled down: a kernel is ended after 3 s without a page instead of 20 min, a line is tried every 0.5 s instead of 20 s.
"""

from __future__ import annotations

from tests.faults.evidence import check_kept
from tests.faults.participant import Timers
from tests.faults.served import gone


def test_a_phone_that_slept_for_an_hour_goes_on_with_everything(serve, wire, arrive):
    served = serve(idle_minutes=0.05, ping_seconds=0.5)
    cable = wire(served)
    person = arrive(cable, timers=Timers().faster(8))
    awake = arrive(served, "Bapa Anis", think=0.2)
    person.say("terlapor", "1", op="add")
    person.say("terlapor[1]/alamat_terlapor", "Dusun 2")
    person.say("ringkasan", "Sebelum tidur.")
    person.wait_for(lambda: not person.unsaved)
    kernel = served.kernel_process(person.kernel)
    person.sleep()
    cable.silence()
    gone(kernel, 60)
    person.say("krono_saat", "Diketik sebelum layar mati.")
    cable.restore(forget=True)  # an hour later, the phone has another address
    person.wake()
    person.finish()
    assert (person.renewals, awake.renewals) == (1, 0)
    assert person.answers() == {
        "terlapor[1]/alamat_terlapor": "Dusun 2",
        "ringkasan": "Sebelum tidur.",
        "krono_saat": "Diketik sebelum layar mati.",
    }
    assert person.state["answers"].items() >= person.answers().items()
    awake.finish()
    check_kept(served.file, [person, awake])
