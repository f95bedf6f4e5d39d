"""Coming in as people see it: without scripts, on a small screen, by several people on one phone; and the wall."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from kasuskit.serving.facilitator import Lectern
from kasuskit.serving.lan import Address, Choice
from kasuskit.serving.network import Network
from kasuskit.serving.qr import Wifi
from kasuskit.serving.run import listen
from kasuskit.training import load_case
from tests.browser.served import CHROMIUM, FLAGS, LAPTOP, PHONE, Participant, Server, served

pytestmark = [
    pytest.mark.browser,
    # Playwright's own event loop leaves a socket to the garbage collector when the last page closes.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser(need: Callable[..., None]) -> Iterator[Any]:
    need(CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("serve")) as running:
        yield running


def sound(page: Any) -> None:
    """Find nothing with axe-core, nothing wider than the screen, and nothing too small to touch."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not found, "\n".join(f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for each in page.locator("main a, main button, main input:not([type=hidden])").all():
        box = each.bounding_box()
        assert box is None or box["height"] >= 44 or each.get_attribute("type") == "radio", each.inner_text()


def come_in(page: Any, name: str, village: str = "Desa Contoh A") -> None:
    page.get_by_label("Nama atau nama samaran").fill(name)
    page.get_by_label(re.compile("^Desa")).fill(village)
    page.get_by_role("button", name="Mulai latihan").click()


def test_everything_on_the_way_in_works_without_scripts(browser: Any, server: Server) -> None:
    def phone() -> Any:
        page = browser.new_context(viewport=PHONE, locale="id-ID").new_page()
        page.set_default_timeout(15_000)
        # As if the browser ran none: axe-core has to run, so they are only kept from the page.
        page.route(re.compile(r"\.js$"), lambda route: route.abort())
        page.goto(server.address)
        return page

    first, second = phone(), phone()
    sound(first)
    come_in(first, "Mama Yuli")
    sound(first)
    code = first.locator(".digits").inner_text()
    first.goto(server.address)
    sound(first)
    first.get_by_role("link", name="Orang lain").click()
    sound(first)
    come_in(first, "Bapa Anis")
    first.get_by_role("link", name="Daftar kasus").click()
    first.get_by_role("button", name="Mama Yuli").click()
    assert first.locator(".digits").inner_text() == code
    first.get_by_role("button", name="Lupakan saya di HP ini").click()
    first.get_by_role("heading", name="Siapa yang memakai HP ini?").wait_for()
    sound(first)

    come_in(second, "mama yuli")
    second.get_by_role("heading", name="Itu Anda?").wait_for()
    sound(second)
    second.get_by_label("Kode enam angka").fill("000 000")
    second.get_by_role("button", name="Lanjutkan dengan kode").click()
    sound(second)
    second.get_by_role("alert").get_by_role("link").click()
    second.keyboard.press("Control+a")
    second.keyboard.type(code)
    second.keyboard.press("Enter")
    second.get_by_text("Selamat datang, Mama Yuli.").wait_for()
    first.context.close()
    second.context.close()


def test_a_page_left_open_shows_nothing_of_her_to_the_next(browser: Any, server: Server) -> None:
    context = browser.new_context(viewport=LAPTOP, locale="id-ID")
    hers = Participant(context.new_page(), load_case("K01"))
    hers.enter(server.address, "Mama Rika")
    hers.answer("kode_petugas", "Posko Rika")
    hers.saved()
    other = context.new_page()
    other.set_default_timeout(15_000)
    other.goto(server.address + "?baru=1")
    come_in(other, "Bapa Domi")
    # her page is hung up, calls again, meets his cookie, and shows nothing of hers any more
    hers.page.get_by_text("Perangkat ini sekarang dipakai orang lain").wait_for()
    hers.page.locator("#kasuskit").wait_for(state="hidden")
    other.goto(server.address + "latihan/K01")
    other.locator(".kas-practice").wait_for()
    his = Participant(other, hers.case)
    assert his.go("kode_petugas").locator("input, textarea").first.input_value() == ""
    other.goto(server.address)
    other.get_by_role("button", name="Mama Rika").click()
    other.goto(server.address + "latihan/K01")
    other.locator(".kas-practice").wait_for()
    back = Participant(other, hers.case)
    assert back.go("kode_petugas").locator("input, textarea").first.input_value() == "Posko Rika"
    context.close()


@pytest.fixture
def wall() -> Iterator[Any]:
    """Give the facilitator's pages in a thread of their own: the address, the network and the numbers."""
    soe = Address("192.168.137.100", "Wi-Fi", "hotspot")
    network = Network(Choice((soe,)), lambda held, _: Choice(tuple(held)), _open, lambda at: f"http://{at.host}:8866/")
    numbers = SimpleNamespace(joined=3, connected=1, network=network)
    room: Any = SimpleNamespace(count=lambda: numbers.joined, persons=lambda: ())
    lectern = Lectern(room, lambda: numbers.connected, network, Wifi("Pelatihan Soe", "belajar-2026"))
    ready, loop = threading.Event(), asyncio.new_event_loop()

    async def run() -> None:
        numbers.address = lectern.listen_on(listen(0))
        numbers.end = asyncio.Event()
        ready.set()
        await numbers.end.wait()
        await lectern.close()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(run()), loop.close()))
    thread.start()
    ready.wait(30)
    yield numbers
    loop.call_soon_threadsafe(numbers.end.set)
    thread.join(30)


def _open(_address: Address) -> Any:
    return SimpleNamespace(stop=lambda: None)


@pytest.mark.parametrize("size", [LAPTOP, {"width": 1920, "height": 1080}], ids=["beamer", "full-hd"])
def test_the_wall_fits_the_screen_and_follows_the_class(browser: Any, wall: Any, size: dict[str, int]) -> None:
    page = browser.new_page(viewport=size, locale="id-ID")
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(wall.address)
    page.get_by_text("3 orang sudah masuk").wait_for()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollX == 0")
    sound(page)
    address = page.get_by_text("http://192.168.137.100:8866", exact=True)
    assert address.bounding_box()["height"] < 2 * float(
        address.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    ), "the address stands on one line"
    for code in page.locator("svg.qr").all():
        assert min(code.bounding_box()["width"], code.bounding_box()["height"]) > size["height"] / 3
    assert page.get_by_text("belajar-2026").count() == 0
    page.get_by_role("link", name="Tampilkan kata sandi").click()
    page.get_by_text("belajar-2026").wait_for()
    wall.joined, wall.connected = 28, 25
    page.get_by_text("28 orang sudah masuk").wait_for()
    page.get_by_text("25 sedang berlatih").wait_for()
    wall.network.look([Address("10.42.0.1", "wlan0", "hotspot")])
    page.get_by_text("Jaringan berubah.").wait_for()
    page.get_by_text("http://10.42.0.1:8866", exact=True).wait_for()
    assert not errors
    page.close()
