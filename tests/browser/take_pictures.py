"""Make the pictures of the README and the guide anew: ``python -m tests.browser.take_pictures``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from kasuskit.training import load_case
from tests.browser.served import CHROMIUM, FLAGS, LAPTOP, PHONE, Participant, served

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "gambar"
KEPT = ("mulai-hp", "latihan-hp", "hasil-hp", "kalimat-laptop")


def take(page: Any, name: str) -> None:
    """Save what the page shows now, if it is one of the pictures that are kept."""
    if name not in KEPT:
        return
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    print(f"docs/gambar/{name}.png")


def main() -> None:
    """Walk through the first case on both screens and take its pictures."""
    from playwright.sync_api import sync_playwright

    case = load_case("K01")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for size, screen in (("laptop", LAPTOP), ("hp", PHONE)):
            page = chromium.new_page(viewport=screen, locale="id-ID")
            page.goto(server.address)
            take(page, f"mulai-{size}")
            person = Participant(page, case)
            person.enter(server.address)
            for at in ("tgl_lapor", "cara_lapor", "lembaga_pencatat"):
                person.answer(at, case.key[at].answer)
            person.saved()
            page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            take(page, f"latihan-{size}")
            person.add("korban")
            person.answer("korban[1]/nama_korban", "Maria Lestari")
            person.answer("korban[1]/pendidikan_korban", "sd")
            person.saved()
            person.check()
            take(page, f"hasil-{size}")
            person.section("bagian_c")
            box = person.box("korban[1]/pendidikan_korban")
            box.get_by_role("button", name="Tunjukkan kalimatnya").click()
            page.locator("mark").first.wait_for(state="attached")
            box.scroll_into_view_if_needed()
            take(page, f"kalimat-{size}")
            page.close()
        chromium.close()


if __name__ == "__main__":
    main()
