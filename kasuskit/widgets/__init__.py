"""What a person sees: ``practice("K01")`` gives the practice screen, ``show`` draws what a lesson talks about.

The names below are fetched when they are first used: a served page needs no anywidget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kasuskit.widgets.practice import practice
from kasuskit.widgets.show import show

if TYPE_CHECKING:
    from kasuskit.widgets.notebook import PracticeWidget

__all__ = ["PracticeWidget", "practice", "show"]


def __getattr__(name: str) -> Any:
    if name != "PracticeWidget":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kasuskit.widgets.notebook import PracticeWidget

    return PracticeWidget
