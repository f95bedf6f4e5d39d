"""The commands on class files: ``kasuskit class list | backup | merge``."""

# Typer reads the annotations below, which name local things: they must not become text.
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kasuskit.messages import text

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.classroom.merging import Added, Merged
    from kasuskit.classroom.overview import ClassFile

Say = Callable[..., str]
Out = Callable[[], "Console"]
FOLDER = Path("kelas")
_COLUMNS = ("class", "people", "attempts", "answers", "last", "size", "note")
_PEOPLE_COLUMNS = ("name", "village", "code", "cases", "answers")
_NUMBERS = ("people", "attempts", "answers", "cases", "size")


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
        return text(f"classroom.cli.{key}", lang, **values)

    classes = typer.Typer(cls=group, help=say("help"), add_completion=False, rich_markup_mode=None)
    classes.command("list", cls=command, help=say("list"))(_list(say, lang, console))
    classes.command("backup", cls=command, help=say("backup"))(_backup(say, lang, console))
    classes.command("merge", cls=command, help=say("merge"))(_merge(say, lang, console))
    app.add_typer(classes, name="class")


def _list(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def list_(
        name: Annotated[str | None, typer.Argument(metavar=say("a_class"), help=say("list_name"))] = None,
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
    ) -> None:
        from kasuskit.classroom.overview import class_files, find_class

        if name is not None:
            _show_people(find_class(name, folder), say, console())
            return
        found = class_files(folder)
        if not found:
            console().print(say("none", folder=folder), markup=False, soft_wrap=True)
            return
        rows = [_row(each, say, lang) for each in found]
        _show(console(), _COLUMNS, rows, say)

    return list_


def _backup(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def backup(
        name: Annotated[str, typer.Argument(metavar=say("a_class"), help=say("backup_name"))],
        to: Annotated[Path | None, typer.Argument(metavar=say("a_place"), help=say("backup_to"))] = None,
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
    ) -> None:
        from kasuskit.classroom.copying import back_up
        from kasuskit.classroom.overview import find_class

        source = find_class(name, folder)
        with _progress(console()) as progress:
            task = progress.add_task(say("copying"), total=None)
            made = back_up(source, to, progress=lambda done, total: progress.update(task, completed=done, total=total))
        _tell(console(), say("saved", path=made.path, size=_size(made.size, lang), answers=made.answers))

    return backup


def _merge(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def merge(
        into: Annotated[str, typer.Argument(metavar=say("a_class"), help=say("merge_into"))],
        sources: Annotated[list[str], typer.Argument(metavar=say("some_files"), help=say("merge_from"))],
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("dry_run"))] = False,
    ) -> None:
        from kasuskit.classroom.merging import merge as join
        from kasuskit.classroom.overview import find_class

        target, given = find_class(into, folder), [find_class(each, folder) for each in dict.fromkeys(sources)]
        with _progress(console()) as progress:
            task = progress.add_task(say("merging"), total=None)
            done = join(
                target,
                given,
                dry_run=dry_run,
                progress=lambda number, total: progress.update(task, completed=number, total=total),
            )
        _tell_merged(done, dry_run, say, console())

    return merge


# what a class holds -------------------------------------------------------------------------------------------


def _row(found: "ClassFile", say: Say, lang: str) -> tuple[str, ...]:
    size = _size(found.size, lang)
    if found.problem is not None:
        note = f"[{found.problem.code}] {found.problem.sentence(lang)}"
        return found.path.stem, "", "", "", "", size, note
    notes = [say("a_copy")] * found.backup + [say("an_old_one")] * found.old
    counts = (str(found.people), str(found.attempts), str(found.answers))
    return found.path.stem, *counts, _local(found.last), size, ", ".join(notes)


def _show_people(path: Path, say: Say, console: "Console") -> None:
    from kasuskit.classroom.overview import participants

    people = participants(path)
    console.print(say("who", path=path, count=len(people)), markup=False, soft_wrap=True)
    rows = [(each.name, each.village, _spaced(each.code), str(each.cases), str(each.answers)) for each in people]
    if rows:
        _show(console, _PEOPLE_COLUMNS, rows, say)
    if any(not each.code for each in people):
        console.print(say("no_codes_yet"), style="yellow", markup=False, soft_wrap=True)


def _spaced(code: str) -> str:
    """Return a code as it is read aloud: 482 913."""
    return f"{code[:3]} {code[3:]}".strip()


def _local(moment: str) -> str:
    """Return a time in this computer's own time zone."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%d-%m-%Y %H:%M}"
    except ValueError:
        return moment


def _size(count: int, lang: str) -> str:
    """Return a number of bytes as people say it."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    written = f"{count / 1_000_000:.1f} MB"
    return written.replace(".", ",") if lang == "id" else written


# what a merge did ---------------------------------------------------------------------------------------------


def _tell_merged(done: "Merged", dry_run: bool, say: Say, console: "Console") -> None:
    if done.migrated_backup:
        console.print(say("brought_up", path=done.migrated_backup), markup=False, soft_wrap=True)
    for added in done.added:
        for sentence in _sentences(added, say):
            console.print(_plain(sentence), markup=False, soft_wrap=True)
    if dry_run:
        console.print(say("only_looked"), style="yellow", markup=False, soft_wrap=True)
    else:
        _tell(console, say("merged", path=done.into, backup=done.backup))


def _sentences(added: "Added", say: Say) -> list[str]:
    counts = {"people": added.people, "attempts": added.attempts, "answers": added.answers}
    news = say("added", **counts) if any(counts.values()) else say("nothing_new")
    kind = say("same_class" if added.same_class else "other_class") + (say("old_file") if added.old else "")
    told = [f"{added.path}: {kind}{news}"]
    told += [say("code_changed", name=name, old=_spaced(old), new=_spaced(new)) for name, old, new in added.codes]
    told += [say("ended_one", name=name, case=case) for name, case in added.ended]
    told += [say("both_went_on", name=name, case=case) for name, case in added.both]
    told += [say("account_taken", account=account) for account in added.accounts]
    return told[:1] + [f"  {each}" for each in told[1:]]


# on the terminal ----------------------------------------------------------------------------------------------


def _progress(console: "Console") -> Any:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _show(console: "Console", columns: Sequence[str], rows: Iterable[Sequence[str]], say: Say) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in columns:
        right = name in _NUMBERS
        table.add_column(say(f"column_{name}"), overflow="fold", justify="right" if right else "left")
    for row in rows:
        table.add_row(*(Text(_plain(cell)) for cell in row))
    console.print(table)


def _plain(written: str) -> str:
    """Return what somebody wrote without signs that steer a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in written)


def _tell(console: "Console", sentence: str) -> None:
    console.print(sentence, style="green", markup=False, soft_wrap=True)
