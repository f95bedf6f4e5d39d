"""How one answer of the offline format becomes one answer of the mirror.

The column ``asal`` of the mirror's sheet names the offline questions, ``padanan`` how they are taken over: blank by
SIMFONI's category or as written, ``label`` as the words of the choice, ``gabung`` several texts in one, ``kode`` by
the area code of a choice, ``alamat`` a text and the areas behind it. ``ketepatan`` names the question that says how
sure a date or an age is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kasuskit.form import Choice, Form, Question
from kasuskit.form.definition import pick
from kasuskit.simfoni.counterparts import NONE, UNCERTAIN, Counterparts
from kasuskit.simfoni.notes import Note, note
from kasuskit.simfoni.source import Keys, Source

EXACT = "tepat"
_AREAS = ("kelurahan", "kecamatan", "kab_kota")
_GLUE = {"gabung": "; ", "label": ", "}


class Taken(NamedTuple):
    """An answer of the mirror, the offline cells it comes from, and what to know about it."""

    value: str
    origin: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class Reader:
    """Takes answers over from one record.

    Parameters
    ----------
    source : Source
        The offline record.
    form : Form
        The mirror.
    table : Counterparts
        SIMFONI's category of every choice.
    """

    def __init__(self, source: Source, form: Form, table: Counterparts) -> None:
        self.source, self.form, self.table, self.lang = source, form, table, source.lang

    def take(self, target: Question, keys: Keys, where: str) -> Taken:
        """Return the mirror's answer to a question.

        Parameters
        ----------
        target : Question
            The mirror's question.
        keys : tuple of int
            Keys of the rows it stands in, the same as those of the offline rows.
        where : str
            How the reader finds it: ``K1, Status``.
        """
        names = [name for name in target.extra.get("asal", "").split() if self.source.question(name)]
        origin = tuple(self.source.address(name, keys) for name in names)
        how = target.extra.get("padanan", "")
        if how == "kode":
            return self._area(target, names, keys, origin, where)
        if how == "alamat":
            return Taken(", ".join(self._address(names, keys)), origin)
        if how in _GLUE:
            return Taken(_GLUE[how].join(filter(None, (self.source.shown(name, keys) for name in names))), origin)
        value, notes = self._plain(target, names[0], keys, where) if names else ("", ())
        return Taken(value, origin, (*notes, *self._exactness(target, keys, where)))

    def _plain(self, target: Question, name: str, keys: Keys, where: str) -> tuple[str, tuple[Note, ...]]:
        value, question = self.source.value(name, keys), self.source.form.question(name)
        if not target.list_name or not question.list_name:
            return value, ()
        found: dict[str, None] = {}
        notes: list[Note] = []
        for each, choice in self.source.choices(name, value):
            at = self.source.address(name, keys)
            if choice is None:
                notes.append(note("M703", self.lang, at, where=where, choice=each[:40]))
                continue
            category, said = self._category(target, question.list_name, choice, at, where)
            notes += said
            if category:
                found[category] = None
        if target.type == "select_one" and len(found) > 1:
            return "", tuple(notes)
        return " ".join(found), tuple(notes)

    def _category(
        self, target: Question, list_name: str, choice: Choice, at: str, where: str
    ) -> tuple[str, tuple[Note, ...]]:
        """Return the mirror's choice that a choice falls under, and what is doubtful about it."""
        part = self.table.of(list_name, choice)
        name = next((c.name for c in self.form.lists[target.list_name] if c.label.get("id") == part.label), "")
        said = {"where": where, "choice": pick(choice.label, self.lang), "remark": part.remark.get(self.lang, "")}
        if not name:
            return "", (note("M710", self.lang, at, **said),)
        if part.confidence in (UNCERTAIN, NONE):
            return name, (note("M711", self.lang, at, label=part.label, **said),)
        return name, ()

    def _exactness(self, target: Question, keys: Keys, where: str) -> Iterator[Note]:
        name = target.extra.get("ketepatan", "")
        value = self.source.value(name, keys) if name else ""
        if value and value != EXACT:
            at = self.source.address(name, keys)
            yield note("M712", self.lang, at, where=where, answer=self.source.shown(name, keys))

    # areas ------------------------------------------------------------------------------------------------

    def _codes(self, names: Iterable[str], keys: Keys) -> Iterator[str]:
        for name in names:
            for _, choice in self.source.choices(name, self.source.value(name, keys)):
                if choice is not None and choice.column("kode").strip("-"):
                    yield choice.column("kode")

    def _within(self, list_name: str, code: str) -> Choice | None:
        """Return the area of a list that holds an area code, or is it."""
        return next((c for c in self.form.lists[list_name] if f"{code}.".startswith(f"{c.name}.")), None)

    def _area(self, target: Question, names: list[str], keys: Keys, origin: tuple[str, ...], where: str) -> Taken:
        areas = (self._within(target.list_name, code) for code in self._codes(names, keys))
        found = next((area for area in areas if area), None)
        asked = [name for name in names if self.source.value(name, keys)]
        if found or not asked:
            return Taken(found.name if found else "", origin)
        shown = ", ".join(self.source.shown(name, keys) for name in asked)
        return Taken("", origin, (note("M713", self.lang, origin[0], where=where, answer=shown),))

    def _address(self, names: list[str], keys: Keys) -> Iterator[str]:
        """Yield what was written, and the names of the areas it lies in, smallest first."""
        chosen = [name for name in names if self.source.form.question(name).list_name]
        yield from filter(None, (self.source.value(name, keys) for name in names if name not in chosen))
        code = next(self._codes(chosen, keys), "")
        for list_name in _AREAS if code else ():
            area = self._within(list_name, code)
            if area:
                yield pick(area.label, self.lang)
