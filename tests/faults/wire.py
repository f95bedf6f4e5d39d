"""A wire between a participant and the server, on this machine, that can fall silent, be cut, or be slow."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

CHUNK = 65536


class Wire:
    """Passes on what comes in at a port of its own to the server's port.

    Parameters
    ----------
    port : int
        The server's port on this machine.
    """

    def __init__(self, port: int) -> None:
        self.target = port
        self.delay = 0.0
        self.port = 0
        self._lines: set[_Line] = set()
        self._loop = asyncio.new_event_loop()
        self._through = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._thread.start()
        self._do(self._open())

    @property
    def address(self) -> str:
        """Where participants find the server at the other end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def lines(self) -> int:
        """How many connections it holds."""
        return len(self._lines)

    def silence(self) -> None:
        """Let nothing through, in either direction, and tell nobody: the Wi-Fi is out of reach."""
        self._do(self._set(False))

    def restore(self, *, forget: bool = False) -> None:
        """Let everything through again, also what was sent meanwhile, as TCP does.

        With ``forget``, the connections from before stay silent for ever: the phone came back with another address.
        """
        self._do(self._set(True, forget))

    def cut(self) -> None:
        """End every connection at both ends at once."""
        self._do(self._end_all())

    def close(self) -> None:
        """Take the wire away."""
        if self._loop.is_closed():
            return
        self._do(self._end_all(stop=True))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    async def _open(self) -> None:
        self._through.set()
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _set(self, through: bool, forget: bool = False) -> None:
        for line in self._lines if forget else ():
            line.forgotten = True
        (self._through.set if through else self._through.clear)()

    async def _end_all(self, stop: bool = False) -> None:
        if stop:
            self._server.close()
        tasks = [line.task for line in self._lines]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(asyncio.current_task())
        self._lines.add(line)
        writers = [writer]
        try:
            await self._through.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
            writers.append(back)
            await asyncio.gather(self._pump(reader, back, line), self._pump(there, writer, line))
        except (OSError, asyncio.CancelledError):
            pass  # the server is not there, hung up, or the wire was cut
        finally:
            self._lines.discard(line)
            for each in writers:
                each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line) -> None:
        while True:
            chunk = await reader.read(CHUNK)
            await self._through.wait()
            if line.forgotten:
                await asyncio.Event().wait()  # for ever, or until the wire is taken away
            if self.delay:
                await asyncio.sleep(self.delay)
            if not chunk:
                with contextlib.suppress(OSError):
                    writer.write_eof()
                return
            writer.write(chunk)
            await writer.drain()


class _Line:
    def __init__(self, task: Any) -> None:
        self.task = task
        self.forgotten = False
