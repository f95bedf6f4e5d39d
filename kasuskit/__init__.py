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
    from kasuskit.widgets.lessons import (
        dialogue,
        explain_nik,
        explore_form,
        posttest,
        pretest,
        quiz,
        sort_cards,
        write_chronology,
    )

__version__ = "0.1.0"
__all__ = [
    "Form", "Record", "dialogue", "explain_nik", "explore_form", "feedback", "load_case", "load_form", "posttest",
    "practice", "pretest", "quiz", "show", "sort_cards", "write_chronology",
]  # fmt: skip

_HOMES = {
    "Form": "kasuskit.form",
    "Record": "kasuskit.form",
    "dialogue": "kasuskit.widgets.lessons",
    "explain_nik": "kasuskit.widgets.lessons",
    "explore_form": "kasuskit.widgets.lessons",
    "load_form": "kasuskit.form",
    "feedback": "kasuskit.training",
    "load_case": "kasuskit.training",
    "posttest": "kasuskit.widgets.lessons",
    "practice": "kasuskit.widgets",
    "pretest": "kasuskit.widgets.lessons",
    "quiz": "kasuskit.widgets.lessons",
    "show": "kasuskit.widgets",
    "sort_cards": "kasuskit.widgets.lessons",
    "write_chronology": "kasuskit.widgets.lessons",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
