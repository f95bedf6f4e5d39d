"""The participants' server: Voila with few doors.

It shows the start page, the practice pages and a calendar, and nothing else: no notebook tree, no files, no
lab extensions, no way to run code or to end another's kernel. It listens on this machine only.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import tornado.web
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httpserver import HTTPServer
from traitlets import Bool, Float, Int, List, Unicode
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from kasuskit import places
from kasuskit.classroom import Room
from kasuskit.serving import doors, practice
from kasuskit.serving.assets import Assets
from kasuskit.serving.forking import can_fork, warm_parent
from kasuskit.serving.guarding import GuardedServer, connections_for
from kasuskit.serving.kernels import KERNEL_NAME, PracticeKernelSpecs, kernel_environment
from kasuskit.serving.ledger import Ledger, Page
from kasuskit.serving.limits import LARGEST_MESSAGE, Limits
from kasuskit.serving.pages import Pages
from kasuskit.serving.reserve import ReadyKernel, Reserve, rejoin, start_ready
from kasuskit.training import CaseCard, list_cases

_PACKAGE = Path(__file__).resolve().parent
_KERNEL_ID = r"(?P<kernel_id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


class PracticeKernels(AsyncMappingKernelManager):
    """Jupyter's kernel manager; it lets the kernels in the reserve wait as long as they like."""

    def is_waiting(self, kernel_id: str) -> bool:
        """Return whether a kernel is in the reserve."""
        reserve = getattr(self.parent, "reserve", None)
        return reserve is not None and kernel_id in reserve.ids

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that nobody has used for long."""
        if not self.is_waiting(kernel_id):
            await super().cull_kernel_if_idle(kernel_id)


class KasusApp(Voila):
    """Serve the practice pages of one class.

    Parameters
    ----------
    room : Room
        The class.
    cases : callable
        Gives the cases that can be practised, in the order in which they are learnt.
    **traits
        ``lang``, ``notebook_file``, ``asset_folders``, ``ready_kernels``, ``most_kernels``, ``idle_minutes``,
        ``ping_seconds``.
    """

    name = "voila"
    lang = Unicode("id")
    notebook_file = Unicode(help="The practice notebook; by default the kit's own.")
    asset_folders = List(Unicode(), help="More folders with scripts and styles, looked into first.")
    ready_kernels = Int(2, help="How many kernels wait ready.")
    most_kernels = Int(80, help="How many practice pages may be open at once.")
    idle_minutes = Float(20.0, help="After how many minutes an unused kernel without a page is ended.")
    ping_seconds = Float(20.0, help="How often a line to a page is tried.")
    participants = Int(30, help="How large a class is expected.")
    trusted_proxy = Bool(False, help="Whether a proxy stands in front, so that an address tells nobody apart.")
    host_names = List(Unicode(), ["127.0.0.1", "localhost"], help="The names this server answers to.")

    def __init__(self, *, room: Room, cases: Callable[[], Sequence[CaseCard]] = list_cases, **traits: Any) -> None:
        super().__init__(**traits)
        self.room = room
        self.cases = cases
        self.ledger = Ledger()
        self.limits = Limits(self.participants, by_address=not self.trusted_proxy)
        self.notebook = Path(self.notebook_file or places.notebooks_dir() / "latihan.ipynb")
        own = [_PACKAGE / "static", *_widget_folders()]
        self.assets = Assets([*map(Path, self.asset_folders), *own])
        self.pages = Pages(self.assets, self.base_url, self.lang)
        self.private = Path(tempfile.mkdtemp(prefix="kasuskit-"))
        self._tasks: set[asyncio.Task[None]] = set()
        self._taking: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._server: HTTPServer | None = None

    # ---- Voila's own steps, made smaller

    def setup_template_dirs(self) -> None:
        """Use our own template and no other."""
        self.template_paths: list[str] = []
        self.static_paths: list[str] = []

    def prepare(self) -> None:
        """Make the kernel manager and the doors; to be called in a running event loop."""
        self.update_config(self._fixed_settings())
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()
        self.root_dir = str(self.notebook.parent)
        self.connection_dir = str(self.private)
        settings = self.init_settings()
        self.reserve = Reserve(self.ready_kernels, self._start_kernel)
        self.app = tornado.web.Application(self.init_handlers(), default_handler_class=doors.NoDoor, **settings)

    def _fixed_settings(self) -> Config:
        config = Config()
        config.VoilaConfiguration.template = "kasuskit"
        config.VoilaConfiguration.allow_template_override = "NO"
        config.VoilaConfiguration.allow_theme_override = "NO"
        config.VoilaConfiguration.multi_kernel_manager_class = PracticeKernels
        config.VoilaConfiguration.kernel_spec_manager_class = PracticeKernelSpecs
        config.VoilaExecutor.timeout = 60
        config.KernelRestarter.restart_limit = 0  # a kernel that died is not replaced behind the page's back
        config.MappingKernelManager.cull_idle_timeout = round(self.idle_minutes * 60)
        config.MappingKernelManager.cull_interval = max(1, min(60, round(self.idle_minutes * 20)))
        config.MappingKernelManager.cull_connected = False
        config.MappingKernelManager.kernel_info_timeout = 20.0  # a closed line is kept in memory for so long
        config.MappingKernelManager.buffer_offline_messages = False  # the widget asks for the state anew
        return config

    def init_settings(self) -> dict[str, Any]:
        """Return Voila's settings with ours."""
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = ["comm_msg"]
        return settings | {
            "kasuskit": self,
            "compress_response": True,
            "cookie_secret": self.room.secret(),
            "xsrf_cookies": True,
            "xsrf_cookie_name": "kasuskit_xsrf",
            "xsrf_cookie_kwargs": {"httponly": True, "samesite": "Lax"},
            "websocket_compression_options": {},
            "websocket_max_message_size": LARGEST_MESSAGE,
            "ws_ping_interval": round(1000 * self.ping_seconds),  # milliseconds
            # Jupyter looks at each ping how old the last answer is: with a timeout of one interval, it ends every line.
            "ws_ping_timeout": round(2500 * self.ping_seconds),
            "kernel_websocket_connection_class": practice.PageLine,
            "log_function": self._log_request,
        }

    def init_handlers(self) -> list[Any]:
        """Return the doors: these and no others."""
        at = self.base_url
        return [
            (at, doors.StartDoor),
            (rf"{at}masuk", doors.EnterDoor),
            (rf"{at}keluar-peserta", doors.ForgetDoor),
            (rf"{at}kalender", doors.CalendarDoor),
            (rf"{at}berkas/([A-Za-z0-9_.-]+)", doors.AssetDoor),
            (rf"{at}latihan/([A-Za-z0-9_-]{{1,60}})", practice.PracticeDoor),
            (rf"{at}api/kernels/{_KERNEL_ID}", doors.KernelDoor),
            (rf"{at}api/kernels/{_KERNEL_ID}/channels", practice.LineDoor),
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

    async def _start_kernel(self) -> ReadyKernel:
        env = kernel_environment(self.private, self.room.address, self.lang, f"{self.base_url}kalender")
        return await start_ready(self.kernel_manager, KERNEL_NAME, env, str(self.notebook.parent))

    async def kernel_for(self, person_id: int, case_id: str) -> tuple[ReadyKernel, Page]:
        """Return the kernel of a person's page, and the page.

        A second tab, or the same page loaded again, gets the kernel that is at work already: two kernels would each
        know a record of their own. Where that kernel has ended or hangs, another takes over.
        """
        async with self._taking[person_id]:  # two tabs that open in the same moment take one kernel
            for page in reversed(self.ledger.of_person(person_id)):
                if page.case == case_id and page.kernel_id in self.kernel_manager:
                    kernel = await rejoin(self.kernel_manager, page.kernel_id)
                    if kernel is not None:
                        return kernel, page
            kernel = await self.reserve.take()
            return kernel, self.ledger.add(kernel.id, person_id, case_id)

    async def warm(self, on_step: Callable[[], None] = lambda: None) -> None:
        """Start the warm parent and fill the reserve; ``on_step`` is called `warm_steps` times."""
        if can_fork():
            await asyncio.to_thread(warm_parent().start)
        on_step()
        await self.reserve.filled(on_step)

    @property
    def warm_steps(self) -> int:
        """How many steps `warm` has."""
        return 1 + int(self.ready_kernels)

    def strike_out_ended(self) -> None:
        """Forget the pages whose kernels have ended."""
        for page in self.ledger.all():
            if page.kernel_id not in self.kernel_manager:
                self.ledger.forget(page.kernel_id)

    def retire_later(self, pages: Iterable[Page], seconds: float = 5.0) -> None:
        """End the kernels of older pages that no tab shows any more."""
        pages = tuple(pages)
        if not pages:
            return

        async def retire() -> None:
            await asyncio.sleep(seconds)
            await self.end_pages(page for page in pages if not page.lines)

        task = asyncio.get_running_loop().create_task(retire())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end_pages(self, pages: Iterable[Page]) -> None:
        """Hang up and end the kernels of these pages."""
        for page in tuple(pages):
            self.ledger.forget(page.kernel_id)
            page.hang_up()
            if page.kernel_id in self.kernel_manager:
                await self.kernel_manager.shutdown_kernel(page.kernel_id, now=True)

    # ---- running

    def listen_on(self, listening: socket.socket) -> None:
        """Answer what comes in on this socket."""
        room = connections_for(self.participants, by_address=not self.trusted_proxy)
        self._server = GuardedServer(self.app, **room)
        self._server.add_socket(listening)

    async def close(self) -> None:
        """Stop answering, end all kernels and remove what was written for them."""
        if self._server is not None:
            self._server.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await practice.PageLine.close_all()
        await self.reserve.close()
        await self.kernel_manager.shutdown_all(now=True)
        warm_parent().close()
        if self._server is not None:
            await self._server.close_all_connections()
        shutil.rmtree(self.private, ignore_errors=True)


def _widget_folders() -> list[Path]:
    widgets = _PACKAGE.parent / "widgets"
    return [widgets, widgets / "static"]
