"""What people do in the NIK explainer, on a phone and on a laptop, with a real session behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kasuskit.widgets.bundle import bundled
from kasuskit.widgets.nik import NikActivity
from tests.browser.activities import NAMES_OF_TEXTS, OFFLINE, ONLINE, SMALL, Hosted
from tests.browser.alone import ROOT, focused, has_focus, sound, state
from tests.browser.served import LAPTOP, PHONE
from tests.small_course import make_course

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

NIK = """nik,jk,tanggal_lahir,kabupaten,cocok,penjelasan
5399014508950000,p,1995-08-05,53.99,cocok,Angka 45 berarti tanggal 5.
5399010508880000,l,1988-08-05,53.99,cocok,Tanggal laki-laki tidak ditambah.
5399016611790000,p,1979-11-21,53.99,tanya,Tanggalnya berbeda dari catatan.
5399017508950000,p,1995-08-05,53.99,salah,Tidak ada tanggal 35.
539901408950000,p,1995-08-05,53.99,salah,Angkanya hanya 15.
5398011203700000,l,1970-03-12,53.99,tanya,Dahulu terdaftar di kabupaten lain.
5399015205110000,p,2011-05-12,53.99,cocok,Tahun 11 berarti 2011.
5399012902010000,l,2001-02-28,53.99,salah,Tahun 2001 tidak mempunyai 29 Februari.
5399011703990000,p,1999-03-17,53.99,tanya,NIK tidak menambah 40.
5399013112650000,l,1965-12-31,53.99,cocok,Semuanya sama.
"""
VERDICTS = {
    "cocok": "Cocok dengan catatan",
    "tanya": "Ada yang berbeda: tanyakan, jangan diubah",
    "salah": "Tidak mungkin benar: salin ulang dari KTP atau KK",
}
RIGHT = [line.split(",")[4] for line in NIK.splitlines()[1:]]


@pytest.fixture
def read(begin: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Give ``read(viewport, lang, **options) -> page``."""
    course = make_course(tmp_path / "kecil", nik=NIK)
    return lambda viewport=PHONE, lang="id", **options: begin(NikActivity(course, lang), viewport, lang, **options)


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def page(read: Callable[..., Any], quiet: Callable[[Any], Any], request: pytest.FixtureRequest) -> Any:
    return quiet(read(request.param))


def judge(page: Any, verdict: str) -> None:
    """Choose a verdict on the number in view, and ask for a check."""
    page.get_by_role("radio", name=VERDICTS[verdict]).check()
    page.get_by_role("button", name="Periksa").click()


def test_a_verdict_is_told_with_what_each_part_says(page: Any) -> None:
    judge(page, "cocok")
    right = page.locator(".kas-verdict.kas-right")
    right.wait_for()
    said = right.inner_text()
    assert "✓" in said and "Tepat." in said and "Angka 45 berarti tanggal 5." in said
    assert right.locator("dt").all_inner_texts()[3].split() == ["45", "Tanggal", "lahir"]
    page.get_by_role("status").filter(has_text="Tepat. Angka 45 berarti tanggal 5.").wait_for(state="attached")
    assert page.get_by_text("1 dari 10 tepat").is_visible()


def test_a_wrong_verdict_gives_the_parts_and_not_the_answer(page: Any) -> None:
    judge(page, "tanya")
    wrong = page.locator(".kas-verdict.kas-wrong")
    wrong.wait_for()
    assert "✕" in wrong.inner_text() and "Belum tepat." in wrong.inner_text()
    assert wrong.locator("dt").count() == 7
    assert "berarti tanggal 5" not in page.content()


def test_another_verdict_is_not_judged_before_it_is_checked(page: Any) -> None:
    judge(page, "tanya")
    page.locator(".kas-verdict.kas-wrong").wait_for()
    page.get_by_role("radio", name=VERDICTS["cocok"]).check()
    page.locator(".kas-verdict.kas-wrong").wait_for(state="hidden")
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    assert not page.locator(".kas-verdict").is_visible()
    page.get_by_role("button", name="Periksa").click()
    page.locator(".kas-verdict.kas-right").wait_for()


def test_a_check_without_a_verdict_leads_to_the_choices(page: Any) -> None:
    page.get_by_role("button", name="Periksa").click()
    assert has_focus(page.get_by_role("radio").first)
    page.get_by_role("status").filter(has_text="Pilih dulu salah satu jawaban.").wait_for(state="attached")
    assert not page.get_by_role("radio").first.is_checked()


def test_all_ten_by_keyboard(page: Any, host: Hosted) -> None:
    page.get_by_role("radio").first.focus()
    for number, verdict in enumerate(RIGHT, start=1):
        page.keyboard.press("Space")
        for _ in range(list(VERDICTS).index(verdict)):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        assert focused(page) == "Periksa"
        page.keyboard.press("Enter")
        page.locator(".kas-verdict.kas-right").wait_for()
        if number == 10:
            break
        while focused(page) != "Berikutnya":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert focused(page) == f"NIK {number + 1} dari 10"
        page.keyboard.press("Tab")
    assert page.get_by_text("✓ Semua NIK sudah tepat.").is_visible()
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    assert host.answers["selesai"] == "1"


def test_a_number_that_cannot_be_says_why_once(page: Any) -> None:
    for _ in range(4):
        page.get_by_role("button", name="Berikutnya").click()
    judge(page, "salah")
    right = page.locator(".kas-verdict.kas-right")
    right.wait_for()
    assert right.locator("p").all_inner_texts()[1:] == ["Angkanya hanya 15."]


def test_a_reload_keeps_what_was_checked_and_goes_on_at_the_first_that_is_open(page: Any) -> None:
    judge(page, "cocok")
    page.locator(".kas-verdict.kas-right").wait_for()
    page.get_by_role("button", name="Berikutnya").click()
    page.get_by_role("radio", name=VERDICTS["salah"]).check()
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    page.reload()
    page.get_by_role("heading", name="NIK 2 dari 10").wait_for()
    assert page.get_by_role("radio", name=VERDICTS["salah"]).is_checked()
    assert not page.locator(".kas-verdict").is_visible()
    page.wait_for_timeout(200)
    assert not page.locator(".kas-unseen[role=status]").inner_text(), "nothing new is said"
    page.get_by_role("button", name="Sebelumnya").click()
    assert page.locator(".kas-verdict.kas-right").is_visible()


def test_without_a_connection_a_check_waits_and_is_answered_later(page: Any, host: Hosted) -> None:
    page.evaluate(f"sessionStorage.cut = 1; {OFFLINE}")
    judge(page, "cocok")
    assert "Menunggu sambungan. Pemeriksaan dikirim sendiri." in page.locator(".kas-verdict").inner_text()
    assert "Menunggu sambungan: 2 jawaban" in state(page)
    page.reload()
    assert page.get_by_role("radio", name=VERDICTS["cocok"]).is_checked() and not host.answers
    page.evaluate(ONLINE)
    page.locator(".kas-verdict.kas-right").wait_for()
    assert "Tersimpan" in state(page)


def test_ones_own_practice_number_is_explained(page: Any) -> None:
    field = page.get_by_role("textbox", name="NIK contoh, 16 angka")
    field.fill("5399 0145 0895 0000")
    field.press("Enter")
    page.locator(".kas-tried dd", has_text="Kabupaten Contoh").wait_for()
    field.fill("5399014508950001")
    page.get_by_role("button", name="Jelaskan").click()
    problem = page.locator(".kas-tried.kas-wrong")
    problem.wait_for()
    assert "0000" in problem.inner_text()
    page.locator(".kas-state", has_text="Tersimpan").wait_for()
    page.reload()
    assert field.input_value() == "5399014508950001"


def test_a_course_without_numbers_says_so(begin: Callable[..., Any], tmp_path: Path) -> None:
    page = begin(NikActivity(make_course(tmp_path / "kecil")))
    assert page.get_by_text("Kursus ini tidak mempunyai NIK contoh.").is_visible()
    assert not page.get_by_role("progressbar").is_visible()
    assert not page.get_by_role("button", name="Berikutnya").is_visible()
    sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_axe_finds_nothing(read: Callable[..., Any], size: dict[str, int], scheme: str) -> None:
    page = read(size, color_scheme=scheme)
    sound(page)
    judge(page, "salah")
    page.locator(".kas-verdict.kas-wrong").wait_for()
    sound(page)
    judge(page, "cocok")
    page.locator(".kas-verdict.kas-right").wait_for()
    for typed, found in (("5399014508950000", ".kas-tried dl"), ("123", ".kas-tried.kas-wrong")):
        page.get_by_role("textbox").fill(typed)
        page.get_by_role("button", name="Jelaskan").click()
        page.locator(found).wait_for()
        sound(page)


def test_targets_are_large_and_no_word_is_broken(read: Callable[..., Any]) -> None:
    page = read({"width": 320, "height": 640})
    judge(page, "cocok")
    page.locator(".kas-verdict.kas-right").wait_for()
    assert page.evaluate(SMALL) == []
    sound(page)
    lines = "[...document.querySelectorAll('.kas-nik .kas-number')].map(n => n.getClientRects().length)"
    assert set(page.evaluate(lines)) == {1}


def test_it_speaks_english_too(read: Callable[..., Any]) -> None:
    page = read(lang="en")
    page.get_by_role("radio").first.check()
    page.locator("[data-do=check]").click()
    page.locator(".kas-verdict.kas-right").wait_for()
    assert page.evaluate(NAMES_OF_TEXTS) == []
    assert "August" in page.locator(".kas-facts").inner_text()


def test_it_is_small_and_puts_no_data_into_markup() -> None:
    widgets = ROOT / "kasuskit/widgets"
    script = bundled(widgets / "nik.js")
    assert (widgets / "nik.js").stat().st_size < 8_000
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "http:", "eval(", "import "):
        assert forbidden not in script
