"""How a folder of sample material is read: its settings and its tables, every mistake told with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from kasuskit.form import Form, Question, Record, load_form
from kasuskit.form.typed import Unreadable, canonical
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError, KasusErrors

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


class Codes(NamedTuple):
    """The errors of one kind of folder.

    ``several`` heads a list of mistakes, ``missing`` a file or folder that is not there, ``unreadable`` and
    ``setting`` are about the TOML file, ``columns`` about a CSV that lacks some.
    """

    several: str
    missing: str
    unreadable: str
    setting: str
    columns: str


def folder_of(source: str | Path, home: Path, files: Sequence[str], codes: Codes) -> Path:
    """Return the folder that a short name (in ``home``) or a path means, when all its files are there.

    Raises
    ------
    KasusError
        ``codes.missing`` with what is not there.
    """
    if isinstance(source, str) and NAME.fullmatch(source):
        source = home / source
    folder = Path(source)
    try:
        found = folder.is_dir()
    except OSError:  # a name that no folder can have
        found = False
    if not found:
        raise KasusError(codes.missing, folder.name[:80])
    for name in files:
        if not (folder / name).is_file():
            raise KasusError(codes.missing, f"{folder.name}/{name}")
    return folder


def read(path: Path) -> str:
    """Return a file's text.

    Raises
    ------
    KasusError
        F103, F104 as ``decoded`` does, F107 when the file cannot be read at all.
    """
    try:
        return decoded(path)
    except OSError as error:
        raise KasusError("form.F107", path.name, reason=error.strerror or "") from None


def read_settings(path: Path, texts: Sequence[str], lists: Sequence[str], codes: Codes) -> dict[str, Any]:
    """Return the settings of a TOML file, of which ``texts``, ``lists`` and ``level`` must be there.

    Raises
    ------
    KasusError
        ``codes.unreadable``, or ``codes.setting`` for each that is missing, blank or of the wrong kind.
    """
    place = f"{path.parent.name}/{path.name}"
    try:
        settings = tomllib.loads(read(path))
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits, or brackets 1,000 deep
        raise KasusError(codes.unreadable, place, reason=str(error)[:200]) from None
    wrong = [KasusError(codes.setting, place, name=name) for name in _wrong_settings(settings, texts, lists)]
    if wrong:
        raise wrong[0] if len(wrong) == 1 else KasusErrors(codes.several, path.parent.name, wrong)
    return settings


def _wrong_settings(settings: Mapping[str, Any], texts: Sequence[str], lists: Sequence[str]) -> Iterator[str]:
    """Yield the names of settings that are missing, blank or of the wrong kind."""
    for name in texts:
        given = settings.get(name)
        if not isinstance(given, str) or not (_is_clock(given) if name == "now" else given.strip()):
            yield name
    for name in lists:
        items = settings.get(name)
        if not isinstance(items, list) or not all(isinstance(each, str) and each.strip() for each in items):
            yield name
    if settings.get("level") not in (1, 2, 3) or isinstance(settings["level"], bool):
        yield "level"


def _is_clock(now: str) -> bool:
    """Return whether a text is a date and time with its zone that there can be."""
    try:
        datetime.fromisoformat(now)
    except ValueError:
        return False
    return _MOMENT.fullmatch(now) is not None


def form_of(folder: Path, name: str) -> Form:
    """Return one of the kit's forms, or the one that a path leads to from the folder.

    Raises
    ------
    KasusError
        F101 when there is none, F1xx when it cannot be used.
    """
    try:
        return load_form(name if name.isidentifier() else folder / name)
    except KasusError as error:
        raise KasusError("form.F101", name[:80]) if error.code == "F101" else error from None


def table_rows(
    path: Path, columns: Sequence[str], codes: Codes, apart: list[KasusError] | None = None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a CSV that hold anything, each with its place; further columns are passed over.

    Parameters
    ----------
    path : Path
        The CSV.
    columns : sequence of str
        Which columns each row is given with; all must be there.
    codes : Codes
        The errors of this kind of folder.
    apart : list of KasusError, optional
        Takes the error of each row that falls apart, and the others are read all the same.

    Raises
    ------
    KasusError
        ``codes.columns`` when some are not there, F106 for a row that falls apart.
    """
    name = f"{path.parent.name}/{path.name}"
    rows = csv_rows(read(path), name)
    heading = [cell.strip() for cell in rows[0]] if rows else []
    missing = [column for column in columns if column not in heading]
    if missing:
        raise KasusError(codes.columns, name, columns=", ".join(missing))
    for number, row in enumerate(rows[1:], 2):
        place = f"{name}, baris/row {number}"
        if any(cell.strip() for cell in row[len(heading) :]):  # a comma in a cell that no quotes hold together
            error = KasusError("form.F106", place)
            if apart is None:
                raise error
            apart.append(error)
            continue
        cells = {column: cell.strip() for column, cell in zip(heading, row, strict=False)}
        if any(cells.values()):
            yield place, {column: cells.get(column, "") for column in columns}


def split(cell: str, mark: str) -> tuple[str, ...]:
    """Return the parts of a cell between marks, blank ones left out."""
    return tuple(part.strip() for part in cell.split(mark) if part.strip())


def refused(form: Form, answers: Mapping[str, str], places: Mapping[str, str], code: str) -> Iterator[KasusError]:
    """Yield what the form cannot take: an address that it does not have, an answer that is too long."""
    together = _refusal(form, answers)
    if together:
        alone = {at: _refusal(form, {at: answer}) for at, answer in answers.items()}
        errors = [KasusError(code, places[at], reason=why) for at, why in alone.items() if why]
        table = next(iter(places.values())).partition(",")[0].rpartition("/")[2]
        yield from errors or [KasusError(code, table, reason=together)]  # too many rows


def _refusal(form: Form, answers: Mapping[str, str]) -> str:
    """Return why a record cannot hold these answers, blank when it can."""
    try:
        Record.from_answers(form, answers)
    except KasusError as error:
        return error.sentence()
    return ""


def held(form: Form, question: Question, answer: str) -> str:
    """Return an answer as a record holds it; what cannot be read stays as it is written."""
    try:
        return canonical(question.type, answer, form.choice_names(question))
    except Unreadable:
        return answer
