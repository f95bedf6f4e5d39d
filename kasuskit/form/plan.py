"""How a form runs: every expression as a closure, the order to work in, and what depends on what.

A *step* works out relevance and value of one node in one row; a *judge* finds what is wrong with an answer, or
whether a check holds. Steps feed each other, so they have an order; judges feed nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from kasuskit.form.definition import Check, FormNode, FormSpec, Question, Repeat
from kasuskit.form.runner import ExpressionError, Place, Run, compile_tree, shared_depth
from kasuskit.form.xpath import Binary, Call, Negate, Node, Path, Ref, parse

PLACEHOLDER = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
"""``${name}`` in a formula or a text."""


class Cycle(ValueError):
    """Expressions that wait for each other; ``names`` goes round once."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(names))
        self.names = names


class Step:
    """Relevance and value of one node. ``linked`` names the repeat whose rows a counted repeat follows."""

    __slots__ = (
        "calculate", "count", "default", "depth", "group", "holds", "index", "linked", "name", "node", "relevant",
        "repeats", "scope", "scope_at",
    )  # fmt: skip

    def __init__(self, index: int, node: FormNode, group: str | None) -> None:
        self.index, self.node, self.name, self.group = index, node, node.name, group
        self.scope, self.depth = node.repeats, len(node.repeats)
        self.scope_at = 0  # the scope's place in Plan.scopes
        self.relevant: Run | None = None
        self.calculate: Run | None = None
        self.count: Run | None = None
        self.default: Run | None = None
        self.linked: str | None = None
        self.repeats = isinstance(node, Repeat)
        self.holds = self.repeats or isinstance(node, Question)


class Judge:
    """What may be wrong: with one answer (``check`` is None) or with several (a row of the sheet ``checks``)."""

    __slots__ = (
        "above",
        "check",
        "choices",
        "constraint",
        "depth",
        "detail",
        "filter",
        "index",
        "name",
        "node",
        "required",
        "scope",
        "scope_at",
        "when",
    )

    def __init__(self, index: int, node: FormNode, scope: tuple[str, ...], check: Check | None = None) -> None:
        self.index, self.node, self.name, self.scope, self.depth = index, node, node.name, scope, len(scope)
        self.scope_at = 0
        self.above = len(node.repeats)  # rows around the cell that shows the finding
        self.check = check
        self.required: Run | None = None
        self.constraint: Run | None = None
        self.filter: Run | None = None
        self.choices: Mapping[str, tuple[dict[str, str], ...]] = {}
        self.when: Run | None = None
        self.detail: Run | None = None


class Reach(NamedTuple):
    """One thing to look at again after a change, in the rows that share ``depth`` outer rows with it."""

    target: Step | Judge
    depth: int


class Reading(NamedTuple):
    """What an expression reads: nodes by name, functions, and whether it may look into rows other than its own."""

    names: frozenset[str]
    calls: frozenset[str]
    wide: bool


class Plan:
    """The steps of a form in working order, its judges, and for each name what depends on it."""

    def __init__(self, spec: FormSpec) -> None:
        self.spec = spec
        self._trees: dict[str, Node] = {}
        self._readings: dict[str, Reading] = {}
        self._choices: dict[str, Mapping[str, tuple[dict[str, str], ...]]] = {}
        order = spec.order or working_order(spec, self.reading)
        self.steps = tuple(self._step(index, spec.nodes[name]) for index, name in enumerate(order))
        self.by_name = {step.name: step for step in self.steps}
        self.judges = (*self._answer_judges(), *self._check_judges())
        everything: tuple[Step | Judge, ...] = (*self.steps, *self.judges)
        self.scopes = tuple(dict.fromkeys(each.scope for each in everything))
        places = {scope: place for place, scope in enumerate(self.scopes)}
        for each in everything:
            each.scope_at = places[each.scope]
        self.timeless = not any(map(self._remembers, spec.nodes.values()))

    def tree(self, source: str) -> Node:
        """Return the syntax tree of an expression, parsed once."""
        tree = self._trees.get(source)
        if tree is None:
            tree = self._trees[source] = parse(source, new=False)
        return tree

    def reading(self, source: str) -> Reading:
        """Return what an expression reads, looked up once."""
        found = self._readings.get(source)
        if found is None:
            found = self._readings[source] = read(self.spec, self.tree(source))
        return found

    def _compile(self, source: str, node: FormNode, want: str, columns: frozenset[str] = frozenset()) -> Run:
        return compile_tree(self.spec, self.tree(source), Place(node, columns), want)

    def _step(self, index: int, node: FormNode) -> Step:
        parent = self.spec.nodes.get(node.parent) if node.parent else None
        group = parent.name if parent is not None and not isinstance(parent, Repeat) else None
        step = Step(index, node, group)
        if node.relevant:
            step.relevant = self._compile(node.relevant, node, "b")
        if isinstance(node, Repeat) and node.count:
            step.count = self._compile(node.count, node, "n")
            step.linked = linked_repeat(self.spec, node, self.tree(node.count))
        if isinstance(node, Question):
            if node.calculation:
                step.calculate = self._compile(node.calculation, node, "c")
            if node.default:
                step.default = self._compile(node.default, node, "c")
        return step

    def _answer_judges(self) -> Iterable[Judge]:
        index = len(self.steps)
        for node in self.spec.nodes.values():
            if isinstance(node, Question) and (node.asked or node.constraint):
                yield self._answer_judge(index, node)
                index += 1

    def _answer_judge(self, index: int, node: Question) -> Judge:
        judge = Judge(index, node, node.repeats)
        if node.required:
            judge.required = self._compile(node.required, node, "b")
        if node.constraint:
            judge.constraint = self._compile(node.constraint, node, "b")
        if node.list_name:
            judge.choices = self._choices_of(node.list_name)
            if node.choice_filter:
                judge.filter = self._compile(node.choice_filter, node, "b", filter_columns(self.spec, node))
        return judge

    def _choices_of(self, list_name: str) -> Mapping[str, tuple[dict[str, str], ...]]:
        """Return a list's rows by name (a filtered list may hold a name twice), made once for all its questions."""
        found = self._choices.get(list_name)
        if found is None:
            rows: dict[str, tuple[dict[str, str], ...]] = {}
            for choice in self.spec.lists[list_name]:
                rows[choice.name] = (*rows.get(choice.name, ()), {"name": choice.name, **choice.extra})
            found = self._choices[list_name] = rows
        return found

    def _check_judges(self) -> Iterable[Judge]:
        start = len(self.steps) + len(self.spec.nodes)
        for index, check in enumerate(self.spec.checks, start):
            judge = Judge(index, self.spec.nodes[check.fields[0]], check.scope, check)
            place = check_place(self.spec, check)
            judge.when = compile_tree(self.spec, self.tree(check.when), place, "b")
            if check.detail:
                judge.detail = compile_tree(self.spec, self.tree(check.detail), place, "c")
            yield judge

    def _remembers(self, node: FormNode) -> bool:
        """Return whether a value depends on what the record held earlier: ``once()``, defaults taken from cells."""
        if not isinstance(node, Question):
            return False
        if "once" in node.calculation and "once" in self.reading(node.calculation).calls:
            return True
        default = self.reading(node.default) if node.default else None
        return default is not None and bool(default.names or "position" in default.calls)

    @cached_property
    def reaches(self) -> Mapping[str, tuple[Reach, ...]]:
        """For each node, what to look at again after it changed; worked out when the first answer changes."""
        found: dict[str, list[Reach]] = {name: [] for name in self.spec.nodes}
        for step in self.steps:
            if step.group:
                found[step.group].append(Reach(step, step.depth))
            question = step.node if isinstance(step.node, Question) else None
            count = step.node.count if isinstance(step.node, Repeat) else ""
            calculation = question.calculation if question else ""
            self._add(found, step, step.scope, (step.node.relevant, calculation, count))
        for judge in self.judges:
            if judge.check is not None:
                found[judge.name].append(Reach(judge, min(judge.depth, len(judge.node.repeats))))
                self._add(found, judge, judge.scope, (judge.check.when, judge.check.detail))
            elif isinstance(judge.node, Question):
                found[judge.name].append(Reach(judge, judge.depth))
                node = judge.node
                self._add(found, judge, judge.scope, (node.required, node.constraint, node.choice_filter))
        return {name: tuple(reaches) for name, reaches in found.items()}

    def _add(
        self, found: dict[str, list[Reach]], target: Step | Judge, scope: tuple[str, ...], sources: tuple[str, ...]
    ) -> None:
        depths: dict[str, int] = {}
        for source in filter(None, sources):
            reading = self.reading(source)
            for name in reading.names:
                depth = 0 if reading.wide else shared_depth(self.spec.nodes[name].repeats, scope)
                depths[name] = min(depth, depths.get(name, depth))
        for name, depth in depths.items():
            found[name].append(Reach(target, depth))


def read(spec: FormSpec, tree: Node) -> Reading:
    """Return what an expression reads, in one walk; bare names in ``${repeat}[…]`` count as names."""
    names: set[str] = set()
    calls: set[str] = set()
    wide = False
    waiting: list[tuple[Node, bool]] = [(tree, False)]
    while waiting:
        part, in_row = waiting.pop()
        if isinstance(part, Ref):
            names.add(part.name)
        elif isinstance(part, Binary):
            waiting += ((part.left, in_row), (part.right, in_row))
        elif isinstance(part, Call):
            calls.add(part.name)
            waiting += [(arg, in_row) for arg in part.args]
        elif isinstance(part, Path):
            below = isinstance(part.start, Ref) or (in_row and part.start is None)
            wide = wide or bool(part.predicates)
            if isinstance(part.start, tuple):
                waiting.append((part.start, in_row))
            waiting += [(test, below) for test in part.predicates]
            for step in part.steps:
                if below and step.name in spec.nodes:
                    names.add(step.name)
                waiting += [(test, below) for test in step.predicates]
        elif isinstance(part, Negate):
            waiting.append((part.operand, in_row))
    return Reading(frozenset(names), frozenset(calls), wide or "indexed-repeat" in calls)


def linked_repeat(spec: FormSpec, repeat: Repeat, tree: Node) -> str | None:
    """Return R when a repeat's count is exactly ``count(${R})`` and each of its lists follows one list of R."""
    if not (isinstance(tree, Call) and tree.name == "count" and len(tree.args) == 1 and isinstance(tree.args[0], Ref)):
        return None
    other = spec.nodes.get(tree.args[0].name)
    if not isinstance(other, Repeat) or other.name == repeat.name:
        return None
    return other.name if shared_depth(other.repeats, repeat.repeats) == len(other.repeats) else None


def filter_columns(spec: FormSpec, question: Question) -> frozenset[str]:
    """Return the column names that a question's choice_filter may use."""
    return frozenset({"name"}.union(*(choice.extra for choice in spec.lists[question.list_name])))


def check_scope(spec: FormSpec, fields: Iterable[str]) -> tuple[str, ...]:
    """Return the deepest repeat context among a check's fields."""
    return max((spec.nodes[name].repeats for name in fields), key=len)


def check_place(spec: FormSpec, check: Check) -> Place:
    """Return where a check stands: its node is its first field in the deepest repeat."""
    node = next(spec.nodes[name] for name in check.fields if spec.nodes[name].repeats == check.scope)
    return Place(node, in_checks=True)


def working_order(spec: FormSpec, reading_of: Callable[[str], Reading] | None = None) -> tuple[str, ...]:
    """Return the names of all nodes so that each stands after all that its relevance or value needs.

    Raises
    ------
    Cycle
        When expressions wait for each other.
    """
    look_up = reading_of or (lambda source: read(spec, parse(source)))
    graph = {name: _needs(spec, node, look_up) for name, node in spec.nodes.items()}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise Cycle(tuple(error.args[1])) from None


def _needs(spec: FormSpec, node: FormNode, reading_of: Callable[[str], Reading]) -> list[str]:
    sources = [node.relevant]
    if isinstance(node, Question):
        sources.append(node.calculation)
    if isinstance(node, Repeat):
        sources.append(node.count)
    needed = dict.fromkeys([node.parent] if node.parent else [])
    for source in filter(None, sources):
        reading = reading_of(source)
        for name in reading.names:
            if name not in spec.nodes:
                raise ExpressionError("F120", name=name)
            own_value = name == node.name and "once" in reading.calls
            if not own_value:
                needed.update(dict.fromkeys((*spec.nodes[name].repeats, name)))
    return list(needed)
