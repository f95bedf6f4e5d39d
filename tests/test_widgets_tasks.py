"""Tasks on the practice screen: what is laid under the log, the race, the hand-in, and the link on a lesson's page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kasuskit.classroom import Attempt, open_room
from kasuskit.classroom.entry import DONE, HANDED_IN, OWN_TAB
from kasuskit.messages import LANGUAGES
from kasuskit.serving.kernel.apart import apart
from kasuskit.training import load_case
from kasuskit.training.tasks import PartTask, load_task
from kasuskit.widgets import practice, screen
from kasuskit.widgets.keys import read_keys_with
from kasuskit.widgets.link import LINK, TaskLink
from kasuskit.widgets.logs import Log, MemoryLog, draft_of
from kasuskit.widgets.session import Session
from tests.small_case import make_case


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)


class Person:
    """Somebody at a task, in a class."""

    def __init__(self, path: Path, name: str) -> None:
        self.clock, self.name = Clock(), name
        self.room = open_room(path, clock=self.clock)
        self.person = self.room.enter("Mama Yuli", "Desa Contoh A")[0].id
        self.n = 0

    def attempt(self) -> Attempt:
        form = load_task(self.name).form
        return self.room.attempt(self.person, case=self.name, form=form.id, version=form.version)

    def sit_down(self) -> Session:
        """Return a session as a new kernel has it."""
        attempt = self.attempt()

        def attempts() -> dict[str, Log]:
            return {draft_of(each): each for each in self.room.attempts(self.person)}

        return Session(load_task(self.name), attempt, "id", draft_of(attempt), attempts)

    def answer(self, session: Session, *items: tuple[str, str, str]) -> dict[str, Any]:
        said = [{"n": self.n + i, "op": op, "at": at, "value": value} for i, (op, at, value) in enumerate(items, 1)]
        self.n += len(items)
        return session.hear({"kind": "answers", "tab": "t", "items": said})


@pytest.fixture
def at_flawed(tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path / "kelas.sqlite", "F01")
    yield person
    person.room.close()


@pytest.fixture
def at_exam(tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path / "kelas.sqlite", "K10.uji")
    yield person
    person.room.close()


def mend(person: Person, session: Session, minutes: float = 2.0) -> None:
    """Mend the whole form, as long as it takes."""
    flawed = session.task.flawed
    mended = flawed.mended_record()
    right, written = mended.answers(), flawed.record().answers()
    before, after = ({at.rpartition("/")[0] for at in answers if "/" in at} for answers in (written, right))
    steps = [("set", at, right.get(at, "")) for at in dict.fromkeys([*right, *written])]
    steps = [step for step in steps if right.get(step[1], "") != written.get(step[1], "")]
    steps = [step for step in steps if step[1].rpartition("/")[0] not in before - after]
    new = [row.removesuffix("]").rpartition("[") for row in sorted(after - before)]
    steps = [("add", at, key) for at, _, key in new] + steps + [("remove", row, "") for row in before - after]
    for number, step in enumerate(steps):
        person.clock.on(minutes=minutes if number else 0)
        said = person.answer(session, step)
        assert "refused" not in said, (step, said)


def own(attempt: Log) -> list[tuple[str, str]]:
    return [(entry.at, entry.value) for entry in attempt.entries() if entry.tab == OWN_TAB]


# what stands there already ----------------------------------------------------------------------------------


def test_only_the_sections_practised_are_shown_told_and_counted() -> None:
    session = Session(load_task("K01.E"), MemoryLog(""))
    shown = session.screen("")
    assert [node["n"] for node in shown["form"]["sections"]] == ["bagian_e"]
    assert len(shown["form"]["lists"]) < 5
    assert "Bagian lain" in shown["case"]["todo"] and len(shown["case"]["story"]) == 9
    state = session.state()
    assert state["rows"] == {"hubungan_korban": ["1"], "hubungan_korban[1]/hubungan": ["1"]}
    assert [each["name"] for each in state["progress"]] == ["bagian_e"] and state["progress"][0]["done"] == 0
    for part in ("answers", "labels", "choices", "notes"):
        assert all(at.startswith("hubungan_korban") for at in state[part]), part
    assert all(at.startswith(("hubungan", "bagian_e")) for at in (*state["required"], *state["hidden"]))
    assert "Maria" in str(state["labels"]), "people are called by the names that stand there"


def test_what_stands_there_is_not_kept_as_the_persons_and_is_there_again_each_time(tmp_path: Path) -> None:
    person = Person(tmp_path / "kelas.sqlite", "K01.E")
    session = person.sit_down()
    at = "hubungan_korban[1]/hubungan[1]/jenis_hubungan"
    person.answer(session, ("set", at, load_case("K01").key[at].answer))
    assert [(entry.tab, entry.at) for entry in person.attempt().entries()] == [("t", at)]
    again = person.sit_down()
    assert again.state()["answers"] == session.state()["answers"]
    assert again.record.value("korban[1]/nama_korban")
    session.hear({"kind": "again"})
    assert session.record.value("korban[1]/nama_korban") and not session.record.value(at)
    person.room.close()


def test_a_key_is_read_only_where_keys_are_read() -> None:
    apart: list[str] = []

    def run(work: Any) -> Any:
        apart.append("key")
        return work()

    read_keys_with(run)
    try:
        for name, reads in (("K01.C", 1), ("K06.cermin", 1), ("K01", 0), ("F01", 0), ("K10.uji", 0)):
            apart.clear()
            session = Session(load_task(name), MemoryLog(""))
            assert len(apart) == reads, name
            session.hear({"kind": "check"})
            assert len(apart) == reads + 1
    finally:
        read_keys_with(lambda work: work())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kernels that cannot fork read keys themselves")
def test_no_key_of_what_is_practised_stays_in_a_kernel(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    read_keys_with(apart)
    try:
        session = Session(PartTask(case, "B-C"), MemoryLog(""))
        told = session.hear({"kind": "check"})["feedback"]
    finally:
        read_keys_with(lambda work: work())
    assert told["total"] > 0 and not told["complete"]
    assert session.record.value("tgl_kejadian") == "2026-10-04"
    assert "key" not in vars(case)
    assert "Mama Maria" not in repr(vars(session)) and "Ana" not in str(session.record.answers())


def test_a_row_that_another_tab_adds_beside_those_that_stand_there_gets_a_key_of_its_own() -> None:
    session = Session(load_task("F01"), MemoryLog(""))
    rows = session.state()["rows"]["korban"]
    said = session.hear(
        {"kind": "answers", "tab": "t", "items": [{"n": 1, "op": "add", "at": "korban", "value": rows[0]}]}
    )
    assert said["taken"] == {"n": 1, "at": "korban", "key": rows[0]}


def test_a_part_is_done_when_all_of_it_is_right(tmp_path: Path) -> None:
    person = Person(tmp_path / "kelas.sqlite", "K01.E")
    session = person.sit_down()
    key = load_case("K01").key
    assert not session.hear({"kind": "check"})["feedback"]["complete"] and own(person.attempt()) == []
    for field in key.values():
        if session.task.form.section_of(field.at.rpartition("/")[2]) == "bagian_e" and field.answer:
            person.answer(session, ("set", field.at, field.answer))
    told = session.hear({"kind": "check"})
    assert told["feedback"]["complete"] and told["told"] == []
    session.hear({"kind": "check"})
    assert own(person.attempt()) == [(DONE, "1")]
    assert person.sit_down().skipped == ()
    person.room.close()


# the race ---------------------------------------------------------------------------------------------------


def test_mending_is_a_race_against_ones_own_last_time(at_flawed: Person) -> None:
    session = at_flawed.sit_down()
    assert session.state()["told"] == []
    mend(at_flawed, session)
    first = session.hear({"kind": "check"})
    assert first["feedback"]["complete"] and first["feedback"]["head"].startswith("10 dari 10")
    assert first["told"] == session.state()["told"]
    assert first["told"][0].startswith("Selesai dalam ") and first["told"][0].endswith("menit 0 detik.")
    time = first["told"][0].removeprefix("Selesai dalam ").removesuffix(".")
    state = session.hear({"kind": "again"})
    assert state["told"] == [f"Waktu Anda sebelumnya: {time}."]
    at_flawed.clock.on(hours=20)
    mend(at_flawed, session, minutes=0.5)
    second = session.hear({"kind": "check"})["told"]
    assert second[0].startswith("Kali ini ") and second[0].endswith(f"; sebelumnya {time}.")
    assert at_flawed.sit_down().state()["told"] == second, "another kernel knows it too"


def test_the_time_of_an_attempt_is_that_of_the_first_time_all_was_mended(at_flawed: Person) -> None:
    session = at_flawed.sit_down()
    mend(at_flawed, session)
    told = session.hear({"kind": "check"})["told"]
    at_flawed.clock.on(minutes=3)
    at_flawed.answer(session, ("set", "nama_pelapor", "Lain"))
    assert session.hear({"kind": "check"})["told"] == told
    assert [at for at, _ in own(at_flawed.attempt())] == [DONE]


def test_a_clock_that_is_set_back_takes_no_time_away(at_flawed: Person) -> None:
    session = at_flawed.sit_down()
    mend(at_flawed, session, minutes=-60)
    assert session.hear({"kind": "check"})["told"] == ["Selesai dalam 1 detik."]


# the exam ---------------------------------------------------------------------------------------------------


def test_a_form_is_handed_in_and_may_be_mended_and_handed_in_again(at_exam: Person) -> None:
    session = at_exam.sit_down()
    assert session.screen("")["hand_in"] and session.state()["told"] == []
    checked = session.hear({"kind": "check"})
    assert checked["feedback"]["fields"] == [] and checked["feedback"]["findings"] and checked["told"] == []
    first = session.hear({"kind": "hand_in"})
    assert first["told"][0].startswith("Sudah diserahkan, penyerahan ke-1: ")
    assert "Belum lulus" in first["told"][1] and len(first["told"]) == 2
    delta = at_exam.answer(session, ("set", "tgl_lapor", "12/10/2026"))["delta"]
    assert "berubah sesudah diserahkan" in delta["told"][2]
    again = at_exam.sit_down()
    assert again.state()["told"] == delta["told"] and again.state()["answers"]["tgl_lapor"] == "2026-10-12"
    second = again.hear({"kind": "hand_in"})["told"]
    assert "penyerahan ke-2" in second[0] and len(second) == 2
    assert [at for at, _ in own(at_exam.attempt())] == [HANDED_IN, DONE, HANDED_IN]


def test_a_whole_form_within_the_mark_passes_the_check(at_exam: Person) -> None:
    session = at_exam.sit_down()
    key = load_case("K10").key
    rows = dict.fromkeys(at.rpartition("/")[0] for at in key if "/" in at)
    lists = [(row.rpartition("[")[0], row.rpartition("[")[2].rstrip("]")) for row in rows if row.count("/") == 0]
    addable = [each for each in lists if not session.task.form.nodes[each[0]].count]
    at_exam.answer(session, *(("add", at, number) for at, number in addable))
    inner = [(f"{row.rpartition('[')[0]}", row.rpartition("[")[2].rstrip("]")) for row in rows if row.count("/") == 1]
    inner = [each for each in inner if not session.task.form.nodes[each[0].rpartition("/")[2]].count]
    at_exam.answer(session, *(("add", at, number) for at, number in inner))
    for field in key.values():
        if field.answer:
            at_exam.answer(session, ("set", field.at, field.answer))
    told = session.hear({"kind": "hand_in"})["told"]
    assert told[0].startswith("Sudah diserahkan, penyerahan ke-1: 0 kesalahan, ")
    assert told[1] == "Pemeriksaan lulus. Nilai kronologi diberikan fasilitator: paling sedikit 12 dari 16."


def test_only_an_exam_is_handed_in() -> None:
    session = Session(load_task("K01"), MemoryLog(""))
    assert session.hear({"kind": "hand_in"})["code"] == "W440"
    assert not session.screen("")["hand_in"]


def test_a_browser_cannot_say_that_something_is_done_or_handed_in(at_exam: Person) -> None:
    session = at_exam.sit_down()
    item = {"n": 1, "op": "set", "at": HANDED_IN, "value": "0 0"}
    assert session.hear({"kind": "answers", "tab": OWN_TAB, "items": [item]})["code"] == "W403"
    assert session.hear({"kind": "answers", "tab": "t", "items": [item]})["refused"][0]["code"] == "F131"
    assert list(at_exam.attempt().entries()) == []
    session.hear({"kind": "again"})
    late = session.drafts()["earlier"][0]
    said = session.hear({"kind": "answers", "tab": OWN_TAB, "items": [item], "draft": late})
    assert said["kind"] == "refused" and session.state()["told"] == []


# the way to a task ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_a_lessons_page_a_task_is_a_link(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[dict[str, Any]] = []
    monkeypatch.setattr("kasuskit.widgets.link.publish_display_data", published.append)
    link = TaskLink(load_task("K01.A-F").card, lang)
    link._ipython_display_()
    (said,) = published
    assert said[LINK]["task"] == "K01.A-F" and "A–F" in said[LINK]["title"] and said[LINK]["note"]
    assert said["text/plain"] == repr(link) and "K01.A-F" in repr(link)


def test_practice_gives_a_link_on_a_lessons_page_and_the_screen_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["kasuskit.widgets.practice"], "desk", object)
    monkeypatch.setenv("KASUSKIT_LESSON", "08")
    assert isinstance(practice("F01"), TaskLink)
    monkeypatch.undo()
    assert practice("F01").session.task.id == "F01"


def test_every_form_of_a_task_can_be_drawn() -> None:
    for name in ("K01", "K01.H-J", "F06", "K06.cermin", "K10.uji"):
        task = load_task(name)
        packed = screen.packed_screen(task.form, "id", task.sections)
        assert packed.startswith('"form":') and len(packed) < 120_000
