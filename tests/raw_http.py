"""HTTP without a library that would put things right: bytes go out as they are, and come back as they are."""

from __future__ import annotations

import gzip
import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class RawAnswer:
    """What came back; ``status`` is 0 when the server only hung up."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def one(self, name: str) -> str:
        """Return a header that stands once, or nothing."""
        values = self.all(name)
        assert len(values) <= 1, (name, values)
        return values[0] if values else ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def request(method: str, path: str, *headers: str, host: str | None = "127.0.0.1", body: bytes = b"") -> bytes:
    """Return a request, as wrong as it is asked for."""
    lines = [f"{method} {path} HTTP/1.1", *([f"Host: {host}"] if host is not None else []), *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


def ask(port: int, sent: bytes, seconds: float = 60.0) -> RawAnswer:
    """Send bytes and return the answer, read until the server hangs up."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), seconds) as line:
        try:
            line.sendall(sent)
            while more := line.recv(1 << 16):
                got += more
        except ConnectionError:
            pass
    return read(got)


def read(got: bytes) -> RawAnswer:
    """Return an answer read from the bytes that came."""
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first.startswith("HTTP/1.1 "):
        return RawAnswer(0, (), got)
    pairs = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    answer = RawAnswer(int(first.split()[1]), pairs, body)
    if "chunked" in answer.one("Transfer-Encoding"):
        body = _joined(body)
    if answer.one("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return RawAnswer(answer.status, pairs, body)


def _joined(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size, 16)
        whole, body = whole + body[:count], body[count + 2 :]
    return whole
