"""Two screens of one person: what is told when they cross each other, and where late answers go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kasuskit.classroom import Attempt, Room, open_room
from kasuskit.form import Question
from kasuskit.messages import KasusError
from kasuskit.training import Case, load_case
from kasuskit.widgets.session import MemoryLog, Session
from tests.small_case import make_case

Say = Callable[..., dict[str, Any]]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return make_case(tmp_path)


@pytest.fixture
def session(case: Case) -> Session:
    return Session(case, MemoryLog(case.now))


def put(n: int, at: str, value: str, was: str | None = None) -> dict[str, Any]:
    return {"n": n, "op": "set", "at": at, "value": value} | ({} if was is None else {"was": was})


def row(n: int, op: str, at: str, value: str = "") -> dict[str, Any]:
    return {"n": n, "op": op, "at": at, "value": value}


def say(session: Session, tab: str, *items: dict[str, Any], draft: str | None = None) -> dict[str, Any]:
    return session.hear({"kind": "answers", "tab": tab, "items": list(items), "draft": draft})


# the same field -------------------------------------------------------------------------------------------


def test_what_arrives_last_stands_and_the_other_answer_is_told(session: Session) -> None:
    say(session, "phone", put(1, "nama_saksi", "Yosefa", ""), put(2, "ada_saksi", "ya", ""))
    reply = say(session, "laptop", put(1, "nama_saksi", "Maria", ""))
    assert reply["conflicts"] == [{"n": 1, "at": "nama_saksi", "mine": "Maria", "theirs": "Yosefa"}]
    assert session.record.value("nama_saksi") == "Maria"
    kept = [(entry.tab, entry.value) for entry in session.log.entries() if entry.at == "nama_saksi"]
    assert kept == [("phone", "Yosefa"), ("laptop", "Maria")], "nothing is thrown away"


@pytest.mark.parametrize(
    ("there", "item"),
    [
        ("12/10/2026", put(1, "tgl_lapor", "13/10/2026", "2026-10-12")),  # seen as the kernel shows it
        ("12/10/2026", put(1, "tgl_lapor", "13/10/2026", "12/10/2026")),  # or as it was typed
        ("12/10/2026", put(1, "tgl_lapor", "2026-10-12", "")),  # the same answer
        ("12/10/2026", put(1, "tgl_lapor", "12 okt 2026", "")),  # the same in other words
        ("12/10/2026", put(1, "tgl_lapor", "13/10/2026")),  # a screen that does not say what it saw
        ("kemarin", put(1, "tgl_lapor", "13/10/2026", "kemarin")),  # what cannot be read counts as typed
    ],
)
def test_no_conflict_where_nobody_is_surprised(session: Session, there: str, item: dict[str, Any]) -> None:
    say(session, "phone", put(1, "tgl_lapor", there, ""))
    assert "conflicts" not in say(session, "laptop", item)


def test_a_screen_is_never_in_conflict_with_itself(session: Session) -> None:
    assert "conflicts" not in say(
        session, "t", put(1, "tgl_lapor", "1/10/2026", ""), put(2, "tgl_lapor", "2/10/2026", "")
    )
    assert "conflicts" not in say(session, "t", put(3, "tgl_lapor", "3/10/2026", "never seen"))


def test_an_emptied_field_is_told_too(session: Session) -> None:
    say(session, "phone", put(1, "tgl_lapor", "12/10/2026", ""), put(2, "tgl_lapor", "", "12/10/2026"))
    reply = say(session, "laptop", put(1, "tgl_lapor", "13/10/2026", "2026-10-12"))
    assert reply["conflicts"][0]["theirs"] == ""


def test_of_one_field_one_conflict_is_told(session: Session) -> None:
    say(session, "phone", put(1, "tgl_lapor", "12/10/2026", ""))
    reply = say(session, "laptop", put(1, "tgl_lapor", "13/10/2026", ""), put(2, "tgl_lapor", "14/10/2026", ""))
    assert [each["n"] for each in reply["conflicts"]] == [1]


def test_the_writer_is_known_after_the_kernel_died(case: Case) -> None:
    log = MemoryLog(case.now)
    say(Session(case, log), "phone", put(1, "tgl_lapor", "12/10/2026", ""))
    assert say(Session(case, log), "laptop", put(1, "tgl_lapor", "13/10/2026", ""))["conflicts"]


def test_sending_again_makes_no_conflict(session: Session) -> None:
    say(session, "laptop", put(1, "tgl_lapor", "13/10/2026", ""))
    say(session, "phone", put(1, "tgl_lapor", "12/10/2026", "2026-10-13"))
    reply = say(session, "laptop", put(1, "tgl_lapor", "13/10/2026", ""))  # its "saved" was lost on the way
    assert (reply["n"], "conflicts" in reply) == (1, False)
    assert session.record.value("tgl_lapor") == "2026-10-12"


def test_what_was_told_into_a_broken_line_is_told_again_and_no_longer(session: Session) -> None:
    say(session, "phone", put(1, "tgl_lapor", "12/10/2026", ""))
    items = put(1, "tgl_lapor", "13/10/2026", ""), put(2, "bukan_isian", "x", "")
    first = say(session, "laptop", *items)
    again = say(session, "laptop", *items, put(3, "nama_saksi", "S", ""))
    assert again["conflicts"] == first["conflicts"] and again["refused"] == first["refused"]
    later = say(session, "laptop", put(4, "nama_saksi", "T", "S"))
    assert not {"conflicts", "refused"} & set(later)


def test_nothing_is_remembered_without_end(session: Session) -> None:
    for number in range(40):
        say(session, f"tab{number}", put(1, "bukan_isian", "x"))
    assert len(session._told) < 10


def test_the_same_number_twice_in_one_message_counts_once(session: Session) -> None:
    say(session, "t", put(1, "tgl_lapor", "12/10/2026"), put(1, "tgl_lapor", "13/10/2026"))
    assert session.record.value("tgl_lapor") == "2026-10-12"
    assert len(list(session.log.entries())) == 1


# rows -----------------------------------------------------------------------------------------------------


def test_two_screens_that_add_a_row_have_two_rows(session: Session) -> None:
    say(session, "phone", row(1, "add", "korban", "1"), put(2, "korban[1]/nama_korban", "Yosefa", ""))
    sent = row(2, "add", "korban", "1"), put(3, "korban[1]/nama_korban", "Maria", "")
    reply = say(session, "laptop", put(1, "tgl_lapor", "12/10/2026"), *sent)
    assert (reply["n"], reply["taken"]) == (1, {"n": 2, "at": "korban", "key": "1"})
    assert session.record.value("korban[1]/nama_korban") == "Yosefa"
    assert say(session, "laptop", *sent)["taken"]["n"] == 2, "the same answer when it is sent again"
    renamed = row(2, "add", "korban", "2"), put(3, "korban[2]/nama_korban", "Maria", "")
    assert say(session, "laptop", *renamed)["n"] == 3
    assert session.record.rows("korban") == (1, 2)
    assert session.record.value("korban[2]/nama_korban") == "Maria"
    assert "taken" not in say(session, "laptop", *renamed)


def test_a_key_is_not_used_again_after_its_row_is_gone(session: Session, case: Case) -> None:
    say(session, "phone", row(1, "add", "korban", "1"), row(2, "remove", "korban[1]"))
    assert say(session, "laptop", row(1, "add", "korban", "1"))["taken"]["key"] == "1"
    again = Session(case, session.log)
    assert say(again, "laptop", row(1, "add", "korban", "01"))["taken"]
    assert "taken" not in say(again, "laptop", row(1, "add", "korban", ""))


def test_what_is_written_into_a_removed_row_is_kept_and_told(session: Session) -> None:
    say(session, "phone", row(1, "add", "korban", "1"))
    say(session, "laptop", row(1, "remove", "korban[1]"))
    reply = say(session, "phone", put(2, "korban[1]/nama_korban", "Maria", ""))
    assert reply["gone"] == [{"n": 2, "at": "korban[1]/nama_korban", "row": "korban[1]"}]
    back = say(session, "phone", row(3, "restore", "korban[1]"))
    assert back["delta"]["answers"]["korban[1]/nama_korban"] == "Maria"
    assert "gone" not in say(session, "phone", put(4, "korban[1]/nama_korban", "Mariana", "Maria"))


def test_a_row_that_follows_a_removed_one_is_gone_too(session: Session) -> None:
    say(session, "phone", row(1, "add", "korban", "1"))
    say(session, "laptop", row(1, "remove", "korban[1]"))
    reply = say(session, "phone", put(2, "keinginan_korban[1]/keinginan", "pulang", ""))
    assert reply["gone"][0]["row"] == "korban[1]"


# the case is started afresh -------------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with open_room(tmp_path / "kelas.sqlite") as opened:
        yield opened


def in_class(room: Room, case: Case, name: str = "Mama Yuli") -> Callable[[], Session]:
    """Return what opens a kernel's session of one participant, as ``practice`` does."""
    person, _ = room.enter(name, "Desa Contoh A")

    def attempts() -> dict[str, Attempt]:
        return {f"d{attempt.id}": attempt for attempt in room.attempts(person.id)}

    def kernel() -> Session:
        attempt = room.attempt(person.id, case="K90", form="kecil", version="1", now_clock=case.now)
        return Session(case, attempt, draft=f"d{attempt.id}", attempts=attempts)

    return kernel


@pytest.mark.parametrize("kernel", ["the same", "another"])
def test_late_answers_go_to_the_attempt_they_were_given_in(room: Room, case: Case, kernel: str) -> None:
    opens = in_class(room, case)
    session = opens()
    old = session.draft
    say(session, "phone", put(1, "tgl_lapor", "12/10/2026"), draft=old)
    state = session.hear({"kind": "again"})
    assert state["draft"] == session.draft != old and state["answers"] == {}
    if kernel == "another":
        session = opens()
    assert session.drafts() == {"draft": state["draft"], "earlier": [old]}
    reply = say(session, "laptop", put(1, "nama_saksi", "S"), put(2, "ada_saksi", "ya"), draft=old)
    assert (reply["kind"], reply["n"], reply["draft"], reply["delta"]) == ("saved", 2, old, {})
    assert say(session, "laptop", put(2, "ada_saksi", "ya"), draft=old)["n"] == 2
    first, second = room.attempts()
    assert [entry.value for entry in first.entries()] == ["12/10/2026", "S", "ya"]
    assert second.entries() == ()
    assert session.state()["answers"] == {}


def test_nobody_writes_into_another_persons_attempt(room: Room, case: Case) -> None:
    theirs = in_class(room, case, "Bapa Anis")()
    mine = in_class(room, case)()
    reply = say(mine, "phone", put(1, "tgl_lapor", "12/10/2026"), draft=theirs.draft)
    assert (reply["kind"], reply["code"], reply["tab"]) == ("refused", "W407", "phone")
    assert all(not attempt.entries() for attempt in room.attempts())


def test_a_database_that_fails_in_the_middle_of_again_leaves_no_half_state(
    room: Room, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = in_class(room, case)()
    old = session.draft
    say(session, "phone", put(1, "tgl_lapor", "12/10/2026"), draft=old)

    def locked(_attempt: Attempt) -> None:
        raise KasusError("classroom.K308", "kelas.sqlite")

    with monkeypatch.context() as patch:
        patch.setattr(Attempt, "entries", locked)
        assert session.hear({"kind": "again"})["code"] == "K308"
        assert session.hear({"kind": "hello", "tab": "phone"})["code"] == "K308"
    state = session.hear({"kind": "hello", "tab": "phone"})
    assert state["answers"] == {} and state["draft"] != old and state["acked"] == {}


# care -----------------------------------------------------------------------------------------------------


def test_a_failed_save_leaves_no_trace_of_who_wrote(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise KasusError("classroom.K307", "kelas.sqlite")

    with monkeypatch.context() as patch:
        patch.setattr(session.log, "append", full)
        reply = say(session, "phone", row(1, "add", "korban", "1"), put(2, "tgl_lapor", "12/10/2026", ""))
    assert (reply["code"], reply["tab"]) == ("K307", "phone")
    reply = say(session, "laptop", row(1, "add", "korban", "1"), put(2, "tgl_lapor", "13/10/2026", ""))
    assert not {"taken", "conflicts"} & set(reply)
    assert reply["n"] == 2


def test_two_hundred_answers_at_once_are_quick() -> None:
    case = load_case("K01")
    session = Session(case, MemoryLog(case.now))
    questions = (node for node in case.form.nodes.values() if isinstance(node, Question) and node.asked)
    texts = [node.name for node in questions if node.type == "text" and not node.repeats]
    say(session, "phone", *(put(n, at, "a", "") for n, at in enumerate(texts, start=1)))
    items = [put(n, texts[n % len(texts)], f"x{n}", "") for n in range(1, 201)]
    start = time.process_time()
    reply = say(session, "laptop", *items)
    assert time.process_time() - start < 0.5
    assert reply["n"] == 200 and "refused" not in reply
    assert len(reply["conflicts"]) > 5
