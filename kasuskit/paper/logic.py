"""What an expression asks for, as a small tree that can be put into words.

``${a} = 'x' or ${a} = 'y'`` becomes one ``Is`` of two values, ``${a} != '' and ${a} != 'x'`` one ``Is`` that is
denied; a comparison with a calculated value is followed back to the questions it was calculated from. What is too
hard for words ends as ``Depends``, which names those questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from kasuskit.form import Form, Question
from kasuskit.form.values import number_text
from kasuskit.form.xpath import Binary, Call, Node, Number, Ref, Text, parse, refs

MOST_TERMS = 6
_DEEPEST = 12
_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_WRAPPERS = ("number", "string", "normalize-space", "int", "round")


class Is(NamedTuple):
    """A question's answer is (or is not) one of ``values``; ``many`` where several may be chosen."""

    name: str
    values: tuple[str, ...]
    many: bool
    holds: bool


class Filled(NamedTuple):
    """A question is (or is not) answered."""

    name: str
    holds: bool


class Compared(NamedTuple):
    """A number or date against a fixed one (``whole`` for questions that take whole numbers), or another question."""

    name: str
    op: str
    value: str
    other: bool = False
    whole: bool = False


class Between(NamedTuple):
    """A number from ``least`` to ``most``."""

    name: str
    least: str
    most: str


class Some(NamedTuple):
    """A repeat has (or has not) at least one row."""

    name: str
    holds: bool


class Depends(NamedTuple):
    """Too hard for words: it depends on these questions."""

    names: tuple[str, ...]


class Fixed(NamedTuple):
    """Always, or never."""

    holds: bool


class Every(NamedTuple):
    """Every part holds."""

    parts: tuple[Condition, ...]


class Either(NamedTuple):
    """One of the parts holds."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Is | Filled | Compared | Between | Some | Depends | Fixed | Every | Either


def condition(form: Form, source: str) -> Condition:
    """Return what an expression of the form asks for (``Fixed(True)`` for a blank one and for ``yes``)."""
    if not source or source.strip().lower() in ("yes", "true", "true()"):
        return Fixed(True)
    tree = parse(source)
    found = _Reader(form).read(tree, True, 0)
    if sum(1 for _ in _terms(found)) > MOST_TERMS or any(isinstance(term, Depends) for term in _terms(found)):
        return Depends(_asked(form, refs(tree)))
    return found


def behind(form: Form, source: str) -> tuple[str, ...]:
    """Return the questions that people answer behind an expression, in the form's order."""
    return _asked(form, refs(parse(source)))


def _terms(found: Condition) -> Iterator[Condition]:
    if isinstance(found, (Every, Either)):
        for part in found.parts:
            yield from _terms(part)
    else:
        yield found


def _about(term: Condition) -> str:
    """Return the question that a term speaks of, blank for one that speaks of several or none."""
    return term.name if isinstance(term, (Is, Filled, Compared, Between, Some)) else ""


def _asked(form: Form, names: Iterable[str]) -> tuple[str, ...]:
    """Return the questions that people answer behind some names, through calculations, in the form's order."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        node = form.nodes.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if isinstance(node, Question) and node.calculation:
            waiting += refs(parse(node.calculation))
    asked = [name for name in seen if isinstance(node := form.nodes[name], Question) and node.asked]
    return tuple(sorted(asked, key=form.place))


class _Reader:
    """Walks one expression of a form."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def read(self, node: Node, holds: bool, depth: int) -> Condition:
        if depth > _DEEPEST:
            return self.hard(node)
        match node:
            case Call("true" | "false" as word, ()):
                return Fixed((word == "true") == holds)
            case Call("not", (inner,)):
                return self.read(inner, not holds, depth + 1)
            case Call("selected", (Ref(name), Text(value))):
                return self.chosen(name, value, holds, True)
            case Ref(name):
                return self.compare(node, "!=" if holds else "=", Text(""), depth)
            case Binary("and" | "or" as op, left, right):
                parts = (self.read(left, holds, depth + 1), self.read(right, holds, depth + 1))
                return _all(parts) if (op == "and") == holds else _any(parts)
            case Binary(op, left, right) if op in _DENIED:
                op = op if holds else _DENIED[op]
                if isinstance(left, (Text, Number)) and not isinstance(right, (Text, Number)):
                    return self.compare(right, _FLIPPED[op], left, depth)
                return self.compare(left, op, right, depth)
            case _:
                return self.hard(node)

    def compare(self, left: Node, op: str, right: Node, depth: int) -> Condition:
        match left, right:
            case Call(wrapper, (inner,)), _ if wrapper in _WRAPPERS:
                return self.compare(inner, op, right, depth + 1)
            case _, Call(wrapper, (inner,)) if wrapper in _WRAPPERS:
                return self.compare(left, op, inner, depth + 1)
            case Call("count", (Ref(name),)), Number(value):
                return self.counted(Some(name, True), Some(name, False), op, value, left)
            case Call("count-selected" | "string-length", (Ref(name),)), Number(value):
                return self.counted(Filled(name, True), Filled(name, False), op, value, left)
            case ((Text() | Number()), (Text() | Number())):
                return Fixed(_fold(left, op, right))
            case Ref(name), _ if self.calculated(name):
                return self.behind(name, op, right, depth)
            case Ref(name), Text(value):
                return self.chosen(name, value, op == "=", False) if op in ("=", "!=") else self.hard(left)
            case Ref(name), Number(value):
                return self.number(name, op, value)
            case Ref(name), Ref(other) if not self.calculated(other):
                return Compared(name, op, other, True)
            case _:
                return self.hard(Binary("and", left, right))

    def chosen(self, name: str, value: str, holds: bool, many: bool) -> Condition:
        node = self.form.nodes.get(name)
        if not isinstance(node, Question) or not node.asked:
            return self.hard(Ref(name))
        if not value:
            return Filled(name, not holds)
        return Is(name, (value,), many and node.type == "select_multiple", holds)

    def number(self, name: str, op: str, value: float) -> Condition:
        node = self.form.nodes.get(name)
        whole = isinstance(node, Question) and node.type == "integer" and value == int(value)
        if whole and op == ">":
            op, value = ">=", value + 1
        return Compared(name, op, number_text(value), whole=whole)

    def counted(self, some: Condition, none: Condition, op: str, value: float, left: Node) -> Condition:
        if (op, value) in ((">", 0), (">=", 1), ("!=", 0)):
            return some
        return none if (op, value) in (("=", 0), ("<", 1), ("<=", 0)) else self.hard(left)

    def calculated(self, name: str) -> str:
        node = self.form.nodes.get(name)
        return node.calculation if isinstance(node, Question) else ""

    def behind(self, name: str, op: str, right: Node, depth: int) -> Condition:
        """Compare what a calculated value was calculated from."""
        if depth > _DEEPEST:
            return self.hard(Ref(name))
        found = self.leaf(parse(self.calculated(name)), op, right, depth + 1)
        return found if sum(1 for _ in _terms(found)) <= MOST_TERMS else self.hard(Ref(name))

    def leaf(self, tree: Node, op: str, right: Node, depth: int) -> Condition:
        match tree:
            case Call("if", (when, then, otherwise)):
                yes = _all((self.read(when, True, depth + 1), self.leaf(then, op, right, depth + 1)))
                no = _all((self.read(when, False, depth + 1), self.leaf(otherwise, op, right, depth + 1)))
                return _any((yes, no))
            case Call("indexed-repeat", (Ref() as inner, *_)) | Call("coalesce", (Ref() as inner, Text(""))):
                return self.compare(inner, op, right, depth + 1)
            case Ref() | Text() | Number():
                return self.compare(tree, op, right, depth + 1)
            case _:
                return self.hard(tree)

    def hard(self, node: Node) -> Depends:
        return Depends(_asked(self.form, refs(node)))


def _fold(left: Text | Number, op: str, right: Text | Number) -> bool:
    if op in ("=", "!="):
        return (str(left.value) == str(right.value)) == (op == "=")
    try:
        one, two = float(left.value), float(right.value)
    except ValueError:
        return False
    return {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[op]


def _all(parts: Iterable[Condition]) -> Condition:
    flat = [each for part in parts for each in (part.parts if isinstance(part, Every) else (part,))]
    if Fixed(False) in flat:
        return Fixed(False)
    flat = _merged([part for part in flat if part != Fixed(True)], holds=False)
    said = {_about(term) for part in flat if not isinstance(part, Filled) for term in _terms(part)}
    flat = [part for part in flat if not (isinstance(part, Filled) and part.holds and part.name in said)]
    flat = _ranges(flat)
    return Fixed(True) if not flat else flat[0] if len(flat) == 1 else Every(tuple(flat))


def _any(parts: Iterable[Condition]) -> Condition:
    flat = [each for part in parts for each in (part.parts if isinstance(part, Either) else (part,))]
    if Fixed(True) in flat:
        return Fixed(True)
    flat = _merged([part for part in flat if part != Fixed(False)], holds=True)
    return Fixed(False) if not flat else flat[0] if len(flat) == 1 else Either(tuple(flat))


def _merged(parts: list[Condition], holds: bool) -> list[Condition]:
    """Return the parts without doubles; what is said of one question in the same way becomes one ``Is``."""
    out: list[Condition] = []
    for part in parts:
        twin = next((i for i, other in enumerate(out) if _alike(part, other, holds)), None)
        if twin is None:
            if part not in out:
                out.append(part)
        else:
            other = out[twin]
            assert isinstance(other, Is) and isinstance(part, Is)
            out[twin] = other._replace(values=tuple(dict.fromkeys((*other.values, *part.values))))
    return out


def _alike(one: Condition, other: Condition, holds: bool) -> bool:
    if not isinstance(one, Is) or not isinstance(other, Is):
        return False
    return one.holds == other.holds == holds and (one.name, one.many) == (other.name, other.many)


def _ranges(parts: list[Condition]) -> list[Condition]:
    """Return the parts with ``a >= 10`` and ``a < 18`` as one ``Between`` 10 and 17."""
    out = list(parts)
    for low in parts:
        if isinstance(low, Compared) and low.op == ">=" and not low.other:
            high = next((part for part in out if _most(part, low.name)), None)
            if high is not None:
                out[out.index(low)] = Between(low.name, low.value, _most(high, low.name))
                out.remove(high)
    return out


def _most(part: Condition, name: str) -> str:
    """Return the greatest number that a comparison allows, blank when it sets no upper bound for this question."""
    if not isinstance(part, Compared) or part.name != name or part.other:
        return ""
    if part.op == "<" and part.whole:
        return str(int(part.value) - 1)
    return part.value if part.op == "<=" else ""
