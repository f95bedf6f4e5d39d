"""Sample cases: a story, and the key that says which sentence shows which answer.

A case is a folder with ``kasus.toml``, ``cerita.md`` and ``kunci.csv`` (see ``docs/architecture.md``). The key is
read only when it is asked for, so that a process which shows a story never holds the answers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from kasuskit.form import Form, Question, Record, load_form
from kasuskit.form.typed import Unreadable, canonical
from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir
from kasuskit.training.story import Span, Story

FILES = ("kasus.toml", "cerita.md", "kunci.csv")
COLUMNS = (
    "isian", "jawaban", "juga_benar", "bukti", "tidak_disebut", "petunjuk", "alasan", "salah_kelas", "sumber",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
_TEXT_KEYS = ("id", "form", "title", "content_note", "now")
_LIST_KEYS = ("aims", "traps")


@dataclass(frozen=True, slots=True)
class KeyField:
    """The right answer to one cell, and why.

    Answers stand as a record holds them (``2026-10-04`` where the key's author wrote 4/10/2026). ``answer`` is blank
    where the cell must stay blank. ``free`` marks text of which any wording will do. A field has either ``quotes``
    (places in the story that show it) or ``unsaid`` (the statement that the story does not say it). ``misread``
    explains tempting wrong choices by name.
    """

    at: str
    answer: str
    also: tuple[str, ...]
    free: bool
    quotes: tuple[Span, ...]
    unsaid: str
    hint: str
    reason: str
    misread: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What a list of cases shows: never more than a participant may see before beginning."""

    id: str
    title: str
    level: int
    content_note: str
    aims: tuple[str, ...]


class Case:
    """One sample case.

    Parameters
    ----------
    folder : Path
        Holds ``kasus.toml``, ``cerita.md`` and ``kunci.csv``.

    Raises
    ------
    KasusError
        T201 no such folder or file, T202 to T204 when ``kasus.toml`` or ``cerita.md`` cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FILES:
            if not (folder / name).is_file():
                raise KasusError("training.T201", f"{folder.name}/{name}")
        self.settings = _settings(folder / "kasus.toml")
        self.story = Story(_read(folder / "cerita.md"))
        if not self.story.paragraphs:
            raise KasusError("training.T204", f"{folder.name}/cerita.md")

    @property
    def id(self) -> str:
        """The case's short name (``K01``)."""
        return str(self.settings["id"])

    @property
    def title(self) -> str:
        """The title people read."""
        return str(self.settings["title"])

    @property
    def now(self) -> str:
        """The record's clock while this case is practised, an ISO date-time."""
        return str(self.settings["now"])

    @property
    def card(self) -> CaseCard:
        """What a list of cases shows of this one."""
        s = self.settings
        return CaseCard(self.id, self.title, int(s["level"]), str(s["content_note"]), tuple(s["aims"]))

    @cached_property
    def form(self) -> Form:
        """The form that this case is documented with."""
        return load_form(str(self.settings["form"]))

    @cached_property
    def key(self) -> Mapping[str, KeyField]:
        """The answer key by address.

        Raises
        ------
        KasusErrors
            T200 with every mistake of ``kunci.csv``; what the form cannot take at all is one.
        """
        fields: dict[str, KeyField] = {}
        places: dict[str, str] = {}
        errors: list[KasusError] = []
        for number, row in _key_rows(self.folder / "kunci.csv"):
            place = f"{self.folder.name}/kunci.csv, baris/row {number}"
            field, wrong = _key_field(row, place, self.story)
            errors.extend(wrong)
            if field.at in fields:
                errors.append(KasusError("training.T213", place, at=field.at))
            fields[field.at], places[field.at] = field, place
        errors.extend(_refused(self.form, fields, places))
        if errors:
            raise KasusErrors("training.T200", self.folder.name, errors)
        return {at: _as_held(self.form, field) for at, field in fields.items()}

    def key_record(self) -> Record:
        """Return a record filled in exactly as the key says."""
        return Record.from_answers(self.form, {at: field.answer for at, field in self.key.items()}, now=self.now)

    def new_record(self, lang: str = "id") -> Record:
        """Return a blank record with the case's clock."""
        return Record(self.form, now=self.now, lang=lang)


def cases_dir() -> Path:
    """Return the folder of the kit's sample cases."""
    return data_dir() / "samples" / "cases"


def load_case(source: str | Path) -> Case:
    """Return a sample case by name (``"K01"``) or folder.

    Raises
    ------
    KasusError
        T201 to T204, as ``Case`` does.
    """
    if isinstance(source, str) and _NAME.fullmatch(source):
        source = cases_dir() / source
    folder = Path(source)
    try:
        found = folder.is_dir()
    except OSError:  # a name that no folder can have
        found = False
    if not found:
        raise KasusError("training.T201", folder.name[:80])
    return Case(folder)


def list_cases() -> tuple[CaseCard, ...]:
    """Return the kit's sample cases, easiest first; a case that cannot be read is left out."""
    cards = []
    for folder in sorted(cases_dir().iterdir()) if cases_dir().is_dir() else ():
        try:
            cards.append(Case(folder).card)
        except KasusError:
            continue  # `kasuskit case check` says what is wrong with it; the others stay in use
    return tuple(sorted(cards, key=lambda card: (card.level, card.id)))


def _read(path: Path) -> str:
    try:
        return decoded(path)
    except OSError as error:
        raise KasusError("form.F107", path.name, reason=error.strerror or "") from None


def _settings(path: Path) -> dict[str, Any]:
    place = f"{path.parent.name}/{path.name}"
    try:
        settings = tomllib.loads(_read(path))
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits, or brackets 1,000 deep
        raise KasusError("training.T202", place, reason=str(error)[:200]) from None
    for name in _TEXT_KEYS:
        if not isinstance(settings.get(name), str) or not settings[name].strip():
            raise KasusError("training.T203", place, name=name)
    for name in _LIST_KEYS:
        if not isinstance(settings.get(name), list) or not all(isinstance(each, str) for each in settings[name]):
            raise KasusError("training.T203", place, name=name)
    if settings.get("level") not in (1, 2, 3) or isinstance(settings["level"], bool):
        raise KasusError("training.T203", place, name="level")
    if not _is_clock(settings["now"]):
        raise KasusError("training.T203", place, name="now")
    return settings


def _is_clock(now: str) -> bool:
    """Return whether a text is a date and time with its zone that there can be."""
    try:
        datetime.fromisoformat(now)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", now) is not None


def _key_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv_rows(_read(path), f"{path.parent.name}/{path.name}")
    heading = [cell.strip() for cell in rows[0]] if rows else []
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        raise KasusError("training.T205", f"{path.parent.name}/{path.name}", columns=", ".join(missing))
    for number, row in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in row[len(heading) :]):  # a comma in a cell that no quotes hold together
            raise KasusError("form.F106", f"{path.parent.name}/{path.name}, baris/row {number}")
        cells = {column: cell.strip() for column, cell in zip(heading, row, strict=False)}
        if any(cells.values()):
            yield number, {column: cells.get(column, "") for column in COLUMNS}


def _split(cell: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(mark) if part.strip())


def _key_field(row: Mapping[str, str], place: str, story: Story) -> tuple[KeyField, list[KasusError]]:
    errors = []
    spans = []
    for quote in _split(row["bukti"], "||"):
        span = story.find(quote)
        if span is None:
            errors.append(KasusError("training.T206", place, quote=quote[:60]))
        else:
            spans.append(span)
    if not row["bukti"] and not row["tidak_disebut"]:
        errors.append(KasusError("training.T207", place, at=row["isian"]))
    if row["tidak_disebut"] and row["bukti"]:
        errors.append(KasusError("training.T208", place, at=row["isian"]))
    misread = {}
    for pair in _split(row["salah_kelas"], " | "):
        choice, arrow, why = pair.partition("=>")
        if not arrow or not choice.strip() or not why.strip():
            errors.append(KasusError("training.T209", place, found=pair[:60]))
        misread[choice.strip()] = why.strip()
    also = _split(row["juga_benar"], " | ") if row["juga_benar"] != "*" else ()
    field = KeyField(
        row["isian"], row["jawaban"], also, row["juga_benar"] == "*", tuple(spans), row["tidak_disebut"],
        row["petunjuk"], row["alasan"], misread, row["sumber"],
    )  # fmt: skip
    return field, errors


def _refused(form: Form, fields: Mapping[str, KeyField], places: Mapping[str, str]) -> Iterator[KasusError]:
    """Yield what the form cannot take: an address that it does not have, an answer that is too long."""
    answers = {at: field.answer for at, field in fields.items()}
    together = _refusal(form, answers)
    if together:
        alone = {at: _refusal(form, {at: answer}) for at, answer in answers.items()}
        errors = [KasusError("training.T211", places[at], reason=why) for at, why in alone.items() if why]
        yield from errors or [KasusError("training.T211", "kunci.csv", reason=together)]  # too many rows


def _refusal(form: Form, answers: Mapping[str, str]) -> str:
    """Return why a record cannot hold these answers, blank when it can."""
    try:
        Record.from_answers(form, answers)
    except KasusError as error:
        return error.sentence()
    return ""


def _as_held(form: Form, field: KeyField) -> KeyField:
    """Return a field with its answers as a record holds them; what cannot be read stays as it is written."""
    question = form.question(field.at.rpartition("/")[2])
    return replace(
        field,
        answer=_held(form, question, field.answer),
        also=tuple(_held(form, question, answer) for answer in field.also),
        misread={_held(form, question, answer): why for answer, why in field.misread.items()},
    )


def _held(form: Form, question: Question, answer: str) -> str:
    try:
        return canonical(question.type, answer, form.choice_names(question))
    except Unreadable:
        return answer
