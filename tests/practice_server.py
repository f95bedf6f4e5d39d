"""A practice server in a process of its own, showing the stand-in screen, and a browser without a screen for it."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / "standin" / "serve.py"


class PracticeServer:
    """A server that can be stopped, killed and started again on the same port."""

    def __init__(self, room: Path, env: dict[str, str] | None = None, **options: object) -> None:
        self.room = room
        self.port = 0
        self._env = os.environ | (env or {})
        self._options = [f"{name}={json.dumps(value)}" for name, value in options.items()]
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(SCRIPT), str(self.room), str(self.port), *self._options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self._env
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(self.stop())
        self.port = int(line)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End the server as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> str:
        """End the server in order; return what it wrote to stderr."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.communicate(timeout=30)[1]

    def children(self) -> list[int]:
        """Return the processes that the server started, and those that they started."""
        listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listing.splitlines())}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return sorted(found - {self.process.pid})


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]
    url: str

    @property
    def boot(self) -> dict:
        block = re.search(r'<script type="application/json" id="kasuskit-boot">(.*?)</script>', self.text, re.S)
        assert block, self.text
        return json.loads(block[1])


class Visitor:
    """Fetches pages, keeps cookies, follows redirects unless told otherwise."""

    patience = 60.0  # seconds

    def __init__(self, server: PracticeServer, jar: http.cookiejar.CookieJar | None = None) -> None:
        self.server = server
        self.jar = http.cookiejar.CookieJar() if jar is None else jar
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open

    def cookie(self, name: str = "kasuskit_peserta") -> str | None:
        return next((cookie.value for cookie in self.jar if cookie.name == name), None)

    def get(self, path: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.server.address + path, data, named, method=method)
        try:
            with self._open(request, timeout=self.patience) as got:
                return Answer(got.status, got.read().decode(), dict(got.headers), got.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), dict(error.headers), error.url)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form as the start page would."""
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.get("/").text)
        assert token
        body = urllib.parse.urlencode({"_xsrf": token[1], **fields}).encode()
        return self.get(path, "POST", body)

    def enter(self, nama: str = "Mama Yuli", desa: str = "Desa Contoh A", kasus: str = "K01") -> Answer:
        """Come in, as somebody else where the name is known; go on from the page with the code to the case."""
        page = self.post("/masuk", nama=nama, desa=desa, kasus=kasus)
        if 'name="lain"' in page.text:
            page = self.post("/masuk", nama=nama, desa=desa, kasus=kasus, lain="1")
        onward = re.search(r'id="go" href="([^"]+)"', page.text)
        return self.get(onward[1]) if onward else page


def alive(pid: int) -> bool:
    """Return whether a process runs (one that has ended and waits to be reaped does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def wait_until(true, seconds: float = 20.0) -> None:
    """Wait until something holds; fail when it does not within the time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)
