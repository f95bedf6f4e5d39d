"""``kasuskit course check``: whether a course can be taught, with the place of each mistake and the way out."""

# Typer reads the annotations below, which name local things: they must not become text.
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kasuskit.messages import KasusError, KasusErrors

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.training.course import Course, Lesson

Say = Callable[..., str]
PATIENCE = 120.0  # seconds that a lesson may take to run
_HARDEST = 3  # words of each lesson that are named


def check_command(say: Say, lang: str, console: Callable[[], "Console"]) -> Callable[..., None]:
    """Return the command."""

    def check(
        course: Annotated[str, typer.Argument(metavar=say("a_course"), help=say("check_course"))] = "",
        run: Annotated[bool, typer.Option("--run/--no-run", help=say("check_run"))] = True,
    ) -> None:
        from rich.progress import Progress

        from kasuskit.training.course import load_course
        from kasuskit.training.course.check import check_course

        found = load_course(course or None)
        problems = check_course(found)
        if run:
            lessons = [lesson for lesson in found.lessons if lesson.path.is_file()]
            with Progress(console=console(), transient=True) as bar:
                shown = bar.add_task(say("check_running"), total=len(lessons))
                for lesson in lessons:
                    bar.update(shown, description=say("check_lesson", lesson=lesson.id, title=lesson.title))
                    problems += run_lesson(found, lesson, lang)
                    bar.advance(shown)
        _print_reading(found, say, console())
        if problems:
            raise KasusErrors("training.T321", found.folder.name, problems)
        counts = {"lessons": len(found.lessons), "aims": len(found.aims), "items": len(found.items)}
        console().print(say("check_right", title=found.title, **counts), markup=False, soft_wrap=True)

    return check


def run_lesson(course: "Course", lesson: "Lesson", lang: str, patience: float = PATIENCE) -> Iterator[KasusError]:
    """Yield what is wrong with a lesson when its cells are run, in a process of its own, as without a class.

    Parameters
    ----------
    course : Course
        The course.
    lesson : Lesson
        One of its lessons, whose notebook is there.
    lang : str
        Language of what the cells say.
    patience : float
        How long the lesson may take, in seconds.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("KASUSKIT_")}
    env |= {"KASUSKIT_COURSE": str(course.folder), "KASUSKIT_LANG": lang, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "kasuskit.widgets.rehearsal", str(lesson.path)]
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, encoding="utf-8", timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        yield KasusError("training.T324", lesson.path.name, seconds=round(patience))
        return
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        yield KasusError("training.T322", lesson.path.name, what=last[:300])
        return
    for line in done.stdout.splitlines():
        if not line.startswith("{"):
            continue  # something that a cell printed
        told = json.loads(line)
        place = f"{lesson.path.name}:{told['cell']}"
        if "error" in told:
            yield KasusError("training.T322", place, what=told["error"][:300])
        elif told.get("label") == "":
            yield KasusError("training.T323", place)


def _print_reading(course: "Course", say: Say, console: "Console") -> None:
    """Print how hard the lessons are to read, in the order of the course."""
    from rich.table import Table

    from kasuskit.training.course.notebook import read_lesson
    from kasuskit.training.course.readability import measure_lesson

    columns = ("lesson_name", "minutes", "words", "sentence", "letters", "lix", "hard")
    table = Table(*[say(f"check_{column}") for column in columns], title=say("check_reading"))
    for lesson in course.lessons:
        try:
            found = measure_lesson(read_lesson(lesson.path))
        except KasusError:
            continue
        sizes = (f"{found.sentence_length:.1f}", f"{found.word_length:.1f}", f"{found.lix:.0f}")
        table.add_row(lesson.id, str(lesson.minutes), str(found.words), *sizes, ", ".join(found.hard[:_HARDEST]))
    console.print(table)
