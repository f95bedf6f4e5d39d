"""Flawed forms: a record as somebody wrote it, with seeded mistakes, and the list of what is wrong and why.

A flawed form is a folder with ``formulir.toml``, ``isian.csv``, ``kesalahan.csv`` and ``perbaikan.csv`` (see
``docs/architecture.md``). The list of mistakes is read only when it is asked for, so that a process which shows the
form never holds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kasuskit.form import Form, Question, Record, Repeat
from kasuskit.form.rows import parse_address
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir
from kasuskit.training.files import Codes, folder_of, form_of, held, read_settings, refused, split, table_rows

FILES = ("formulir.toml", "isian.csv", "kesalahan.csv", "perbaikan.csv")
ANSWER_COLUMNS = ("isian", "jawaban")
SEED_COLUMNS = ("nomor", "isian", "kode", "salah", "seharusnya", "juga_benar", "jenis", "penjelasan", "sumber")
ALONG_COLUMNS = ("nomor", "isian", "jawaban", "juga_benar")
_TEXT_KEYS = ("id", "form", "title", "content_note", "now", "about", "debrief")
_LIST_KEYS = ("aims",)
_CODES = Codes("training.T230", "training.T231", "training.T232", "training.T233", "training.T234")


@dataclass(frozen=True, slots=True)
class Right:
    """What should stand in a cell.

    ``answer`` or one of ``also``; where ``free``, anything that the checks let pass and that is not what stood there.
    """

    answer: str
    also: tuple[str, ...] = ()
    free: bool = False


@dataclass(frozen=True, slots=True)
class Seed:
    """One seeded mistake.

    Parameters
    ----------
    number : int
        From 1, in the order of the list.
    at : str
        Address of the cell, or of the repeat that has too many or too few rows.
    code : str
        Of the rule or check that finds it (``R01``, ``F150``); blank when only a person who reads can.
    wrong : str
        What stands there, as written in ``isian.csv``: the whole answer, a part of it that stands there once (in a
        text, where ``right`` is free), or the number of rows.
    right : Right
        What should stand there instead, of the same extent as ``wrong``.
    kind, reason, source : str
        Which habit it is, why it matters in plain words, and where that comes from.
    along : mapping of str to Right
        What must be changed or filled in together with it, by address.
    """

    number: int
    at: str
    code: str
    wrong: str
    right: Right
    kind: str
    reason: str
    source: str
    along: Mapping[str, Right]


@dataclass(frozen=True)
class FlawedForm:
    """A form as somebody filled it in.

    Parameters
    ----------
    folder : Path
        Where its files lie.
    id, title, content_note : str
        Short name, title, and what to tell people before they open it.
    form_name : str
        The form: one of the kit's, or a path from the folder.
    level : int
        1 easy to 3 hard.
    now : str
        The record's clock, an ISO date-time.
    about : str
        Who filled it in, and in which circumstances.
    aims : tuple of str
        What is practised.
    debrief : str
        For the facilitator, afterwards.
    """

    folder: Path
    id: str
    form_name: str
    title: str
    level: int
    now: str
    content_note: str
    about: str
    aims: tuple[str, ...]
    debrief: str

    @cached_property
    def form(self) -> Form:
        """The form that was filled in."""
        return form_of(self.folder, self.form_name)

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """What was written, by address, as it was written.

        Raises
        ------
        KasusErrors
            T230 with every answer that the form cannot take.
        """
        answers: dict[str, str] = {}
        places: dict[str, str] = {}
        errors = []
        for place, row in table_rows(self.folder / "isian.csv", ANSWER_COLUMNS, _CODES):
            at = row["isian"]
            if at in answers:
                errors.append(KasusError("training.T236", place, at=at))
            answers[at], places[at] = row["jawaban"], place
        errors.extend(refused(self.form, answers, places, "training.T235"))
        if errors:
            raise KasusErrors("training.T230", self.folder.name, errors)
        return {at: answer for at, answer in answers.items() if answer}

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        """The seeded mistakes, in order.

        Raises
        ------
        KasusErrors
            T230 with every mistake in the list of mistakes.
        """
        return _Reader(self).seeds()

    def record(self, mended: Collection[int] = ()) -> Record:
        """Return the record as it was written, with the mistakes of these numbers mended."""
        return Record.from_answers(self.form, self._answers(mended), now=self.now)

    def mended_record(self) -> Record:
        """Return the record with all seeded mistakes mended."""
        return self.record([seed.number for seed in self.seeds])

    def _answers(self, mended: Collection[int]) -> Mapping[str, str]:
        answers = dict(self.answers)
        for seed in self.seeds if mended else ():
            if seed.number in mended:
                mend(self.form, answers, seed)
        return {at: answer for at, answer in answers.items() if answer}


def mend(form: Form, answers: dict[str, str], seed: Seed) -> None:
    """Put right what is wrong in written answers; a cell that should be blank stays in them as a blank."""
    if isinstance(form.nodes[parse_address(seed.at).name], Question):
        written = answers.get(seed.at, "")
        answers[seed.at] = replaced(written, seed.wrong, seed.right.answer) if seed.wrong else seed.right.answer
    answers.update({at: right.answer for at, right in seed.along.items()})


def replaced(text: str, wrong: str, right: str) -> str:
    """Return a text with one part put right, and no gap where a sentence was taken out."""
    return re.sub(r" {2,}", " ", text.replace(wrong, right, 1)).strip()


def flawed_dir() -> Path:
    """Return the folder of the kit's flawed forms."""
    return data_dir() / "samples" / "flawed"


def load_flawed(source: str | Path) -> FlawedForm:
    """Return a flawed form by name (``"F01"``) or folder.

    Raises
    ------
    KasusError
        T231 no such folder or file, T232 and T233 when ``formulir.toml`` cannot be used.
    """
    folder = folder_of(source, flawed_dir(), FILES, _CODES)
    settings = read_settings(folder / "formulir.toml", _TEXT_KEYS, _LIST_KEYS, _CODES)
    return FlawedForm(
        folder=folder,
        id=settings["id"],
        form_name=settings["form"],
        title=settings["title"],
        level=settings["level"],
        now=settings["now"],
        content_note=settings["content_note"],
        about=" ".join(settings["about"].split()),
        aims=tuple(settings["aims"]),
        debrief=" ".join(settings["debrief"].split()),
    )


def list_flawed() -> tuple[FlawedForm, ...]:
    """Return the kit's flawed forms, easiest first; one that cannot be read is left out."""
    forms = []
    for folder in sorted(flawed_dir().iterdir()) if flawed_dir().is_dir() else ():
        try:
            forms.append(load_flawed(folder))
        except KasusError:
            continue  # `kasuskit case check` says what is wrong with it; the others stay in use
    return tuple(sorted(forms, key=lambda each: (each.level, each.id)))


class _Reader:
    """Reads the list of mistakes against what was written."""

    def __init__(self, flawed: FlawedForm) -> None:
        self.folder, self.form, self.answers = flawed.folder, flawed.form, flawed.answers
        self.record = Record.from_answers(self.form, self.answers, now=flawed.now)
        self.errors: list[KasusError] = []
        self.places: dict[str, str] = {}
        self.rows: list[tuple[str, dict[str, str]]] = []
        self.along: dict[int, dict[str, Right]] = {}

    def seeds(self) -> tuple[Seed, ...]:
        """Return the mistakes, or raise all that is wrong with the list."""
        self.rows = list(table_rows(self.folder / "kesalahan.csv", SEED_COLUMNS, _CODES))
        self._read_along()
        seeds = [self._seed(number, place, row) for number, (place, row) in enumerate(self.rows, 1)]
        if not self.errors:
            self.errors.extend(self._unlike(seeds))
        if self.errors:
            raise KasusErrors("training.T230", self.folder.name, self.errors)
        return tuple(seeds)

    def _error(self, code: str, place: str, **values: object) -> None:
        self.errors.append(KasusError(f"training.{code}", place, **values))

    def _read_along(self) -> None:
        """Read what is mended together with each mistake."""
        for place, row in table_rows(self.folder / "perbaikan.csv", ALONG_COLUMNS, _CODES):
            number, at = row["nomor"], row["isian"]
            if not number.isascii() or not number.isdigit() or not 1 <= int(number[:6]) <= len(self.rows):
                self._error("T237", place, found=number[:20])
            elif self._fits(place, at, row["jawaban"], repeats=False):
                self._once(place, at)
                self.along.setdefault(int(number), {})[at] = self._right(at, row["jawaban"], row["juga_benar"])

    def _seed(self, number: int, place: str, row: Mapping[str, str]) -> Seed:
        at, free = row["isian"], row["juga_benar"] == "*"
        if row["nomor"] != str(number):
            self._error("T237", place, found=row["nomor"][:20])
        for name in ("isian", "jenis", "penjelasan", "sumber"):
            if not row[name]:
                self._error("T239", place, name=name)
        if at and self._fits(place, at, row["seharusnya"], repeats=True):
            self._once(place, at, row["salah"] if free else "")
            right = self._right(at, row["seharusnya"], row["juga_benar"])
        else:
            right = Right(row["seharusnya"])
        return Seed(
            number, at, row["kode"], row["salah"], right, row["jenis"], row["penjelasan"], row["sumber"],
            self.along.get(number, {}),
        )  # fmt: skip

    def _fits(self, place: str, at: str, answer: str, repeats: bool) -> bool:
        """Return whether the form has this cell, or (where they may be meant) this repeat that people extend."""
        if repeats and self._is_repeat(at):
            return True
        errors = list(refused(self.form, {at: answer}, {at: place}, "training.T235"))
        self.errors.extend(errors)
        return not errors

    def _is_repeat(self, at: str) -> bool:
        try:
            rows, name = parse_address(at)
        except KasusError:
            return False
        node = self.form.nodes.get(name)
        return isinstance(node, Repeat) and not node.count and node.repeats == tuple(repeat for repeat, _ in rows)

    def _once(self, place: str, at: str, part: str = "") -> None:
        """See to it that no cell, or no part of a free text, is named twice."""
        if at in self.places or f"{at} {part}" in self.places:
            self._error("T236", place, at=at)
        self.places[f"{at} {part}" if part else at] = place

    def _right(self, at: str, answer: str, also: str) -> Right:
        node = self.form.nodes[parse_address(at).name]
        others = split(also, " | ") if also != "*" else ()
        if isinstance(node, Question):
            answer, others = held(self.form, node, answer), tuple(held(self.form, node, each) for each in others)
        return Right(answer, others, also == "*")

    def _unlike(self, seeds: list[Seed]) -> Iterator[KasusError]:
        """Yield the mistakes that do not say what stands there, or that ask for no change."""
        answers = dict(self.answers)
        for seed, (place, _) in zip(seeds, self.rows, strict=True):
            if not self._stands(answers, seed) or seed.wrong == seed.right.answer:
                yield KasusError("training.T238", place, wrong=seed.wrong[:60], at=seed.at)
            else:
                mend(self.form, answers, seed)

    def _stands(self, answers: Mapping[str, str], seed: Seed) -> bool:
        if self._is_repeat(seed.at):
            outer = seed.at.rpartition("/")[0]
            present = self.record.rows(seed.at) if not outer or self.record.relevant(outer) else ()
            return seed.wrong == str(len(present))
        written = answers.get(seed.at, "")
        if seed.right.free and seed.wrong and self.form.question(parse_address(seed.at).name).type == "text":
            return written.count(seed.wrong) == 1
        return seed.wrong == written
