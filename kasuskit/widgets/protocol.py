"""What a browser may say to the kernel. Everything else is refused, in plain words, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kasuskit.messages import KasusError

MAX_ITEMS = 200
MAX_VALUE = 20_000
MAX_ADDRESS = 200
MAX_TAB = 64
MAX_DRAFT = 64
MAX_N = 2**31 - 1
OPERATIONS = ("set", "add", "remove", "restore")


class Item(NamedTuple):
    """One thing that a person did: ``n`` counts up in each browser tab; ``was`` is what stood there before, to them."""

    n: int
    op: str
    at: str
    value: str
    was: str | None = None

    @property
    def entry(self) -> tuple[int, str, str, str]:
        """What a log keeps of it."""
        return self.n, self.op, self.at, self.value


class Hello(NamedTuple):
    """A page asks for the state."""

    tab: str


class Answers(NamedTuple):
    """Answers of one tab, in order; ``draft`` names the attempt that they were given in (blank: the present one)."""

    tab: str
    items: tuple[Item, ...]
    draft: str = ""


class Check(NamedTuple):
    """A person asks for feedback."""


class Reveal(NamedTuple):
    """A person asks for the sentence behind one field of the feedback."""

    at: str


class Again(NamedTuple):
    """A person starts the case afresh."""


class HandIn(NamedTuple):
    """A person hands the form in."""


Message = Hello | Answers | Check | Reveal | Again | HandIn


def read_message(content: Any) -> Message:
    """Return a browser's message, with every part of the right type and size.

    Parameters
    ----------
    content : Any
        What came in, already parsed from JSON.

    Raises
    ------
    KasusError
        W401 not a message, W402 unknown kind, W403 a part of the wrong type, W404 too many or too long.
    """
    if not isinstance(content, Mapping):
        raise KasusError("widgets.W401")
    kind = content.get("kind")
    if kind == "hello":
        return Hello(_tab(content))
    if kind == "answers":
        return Answers(_tab(content), _items(content.get("items")), _draft(content))
    if kind == "check":
        return Check()
    if kind == "reveal":
        return Reveal(_text(content, "at", MAX_ADDRESS))
    if kind == "again":
        return Again()
    if kind == "hand_in":
        return HandIn()
    raise KasusError("widgets.W402")


def _tab(content: Mapping[str, Any]) -> str:
    tab = _text(content, "tab", MAX_TAB)
    if not tab or not tab.isprintable():
        raise KasusError("widgets.W403", "tab")
    return tab


def tab_of(content: Any) -> str:
    """Return the tab that a message says it comes from, also one that cannot be read otherwise; else blank."""
    tab = content.get("tab") if isinstance(content, Mapping) else None
    return tab if isinstance(tab, str) and len(tab) <= MAX_TAB and tab.isprintable() else ""


def _draft(content: Mapping[str, Any]) -> str:
    draft = "" if content.get("draft") is None else _text(content, "draft", MAX_DRAFT)
    if not draft.isprintable():
        raise KasusError("widgets.W403", "draft")
    return draft


def _text(content: Mapping[str, Any], name: str, most: int) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise KasusError("widgets.W403", name)
    if len(value) > most:
        raise KasusError("widgets.W404", name, most=most)
    return value


def _items(items: Any) -> tuple[Item, ...]:
    if not isinstance(items, list):
        raise KasusError("widgets.W403", "items")
    if len(items) > MAX_ITEMS:
        raise KasusError("widgets.W404", "items", most=MAX_ITEMS)
    return tuple(_item(item) for item in items)


def _item(item: Any) -> Item:
    if not isinstance(item, Mapping):
        raise KasusError("widgets.W403", "items")
    n, op = item.get("n"), item.get("op")
    if type(n) is not int or not 1 <= n <= MAX_N:
        raise KasusError("widgets.W403", "n")
    if op not in OPERATIONS:
        raise KasusError("widgets.W403", "op")
    at = _text(item, "at", MAX_ADDRESS)
    if not at or not at.isprintable():
        raise KasusError("widgets.W403", "at")
    was = _value(item, "was", at)
    return Item(n, op, at, _value(item, "value", at) or "", was if op == "set" else None)


def _value(item: Mapping[str, Any], name: str, at: str) -> str | None:
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise KasusError("widgets.W403", name)
    if value is not None and len(value) > MAX_VALUE:
        raise KasusError("widgets.W404", at, most=MAX_VALUE)
    return value
