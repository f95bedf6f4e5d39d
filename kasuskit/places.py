"""Where the kit's own files lie: forms, cases, notebooks, and the user's folders."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _beside_or_inside(name: str) -> Path:
    """Return the folder ``name`` of the checkout, or its copy inside an installed wheel."""
    beside = _PACKAGE.parent / name
    return beside if beside.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file() else _PACKAGE / f"_{name}"


def data_dir() -> Path:
    """Return the folder that holds ``forms/``, ``samples/`` and ``reference/``."""
    return _beside_or_inside("data")


def notebooks_dir() -> Path:
    """Return the folder of the kit's notebooks."""
    return _beside_or_inside("notebooks")


def cache_dir() -> Path:
    """Return the folder for things that can be made again (``KASUSKIT_CACHE`` overrides it)."""
    chosen = os.environ.get("KASUSKIT_CACHE")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("kasuskit", appauthor=False))


def user_dir() -> Path:
    """Return the folder for what the user gave the kit to keep (``KASUSKIT_DATA`` overrides it)."""
    chosen = os.environ.get("KASUSKIT_DATA")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("kasuskit", appauthor=False))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part of it.

    Parameters
    ----------
    path : Path
        The file; its folder is made when missing.
    content : bytes
        All of the new content.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written; the old file then stays as it was.
    """
    import secrets

    path.parent.mkdir(parents=True, exist_ok=True)
    name = path.with_name(f".{path.name}-{secrets.token_hex(6)}")  # with the rights that new files have here
    try:
        with name.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        name.replace(path)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
