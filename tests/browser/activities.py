"""An activity in a browser, without the server: the page (``harness/activity.html``) talks to a real session.

What it says goes to ``ActivitySession`` as in a kernel; only the line between them is made for tests, and can be cut.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Any

from kasuskit.widgets.activity import Activity, ActivitySession
from kasuskit.widgets.bundle import bundled
from kasuskit.widgets.session import MemoryLog
from tests.browser.alone import ROOT, Quiet

OFFLINE = "kernel.cut = true; sessionStorage.cut = '1'; document.dispatchEvent(new Event('kasuskit:offline'))"
ONLINE = "kernel.cut = false; sessionStorage.cut = ''; document.dispatchEvent(new Event('kasuskit:online'))"
SMALL = """() => [...document.querySelectorAll('.kas-activity :is(button, .kas-input, label.kas-choice, summary, a)')]
  .filter(n => n.offsetParent).map(n => [n.outerHTML.slice(0, 90), n.getBoundingClientRect()])
  .filter(([, r]) => r.height < 43.9 || r.width < 43.9).map(([html]) => html)"""
NAMES_OF_TEXTS = """() => [...document.querySelectorAll('.kas-activity :is(button, p, span, legend, h4)')]
  .map(n => n.textContent).filter(text => /^[a-z]+(_[a-z]+)+$/.test(text))"""
VOICE = """speechSynthesis.getVoices = () => [{ lang: "id-ID", name: "Ibu" }];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
window.said = [];
speechSynthesis.speak = (words) => window.said.push(words.text);"""

_PAGE = ROOT / "tests" / "browser" / "harness" / "activity.html"
_WIDGETS = ROOT / "kasuskit" / "widgets"


class _Handler(Quiet):
    """Gives the page, the script, the state, and the answer to what was said."""

    def __init__(self, *args: Any, session: Callable[[], ActivitySession], lock: Any, **more: Any) -> None:
        self.session, self.lock = session, lock
        super().__init__(*args, **more)

    def do_GET(self) -> None:
        session, name = self.session(), self.path.rpartition("/")[2].partition("?")[0]
        if name == "script.js":
            self.give(bundled(_WIDGETS / session.module), "text/javascript")
        elif name == "style.css":
            self.give(bundled(_WIDGETS / session.module.replace(".js", ".css")), "text/css")
        elif name == "state":
            with self.lock:
                given = {"screen": session.screen("/kalender"), "start": session.state()}
            self.give(json.dumps(given), "application/json")
        else:
            self.give(_PAGE.read_text("utf-8"), "text/html")

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.lock:
            answer = self.session().hear(said)
        self.give(json.dumps(answer), "application/json")


class Hosted:
    """Activities that a browser can open; ``open(activity)`` gives a page's address and begins afresh."""

    def __init__(self) -> None:
        self.address = ""
        self.session: ActivitySession

    def open(self, activity: Activity, lang: str = "id") -> str:
        self.session = ActivitySession(activity, MemoryLog(""), lang, draft="d1")
        return self.address

    @property
    def answers(self) -> Mapping[str, str]:
        """What the session keeps."""
        answers: Mapping[str, str] = self.session.state()["answers"]
        return answers


@contextmanager
def hosted() -> Iterator[Hosted]:
    """Give a place for activities while it is served."""
    host = Hosted()
    handler = partial(_Handler, session=lambda: host.session, lock=threading.Lock())
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host.address = f"http://127.0.0.1:{server.server_port}/"
        yield host
        server.shutdown()
