"""What a browser may say to the kernel. Everything else is refused, in plain words, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kasuskit.messages import KasusError

MAX_ITEMS = 200
MAX_VALUE = 20_000
MAX_ADDRESS = 200
MAX_TAB = 64
MAX_N = 2**31 - 1
OPERATIONS = ("set", "add", "remove", "restore")


class Item(NamedTuple):
    """One thing that a person did: ``n`` counts up in each browser tab."""

    n: int
    op: str
    at: str
    value: str


class Hello(NamedTuple):
    """A page asks for the state."""

    tab: str


class Answers(NamedTuple):
    """Answers of one tab, in order."""

    tab: str
    items: tuple[Item, ...]


class Check(NamedTuple):
    """A person asks for feedback."""


class Reveal(NamedTuple):
    """A person asks for the sentence behind one field of the feedback."""

    at: str


class Again(NamedTuple):
    """A person starts the case afresh."""


Message = Hello | Answers | Check | Reveal | Again


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
        return Answers(_tab(content), _items(content.get("items")))
    if kind == "check":
        return Check()
    if kind == "reveal":
        return Reveal(_text(content, "at", MAX_ADDRESS))
    if kind == "again":
        return Again()
    raise KasusError("widgets.W402")


def _tab(content: Mapping[str, Any]) -> str:
    tab = _text(content, "tab", MAX_TAB)
    if not tab or not tab.isprintable():
        raise KasusError("widgets.W403", "tab")
    return tab


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
    value = item.get("value", "")
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise KasusError("widgets.W403", "value")
    if len(value) > MAX_VALUE:
        raise KasusError("widgets.W404", at, most=MAX_VALUE)
    return Item(n, op, at, value)
