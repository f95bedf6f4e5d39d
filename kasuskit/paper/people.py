"""Repeats on paper: which hold people, which follow them, and the code of each person (K1, T2)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kasuskit.form import Form, FormNode, Question, Repeat
from kasuskit.form.xpath import Call, Node, Path, Ref, Text, parse

MOST_COLUMNS = 9
_DEEPEST = 6


def linked(form: Form, repeat: str) -> str:
    """Return the repeat that a repeat's rows follow; blank when people add its rows themselves."""
    return form.plan.by_name[repeat].linked or ""


def base(form: Form, repeat: str) -> str:
    """Return the repeat at the end of a chain of links: itself when people add its rows."""
    while target := linked(form, repeat):
        repeat = target
    return repeat


def holds_people(form: Form, repeat: str) -> bool:
    """Return whether each row gets a block of its own: others follow it, or it holds too much for a table."""
    if linked(form, repeat):
        return False
    if any(True for _ in repeats_below(form, repeat)):
        return True
    followed = any(isinstance(node, Repeat) and linked(form, node.name) == repeat for node in form.nodes.values())
    return followed or sum(1 for _ in asked_below(form, repeat)) > MOST_COLUMNS


def has_people(form: Form) -> bool:
    """Return whether a form has blocks for people at all."""
    return any(isinstance(node, Repeat) and holds_people(form, node.name) for node in form.nodes.values())


def asked_below(form: Form, name: str) -> Iterator[Question]:
    """Yield the questions that people answer in a group or repeat, not those of repeats inside it."""
    for node in form.spec.children(name):
        if isinstance(node, Question):
            if node.asked:
                yield node
        elif not isinstance(node, Repeat):
            yield from asked_below(form, node.name)


def repeats_below(form: Form, name: str) -> Iterator[Repeat]:
    """Yield the repeats right below a repeat, through its groups."""
    for node in form.spec.children(name):
        if isinstance(node, Repeat):
            yield node
        elif not isinstance(node, Question):
            yield from repeats_below(form, node.name)


@lru_cache(maxsize=256)
def letter(form: Form, repeat: str) -> str:
    """Return what the codes of a repeat's rows begin with (``K``), blank when it gives its rows no codes."""
    for node in form.spec.children(repeat):
        if isinstance(node, Question) and node.calculation:
            found = _row_code(parse(node.calculation))
            if found:
                return found
    return ""


def code(form: Form, repeat: str, position: int | str) -> str:
    """Return the code of a row by its position: ``K1``, or ``1`` when the repeat has no codes."""
    return f"{letter(form, base(form, repeat))}{position}"


@lru_cache(maxsize=1024)
def coded_repeat(form: Form, name: str) -> str:
    """Return the repeat whose row's code a calculated value gives (``kode_k_hub`` is korban's), else blank."""
    for _ in range(_DEEPEST):
        node = form.nodes.get(name)
        if not isinstance(node, Question) or not node.calculation:
            return ""
        tree = parse(node.calculation)
        if _row_code(tree):
            return node.repeats[-1] if node.repeats else ""
        match tree:
            case Ref(inner) | Call("indexed-repeat", (Ref(inner), *_)):
                name = inner
            case _:
                return ""
    return ""


def is_name(form: Form, name: str) -> bool:
    """Return whether a calculated value only repeats what people wrote elsewhere, such as a name."""
    for _ in range(_DEEPEST):
        node = form.nodes.get(name)
        if not isinstance(node, Question):
            return False
        if node.asked:
            return True
        if not node.calculation:
            return False
        match parse(node.calculation):
            case Ref(inner) | Call("indexed-repeat", (Ref(inner), *_)):
                name = inner
            case _:
                return False
    return False


def _row_code(tree: Node) -> str:
    """Return ``K`` for ``concat('K', position(..))``, else blank."""
    match tree:
        case Call("concat", (Text(prefix), Call("position", (Path(),)))):
            return prefix
        case _:
            return ""


def repeats_around(form: Form, node: FormNode) -> tuple[str, ...]:
    """Return the base repeats of the rows that a node stands in, outermost first."""
    return tuple(base(form, repeat) for repeat in node.repeats)
