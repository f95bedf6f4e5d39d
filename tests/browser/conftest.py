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
def visit(alone: Any) -> Iterator[Callable[..., Any]]:
    """Give ``visit(address, wanted, viewport, **context options) -> page``; errors of the page fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def visit_page(
        address: str,
        wanted: str,
        viewport: dict[str, int] = PHONE,
        before: str = "",
        patience: int = 15_000,
        **options: Any,
    ) -> Any:
        context = alone.new_context(viewport=viewport, locale="id-ID", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(patience)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(address)
        page.wait_for_selector(wanted)
        return page

    yield visit_page
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def opened(visit: Callable[..., Any], address: str) -> Callable[..., Any]:
    """Give ``open(viewport, **context options) -> page`` for the practice screen."""

    def open_page(viewport: dict[str, int] = PHONE, before: str = "", query: str = "", **options: Any) -> Any:
        return visit(address + query, ".kas-practice", viewport, before, **options)

    return open_page


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def page(opened: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    return opened(request.param)


@pytest.fixture
def host() -> Iterator[Hosted]:
    with hosted() as given:
        yield given


@pytest.fixture
def begin(host: Hosted, visit: Callable[..., Any]) -> Callable[..., Any]:
    """Give ``begin(activity, viewport, **context options) -> page``; pages are closed before their server is."""

    def begin_activity(
        activity: Activity, viewport: dict[str, int] = PHONE, lang: str = "id", before: str = "", **options: Any
    ) -> Any:
        return visit(host.open(activity, lang), ".kas-activity", viewport, before, **options)

    return begin_activity


@pytest.fixture
def quiet(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    """Give ``quiet(page) -> page``: what the page reports in the console fails the test."""

    def listen(page: Any) -> Any:
        said: list[str] = []
        page.on("console", lambda each: said.append(each.text) if each.type in ("error", "warning") else None)
        request.addfinalizer(lambda: _nothing(said))
        return page

    return listen


def _nothing(said: list[str]) -> None:
    assert not said
