"""No answer is lost at the practice screen: no connection, reloads, other tabs, full storage, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.alone import OFFLINE, ONLINE, answers, box, focused, kept, log, saved, section, state

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

SLEEP = """Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.asleep });
window.asleep = true; document.dispatchEvent(new Event('visibilitychange'))"""
AWAKE = "window.asleep = false; document.dispatchEvent(new Event('visibilitychange'))"
FULL = """window.full = false;
const real = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (window.full && key.startsWith('kasuskit:')) throw new DOMException('full', 'QuotaExceededError');
  real.call(this, key, value);
};"""
FORBID = """const real = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (key.startsWith('kasuskit:')) throw new Error('full');
  real.call(this, key, value);
};"""


def test_without_a_connection_answers_wait_on_the_device_and_survive_a_reload(page: Any) -> None:
    page.evaluate(OFFLINE)
    assert "Sambungan terputus" in state(page)
    box(page, "Kode petugas").fill("PL-07")
    page.get_by_role("radio", name="Surat/tertulis").check()
    page.locator(".kas-state", has_text="Belum tersimpan: menunggu sambungan (2 jawaban di perangkat ini)").wait_for()
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    box(page, "Nama lengkap").fill("Maria")
    page.reload()
    box(page, "Nama lengkap").wait_for()
    assert page.get_by_role("heading", name="Korban", exact=True).first.is_visible()
    assert box(page, "Nama lengkap").input_value() == "Maria"
    assert not log(page)
    page.evaluate(ONLINE)
    saved(page)
    assert [(entry["n"], entry["at"]) for entry in log(page)] == [
        (1, "petugas"), (2, "cara_lapor"), (3, "korban"), (4, "korban[1]/nama_korban"),
    ]  # fmt: skip
    assert len({entry["tab"] for entry in log(page)}) == 1  # a reload keeps the tab's name
    assert kept(page) == []


def test_silence_is_noticed_and_everything_is_sent_again_in_order(opened: Callable[..., Any]) -> None:
    page = opened()
    page.clock.install()
    page.evaluate("kernel.setMode('down')")
    box(page, "Kode petugas").fill("PL-07")
    page.clock.run_for(500)
    assert state(page) == "Menyimpan…"
    page.clock.run_for(4100)
    assert "Belum tersimpan: menunggu sambungan" in state(page)
    page.get_by_role("radio", name="Surat/tertulis").check()
    page.evaluate("kernel.heard.length = 0; kernel.setMode('up')")
    page.clock.run_for(9000)
    saved(page)
    sent = page.evaluate("kernel.heard.filter(m => m.kind === 'answers').map(m => m.items.map(i => i.n))")
    assert sent[-1] == [1, 2]


def test_leaving_the_page_keeps_what_is_half_typed(opened: Callable[..., Any]) -> None:
    page = opened()
    page.evaluate("kernel.setMode('down')")
    box(page, "Kode petugas").press_sequentially("PL-0")
    page.reload()
    assert box(page, "Kode petugas").input_value() == "PL-0"
    page.evaluate(ONLINE)
    saved(page)
    assert answers(page)["petugas"] == "PL-0"


def test_what_a_closed_tab_left_is_sent_by_the_next(opened: Callable[..., Any], address: str) -> None:
    page = opened()
    page.evaluate("kernel.setMode('down')")
    box(page, "Kode petugas").fill("PL-07")
    box(page, "Kode petugas").press("Tab")
    other = page.context.new_page()
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    other.goto(address)
    other.wait_for_selector(".kas-practice")
    saved(other)
    assert answers(other)["petugas"] == "PL-07"
    assert box(other, "Kode petugas").input_value() == "PL-07"
    assert kept(other) == []


def test_two_tabs_follow_each_other(opened: Callable[..., Any], address: str) -> None:
    page = opened()
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_selector(".kas-practice")
    box(other, "Jam pelaporan").fill("8.0")  # half typed: not overwritten by what comes from the first tab
    box(page, "Kode petugas").fill("PL-07")
    page.get_by_role("radio", name="Surat/tertulis").check()
    other.wait_for_function("document.querySelector('input[value=c2]').checked")
    assert box(other, "Kode petugas").input_value() == "PL-07"
    assert box(other, "Jam pelaporan").input_value() == "8.0"


def test_a_duplicated_tab_takes_another_name(opened: Callable[..., Any], address: str) -> None:
    page = opened()
    box(page, "Kode petugas").fill("A")
    saved(page)
    stored = page.evaluate("Object.entries(sessionStorage)")  # what a browser copies into the duplicate
    copy = page.context.new_page()
    copy.goto(address.replace("index.html", "away.html"))
    copy.evaluate("all => all.forEach(([k, v]) => sessionStorage.setItem(k, v))", stored)
    copy.goto(address)
    copy.wait_for_selector(".kas-practice")
    box(copy, "Kode petugas").fill("B")
    saved(copy)
    assert len({entry["tab"] for entry in log(copy)}) == 2


def test_a_browser_that_forbids_storage_says_so(opened: Callable[..., Any]) -> None:
    page = opened(before=FORBID)
    assert "tidak dapat menyimpan cadangan" in state(page)
    page.evaluate(OFFLINE)
    box(page, "Kode petugas").fill("PL-07")
    page.locator(".kas-state", has_text="Belum tersimpan: 1 jawaban hanya ada di halaman ini").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.evaluate(ONLINE)
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")
    assert answers(page)["petugas"] == "PL-07"


def test_an_answer_that_is_refused_is_named_and_does_not_hold_up_the_rest(opened: Callable[..., Any]) -> None:
    page = opened()
    page.evaluate("kernel.refuses = 'bukan'; kernel.setMode('down')")
    box(page, "Jam pelaporan").fill("8.00")
    box(page, "Kode petugas").fill("bukan")
    page.get_by_role("radio", name="Surat/tertulis").check()
    page.evaluate(ONLINE)
    said = "Jawaban ini tidak dapat disimpan: Kode petugas pencatat. Jawaban terlalu panjang. Pendekkan."
    page.get_by_role("group", name=said).get_by_text("Yang Anda tulis: bukan").wait_for()
    saved(page)
    assert answers(page) == {"jam_lapor": "8.00", "cara_lapor": "c2"}


def test_when_the_kernel_cannot_save_it_is_said_and_tried_again(opened: Callable[..., Any]) -> None:
    page = opened()
    page.clock.install()
    page.evaluate("kernel.setMode('broken')")
    page.get_by_role("radio", name="Surat/tertulis").check()
    page.clock.run_for(100)
    assert "Panggil fasilitator." in state(page)
    page.evaluate("kernel.setMode('up')")
    page.clock.run_for(9000)
    saved(page)
    assert "Panggil" not in state(page)


def test_the_key_of_a_row_removed_elsewhere_is_not_used_again(opened: Callable[..., Any], address: str) -> None:
    page = opened()
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    page.get_by_role("button", name="Hapus Korban 1").click()
    saved(page)
    other = page.context.new_page()  # knows nothing of the row that was removed
    other.goto(address)
    section(other, "Korban")
    other.get_by_role("button", name="Tambah: Korban").click()
    other.wait_for_function("JSON.parse(localStorage.getItem('fake-kernel')).entries.length === 3")
    assert log(other)[-1]["value"] == "2"
    assert focused(other) == "Korban 1"
    box(other, "Nama lengkap").fill("Maria")
    saved(other)
    assert answers(other) == {"korban[2]/nama_korban": "Maria"}


# the tab's own life ---------------------------------------------------------------------------------------


def other_tab(page: Any, address: str) -> Any:
    other = page.context.new_page()
    other.set_default_timeout(15_000)
    other.goto(address)
    other.wait_for_selector(".kas-practice")
    return other


def names(page: Any) -> list[tuple[str, str]]:
    """Return the tab and the value of every answer that the fake kernel stored."""
    return [(entry["tab"], entry["value"]) for entry in log(page)]


def test_what_a_sleeping_tab_holds_is_sent_by_the_next_and_the_sleeper_goes_on(
    opened: Callable[..., Any], address: str
) -> None:
    page = opened()
    page.evaluate("kernel.setMode('down')")
    box(page, "Kode petugas").press_sequentially("PL-0")
    page.evaluate(SLEEP)  # the phone's system may end it now without another word
    other = other_tab(page, address)
    saved(other)
    assert box(other, "Kode petugas").input_value() == "PL-0"
    page.evaluate(f"kernel.setMode('up'); {AWAKE}")
    saved(page)
    box(page, "Kode petugas").fill("PL-07")
    saved(page)
    first, second = names(page)
    assert (first[1], second[1]) == ("PL-0", "PL-07")
    assert first[0] != second[0], "two tabs never number under one name"
    page.wait_for_function("!Object.keys(localStorage).some(key => key.startsWith('kasuskit:'))")


def test_a_copy_of_a_sleeping_tab_takes_its_name_and_the_sleeper_another(
    opened: Callable[..., Any], address: str
) -> None:
    page = opened()
    box(page, "Kode petugas").fill("A")
    saved(page)
    page.evaluate(SLEEP)
    stored = page.evaluate("Object.entries(sessionStorage)")
    copy = page.context.new_page()
    copy.goto(address.replace("index.html", "away.html"))
    copy.evaluate("all => all.forEach(([k, v]) => sessionStorage.setItem(k, v))", stored)
    copy.goto(address)
    copy.wait_for_selector(".kas-practice")
    box(copy, "Kode petugas").fill("B")
    saved(copy)
    page.evaluate(AWAKE)
    box(page, "Kode petugas").fill("C")
    saved(page)
    (a, _), (b, _), (c, _) = names(page)
    assert a == b != c
    assert [value for _, value in names(page)] == ["A", "B", "C"]


def test_a_page_that_the_phone_froze_goes_on_under_its_name(opened: Callable[..., Any]) -> None:
    page = opened()
    box(page, "Kode petugas").fill("A")
    saved(page)
    for event in ("freeze", "resume"):
        page.evaluate(f"document.dispatchEvent(new Event('{event}'))")
    box(page, "Kode petugas").fill("B")
    saved(page)
    assert [value for _, value in names(page)] == ["A", "B"]
    assert len({tab for tab, _ in names(page)}) == 1
    assert kept(page) == []


def test_a_name_that_the_kernel_knows_better_is_not_used_again(opened: Callable[..., Any]) -> None:
    page = opened()
    for text in ("A", "B"):
        box(page, "Kode petugas").fill(text)
        saved(page)
    tab = log(page)[0]["tab"]
    page.goto(page.url.replace("index.html", "away.html"))  # a browser that crashed brings back an older memory
    page.evaluate("tab => sessionStorage.setItem('kasuskit:contoh-1:name', JSON.stringify({ tab, n: 1 }))", tab)
    page.go_back()
    box(page, "Kode petugas").fill("C")
    saved(page)
    assert [value for _, value in names(page)] == ["A", "B", "C"]


@pytest.mark.parametrize("alive", [False, True], ids=["dead", "alive"])
def test_life_is_not_judged_by_a_clock_that_people_set(opened: Callable[..., Any], alive: bool) -> None:
    page = opened()
    page.clock.install()
    page.reload()
    page.wait_for_selector(".kas-practice")
    page.evaluate(
        """alive => {
      const put = () => localStorage.setItem('kasuskit:contoh-1:tab:lain', JSON.stringify({
        beat: Date.now() + 1e9 + (alive ? Math.random() : 0),
        items: [{ n: 1, op: 'set', at: 'petugas', value: 'PL-07' }],
      }));
      put();
      if (alive) setInterval(put, 10000);
    }""",
        alive,
    )
    page.clock.run_for(60_000)
    if alive:
        assert names(page) == []
    else:
        saved(page)
        assert names(page) == [("lain", "PL-07")]


# what the outbox sends ------------------------------------------------------------------------------------

LONG = ("Kode petugas", "Jam pelaporan")


def test_long_answers_go_in_messages_that_the_server_takes(opened: Callable[..., Any]) -> None:
    page = opened()
    page.evaluate(OFFLINE)
    for text in ("é" * 19_999, "\u2022" * 20_000, "a" * 20_000):
        for name in LONG:
            box(page, name).fill(text)
            box(page, name).press("Tab")
    page.evaluate("kernel.heard.length = 0")
    page.evaluate(ONLINE)
    saved(page)
    page.wait_for_function("JSON.parse(localStorage.getItem('fake-kernel')).entries.length === 6")
    sent = page.evaluate("""kernel.heard.filter(m => m.kind === 'answers').map(m => ({
      size: new TextEncoder().encode(JSON.stringify(m)).length, n: m.items.map(i => i.n) }))""")
    assert len(sent) > 2
    assert all(each["size"] < 150_500 or len(each["n"]) == 1 for each in sent)
    assert max(each["size"] for each in sent) < 300_000
    assert [entry["n"] for entry in log(page)] == [1, 2, 3, 4, 5, 6]


def test_nothing_is_sent_out_of_order_when_the_line_comes_and_goes(opened: Callable[..., Any]) -> None:
    page = opened()
    for number in range(6):
        page.evaluate(OFFLINE if number % 2 else ONLINE)
        box(page, LONG[number % 2]).fill(f"{number}")
        box(page, LONG[number % 2]).press("Tab")
    page.evaluate(ONLINE)
    saved(page)
    assert [entry["n"] for entry in log(page)] == [1, 2, 3, 4, 5, 6]
    for batch in page.evaluate("kernel.heard.filter(m => m.kind === 'answers').map(m => m.items.map(i => i.n))"):
        assert batch == list(range(batch[0], batch[0] + len(batch))), "no gap"


def test_storage_that_fills_up_is_said_and_used_again_when_there_is_room(opened: Callable[..., Any]) -> None:
    page = opened(before=FULL)
    page.evaluate(OFFLINE)
    box(page, "Kode petugas").fill("PL-07")
    page.locator(".kas-state", has_text="menunggu sambungan (1 jawaban di perangkat ini)").wait_for()
    page.evaluate("window.full = true")
    box(page, "Jam pelaporan").fill("8.00")
    page.locator(".kas-state", has_text="2 jawaban hanya ada di halaman ini").wait_for()
    page.evaluate("window.full = false")
    page.get_by_role("radio", name="Surat/tertulis").check()
    page.locator(".kas-state", has_text="menunggu sambungan (3 jawaban di perangkat ini)").wait_for()
    page.evaluate(ONLINE)
    saved(page)
    assert answers(page) == {"petugas": "PL-07", "jam_lapor": "8.00", "cara_lapor": "c2"}


def test_a_class_file_that_cannot_be_written_is_told_in_plain_words_and_tried_more_and_more_seldom(
    opened: Callable[..., Any], address: str
) -> None:
    page = opened()
    other = other_tab(page, address)
    page.clock.install()
    page.evaluate("kernel.setMode('full')")
    box(page, "Kode petugas").fill("PL-07")
    page.clock.run_for(500)
    said = "Laptop kelas belum dapat menyimpan (K307). 1 jawaban aman di perangkat ini dan dikirim lagi sendiri."
    assert said in state(page)
    page.get_by_role("status").filter(has_text="Laptop kelas belum dapat menyimpan").wait_for(state="attached")
    assert "K307" not in state(other)
    page.evaluate("kernel.heard.length = 0")
    page.clock.run_for(120_000)
    assert 4 <= page.evaluate("kernel.heard.filter(m => m.kind === 'answers').length") <= 7
    assert said in state(page)
    page.evaluate("kernel.setMode('up')")
    page.clock.run_for(31_000)
    saved(page)
    assert "K307" not in state(page)
    assert answers(page) == {"petugas": "PL-07"}


def test_a_row_brought_back_without_a_connection_shows_what_it_held(opened: Callable[..., Any]) -> None:
    page = opened()
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    box(page, "Nama lengkap").fill("Maria")
    page.get_by_role("button", name="Tambah: Anak atau tanggungan").click()
    box(page, "Nama tanggungan").fill("Ana")
    box(page, "Usia Maria saat kejadian").fill("tua")
    page.get_by_text("Tulis angka saja").wait_for()
    page.get_by_role("button", name="Hapus Korban 1").click()
    saved(page)
    page.evaluate(OFFLINE)
    page.get_by_role("button", name="Kembalikan").click()
    assert box(page, "Nama lengkap").input_value() == "Maria"
    assert box(page, "Nama tanggungan").input_value() == "Ana"
    assert page.get_by_text("Tulis angka saja").is_visible()
    assert not page.get_by_label("Nama wali").is_visible(), "what was closed stays closed"
    page.evaluate(ONLINE)
    saved(page)
    assert box(page, "Nama lengkap").input_value() == "Maria"
    assert [entry["op"] for entry in log(page)][-2:] == ["remove", "restore"]
