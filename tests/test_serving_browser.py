"""The participants' pages in a real browser: usable at once, steady when the line breaks, for everyone."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from kasuskit.classroom import open_room
from tests.conftest import need
from tests.practice_server import PracticeServer, wait_until

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def chromium():
    program = shutil.which("chromium") or CHROMIUM
    if not Path(program).exists():
        need("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite")
    yield server
    server.stop()


@pytest.fixture
def own(tmp_path):
    server = PracticeServer(tmp_path / "kelas.sqlite")
    yield server
    server.stop()


@pytest.fixture
def open_page(chromium):
    """Return a function that opens a page in a browser of its own; what its console reports is in ``page.said``."""
    contexts = []

    def open_page(viewport=PHONE, **options):
        context = chromium.new_context(viewport=viewport, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def enter(page, server, name="Mama Yuli"):
    page.goto(server.address)
    page.get_by_label("Nama atau nama samaran").fill(name)
    page.get_by_role("button", name="Mulai latihan").click()
    onward = page.get_by_role("link", name="Mulai latihan")  # on the page that shows the code
    somebody_else = page.get_by_role("button", name="Masuk sebagai orang lain")
    onward.or_(somebody_else).wait_for()
    if somebody_else.is_visible():
        somebody_else.click()
    onward.click()
    page.locator("#jawaban").wait_for()


def saved(page):
    wait_until(lambda: page.locator("#catatan").inner_text() == "tersimpan")


def times(page, what):
    return page.evaluate(f"window.{what} || 0")


def accessibility_problems(page):
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{found['id']}: {node['html']}" for found in Axe().run(page).response["violations"] for node in found["nodes"]
    ]


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_for_everyone(shared, open_page, viewport, scheme):
    page = open_page(viewport, color_scheme=scheme)
    page.goto(shared.address)
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Mulai latihan").click()
    page.get_by_role("alert").wait_for()
    assert accessibility_problems(page) == []
    enter(page, shared)
    assert accessibility_problems(page) == []
    for path in ("/", "/kalender", "/tidak-ada"):
        page.goto(shared.address + path)
        assert accessibility_problems(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is cut off"


def test_all_that_can_be_pressed_is_large_enough(shared, open_page):
    page = open_page()
    enter(page, shared)
    for path in ("/", "/kalender", "/tidak-ada", "/latihan/K01"):
        page.goto(shared.address + path)
        sizes = page.evaluate(
            "[...document.querySelectorAll('a, button, label.case, input:not([type=hidden],[type=radio])')]"
            ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])"
        )
        assert [each for each in sizes if each[1] < 44] == []
        small = page.evaluate(
            "[...document.querySelectorAll('main *, footer *')].filter(e => e.textContent.trim() "
            "&& parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 80))"
        )
        assert small == []


def test_entering_with_the_keyboard_alone_and_without_scripts(shared, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(shared.address)
    for _ in range(3):  # the way out comes first, the way in with a code, then the name
        page.keyboard.press("Tab")
    page.keyboard.type("Bapa Anis")
    page.keyboard.press("Tab")
    page.keyboard.type("Desa Contoh B")
    for key in ("Tab", "Tab", "Tab", "Enter"):  # the first level, its chosen case, the second level: open it
        page.keyboard.press(key)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text("Kode Anda:").wait_for()
    for _ in range(2):  # the way out, the way on
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/latihan/K02")
    assert "Nyalakan JavaScript di peramban ini" in page.content()


def test_a_mistake_leads_to_its_field(shared, open_page):
    page = open_page()
    page.goto(shared.address)
    page.get_by_label("Desa atau lembaga").fill("Desa Contoh A")
    page.get_by_role("button", name="Mulai latihan").click()
    page.get_by_role("link", name="Nama belum diisi.").click()
    page.keyboard.type("Maria")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Mulai latihan").click()
    page.locator("#jawaban").wait_for()


def test_the_question_is_there_before_the_line_is(shared, open_page):
    page = open_page()
    page.add_init_script("window.WebSocket = class { constructor() { this.readyState = 0; } close() {} };")
    enter(page, shared)
    page.locator("#jawaban").fill("Maria")
    assert page.locator("#catatan").inner_text() == "menunggu"
    page.get_by_text("Sambungan terputus").wait_for()
    assert times(page, "offlines") == 1


def test_nothing_is_asked_of_the_internet_and_the_policy_is_kept(shared, open_page):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, shared)
    page.locator("#jawaban").fill("Maria")
    saved(page)
    assert [url for url in asked if not url.startswith((shared.address, "data:"))] == []
    assert page.said == []
    names = [url.rsplit("/", 1)[1].split(".")[0] for url in asked if "/berkas/" in url]
    assert "old" not in names
    assert page.locator("#kasuskit-wait").count() == 0


def test_answers_are_there_after_a_reload(shared, open_page):
    page = open_page()
    enter(page, shared)
    page.locator("#jawaban").fill("Maria")
    saved(page)
    page.reload()
    assert page.locator("#jawaban").input_value() == "Maria"


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_the_server_starts_again_and_nothing_on_the_screen_is_lost(own, open_page, how):
    page = open_page()
    enter(page, own)
    page.locator("#jawaban").press_sequentially("Mar")
    saved(page)
    page.evaluate("window.same = true")
    own.kill() if how == "killed" else own.stop()
    line = page.get_by_role("status").filter(has_text="Sambungan terputus")
    line.wait_for()
    page.locator("#jawaban").press_sequentially("ia")
    assert page.locator("#catatan").inner_text() == "menunggu"
    own.start()
    saved(page)
    assert page.evaluate("window.same"), "the page was not loaded again"
    assert page.evaluate("document.activeElement.id") == "jawaban"
    assert page.locator("#jawaban").input_value() == "Maria"
    assert (times(page, "onlines"), times(page, "offlines")) == (2, 1)
    line.wait_for(state="detached") if line.count() else None
    with open_room(own.room, create=False) as room:
        assert [entry.value for entry in room.attempts()[0].entries()] == ["M", "Ma", "Mar", "Mari", "Maria"]


def test_a_kernel_that_died_is_replaced_without_a_word(own, open_page):
    page = open_page()
    enter(page, own)
    wait_until(lambda: times(page, "kernelPid"))
    first = times(page, "kernelPid")
    page.evaluate("window.same = true")
    os.kill(first, signal.SIGKILL)
    page.locator("#jawaban").fill("Maria")
    wait_until(lambda: times(page, "kernelPid") != first)
    saved(page)
    assert page.evaluate("window.same")


def test_a_kernel_that_hangs_is_replaced_without_a_reload(own, open_page):
    page = open_page()
    enter(page, own)
    wait_until(lambda: times(page, "kernelPid"))
    first = times(page, "kernelPid")
    page.evaluate("window.same = true")
    os.kill(first, signal.SIGSTOP)
    page.locator("#jawaban").fill("Maria")
    wait_until(lambda: times(page, "kernelPid") != first, 90)
    saved(page)
    assert page.evaluate("window.same")


def test_the_phone_sleeps_and_wakes(own, open_page):
    page = open_page()
    enter(page, own)
    wait_until(lambda: times(page, "onlines") == 1)
    page.context.set_offline(True)
    own.kill()
    own.start()
    page.get_by_text("Sambungan terputus").wait_for()
    time.sleep(6)
    page.context.set_offline(False)
    start = time.monotonic()
    wait_until(lambda: times(page, "onlines") == 2)
    assert time.monotonic() - start < 10


def test_a_class_that_forgot_this_device_says_so(own, open_page):
    page = open_page()
    enter(page, own)
    wait_until(lambda: times(page, "onlines") == 1)
    page.context.clear_cookies()
    own.kill()
    own.start()
    page.get_by_text("Perangkat ini tidak dikenal lagi").wait_for()
    page.get_by_role("link", name="Masuk lagi").click()
    page.get_by_label("Nama atau nama samaran").wait_for()


def test_two_tabs_of_one_person_live_side_by_side(shared, open_page):
    page = open_page()
    enter(page, shared)
    other = page.context.new_page()
    other.goto(page.url)
    wait_until(lambda: times(page, "onlines") and times(other, "onlines"))
    time.sleep(7)
    assert (times(page, "onlines"), times(other, "onlines")) == (1, 1)
    assert (times(page, "offlines"), times(other, "offlines")) == (0, 0)
    other.locator("#jawaban").fill("Yuli")
    saved(other)


def test_what_fails_is_said_once_and_the_waiting_ends(shared, open_page):
    page = open_page()
    enter(page, shared)
    page.goto(f"{shared.address}/latihan/K91")
    page.get_by_role("alert").filter(has_text="[S510]").wait_for()
    assert page.locator("#kasuskit-wait").count() == 0
    assert page.get_by_role("alert").count() == 1


def test_the_way_out_is_there_on_every_page(shared, open_page):
    page = open_page()
    enter(page, shared)
    for path in ("/", "/latihan/K01", "/tidak-ada"):
        page.goto(shared.address + path)
        page.get_by_role("link", name="Keluar cepat").click()
        page.wait_for_url("**/kalender")
        assert page.title() == "Kalender"


def test_a_device_is_handed_to_the_next_person(shared, open_page):
    page = open_page()
    enter(page, shared, "Mama Yuli")
    page.goto(shared.address)
    page.get_by_role("button", name="Lupakan saya di HP ini").click()
    assert page.get_by_label("Nama atau nama samaran").input_value() == ""
    enter(page, shared, "Bapa Anis")
    assert page.locator("#jawaban").input_value() == ""
