"""A participant of our own server: the start page, the form, answers, feedback, another case."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from classroom.story import Part, Step, Story
from classroom.web import Answer, Failed, Web, since

PATIENCE = 60.0
MOST_REDIRECTS = 4
_BOOT = re.compile(r'<script type="application/json" id="kasuskit-boot">(.*?)</script>', re.S)
_FORM = re.compile(r'<form\b[^>]*action="([^"]*masuk)"[^>]*>(.*?)</form>', re.S)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Screen:
    """The form on a phone, once it could be drawn, and the line behind it."""

    def __init__(self, web: Web, boot: dict[str, Any], case: str) -> None:
        self.web, self.boot, self.case = web, boot, case
        self.tab = uuid.uuid4().hex
        self.sent = 0
        self._socket: ClientConnection | None = None

    async def connect(self) -> None:
        """Open the line and take the first state."""
        base, kernel = self.boot["base"], self.boot["kernel"]
        session = uuid.uuid4().hex
        address = f"{self.web.origin.replace('http', 'ws', 1)}{base}api/kernels/{kernel}/channels?session_id={session}"
        self._socket = await connect(
            address,
            origin=self.web.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.web.cookie_header},
            open_timeout=PATIENCE,
            max_size=None,
            ping_interval=None,
            local_addr=self.web.local,
        )
        await self.ask({"kind": "hello", "tab": self.tab}, "state")

    async def answer(self, step: Step) -> None:
        """Send one answer and wait until it is acknowledged."""
        self.sent += 1
        item = {"n": self.sent, "op": step.op, "at": step.at, "value": step.value}
        told = await self.ask({"kind": "answers", "tab": self.tab, "items": [item]}, "saved")
        if told.get("refused") or told.get("n", 0) < self.sent:
            raise Failed(f"{step.op} {step.at} was refused: {json.dumps(told.get('refused'))[:200]}")

    async def ask(self, content: dict[str, Any], kind: str) -> dict[str, Any]:
        """Say something to the widget and return what it answers."""
        model = self.boot["views"][0]["model_id"]
        data = {"method": "custom", "content": content}
        message = {"header": {"msg_type": "comm_msg"}, "channel": "shell"}
        assert self._socket is not None
        await self._socket.send(json.dumps(message | {"content": {"comm_id": model, "data": data}}))
        while True:
            heard = json.loads(await self._socket.recv())
            if heard["header"]["msg_type"] != "comm_msg" or heard["content"]["comm_id"] != model:
                continue
            said: dict[str, Any] = heard["content"]["data"].get("content") or {}
            if said.get("kind") == "refused":
                raise Failed(f"{content['kind']} was refused: {said.get('code')}")
            if said.get("kind") == kind:
                return said

    async def leave(self) -> None:
        """Close the line, as a tab that is closed does."""
        if self._socket is not None:
            await self._socket.close()


async def play(part: Part, origin: str) -> Story:
    """Be one participant, from the arrival to the end."""
    story = Story(part.name)
    web = Web(origin, part.source)
    screens: list[Screen] = []
    try:
        await _play(part, story, web, screens)
    except (Failed, WebSocketException, OSError, TimeoutError, LookupError, ValueError) as why:
        story.failures.append(f"{type(why).__name__}: {why}"[:300])
    finally:
        for screen in screens:
            await screen.leave()
        await web.close()
    story.requests, story.received, story.elsewhere = web.requests, web.received, len(web.elsewhere)
    return story


async def _play(part: Part, story: Story, web: Web, screens: list[Screen]) -> None:
    begun = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        start = _expect(await web.page("/"), 200)
        story.start_ms = since(begun)
        tapped = time.perf_counter()
        screens.append(await _enter(part, web, start))
    story.page_ms, story.field_ms = since(tapped), since(begun)
    story.received_to_field = web.received
    usable = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        await screens[0].connect()
    story.line_ms = since(usable)
    for step in part.steps:
        await asyncio.sleep(step.pause)
        sent = time.perf_counter()
        story.unacknowledged += 1
        async with asyncio.timeout(PATIENCE):
            await screens[0].answer(step)
        story.unacknowledged -= 1
        story.acks_ms.append(since(sent))
    asked = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        await screens[0].ask({"kind": "check"}, "feedback")
    story.check_ms = since(asked)
    await asyncio.sleep(part.reads)
    await screens[0].leave()
    async with asyncio.timeout(PATIENCE):
        _expect(await web.page("/"), 200)
        tapped = time.perf_counter()
        screens.append(await _form(web, await web.page(f"/latihan/{part.second}"), part.second))
        story.second_ms = since(tapped)
        await screens[1].connect()
    await asyncio.sleep(part.reads)


async def _enter(part: Part, web: Web, start: Answer) -> Screen:
    """Send the start page's form and follow where it leads, to the first case."""
    form = _FORM.search(start.text)
    if form is None:
        raise Failed("the start page has no form to enter")
    fields = dict(_HIDDEN.findall(form[2])) | {"nama": part.name, "desa": part.village, "kasus": part.case}
    answer = await web.post(urlsplit(form[1]).path, urlencode(fields).encode())
    for _ in range(MOST_REDIRECTS):
        if answer.status not in (302, 303):
            break
        answer = await web.page(answer.headers["location"])
    wanted = f"/latihan/{quote(part.case)}"
    if _BOOT.search(answer.text) is None and f'href="{wanted}"' in answer.text:
        answer = await web.page(wanted)  # a page between, with a link to tap
    return await _form(web, answer, part.case)


async def _form(web: Web, answer: Answer, case: str) -> Screen:
    """Return the form once all is there that it is drawn with."""
    boot = _BOOT.search(_expect(answer, 200).text)
    if boot is None:
        raise Failed(f"the page of {case} holds no form")
    told = json.loads(boot[1])
    if told["problem"] or not told["views"]:
        raise Failed(f"the page of {case} says: {told['problem']}")
    parts = [web.fetch(view[name]) for view in told["views"] for name in ("module", "css") if view.get(name)]
    await asyncio.gather(*(part for part in parts if part))
    return Screen(web, told, case)


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise Failed(f"{answer.address} answered {answer.status}")
    return answer
