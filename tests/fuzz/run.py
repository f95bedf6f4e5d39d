"""One fuzz run: noise from all sides, a participant who works meanwhile, and what became of the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.client import connect

from tests.fuzz.http_noise import HttpNoise
from tests.fuzz.server import Memory, RealServer, memory
from tests.fuzz.word_noise import WordNoise
from tests.practice_server import Visitor, alive

ATTACKERS = 8
KNOCKERS = 32
PER_SECOND = 36  # messages of one attacker; what is more would only meet the limit
SILENT = 0.6  # seconds after which a request that waits for more is left
BAD_LOG = re.compile(r"^.*(?:Traceback|\bERROR\b|\bCRITICAL\b|Uncaught|never awaited|Error:).*$", re.MULTILINE)


@dataclass
class Report:
    """What a run found."""

    count: int
    seed: int
    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    acked: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    unanswered: int = 0
    server: list[Memory] = field(default_factory=list)
    kernels: list[Memory] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    log: str = ""

    def lines_to_print(self) -> Iterator[str]:
        """Yield the figures as people read them."""
        yield f"{self.count} pieces of noise, seed {self.seed}, {self.seconds:.0f} s"
        yield f"HTTP: {dict(sorted(self.statuses.items()))}"
        yield f"lines opened: {self.lines}; kernels said: {dict(self.replies.most_common())}"
        for name, found in (("server", self.server), ("attacked kernels (mean)", self.kernels)):
            yield (
                f"{name}: own MB "
                + " -> ".join(f"{m.own:.1f}" for m in found)
                + ("; fair MB " + " -> ".join(f"{m.fair:.1f}" for m in found))
            )
        for name, times in (("before", self.quiet), ("meanwhile", self.acked)):
            if times:
                yield (
                    f"acknowledged {name}: {len(times)}, median {1000 * statistics.median(times):.0f} ms, "
                    f"p95 {1000 * p95(times):.0f} ms, longest {1000 * max(times):.0f} ms"
                )
        yield f"not acknowledged: {self.unanswered}; problems: {len(self.problems)}"


def p95(times: list[float]) -> float:
    """Return what 95 of 100 stay below."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


@dataclass
class Seat:
    """A participant with an open practice page."""

    visitor: Visitor
    kernel: str
    model: str
    pid: int

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"kasuskit_peserta={self.visitor.cookie()}"}


def take_seat(server: RealServer, name: str) -> Seat:
    """Enter the class and open a case."""
    visitor = Visitor(server)
    boot = visitor.enter(name).boot
    assert boot["problem"] == "", boot["problem"]
    return Seat(visitor, boot["kernel"], boot["views"][0]["model_id"], kernel_pid(server, boot["kernel"]))


def kernel_pid(server: RealServer, kernel: str) -> int:
    """Return the process of a kernel, found by the address that stands in its connection file."""
    (found,) = Path(tempfile.gettempdir()).glob(f"kasuskit-*/kernel-{kernel}.json")
    told = json.loads(found.read_text("utf-8"))
    address = f"{told['ip']}-{told['shell_port']}"
    for pid in server.children():
        with contextlib.suppress(psutil.Error):
            if any(each.laddr == address for each in psutil.Process(pid).net_connections("unix")):
                return pid
    raise AssertionError(f"no process listens for kernel {kernel}")


# ---- the participant who works meanwhile


class Worker:
    """Answers one question after the other, and waits for each to be acknowledged."""

    def __init__(self, seat: Seat, report: Report) -> None:
        self.seat, self.report, self.n = seat, report, 0

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[Worker]:
        server = self.seat.visitor.server
        address = f"ws://127.0.0.1:{server.port}/api/kernels/{self.seat.kernel}/channels?session_id=worker"
        async with connect(
            address, origin=server.address, additional_headers=self.seat.headers, max_size=None, open_timeout=60
        ) as self.socket:
            await self._say({"kind": "hello", "tab": "w"}, "state")
            yield self

    async def _say(self, content: dict[str, Any], reply: str) -> dict[str, Any]:
        data = {"method": "custom", "content": content}
        told = {"header": {"msg_type": "comm_msg"}, "content": {"comm_id": self.seat.model, "data": data}}
        await self.socket.send(json.dumps(told))
        async with asyncio.timeout(60):
            while True:
                heard = json.loads(await self.socket.recv())
                said = heard.get("content", {}).get("data", {}).get("content", {})
                if said.get("kind") == reply:
                    return said

    async def answer(self, times: list[float]) -> None:
        self.n += 1
        item = {"n": self.n, "op": "set", "at": "kode_petugas", "value": f"P{self.n}"}
        began = time.perf_counter()
        saved = await self._say({"kind": "answers", "tab": "w", "items": [item]}, "saved")
        times.append(time.perf_counter() - began)
        if saved["n"] != self.n or saved.get("refused"):
            self.report.problems.append(f"answer {self.n} was not kept: {saved}")

    async def until(self, done: asyncio.Event) -> None:
        while not done.is_set():
            try:
                await self.answer(self.report.acked)
            except TimeoutError:
                self.report.unanswered += 1
            await asyncio.sleep(0.08)


# ---- noise


async def knock(port: int, noise: Iterator[tuple[str, bytes]], report: Report) -> None:
    """Send malformed requests, each on a connection of its own, and look at what comes back."""
    for kind, request in noise:
        got = b""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError as problem:
            report.problems.append(f"no connection: {problem!r}")
            return
        with contextlib.suppress(TimeoutError, OSError):
            writer.write(request)
            if kind in ("truncated", "binary"):
                writer.write_eof()
            async with asyncio.timeout(SILENT):
                while more := await reader.read(65_536):
                    got += more
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        look_at(kind, request, got, report)


def look_at(kind: str, request: bytes, got: bytes, report: Report) -> None:
    """Note what a request was answered with; a 500 or a traceback is a problem."""
    statuses = [each.decode() for each in re.findall(rb"^HTTP/1\.[01] (\d{3})", got, re.MULTILINE)]
    report.statuses.update(statuses or ["closed"])
    if any(status in ("500", "501", "502") for status in statuses) or b"Traceback" in got:
        report.problems.append(f"{kind}: {statuses}: {request[:300]!r}")


async def talk(seat: Seat, noise: Iterator[tuple[str, bytes]], report: Report) -> None:
    """Say malformed things on one line after the other, as fast as the limit allows."""
    began, said = time.perf_counter(), 0
    pieces = iter(noise)
    while True:
        try:
            reader, writer = await open_line(seat, said)
        except (OSError, asyncio.IncompleteReadError) as problem:
            report.problems.append(f"no line: {problem!r}")
            return
        report.lines += 1
        listening = asyncio.create_task(listen(reader, report))
        try:
            while not listening.done():
                piece = next(pieces, None)
                if piece is None:
                    return
                writer.write(piece[1])
                await writer.drain()
                said += 1
                await asyncio.sleep(max(0.0, began + said / PER_SECOND - time.perf_counter()))
        except OSError:
            continue
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            await listening


async def open_line(seat: Seat, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a line as a browser does; every other one with compression."""
    server = seat.visitor.server
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if number % 2 else ""
    writer.write(
        f"GET /api/kernels/{seat.kernel}/channels?session_id=s{number} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Origin: {server.address}\r\nCookie: kasuskit_peserta={seat.visitor.cookie()}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extension}"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in answer.splitlines()[0]:
        writer.close()
        raise ConnectionError(answer.splitlines()[0])
    return reader, writer


async def listen(reader: asyncio.StreamReader, report: Report) -> None:
    """Read until the line is closed, and count what is said in plain frames."""
    with contextlib.suppress(OSError):
        while more := await reader.read(262_144):
            for kind in re.findall(rb'"kind":"(\w+)"|"msg_type":"(slow|pong)"', more):
                report.replies[(kind[0] or kind[1]).decode()] += 1


# ---- all of it


def fuzz(room: Path, count: int, seed: int = 1) -> Report:
    """Run so much noise against a real server, half of it requests and half messages."""
    report = Report(count, seed)
    server = RealServer(room, participants=1000)
    try:
        asyncio.run(_storm(server, report))
        if not alive(server.process.pid):
            report.problems.append("the server has ended")
    finally:
        logged = server.stop()
    report.problems += BAD_LOG.findall(logged)
    report.log = logged
    return report


async def _storm(server: RealServer, report: Report) -> None:
    seats = [await asyncio.to_thread(take_seat, server, f"Bapa {n}") for n in range(ATTACKERS)]
    victim = await asyncio.to_thread(take_seat, server, "Mama Yuli")
    async with Worker(victim, report).at_work() as worker:
        for _ in range(30):
            await worker.answer(report.quiet)
        # Both halves are the same size; the first also fills caches.
        began = time.perf_counter()
        measure(server, seats, report)
        for part in range(2):
            await _half(server, seats, worker, report, part)
            await settle(worker)
            measure(server, seats, report)
        report.seconds = time.perf_counter() - began
    check_alive(server, [*seats, victim], report)


async def _half(server: RealServer, seats: list[Seat], worker: Worker, report: Report, part: int) -> None:
    done = asyncio.Event()
    working = asyncio.create_task(worker.until(done))
    requests, messages = report.count // 4, report.count // 4
    xsrf = proof(seats[0].visitor)
    noise: list[Any] = []
    for number in range(KNOCKERS):
        source = HttpNoise(hash_of(report.seed, part, number), seats[0].visitor.cookie() or "", seats[0].kernel, xsrf)
        noise.append(knock(server.port, islice(source, share(requests, KNOCKERS, number)), report))
    for number, seat in enumerate(seats):
        words = WordNoise(hash_of(report.seed, part, 100 + number), seat.model)
        noise.append(talk(seat, islice(words, share(messages, len(seats), number)), report))
    try:
        await asyncio.gather(*noise)
    finally:
        done.set()
        await working


async def settle(worker: Worker) -> None:
    """Wait until what was said has been worked off: three answers in a row as quick as people expect."""
    quick = 0
    for _ in range(200):
        times: list[float] = []
        await worker.answer(times)
        quick = quick + 1 if times[0] < 0.1 else 0
        if quick == 3:
            return
        await asyncio.sleep(0.1)


def measure(server: RealServer, seats: list[Seat], report: Report) -> None:
    """Note what the server and the attacked kernels hold."""
    report.server.append(memory(server.process.pid))
    found = [memory(seat.pid) for seat in seats if seat.pid and alive(seat.pid)]
    if found:
        report.kernels.append(
            Memory(statistics.mean(each.own for each in found), statistics.mean(each.fair for each in found))
        )


def check_alive(server: RealServer, seats: list[Seat], report: Report) -> None:
    """Note who has not come through: every kernel must be the one that was there before."""
    for seat in seats:
        if not seat.pid or not alive(seat.pid):
            report.problems.append(f"kernel {seat.kernel} (process {seat.pid}) has ended")
        if seat.visitor.get(f"/api/kernels/{seat.kernel}").status != 200:
            report.problems.append(f"kernel {seat.kernel} is not there any more")
    if Visitor(server).get("/").status != 200:
        report.problems.append("the start page does not come")


def share(total: int, parts: int, number: int) -> int:
    """Return one of nearly equal parts that add up."""
    return total * (number + 1) // parts - total * number // parts


def hash_of(*numbers: int) -> int:
    """Return one seed for several numbers, the same on every machine."""
    return int.from_bytes(json.dumps(numbers).encode())


def proof(visitor: Visitor) -> tuple[str, str]:
    """Return the cookie and the field that prove that a form is ours."""
    found = re.search(r'name="_xsrf" value="([^"]+)"', visitor.get("/").text)
    assert found
    return visitor.cookie("kasuskit_xsrf") or "", found[1]


def wanted(default: int = 4000) -> int:
    """Return how much noise CI makes; ``KASUSKIT_FUZZ`` asks for more."""
    return int(os.environ.get("KASUSKIT_FUZZ", default))
