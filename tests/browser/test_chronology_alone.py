"""The chronology editor in a browser: writing, moving, removing, advice, a phone that loses its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kasuskit.training.course import load_course
from kasuskit.training.course.chronology import load_exercise
from kasuskit.widgets.chronology import ChronologyActivity
from tests.browser.activity_page import ActivityPage, activity_page
from tests.browser.alone import has_focus, sound
from tests.browser.served import LAPTOP, PHONE

pytestmark = pytest.mark.browser
GOOD = "Menurut K1: Sabtu, 26 September 2026, di bak belakang rumah, T1 menarik tangan kiri K1 dengan kuat. "
OWN = GOOD + "T1 berkata, 'Mulai besok ko sonde usah keluar rumah.' K1 tidak ingat jamnya."


@pytest.fixture(params=["01", "02"], ids=["mend", "write"])
def both(request: pytest.FixtureRequest) -> Iterator[ActivityPage]:
    with activity_page(ChronologyActivity(load_course(), request.param)) as page:
        yield page


@pytest.fixture
def mend() -> Iterator[ActivityPage]:
    with activity_page(ChronologyActivity(load_course(), "01")) as page:
        yield page


@pytest.fixture
def open_page(visit: Callable[..., Any]) -> Callable[..., Any]:
    def open_it(served: ActivityPage, viewport: dict[str, int] = PHONE, **options: Any) -> Any:
        return visit(served.address, ".kas-part", viewport, patience=10_000, **options)

    return open_it


def part(page: Any, name: str) -> Any:
    return page.get_by_role("group", name=name)


def boxes(page: Any, name: str = "Saat kejadian") -> Any:
    return part(page, name).get_by_role("textbox")


def saved(page: Any) -> None:
    page.wait_for_timeout(700)  # what is typed is told after a pause
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_sound_in_both_themes_and_sizes(both: ActivityPage, open_page: Any, viewport: Any, scheme: str) -> None:
    page = open_page(both, viewport, color_scheme=scheme)
    boxes(page).first.fill(OWN)
    saved(page)
    page.locator(".kas-rubric > summary").click()
    page.locator(".kas-tools > summary").first.click()
    sound(page)
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, summary, textarea')].filter(n => n.offsetHeight && "
        "n.offsetHeight < 44).map(n => n.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_advice_comes_after_a_pause_and_goes_when_it_is_followed(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    advice = part(page, "Saat kejadian").locator("li .kas-advice").first
    assert "Ibu Mira, Pak Doni" in advice.inner_text()
    boxes(page).first.fill(GOOD)
    saved(page)
    assert "Ibu Mira" not in advice.inner_text() and "Saran" not in advice.inner_text()
    described = boxes(page).first.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").evaluate("n => n.matches('.kas-advice')")


def test_what_was_typed_is_there_after_a_reload_and_after_a_new_kernel(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    boxes(page).first.fill(OWN)
    part(page, "Saat kejadian").get_by_role("combobox").first.select_option("korban")
    saved(page)
    mend.restart()
    page.reload()
    page.wait_for_selector(".kas-part")
    assert boxes(page).first.input_value() == OWN
    assert part(page, "Saat kejadian").get_by_role("combobox").first.input_value() == "korban"


def test_the_pause_is_not_waited_for_when_the_page_is_left(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    boxes(page).first.press_sequentially("xy")
    page.reload()
    page.wait_for_selector(".kas-part")
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")
    assert "xy" in boxes(page).first.input_value() and "xy" in mend.answers["s/2/teks"]


def test_without_a_line_one_writes_on_and_nothing_is_lost(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    page.evaluate("setMode('down'); document.dispatchEvent(new Event('kasuskit:offline'))")
    boxes(page).first.fill(GOOD)
    part(page, "Sesudah kejadian").get_by_role("button", name="Tambah pernyataan").click()
    boxes(page, "Sesudah kejadian").nth(1).fill("Menurut K1: ia pulang.")
    page.wait_for_timeout(800)
    assert "Menunggu sambungan" in page.locator(".kas-state").inner_text() and not mend.answers
    page.reload()
    page.wait_for_selector(".kas-part")
    assert boxes(page).first.input_value() == GOOD
    assert boxes(page, "Sesudah kejadian").nth(1).input_value() == "Menurut K1: ia pulang."
    page.evaluate("setMode('up'); document.dispatchEvent(new Event('kasuskit:online'))")
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")
    assert mend.answers["s/2/teks"] == GOOD


def test_statements_are_added_moved_and_sent_to_another_part_by_keyboard(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    during = part(page, "Saat kejadian")
    during.get_by_role("button", name="Tambah pernyataan").press("Enter")
    assert has_focus(boxes(page).nth(1))
    page.keyboard.type("Menurut S1: S1 mendengar.")
    saved(page)
    during.locator(".kas-tools > summary").nth(1).press("Enter")
    up = during.get_by_role("button", name="↑ Naik").first
    during.get_by_role("button", name="↑ Naik").last.press("Enter")
    saved(page)
    assert boxes(page).first.input_value() == "Menurut S1: S1 mendengar."
    assert up.is_disabled() or up.count()
    during.get_by_role("button", name="Ke: Sesudah kejadian").first.press("Enter")
    assert has_focus(boxes(page, "Sesudah kejadian").nth(1))
    saved(page)
    assert [each.text for each in mend.activity.statements(mend.answers)][-1] == "Menurut S1: S1 mendengar."


def test_a_removed_statement_is_brought_back_with_its_text(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    during = part(page, "Saat kejadian")
    text = boxes(page).first.input_value()
    during.locator(".kas-tools > summary").first.click()
    during.get_by_role("button", name="Hapus").click()
    back = during.get_by_role("button", name="Kembalikan")
    assert has_focus(back) and boxes(page).count() == 0
    saved(page)
    page.reload()
    page.wait_for_selector(".kas-part")
    during.locator(".kas-bin > summary").click()
    back.click()
    assert boxes(page).first.input_value() == text and has_focus(boxes(page).first)


def test_an_emptied_text_stays_empty(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    boxes(page).first.fill("")
    saved(page)
    page.reload()
    page.wait_for_selector(".kas-part")
    assert boxes(page).first.input_value() == ""


def test_typing_is_not_disturbed_by_what_comes_back(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    boxes(page).first.fill("")
    for piece in ("Menurut K1: ", "T1 menarik ", "tangan K1."):
        boxes(page).first.press_sequentially(piece, delay=20)
        page.wait_for_timeout(750)
    assert boxes(page).first.input_value() == "Menurut K1: T1 menarik tangan K1."
    assert has_focus(boxes(page).first)


def test_the_example_opens_after_an_own_try(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    reveal = page.get_by_role("button", name="Lihat contoh yang baik")
    reveal.click(force=True)  # it says why it does not open yet
    assert "contoh" not in mend.answers and not page.locator(".kas-example").is_visible()
    boxes(page).first.fill(OWN)
    saved(page)
    reveal.click()
    page.locator(".kas-example li").first.wait_for()
    assert has_focus(page.locator(".kas-example")) and not reveal.is_visible()


def test_done_never_waits_for_the_advice(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    page.get_by_role("button", name="Selesai").click()
    page.wait_for_function("document.querySelector('.kas-verdict').textContent.includes('Masih ada')")
    saved(page)  # the words come from the press of the button, before it is kept
    assert mend.answers == {"selesai": "1"}
    boxes(page).first.fill(GOOD)
    saved(page)
    assert mend.answers["s/2/teks"] == GOOD


def test_another_device_sees_what_was_written_last(mend: ActivityPage, open_page: Any) -> None:
    phone, laptop = open_page(mend), open_page(mend, LAPTOP)
    boxes(phone).first.fill(GOOD)
    saved(phone)
    boxes(laptop, "Sesudah kejadian").first.fill("Menurut K1: ia pulang.")
    saved(laptop)
    laptop.wait_for_function("document.querySelectorAll('textarea')[1].value.startsWith('Menurut K1: Sabtu')")
    assert mend.answers["s/2/teks"] == GOOD


def test_the_material_is_at_hand_from_every_part(mend: ActivityPage, open_page: Any) -> None:
    page = open_page(mend)
    part(page, "Sesudah kejadian").get_by_role("button", name="Lihat bahan").click()
    assert has_focus(page.locator(".kas-material > summary"))
    material = load_exercise(load_course(), "01").material
    assert page.locator(".kas-material li").count() == len(material)
    assert page.get_by_role("heading", level=3, name="Bahan").is_visible()


def test_it_speaks_english_too(open_page: Any) -> None:
    with activity_page(ChronologyActivity(load_course(), "01", "en"), "en") as served:
        page = open_page(served)
        assert page.get_by_role("heading", name="Before the incident").is_visible()
        assert "A person's name" in page.locator(".kas-advice").first.inner_text()
        assert "chron." not in page.locator("body").inner_text()
        page.close()
