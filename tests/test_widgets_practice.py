"""The practice widget passes on what the browser says, and answers calmly whatever happens."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from kasuskit.messages import LANGUAGES, KasusError, text
from kasuskit.widgets.practice import PracticeWidget
from kasuskit.widgets.session import MemoryLog, Session
from tests.small_case import make_case

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


def test_a_form_with_a_question_in_no_section_is_refused_by_name(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    survey = Path(case.settings["form"]) / "survey.csv"
    loose = "text,ket_lepas,Catatan,Note,,,,,,,,,\n"
    survey.write_text(survey.read_text("utf-8") + loose, "utf-8")
    with pytest.raises(KasusError, match=r"W406.*ket_lepas"):
        PracticeWidget(Session(case, MemoryLog(case.now)))
