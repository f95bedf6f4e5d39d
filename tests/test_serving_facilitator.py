"""The facilitator's pages open with the key only; and a class that is open to phones, from the command to the wall."""

from __future__ import annotations

import asyncio
import http.cookiejar
import io
import json
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme
from rich.console import Console
from tornado.httpclient import AsyncHTTPClient

from kasuskit.classroom import open_room
from kasuskit.messages import LANGUAGES, text
from kasuskit.serving import announce
from kasuskit.serving.facilitator import Lectern
from kasuskit.serving.lan import Address, Choice
from kasuskit.serving.network import Network
from kasuskit.serving.phones import Board, serve_phones, watch
from kasuskit.serving.qr import Wifi
from kasuskit.serving.run import ServeOptions, listen

SOE = Address("192.168.137.1", "Wi-Fi", "hotspot")
WIFI = Wifi("Aula <Soe>", "rahasia-2026")


def network(*addresses, tls=""):
    choice = Choice(addresses or (SOE,))
    return Network(choice, lambda held, now: choice, lambda _: None, lambda each: f"http{tls}://{each.host}:8866/")


@pytest.fixture
def room(tmp_path):
    with open_room(tmp_path / "soe.sqlite") as room:
        yield room


def visit(lectern, *requests):
    """Return a lectern's answers to requests: (path, options); ``key`` stands for the cookie that holds the key."""

    async def visit():
        address = lectern.listen_on(listen(0))
        base = address.partition("?")[0].rstrip("/")
        client = AsyncHTTPClient(force_instance=True)
        answers = []
        try:
            for path, options in requests:
                headers = dict(options.pop("headers", {}))
                if options.pop("key", True):
                    headers["Cookie"] = f"{lectern.cookie}={lectern.key}"
                options = {"raise_error": False, "follow_redirects": False} | options
                answers.append(await client.fetch(base + path, headers=headers, **options))
        finally:
            client.close()
            await lectern.close()
        return address, answers

    return asyncio.run(visit())


def every_address(lectern):
    """Return an address for each door of the lectern, and some that are not there."""
    style = lectern.pages.served("facilitator.css")
    assert {door[0] for door in lectern.doors()} == {"/", "/keadaan", "/peserta", r"/berkas/([A-Za-z0-9_.-]+)"}
    return ["/", "/keadaan", "/peserta", style, "/berkas/x", "/tidak-ada", "/latihan/K01", "/api/kernels", "//", "/%00"]


def test_without_the_key_every_door_is_shut(room):
    lectern = Lectern(room, lambda: 0, network(), WIFI)
    room.enter("Mama Yuli", "Desa Contoh A")
    wrong = [{"Cookie": f"{lectern.cookie}={wrong}"} for wrong in ("", "x", lectern.key[:-1], lectern.key + "x", "é")]
    asked = [
        (path, {"key": False, "headers": headers, "method": method, "body": b"" if method == "POST" else None})
        for path in every_address(lectern)
        for method, headers in [("GET", {}), ("POST", {}), ("DELETE", {}), *(("GET", each) for each in wrong)]
    ]
    asked += [(path, {"key": False}) for path in ("/?kunci=x", "/?kunci=", "/peserta?kunci=" + lectern.key)]
    _, answers = visit(lectern, *asked)
    assert len(answers) == len(asked) > 80
    for answer in answers:
        page = answer.body.decode()
        assert answer.code in (403, 405), answer.request.url
        assert not re.search(r"Yuli|rahasia|192\.168|Traceback|ornado", page)
        assert "Set-Cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "S532" in answers[0].body.decode() and text("serving.S532.do") in answers[0].body.decode()


def test_the_address_with_the_key_opens_and_does_not_keep_it_in_sight(room):
    lectern = Lectern(room, lambda: 0, network())
    address, (opened,) = visit(lectern, (f"/?kunci={lectern.key}", {"key": False}))
    assert address.startswith("http://127.0.0.1:") and address.endswith(f"/?kunci={lectern.key}")
    assert len(lectern.key) >= 32 and lectern.key not in repr(lectern)
    assert (opened.code, opened.headers["Location"]) == (303, "/")
    cookie = opened.headers["Set-Cookie"]
    assert cookie.startswith(f"kasuskit_fasilitator_{address.split(':')[2].split('/')[0]}={lectern.key};")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "expires" not in cookie.lower()


@pytest.mark.parametrize("host", ["jahat.example", "192.168.137.1:8866", "127.0.0.1.jahat.example", "127.0.0.2"])
def test_another_name_opens_nothing_even_with_the_key(room, host):
    _, answers = visit(Lectern(room, lambda: 0, network()), ("/", {"headers": {"Host": host}}))
    assert answers[0].code == 403


def test_with_the_key_only_its_pages_are_there(room):
    lectern = Lectern(room, lambda: 0, network())
    style = lectern.pages.served("facilitator.css")
    _, answers = visit(lectern, *((path, {}) for path in every_address(lectern)))
    codes = {answer.request.url.partition("/")[2].partition("/")[2]: answer.code for answer in answers}
    assert sorted(codes.values()) == [200, 200, 200, 200, 404, 404, 404, 404, 404, 404]
    assert next(answer.code for answer in answers if answer.request.url.endswith(style)) == 200
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Server" not in answer.headers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_for_the_wall(room, lang):
    room.enter("Mama Yuli", "Desa Contoh A")
    lectern = Lectern(room, lambda: 1, network(SOE, Address("10.0.0.5", "en0", "other"), tls="s"), WIFI, lang)
    _, (plain, told, state) = visit(lectern, ("/", {}), ("/?sandi=1", {}), ("/keadaan", {}))
    page = plain.body.decode()
    assert f'<html lang="{lang}">' in page
    assert '<p class="address">https://192.168.137.1:8866</p>' in page and "https://10.0.0.5:8866" in page
    assert page.count("<svg role=") == 2
    assert "Aula &lt;Soe&gt;" in page and "<Soe>" not in page
    assert text("serving.projector.joined", lang, count=1) in page
    assert text("serving.projector.connected", lang, count=1) in page
    assert '<noscript><meta http-equiv="refresh" content="3">' in page
    assert "rahasia-2026" not in page and "rahasia-2026" in told.body.decode()
    assert "Yuli" not in page
    assert re.findall(r'(?:src|href)="(?!/|#|data:)[^"]*"', page) == [], "nothing comes from elsewhere"
    assert json.loads(state.body)["mark"] == re.search('data-mark="([^"]+)"', page)[1]


def test_the_wall_learns_of_a_network_that_changed(room):
    lectern = Lectern(room, lambda: 0, network())
    before = asyncio.run(lectern.state())
    lectern.network.news, lectern.network.lost = "lost", True
    assert asyncio.run(lectern.state())["mark"] != before["mark"]
    _, (page,) = visit(lectern, ("/", {}))
    assert '<p id="news" role="status" class="lost">Jaringan terputus' in page.body.decode()


def test_who_is_in_with_the_codes(room):
    lectern = Lectern(room, lambda: 0, network())
    _, (empty,) = visit(lectern, ("/peserta", {}))
    assert "Belum ada yang masuk." in empty.body.decode()
    people = [room.enter(name, "")[0] for name in ("mama yuli", "<b>Anis</b>", "Bapa Domi")]
    _, (page,) = visit(lectern, ("/peserta", {}))
    shown = page.body.decode()
    assert re.findall(r'scope="row">([^<]*)<', shown) == ["&lt;b&gt;Anis&lt;/b&gt;", "Bapa Domi", "mama yuli"]
    for person in people:
        assert f"{person.code[:3]} {person.code[3:]}" in shown
    assert page.headers["Cache-Control"] == "no-store"


# ---- watching the class


class App:
    """A class without a server."""

    base_url, host_names = "/", ("127.0.0.1",)

    def __init__(self, *counts):
        self.counts = iter(counts)
        self.room = SimpleNamespace(count=self.count, persons=lambda: (), address="kelas/soe.sqlite")

    def count(self):
        value = next(self.counts, None)
        if value is None:
            raise asyncio.CancelledError
        if isinstance(value, Exception):
            raise value
        return value

    def connected(self):
        return 0


def watched(app, *scans):
    """Return what is printed while the class is watched until its counts are used up."""
    console = Console(file=io.StringIO(), width=120)
    seen = Network(
        Choice((SOE,)),
        lambda held, now: Choice(held),
        lambda _: SimpleNamespace(stop=lambda: None),
        lambda each: f"http://{each.host}:8866/",
    )
    board = Board(console, ServeOptions().say, "id")
    held = iter(scans)

    async def run():
        with announce.counting(console, "id") as counter, pytest.raises(asyncio.CancelledError):
            await watch(app, seen, lambda: next(held, (SOE,)), board, counter, beat=0)

    asyncio.run(run())
    return console.file.getvalue()


def test_a_change_is_said_in_the_terminal_with_the_new_code():
    other = Address("192.168.43.9", "Wi-Fi", "wifi")
    shown = watched(App(*[0] * 4, *[2] * 3), (SOE,), (other,))
    assert shown.index("0 orang sudah masuk") < shown.index("2 orang sudah masuk")
    assert shown.count("orang sudah masuk") == 2
    assert "http://192.168.43.9:8866/" in shown and "█" in shown
    assert "Jaringan berubah." in shown and "Jaringan terputus" not in shown


def test_what_cannot_be_counted_stops_nothing(caplog):
    shown = watched(App(1, OSError("disk"), RuntimeError("?"), 2))
    assert "2 orang sudah masuk" in shown and "disk" not in shown
    assert [note.name for note in caplog.records] == ["kasuskit.serving"] * 2


def test_the_wall_is_shown_and_all_ends_together():
    console, shown = Console(file=io.StringIO(), width=120), []
    listening = listen(0)
    address = listening.getsockname()

    async def until():
        while "0 orang" not in console.file.getvalue():
            await asyncio.sleep(0.01)

    board = Board(console, ServeOptions().say, "id", WIFI)
    asyncio.run(serve_phones(App(*[0] * 1000), network(), lambda: (SOE,), board, listening, shown.append, until))
    assert shown[0].startswith(f"http://127.0.0.1:{address[1]}/?kunci=") and shown[0] in console.file.getvalue()
    listen(address[1]).close()  # the port is free again


# ---- all of it, from the command


def listening_addresses(port):
    """Return the addresses on which something listens on a port, as the kernel writes them."""
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return sorted(row[1].split(":")[0] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}"))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Give ``kasuskit serve --lan`` with a certificate: the process, what it showed, and its folder."""
    folder = tmp_path_factory.mktemp("lan")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    papers = authority.issue_cert("127.0.0.2")
    papers.private_key_pem.write_to_path(str(folder / "kelas.key"))
    papers.cert_chain_pems[0].write_to_path(str(folder / "kelas.pem"))
    command = [sys.executable, "-m", "kasuskit", "serve", "--no-browser", "--lan", "--address", "127.0.0.2"]
    command += ["--participants", "15", "--wifi", "Soe", "--wifi-password", "rahasia-2026"]
    command += ["--cert", "kelas.pem", "--key", "kelas.key"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, encoding="utf-8"
    )
    shown = []
    for line in process.stdout:
        shown.append(line)
        if "0 orang sudah masuk" in line:
            break
    try:
        yield SimpleNamespace(process=process, shown="".join(shown), folder=folder)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def opener(folder):
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    jar = http.cookiejar.CookieJar()
    made = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(jar)
    )
    return made.open, jar


def test_a_class_is_open_to_phones_by_https_and_to_this_machine(served):
    address = re.search(r"https://127\.0\.0\.2:(\d+)/", served.shown)
    assert address is not None, served.shown + served.process.communicate()[1]
    fetch, jar = opener(served.folder)
    with fetch(address[0]) as answer:
        page = answer.read().decode()
    assert "Latihan mencatat kasus" in page
    assert [cookie.secure for cookie in jar] == [True]
    form = {"nama": "Mama Yuli", "desa": "", "kasus": "K01", "_xsrf": re.search(r'_xsrf" value="([^"]+)', page)[1]}
    with fetch(address[0] + "masuk", urllib.parse.urlencode(form).encode()) as answer:
        assert "Kode Anda" in answer.read().decode()
    assert {cookie.name: cookie.secure for cookie in jar} == {
        "kasuskit_xsrf": True, "kasuskit_peserta": True, "kasuskit_hp": True,
    }  # fmt: skip
    with urllib.request.urlopen(f"http://127.0.0.1:{address[1]}/") as answer:
        assert "Secure" not in answer.headers["Set-Cookie"]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetch(urllib.request.Request(address[0], headers={"Host": "127.0.0.3"}))
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.2:{address[1]}/", timeout=10)
    for line in served.process.stdout:
        if "1 orang sudah masuk" in line:
            break
    if sys.platform == "linux":
        assert listening_addresses(int(address[1])) == ["0100007F", "0200007F"]


def test_the_wall_of_a_served_class(served):
    wall = re.search(r"http://127\.0\.0\.1:(\d+)/\?kunci=\S+", served.shown)
    fetch, _ = opener(served.folder)
    with fetch(wall[0]) as answer:
        page = answer.read().decode()
    assert answer.url.endswith("/"), "the key does not stay in the address"
    assert re.search(r'class="address">https://127\.0\.0\.2:\d+<', page)
    if sys.platform == "linux":
        assert listening_addresses(int(wall[1])) == ["0100007F"]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{wall[1]}/")


def test_the_same_class_is_not_served_twice(served):
    command = [sys.executable, "-m", "kasuskit", "serve", "--no-browser"]
    again = subprocess.run(command, capture_output=True, text=True, cwd=served.folder, timeout=60)
    assert again.returncode == 2
    assert "[S530]" in again.stderr
    assert re.search(r"http://127\.0\.0\.1:\d+/", again.stderr)


def test_it_ends_in_order(served):
    served.process.send_signal(signal.SIGTERM)
    rest, errors = served.process.communicate(timeout=30)
    assert served.process.returncode == 0
    assert errors == "" and "Kelas ditutup." in rest
