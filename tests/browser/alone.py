"""The practice screen without Python behind it: serves the harness, and reads and works its page as people do."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kasuskit.messages import texts

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = "kernel.setMode('down'); document.dispatchEvent(new Event('kasuskit:offline'))"
ONLINE = "kernel.setMode('up'); document.dispatchEvent(new Event('kasuskit:online'))"


class _Handler(SimpleHTTPRequestHandler):
    """Gives the repository's files, and the screen's texts as the Python side would pass them."""

    def do_GET(self) -> None:
        folder, _, name = self.path.partition("?")[0].rpartition("/")
        if not folder.endswith("/texts"):
            super().do_GET()
            return
        body = json.dumps(texts("widgets", "ui.", name.removesuffix(".json"))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def harness() -> Iterator[str]:
    """Give the address of the harness page while it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(ROOT))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/tests/browser/harness/index.html"
        server.shutdown()


def section(page: Any, title: str) -> None:
    """Go to a section, or to the result of the check, through the list of sections."""
    if not page.get_by_role("navigation").is_visible():
        page.get_by_role("button", name=re.compile("^(Bagian|Hasil pemeriksaan)")).first.click()
    page.get_by_role("navigation").get_by_role("button", name=title, exact=False).first.click()


def box(page: Any, name: str) -> Any:
    """Return a text field."""
    return page.get_by_role("textbox", name=name)


def state(page: Any) -> str:
    """Return what the status line says."""
    return str(page.locator(".kas-state").inner_text())


def saved(page: Any) -> None:
    """Wait until the status line says so; what is being typed is sent after a pause of 400 ms."""
    page.wait_for_timeout(450)
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")


def log(page: Any) -> list[dict[str, Any]]:
    """Return what the fake kernel stored."""
    return list(page.evaluate("JSON.parse(localStorage.getItem('fake-kernel') || '{\"entries\":[]}').entries"))


def answers(page: Any) -> dict[str, str]:
    """Return the answers that the fake kernel stored, by address."""
    return {entry["at"]: entry["value"] for entry in log(page) if entry["op"] == "set"}


def kept(page: Any) -> list[str]:
    """Return the names of what the screen keeps on the device."""
    return list(page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kasuskit:'))"))


def focused(page: Any) -> str:
    """Return the name of what has the focus."""
    return str(page.evaluate("(n => n.getAttribute('aria-label') || n.textContent)(document.activeElement)"))


def has_focus(locator: Any) -> bool:
    """Return whether it has the focus."""
    return bool(locator.evaluate("n => n === document.activeElement"))


def sound(page: Any) -> None:
    """Find nothing with axe-core, and nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not found, "\n".join(f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
