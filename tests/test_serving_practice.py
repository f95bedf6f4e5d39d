"""The practice page: early, lean, complete before there is a line, calm when something fails."""

from __future__ import annotations

import os
import re
import signal
import socket
import time

import pytest

from kasuskit.messages import text
from tests.practice_server import PracticeServer, Visitor, alive, wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite")
    yield server
    server.stop()


@pytest.fixture
def visitor(server):
    return Visitor(server)


def test_the_state_stands_in_the_page(visitor):
    page = visitor.enter()
    assert "<title>LATIHAN: Laporan di balai desa</title>" in page.text
    assert '<html lang="id">' in page.text
    assert '<main id="kasuskit"' in page.text
    assert "Jangan masukkan kasus nyata" in page.text
    boot = page.boot
    assert boot["problem"] == ""
    assert boot["base"] == "/"
    (view,) = boot["views"]
    assert view["state"]["screen"] == {"question": "Nama korban", "case": "K01"}
    assert visitor.get(view["module"]).text.startswith("export default {"), "without the comment above it"
    assert visitor.get(view["css"]).headers["Content-Type"].startswith("text/css")
    assert len(page.text) < 6000
    assert re.findall(r"<script>|<style|onclick|javascript:", page.text) == [], "the policy allows nothing inline"


def test_the_kernel_knows_its_case_and_no_secret(server, visitor):
    env = visitor.enter().boot["views"][0]["state"]["start"]["env"]
    token = visitor.cookie()
    assert sorted(env.keys() - {"KASUSKIT_CACHE", "KASUSKIT_DATA", "KASUSKIT_REQUIRE_ALL"}) == [
        "KASUSKIT_CASE",
        "KASUSKIT_COURSE",
        "KASUSKIT_DESK",
        "KASUSKIT_EXIT",
        "KASUSKIT_LANG",
    ]
    assert env["KASUSKIT_CASE"] == "K01"
    assert env["KASUSKIT_EXIT"] == "/kalender"
    assert token not in str(env)
    assert str(server.room) not in str(env), "the kernel reaches the class over the server only"


def test_the_head_of_the_page_comes_before_the_kernel_has_run(server, visitor):
    visitor.enter()
    request = f"GET /latihan/K01 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: kasuskit_peserta={visitor.cookie()}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(request.encode())
        got = b""
        while b"</footer>" not in got:
            got += line.recv(65536)
        assert b"kasuskit-boot" not in got
        assert b"modulepreload" in got
        assert "Sedang menyiapkan latihan" in got.decode()
        while not got.endswith(b"0\r\n\r\n"):
            got += line.recv(65536)
        assert b"kasuskit-boot" in got


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("K90", "[K315] Latihan ini tidak ada di kelas ini. Buka halaman awal"),
        ("K91", "[S510] Latihan ini tidak dapat dibuka. Muat ulang halaman ini."),
        ("K92", "[S511] Latihan ini tidak menampilkan apa pun. Muat ulang halaman ini."),
    ],
)
def test_what_fails_in_the_notebook_is_said_calmly(visitor, case, said):
    page = visitor.enter(kasus=case)
    assert page.status == 200
    assert page.boot["problem"].startswith(said)
    assert page.boot["views"] == []
    for word in ("Traceback", "ValueError", "isian rahasia", "standin.py"):
        assert word not in page.text


def test_a_page_that_the_browser_leaves_early_does_not_stop_the_server(server, visitor):
    visitor.enter()
    cookie = f"kasuskit_peserta={visitor.cookie()}"
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(f"GET /latihan/K01 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
            line.recv(100)
    assert visitor.get("/latihan/K01").boot["problem"] == ""


def test_the_log_holds_no_answer_and_still_says_where_it_failed(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite")
    try:
        visitor = Visitor(server)
        visitor.enter("Mama Yuli", "Desa Contoh A", "K91")
        visitor.get("/latihan/K90")
        visitor.get("/latihan/K92")
        visitor.get("/masuk?nama=rahasia")
        visitor.get("/rahasia")
    finally:
        noted = server.stop()
    assert "ValueError" in noted
    assert "standin.py" in noted
    for word in ("rahasia", "Yuli", "Desa Contoh", visitor.cookie()):
        assert word not in noted


def test_english_throughout(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", lang="en")
    try:
        visitor = Visitor(server)
        assert "Practise documenting a case" in visitor.get("/").text
        page = visitor.enter()
        assert page.boot["text"]["again"] == text("serving.host.again", "en")
        assert page.boot["views"][0]["state"]["start"]["env"]["KASUSKIT_LANG"] == "en"
        assert "The name is empty." in visitor.enter(nama="", kasus="K02").text or visitor.cookie()
    finally:
        server.stop()


def test_a_full_class_says_so(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", most_kernels=1)
    try:
        first, second, third = Visitor(server), Visitor(server), Visitor(server)
        assert first.enter().boot["problem"] == ""
        answer = second.enter("Bapa Anis")
        assert answer.status == 503
        assert answer.headers["Retry-After"] == answer.headers["Refresh"] == "5"
        assert "Kelas sedang penuh" in answer.text
        assert "Anda nomor 1 dalam antrean" in answer.text
        assert "nomor 2" in third.enter("Mama Ina").text
        assert first.get("/latihan/K02").boot["problem"] == "", "whoever has a seat keeps it for every case"
        first.post("/keluar-peserta")
        assert "nomor 2" in third.get("/latihan/K01").text, "who came first goes first"
        assert second.get("/latihan/K01").boot["problem"] == ""
    finally:
        server.stop()


def test_unused_kernels_end_and_those_in_the_reserve_wait(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", idle_minutes=0.05, ready_kernels=2)
    try:
        visitor = Visitor(server)
        boot = visitor.enter().boot
        wait_until(lambda: not alive(boot["views"][0]["state"]["start"]["pid"]), 30)
        wait_until(lambda: visitor.get(f"/api/kernels/{boot['kernel']}").status == 404)
        time.sleep(3)
        assert len(server.children()) == 3, "the zygote and two kernels in reserve"
    finally:
        server.stop()


def test_a_kernel_that_died_in_the_reserve_is_not_handed_out(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", ready_kernels=2)
    try:
        _zygote, *reserve = server.children()
        assert len(reserve) == 2
        for pid in reserve:
            os.kill(pid, signal.SIGKILL)
        assert Visitor(server).enter().boot["problem"] == ""
    finally:
        server.stop()
