"""Kernels, the warm parent and whole servers die at any moment, while a class answers without a pause.

`KASUSKIT_KILLS=1000` kills as often; `KASUSKIT_SEED=7` takes other moments.
"""

from __future__ import annotations

import os
import random
import time

import psutil

from tests.faults.evidence import check_kept, integrity
from tests.faults.participant import Timers
from tests.faults.served import Served

KILLS = int(os.environ.get("KASUSKIT_KILLS", "100"))
SEED = int(os.environ.get("KASUSKIT_SEED", "20261005"))
PEOPLE = 5
SERVERS, ZYGOTES = 0.08, 0.12  # shares of what is killed; the rest are kernels


def test_what_is_acknowledged_is_there_after_a_hundred_kills(serve, group):
    served = serve()
    people = group(served, PEOPLE, think=0.05, timers=Timers().faster(8))
    dice = random.Random(SEED)
    victims = ["server"] * round(SERVERS * KILLS) + ["zygote"] * round(ZYGOTES * KILLS)
    victims += ["kernel"] * (KILLS - len(victims))
    dice.shuffle(victims)
    killed = sum(kill(served, victim, dice) for victim in victims)
    assert killed == KILLS
    for each in people:
        each.finish(60)
    count = check_kept(served.file, people)
    renewals = [each.renewals for each in people]
    assert min(renewals) >= KILLS / 20, f"too little was hurt to prove anything: {people}"
    assert count > 5 * KILLS, f"too little was answered to prove anything: {people}"
    for each in people:
        assert not each.tab.refused, each.tab.refused
        assert {at: each.state["answers"].get(at) for at in each.answers()} == each.answers()


def kill(served: Served, victim: str, dice: random.Random) -> int:
    """Kill something at a random moment, look the file over, and see to it that the class can go on."""
    time.sleep(dice.uniform(0.0, 0.3))
    if victim == "server":
        served.kill()
        integrity(served.file)
        served.start()
        return 1
    for _ in range(200):
        found = served.kernels() if victim == "kernel" else [served.zygote()]
        try:
            dice.choice(found).kill()
        except (IndexError, AttributeError, psutil.NoSuchProcess):
            time.sleep(0.02)  # none is left: the next is on its way
            continue
        integrity(served.file, quick=True)
        return 1
    return 0
