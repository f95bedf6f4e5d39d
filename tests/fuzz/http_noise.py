"""Malformed HTTP: each piece of noise is a whole request, or what somebody takes for one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

KERNEL = "00000000-0000-0000-0000-000000000000"
METHODS = [
    "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "G ET", "",
    "GE\0T", "GET\t", "MKCOL", "X" * 300, "\xc3\xa9", "(GET)", "PRI",
]  # fmt: skip
VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTTP/", "http/1.1", "", "ICY/1.0", "HTTP/1.1 "]
PATHS = [
    "/", "/masuk", "/kalender", "/keluar-peserta", "/latihan/K01", "/latihan/K99", "/berkas/page.0123456789abcdef.css",
    f"/api/kernels/{KERNEL}", f"/api/kernels/{KERNEL}/channels", "/tree", "/voila/render/x", "/api/contents",
]  # fmt: skip
TWISTS = [
    "/../", "/..%2f", "/%2e%2e/", "//", "/./", "/%00", "/%", "/%zz", "/%c0%ae%c0%ae/", "/%ff", "\\..\\", ";a=b", "?",
    "??", "?kasus=%00", "?bulan=%zz", "?a=" + "b" * 3000, "?session_id=%ff", "#x", "?voila-template=lab", "\t",
    "%0d%0aX: y", "/" * 200, "?" + "&".join(f"k{n}=v" for n in range(400)), "%252e%252e%252f", "\xe2\x80\xae",
    "{{7*7}}", "${jndi:x}",
]  # fmt: skip
HEADERS = [
    "Content-Length: -1", "Content-Length: abc", "Content-Length: 99999999999999",
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 0x10", "Content-Length: +5", "Content-Length: 4,4",
    "Content-Length:", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 4", "Expect: 100-continue", "Expect: cake",
    "Content-Encoding: gzip", "Accept-Encoding: gzip;q=x", "Connection: close, upgrade", "Upgrade: websocket",
    "Upgrade: h2c", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 99", "Host: a, b", "Host:",
    "Host: 127.0.0.1\r\nHost: jahat.example", "Range: bytes=0-", "Range: bytes=9-1,-5,x", "If-None-Match: *",
    "If-Modified-Since: never", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: jahat", "X-Scheme: https",
    "X-HTTP-Method-Override: DELETE", "Origin: null", "Origin: \xff", "Referer: " + "r" * 4000,
    "Cookie: " + "c=d; " * 500, "Cookie: kasuskit_peserta=\x80\xff", 'Cookie: kasuskit_peserta="\\', "Cookie: =;=;;,",
    "Cookie: _xsrf=2|1|2|3", "Cookie: kasuskit_xsrf=2|zz|yy|99999999999999999999", "Cookie: kasuskit_xsrf=%00",
    "NoColon", ": empty", " folded: x", "X: a\0b", "X\x7f: y", "X: " + "y" * 20_000,
    "Content-Type: multipart/form-data; boundary=", "Authorization: Basic %%%",
    "Content-Type: application/x-www-form-urlencoded; charset=utf-7", "Accept-Language: " + "x," * 600,
]  # fmt: skip
BODIES = [
    b"", b"nama=%ff%fe&desa=%zz", b"nama=a&nama=b&nama=" + b"c" * 5000, b"\0" * 64, b"&" * 2000, b"=" * 200, b"{}",
    b"[" * 500, b"_xsrf=2|x&nama=a", b"nama=" + "‮\ud7ff👍".encode(), b"a=1&" * 1200, b"\xff\xfe\x00nama", b"%" * 300,
    b"--x\r\nContent-Disposition: form-data; name=\"nama\"\r\n\r\na\r\n--x--", b"--x\r\n\r\n--x", b"--x--" * 100,
    b"--x\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\nb\r\n--x--",
]  # fmt: skip
CHUNKS = [
    b"5\r\nhello\r\n0\r\n\r\n", b"g\r\nx\r\n0\r\n\r\n", b"-1\r\n\r\n", b"5\r\nhel", b"ffffffffffffffff\r\n", b"0\r\n",
    b"5;ext=" + b"e" * 90 + b"\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloX0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"\r\n",
    b"1\r\na\r\n" * 300 + b"0\r\n\r\n", b"20000\r\n" + b"x" * 0x20000 + b"\r\n0\r\n\r\n", b" 5\r\nhello\r\n0\r\n\r\n",
]  # fmt: skip


class HttpNoise:
    """Makes malformed requests, the same ones for the same seed.

    Parameters
    ----------
    seed : int
        Where chance begins.
    cookie, kernel : str
        What a participant of the class has, so that noise gets past the first look as well.
    xsrf : str
        A form's proof together with its cookie, as ``(cookie, field)``.
    """

    def __init__(self, seed: int, cookie: str, kernel: str, xsrf: tuple[str, str]) -> None:
        self.chance = random.Random(seed)
        self.cookie, self.kernel, self.xsrf = cookie, kernel, xsrf
        self.kinds: list[Callable[[], bytes]] = [
            self.line, self.headers, self.headers, self.path, self.path, self.form, self.form, self.multipart,
            self.chunked, self.smuggled, self.truncated, self.binary, self.handshake, self.handshake, self.flipped,
            self.pipelined,
        ]  # fmt: skip

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        while True:
            kind = self.chance.choice(self.kinds)
            yield kind.__name__, kind()

    def _request(self, method="GET", path="/", version="HTTP/1.1", headers=(), body=b"", host="127.0.0.1", known=None):
        known = self.chance.random() < 0.5 if known is None else known
        lines = [f"{method} {path} {version}", *([f"Host: {host}"] if host is not None else [])]
        lines += [f"Cookie: kasuskit_peserta={self.cookie}"] if known else []
        lines += list(headers)
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace") + body

    def _some(self, things, least=1, most=3):
        return self.chance.sample(things, self.chance.randint(least, most))

    def _path(self):
        path = self.chance.choice(PATHS).replace(KERNEL, self.kernel)
        return "/kalender" if path.startswith("/latihan/K01") and self.chance.random() < 0.9 else path

    def line(self) -> bytes:
        return self._request(self.chance.choice(METHODS), self._path(), self.chance.choice(VERSIONS))

    def headers(self) -> bytes:
        host = self.chance.choice(
            ["127.0.0.1", "127.0.0.1", "localhost", "jahat.example", "", None, "[::1]", "a@b", "1" * 300]
        )
        return self._request(self.chance.choice(METHODS[:8]), self._path(), headers=self._some(HEADERS), host=host)

    def path(self) -> bytes:
        path = self._path() + "".join(self._some(TWISTS, 1, 3))
        if self.chance.random() < 0.3:
            path = self.chance.choice(["http://127.0.0.1", "http://jahat.example", "*", "", "javascript:", "//"]) + path
        return self._request(self.chance.choice(METHODS[:4]), path)

    def form(self) -> bytes:
        cookie, field = self.xsrf
        body = self.chance.choice(BODIES) + (f"&_xsrf={field}".encode() if self.chance.random() < 0.7 else b"")
        kind = self.chance.choice(
            ["application/x-www-form-urlencoded", "application/json", "text/plain", "", "multipart/x"]
        )
        length = self.chance.choice([len(body), len(body), len(body) - 1, len(body) + 1, 0, 70_000])
        headers = [f"Cookie: kasuskit_xsrf={cookie}", f"Content-Type: {kind}", f"Content-Length: {max(0, length)}"]
        return self._request(
            "POST", self.chance.choice(["/masuk", "/", "/kalender"]), headers=headers, body=body, known=False
        )

    def multipart(self) -> bytes:
        boundary = self.chance.choice(["x", "", '"x', "x" * 300, "x; boundary=y", "--", "\xff"])
        body = self.chance.choice(BODIES[-4:]) * self.chance.choice([1, 1, 20])
        headers = [f"Content-Type: multipart/form-data; boundary={boundary}", f"Content-Length: {len(body)}"]
        return self._request(
            "POST", "/masuk", headers=[f"Cookie: kasuskit_xsrf={self.xsrf[0]}", *headers], body=body, known=False
        )

    def chunked(self) -> bytes:
        headers = ["Transfer-Encoding: chunked", "Content-Type: application/x-www-form-urlencoded"]
        return self._request("POST", self._path(), headers=headers, body=self.chance.choice(CHUNKS))

    def smuggled(self) -> bytes:
        hidden = self._request("GET", "/latihan/K99", known=True)
        headers = self.chance.choice(
            [
                ["Content-Length: 4", "Transfer-Encoding: chunked"],
                ["Transfer-Encoding: chunked", f"Content-Length: {len(hidden)}"],
                ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
                ["Transfer-Encoding:\x0bchunked", "Content-Length: 5"],
                ["Content-Length: 0", f"Content-Length: {len(hidden)}"],
                ["Content-Length: 0\r\n\tContent-Length: 44"],
                ["X: y\nTransfer-Encoding: chunked"],
                ["X: y\rTransfer-Encoding: chunked"],
            ]
        )
        return self._request("POST", self._path(), headers=headers, body=b"0\r\n\r\n" + hidden)

    def truncated(self) -> bytes:
        whole = self.chance.choice([self.line, self.headers, self.form, self.chunked, self.handshake])()
        return whole[: self.chance.randrange(len(whole))]

    def binary(self) -> bytes:
        noise = self.chance.randbytes(self.chance.choice([1, 16, 200, 3000, 20_000]))
        return self.chance.choice([b"", b"\x16\x03\x01", b"\r\n" * 50, b"GET / HTTP/1.1\r\n"]) + noise

    def handshake(self) -> bytes:
        headers = {
            "Upgrade": self.chance.choice(["websocket", "WEBSOCKET", "h2c", "websocket, x"]),
            "Connection": self.chance.choice(["Upgrade", "keep-alive, Upgrade", "x"]),
            "Origin": self.chance.choice(["http://127.0.0.1", "http://jahat.example", "null", "\xff", "http://["]),
            "Sec-WebSocket-Key": self.chance.choice(["dGhlIHNhbXBsZSBub25jZQ==", "x", "", "\xff" * 9]),
            "Sec-WebSocket-Version": self.chance.choice(["13", "8", "0", "x", "13, 13", ""]),
            "Sec-WebSocket-Protocol": self.chance.choice(["", "v1.kernel.websocket.jupyter.org", "x,y,,", "a" * 500]),
            "Sec-WebSocket-Extensions": self.chance.choice(
                [
                    "", "permessage-deflate", "permessage-deflate; server_max_window_bits=99",
                    "permessage-deflate; x=y", ";;;", "permessage-deflate; client_max_window_bits=abc",
                    "permessage-deflate; server_max_window_bits=8", ",,,",
                ]
            ),
        }  # fmt: skip
        for name in self._some(list(headers), 0, 3):
            del headers[name]
        name = self.chance.choice(["x", "", "%ff", "a" * 300, "%00", "../..", "%F0%9F%91%8D", "x&session_id=%00"])
        kernel = self.chance.choice([self.kernel, self.kernel, KERNEL])
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return self._request("GET", f"/api/kernels/{kernel}/channels?session_id={name}", headers=lines)

    def flipped(self) -> bytes:
        whole = bytearray(self.chance.choice([self.form, self.handshake, self.headers])())
        for _ in range(self.chance.randint(1, 8)):
            whole[self.chance.randrange(len(whole))] = self.chance.randrange(256)
        return bytes(whole)

    def pipelined(self) -> bytes:
        first = self._request("GET", "/kalender").replace(b"Connection: close\r\n", b"")
        return first * self.chance.randint(2, 6) + self.chance.choice([self.line, self.path, self.binary])()
