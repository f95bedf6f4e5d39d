"""Scripts and styles made of several files, as one: an anywidget is one text, and a phone asks for one file."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^(?:import \{[^}]*\} from|@import) "\./([a-z]+\.(?:js|css))";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default\b)", re.MULTILINE)


def parts(path: Path) -> tuple[Path, ...]:
    """Return the files that a script or style is made of, those it imports first, each once."""
    found: dict[Path, None] = {}
    _collect(path, found)
    return tuple(found)


def bundled(path: Path) -> str:
    """Return a script or style with what it imports from files beside it (``import { h } from "./tools.js";``).

    Scripts share one scope then, so no two of them may use one name at their top level for different things.
    """
    *imported, own = parts(path)
    return "".join(_EXPORT.sub("", _without_imports(part)) for part in imported) + _without_imports(own)


def _without_imports(path: Path) -> str:
    return _IMPORT.sub("", path.read_text("utf-8"))


def _collect(script: Path, found: dict[Path, None]) -> None:
    if script in found:
        return
    for name in _IMPORT.findall(script.read_text("utf-8")):
        _collect(script.with_name(name), found)
    found[script] = None
