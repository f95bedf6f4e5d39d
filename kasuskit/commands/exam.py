"""The command ``kasuskit course exam``: what everybody handed in, what a facilitator marked, who passed."""

# Typer reads the annotations below, which name local things: they must not become text.
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.classroom.exams import Examinee
    from kasuskit.training.course import Course
    from kasuskit.training.marks import Marks, Result

Say = Callable[..., str]
Out = Callable[[], "Console"]
Table = Callable[["Console", Sequence[str], Iterator[Sequence[str]], Say], None]
FOLDER = Path("kelas")
_COLUMNS = ("person", "village", "handed_in", "errors", "warnings", "chronology", "open", "result")


def exam_command(say: Say, lang: str, console: Out, show: Table, harmless: Callable[[str], str]) -> Callable[..., None]:
    """Return the command.

    Parameters
    ----------
    say : callable
        Gives the sentences of the commands on courses.
    lang : str
        The language of the answers.
    console : callable
        Gives the console to print to.
    show : callable
        Prints a table.
    harmless : callable
        Gives what somebody wrote so that a spreadsheet does not take it for a formula.
    """

    def exam(
        name: Annotated[str, typer.Argument(metavar=say("a_class"), help=say("exam_class"))],
        marks: Annotated[Path | None, typer.Option("--marks", metavar=say("a_file"), help=say("exam_marks"))] = None,
        csv: Annotated[Path | None, typer.Option("--csv", metavar=say("a_file"), help=say("exam_csv"))] = None,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
        course: Annotated[str | None, typer.Option("--course", metavar=say("a_course"), help=say("course"))] = None,
        folder: Annotated[Path, typer.Option("--folder", metavar=say("a_folder"), help=say("folder"))] = FOLDER,
    ) -> None:
        from kasuskit.classroom.exams import exams_taken
        from kasuskit.classroom.overview import find_class
        from kasuskit.form.export import may_write, write_file
        from kasuskit.training.course import load_course
        from kasuskit.training.course.chronology_score import ITEMS
        from kasuskit.training.exam import pass_mark
        from kasuskit.training.marks import read_marks

        if csv is not None:
            may_write(csv, ".csv", force)
        chosen = load_course(course)
        people = exams_taken(find_class(name, folder))
        given = read_marks(marks, ITEMS, (each.code for each in people)) if marks else {}
        results = [_result(each, given, chosen, lang) for each in people]
        if csv is not None:
            write_file(csv, _csv(people, results, ITEMS, harmless))
        if people:
            show(console(), _COLUMNS, (_row(*each, say) for each in zip(people, results, strict=True)), say)
        needed = pass_mark(chosen.folder)
        for sentence in ("exam_needed", "exam_suggested") if people else ("nobody",):
            words = {**needed._asdict(), "of": needed.most}
            console().print(say(sentence, **words), markup=False, soft_wrap=True)
        if csv is not None:
            console().print(say("saved", file=csv), style="green", markup=False, soft_wrap=True)

    return exam


def _result(person: "Examinee", marks: "Marks", course: "Course", lang: str) -> "Result":
    from kasuskit.training.course.chronology import from_record
    from kasuskit.training.course.chronology_score import score
    from kasuskit.training.exam import pass_mark
    from kasuskit.training.marks import Result

    handed, suggested = person.handed_in, {}
    if handed is not None and handed.record is not None:
        suggested = {each.item: each.points for each in score(*from_record(handed.record), lang).items}
    errors, warnings = (handed.errors, handed.warnings) if handed else (None, None)
    return Result(errors, warnings, suggested, marks.get(person.code, {}), pass_mark(course.folder))


def _row(person: "Examinee", result: "Result", say: Say) -> tuple[str, ...]:
    handed = person.handed_in
    if handed is None:
        return person.name, person.village, *[""] * (len(_COLUMNS) - 3), say("exam_none")
    return (
        person.name, person.village, say("exam_number", task=handed.task, number=handed.number), str(handed.errors),
        str(handed.warnings), f"{result.chronology}/{result.needed.most}", ", ".join(result.open),
        say(f"exam_{result.verdict}"),
    )  # fmt: skip


def _csv(
    people: "Sequence[Examinee]", results: "Sequence[Result]", items: Sequence[str], harmless: Callable[[str], str]
) -> bytes:
    """Return a row for each participant, which can be filled in and given back as the file of marks."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kode", "nama", "desa", "uji", "penyerahan", "kesalahan", "peringatan", *items, "hasil"])
    for person, result in zip(people, results, strict=True):
        handed = person.handed_in
        told = [handed.task, handed.number, handed.errors, handed.warnings] if handed else [""] * 4
        points: Mapping[str, int | None] = result.points
        cells = ["" if points.get(item) is None else points[item] for item in items]
        writer.writerow([person.code, harmless(person.name), harmless(person.village), *told, *cells, result.verdict])
    return out.getvalue().encode("utf-8-sig")
