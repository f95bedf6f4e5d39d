"""No answer is lost at the practice screen: no connection, reloads, other tabs, full storage, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.alone import OFFLINE, ONLINE, answers, box, focused, kept, log, saved, section, state

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

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
    page.get_by_role("group", name=said).wait_for()
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
