"""A record of the offline format, read by the names of its questions; a shorter version of the format has fewer."""

from __future__ import annotations

from collections.abc import Iterator

from kasuskit.form import Choice, Question, Record, Repeat
from kasuskit.form.definition import pick
from kasuskit.messages import KasusError

Keys = tuple[int, ...]
VICTIMS, CONSENTS = "korban", "persetujuan"
_NEEDED = {"nama_korban": (VICTIMS,), "setuju_simfoni": (CONSENTS,)}


class Source:
    """One record of the offline format.

    Parameters
    ----------
    record : Record
        The record.
    lang : str
        Language of labels.

    Raises
    ------
    KasusError
        M701 when it is a record of another form.
    """

    def __init__(self, record: Record, lang: str) -> None:
        self.record, self.form, self.lang = record, record.form, lang
        for name, repeats in _NEEDED.items():
            node = self.form.nodes.get(name)
            if node is None or node.repeats != repeats:
                raise KasusError("simfoni.M701", self.form.spec.id, title=self.form.title)
        self._cells = {at: str(row.cells[node.name]) for at, node, row in record.cells() if isinstance(node, Question)}

    def question(self, name: str) -> Question | None:
        """Return a question, None when this version of the format does not have it."""
        node = self.form.nodes.get(name)
        return node if isinstance(node, Question) else None

    def address(self, name: str, keys: Keys = ()) -> str:
        """Return the address of a cell: of the repeats around it, those rows that have the keys."""
        rows = zip(self.form.nodes[name].repeats, keys, strict=False)
        return "".join(f"{repeat}[{key}]/" for repeat, key in rows) + name

    def value(self, name: str, keys: Keys = ()) -> str:
        """Return what a cell holds; blank when it is not asked, not there, or not answered."""
        return self._cells.get(self.address(name, keys), "") if name in self.form.nodes else ""

    def rows(self, repeat: str, keys: Keys = ()) -> tuple[int, ...]:
        """Return the keys of a repeat's rows; none when the format does not have the repeat."""
        if not isinstance(self.form.nodes.get(repeat), Repeat):
            return ()
        at = self.address(repeat, keys)
        around, _, _ = at.rpartition("/")
        return self.record.rows(at) if not around or self.record.relevant(around) else ()

    def choices(self, name: str, value: str) -> Iterator[tuple[str, Choice | None]]:
        """Yield each chosen name of an answer with its choice, None for a name that is not on the list."""
        question = self.form.question(name)
        for each in value.split() if question.type == "select_multiple" else [value] if value else []:
            yield each, self.form.choice(question, each)

    def shown(self, name: str, keys: Keys = ()) -> str:
        """Return an answer as people read it: choices by their labels."""
        value, question = self.value(name, keys), self.question(name)
        if question is None or not question.list_name:
            return value
        return ", ".join(
            pick(choice.label, self.lang) if choice else each for each, choice in self.choices(name, value)
        )
