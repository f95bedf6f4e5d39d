"""One person at one case: what is sent, kept, refused, and told."""

from pathlib import Path
from typing import Any

import pytest

from kasuskit.classroom import open_room
from kasuskit.form import Repeat
from kasuskit.form.rows import parse_address
from kasuskit.messages import KasusError
from kasuskit.training import load_case
from kasuskit.widgets.screen import difference
from kasuskit.widgets.session import MOST_TABS, MemoryLog, Session
from tests.small_case import make_case


@pytest.fixture
def session(tmp_path: Path) -> Session:
    case = make_case(tmp_path)
    return Session(case, MemoryLog(case.now), "id", "draft")


def items(*entries: tuple[int, str, str, str]) -> list[dict[str, Any]]:
    return [dict(zip(("n", "op", "at", "value"), entry, strict=True)) for entry in entries]


def say(session: Session, *entries: tuple[int, str, str, str], tab: str = "t") -> dict[str, Any]:
    return session.hear({"kind": "answers", "tab": tab, "items": items(*entries)})


def merged(state: dict[str, Any], delta: dict[str, Any]) -> dict[str, Any]:
    """Do with a delta what the browser does."""
    out = dict(state)
    for part, value in delta.items():
        if isinstance(value, dict):
            out[part] = {k: v for k, v in (out[part] | value).items() if v is not None}
        else:
            out[part] = value
    return out


def test_an_answer_is_acknowledged_and_normalised(session: Session) -> None:
    reply = say(session, (1, "set", "tgl_lapor", "12/10/2026"))
    assert (reply["kind"], reply["tab"], reply["n"]) == ("saved", "t", 1)
    assert reply["delta"]["answers"] == {"tgl_lapor": "2026-10-12"}
    assert reply["delta"]["progress"][0] == {"name": "bagian_a", "done": 1, "total": 3, "errors": 0}


def test_what_is_sent_twice_counts_once(session: Session) -> None:
    say(session, (1, "add", "korban", "1"))
    reply = say(session, (1, "add", "korban", "1"), (2, "set", "korban[1]/nama_korban", "Maria"))
    assert reply["n"] == 2
    assert session.state()["rows"]["korban"] == ["1"]
    assert len(list(session.log.entries())) == 2


def test_a_tab_that_comes_back_is_told_what_is_known_of_it_however_many_others_came_since(session: Session) -> None:
    say(session, (1, "set", "tgl_lapor", "12/10/2026"), tab="asleep")
    for each in range(60):
        say(session, (1, "set", "tgl_lapor", f"{each % 12 + 1}/9/2026"), tab=f"tab-{each}")
    assert "asleep" not in session.state()["acked"]
    state = session.hear({"kind": "hello", "tab": "asleep"})
    assert state["acked"]["asleep"] == 1 and len(state["acked"]) == 50
    assert "never seen" not in session.hear({"kind": "hello", "tab": "never seen"})["acked"]


def test_deltas_add_up_to_the_state(session: Session) -> None:
    state = session.hear({"kind": "hello", "tab": "t"})
    steps = [
        (1, "set", "ada_saksi", "ya"), (2, "set", "nama_saksi", "S1"), (3, "add", "korban", "1"),
        (4, "set", "korban[1]/usia_korban", "tiga"), (5, "add", "korban", "2"), (6, "remove", "korban[1]", ""),
        (7, "restore", "korban[1]", ""), (8, "set", "ada_saksi", "tidak"),
        (9, "set", "tgl_kejadian", "13/10/2026"), (10, "set", "tgl_lapor", "12/10/2026"),
    ]  # fmt: skip
    for step in steps:
        state = merged(state, say(session, step)["delta"])
    whole = session.state()
    for part in ("answers", "rows", "hidden", "required", "labels", "choices", "notes", "progress"):
        assert state[part] == whole[part], part
    assert [note["code"] for note in whole["notes"]["tgl_kejadian"]] == ["R01"]
    assert whole["notes"]["korban[1]/usia_korban"][0]["code"] == "F153"
    assert whole["answers"]["korban[1]/usia_korban"] == "tiga"
    assert "nama_saksi" in whole["hidden"]


def test_what_the_form_cannot_take_is_refused_and_the_rest_is_kept(session: Session) -> None:
    reply = say(
        session, (1, "set", "tgl_lapor", "12/10/2026"), (2, "set", "bukan_isian", "x"), (3, "add", "korban", "1")
    )
    assert reply["n"] == 3
    assert [(each["n"], each["code"]) for each in reply["refused"]] == [(2, "F131")]
    assert [entry.at for entry in session.log.entries()] == ["tgl_lapor", "korban"]


def test_nothing_unreadable_changes_anything(session: Session) -> None:
    before = session.state()
    reply = session.hear({"kind": "answers", "tab": "t", "items": [{"n": "1"}]})
    assert (reply["kind"], reply["code"]) == ("refused", "W403")
    assert reply["text"] and reply["do"]
    assert session.state() == before


def test_a_record_never_knows_more_than_the_log(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    say(session, (1, "set", "tgl_lapor", "12/10/2026"))

    def full_disk(*_: Any) -> int:
        raise KasusError("classroom.K308", "kelas/x.sqlite")

    with monkeypatch.context() as patch:
        patch.setattr(session.log, "append", full_disk)
        reply = say(session, (2, "set", "tgl_lapor", "1/1/2020"))
    assert (reply["kind"], reply["code"]) == ("refused", "K308")
    assert session.hear({"kind": "hello", "tab": "t"})["answers"] == {"tgl_lapor": "2026-10-12"}
    assert say(session, (2, "set", "tgl_lapor", "1/1/2020"))["n"] == 2


def test_another_kernel_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    with open_room(tmp_path / "kelas.sqlite") as room:
        person, _ = room.enter("Mama Yuli", "Desa Contoh A")
        log = room.attempt(person.id, case="K90", form="kecil", version="1", now_clock=case.now)
        first = Session(case, log)
        say(first, (1, "add", "korban", "1"), (2, "set", "korban[1]/nama_korban", "Maria"))
        second = Session(case, room.attempt(person.id, case="K90", form="kecil", version="1"))
        state = second.state()
        assert state["answers"] == first.state()["answers"]
        assert state["acked"] == {"t": 2}
        again = second.hear({"kind": "again"})
        assert again["answers"] == {} and again["acked"] == {}
        assert len(room.attempts(person.id)) == 2


def test_an_entry_of_an_older_form_is_left_out_and_told(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    log = MemoryLog(case.now)
    log.append("t", [(1, "set", "isian_lama", "x"), (2, "set", "tgl_lapor", "2026-10-12")])
    session = Session(case, log)
    assert session.state()["answers"] == {"tgl_lapor": "2026-10-12"}
    assert [error.code for error in session.skipped] == ["F131"]


def test_feedback_comes_as_hint_first_and_the_sentence_on_demand(session: Session) -> None:
    say(session, (1, "set", "tgl_lapor", "12/10/2026"), (2, "set", "tgl_kejadian", "12/10/2026"))
    reply = session.hear({"kind": "check"})
    fields = {field["at"]: field for field in reply["feedback"]["fields"]}
    assert fields["tgl_lapor"] == {"at": "tgl_lapor", "verdict": "right"}
    wrong = fields["tgl_kejadian"]
    assert wrong["verdict"] == "misclassified" and wrong["hint"] == "Cari hari kejadian."
    assert not {"reason", "expected", "spans"} & set(wrong)
    revealed = session.hear({"kind": "reveal", "at": "tgl_kejadian"})["feedback"]["fields"]
    wrong = next(field for field in revealed if field["at"] == "tgl_kejadian")
    assert wrong["expected"] == "4/10/2026"
    assert wrong["reason"].startswith("Itu tanggal lapor.")
    ((paragraph, start, end),) = wrong["spans"]
    assert session.task.case.story.paragraphs[paragraph][start:end] == "Minggu, 4 Oktober 2026"
    assert session.hear({"kind": "reveal", "at": "tidak_ada"})["code"] == "W405"


def test_the_key_is_not_read_before_feedback_is_asked_for(session: Session) -> None:
    say(session, (1, "set", "tgl_lapor", "12/10/2026"))
    session.screen("/kalender")
    assert "key" not in vars(session.task.case)
    session.hear({"kind": "check"})
    assert "key" in vars(session.task.case)


def test_a_label_follows_the_answer_it_names(session: Session) -> None:
    say(session, (1, "add", "korban", "1"), (2, "set", "korban[1]/nama_korban", "Maria"))
    assert session.state()["labels"] == {"keinginan_korban[1]/keinginan": "Keinginan Maria"}


def test_a_difference_says_what_went() -> None:
    before = {"answers": {"a": "1", "b": "2"}, "hidden": ["x"], "rows": {}}
    after = {"answers": {"a": "1", "c": "3"}, "hidden": [], "rows": {}}
    assert difference(before, after) == {"answers": {"c": "3", "b": None}, "hidden": []}


# the case form ----------------------------------------------------------------------------------------------


@pytest.fixture
def practised() -> Session:
    case = load_case("K01")
    return Session(case, MemoryLog(case.now))


def test_a_list_inside_a_linked_row_is_extended_and_told(practised: Session) -> None:
    say(practised, (1, "add", "korban", "1"), (2, "set", "korban[1]/nama_korban", "Maria Lestari"))
    assert practised.state()["rows"]["layanan_korban[1]/layanan"] == []
    delta = say(practised, (3, "add", "layanan_korban[1]/layanan", "1"))["delta"]
    assert delta["rows"] == {"layanan_korban[1]/layanan": ["1"]}
    told = practised.hear({"kind": "check"})["feedback"]["fields"]
    lacking = [field for field in told if field["at"] == "layanan_korban[1]/rujukan"]
    assert {field["verdict"] for field in lacking} == {"missing"} and len(lacking) == 6
    ask = practised.hear({"kind": "reveal", "at": "layanan_korban[1]/rujukan"})["feedback"]["fields"]
    assert any(field.get("spans") for field in ask if field["at"] == "layanan_korban[1]/rujukan")


def test_a_whole_case_is_filled_in_and_found_right(practised: Session) -> None:
    """Rows come as the browser adds them, every answer in a message of its own."""
    case, n, seen = practised.task.case, 0, set()
    for at, field in case.key.items():
        rows = parse_address(at).rows
        for depth, (repeat, key) in enumerate(rows, 1):
            node = case.form.nodes[repeat]
            row = "/".join(f"{name}[{number}]" for name, number in rows[:depth])
            if isinstance(node, Repeat) and not node.count and row not in seen:
                seen.add(row)
                n += 1
                assert "refused" not in say(practised, (n, "add", row.rpartition("[")[0], str(key)))
        n += 1
        assert "refused" not in say(practised, (n, "set", at, field.answer))
    found = practised.hear({"kind": "check"})["feedback"]
    assert (found["score"], found["complete"]) == (len(case.key), True)
    assert all(part["done"] <= part["total"] and not part["errors"] for part in practised.state()["progress"])


def test_a_linked_list_names_the_list_that_it_follows(practised: Session) -> None:
    sections = practised.screen("/kalender")["form"]["sections"]
    lists = {kid["n"]: kid.get("linked") for section in sections for kid in section["kids"] if kid["t"] == "repeat"}
    assert lists["korban"] is None and lists["bukti"] is None
    assert lists["risiko"] == lists["layanan_korban"] == "korban"
    assert lists["hukum_terlapor"] == "terlapor"


def test_who_makes_ever_new_tabs_is_stopped_and_the_state_stays_short(session):
    for n in range(MOST_TABS):
        session._acked[f"t{n}"] = 1
    item = {"n": 2, "op": "set", "at": "kode_petugas", "value": "PD-01"}
    assert session.hear({"kind": "answers", "tab": "new", "items": [item]})["code"] == "W404"
    assert session.hear({"kind": "answers", "tab": "t3", "items": [item]})["n"] == 2
    acked = session.hear({"kind": "hello", "tab": "t3"})["acked"]
    assert len(acked) <= 50
    assert acked["t3"] == 2, "the one heard of last is told"
