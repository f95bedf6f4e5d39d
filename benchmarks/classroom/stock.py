"""A participant of stock Voila: what a browser must have before a field can be typed in, then answers.

Counted is what cannot be left out: the page to its end, the scripts and styles that it names, the websocket, the
kernel's word, and the state of all widgets. Not counted, though a browser needs it too: the lab extensions that those
scripts fetch afterwards, and the time to draw a thousand widgets.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from classroom.story import Part, Step, Story
from classroom.web import Failed, Web, since

PATIENCE = 180.0
PROTOCOL = Subprotocol("v1.kernel.websocket.jupyter.org")
_KERNEL = re.compile(r'"kernelId": "([0-9a-f-]{36})"')
_VIEW = re.compile(r'"application/vnd\.jupyter\.widget-view\+json": \{"model_id": "([0-9a-f]+)"')
_CHILD = "IPY_MODEL_"
_CONTROL = "jupyter.widget.control"
_STATUS = "stock-status"
_FIELDS = {"TextModel", "TextareaModel", "DatePickerModel", "DropdownModel", "RadioButtonsModel", "SelectMultipleModel"}


def packed(channel: str, parts: list[bytes]) -> bytes:
    """Return a message as Jupyter's own websocket protocol has it."""
    pieces = [channel.encode(), *parts]
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    numbers = (len(offsets), *offsets)
    return b"".join([*(number.to_bytes(8, "little") for number in numbers), *pieces])


def unpacked(message: bytes) -> list[bytes]:
    """Return the parts of such a message: channel, header, parent, metadata, content, buffers."""
    count = int.from_bytes(message[:8], "little")
    offsets = [int.from_bytes(message[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
    return [message[begin:end] for begin, end in pairwise(offsets)]


class Page:
    """The widgets of one page, as its browser knows them."""

    def __init__(self, web: Web, html: str) -> None:
        kernel, view = _KERNEL.search(html), _VIEW.search(html)
        if kernel is None or view is None:
            raise Failed("the page names no kernel, or shows no widget")
        self.web, self.kernel, self.root = web, kernel[1], view[1]
        self.session = uuid.uuid4().hex
        self.models: dict[str, dict[str, Any]] = {}
        self.fields: list[str] = []
        self._socket: ClientConnection | None = None

    async def connect(self) -> None:
        """Open the line, hear from the kernel, and take the state of all widgets, as Jupyter's manager does."""
        origin = self.web.origin
        self._socket = await connect(
            f"{origin.replace('http', 'ws', 1)}/api/kernels/{self.kernel}/channels?session_id={self.session}",
            origin=origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.web.cookie_header},
            subprotocols=[PROTOCOL],
            open_timeout=PATIENCE,
            max_size=None,
            ping_interval=None,
            local_addr=self.web.local,
        )
        await self._until(await self._say("kernel_info_request", {}), "kernel_info_reply")
        control = uuid.uuid4().hex
        opening = {"comm_id": control, "target_name": _CONTROL, "data": {}}
        await self._say("comm_open", opening, {"version": "1.0.0"})
        asked = await self._say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        told = await self._until(asked, "comm_msg")
        self.models = {model: each["state"] for model, each in told["data"]["states"].items()}
        self.fields = list(self._inside(self.root))

    async def answer(self, step: Step) -> None:
        """Change a widget as a person does, and wait until the kernel has taken it in."""
        model = self.fields[step.place]
        change = _change(self.models[model], step)
        self.models[model] |= change
        content = {"comm_id": model, "data": {"method": "update", "state": change, "buffer_paths": []}}
        before = self._saved()
        await self._until(await self._say("comm_msg", content), "status")
        if self._saved() == before:
            raise Failed(f"{step.at} was not taken in")

    async def leave(self) -> None:
        """Close the line, as a tab that is closed does."""
        if self._socket is not None:
            await self._socket.close()

    def _saved(self) -> str:
        """Return what the page says of saved answers."""
        return str(next(state["value"] for state in self.models.values() if _STATUS in state.get("_dom_classes", ())))

    def _inside(self, model: str) -> Iterator[str]:
        """Yield the inputs in a box, from the top."""
        state = self.models.get(model)
        if state is None:
            raise Failed("a widget's state did not come")
        if state["_model_name"] in _FIELDS:
            yield model
        for child in state.get("children", ()):
            yield from self._inside(child.removeprefix(_CHILD))

    async def _say(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "session": self.session, "username": "", "version": "5.3"}
        header["date"] = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        assert self._socket is not None
        await self._socket.send(
            packed("shell", [json.dumps(p).encode() for p in (header, {}, metadata or {}, content)])
        )
        return number

    async def _until(self, asked: str, kind: str) -> dict[str, Any]:
        """Return the answer to a message; a status answers when it is idle. Take in what is heard before."""
        assert self._socket is not None
        while True:
            heard = await self._socket.recv()
            if not isinstance(heard, bytes):
                raise Failed("the server does not speak the newer websocket protocol")
            _, header, parent, _, content, *_ = unpacked(heard)
            said = json.loads(header)["msg_type"]
            told: dict[str, Any] = json.loads(content)
            if said == "error":
                raise Failed(f"the kernel says {told.get('ename')}")
            if said == "comm_msg" and told["data"].get("method") in ("update", "echo_update"):
                self.models.get(told["comm_id"], {}).update(told["data"]["state"])
            done = said == kind and (said != "status" or told["execution_state"] == "idle")
            if done and json.loads(parent).get("msg_id") == asked:
                return told


def _change(state: dict[str, Any], step: Step) -> dict[str, Any]:
    """Return what a widget sends when a person gives it an answer."""
    kind = state["_model_name"]
    if kind == "DatePickerModel":
        year, month, day = map(int, step.value.split("-"))
        return {"value": {"year": year, "month": month - 1, "date": day}}
    if kind in ("TextModel", "TextareaModel"):
        return {"value": step.value}
    offered = state["_options_labels"]
    if not set(step.labels) <= set(offered):
        raise Failed(f"{step.at} does not offer {step.labels}")
    chosen = [offered.index(label) for label in step.labels]
    return {"index": chosen if kind == "SelectMultipleModel" else chosen[0]}


async def play(part: Part, origin: str) -> Story:
    """Be one participant, from the arrival to the end."""
    story = Story(part.name)
    web = Web(origin, part.source)
    pages: list[Page] = []
    try:
        await _play(part, story, web, pages)
    except (Failed, WebSocketException, OSError, TimeoutError, LookupError, ValueError) as why:
        story.failures.append(f"{type(why).__name__}: {why}"[:300])
    finally:
        for page in pages:
            await page.leave()
        await web.close()
    story.requests, story.received, story.elsewhere = web.requests, web.received, len(web.elsewhere)
    return story


async def _play(part: Part, story: Story, web: Web, pages: list[Page]) -> None:
    begun = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        answer = await web.page("/")
        if answer.status != 200:
            raise Failed(f"/ answered {answer.status}")
        story.page_ms = since(begun)
        pages.append(Page(web, answer.text))
        lined = time.perf_counter()
        await pages[0].connect()
    story.line_ms, story.field_ms = since(lined), since(begun)
    story.received_to_field = web.received
    for step in part.steps:
        await asyncio.sleep(step.pause)
        sent = time.perf_counter()
        story.unacknowledged += 1
        async with asyncio.timeout(PATIENCE):
            await pages[0].answer(step)
        story.unacknowledged -= 1
        story.acks_ms.append(since(sent))
    await asyncio.sleep(part.reads)
