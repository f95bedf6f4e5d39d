"""Scripts, styles and pictures under names that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kasuskit.widgets.bundle import bundled, parts

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
_FOR_READERS = re.compile(rb"^[ \t]*(?:(?://.*)?\n)?", re.MULTILINE)  # indentation; lines that are blank or a comment
_SERVED_NAME = re.compile(r"([A-Za-z0-9_-]+)\.([0-9a-f]{16})(\.js|\.css|\.svg|\.png|\.jpg)")


@dataclass(frozen=True)
class Asset:
    """One script, style or picture: the name it is served under, its type and its bytes."""

    served_name: str
    content_type: str
    content: bytes

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture."""
        return self.content_type.startswith("image/")


class Assets:
    """The scripts, styles and pictures of the pages; scripts without what only their readers need.

    Parameters
    ----------
    folders : sequence of Path
        Where scripts and styles lie; the first folder that has a name wins. Folders inside them are not looked into.
    pictures : Path, optional
        Where pictures lie, and nothing else is taken from.
    """

    def __init__(self, folders: Sequence[Path], pictures: Path | None = None) -> None:
        self._folders = tuple(folders)
        self._pictures = pictures
        self._read: dict[Path, tuple[dict[Path, tuple[int, int]], Asset]] = {}

    def served_name(self, name: str) -> str | None:
        """Return the name under which ``practice.js`` is served now, or None when there is no such file."""
        asset = self._current(name)
        return asset.served_name if asset else None

    def get(self, served_name: str) -> Asset | None:
        """Return the asset with a served name, or None when its content is another by now."""
        parts = _SERVED_NAME.fullmatch(served_name)
        asset = self._current(parts[1] + parts[3]) if parts else None
        return asset if asset and asset.served_name == served_name else None

    def _current(self, name: str) -> Asset | None:
        suffix = Path(name).suffix
        pictures = (self._pictures,) if suffix in _PICTURES and self._pictures is not None else ()
        for folder in self._folders if suffix in _TYPES else pictures:
            path = folder / name
            if path.name == name and path.is_file():
                return self._content(path)
        return None

    def _content(self, path: Path) -> Asset:
        known = self._read.get(path)
        if known is None or known[0] != _marks(known[0]):
            picture = path.suffix in _PICTURES
            content = path.read_bytes() if picture else bundled(path).encode()
            if path.suffix == ".js":
                content = _FOR_READERS.sub(b"", content)
            digest = hashlib.sha256(content).hexdigest()[:16]
            kind = (_PICTURES if picture else _TYPES)[path.suffix]
            asset = Asset(f"{path.stem}.{digest}{path.suffix}", kind, content)
            known = self._read[path] = _marks([path] if picture else parts(path)), asset
        return known[1]


def _marks(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Return for each file what changes when it does."""
    stats = {path: path.stat() for path in paths}
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in stats.items()}
