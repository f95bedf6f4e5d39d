"""The participants' server shows its few pages, in plain Indonesian, and nothing else."""

from __future__ import annotations

import asyncio
import gzip
import re
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from kasuskit.messages import LANGUAGES, text
from kasuskit.serving import doors
from kasuskit.serving.assets import Assets
from kasuskit.serving.limits import Limits
from kasuskit.serving.pages import Pages
from kasuskit.training import CaseCard
from tests.practice_server import PracticeServer, Visitor, alive, wait_until

PACKAGE = Path(doors.__file__).parent


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite")
    yield server
    server.stop()


@pytest.fixture
def visitor(server):
    return Visitor(server)


def hidden_words(page):
    return re.findall(r"(?i)jupyter|voil|tornado|traceback|python|site-packages|kernelspec", page)


@pytest.mark.parametrize(
    "path",
    [
        "/tree", "/lab", "/voila", "/voila/tree", "/voila/files/latihan.ipynb", "/voila/render/latihan.ipynb",
        "/voila/static/voila.js", "/voila/templates/lab/static/voila.js", "/voila/labextensions/x", "/voila/query/x",
        "/voila/api/contents/", "/voila/api/themes/x", "/voila/api/shutdown/x", "/voila/execution/x",
        "/api", "/api/contents", "/api/kernels", "/api/kernelspecs", "/api/sessions", "/api/terminals",
        "/static/base/images/logo.png", "/files/latihan.ipynb", "/notebooks/latihan.ipynb", "/latihan.ipynb", "/login",
        "/logout", "/favicon.ico", "/berkas/", "/berkas/host.js", "/berkas/host.0123456789abcdef.js",
        "/berkas/..%2f..%2fapp.py", "/berkas/app.0123456789abcdef.py", "/latihan/", "/latihan/K99/x", "/masuk2",
        "/kelas", "/kunci", "/%00", "/latihan/%3Cscript%3E",
    ],
)  # fmt: skip
def test_all_other_addresses_are_not_there(visitor, path):
    visitor.enter()
    answer = visitor.get(path)
    assert answer.status == 404
    assert "Halaman ini tidak ada." in answer.text
    assert "S504" in answer.text
    assert hidden_words(answer.text) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_do_nothing(visitor, method):
    boot = visitor.enter().boot
    kernel = f"/api/kernels/{boot['kernel']}"
    for path in (kernel, f"{kernel}/restart", f"{kernel}/interrupt", "/api/kernels", "/latihan/K01", "/tree"):
        answer = visitor.get(path, method, data=b"{}" if method in ("POST", "PUT", "PATCH") else None)
        assert answer.status in (403, 404, 405)
        assert hidden_words(answer.text) == []
    assert visitor.get(kernel).status == 200


@pytest.mark.parametrize("path", ["/", "/kalender", "/tidak-ada", "/latihan/K01", "/latihan/K99"])
def test_every_page_is_locked_down(visitor, path):
    visitor.enter()
    headers = visitor.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers
    assert "Etag" not in headers


def test_the_start_page_says_practice_and_where_to_find_help(visitor):
    page = visitor.get("/")
    assert page.status == 200
    assert '<html lang="id">' in page.text
    for words in ("LATIHAN", "Jangan masukkan kasus nyata", "SAPA 129", "08111-129-129", "Laporan di balai desa"):
        assert words in page.text
    assert re.search(r"<title>[^<]+</title>", page.text)
    assert "<script" not in page.text, "the start page needs no script"
    assert "Surat dari &lt;sekolah&gt; &amp; guru" in page.text
    assert re.findall(r'(?:src|href)="(?!/|#|data:)[^"]*"', page.text) == [], "nothing comes from elsewhere"


def test_entering_leads_to_the_case_and_is_remembered(visitor):
    page = visitor.enter("Mama Yuli", "Desa Contoh A", "K02")
    assert page.url.endswith("/latihan/K02")
    assert "LATIHAN: Surat dari &lt;sekolah&gt; &amp; guru" in page.text
    cookie = next(cookie for cookie in visitor.jar if cookie.name == "kasuskit_peserta")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert cookie.path == "/"
    start = visitor.get("/").text
    assert "Selamat datang, Mama Yuli." in start
    assert start.count("Lanjutkan") == 1


@pytest.mark.parametrize(
    ("nama", "desa", "field", "words"),
    [
        ("", "Desa Contoh", "nama", "Nama belum diisi."),
        ("   ", "", "nama", "Nama belum diisi."),
        ("M" * 61, "", "nama", "terlalu panjang"),
        ("Ma\u202eria", "", "nama", "tidak dapat dipakai"),
        ("Maria", "D" * 61, "desa", "terlalu panjang"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_kept(visitor, nama, desa, field, words):
    page = visitor.enter(nama, desa, "K02")
    assert page.status == 422
    assert visitor.cookie() is None
    box = re.search(rf'<input id="{field}"[^>]*>', page.text)
    assert box is not None
    assert 'aria-invalid="true"' in box[0]
    assert f'aria-describedby="{field}-hint {field}-message"' in box[0]
    message = re.search(rf'id="{field}-message">([^<]*)<', page.text)
    assert message is not None
    assert words in message[1]
    assert f'<a href="#{field}">' in page.text
    assert f'name="desa" value="{desa}"' in page.text
    assert re.search(r'value="K02" checked', page.text)
    assert "<title>Periksa isian" in page.text


def test_no_case_chosen(visitor):
    page = visitor.post("/masuk", nama="Maria", desa="")
    assert page.status == 422
    assert "Pilih satu kasus latihan." in page.text
    assert 'value="Maria"' in page.text


def test_what_is_typed_cannot_become_part_of_the_page(visitor):
    nasty = '"><script>alert(1)</script>'
    assert "<script>alert" not in visitor.enter("", nasty).text
    visitor.enter(nasty, "")
    assert "&lt;script&gt;alert(1)" in visitor.get("/").text


def test_the_same_form_sent_twice_makes_one_person(visitor):
    visitor.enter("Mama Yuli", "Desa A", "K01")
    first = visitor.cookie()
    visitor.enter(" Mama Yuli", "Desa A ", "K02")
    assert visitor.cookie() == first
    visitor.enter("Bapa Anis", "Desa A", "K02")
    assert visitor.cookie() != first


def test_a_form_from_elsewhere_is_refused(visitor):
    answer = visitor.get("/masuk", "POST", b"nama=Maria&desa=&kasus=K01")
    assert answer.status == 403
    assert "S505" in answer.text
    assert "Buka halaman awal" in answer.text
    assert visitor.cookie() is None


def test_a_form_that_cannot_be_read_is_refused_with_a_way_back(visitor):
    answer = visitor.post("/masuk", nama=b"\xff\xfe", desa="", kasus="K01")
    assert answer.status == 400
    assert "S506" in answer.text
    assert text("serving.S506") in answer.text and text("serving.S506.do") in answer.text
    assert hidden_words(answer.text) == []
    assert visitor.cookie() is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unforeseen_error_is_told_calmly_and_noted(lang, caplog):
    kit = SimpleNamespace(
        pages=Pages(Assets([PACKAGE / "static"]), "/", lang),
        host_names=["127.0.0.1"],
        limits=Limits(),
        cases=lambda: 1 / 0,
    )

    async def fetch():
        server = HTTPServer(Application([("/", doors.StartDoor)], kasuskit=kit))
        (listening,) = bind_sockets(0, "127.0.0.1")
        server.add_socket(listening)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/?kasus=K01"
        try:
            return await AsyncHTTPClient(force_instance=True).fetch(address, raise_error=False)
        finally:
            server.stop()
            await server.close_all_connections()

    answer = asyncio.run(fetch())
    page = answer.body.decode()
    assert answer.code == 500
    assert "S500" in page
    assert text("serving.S500", lang) in page and text("serving.S500.do", lang) in page
    assert hidden_words(page) == [] and "Zero" not in page
    (note,) = (record for record in caplog.records if record.name == "kasuskit.serving")
    assert note.getMessage() == "unexpected error at /", "what was asked for stays out of the notes"
    assert isinstance(note.exc_info[1], ZeroDivisionError)


def test_coming_back_to_where_the_form_was_sent(visitor):
    assert visitor.get("/masuk").url.endswith("/")


def test_a_very_large_form_is_refused(visitor):
    try:
        status = visitor.get("/masuk", "POST", b"nama=" + b"x" * 200_000).status
    except OSError:  # the line is cut while the rest is still being sent
        status = 400
    assert status == 400
    assert visitor.get("/").status == 200


def test_a_device_can_be_made_to_forget(server, visitor):
    boot = visitor.enter().boot
    kernel = boot["views"][0]["state"]["start"]["pid"]
    assert alive(kernel)
    page = visitor.post("/keluar-peserta")
    assert page.url == f"{server.address}/"
    assert visitor.cookie() is None
    assert "Nama atau nama samaran" in page.text
    wait_until(lambda: not alive(kernel))


def test_an_unknown_token_is_a_stranger(server, visitor):
    visitor.enter()
    for cookie in visitor.jar:
        if cookie.name == "kasuskit_peserta":
            cookie.value = "0" * 32
    page = visitor.get("/latihan/K02")
    assert "Nama atau nama samaran" in page.text
    assert page.url == f"{server.address}/?kasus=K02"
    assert re.search(r'value="K02" checked', page.text)


@pytest.mark.parametrize("host", ["jahat.example", "127.0.0.1.jahat.example", "localhost@jahat.example", "a b", ""])
def test_another_name_for_this_machine_is_refused(visitor, host):
    assert visitor.get("/", Host=host).status in (400, 403)


def test_localhost_is_a_name_of_this_machine(visitor):
    assert visitor.get("/", Host=f"localhost:{visitor.server.port}").status == 200


def test_the_calendar_gives_nothing_away(visitor):
    page = visitor.get("/kalender")
    assert "<title>Kalender</title>" in page.text
    assert re.search(r"(?i)kasus|latihan|korban|kekerasan|SAPA", page.text) is None
    assert 'href="/"' not in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("month", "shown"),
    [("2024-02", "Februari 2024"), ("2026-12", "Desember 2026"), ("9999-99", "20"), ("<b>", "20"), ("0001-01", "20")],
)
def test_the_calendar_shows_any_month(visitor, month, shown):
    page = visitor.get("/kalender?bulan=" + urllib.request.quote(month))
    assert page.status == 200
    assert shown in page.text
    assert "<b>" not in page.text


def test_scripts_and_styles_are_kept_for_ever_and_sent_small(server, visitor):
    address = re.search(r'href="(/berkas/page\.[0-9a-f]{16}\.css)"', visitor.get("/").text)
    assert address is not None
    plain = visitor.get(address[1])
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Content-Type"].startswith("text/css")
    packed = urllib.request.Request(server.address + address[1], headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(packed) as got:
        assert got.headers["Content-Encoding"] == "gzip"
        content = got.read()
    assert gzip.decompress(content).decode() == plain.text
    assert len(content) < len(plain.text) / 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_listens_on_this_machine_only(server):
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{server.port:04X}")]
    assert listening == [f"0100007F:{server.port:04X}"]
    rows = [row.split() for row in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    assert not [row for row in rows if row[3] == "0A" and row[1].endswith(f":{server.port:04X}")]


CARDS = [CaseCard(f"K{n:02}", f"Kasus {n}", level, "", ()) for n, level in enumerate((1, 1, 2, 2, 3, 3), 1)]


def parts(page: str) -> list[tuple[str, bool, list[str]]]:
    """Return (summary, open, case names) of each part of the list of cases."""
    found = re.findall(r'<details class="part"( open)?><summary>([^<]*)</summary>(.*?)</details>', page, re.DOTALL)
    return [
        (title, bool(opened), re.findall(r"(?:value=\"|latihan/)(K\d\d)", inside)) for opened, title, inside in found
    ]


def test_many_cases_stand_in_parts_by_level_and_the_chosen_one_is_in_sight():
    pages = Pages(Assets([PACKAGE / "static"]), "/", "id")
    assert parts(pages.start(xsrf="x", cases=CARDS, chosen="K03")) == [
        ("Tingkat 1 (2 kasus)", False, ["K01", "K02"]),
        ("Tingkat 2 (2 kasus)", True, ["K03", "K04"]),
        ("Tingkat 3 (2 kasus)", False, ["K05", "K06"]),
    ]
    assert parts(pages.start(xsrf="x", cases=CARDS[:4])) == []


def test_what_somebody_has_begun_stands_first():
    person = SimpleNamespace(id=1, name="Yuli", code="482913")
    page = Pages(Assets([PACKAGE / "static"]), "/", "id").start(
        xsrf="x", cases=CARDS, person=person, begun=frozenset({"K05"})
    )
    assert parts(page)[0] == ("Sudah dimulai (1 kasus)", True, ["K05"])
    assert [opened for _, opened, _ in parts(page)] == [True, False, False, False]
