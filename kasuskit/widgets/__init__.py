"""What a person sees: ``practice("K01")`` gives the practice screen, ``show`` draws what a lesson talks about."""

from kasuskit.widgets.practice import PracticeWidget, practice
from kasuskit.widgets.show import show

__all__ = ["PracticeWidget", "practice", "show"]
