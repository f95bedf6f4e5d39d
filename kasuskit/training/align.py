"""Match the rows of a record with the rows of a key by what they hold, not by where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from kasuskit.form import Record, Repeat
from kasuskit.form.rows import parse_address
from kasuskit.training.cases import KeyField
from kasuskit.training.match import verdict_of

_TRY_ALL = 6


class RowMap:
    """Which row of the record stands for which row of the key, for each repeat that people extend."""

    def __init__(self, record: Record, pairs: Mapping[str, Mapping[int, int]]) -> None:
        self._record, self._pairs = record, pairs

    def address(self, at: str) -> str | None:
        """Return a key address as an address of the record, None when the record has no such row."""
        parts, lacking = self._way(at)
        return None if lacking else "/".join([*parts, parse_address(at).name])

    def missing_row(self, at: str) -> str:
        """Return the address of the repeat in which the record lacks the row that a key address goes through."""
        parts, lacking = self._way(at)
        if not lacking:
            raise ValueError(f"no row is missing on the way to {at}")
        return "/".join([*parts, lacking])

    def extra_rows(self) -> tuple[str, ...]:
        """Return the addresses of the record's rows that stand for no row of the key."""
        return tuple(
            f"{repeat}[{row}]"
            for repeat, pairs in self._pairs.items()
            for row in self._record.rows(repeat)
            if row not in pairs.values() and self._record.relevant(repeat)
        )

    def _way(self, at: str) -> tuple[list[str], str]:
        """Return the rows of the record that a key address goes through, and the repeat that lacks the next one."""
        parts: list[str] = []
        for repeat, key in parse_address(at).rows:
            mapped = self._key(repeat, key)
            if mapped not in self._record.rows("/".join([*parts, repeat])):
                return parts, repeat
            parts.append(f"{repeat}[{mapped}]")
        return parts, ""

    def _key(self, repeat: str, key: int) -> int | None:
        base = repeat
        linked = self._record.form.plan.by_name[repeat].linked
        while linked:
            base, linked = linked, self._record.form.plan.by_name[linked].linked
        return self._pairs[base].get(key) if base in self._pairs else key


def align(record: Record, key: Mapping[str, KeyField]) -> RowMap:
    """Return the pairing under which most answers of the rows agree (rows of top-level repeats only)."""
    form = record.form
    pairs = {}
    for node in form.nodes.values():
        if isinstance(node, Repeat) and not node.count and not node.repeats:
            pairs[node.name] = _pair(record, key, node.name)
    return RowMap(record, pairs)


def _pair(record: Record, key: Mapping[str, KeyField], repeat: str) -> dict[int, int]:
    present = record.rows(repeat)
    wanted = sorted({rows[0][1] for rows in (parse_address(at).rows for at in key) if rows and rows[0][0] == repeat})
    if not present or not wanted:
        return {}
    likeness = {(w, p): _agreeing(record, key, repeat, w, p) for w in wanted for p in present}
    if max(len(wanted), len(present)) <= _TRY_ALL:
        return _best(wanted, present, likeness)
    pairs: dict[int, int] = {}
    for w, p in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if w not in pairs and p not in pairs.values():
            pairs[w] = p
    return pairs


def _best(wanted: list[int], present: tuple[int, ...], likeness: Mapping[tuple[int, int], int]) -> dict[int, int]:
    if len(wanted) <= len(present):
        tries = [dict(zip(wanted, chosen, strict=True)) for chosen in permutations(present, len(wanted))]
    else:
        tries = [dict(zip(chosen, present, strict=True)) for chosen in permutations(wanted, len(present))]
    return max(tries, key=lambda pairs: sum(likeness[pair] for pair in pairs.items()))


def _agreeing(record: Record, key: Mapping[str, KeyField], repeat: str, wanted: int, present: int) -> int:
    """Return how many key answers of one key row stand in one row of the record."""
    agreeing = 0
    for at, field in key.items():
        address = parse_address(at)
        if address.rows == ((repeat, wanted),) and not field.free:
            question = record.form.question(address.name)
            given = record.value(f"{repeat}[{present}]/{address.name}")
            agreeing += bool(given) and verdict_of(question, field, given)[0] == "right"
    return agreeing
