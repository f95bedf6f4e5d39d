"""Sample cases: a story, and the key that says which sentence shows which answer.

A case is a folder with ``kasus.toml``, ``cerita.md`` and ``kunci.csv`` (see ``docs/architecture.md``). The key is
read only when it is asked for, so that a process which shows a story never holds the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kasuskit.form import Form, Record
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir
from kasuskit.training.files import Codes, folder_of, form_of, held, read, read_settings, refused, split, table_rows
from kasuskit.training.story import Span, Story

FILES = ("kasus.toml", "cerita.md", "kunci.csv")
COLUMNS = (
    "isian", "jawaban", "juga_benar", "bukti", "tidak_disebut", "petunjuk", "alasan", "salah_kelas", "sumber",
)  # fmt: skip
_TEXT_KEYS = ("id", "form", "title", "content_note", "now")
_LIST_KEYS = ("aims", "traps")
_CODES = Codes("training.T200", "training.T201", "training.T202", "training.T203", "training.T205")


@dataclass(frozen=True, slots=True)
class KeyField:
    """The right answer to one cell, and why.

    Answers stand as a record holds them (``2026-10-04`` where the key's author wrote 4/10/2026). ``answer`` is blank
    where the cell must stay blank. ``free`` marks text of which any wording will do; with a blank ``answer`` it may
    stay blank too. A field has either ``quotes`` (places in the story that show it) or ``unsaid`` (the statement that
    the story does not say it). ``misread`` explains tempting wrong choices by name.
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


_read: dict[Path, tuple[tuple[tuple[int, int], ...], Case]] = {}


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
        self.folder = folder_of(folder, cases_dir(), FILES, _CODES)
        self.settings = read_settings(folder / "kasus.toml", _TEXT_KEYS, _LIST_KEYS, _CODES)
        self.story = Story(read(folder / "cerita.md"))
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
        """The form that this case is documented with: one of the kit's, or a file named from the case's folder."""
        return form_of(self.folder, str(self.settings["form"]))

    def is_current(self) -> bool:
        """Return whether the form that this case was opened with is still the one that its folder names."""
        try:
            return "form" not in self.__dict__ or form_of(self.folder, str(self.settings["form"])) is self.form
        except KasusError:
            return False

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
        untouched: list[tuple[str, str]] = []
        for place, row in table_rows(self.folder / "kunci.csv", COLUMNS, _CODES):
            if row["isian"] and not any(cell for column, cell in row.items() if column != "isian"):
                untouched.append((place, row["isian"]))
                continue
            field, wrong = _key_field(row, place, self.story)
            errors.extend(wrong)
            if field.at in fields:
                errors.append(KasusError("training.T213", place, at=field.at))
            fields[field.at], places[field.at] = field, place
        if untouched:  # as kasuskit case new leaves them: told once, not two hundred times
            place, at = untouched[0]
            errors.insert(0, KasusError("training.T215", place, count=len(untouched), at=at))
        answers = {at: field.answer for at, field in fields.items()}
        errors.extend(refused(self.form, answers, places, "training.T211"))
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
    """Return a sample case by name (``"K01"``) or folder; its files are read again when they have changed.

    Raises
    ------
    KasusError
        T201 to T204, as ``Case`` does.
    """
    folder = folder_of(source, cases_dir(), FILES, _CODES)
    mark = tuple((stat.st_mtime_ns, stat.st_size) for stat in ((folder / name).stat() for name in FILES))
    known = _read.get(folder)
    if known is None or known[0] != mark or not known[1].is_current():
        known = _read[folder] = (mark, Case(folder))
    return known[1]


def list_cases() -> tuple[CaseCard, ...]:
    """Return the kit's sample cases, easiest first; a case that cannot be read is left out."""
    cards = []
    for folder in sorted(cases_dir().iterdir()) if cases_dir().is_dir() else ():
        try:
            cards.append(load_case(folder).card)
        except KasusError:
            continue  # `kasuskit case check` says what is wrong with it; the others stay in use
    return tuple(sorted(cards, key=lambda card: (card.level, card.id)))


def _key_field(row: Mapping[str, str], place: str, story: Story) -> tuple[KeyField, list[KasusError]]:
    errors = []
    spans = []
    for quote in split(row["bukti"], "||"):
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
    for pair in split(row["salah_kelas"], " | "):
        choice, arrow, why = pair.partition("=>")
        if not arrow or not choice.strip() or not why.strip():
            errors.append(KasusError("training.T209", place, found=pair[:60]))
        misread[choice.strip()] = why.strip()
    also = split(row["juga_benar"], " | ") if row["juga_benar"] != "*" else ()
    field = KeyField(
        row["isian"], row["jawaban"], also, row["juga_benar"] == "*", tuple(spans), row["tidak_disebut"],
        row["petunjuk"], row["alasan"], misread, row["sumber"],
    )  # fmt: skip
    return field, errors


def _as_held(form: Form, field: KeyField) -> KeyField:
    """Return a field with its answers as a record holds them; what cannot be read stays as it is written."""
    question = form.question(field.at.rpartition("/")[2])
    return replace(
        field,
        answer=held(form, question, field.answer),
        also=tuple(held(form, question, answer) for answer in field.also),
        misread={held(form, question, answer): why for answer, why in field.misread.items()},
    )
