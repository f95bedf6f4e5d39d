"""What people do at the practice screen, on a phone and on a laptop, without Python behind it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.alone import answers, box, focused, log, saved, section

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_what_is_typed_is_saved_and_comes_back_in_a_persons_writing(page: Any) -> None:
    box(page, "Tanggal pelaporan").fill("3 okt 2026")
    box(page, "Jam pelaporan").fill("9.05")
    page.get_by_role("radio", name="Telepon/WhatsApp").check()
    page.get_by_role("combobox", name="Lembaga pencatat").select_option("SSP TTS")
    page.get_by_role("group", name="Korban setuju").get_by_role("checkbox", name="Ya").check()
    saved(page)
    assert answers(page) == {
        "tgl_lapor": "3 okt 2026", "jam_lapor": "9.05", "cara_lapor": "c1", "lembaga": "l3", "setuju": "OK",
    }  # fmt: skip
    assert box(page, "Tanggal pelaporan").input_value() == "3/10/2026"
    assert page.locator("output", has_text="3 Oktober 2026").is_visible()
    assert box(page, "Jam pelaporan").input_value() == "09.05"
    assert page.get_by_text("CONTOH/2026/001").is_visible()
    page.get_by_role("button", name="Hapus jawaban: Cara pengaduan").click()
    saved(page)
    assert answers(page)["cara_lapor"] == ""
    assert not page.get_by_role("radio", name="Telepon/WhatsApp").is_checked()


def test_typing_pauses_before_it_is_sent_once(page: Any) -> None:
    box(page, "Kode petugas").press_sequentially("PL-07", delay=20)
    saved(page)
    assert [entry["value"] for entry in log(page)] == ["PL-07"]


def test_what_cannot_be_read_is_said_at_the_field_and_only_the_sum_is_announced(page: Any) -> None:
    field = box(page, "Tanggal pelaporan")
    field.fill("kemarin")
    field.press("Tab")
    message = page.get_by_text("Tanggal ini tidak terbaca")
    message.wait_for()
    assert "Salah: Tanggal ini tidak terbaca" in message.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    told = field.evaluate(
        "n => n.getAttribute('aria-describedby').split(' ').map(i => document.getElementById(i).textContent).join(' ')"
    )
    assert "Contoh: 3/10/2026" in told and "tidak terbaca" in told
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('ada 1 pesan')")
    assert page.locator("[role=status], [aria-live]").count() == 1
    field.fill("3/10/2026")
    message.wait_for(state="detached")
    assert field.get_attribute("aria-invalid") is None


def test_all_by_keyboard(page: Any) -> None:
    """From the first field to the next section without a pointer, and a place in the list of sections."""
    box(page, "Tanggal pelaporan").focus()
    page.keyboard.type("3/10/2026")
    page.keyboard.press("Tab")  # calendar
    page.keyboard.press("Tab")
    page.keyboard.type("20.30")
    page.keyboard.press("Tab")
    assert focused(page) == "Cara mengisi: Cara pengaduan" or page.evaluate("document.activeElement.textContent") == "?"
    page.keyboard.press("Enter")
    assert page.get_by_text("Pilih cara laporan pertama kali diterima.").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    saved(page)
    assert answers(page)["cara_lapor"] == "c1"
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page).startswith("Lanjut"):
            break
    page.keyboard.press("Enter")
    assert focused(page) == "Pelapor"
    assert page.evaluate("document.activeElement.tagName") == "H3"
    page.get_by_role("button", name="Bagian 2 dari 9: Pelapor").focus()
    page.keyboard.press("Enter")
    current = page.locator("[aria-current=step]")
    assert "Pelapor" in current.inner_text() and "0 dari 2 terisi" in current.inner_text()
    page.keyboard.press("Escape")
    assert not current.is_visible()


def test_a_long_list_is_searched(page: Any) -> None:
    field = page.get_by_role("combobox", name="Desa tempat pencatatan")
    field.press_sequentially("oeeka")  # Oe’ékam: accents and apostrophes do not matter
    assert page.locator("li[role=option]").all_inner_texts() == ["Oe’ékam Contoh"]
    field.press("ArrowDown")
    chosen = field.get_attribute("aria-activedescendant")
    assert page.locator(f"[id='{chosen}']").inner_text() == "Oe’ékam Contoh"
    field.press("Enter")
    assert field.get_attribute("aria-expanded") == "false"
    saved(page)
    assert answers(page)["desa"] == "d7"
    field.fill("contoh 2")
    field.press("Escape")
    assert field.input_value() == "Oe’ékam Contoh"
    field.fill("tidak ada yang begini")
    assert page.get_by_text("Tidak ada pilihan yang cocok.").is_visible()
    field.press("Tab")
    assert field.input_value() == "Oe’ékam Contoh"
    field.click()
    assert page.locator("li[role=option]").count() == 50
    page.get_by_role("option", name="Desa Contoh 3", exact=True).click()
    saved(page)
    assert answers(page)["desa"] == "d2"
    assert field.input_value() == "Desa Contoh 3"
    page.get_by_role("radio", name="Kecamatan Contoh B").check()  # the filter: only the other half is on offer now
    saved(page)
    field.click()
    assert page.locator("li[role=option]").count() == 31  # thirty, and the one that was chosen before
    assert "Desa Contoh 31" in page.locator("li[role=option]").all_inner_texts()


def test_many_choices_are_sifted(page: Any) -> None:
    section(page, "Kebutuhan")
    page.get_by_role("searchbox", name="Cari pilihan: Kebutuhan").fill("pendam")
    assert page.get_by_role("checkbox").count() == 2
    page.get_by_role("checkbox", name="Pendampingan polisi").check()
    page.get_by_role("searchbox").fill("visum")
    page.get_by_role("checkbox", name="Visum").check()
    assert page.get_by_role("checkbox", name="Pendampingan polisi").is_visible()  # what is ticked stays in sight
    saved(page)
    assert answers(page)["butuh"] == "n1 n4"


def test_rows_are_added_removed_and_brought_back(page: Any) -> None:
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    assert focused(page) == "Korban 1"
    box(page, "Nama lengkap").fill("Maria")
    page.get_by_role("button", name="Tambah: Anak atau tanggungan").click()
    box(page, "Nama tanggungan").fill("Ani")
    page.get_by_role("button", name="Tambah: Korban").click()
    box(page, "Nama lengkap").nth(1).fill("Yuli")
    page.get_by_role("button", name="Hapus Korban 1").click()
    assert box(page, "Nama lengkap").input_value() == "Yuli"
    assert page.get_by_role("heading", name="Korban 1", exact=True).count() == 1
    assert focused(page) == "Kembalikan"
    page.keyboard.press("Enter")
    assert focused(page) == "Korban 1"
    saved(page)  # the kernel brings the answers back with the row
    assert [field.input_value() for field in box(page, "Nama lengkap").all()] == ["Maria", "Yuli"]
    assert box(page, "Nama tanggungan").input_value() == "Ani"
    ops = [(entry["op"], entry["at"]) for entry in log(page) if entry["op"] != "set"]
    assert ops == [
        ("add", "korban"),
        ("add", "korban[1]/tanggungan"),
        ("add", "korban"),
        ("remove", "korban[1]"),
        ("restore", "korban[1]"),
    ]
    page.get_by_role("button", name="Hapus Korban 2").click()
    page.get_by_role("button", name="Tutup", exact=True).click()
    page.get_by_role("button", name="Tambah: Korban").click()
    saved(page)
    assert log(page)[-1]["value"] == "3"  # a key is never used again
    section(page, "Hubungan")
    assert page.get_by_role("heading", name="Hubungan dengan Maria").is_visible()
    assert page.get_by_role("button", name=re.compile("^Tambah")).count() == 0


def test_a_button_in_a_row_says_of_which_row(page: Any) -> None:
    section(page, "Korban")
    for _ in range(2):
        page.get_by_role("button", name="Tambah: Korban").click()
    for place in ("(Korban 1)", "(Korban 2)"):
        add = page.get_by_role("button", name=f"Tambah: Anak atau tanggungan {place}", exact=True)
        assert add.inner_text() == "Tambah: Anak atau tanggungan"
        add.click()
        page.get_by_role("button", name=f"Hapus Anak atau tanggungan 1 {place}", exact=True).wait_for()
    saved(page)
    assert [entry["at"] for entry in log(page)][2:] == ["korban[1]/tanggungan", "korban[2]/tanggungan"]


def test_a_long_section_is_crossed_by_its_lists(page: Any) -> None:
    section(page, "Rujukan")
    none = page.get_by_text("Belum ada.")
    assert none.is_visible()
    page.get_by_role("button", name="Tambah: Layanan").click()
    none.wait_for(state="hidden")
    page.get_by_role("button", name="Daftar bagian").click()
    assert focused(page).startswith("Rujukan dan layanan")
    page.keyboard.press("Tab")
    assert focused(page) == "Layanan (1)"
    page.keyboard.press("Enter")
    assert focused(page) == "Layanan"
    page.get_by_role("button", name="Daftar bagian").click()
    page.get_by_role("navigation").get_by_role("button", name="Korban setuju dirujuk?").click()
    assert not page.get_by_role("navigation").is_visible()
    assert (
        page.get_by_role("radiogroup", name="Korban setuju dirujuk?")
        .get_by_role("radio")
        .first.evaluate("n => n === document.activeElement")
    )


def test_short_choices_stand_in_one_line(page: Any) -> None:
    section(page, "Dampak")
    lines = [
        radio.bounding_box()["y"] for radio in page.get_by_role("radiogroup", name="Takut").get_by_role("radio").all()
    ]
    assert len(lines) > 1 and len(set(lines)) == 1


def test_a_hidden_question_keeps_what_was_typed(page: Any) -> None:
    section(page, "Pelapor")
    page.get_by_role("radio", name="Tetangga").check()
    box(page, "Nama pelapor").fill("Ibu Rosa")
    page.get_by_role("radio", name="Anonim").check()
    box(page, "Nama pelapor").wait_for(state="hidden")
    page.get_by_role("radio", name="Tetangga").check()
    box(page, "Nama pelapor").wait_for()
    assert box(page, "Nama pelapor").input_value() == "Ibu Rosa"
