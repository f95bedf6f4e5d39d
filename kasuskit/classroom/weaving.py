"""Put the answers of two copies of one attempt into one order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

Key = tuple[str, int]


def woven(ours: Sequence[Key], theirs: Sequence[Key]) -> list[Key]:
    """Return the answers of both copies, each once.

    Ours stay in their order. What only they have comes after all of ours, in their order; but before what

    - comes after it in their copy and is in ours too: so a copy that went on, here or there, comes out as it is;
    - was given later in the same browser tab: a tab counts its answers, and nothing else is known for certain of the
      order in which people did things on two laptops. Clocks play no part.

    Parameters
    ----------
    ours, theirs : sequence of (tab, n)
        The answers of each copy, in its order.
    """
    place = {key: index for index, key in enumerate(ours)}
    known_there = set(theirs)
    later = _Later({key: index for key, index in place.items() if key not in known_there}, len(ours))
    before: list[list[Key]] = [[] for _ in range(len(ours) + 1)]
    limit = len(ours)
    for key in reversed(theirs):
        if key in place:
            limit = min(limit, place[key])
        else:
            limit = min(limit, later.first(key))
            before[limit].append(key)
    order: list[Key] = []
    for index, added in enumerate(before):
        order.extend(reversed(added))
        order.extend(ours[index : index + 1])
    return order


class _Later:
    """Says where the first answer stands that a tab gave later than a certain one."""

    def __init__(self, place: dict[Key, int], end: int) -> None:
        self._end = end
        self._tabs: dict[str, tuple[list[int], list[int]]] = {}
        for tab, n in sorted(place, reverse=True):
            numbers, firsts = self._tabs.setdefault(tab, ([], []))
            numbers.append(-n)
            firsts.append(min(place[tab, n], firsts[-1] if firsts else self._end))

    def first(self, key: Key) -> int:
        tab, n = key
        numbers, firsts = self._tabs.get(tab, ([], []))
        known = bisect_right(numbers, -n - 1)  # numbers fall: these are the later ones
        return firsts[known - 1] if known else self._end
