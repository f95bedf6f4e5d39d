"""``kasuskit serve``: open a class, warm the kernels, show the address, serve until Ctrl+C."""

from __future__ import annotations

import asyncio
import errno
import logging
import re
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from kasuskit.classroom import Room, open_room
from kasuskit.messages import KasusError, text
from kasuskit.places import cache_dir
from kasuskit.serving.forking import can_fork, warm_parent, write_kernel_output_to

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.serving.app import KasusApp

FIRST_PORT = 8866
PORTS_TRIED = 20
THIS_MACHINE = "127.0.0.1"
_CLASS_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_LARGEST_LOG = 1_000_000


@dataclass(frozen=True)
class ServeOptions:
    """What ``kasuskit serve`` was asked: see its help."""

    name: str = "latihan"
    port: int | None = None
    browser: bool = True
    folder: Path = Path("kelas")
    debug: bool = False
    lang: str = "id"

    def say(self, name: str, **values: object) -> str:
        """Return a sentence of the command line."""
        return text(f"serving.cli.{name}", self.lang, **values)


def serve_class(options: ServeOptions, console: Console) -> None:
    """Serve a class until Ctrl+C.

    Raises
    ------
    KasusError
        When the class's name (S503), its file (K301 to K317) or the port (S501, S502) cannot be used.
    """
    with open_class(options) as room:
        listening = find_port(options.port)
        write_logs(options.debug)
        try:
            with _loop() as runner:
                runner.run(_serve(options, room, listening, console))
        except KeyboardInterrupt:
            pass
        finally:
            listening.close()
            warm_parent().close()
        console.print("\n" + options.say("ended", file=room.address), markup=False, soft_wrap=True)


def open_class(options: ServeOptions) -> Room:
    """Open the class file, or make it.

    Raises
    ------
    KasusError
        S503 for a name that cannot be a file's name on every system; K301 to K317 from the classroom.
    """
    if not _CLASS_NAME.fullmatch(options.name):
        raise KasusError("serving.S503", options.name)
    return open_room(options.folder / f"{options.name}.sqlite")


def find_port(wanted: int | None) -> socket.socket:
    """Return a socket that listens on this machine: on the wanted port, or on the first that is free.

    Raises
    ------
    KasusError
        S501 when the wanted port is taken, S502 when it may not be used.
    """
    if wanted is not None:
        try:
            return listen(wanted)
        except OSError as problem:
            taken = problem.errno == errno.EADDRINUSE
            raise KasusError("serving.S501" if taken else "serving.S502", port=wanted) from None
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        try:
            return listen(port)
        except OSError:
            continue
    return listen(0)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this machine's own address; port 0 means any free one."""
    listening = socket.create_server((THIS_MACHINE, port), backlog=128)
    listening.setblocking(False)
    return listening


def write_logs(debug: bool) -> None:
    """Send what the libraries report into a file; with ``debug`` all of it to the terminal."""
    handler: logging.Handler
    if debug:
        handler = logging.StreamHandler()
    else:
        folder = cache_dir() / "log"
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "serve.log", maxBytes=_LARGEST_LOG, backupCount=1, encoding="utf-8")
        write_kernel_output_to(folder / "kernel.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[handler], force=True)


@contextmanager
def _loop() -> Iterator[asyncio.Runner]:
    """Give an event loop that Tornado and ZeroMQ can use, on Windows too."""
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner


async def _serve(options: ServeOptions, room: Room, listening: socket.socket, console: Console) -> None:
    app = await _prepared(options, room, console)
    try:
        app.listen_on(listening)
        port = listening.getsockname()[1]
        address = f"http://{THIS_MACHINE}:{port}{app.base_url}"
        _announce(options, room, address, port, console)
        if options.browser:
            threading.Thread(target=_open_browser, args=[address], daemon=True).start()
        await _asked_to_end()
    finally:
        await app.close()


async def _prepared(options: ServeOptions, room: Room, console: Console) -> KasusApp:
    """Load what is needed and start kernels, behind a progress bar."""
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, console=console, transient=True) as progress:
        shown = progress.add_task(options.say("loading"), total=2)
        if can_fork():
            # The warm parent loads in its own process, while this one loads Voila.
            threading.Thread(target=_start_quietly, daemon=True).start()
        from kasuskit.serving.app import KasusApp

        progress.update(shown, advance=1)
        app = KasusApp(room=room, lang=options.lang, log=logging.getLogger("kasuskit.serving"))
        app.prepare()
        progress.update(shown, advance=1, total=2 + app.warm_steps, description=options.say("warming"))
        try:
            await app.warm(lambda: progress.update(shown, advance=1))
        except BaseException:
            await app.close()
            raise
    return app


def _start_quietly() -> None:
    try:
        warm_parent().start()
    except OSError:
        logging.getLogger("kasuskit.serving").exception("the warm parent did not start")


def _announce(options: ServeOptions, room: Room, address: str, port: int, console: Console) -> None:
    from rich.panel import Panel
    from rich.text import Text

    if options.port is None and port != FIRST_PORT:
        console.print(options.say("other_port", wanted=FIRST_PORT, port=port), markup=False, soft_wrap=True)
    console.print(Panel(Text(address, style="bold", justify="center"), padding=(1, 4), expand=False))
    for name in ("open_it", "kept_in", "only_here", "how_to_end"):
        console.print(options.say(name, file=room.address), markup=False, soft_wrap=True)


def _open_browser(address: str) -> None:
    try:
        webbrowser.open(address)
    except Exception:  # whatever a desktop's own programs do, the address stands on the screen
        logging.getLogger("kasuskit.serving").exception("no browser could be opened")


async def _asked_to_end() -> None:
    """Wait for the signal to end; Ctrl+C comes as a cancellation instead."""
    end = asyncio.Event()
    _on_signal("SIGTERM", end.set)
    _on_signal("SIGHUP", end.set)
    await end.wait()


def _on_signal(name: str, act: Callable[[], None]) -> None:
    number = getattr(signal, name, None)
    if number is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(number, act)
