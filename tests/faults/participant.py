"""A participant without a browser: sends, keeps, sends again and reconnects as the page's scripts do.

The rules are those of `serving/static/host.js` (the line) and of `Outbox` in `widgets/practice.js` (what is not saved
yet). It knows only what a browser knows: pages, their boot block, the kernel's address and the line to it.
"""

from __future__ import annotations

import http.client
import json
import random
import secrets
import threading
import time
import urllib.parse
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from socket import create_connection
from typing import Any, NamedTuple, Protocol

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.practice_server import Visitor, wait_until

TEXTS = ("krono_sebelum", "krono_saat", "krono_sesudah", "kutipan_korban", "ringkasan")  # always there to be answered
BATCH = 200
GIVE_UP_KERNEL = 3  # after so many attempts a kernel that is there but does not answer is given up
FULL = 40  # nobody types more than this ahead of what is saved
_NETWORK = (OSError, http.client.HTTPException, WebSocketException)


class Address(Protocol):
    """A server, or a wire to it."""

    @property
    def address(self) -> str: ...


@dataclass(frozen=True)
class Timers:
    """How patient the page's scripts are, in seconds."""

    answer: float = 8.0
    waits: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0)
    patience: tuple[float, ...] = (4.0, 8.0, 15.0, 30.0)
    ping: float = 20.0
    ask: float = 30.0

    def faster(self, factor: float, least: float = 1.0) -> Timers:
        """Return these timers divided; what waits for this machine's own work is never below ``least``."""
        return Timers(
            answer=max(least, self.answer / factor),
            waits=tuple(wait / factor for wait in self.waits),
            patience=tuple(max(least, wait / factor) for wait in self.patience),
            ping=self.ping / factor,
            ask=max(5 * least, self.ask / factor),
        )


class Said(NamedTuple):
    """One thing that was answered in a tab."""

    n: int
    op: str
    at: str
    value: str


@dataclass
class Told:
    """Something that the page tells a person: a refusal from the kernel, or why the page cannot be shown."""

    code: str
    text: str


@dataclass
class Tab:
    """What one browser tab has said, and what became of it."""

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    outbox: list[Said] = field(default_factory=list)
    acked: list[Said] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    n: int = 0

    def put(self, op: str, at: str, value: str) -> None:
        """Keep an answer until it is saved."""
        self.n += 1
        self.outbox.append(Said(self.n, op, at, value))

    def saved(self, n: int, refused: list[dict[str, Any]]) -> bool:
        """Note what is saved up to ``n``; return whether that was news."""
        no = {each["n"] for each in refused}
        done = [said for said in self.outbox if said.n <= n]
        self.refused += refused
        self.acked += [said for said in done if said.n not in no]
        self.outbox = self.outbox[len(done) :]
        return bool(done)


class Participant:
    """Someone at the practice page of a case, in a thread of their own.

    Parameters
    ----------
    server : Address
        Where the page is fetched; a `Wire` works as well as a server.
    name : str
        The name given at the door.
    think : float or None
        Seconds between two answers that come by themselves; None: only what `say` is told.
    visitor : Visitor, optional
        A device that is known already: this is then another tab of it.
    """

    def __init__(
        self,
        server: Address,
        name: str = "Mama Yuli",
        *,
        think: float | None = None,
        timers: Timers = Timers(),
        case: str = "K01",
        visitor: Visitor | None = None,
        seed: int = 0,
    ) -> None:
        self.server, self.name, self.case, self.timers, self.think = server, name, case, timers, think
        self.visitor = visitor or Visitor(server)  # type: ignore[arg-type]
        self.tab = Tab()
        self.state: dict[str, Any] = {}
        self.told: list[Told] = []
        self.drops = self.renewals = 0
        self.stranger = False
        self.kernel = ""
        self._comm = ""
        self._typed: deque[tuple[str, str, str]] = deque()
        self._socket: ClientConnection | None = None
        self._open = ExitStack()
        self._attempts = self._tries = 0
        self._retry_at = self._answer_by = self._resend_at = self._ping_at = 0.0
        self._random = random.Random(f"{name}/{seed}")
        self._rows = self._thoughts = 0
        self._asleep = threading.Event()
        self._leaving = threading.Event()
        self._failure: BaseException | None = None
        self._threads = [threading.Thread(target=each, name=name, daemon=True) for each in (self._live, self._think)]

    # ---- what a test does with somebody

    def enter(self) -> Participant:
        """Give a name at the door, open the case and begin; a known device goes straight to the case."""
        self.visitor.patience = self.timers.ask
        page = self.visitor.get(self._page) if self.visitor.cookie() else self.visitor.enter(self.name, kasus=self.case)
        boot = page.boot
        assert not boot["problem"], boot["problem"]
        self._take(boot)
        self._connect()
        for thread in self._threads:
            thread.start()
        return self

    def say(self, at: str, value: str = "", op: str = "set") -> None:
        """Answer a question."""
        self._typed.append((op, at, value))

    def sleep(self) -> None:
        """Let the phone sleep: nothing is sent, nothing is heard."""
        self._asleep.set()

    def wake(self) -> None:
        """Switch the phone on again."""
        self._asleep.clear()

    def finish(self, seconds: float = 30.0) -> None:
        """Stop typing and wait until everything that was said is saved."""
        self.think = None
        self.wait_for(lambda: not self.unsaved, seconds, "not everything was saved")

    def wait_for(self, true: Any, seconds: float = 30.0, what: str = "it did not come about in time") -> None:
        """Wait until something holds, as long as this participant goes on."""
        try:
            wait_until(lambda: self._check() or true(), seconds)
        except AssertionError:
            raise AssertionError(f"{what}: {self}") from None

    def leave(self) -> None:
        """Close the tab."""
        self._leaving.set()
        self._asleep.clear()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(60)
        self._hang_up()

    @property
    def unsaved(self) -> int:
        """How many answers are not known to be saved."""
        return len(self._typed) + len(self.tab.outbox)

    @property
    def connected(self) -> bool:
        """Whether the line is open, as far as the phone knows."""
        return self._socket is not None

    def answers(self) -> dict[str, str]:
        """Return what was said last for each address, of what is saved."""
        return {said.at: said.value for said in self.tab.acked if said.op == "set"}

    def __repr__(self) -> str:
        told = [f"{each.code} {each.text}" for each in self.told[-3:]]
        return (
            f"<{self.name}: {len(self.tab.acked)} saved, {self.unsaved} not, {len(self.tab.refused)} refused, "
            f"{self.drops} drops, {self.renewals} renewals, connected {self.connected}, told {told}>"
        )

    def _check(self) -> None:
        if self._failure is not None:
            raise RuntimeError(f"{self.name} cannot go on") from self._failure
        assert not self.stranger, f"{self.name} is not known any more"

    # ---- living

    def _live(self) -> None:
        try:
            while not self._leaving.is_set():
                if self._asleep.is_set():
                    self._sleep()
                self._take_in()
                if self._socket is not None:
                    self._listen(self._socket)
                elif time.monotonic() >= self._retry_at and not self.stranger:
                    self._again()
                else:
                    time.sleep(0.02)
        except BaseException as failure:
            self._failure = failure

    def _sleep(self) -> None:
        while self._asleep.is_set():
            time.sleep(0.02)
        self._retry_at = 0.0
        if self._socket is not None:  # it may hold a line that is dead
            self._ping()

    def _think(self) -> None:
        """Type, whether there is a line or not."""
        while not self._leaving.is_set():
            if self.think is not None and self.unsaved < FULL and not self._asleep.is_set():
                self._typed.append(self._thought())
            self._leaving.wait((self.think or 0.05) * self._random.uniform(0.5, 1.5))

    def _take_in(self) -> None:
        """Number what was typed, and send all that is not saved when there is news or it is time."""
        now = time.monotonic()
        fresh = bool(self._typed)
        while self._typed:
            self.tab.put(*self._typed.popleft())
        if fresh or (self.tab.outbox and now >= self._resend_at):
            self._tries = 0 if fresh else min(self._tries + 1, len(self.timers.patience) - 1)
            self._send_all()

    def _thought(self) -> tuple[str, str, str]:
        """Return what comes to mind: mostly a text, now and then another person, or that person's name."""
        dice = self._random.random()
        self._thoughts += 1
        if dice < 0.03 and self._rows < 5:
            self._rows += 1
            return "add", "terlapor", str(self._rows)
        if dice < 0.2 and self._rows:
            row = self._random.randint(1, self._rows)
            return "set", f"terlapor[{row}]/alamat_terlapor", f"Dusun {self._thoughts}"
        return "set", self._random.choice(TEXTS), f"{self.name} menulis jawaban {self._thoughts}."

    # ---- the outbox

    def _send_all(self) -> None:
        """Send what is not saved, always from the oldest on: a gap would pass for saved."""
        items = [said._asdict() for said in self.tab.outbox[:BATCH]]
        self._resend_at = time.monotonic() + self.timers.patience[self._tries]
        if items:
            self._custom(kind="answers", tab=self.tab.name, items=items)

    def _hear(self, said: dict[str, Any]) -> None:
        n, refused = 0, []
        if said["kind"] == "state":
            self.state = said
            n = said["acked"].get(self.tab.name, 0)
        elif said["kind"] == "saved":
            shown = self.state["answers"] | said["delta"].get("answers", {})
            self.state["answers"] = {at: value for at, value in shown.items() if value is not None}
            if said["tab"] == self.tab.name:
                n, refused = said["n"], said.get("refused", [])
        elif said["kind"] == "refused":
            self.told.append(Told(said["code"], f"{said['text']} {said['do']}"))
        self.tab.n = max(self.tab.n, n)
        if self.tab.saved(n, refused):
            self._tries = 0
            self._resend_at = time.monotonic() + self.timers.patience[0]

    # ---- the line

    @property
    def _page(self) -> str:
        return f"/latihan/{self.case}"

    def _take(self, boot: dict[str, Any]) -> None:
        self.kernel = boot["kernel"]
        self._comm = boot["views"][0]["model_id"]
        self.state = boot["views"][0]["state"]["start"]

    def _connect(self) -> None:
        port = urllib.parse.urlsplit(self.server.address).port
        path = f"/api/kernels/{self.kernel}/channels?session_id={secrets.token_hex(16)}"
        tcp = create_connection(("127.0.0.1", port), timeout=self.timers.answer)
        opening = connect(
            f"ws://127.0.0.1:{port}{path}",
            sock=tcp,
            origin=self.server.address,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"kasuskit_peserta={self.visitor.cookie()}"},
            open_timeout=self.timers.answer,
            close_timeout=0.1,
            ping_interval=None,  # browsers do not ping by themselves; they do answer
        )
        self._socket = self._open.enter_context(opening)
        self._answer_by = 0.0
        self._ping_at = time.monotonic() + self.timers.ping
        self._custom(kind="hello", tab=self.tab.name)
        self._send_all()

    def _listen(self, socket: ClientConnection) -> None:
        try:
            told = json.loads(socket.recv(timeout=0.02))
        except TimeoutError:
            now = time.monotonic()
            if self._answer_by and now > self._answer_by:
                self._drop()
            elif now > self._ping_at:
                self._ping()
        except ConnectionClosed:
            self._drop()
        else:
            self._answer_by, self._attempts = 0.0, 0
            if told["header"]["msg_type"] == "comm_msg" and told["content"]["comm_id"] == self._comm:
                self._hear(told["content"]["data"]["content"])

    def _ping(self) -> None:
        self._ping_at = time.monotonic() + self.timers.ping
        self._write({"header": {"msg_type": "ping"}})

    def _custom(self, **content: Any) -> None:
        data = {"comm_id": self._comm, "data": {"method": "custom", "content": content}}
        self._write({"header": {"msg_type": "comm_msg"}, "channel": "shell", "content": data})

    def _write(self, message: dict[str, Any]) -> None:
        if self._socket is None:
            return
        try:
            self._socket.send(json.dumps(message))
        except ConnectionClosed:
            self._drop()
            return
        self._answer_by = self._answer_by or time.monotonic() + self.timers.answer

    def _drop(self) -> None:
        self._hang_up()
        self.drops += 1
        self._later()

    def _hang_up(self) -> None:
        self._socket, self._answer_by = None, 0.0
        self._open.close()

    def _later(self) -> None:
        wait = self.timers.waits[min(self._attempts, len(self.timers.waits) - 1)]
        self._attempts += 1
        self._retry_at = time.monotonic() + wait * self._random.uniform(0.8, 1.2)

    def _again(self) -> None:
        try:
            status = self.visitor.get(f"/api/kernels/{self.kernel}").status
            if status == 200 and self._attempts < GIVE_UP_KERNEL:
                self._connect()
            elif status == 403:
                self.stranger = True
            elif status in (200, 404):
                self._renew()
            else:
                self._later()
        except _NETWORK:
            self._later()

    def _renew(self) -> None:
        """Ask for the page again, and go on with its kernel."""
        page = self.visitor.get(self._page)
        if 'id="kasuskit-boot"' not in page.text:
            self.stranger = not page.url.endswith(self._page)
            self._later()
            return
        boot = page.boot
        if boot["problem"] or not boot["views"]:
            self.told.append(Told(boot["problem"][1:5], boot["problem"]))
            self._later()
            return
        self.renewals += 1
        self._take(boot)
        self._connect()
