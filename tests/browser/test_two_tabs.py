"""Two screens of one person: nothing is overwritten unseen, nobody is disturbed while writing, no row is mixed up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.alone import OFFLINE, ONLINE, answers, box, focused, has_focus, log, saved, section, sound
from tests.browser.served import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

# The pause after typing, of 400 ms, does not come on this screen.
STILL_TYPING = """const real = window.setTimeout;
window.setTimeout = (run, wait, ...rest) => (wait === 400 ? 0 : real(run, wait, ...rest)); 0"""
CLASH = "Isian ini juga diisi di layar lain: “PD-09”. Yang dipakai sekarang: “PL-07”."


@pytest.fixture
def tabs(opened: Callable[..., Any], address: str) -> Callable[..., tuple[Any, Any]]:
    def two(viewport: dict[str, int] = PHONE) -> tuple[Any, Any]:
        page = opened(viewport)
        return page, another(page, address)

    return two


def another(page: Any, address: str) -> Any:
    other = page.context.new_page()
    other.set_default_timeout(15_000)
    other.goto(address)
    other.wait_for_selector(".kas-practice")
    return other


def field(page: Any, name: str) -> Any:
    return page.locator(f'.kas-node[data-at="{name}"]')


def write(page: Any, name: str, text: str) -> None:
    box(page, name).fill(text)
    box(page, name).press("Tab")


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_field_filled_on_two_screens_says_so_and_gives_the_choice(tabs: Any, viewport: dict[str, int]) -> None:
    page, other = tabs(viewport)
    page.evaluate(OFFLINE)
    write(page, "Kode petugas", "PL-07")
    box(page, "Jam pelaporan").focus()
    write(other, "Kode petugas", "PD-09")
    saved(other)
    page.evaluate(ONLINE)
    note = field(page, "petugas").get_by_text(CLASH)
    note.wait_for()
    assert has_focus(box(page, "Jam pelaporan")), "the focus stays where it is"
    page.get_by_role("status").filter(has_text="Isian ini juga diisi di layar lain: Kode petugas").wait_for(
        state="attached"
    )
    described = box(page, "Kode petugas").get_attribute("aria-describedby").split()
    assert any("PD-09" in page.locator(f'[id="{each}"]').inner_text() for each in described), "tied to its field"
    sound(page)
    other.locator(".kas-node", has_text="Diubah di layar lain.").wait_for()
    assert box(other, "Kode petugas").input_value() == "PL-07", "what arrives last stands"
    page.get_by_role("button", name="Pakai yang lain").click()
    note.wait_for(state="detached")
    saved(page)
    assert box(page, "Kode petugas").input_value() == "PD-09"
    assert has_focus(box(page, "Kode petugas"))
    assert [entry["value"] for entry in log(page)] == ["PD-09", "PL-07", "PD-09"], "nothing is thrown away"
    other.wait_for_function("[...document.querySelectorAll('input')].some(n => n.value === 'PD-09')")


def test_the_choice_may_be_left_as_it_is_and_choices_are_named_in_words(tabs: Any) -> None:
    page, other = tabs()
    page.evaluate(OFFLINE)
    page.get_by_role("radio", name="Surat/tertulis").check()
    other.get_by_role("radio", name="Laporan media").check()
    saved(other)
    page.evaluate(ONLINE)
    note = field(page, "cara_lapor").get_by_text("“Laporan media”. Yang dipakai sekarang: “Surat/tertulis”")
    note.wait_for()
    page.reload()
    note.wait_for()
    page.get_by_role("button", name="Biarkan").click()
    note.wait_for(state="detached")
    assert answers(page) == {"cara_lapor": "c2"}


def test_a_conflict_on_another_section_is_named_and_led_to(tabs: Any) -> None:
    page, other = tabs()
    page.evaluate(OFFLINE)
    write(page, "Kode petugas", "PL-07")
    section(page, "Korban")
    write(other, "Kode petugas", "PD-09")
    saved(other)
    page.evaluate(ONLINE)
    page.get_by_role("group", name="Ada isian yang juga diisi di layar lain").get_by_role(
        "link", name="Kode petugas"
    ).click()
    field(page, "petugas").get_by_text(CLASH).wait_for()
    assert has_focus(box(page, "Kode petugas"))
    assert not page.locator(".kas-toast").count()


def test_what_is_being_typed_is_not_overwritten_and_then_told(tabs: Any) -> None:
    page, other = tabs()
    page.evaluate(STILL_TYPING)
    box(page, "Kode petugas").press_sequentially("PL-0")
    write(other, "Kode petugas", "PD-09")
    field(page, "petugas").get_by_text("Diubah di layar lain.").wait_for()
    assert has_focus(box(page, "Kode petugas"))
    assert box(page, "Kode petugas").input_value() == "PL-0"
    box(page, "Kode petugas").press_sequentially("7")
    box(page, "Kode petugas").press("Tab")
    field(page, "petugas").get_by_text(CLASH).wait_for()
    assert answers(page)["petugas"] == "PL-07"


def test_who_only_stands_in_a_field_wipes_nothing_out(tabs: Any) -> None:
    page, other = tabs()
    box(page, "Kode petugas").focus()
    write(other, "Kode petugas", "PD-09")
    field(page, "petugas").get_by_text("Diubah di layar lain.").wait_for()
    box(page, "Kode petugas").press("Tab")
    page.wait_for_function("[...document.querySelectorAll('input')].some(n => n.value === 'PD-09')")
    assert [entry["value"] for entry in log(page)] == ["PD-09"]
    write(page, "Kode petugas", "PD-10")
    saved(page)
    assert not field(page, "petugas").get_by_text("layar lain").count(), "it was seen, so it is no conflict"


def test_a_row_removed_elsewhere_is_named_with_what_was_being_written(tabs: Any) -> None:
    page, other = tabs()
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    saved(page)
    section(other, "Korban")
    page.evaluate(STILL_TYPING)
    box(page, "Nama lengkap").press_sequentially("Mari")
    other.get_by_role("button", name="Hapus Korban 1").click()
    told = page.get_by_role("group", name="Korban 1 dihapus di layar lain")
    told.get_by_text("Yang Anda tulis: Mari").wait_for()
    assert focused(page) == "Kembalikan"
    sound(page)
    told.get_by_role("button", name="Kembalikan").click()
    page.wait_for_function("[...document.querySelectorAll('input')].some(n => n.value === 'Mari')")
    saved(page)
    assert [entry["op"] for entry in log(page)] == ["add", "remove", "set", "restore"]


def test_two_screens_that_add_a_row_keep_two_persons(tabs: Any) -> None:
    page, other = tabs()
    for each in (page, other):
        section(each, "Korban")
    page.evaluate(OFFLINE)
    page.get_by_role("button", name="Tambah: Korban").click()
    write(page, "Nama lengkap", "Maria")
    page.get_by_role("button", name="Tambah: Anak atau tanggungan").click()
    write(page, "Nama tanggungan", "Ana")
    other.get_by_role("button", name="Tambah: Korban").click()
    write(other, "Nama lengkap", "Yosefa")
    saved(other)
    box(page, "Nama lengkap").focus()
    box(page, "Nama lengkap").press("End")
    page.evaluate(ONLINE)
    page.get_by_role("heading", name="Korban 2", exact=True).wait_for()
    saved(page)
    assert answers(page) == {
        "korban[1]/nama_korban": "Yosefa", "korban[2]/nama_korban": "Maria",
        "korban[2]/tanggungan[1]/nama_tanggungan": "Ana",
    }  # fmt: skip
    assert not page.get_by_text("layar lain").count(), "nothing crossed"
    page.keyboard.type(" Contoh")  # the hands are still in the same field of the same person
    page.keyboard.press("Tab")
    saved(page)
    assert answers(page)["korban[2]/nama_korban"] == "Maria Contoh"
