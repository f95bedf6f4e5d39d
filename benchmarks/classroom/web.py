"""One phone's web: HTTP as a browser speaks it, with few lines, so that many phones fit into one process.

Six connections at most, kept open; gzip; cookies; everything with an immutable name is fetched once. What is linked
in a page's head is asked for as soon as the head is there, while the rest of the page still comes.
"""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

MOST_CONNECTIONS = 6
LARGEST_LINE = 1 << 20
_NOT_FETCHED = re.compile(r"<noscript\b.*?</noscript>|<!--.*?-->", re.S | re.I)
_TAG = re.compile(r"<(link|script)\b([^>]*)>", re.I)
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""", re.I)
_HEAD_END = b"</head>"


class Failed(Exception):
    """Something a participant asked for did not come as it should; the text says what."""


@dataclass(frozen=True)
class Link:
    """A script or style that a page names; one ``later`` is only wanted once the page itself is there."""

    address: str
    later: bool = False


@dataclass
class Answer:
    """What came back to a request."""

    status: int
    headers: dict[str, str]
    body: bytes
    address: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def links(html: str) -> Iterator[Link]:
    """Yield the scripts and styles that a browser of today fetches for a page, in their order."""
    for tag, rest in _TAG.findall(_NOT_FETCHED.sub("", html)):
        named = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(rest)}
        rel = named.get("rel", "").lower().split()
        if tag.lower() == "script" and named.get("src") and "nomodule" not in named:
            yield Link(named["src"])
        elif named.get("href") and {"stylesheet", "modulepreload", "preload"} & set(rel):
            yield Link(named["href"])
        elif named.get("href") and "prefetch" in rel:
            yield Link(named["href"], later=True)


@dataclass
class _Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: bool = False


@dataclass(eq=False)
class Web:
    """The web as one phone sees it.

    Parameters
    ----------
    origin : str
        The server, ``http://127.0.0.1:8866``.
    source : str
        The address that the phone has itself; any when empty.
    """

    origin: str
    source: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    received: int = 0
    elsewhere: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        parts = urlsplit(self.origin)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._free: list[_Line] = []
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)
        self._kept: dict[str, asyncio.Task[Answer]] = {}

    @property
    def local(self) -> tuple[str, int] | None:
        """Where a connection of this phone begins."""
        return (self.source, 0) if self.source else None

    @property
    def cookie_header(self) -> str:
        """The value of the header ``Cookie``."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str, heard: Callable[[bytearray], None] | None = None) -> Answer:
        """Fetch a page; ``heard`` is called with all of it that is there, each time more comes."""
        return await self._ask("GET", path, b"", heard)

    async def post(self, path: str, body: bytes) -> Answer:
        """Send a form."""
        return await self._ask("POST", path, body, None)

    def fetch(self, address: str, page: str = "/") -> asyncio.Task[Answer] | None:
        """Begin to fetch a script or style, once; None when it lies on another machine (that is counted)."""
        whole = urljoin(f"{self.origin}{page}", address)
        if not whole.startswith(f"{self.origin}/"):
            self.elsewhere.add(whole)
            return None
        path = whole.removeprefix(self.origin)
        if path not in self._kept:
            self._kept[path] = asyncio.get_running_loop().create_task(self._asset(path))
        return self._kept[path]

    async def page(self, path: str) -> Answer:
        """Fetch a page with its scripts and styles, and what it wants later in the background."""
        wanted: list[asyncio.Task[Answer]] = []
        later: list[Link] = []
        looked = False

        def look(html: str) -> None:
            for link in links(html):
                if link.later:
                    later.append(link)
                elif task := self.fetch(link.address, path):
                    wanted.append(task)

        def head(body: bytearray) -> None:
            nonlocal looked
            if not looked and _HEAD_END in body:
                looked = True
                look(body.partition(_HEAD_END)[0].decode("utf-8", "replace"))

        answer = await self.get(path, head)
        later.clear()
        look(answer.text)
        await asyncio.gather(*wanted)
        for link in later:
            self.fetch(link.address, path)
        return answer

    async def close(self) -> None:
        """Leave: end what still comes, and close every connection."""
        for task in self._kept.values():
            task.cancel()
        await asyncio.gather(*self._kept.values(), return_exceptions=True)
        for line in self._free:
            line.writer.close()
        self._free.clear()

    async def _asset(self, path: str) -> Answer:
        answer = await self._ask("GET", path, b"", None)
        if answer.status != 200:
            raise Failed(f"GET {path.partition('?')[0]} answered {answer.status}")
        return answer

    async def _ask(self, method: str, path: str, body: bytes, heard: Callable[[bytearray], None] | None) -> Answer:
        async with self._turns:
            self.requests += 1
            while True:
                line = self._free.pop() if self._free else await self._connect()
                try:
                    line.writer.write(self._head(method, path, body) + body)
                    answer, keep = await self._hear(line.reader, path, heard)
                except (OSError, asyncio.IncompleteReadError) as why:
                    line.writer.close()
                    if line.used:
                        continue  # the server may have closed a connection that was idle: a browser tries another
                    raise Failed(f"{method} {path.partition('?')[0]}: {type(why).__name__}") from why
                except BaseException:
                    line.writer.close()
                    raise
                break
            line.used = True
            if keep:
                self._free.append(line)
            else:
                line.writer.close()
        return answer

    async def _connect(self) -> _Line:
        try:
            return _Line(
                *await asyncio.open_connection(self._host, self._port, limit=LARGEST_LINE, local_addr=self.local)
            )
        except OSError as why:
            raise Failed(f"no connection: {why}") from why

    def _head(self, method: str, path: str, body: bytes) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            "Accept: text/html,*/*",
            "Accept-Encoding: gzip",
            "Accept-Language: id-ID",
            "User-Agent: Mozilla/5.0 (Linux; Android 13) kasuskit-benchmark",
        ]
        if self.cookies:
            lines.append(f"Cookie: {self.cookie_header}")
        if method == "POST":
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
                f"Origin: {self.origin}",
            ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _hear(
        self, reader: asyncio.StreamReader, path: str, heard: Callable[[bytearray], None] | None
    ) -> tuple[Answer, bool]:
        head = await reader.readuntil(b"\r\n\r\n")
        self.received += len(head)
        first, *rest = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for each in rest:
            name, _, value = each.partition(":")
            if name.lower() == "set-cookie":
                self._keep_cookie(value.strip())
            elif name:
                headers[name.lower()] = value.strip()
        status = int(first.split()[1])
        opened = zlib.decompressobj(47) if headers.get("content-encoding") == "gzip" else None
        body = bytearray()
        async for piece in self._pieces(reader, status, headers):
            body += opened.decompress(piece) if opened else piece
            if heard:
                heard(body)
        keep = headers.get("connection", "").lower() != "close"
        return Answer(status, headers, bytes(body), path), keep

    async def _pieces(self, reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> AsyncIterator[bytes]:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int((await reader.readline()).partition(b";")[0], 16):
                piece = (await reader.readexactly(size + 2))[:-2]
                self.received += len(piece)
                yield piece
            await reader.readline()
        elif status not in (204, 304):
            piece = await reader.readexactly(int(headers.get("content-length", 0)))
            self.received += len(piece)
            yield piece

    def _keep_cookie(self, told: str) -> None:
        pair, *_ = told.split(";")
        name, _, value = pair.partition("=")
        if value.strip('"'):
            self.cookies[name.strip()] = value.strip()
        else:
            self.cookies.pop(name.strip(), None)


def since(begun: float) -> float:
    """Return how many ms have passed since a moment of `time.perf_counter`."""
    return 1000 * (time.perf_counter() - begun)
