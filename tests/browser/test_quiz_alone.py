"""What people do at a quiz and at a test, on a phone and on a laptop: with a finger, by keyboard, without a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kasuskit.training.course import Course
from kasuskit.widgets.quiz import QuizActivity, TrialActivity
from tests.browser.activities import NAMES_OF_TEXTS, OFFLINE, ONLINE, SMALL, VOICE, Hosted
from tests.browser.alone import focused, has_focus, sound
from tests.browser.served import LAPTOP, PHONE
from tests.small_course import ITEMS, OPTIONS, make_course

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

SEVERAL = ITEMS.replace(",01-aturan,", ",02-bentuk,").replace(
    "T02a,T02,beberapa,,2,A,,", "T02a,T02,beberapa,,2,,02-bentuk,"
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A quiz with every kind of question: several, order, pairs, short, one."""
    return make_course(tmp_path_factory.mktemp("kursus") / "kecil", soal=SEVERAL)


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose test has three questions: one of them an order, one with pairs."""
    items = ITEMS.replace("T01c,T01,urutan,,1,,01-aturan", "T01c,T03,urutan,,1,A,")
    items = items.replace("T02c,T02,pasangan,,2,,02-bentuk", "T02c,T04,pasangan,,2,A,")
    items += "T03b,T03,urutan,,1,B,,Urutkan.,Begitu.,Panduan,C\nT04b,T04,pasangan,,2,B,,Pasangkan.,Begitu.,Panduan,C\n"
    options = OPTIONS + "T03b,a,Dua,2,\nT03b,b,Satu,1,\nT04b,a,Satu,1,\nT04b,b,Dua,2,\n"
    aims = "id,pelajaran,tujuan,bagian,latihan\n" + "".join(
        f"T0{n},0{min(n, 3)},Tujuan {n}.,Bagian,\n" for n in (1, 2, 3, 4)
    )
    return make_course(tmp_path_factory.mktemp("kursus") / "diuji", soal=items, pilihan=options, tujuan=aims)


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def page(begin: Callable[..., Any], course: Course, request: pytest.FixtureRequest) -> Any:
    return begin(QuizActivity(course, "02-bentuk"), request.param)


def here(page: Any) -> Any:
    """Return the question that is shown."""
    return page.locator(".kas-page:not([hidden])")


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def to(page: Any, name: str) -> None:
    """Go to a question through the list."""
    press(page, "Daftar soal")
    page.locator(".kas-list").get_by_role("button", name=name).click()


def arrange(page: Any, *texts: str) -> None:
    """Put what stands in an order into this one."""
    for text in reversed(texts):
        up = here(page).get_by_role("button", name=f"Naikkan: {text}")
        while up.get_attribute("aria-disabled") == "false":
            up.click()


def verdict(page: Any) -> Any:
    return here(page).locator(".kas-verdict")


def told(page: Any, words: str) -> None:
    """Wait for what is told of the answer."""
    verdict(page).get_by_text(words).wait_for()


def saved(page: Any) -> None:
    page.wait_for_function("document.querySelector('.kas-state').textContent.startsWith('Tersimpan')")


# --- a quiz


def test_a_wrong_answer_gets_a_hint_then_the_reason(page: Any, host: Hosted) -> None:
    to(page, "Soal 5")
    here(page).get_by_role("radio", name="Pendapat petugas").check()
    press(page, "Periksa")
    told(page, "Belum tepat. Baca soalnya sekali lagi.")
    choice = here(page).get_by_role("radio", name="Pendapat petugas")
    hint = choice.evaluate("n => document.getElementById(n.getAttribute('aria-describedby')).textContent")
    assert hint == "Apakah itu terjadi atau dipikirkan?" and here(page).get_by_text(hint).is_visible()
    assert not page.get_by_text("Perbuatan dicatat apa adanya.").count()
    assert has_focus(verdict(page))
    press(page, "Periksa lagi")
    told(page, "Jawaban ini sudah diperiksa.")
    here(page).get_by_role("radio", name="Perbuatan terlapor").check()
    press(page, "Periksa lagi")
    told(page, "Perbuatan dicatat apa adanya.")
    assert "Sumber: Kesepakatan tim (kesimpulan kami" in verdict(page).inner_text()
    assert here(page).get_by_role("radio", name="Perbuatan terlapor (tepat)").is_disabled()
    assert host.answers["T02e/periksa"] == "2 b"


def test_the_answer_can_be_looked_at_after_one_try(page: Any) -> None:
    to(page, "Soal 4")
    here(page).get_by_role("textbox").fill("keluarga")
    here(page).get_by_role("textbox").press("Enter")
    told(page, "Belum tepat. Periksa ejaannya")
    assert here(page).get_by_text("Lihat huruf R pada KDRT.").is_visible()
    assert has_focus(here(page).get_by_role("textbox"))  # who writes goes on writing; the message is read out
    page.wait_for_function(
        "[...document.querySelectorAll('[role=status]')].some(n => n.textContent.includes('ejaannya'))"
    )
    press(page, "Lihat jawaban")
    told(page, "Jawaban yang tepat:")
    assert "Rumah" in verdict(page).inner_text() and has_focus(verdict(page))
    assert page.get_by_role("button", name=re.compile("^Periksa")).count() == 0


def test_several_are_marked_one_by_one(page: Any) -> None:
    here(page).get_by_role("checkbox", name="Fisik").check()
    here(page).get_by_role("checkbox", name="Seksual").check()
    press(page, "Periksa")
    told(page, "Ada yang kurang, dan ada yang perlu ditinjau lagi.")
    press(page, "Lihat jawaban")
    told(page, "Tamparan itu fisik.")
    names = [each.inner_text() for each in here(page).locator("label").all()]
    assert [re.sub(r"\s+", " ", name) for name in names] == [
        "Fisik ✓ (tepat)", "Seksual ✕ (belum tepat)", "Psikis ✓ (tepat)", "Penelantaran",
    ]  # fmt: skip


def test_an_order_is_made_with_buttons_and_each_move_is_said(page: Any, host: Hosted) -> None:
    to(page, "Soal 2")
    rows = here(page).locator("li .kas-text")
    before = rows.all_inner_texts()
    down = here(page).get_by_role("button", name=f"Turunkan: {before[0]}")
    down.focus()
    page.keyboard.press("Enter")
    assert rows.all_inner_texts() == [before[1], before[0], before[2]]
    assert has_focus(down)
    page.wait_for_function(
        "[...document.querySelectorAll('[role=status]')].some(n => n.textContent.includes('sekarang nomor 2 dari 3'))"
    )
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # it is the last already
    assert rows.all_inner_texts() == [before[1], before[2], before[0]] and down.get_attribute("aria-disabled") == "true"
    arrange(page, "Salam pembuka", "Kesepakatan belajar", "Perkenalan")
    press(page, "Periksa")
    told(page, "Salam dahulu lalu kesepakatan.")
    assert (
        host.answers["T01c"] == "c a b" and here(page).get_by_role("button", name=re.compile("^Naikkan")).count() == 0
    )


def test_an_order_that_is_right_already_may_be_checked_untouched(page: Any, host: Hosted) -> None:
    to(page, "Soal 2")
    press(page, "Periksa")
    verdict(page).wait_for()
    saved(page)
    assert host.answers["T01c/periksa"] == f"1 {host.answers['T01c']}"


def test_partners_are_chosen_from_lists(page: Any, host: Hosted) -> None:
    to(page, "Soal 3")
    here(page).get_by_label("Menampar").select_option("Fisik")
    press(page, "Periksa")
    told(page, "Pilih dulu pasangan untuk setiap baris.")
    assert has_focus(here(page).get_by_label("Mengancam"))
    described = str(here(page).locator("fieldset").get_attribute("aria-describedby")).split()
    assert verdict(page).get_attribute("id") in described
    here(page).get_by_label("Mengancam").select_option("Fisik")
    here(page).get_by_label("Tidak memberi nafkah").select_option("Penelantaran")
    here(page).get_by_label("Memukul").select_option("Fisik")
    assert not verdict(page).is_visible()
    press(page, "Periksa")
    told(page, "3 dari 4 pasangan sudah benar.")
    assert here(page).get_by_text("Apa yang dirasakan korban?").is_visible()
    here(page).get_by_label("Mengancam").select_option("Psikis")
    press(page, "Periksa lagi")
    told(page, "Benar.")
    assert len(host.answers["T02c"].split()) == 4


def test_at_the_end_it_says_kindly_what_to_look_at_again(page: Any, host: Hosted) -> None:
    to(page, "Ringkasan")
    assert page.get_by_text("Kuis ini belum selesai.").is_visible()
    finish(page)
    assert page.get_by_text("3 dari 5 soal tepat").is_visible()
    end = page.locator(".kas-end")
    assert "Menggolongkan bentuk kekerasan. (bagian “Bentuk”)" in end.inner_text()
    assert host.answers["selesai"] == "1"
    press(page, "Ulangi yang belum tepat")
    assert focused(page) == "Soal 4 dari 5"
    assert here(page).get_by_role("textbox").input_value() == "" and not verdict(page).is_visible()
    here(page).get_by_role("textbox").fill("Rumah")
    press(page, "Periksa")
    told(page, "Benar.")
    to(page, "Soal 5")
    assert not here(page).get_by_role("radio", name="Pendapat petugas").is_checked()


def finish(page: Any) -> None:
    """Answer all: three rightly, the short answer and the last one wrongly, and go to the end."""
    to(page, "Soal 1")
    for name in ("Fisik", "Psikis"):
        here(page).get_by_role("checkbox", name=name).check()
    press(page, "Periksa")
    told(page, "Benar.")
    press(page, "Berikutnya")
    arrange(page, "Salam pembuka", "Kesepakatan belajar", "Perkenalan")
    press(page, "Periksa")
    told(page, "Benar.")
    press(page, "Berikutnya")
    pairs = [
        ("Menampar", "Fisik"),
        ("Mengancam", "Psikis"),
        ("Tidak memberi nafkah", "Penelantaran"),
        ("Memukul", "Fisik"),
    ]
    for left, right in pairs:
        here(page).get_by_label(left).select_option(right)
    press(page, "Periksa")
    told(page, "Benar.")
    press(page, "Berikutnya")
    here(page).get_by_role("textbox").fill("desa")
    press(page, "Periksa")
    told(page, "Belum tepat")
    press(page, "Lihat jawaban")
    told(page, "Jawaban yang tepat:")
    press(page, "Berikutnya")
    here(page).get_by_role("radio", name="Pendapat petugas").check()
    press(page, "Periksa")
    told(page, "Belum tepat")
    press(page, "Lihat jawaban")
    told(page, "Jawaban yang tepat:")
    press(page, "Berikutnya")


def test_all_by_keyboard(begin: Callable[..., Any], course: Course) -> None:
    page = begin(QuizActivity(course, "02-bentuk"))
    page.get_by_role("button", name="Daftar soal").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert focused(page) == "Daftar soal" and not page.locator(".kas-list").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # Fisik
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # Psikis
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "Periksa"
    page.keyboard.press("Enter")
    told(page, "Benar.")
    page.wait_for_function("document.activeElement.classList.contains('kas-verdict')")
    page.keyboard.press("Tab")
    assert focused(page) == "Berikutnya"
    page.keyboard.press("Enter")
    assert focused(page) == "Soal 2 dari 5"


def test_without_a_line_answers_and_checks_wait_on_the_device_and_survive_a_reload(page: Any, host: Hosted) -> None:
    page.evaluate(OFFLINE)
    here(page).get_by_role("checkbox", name="Fisik").check()
    press(page, "Periksa")
    told(page, "Menunggu sambungan. Jawaban Anda tersimpan dan diperiksa begitu tersambung.")
    press(page, "Berikutnya")
    here(page).get_by_role("button", name=re.compile("^Turunkan")).first.click()
    order = here(page).locator("li .kas-text").all_inner_texts()
    to(page, "Soal 4")
    here(page).get_by_role("textbox").press_sequentially("kelu")
    page.reload()
    page.wait_for_selector(".kas-activity")
    page.evaluate(OFFLINE)
    told(page, "Menunggu sambungan.")
    assert here(page).get_by_role("checkbox", name="Fisik").is_checked()
    press(page, "Berikutnya")
    assert here(page).locator("li .kas-text").all_inner_texts() == order
    to(page, "Soal 4")
    assert here(page).get_by_role("textbox").input_value() == "kelu"
    assert not host.answers
    to(page, "Soal 1")
    page.evaluate(ONLINE)
    told(page, "Yang Anda pilih benar, tetapi masih ada yang lain.")
    saved(page)
    assert host.answers["T02d"] == "kelu" and host.answers["T02a/periksa"] == "1 a"


def test_a_check_that_was_not_answered_yet_may_be_changed(page: Any, host: Hosted) -> None:
    page.evaluate(OFFLINE)
    here(page).get_by_role("checkbox", name="Seksual").check()
    press(page, "Periksa")
    told(page, "Menunggu sambungan.")
    here(page).get_by_role("checkbox", name="Seksual").uncheck()
    here(page).get_by_role("checkbox", name="Fisik").check()
    press(page, "Periksa lagi")
    page.evaluate(ONLINE)
    told(page, "Yang Anda pilih benar, tetapi masih ada yang lain.")
    assert host.answers["T02a/periksa"] == "1 a"  # a try counts once its hint was seen


def test_after_a_reload_it_goes_on_where_it_was(page: Any) -> None:
    for name in ("Fisik", "Psikis"):
        here(page).get_by_role("checkbox", name=name).check()
    press(page, "Periksa")
    told(page, "Benar.")
    page.reload()
    page.wait_for_selector(".kas-activity")
    assert page.get_by_role("heading", name="Soal 2 dari 5").is_visible()
    assert page.get_by_role("progressbar", name="Soal yang selesai").evaluate("n => n.value") == 1
    press(page, "Sebelumnya")
    told(page, "Benar.")
    assert has_focus(page.get_by_role("heading", name="Soal 1 dari 5"))


# --- a test


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def test_page(begin: Callable[..., Any], tested: Course, request: pytest.FixtureRequest) -> Any:
    return begin(TrialActivity(tested, "pra", 0), request.param)


def test_a_test_only_asks_and_is_handed_in_after_one_more_question(test_page: Any, host: Hosted) -> None:
    page = test_page
    here(page).get_by_role("radio", name="Menyebut namanya").check()
    saved(page)
    assert dict(host.answers) == {"bentuk": "A", "T01a": "a"}
    assert page.get_by_role("button", name=re.compile("Periksa|Lihat jawaban")).count() == 0
    to(page, "Soal 3")
    assert "belum dijawab" in page.locator(".kas-item").nth(2).text_content()
    press(page, "Pakai urutan ini")
    saved(page)
    assert sorted(host.answers["T01c"]) == sorted("a b c") and focused(page).startswith("Naikkan")
    press(page, "Sebelumnya")
    press(page, "Sebelumnya")
    here(page).get_by_role("radio", name="Menolak dengan sopan").check()  # may be changed
    to(page, "Serahkan")
    assert page.get_by_text("2 dari 4 soal sudah dijawab").is_visible()
    hand = page.locator(".kas-end").get_by_role("button", name="Serahkan", exact=True)
    hand.click()
    assert "Masih ada 2 soal yang belum dijawab: nomor 2, 4." in focused(page)
    press(page, "Kembali mengerjakan")
    assert focused(page) == "Soal 2 dari 4"
    here(page).get_by_role("checkbox", name="Fisik").check()
    to(page, "Soal 4")
    for select in here(page).locator("select").all():
        select.select_option(index=1)
    press(page, "Berikutnya")
    hand.click()
    assert focused(page) == "Terima kasih"
    saved(page)
    assert host.answers["selesai"] == "1" and host.answers["T01a"] == "b"
    assert not re.search("tepat|benar|skor", page.locator(".kas-activity").inner_text())
    page.reload()
    page.get_by_role("heading", name="Terima kasih").wait_for()
    assert page.get_by_role("button").count() == 0


def test_a_test_can_be_handed_in_without_a_line(test_page: Any, host: Hosted) -> None:
    page = test_page
    page.evaluate(OFFLINE)
    here(page).get_by_role("radio", name="Menolak dengan sopan").check()
    to(page, "Serahkan")
    page.locator(".kas-end").get_by_role("button", name="Serahkan", exact=True).click()
    press(page, "Ya, serahkan")
    waits = page.get_by_text("Jawaban Anda tersimpan di HP ini dan dikirim sendiri begitu tersambung.")
    assert waits.is_visible()
    page.reload()
    page.get_by_role("heading", name="Terima kasih").wait_for()
    page.evaluate(OFFLINE)
    assert waits.is_visible() and not host.answers
    page.evaluate(ONLINE)
    saved(page)
    waits.wait_for(state="hidden")
    assert dict(host.answers) == {"bentuk": "A", "T01a": "b", "selesai": "1"}


# --- looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for number in range(1, 6):
        to(page, f"Soal {number}")
        sound(page)
        assert page.evaluate(SMALL) == []
    press(page, "Periksa")
    told(page, "Pilih dulu jawaban Anda.")
    sound(page)
    finish(page)
    sound(page)
    assert page.evaluate(SMALL) == []
    for number in range(1, 6):
        to(page, f"Soal {number}")
        page.get_by_role("button", name="Daftar soal").click()
        sound(page)
        page.get_by_role("button", name="Daftar soal").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_test(test_page: Any, scheme: str) -> None:
    page = test_page
    page.emulate_media(color_scheme=scheme)
    to(page, "Soal 3")
    sound(page)
    to(page, "Serahkan")
    page.locator(".kas-end").get_by_role("button", name="Serahkan", exact=True).click()
    sound(page)
    assert page.evaluate(SMALL) == []
    press(page, "Ya, serahkan")
    sound(page)


def test_on_a_very_narrow_screen_nothing_is_cut_off(begin: Callable[..., Any], course: Course) -> None:
    page = begin(QuizActivity(course, "02-bentuk"), {"width": 320, "height": 600})
    for number in range(1, 6):
        to(page, f"Soal {number}")
        sound(page)


def test_it_speaks_english_too(begin: Callable[..., Any], course: Course) -> None:
    page = begin(QuizActivity(course, "02-bentuk", lang="en"), lang="en")
    assert page.get_by_role("heading", name="Question 1 of 5").is_visible()
    page.get_by_role("button", name="Check", exact=True).click()
    assert page.get_by_text("Choose your answer first.").first.is_visible()
    assert page.evaluate(NAMES_OF_TEXTS) == []


def test_a_question_is_read_aloud_with_its_choices(begin: Callable[..., Any], course: Course) -> None:
    page = begin(QuizActivity(course, "02-bentuk"), before=VOICE)
    here(page).get_by_role("button", name="Bacakan").click()
    assert page.evaluate("window.said") == [
        "K1 ditampar dan diancam. Bentuk apa saja? Fisik. Seksual. Psikis. Penelantaran."
    ]
    sound(page)


def test_on_paper_all_questions_stand_one_under_another(
    begin: Callable[..., Any], course: Course, tmp_path: Path
) -> None:
    page = begin(QuizActivity(course, "02-bentuk"), LAPTOP)
    page.emulate_media(media="print")
    for item in course.quiz("02-bentuk"):
        assert page.get_by_text(item.text).is_visible()
    assert page.get_by_text("Tulis nomor urutnya di depan setiap baris.").is_visible()
    assert page.get_by_text("C. Penelantaran").is_visible() or page.locator(".kas-partners").is_visible()
    assert not page.get_by_role("button").count() and not page.locator(".kas-end").is_visible()
