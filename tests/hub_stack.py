"""JupyterHub, its proxy and classes as real processes on loopback, started by the commands that stand in `deploy/`."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from tests.practice_server import Answer

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
PASSWORDS = {"soe": "kata-sandi-soe", "kupang": "kata-sandi-kupang"}
NEEDED = ("configurable-http-proxy",)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_env(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def unit_command(unit: str, env: dict[str, str]) -> list[str]:
    """Return the command of a systemd unit of `deploy/systemd`, as it runs here."""
    text = (DEPLOY / "systemd" / unit).read_text("utf-8")
    found = re.search(r"^ExecStart=(.*)$", text, re.M)
    assert found
    said = re.sub(r"\$\{(\w+)\}", lambda name: env[name[1]], found[1])
    said = said.replace("/opt/kasuskit/.venv/bin/", f"{Path(sys.executable).parent}/").replace(
        "/opt/kasuskit", str(ROOT)
    )
    return shlex.split(said)


@dataclass
class Stack:
    """The processes; each can be stopped and started again by its name: ``proxy``, ``hub``, or a class."""

    folder: Path
    env: dict[str, str]
    classes: dict[str, dict[str, str]]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.env['KASUSKIT_PROXY_PORT']}"

    def start(self, name: str) -> None:
        unit = {"proxy": "kasuskit-proxy.service", "hub": "kasuskit-hub.service"}.get(name, "kasuskit@.service")
        mine = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTERHUB_", "KASUSKIT_"))}
        mine |= {"KASUSKIT_CACHE": os.environ["KASUSKIT_CACHE"], **self.classes.get(name, self.env)}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                unit_command(unit, mine), cwd=self.folder, env=mine, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        process.wait(timeout=30)

    def close(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", errors="replace")

    def wait(self, name: str, path: str, seconds: float = 60.0) -> None:
        """Wait until something answers through the proxy, and is what it should be."""
        end = time.monotonic() + seconds
        while True:
            assert self.running[name].poll() is None, self.log(name)
            try:
                with urllib.request.urlopen(self.address + path, timeout=5):
                    return
            except OSError:
                assert time.monotonic() < end, f"{name} did not come up: {self.log(name)}"
                time.sleep(0.1)

    def wait_until_ready(self) -> None:
        self.wait("hub", "/hub/health")
        for name in self.classes:
            self.wait(name, f"/services/{name}/kalender")


def make_stack(folder: Path, rooms: dict[str, str], **changed: str) -> Stack:
    """Return the processes, not started yet, with the settings of `deploy/etc` but for ports, tokens and passwords."""
    (folder / "classes").mkdir()
    (folder / "state").mkdir()
    env = read_env(DEPLOY / "etc" / "hub.env") | {
        "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16),
        "KASUSKIT_CLASSES": str(folder / "classes"),
        "KASUSKIT_HUB_STATE": str(folder / "state"),
        "KASUSKIT_ADMIN_PASSWORD": secrets.token_hex(32),
        **{f"KASUSKIT_{name}_PORT": str(free_port()) for name in ("HUB", "PROXY", "PROXY_API")},
        **changed,
    }
    classes = {}
    for name, room in rooms.items():
        classes[name] = read_env(DEPLOY / "etc" / "classes" / "soe.env") | {
            "JUPYTERHUB_SERVICE_NAME": name,
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{free_port()}",
            "JUPYTERHUB_API_TOKEN": secrets.token_hex(32),
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{env['KASUSKIT_HUB_PORT']}/hub/api",
            "KASUSKIT_ROOM": room,
            "KASUSKIT_PASSWORD": PASSWORDS[name],
            "KASUSKIT_MEMBERS": f"anggota-{name}",
        }
        said = "".join(f"{key}={value}\n" for key, value in classes[name].items())
        (folder / "classes" / f"{name}.env").write_text(said)
    return Stack(folder, env, classes)


class HubVisitor:
    """A browser without a screen: signs in at the hub, opens the practice page, answers over its line."""

    def __init__(self, stack: Stack, name: str, service: str = "soe") -> None:
        self.stack, self.name, self.service, self.base = stack, name, service, f"/services/{service}/"
        self.jar = CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open
        self.n = 0
        self.tab = uuid.uuid4().hex

    def get(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("http") else self.stack.address + path
        try:
            with self._open(urllib.request.Request(address, data, named), timeout=60) as got:
                return Answer(got.status, got.read().decode(), dict(got.headers), got.url)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), dict(error.headers), error.url)

    def sign_in(self, path: str = "", password: str = "") -> Answer:
        """Open a page of the class, be led to the hub, sign in there, and be led back."""
        return self.sign_in_at(self.get(self.base + path), password or PASSWORDS[self.service])

    def sign_in_at(self, page: Answer, password: str) -> Answer:
        """Fill in the hub's form."""
        assert "/hub/login" in page.url, (page.status, page.url)
        xsrf = re.search(r'name="_xsrf"\s+value="([^"]+)"', page.text)
        assert xsrf
        return self.get(page.url, {"username": self.name, "password": password, "_xsrf": xsrf[1]})

    def cookies(self, path: str) -> str:
        return "; ".join(f"{each.name}={each.value}" for each in self.jar if path.startswith(each.path))

    @contextlib.contextmanager
    def line(self, kernel: str, **headers: str) -> Iterator[ClientConnection]:
        """Open the line to a kernel, as the page's script does."""
        path = f"{self.base}api/kernels/{kernel}/channels"
        given = {"Cookie": self.cookies(path), **headers}
        address = f"{self.stack.address.replace('http', 'ws', 1)}{path}?session_id={uuid.uuid4().hex}"
        with connect(address, origin=self.stack.address, additional_headers=given, open_timeout=30) as socket:
            yield socket

    def answer(self, socket: ClientConnection, boot: dict, value: str = "") -> dict:
        """Give one more answer and return what the widget says to it."""
        self.n += 1
        item = {"n": self.n, "op": "set", "at": QUESTION, "value": value or f"{self.name} {self.n}"}
        return ask(socket, boot, {"kind": "answers", "tab": self.tab, "items": [item]})


QUESTION = "kode_petugas"  # a question of the full form that takes any text


def ask(socket: ClientConnection, boot: dict, content: dict, seconds: float = 30.0) -> dict:
    """Say something to the page's widget and return its answer."""
    data = {"method": "custom", "content": content}
    message = {"header": {"msg_type": "comm_msg"}, "content": {"comm_id": boot["views"][0]["model_id"], "data": data}}
    socket.send(json.dumps(message))
    end = time.monotonic() + seconds
    while True:
        told = json.loads(socket.recv(timeout=max(0.1, end - time.monotonic())))
        if told["header"]["msg_type"] == "comm_msg" and told["content"]["data"].get("method") == "custom":
            return told["content"]["data"]["content"]
