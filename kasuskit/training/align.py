"""Match the rows of a record with the rows of a key by what they hold, not by where they stand.

The rows that people add (``korban``, ``bukti``, ``layanan_korban[1]/layanan``) are matched list by list, from the
outside in: the rows of an inner list only within the outer rows that were matched. The rows of a linked list follow
the list that they are linked to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from kasuskit.form import Form, Record, Repeat
from kasuskit.form.rows import parse_address
from kasuskit.training.cases import KeyField
from kasuskit.training.match import common_words, verdict_of

_TRY_ALL = 6
_FREE = 0.001  # two rows that agree in as many answers are told apart by the words of their free texts

Way = tuple[tuple[str, int], ...]
"""The rows that an address goes through: repeat and key of each."""
Pairs = dict[tuple[Way, str], dict[int, int]]
"""For each list of the key (the way to it, its repeat): which of its rows is which row of the record."""
Told = tuple[str, KeyField]
"""A question of a row, and the key's answer to it."""


class RowMap:
    """Which row of the record stands for which row of the key, for each list that people extend."""

    def __init__(self, record: Record, pairs: Pairs) -> None:
        self._record, self._pairs = record, pairs
        self._ways: dict[Way, tuple[str, str]] = {}

    def address(self, at: str) -> str | None:
        """Return a key address as an address of the record, None when the record has no such row."""
        rows, name = parse_address(at)
        reached, lacking = self.way(rows)
        return None if lacking else _join(reached, name)

    def missing_row(self, at: str) -> str:
        """Return the address of the repeat in which the record lacks the row that a key address goes through."""
        reached, lacking = self.way(parse_address(at).rows)
        if not lacking:
            raise ValueError(f"no row is missing on the way to {at}")
        return _join(reached, lacking)

    def extra_rows(self) -> tuple[str, ...]:
        """Return the addresses of the record's rows that stand for no row of the key."""
        standing = {self.way((*way, (repeat, key)))[0] for (way, repeat), rows in self._pairs.items() for key in rows}
        return tuple(row for row in _added_rows(self._record) if row not in standing)

    def way(self, rows: Way) -> tuple[str, str]:
        """Return the row of the record that rows of the key lead to, and the repeat that lacks the next one."""
        if not rows:
            return "", ""
        if rows not in self._ways:
            self._ways[rows] = self._step(rows)
        return self._ways[rows]

    def _step(self, rows: Way) -> tuple[str, str]:
        reached, lacking = self.way(rows[:-1])
        if lacking:
            return reached, lacking
        repeat, _ = rows[-1]
        key = self._key(rows)
        if key is None or key not in self._record.rows(_join(reached, repeat)):
            return reached, repeat
        return _join(reached, f"{repeat}[{key}]"), ""

    def _key(self, rows: Way) -> int | None:
        """Return the record's key for the last of these rows; rows that follow from a number keep theirs."""
        *outer, (repeat, key) = rows
        node = followed(self._record.form, repeat)
        if node.count:
            return key
        return self._pairs.get((tuple(outer[: len(node.repeats)]), node.name), {}).get(key)


def align(record: Record, key: Mapping[str, KeyField]) -> RowMap:
    """Return the pairing under which most answers of the rows agree."""
    lists, fields = _lists(record.form, key)
    pairs: Pairs = {}
    rows = RowMap(record, pairs)
    for way, repeat in sorted(lists, key=lambda each: len(each[0])):
        reached, lacking = rows.way(way)
        present = () if lacking else record.rows(_join(reached, repeat))
        wanted = sorted(lists[way, repeat])
        likeness = {
            (w, p): _likeness(record, fields.get((*way, (repeat, w)), ()), _join(reached, f"{repeat}[{p}]"))
            for w in wanted
            for p in present
        }
        pairs[way, repeat] = _pair(wanted, present, likeness)
    return rows


def followed(form: Form, repeat: str) -> Repeat:
    """Return the list whose rows a repeat has: the one it is linked to, or itself."""
    while (linked := form.plan.by_name[repeat].linked) is not None:
        repeat = linked
    node = form.nodes[repeat]
    assert isinstance(node, Repeat)
    return node


def _lists(form: Form, key: Mapping[str, KeyField]) -> tuple[dict[tuple[Way, str], set[int]], dict[Way, list[Told]]]:
    """Return the lists that people extend with the key's rows, and the answers that stand in each row."""
    lists: dict[tuple[Way, str], set[int]] = defaultdict(set)
    fields: dict[Way, list[Told]] = defaultdict(list)
    for at, field in key.items():
        rows, name = parse_address(at)
        fields[rows].append((name, field))
        for depth, (repeat, number) in enumerate(rows):
            node = followed(form, repeat)
            if not node.count:
                lists[rows[: min(depth, len(node.repeats))], node.name].add(number)
    return lists, fields


def _likeness(record: Record, fields: Sequence[Told], row: str) -> float:
    """Return how many answers of a row of the key stand in a row of the record."""
    agreeing = 0.0
    for name, field in fields:
        given = record.value(f"{row}/{name}")
        if not given:
            continue
        if field.free:
            agreeing += _FREE * common_words(field.answer, given)
        elif verdict_of(record.form.question(name), field, given)[0] == "right":
            agreeing += 1
    return agreeing


def _pair(wanted: Sequence[int], present: Sequence[int], likeness: Mapping[tuple[int, int], float]) -> dict[int, int]:
    if not wanted or not present:
        return {}
    if max(len(wanted), len(present)) <= _TRY_ALL:
        return _best(wanted, present, likeness)
    pairs: dict[int, int] = {}
    for w, p in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if w not in pairs and p not in pairs.values():
            pairs[w] = p
    return pairs


def _best(wanted: Sequence[int], present: Sequence[int], likeness: Mapping[tuple[int, int], float]) -> dict[int, int]:
    if len(wanted) <= len(present):
        tries = [dict(zip(wanted, chosen, strict=True)) for chosen in permutations(present, len(wanted))]
    else:
        tries = [dict(zip(chosen, present, strict=True)) for chosen in permutations(wanted, len(present))]
    return max(tries, key=lambda pairs: sum(likeness[pair] for pair in pairs.items()))


def _added_rows(record: Record) -> Iterator[str]:
    """Yield the addresses of the present rows that people added, those of hidden lists left out."""
    for at, node, _ in record.cells():
        if isinstance(node, Repeat) and not node.count and record.relevant(at):
            yield from (f"{at}[{key}]" for key in record.rows(at))


def _join(row: str, name: str) -> str:
    return f"{row}/{name}" if row else name
