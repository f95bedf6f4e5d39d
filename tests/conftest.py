"""What every test stands on: a cache folder of its own, and tools that may be missing on this machine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

# Before kasuskit is imported anywhere: tests neither read nor fill the user's own folders.
os.environ["KASUSKIT_CACHE"] = tempfile.mkdtemp(prefix="kasuskit-cache-")
os.environ["KASUSKIT_DATA"] = str(Path(os.environ["KASUSKIT_CACHE"]) / "data")
_OWNER = os.getpid()


@atexit.register
def _clear() -> None:
    if os.getpid() == _OWNER:  # a forked kernel that ends leaves the cache to the others
        shutil.rmtree(os.environ["KASUSKIT_CACHE"], ignore_errors=True)


import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

REQUIRE_ALL = os.environ.get("KASUSKIT_REQUIRE_ALL") == "1"

# Other work shares this machine's processors, so nothing is judged by the clock. CI tries the same examples each time;
# KASUSKIT_EXAMPLES=20 tries twenty times as many.
_TIMES = int(os.environ.get("KASUSKIT_EXAMPLES", "1"))
settings.register_profile(
    "kasuskit",
    deadline=None,
    derandomize=REQUIRE_ALL and _TIMES == 1,
    max_examples=60 * _TIMES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("kasuskit")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let a report travel between processes (pytest-xdist): some tests log halves of characters on purpose."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report


def need(*programs: str, reason: str = "") -> None:
    """Skip the test when a program is not there; fail when ``KASUSKIT_REQUIRE_ALL=1``, as in CI.

    With ``reason`` the caller has already found something else missing, and says what.
    """
    missing = [program for program in programs if shutil.which(program) is None]
    said = reason or (f"needs {' and '.join(missing)}" if missing else "")
    if said and REQUIRE_ALL:
        pytest.fail(f"{said} (KASUSKIT_REQUIRE_ALL=1)")
    if said:
        pytest.skip(said)


@pytest.fixture(name="need", scope="session")
def need_fixture() -> Callable[..., None]:
    """Return ``need``, for tests in folders below, which cannot import it by name."""
    return need
