"""The line between phone and laptop: sleep, a busy server, a kernel that dies, another person on the same phone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from kasuskit.classroom import open_room
from kasuskit.training import Case, load_case
from tests.browser.alone import has_focus
from tests.browser.served import PHONE, Participant, Server, served
from tests.practice_server import PracticeServer, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

HIDE = """Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
document.dispatchEvent(new Event('visibilitychange'))"""
SHOW = """delete document.visibilityState; delete document.hidden;
document.dispatchEvent(new Event('visibilitychange'))"""
# A line that answers until it is told not to, as one that dies while the phone sleeps; and what the server is asked.
SILENT = """window.asked = [];
window.sockets = 0;
window.answering = true;
window.WebSocket = class {
  static OPEN = 1;
  constructor() { sockets += 1; this.readyState = 1; setTimeout(() => this.onopen && this.onopen()); }
  send() {
    if (window.answering) setTimeout(() => this.onmessage({ data: JSON.stringify({ header: { msg_type: 'pong' } }) }));
  }
  close() {}
};
const real = window.fetch;
window.fetch = (address, options) => {
  asked.push([Math.round(performance.now()), address]);
  return window.gone ? Promise.reject(new TypeError('gone')) : real(address, options);
};"""

# What is sent is lost on the way; until the line is said to be there again.
HOLE = "window.sends = WebSocket.prototype.send; WebSocket.prototype.send = () => 0; 0"
MENDED = "WebSocket.prototype.send = window.sends; document.dispatchEvent(new Event('kasuskit:online')); 0"


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    server = PracticeServer(tmp_path_factory.mktemp("kelas") / "kelas.sqlite")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("K01")


@pytest.fixture
def phone(alone: Any) -> Iterator[Callable[..., Any]]:
    """Give a browser of its own, on a phone; errors of its pages fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def one() -> Any:
        context = alone.new_context(viewport=PHONE, locale="id-ID")
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context

    yield one
    for context in contexts:
        context.close()
    assert not errors


# the line, with a screen of one question ------------------------------------------------------------------


def enter(page: Any, server: PracticeServer) -> None:
    page.goto(server.address)
    page.get_by_label("Nama atau nama samaran").fill("Mama Yuli")
    page.get_by_role("button", name="Mulai latihan").click()
    somebody_else, on = page.get_by_role("button", name="Masuk sebagai orang lain"), page.locator("#go")
    somebody_else.or_(on).first.wait_for()
    if somebody_else.is_visible():  # the class knows her name from the test before
        somebody_else.click()
    on.click()
    page.locator("#jawaban").wait_for()


@pytest.fixture
def silent(phone: Any, standin: PracticeServer) -> Any:
    """Give a page with a line that opens and says nothing, and a clock that the test moves."""
    page = phone().new_page()
    page.clock.install()
    page.add_init_script(SILENT)
    enter(page, standin)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.clock.run_for(100)
    return page


def line(page: Any) -> str:
    return str(page.locator("#kasuskit-line").inner_text())


def test_a_line_that_died_in_a_long_sleep_is_noticed_at_once(silent: Any) -> None:
    silent.evaluate(f"answering = false; {HIDE}")
    silent.clock.fast_forward(3_600_000)
    silent.evaluate(SHOW)
    silent.clock.run_for(2_900)
    assert line(silent) == "", "a busy network gets three seconds"
    silent.clock.run_for(200)
    assert "Sambungan terputus" in line(silent)


def test_a_clock_set_back_in_the_sleep_changes_nothing(silent: Any) -> None:
    silent.evaluate(f"answering = false; {HIDE}")
    silent.evaluate("Date.now = () => 1e12")
    silent.evaluate(SHOW)
    silent.clock.run_for(3_100)
    assert "Sambungan terputus" in line(silent)


def test_a_glance_away_leaves_the_line_its_usual_time(silent: Any) -> None:
    silent.evaluate(HIDE)
    silent.clock.run_for(2_000)
    silent.evaluate("answering = false")
    silent.evaluate(SHOW)
    silent.clock.run_for(7_000)
    assert line(silent) == ""
    silent.clock.run_for(1_500)
    assert "Sambungan terputus" in line(silent)


def test_phones_do_not_come_back_in_one_instant_and_none_waits_long(silent: Any) -> None:
    def tries(chance: float) -> list[int]:
        silent.evaluate(
            "chance => { Math.random = () => chance; gone = true; answering = false; asked.length = 0 }", chance
        )
        silent.evaluate("window.dispatchEvent(new Event('offline'))")  # a ping that nobody answers
        silent.clock.run_for(40_000)
        times = [at for at, address in silent.evaluate("asked") if "/api/kernels/" in address]
        return [after - before for before, after in pairwise(times)]

    early = tries(0.0)
    silent.evaluate("gone = false; answering = true; window.dispatchEvent(new Event('online'))")
    silent.clock.run_for(1_000)
    wait_until(lambda: silent.evaluate("sockets") == 2)
    silent.clock.run_for(1_000)
    late = tries(0.999)
    assert all(1.8 < second / first < 3.2 for first, second in zip(early[:3], late[:3], strict=True)), (early, late)
    assert max(early + late) <= 5_000 and len(early) > 15


def test_the_wifi_returns_and_the_phone_is_back_within_a_second(silent: Any) -> None:
    silent.evaluate("gone = true; answering = false")
    silent.evaluate("window.dispatchEvent(new Event('offline'))")
    silent.clock.run_for(30_000)
    before = silent.evaluate("gone = false, sockets")
    silent.evaluate("Math.random = () => 0.999; window.dispatchEvent(new Event('online'))")
    silent.clock.run_for(900)
    wait_until(lambda: silent.evaluate("sockets") == before + 1)


def second_by_second(page: Any, true: Callable[[], bool]) -> None:
    """Let the page's clock go on until something holds; between seconds its requests are answered."""
    for _ in range(120):
        page.wait_for_timeout(20)
        if true():
            return
        page.clock.run_for(1000)
    raise AssertionError("it did not come about in two minutes of the page's time")


def test_a_busy_server_is_left_alone_as_long_as_it_asks(silent: Any) -> None:
    asked: list[str] = []

    def answers(status: int, **headers: str) -> Callable[[Any], None]:
        def answer(route: Any) -> None:
            asked.append(route.request.url)
            route.fulfill(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})

        return answer

    def asked_now(times: int) -> bool:
        return bool(silent.evaluate("true")) and len(asked) == times  # asking the page lets the routes answer

    silent.route("**/api/kernels/*", answers(503, Retry_After="120"))
    silent.evaluate("answering = false; window.dispatchEvent(new Event('offline'))")
    silent.clock.run_for(9_000)
    wait_until(lambda: "Laptop kelas sedang sibuk" in line(silent))
    for _ in range(3):
        silent.evaluate("window.dispatchEvent(new Event('pageshow'))")
    silent.clock.run_for(110_000)
    assert asked_now(1), "also when the person looks again and again"
    silent.unroute("**/api/kernels/*")
    silent.route("**/api/kernels/*", answers(404))
    silent.route("**/latihan/K01", answers(429, Retry_After="soon"))
    second_by_second(silent, lambda: len(asked) >= 3)
    wait_until(lambda: "Laptop kelas sedang sibuk" in line(silent))
    silent.unroute("**/latihan/K01")
    second_by_second(silent, lambda: silent.evaluate("sockets") == 2)
    silent.clock.run_for(100)
    assert line(silent) == "Sudah tersambung lagi."


# the practice screen --------------------------------------------------------------------------------------


def at_practice(context: Any, server: Server, case: Case, name: str = "Mama Yuli") -> Participant:
    person = Participant(context.new_page(), case)
    person.enter(server.address, name)
    return person


def end_kernels(server: Server) -> None:
    for kernel in server.kernels():
        os.kill(kernel, signal.SIGKILL)


def logged(server: Server, name: str) -> list[dict[str, str]]:
    """Return what a participant answered last at each address, attempt by attempt."""
    with open_room(server.folder / "kelas" / "latihan.sqlite", create=False) as room:
        mine = [attempt for attempt in room.attempts() if room.person_by_id(attempt.person).name == name]
        return [{entry.at: entry.value for entry in attempt.entries()} for attempt in mine]


def waiting(person: Participant) -> None:
    person.page.locator(".kas-state", has_text="menunggu sambungan").wait_for()


def field(person: Participant, at: str) -> Any:
    return person.box(at).locator("input, textarea").first


def test_a_kernel_dies_under_the_hands(phone: Any, server: Server, case: Case) -> None:
    person = at_practice(phone(), server, case, "Bapa Yos")
    page = person.page
    person.section("bagian_k")
    person.answer("krono_sebelum", "Pagi itu")
    person.saved()
    half = field(person, "krono_saat")
    half.press_sequentially("Ia berl")
    wait_until(lambda: logged(server, "Bapa Yos")[0].get("krono_saat") == "Ia berl")
    y = page.evaluate("scrollY")
    assert y > 100
    page.evaluate("document.addEventListener('kasuskit:online', () => (window.back = true))")
    end_kernels(server)
    half.press_sequentially("ari")
    wait_until(lambda: page.evaluate("window.back"), 60)
    person.saved()
    assert has_focus(half) and half.input_value() == "Ia berlari"
    assert abs(page.evaluate("scrollY") - y) < 50, "nothing jumped"
    half.press_sequentially(" pulang")
    half.press("Tab")
    wait_until(lambda: logged(server, "Bapa Yos")[0].get("krono_saat") == "Ia berlari pulang")


def test_two_phones_of_one_person_cross(phone: Any, server: Server, case: Case) -> None:
    first = at_practice(phone(), server, case, "Mama Ester")
    second = Participant(phone().new_page(), case)
    second.page.context.add_cookies(first.page.context.cookies())
    second.page.goto(first.page.url)
    second.page.locator(".kas-practice").wait_for()
    first.page.evaluate(HOLE)
    first.answer("kode_petugas", "PL-07")
    second.answer("kode_petugas", "PD-09")
    second.saved()
    first.page.evaluate(MENDED)
    first.box("kode_petugas").get_by_text("“PD-09”").wait_for()
    second.box("kode_petugas").get_by_text("Diubah di layar lain").wait_for()
    first.page.get_by_role("button", name="Pakai yang lain").click()
    wait_until(lambda: field(second, "kode_petugas").input_value() == "PD-09")
    wait_until(lambda: logged(server, "Mama Ester") == [{"kode_petugas": "PD-09"}])


@pytest.mark.parametrize("then", ["goes on", "is loaded again"])
def test_what_was_not_sent_when_the_case_was_started_afresh_stays_with_the_old_attempt(
    phone: Any, server: Server, case: Case, then: str
) -> None:
    name = f"Mama Lusi {then}"
    first = at_practice(phone(), server, case, name)
    second = Participant(first.page.context.new_page(), case)
    second.page.goto(first.page.url)
    second.page.locator(".kas-practice").wait_for()
    second.answer("kode_petugas", "PD-09")
    second.saved()
    second.page.evaluate(HOLE)
    second.answer("no_urut", "4")  # is lost on the way
    first.page.locator(".kas-toggle").click()
    first.page.get_by_role("button", name="Mulai lagi dari awal").click()
    first.page.get_by_role("button", name="Ya, mulai lagi").click()
    second.page.get_by_role("group", name="Latihan ini dimulai lagi dari awal di layar lain").wait_for()
    assert field(second, "kode_petugas").input_value() == ""
    if then == "goes on":
        second.page.evaluate(MENDED)
    else:
        second.page.reload()
        second.page.locator(".kas-practice").wait_for()
    assert field(second, "no_urut").input_value() == ""
    second.answer("kode_petugas", "PD-10")
    wait_until(lambda: logged(server, name) == [{"kode_petugas": "PD-09", "no_urut": "4"}, {"kode_petugas": "PD-10"}])
    second.saved()
    assert "tab:" not in second.page.evaluate("JSON.stringify(localStorage)")


def test_another_person_on_this_phone_sends_nothing_of_the_first(phone: Any, server: Server, case: Case) -> None:
    first = at_practice(phone(), server, case, "Mama Rosa")
    context, page = first.page.context, first.page
    first.answer("kode_petugas", "PL-07")
    first.saved()
    mine = context.cookies()
    other = phone()
    at_practice(other, server, case, "Bapa Anis").page.close()
    context.set_offline(True)
    first.answer("no_urut", "4")
    end_kernels(server)
    waiting(first)
    context.clear_cookies()
    context.add_cookies(other.cookies())
    context.set_offline(False)
    told = page.locator("#kasuskit-line", has_text="Perangkat ini sekarang dipakai orang lain")
    told.wait_for(timeout=60_000)
    page.evaluate("for (const it of ['online', 'offline']) document.dispatchEvent(new Event('kasuskit:' + it))")
    page.locator("#kasuskit").wait_for(state="hidden")
    assert logged(server, "Bapa Anis") == [{}]
    assert "no_urut" in page.evaluate("JSON.stringify(localStorage)")
    context.clear_cookies()
    context.add_cookies(mine)
    page.evaluate(HIDE)
    page.evaluate(SHOW)
    first.saved()
    assert logged(server, "Bapa Anis") == [{}]
    assert logged(server, "Mama Rosa") == [{"kode_petugas": "PL-07", "no_urut": "4"}]
    page.locator("#kasuskit").wait_for()
