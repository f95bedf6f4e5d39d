"""The practice widget passes on what the browser says, and answers calmly whatever happens."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import kasuskit
from kasuskit.classroom import open_room
from kasuskit.messages import LANGUAGES, KasusError, text
from kasuskit.widgets import PracticeWidget, practice
from kasuskit.widgets.session import MemoryLog, Session
from tests.small_case import make_case

ROOT = Path(kasuskit.__file__).parent
ANSWER = {"kind": "answers", "tab": "t", "items": [{"n": 1, "op": "set", "at": "tgl_lapor", "value": "12/10/2026"}]}


class Browser:
    """What a browser would be sent by a widget."""

    def __init__(self, widget: PracticeWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widget = widget
        self.got: list[dict[str, Any]] = []
        monkeypatch.setattr(widget, "send", self.got.append)

    def say(self, content: Any) -> dict[str, Any]:
        self.widget._handle_custom_msg(content, [])
        return self.got[-1]


@pytest.fixture(params=LANGUAGES)
def browser(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    case = make_case(tmp_path)
    return Browser(PracticeWidget(Session(case, MemoryLog(case.now), request.param)), monkeypatch)


def test_a_message_gets_one_answer(browser: Browser) -> None:
    reply = browser.say(ANSWER)
    assert (reply["kind"], reply["n"]) == ("saved", 1)
    assert browser.say(None)["code"] == "W401"
    assert len(browser.got) == 2


def test_an_error_inside_the_kit_is_told_calmly_noted_and_loses_nothing(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser.say(ANSWER)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(browser.widget.session, "hear", lambda content: 1 / 0)
        reply = browser.say({"kind": "check"})
    lang = browser.widget.session.lang
    assert reply == {
        "kind": "refused", "code": "W499", "text": text("widgets.W499", lang), "do": text("widgets.W499.do", lang),
    }  # fmt: skip
    assert "ZeroDivisionError" in caplog.text, "the kit's makers find out why"
    assert "12/10/2026" not in caplog.text and "2026-10-12" not in caplog.text, "what people typed stays out of it"
    assert browser.say({"kind": "hello", "tab": "t"})["answers"] == {"tgl_lapor": "2026-10-12"}


def test_an_error_is_told_to_the_tab_it_concerns(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.widget.session, "hear", lambda content: 1 / 0)
    assert browser.say(ANSWER)["tab"] == "t"
    assert "tab" not in browser.say({"kind": "hello", "tab": ["t"]})


@pytest.mark.parametrize(
    "data",
    [
        {"method": "update", "state": {"screen": {"x": 1}, "start": {}, "_esm": "alert(1)"}, "buffer_paths": []},
        {"method": "update", "state": {"layout": "IPY_MODEL_x", "_view_name": "X", "tabbable": True}},
        {"method": "update", "state": {"screen": 5}, "buffer_paths": [["screen", "no"]]},
        {"method": "update"},
        {"method": "echo_update", "state": {"screen": {}}},
        {"method": ["update"]},
        {},
        None,
    ],
)  # fmt: skip
def test_a_browser_writes_nothing_that_the_kernel_shows(browser: Browser, data: Any) -> None:
    before = browser.widget.get_state()
    browser.widget._handle_msg({"content": {"comm_id": "x", "data": data}, "buffers": []})
    assert browser.widget.get_state() == before
    assert browser.got == []


def test_jupyterlab_may_ask_for_the_state_and_talk(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(browser.widget, "send_state", lambda *_: asked.append(True))
    browser.widget._handle_msg({"content": {"data": {"method": "request_state"}}})
    browser.widget._handle_msg({"content": {"data": {"method": "custom", "content": ANSWER}}, "buffers": []})
    assert asked == [True]
    assert [reply["kind"] for reply in browser.got] == ["saved"]


def test_no_script_or_template_writes_data_as_markup() -> None:
    files = [path for path in ROOT.rglob("*") if path.suffix in (".js", ".j2", ".html")]
    assert {"practice.js", "host.js", "index.html.j2"} <= {path.name for path in files}
    for path in files:
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|eval\(|\| *safe", path.read_text("utf-8")
        )
        assert not found, path


def test_a_page_opened_now_names_the_earlier_attempts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = open_room(tmp_path / "kelas.sqlite")
    person, _ = room.enter("Mama Yuli", "Desa Contoh A")
    monkeypatch.setattr(sys.modules["kasuskit.widgets.open_screens"], "_open", {})
    for name, value in {"ROOM": room.address, "PERSON": str(person.id), "CASE": "K01"}.items():
        monkeypatch.setenv(f"KASUSKIT_{name}", value)
    widget = practice()
    first = widget.screen["draft"]
    assert first and widget.screen["earlier"] == []
    widget.session.hear({"kind": "again"})
    assert practice() is widget
    assert widget.screen["draft"] == widget.start["draft"] != first
    assert widget.screen["earlier"] == [first]
    room.close()


def test_a_form_with_a_question_in_no_section_is_refused_by_name(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    survey = Path(case.settings["form"]) / "survey.csv"
    loose = "text,ket_lepas,Catatan,Note,,,,,,,,,\n"
    survey.write_text(survey.read_text("utf-8") + loose, "utf-8")
    with pytest.raises(KasusError, match=r"W406.*ket_lepas"):
        PracticeWidget(Session(case, MemoryLog(case.now)))
