"""Coming in, going on from another phone, sharing one phone, two people with one name: all work and are explained."""

from __future__ import annotations

import asyncio
import http.client
import re
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socket import create_connection

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from kasuskit.classroom import open_room
from kasuskit.messages import KasusError, text
from kasuskit.serving.assets import Assets
from kasuskit.serving.joining import RecentEntries
from kasuskit.serving.pages import Pages, digits
from tests.practice_server import PracticeServer, Visitor, alive, wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # As behind a proxy, where an address tells nobody apart: the tests type more wrong codes than one phone may.
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite", trusted_proxy=True)
    yield server
    server.stop()


@pytest.fixture
def phone(server):
    return Visitor(server)


@pytest.fixture
def name():
    """Return a name that nobody in the class has."""
    return f"Mama {uuid.uuid4().hex[:8]}"


def enter(phone, nama, desa="Desa Contoh A", **more):
    return phone.post("/masuk", nama=nama, desa=desa, kasus="K01", **more)


def code(page):
    return re.search(r'<strong class="digits">(\d{3} \d{3})</strong>', page.text)[1]


def greeted(page):
    """Return who the start page says is there, or None."""
    found = re.search(r"Selamat datang, ([^<]+)\.<", page.text)
    return found and found[1]


def others(page):
    """Return {name: number} of those whom a page offers to change to."""
    pairs = re.findall(r'name="orang" value="(\d+)">\s*<button[^>]*><span class="case-title">([^<]+)<', page.text)
    return {name: number for number, name in pairs}


@contextmanager
def line(phone, kernel):
    """Open the line of a practice page, as its script does."""
    cookie = f"kasuskit_peserta={phone.cookie()}"
    address = f"ws://127.0.0.1:{phone.server.port}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    tcp = create_connection(("127.0.0.1", phone.server.port))
    with connect(
        address, sock=tcp, origin=phone.server.address, additional_headers={"Cookie": cookie}, open_timeout=30
    ) as socket:
        yield socket


def hung_up(socket):
    """Return whether the server closes a line."""
    try:
        while True:
            socket.recv(timeout=10)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False


# ---- the code


def test_the_code_is_shown_after_entering_and_at_every_return(phone, name):
    page = enter(phone, name)
    assert page.url.endswith("/masuk?kasus=K01")
    assert greeted(page) == name
    assert "Pakai kode ini kalau pindah HP." in page.text
    assert 'id="go" href="/latihan/K01"' in page.text
    shown = code(page)
    assert not shown.startswith("0")
    for path in ("/", "/masuk", "/masuk?kasus=K99"):
        again = phone.get(path)
        assert code(again) == shown and "Pakai kode ini kalau pindah HP." in again.text
    assert "/latihan/K99" not in phone.get("/masuk?kasus=K99").text


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}  {1}"])
def test_the_code_leads_to_the_same_person_on_another_phone(server, phone, name, typed):
    first, second = code(enter(phone, name)).split()
    other = Visitor(server)
    page = other.post("/kode", kode=typed.format(first, second))
    assert page.url == f"{server.address}/"
    assert greeted(page) == name and code(page) == f"{first} {second}"
    assert other.cookie() != phone.cookie(), "each phone has a token of its own"
    assert greeted(phone.get("/")) == name
    assert enter(other, name).url.endswith("/masuk?kasus=K01"), "the phone knows her now"


def test_who_types_wrong_codes_again_and_again_has_to_wait(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite")
    try:
        phone = Visitor(server)
        assert [phone.post("/kode", kode=f"11111{n}").status for n in range(5)] == [422] * 5
        answer = phone.post("/kode", kode="222222")
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) > 30
        assert "S552" in answer.text
        with open_room(server.room, create=False) as room:
            code = room.enter("Mama Yuli")[0].code
        assert phone.post("/kode", kode=code).status == 429, "a right code waits too, else guessing would go on"
        assert Visitor(server).get("/").status == 200
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("111 222", "code.wrong"), ("abc", "code.wrong"), ("1", "code.wrong"), ("9" * 300, "code.wrong"),
        ("%", "code.wrong"), ("' or 1=1 --", "code.wrong"), ("", "code.missing"),
    ],
)  # fmt: skip
def test_a_wrong_code_is_said_so_and_nothing_more(phone, typed, said):
    page = phone.post("/kode", kode=typed)
    assert page.status == 422
    assert re.search(r'id="kode-message">([^<]*)<', page.text)[1] == text(f"serving.{said}")
    assert '<a href="#kode">' in page.text
    box = re.search(r'<input id="kode"[^>]*>', page.text)[0]
    assert 'inputmode="numeric"' in box and 'aria-invalid="true"' in box
    assert 'aria-describedby="kode-hint kode-message"' in box
    assert "<title>Periksa isian" in page.text
    assert phone.cookie() is None


def test_the_code_is_asked_for_on_a_page_of_its_own_that_leads_back(phone):
    start = phone.get("/?kasus=K02").text
    assert 'href="/kode?kasus=K02"' in start and "Sudah punya kode?" in start
    page = phone.get("/kode?kasus=K02")
    assert page.status == 200
    assert 'href="/?kasus=K02"' in page.text and "aria-invalid" not in page.text
    assert '"><script' not in phone.get("/kode?kasus=%22%3E%3Cscript").text


def set_cookies(server, path, cookie="", **fields):
    """Return what the server says of its cookies in answer to a form, name by name."""
    visitor = Visitor(server)
    token = re.search(r'name="_xsrf" value="([^"]+)"', visitor.get("/").text)[1]
    own = f"kasuskit_xsrf={visitor.cookie('kasuskit_xsrf')}"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Cookie": f"{own}; {cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urllib.parse.urlencode({"_xsrf": token, **fields}), headers)
    answer = connection.getresponse()
    connection.close()
    said = [each.split("; ") for name, each in answer.getheaders() if name == "Set-Cookie"]
    return {each[0].partition("=")[0]: {"value": each[0].partition("=")[2], "marks": set(each[1:])} for each in said}


def test_cookies_last_so_many_seconds_whatever_the_laptop_takes_the_time_to_be(server, name):
    said = set_cookies(server, "/masuk", nama=name, desa="", kasus="K01")
    assert set(said) == {"kasuskit_peserta", "kasuskit_hp"}
    token = said["kasuskit_peserta"]["value"]
    for cookie in said.values():
        assert cookie == {"value": token, "marks": {"HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax"}}
    gone = set_cookies(server, "/keluar-peserta", cookie=f"kasuskit_peserta={token}; kasuskit_hp={token}")
    assert set(gone) == {"kasuskit_peserta", "kasuskit_hp"}
    for cookie in gone.values():
        assert cookie["value"] in ("", '""') and "Max-Age=0" in cookie["marks"]
        assert not any(mark.startswith("expires") for mark in cookie["marks"])


# ---- one name, two people


def test_somebody_with_the_same_name_is_asked_who_it_is(server, phone, name):
    enter(phone, name)
    other = Visitor(server)
    page = enter(other, f"  {name.upper()} ", "")
    assert page.status == 200
    assert f"Sudah ada {name.upper()} di kelas ini. Itu Anda?" in page.text
    assert other.cookie() is None
    assert "Desa Contoh A" not in page.text, "nothing is told of the other"
    for words in ("Ya, itu saya", "Bukan, saya orang lain", "Supaya tidak tertukar", 'name="lain" value="1"'):
        assert words in page.text
    assert "Itu Anda?" not in enter(Visitor(server), name, "Desa Contoh B").text, "another village, another person"


def test_the_question_is_answered_with_the_code_or_with_no(server, phone, name):
    shown = code(enter(phone, name))
    herself, somebody = Visitor(server), Visitor(server)
    assert "Itu Anda?" in enter(herself, name).text
    assert code(herself.post("/kode", kode=shown, kasus="K01")) == shown
    assert "Itu Anda?" in enter(somebody, name).text
    page = enter(somebody, f"{name} B.", lain="1")
    assert greeted(page) == f"{name} B." and code(page) != shown
    third = enter(Visitor(server), name, lain="1")
    assert greeted(third) == name and code(third) != shown, "the same name is allowed too"


@pytest.mark.parametrize(("field", "wrong"), [("nama", "x" * 61), ("desa", "x" * 61)])
def test_what_cannot_be_used_is_said_there_too(server, name, field, wrong):
    page = Visitor(server).post("/masuk", **{"nama": name, "desa": "", "kasus": "K01", "lain": "1", field: wrong})
    assert page.status == 422
    assert f'id="{field}-message"' in page.text and "terlalu panjang" in page.text
    assert ("Itu Anda?" in page.text) == (field == "nama")


def test_two_taps_in_one_moment_are_one_person(server, name):
    visitor = Visitor(server)
    token = re.search(r'name="_xsrf" value="([^"]+)"', visitor.get("/").text)[1]
    body = urllib.parse.urlencode({"_xsrf": token, "nama": name, "desa": "", "kasus": "K01"}).encode()
    cookie = f"kasuskit_xsrf={visitor.cookie('kasuskit_xsrf')}"

    def tap(_):
        bare = Visitor(server)  # no answer came yet, so no token
        page = bare.get("/masuk", "POST", body, Cookie=cookie)
        return bare.cookie(), page.status

    with ThreadPoolExecutor(6) as fingers:
        made = set(fingers.map(tap, range(6)))
    assert len({token for token, _ in made}) == 1
    assert None not in {token for token, _ in made}


def test_a_moment_later_it_is_another_wish_and_a_failed_one_is_tried_again():
    now, made = [0.0], []

    async def make():
        made.append(len(made))
        if made[-1] == 3:
            raise KasusError("classroom.K311", "name")
        await asyncio.sleep(0)
        return f"token {made[-1]}"

    async def story():
        entries = RecentEntries(lambda: now[0])
        both = await asyncio.gather(entries.once(("a",), make), entries.once(("a",), make))
        assert both == ["token 0", "token 0"]
        assert await entries.once(("b",), make) == "token 1"
        now[0] = 60.0
        assert entries.find(("a",)) is None
        assert await entries.once(("a",), make) == "token 2"
        with pytest.raises(KasusError):
            await entries.once(("c",), make)
        assert entries.find(("c",)) is None
        entries.forget("token 2")
        assert entries.find(("a",)) is None
        for number in range(400):
            await entries.once((str(number),), make)
        assert len(entries._made) == 300

    asyncio.run(story())


# ---- one phone, several people


def test_three_people_share_a_phone(phone, name):
    codes = {}
    for each in ("Yuli", "Anis", "Rika"):
        codes[each] = code(enter(phone, f"{name} {each}", baru="1"))
    assert len(set(codes.values())) == 3
    page = phone.get("/")
    assert greeted(page) == f"{name} Rika"
    assert list(others(page)) == [f"{name} Anis", f"{name} Yuli"]
    page = phone.post("/ganti", orang=others(page)[f"{name} Yuli"])
    assert greeted(page) == f"{name} Yuli" and code(page) == codes["Yuli"]
    assert set(others(page)) == {f"{name} Anis", f"{name} Rika"}
    again = phone.get("/?baru=1")
    assert greeted(again) is None and 'name="baru" value="1"' in again.text
    assert set(others(again)) == {f"{name} {each}" for each in codes}


def test_the_phone_remembers_five(phone, name):
    for number in range(7):
        enter(phone, f"{name} {number}", baru="1")
    assert list(others(phone.get("/"))) == [f"{name} {number}" for number in (5, 4, 3, 2)]


def test_nobody_becomes_somebody_whom_the_phone_does_not_remember(server, phone, name):
    stranger = Visitor(server)
    enter(stranger, f"{name} asing")
    number = others(stranger.get("/?baru=1"))[f"{name} asing"]
    enter(phone, name)
    for wanted in (number, "", "x", "0", "-1", f"{number}' or 1=1"):
        assert greeted(phone.post("/ganti", orang=wanted)) == name
    assert phone.get("/ganti").status == 405


def test_the_same_name_on_the_same_phone_is_asked_when_it_is_somebody_new(phone, name):
    enter(phone, name)
    page = enter(phone, name, baru="1")
    assert "Itu Anda?" in page.text and f"Ya, saya {name}" in page.text and 'name="kode"' not in page.text
    number = re.search(r'name="orang" value="(\d+)"', page.text)[1]
    page = phone.post("/ganti", orang=number, kasus="K01")
    assert page.url.endswith("/masuk?kasus=K01") and greeted(page) == name
    assert others(phone.get("/")) == {}
    enter(phone, name, baru="1", lain="1")
    assert list(others(phone.get("/"))) == [name]


def test_forgetting_takes_one_person_off_and_leaves_the_others(server, phone, name):
    enter(phone, f"{name} Yuli")
    shown = code(enter(phone, f"{name} Anis", baru="1"))
    token = phone.cookie()
    page = phone.post("/keluar-peserta")
    assert page.url == f"{server.address}/"
    assert greeted(page) is None and "Siapa yang memakai HP ini?" in page.text
    assert list(others(page)) == [f"{name} Yuli"]
    assert phone.cookie() is None, "nobody is signed in in place of him"
    stolen = Visitor(server)
    assert greeted(stolen.get("/", Cookie=f"kasuskit_peserta={token}; kasuskit_hp={token}")) is None
    assert greeted(phone.post("/ganti", orang=others(page)[f"{name} Yuli"])) == f"{name} Yuli"
    assert code(phone.post("/kode", kode=shown)) == shown, "with the code he is back"


@pytest.mark.parametrize("cookie", ["", ".", "....", "x", "a b", "é", "0" * 32, ".".join(["0" * 32] * 50), "../../x"])
def test_what_no_phone_of_ours_would_send_is_nobody(phone, cookie):
    page = phone.get("/", Cookie=f"kasuskit_hp={urllib.parse.quote(cookie, safe='./ ')}; kasuskit_peserta=")
    assert page.status == 200
    assert greeted(page) is None and others(page) == {}


@pytest.mark.parametrize("path", ["/masuk", "/kode", "/ganti", "/keluar-peserta"])
def test_a_form_from_elsewhere_opens_no_door(server, phone, name, path):
    enter(phone, name)
    assert phone.get(path, "POST", b"nama=x&kasus=K01&kode=1&orang=1").status == 403
    assert greeted(phone.get("/")) == name


def test_what_people_are_called_cannot_become_part_of_a_page(server, phone):
    nasty = f'"><script>alert({uuid.uuid4().int % 10**9})</script>'
    for page in (enter(phone, nasty), phone.get("/"), phone.get("/?baru=1"), enter(Visitor(server), nasty)):
        assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text


# ---- pages that are open when the phone changes hands


def test_a_page_of_who_used_the_phone_before_is_hung_up(server, phone, name):
    boot = phone.enter(f"{name} Yuli").boot
    with line(phone, boot["kernel"]) as socket:
        enter(phone, f"{name} Anis", baru="1")
        assert hung_up(socket)
    answer = phone.get(f"/api/kernels/{boot['kernel']}")
    assert answer.status == 404, "her kernel is not his"
    assert alive(boot["views"][0]["state"]["start"]["pid"]), "and goes on, for she may come back"


def test_entering_again_as_oneself_hangs_nothing_up(phone, name):
    boot = phone.enter(name).boot
    with line(phone, boot["kernel"]) as socket:
        enter(phone, name)
        socket.send('{"header": {"msg_type": "ping"}}')
        assert "pong" in socket.recv(timeout=10)


def test_forgetting_on_one_phone_leaves_the_other_at_work(server, phone, name):
    boot = phone.enter(name).boot
    pid = boot["views"][0]["state"]["start"]["pid"]
    other = Visitor(server)
    other.post("/kode", kode=code(phone.get("/")))
    kernel = other.get("/latihan/K01").boot["kernel"]
    with line(phone, boot["kernel"]) as here, line(other, kernel) as there:
        phone.post("/keluar-peserta")
        assert hung_up(here)
        there.send('{"header": {"msg_type": "ping"}}')
        assert "pong" in there.recv(timeout=10)
        assert alive(pid)
        other.post("/keluar-peserta")
        assert hung_up(there)
    wait_until(lambda: not alive(pid))


def test_a_code_is_read_out_in_two_halves():
    assert digits("482913") == "482 913"
    page = Pages(Assets([]), "/", "en").code(xsrf="x", typed='"><b>')
    assert 'value="&#34;&gt;&lt;b&gt;"' in page
