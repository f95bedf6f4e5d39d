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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from getpass import getpass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from kasuskit.classroom import Room, open_room
from kasuskit.messages import KasusError, text
from kasuskit.places import cache_dir
from kasuskit.serving.announce import print_address, print_lines
from kasuskit.serving.claim import claimed
from kasuskit.serving.forking import can_fork, warm_parent, write_kernel_output_to
from kasuskit.serving.phones import THIS_MACHINE, Board, Lan, serve_phones
from kasuskit.serving.qr import Wifi
from kasuskit.training.course.course import DEFAULT, load_course

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.serving.app import KasusApp

FIRST_PORT = 8866
PORTS_TRIED = 20
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
    lan: bool = False
    address: str = ""
    participants: int = 30
    wifi: Wifi | None = None
    cert: Path | None = None
    key: Path | None = None
    course: str = DEFAULT

    def check(self) -> ServeOptions:
        """Return the options when they go together.

        Raises
        ------
        KasusError
            S525 for an option that needs ``--lan``, S526 for a certificate without key, S531 for a Wi-Fi that no
            phone could join; T251, T252 for a course that is not there or cannot be read.
        """
        needing = {"--address": self.address, "--wifi": self.wifi, "--cert": self.cert, "--key": self.key}
        for option, given in needing.items():
            if given and not self.lan:
                raise KasusError("serving.S525", option=option)
        if (self.cert is None) != (self.key is None):
            raise KasusError("serving.S526")
        if self.wifi is not None:
            self.wifi.check()
        if self.course != DEFAULT:
            load_course(self.course)
        return self

    def say(self, name: str, /, **values: object) -> str:
        """Return a sentence of the command line."""
        return text(f"serving.cli.{name}", self.lang, **values)


def serve_class(options: ServeOptions, console: Console) -> None:
    """Serve a class until Ctrl+C.

    Raises
    ------
    KasusError
        When the class's name (S503), its file (K301 to K317), the port (S501, S502), the network (S521 to S524), the
        certificate (S527 to S529) or another option (S525, S526, S531) cannot be used; S530 when the class is being
        served already.
    """
    options.check()
    lan = Lan.plan(options.address, options.cert, options.key) if options.lan else None
    with claimed(class_file(options)) as claim, open_class(options) as room:
        loopback, *others = find_ports(options.port, lan.hosts if lan else ())
        claim.note(f"http://{THIS_MACHINE}:{loopback.getsockname()[1]}/")
        write_logs(options.debug)
        try:
            with _loop() as runner:
                runner.run(_serve(options, room, [loopback, *others], lan, console))
        except KeyboardInterrupt:
            pass
        finally:
            for each in (loopback, *others):
                each.close()
            warm_parent().close()
        console.print("\n" + options.say("ended", file=room.address), markup=False, soft_wrap=True)


def ask_password(options: ServeOptions, console: Console) -> ServeOptions:
    """Ask for the password of the Wi-Fi, without showing what is typed.

    Raises
    ------
    KasusError
        S533 when nobody can be asked, S531 when no phone could join with it.
    """
    assert options.wifi is not None
    if not sys.stdin.isatty():
        raise KasusError("serving.S533")
    print_lines(console, [options.say("wifi_ask", name=options.wifi.name)])
    return replace(options, wifi=Wifi(options.wifi.name, getpass("> ")).check())


def class_file(options: ServeOptions) -> Path:
    """Return the class's file.

    Raises
    ------
    KasusError
        S503 for a name that cannot be a file's name on every system.
    """
    if not _CLASS_NAME.fullmatch(options.name):
        raise KasusError("serving.S503", options.name)
    return options.folder / f"{options.name}.sqlite"


def open_class(options: ServeOptions) -> Room:
    """Open the class file, or make it.

    Raises
    ------
    KasusError
        S503 for a name that cannot be a file's name on every system; K301 to K317 from the classroom.
    """
    return open_room(class_file(options))


def find_ports(wanted: int | None, hosts: Sequence[str] = ()) -> list[socket.socket]:
    """Return sockets on one port: one that listens on this machine's own address, and one for each further address.

    Parameters
    ----------
    wanted : int or None
        The port; None for the first that is free on all of them.
    hosts : sequence of str
        The further addresses.

    Raises
    ------
    KasusError
        S501 when the wanted port is taken, S502 when it may not be used, S524 when no port is free at an address.
    """
    if wanted is not None:
        try:
            return _listen_on_all(wanted, hosts)
        except OSError as problem:
            code = {errno.EADDRINUSE: "serving.S501", errno.EADDRNOTAVAIL: "serving.S524"}.get(problem.errno or 0)
            raise KasusError(code or "serving.S502", port=wanted, address=", ".join(hosts)) from None
    for port in (*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0):
        try:
            return _listen_on_all(port, hosts)
        except OSError:
            continue
    raise KasusError("serving.S524", address=", ".join((THIS_MACHINE, *hosts)))


def _listen_on_all(port: int, hosts: Sequence[str]) -> list[socket.socket]:
    """Return sockets on this machine's own address and on others; either all or none."""
    opened = [listen(port)]
    try:
        for host in hosts:
            opened.append(listen(opened[0].getsockname()[1], host))
    except OSError:
        for each in opened:
            each.close()
        raise
    return opened


def listen(port: int, host: str = THIS_MACHINE) -> socket.socket:
    """Return a socket that listens on an address, by default this machine's own; port 0 means any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=128)
    listening.setblocking(False)
    return listening


def write_logs(debug: bool) -> None:
    """Send what the libraries report into a file; with ``debug`` all of it to the terminal.

    Where the file cannot be written, now or later, the class goes on without it.
    """
    logging.raiseExceptions = debug
    handler: logging.Handler = logging.StreamHandler() if debug else _log_file()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, handlers=[handler], force=True)


def _log_file() -> logging.Handler:
    folder = cache_dir() / "log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "serve.log", maxBytes=_LARGEST_LOG, backupCount=1, encoding="utf-8")
    except OSError:
        return logging.NullHandler()
    write_kernel_output_to(folder / "kernel.log")
    return handler


@contextmanager
def _loop() -> Iterator[asyncio.Runner]:
    """Give an event loop that Tornado and ZeroMQ can use, on Windows too."""
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner


async def _serve(
    options: ServeOptions, room: Room, sockets: Sequence[socket.socket], lan: Lan | None, console: Console
) -> None:
    app = await _prepared(options, room, console)
    say = options.say
    try:
        app.listen_on(sockets[0])
        port = sockets[0].getsockname()[1]
        if options.port is None and port != FIRST_PORT:
            print_lines(console, [say("other_port", wanted=FIRST_PORT, port=port)])
        if room.migrated_backup is not None:
            print_lines(console, [say("upgraded", file=room.migrated_backup)])
        if lan is not None:
            board = Board(console, say, options.lang, options.wifi, live=not options.debug)
            network = lan.open(app, port, sockets[1:], listen)
            await serve_phones(app, network, lan.scan, board, listen(0), partial(_show, options), _asked_to_end)
            return
        own = f"http://{THIS_MACHINE}:{port}{app.base_url}"
        print_address(console, own)
        print_lines(
            console, [say(name, file=room.address) for name in ("open_it", "kept_in", "only_here", "how_to_end")]
        )
        _show(options, own)
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
        log = logging.getLogger("kasuskit.serving")
        app = KasusApp(
            room=room, lang=options.lang, participants=options.participants, course_name=options.course, log=log
        )
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


def _show(options: ServeOptions, address: str) -> None:
    if options.browser:
        threading.Thread(target=_open_browser, args=[address], daemon=True).start()


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
