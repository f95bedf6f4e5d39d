"""The course: days, lessons, aims, questions with their keys, tests before and after, sorting cards.

A course is a folder of tables in ``data/courses/`` (see ``docs/architecture.md``). Whatever shows a question holds no
key; keys are read when an answer is marked, and let go.
"""

from kasuskit.training.course.course import Course, courses_dir, list_courses, load_course
from kasuskit.training.course.items import Item, Key, Option, item_screen, load_keys
from kasuskit.training.course.settings import Day, Lesson
from kasuskit.training.course.tables import Aim

__all__ = [
    "Aim", "Course", "Day", "Item", "Key", "Lesson", "Option", "courses_dir", "item_screen", "list_courses",
    "load_course", "load_keys",
]  # fmt: skip
