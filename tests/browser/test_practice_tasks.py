"""The tasks of the lessons in a browser, with a real session behind the screen: a part, a race, the mirror, an exam."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kasuskit.training import load_case
from kasuskit.training.tasks import load_task
from kasuskit.widgets.session import MemoryLog, Session
from tests.browser.alone import ROOT, box, saved, section, sound
from tests.browser.served import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Latihan</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/kasuskit/widgets/practice.css">
<style>body { margin: 0 } h1 { font: 600 1rem system-ui; margin: 0 }</style></head>
<body><main><h1>Latihan</h1><div id="place"></div></main><script type="module">
import practice from "/kasuskit/widgets/practice.js";
const traits = await (await fetch("/traits")).json();
let hear, line = Promise.resolve();
const say = async (said) => hear?.(await (await fetch("/say", { method: "POST", body: JSON.stringify(said) })).json());
const model = {
  get: (name) => traits[name], on: (name, run) => (hear = run), off: () => (hear = null),
  send: (said) => (line = line.then(() => say(said))),
};
practice.render({ model, el: document.getElementById("place") });
</script></body></html>"""


class _Handler(SimpleHTTPRequestHandler):
    """Gives the page, the repository's files, and a session's answers."""

    sessions: dict[str, Session]

    def do_GET(self) -> None:
        if self.path == "/":
            self._give(PAGE.encode(), "text/html; charset=utf-8")
        elif self.path == "/traits":
            session = self.sessions["now"]
            self._give(json.dumps({"screen": session.screen("/"), "start": session.state()}).encode())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._give(json.dumps(self.sessions["now"].hear(said)).encode())

    def _give(self, body: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def sessions() -> dict[str, Session]:
    return {}


@pytest.fixture(scope="module")
def address(sessions: dict[str, Session]) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"sessions": sessions})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(ROOT))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def at(opened: Callable[..., Any], sessions: dict[str, Session]) -> Callable[..., tuple[Any, Session]]:
    """Give ``at(task, viewport) -> (page, session)``."""

    def sit_down(name: str, viewport: dict[str, int] = PHONE) -> tuple[Any, Session]:
        logs: dict[str, MemoryLog] = {}

        class Log(MemoryLog):
            def restart(self) -> MemoryLog:
                return start()

        def start() -> MemoryLog:
            log = logs[f"draft-{len(logs)}"] = Log("")
            return log

        sessions["now"] = Session(load_task(name), start(), "id", "draft-0", lambda: logs)
        return opened(viewport), sessions["now"]

    return sit_down


def fill(session: Session, answers: dict[str, str]) -> None:
    """Answer as another phone of the same person would."""
    n = 0
    for path in dict.fromkeys(at.rpartition("/")[0] for at in answers if "/" in at):
        repeat, _, key = path.removesuffix("]").rpartition("[")
        if not session.task.form.nodes[repeat.rpartition("/")[2]].count and int(key) not in session.record.rows(repeat):
            n += 1
            session.hear(said(n, "add", repeat, key))
    for at, answer in answers.items():
        n += 1
        assert "refused" not in session.hear(said(n, "set", at, answer))


def said(n: int, op: str, at: str, value: str) -> dict[str, Any]:
    return {"kind": "answers", "tab": "phone", "items": [{"n": n, "op": op, "at": at, "value": value}]}


def check(page: Any) -> None:
    page.get_by_role("button", name=re.compile("^Periksa")).first.click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()


def test_a_part_of_a_case_filled_in_from_the_key_is_complete(at: Callable[..., tuple[Any, Session]]) -> None:
    page, session = at("K01.A-F")
    assert page.get_by_role("button", name="Bagian 1 dari 6: A. Kepala formulir").is_visible()
    page.get_by_role("button", name="Baca cerita").click()
    assert page.get_by_text("Isi bagian A–F. Bagian lain sudah diisi rekan Anda").is_visible()
    page.get_by_role("button", name="Tutup cerita").click()
    sound(page)
    mine = {
        field.at: field.answer
        for field in load_case("K01").key.values()
        if field.answer and session.task.form.section_of(field.at.rpartition("/")[2]) in session.task.sections
    }
    code = mine.pop("kode_petugas")
    fill(session, mine)
    page.reload()
    box(page, "Kode petugas").fill(code)
    saved(page)
    check(page)
    page.get_by_text("77 dari 77 isian sudah tepat.").first.wait_for()
    assert page.locator(".kas-result details").count() == 0
    section(page, "E. Hubungan")
    assert page.get_by_text("Hubungan T1").first.is_visible()


def test_mending_a_flawed_form_says_the_time_and_the_time_before(at: Callable[..., tuple[Any, Session]]) -> None:
    page, session = at("F01", LAPTOP)
    assert page.get_by_text("Diisi paralegal desa dengan kode PD-02").is_visible()
    check(page)
    page.get_by_text("0 dari 10 kesalahan sudah diperbaiki.").first.wait_for()
    sound(page)
    for again in (False, True):
        flawed = session.task.flawed  # type: ignore[attr-defined]
        written, mended = flawed.record().answers(), flawed.mended_record().answers()
        changes = {place: mended.get(place, "") for place in {**mended, **written}}
        fill(session, {place: new for place, new in changes.items() if new != written.get(place, "")})
        page.reload()
        check(page)
        page.get_by_text("10 dari 10 kesalahan sudah diperbaiki.").first.wait_for()
        page.locator(".kas-result .kas-told p", has_text="Kali ini" if again else "Selesai").wait_for()
        told = page.locator(".kas-result .kas-told").inner_text()
        assert re.fullmatch(r"Kali ini 1 detik; sebelumnya 1 detik\." if again else r"Selesai dalam 1 detik\.", told)
        sound(page)
        if not again:
            page.get_by_role("button", name="Mulai lagi dari awal").last.click()
            page.get_by_role("button", name="Ya, mulai lagi").click()
            page.locator(".kas-head").get_by_text("Waktu Anda sebelumnya: 1 detik.").wait_for()


def test_a_case_is_entered_into_the_mirror_and_the_paper_shows_the_line(at: Callable[..., tuple[Any, Session]]) -> None:
    page, _ = at("K06.cermin", LAPTOP)
    assert page.get_by_text("Inilah formulir kertas. Baca dulu persetujuan").is_visible()
    assert page.get_by_role("heading", name="Cermin", exact=False).first.is_visible()
    box(page, "Tanggal Kejadian").fill("2/11/2026")
    box(page, "Tanggal Pelaporan").fill("10/11/2026")
    saved(page)
    check(page)
    page.get_by_text("1 dari 43 isian sudah tepat.").first.wait_for()
    page.locator("summary", has_text="Data Kasus").click()
    page.get_by_role("link", name="Tanggal Kejadian").click()
    page.get_by_role("button", name="Tunjukkan barisnya: Tanggal Kejadian").click()
    page.get_by_role("button", name="Lihat di formulir kertas: Tanggal Kejadian").click()
    assert page.locator("mark").evaluate("n => n.lastChild.data") == "Tanggal kejadian (yang terakhir): 1/11/2026"
    sound(page)


def test_an_exam_is_checked_handed_in_mended_and_handed_in_again(at: Callable[..., tuple[Any, Session]]) -> None:
    page, _ = at("K10.uji")
    box(page, "Kode petugas").fill("PL-07")
    check(page)
    page.get_by_text(re.compile(r"Pemeriksaan menemukan \d+ kesalahan")).first.wait_for()
    assert page.locator(".kas-result details").count() == 0
    sound(page)
    page.get_by_role("button", name="Serahkan", exact=True).click()
    page.get_by_role("button", name="Batal").click()
    assert page.locator(".kas-told p:visible").count() == 0
    page.get_by_role("button", name="Serahkan", exact=True).click()
    sound(page)
    page.get_by_role("button", name="Ya, serahkan").click()
    page.locator(".kas-result").get_by_text("Sudah diserahkan, penyerahan ke-1").wait_for()
    assert page.locator(".kas-result").get_by_text("Belum lulus").is_visible()
    sound(page)
    section(page, "A. Kepala formulir")
    box(page, "Kode petugas").fill("PL-08")
    page.locator(".kas-head").get_by_text("Ada isian yang berubah sesudah diserahkan.").wait_for()
    box(page, "Kode petugas").fill("PL-09")
    page.get_by_role("button", name="Serahkan", exact=True).click()
    page.get_by_role("button", name="Ya, serahkan").click()
    page.locator(".kas-result").get_by_text("Sudah diserahkan, penyerahan ke-2").wait_for()
    page.reload()
    page.locator(".kas-result").get_by_text("Sudah diserahkan, penyerahan ke-2").wait_for()
    assert page.get_by_text("Ada isian yang berubah").locator("visible=true").count() == 0
