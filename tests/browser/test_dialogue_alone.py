"""The conversation in a browser: choosing, seeing what follows, trying again, to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kasuskit.training.course import load_course
from kasuskit.training.course.dialogue import GOOD, load_effects
from kasuskit.widgets.dialogue import DialogueActivity
from tests.browser.activity_page import ActivityPage, activity_page
from tests.browser.alone import has_focus, sound
from tests.browser.served import LAPTOP, PHONE

pytestmark = pytest.mark.browser
KEYS = {name: load_effects(load_course(), name) for name in ("persetujuan", "anak")}


@pytest.fixture
def consent() -> Iterator[ActivityPage]:
    with activity_page(DialogueActivity(load_course(), "persetujuan")) as page:
        yield page


@pytest.fixture
def open_page(visit: Callable[..., Any]) -> Callable[..., Any]:
    def open_it(served: ActivityPage, viewport: dict[str, int] = PHONE, **options: Any) -> Any:
        return visit(served.address, ".kas-turn", viewport, patience=10_000, **options)

    return open_it


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name)


def choose(page: Any, step: str, value: str = GOOD, key: str = "persetujuan") -> None:
    """Choose the answer of this worth, and wait for what follows."""
    name = next(name for (at, name), effect in KEYS[key].items() if at == step and effect.value == value)
    before = page.locator(".kas-turn .kas-verdict").count()
    page.locator(".kas-choices button").nth("abc".index(name)).click()
    page.wait_for_function(f"document.querySelectorAll('.kas-turn .kas-verdict').length === {before + 1}")


def to_the_end(page: Any, key: str = "persetujuan", step: str = "pintu") -> None:
    while page.locator(".kas-choices button").count():
        choose(page, step, GOOD, key)
        step = next(effect.next for (at, _), effect in KEYS[key].items() if at == step and effect.value == GOOD)
        page.wait_for_timeout(50)


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_sound_from_beginning_to_end(consent: ActivityPage, open_page: Any, viewport: Any, scheme: str) -> None:
    page = open_page(consent, viewport, color_scheme=scheme)
    sound(page)
    choose(page, "pintu")
    choose(page, "pembuka", "bahaya")
    sound(page)
    button(page, "Coba jawaban lain").click()
    page.locator(".kas-choices button").first.wait_for()
    to_the_end(page, step="pembuka")
    page.locator(".kas-end summary").click()
    sound(page)
    small = page.evaluate(
        "[...document.querySelectorAll('button, summary')].filter(n => n.offsetHeight && n.offsetHeight < 44)"
        ".map(n => n.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_who_speaks_is_said_in_words_in_a_log(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    log = page.get_by_role("log", name="Percakapan")
    assert log.locator(".kas-bubble").nth(1).inner_text().startswith("Korban: ")
    choose(page, "pintu")
    assert "Anda: " in log.inner_text() and "Tepat" in log.inner_text()


def test_an_answer_that_hurts_is_explained_and_can_be_tried_again(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    choose(page, "pintu", "bahaya")
    assert "Berbahaya" in page.get_by_role("log").inner_text()
    assert page.locator(".kas-choices button").count() == 0
    button(page, "Coba jawaban lain").click()
    page.locator(".kas-choices button").first.wait_for()
    assert page.locator(".kas-tried").count() == 1 and "sudah dicoba" in page.locator(".kas-choices").inner_text()
    assert "Berbahaya" not in page.get_by_role("log").inner_text()
    choose(page, "pintu", "kurang")
    button(page, "Lanjut dengan jawaban ini").click()
    page.wait_for_function("document.querySelectorAll('.kas-turn').length === 2")
    assert consent.answers["pilih/1"] == consent.answers["lanjut/1"]


def test_nothing_of_the_worth_of_an_answer_reaches_the_page_before_it_is_chosen(
    consent: ActivityPage, open_page: Any
) -> None:
    page = open_page(consent)
    html = page.content() + page.evaluate("fetch('/begin').then(r => r.text())")
    assert not any(effect.reason in html or effect.effect in html for effect in KEYS["persetujuan"].values())


def test_the_keyboard_is_enough_and_the_focus_goes_on(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    page.locator(".kas-choices button").nth(2).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.kas-turn').length === 2")
    assert has_focus(page.locator(".kas-body > h4"))
    page.keyboard.press("Tab")
    assert has_focus(page.locator(".kas-choices button").first)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    button(page, "Coba jawaban lain").wait_for()
    page.keyboard.press("Tab")
    assert has_focus(button(page, "Coba jawaban lain"))


def test_a_reload_shows_the_same_conversation(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    choose(page, "pintu")
    choose(page, "pembuka", "kurang")
    told = page.get_by_role("log").inner_text()
    consent.restart()
    page.reload()
    page.wait_for_selector(".kas-turn")
    assert page.get_by_role("log").inner_text() == told and button(page, "Coba jawaban lain").is_visible()


def test_one_step_back_from_anywhere(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    choose(page, "pintu")
    choose(page, "pembuka")
    button(page, "Mundur satu langkah").click()
    page.wait_for_function("document.querySelectorAll('.kas-turn').length === 2")
    assert "sudah dicoba" in page.locator(".kas-choices").inner_text()
    choose(page, "pembuka")
    assert page.locator(".kas-turn").count() == 3


def test_the_end_says_what_was_asked_by_itself_and_one_may_begin_again(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    to_the_end(page)
    end = page.locator(".kas-end").inner_text()
    assert "13 dari 13" in end and "dirujuk ke polisi" in end and "belum Anda tanyakan" not in end
    assert consent.answers["selesai"] == "1"
    button(page, "Ulangi dari awal").click()
    page.wait_for_function("document.querySelectorAll('.kas-turn').length === 1")
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")
    assert consent.answers == {"selesai": "1"} and not page.locator(".kas-end").is_visible()


def test_without_a_line_the_answer_waits_and_then_follows(consent: ActivityPage, open_page: Any) -> None:
    page = open_page(consent)
    page.evaluate("setMode('down'); document.dispatchEvent(new Event('kasuskit:offline'))")
    page.locator(".kas-choices button").nth(2).click()
    assert "menunggu sambungan" in page.locator(".kas-body > h4").inner_text()
    assert "Anda: " in page.get_by_role("log").inner_text()
    page.evaluate("setMode('up'); document.dispatchEvent(new Event('kasuskit:online'))")
    page.wait_for_function("document.querySelectorAll('.kas-turn').length === 2")


def test_the_childs_conversation_ends_well_and_in_english_words_are_english(open_page: Any) -> None:
    with activity_page(DialogueActivity(load_course(), "anak")) as served:
        page = open_page(served)
        to_the_end(page, "anak", "wali")
        assert "persetujuan anak sendiri" in page.locator(".kas-end").inner_text()
        assert "kesepakatan kit" in page.get_by_role("log").inner_text(), "what we settled ourselves is called so"
        page.close()
    with activity_page(DialogueActivity(load_course(), "anak"), "en") as served:
        page = open_page(served)
        assert "Conversation practice" in page.get_by_role("heading", level=3).inner_text()
        assert page.locator(".kas-body > h4").inner_text() == "What do you say or do?"
        page.close()
