"""Under stock Voila a small form asks who practises; after that every answer is in the class."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kasuskit.classroom import open_room
from kasuskit.widgets import PracticeWidget, practice
from kasuskit.widgets.doorstep import Doorstep, wanted_case
from tests.browser.served import CHROMIUM, FLAGS, PHONE
from tests.hub_stack import DEPLOY, ROOT, free_port
from tests.practice_server import wait_until

ANSWER = {"kind": "answers", "tab": "t", "items": [{"n": 1, "op": "set", "at": "tgl_lapor", "value": "12/10/2026"}]}


@pytest.fixture
def room_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a class that is not made yet, known to a kernel as stock Voila starts it."""
    for name in ("KASUSKIT_PERSON", "KASUSKIT_CASE", "KASUSKIT_EXIT", "KASUSKIT_LANG", "QUERY_STRING"):
        monkeypatch.setenv(name, "")  # so that what the form leaves for its kernel is taken back after the test
        monkeypatch.delenv(name)
    monkeypatch.setenv("KASUSKIT_ROOM", str(tmp_path / "kelas.sqlite"))
    return tmp_path / "kelas.sqlite"


def door(**options: Any) -> Doorstep:
    found = practice(**options)
    assert isinstance(found, Doorstep)
    return found


def said(door: Doorstep) -> str:
    return str(door.told.value)


def test_after_the_form_the_practice_takes_its_place_and_the_code_is_shown(room_file: Path) -> None:
    shown = door()
    assert repr(shown) == "<kasuskit: masuk>"
    shown.name.value, shown.village.value = " Mama <b>Yuli</b>", "Desa Contoh A"
    shown.enter.click()
    told, screen = shown.children
    assert isinstance(screen, PracticeWidget) and screen.session.task.id == shown.case.value
    with open_room(room_file) as room:
        (person,) = room.persons()
        assert f"{person.code[:3]} {person.code[3:]}" in told.value
        assert "Mama &lt;b&gt;Yuli" in told.value and "<b>" not in told.value
        assert screen.session.hear(ANSWER)["kind"] == "saved"
        (attempt,) = room.attempts(person.id)
        assert [(entry.at, entry.value) for entry in attempt.entries()] == [("tgl_lapor", "12/10/2026")]
    assert practice() is screen, "the cell run again shows the practice, not the form"


def test_who_has_a_code_goes_on_with_it(room_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = door()
    shown.name.value = "Anis"
    shown.enter.click()
    shown.children[1].session.hear(ANSWER)
    for name in ("KASUSKIT_PERSON", "KASUSKIT_CASE"):
        monkeypatch.delenv(name)
    with open_room(room_file) as room:
        code = room.persons()[0].code
        again = door(lang="en")
        again.code.value = f"{code[:3]}-{code[3:]}"
        again.enter.click()
        assert again.children[1].session.state()["answers"]["tgl_lapor"] == "2026-10-12"
        assert room.count() == 1


def test_what_is_needed_is_said_and_nobody_is_taken_in(room_file: Path) -> None:
    shown = door()
    shown.enter.click()
    assert "Nama belum diisi" in said(shown) and "role='alert'" in said(shown)
    for tried in range(11):
        shown.code.value = "<i>1</i>" if tried else "999999"
        shown.enter.click()
        assert ("Minta kode" in said(shown)) == (tried == 10), "W418, and after ten times W419"
        assert "<i>" not in said(shown)
    with open_room(room_file) as room:
        assert room.count() == 0
    assert len(shown.children) > 2


def test_a_name_that_is_there_already_is_asked_about_once(room_file: Path) -> None:
    with open_room(room_file) as room:
        room.enter("Maria", "Desa Contoh A")
        shown = door()
        shown.name.value = "maria"
        shown.enter.click()
        assert "Sudah ada peserta bernama Maria" in said(shown) and room.count() == 1
        shown.enter.click()
        assert room.count() == 2 and isinstance(shown.children[1], PracticeWidget)


def test_the_address_names_the_case(room_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wanted_case({"QUERY_STRING": "a=b&kasus=K02", "KASUSKIT_CASE": "K01"}) == "K02"
    assert wanted_case({"QUERY_STRING": "kasus=", "KASUSKIT_CASE": "K03"}) == "K03"
    monkeypatch.setenv("QUERY_STRING", "kasus=K02")
    assert door().case.value == "K02"
    monkeypatch.setenv("QUERY_STRING", "kasus=../../etc")
    assert door().case.value == door().case.options[0][1]


def test_without_a_class_or_with_a_case_it_is_as_before(room_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(practice("K01"), PracticeWidget)
    assert not room_file.exists()
    monkeypatch.delenv("KASUSKIT_ROOM")
    assert isinstance(practice(), PracticeWidget)


# ---- for real


@contextlib.contextmanager
def voila(folder: Path, room: Path) -> Iterator[int]:
    """Run the command that stands in deploy/README.md, and give its port."""
    documented = re.search(r"^KASUSKIT_ROOM=\S+ (\S*voila .*)$", (DEPLOY / "README.md").read_text("utf-8"), re.M)
    assert documented
    port = free_port()
    command = shlex.split(re.sub(r"--port=\d+", f"--port={port}", documented[1]))
    private = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    env = os.environ | private | {"KASUSKIT_ROOM": str(room)}
    with (folder / "voila.log").open("wb") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / Path(command[0]).name), *command[1:]],
            cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or _answers(port), 60)
        assert process.poll() is None, (folder / "voila.log").read_text("utf-8")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_answer_given_under_stock_voila_is_in_the_class(need: Callable[..., None], tmp_path: Path) -> None:
    need(CHROMIUM)
    from playwright.sync_api import sync_playwright

    room_file = tmp_path / "kelas" / "soe.sqlite"
    with voila(tmp_path, room_file) as port, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport=PHONE)
        page.route(lambda url: f"//127.0.0.1:{port}/" not in url, lambda route: route.abort())
        page.set_default_timeout(90_000)
        page.goto(f"http://127.0.0.1:{port}/?kasus=K02", wait_until="commit")
        page.get_by_label("Nama atau nama samaran").fill("Mama Yuli")
        page.get_by_label(re.compile("^Desa")).fill("Desa Contoh A")
        if pictures := os.environ.get("KASUSKIT_PICTURES"):
            page.screenshot(path=f"{pictures}/doorstep.png")
        page.get_by_role("button", name="Mulai latihan").click()
        page.locator(".kas-practice").wait_for()
        code = re.search(r"Kode Anda: (\d{3} \d{3})", page.get_by_role("status").first.inner_text())
        assert code
        if pictures:
            page.screenshot(path=f"{pictures}/voila.png")
        field = page.locator('.kas-node[data-at="tgl_lapor"] input').first
        field.fill("12 okt 2026")
        field.press("Tab")
        page.locator(".kas-state", has_text="Tersimpan").first.wait_for(state="attached")
        chromium.close()
    with open_room(room_file) as room:
        person = room.person_by_code(code[1])
        assert person is not None and (person.name, person.village) == ("Mama Yuli", "Desa Contoh A")
        (attempt,) = room.attempts()
        assert (attempt.person, attempt.case) == (person.id, "K02")
        assert [(entry.at, entry.value) for entry in attempt.entries()] == [("tgl_lapor", "12 okt 2026")]
