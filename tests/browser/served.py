"""The real server, and a participant who uses its practice page as people do."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kasuskit.form import Question, Repeat
from kasuskit.form.definition import pick
from kasuskit.form.rows import parse_address
from kasuskit.training import Case

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = "/usr/bin/chromium"
PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


class Server:
    """``kasuskit serve`` as a process that can be killed and started again on the same port."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.folder, self.port, self.options = folder, port, options
        self.address = f"http://127.0.0.1:{port}/"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "kasuskit", "serve", "--no-browser", "--port", str(self.port)]
        self.log = (self.folder / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "--folder", str(self.folder / "kelas"), *self.options],
            stdout=self.log,
            stderr=self.log,
            cwd=self.folder,
        )
        import urllib.request

        for _ in range(600):
            assert self.process.poll() is None, (self.folder / "serve.log").read_text("utf-8")
            try:
                urllib.request.urlopen(self.address, timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not come up")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        """End it in order."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        self.log.close()

    def kernels(self) -> list[int]:
        """Return the kernels: what the server's warm parent forked."""
        parents = {int(entry.name): _parent(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
        warm = {pid for pid, parent in parents.items() if parent == self.process.pid}
        return [pid for pid, parent in parents.items() if parent in warm]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Server]:
    """Give a running server; its port is free when it starts."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(folder, port, *options)
    try:
        yield server
    finally:
        server.stop()


class Participant:
    """Someone at the practice page, who knows the fields by what is written beside them."""

    def __init__(self, page: Any, case: Case) -> None:
        self.page, self.case, self.form = page, case, case.form
        self.rows: set[str] = set()
        page.set_default_timeout(15_000)

    # coming and going -------------------------------------------------------------------------------------

    def enter(self, address: str, name: str = "Mama Yuli", village: str = "Desa Contoh A") -> None:
        """Fill in the start page and open the case."""
        self.page.goto(address)
        self.page.get_by_label("Nama atau nama samaran").fill(name)
        self.page.get_by_label(re.compile("^Desa")).fill(village)
        case = self.page.get_by_role("radio", name=re.compile(re.escape(self.case.title)))
        if not case.is_visible():  # in a level that is not open yet
            self.page.locator("details", has_text=self.case.title).locator("summary").click()
        case.check()
        self.page.get_by_role("button", name="Mulai latihan").click()
        onward = self.page.get_by_role("link", name="Mulai latihan")  # on the page that shows the code
        somebody_else = self.page.get_by_role("button", name="Masuk sebagai orang lain")
        onward.or_(somebody_else).wait_for()
        if somebody_else.is_visible():
            somebody_else.click()
        onward.click()
        self.page.locator(".kas-practice").wait_for()

    def saved(self) -> None:
        """Wait until the status line says that everything is kept."""
        state = self.page.locator(".kas-state", has_text=re.compile("^Tersimpan"))
        state.first.wait_for(state="attached", timeout=60_000)

    # moving -----------------------------------------------------------------------------------------------

    def section(self, name: str) -> None:
        """Open a section by the name of its group."""
        title = pick(self.form.nodes[name].label, "id")
        toggle = self.page.locator("button", has_text=re.compile("^(Bagian|Hasil pemeriksaan)")).first
        if title not in toggle.inner_text():
            toggle.click()
            self.page.get_by_role("navigation").get_by_role("button", name=title).click()
        self.page.get_by_role("heading", name=title, exact=True).first.wait_for()

    def go(self, at: str) -> Any:
        """Open the section of a field or list, and return its place on the screen."""
        self.section(self.form.section_of(at.rpartition("/")[2]))
        self.box(at).wait_for()
        return self.box(at)

    def box(self, at: str) -> Any:
        """Return the place of one field on the screen."""
        return self.page.locator(f'.kas-node[data-at="{at}"]').first

    # answering --------------------------------------------------------------------------------------------

    def add(self, at: str) -> None:
        """Add a row to a list (``korban``, ``layanan_korban[1]/layanan``)."""
        words = f"Tambah: {pick(self.form.nodes[at.rpartition('/')[2]].label, 'id')}"
        self.go(at).get_by_role("button", name=re.compile(f"^{re.escape(words)}")).last.click()

    def fill(self, answers: Iterable[tuple[str, str]]) -> None:
        """Give answers in turn; the rows that people add are added when they are due."""
        for at, answer in answers:
            rows = parse_address(at).rows
            for depth, (repeat, key) in enumerate(rows):
                node = self.form.nodes[repeat]
                of = "/".join([*(f"{name}[{number}]" for name, number in rows[:depth]), repeat])
                if isinstance(node, Repeat) and not node.count and f"{of}[{key}]" not in self.rows:
                    self.add(of)
                    self.rows.add(f"{of}[{key}]")
            self.answer(at, answer)

    def answer(self, at: str, answer: str) -> None:
        """Give an answer as a person does, by the words on the screen."""
        question = self.form.question(at.rpartition("/")[2])
        box = self.go(at)
        if question.type == "select_one":
            self._choose(box, question, answer)
        elif question.type == "select_multiple":
            self._tick(box, question, set(answer.split()))
        else:
            field = box.locator("input:not([type=date]), textarea").first
            field.fill(written(question, answer))
            field.press("Tab")

    def _words(self, question: Question, name: str) -> str:
        choice = self.form.choice(question, name)
        assert choice is not None, f"{question.name} has no choice {name}"
        return pick(choice.label, "id")

    def _choose(self, box: Any, question: Question, name: str) -> None:
        if not name:
            box.get_by_role("button", name=re.compile("^Hapus jawaban")).click()
            return
        words = self._words(question, name)
        if box.locator("select").count():
            box.locator("select").select_option(words)
        elif box.get_by_role("combobox").count():
            field = box.get_by_role("combobox")
            field.fill(words)
            box.get_by_role("option", name=words, exact=True).first.click()
        else:
            box.get_by_role("radio", name=words, exact=True).check()

    def _tick(self, box: Any, question: Question, names: set[str]) -> None:
        search = box.get_by_role("searchbox")
        for choice in self.form.lists[question.list_name]:
            words = pick(choice.label, "id")
            tick = box.get_by_role("checkbox", name=words, exact=True)
            if search.count() and choice.name in names:
                search.fill(words)
            if choice.name in names:
                tick.check()
            elif tick.count() and tick.is_checked():
                tick.uncheck()
        if search.count():
            search.fill("")

    # feedback ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Press the button that asks for feedback, and wait for it."""
        self.page.get_by_role("button", name="Periksa", exact=True).first.click()
        self.page.get_by_role("heading", name="Hasil pemeriksaan").first.wait_for()

    def result(self) -> str:
        """Return the feedback as it reads."""
        return str(self.page.locator(".kas-practice").inner_text())


def written(question: Question, answer: str) -> str:
    """Return an answer as people write it: 3/10/2026, 19.00."""
    if question.type == "date" and len(answer) == 10:
        return f"{int(answer[8:])}/{int(answer[5:7])}/{answer[:4]}"
    return answer.replace(":", ".") if question.type == "time" else answer
