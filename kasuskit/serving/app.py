"""The participants' server: Voila with few doors.

It shows the start page, the course, the practice pages and a calendar, and nothing else: no notebook tree, no files, no
lab extensions, no way to run code or to end another's kernel. It listens on this machine only.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import ssl
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, ClassVar

import tornado.web
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from traitlets import Bool, Float, Int, List, Unicode, default
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from kasuskit import places
from kasuskit.classroom import Room
from kasuskit.serving import doors, joining, lessons, line, practice
from kasuskit.serving.assets import Assets
from kasuskit.serving.desk import Desk, Place
from kasuskit.serving.forking import can_fork, warm_parent
from kasuskit.serving.guarding import GuardedServer, connections_for
from kasuskit.serving.kernels import KERNEL_NAME, PracticeKernelSpecs, kernel_environment
from kasuskit.serving.lesson_text import PICTURES, LessonTexts
from kasuskit.serving.limits import LARGEST_MESSAGE, Limits
from kasuskit.serving.offer import Offer
from kasuskit.serving.pages import Pages
from kasuskit.serving.progress import Progress
from kasuskit.serving.reserve import ReadyKernel, Reserve, rejoin, start_ready
from kasuskit.serving.seats import Seat, Seats
from kasuskit.serving.waiting import WaitingRoom
from kasuskit.training import CaseCard, list_cases

log = logging.getLogger("kasuskit.serving")

_FOR_THE_LATE = 2  # kernels that wait for whoever comes beyond those expected
_AWAY_SECONDS = 60.0  # who has had no page for so long makes room when the class is full
_LOOK_SECONDS = 2.0
_LOOKS_UNTIL_STUCK = 8  # some 16 seconds; a class file that another program holds makes a kernel wait for five
_PACKAGE = Path(__file__).resolve().parent
_KERNEL_ID = r"(?P<kernel_id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_LESSON_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}"
_LONGEST_SOCKET = 107  # bytes that the system takes for the name of a socket; a folder for temporary files may be deep
_LONGEST_IPC_NAME = len("/kernel-00000000-0000-0000-0000-000000000000-ipc-5")


class PracticeKernels(AsyncMappingKernelManager):
    """Jupyter's kernel manager, which leaves it to the seats to know who is at work and who has left."""

    def start_watching_activity(self, kernel_id: str) -> None:
        """Open no further line to each kernel."""

    def initialize_culler(self) -> None:
        """End no kernel: its clock is the wall's, which may be set back in the middle of a training."""


class KasusApp(Voila):
    """Serve the practice pages of one class.

    Parameters
    ----------
    room : Room
        The class.
    cases : callable
        Gives the cases that can be practised, in the order in which they are learnt.
    **traits
        ``lang``, ``course_name``, ``notebook_file``, ``asset_folders``, ``participants``, ``ready_kernels``,
        ``most_kernels``, ``idle_minutes``, ``ping_seconds``.
    """

    name = "voila"
    lang = Unicode("id")
    course_name = Unicode("dua-hari", help="The course: a name in data/courses or a folder; blank for none.")
    notebook_file = Unicode(help="The practice notebook; by default the kit's own.")
    asset_folders = List(Unicode(), help="More folders with scripts and styles, looked into first.")
    participants = Int(30, help="How many people are expected.")
    ready_kernels = Int(help="How many kernels wait ready: a few where they are forked, else one for each participant.")
    most_kernels = Int(help="How many participants may be at work at once; the others wait for a place.")
    idle_minutes = Float(20.0, help="After how many minutes an unused kernel without a page is ended.")
    ping_seconds = Float(20.0, help="How often a line to a page is tried.")
    trusted_proxy = Bool(False, help="Whether a proxy stands in front, so that an address tells nobody apart.")
    host_names = List(Unicode(), ["127.0.0.1", "localhost"], help="The names this server answers to.")
    behind_proxy: ClassVar[dict[str, Any]] = {}  # what Tornado's server has to know of a proxy before it

    def __init__(self, *, room: Room, cases: Callable[[], Sequence[CaseCard]] = list_cases, **traits: Any) -> None:
        super().__init__(**traits)
        self.room = room
        self.cases = cases
        self.limits = Limits(self.participants, by_address=not self.trusted_proxy)
        self.seats = Seats()
        self.queue = WaitingRoom()
        self.notebook = Path(self.notebook_file or places.notebooks_dir() / "latihan.ipynb")
        own = [_PACKAGE / "static", *_widget_folders()]
        self.offer = Offer(cases, self.course_name, self.base_url, self.lang)
        course = self.offer.course()
        pictures = course.notebooks / PICTURES if course else None
        self.assets = Assets([*map(Path, self.asset_folders), *own], pictures)
        self.pages = Pages(self.assets, self.base_url, self.lang)
        self.texts = LessonTexts(self.base_url, self.pages.served, self.lang)
        self.entries = joining.RecentEntries()
        self.private = Path(tempfile.mkdtemp(prefix="kasuskit-"))
        self._places: dict[str, Place] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._taking: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._servers: list[HTTPServer] = []

    @default("ready_kernels")
    def _ready_kernels_by_default(self) -> int:
        return 3 if can_fork() else int(self.participants)

    @default("most_kernels")
    def _most_kernels_by_default(self) -> int:
        return max(80, int(self.participants) + 20)

    # ---- Voila's own steps, made smaller

    def setup_template_dirs(self) -> None:
        """Use our own template and no other."""
        self.template_paths: list[str] = []
        self.static_paths: list[str] = []

    def prepare(self) -> None:
        """Make the kernel manager and the doors; to be called in a running event loop."""
        # Tornado's timers go by the time of day: a clock that is set back would stop them for as long.
        IOLoop.current().time = time.monotonic  # type: ignore[method-assign]
        self.update_config(self._fixed_settings())
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()
        self.root_dir = str(self.notebook.parent)
        self.connection_dir = str(self.private)
        settings = self.init_settings()
        self.desk = Desk(self.room)
        self.progress = Progress(self.room, self.desk.writer)
        self.reserve = Reserve(self._wanted_in_reserve, self._start_kernel, at_once=max(2, os.cpu_count() or 2))
        self.app = tornado.web.Application(self.init_handlers(), default_handler_class=doors.NoDoor, **settings)

    def _fixed_settings(self) -> Config:
        config = Config()
        config.VoilaConfiguration.template = "kasuskit"
        config.VoilaConfiguration.allow_template_override = "NO"
        config.VoilaConfiguration.allow_theme_override = "NO"
        config.VoilaConfiguration.multi_kernel_manager_class = PracticeKernels
        config.VoilaConfiguration.kernel_spec_manager_class = PracticeKernelSpecs
        config.VoilaExecutor.timeout = 60
        config.KernelManager.autorestart = False  # a kernel that died is not replaced behind the page's back
        if sys.platform == "linux" and len(os.fsencode(self.private)) + _LONGEST_IPC_NAME <= _LONGEST_SOCKET:
            config.KernelManager.transport = "ipc"  # no ports, which something else may have taken by then
        return config

    def init_settings(self) -> dict[str, Any]:
        """Return Voila's settings with ours."""
        settings: dict[str, Any] = super().init_settings()
        return settings | {
            "kasuskit": self,
            "compress_response": True,
            "cookie_secret": self.room.secret(),
            "xsrf_cookies": True,
            "xsrf_cookie_name": "kasuskit_xsrf",
            "xsrf_cookie_kwargs": {"httponly": True, "samesite": "Lax"},
            "websocket_ping_interval": self.ping_seconds,
            "websocket_ping_timeout": self.ping_seconds,
            "websocket_max_message_size": LARGEST_MESSAGE,
            "log_function": self._log_request,
        }

    def init_handlers(self) -> list[Any]:
        """Return the doors: these and no others."""
        at = self.base_url
        return [
            (at, doors.StartDoor),
            (rf"{at}masuk", joining.EnterDoor),
            (rf"{at}kode", joining.CodeDoor),
            (rf"{at}ganti", joining.SwitchDoor),
            (rf"{at}keluar-peserta", joining.ForgetDoor),
            (rf"{at}kalender", doors.CalendarDoor),
            (rf"{at}berkas/([A-Za-z0-9_.-]+)", doors.AssetDoor),
            (rf"{at}latihan/([A-Za-z0-9][A-Za-z0-9_.-]{{0,59}})", practice.PracticeDoor),
            (rf"{at}kursus", lessons.CourseDoor),
            (rf"{at}kursus/jalur", lessons.TrackDoor),
            (rf"{at}pelajaran/({_LESSON_ID})", lessons.LessonDoor),
            (rf"{at}pelajaran/({_LESSON_ID})/selesai", lessons.FinishDoor),
            (rf"{at}api/kernels/{_KERNEL_ID}", doors.KernelDoor),
            (rf"{at}api/kernels/{_KERNEL_ID}/channels", line.LineDoor),
        ]

    def _log_request(self, handler: tornado.web.RequestHandler) -> None:
        """Note a request without its query: what people type does not belong in a log."""
        if handler.request.path:
            milliseconds = round(1000 * handler.request.request_time())
            self.log.debug(
                "%s %s %s %d ms", handler.get_status(), handler.request.method, handler.request.path, milliseconds
            )

    def renderer_settings(self) -> dict[str, Any]:
        """Return what Voila's renderer wants to know."""
        return {
            "voila_configuration": self.voila_configuration,
            "traitlet_config": self.config,
            "config_manager": self.config_manager,
            "contents_manager": self.contents_manager,
            "kernel_spec_manager": self.kernel_spec_manager,
            "base_url": self.base_url,
        }

    # ---- kernels

    def _wanted_in_reserve(self) -> int:
        """Return how many kernels are to wait: where each is a whole process, as many as people are still to come."""
        if can_fork():
            return int(self.ready_kernels)
        return int(max(min(_FOR_THE_LATE, self.ready_kernels), self.ready_kernels - len(self.seats)))

    async def _start_kernel(self) -> ReadyKernel:
        place = self.desk.new_place()
        course = self.offer.course()
        env = kernel_environment(
            self.private,
            self.desk.address(place),
            self.lang,
            f"{self.base_url}kalender",
            str(course.folder.resolve()) if course else "",
        )
        try:
            kernel = await start_ready(self.kernel_manager, KERNEL_NAME, env, str(self.notebook.parent))
        except BaseException:
            self.desk.clear(place)
            raise
        self._places[kernel.id] = place
        place.on_gone = lambda: self.soon(self._kernel_gone(kernel.id))
        return kernel

    async def seat_for(self, person: int) -> Seat:
        """Return a participant's seat, with a kernel that answers; another takes over where it has ended or hangs."""
        async with self._taking[person]:  # two tabs that open in the same moment take one kernel
            seat = self.seats.of(person)
            if seat is not None:
                async with seat.running:
                    if await rejoin(seat.kernel):
                        return seat
                await self.end_seat(seat)
            kernel = await self.reserve.take()
            self._places[kernel.id].person = person
            return self.seats.take(person, kernel)

    def place_in_queue(self, person: int) -> int:
        """Return 0 when there is a seat for a participant, else her place in the queue."""
        if self.seats.of(person) is not None:
            return 0
        free = self.most_kernels - len(self.seats)
        left = self.seats.idle(_AWAY_SECONDS) if free <= len(self.queue) else []
        waits = self.queue.place(person, free + len(left))
        if not waits and free <= 0:
            self.soon(self.end_seat(left[0]))
        return waits

    async def warm(self, on_step: Callable[[], None] = lambda: None) -> None:
        """Start the warm parent and fill the reserve; ``on_step`` is called `warm_steps` times."""
        await self.desk.open()
        if can_fork():
            try:
                await asyncio.to_thread(warm_parent().start)
            except OSError:
                log.exception("the warm parent did not start; kernels start cold")
        on_step()
        await self.reserve.filled(on_step)
        await self._rehearse()
        self.soon(self._look_for_idle())
        self.soon(self._look_for_stuck())

    async def _rehearse(self) -> None:
        kernel = await self.reserve.take()
        try:
            await practice.rehearse(self, kernel)
        except Exception:
            log.exception("the rehearsal failed; the pages will say what is wrong")
        finally:
            kernel.hang_up()
            await self._end_kernel(kernel.id)
        await self.reserve.filled()

    @property
    def warm_steps(self) -> int:
        """How many steps `warm` has."""
        return 1 + int(self.ready_kernels)

    async def _look_for_idle(self) -> None:
        """End the kernels of those who have left; what they answered is kept, and they get another when they return."""
        seconds = 60 * self.idle_minutes
        while True:
            await asyncio.sleep(max(0.2, min(60.0, seconds / 3)))
            for seat in self.seats.idle(seconds):
                await self.end_seat(seat)

    async def _look_for_stuck(self) -> None:
        """End kernels that hang: their pages then ask for another."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for seat in self.seats:
                if seat.look_whether_stuck() >= _LOOKS_UNTIL_STUCK:
                    log.warning("a kernel hangs; another takes its place")
                    await self.end_seat(seat)

    async def end_seat(self, seat: Seat) -> None:
        """Hang up and end a participant's kernel."""
        self.seats.free(seat)
        seat.clear()
        seat.kernel.hang_up()
        await self._end_kernel(seat.id)

    async def _kernel_gone(self, kernel_id: str) -> None:
        """A kernel has ended by itself: its pages learn it at once, and ask for another."""
        for seat in self.seats:
            if seat.id == kernel_id:
                log.warning("a kernel ended by itself")
                await self.end_seat(seat)
                return
        await self._end_kernel(kernel_id)

    async def _end_kernel(self, kernel_id: str) -> None:
        place = self._places.pop(kernel_id, None)
        if place is not None:
            place.on_gone = lambda: None
            self.desk.clear(place)
        if kernel_id in self.kernel_manager:
            with contextlib.suppress(Exception):  # it may have ended already
                await self.kernel_manager.shutdown_kernel(kernel_id, now=True)

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in the background, and remember it until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- running

    def listen_on(self, listening: socket.socket, tls: ssl.SSLContext | None = None) -> HTTPServer:
        """Answer what comes in on this socket, with TLS when its context is given; return what can be stopped."""
        room = connections_for(self.participants, by_address=not self.trusted_proxy)
        server = GuardedServer(self.app, ssl_options=tls, **room, **self.behind_proxy)
        server.add_socket(listening)
        self._servers.append(server)
        return server

    def connected(self) -> int:
        """Return how many participants have a practice page open now."""
        return self.seats.connected()

    async def close(self) -> None:
        """Stop answering, end all kernels and remove what was written for them."""
        for server in self._servers:
            server.stop()
        for task in tuple(self._tasks):
            task.cancel()
        for place in self._places.values():
            place.on_gone = lambda: None
        for seat in self.seats:
            seat.clear()
            seat.kernel.hang_up()
        await self.reserve.close()
        await self.kernel_manager.shutdown_all(now=True)
        await self.desk.close()
        warm_parent().close()
        for server in self._servers:
            await server.close_all_connections()
        shutil.rmtree(self.private, ignore_errors=True)


def _widget_folders() -> list[Path]:
    widgets = _PACKAGE.parent / "widgets"
    return [widgets, widgets / "static"]
