"""Read the XPath dialect of ODK XForms into one syntax tree, which every runner of the kit walks.

Only the language is known here: no form, no record, no function table. Source: ODK XForms specification,
"XPath Expressions" (https://getodk.github.io/xforms-spec/#xpath-expressions), and XPath 1.0, section 3.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from kasuskit.form.values import number_text

MAX_DEPTH = 60  # parentheses inside parentheses
MAX_HEIGHT = 150  # of the tree: a row of 150 "or"; every runner walks it by calling itself
MAX_LENGTH = 10_000

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<text>"[^"]*"|'[^']*')
  | (?P<ref>\$\{\s*[^{}\s]+\s*\})
  | (?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
  | (?P<op>!=|<=|>=|//|::|\.\.|[-+*/=<>()\[\],|.@])
)""",
    re.VERBOSE,
)
_BINDING = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
}  # fmt: skip
_UNARY = 7


class XPathError(ValueError):
    """An expression that cannot be read.

    Parameters
    ----------
    reason : str
        Key of the sentence that says why (domain ``form``): ``"x-character"``, ``"x-expected"``,
        ``"x-unexpected"``, ``"x-end"``, ``"x-missing"``, ``"x-deep"``, ``"x-long"``, ``"x-unsupported"``.
    at : int
        Where in the expression, counted in characters from 0.
    found : str
        What stands there.
    """

    def __init__(self, reason: str, at: int, found: str = "") -> None:
        super().__init__(f"{reason} at {at}: {found!r}")
        self.reason, self.at, self.found = reason, at, found


class Number(NamedTuple):
    """A number written in the expression."""

    value: float


class Text(NamedTuple):
    """A text in quotes."""

    value: str


class Ref(NamedTuple):
    """``${name}``: another cell of the form."""

    name: str


class Negate(NamedTuple):
    """``- operand``."""

    operand: Node


class Binary(NamedTuple):
    """``left op right``; ``op`` as written (``and``, ``=``, ``div`` …)."""

    op: str
    left: Node
    right: Node


class Call(NamedTuple):
    """``name(args)``."""

    name: str
    args: tuple[Node, ...]


class Step(NamedTuple):
    """One step of a path with its predicates: a name, ``.`` or ``..``."""

    name: str
    predicates: tuple[Node, ...]


class Path(NamedTuple):
    """A location: where it starts (None for here, "/" for the root, or an expression) and its steps."""

    start: Node | str | None
    predicates: tuple[Node, ...]
    steps: tuple[Step, ...]


Node: TypeAlias = Number | Text | Ref | Negate | Binary | Call | Path

SELF = Path(None, (), (Step(".", ()),))
PARENT = Path(None, (), (Step("..", ()),))


def parse(source: str, new: bool = True) -> Node:
    """Return the syntax tree of an expression.

    Parameters
    ----------
    source : str
        One expression, as it stands in a cell of the sheet; at most ``MAX_LENGTH`` characters.
    new : bool
        False for an expression that was parsed before, in a compiled form: its height is known to be right.

    Raises
    ------
    XPathError
        When it cannot be read, with the place.
    """
    if len(source) > MAX_LENGTH:
        raise XPathError("x-long", MAX_LENGTH)
    tree = _Parser(source).whole()
    if not new:
        return tree
    level: list[Node] = [tree]
    height = 0
    while level:
        height += 1
        if height > MAX_HEIGHT:
            raise XPathError("x-deep", len(source))
        level = [child for node in level for child in children(node)]
    return tree


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree's nodes, parents before children."""
    yield node
    for child in children(node):
        yield from walk(child)


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right below one node, in the order they are written."""
    match node:
        case Negate(operand):
            yield operand
        case Binary(_, left, right):
            yield left
            yield right
        case Call(_, args):
            yield from args
        case Path(start, predicates, steps):
            if isinstance(start, tuple):
                yield start
            yield from predicates
            for step in steps:
                yield from step.predicates
        case _:
            pass


def refs(node: Node) -> set[str]:
    """Return the names of all ``${name}`` in a tree."""
    return {part.name for part in walk(node) if isinstance(part, Ref)}


def unparse(node: Node) -> str:
    """Return an expression that parses to the same tree (parentheses where they are needed or harmless)."""
    match node:
        case Number(value):
            return number_text(value) if math.isfinite(value) else "1" + "0" * 400
        case Text(value):
            return f'"{value}"' if "'" in value else f"'{value}'"
        case Ref(name):
            return "${" + name + "}"
        case Negate(operand):
            return f"(- {unparse(operand)})"
        case Binary(op, left, right):
            one = unparse(left)
            if isinstance(left, Binary) and _BINDING[left.op] == _BINDING[op]:
                one = one[1:-1]  # a long sum is not nested deeper than it was written
            return f"({one} {op} {unparse(right)})"
        case Call(name, args):
            return f"{name}({', '.join(map(unparse, args))})"
        case Path(start, predicates, steps):
            return _unparse_path(start, predicates, steps)


def _unparse_path(start: Node | str | None, predicates: tuple[Node, ...], steps: tuple[Step, ...]) -> str:
    inside = "".join(f"[{unparse(p)}]" for p in predicates)
    tail = "/".join(step.name + "".join(f"[{unparse(p)}]" for p in step.predicates) for step in steps)
    if start is None:
        return tail
    if isinstance(start, str):
        return "/" + tail
    head = unparse(start) if isinstance(start, (Ref, Call)) else f"({unparse(start)})"
    return f"{head}{inside}/{tail}" if steps else f"{head}{inside}"


_PLAIN: dict[str, Callable[[str], Node]] = {
    "number": lambda written: Number(float(written)),
    "text": lambda written: Text(written[1:-1]),
    "ref": lambda written: Ref(written[2:-1].strip()),
}


class _Parser:
    """A Pratt parser over the tokens of one expression."""

    def __init__(self, source: str) -> None:
        self.tokens = list(_tokens(source))
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.expression(0)
        kind, value, where = self.tokens[self.at]
        if kind != "end":
            raise XPathError("x-unexpected", where, value)
        return node

    def expression(self, strength: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise XPathError("x-deep", self.tokens[self.at][2])
        left = self.operand()
        while True:
            kind, op, _ = self.tokens[self.at]
            binding = _BINDING.get(op, 0) if kind in ("op", "name") else 0
            if binding <= strength:
                self.depth -= 1
                return left
            self.at += 1
            left = Binary(op, left, self.expression(binding))

    def operand(self) -> Node:
        kind, value, _ = self.tokens[self.at]
        if kind in _PLAIN and self.tokens[self.at + 1][1] not in ("[", "/"):  # most operands, without more ado
            self.at += 1
            return _PLAIN[kind](value)
        if kind == "op" and value == "-":
            self.at += 1
            return Negate(self.expression(_UNARY))
        return self.path()

    def path(self) -> Node:
        start, predicates, steps = self.start()
        if start is None or self.sees("/"):
            while self.sees("/"):
                self.at += 1
                steps.append(self.step())
        return Path(start, predicates, tuple(steps)) if steps or predicates else start  # type: ignore[return-value]

    def start(self) -> tuple[Node | str | None, tuple[Node, ...], list[Step]]:
        kind, value, where = self.tokens[self.at]
        if kind in _PLAIN:
            self.at += 1
            return _PLAIN[kind](value), self.predicates() if kind == "ref" else (), []
        if kind == "name" and self.tokens[self.at + 1][:2] == ("op", "("):
            return self.call(), self.predicates(), []
        if value == "(" and kind == "op":
            self.at += 1
            inner = self.expression(0)
            self.expect(")")
            return inner, self.predicates(), []
        if value == "/" and kind == "op":
            return "/", (), []
        if kind == "name" or (kind == "op" and value in (".", "..", "*")):
            return None, (), [self.step()]
        raise XPathError("x-end" if kind == "end" else "x-unexpected", where, value)

    def call(self) -> Call:
        name = self.tokens[self.at][1]
        self.at += 2
        args: list[Node] = []
        if not self.sees(")"):
            args.append(self.expression(0))
            while self.sees(","):
                self.at += 1
                args.append(self.expression(0))
        self.expect(")")
        return Call(name, tuple(args))

    def predicates(self) -> tuple[Node, ...]:
        found = []
        while self.sees("["):
            self.at += 1
            found.append(self.expression(0))
            self.expect("]")
        return tuple(found)

    def step(self) -> Step:
        kind, value, where = self.tokens[self.at]
        if kind != "name" and not (kind == "op" and value in (".", "..", "*")):
            raise XPathError("x-end" if kind == "end" else "x-unexpected", where, value)
        self.at += 1
        return Step(value, self.predicates())

    def sees(self, op: str) -> bool:
        return self.tokens[self.at][:2] == ("op", op)

    def expect(self, op: str) -> None:
        kind, value, where = self.tokens[self.at]
        if not self.sees(op):
            raise XPathError("x-missing", where, op) if kind == "end" else XPathError("x-expected", where, value)
        self.at += 1


def _tokens(source: str) -> Iterator[tuple[str, str, int]]:
    at, end = 0, len(source.rstrip())
    while at < end:
        found = _TOKEN.match(source, at)
        if found is None:
            raise XPathError("x-character", at, source[at : at + 12].strip())
        kind = found.lastgroup or ""
        if kind == "op" and found[kind] in ("//", "::", "@", "|"):
            raise XPathError("x-unsupported", found.start(kind), found[kind])
        yield kind, found[kind], found.start(kind)
        at = found.end()
    yield "end", "", end
