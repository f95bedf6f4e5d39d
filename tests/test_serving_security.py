"""No way in: every door of the participants' server, tried by strangers, participants and people in between."""

from __future__ import annotations

import asyncio
import html
import json
import logging
import re
import socket
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from kasuskit.classroom import open_room
from kasuskit.serving.app import KasusApp
from kasuskit.training import load_case
from tests.fuzz.server import RealServer, memory
from tests.fuzz.word_noise import frame
from tests.lesson_course import write_real_lessons
from tests.practice_server import Visitor
from tests.raw_http import RawAnswer, ask, request

ROOT = Path(__file__).resolve().parent.parent
KERNEL = r"(?P<kernel_id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
LESSON = r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}"

# Every door: its address for this participant, and what GET says to a stranger, to this participant, to another.
DOORS = {
    r"/": ("/", 200, 200, 200),
    r"/masuk": ("/masuk", 303, 200, 200),
    r"/kode": ("/kode", 200, 200, 200),
    r"/ganti": ("/ganti", 405, 405, 405),
    r"/keluar-peserta": ("/keluar-peserta", 405, 405, 405),
    r"/kalender": ("/kalender", 200, 200, 200),
    r"/berkas/([A-Za-z0-9_.-]+)": ("{asset}", 200, 200, 200),
    r"/latihan/([A-Za-z0-9][A-Za-z0-9_.-]{0,59})": ("/latihan/K01", 303, 200, 200),
    r"/kursus": ("/kursus", 303, 200, 200),
    r"/kursus/jalur": ("/kursus/jalur", 405, 405, 405),
    rf"/pelajaran/({LESSON})": ("/pelajaran/01", 303, 200, 200),
    rf"/pelajaran/({LESSON})/selesai": ("/pelajaran/01/selesai", 405, 405, 405),
    rf"/api/kernels/{KERNEL}": ("/api/kernels/{kernel}", 403, 200, 404),
    rf"/api/kernels/{KERNEL}/channels": ("/api/kernels/{kernel}/channels?session_id=a", 403, 403, 403),
}
LINE = rf"/api/kernels/{KERNEL}/channels"
OTHER_METHODS = [
    "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "COPY", "LOCK", "get", "QUERY",
]  # fmt: skip
FORMS = (
    r"/masuk", r"/kode", r"/ganti", r"/keluar-peserta", r"/kursus/jalur", rf"/pelajaran/({LESSON})/selesai",
)  # fmt: skip
CHANGING = {"POST", "PUT", "DELETE", "PATCH"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    course = write_real_lessons(tmp_path_factory.mktemp("kursus") / "kecil")
    server = RealServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite", participants=300, course_name=str(course))
    yield server
    assert [line for line in server.stop().splitlines() if "ERROR" in line or "Traceback" in line] == []


class Someone:
    """A participant with an open page."""

    def __init__(self, server: RealServer, name: str, case: str = "K01") -> None:
        self.visitor = Visitor(server)
        self.page = self.visitor.enter(name, kasus=case)
        self.kernel = self.page.boot["kernel"]
        self.model = self.page.boot["views"][0]["model_id"]
        self.cookie = f"Cookie: kasuskit_peserta={self.visitor.cookie()}"


@pytest.fixture(scope="module")
def maria(server):
    return Someone(server, "Mama Maria")


@pytest.fixture(scope="module")
def anis(server):
    return Someone(server, "Bapa Anis")


@pytest.fixture(scope="module")
def places(maria):
    asset = re.search(r'href="(/berkas/page\.[0-9a-f]{16}\.css)"', maria.page.text)
    assert asset
    return {"asset": asset[1], "kernel": maria.kernel}


def machine_paths(server: RealServer) -> list[str]:
    """Return what would give away where things lie on this machine."""
    found = {
        str(ROOT),
        sys.prefix,
        sys.base_prefix,
        str(server.room.parent),
        f"{tempfile.gettempdir()}/",
        "site-packages",
    }
    return sorted(found - {"/", ""})


def policy(answer: RawAnswer) -> dict[str, str]:
    parts = answer.one("Content-Security-Policy").split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts)


class Tags(HTMLParser):
    """The tags of a page, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))

    def wrong(self) -> list[str]:
        """Return what the policy forbids, or what comes from elsewhere."""
        found = []
        for tag, attributes in self.seen:
            inline = tag == "script" and not attributes.get("src") and attributes.get("type") != "application/json"
            picture = tag == "img" and re.fullmatch(r"/berkas/[a-z0-9-]+\.[0-9a-f]{16}\.svg", attributes.get("src", ""))
            if inline or (tag in ("style", "iframe", "object", "embed", "base", "svg", "img") and not picture):
                found.append(tag)
            found += [f"{tag} {name}" for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
            for name in ("src", "href", "action", "formaction", "srcset"):
                value = attributes.get(name, "/")
                if not re.match(r"/(?!/)|#|data:,$|\?", value):
                    found.append(f"{tag} {name}={value}")
        return found


def harmless(server: RealServer, answer: RawAnswer, *, bare: bool = False) -> None:
    """Check what holds for every answer, whatever was asked."""
    for path in machine_paths(server):
        assert path not in answer.text
    assert "Traceback" not in answer.text
    assert not answer.all("Server")
    assert answer.status < 500
    if bare and not answer.headers:  # refused before there was a request: no words, no headers
        assert not answer.body
        return
    rules = policy(answer)
    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.one("Content-Security-Policy") and "*" not in answer.one("Content-Security-Policy")
    assert answer.one("X-Content-Type-Options") == "nosniff"
    assert answer.one("Referrer-Policy") == "no-referrer"
    assert answer.one("Cross-Origin-Resource-Policy") == "same-origin"
    assert not answer.all("Access-Control-Allow-Origin")
    for cookie in answer.all("Set-Cookie"):
        attributes = [part.strip().lower() for part in cookie.split(";")[1:]]
        assert "httponly" in attributes and "samesite=lax" in attributes, cookie
    kind = answer.one("Content-Type")
    if kind.startswith("text/html"):
        assert answer.one("Cross-Origin-Opener-Policy") == "same-origin"
        assert "immutable" not in answer.one("Cache-Control")
        assert re.findall(r"(?i)jupyter|voil|tornado|ipykernel|kernelspec", answer.text) == []
        assert Tags(answer.text).wrong() == []
    assert [each for each in re.findall(r"https?://[^\s\"'<)]+", answer.text) if "//www.w3.org/" not in each] == []


# ---- every door


def test_the_table_lists_every_door(tmp_path):
    async def patterns() -> tuple[set[str], dict[str, object]]:
        with open_room(tmp_path / "kelas.sqlite") as room:
            app = KasusApp(room=room, log=logging.getLogger("kasuskit.serving"))
            app.prepare()
            found = [rule.matcher.regex.pattern for rule in app.app.wildcard_router.rules]
            assert [rule.target for rule in app.app.default_router.rules] == [app.app.wildcard_router]
            settings = dict(app.app.settings)
            await app.close()
        return set(found), settings

    found, settings = asyncio.run(patterns())
    assert found == {f"{pattern}$" for pattern in DOORS}, "a door without a line in this file's table"
    assert settings.get("static_path") is None, "Tornado would add doors for a folder"
    assert settings["websocket_max_message_size"] == 512 * 1024
    assert settings["xsrf_cookies"] is True
    assert not settings.get("debug") and not settings.get("serve_traceback")


def test_the_look_at_a_page_sees_what_is_wrong():
    page = '<p title="<script>"><a href="javascript:x">&lt;b onclick=y&gt;</a><script>1</script><IMG SRC=x OnError=y>'
    assert Tags(page).wrong() == ["a href=javascript:x", "script", "img", "img onerror", "img src=x"]
    assert Tags('<link href="//jahat.example/x.css">').wrong() == ["link href=//jahat.example/x.css"]
    assert Tags('<script type="module" src="/berkas/x.js"></script><a href="?bulan=2026-01">').wrong() == []


@pytest.mark.parametrize("pattern", DOORS)
def test_every_door_to_get(server, maria, anis, places, pattern):
    path, *expected = DOORS[pattern]
    for who, status in zip(((), (maria.cookie,), (anis.cookie,)), expected, strict=True):
        answer = ask(server.port, request("GET", path.format(**places), *who))
        assert answer.status == status, who
        harmless(server, answer)


@pytest.mark.parametrize("pattern", DOORS)
def test_every_door_to_every_other_method(server, maria, anis, places, pattern):
    path = DOORS[pattern][0].format(**places)
    for method in OTHER_METHODS:
        for who in ((), (maria.cookie,), (anis.cookie,)):
            answer = ask(server.port, request(method, path, *who, body=b"{}" if method in CHANGING else b""))
            refused = {403} if method in CHANGING or (pattern == LINE and not who) else {405}
            assert answer.status in refused | ({405} if pattern == LINE else set()), (method, who)
            harmless(server, answer)
    assert ask(server.port, request("GET", f"/api/kernels/{maria.kernel}", maria.cookie)).status == 200


@pytest.mark.parametrize("pattern", DOORS)
def test_every_door_to_methods_with_a_forms_proof(server, maria, places, pattern):
    """A form's proof opens no door that has no form."""
    token = re.search(r'name="_xsrf" value="([^"]+)"', maria.visitor.get("/").text)
    assert token
    cookies = f"{maria.cookie}; kasuskit_xsrf={maria.visitor.cookie('kasuskit_xsrf')}"
    kind = "Content-Type: application/x-www-form-urlencoded"
    for method in ("PUT", "DELETE", "PATCH", *([] if pattern in FORMS else ["POST"])):
        sent = request(method, DOORS[pattern][0].format(**places), cookies, kind, body=f"_xsrf={token[1]}".encode())
        answer = ask(server.port, sent)
        assert answer.status in ({403, 405} if pattern == LINE else {405}), method
        harmless(server, answer)


@pytest.mark.parametrize("pattern", DOORS)
@pytest.mark.parametrize(
    "host",
    [
        "jahat.example", "127.0.0.1.jahat.example", "jahat.example:80", "127.0.0.1@jahat.example", "127.0.0.1:999999",
        "", None, "127.0.0.1\r\nHost: jahat.example", "[::1]", "0.0.0.0", "127.1", "localhost.", "a b", "127.0.0.1/",
        "xn--localhost-",
    ],
)  # fmt: skip
def test_every_door_to_another_name_of_this_machine(server, maria, places, pattern, host):
    answer = ask(server.port, request("GET", DOORS[pattern][0].format(**places), maria.cookie, host=host))
    assert answer.status in (400, 403)
    harmless(server, answer, bare=True)
    assert "Maria" not in answer.text


# ---- addresses that are none


TRICKS = [
    "//", "/./", "/../", "/..", "//masuk", "/masuk/", "/MASUK", "/%6dasuk", "/masuk%00", "/masuk%20", "/masuk;a",
    "/masuk%3F", "/./masuk", "/latihan/../masuk", "/latihan/K01/", "/latihan/K01/..", "/latihan/%4B01",
    "/latihan/K01%00", "/latihan/K01.ipynb", "/latihan/..", "/latihan/../../etc/passwd",
    "/latihan/..%2f..%2fkasus.toml", "/latihan/K01/kunci.csv", "/latihan/" + "K" * 61, "/berkas/", "/berkas",
    "/berkas/.", "/berkas/..", "/berkas/../app.py", "/berkas/..%2fapp.py", "/berkas/%2e%2e%2fapp.py",
    "/berkas/..%252fapp.py", "/berkas/....//app.py", "/berkas/..\\app.py", "/berkas/page.css",
    "/berkas/PAGE.0123456789abcdef.css", "/berkas/page.0000000000000000.css", "/berkas/app.0000000000000000.py",
    "/berkas/start.html.0000000000000000.j2", "/berkas/practice.0000000000000000.py", "/berkas//etc/passwd",
    "/berkas/%c0%ae%c0%ae/app.py", "/berkas/page.css%00.js", "/api", "/api/", "/api/kernels", "/api/kernels/",
    "/api/kernels/{kernel}/", "/api/kernels/{KERNEL}", "/api/kernels/{kernel}.json", "/api/kernels/{kernel}/restart",
    "/api/kernels/{kernel}/interrupt", "/api/kernels/{kernel}/channels/", "/api/sessions",
    "/api/kernels/{kernel}/../../contents", "/api/contents", "/api/contents/latihan.ipynb", "/api/terminals",
    "/api/kernelspecs", "/api/config/x", "/api/nbconvert", "/api/me", "/api/status", "/api/spec.yaml",
    "/terminals/websocket/1", "/nbconvert/html/x", "/files/", "/files/latihan.ipynb", "/view/latihan.ipynb",
    "/edit/latihan.ipynb", "/notebooks/", "/tree", "/lab", "/lab/api/x", "/voila", "/voila/",
    "/voila/render/latihan.ipynb", "/voila/files/x", "/voila/static/x", "/voila/templates/lab/static/x.js",
    "/voila/api/shutdown/{kernel}", "/static/", "/static/x", "/custom/custom.css", "/kernelspecs/python3/logo.png",
    "/hub", "/hub/home", "/user/x/", "/services/", "/metrics", "/login", "/logout", "/favicon.ico", "/robots.txt",
    "/.git/config", "/.env", "/kelas.sqlite", "/kelas/latihan.sqlite", "/latihan.ipynb",
    "/pelajaran/..", "/pelajaran/01/", "/pelajaran/01.ipynb", "/pelajaran/../kursus", "/pelajaran/%2e%2e",
    "/pelajaran/99", "/pelajaran/01/selesai/", "/pelajaran//selesai", "/pelajaran/" + "0" * 32, "/kursus/",
    "/kursus/kursus.toml",
    "/kursus/jalur/", "/kursus/soal.csv", "/gambar/alur-kasus.svg", "/berkas/alur-kasus.svg", "/berkas/../gambar/x.svg",
    "/berkas/01-pembukaan.0123456789abcdef.ipynb", "/hari-1/01-pembukaan.ipynb", "/latihan/K01.A-F/", "/latihan/.K01",
    "/data/samples/cases/K01/kunci.csv", "/kunci", "/fasilitator", "/papan", "/server-status",
    "http://127.0.0.1/masuk", "http://jahat.example/", "*", "masuk", "file:///etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd", "/" + "a" * 9000,
]  # fmt: skip


def test_no_other_address_is_there(server, maria):
    for trick in TRICKS:
        path = trick.format(kernel=maria.kernel, KERNEL=maria.kernel.upper())
        for who in ((), (maria.cookie,)):
            answer = ask(server.port, request("GET", path, *who))
            assert answer.status in (400, 404), (path, answer.status)
            harmless(server, answer, bare=True)
            if answer.status == 404:
                assert "S504" in answer.text


def test_queries_override_nothing(server, maria):
    """Voila would take a template, a theme, a kernel and more from the address, unless forbidden."""

    def page(query: str) -> tuple[str, dict]:
        answer = ask(server.port, request("GET", f"/latihan/K01{query}", maria.cookie))
        harmless(server, answer)
        head, _, boot = answer.text.partition('id="kasuskit-boot">')
        return head, json.loads(boot.partition("</script>")[0])

    head, boot = page("")
    for query in (
        "voila-template=lab&voila-theme=dark",
        "template=lab&theme=dark&token=x",
        "kernel_name=python3&path=/etc/passwd",
    ):
        other_head, other_boot = page(f"?{query}")
        assert other_head == head
        assert other_boot["views"][0]["state"]["screen"] == boot["views"][0]["state"]["screen"]
        assert (other_boot["kernel"], other_boot["problem"]) == (boot["kernel"], "")


@pytest.mark.parametrize(
    "header",
    [
        "Range: bytes=0-9", "Range: bytes=-1,5-2,x", "If-None-Match: *",
        "If-Modified-Since: Mon, 01 Jan 2990 00:00:00 GMT", "X-Forwarded-For: 1.2.3.4",
        "X-Forwarded-Host: jahat.example", "X-Forwarded-Proto: https", "X-Original-URL: /tree",
        "X-HTTP-Method-Override: DELETE", "X-Rewrite-URL: /tree", "Authorization: token x",
        "Authorization: Basic YTpi", "Accept: application/json", "Accept-Language: en", "Upgrade: h2c",
        "Forwarded: host=jahat.example", "Cookie: a=b;;=;\"", "Cookie: kasuskit_peserta=" + "x" * 4000,
        "Cookie: kasuskit_peserta=\xff", "X-XSRFToken: x", "Referer: http://jahat.example/",
    ],
)  # fmt: skip
def test_headers_change_nothing(server, places, header):
    for path in ("/", "/kalender", places["asset"]):
        plain, answer = (ask(server.port, request("GET", path, *more)) for more in ((), (header,)))
        assert answer.status == plain.status == 200
        without_proof = [re.sub(r'(name="_xsrf" value=")[^"]*', r"\1", each.text) for each in (plain, answer)]
        assert without_proof[0] == without_proof[1]
        assert not answer.all("Accept-Ranges") and not answer.all("Etag")
        harmless(server, answer)


def test_headers_that_are_too_large_are_refused(server):
    for header in ("X: " + "x" * 20_000, "Cookie: " + "a=b; " * 4000):
        answer = ask(server.port, request("GET", "/", header))
        assert answer.status in (0, 400, 431)
        assert answer.body == b""


def test_a_lesson_shows_nothing_of_the_facilitators(server, maria, anis):
    for who in (maria, anis):
        page = ask(server.port, request("GET", "/pelajaran/01", who.cookie))
        harmless(server, page)
        assert len(json.loads(page.text.partition('id="kasuskit-boot">')[2].partition("</script>")[0])["views"]) == 2
        assert "Rahasia fasilitator" not in page.text and "menit 0 sampai 5" not in page.text


@pytest.mark.parametrize("value", ["", "hakim", "polisi\0", "polisi/../x", "<b>", "x" * 5000, "jalur", "POLISI"])
def test_a_track_is_one_of_the_course_or_none(server, maria, value):
    answer = maria.visitor.post("/kursus/jalur", jalur=value)
    assert answer.status == 422
    assert "x" * 100 not in answer.text and "<b>" not in answer.text


# ---- the line


@contextmanager
def line(who: Someone, *, kernel: str = "", origin: str = "") -> Iterator:
    port = who.visitor.server.port
    address = f"ws://127.0.0.1:{port}/api/kernels/{kernel or who.kernel}/channels?session_id={uuid.uuid4().hex}"
    headers = {"Cookie": who.cookie.partition(": ")[2]}
    origin = origin or f"http://127.0.0.1:{port}"
    with connect(address, origin=origin, additional_headers=headers, open_timeout=30, max_size=None) as speaking:
        yield speaking


@pytest.mark.parametrize(
    "origin",
    ["http://[", "ftp://127.0.0.1:{port}", "http://127.0.0.1:{port}/x", "http://127.0.0.1", "//127.0.0.1:{port}", "x"],
)
def test_a_line_is_for_pages_of_this_server(maria, origin):
    origin = origin.format(port=maria.visitor.server.port)
    with pytest.raises(InvalidStatus, match="403"), line(maria, origin=origin):
        pass


def test_one_participant_holds_only_so_many_lines(server):
    someone, lines = Someone(server, "Banyak Tab"), []
    try:
        for _ in range(12):
            lines.append(line(someone))
            lines[-1].__enter__()
        with pytest.raises(InvalidStatus, match="429") as refused, line(someone):
            pass
        assert refused.value.response.headers["Retry-After"] == "5"
        assert someone.visitor.get("/").status == 200
    finally:
        for each in lines:
            each.__exit__(None, None, None)


def say(who: Someone, speaking, reply: str, **content) -> dict:
    """Say something to the widget and return what it answers."""
    data = {"method": "custom", "content": content}
    speaking.send(json.dumps({"header": {"msg_type": "comm_msg"}, "content": {"comm_id": who.model, "data": data}}))
    while True:
        told = json.loads(speaking.recv(timeout=60))
        said = told.get("content", {}).get("data", {}).get("content", {})
        if said.get("kind") == reply:
            return said


def test_a_flooder_is_slowed_down_and_then_hung_up_on(server, anis):
    someone = Someone(server, "Terlalu Cepat")
    heard = []
    with line(someone) as speaking:
        say(someone, speaking, "state", kind="hello", tab="a")
        with suppress(ConnectionClosed):  # it may hang up in the middle
            for _ in range(3000):
                speaking.send('{"header": {"msg_type": "ping"}}')
        with pytest.raises(ConnectionClosed) as end:
            while True:
                heard.append(json.loads(speaking.recv(timeout=60))["header"]["msg_type"])
        assert end.value.rcvd is not None and end.value.rcvd.code == 1008, end.value
    assert 150 <= heard.count("pong") <= 400
    assert 1 <= heard.count("slow") < 10
    with line(anis) as speaking:
        assert say(anis, speaking, "state", kind="hello", tab="a")["kind"] == "state"


@pytest.mark.skipif(sys.platform != "linux", reason="measures in /proc")
def test_who_asks_and_never_listens_is_cut_off(server):
    someone = Someone(server, "Tidak Mendengar")
    with line(someone) as speaking:  # so that there is much to say
        items = [{"n": n, "op": "add", "at": "korban", "value": ""} for n in range(1, 100)]
        say(someone, speaking, "saved", kind="answers", tab="a", items=items)
    before = memory(server.process.pid).own
    hello = {"comm_id": someone.model, "data": {"method": "custom", "content": {"kind": "hello", "tab": "a"}}}
    asked = frame(json.dumps({"header": {"msg_type": "comm_msg"}, "content": hello}).encode())
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.port))
        address = f"/api/kernels/{someone.kernel}/channels?session_id=deaf"
        headers = [
            f"Origin: http://127.0.0.1:{server.port}",
            someone.cookie,
            "Upgrade: websocket",
            "Connection: Upgrade",
        ]
        headers += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", ""]
        start = [f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *headers]
        deaf.sendall("\r\n".join(start).encode())
        assert b" 101 " in deaf.recv(100)
        with pytest.raises(OSError):
            for _ in range(20_000):
                deaf.sendall(asked)
                time.sleep(0.03)
    assert memory(server.process.pid).own - before < 25
    assert "nothing was read on the other side" in server.logged()


@pytest.mark.parametrize("size", [530_000, 2_000_000])
def test_a_message_that_is_too_large_ends_the_line(maria, size):
    with line(maria) as speaking, pytest.raises(Exception, match=r"1009|1006|no close frame|reset|Broken"):
        speaking.send("x" * size)
        speaking.recv(timeout=60)


def test_synced_state_cannot_be_written(maria):
    """What `update` would write, every later page would show."""
    with line(maria) as speaking:
        for method in ("update", "echo_update", "request_state"):
            data = {
                "method": method,
                "state": {"start": {"answers": {}}, "screen": {"case": {"title": "DIRUSAK"}}},
                "buffer_paths": [],
            }
            told = {"header": {"msg_type": "comm_msg"}, "content": {"comm_id": maria.model, "data": data}}
            speaking.send(json.dumps(told))
        say(maria, speaking, "state", kind="hello", tab="a")
    assert "DIRUSAK" not in maria.visitor.get("/latihan/K01").text


def test_half_an_emoji_is_kept_like_any_answer(server):
    someone = Someone(server, "Emoji Terpotong")
    with line(someone) as speaking:
        items = [{"n": 1, "op": "set", "at": "kode_petugas", "value": "Mama \ud83d"}]
        assert say(someone, speaking, "saved", kind="answers", tab="a", items=items)["n"] == 1
        assert say(someone, speaking, "state", kind="hello", tab="a")["answers"]["kode_petugas"] == "Mama \ufffd"


# ---- the answer key


def sentences(case) -> dict[str, set[str]]:
    """Return what only the key says, by address: hints, reasons, and what is said of tempting wrong choices."""
    known = "".join(path.read_text("utf-8") for path in (ROOT / "data" / "forms" / "kasus").glob("*.csv"))
    known += "".join(case.story.paragraphs)
    found = {field.at: {field.hint, field.reason, *field.misread.values()} for field in case.key.values()}
    return {at: {each for each in said if len(each) >= 20 and each not in known} for at, said in found.items()}


def leaks(page: str, said: set[str]) -> set[str]:
    """Return which sentences stand in a page: as text, as HTML, or inside JSON, however it is written."""
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), page).replace('\\"', '"')
    written = [page, html.unescape(page), unescaped, html.unescape(unescaped)]
    return {each for each in said if any(each in one for one in written)}


def test_the_search_for_the_key_finds_it_where_it_is():
    said = {'Korban yang datang, "sendiri" & <jalan> kaki – é'}
    (sentence,) = said
    for page in (sentence, html.escape(sentence), json.dumps(sentence), json.dumps(sentence, ensure_ascii=False)):
        assert leaks(f"<p>{page}</p>", said) == said
    assert leaks(json.dumps(html.escape(sentence)).replace("<", "\\u003c"), said) == said
    assert leaks("<p>lain</p>", said) == set()


@pytest.mark.parametrize("case_id", ["K01", "K06", "K11", "K16"])
def test_the_key_stays_out_of_sight_until_it_is_revealed(server, case_id):
    case = load_case(case_id)
    key = sentences(case)
    every = set().union(*key.values())
    assert len(every) > 30
    someone = Someone(server, f"Penebak {case_id}", case_id)
    assert leaks(someone.page.text, every) == set()
    for asset in re.findall(r'"(/berkas/[^"]+)"', someone.page.text):
        assert leaks(someone.visitor.get(asset).text, every) == set()
    with line(someone) as speaking:
        for before in ({"kind": "hello", "tab": "a"}, {"kind": "reveal", "at": "tgl_lapor"}):
            reply = "state" if before["kind"] == "hello" else "refused"
            assert leaks(json.dumps(say(someone, speaking, reply, **before)), every) == set()
        items = [{"n": 1, "op": "set", "at": "tgl_lapor", "value": "1999-01-01"}]
        saved = say(someone, speaking, "saved", kind="answers", tab="a", items=items)
        assert leaks(json.dumps(saved), every) == set()
        checked = say(someone, speaking, "feedback", kind="check")
        reasons = {field.at: {field.reason} & key[field.at] for field in case.key.values()}
        hints = "".join(field.hint for field in case.key.values())
        hidden = {reason for reason in set().union(*reasons.values()) if reason not in hints}
        assert leaks(json.dumps(checked), hidden) == set(), "a first check gives hints, no reasons"
        assert all("expected" not in field and "spans" not in field for field in checked["feedback"]["fields"])
        shown = say(someone, speaking, "feedback", kind="reveal", at="tgl_lapor")
        assert leaks(json.dumps(shown), hidden) == reasons.get("tgl_lapor", set()) & hidden, "this one, and no other"
    again = someone.visitor.get(f"/latihan/{case_id}").text
    assert leaks(again, hidden) <= reasons.get("tgl_lapor", set())


# ---- what people type


NAMES = [
    "<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "</title></script><script>alert(1)//",
    "{{7*7}}{%raw%}", "' onfocus='x", "&lt;b&gt; &amp;", "مريم", "Yuli 👩🏽‍🌾 🇮🇩", "Ñandú–é", "${7*7}#{7*7}",
    "javascript:alert(1)", "%3Cscript%3E", "-->", "]]>",
]  # fmt: skip


def enter_only(visitor: Visitor, name: str) -> None:
    """Enter without opening the case, which would take a kernel."""
    assert visitor.post("/masuk", nama=name, desa=name, kasus="K01", lain="1").url.endswith("/masuk?kasus=K01")
    visitor.token = f"kasuskit_peserta={visitor.cookie()}"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_was_typed_and_does_nothing(server, name):
    visitor = Visitor(server)
    asked_again = visitor.post("/masuk", nama=name, desa=name, kasus="tidak-ada").text
    enter_only(visitor, name)
    welcome = visitor.get("/masuk?kasus=K01").text
    whose = Visitor(server).post("/masuk", nama=name, desa="", kasus="K01").text
    start = ask(server.port, request("GET", "/", f"Cookie: {visitor.token}"))
    for page in (asked_again, welcome, whose, start.text):
        assert str(name) in html.unescape(page)
        assert "49" not in re.sub(r'value="[^"]*"|[0-9]{3}\s[0-9]{3}', "", page)  # the code may hold it
        assert Tags(page).wrong() == []
    harmless(server, start)
    shown = re.search(r'class="greeting">(.*?)</p>', start.text, re.DOTALL)
    assert shown and "<" not in shown[1]


def test_an_answer_stays_inside_its_place_on_the_page(server):
    nasty = "</script><script>alert(1)</script><!--<script>\u2028\u2029]]>&lt;\"' مريم \u200f👍 {{7*7}}"
    someone = Someone(server, "Penulis")
    with line(someone) as speaking:
        items = [{"n": 1, "op": "set", "at": "kode_petugas", "value": nasty}]
        assert "refused" not in say(someone, speaking, "saved", kind="answers", tab="a", items=items)
    page = someone.visitor.get("/latihan/K01")
    assert page.boot["views"][0]["state"]["start"]["answers"]["kode_petugas"] == nasty
    assert page.text.count("</script>") == page.text.count("<script")
    assert "alert(1)</script>" not in page.text and "<!--" not in page.text
    harmless(server, ask(server.port, request("GET", "/latihan/K01", someone.cookie)))


# ---- SECURITY.md


def test_every_claim_in_security_md_names_a_test_that_exists():
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) >= 20
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"
