"""One record of the offline format as an entry of the mirror."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kasuskit.form import Form, Question, Record, load_form
from kasuskit.form.definition import FormNode, pick
from kasuskit.form.library import form_path
from kasuskit.messages import KasusError, text
from kasuskit.simfoni.consent import Consent, consents_of
from kasuskit.simfoni.filling import Filling
from kasuskit.simfoni.notes import Note, note
from kasuskit.simfoni.source import Source

MIRROR = "simfoni"
NEEDED = (
    "deskripsi_kasus", "kategori_lokasi", "korban", "jk_korban", "kelompok_usia_korban", "anak_dewasa", "lokasi_korban",
    "tindak_kekerasan", "kdrt", "pelaku", "jk_pelaku", "kelompok_usia_pelaku", "pasangan_korban", "pasangan",
    "hubungan", "layanan_korban", "layanan", "jenis_layanan",
)  # fmt: skip


class Row(NamedTuple):
    """One line of an entry: its section and label in SIMFONI, its value, the offline cells it is from, its own cell."""

    section: str
    label: str
    value: str
    source: str
    at: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An offline record as it may be entered.

    Parameters
    ----------
    record : Record
        A record of the mirror (form ``simfoni``), filled in.
    rows : tuple of Row
        Every question of the mirror in order, also what stays blank.
    notes : tuple of Note
        What could not be taken over, what is uncertain, what consent forbids.
    consents : tuple of Consent
        What each victim agrees to.
    """

    record: Record
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    consents: tuple[Consent, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The codes of the victims who are entered."""
        return tuple(each.code for each in self.consents if each.named)

    @property
    def unnamed(self) -> tuple[str, ...]:
        """The codes of the victims who are only counted, without identity."""
        return tuple(each.code for each in self.consents if not each.named and each.counted)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The codes of the victims who are neither entered nor counted."""
        return tuple(each.code for each in self.consents if not each.named and not each.counted)


def mirror() -> Form:
    """Return the form that mirrors the online entry.

    Raises
    ------
    KasusError
        M709 when somebody took a question out of it that entries or counts rest on.
    """
    path = form_path(MIRROR)
    return _mirror(tuple(sorted((file.name, file.stat().st_mtime_ns) for file in path.glob("*.csv"))))


@lru_cache(maxsize=1)
def _mirror(_files: tuple[tuple[str, int], ...]) -> Form:
    return whole(load_form(MIRROR))


def whole(form: Form) -> Form:
    """Return the form when it has every question and repeat that Python names; else raise M709."""
    missing = [name for name in NEEDED if name not in form.nodes]
    if missing:
        raise KasusError("simfoni.M709", f"data/forms/{MIRROR}", names=", ".join(missing))
    return form


def entry(record: Record, lang: str = "id") -> Entry:
    """Return a record of the offline format as an entry of the mirror.

    Victims who do not agree to the entry are left out, with all that belongs to them; when nobody agrees, nothing is
    filled in. The same record always gives the same entry.

    Parameters
    ----------
    record : Record
        A record of the form ``kasus`` or of a form derived from it.
    lang : str
        Language of labels and notes.

    Raises
    ------
    KasusError
        M701 when it is a record of another form.
    """
    source = Source(record, lang)
    consents = consents_of(source)
    filling = Filling(source, mirror(), consents)
    filled = Record.from_answers(mirror(), filling.answers, now=record.now, lang=lang)
    notes = (*_consent_notes(source, consents), *filling.notes, *_already(source))
    return Entry(filled, tuple(_rows(filled, filling, lang)), tuple(dict.fromkeys(notes)), consents)


def _rows(record: Record, filling: Filling, lang: str) -> Iterator[Row]:
    for at, node, row in record.cells():
        if not (isinstance(node, Question) and node.asked and row.relevance.get(node.name)):
            continue
        keys = tuple(int(step.partition("]")[0]) for step in at.split("[")[1:])
        yield Row(
            _section(record.form, node, filling.codes(node, keys), lang), record.label(at, lang),
            shown(record, at, lang), filling.origin.get(at, ""), at,
        )  # fmt: skip


def _section(form: Form, node: FormNode, codes: tuple[str, ...], lang: str) -> str:
    if not node.repeats:
        return pick(form.nodes[form.section_of(node.name)].label, lang)
    return f"{pick(form.nodes[node.repeats[-1]].label, lang)} {', '.join(codes)}"


def shown(record: Record, at: str, lang: str) -> str:
    """Return an answer as people read it: choices by their labels, dates as 3/10/2026."""
    node = record.form.question(at.rpartition("/")[2])
    value = record.value(at)
    if node.type == "date":
        return day_first(value)
    if not node.list_name:
        return value
    names = value.split() if node.type == "select_multiple" else [value] if value else []
    chosen = (record.form.choice(node, name) for name in names)
    return ", ".join(pick(choice.label, lang) for choice in chosen if choice is not None)


def day_first(iso: str) -> str:
    """Return a date as people write it: ``2026-10-03`` as 3/10/2026."""
    return "/".join(str(int(part)) for part in reversed(iso.split("-"))) if iso else ""


def _consent_notes(source: Source, consents: tuple[Consent, ...]) -> Iterator[Note]:
    if not consents:
        yield note("M702", source.lang)
    for each in consents:
        if not each.named:
            kept = text("simfoni.counted" if each.counted else "simfoni.not_counted", source.lang)
            at = source.address("setuju_simfoni", (each.key,))
            yield note(each.obstacle, source.lang, at, code=each.code, kept=kept)
    if consents and not any(each.named for each in consents):
        yield note("M729", source.lang)


def _already(source: Source) -> Iterator[Note]:
    """Yield what says that the case may be in the system already."""
    state = source.value("entri_simfoni")
    if state == "sudah":
        yield note("M715", source.lang, "entri_simfoni", number=source.value("no_simfoni") or "–")
    if state == "lembaga_lain":
        yield note("M716", source.lang, "entri_simfoni")
    if source.value("lapor_lain") == "ya" and state not in ("sudah", "lembaga_lain"):
        yield note("M717", source.lang, "lapor_lain")
