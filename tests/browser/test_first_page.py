"""One participant, one case, the real server: from the start page to a full score, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kasuskit.classroom import open_room
from kasuskit.classroom.entry import OWN_TAB
from kasuskit.form.rows import parse_address
from kasuskit.training import Case, load_case
from tests.browser.served import CHROMIUM, FLAGS, LAPTOP, PHONE, Participant, Server, served

pytestmark = [
    pytest.mark.browser,
    # Playwright's own event loop leaves a socket to the garbage collector when the last page closes.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser(need: Callable[..., None]) -> Iterator[Any]:
    need(CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("K01")


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def participant(request: pytest.FixtureRequest, browser: Any, server: Server, case: Case) -> Iterator[Participant]:
    errors: list[str] = []
    outside: list[str] = []
    context = browser.new_context(viewport=request.param, locale="id-ID")
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda sent: outside.append(sent.url) if not _inside(sent.url, server) else None)
    person = Participant(page, case)
    person.enter(server.address)
    yield person
    context.close()
    assert not errors
    assert not outside, "the page asked for something from outside"


def _inside(url: str, server: Server) -> bool:
    return url.startswith((server.address, server.address.replace("http", "ws"), "data:", "blob:"))


def sound(page: Any) -> None:
    """Find nothing with axe-core at any level, and nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not found, "\n".join(f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def in_order(case: Case) -> list[tuple[str, str]]:
    """Return the key's answers in the order of the form."""

    def place(at: str) -> tuple[int, ...]:
        rows, name = parse_address(at)
        return (*(step for repeat, key in rows for step in (case.form.place(repeat), key)), case.form.place(name))

    return sorted(
        ((at, field.answer) for at, field in case.key.items() if field.answer), key=lambda pair: place(pair[0])
    )


def test_a_case_is_documented_to_a_full_score(participant: Participant, server: Server, case: Case) -> None:
    page, answers = participant.page, in_order(case)
    sound(page)
    first, second, third = answers[:20], answers[20:50], answers[50:]

    participant.fill(first)
    participant.saved()
    page.reload()
    page.locator(".kas-practice").wait_for()
    assert (
        participant.box("korban[1]/nama_korban").locator("input").input_value()
        == case.key["korban[1]/nama_korban"].answer
    )

    for kernel in server.kernels():
        os.kill(kernel, signal.SIGKILL)
    participant.fill(second)
    participant.saved()

    # While the server is gone the page keeps what is typed; what depends on it is asked when the rules are back.
    server.kill()
    offline = [pair for pair in third if pair[0].startswith(("krono_", "kutipan_"))]
    assert len(offline) >= 3
    participant.fill(offline)
    page.locator(".kas-state", has_text="Belum tersimpan").wait_for()
    server.start()
    participant.saved()
    participant.fill([pair for pair in third if pair not in offline])

    for section in ("bagian_h", "bagian_i", "bagian_l"):
        participant.section(section)
        sound(page)

    wrong, missing, invented = "dampak[1]/dampak_psikis", "risiko[1]/makin_sering", "kekerasan[1]/adat"
    lacking = "layanan_korban[1]/rujukan"
    assert case.key[invented].unsaid and not case.key[invented].answer
    participant.answer(wrong, "takut")
    participant.answer(missing, "")
    participant.answer(invented, "belis")
    participant.go(lacking).get_by_role("button", name="Hapus Rujukan 1").click()
    participant.saved()
    participant.check()
    sound(page)
    told = participant.result().partition("Hasil pemeriksaan")[2]
    total, gone = len(case.key), sum(at.startswith(lacking) for at in case.key)
    assert f"{total - 3 - gone} dari {total} isian sudah tepat" in told, told

    words = {
        wrong: "Belum tepat",
        missing: "Belum diisi",
        invented: "Tidak ada di cerita",
        lacking: "Tambahkan barisnya",
    }
    for at, sentence in words.items():
        assert sentence in participant.go(at).inner_text(), at
    box = participant.go(missing)
    assert case.key[missing].hint in box.inner_text()
    assert case.key[missing].reason not in box.inner_text()
    box.get_by_role("button", name="Tunjukkan kalimatnya").click()
    box.get_by_text(case.key[missing].reason).wait_for()
    span = case.key[missing].quotes[0]
    sentence = case.story.paragraphs[span.paragraph][span.start : span.end]
    assert sentence in " ".join(page.locator("mark").all_text_contents())
    sound(page)

    page.get_by_role("button", name="Kembalikan").click()
    for at in (wrong, missing):
        participant.answer(at, case.key[at].answer)
    participant.answer(invented, "")
    participant.saved()
    participant.check()
    assert f"{total} dari {total} isian sudah tepat" in participant.result()
    sound(page)

    with sqlite3.connect(server.folder / "kelas" / "latihan.sqlite") as class_file:
        assert class_file.execute("pragma integrity_check").fetchone() == ("ok",)
    class_file.close()
    with open_room(server.folder / "kelas" / "latihan.sqlite", create=False) as room:
        attempt = room.attempts()[-1]
        record = case.new_record()
        hers = [entry for entry in attempt.entries() if entry.tab != OWN_TAB]
        assert not record.replay((entry.op, entry.at, entry.value) for entry in hers)
        assert record.answers() == case.key_record().answers()


def test_it_says_latihan_and_lets_go_at_once(participant: Participant) -> None:
    page = participant.page
    assert page.get_by_text("LATIHAN", exact=True).first.is_visible()
    page.get_by_role("button", name="Keluar cepat").click()
    page.wait_for_url("**/kalender")
    seen = page.content().lower()
    assert "kasus" not in seen.replace("kasuskit.css", "") and "latihan" not in seen
    page.go_back()
    assert "/latihan/" not in page.url


def test_two_escapes_leave_too(participant: Participant) -> None:
    participant.page.keyboard.press("Escape")
    participant.page.keyboard.press("Escape")
    participant.page.wait_for_url("**/kalender")


def test_two_tabs_of_one_person_show_one_record(participant: Participant, case: Case) -> None:
    from playwright.sync_api import expect

    other = Participant(participant.page.context.new_page(), case)
    other.page.goto(participant.page.url)
    other.page.locator(".kas-practice").wait_for()
    participant.answer("kode_petugas", "PD-07")
    participant.saved()
    there = other.box("kode_petugas").locator("input")
    expect(there).to_have_value("PD-07")
    other.answer("no_urut", "4")
    other.saved()
    expect(participant.box("no_urut").locator("input")).to_have_value("4")
    expect(participant.box("kode_petugas").locator("input")).to_have_value("PD-07")


def test_the_keyboard_alone_suffices(browser: Any, server: Server, case: Case) -> None:
    """From the start page to feedback without a pointer: name, village, case, one date, one choice, check."""
    context = browser.new_context(viewport=LAPTOP, locale="id-ID")
    page = context.new_page()
    page.goto(server.address)

    def tab_to(words: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "(() => { const a = document.activeElement; const l = a.labels && a.labels[0];"
                " return (l ? l.innerText : '') + ' ' + (a.getAttribute('aria-label') || '') + ' ' + a.innerText; })()"
            )
            if words in name:
                return
        raise AssertionError(f"Tab never came to {words}")

    tab_to("Nama atau nama samaran")
    page.keyboard.type("Bapa Yos")
    tab_to("Desa")
    page.keyboard.type("Desa Contoh B")
    tab_to(case.title)
    page.keyboard.press("Space")
    tab_to("Mulai latihan")
    page.keyboard.press("Enter")
    page.get_by_text("Kode Anda:").wait_for()
    tab_to("Mulai latihan")
    page.keyboard.press("Enter")
    page.locator(".kas-practice").wait_for()
    tab_to("Tanggal pelaporan (wajib)")
    page.keyboard.type("12/10/2026")
    tab_to("Datang langsung")
    page.keyboard.press("Space")
    person = Participant(page, case)
    person.saved()
    tab_to("Periksa")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hasil pemeriksaan").first.wait_for()
    blank = sum(not field.answer for field in case.key.values())  # left blank, and rightly so
    told = person.result().partition("Hasil pemeriksaan")[2]
    assert f"{2 + blank} dari {len(case.key)} isian sudah tepat" in told, told
    context.close()


def test_a_class_file_holds_no_token(server: Server) -> None:
    """What a browser shows to be let in is not in the file that a facilitator copies to a stick."""
    raw = b"".join(path.read_bytes() for path in Path(server.folder / "kelas").glob("latihan.sqlite*"))
    assert b"Mama Yuli" in raw
    assert b"kasuskit_peserta" not in raw
