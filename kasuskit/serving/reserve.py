"""A few kernels that are ready before anyone asks, so that a page has only to run its cells."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from queue import Empty
from typing import Any, Protocol

from tornado.web import HTTPError

log = logging.getLogger("kasuskit.serving")

# Import what the page will need; nothing personal is known yet. An error here is met again, and told, on the page.
_PREPARE = "try:\n    import kasuskit\n    kasuskit.practice\nexcept Exception:\n    pass"
START_SECONDS = 60
REJOIN_SECONDS = 3.0


class KernelKeeper(Protocol):
    """The part of Jupyter's kernel manager that is used here."""

    async def start_kernel(self, *, kernel_name: str, env: dict[str, str], path: str) -> str:
        """Start a kernel and return its id."""

    def get_kernel(self, kernel_id: str) -> Any:
        """Return the manager of one kernel."""

    async def shutdown_kernel(self, kernel_id: str, now: bool = False) -> None:
        """End a kernel."""


@dataclass(eq=False)
class ReadyKernel:
    """A kernel that has answered.

    Attributes
    ----------
    id : str
        Its name.
    manager : Jupyter's manager of the kernel
        Starts, watches and ends it.
    client : Jupyter's client, or None
        A line over which cells can be run, until the first page has used it.
    """

    id: str
    manager: Any
    client: Any

    def hang_up(self) -> None:
        """Close the line."""
        if self.client is not None:
            self.client.stop_channels()
            self.client = None


class Reserve:
    """Ready kernels, filled up again after each one that is taken.

    Parameters
    ----------
    size : callable
        How many to keep ready now.
    start : callable
        Starts one kernel and returns it once it is ready.
    at_once : int
        How many may start at the same time; more would only be in each other's way.
    pause : float
        Seconds before another attempt when a start failed.
    """

    def __init__(
        self, size: Callable[[], int], start: Callable[[], Awaitable[ReadyKernel]], at_once: int = 2, pause: float = 2.0
    ) -> None:
        self._size = size
        self._start = start
        self._pause = pause
        self._turns = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._ready: deque[ReadyKernel] = deque()
        self._filler: asyncio.Task[None] | None = None
        self._coming = 0

    def __len__(self) -> int:
        return len(self._ready)

    async def take(self) -> ReadyKernel:
        """Return a ready kernel; start one when none waits, and another when that one ends at once."""
        while self._ready:
            kernel = self._ready.popleft()
            if await kernel.manager.is_alive():
                asyncio.get_running_loop().call_later(0.5, self.fill)  # first let the page have the processor
                return kernel
            kernel.hang_up()
        try:
            return await self._one()
        except TimeoutError:
            log.warning("a kernel did not start; another is tried")
            return await self._one()

    def fill(self) -> None:
        """Start kernels in the background, one at a time, until enough are ready."""
        if self._filler is None or self._filler.done():
            self._filler = asyncio.get_running_loop().create_task(self._fill())

    async def _fill(self) -> None:
        while self._missing():
            if not await self._add():
                await asyncio.sleep(self._pause)

    def _missing(self) -> bool:
        return len(self._ready) + self._coming < self._size()

    async def _add(self) -> bool:
        """Start one more; return whether that went well."""
        self._coming += 1
        try:
            self._ready.append(await self._one())
        except Exception:
            log.exception("a kernel for the reserve did not start")
            return False
        finally:
            self._coming -= 1
        return True

    async def filled(self, on_step: Callable[[], None] = lambda: None) -> None:
        """Fill up before anyone comes, several at a time; ``on_step`` is called after each kernel."""

        async def some() -> None:
            while self._missing() and await self._add():
                on_step()

        await asyncio.gather(*(some() for _ in range(self._at_once)))

    async def _one(self) -> ReadyKernel:
        async with self._turns:
            return await self._start()

    async def close(self) -> None:
        """Stop filling; the kernels themselves are ended by their manager."""
        self._size = lambda: 0
        if self._filler is not None:
            self._filler.cancel()
            await asyncio.gather(self._filler, return_exceptions=True)
        while self._ready:
            self._ready.popleft().hang_up()


async def start_ready(keeper: KernelKeeper, kernel_name: str, env: dict[str, str], path: str) -> ReadyKernel:
    """Start a kernel, wait until it answers, and let it import what a page needs."""
    kernel_id = await keeper.start_kernel(kernel_name=kernel_name, env=env, path=path)
    manager = keeper.get_kernel(kernel_id)
    client = _new_client(manager)
    try:
        await _in_touch(manager, client, START_SECONDS)
        await _answered(manager, client, client.execute(_PREPARE, silent=True, store_history=False), START_SECONDS)
    except BaseException:
        client.stop_channels()
        with contextlib.suppress(HTTPError):  # it is not there any more
            await keeper.shutdown_kernel(kernel_id, now=True)
        raise
    return ReadyKernel(kernel_id, manager, client)


async def rejoin(kernel: ReadyKernel, seconds: float = REJOIN_SECONDS) -> bool:
    """Open a line to a kernel over which cells can be run; return False when it does not answer in time."""
    if kernel.client is not None:
        return True
    client = _new_client(kernel.manager)
    try:
        await _in_touch(kernel.manager, client, seconds)
    except Exception:
        log.info("a kernel did not answer")
        client.stop_channels()
        return False
    kernel.client = client
    return True


def _new_client(manager: Any) -> Any:
    """Return a client with a name of its own: of two with one name, the kernel answers only the newer."""
    session = manager.session.clone()
    session.session = secrets.token_hex(16)
    client = manager.client(session=session)
    client.start_channels(stdin=False, hb=False, control=False)
    client.allow_stdin = False
    return client


async def _in_touch(manager: Any, client: Any, seconds: float) -> None:
    """Wait until the kernel answers and what it publishes is heard.

    Jupyter's own ``wait_for_ready`` listens 0.2 s longer for what else may come; here nothing else matters.

    Raises
    ------
    TimeoutError
        When the kernel does not answer in time, or has ended.
    """
    end = asyncio.get_running_loop().time() + seconds
    while True:
        asked = client.kernel_info()
        try:
            await client.get_iopub_msg(timeout=0.25)
        except Empty:
            if asyncio.get_running_loop().time() > end or not await manager.is_alive():
                raise TimeoutError("the kernel does not answer") from None
            continue
        await _answered(manager, client, asked, max(0.25, end - asyncio.get_running_loop().time()))
        return


async def _answered(manager: Any, client: Any, message_id: str, seconds: float) -> None:
    """Wait for the reply to a request.

    Raises
    ------
    TimeoutError
        When it does not come in time, or the kernel has ended: somebody may be waiting for the page.
    """
    end = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            reply = await client.get_shell_msg(timeout=0.25)
        except Empty:
            if asyncio.get_running_loop().time() > end or not await manager.is_alive():
                raise TimeoutError("the kernel does not answer") from None
            continue
        if reply["parent_header"].get("msg_id") == message_id:
            return


def hand_over(client: Any, values: dict[str, str | None]) -> None:
    """Tell a ready kernel for which page it works, before any cell runs; what is None it is not to know any more.

    The kernel does what it is asked in order, so there is no need to wait for the reply.
    """
    told = {name: value for name, value in values.items() if value is not None}
    gone = sorted(set(values) - set(told))
    code = f"import os\nos.environ.update({told!r})\nfor _name in {gone!r}:\n    os.environ.pop(_name, None)"
    client.execute(code, silent=True, store_history=False)
