"""What each victim agrees to, and whether that lets the victim be entered by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kasuskit.simfoni.source import CONSENTS, VICTIMS, Source

LINES = ("catat", "damping", "rujuk", "simfoni", "statistik", "foto", "hubungi")
_GIVER = "pemberi_izin"


@dataclass(frozen=True, slots=True)
class Consent:
    """One victim's consent.

    Parameters
    ----------
    key : int
        Key of the victim's row.
    code : str
        ``K1`` …, as on the paper.
    lines : mapping
        The answer to every consent line (``simfoni``: ``ya``, ``tidak`` or blank; ``rujuk``: the services).
    withdrawn : frozenset of str
        The lines that were taken back.
    giver, day, manner : str
        Who gave it, when (ISO), how (spoken or written), as people read it.
    obstacle : str
        The code of what keeps the victim from being entered by name (M720 to M725); blank when nothing does.
    """

    key: int
    code: str
    lines: Mapping[str, str]
    withdrawn: frozenset[str]
    giver: str
    day: str
    manner: str
    obstacle: str

    @property
    def named(self) -> bool:
        """Whether the victim may be entered by name and address."""
        return not self.obstacle

    @property
    def counted(self) -> bool:
        """Whether the victim may be counted without identity."""
        return self.allows("statistik") and self.allows("catat")

    def allows(self, line: str, wanted: str = "ya") -> bool:
        """Return whether a line was agreed to and not taken back; for ``rujuk``, whether a service was."""
        return wanted in self.lines[line].split() and line not in self.withdrawn


def consents_of(source: Source) -> tuple[Consent, ...]:
    """Return the consent of every victim, in order."""
    wrong = {found.at for found in source.record.findings() if (found.kind, found.severity) == ("check", "error")}
    return tuple(_consent(source, key, wrong) for key in source.rows(VICTIMS))


def _consent(source: Source, key: int, wrong: set[str]) -> Consent:
    keys = (key,)
    lines = {line: source.value(f"setuju_{line}", keys) for line in LINES}
    withdrawn = frozenset(source.value("lingkup_tarik", keys).split())
    return Consent(
        key, source.value("kode_korban", keys), lines, withdrawn, source.shown(_GIVER, keys),
        source.value("tgl_izin", keys), source.shown("bentuk_izin", keys),
        _obstacle(lines, withdrawn, source.value("anak_setuju", keys), f"{CONSENTS}[{key}]/{_GIVER}" in wrong),
    )  # fmt: skip


def _obstacle(lines: Mapping[str, str], withdrawn: frozenset[str], child: str, wrong_giver: bool) -> str:
    """Return the code of the first thing that forbids the entry."""
    if withdrawn & {"simfoni", "catat"}:
        return "M722"
    if lines["simfoni"] == "tidak":
        return "M720"
    if lines["catat"] == "tidak":
        return "M725"
    if not (lines["simfoni"] and lines["catat"]):
        return "M721"
    if wrong_giver:
        return "M723"
    return "M724" if child == "tidak" else ""
