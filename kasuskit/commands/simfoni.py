"""The command on the mirror of the online entry: ``kasuskit case entry``."""

# Typer reads the annotations below, which name local things: they must not become text.
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kasuskit.commands.editing import name_or_path
from kasuskit.messages import text

if TYPE_CHECKING:
    from rich.console import Console

Say = Callable[[str], str]
Out = Callable[[], "Console"]
_WIDEST = 100


def add_commands(case: typer.Typer, command: Any, lang: str, console: Out) -> None:
    """Put the command where it belongs.

    Parameters
    ----------
    case : typer.Typer
        The group ``kasuskit case``.
    command : type
        The class of a command, whose help is in the language.
    lang : str
        The language of help and of the sheet.
    console : callable
        Gives the console to print to.
    """

    def say(name: str) -> str:
        return text(f"serving.cli.{name}", lang)

    case.command("entry", cls=command, help=say("case_entry"))(_entry(say, lang, console))


def _entry(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def entry(folder: Annotated[str, typer.Argument(metavar=say("a_folder"), help=say("case_source"))]) -> None:
        from kasuskit.simfoni import ready_sheet
        from kasuskit.training import load_case

        out = console()
        sheet = ready_sheet(load_case(name_or_path(folder)).key_record(), lang)
        out.print(sheet.text(min(out.width, _WIDEST)), end="", markup=False, soft_wrap=True)

    return entry
