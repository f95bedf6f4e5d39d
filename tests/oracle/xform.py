"""What an XForm says of its own tree: groups, repeats, questions, choices and the literals in its expressions.

This reader knows nothing of our compiler, so that a fault there cannot hide itself here.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Record: TypeAlias = Mapping[str, "str | Sequence[Record]"]

XF = "{http://www.w3.org/2002/xforms}"
BODY = "{http://www.w3.org/1999/xhtml}body"
JR = "{http://openrosa.org/javarosa}"
_LITERAL = re.compile(r"""'([^']*)'|"([^"]*)"|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])""")
_NAME = re.compile(r"/([A-Za-z_][\w.-]*)(?![\w/(.-])")


@dataclass(slots=True)
class Node:
    """One element of the model: ``type`` is the bind's, or ``one`` or ``many`` for a select."""

    name: str
    kind: Literal["root", "group", "repeat", "leaf"]
    children: list[Node] = field(default_factory=list)
    type: str = "string"
    asked: bool = False
    calculated: bool = False
    count: str = ""
    choices: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Yield the nodes below, depth first."""
        for child in self.children:
            yield child
            yield from child.walk()


class Tree:
    """The model of one XForm."""

    def __init__(self, xform: str) -> None:
        document = ET.fromstring(xform)
        model = next(document.iter(f"{XF}model"))
        instances = {each.get("id"): each for each in model.findall(f"{XF}instance")}
        self._lists = {name: _values(each) for name, each in instances.items() if name}
        self._root = instances[None][0]
        self._binds = {each.get("nodeset", ""): each for each in model.findall(f"{XF}bind")}
        body = document.find(BODY)
        self._controls = {} if body is None else _controls(body)
        self._repeats = {} if body is None else {each.get("nodeset"): each for each in body.iter(f"{XF}repeat")}
        self.root = Node(_local(self._root.tag), "root")
        self._read(self._root, f"/{self.root.name}", self.root)
        self._give_literals()
        self.by_name = {node.name: node for node in self.root.walk()}

    def _read(self, element: ET.Element, path: str, parent: Node) -> None:
        seen = set()
        for child in element:
            name = _local(child.tag)
            if name in seen or name == "meta":
                continue
            seen.add(name)
            node = self._node(name, f"{path}/{name}", bool(len(child)))
            parent.children.append(node)
            self._read(child, f"{path}/{name}", node)

    def _node(self, name: str, path: str, has_children: bool) -> Node:
        if path in self._repeats:
            return Node(name, "repeat", count=self._count(self._repeats[path]))
        if has_children:
            return Node(name, "group")
        bind, control = self._binds.get(path), self._controls.get(path)
        node = Node(name, "leaf", type="string" if bind is None else bind.get("type", "string"))
        node.calculated = bind is not None and bind.get("calculate") is not None
        read_only = bind is not None and bind.get("readonly") == "true()"
        node.asked = control is not None and not node.calculated and not read_only
        if control is not None and _local(control.tag) in ("select1", "select"):
            node.type = "one" if _local(control.tag) == "select1" else "many"
            node.choices = self._choices(control)
        if control is not None and _local(control.tag) == "trigger":
            node.type, node.choices = "one", ("OK",)
        return node

    def _count(self, repeat: ET.Element) -> str:
        """Return what the number of rows follows: an expression, blank when people add rows themselves."""
        count = repeat.get(f"{JR}count", "").strip()
        bind = self._binds.get(count)
        return count if bind is None else bind.get("calculate", count).strip()

    def _choices(self, control: ET.Element) -> tuple[str, ...]:
        itemset = control.find(f"{XF}itemset")
        if itemset is None:
            return tuple(each.findtext(f"{XF}value", "") for each in control.findall(f"{XF}item"))
        source = re.search(r"instance\('([^']+)'\)", itemset.get("nodeset", ""))
        return self._lists.get(source[1], ()) if source else ()

    def _give_literals(self) -> None:
        """Note for each node the literals of every expression that names it: values that turn a branch."""
        found: dict[str, dict[str, None]] = {}
        for path, bind in self._binds.items():
            for attribute in ("relevant", "constraint", "required", "calculate"):
                source = bind.get(attribute, "")
                literals = [one or two or three for one, two, three in _LITERAL.findall(source)]
                names = set(_NAME.findall(source)) | {path.rpartition("/")[2]}
                for name in names:
                    found.setdefault(name, {}).update(dict.fromkeys(literals))
        for node in self.root.walk():
            node.literals = tuple(each for each in found.get(node.name, ()) if each)

    def instance_xml(self, record: Record) -> str:
        """Return a record as the XML of an instance, in the form's order of nodes."""
        root = ET.Element(self.root.name, self._root.attrib)
        _write(self.root, record, root)
        ET.SubElement(ET.SubElement(root, "meta"), "instanceID")
        return ET.tostring(root, encoding="unicode")

    def address(self, reference: str) -> str:
        """Return our address for an engine's reference; blank for what has none (``meta``, a list of rows)."""
        node, parts, steps = self.root, [], reference.strip("/").split("/")[1:]
        for number, step in enumerate(steps, 1):
            name, _, index = step.rstrip("]").partition("[")
            child = next((each for each in node.children if each.name == name), None)
            if child is None:
                return ""
            node = child
            if node.kind == "repeat":
                if not index:
                    return ""
                parts.append(f"{name}[{index}]")
            elif node.kind == "leaf" or number == len(steps):
                parts.append(name)
        return "/".join(parts)

    def leaf(self, address: str) -> Node:
        """Return the node at one of our addresses."""
        return self.by_name[address.rpartition("/")[2].partition("[")[0]]


def cells(node: Node, record: Record, prefix: str = "") -> dict[str, str]:
    """Return every cell that a person answers as ``{address: text}``, blank ones too: they keep empty rows alive."""
    found: dict[str, str] = {}
    for child in node.children:
        value: Any = record.get(child.name, "")
        if child.kind == "group":
            found.update(cells(child, record, prefix))
        elif child.kind == "repeat":
            for index, row in enumerate(value or (), 1):
                found.update(cells(child, row, f"{prefix}{child.name}[{index}]/"))
        elif child.asked:
            found[prefix + child.name] = value
    return found


def _write(node: Node, record: Record, parent: ET.Element) -> None:
    for child in node.children:
        value: Any = record.get(child.name, "")
        if child.kind == "repeat":
            for row in value or ():
                _write(child, row, ET.SubElement(parent, child.name))
        elif child.kind == "group":
            _write(child, record, ET.SubElement(parent, child.name))
        else:
            zoned = child.type == "time" and re.fullmatch(r"\d\d:\d\d", value)
            ET.SubElement(parent, child.name).text = f"{value}:00.000+08:00" if zoned else value


def _controls(body: ET.Element) -> dict[str, ET.Element]:
    kinds = {f"{XF}{name}" for name in ("input", "select1", "select", "trigger", "range", "upload", "rank")}
    return {each.get("ref", ""): each for each in body.iter() if each.tag in kinds}


def _values(instance: ET.Element) -> tuple[str, ...]:
    return tuple(each.findtext(f"{XF}name", "") for each in instance.iter(f"{XF}item"))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
