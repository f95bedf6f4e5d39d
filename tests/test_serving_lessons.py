"""The course on its pages: lessons whole, progress and track kept, what is broken told where it is."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from kasuskit.classroom import open_room
from kasuskit.classroom.writer import Writer
from kasuskit.messages import KasusError
from kasuskit.serving.progress import Progress
from tests.lesson_course import code, md, write_lesson, write_lessons
from tests.practice_server import PracticeServer, Visitor, alive, wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_lessons(tmp_path_factory.mktemp("kursus") / "kecil")


@pytest.fixture(scope="module")
def server(folder, tmp_path_factory):
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite", course_name=str(folder))
    yield server
    server.stop()


@pytest.fixture
def visitor(server):
    visitor = Visitor(server)
    visitor.enter("Mama Yuli", kasus="kursus")
    return visitor


def post(visitor, path, **fields):
    return visitor.post(path, **fields)


def kept(visitor):
    """Return what the class holds of this participant's way through the course."""
    with open_room(visitor.server.room) as room:
        person = room.person_by_token(visitor.cookie())
        mine = [each for each in room.attempts(person.id) if each.case == "kursus"]
        return [(each.form, [tuple(entry)[1:6] for entry in each.entries()]) for each in mine]


# ---- a lesson


def test_a_lesson_shows_its_text_and_each_thing_to_do_in_its_place(visitor):
    page = visitor.get("/pelajaran/01")
    assert page.status == 200
    assert "<title>LATIHAN: Pembukaan</title>" in page.text
    assert page.text.count("<h1>") == 1
    assert "Rahasia fasilitator" not in page.text and "kunci fasilitator" not in page.text
    boot = page.boot
    assert (boot["problem"], boot["problems"]) == ("", {})
    assert [view["place"] for view in boot["views"]] == ["a4", "a8"]
    assert len({view["model_id"] for view in boot["views"]}) == 2
    for view in boot["views"]:
        assert f'id="kas-{view["place"]}"' in page.text
    assert len(page.text) < 9000
    assert re.findall(r"<script>|<style|onclick|javascript:", page.text) == []


def test_the_text_comes_before_any_cell_has_run(visitor):
    import socket

    request = f"GET /pelajaran/01 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: kasuskit_peserta={visitor.cookie()}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", visitor.server.port)) as line:
        line.sendall(request.encode())
        got = b""
        while b"</footer>" not in got:
            got += line.recv(65536)
        assert b"Ringkasan" in got and b"/pelajaran/01/selesai" in got
        assert b"kasuskit-boot" not in got
        while not got.endswith(b"0\r\n\r\n"):
            got += line.recv(65536)


def test_the_kernel_knows_its_lesson_track_and_course(visitor, folder):
    post(visitor, "/kursus/jalur", jalur="polisi")
    env = visitor.get("/pelajaran/01").boot["views"][0]["state"]["start"]["env"]
    told = {name: env.get(name) for name in ("KASUSKIT_LESSON", "KASUSKIT_TRACK", "KASUSKIT_CASE", "KASUSKIT_COURSE")}
    assert told == {
        "KASUSKIT_LESSON": "01",
        "KASUSKIT_TRACK": "polisi",
        "KASUSKIT_CASE": None,
        "KASUSKIT_COURSE": str(folder.resolve()),
    }
    env = visitor.get("/latihan/K01").boot["views"][0]["state"]["start"]["env"]
    assert (env.get("KASUSKIT_LESSON"), env["KASUSKIT_TRACK"], env["KASUSKIT_CASE"]) == (None, "polisi", "K01")


def test_lessons_and_cases_share_one_kernel(visitor):
    first = visitor.get("/pelajaran/01").boot
    again = visitor.get("/pelajaran/01").boot
    other = visitor.get("/pelajaran/02").boot
    case = visitor.get("/latihan/K01").boot
    assert first["kernel"] == again["kernel"] == other["kernel"] == case["kernel"]


def test_another_kernel_goes_on_where_one_has_died(visitor):
    boot = visitor.get("/pelajaran/01").boot
    pid = boot["views"][0]["state"]["start"]["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid))
    fresh = visitor.get("/pelajaran/01").boot
    assert fresh["kernel"] != boot["kernel"]
    assert [view["place"] for view in fresh["views"]] == [view["place"] for view in boot["views"]]


def test_practice_in_a_lesson_is_a_link_that_leads_back(visitor):
    page = visitor.get("/pelajaran/01")
    card = re.search(r'(?s)<a class="case" data-place="a6" href="([^"]+)">(.*?)</a>', page.text)
    assert card
    assert card[1] == "/latihan/K01.A-F?dari=01"
    assert "Laporan di balai desa" in card[2] and "Buka latihan" in card[2]
    assert "Memuat &lt;cerita&gt; kekerasan." in card[2]
    assert 'href="/pelajaran/01"' in visitor.get("/latihan/K01?dari=01").text
    assert "Kembali ke pelajaran 01: Pembukaan" in visitor.get("/latihan/K01?dari=01").text
    for wrong in ("", "?dari=99", "?dari=../x", "?dari=%22%3E%3Cb%3E", "?dari="):
        page = visitor.get(f"/latihan/K01{wrong}")
        assert page.status == 200 and "Kembali ke pelajaran" not in page.text


def test_a_broken_cell_is_told_in_its_place_and_the_others_work(visitor):
    page = visitor.get("/pelajaran/02")
    boot = page.boot
    assert boot["problem"] == ""
    assert sorted(boot["problems"]) == ["b2", "b3", "b4"], "and b6 shows nothing, as it should"
    assert boot["problems"]["b2"].startswith("[K315] Latihan ini tidak ada di kelas ini.")
    for place in ("b3", "b4"):
        assert boot["problems"][place].startswith("[S572] Kegiatan ini tidak dapat ditampilkan. Teruskan membaca")
    assert [view["place"] for view in boot["views"]] == ["b5"]
    for word in ("Traceback", "ValueError", "isian rahasia", "standin.py"):
        assert word not in page.text


def test_a_lesson_of_text_alone_needs_no_kernel(server):
    visitor = Visitor(server)
    visitor.enter("Bapa Anis", kasus="kursus")
    page = visitor.get("/pelajaran/03")
    assert page.boot["kernel"] == "" and page.boot["views"] == []
    assert page.text.count("<h1>Memeriksa</h1>") == 1, "the plan gives it a title"


@pytest.mark.parametrize("broken", [None, b"{"], ids=["S570 missing", "S571 broken"])
def test_a_lesson_that_cannot_be_opened_leaves_the_others_open(visitor, folder, broken, request):
    path = folder / "notebooks" / "hari-1" / "02-dua.ipynb"
    before = path.read_bytes()
    path.unlink()
    if broken is not None:
        path.write_bytes(broken)
    try:
        page = visitor.get("/pelajaran/02")
        assert page.status == 404
        assert ("S570" if broken is None else "S571") in page.text
        assert "Lanjutkan dengan pelajaran lain" in page.text
        assert str(folder) not in page.text
        assert visitor.get("/pelajaran/01").boot["problem"] == ""
        assert visitor.get("/kursus").status == 200
    finally:
        path.write_bytes(before)


def test_a_cell_that_never_ends_is_told_and_so_are_those_after_it(visitor, folder, tmp_path):
    """The page ends; what did not run says so."""
    from kasuskit.serving.lessons import LessonContent

    content = LessonContent("id", lambda name: f"/berkas/{name}", ("d1", "d2"))
    content.finish()
    assert sorted(content.more()["problems"]) == ["d1", "d2"]


def test_pictures_are_served_and_an_svg_can_run_nothing(visitor):
    found = re.search(r'src="(/berkas/alur\.[0-9a-f]{16}\.svg)"', visitor.get("/pelajaran/01").text)
    assert found
    picture = visitor.get(found[1])
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "immutable" in picture.headers["Cache-Control"]
    assert visitor.get("/berkas/rahasia.0123456789abcdef.txt").status == 404


def test_no_lesson_for_strangers_nor_of_other_names(server, visitor):
    stranger = Visitor(server)
    for path in ("/kursus", "/pelajaran/01"):
        assert stranger.get(path).url.endswith("/?kasus=kursus")
    for path in ("/pelajaran/99", "/pelajaran/", "/pelajaran/..", "/pelajaran/01/", "/pelajaran/01.ipynb", "/kursus/"):
        assert visitor.get(path).status == 404, path
        assert stranger.get(path).status == 404, path
    assert visitor.get("/kursus/jalur").status == visitor.get("/pelajaran/01/selesai").status == 405


# ---- the course


def test_who_chooses_the_course_is_led_to_it(server):
    visitor = Visitor(server)
    assert 'value="kursus"' in visitor.get("/").text
    page = visitor.enter("Mama Ina", kasus="kursus")
    assert page.url.endswith("/kursus")
    for words in ("Kursus kecil", "Hari 1: Mendengar", "08.45 · 60 menit", "Apa pekerjaan Anda?", "Mulai: Pembukaan"):
        assert words in page.text
    assert 'href="/kursus"' in visitor.get("/").text


def test_the_way_through_the_course_is_remembered(server):
    visitor = Visitor(server)
    visitor.enter("Mama Rosa", kasus="kursus")
    visitor.get("/pelajaran/01")
    wait_until(lambda: kept(visitor))
    assert "Sudah dibuka" in visitor.get("/kursus").text
    page = post(visitor, "/pelajaran/01/selesai")
    assert page.url.endswith("/pelajaran/02")
    wait_until(lambda: len(kept(visitor)[0][1]) == 3)
    visitor.get("/pelajaran/01")
    page = visitor.get("/kursus")
    assert "✓ Selesai" in page.text and "Lanjutkan: Bentuk kekerasan" in page.text
    post(visitor, "/pelajaran/02/selesai")
    assert post(visitor, "/pelajaran/03/selesai").url.endswith("/kursus")
    assert "Semua pelajaran sudah selesai" in visitor.get("/kursus").text
    ((form, entries),) = kept(visitor)
    assert form == "kegiatan"
    assert [entry[:2] for entry in entries] == [("server", n) for n in range(1, len(entries) + 1)]
    assert [entry[2:] for entry in entries[:2]] == [("set", "pelajaran/01", way) for way in ("dibuka", "selesai")]
    assert len([entry for entry in entries if entry[3] == "pelajaran/01"]) == 2, "opened again, it stays finished"


def test_the_track_is_asked_once_and_can_be_changed(visitor):
    asked = post(visitor, "/kursus/jalur")
    assert asked.status == 422 and "Pilih salah satu dulu." in asked.text
    refused = post(visitor, "/kursus/jalur", jalur="hakim")
    assert refused.status == 422 and "S573" in refused.text
    assert "nomor LP" not in visitor.get("/pelajaran/01").text
    page = post(visitor, "/kursus/jalur", jalur="polisi")
    assert page.url.endswith("/kursus")
    assert "Pekerjaan Anda: Polisi. Ganti?" in page.text
    before = visitor.get("/pelajaran/01")
    assert "nomor LP" in before.text
    post(visitor, "/kursus/jalur", jalur="paralegal")
    after = visitor.get("/pelajaran/01")
    assert "nomor LP" not in after.text
    assert after.boot["kernel"] != before.boot["kernel"], "what was made for the other track has ended"


def test_activities_that_are_done_are_counted(server, folder):
    path = folder / "notebooks" / "hari-2" / "03-tiga.ipynb"
    before = path.read_bytes()
    visitor = Visitor(server)
    visitor.enter("Mama Sinta", kasus="kursus")
    write_lesson(
        path,
        md("# Tiga"),
        *(code(f"from kasuskit import quiz; quiz({name!r})") for name in ("03-a", "03-b")),
    )
    visitor.get("/pelajaran/03")
    wait_until(lambda: kept(visitor))
    with open_room(server.room) as room:
        person = room.person_by_token(visitor.cookie())
        room.attempt(person.id, case="kuis-03-a", form="kegiatan", version="1").append(
            "t", [(1, "set", "selesai", "1")]
        )
        room.attempt(person.id, case="kuis-03-b", form="kegiatan", version="1").append("t", [(1, "set", "lain", "1")])
        room.attempt(person.id, case="lain", form="kegiatan", version="1").append("t", [(1, "set", "selesai", "1")])
    assert "1 dari 2 kegiatan selesai" in visitor.get("/kursus").text
    path.write_bytes(before)


def test_a_form_from_elsewhere_changes_nothing(visitor):
    for path in ("/kursus/jalur", "/pelajaran/01/selesai"):
        assert visitor.get(path, "POST", b"jalur=polisi").status == 403
    assert kept(visitor) == [] or all("jalur" not in str(each) for each in kept(visitor))


def test_progress_is_there_again_after_the_server_was_killed(folder, tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", course_name=str(folder))
    try:
        visitor = Visitor(server)
        visitor.enter(kasus="kursus")
        post(visitor, "/kursus/jalur", jalur="polisi")
        post(visitor, "/pelajaran/01/selesai")
        server.kill()
        server.start()
        page = visitor.get("/kursus")
        assert "✓ Selesai" in page.text and "Polisi" in page.text
        post(visitor, "/pelajaran/02/selesai")
        numbers = [entry[1] for entry in kept(visitor)[0][1]]  # at once: that lesson 03 was opened is kept meanwhile
        assert numbers == list(range(1, len(numbers) + 1))
    finally:
        server.stop()


def test_a_class_file_that_is_held_keeps_no_page_from_being_shown(folder, tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite", course_name=str(folder))
    try:
        visitor = Visitor(server)
        visitor.enter(kasus="kursus")
        holding = sqlite3.connect(server.room, isolation_level=None)
        holding.execute("BEGIN EXCLUSIVE")
        since = time.monotonic()
        assert "Mulai: Pembukaan" in visitor.get("/kursus").text
        assert "Tanpa judul" in visitor.get("/pelajaran/03").text
        assert time.monotonic() - since < 5, "that it was opened is kept later, or not at all"
        holding.rollback()
        holding.close()
        post(visitor, "/pelajaran/01/selesai")
        assert "✓ Selesai" in visitor.get("/kursus").text
    finally:
        server.stop()


def test_what_cannot_be_read_in_time_is_done_without_and_read_later(tmp_path):
    """Another program may keep the file even from being read."""

    async def story() -> None:
        with open_room(tmp_path / "kelas.sqlite") as room:
            person, _ = room.enter("Mama Yuli")
            writer = Writer(room)
            writer.start()
            try:
                progress = Progress(room, writer)
                free = threading.Event()
                attempts = room.attempts
                room.attempts = lambda who: (free.wait(30), attempts(who))[1]
                assert await progress.told(person.id) is None
                assert await progress.track(person.id) == ""
                free.set()
                await progress.keep(person.id, "jalur", "polisi")
                assert await progress.told(person.id) == {"jalur": "polisi"}
                room.attempts = lambda who: pytest.fail("what was read once is known")
                assert await progress.track(person.id) == "polisi"
            finally:
                writer.close()

    asyncio.run(story())


def test_that_a_lesson_is_opened_never_takes_back_that_it_is_finished(tmp_path):
    """One tab opens the lesson in the moment in which another finishes it."""

    async def story() -> None:
        with open_room(tmp_path / "kelas.sqlite") as room:
            person, _ = room.enter("Mama Yuli")
            writer = Writer(room)
            writer.start()
            try:
                progress = Progress(room, writer)
                await progress.told(person.id)  # read already: nothing but the turn is waited for
                finished = progress.keep(person.id, "pelajaran/01", "selesai")
                await asyncio.gather(finished, progress.opened(person.id, "01"))
                assert await progress.told(person.id) == {"pelajaran/01": "selesai"}
            finally:
                writer.close()

    asyncio.run(story())


def test_what_could_not_be_kept_is_not_believed(tmp_path):
    async def story() -> None:
        with open_room(tmp_path / "kelas.sqlite") as room:
            person, _ = room.enter("Mama Yuli")
            writer = Writer(room)
            progress = Progress(room, writer)
            refused: Future[int] = Future()
            refused.set_exception(KasusError("classroom.K308"))
            writer.append = lambda *_given: refused
            with pytest.raises(KasusError):
                await progress.keep(person.id, "jalur", "polisi")
            await progress.opened(person.id, "01")  # told in the log, and the page is shown all the same
            assert await progress.told(person.id) == {}

    asyncio.run(story())


# ---- without a course


@pytest.mark.parametrize("name", ["", "tidak-ada", "/tidak/ada"])
def test_without_a_course_all_else_is_as_before(tmp_path, name):
    server = PracticeServer(tmp_path / "kelas.sqlite", course_name=name)
    try:
        visitor = Visitor(server)
        assert "kursus" not in visitor.get("/").text
        page = visitor.enter()
        assert page.boot["problem"] == ""
        assert "KASUSKIT_COURSE" not in page.boot["views"][0]["state"]["start"]["env"] or name == ""
        for path in ("/kursus", "/pelajaran/01"):
            assert visitor.get(path).status == 404
        assert post(visitor, "/pelajaran/01/selesai").status == 404
        refused = Visitor(server).post("/masuk", nama="Mama Ina", desa="", kasus="kursus")
        assert refused.status == 422
    finally:
        server.stop()


def test_serve_refuses_a_course_that_is_not_there(tmp_path: Path):
    from kasuskit.serving.run import ServeOptions

    assert ServeOptions(course="dua-hari").check()
    with pytest.raises(KasusError) as told:
        ServeOptions(course="tidak-ada").check()
    assert told.value.code in ("T250", "T251")
