"""Servers, wires and participants that are gone when a test ends, also when it fails."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.participant import Address, Participant
from tests.faults.served import Served
from tests.faults.wire import Wire

NAMES = ("Mama Yuli", "Bapa Anis", "Ina Rambu", "Ama Lius", "Mama Tin", "Bapa Yan")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("faults")


@pytest.fixture(autouse=True)
def _can_be_hurt(need: Callable[..., None]) -> None:
    if sys.platform != "linux":
        need(reason="needs Linux to stop, kill and find processes")


@pytest.fixture
def later() -> Iterator[ExitStack]:
    """Give a stack of things to do when the test ends, the newest first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def serve(later: ExitStack, tmp_path: Path) -> Callable[..., Served]:
    """Return a function that starts a server."""

    def serve(folder: Path = tmp_path, **options: Any) -> Served:
        served = Served(folder, **options)
        later.callback(_stop, served)
        return served.start()

    return serve


@pytest.fixture(scope="module")
def serve_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Return a function that starts a server for all tests of a file."""
    with ExitStack() as stack:

        def serve(**options: Any) -> Served:
            served = Served(tmp_path_factory.mktemp("kelas"), **options)
            stack.callback(_stop, served)
            return served.start()

        yield serve


def _stop(served: Served) -> None:
    if hasattr(served, "process"):
        served.stop()
    said = served.said() if served.terminal.exists() else ""
    assert "Traceback" not in said, said


@pytest.fixture
def wire(later: ExitStack) -> Callable[[Served], Wire]:
    """Return a function that lays a wire to a server."""

    def lay(served: Served) -> Wire:
        wire = Wire(served.port)
        later.callback(wire.close)
        return wire

    return lay


@pytest.fixture
def arrive(later: ExitStack) -> Callable[..., Participant]:
    """Return a function that lets somebody in, or several at once with ``count``."""

    def arrive(server: Address, name: str = NAMES[0], **options: Any) -> Participant:
        participant = Participant(server, name, **options)
        later.callback(participant.leave)
        return participant.enter()

    return arrive


@pytest.fixture
def group(arrive: Callable[..., Participant]) -> Callable[..., list[Participant]]:
    """Return a function that lets several people in at once."""

    def group(server: Address, count: int, **options: Any) -> list[Participant]:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(lambda name: arrive(server, name, **options), NAMES[:count]))

    return group
