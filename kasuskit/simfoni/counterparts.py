"""Which SIMFONI category a choice of the offline format belongs to, how sure that is, and why.

The column ``simfoni`` of the offline format's own choices says it; ``data/reference/simfoni_petaan.csv`` says it for
lists without that column, and says where a counterpart is doubtful or missing (``*``: for the rest of a list).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kasuskit.form import Choice
from kasuskit.form.workbook import Spot, csv_rows, decoded
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.places import data_dir

COLUMNS = ("daftar", "nama", "simfoni", "keyakinan", "catatan_id", "catatan_en", "sumber")
SOURCED, INFERRED, UNCERTAIN, NONE = CONFIDENCES = ("bersumber", "kesimpulan", "belum_pasti", "tidak_ada")
WHOLE_LIST = "*"
_TOLD = (UNCERTAIN, NONE)


class Counterpart(NamedTuple):
    """What a choice is in SIMFONI.

    Parameters
    ----------
    label : str
        SIMFONI's own label; blank when it has none.
    confidence : str
        One of ``CONFIDENCES``.
    remark : mapping
        By language: what to tell the reader; blank where nothing needs saying.
    source : str
        Where it comes from, with its confidence mark.
    """

    label: str
    confidence: str
    remark: Mapping[str, str]
    source: str


class Counterparts:
    """The counterparts of every choice.

    Parameters
    ----------
    path : Path
        A table with the columns ``COLUMNS``.

    Raises
    ------
    KasusErrors
        M704 with every mistake in it: M705 a column is missing, M706 unknown ``keyakinan``, M707 a choice stands
        twice, M708 a doubt without a remark, or a choice that has no counterpart and yet names one.
    """

    def __init__(self, path: Path) -> None:
        self.table: dict[tuple[str, str], Counterpart] = {}
        errors: list[KasusError] = []
        for number, row in _rows(path):
            mark = (row["daftar"], row["nama"])
            wrong = _mistake(row, mark in self.table)
            if wrong:
                errors.append(KasusError(wrong, str(Spot(path.name, number)), found=_found(wrong, row)))
                continue
            remark = {"id": row["catatan_id"], "en": row["catatan_en"]}
            self.table[mark] = Counterpart(row["simfoni"], row["keyakinan"], remark, row["sumber"])
        if errors:
            raise KasusErrors("simfoni.M704", path.name, errors)

    def of(self, list_name: str, choice: Choice) -> Counterpart:
        """Return the counterpart of a choice of one of the offline format's lists."""
        own = choice.column("simfoni")
        said = self.table.get((list_name, choice.name)) or self.table.get((list_name, WHOLE_LIST))
        if said is not None:
            return said._replace(label=own or said.label, source=said.source or choice.column("sumber"))
        return Counterpart(own, SOURCED if own else NONE, {}, choice.column("sumber"))


@lru_cache(maxsize=1)
def counterparts() -> Counterparts:
    """Return the kit's own table."""
    return Counterparts(data_dir() / "reference" / "simfoni_petaan.csv")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        heading, *rows = csv_rows(decoded(path), path.name) or [[]]
    except OSError as error:
        raise KasusError("form.F107", path.name, reason=error.strerror or "") from None
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        raise KasusErrors("simfoni.M704", path.name, [KasusError("simfoni.M705", path.name, found=", ".join(missing))])
    for number, cells in enumerate(rows, 2):
        row = {column: cell.strip() for column, cell in zip(heading, cells, strict=False)}
        if any(row.values()):
            yield number, {column: row.get(column, "") for column in COLUMNS}


def _mistake(row: Mapping[str, str], twice: bool) -> str:
    if row["keyakinan"] not in CONFIDENCES:
        return "simfoni.M706"
    if twice:
        return "simfoni.M707"
    unsaid = row["keyakinan"] in _TOLD and not (row["catatan_id"] and row["catatan_en"])
    return "simfoni.M708" if unsaid or (row["keyakinan"] == NONE and row["simfoni"]) else ""


def _found(wrong: str, row: Mapping[str, str]) -> str:
    return row["keyakinan"][:40] if wrong.endswith("M706") else f"{row['daftar']}, {row['nama']}"
