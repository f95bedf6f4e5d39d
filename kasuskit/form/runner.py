"""Turn a syntax tree into a Python closure that answers for one row of a record, in microseconds.

A closure takes the *context* of a row: a tuple of dicts, one for the record and one for each repeat around the
row, outermost first. Each dict maps the names of that level to their present text, a repeat's name to the list
of its rows' dicts, and ``"#"`` to the row's position (1, 2 …). The record's dict also holds ``"#now"`` (ISO
date-time) and ``"#zone"`` (its offset from UTC in days): time comes from the record, never from the wall clock.
"""

from __future__ import annotations

import math
import operator
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from kasuskit.form.definition import FormNode, FormSpec, Question, Repeat, pick
from kasuskit.form.functions import FUNCTIONS, REFUSED, Function
from kasuskit.form.texts import CHECK_FUNCTIONS, FROM_LIST
from kasuskit.form.values import NAN, boolean, cell_text, days, equal, number, string, unequal
from kasuskit.form.xpath import PARENT, SELF, Binary, Call, Node, Number, Path, Ref, Step, Text, walk

Context: TypeAlias = tuple[Mapping[str, Any], ...]
Run: TypeAlias = Callable[[Context], Any]

_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_COERCE: dict[str, Callable[[Any], Any]] = {"s": string, "n": number, "b": boolean, "c": cell_text}
_DAY_MS = 86_400_000


class ExpressionError(ValueError):
    """An expression that can be read but not used here; ``reason`` is a key of the domain ``form``."""

    def __init__(self, reason: str, /, **values: Any) -> None:
        super().__init__(f"{reason} {values}")
        self.reason, self.values = reason, values


class Part(NamedTuple):
    """A compiled piece: its closure, the kind of value it gives, and whether it never changes."""

    run: Run
    kind: str
    constant: bool = False


class Place(NamedTuple):
    """Where an expression stands: its node, in a choice_filter the columns, and whether in the sheet ``checks``."""

    node: FormNode
    columns: frozenset[str] = frozenset()
    row_names: frozenset[str] = frozenset()
    in_checks: bool = False

    @property
    def scope(self) -> tuple[str, ...]:
        """The repeats around the expression, outermost first."""
        return self.node.repeats


def compile_tree(spec: FormSpec, tree: Node, place: Place, want: str) -> Run:
    """Return the closure of a tree, which gives a value of the wanted kind.

    Parameters
    ----------
    spec : FormSpec
        The form; every ``${name}`` must be one of its nodes.
    tree : Node
        What ``xpath.parse`` gave.
    place : Place
        The node whose expression this is.
    want : {"s", "n", "b", "c", "v"}
        Text, number, boolean, text as a cell holds it, or whatever comes.

    Raises
    ------
    ExpressionError
        For an unknown name or function, a wrong number of arguments, or a construct that is not supported.
    """
    return coerce(_Builder(spec, place).part(tree), want).run


def kind_of(spec: FormSpec, tree: Node, place: Place) -> str:
    """Return the kind of value that a tree gives: ``s``, ``n``, ``b``, ``l`` or ``v``."""
    return _Builder(spec, place).part(tree).kind


def coerce(part: Part, want: str) -> Part:
    """Return a part that gives the wanted kind of value."""
    run, kind, constant = part
    if kind == want or want == "v" or (kind == "s" and want == "c"):
        return part
    if want == "l":
        return Part(lambda c: (lambda v: v if isinstance(v, list) else [v])(run(c)), "l", constant)
    convert = _COERCE[want]
    if constant:
        value = convert(run(()))
        return Part(lambda c: value, want, True)
    return Part(lambda c: convert(run(c)), want)


def shared_depth(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many repeats two scopes have in common, from the outside in."""
    depth = 0
    while depth < min(len(one), len(other)) and one[depth] == other[depth]:
        depth += 1
    return depth


class _Builder:
    def __init__(self, spec: FormSpec, place: Place) -> None:
        self.spec, self.place = spec, place

    def part(self, tree: Node) -> Part:
        if isinstance(tree, Binary):  # the commonest first
            return self.binary(tree.op, tree.left, tree.right)
        if isinstance(tree, Ref):
            return self.reference(tree.name)
        if isinstance(tree, (Number, Text)):
            value = tree.value
            return Part(lambda c: value, "n" if isinstance(tree, Number) else "s", True)
        if isinstance(tree, Call):
            return self.call(tree.name, tree.args)
        if isinstance(tree, Path):
            return self.path(tree)
        inner = coerce(self.part(tree.operand), "n").run
        return Part(lambda c: -inner(c), "n")

    # references -------------------------------------------------------------------------------------------

    def reference(self, name: str, scope: tuple[str, ...] | None = None) -> Part:
        node = self.spec.nodes.get(name)
        if node is None:
            raise ExpressionError("F120", name=name)
        if not isinstance(node, Question):
            raise ExpressionError("F121", name=name)
        scope = self.place.scope if scope is None else scope
        target = self.spec.scope(name)
        depth = shared_depth(target, scope)
        if depth == len(target):
            if depth == 0:
                return Part(lambda c: c[0][name], "s")
            return Part(lambda c: c[depth][name], "s")
        rows = _rows_below(depth, target[depth:])
        return Part(lambda c: [row[name] for row in rows(c)], "l")

    def path(self, path: Path) -> Part:
        if path == SELF:
            if isinstance(self.place.node, Question):
                return self.reference(self.place.node.name)
            raise ExpressionError("F126", found=".")
        if path.start is None and len(path.steps) == 1 and not path.steps[0].predicates:
            return self.bare_name(path.steps[0].name)
        if isinstance(path.start, Call) and path.start.name == "instance":
            return self.instance(path.start, path.predicates, path.steps)
        if isinstance(path.start, Ref) and path.steps:
            return self.filtered_rows(path.start.name, path.predicates, path.steps)
        if isinstance(path.start, Ref) and isinstance(self.spec.nodes.get(path.start.name), Repeat):
            raise ExpressionError("F121", name=path.start.name)  # rows are no value; only count() takes them
        raise ExpressionError("F126", found=path.steps[0].name if path.steps else "[…]")

    def rows(self, tree: Node) -> Part:
        """Return the part of a tree that may also name rows: ``${repeat}`` or ``${repeat}[test]``."""
        if isinstance(tree, Ref) and isinstance(self.spec.nodes.get(tree.name), Repeat):
            target = self.spec.scope(tree.name)
            depth = shared_depth(target, self.place.scope)
            return Part(_rows_below(depth, target[depth:]), "l")
        if isinstance(tree, Path) and isinstance(tree.start, Ref):
            return self.filtered_rows(tree.start.name, tree.predicates, tree.steps)
        return self.part(tree)

    def bare_name(self, name: str) -> Part:
        if name in self.place.columns:
            return Part(lambda c: c[-1].get(name, ""), "s")
        if name in self.place.row_names:
            return Part(lambda c: c[-1][name], "s")
        if self.place.columns:
            raise ExpressionError("F128", column=name)
        raise ExpressionError("F127" if name in self.spec.nodes else "F126", name=name, found=name)

    def instance(self, call: Call, before: tuple[Node, ...], steps: tuple[Step, ...]) -> Part:
        if len(call.args) != 1 or not isinstance(call.args[0], Text) or not steps:
            raise ExpressionError("F126", found="instance()")
        choices = self.spec.lists.get(call.args[0].value)
        if choices is None:
            raise ExpressionError("F123", list=call.args[0].value)
        columns = frozenset({"name"}.union(*(choice.extra for choice in choices)))
        rows = [{"name": choice.name, **choice.extra} for choice in choices]
        leaf = steps[-1].name
        if (
            [step.name for step in steps[:-1]] != ["root", "item"]
            or before
            or steps[0].predicates
            or steps[2].predicates
        ):
            raise ExpressionError("F126", found=f"instance('{call.args[0].value}')")
        if leaf not in columns:
            raise ExpressionError("F128", column=leaf)
        inner = _Builder(self.spec, self.place._replace(columns=columns))
        wanted = inner.name_asked_for(steps[1].predicates)
        if wanted is not None:
            by_name: dict[str, list[str]] = {}
            for row in rows:
                by_name.setdefault(row["name"], []).append(row.get(leaf, ""))
            return Part(lambda c: by_name.get(wanted(c), []), "l")
        tests = [inner.part(test).run for test in steps[1].predicates]
        return Part(lambda c: [row.get(leaf, "") for row in _passing(rows, tests, lambda row: (*c, row))], "l")

    def name_asked_for(self, tests: tuple[Node, ...]) -> Run | None:
        """Return what gives the name when the one test is ``name = text``, so that it can be looked up at once."""
        match tests:
            case (Binary("=", Path(None, (), (Step("name", ()),)), other),):
                part = self.part(other)
                reads_row = any(isinstance(each, Path) and each.start is None for each in walk(other))
                return part.run if part.kind == "s" and not reads_row else None
        return None

    def filtered_rows(self, name: str, before: tuple[Node, ...], steps: tuple[Step, ...]) -> Part:
        """``${repeat}[test]/name``: the rows of a repeat that pass a test, or one cell of each."""
        repeat = self.spec.nodes.get(name)
        if not isinstance(repeat, Repeat):
            raise ExpressionError("F120" if repeat is None else "F129", name=name)
        if len(steps) > 1 or any(step.predicates for step in steps):
            raise ExpressionError("F126", found="/".join(step.name for step in steps))
        names = frozenset(node.name for node in self.spec.children(name))
        if steps and steps[0].name not in names:
            raise ExpressionError("F120", name=steps[0].name)
        target = self.spec.scope(name)
        depth = shared_depth(target, self.place.scope)
        contexts = _contexts_below(depth, target[depth:])
        inside = _Builder(self.spec, Place(next(self.spec.children(name)), frozenset(), names, self.place.in_checks))
        tests = [inside.part(test).run for test in before]
        leaf = steps[0].name if steps else None

        def run(c: Context) -> list[Any]:
            found = _passing(contexts(c), tests, lambda context: context)
            return [context[-1] if leaf is None else context[-1][leaf] for context in found]

        return Part(run, "l")

    # operators --------------------------------------------------------------------------------------------

    def binary(self, op: str, left: Node, right: Node) -> Part:
        one, two = self.part(left), self.part(right)
        if op in ("and", "or"):
            return _logic(op, coerce(one, "b").run, coerce(two, "b").run)
        if op in ("=", "!="):
            return _equality(op, one, two)
        if op in _ORDER and "l" in (one.kind, two.kind):
            return _order_of_lists(_ORDER[op], one.run, two.run)
        return _arithmetic(op, coerce(one, "n"), coerce(two, "n"))

    # functions --------------------------------------------------------------------------------------------

    def call(self, name: str, args: tuple[Node, ...]) -> Part:
        function = FUNCTIONS.get(name) or CHECK_FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError("F122", function=name, reason=REFUSED.get(name, ""))
        if name in CHECK_FUNCTIONS and not self.place.in_checks:
            raise ExpressionError("F154", function=name)
        if len(args) < function.least or (function.most is not None and len(args) > function.most):
            most = "…" if function.most is None else str(function.most)
            raise ExpressionError("F124", function=name, found=len(args), least=function.least, most=most)
        if name in FROM_LIST and not isinstance(args[0], Text):
            raise ExpressionError("F155", function=name)
        if function.run is None:
            return _SPECIAL[name](self, args)
        return self.plain_call(name, function, args)

    def plain_call(self, name: str, function: Function, args: tuple[Node, ...]) -> Part:
        takes = function.takes
        read = self.rows if name == "count" else self.part
        parts = [coerce(read(arg), takes[min(i, len(takes) - 1)]) for i, arg in enumerate(args)]
        run, runs = function.run, [part.run for part in parts]
        assert run is not None
        if name == "selected" and parts[1].constant and string(parts[1].run(())).strip():
            return _selected(parts[0].run, string(parts[1].run(())).strip())
        if all(part.constant for part in parts):
            value = run(*(part.run(()) for part in parts))
            return Part(lambda c: value, function.result, True)
        if len(runs) == 1:
            first = runs[0]
            return Part(lambda c: run(first(c)), function.result)
        if len(runs) == 2:
            first, second = runs
            return Part(lambda c: run(first(c), second(c)), function.result)
        return Part(lambda c: run(*[each(c) for each in runs]), function.result)

    def call_if(self, args: tuple[Node, ...]) -> Part:
        test = coerce(self.part(args[0]), "b").run
        yes, no = self.part(args[1]), self.part(args[2])
        kind = yes.kind if yes.kind == no.kind else "v"
        one, two = yes.run, no.run
        return Part(lambda c: one(c) if test(c) else two(c), kind)

    def call_position(self, args: tuple[Node, ...]) -> Part:
        node: FormNode | None = self.place.node
        path = args[0]
        if not isinstance(path, Path) or path.start is not None or any(s != PARENT.steps[0] for s in path.steps):
            raise ExpressionError("F125", found="position")
        for _ in path.steps:
            node = self.spec.nodes.get(node.parent) if node is not None and node.parent else None
        if not isinstance(node, Repeat):
            raise ExpressionError("F125", found="position")
        depth = len(node.repeats) + 1
        return Part(lambda c: c[depth]["#"], "n")

    def call_indexed_repeat(self, args: tuple[Node, ...]) -> Part:
        target, repeats, indexes = args[0], args[1::2], args[2::2]
        if not isinstance(target, Ref) or len(repeats) != len(indexes):
            raise ExpressionError("F125", found="indexed-repeat")
        names = [each.name for each in repeats if isinstance(each, Ref)]
        node = self.spec.nodes.get(target.name)
        if node is None:
            raise ExpressionError("F120", name=target.name)
        depth = len(node.repeats) - len(names)
        if len(names) != len(repeats) or depth < 0 or list(node.repeats[depth:]) != names:
            raise ExpressionError("F125", found="indexed-repeat")
        if shared_depth(node.repeats[:depth], self.place.scope) < depth:
            raise ExpressionError("F125", found="indexed-repeat")
        runs = [coerce(self.part(each), "n").run for each in indexes]
        leaf = target.name

        def run(c: Context) -> str:
            row: Any = c[depth]
            for name, index_of in zip(names, runs, strict=True):
                rows, index = row[name], index_of(c)
                if index != index or not 1 <= index <= len(rows):
                    return ""
                row = rows[int(index) - 1]
            return str(row[leaf])

        return Part(run, "s")

    def call_choice_name(self, args: tuple[Node, ...]) -> Part:
        if not isinstance(args[1], Text):
            raise ExpressionError("F125", found="jr:choice-name")
        name = args[1].value.strip().removeprefix("${").removesuffix("}").strip()
        question = self.spec.nodes.get(name)
        if not isinstance(question, Question) or not question.list_name:
            raise ExpressionError("F120", name=name)
        labels = {choice.name: choice.label for choice in self.spec.lists[question.list_name]}
        chosen = coerce(self.part(args[0]), "s").run
        return Part(lambda c: pick(labels.get(chosen(c), {}), c[0]["#lang"]), "s")

    def call_once(self, args: tuple[Node, ...]) -> Part:
        value, name, depth = coerce(self.part(args[0]), "s").run, self.place.node.name, len(self.place.scope)
        return Part(lambda c: c[depth][name] or value(c), "s")

    def call_decimal_date_time(self, args: tuple[Node, ...]) -> Part:
        value = self.part(args[0]).run

        def run(c: Context) -> float:
            given = value(c)
            text = string(given) if not isinstance(given, float) else ""
            if not text:
                return number(given)
            zoned = len(text) > 10 and (text.endswith("Z") or text[-6:-5] in "+-" or text[-5:-4] in "+-")
            day = days(text) if zoned else days(text) - float(c[0]["#zone"])
            return round(day * _DAY_MS) / _DAY_MS if day == day else NAN

        return Part(run, "n")


def _passing(found: list[Any], tests: list[Run], context_of: Callable[[Any], Context]) -> list[Any]:
    """Return what passes all predicates, one after the other; a number means the place among what is left."""
    for test in tests:
        kept = []
        for index, each in enumerate(found, 1):
            value = test(context_of(each))
            if value == index if isinstance(value, float) else boolean(value):
                kept.append(each)
        found = kept
    return found


def _contexts_below(depth: int, below: tuple[str, ...]) -> Callable[[Context], list[Context]]:
    def contexts(c: Context) -> list[Context]:
        found: list[Context] = [c[: depth + 1]]
        for repeat in below:
            found = [(*context, row) for context in found for row in context[-1][repeat]]
        return found

    return contexts


def _rows_below(depth: int, below: tuple[str, ...]) -> Run:
    if len(below) == 1:
        only = below[0]
        return lambda c: c[depth][only]

    def rows(c: Context) -> list[Any]:
        found: list[Any] = [c[depth]]
        for repeat in below:
            found = [row for each in found for row in each[repeat]]
        return found

    return rows


def _selected(chosen: Run, name: str) -> Part:
    return Part(lambda c: name in chosen(c).split(), "b")


def _logic(op: str, one: Run, two: Run) -> Part:
    if op == "and":
        return Part(lambda c: one(c) and two(c), "b")
    return Part(lambda c: one(c) or two(c), "b")


def _equality(op: str, one: Part, two: Part) -> Part:
    left, right = one.run, two.run
    if one.kind == two.kind == "s":
        if two.constant:
            text = right(())
            if op == "=":
                return Part(lambda c: left(c) == text, "b")
            return Part(lambda c: left(c) != text, "b")
        if op == "=":
            return Part(lambda c: left(c) == right(c), "b")
        return Part(lambda c: left(c) != right(c), "b")
    compare = equal if op == "=" else unequal
    return Part(lambda c: compare(left(c), right(c)), "b")


def _order_of_lists(compare: Callable[[float, float], bool], one: Run, two: Run) -> Part:
    def run(c: Context) -> bool:
        left, right = one(c), two(c)
        lefts = left if isinstance(left, list) else [left]
        rights = right if isinstance(right, list) else [right]
        return any(compare(number(x), number(y)) for x in lefts for y in rights)

    return Part(run, "b")


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    return NAN if not left or left != left else math.copysign(math.inf, left)


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right and not math.isinf(left) else NAN


def _arithmetic(op: str, one: Part, two: Part) -> Part:
    left, right = one.run, two.run
    kind = "b" if op in _ORDER else "n"
    act: Any = {
        **_ORDER, "+": operator.add, "-": operator.sub, "*": operator.mul, "div": _divide, "mod": _modulo,
    }[op]  # fmt: skip
    if two.constant:
        value = right(())
        return Part(lambda c: act(left(c), value), kind)
    return Part(lambda c: act(left(c), right(c)), kind)


_SPECIAL: dict[str, Callable[[_Builder, tuple[Node, ...]], Part]] = {
    "if": _Builder.call_if,
    "position": _Builder.call_position,
    "indexed-repeat": _Builder.call_indexed_repeat,
    "jr:choice-name": _Builder.call_choice_name,
    "once": _Builder.call_once,
    "decimal-date-time": _Builder.call_decimal_date_time,
    "current": lambda builder, args: builder.path(SELF),
    "instance": lambda builder, args: builder.instance(Call("instance", args), (), ()),
    "today": lambda builder, args: Part(lambda c: c[0]["#now"][:10], "s"),
    "now": lambda builder, args: Part(lambda c: c[0]["#now"], "s"),
    "uuid": lambda builder, args: Part(lambda c: str(uuid.uuid4()), "s"),
    "random": lambda builder, args: Part(lambda c: random.random(), "n"),
}

__all__ = ["Context", "ExpressionError", "Part", "Place", "Run", "compile_tree", "kind_of", "shared_depth"]
