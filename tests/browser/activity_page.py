"""An activity on a page by itself: the browser talks with the real Python session through two addresses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import kasuskit.widgets
from kasuskit.widgets.activity import Activity, ActivitySession
from kasuskit.widgets.bundle import bundled
from kasuskit.widgets.session import MemoryLog

WIDGETS = Path(kasuskit.widgets.__file__).parent
_PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Kegiatan</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<style>:root { color-scheme: light dark }
body { margin: 0; background: light-dark(#fff, #16191a); color: light-dark(#111, #eee) }
h1, h2 { font: 600 1rem system-ui; margin: 0; padding: .25rem .75rem } main { padding: 0 .5rem }</style>
</head><body><main><h1>LATIHAN</h1><h2>Bagian pelajaran</h2><div id="place"></div></main>
<script type="module">
import widget from "/script.js";
const handlers = {};
window.mode = sessionStorage.getItem("mode") || "up";
window.setMode = (mode) => { window.mode = mode; sessionStorage.setItem("mode", mode); };
const given = await (await fetch("/begin")).json();
const model = {
  get: (name) => given[name],
  on: (name, run) => (handlers[name] = run),
  off: (name) => delete handlers[name],
  send: (message) => (line = line.then(() => say(message))), // in order, as a kernel's line does
};
let line = Promise.resolve();
async function say(message) {
  if (window.mode === "down") return;
  const answer = await (await fetch("/say", { method: "POST", body: JSON.stringify(message) })).json();
  if (window.mode !== "down") handlers["msg:custom"]?.(answer);
}
window.leave = widget.render({ model, el: document.getElementById("place") });
</script></body></html>
"""


class ActivityPage:
    """A page with an activity, and what Python knows of it."""

    def __init__(self, activity: Activity, lang: str = "id") -> None:
        self.activity, self.lang, self.log = activity, lang, MemoryLog("")
        self.address = ""
        self._lock = threading.Lock()
        self.restart()

    def restart(self) -> None:
        """Take the log up anew, as a kernel that was started again does."""
        self.session = ActivitySession(self.activity, self.log, self.lang, "d1")

    @property
    def answers(self) -> dict[str, str]:
        """What is kept."""
        return dict(self.session.state()["answers"])

    def begin(self) -> dict[str, Any]:
        """Return what a page starts with."""
        with self._lock:
            return {"screen": self.session.screen("/"), "start": self.session.state()}

    def say(self, message: Any) -> dict[str, Any]:
        """Return the answer to a message."""
        with self._lock:
            return self.session.hear(message)


@contextmanager
def activity_page(activity: Activity, lang: str = "id") -> Iterator[ActivityPage]:
    """Serve an activity on this machine."""
    page = ActivityPage(activity, lang)
    script = WIDGETS / activity.module
    files = {
        "/": ("text/html", _PAGE),
        "/script.js": ("text/javascript", bundled(script)),
        "/style.css": ("text/css", bundled(script.with_suffix(".css"))),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = files.get(self.path) or ("application/json", json.dumps(page.begin()))
            self._give(kind, body)

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._give("application/json", json.dumps(page.say(message)))

        def _give(self, kind: str, body: str) -> None:
            data = body.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.address = f"http://127.0.0.1:{server.server_port}/"
        yield page
        server.shutdown()
