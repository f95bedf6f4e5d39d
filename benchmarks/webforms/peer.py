"""How long ODK Web Forms' own page takes until the first field of the case form can be used."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from .build import page_folder
from .server import serving

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 120_000
# Set before the page's own scripts run, checked in every frame: the time at which a person could first type or tap.
_WATCH = """
(() => {
  const fields = '#app input, #app textarea, #app select';
  const usable = (field) => {
    const box = field.getBoundingClientRect();
    return !field.disabled && !field.readOnly && box.width > 0 && box.height > 0 && field.checkVisibility();
  };
  const look = () => {
    if ([...document.querySelectorAll(fields)].some(usable)) window.firstField = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium."""
    with sync_playwright() as playwright:
        path = CHROMIUM if Path(CHROMIUM).exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def measure(page_size: tuple[int, int] = (1280, 800), throttle: float = 1, xform: str = "") -> dict[str, float]:
    """Open the page once in a fresh browser and measure it.

    Parameters
    ----------
    page_size : tuple of int
        Width and height of the window in CSS pixels.
    throttle : float
        How many times slower the processor is made (Chromium's ``Emulation.setCPUThrottlingRate``).
    xform : str, optional
        The form; default: the kit's case form.

    Returns
    -------
    dict
        ``first_field_ms`` from the start of the navigation to the first visible, enabled field; ``bytes`` on the
        wire, headers and gzipped bodies; ``requests``.
    """
    with serving(page_folder(), xform or _case_form()) as address, chromium() as browser:
        return _measure(browser, address, page_size, throttle)


def _measure(browser: Browser, address: str, page_size: tuple[int, int], throttle: float) -> dict[str, float]:
    width, height = page_size
    page = browser.new_page(viewport={"width": width, "height": height})
    asked: set[str] = set()  # over the network; what is written into the page (data:) is not
    sizes: dict[str, float] = {}
    session = page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda event: asked.add(_over_http(event)))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="commit", timeout=PATIENCE_MS)
    page.wait_for_function("window.firstField", timeout=PATIENCE_MS)
    asked.discard("")
    total = sum(size for request, size in sizes.items() if request in asked)
    return {"first_field_ms": page.evaluate("window.firstField"), "bytes": total, "requests": len(asked)}


def _over_http(event: dict[str, Any]) -> str:
    return event["requestId"] if event["request"]["url"].startswith("http") else ""


def _case_form() -> str:
    from kasuskit.form import load_form

    return load_form("kasus").xform


def main() -> None:
    """Measure several times and print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--throttle", type=float, default=1)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    given = parser.parse_args()
    runs = [measure((given.width, given.height), given.throttle) for _ in range(given.times)]
    print(json.dumps({name: statistics.median(run[name] for run in runs) for name in runs[0]}))


if __name__ == "__main__":
    main()
