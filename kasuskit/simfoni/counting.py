"""Count many entries as the published national figures do (docs/simfoni.md says how that is known).

- A case is an entry with at least one victim who is entered by name; a victim, an alleged perpetrator ("Pelaku") and
  a pair are counted once each.
- Forms of violence: once for every form of every victim, so that their sum exceeds the victims.
- Places: one for each victim. Relations: one for each pair. Services: each kind once for a victim [I].
- 17 years and 364 days is Anak: the age at the incident in whole years is below 18.

Every table holds all of SIMFONI's labels in their order; what is not filled in yet stands under ``BLANK``, so that
the sums hold for unfinished entries too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kasuskit.form import Record
from kasuskit.simfoni.entry import Entry, mirror

BLANK = ""
VICTIM_AGES = ("0-5", "6-12", "13-17", "18-24", "25-44", "45-59", "60+")
PERPETRATOR_AGES = ("0-17", "18-24", "25-59", "60+", "NA")
CHILD_OR_ADULT = ("Anak", "Dewasa")
Table = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """What many entries add up to.

    Parameters
    ----------
    cases, victims, perpetrators, pairs : int
        Entered by name.
    unnamed : int
        Victims who are counted without identity; they stand in no table.
    victims_by_sex, victims_by_age, victims_by_childhood, places, kdrt : Table
        One for each victim.
    forms, services : Table
        Several for a victim.
    perpetrators_by_sex, perpetrators_by_age : Table
        One for each alleged perpetrator.
    relations : Table
        One for each pair.
    """

    cases: int
    victims: int
    unnamed: int
    perpetrators: int
    pairs: int
    victims_by_sex: Table
    victims_by_age: Table
    victims_by_childhood: Table
    forms: Table
    places: Table
    kdrt: Table
    perpetrators_by_sex: Table
    perpetrators_by_age: Table
    relations: Table
    services: Table


def count(entries: Iterable[Entry]) -> Counts:
    """Return what the entries add up to."""
    given = tuple(entries)
    return Counts(
        cases(given), victims(given), unnamed(given), perpetrators(given), pairs(given), victims_by_sex(given),
        victims_by_age(given), victims_by_childhood(given), forms(given), places(given), kdrt(given),
        perpetrators_by_sex(given), perpetrators_by_age(given), relations(given), services(given),
    )  # fmt: skip


def shares(table: Table, whole: int) -> dict[str, float]:
    """Return the percentages of a table, of ``whole`` (forms: of the victims), with one decimal; 0 of nothing."""
    return {label: round(100 * number / whole, 1) if whole else 0.0 for label, number in table.items()}


# how many ---------------------------------------------------------------------------------------------------


def cases(entries: Iterable[Entry]) -> int:
    """Return the number of cases that are entered."""
    return sum(1 for entry in entries if entry.record.rows("korban"))


def victims(entries: Iterable[Entry]) -> int:
    """Return the number of victims who are entered by name."""
    return sum(1 for _ in _rows(entries, "korban"))


def unnamed(entries: Iterable[Entry]) -> int:
    """Return the number of victims who are counted without identity."""
    return sum(len(entry.unnamed) for entry in entries)


def perpetrators(entries: Iterable[Entry]) -> int:
    """Return the number of alleged perpetrators in the entries."""
    return sum(1 for _ in _rows(entries, "pelaku"))


def pairs(entries: Iterable[Entry]) -> int:
    """Return the number of pairs of an alleged perpetrator and a victim."""
    return sum(len(entry.record.rows("korban")) * len(entry.record.rows("pelaku")) for entry in entries)


# victims ----------------------------------------------------------------------------------------------------


def victims_by_sex(entries: Iterable[Entry]) -> Table:
    """Return the victims by sex."""
    return _chosen("jk_korban", (row.value("jk_korban") for row in _rows(entries, "korban")))


def victims_by_age(entries: Iterable[Entry]) -> Table:
    """Return the victims by SIMFONI's age groups."""
    return _tally(VICTIM_AGES, (row.value("kelompok_usia_korban") for row in _rows(entries, "korban")))


def victims_by_childhood(entries: Iterable[Entry]) -> Table:
    """Return the victims as Anak (under 18 at the incident) and Dewasa."""
    return _tally(CHILD_OR_ADULT, (row.value("anak_dewasa") for row in _rows(entries, "korban")))


def forms(entries: Iterable[Entry]) -> Table:
    """Return the victims by form of violence; who has two forms is counted under both."""
    return _chosen("tindak_kekerasan", (row.value("tindak_kekerasan") for row in _rows(entries, "korban")))


def places(entries: Iterable[Entry]) -> Table:
    """Return the victims by category of place: one for each, the victim's own before the case's."""
    return _chosen(
        "kategori_lokasi",
        (row.value("lokasi_korban") or row.record.value("kategori_lokasi") for row in _rows(entries, "korban")),
    )


def kdrt(entries: Iterable[Entry]) -> Table:
    """Return the victims by KDRT, which is a flag and no form of violence."""
    return _chosen("kdrt", (row.value("kdrt") for row in _rows(entries, "korban")))


def services(entries: Iterable[Entry]) -> Table:
    """Return the victims by kind of service; a kind given twice to a victim counts once [I]."""
    return _chosen("jenis_layanan", (_kinds(row) for row in _rows(entries, "layanan_korban")))


# alleged perpetrators and pairs -----------------------------------------------------------------------------


def perpetrators_by_sex(entries: Iterable[Entry]) -> Table:
    """Return the alleged perpetrators by sex."""
    return _chosen("jk_pelaku", (row.value("jk_pelaku") for row in _rows(entries, "pelaku")))


def perpetrators_by_age(entries: Iterable[Entry]) -> Table:
    """Return the alleged perpetrators by SIMFONI's age groups; an unknown age is NA."""
    return _tally(PERPETRATOR_AGES, (row.value("kelompok_usia_pelaku") for row in _rows(entries, "pelaku")))


def relations(entries: Iterable[Entry]) -> Table:
    """Return the pairs by relation."""
    return _chosen(
        "hubungan",
        (
            row.record.value(f"{row.at}/pasangan[{key}]/hubungan")
            for row in _rows(entries, "pasangan_korban")
            for key in row.record.rows(f"{row.at}/pasangan")
        ),
    )


# inside -----------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    record: Record
    at: str

    def value(self, name: str) -> str:
        return self.record.value(f"{self.at}/{name}")


def _rows(entries: Iterable[Entry], repeat: str) -> Iterator[_Row]:
    for entry in entries:
        yield from (_Row(entry.record, f"{repeat}[{key}]") for key in entry.record.rows(repeat))


def _kinds(row: _Row) -> str:
    keys = row.record.rows(f"{row.at}/layanan")
    return " ".join(dict.fromkeys(row.value(f"layanan[{key}]/jenis_layanan") for key in keys))


def _chosen(question: str, answers: Iterable[str]) -> Table:
    """Return how often each choice of a question stands in answers, by SIMFONI's label."""
    form = mirror()
    labels = {choice.name: choice.label["id"] for choice in form.lists[form.question(question).list_name]}
    return _tally(
        tuple(labels.values()), (labels.get(name, BLANK) for answer in answers for name in answer.split() or [BLANK])
    )


def _tally(labels: Sequence[str], found: Iterable[str]) -> Table:
    table = dict.fromkeys((*labels, BLANK), 0)
    for label in found:
        table[label] += 1
    return table
