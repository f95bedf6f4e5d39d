"""From the check to the sentence in the story, and starting again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.alone import box, focused, has_focus, saved, section, sound

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_feedback_from_the_check_to_the_sentence_in_the_story(page: Any) -> None:
    narrow = page.viewport_size["width"] < 800
    box(page, "Kode petugas").fill("PL-07")
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    box(page, "Nama lengkap").fill("Mario")
    page.get_by_role("button", name="Periksa").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()
    assert focused(page) == "Hasil pemeriksaan"
    assert page.get_by_text("0 dari 6 isian sudah tepat.").is_visible()
    assert page.get_by_text("Kronologi masih kosong.").is_visible()
    sound(page)
    page.get_by_role("link", name="Kode petugas pencatat").click()
    field = box(page, "Kode petugas")
    assert has_focus(field)
    assert page.get_by_text("Cerita tidak menyebut hal ini.").is_visible()
    field.fill("")
    page.get_by_text("Berubah sejak diperiksa.").wait_for()
    assert not page.get_by_text("Cerita tidak menyebut hal ini.").is_visible()
    section(page, "Korban")
    page.get_by_role("button", name="Tunjukkan kalimatnya: Nama lengkap (Korban 1)").click()
    page.get_by_text("Namanya disebut di awal alinea kedua.").wait_for()
    see = page.get_by_role("button", name="Lihat di cerita: Nama lengkap (Korban 1)")
    assert has_focus(see)
    see.click()
    mark = page.locator("mark")
    assert has_focus(mark)
    assert mark.evaluate("n => n.lastChild.data") == "Maria 🌺 Contoh"  # code points, not UTF-16 units
    assert "Bukti 1, Nama lengkap (Korban 1)" in mark.text_content()
    sound(page)
    if narrow:
        page.keyboard.press("Escape")
        assert has_focus(see)
    box(page, "Nama lengkap").fill("Maria 🌺 Contoh")
    saved(page)
    page.reload()
    box(page, "Nama lengkap").wait_for()
    assert page.get_by_text("Berubah sejak diperiksa.").is_visible()
    page.get_by_role("button", name="Periksa").click()
    page.get_by_text("2 dari 6 isian sudah tepat.").wait_for()


def test_a_row_that_the_story_has_and_the_form_lacks_is_said_once_at_its_list(page: Any) -> None:
    page.get_by_role("button", name="Periksa").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()
    page.get_by_role("link", name="Korban", exact=True).click()
    message = page.get_by_text("Cerita menyebut satu lagi untuk daftar ini. Tambahkan barisnya.")
    assert message.is_visible()
    page.get_by_role("button", name="Tambah: Korban").click()
    page.get_by_text("Berubah sejak diperiksa.").wait_for()
    assert not message.is_visible()


def test_starting_again_asks_first_and_waits_until_all_is_saved(page: Any) -> None:
    box(page, "Kode petugas").fill("PL-07")
    page.get_by_role("button", name=re.compile("^Bagian 1")).click()
    page.get_by_role("button", name="Mulai lagi dari awal").click()
    page.get_by_role("button", name="Batal").click()
    assert box(page, "Kode petugas").input_value() == "PL-07"
    page.get_by_role("button", name="Mulai lagi dari awal").click()
    sound(page)
    page.get_by_role("button", name="Ya, mulai lagi").click()
    page.wait_for_function("document.activeElement.textContent === 'Kepala formulir'")
    assert box(page, "Kode petugas").input_value() == ""
    kinds = page.evaluate("kernel.heard.map(m => m.kind).filter(k => k !== 'hello')")
    assert kinds[-2:] == ["answers", "again"]
