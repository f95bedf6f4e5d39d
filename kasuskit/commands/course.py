"""The commands on courses: ``kasuskit course list | check | gain | exam``."""

# Typer reads the annotations below, which name local things: they must not become text.
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kasuskit.commands.course_check import check_command
from kasuskit.commands.exam import exam_command
from kasuskit.messages import text

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.training.course import Course, Score
    from kasuskit.training.course.gain import AimGain, ClassGain, Estimate, PersonGain, Taken

Say = Callable[..., str]
Out = Callable[[], "Console"]
FOLDER = Path("kelas")
_COURSE_COLUMNS = ("name", "title", "days", "lessons", "minutes", "aims", "items", "problems")
_PERSON_COLUMNS = ("person", "village", "before", "after", "change")
_AIM_COLUMNS = ("aim", "aim_text", "before", "after", "difference", "interval")
_LEFT = ("name", "title", "person", "village", "aim", "aim_text")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_commands(app: typer.Typer, group: Any, command: Any, lang: str, console: Out) -> None:
    """Put the commands where they belong.

    Parameters
    ----------
    app : typer.Typer
        ``kasuskit`` itself.
    group, command : type
        The classes of a group and of a command, whose help is in the language.
    lang : str
        The language of help and answers.
    console : callable
        Gives the console to print to.
    """

    def say(key: str, /, **values: object) -> str:
        return text(f"course.cli.{key}", lang, **values)

    course = typer.Typer(cls=group, help=say("help"), add_completion=False, rich_markup_mode=None)
    course.command("list", cls=command, help=say("list"))(_list(say, console))
    course.command("gain", cls=command, help=say("gain"))(_gain(say, lang, console))
    course.command("check", cls=command, help=say("check"))(check_command(say, lang, console))
    exam = exam_command(say, lang, console, _show, _harmless)
    course.command("exam", cls=command, help=say("exam"))(exam)
    app.add_typer(course, name="course")


def _list(say: Say, console: Out) -> Callable[..., None]:
    def list_() -> None:
        from kasuskit.training.course import list_courses

        courses = list_courses()
        if not courses:
            console().print(say("no_courses"), markup=False, soft_wrap=True)
            return
        _show(console(), _COURSE_COLUMNS, (_course_row(each) for each in courses), say)

    return list_


def _course_row(course: "Course") -> tuple[str, ...]:
    minutes = sum(lesson.minutes for lesson in course.lessons)
    counts = (len(course.days), len(course.lessons), minutes, len(course.aims), len(course.items))
    return course.id, course.title, *map(str, counts), str(len(course.problems) or "")


def _gain(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def gain(
        name: Annotated[str, typer.Argument(metavar=say("a_class"), help=say("gain_class"))],
        course: Annotated[str | None, typer.Option("--course", metavar=say("a_course"), help=say("course"))] = None,
        csv: Annotated[Path | None, typer.Option("--csv", metavar=say("a_file"), help=say("csv"))] = None,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
        folder: Annotated[Path, typer.Option("--folder", metavar=say("a_folder"), help=say("folder"))] = FOLDER,
    ) -> None:
        from kasuskit.classroom.overview import find_class
        from kasuskit.classroom.trials import tests_taken
        from kasuskit.form.export import may_write, write_file
        from kasuskit.training.course import load_course
        from kasuskit.training.course.gain import class_gain

        if csv is not None:
            may_write(csv, ".csv", force)
        found = load_course(course)
        taken = tests_taken(find_class(name, folder), found)
        if csv is not None:
            write_file(csv, _csv(taken, [aim.id for aim in found.aims]))
        _show_gain(class_gain(taken), found, say, lang, console())
        if csv is not None:
            console().print(say("saved", file=csv), style="green", markup=False, soft_wrap=True)

    return gain


# what a class learned -----------------------------------------------------------------------------------------


def _show_gain(gain: "ClassGain", course: "Course", say: Say, lang: str, console: "Console") -> None:
    if gain.aims:
        _show(console, _PERSON_COLUMNS, (_person_row(each, lang) for each in gain.people), say)
        aims = {aim.id: aim.text for aim in course.aims}
        _show(console, _AIM_COLUMNS, (_aim_row(each, aims[each.aim], say) for each in gain.aims), say)
    for sentence in _sentences(gain, say, lang):
        console.print(_plain(sentence), markup=False, soft_wrap=True)


def _person_row(person: "PersonGain", lang: str) -> tuple[str, ...]:
    change = "" if person.change is None else _number(person.change, lang)
    return person.name, person.village, _points(person.before), _points(person.after), change


def _points(score: "Score") -> str:
    return f"{score.right}/{score.total}"


def _aim_row(aim: "AimGain", written: str, say: Say) -> tuple[str, ...]:
    shares = (_percent(aim.before), _percent(aim.after), _percent(aim.difference.value, sign=True))
    low, high = aim.difference.low, aim.difference.high
    span = (
        "" if low is None or high is None else say("span", low=_percent(low, sign=True), high=_percent(high, sign=True))
    )
    return aim.aim, written, *shares, span


def _sentences(gain: "ClassGain", say: Say, lang: str) -> Iterator[str]:
    """Yield what is to be said about the class, and about who is not in the figures."""
    if not gain.aims and gain.people:
        yield say("no_test")
    elif not gain.people:
        yield say("nobody")
    else:
        yield say("people", count=len(gain.people))
        for name, estimate in (("change", gain.change), ("hake", gain.gain)):
            if estimate is not None:
                yield say(f"class_{name}", value=_estimate(estimate, say, lang))
        estimates = [each for each in (gain.change, gain.gain) if each is not None]
        if any(not each.method for each in estimates):
            yield say("too_few")
        if any(each.method == "percentile" for each in estimates):
            yield say("percentile")
        if gain.full:
            yield say("full", count=gain.full)
        yield say("meaning")
    if gain.incomplete:
        named = ", ".join(say(_lack(each), name=each.name) for each in gain.incomplete)
        yield say("incomplete", count=len(gain.incomplete), names=named)


def _lack(taken: "Taken") -> str:
    if taken.before is None and taken.after is None:
        return "lacks_both"
    return "lacks_before" if taken.before is None else "lacks_after"


def _estimate(estimate: "Estimate", say: Say, lang: str) -> str:
    value = _number(estimate.value, lang)
    span = _span(estimate, say, lambda figure: _number(figure, lang))
    return say("with_interval", value=value, span=span) if span else value


def _span(estimate: "Estimate", say: Say, written: Callable[[float], str]) -> str:
    """Return an interval in words, blank without one."""
    if estimate.low is None or estimate.high is None:
        return ""
    return say("span", low=written(estimate.low), high=written(estimate.high))


def _number(value: float, lang: str) -> str:
    """Return a figure with its sign and two decimals, as the language writes it."""
    written = _signed(f"{value:+.2f}")
    return written.replace(".", ",") if lang == "id" else written


def _percent(share: float, sign: bool = False) -> str:
    return _signed(f"{share * 100:+.0f} %" if sign else f"{share * 100:.0f} %")


def _signed(written: str) -> str:
    """Return a number with a true minus sign, and nothing before a nought."""
    nought = not any(digit in written for digit in "123456789")
    return written.lstrip("+-") if nought else written.replace("-", "\u2212")


# on paper and on the terminal ---------------------------------------------------------------------------------


def _csv(taken: Sequence["Taken"], aims: Sequence[str]) -> bytes:
    """Return a row for each participant: points, gain, and every aim right (1) or wrong (0), before and after."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heading = ("nama", "desa", "bentuk_pra", "benar_pra", "bentuk_pasca", "benar_pasca", "dari", "g", "c")
    writer.writerow([*heading, *(f"{aim}_{when}" for aim in aims for when in ("pra", "pasca"))])
    for each in taken:
        sides = (each.before, each.after)
        points = [cell for side in sides for cell in ((side.form, side.right) if side else ("", ""))]
        total = next((side.total for side in sides if side), "")
        rights = [int(side.aims[aim]) if side and aim in side.aims else "" for aim in aims for side in sides]
        writer.writerow([_harmless(each.name), _harmless(each.village), *points, total, *_figures(each), *rights])
    return out.getvalue().encode("utf-8-sig")


def _figures(taken: "Taken") -> Iterator[str]:
    """Yield normalised gain and normalised change; blank where there is none."""
    from kasuskit.training.course.gain import normalised_change, normalised_gain

    before, after = taken.before, taken.after
    for measure in (normalised_gain, normalised_change):
        value = measure(before.right, after.right, before.total) if before and after else None
        yield "" if value is None else f"{value:.4f}"


def _harmless(written: str) -> str:
    """Return what somebody wrote so that Excel does not take it for a formula."""
    return f"'{written}" if written.startswith(_FORMULA) else written


def _show(console: "Console", columns: Sequence[str], rows: Iterable[Sequence[str]], say: Say) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in columns:
        table.add_column(say(f"column_{name}"), overflow="fold", justify="left" if name in _LEFT else "right")
    for row in rows:
        table.add_row(*(Text(_plain(cell)) for cell in row))
    console.print(table)


def _plain(written: str) -> str:
    """Return what somebody wrote without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in written)
