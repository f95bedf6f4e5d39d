"""Builds the two referees when first needed, into ``tests/oracle/build`` (not in git), keyed by what goes in."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("KASUSKIT_ORACLE_CACHE", HERE / "build"))
_INSTALL = ("npm", "install", "--no-package-lock", "--ignore-scripts")
_QUIETLY = ("--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")


def javarosa_jar() -> Path:
    """Return the jar with JavaRosa that the pyxform wheel carries."""
    import pyxform

    return Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


def javarosa_classes() -> Path:
    """Return the folder with the compiled ``Referee.class``."""
    source = HERE / "javarosa" / "Referee.java"

    def compile_into(folder: Path) -> None:
        run(["javac", "-cp", str(javarosa_jar()), "-d", str(folder), str(source)])

    return _built("javarosa", source.read_bytes() + javarosa_jar().read_bytes(), compile_into)


def node_packages(source: Path) -> Path:
    """Return a folder with the installed packages of a ``package.json``; no lock file is written."""
    manifest = source / "package.json"

    def install_into(folder: Path) -> None:
        shutil.copy(manifest, folder)
        run([*_INSTALL, *_QUIETLY], folder)

    return _built(source.name, manifest.read_bytes(), install_into)


def _built(name: str, made_of: bytes, make: Callable[[Path], None]) -> Path:
    """Return the folder for these bytes, made at most once; a half-made one is never seen."""
    folder = CACHE / f"{name}-{hashlib.sha256(made_of).hexdigest()[:12]}"
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        fresh = Path(scratch) / name
        fresh.mkdir()
        make(fresh)
        try:
            fresh.rename(folder)
        except OSError:
            assert folder.exists(), "another run was to have made it"
    return folder


def run(command: list[str], folder: Path | None = None, zone: str = "") -> None:
    """Run a program; raise with what it wrote when it fails."""
    environment = {**os.environ, "TZ": zone} if zone else None
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")
