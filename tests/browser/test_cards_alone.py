"""What people do at sorting cards, on a phone and on a laptop: with a finger, by keyboard, without a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from kasuskit.training.course import Course
from kasuskit.widgets.cards import CardsActivity
from tests.browser.activities import NAMES_OF_TEXTS, OFFLINE, ONLINE, SMALL, VOICE, Hosted
from tests.browser.alone import focused, has_focus, sound
from tests.browser.served import LAPTOP, PHONE
from tests.small_course import make_course

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make_course(tmp_path_factory.mktemp("kursus") / "kecil")


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def page(begin: Callable[..., Any], course: Course, request: pytest.FixtureRequest) -> Any:
    return begin(CardsActivity(course, "bentuk"), request.param)


def here(page: Any) -> Any:
    """Return the card that is shown."""
    return page.locator(".kas-page:not([hidden])")


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Any, kdrt: str, *forms: str) -> None:
    for form in forms:
        here(page).get_by_role("checkbox", name=form).check()
    here(page).get_by_role("radio", name=kdrt, exact=True).check()


def told(page: Any, words: str) -> None:
    here(page).locator(".kas-verdict").get_by_text(words).wait_for()


def finish(page: Any) -> None:
    """Sort the first card wrongly and the second rightly, and go to the end."""
    choose(page, "Tidak", "Fisik")
    press(page, "Periksa")
    told(page, "Belum tepat.")
    press(page, "Lihat jawaban")
    told(page, "Jawaban yang tepat:")
    press(page, "Berikutnya")
    choose(page, "Tidak", "Fisik")
    press(page, "Periksa")
    told(page, "Kartu ini sudah benar.")
    press(page, "Berikutnya")


def test_a_hint_for_each_dimension_then_the_reason(page: Any, host: Hosted) -> None:
    choose(page, "Ya", "Fisik")
    press(page, "Periksa")
    told(page, "Belum tepat. Baca kartunya sekali lagi")
    group = here(page).get_by_role("group", name="Bentuk kekerasan")
    assert group.get_by_text("Yang dipilih benar, tetapi masih ada yang lain.").is_visible()
    described = group.evaluate(
        "n => n.getAttribute('aria-describedby').split(' ').map(i => document.getElementById(i).textContent).join(' ')"
    )
    assert "K1 ditampar" in described and "masih ada yang lain" in described
    assert here(page).get_by_role("group", name="KDRT?").get_by_text("Benar.").is_visible()
    assert has_focus(here(page).locator(".kas-verdict"))
    assert not page.get_by_text("Tamparan itu fisik").count()
    here(page).get_by_role("checkbox", name="Psikis").check()
    press(page, "Periksa lagi")
    told(page, "Tamparan itu fisik; ancaman itu psikis.")
    assert here(page).get_by_text("Sumber: UU 23/2004 Pasal 5").is_visible()
    assert host.answers["1/periksa"] == "2 fisik psikis;ya"


def test_what_is_not_chosen_yet_is_said_beside_it(page: Any) -> None:
    here(page).get_by_role("checkbox", name="Fisik").check()
    press(page, "Periksa")
    assert here(page).get_by_role("group", name="KDRT?").get_by_text("Pilih dulu: KDRT?").is_visible()
    assert has_focus(here(page).get_by_role("radio", name="Ya"))
    page.keyboard.press("Space")
    here(page).get_by_text("Pilih dulu: KDRT?").wait_for(state="hidden")


def test_at_the_end_all_cards_stand_with_their_reasons(page: Any, host: Hosted) -> None:
    finish(page)
    assert page.get_by_text("1 dari 2 kartu tepat").is_visible()
    rows = [re.sub(r"\s+", " ", row.inner_text()) for row in page.get_by_role("row").all()[1:]]
    assert "✕" in rows[0] and "Bentuk kekerasan: Fisik, Psikis" in rows[0] and "KDRT: Tidak" in rows[0]
    assert "✓" in rows[1] and "Bukan anggota rumah tangga." in rows[1] and "(perlu dikonfirmasi" in rows[1]
    assert host.answers["selesai"] == "1"
    press(page, "Ulangi yang belum tepat")
    assert focused(page) == "Kartu 1 dari 2"
    assert not here(page).locator(":checked").count()
    choose(page, "Ya", "Fisik", "Psikis")
    press(page, "Periksa")
    told(page, "Kartu ini sudah benar.")


def test_without_a_line_choices_and_checks_wait_and_survive_a_reload(page: Any, host: Hosted) -> None:
    page.evaluate(OFFLINE)
    choose(page, "Ya", "Fisik", "Psikis")
    press(page, "Periksa")
    told(page, "Menunggu sambungan.")
    page.reload()
    page.wait_for_selector(".kas-activity")
    page.evaluate(OFFLINE)
    told(page, "Menunggu sambungan.")
    assert here(page).get_by_role("checkbox", name="Psikis").is_checked() and not host.answers
    page.evaluate(ONLINE)
    told(page, "Kartu ini sudah benar.")
    page.reload()
    page.get_by_role("heading", name="Kartu 2 dari 2").wait_for()


def test_all_by_keyboard(begin: Callable[..., Any], course: Course) -> None:
    page = begin(CardsActivity(course, "bentuk"))
    page.get_by_role("button", name="Daftar kartu").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # Fisik, Psikis
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # Ya
    page.keyboard.press("Tab")
    assert focused(page) == "Periksa"
    page.keyboard.press("Enter")
    told(page, "Kartu ini sudah benar.")
    page.wait_for_function("document.activeElement.classList.contains('kas-verdict')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "Kartu 2 dari 2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sound(page)
    press(page, "Periksa")
    sound(page)
    press(page, "Daftar kartu")
    sound(page)
    assert page.evaluate(SMALL) == []
    press(page, "Daftar kartu")
    finish(page)
    sound(page)
    assert page.evaluate(SMALL) == []
    press(page, "Sebelumnya")
    sound(page)


def test_on_a_very_narrow_screen_nothing_is_cut_off(begin: Callable[..., Any], course: Course) -> None:
    page = begin(CardsActivity(course, "bentuk"), {"width": 320, "height": 600})
    sound(page)
    finish(page)
    sound(page)


def test_it_speaks_english_too(begin: Callable[..., Any], course: Course) -> None:
    page = begin(CardsActivity(course, "bentuk", lang="en"), lang="en")
    assert page.get_by_role("heading", name="Card 1 of 2").is_visible()
    page.get_by_role("button", name="Check", exact=True).click()
    assert page.evaluate(NAMES_OF_TEXTS) == []


def test_a_card_is_read_aloud(begin: Callable[..., Any], course: Course) -> None:
    page = begin(CardsActivity(course, "bentuk"), before=VOICE)
    here(page).get_by_role("button", name="Bacakan").click()
    assert page.evaluate("window.said") == ["K1 ditampar dan diancam suaminya."]


def test_on_paper_all_cards_stand_one_under_another(begin: Callable[..., Any], course: Course) -> None:
    page = begin(CardsActivity(course, "bentuk"), LAPTOP)
    page.emulate_media(media="print")
    for card in course.cards[0].cards:
        assert page.get_by_text(card.text).is_visible()
    assert not page.get_by_role("button").count()
