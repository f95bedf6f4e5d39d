"""What is taught: sample cases with their answer keys, flawed forms with their mistakes, and what to say about both."""

from kasuskit.training.cases import Case, CaseCard, KeyField, list_cases, load_case
from kasuskit.training.check import check_case
from kasuskit.training.feedback import Feedback, FieldFeedback, SectionScore, feedback
from kasuskit.training.flawed import FlawedForm, Seed, list_flawed, load_flawed
from kasuskit.training.flawed_check import check_flawed
from kasuskit.training.mending import Found, found
from kasuskit.training.story import Span, Story

__all__ = [
    "Case", "CaseCard", "Feedback", "FieldFeedback", "FlawedForm", "Found", "KeyField", "SectionScore", "Seed", "Span",
    "Story", "check_case", "check_flawed", "feedback", "found", "list_cases", "list_flawed", "load_case", "load_flawed",
]  # fmt: skip
