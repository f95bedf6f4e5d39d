"""What the screens of one person do to each other: who wrote what last, which rows there have been, which are gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kasuskit.form import Form
from kasuskit.form.rows import parse_address
from kasuskit.widgets.protocol import Item


class Tabs:
    """Remembers which browser tab did what in one attempt.

    Parameters
    ----------
    form : Form
        The form: which repeat follows which.
    entries : iterable
        What the log holds: objects with ``tab``, ``op``, ``at`` and ``value``.
    standing : iterable of str
        The addresses of rows that were there before the log.
    """

    def __init__(self, form: Form, entries: Iterable[Any] = (), standing: Iterable[str] = ()) -> None:
        self._form = form
        self._writer: dict[str, str] = {}
        self._rows: set[str] = set(standing)
        self._removed: set[str] = set()
        for entry in entries:
            self.note(entry.tab, entry.op, entry.at, entry.value)

    def note(self, tab: str, op: str, at: str, value: str) -> None:
        """Take in something that a tab did."""
        if op == "set":
            self._writer[at] = tab
        elif op == "add":
            self._rows |= _row(at, value)
        elif op == "remove":
            self._removed.add(at)
        elif op == "restore":
            self._removed.discard(at)

    def is_taken(self, item: Item) -> bool:
        """Return whether a row is added under a key that another row has or had.

        A key is used once, so this row is another person in the case, and needs a key of its own.
        """
        return item.op == "add" and bool(_row(item.at, item.value) & self._rows)

    def written_elsewhere(self, tab: str, at: str) -> bool:
        """Return whether another tab wrote last what stands at an address."""
        return self._writer.get(at, tab) != tab

    def removed_row(self, at: str) -> str:
        """Return the address of the removed row that an answer lies in, or blank."""
        path = ""
        for repeat, key in parse_address(at).rows if self._removed else ():
            path = f"{path}/{repeat}[{key}]" if path else f"{repeat}[{key}]"
            source = f"{self._form.plan.by_name[repeat].linked}[{key}]"
            if path in self._removed or source in self._removed:
                return path if path in self._removed else source
        return ""


def _row(at: str, key: str) -> set[str]:
    """Return the address of an added row; nothing when the record is to choose its key."""
    return {f"{at}[{int(key)}]"} if key.isascii() and key.isdigit() and len(key) < 4 else set()
