"""Everyone can read and reach the practice screen: axe-core, sizes, themes, languages, weight."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest

from kasuskit.messages import texts
from kasuskit.serving.assets import Assets
from kasuskit.widgets.bundle import bundled, parts
from tests.browser.alone import ROOT, box, section, sound
from tests.browser.served import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

JUPYTERLAB = """light => {
  document.body.dataset.jpThemeLight = light;
  document.body.style.background = light === 'true' ? '#fff' : '#111';
}"""
SMALL = """() => [...document.querySelectorAll('.kas-practice :is(button, .kas-input, label.kas-choice, summary, a)')]
  .filter(n => n.offsetParent && !n.matches('.kas-native'))
  .map(n => [n.outerHTML.slice(0, 80), n.getBoundingClientRect()])
  .filter(([, r]) => r.height < 43.9 || r.width < 43.9).map(([html]) => html)"""
TINY = """() => [...document.querySelectorAll('.kas-practice :is(p, label, legend, button, span, a, .kas-input)')]
  .filter(n => n.offsetParent && !n.matches('.kas-sign') && parseFloat(getComputedStyle(n).fontSize) < 16)
  .map(n => n.outerHTML.slice(0, 80))"""
NAMES_OF_TEXTS = """() => [...document.querySelectorAll('.kas-practice :is(button, p)')]
  .map(n => n.textContent).filter(text => /^[a-z]+_[a-z_]+$/.test(text))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sound(page)
    box(page, "Tanggal pelaporan").fill("kemarin")
    page.get_by_role("button", name="Cara mengisi: Tanggal pelaporan").click()
    page.get_by_role("combobox", name="Desa").click()
    sound(page)
    page.keyboard.press("Tab")
    page.get_by_role("button", name=re.compile("^Bagian 1")).click()
    sound(page)
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    box(page, "Usia").first.fill("12")
    page.get_by_label("Nama wali").wait_for()
    page.get_by_role("button", name="Tambah: Anak atau tanggungan").click()
    page.get_by_role("button", name="Hapus Anak atau tanggungan 1").click()
    sound(page)
    page.get_by_role("button", name="Periksa").click()
    page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()
    sound(page)
    page.get_by_role("link", name="Kode petugas").or_(page.get_by_role("link", name="Cara pengaduan")).first.click()
    page.get_by_role("button", name="Tunjukkan kalimatnya: Cara pengaduan").click()
    page.get_by_role("button", name="Lihat di cerita").click()
    sound(page)


@pytest.mark.parametrize("theme", ["true", "false"])
def test_it_is_legible_in_jupyterlab_light_and_dark(opened: Callable[..., Any], theme: str) -> None:
    page = opened(LAPTOP, color_scheme="dark" if theme == "true" else "light")
    page.evaluate(JUPYTERLAB, theme)
    sound(page)
    dark = page.locator(".kas-practice").evaluate("n => getComputedStyle(n).backgroundColor")
    assert (dark == "rgb(255, 255, 255)") == (theme == "true")


def test_at_twice_the_size_nothing_is_cut_off(opened: Callable[..., Any]) -> None:
    page = opened({"width": 640, "height": 400}, device_scale_factor=2)
    sound(page)
    page.set_viewport_size({"width": 320, "height": 640})
    sound(page)


def test_targets_are_large_and_text_is_not_small(page: Any) -> None:
    section(page, "Korban")
    page.get_by_role("button", name="Tambah: Korban").click()
    page.get_by_role("button", name="Tambah: Anak atau tanggungan").click()
    for _ in range(2):
        assert page.evaluate(SMALL) == []
        assert page.evaluate(TINY) == []
        page.get_by_role("button", name=re.compile("^Periksa")).click()
        page.get_by_role("heading", name="Hasil pemeriksaan").wait_for()


def test_it_speaks_english_too(opened: Callable[..., Any]) -> None:
    page = opened(PHONE, query="?lang=en")
    assert page.get_by_role("button", name="Read the story").is_visible()
    assert page.get_by_role("button", name="Section 1 of 9: Kepala formulir").is_visible()
    assert page.evaluate(NAMES_OF_TEXTS) == []


def test_every_text_of_the_screen_stands_in_both_catalogues() -> None:
    source = (ROOT / "kasuskit/widgets/practice.js").read_text(encoding="utf-8")
    asked = set(re.findall(r"\b(?:t|say|checkSaid)\(\"([a-z_]+)\"", source))
    assert len(asked) > 35
    for lang in ("id", "en"):
        assert asked <= set(texts("widgets", "ui.", lang))


def test_it_is_small_and_puts_no_data_into_markup() -> None:
    widgets = ROOT / "kasuskit/widgets"
    script = bundled(widgets / "practice.js")
    assert len(script.encode()) < 58_000  # the tasks of the lessons: what there is to do, the time, and handing in
    assert (widgets / "practice.css").stat().st_size < 11_000
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "http:", "eval(", "import "):
        assert forbidden not in script


def test_what_is_served_is_smaller_still() -> None:
    folders = [ROOT / "kasuskit/widgets", ROOT / "kasuskit/serving/static"]
    assets = Assets(folders)
    for name, most in (("practice.js", 17_000), ("host.js", 4_000)):
        asset = assets.get(str(assets.served_name(name)))
        assert asset is not None
        assert len(gzip.compress(asset.content, 6)) < most
        assert not re.search(rb"^(?:[ \t]|//|\n)", asset.content, re.MULTILINE)
        for part in parts(next(folder / name for folder in folders if (folder / name).exists())):
            lines = part.read_text("utf-8").splitlines()
            assert all(line.count("`") % 2 == 0 for line in lines), "no text runs over lines: it would be cut"
