"""The command line: ``kasuskit serve | lab | form check | case check | nik | wilayah cari | wilayah muat``.

Nothing heavy is imported before a command needs it, so that ``kasuskit --help`` answers at once.
"""

# Typer reads the annotations below, which name local things: they must not become text.
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kasuskit import __version__
from kasuskit.commands.classes import add_commands as add_class_commands
from kasuskit.commands.course import add_commands as add_course_commands
from kasuskit.commands.editing import add_commands as add_editing_commands
from kasuskit.commands.editing import name_or_path, print_remarks
from kasuskit.commands.hub import add_commands as add_hub_commands
from kasuskit.commands.printing import add_commands as add_print_commands
from kasuskit.commands.reference import add_commands as add_reference_commands
from kasuskit.commands.simfoni import add_commands as add_simfoni_commands
from kasuskit.messages import LANGUAGES, KasusError, KasusErrors, text

if TYPE_CHECKING:
    from rich.console import Console

Say = Callable[[str], str]
REFUSED = 2
STOPPED = 130
_TYPER_WORDS = (
    "usage",
    "some_options",
    "some_command",
    "options",
    "commands",
    "arguments",
    "help",
    "default",
    "required",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; print what went wrong in plain words, never a traceback.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``kasuskit``; by default those of the command line.

    Raises
    ------
    SystemExit
        Always: 0 when all went well, 2 when something given cannot be used, 1 when something unexpected
        happened, 130 when it was stopped with Ctrl+C.
    """
    words, lang = split_language(list(sys.argv[1:] if arguments is None else arguments))
    try:
        code = build(lang)(args=words or ["--help"], prog_name="kasuskit", standalone_mode=False)
        raise SystemExit(code if isinstance(code, int) else 0)
    except KasusError as error:
        report(error, lang)
        raise SystemExit(REFUSED) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(STOPPED) from None
    except Exception as problem:
        if isinstance(problem, _usage_error()):
            report(KasusError("serving.S520", " ".join(["kasuskit", *words])), lang)
            raise SystemExit(REFUSED) from None
        report(_unexpected(problem), lang)
        raise SystemExit(1) from None


def split_language(words: list[str]) -> tuple[list[str], str]:
    """Take ``--lang en`` out of the words, wherever it stands; return the rest and the language."""
    lang = os.environ.get("KASUSKIT_LANG", "")
    rest: list[str] = []
    given = iter(words)
    for word in given:
        if word == "--lang":
            lang = next(given, "")
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
        else:
            rest.append(word)
    return rest, lang if lang in LANGUAGES else "id"


def _help_classes(lang: str) -> tuple[type[TyperGroup], type[TyperCommand]]:
    """Return Typer's classes with its own words in a help text ("Usage", "Options") in a language too."""
    words = [
        (text(f"serving.cli.typer_{name}", "en"), text(f"serving.cli.typer_{name}", lang)) for name in _TYPER_WORDS
    ]

    def translated(shown: str) -> str:
        for english, said in words:
            shown = shown.replace(english, said)
        return shown

    class Group(TyperGroup):
        def get_help(self, ctx: Any) -> str:
            return translated(super().get_help(ctx))

    class Command(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            return translated(super().get_help(ctx))

    return Group, Command


def _usage_error() -> type[Exception]:
    """Return the class of all errors in how a command was written (its home differs between versions)."""
    return next(each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException")


def build(lang: str) -> Any:
    """Return the commands, with their help in a language."""

    def say(name: str) -> str:
        return text(f"serving.cli.{name}", lang)

    group, command = _help_classes(lang)

    def typer_group(name: str, **more: Any) -> typer.Typer:
        return typer.Typer(cls=group, help=say(name), add_completion=False, rich_markup_mode=None, **more)

    app, form, case = typer_group("help", epilog=say("lang_help")), typer_group("form"), typer_group("case")
    app.callback()(_general(say))
    app.command("serve", cls=command, help=say("serve"))(_serve(say, lang))
    app.command("lab", cls=command, help=say("lab"))(_lab(say, lang))
    form.command("check", cls=command, help=say("form_check"))(_form_check(say, lang))
    case.command("check", cls=command, help=say("case_check"))(_case_check(say, lang))
    add_editing_commands(form, case, command, lang, console)
    add_simfoni_commands(case, command, lang, console)
    add_hub_commands(app, command, lang)
    add_reference_commands(app, typer_group("wilayah"), command, lang, console)
    add_print_commands(app, group, command, lang, console)
    add_class_commands(app, group, command, lang, console)
    add_course_commands(app, group, command, lang, console)
    app.add_typer(form, name="form")
    app.add_typer(case, name="case")
    return typer.main.get_command(app)


def _general(say: Say) -> Callable[..., None]:
    def show_version(wanted: bool) -> None:
        if wanted:
            print(f"kasuskit {__version__}")
            raise typer.Exit

    def general(
        version: Annotated[
            bool, typer.Option("--version", callback=show_version, is_eager=True, help=say("version"))
        ] = False,
    ) -> None:
        pass

    return general


def _serve(say: Say, lang: str) -> Callable[..., None]:
    def serve(
        name: Annotated[str, typer.Option("--class", metavar=say("name"), help=say("serve_class"))] = "latihan",
        lan: Annotated[bool, typer.Option("--lan", help=say("lan"))] = False,
        participants: Annotated[
            int, typer.Option(min=1, max=300, metavar=say("number"), help=say("participants"))
        ] = 30,
        wifi: Annotated[str, typer.Option(metavar=say("name"), help=say("wifi"))] = "",
        wifi_password: Annotated[str | None, typer.Option(metavar=say("name"), help=say("wifi_password"))] = None,
        address: Annotated[str, typer.Option(metavar=say("address"), help=say("lan_address"))] = "",
        port: Annotated[int | None, typer.Option(min=1, max=65535, metavar=say("number"), help=say("port"))] = None,
        no_browser: Annotated[bool, typer.Option("--no-browser", help=say("no_browser"))] = False,
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("serve_folder"))] = Path("kelas"),
        cert: Annotated[Path | None, typer.Option(metavar=say("a_file"), help=say("cert"))] = None,
        key: Annotated[Path | None, typer.Option(metavar=say("a_file"), help=say("key"))] = None,
        course: Annotated[str, typer.Option(metavar=say("name"), help=say("serve_course"))] = "dua-hari",
        debug: Annotated[bool, typer.Option("--debug", help=say("debug"))] = False,
    ) -> None:
        from kasuskit.serving.qr import Wifi
        from kasuskit.serving.run import ServeOptions, ask_password, serve_class

        options = ServeOptions(
            name=name,
            port=port,
            browser=not no_browser,
            folder=folder,
            debug=debug,
            lang=lang,
            lan=lan,
            address=address,
            participants=participants,
            wifi=Wifi(wifi, wifi_password or "") if wifi or wifi_password is not None else None,
            cert=cert,
            key=key,
            course=course,
        ).check()
        if wifi and wifi_password is None:
            options = ask_password(options, console())
        serve_class(options, console())

    return serve


def _lab(say: Say, lang: str) -> Callable[..., None]:
    def lab(
        port: Annotated[int | None, typer.Option(min=1, max=65535, metavar=say("number"), help=say("port"))] = None,
        no_browser: Annotated[bool, typer.Option("--no-browser", help=say("no_browser"))] = False,
    ) -> None:
        from kasuskit.serving.lab import open_lab

        raise typer.Exit(open_lab(port, not no_browser, lang, console()))

    return lab


def _form_check(say: Say, lang: str) -> Callable[..., None]:
    def check(source: Annotated[str, typer.Argument(metavar=say("a_file"), help=say("form_source"))]) -> None:
        from kasuskit.form import load_form

        found = load_form(name_or_path(source))
        print_remarks(name_or_path(source), lang, console())
        counts = {"count": len(found.nodes), "checks": len(found.checks)}
        _all_right(text("serving.cli.form_right", lang, title=found.title, **counts))

    return check


def _case_check(say: Say, lang: str) -> Callable[..., None]:
    def check(folder: Annotated[str, typer.Argument(metavar=say("a_folder"), help=say("case_source"))]) -> None:
        from kasuskit.training import check_case, check_flawed
        from kasuskit.training.flawed_check import is_flawed

        source = name_or_path(folder)
        if is_flawed(source):
            form = check_flawed(source)
            _all_right(text("training.flawed-checked", lang, title=form.title, count=len(form.seeds)))
        else:
            _all_right(text("serving.cli.case_right", lang, title=check_case(source).title))

    return check


def _all_right(sentence: str) -> None:
    console().print(sentence, style="green", markup=False, soft_wrap=True)


def console(stderr: bool = False) -> "Console":
    """Return where to print."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def report(error: KasusError, lang: str) -> None:
    """Print an error: code, sentence, way out, place; several as a table."""
    out = console(stderr=True)
    out.print(f"[{error.code}] {error.sentence(lang)}", style="bold red", markup=False, soft_wrap=True)
    out.print(error.way_out(lang), markup=False, soft_wrap=True)
    if error.place:
        out.print(error.place, style="dim", markup=False, soft_wrap=True)
    if isinstance(error, KasusErrors):
        out.print(_table(error, lang))


def _table(errors: KasusErrors, lang: str) -> Any:
    from rich.table import Table

    table = Table(show_lines=True)
    for name in ("code", "place", "sentence", "way_out"):
        table.add_column(text(f"serving.cli.{name}", lang), overflow="fold")
    for error in errors.errors:
        table.add_row(*_plain(error.code, error.place, error.sentence(lang), error.way_out(lang)))
    return table


def _plain(*cells: str) -> list[Any]:
    from rich.text import Text

    return [Text(cell) for cell in cells]


def _unexpected(problem: Exception) -> KasusError:
    """Keep the details of a mistake of ours in a file, and say where."""
    import traceback
    from datetime import UTC, datetime

    from kasuskit.places import cache_dir

    log = cache_dir() / "log" / "galat.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"\n{datetime.now(UTC).isoformat(timespec='seconds')} kasuskit {__version__}\n")
            file.writelines(traceback.format_exception(problem))
    except OSError:
        return KasusError("serving.S598", type(problem).__name__)
    return KasusError("serving.S599", log=log)
