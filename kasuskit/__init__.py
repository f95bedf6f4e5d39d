"""kasuskit: learn to document cases of violence against women and children, and do it offline.

``from kasuskit import practice`` and ``practice("K01")`` open a story beside the case form.
Importing the package loads nothing heavy; each name below is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kasuskit.form import Form, Record, load_form
    from kasuskit.training import feedback, load_case
    from kasuskit.widgets import practice, show

__version__ = "0.1.0"
__all__ = ["Form", "Record", "feedback", "load_case", "load_form", "practice", "show"]

_HOMES = {
    "Form": "kasuskit.form",
    "Record": "kasuskit.form",
    "load_form": "kasuskit.form",
    "feedback": "kasuskit.training",
    "load_case": "kasuskit.training",
    "practice": "kasuskit.widgets",
    "show": "kasuskit.widgets",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
