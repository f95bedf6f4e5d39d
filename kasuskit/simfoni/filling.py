"""Fill in the mirror from an offline record, row by row, as far as consent goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kasuskit.form import Form, FormNode, Group, Question, Repeat
from kasuskit.form.definition import pick
from kasuskit.form.texts.names import names_in
from kasuskit.form.typed import MAX_TEXT
from kasuskit.simfoni.consent import Consent
from kasuskit.simfoni.counterparts import counterparts
from kasuskit.simfoni.notes import Note, note
from kasuskit.simfoni.source import VICTIMS, Keys, Source
from kasuskit.simfoni.values import Reader, Taken

DESCRIPTION, CASE_PLACE, OWN_PLACE = "deskripsi_kasus", "kategori_lokasi", "lokasi_korban"
_REFERRAL_LINE, _SERVICE = "rujuk", "layanan_tujuan"


class Filling:
    """The answers of the mirror, where each comes from, and what to know about them.

    Parameters
    ----------
    source : Source
        The offline record.
    form : Form
        The mirror.
    consents : iterable of Consent
        What every victim agrees to; only who may be named goes in, and nothing at all when nobody may.
    """

    def __init__(self, source: Source, form: Form, consents: Iterable[Consent]) -> None:
        self.source, self.form, self.lang = source, form, source.lang
        self.consents = {each.key: each for each in consents}
        self.held_back = tuple(each for each in self.consents.values() if not each.named)
        self.answers: dict[str, str] = {}
        self.origin: dict[str, str] = {}
        self.notes: list[Note] = []
        self._reader = Reader(source, form, counterparts())
        if len(self.held_back) < len(self.consents):
            self._level(None, (), "")
            self._one_place()

    def codes(self, node: FormNode, keys: Keys) -> tuple[str, ...]:
        """Return what the rows around a node are called: ``K1``, ``T2``, or their number."""
        return tuple(self._code(repeat, keys[: i + 1]) for i, repeat in enumerate(node.repeats))

    # walking ----------------------------------------------------------------------------------------------

    def _level(self, parent: str | None, keys: Keys, prefix: str) -> None:
        for node in self.form.spec.children(parent):
            if isinstance(node, Group):
                self._level(node.name, keys, prefix)
            elif isinstance(node, Repeat):
                for key in self._rows(node, keys):
                    self._level(node.name, (*keys, key), f"{prefix}{node.name}[{key}]/")
            elif isinstance(node, Question) and node.asked and node.extra.get("asal"):
                self._answer(node, keys, prefix + node.name)

    def _rows(self, node: Repeat, keys: Keys) -> Iterator[int]:
        victims = self._base(node.name) == VICTIMS
        for key in self.source.rows(node.extra.get("asal", ""), keys):
            if victims and not self.consents[key].named:
                continue
            if node.extra.get("izin") == _REFERRAL_LINE and not self._agreed(node, (*keys, key)):
                continue
            yield key

    def _agreed(self, node: Repeat, keys: Keys) -> bool:
        """Return whether a referral may be handed over: its service was agreed to, and no rule of the form objects."""
        at, service = self.source.address(_SERVICE, keys), self.source.value(_SERVICE, keys)
        consent = self.consents[keys[0]]
        wrong = any(finding.severity == "error" for finding in self.source.record.findings(at))
        if service and service in consent.lines[_REFERRAL_LINE].split() and not wrong:
            return True
        shown = self.source.shown(_SERVICE, keys) or "–"
        self.notes.append(note("M728", self.lang, at, code=consent.code, service=shown))
        return False

    def _answer(self, node: Question, keys: Keys, at: str) -> None:
        taken = self._taken(node, keys)
        value = self._allowed(node, keys, taken)
        self.origin[at] = " ".join(taken.origin)
        self.notes += taken.notes
        if value:
            self.answers[at] = value[:MAX_TEXT]  # several offline texts may be joined in one

    def _taken(self, node: Question, keys: Keys) -> Taken:
        where = _label(node, self.codes(node, keys), self.lang)
        first = self.source.question(node.extra["asal"].split()[0])
        if first is None or keys or not first.repeats:
            return self._reader.take(node, keys, where)
        by_victim = [
            self._reader.take(node, (key,), f"{each.code}, {where}")
            for key, each in self.consents.items()
            if each.named
        ]
        return next((taken for taken in by_victim if taken.value), by_victim[0])

    def _base(self, repeat: str) -> str:
        """Return the repeat whose rows a linked repeat follows; itself when people add its rows."""
        return self.form.plan.by_name[repeat].linked or repeat

    def _code(self, repeat: str, keys: Keys) -> str:
        base = self._base(repeat)
        own = next((node for node in self.form.spec.children(base) if node.name.startswith("kode_")), None)
        if own is not None:
            return self.source.value(own.extra.get("asal", ""), keys[-1:])
        return str(self.source.rows(self.form.nodes[repeat].extra.get("asal", ""), keys[:-1]).index(keys[-1]) + 1)

    # consent ----------------------------------------------------------------------------------------------

    def _allowed(self, node: Question, keys: Keys, taken: Taken) -> str:
        """Return the answer, blank where consent does not cover it."""
        line, at = node.extra.get("izin"), " ".join(taken.origin)
        if not taken.value:
            return ""
        if line and not self.consents[keys[0]].allows(line):
            self.notes.append(note("M727", self.lang, at, code=self.consents[keys[0]].code))
            return ""
        if not (self.held_back and _is_story(node)):
            return taken.value
        where, codes = _label(node, self.codes(node, keys), self.lang), ", ".join(e.code for e in self.held_back)
        if self._tells_of(taken.value):
            self.notes.append(note("M726", self.lang, at, where=where, codes=codes))
            return ""
        if node.name == DESCRIPTION:
            self.notes.append(note("M730", self.lang, at, where=where, codes=codes))
        return taken.value

    def _tells_of(self, written: str) -> bool:
        """Return whether a text names a victim who may not be entered, by code or by name."""
        codes = "|".join(re.escape(each.code) for each in self.held_back)
        names = [self.source.value("nama_korban", (each.key,)) for each in self.held_back]
        return bool(re.search(rf"\b(?:{codes})\b", written, re.IGNORECASE) or names_in(written, names))

    def _one_place(self) -> None:
        """Leave a victim's own category of place out where it is the case's."""
        for at in [at for at in self.answers if at.endswith(f"/{OWN_PLACE}")]:
            if self.answers[at] == self.answers.get(CASE_PLACE):
                del self.answers[at]
                continue
            key = int(at.partition("[")[2].partition("]")[0])
            self.notes.append(note("M714", self.lang, self.origin[at], code=self.consents[key].code))


def _is_story(node: Question) -> bool:
    """Return whether a question takes sentences, in which other people may be told of."""
    return node.type == "text" and not node.name.startswith(("nama_", "kode_"))


def _label(node: FormNode, codes: Iterable[str], lang: str) -> str:
    """Return how a reader finds a question: ``K1, Status``."""
    return ", ".join((*codes, pick(node.label, lang).partition(" ${")[0]))
