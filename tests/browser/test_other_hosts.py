"""The same practice widget in stock Voila and in JupyterLab."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kasuskit.places import notebooks_dir
from tests.browser.served import CHROMIUM, FLAGS, LAPTOP

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def page(need: Callable[..., None]) -> Iterator[Any]:
    need(CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport=LAPTOP)
        page.set_default_timeout(90_000)
        yield page
        chromium.close()


@contextmanager
def running(folder: Path, *command: str) -> Iterator[int]:
    """Start a server of Jupyter's with nothing of the user's own settings, and give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    private = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.replace("PORT", str(port)) for part in command)],
            env=os.environ | private, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            for _ in range(600):
                assert process.poll() is None, (folder / "server.log").read_text("utf-8")
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def practise(page: Any) -> None:
    """Give one answer, see it normalised and kept, and ask for feedback."""
    page.locator(".kas-practice").wait_for()
    field = page.locator('.kas-node[data-at="tgl_lapor"] input').first
    field.fill("12 okt 2026")
    field.press("Tab")
    page.locator(".kas-state", has_text="Tersimpan").first.wait_for(state="attached")
    assert field.input_value() == "12/10/2026"
    page.get_by_role("button", name="Periksa", exact=True).first.click()
    page.get_by_role("heading", name="Hasil pemeriksaan").first.wait_for()
    assert page.get_by_text("LATIHAN", exact=True).first.is_visible()


def test_stock_voila(page: Any, tmp_path: Path) -> None:
    shutil.copy(notebooks_dir() / "latihan.ipynb", tmp_path)
    with running(tmp_path, "voila", "latihan.ipynb", "--no-browser", "--port=PORT") as port:
        page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
        practise(page)


def test_jupyterlab(page: Any, tmp_path: Path) -> None:
    shutil.copy(notebooks_dir() / "latihan.ipynb", tmp_path)
    options = ["--no-browser", "--port=PORT", "--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    with running(tmp_path, "jupyterlab", *options) as port:
        page.goto(f"http://127.0.0.1:{port}/lab/tree/latihan.ipynb", wait_until="commit")
        page.get_by_text("| Idle").wait_for()  # before that, the notebook does not run what it is told to
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        practise(page)
