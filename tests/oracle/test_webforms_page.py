"""The page of ODK Web Forms, a third judge: it shows our forms, whole and without complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kasuskit.form import Record, load_form

from .panel import SHIPPED, open_form
from .referees import NOW, webforms

pytestmark = [pytest.mark.oracle, pytest.mark.browser]
FAILURE = ".form-load-failure-dialog"
DATES = """
| survey |           |          |          |                                                              |
|        | type      | name     | label    | calculation                                                  |
|        | date      | lapor    | Lapor    |                                                              |
|        | date      | kejadian | Kejadian |                                                              |
|        | calculate | hari     |          | decimal-date-time({}) - decimal-date-time({})                |
"""


@pytest.fixture(scope="module")
def browser(need: Callable[..., None]) -> Iterator[Browser]:
    from webforms.build import page_folder
    from webforms.peer import CHROMIUM, chromium

    need("node", "npm")
    if not Path(CHROMIUM).exists():
        need(reason="needs Chromium")
    try:
        page_folder()
    except RuntimeError as error:
        need(reason=f"cannot build the page of Web Forms: {error}")
    with chromium() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, xform: str) -> Iterator[Page]:
    from webforms.build import page_folder
    from webforms.server import serving

    with serving(page_folder(), xform) as address:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector(f"#app input:visible, #app textarea:visible, {FAILURE}", timeout=120_000)
        yield page
        page.close()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_page_shows_our_form(name: str, browser: Browser) -> None:
    form = open_form(name)
    record = Record(form, now=NOW)
    with opened(browser, form.xform) as page:
        assert page.locator(FAILURE).count() == 0, page.locator(FAILURE).inner_text()
        assert form.title in page.locator("#app").inner_text()
        headings = [text.strip() for text in page.locator(".p-panel-header").all_inner_texts()]
        shown = [record.label(node.name) for node in form.sections if record.relevant(node.name)]
        assert [label for label in shown if label not in headings] == []


def test_the_page_shows_a_difference_of_dates(browser: Browser) -> None:
    sheet = DATES.format("string(${lapor})", "string(${kejadian})")
    with opened(browser, load_form(sheet).xform) as page:
        assert page.locator(FAILURE).count() == 0


@pytest.mark.xfail(strict=True, reason="the page, unlike the engine in it, refuses decimal-date-time(${date}): F163")
def test_the_page_shows_a_difference_of_bare_dates(browser: Browser) -> None:
    from pyxform.xls2xform import convert

    xform = convert(DATES.format("${lapor}", "${kejadian}")).xform
    assert webforms(xform, [{"lapor": "2026-10-03", "kejadian": "2026-10-01"}])[0].cells["hari"].value == "2"
    with opened(browser, xform) as page:
        assert page.locator(FAILURE).count() == 0
