"""The course: days, lessons, aims, questions with their keys, tests before and after, sorting cards.

A course is a folder of tables in ``data/courses/`` (see ``docs/architecture.md``). Whatever shows a question holds no
key; keys are read when an answer is marked, and let go.
"""

from kasuskit.training.course.cards import CardSet, Judgement, card_screen, judge, load_cards
from kasuskit.training.course.course import Course, courses_dir, list_courses, load_course
from kasuskit.training.course.items import Item, Key, Option, item_screen, load_keys
from kasuskit.training.course.marking import Mark, Reveal, accepts, mark
from kasuskit.training.course.settings import Day, Lesson
from kasuskit.training.course.tables import Aim
from kasuskit.training.course.trials import Score, Trial, score, trial

__all__ = [
    "Aim", "CardSet", "Course", "Day", "Item", "Judgement", "Key", "Lesson", "Mark", "Option", "Reveal", "Score",
    "Trial", "accepts",
    "card_screen", "courses_dir", "item_screen", "judge", "list_courses", "load_cards", "load_course", "load_keys",
    "mark", "score", "trial",
]  # fmt: skip
