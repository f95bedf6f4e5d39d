"""The story, the place in the form, and the quick way out of the practice screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.alone import box, has_focus, section, sound
from tests.browser.served import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_the_story_lies_in_a_drawer_on_a_phone(opened: Callable[..., Any]) -> None:
    page = opened(PHONE)
    button = page.get_by_role("button", name="Baca cerita")
    button.click()
    story = page.get_by_role("region", name="Malam di dapur")
    assert has_focus(story)
    sound(page)
    story.evaluate("n => n.scrollTop = 200")
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    assert not story.is_visible()
    assert has_focus(button)
    page.wait_for_timeout(900)  # two quick ones would leave the page
    button.click()
    assert story.evaluate("n => n.scrollTop") == 200
    page.get_by_role("button", name="Tutup cerita").click()
    assert has_focus(button)


def test_the_story_stands_beside_the_form_on_a_laptop(opened: Callable[..., Any]) -> None:
    page = opened(LAPTOP)
    assert not page.get_by_role("button", name="Baca cerita").is_visible()
    story = page.get_by_role("region", name="Malam di dapur")
    form = page.locator(".kas-main").bounding_box()
    assert story.bounding_box()["x"] + story.bounding_box()["width"] <= form["x"]
    page.evaluate("scrollTo(0, 700)")
    page.wait_for_timeout(100)
    assert 0 < story.bounding_box()["y"] < 100
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Baca cerita").click()
    assert story.is_visible()
    page.set_viewport_size(LAPTOP)
    assert story.is_visible()


def test_the_place_in_the_form_is_remembered(page: Any) -> None:
    section(page, "Kebutuhan")
    page.evaluate("scrollTo(0, 300)")
    page.reload()
    page.get_by_role("heading", name="Kebutuhan").first.wait_for()
    page.wait_for_function("Math.abs(scrollY - 300) < 3")


@pytest.mark.parametrize("way", ["button", "escape", "drawer"])
def test_the_quick_exit_leaves_nothing_behind(opened: Callable[..., Any], address: str, way: str) -> None:
    page = opened(PHONE)
    box(page, "Kode petugas").fill("PL-07")
    if way == "escape":
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    else:
        if way == "drawer":
            page.get_by_role("button", name="Baca cerita").click()
        page.get_by_role("button", name="Keluar cepat").last.click()
    page.get_by_role("heading", name="Resep jagung bose").wait_for()
    assert "away.html" in page.url
    assert page.evaluate("history.length") <= 2  # the page before is replaced
    page.goto(address)  # what was typed was sent before, or was kept and is sent now
    page.wait_for_function("(localStorage.getItem('fake-kernel') || '').includes('PL-07')")
