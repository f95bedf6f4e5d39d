"""What a form is made of: groups, repeats, questions, choices and checks. Plain data, read from the compiled JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

QUESTION_TYPES = (
    "text", "integer", "decimal", "date", "time", "dateTime", "select_one", "select_multiple",
    "acknowledge", "note", "calculate", "start", "end", "today",
)  # fmt: skip

DETAIL = "{temuan}"


def pick(texts: Mapping[str, str], lang: str) -> str:
    """Return a text in ``lang``, else in the form's first language, else blank."""
    return texts.get(lang) or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list: its name, labels by language, and the list's extra columns (``simfoni`` …)."""

    name: str
    label: Mapping[str, str]
    extra: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """Return what a column of the choices sheet holds for this choice; blank when there is no such column."""
        return self.name if name == "name" else self.extra.get(name, "")


@dataclass(frozen=True, slots=True)
class FormNode:
    """One row of the survey sheet. Expressions are kept as written; ``Form`` compiles them.

    ``repeats`` names the repeats around it, outermost first: two of them mean that one record holds a list of
    lists of such cells.
    """

    name: str
    type: str
    parent: str | None
    repeats: tuple[str, ...]
    label: Mapping[str, str]
    hint: Mapping[str, str]
    guidance: Mapping[str, str]
    relevant: str
    appearance: str
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group(FormNode):
    """A group: it has a label and can be irrelevant; it holds no answer."""


@dataclass(frozen=True, slots=True)
class Repeat(FormNode):
    """A group that can stand several times. ``count`` is blank where people add and remove its rows."""

    count: str


@dataclass(frozen=True, slots=True)
class Question(FormNode):
    """A row that holds a value: asked, shown (note) or calculated."""

    required: str
    required_message: Mapping[str, str]
    constraint: str
    constraint_message: Mapping[str, str]
    calculation: str
    default: str
    list_name: str
    choice_filter: str
    read_only: bool

    @property
    def asked(self) -> bool:
        """Whether a person answers it."""
        return not (self.calculation or self.read_only or self.type in ("note", "calculate", "start", "end", "today"))


@dataclass(frozen=True, slots=True)
class Check:
    """One row of our own sheet ``checks``: something that must not hold, and what to say when it does.

    ``fields[0]`` is where the finding is shown; ``scope`` is the repeat context in which ``when`` is evaluated.
    ``detail`` (the column ``temuan``; may be blank) gives the text that stands for ``{temuan}`` in the message.
    """

    name: str
    fields: tuple[str, ...]
    scope: tuple[str, ...]
    when: str
    severity: str
    moment: str
    message: Mapping[str, str]
    why: Mapping[str, str]
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A compiled form as data: everything that the sheets say, nothing of how it runs.

    ``order`` names all nodes so that each stands after what its relevance or value needs; blank before it is known.
    """

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    nodes: Mapping[str, FormNode]
    lists: Mapping[str, tuple[Choice, ...]]
    checks: tuple[Check, ...]
    order: tuple[str, ...] = ()

    def children(self, name: str | None) -> Iterator[FormNode]:
        """Yield the nodes right below a group or repeat (None: the top of the form), in order."""
        return (node for node in self.nodes.values() if node.parent == name)

    def scope(self, name: str) -> tuple[str, ...]:
        """Return the repeats that a reference to ``name`` reaches into: its own, and itself if it is a repeat."""
        node = self.nodes[name]
        return (*node.repeats, name) if isinstance(node, Repeat) else node.repeats


FORMAT = 3


def spec_from_json(data: Mapping[str, Any]) -> FormSpec:
    """Return the form that a compiled JSON holds.

    Raises
    ------
    ValueError
        When the JSON is of another format.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"compiled form of format {data.get('format')!r}, expected {FORMAT}")
    nodes: dict[str, FormNode] = {}
    for row in data["nodes"]:
        nodes[row["name"]] = _node(row, nodes)
    lists = {
        name: tuple(Choice(c["name"], c.get("label", {}), c.get("extra", {})) for c in choices)
        for name, choices in data["lists"].items()
    }
    checks = tuple(_check(row) for row in data["checks"])
    order = tuple(data.get("order", ()))
    if order and (len(order) != len(nodes) or set(order) != set(nodes)):
        raise ValueError("the working order does not name the form's nodes")
    return FormSpec(data["id"], data["version"], data["title"], tuple(data["languages"]), nodes, lists, checks, order)


def _node(row: Mapping[str, Any], before: Mapping[str, FormNode]) -> FormNode:
    parent = before[row["parent"]] if row.get("parent") else None
    repeats: tuple[str, ...] = ()
    if parent is not None:
        repeats = (*parent.repeats, parent.name) if isinstance(parent, Repeat) else parent.repeats
    base = (
        row["name"], row["type"], row.get("parent"), repeats, row.get("label", {}), row.get("hint", {}),
        row.get("guidance", {}), row.get("relevant", ""), row.get("appearance", ""), row.get("extra", {}),
    )  # fmt: skip
    if row["type"] == "group":
        return Group(*base)
    if row["type"] == "repeat":
        return Repeat(*base, row.get("count", ""))
    return Question(
        *base, row.get("required", ""), row.get("required_message", {}), row.get("constraint", ""),
        row.get("constraint_message", {}), row.get("calculation", ""), row.get("default", ""),
        row.get("list", ""), row.get("filter", ""), bool(row.get("read_only")),
    )  # fmt: skip


def _check(row: Mapping[str, Any]) -> Check:
    return Check(
        row["name"], tuple(row["fields"]), tuple(row["scope"]), row["when"], row["severity"], row["moment"],
        row["message"], row.get("why", {}), row.get("source", ""), row.get("detail", ""),
    )  # fmt: skip
