"""Real phones: Chromium pages that all scan at the same moment, each with a slowed processor and an empty cache.

One browser with one context for each phone: a cache, cookies and a renderer process of its own, while network and
windows are one browser's. Six browsers would first of all measure how this machine bears six browsers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright
from playwright.async_api import Error as BrowserError
from sidebyside.browser import ARGUMENTS, Screen, debian_chromium, window
from sidebyside.contestants import CASE, Kasuskit
from sidebyside.processes import NotMeasured, Watched, browser_processes, spent

from classroom.contestants import Contestant
from classroom.rounds import day_before

PATIENCE = 60.0
_ENTER = Path(__file__).with_name("enter.js").read_text("utf-8")
_STARTED, _MARKS = "kasuskit-start ", "kasuskit-bench "


@dataclass
class Phone:
    """What one phone found; times in ms since all phones scanned.

    Attributes
    ----------
    start_ms, field_ms, ack_ms : float or None
        Until the start page could be used, until a field of the form could, and until an answer given to it at once
        was acknowledged.
    page_ms : float or None
        From entering until that field could be used.
    failure : str
        What went wrong.
    """

    name: str
    start_ms: float | None = None
    field_ms: float | None = None
    page_ms: float | None = None
    ack_ms: float | None = None
    failure: str = ""


@dataclass
class Phones:
    """What all phones found, and what they and the server used of the processor, in seconds, until all were ready."""

    screen: Screen
    found: list[Phone] = field(default_factory=list)
    browser: str = ""
    browser_cpu: float = 0.0
    server_cpu: float = 0.0
    wall: float = 0.0

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def scanned_at_once(contestant: Contestant, folder: Path, screen: Screen) -> Phones:
    """Let as many phones as the contestant has people scan in the same moment; its server has ended by then.

    Raises
    ------
    NotMeasured
        When there is no browser, or the server does not start.
    """
    day_before(contestant, folder, contestant.parts(1, 0)[0])
    server, _ = contestant.start(folder)
    try:
        server.wait_until_quiet()
        return asyncio.run(_scanned(server, server.address, Phones(screen), contestant.people))
    except BrowserError as why:
        raise NotMeasured(f"no browser: {why.message}") from why
    finally:
        server.stop()


async def _scanned(server: Watched, address: str, phones: Phones, people: int) -> Phones:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=debian_chromium(), args=ARGUMENTS)
        try:
            phones.browser = browser.version
            phones.found = [Phone(f"Telepon Uji {number}") for number in range(1, people + 1)]
            pages = [await _new_phone(browser, phones, phone.name) for phone in phones.found]
            await asyncio.to_thread(Watched(browser_processes).wait_until_quiet)
            before, server_before = Watched(browser_processes).cpu(), server.cpu()
            begun = time.time()
            await asyncio.gather(
                *(_scan(page, address, begun, phone) for page, phone in zip(pages, phones.found, strict=True))
            )
            phones.wall = time.time() - begun
            with contextlib.suppress(psutil.Error):
                phones.browser_cpu = spent(before, Watched(browser_processes).cpu())
                phones.server_cpu = spent(server_before, server.cpu())
        finally:
            await browser.close()
    return phones


async def _new_phone(browser: Browser, phones: Phones, name: str) -> Page:
    context = await browser.new_context(**window(phones.screen))
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": phones.screen.throttle})
    told = {"name": name, "village": "Desa Contoh A", "wanted": f"/latihan/{CASE}"}
    await page.add_init_script(f"({_ENTER[_ENTER.index('({ name') :].strip()})({json.dumps(told)})")
    await page.add_init_script(Kasuskit.probe.script())
    return page


async def _scan(page: Page, address: str, begun: float, phone: Phone) -> None:
    """Open the start page; the scripts in it do the rest."""
    done: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    def hear(said: ConsoleMessage) -> None:
        if said.text.startswith(_STARTED):
            phone.start_ms = json.loads(said.text.removeprefix(_STARTED))["at"] - 1000 * begun
        elif said.text.startswith(_MARKS) and not done.done():
            done.set_result(json.loads(said.text.removeprefix(_MARKS)))

    page.on("console", hear)
    try:
        async with asyncio.timeout(PATIENCE):
            await page.goto(address, wait_until="commit")
            marks = await done
    except TimeoutError:
        phone.failure = f"not usable within {PATIENCE:g} s; the page says: {(await page.inner_text('body'))[:200]}"
    except BrowserError as why:
        phone.failure = why.message
    else:
        phone.page_ms = marks["field"]
        phone.field_ms = marks["origin"] + marks["field"] - 1000 * begun
        phone.ack_ms = marks["origin"] + marks["acked"] - 1000 * begun
