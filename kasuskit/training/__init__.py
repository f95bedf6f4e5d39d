"""What is taught: sample cases with their answer keys, and the feedback on what a participant filled in."""

from kasuskit.training.cases import Case, CaseCard, KeyField, list_cases, load_case
from kasuskit.training.check import check_case
from kasuskit.training.feedback import Feedback, FieldFeedback, SectionScore, feedback
from kasuskit.training.story import Span, Story

__all__ = [
    "Case", "CaseCard", "Feedback", "FieldFeedback", "KeyField", "SectionScore", "Span", "Story", "check_case",
    "feedback", "list_cases", "load_case",
]  # fmt: skip
