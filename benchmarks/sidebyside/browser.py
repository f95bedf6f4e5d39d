"""A page opened cold in Chromium: when it could be used, and what went over the wire until then."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright, TimeoutError

from sidebyside.processes import NotMeasured, Watched, browser_processes

_PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
_SAID = "kasuskit-bench "
_HERE = ("127.0.0.1", "localhost")
SETTLE_MS = 1000
# Work of Chromium's own beside each new window. The first two load 400 scripts for a pop-up of the address bar that
# nobody sees, about a second of processor time. (Replaces Playwright's list, of which the rest stands here.)
_BACKGROUND = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "LensOverlay", "MediaRouter", "OptimizationHints"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
ARGUMENTS = [
    *["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    *["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    # A training room without internet, at its best: other hosts are refused at once instead of after seconds.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    f"--disable-features={','.join(_BACKGROUND)}",
]


@dataclass(frozen=True)
class Screen:
    """A device: its window in CSS pixels, and by how much its processor is slowed down."""

    name: str
    width: int
    height: int
    throttle: float = 1.0
    mobile: bool = False


@dataclass(frozen=True)
class Probe:
    """What to look for in a page.

    Parameters
    ----------
    fields : str
        CSS selector of the form's fields.
    text : str
        CSS selector of what there is to read; blank where that is not asked.
    status, saved : str
        CSS selector of the words about saving, and how they begin once an answer was saved.
    answers : bool
        Whether there is a kernel that acknowledges answers.
    """

    fields: str
    text: str = ""
    status: str = ""
    saved: str = ""
    answers: bool = True

    def script(self) -> str:
        """Return the script that runs before the page's own."""
        answer = {"date": "2026-10-03", "text": "3/10/2026"} if self.answers else None
        told = {"fields": self.fields, "text": self.text, "answer": answer, "status": self.status, "saved": self.saved}
        return f"({_PROBE.strip()})({json.dumps(told)})"


@dataclass
class Load:
    """One opening of a page. Times in ms since the navigation began; ``http_`` and ``ws_`` are bytes."""

    text_ms: float | None
    field_ms: float
    ack_ms: float | None
    first_byte_ms: float
    html_ms: float
    paint_ms: float | None
    nodes: int
    field_kind: str
    http_bytes: int
    http_to_field: int
    requests: int
    sockets: list[str]
    external: list[str]
    ws_to_field: int
    ws_to_ack: int
    ws_packed_to_ack: int
    ws_bytes: int


@dataclass
class Wire:
    """What Chromium tells of the network, with its own clock (``timestamp``, in seconds)."""

    first: tuple[float, float] | None = None
    urls: dict[str, str] = field(default_factory=dict)
    done: list[tuple[float, int]] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    frames: list[tuple[float, str, bool, bytes]] = field(default_factory=list)
    deflate: bool = False

    def watch(self, session: CDPSession) -> None:
        """Begin to listen."""
        session.on("Network.requestWillBeSent", self._request)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketCreated", lambda event: self.sockets.append(event["url"]))
        session.on("Network.webSocketHandshakeResponseReceived", self._handshake)
        session.on("Network.webSocketFrameReceived", lambda event: self._frame(event, received=True))
        session.on("Network.webSocketFrameSent", lambda event: self._frame(event, received=False))
        session.send("Network.enable")

    def _request(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if not url.startswith("http"):
            return
        if self.first is None:
            self.first = event["timestamp"], event["wallTime"]
        self.urls[event["requestId"]] = url

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.urls:
            self.done.append((event["timestamp"], round(event["encodedDataLength"])))

    def _handshake(self, event: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        self.deflate = "permessage-deflate" in headers.get("sec-websocket-extensions", "")

    def _frame(self, event: dict[str, Any], received: bool) -> None:
        told = event["response"]
        data = told["payloadData"]
        payload = base64.b64decode(data) if told["opcode"] == 2 else data.encode()
        self.frames.append((event["timestamp"], event["requestId"], received, payload))

    def clock(self, page_ms: float, origin_ms: float) -> float:
        """Return a time of the page's clock in Chromium's."""
        assert self.first is not None
        timestamp, wall = self.first
        return timestamp + (origin_ms + page_ms) / 1000 - wall

    def http_bytes(self, until: float = float("inf")) -> int:
        """Return the bytes of all answers that were complete by then, headers included."""
        return sum(size for time, size in self.done if time <= until)

    def ws_bytes(self, until: float = float("inf")) -> int:
        """Return the bytes of what was said over websockets, both ways, before compression."""
        return sum(len(payload) for time, _, _, payload in self.frames if time <= until)

    def ws_packed(self, until: float = float("inf")) -> int:
        """Return about how many bytes of it were on the wire: deflated where that was agreed, with frame heads."""
        packers: dict[tuple[str, bool], Any] = {}
        total = 0
        for time, socket, received, payload in self.frames:
            if time > until:
                continue
            size = len(payload)
            if self.deflate:
                packer = packers.setdefault((socket, received), zlib.compressobj(wbits=-15))
                size = len(packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH)) - 4
            total += size + (2 if size < 126 else 4 if size < 65536 else 10) + (0 if received else 4)
        return total

    def external(self) -> list[str]:
        """Return the addresses asked for on other machines."""
        return [url for url in [*self.urls.values(), *self.sockets] if urlsplit(url).hostname not in _HERE]


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start Debian's Chromium where it is, else the one that Playwright brought."""
    browser = playwright.chromium.launch(executable_path=debian_chromium(), args=ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


def debian_chromium() -> Path | None:
    """Return Debian's Chromium, where it is."""
    debian = Path("/usr/bin/chromium")
    return debian if debian.exists() else None


def window(screen: Screen) -> dict[str, Any]:
    """Return what makes a browser's context a device."""
    return {
        "viewport": {"width": screen.width, "height": screen.height},
        "device_scale_factor": 2 if screen.mobile else 1,
        "is_mobile": screen.mobile,
        "has_touch": screen.mobile,
        "locale": "id-ID",
    }


def new_context(browser: Browser, screen: Screen) -> BrowserContext:
    """Return a browser without cache, cookies and history."""
    return browser.new_context(**window(screen))


def opened(context: BrowserContext, screen: Screen, url: str, probe: Probe, patience: float = 120) -> Load:
    """Open a page, give it a first answer, and return what that took; the page stays open.

    Parameters
    ----------
    context : BrowserContext
        A fresh one (`new_context`), with the cookies that the page needs.
    screen : Screen
        The device.
    url : str
        The page.
    probe : Probe
        What to look for in it.
    patience : float
        Seconds after which it is given up.

    Raises
    ------
    NotMeasured
        When no field could be used, or no answer was acknowledged, in time.
    """
    page = context.new_page()
    session = context.new_cdp_session(page)
    wire = Wire()
    wire.watch(session)
    if screen.throttle > 1:
        session.send("Emulation.setCPUThrottlingRate", {"rate": screen.throttle})
    page.add_init_script(probe.script())
    Watched(browser_processes).wait_until_quiet()
    try:
        with page.expect_console_message(lambda said: said.text.startswith(_SAID), timeout=patience * 1000) as said:
            page.goto(url, wait_until="commit", timeout=patience * 1000)
    except TimeoutError as late:
        raise NotMeasured(_missing(page, patience)) from late
    marks = json.loads(said.value.text.removeprefix(_SAID))
    page.wait_for_timeout(SETTLE_MS)
    return _load(marks, wire)


def _missing(page: Page, patience: float) -> str:
    """Return what did not come in time, and what the page says instead."""
    field = page.evaluate("window.kasuskitBench && window.kasuskitBench.field")
    what = "the first answer was not acknowledged" if field else "no field could be used"
    said = " ".join(page.inner_text("body").split())
    return f"{what} within {patience:g} s; the page says: {said[:300]}"


def _load(marks: dict[str, Any], wire: Wire) -> Load:
    at_field = wire.clock(marks["field"], marks["origin"])
    at_ack = wire.clock(marks["acked"] or marks["field"], marks["origin"])
    return Load(
        text_ms=marks["text"],
        field_ms=marks["field"],
        ack_ms=marks["acked"],
        first_byte_ms=marks["first_byte"],
        html_ms=marks["html"],
        paint_ms=marks["paint"],
        nodes=marks["nodes"],
        field_kind=marks["name"],
        http_bytes=wire.http_bytes(),
        http_to_field=wire.http_bytes(at_field),
        requests=len(wire.urls),
        sockets=wire.sockets,
        external=wire.external(),
        ws_to_field=wire.ws_bytes(at_field),
        ws_to_ack=wire.ws_bytes(at_ack),
        ws_packed_to_ack=wire.ws_packed(at_ack),
        ws_bytes=wire.ws_bytes(),
    )
