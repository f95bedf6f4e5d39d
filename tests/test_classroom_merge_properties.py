"""Whatever two laptops did since the copy was made: both files merge into one class, in either direction."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kasuskit.classroom import open_room
from kasuskit.classroom.merging import merge

from .merged_classes import held, logs

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
# What happens: (who, which case, how many answers, whether the case is begun afresh first, hours that the clock moves)
EVENT = st.tuples(
    st.integers(0, 3), st.sampled_from(["K01", "K02"]), st.integers(0, 3), st.booleans(), st.integers(-2, 5)
)
EVENTS = st.lists(EVENT, max_size=6)


class Laptop:
    """A class file on a laptop with a clock of its own, which may be set back."""

    def __init__(self, path: Path, numbers: dict[str, int]) -> None:
        self.path, self.numbers = path, numbers
        self.now = START

    def live(self, events: list[tuple[int, str, int, bool, int]], entered: str) -> None:
        with open_room(self.path, clock=lambda: self.now, check=False) as room:
            for who, case, answers, afresh, hours in events:
                self.now += timedelta(hours=hours)
                people = room.persons()
                person = people[who] if who < len(people) else room.enter(f"{entered} {who}")[0]
                attempt = room.attempt(person.id, case=case, form="kasus", version="1")
                if afresh:
                    attempt = attempt.restart()
                tab = f"tab {person.name}"  # of a phone that speaks to whichever laptop it finds
                for _ in range(answers):
                    self.numbers[tab] = n = self.numbers.get(tab, 0) + 1
                    attempt.append(tab, [(n, "set", "x", f"{entered} {n}")])


@settings(max_examples=20)
@given(EVENTS, EVENTS, EVENTS, st.booleans())
def test_two_histories_make_one_class(before, here, there, copied):
    with tempfile.TemporaryDirectory() as folder:
        numbers: dict[str, int] = {}
        paths = [Path(folder, name) for name in ("here.sqlite", "there.sqlite")]
        first, second = (Laptop(path, numbers) for path in paths)
        first.live(before, "together")
        if copied:
            shutil.copy(paths[0], paths[1])
        first.live(here, "here")
        second.live(there, "there")
        kept = [held(path) for path in paths]
        aside = [Path(shutil.copy(path, f"{path}-aside.sqlite")) for path in paths]

        merge(paths[0], [paths[1]])
        merge(aside[1], [aside[0]])
        merged = held(paths[0])
        assert merged == held(aside[1])
        for name in ("people", "devices", "entries"):
            assert merged[name] == kept[0][name] | kept[1][name]
        assert {row[:-1] for row in merged["attempts"]} == {row[:-1] for each in kept for row in each["attempts"]}
        opened = [row[1:4] for row in merged["attempts"] if row[-1] is None]
        assert len(opened) == len(set(opened)) == len({row[1:4] for row in merged["attempts"]})

        order = logs(paths[0])
        for log in order.values():
            assert log == sorted(log, key=lambda key: key[1]), "one phone's answers stay in their order"
        merge(paths[0], [paths[1]])
        assert (held(paths[0]), logs(paths[0])) == (merged, order), "merging again changes nothing"
        merge(paths[1], [paths[0]])
        assert (held(paths[1]), logs(paths[1])) == (merged, order), "what holds all is taken over as it is"
