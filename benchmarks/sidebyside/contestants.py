"""Who is measured: our server, stock Voila, and ODK Web Forms where its peer is there."""

from __future__ import annotations

import importlib
import re
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from kasuskit.form import load_form
from sidebyside.browser import Load, Probe, Screen, new_context, opened
from sidebyside.processes import NotMeasured, holds, spent
from sidebyside.servers import Server, busiest, free_port

BENCHMARKS = Path(__file__).resolve().parents[1]
CASE = "K01"
_XSRF = re.compile(r'name="_xsrf" value="([^"]+)"')
_KERNEL = re.compile(r"/api/kernels/([0-9a-f-]{36})/")


@dataclass
class Kernel:
    """What a page's kernel takes of the memory, in bytes; ``zygote_rss`` is its warm parent's, shared by all."""

    pss: int
    uss: int
    rss: int
    pandas: bool | None
    zygote_rss: int | None


@dataclass
class Visit:
    """One page opened on one screen, and what it cost the server (seconds of processor time)."""

    load: Load
    cpu: float | None = None
    cpu_kernel: float | None = None
    kernel: Kernel | None = None
    quiet: bool = True

    def data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


class Contestant:
    """Something that shows the form.

    Attributes
    ----------
    name : str
        What it is called in the tables.
    """

    name = ""

    def start(self, folder: Path) -> None:
        """Get ready; `NotMeasured` when that cannot be done here."""
        raise NotImplementedError

    def visit(self, browser: Browser, screen: Screen) -> Visit:
        """Open the page once, cold."""
        raise NotImplementedError

    def stop(self) -> None:
        """End what was started."""


class Served(Contestant):
    """A contestant with a server and kernels of its own."""

    server: Server | None = None
    probe: Probe
    reserve = False

    def argv(self, port: int, folder: Path) -> list[str]:
        """Return the command line of the server."""
        raise NotImplementedError

    def env(self) -> dict[str, str]:
        """Return what is set in the server's environment besides."""
        return {}

    def enter(self, context: BrowserContext) -> str:
        """Do what comes before the page; return the page's address."""
        raise NotImplementedError

    def leave(self, context: BrowserContext, load: Load) -> None:
        """Let the page's kernel end, so that the next visit finds the server as this one did."""
        raise NotImplementedError

    def start(self, folder: Path) -> None:
        """Start the server and wait until it is ready and quiet."""
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        home = f"http://127.0.0.1:{port}/"
        self.server = Server(self.argv(port, folder), folder, BENCHMARKS.parent, home, self.env())
        self.server.wait_until_ready()
        self.server.wait_until_quiet()

    def visit(self, browser: Browser, screen: Screen) -> Visit:
        """Open the page once, cold, and look what the server and its kernels spent on it."""
        assert self.server is not None
        context = new_context(browser, screen)
        try:
            address = self.enter(context)
            self.server.wait_until_quiet()
            before = self.server.cpu()
            load = opened(context, screen, address, self.probe)
            quiet = self.server.wait_until_quiet()
            visit = self._cost(before, load, quiet)
            self.leave(context, load)
            return visit
        finally:
            context.close()

    def _cost(self, before: dict[int, float], load: Load, quiet: bool) -> Visit:
        assert self.server is not None
        after = self.server.cpu()
        process = busiest(before, after, self.server.kernels(), self.reserve)
        memory = process.memory_full_info()
        zygote = self.server.zygote()
        kernel = Kernel(
            pss=memory.pss,
            uss=memory.uss,
            rss=memory.rss,
            pandas=holds(process, "pandas"),
            zygote_rss=zygote.memory_info().rss if zygote else None,
        )
        own = after.get(process.pid, 0.0) - before.get(process.pid, 0.0)
        return Visit(load, cpu=spent(before, after), cpu_kernel=own, kernel=kernel, quiet=quiet)

    def stop(self) -> None:
        """End the server."""
        if self.server is not None:
            self.server.stop()


class Kasuskit(Served):
    """Our own page, through the start page, as a participant comes to it."""

    name = "kasuskit"
    reserve = True
    choice = CASE
    _xsrf = ""
    probe = Probe(
        fields=".kas-practice input, .kas-practice select, .kas-practice textarea",
        status=".kas-state",
        saved="Tersimpan",
    )

    def argv(self, port: int, folder: Path) -> list[str]:
        """Return what the README tells people to type, without the browser and with a folder of its own."""
        command = Path(sys.executable).with_name("kasuskit")
        if not command.exists():
            raise NotMeasured(f"{command} is not there: pip install -e '.[test]'")
        options = ["--no-browser", "--port", str(port), "--class", f"bench-{port}", "--folder", str(folder / "kelas")]
        return [str(command), "serve", *options]

    def path(self) -> str:
        """Return where the page is on the server."""
        return f"latihan/{CASE}"

    def enter(self, context: BrowserContext) -> str:
        """Enter as a new participant."""
        assert self.server is not None
        home = self.server.address
        found = _XSRF.search(context.request.get(home).text())
        if found is None:
            raise NotMeasured("the start page has no form")
        self._xsrf = found[1]
        form = {"nama": "Peserta Uji", "desa": "Desa Contoh", "kasus": self.choice, "lain": "1", "_xsrf": self._xsrf}
        answer = context.request.post(f"{home}masuk", form=form, max_redirects=0)
        where = answer.headers.get("location", "")
        if answer.status != 303 or not where.endswith(f"/masuk?kasus={self.choice}"):
            raise NotMeasured(f"the start page answered {answer.status} and led to {where!r}")
        return home + self.path()

    def leave(self, context: BrowserContext, load: Load) -> None:
        """Let the server forget the participant, which ends their kernel."""
        assert self.server is not None
        form = {"_xsrf": self._xsrf}
        context.request.post(f"{self.server.address}keluar-peserta", form=form, max_redirects=0)


class StockVoila(Served):
    """Stock Voila with the same questions as ordinary ipywidgets: its own template, its own way to start kernels."""

    name = "stock Voila"
    probe = Probe(
        fields=", ".join(f".jupyter-widgets {tag}" for tag in ("input", "select", "textarea")),
        status=".stock-status",
        saved="Tersimpan",
    )

    def argv(self, port: int, folder: Path) -> list[str]:
        """Return what Voila's documentation tells people to type."""
        notebook = BENCHMARKS / "stock" / "formulir.ipynb"
        return [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}"]

    def enter(self, context: BrowserContext) -> str:
        """Come to the page directly."""
        assert self.server is not None
        return self.server.address

    def leave(self, context: BrowserContext, load: Load) -> None:
        """End the kernel at Voila's own door for that.

        Voila 0.5.13's page knocks there too when it is left, but is refused (403, no XSRF token): without this,
        every page opened would leave its kernel behind.
        """
        assert self.server is not None
        for kernel in {found[1] for url in load.sockets if (found := _KERNEL.search(url))}:
            address = f"{self.server.address}voila/api/shutdown/{kernel}"
            context.request.post(address, headers={"X-XSRFToken": "same", "Cookie": "_xsrf=same"})


class WebForms(Contestant):
    """ODK Web Forms' own page with the same form, built from npm: all in the browser, no kernel."""

    name = "ODK Web Forms"
    probe = Probe(fields="#app input, #app textarea, #app select", answers=False)

    def __init__(self) -> None:
        self._until_stop = ExitStack()
        self._address = ""

    def start(self, folder: Path) -> None:
        """Build the page, where Node and npm are there, and serve it."""
        try:
            build, server = (importlib.import_module(f"webforms.{name}") for name in ("build", "server"))
            page = build.page_folder()
        except (ImportError, OSError, RuntimeError) as why:
            raise NotMeasured(f"its page cannot be built here: {why}") from why
        self._address = self._until_stop.enter_context(server.serving(page, load_form("kasus").xform))

    def visit(self, browser: Browser, screen: Screen) -> Visit:
        """Open the page once, cold."""
        context = new_context(browser, screen)
        try:
            return Visit(opened(context, screen, self._address, self.probe))
        finally:
            context.close()

    def stop(self) -> None:
        """End its server."""
        self._until_stop.close()
