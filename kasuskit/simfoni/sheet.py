"""The sheet that a village hands to the data officer: what to enter, what is still missing, who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from kasuskit.form import Record
from kasuskit.form.findings import Finding
from kasuskit.form.texts.names import names_in
from kasuskit.messages import text
from kasuskit.simfoni.consent import Consent
from kasuskit.simfoni.entry import Entry, Row, day_first, entry
from kasuskit.simfoni.notes import Note
from kasuskit.simfoni.source import Source

READY, NOT_YET, REFUSED, DONE = "ready", "not_yet", "refused", "done"
NOTHING, BY_HAND = "–", "…"
_WIDTH, _LABEL, _GAP = 100, 34, 2
_SHOWN_LINES = ("simfoni", "hubungi", "statistik")


class Missing(NamedTuple):
    """What must be put right before the entry: the rule or code, the cell (its label), and what to do."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadySheet:
    """``Lembar siap entri``.

    Parameters
    ----------
    lang : str
        Language of everything on it.
    title, warning : str
        What it is, and that it is neither real nor official.
    state : str
        ``ready``, ``not_yet``, ``refused`` (no victim agrees) or ``done`` (in the system already).
    verdict : str
        The state in a sentence.
    header, handover : tuple of (label, value)
        The case, and who hands the sheet to whom; a blank value is filled in by hand.
    entry : Entry
        What is entered.
    missing : tuple of Missing
        What must be put right first.
    consents : tuple of (label, value)
        What each victim agrees to, and who said so when.
    signatures : tuple of str
        Who signs.
    """

    lang: str
    title: str
    warning: str
    state: str
    verdict: str
    header: tuple[tuple[str, str], ...]
    entry: Entry
    missing: tuple[Missing, ...]
    consents: tuple[tuple[str, str], ...]
    handover: tuple[tuple[str, str], ...]
    signatures: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether the data officer may enter it now."""
        return self.state == READY

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is entered, section by section, with SIMFONI's labels."""
        return self.entry.rows

    @property
    def notes(self) -> tuple[Note, ...]:
        """What to know about the entry."""
        return self.entry.notes

    def plain(self) -> Iterator[tuple[str, str, str]]:
        """Yield everything on the sheet as (section, label, value), for paper and terminal.

        A blank value is filled in by hand; ``–`` is not.
        """
        for label, value in self.header:
            yield self._say("header"), label, value
        yield self._say("header"), self._say("state"), self.verdict
        for each in self.missing:
            yield self._say("missing"), each.where, each.message
        for label, value in self.consents:
            yield self._say("consents"), label, value
        for row in self.rows:
            yield row.section, row.label, row.value or (NOTHING if row.source else "")
        for remark in self.notes:
            yield self._say("notes"), remark.code, f"{remark.sentence} {remark.way_out}"
        for label, value in self.handover:
            yield self._say("handover"), label, value
        for who in self.signatures:
            yield self._say("signatures"), who, ""

    def text(self, width: int = _WIDTH) -> str:
        """Return the sheet as plain text, ``width`` characters wide."""
        out = [*wrap(self.title, width), *wrap(self.warning, width)]
        last = ""
        for section, label, value in self.plain():
            if section != last:
                out += ["", section.upper()]
                last = section
            out += _beside(label, value or BY_HAND, width)
        return "\n".join(out) + "\n"

    def _say(self, name: str) -> str:
        return text(f"simfoni.sheet.{name}", self.lang)


def ready_sheet(record: Record, lang: str = "id") -> ReadySheet:
    """Return the sheet for a record of the offline format, ready for entry or not.

    Parameters
    ----------
    record : Record
        A record of the form ``kasus`` or of a form derived from it.
    lang : str
        Language of the sheet.

    Raises
    ------
    KasusError
        M701 when it is a record of another form.
    """
    made, source = entry(record, lang), Source(record, lang)
    missing = tuple(_missing(source, made))
    state = _state(source, made, missing)
    say = {name: text(f"simfoni.sheet.{name}", lang) for name in ("title", "warning", state)}
    return ReadySheet(
        lang, say["title"], say["warning"], state, say[state], tuple(_header(source, made)), made, missing,
        tuple(_consents(source, made.consents)), tuple(_handover(source)),
        tuple(text(f"simfoni.sheet.sign_{who}", lang) for who in ("recorder", "officer")),
    )  # fmt: skip


def _state(source: Source, made: Entry, missing: tuple[Missing, ...]) -> str:
    if source.value("entri_simfoni") in ("sudah", "lembaga_lain"):
        return DONE
    if made.consents and not made.named:
        return REFUSED
    return NOT_YET if missing else READY


def _missing(source: Source, made: Entry) -> Iterator[Missing]:
    """Yield every error of the offline record, then those of the mirror that it does not explain."""
    held_back = [source.value("nama_korban", (each.key,)) for each in made.consents if not each.named]
    told = set()
    for finding in source.record.findings(lang=source.lang):
        if finding.severity == "error":
            told.add(finding.at)
            yield _as_missing(finding, source.record, source.lang, held_back)
    if not made.named:
        return
    origin = {row.at: row.source.split() for row in made.rows}
    for finding in made.record.findings(lang=source.lang):
        if finding.severity == "error" and told.isdisjoint(origin.get(finding.at, ())):
            yield _as_missing(finding, made.record, source.lang, held_back)


def _as_missing(finding: Finding, record: Record, lang: str, held_back: list[str]) -> Missing:
    """Return a finding for the sheet, which never names a victim who is not entered."""
    message = finding.message
    if names_in(message, held_back):
        message = text("simfoni.sheet.see_form", lang, code=finding.code)
    return Missing(finding.code, record.label(finding.at, lang) or finding.at, message)


def _header(source: Source, made: Entry) -> Iterator[tuple[str, str]]:
    def say(name: str) -> str:
        return text(f"simfoni.sheet.{name}", source.lang)

    yield say("number"), source.value("no_kasus")
    yield say("version"), source.value("versi_form")
    yield say("made"), day_first(source.record.now[:10])
    for name, codes in (("named", made.named), ("unnamed", made.unnamed), ("left_out", made.left_out)):
        yield say(name), ", ".join(codes) or NOTHING


def _consents(source: Source, consents: tuple[Consent, ...]) -> Iterator[tuple[str, str]]:
    for each in consents:
        parts = [
            text(f"simfoni.sheet.line_{line}", source.lang, answer=_answer(source, each, line)) for line in _SHOWN_LINES
        ]
        given = ", ".join(part for part in (each.giver, each.manner, day_first(each.day)) if part) or NOTHING
        parts.append(text("simfoni.sheet.given", source.lang, given=given))
        yield each.code, "; ".join(parts)


def _answer(source: Source, consent: Consent, line: str) -> str:
    if line in consent.withdrawn:
        return text("simfoni.sheet.withdrawn", source.lang)
    return source.shown(f"setuju_{line}", (consent.key,)) or text("simfoni.sheet.unasked", source.lang)


def _handover(source: Source) -> Iterator[tuple[str, str]]:
    def say(name: str) -> str:
        return text(f"simfoni.sheet.{name}", source.lang)

    giver = ", ".join(filter(None, (source.value("kode_petugas"), source.shown("lembaga_pencatat"))))
    yield say("from"), giver
    yield say("to"), say("officer")
    yield say("how"), say("sealed")
    yield say("handed_on"), ""
    yield say("entered"), ""


def _beside(label: str, value: str, width: int) -> list[str]:
    """Return a label and its value as lines: beside each other where there is room for every word, else below."""
    beside = min(_LABEL, width // 3)
    room = width - beside - _GAP
    if max(map(len, value.split()), default=0) > room:
        return [*wrap(label, width), *wrap(value, width, initial_indent=" " * _GAP, subsequent_indent=" " * _GAP)]
    lines = [line for part in value.splitlines() for line in wrap(part, room)] or [""]
    heads = wrap(label, beside) or [""]
    height = max(len(heads), len(lines))
    heads += [""] * (height - len(heads))
    lines += [""] * (height - len(lines))
    return [f"{head:<{beside + _GAP}}{line}".rstrip() for head, line in zip(heads, lines, strict=True)]
