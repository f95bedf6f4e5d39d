"""A browser at the practice screen whose kernel is written in JavaScript (``harness/``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kasuskit.widgets.activity import Activity
from tests.browser.activities import Hosted, hosted
from tests.browser.alone import harness
from tests.browser.served import CHROMIUM, FLAGS, LAPTOP, PHONE


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with harness() as url:
        yield url


@pytest.fixture(scope="module")
def alone(need: Callable[..., None]) -> Iterator[Any]:
    need(CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(alone: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Give ``open(viewport, **context options) -> page``; errors of the page fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(viewport: dict[str, int] = PHONE, before: str = "", query: str = "", **options: Any) -> Any:
        context = alone.new_context(viewport=viewport, locale="id-ID", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(address + query)
        page.wait_for_selector(".kas-practice")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def page(opened: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    return opened(request.param)


@pytest.fixture
def host() -> Iterator[Hosted]:
    with hosted() as given:
        yield given


@pytest.fixture
def begin(alone: Any, host: Hosted) -> Iterator[Callable[..., Any]]:
    """Give ``begin(activity, viewport, **context options) -> page``; errors of the page fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def begin_activity(
        activity: Activity, viewport: dict[str, int] = PHONE, lang: str = "id", before: str = "", **options: Any
    ) -> Any:
        context = alone.new_context(viewport=viewport, locale="id-ID", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(host.open(activity, lang))
        page.wait_for_selector(".kas-activity")
        return page

    yield begin_activity
    for context in contexts:
        context.close()
    assert not errors
