"""What the referees need of a machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .build import HERE, node_packages

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if str(BENCHMARKS) not in sys.path:  # the page of Web Forms is built there
    sys.path.insert(0, str(BENCHMARKS))


@pytest.fixture
def need_java(need: Callable[..., None]) -> None:
    """Skip without a JDK; fail when KASUSKIT_REQUIRE_ALL=1."""
    need("java", "javac")


@pytest.fixture(scope="session")
def trouble_with_npm() -> str:
    """Return why the Web Forms engine cannot be installed; blank when it is there. Tried once."""
    try:
        node_packages(HERE / "webforms")
    except RuntimeError as error:
        return f"cannot install the Web Forms engine: {error}"
    return ""


@pytest.fixture
def need_node(need: Callable[..., None], request: pytest.FixtureRequest) -> None:
    """Skip without Node, npm and, the first time, npm's registry; fail when KASUSKIT_REQUIRE_ALL=1."""
    need("node", "npm")
    if trouble := request.getfixturevalue("trouble_with_npm"):
        need(reason=trouble)
