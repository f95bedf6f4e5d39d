"""An activity in a browser without a server of ours: the page talks to a real session through three addresses.

What it says goes to ``ActivitySession`` as in a kernel, so what is tested is what people use; only the line is ours, and
it can be cut.
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

OFFLINE = "kernel.cut = true; document.dispatchEvent(new Event('kasuskit:offline'))"
ONLINE = "kernel.cut = false; document.dispatchEvent(new Event('kasuskit:online'))"
SMALL = """() => [...document.querySelectorAll('.kas-activity :is(button, .kas-input, label.kas-choice, summary, a)')]
  .filter(n => n.offsetParent).map(n => [n.outerHTML.slice(0, 90), n.getBoundingClientRect()])
  .filter(([, r]) => r.height < 43.9 || r.width < 43.9).map(([html]) => html)"""
NAMES_OF_TEXTS = """() => [...document.querySelectorAll('.kas-activity :is(button, p, span, legend, h4)')]
  .map(n => n.textContent).filter(text => /^[a-z]+(_[a-z]+)+$/.test(text))"""

_PAGE = """<!doctype html><html lang="LANG"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Kegiatan, tanpa peladen</title>
<link rel="icon" href="data:,"><style>STYLE</style>
<style>body { margin: 0; font-family: system-ui } @media (prefers-color-scheme: dark) { body { background: #16191a; color: #eee } }</style>
</head><body><main><h1>Pelajaran</h1><h2>Bagian</h2><div id="place"></div></main>
<script type="module">
import widget from "./script.js";
const kernel = (window.kernel = { cut: sessionStorage.cut === "1", heard: [] });
const given = await (await fetch("state")).json();
const handlers = {};
async function send(said) {
  kernel.heard.push(said);
  if (kernel.cut) return;
  const answer = await (await fetch("say", { method: "POST", body: JSON.stringify(said) })).json();
  if (!kernel.cut) handlers["msg:custom"]?.(answer);
}
const model = { get: (name) => given[name], send, on: (name, run) => (handlers[name] = run), off: (name) => delete handlers[name] };
widget.render({ model, el: document.getElementById("place") });
</script></body></html>"""


class _Handler(Quiet):
    """Gives the page, the script, the state, and the answer to what was said."""

    def __init__(self, *args: Any, session: Callable[[], ActivitySession], lock: Any, **more: Any) -> None:
        self.session, self.lock = session, lock
        super().__init__(*args, **more)

    def do_GET(self) -> None:
        session, name = self.session(), self.path.rpartition("/")[2].partition("?")[0]
        widgets = ROOT / "kasuskit" / "widgets"
        if name == "script.js":
            self.give(bundled(widgets / session.module), "text/javascript")
        elif name == "state":
            with self.lock:
                given = {"screen": session.screen("/kalender"), "start": session.state()}
            self.give(json.dumps(given), "application/json")
        else:
            style = bundled(widgets / session.module.replace(".js", ".css"))
            self.give(_PAGE.replace("LANG", session.lang).replace("STYLE", style), "text/html")

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
