"""The commands on reference data: ``kasuskit nik`` and ``kasuskit wilayah cari | muat``."""

# Typer reads the annotations below, which name local things: they must not become text.
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kasuskit.messages import KasusError, text

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.form.areas import Area

Say = Callable[[str], str]
Out = Callable[[], "Console"]


def add_commands(app: typer.Typer, wilayah: typer.Typer, command: Any, lang: str, console: Out) -> None:
    """Put the commands where they belong.

    Parameters
    ----------
    app, wilayah : typer.Typer
        ``kasuskit`` itself, and its group ``wilayah``.
    command : type
        The class of a command, whose help is in the language.
    lang : str
        The language of help and answers.
    console : callable
        Gives the console to print to.
    """

    def say(name: str) -> str:
        return text(f"serving.cli.{name}", lang)

    app.command("nik", cls=command, help=say("nik"))(_nik(say, lang, console))
    wilayah.command("cari", cls=command, help=say("wilayah_cari"))(_cari(say, lang, console))
    wilayah.command("muat", cls=command, help=say("wilayah_muat"))(_muat(say, lang, console))
    app.add_typer(wilayah, name="wilayah")


def _nik(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def nik(digits: Annotated[list[str], typer.Argument(metavar="NIK", help=say("nik_digits"))]) -> None:
        from kasuskit.form.nik import compare, explain, parse

        read = parse(" ".join(digits), practice=True)
        _show(console(), [say(f"nik_{name}") for name in ("part", "number", "meaning")], explain(read, lang))
        for difference in compare(read):
            console().print(f"{difference.rule}: {difference.say(lang)}", style="yellow", markup=False, soft_wrap=True)

    return nik


def _cari(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def cari(
        name: Annotated[list[str], typer.Argument(metavar=say("name"), help=say("wilayah_name"))],
        within: Annotated[str | None, typer.Option("--di", metavar=say("code").upper(), help=say("wilayah_di"))] = None,
    ) -> None:
        from kasuskit.form.areas import search, table_problem

        problem = table_problem()
        if problem:
            note = f"[{problem.code}] {problem.sentence(lang)} {say('wilayah_own')}"
            console().print(note, style="yellow", markup=False, soft_wrap=True)
        found = search(" ".join(name), _code(within) if within else None)
        if not found:
            raise KasusError("reference.A811", name=" ".join(name))
        headings = [say("code"), *(say(f"wilayah_{each}") for each in ("called", "kind", "inside", "note"))]
        _show(console(), headings, [_row(area, say) for area in found])

    return cari


def _muat(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def muat(path: Annotated[Path, typer.Argument(metavar=say("a_file"), help=say("wilayah_file"))]) -> None:
        from kasuskit.form.areas import load_table

        done = load_table(path)
        sentence = text("serving.cli.wilayah_done", lang, count=done.count, file=done.kept)
        console().print(sentence, style="green", markup=False, soft_wrap=True)

    return muat


def _code(written: str) -> str:
    """Return the code that is meant by a code or by a name that only one area has."""
    from kasuskit.form.areas import find, search

    area = find(written)
    found = (area,) if area else search(written)
    if len(found) != 1:
        raise KasusError("reference.A811", name=written)
    return found[0].code


def _row(area: "Area", say: Say) -> tuple[str, ...]:
    from kasuskit.form.areas import SOURCED, chain

    name = " / ".join((area.name, *area.aliases))
    around = ", ".join(each.name for each in reversed(chain(area.parent)))
    programme = say(f"wilayah_programme_{area.programme}") if area.programme else ""
    doubt = "" if area.confidence == SOURCED else area.confidence
    return area.code, name, area.level, around, "; ".join(each for each in (programme, doubt, area.note) if each)


def _show(console: "Console", headings: list[str], rows: Any) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
