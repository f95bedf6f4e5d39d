"""A lesson on a phone and on a laptop: read, done, left for the next one, with one kernel that may die on the way."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kasuskit.serving.lesson_text import PICTURES
from kasuskit.training.course import load_course
from tests.browser.served import LAPTOP, PHONE, Server, served
from tests.browser.test_first_page import sound
from tests.lesson_course import write_real_lessons
from tests.practice_server import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

MOST_BYTES = 100_000
# A device with an Indonesian voice, and what it was asked to say.
VOICE = """window.said = [];
const voices = [{ lang: 'en-US', name: 'a' }, { lang: 'id-ID', name: 'b' }];
const speak = (one) => said.push(one.text);
const synth = { getVoices: () => voices, speak, cancel: () => said.push('-'), addEventListener() {} };
Object.defineProperty(window, 'speechSynthesis', { value: synth });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"""
SILENT = VOICE.replace("'id-ID'", "'en-GB'")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    course = write_real_lessons(tmp_path_factory.mktemp("kursus") / "kecil")
    with served(tmp_path_factory.mktemp("serve"), "--course", str(course)) as running:
        yield running


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture
def opened(alone: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """Give ``open(viewport, before="", **context options) -> page``, where somebody has come into the course."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def enter(viewport: dict[str, int] = PHONE, before: str = "", address: str = "", **options: Any) -> Any:
        address = address or server.address
        context = alone.new_context(viewport=viewport, locale="id-ID", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda sent: None if _inside(sent.url, address) else wrong.append(sent.url))
        if before:
            page.add_init_script(before)
        page.goto(f"{address}?kasus=kursus")
        page.get_by_label("Nama atau nama samaran").fill("Mama Yuli")
        page.get_by_role("button", name="Mulai latihan").click()
        onward = page.get_by_role("link", name="Mulai latihan")
        onward.or_(page.get_by_role("button", name="Masuk sebagai orang lain")).wait_for()
        if not onward.is_visible():
            page.get_by_role("button", name="Masuk sebagai orang lain").click()
        onward.click()
        page.wait_for_url("**/kursus")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(f"{lesson}: {told}" for lesson, told in wrong.items())


def _inside(url: str, address: str) -> bool:
    return url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))


def at_lesson(page: Any, number: int = 2) -> None:
    """Wait until all that there is to do is drawn."""
    page.locator(".kas-place .kas-activity").nth(number - 1).wait_for()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_from_the_start_page_through_the_lessons(opened: Callable[..., Any], server: Server, viewport: dict) -> None:
    page = opened(viewport)
    sound(page)
    page.get_by_role("radio", name="Paralegal desa").check()
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Pekerjaan Anda: Paralegal desa").wait_for()

    page.get_by_role("link", name="Mulai: Pembukaan").click()
    at_lesson(page)
    sound(page)
    assert page.get_by_role("img", name="Dua kotak: desa, lalu layanan").is_visible()
    assert page.get_by_role("columnheader", name="jangan").is_visible()
    assert page.get_by_text("Rahasia fasilitator").count() == 0
    order = page.evaluate(
        """[...document.querySelectorAll('main.lesson > :is(h1, h2, .kas-place)')].map((n) => n.id || n.tagName)"""
    )
    assert order == ["H1", "H2", "kas-a4", "H2", "kas-a6", "kas-a7"], "each thing to do stands where the lesson has it"

    page.get_by_role("button", name="Selesai, lanjut ke Bentuk kekerasan").click()
    page.wait_for_url("**/pelajaran/02")
    at_lesson(page, 1)
    page.get_by_role("link", name="‹ Daftar pelajaran").click()
    page.get_by_text("✓ Selesai").wait_for()
    page.get_by_text("Sudah dibuka").wait_for()
    page.get_by_role("link", name="Lanjutkan: Bentuk kekerasan").wait_for()
    sound(page)


def test_the_next_lesson_has_the_same_kernel_and_another_goes_on_when_it_dies(
    opened: Callable[..., Any], server: Server
) -> None:
    page = opened()
    kernel = "JSON.parse(document.getElementById('kasuskit-boot').textContent).kernel"
    page.goto(f"{server.address}pelajaran/02")
    at_lesson(page, 1)
    first = page.evaluate(kernel)
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    assert page.evaluate(kernel) == first
    page.evaluate("document.querySelectorAll('.kas-activity').forEach((each) => (each.dataset.mine = '1'))")
    alive = server.kernels()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    with page.expect_response(re.compile("/channels|/pelajaran/01")):
        pass
    wait_until(lambda: page.evaluate("fetch('/api/kernels/' + " + kernel + ").then((a) => a.status)") == 404)
    page.get_by_text("Sudah tersambung lagi.").wait_for()
    assert page.locator(".kas-activity[data-mine]").count() == 2, "nothing on the screen was touched"
    nik = page.locator("#kas-a6")
    nik.get_by_role("textbox").fill("5302054512910000")
    nik.get_by_role("textbox").press("Enter")
    nik.locator(".kas-tried > *").first.wait_for()  # the new kernel answers
    page.reload()
    at_lesson(page)
    nik.locator(".kas-tried > *").first.wait_for()


def test_practice_is_a_link_in_its_place_and_leads_back(opened: Callable[..., Any], server: Server) -> None:
    page = opened()
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    page.locator("#kas-a7 a.case").click()
    page.wait_for_url("**/latihan/K01.A-F?dari=01")
    page.locator(".kas-practice").wait_for()
    sound(page)
    page.get_by_role("navigation", name="Kembali").get_by_role("link").click()
    page.wait_for_url("**/pelajaran/01")
    at_lesson(page)


def test_a_lesson_is_light(opened: Callable[..., Any], server: Server) -> None:
    page = opened()
    sizes: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    page.wait_for_load_state("networkidle")
    total = sum(sizes.values())
    assert 5_000 < total < MOST_BYTES, total


def test_a_section_is_read_aloud_where_there_is_a_voice_for_it(opened: Callable[..., Any], server: Server) -> None:
    page = opened(before=VOICE)
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    assert page.evaluate("said.filter((each) => each !== '-')") == [], "never by itself"
    buttons = page.locator("main.lesson > .speak")
    assert buttons.count() == 3
    buttons.nth(1).click()
    assert buttons.nth(1).inner_text() == "Berhenti"
    told = " ".join(page.evaluate("said"))
    assert "Aturan kelas" in told and "Yang dibagi di kelas tetap di kelas." in told
    assert "Ringkasan" not in told and "Pembukaan" not in told
    buttons.nth(1).click()
    assert buttons.nth(1).inner_text() == "Bacakan"
    sound(page)
    page = opened(before=SILENT)
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    assert page.locator("main.lesson > .speak").count() == 0


def test_the_place_on_the_page_is_remembered(opened: Callable[..., Any], server: Server) -> None:
    page = opened()
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    page.evaluate("window.scrollTo({ top: 600, behavior: 'instant' })")
    page.goto(f"{server.address}pelajaran/02")
    at_lesson(page, 1)
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    wait_until(lambda: abs(page.evaluate("scrollY") - 600) < 5)


def test_on_paper_stand_text_and_picture_and_no_buttons(opened: Callable[..., Any], server: Server) -> None:
    page = opened(LAPTOP)
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".leave", ".onward", ".back", "footer"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.get_by_role("img", name="Dua kotak").is_visible()
    assert page.get_by_text("LATIHAN", exact=True).first.is_visible(), "the word stays on paper"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_theme_can_be_read(opened: Callable[..., Any], server: Server, scheme: str) -> None:
    page = opened(PHONE, color_scheme=scheme, reduced_motion="reduce")
    sound(page)
    page.goto(f"{server.address}pelajaran/01")
    at_lesson(page)
    sound(page)


def test_without_scripts_the_text_and_the_way_on_are_there(opened: Callable[..., Any], server: Server) -> None:
    page = opened(java_script_enabled=False)
    page.get_by_role("radio", name="Polisi").check()
    page.get_by_role("button", name="Simpan").click()
    page.goto(f"{server.address}pelajaran/01")
    assert page.get_by_role("img", name="Dua kotak").is_visible()
    page.get_by_role("button", name="Selesai, lanjut ke Bentuk kekerasan").click()
    page.wait_for_url("**/pelajaran/02")


def test_every_lesson_of_the_kit_opens_whole_and_light(alone: Any, kit: Server, opened: Callable[..., Any]) -> None:
    wrong: dict[str, object] = {}
    page = opened(address=kit.address)
    sizes: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    for lesson in load_course().lessons:
        sizes.clear()
        page.goto(f"{kit.address}pelajaran/{lesson.id}")
        page.locator(".kas-place > .hint").first.wait_for(state="detached")
        page.wait_for_load_state("networkidle")
        told = page.locator(".problem").all_inner_texts()
        if told or not 5_000 < sum(sizes.values()) < MOST_BYTES:
            wrong[lesson.id] = (told, sum(sizes.values()))
        try:
            sound(page)
        except AssertionError as found:
            wrong[f"{lesson.id} looks"] = str(found)[:300]
    assert not wrong, "\n".join(f"{lesson}: {told}" for lesson, told in wrong.items())


def test_the_folder_of_pictures_has_its_name() -> None:
    assert PICTURES == "gambar"
