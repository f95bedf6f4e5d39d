"""The constructs on which ODK's two engines disagree, so that none comes into our forms.

JavaRosa (ODK Collect) and Web Forms were compared on small forms (``tests/oracle``); each code below names what
differs. The list, with an example for each, is in ``docs/form-engine.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kasuskit.form.definition import FormSpec, Question, Repeat
from kasuskit.form.functions import is_pattern
from kasuskit.form.runner import Place, kind_of, shared_depth
from kasuskit.form.texts import CHECK_FUNCTIONS
from kasuskit.form.xpath import SELF, Binary, Call, Negate, Node, Path, Ref, Text, children, unparse

Found = tuple[str, str]

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_COMPARING = ("=", "!=", "<", "<=", ">", ">=")
_ARITHMETIC = ("+", "-", "*", "div", "mod")
_TAKES_LISTS = ("count", "sum", "min", "max", "join", "concat", "count-non-empty", "checklist")
_AS_TEXT = ("string", "concat", "join")
_SKIPS_BLANKS = ("sum", "min", "max")
_ROUNDING = ("int", "round", "floor", "ceiling")


def disagreements(spec: FormSpec, tree: Node, place: Place, want: str) -> Iterator[Found]:
    """Yield (code, what is written) for each construct in a tree that the engines read differently.

    Parameters
    ----------
    spec : FormSpec
        The form.
    tree : Node
        The expression; it must compile.
    place : Place
        Where it stands.
    want : str
        What is asked of the whole: ``b`` for relevant, constraint and required, ``c`` for a calculation, ``d`` for a
        default.
    """
    if want == "b" and _is_bare(spec, tree):
        yield "F160", unparse(tree)
    if want == "c" and kind_of(spec, tree, place) == "b":
        yield "F166", unparse(tree)[:60]
    if isinstance(tree, Ref) and _is_list(spec, tree, place):
        yield "F161", unparse(tree)
    if want == "d" and not isinstance(tree, Text) and _counted(spec, place.scope):
        yield "F177", unparse(tree)[:60]
    yield from _inside(spec, tree, place)


def _inside(spec: FormSpec, tree: Node, place: Place) -> Iterator[Found]:
    if isinstance(tree, Ref):
        yield from _own_repeat(spec, tree, place)
    elif isinstance(tree, Call):
        yield from _call(spec, tree, place)
    elif isinstance(tree, Binary):
        yield from _binary(spec, tree, place)
    for child in _single(tree):
        if isinstance(child, Ref) and _is_list(spec, child, place):
            yield "F161", unparse(child)
    for child in _children(tree):
        yield from _inside(spec, child, place)


def _children(tree: Node) -> Iterator[Node]:
    """Yield what to look into: not the predicates of paths, whose bare names belong to other rows."""
    if isinstance(tree, Call) and tree.name == "indexed-repeat":
        yield from tree.args[2::2]
    elif not isinstance(tree, Path):
        yield from children(tree)


def _single(tree: Node) -> Iterator[Node]:
    """Yield the operands of a tree that must be one value each."""
    if isinstance(tree, Call) and tree.name in CHECK_FUNCTIONS:  # ODK never sees them
        takes = CHECK_FUNCTIONS[tree.name].takes
        yield from (arg for i, arg in enumerate(tree.args) if takes[min(i, len(takes) - 1)] != "v")
    elif not isinstance(tree, Path) and not (isinstance(tree, Call) and tree.name in _TAKES_LISTS):
        yield from _children(tree)


def _own_repeat(spec: FormSpec, tree: Ref, place: Place) -> Iterator[Found]:
    if tree.name in place.scope:
        yield "F168", unparse(tree)


def _call(spec: FormSpec, tree: Call, place: Place) -> Iterator[Found]:
    first = tree.args[0] if tree.args else None
    second = tree.args[1] if len(tree.args) > 1 else None
    if tree.name == "regex" and isinstance(second, Text):
        if not (second.value.startswith("^") and second.value.endswith("$")):
            yield "F162", second.value
        elif not is_pattern(second.value):
            yield "F175", second.value
    elif tree.name in ("if", "not", "boolean") and first is not None and _is_bare(spec, first):
        yield "F160", unparse(first)
    elif tree.name == "decimal-date-time" and isinstance(first, Ref | Path):
        yield "F163", unparse(first)
    elif tree.name in _ROUNDING and first is not None and _whole_moment(first):
        yield "F164", tree.name
    elif tree.name == "number" and first is not None and _is_date(spec, first):
        yield "F169", unparse(first)
    elif tree.name == "date" and first is not None and kind_of(spec, first, place) == "n":
        yield "F173", unparse(first)[:60]
    elif tree.name.startswith("format-date") and isinstance(second, Text) and "%a" in second.value:
        yield "F172", second.value
    if tree.name in _AS_TEXT:
        for arg in tree.args:
            if _type_of(spec, arg) == "decimal":
                yield "F176", unparse(tree)[:60]
    if tree.name in _TAKES_LISTS:
        for arg in tree.args:
            yield from _list_argument(spec, tree.name, arg, place)


def _list_argument(spec: FormSpec, function: str, arg: Node, place: Place) -> Iterator[Found]:
    if not isinstance(arg, Ref) or arg.name not in spec.nodes:
        return
    node = spec.nodes[arg.name]
    asked = isinstance(node, Question) and not node.calculation
    if function in _SKIPS_BLANKS and asked and (node.relevant or getattr(node, "required", "") != "true()"):
        yield "F167", unparse(arg)
    scope = spec.scope(arg.name)
    depth = shared_depth(scope, place.scope)
    if depth < len(scope) and any(spec.nodes[name].relevant for name in _around(spec, arg.name, scope[depth])):
        yield "F174", unparse(arg)


def _around(spec: FormSpec, name: str, outermost: str) -> Iterator[str]:
    """Yield a repeat and all groups and repeats around it, for the rows that a reference reaches from outside.

    Only what can hide rows counts: the node itself when it is a repeat, and what stands around it up to the
    outermost repeat that is not shared, with the groups around that one.
    """
    node = spec.nodes[name]
    here = name if isinstance(node, Repeat) else node.parent
    stop = spec.nodes[outermost].repeats[-1] if spec.nodes[outermost].repeats else None
    while here and here != stop:
        yield here
        here = spec.nodes[here].parent


def _binary(spec: FormSpec, tree: Binary, place: Place) -> Iterator[Found]:
    sides = ((tree.left, tree.right), (tree.right, tree.left))
    if tree.op in ("and", "or"):
        for side, _ in sides:
            if _is_bare(spec, side):
                yield "F160", unparse(side)
    if tree.op in _ARITHMETIC:
        for side, _ in sides:
            if _is_date(spec, side):
                yield "F169", unparse(side)
    if tree.op in _COMPARING:
        for side, other in sides:
            if isinstance(side, Text) and _ISO.match(side.value) and not isinstance(other, Text):
                yield "F165", side.value
    if tree.op in ("=", "!="):
        kinds = {kind_of(spec, tree.left, place), kind_of(spec, tree.right, place)}
        if "b" in kinds and kinds - {"b"}:
            yield "F170", unparse(tree)[:60]
        if {_type_of(spec, tree.left), _type_of(spec, tree.right)} == {"decimal", "integer"}:
            yield "F176", unparse(tree)[:60]


def _counted(spec: FormSpec, scope: tuple[str, ...]) -> bool:
    return any(isinstance(node := spec.nodes[name], Repeat) and bool(node.count) for name in scope)


def _is_bare(spec: FormSpec, tree: Node) -> bool:
    return tree == SELF or (isinstance(tree, Ref) and isinstance(spec.nodes.get(tree.name), Question))


def _is_date(spec: FormSpec, tree: Node) -> bool:
    return _type_of(spec, tree) in ("date", "dateTime")


def _type_of(spec: FormSpec, tree: Node) -> str:
    """Return the question type that a plain reference has, else blank."""
    node = spec.nodes.get(tree.name) if isinstance(tree, Ref) else None
    return node.type if isinstance(node, Question) else ""


def _is_list(spec: FormSpec, tree: Ref, place: Place) -> bool:
    node = spec.nodes.get(tree.name)
    return isinstance(node, Question) and shared_depth(node.repeats, place.scope) < len(node.repeats)


def _whole_moment(tree: Node) -> bool:
    """Return whether a tree is a moment in days, whose whole part depends on the time zone (a difference does not)."""
    if isinstance(tree, Call):
        return tree.name == "decimal-date-time"
    if isinstance(tree, Negate):
        return _whole_moment(tree.operand)
    if isinstance(tree, Binary) and tree.op in ("+", "-"):
        return _whole_moment(tree.left) != _whole_moment(tree.right)
    return False
