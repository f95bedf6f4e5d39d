"""The process that plays all participants: ``python -m classroom.crowd``; its part on stdin, what came of it on stdout.

It imports nothing of the kit: what it uses of the processor is taken from the server that it watches, so it is kept
small, measured and told.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from classroom.story import Crowd, Part, Story

LAG_STEP = 0.05


async def play_all(kind: str, origin: str, parts: list[Part]) -> Crowd:
    """Let all participants arrive at their moments, and wait until the last has gone."""
    play: Callable[[Part, str], Awaitable[Story]] = importlib.import_module(f"classroom.{kind}").play
    loop = asyncio.get_running_loop()
    begun, cpu, first = time.perf_counter(), time.process_time(), loop.time()

    async def one(part: Part) -> Story:
        await asyncio.sleep(max(0.0, first + part.arrives - loop.time()))
        return await play(part, origin)

    lags: list[float] = []
    watch = loop.create_task(_watch(lags))
    stories = await asyncio.gather(*(one(part) for part in parts))
    watch.cancel()
    lags.sort()
    return Crowd(
        list(stories),
        wall=time.perf_counter() - begun,
        cpu=time.process_time() - cpu,
        lag_ms=lags[-1] if lags else 0.0,
        lag_p95_ms=lags[int(0.95 * len(lags))] if lags else 0.0,
    )


async def _watch(lags: list[float]) -> None:
    """Note by how much a short sleep is overslept: so late may be what this process believes to see."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(LAG_STEP)
        lags.append(1000 * (time.perf_counter() - begun - LAG_STEP))


def main() -> None:
    """Read, play, write."""
    told: dict[str, Any] = json.load(sys.stdin)
    parts = [Part.read(part) for part in told["parts"]]
    gc.freeze()
    crowd = asyncio.run(play_all(told["kind"], told["origin"], parts))
    json.dump(crowd.data(), sys.stdout)


if __name__ == "__main__":
    main()
