"""The commands that print: ``kasuskit print blank | record | story | key | flawed | entry | codebook | pack``."""

# Typer reads the annotations below, which name local things: they must not become text.
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kasuskit.commands.editing import name_or_path
from kasuskit.messages import text

if TYPE_CHECKING:
    from rich.console import Console

    from kasuskit.form import Form, Record
    from kasuskit.paper import Item
    from kasuskit.training import Case, FlawedForm

Say = Callable[[str], str]
Out = Callable[[], "Console"]
FOLDER = Path("cetak")
PACK = "paket-latihan"


def add_commands(app: typer.Typer, group: Any, command: Any, lang: str, console: Out) -> None:
    """Put the commands where they belong.

    Parameters
    ----------
    app : typer.Typer
        ``kasuskit`` itself.
    group, command : type
        The classes of a group and of a command, whose help is in the language.
    lang : str
        The language of help, of answers and of what is printed.
    console : callable
        Gives the console to print to.
    """

    def say(name: str) -> str:
        return text(f"paper.cli.{name}", lang)

    sheets = typer.Typer(cls=group, help=say("print"), add_completion=False, rich_markup_mode=None)
    for name, make in (
        ("blank", _blank), ("record", _record), ("story", _story), ("key", _key), ("flawed", _flawed),
        ("entry", _entry), ("codebook", _codebook), ("pack", _pack),
    ):  # fmt: skip
        sheets.command(name, cls=command, help=say(name))(make(say, lang, console))
    app.add_typer(sheets, name="print")


def _blank(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def blank(
        form: Annotated[str, typer.Argument(metavar=say("a_form"), help=say("which_form"))] = "kasus",
        people: Annotated[int | None, typer.Option("--people", min=1, max=4, help=say("room"))] = None,
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import print_form, print_further
        from kasuskit.paper.people import has_people

        found = _form(form)
        files = {f"formulir-{found.id}": print_form(found, lang, people)}
        if has_people(found):
            files[f"formulir-{found.id}-tambahan"] = print_further(found, lang)
        _save(files, folder, force, lang, console)

    return blank


def _record(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def record(
        source: Annotated[str, typer.Argument(metavar=say("a_source"), help=say("which_record"))],
        form: Annotated[str, typer.Option("--form", metavar=say("a_form"), help=say("record_form"))] = "kasus",
        hand: Annotated[bool, typer.Option("--hand", help=say("hand"))] = False,
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import print_record, print_written

        code, keyed, found = _answers(source, form)
        title = text("paper.record.title", lang, code=code)
        if hand:
            made = print_written(found, title, code, lang)
        else:
            made = print_record(found, title, code, lang, facilitator=keyed)
        _save({f"{code}-isian": made}, folder, force, lang, console)

    return record


def _story(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def story(
        cases: Annotated[list[str], typer.Argument(metavar=say("some_cases"), help=say("which_cases"))],
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import print_story

        files = {f"{case.id}-cerita": print_story(case, lang) for case in _cases(cases)}
        _save(files, folder, force, lang, console)

    return story


def _key(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def key(
        cases: Annotated[list[str], typer.Argument(metavar=say("some_cases"), help=say("which_cases"))],
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import print_key

        files = {f"{case.id}-kunci": print_key(case, lang) for case in _cases(cases)}
        _save(files, folder, force, lang, console)

    return key


def _flawed(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def flawed(
        forms: Annotated[list[str], typer.Argument(metavar=say("some_flawed"), help=say("which_flawed"))],
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import print_flawed, print_seeds

        files = {}
        for each in _flawed_forms(forms):
            files[f"{each.id}-formulir"] = print_flawed(each, lang)
            files[f"{each.id}-kesalahan"] = print_seeds(each, lang)
        _save(files, folder, force, lang, console)

    return flawed


def _entry(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def entry(
        source: Annotated[str, typer.Argument(metavar=say("a_source"), help=say("which_record"))],
        form: Annotated[str, typer.Option("--form", metavar=say("a_form"), help=say("record_form"))] = "kasus",
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        code, _, found = _answers(source, form)
        _save({f"{code}-siap-entri": _entry_sheet(found, code, lang)}, folder, force, lang, console)

    return entry


def _entry_sheet(record: "Record", code: str, lang: str) -> bytes:
    from kasuskit.paper import entry_sheet
    from kasuskit.simfoni import ready_sheet

    sheet = ready_sheet(record, lang)
    return entry_sheet(sheet.plain(), sheet.title, code, lang, sheet.warning, handover=False)


def _codebook(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def codebook(
        form: Annotated[str, typer.Argument(metavar=say("a_form"), help=say("which_form"))] = "kasus",
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import print_codebook

        found = _form(form)
        _save({f"buku-kode-{found.id}": print_codebook(found, lang)}, folder, force, lang, console)

    return codebook


def _pack(say: Say, lang: str, console: Out) -> Callable[..., None]:
    def pack(
        people: Annotated[int, typer.Option("--people", metavar=say("number"), help=say("participants"))],
        first: Annotated[list[str], typer.Option("--cases", metavar=say("some_cases"), help=say("pack_cases"))],
        more: Annotated[list[str] | None, typer.Argument(metavar=say("some_cases"), hidden=True)] = None,
        flawed: Annotated[
            list[str] | None, typer.Option("--flawed", metavar=say("some_flawed"), help=say("pack_flawed"))
        ] = None,
        no_flawed: Annotated[bool, typer.Option("--no-flawed", help=say("no_flawed"))] = False,
        as_zip: Annotated[bool, typer.Option("--zip", help=say("zip"))] = False,
        folder: Annotated[Path, typer.Option(metavar=say("a_folder"), help=say("folder"))] = FOLDER,
        force: Annotated[bool, typer.Option("--force", help=say("force"))] = False,
    ) -> None:
        from kasuskit.paper import make_pack, pack_items, page_count, save_folder, save_zip
        from kasuskit.paper.files import check_file, check_folder

        out = folder / (f"{PACK}.zip" if as_zip else PACK)
        check_file(out, force) if as_zip else check_folder(out, force)  # before the work, not after it
        cases = _cases([*first, *(more or ())])
        mistaken = [] if no_flawed else _flawed_forms(flawed)
        items = pack_items(cases, people, lang, flawed=mistaken, more=list(_entries(cases, lang)))
        with _progress(console()) as progress:
            task = progress.add_task("", total=len(items))
            files = make_pack(items, people, lang, lambda item: progress.update(task, advance=1, description=item.what))
        (save_zip if as_zip else save_folder)(out, files, force)
        counts = {"files": len(files), "pages": sum(map(page_count, files.values()))}
        _tell(console(), text("paper.cli.packed", lang, path=out, **counts))

    return pack


def _entries(cases: Sequence["Case"], lang: str) -> Iterator["Item"]:
    """Yield the ready-for-entry sheet of each case: the answer to the exercise, for facilitators."""
    from kasuskit.paper import Item

    for case in cases:
        what = text("paper.pack.entry", lang, case=case.id)
        make = partial(_entry_of_case, case, lang)
        yield Item(f"fasilitator/{case.id}-siap-entri.pdf", what, 1, make)


def _entry_of_case(case: "Case", lang: str) -> bytes:
    return _entry_sheet(case.key_record(), case.id, lang)


def _progress(console: "Console") -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False), console=console)


def _answers(source: str, form: str) -> tuple[str, bool, "Record"]:
    """Return code and record of a CSV of answers or of a case's key, and whether it is a key."""
    from kasuskit.paper.source import read_record

    if Path(source).suffix.lower() == ".csv":
        return Path(source).stem, False, read_record(Path(source), _form(form))
    case = _case(source)
    return case.id, True, case.key_record()


def _form(name: str) -> "Form":
    from kasuskit.form import load_form

    return load_form(name_or_path(name))


def _case(name: str) -> "Case":
    from kasuskit.training import load_case

    return load_case(name_or_path(name))


def _cases(names: Sequence[str]) -> list["Case"]:
    return [_case(name) for name in dict.fromkeys(names)]


def _flawed_forms(names: Sequence[str] | None) -> list["FlawedForm"]:
    """Return flawed forms by name; all of the kit's own without any name."""
    from kasuskit.training import list_flawed, load_flawed

    if not names:
        return list(list_flawed())
    return [load_flawed(name_or_path(name)) for name in dict.fromkeys(names)]


def _save(files: dict[str, bytes], folder: Path, force: bool, lang: str, console: Out) -> None:
    from kasuskit.paper import page_count, save
    from kasuskit.paper.files import check_file

    paths = {folder / f"{name}.pdf": content for name, content in files.items()}
    for path in paths:
        check_file(path, force)
    for path, content in paths.items():
        save(path, content, force)
        _tell(console(), text("paper.cli.saved", lang, path=path, pages=page_count(content)))


def _tell(console: "Console", sentence: str) -> None:
    console.print(sentence, style="green", markup=False, soft_wrap=True)
