"""The commands for those who edit forms and write cases: ``kasuskit form export | diff``, ``kasuskit case new``."""

# Typer reads the annotations below, which name local things: they must not become text.
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kasuskit.messages import catalogue_keys, text

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.form.compare import Change, Comparison

Say = Callable[[str], str]
Out = Callable[[], "Console"]
_COLUMNS = ("what", "name", "section", "change", "before", "after", "harm")
_SHORT = 160  # characters of a cell of the table; the CSV and the JSON hold all


def add_commands(form: typer.Typer, case: typer.Typer, command: Any, lang: str, console: Out) -> None:
    """Put the commands where they belong.

    Parameters
    ----------
    form, case : typer.Typer
        The groups ``kasuskit form`` and ``kasuskit case``.
    command : type
        The class of a command, whose help is in the language.
    lang : str
        The language of help and answers.
    console : callable
        Gives the console to print to.
    """

    def say(name: str) -> str:
        return text(f"serving.cli.{name}", lang)

    form.command("export", cls=command, help=say("form_export"))(_export(say, lang, console))
    form.command("diff", cls=command, help=say("form_diff"))(_diff(say, lang, console))
    case.command("new", cls=command, help=say("case_new"))(_new(say, lang, console))


def name_or_path(given: str) -> str | Path:
    """Return the name of something of the kit's own as it is, anything else as a path."""
    return given if given.isidentifier() and not os.path.exists(given) else Path(given)  # noqa: PTH110 (never raises)


def print_remarks(source: str | Path, lang: str, console: "Console") -> None:
    """Print what is odd about a form that can be used all the same."""
    from kasuskit.form.export import read_source
    from kasuskit.form.remarks import remarks

    for remark in remarks(read_source(source)):
        sentence = f"[{remark.code}] {remark.sentence(lang)} {remark.way_out(lang)} ({remark.place})"
        console.print(sentence, style="yellow", markup=False, soft_wrap=True)


def _export(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def export(
        source: Annotated[str, typer.Argument(metavar=say("a_form"), help=say("form_source"))],
        target: Annotated[Path, typer.Argument(metavar=say("a_file"), help=say("export_target"))],
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.form.export import export_form

        made = export_form(name_or_path(source), target, force=force, lang=lang)
        _good(console(), text("serving.cli.exported", lang, file=made))

    return export


def _diff(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def diff(
        before: Annotated[str, typer.Argument(metavar=say("before").upper(), help=say("diff_before"))],
        after: Annotated[str, typer.Argument(metavar=say("after").upper(), help=say("diff_after"))],
        as_json: Annotated[bool, typer.Option("--json", help=say("diff_json"))] = False,
        csv: Annotated[Path | None, typer.Option("--csv", metavar=say("a_file"), help=say("diff_csv"))] = None,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.form import load_form
        from kasuskit.form.compare import compare_forms
        from kasuskit.form.export import may_write, write_file

        if csv is not None:
            may_write(csv, ".csv", force)
        found = compare_forms(load_form(name_or_path(before)), load_form(name_or_path(after)))
        if csv is not None:
            write_file(csv, _csv(found, say))
        if as_json:
            print(_json(found))
        else:
            _show(found, say, lang, console(), csv)

    return diff


def _new(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def new(
        name: Annotated[str, typer.Argument(metavar=say("name"), help=say("new_name"))],
        title: Annotated[str, typer.Option("--title", metavar=say("a_title"), help=say("new_title"))],
        folder: Annotated[
            Path, typer.Option("--folder", metavar=say("a_folder"), help=say("new_folder"), show_default=False)
        ] = Path("data/samples/cases"),
        form: Annotated[str, typer.Option("--form", metavar=say("a_form"), help=say("new_form"))] = "kasus",
        level: Annotated[int, typer.Option("--level", min=1, max=3, metavar=say("number"), help=say("new_level"))] = 1,
    ) -> None:
        from kasuskit.training.new import new_case

        made = new_case(name, title, folder, form=form, level=level, lang=lang)
        _good(console(), text("serving.cli.new_done", lang, folder=made))

    return new


def _good(console: "Console", sentence: str) -> None:
    console.print(sentence, style="green", markup=False, soft_wrap=True)


# differences ------------------------------------------------------------------------------------------------


def _json(found: "Comparison") -> str:
    import json
    from dataclasses import asdict

    forms = {
        side: {"id": form.id, "title": form.title, "version": form.version}
        for side, form in (("before", found.before), ("after", found.after))
    }
    return json.dumps({**forms, "changes": [asdict(change) for change in found.changes]}, indent=1)


def _csv(found: "Comparison", say: Say) -> bytes:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(say(f"diff_col_{column}") for column in _COLUMNS)
    writer.writerows(_cells(found, change, say) for change in found.changes)
    return out.getvalue().encode("utf-8-sig")


def _show(found: "Comparison", say: Say, lang: str, console: "Console", csv: Path | None) -> None:
    """Print the table, what hurts first, and what it comes to."""
    from rich.table import Table
    from rich.text import Text

    if not found.changes:
        _good(console, say("diff_same"))
        return
    table = Table(show_lines=True)
    for column in ("name", "change", "difference", "harm"):
        table.add_column(say(f"diff_col_{column}"), overflow="fold")
    for change in sorted(found.changes, key=lambda change: not change.harm):
        what, name, section, happened, before, after, harm = _cells(found, change, say)
        texts = "\n".join(f"{sign} {_shortened(each)}" for sign, each in (("-", before), ("+", after)) if each)
        cells = (f"{name}\n{section}".strip(), f"{what} {happened}", texts, harm)
        table.add_row(*(Text(cell) for cell in cells), style="bold" if change.harm else "")
    console.print(table)
    counts = text("serving.cli.diff_count", lang, count=len(found.changes), harmful=len(found.harmful))
    console.print(counts, style="yellow" if found.harmful else "green", markup=False, soft_wrap=True)
    if csv is not None:
        _good(console, text("serving.cli.exported", lang, file=csv))


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _SHORT else f"{cell[: _SHORT - 1]}…"


def _cells(found: "Comparison", change: "Change", say: Say) -> Iterator[str]:
    """Yield one row of the table, in the order of ``_COLUMNS``."""
    yield say(f"diff_what_{change.what}")
    yield change.name
    yield _section(found, change)
    yield _called(change.change, say) + (f" ({change.lang})" if change.lang else "")
    yield change.before
    yield change.after
    yield say(f"diff_harm_{change.harm}") if change.harm else ""


def _section(found: "Comparison", change: "Change") -> str:
    node = found.after.nodes.get(change.section) or found.before.nodes.get(change.section)
    return next(iter(node.label.values()), node.name) if node is not None else ""


def _called(change: str, say: Say) -> str:
    """Return what happened in words; a changed column is called by its heading."""
    key = f"diff_change_{change}"
    return say(key) if f"cli.{key}" in catalogue_keys("serving") else change
