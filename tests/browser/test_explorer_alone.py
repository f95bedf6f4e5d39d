"""What people do in the form explorer, on a phone and on a laptop, with a real session behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kasuskit.widgets.bundle import bundled
from kasuskit.widgets.explorer import ENOUGH, ExplorerActivity
from tests.browser.activities import NAMES_OF_TEXTS, OFFLINE, ONLINE, SMALL, Hosted
from tests.browser.alone import ROOT, focused, has_focus, sound, state
from tests.browser.served import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

AGE, SEX = "Usia korban SAAT KEJADIAN (tahun)", "Jenis kelamin korban"


@pytest.fixture
def explore(begin: Callable[..., Any]) -> Callable[..., Any]:
    """Give ``explore(viewport, sections="A-F", **options) -> page``."""
    return lambda viewport=PHONE, sections="A-F", **options: begin(
        ExplorerActivity("kasus", sections), viewport, **options
    )


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def page(explore: Callable[..., Any], quiet: Callable[[Any], Any], request: pytest.FixtureRequest) -> Any:
    return quiet(explore(request.param))


def row(page: Any, label: str) -> Any:
    """Return the button of a question in the list."""
    return page.locator(".kas-list").get_by_role("button", name=label)


def shown(page: Any) -> list[str]:
    """Return the labels of the questions that are listed."""
    return list(page.locator(".kas-item:visible > :first-child").all_inner_texts())


def test_a_question_is_read_with_all_its_parts(page: Any) -> None:
    row(page, AGE).click()
    heading = page.get_by_role("heading", name=AGE)
    assert has_focus(heading)
    text = page.locator(".kas-text").inner_text()
    for part in (
        "C. Korban",
        "angka · wajib diisi",
        "Cara mengisi",
        "Penjelasan",
        "Contoh isian",
        "Yang sering keliru",
    ):
        assert part in text
    assert not page.get_by_role("searchbox").is_visible()
    page.get_by_role("button", name="Kembali ke daftar").click()
    assert has_focus(row(page, AGE))
    assert "✓ dibaca" in row(page, AGE).inner_text()


def test_all_by_keyboard(page: Any) -> None:
    page.get_by_role("searchbox", name="Cari kata").focus()
    page.keyboard.type("usia hari ini")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("Tab")
    assert focused(page) == AGE
    page.keyboard.press("Enter")
    assert focused(page) == AGE and page.evaluate("document.activeElement.tagName") == "H4"
    page.keyboard.press("Tab")
    assert focused(page) == "Berikutnya"
    page.keyboard.press("Enter")
    assert focused(page) == "Usia terlapor saat kejadian (tahun)"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Kembali ke daftar"
    page.keyboard.press("Enter")
    assert has_focus(row(page, "Usia terlapor"))


def test_words_and_sections_sift_the_list(page: Any) -> None:
    every = len(shown(page))
    assert page.get_by_role("status").filter(has_text=f"{every} isian").is_visible()
    page.get_by_role("combobox", name="Bagian").select_option("B. Pelapor")
    assert len(shown(page)) == 10
    assert page.locator(".kas-list h4:visible").all_inner_texts() == ["B. Pelapor"]
    page.get_by_role("searchbox").fill("TELEPON")
    assert "Nomor telepon pelapor" in shown(page) and len(shown(page)) < 10
    page.get_by_role("searchbox").fill("tidak ada yang begini")
    assert page.get_by_text("Tidak ada isian dengan kata itu").is_visible() and shown(page) == []
    page.get_by_role("searchbox").fill("")
    page.get_by_role("combobox", name="Bagian").select_option("")
    assert len(shown(page)) == every


def test_what_is_chosen_is_found_by_its_choices_too(page: Any) -> None:
    page.get_by_role("searchbox").fill("kawin tangkap")
    assert "Apakah terkait adat atau perkawinan?" in shown(page)


def test_one_goes_from_question_to_question_within_what_was_found(page: Any) -> None:
    page.get_by_role("combobox", name="Bagian").select_option("B. Pelapor")
    names = shown(page)
    row(page, names[0]).click()
    assert not page.get_by_role("button", name="Sebelumnya").is_visible()
    for name in names[1:]:
        page.get_by_role("button", name="Berikutnya").click()
        assert page.locator(".kas-text h4").inner_text() == name
    assert not page.get_by_role("button", name="Berikutnya").is_visible()
    page.get_by_role("button", name="Sebelumnya").click()
    assert page.locator(".kas-text h4").inner_text() == names[-2]


def test_it_counts_what_was_read_and_says_when_it_is_enough(page: Any, host: Hosted) -> None:
    assert page.get_by_text(f"0 isian sudah dibaca. Baca paling sedikit {ENOUGH}.").is_visible()
    row(page, SEX).click()
    for _ in range(ENOUGH - 1):
        page.get_by_role("button", name="Berikutnya").click()
    page.get_by_role("button", name="Kembali ke daftar").click()
    page.get_by_text(f"✓ {ENOUGH} isian sudah dibaca. Itu cukup").wait_for()
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    assert host.answers["selesai"] == "1"


def test_a_reload_keeps_what_was_read(page: Any, host: Hosted) -> None:
    row(page, SEX).click()
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    page.reload()
    row(page, SEX).wait_for()
    assert "✓ dibaca" in row(page, SEX).inner_text()
    assert "dibaca" not in row(page, AGE).inner_text()
    assert dict(host.answers) == {"buka/jk_korban": "1"}


def test_without_a_connection_one_reads_on_and_it_is_sent_later(page: Any, host: Hosted) -> None:
    page.evaluate(f"sessionStorage.cut = 1; {OFFLINE}")
    row(page, SEX).click()
    page.get_by_role("button", name="Berikutnya").click()
    assert "Menunggu sambungan: 2 jawaban" in state(page)
    page.reload()  # the phone goes to sleep in between
    row(page, SEX).wait_for()
    assert "✓ dibaca" in row(page, SEX).inner_text() and not host.answers
    page.evaluate(ONLINE)
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    assert dict(host.answers) == {"buka/jk_korban": "1", "buka/tempat_lahir_korban": "1"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_axe_finds_nothing(explore: Callable[..., Any], size: dict[str, int], scheme: str) -> None:
    page = explore(size, color_scheme=scheme)
    sound(page)
    row(page, "Apakah ini KDRT").click()
    sound(page)
    page.get_by_role("button", name="Kembali ke daftar").click()
    page.get_by_role("searchbox").fill("tidak ada yang begini")
    sound(page)


def test_targets_are_large_and_nothing_is_cut_off(explore: Callable[..., Any]) -> None:
    page = explore({"width": 320, "height": 640})
    assert page.evaluate(SMALL) == []
    sound(page)
    row(page, "Rincian bentuk kekerasan").click()
    assert page.evaluate(SMALL) == []
    sound(page)


def test_one_section_needs_no_choice_of_sections(explore: Callable[..., Any]) -> None:
    page = explore(sections="H")
    assert not page.get_by_role("combobox").is_visible()
    assert "Dampak fisik" in shown(page)


def test_it_speaks_english_too(explore: Callable[..., Any]) -> None:
    page = explore(lang="en")
    page.locator(".kas-item").first.click()
    assert page.get_by_role("button", name="Back to the list").is_visible()
    assert page.get_by_role("button", name="Next").is_visible()
    assert page.evaluate(NAMES_OF_TEXTS) == []


def test_on_paper_the_list_of_questions_stays(explore: Callable[..., Any]) -> None:
    page = explore(sections="A")
    page.emulate_media(media="print")
    assert row(page, "Tanggal pelaporan").is_visible()
    assert not page.get_by_role("searchbox").is_visible()


def test_it_is_small_and_puts_no_data_into_markup() -> None:
    widgets = ROOT / "kasuskit/widgets"
    script = bundled(widgets / "explorer.js")
    assert (widgets / "explorer.js").stat().st_size < 7_000
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "http:", "eval(", "import "):
        assert forbidden not in script
