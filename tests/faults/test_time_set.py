"""The laptop's clock is set: two years back (its battery was empty), later forward again.

`set_time.c`, loaded into the server, its warm parent and its kernels, gives them another time of day; how long things
take (the monotonic clock) stays as it is. The phones keep their own, right clock.
"""

from __future__ import annotations

import sqlite3
import struct
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.evidence import check_kept
from tests.faults.participant import Timers
from tests.practice_server import Visitor

IDLE_MINUTES = 0.3
LOOKED_AT = 7  # seconds; idle kernels are looked for every six
PATIENT = Timers(answer=120.0)  # so that only the server's own hanging up is noticed


class Clock:
    """The time of day of the processes that are told to use it."""

    def __init__(self, folder):
        self.file, self.library = folder / "clock", folder / "clock.so"
        self.set(0)
        source = Path(__file__).with_name("set_time.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library, source], check=True)
        self.env = {"LD_PRELOAD": str(self.library), "KASUSKIT_CLOCK": str(self.file)}

    def set(self, days):
        with self.file.open("r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=q", days * 24 * 3600))


@pytest.fixture
def clock(need, tmp_path):
    need("cc")
    return Clock(tmp_path)


@pytest.fixture
def served(serve, clock):
    return serve(env=clock.env, idle_minutes=IDLE_MINUTES, ping_seconds=0.5)


def years(served):
    with closing(sqlite3.connect(served.file)) as connection:
        return [int(year) for (year,) in connection.execute("SELECT substr(received, 1, 4) FROM entry ORDER BY seq")]


def test_a_class_goes_on_when_the_clock_is_set(served, arrive, clock):
    first = arrive(served, think=0.1, timers=PATIENT)
    leaver = arrive(served, "Bapa Anis", timers=PATIENT)
    first.wait_for(lambda: len(first.tab.acked) > 3)

    clock.set(-730)  # back
    saved = len(first.tab.acked)
    first.wait_for(lambda: len(first.tab.acked) > saved + 5)
    served.kernel_process(first.kernel).kill()  # what the server does every so often, it goes on doing
    first.wait_for(lambda: first.renewals == 1)

    late = arrive(served, "Ina Rambu", timers=PATIENT)  # who comes now is known later, on a phone with the right time
    late.say("ringkasan", "Dua tahun yang lalu.")
    late.finish()
    cookie = next(cookie for cookie in late.visitor.jar if cookie.name == "kasuskit_peserta")
    assert cookie.expires > time.time() + 20 * 24 * 3600
    assert Visitor(served, late.visitor.jar).get(f"/api/kernels/{late.kernel}").status == 200

    leaver.leave()
    left = time.monotonic()
    kernel = served.kernel_process(leaver.kernel)
    clock.set(0)  # and forward
    saved = len(first.tab.acked)
    first.wait_for(lambda: len(first.tab.acked) > saved + 5)
    time.sleep(max(0.0, LOOKED_AT - (time.monotonic() - left)))
    running, waited = kernel.is_running(), time.monotonic() - left
    assert running or waited > IDLE_MINUTES * 60, "a kernel of seconds ago was ended as if unused for two years"

    for each in (first, late):
        each.finish()
    check_kept(served.file, [first, leaver, late])
    assert {*years(served)} == {time.gmtime().tm_year, time.gmtime(time.time() - 730 * 86400).tm_year}
    again = arrive(served, visitor=first.visitor)
    assert again.state["answers"].items() >= first.answers().items(), "the order of answers does not hang on the clock"
