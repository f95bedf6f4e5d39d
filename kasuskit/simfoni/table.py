"""Say how the offline format maps to the mirror: ``python -m kasuskit.simfoni.table`` writes it to docs/simfoni.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kasuskit.form import Form, Question, load_form
from kasuskit.form.definition import pick
from kasuskit.messages import text
from kasuskit.simfoni.counterparts import counterparts
from kasuskit.simfoni.entry import mirror

PAGE = Path("docs/simfoni.md")
BEGIN, END = "<!-- generated: python -m kasuskit.simfoni.table -->", "<!-- end -->"
_FIELDS = ("section", "mirror", "offline", "how", "source")
_CHOICES = ("list", "label", "choice", "sure", "source")


def tables() -> str:
    """Return the tables, as Markdown: every field of the mirror, and every choice that falls under a category."""
    offline = load_form("kasus")
    fields, choices = _table(_FIELDS, _fields(offline)), _table(_CHOICES, _choices(offline))
    return "\n".join(["### Isian", "", *fields, "", "### Pilihan", "", *choices])


def with_tables(page: str) -> str:
    """Return a docs page with the tables between its marks made anew."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def _table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(_say(each) for each in headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _say(name: str, **values: str) -> str:
    return text(f"simfoni.docs.{name}", "id", **values)


def _asked(form: Form) -> Iterator[Question]:
    return (node for node in form.nodes.values() if isinstance(node, Question) and node.asked)


def _fields(offline: Form) -> Iterator[tuple[str, ...]]:
    form = mirror()
    for node in _asked(form):
        names = [name for name in node.extra.get("asal", "").split() if name in offline.nodes]
        section = pick(form.nodes[form.section_of(node.name)].label, "id")
        label = pick(node.label, "id").replace(" ${kode_t_hub} dengan ${kode_k_hub}", "")
        cells = " ".join(f"`{name}`" for name in names) or _say("nothing")
        yield section, label, cells, _how(node, names, offline), node.extra["sumber"]


def _how(node: Question, names: list[str], offline: Form) -> str:
    if not names:
        return ""
    how = node.extra.get("padanan") or ("" if offline.question(names[0]).list_name and node.list_name else "text")
    line = node.extra.get("izin", "")
    return "; ".join([_say(f"how_{how}"), *([_say("consent", line=line)] if line else [])])


def _choices(offline: Form) -> Iterator[tuple[str, ...]]:
    """Yield a row for each SIMFONI label of each list, with all choices that fall under it; equal words in one row."""
    for list_name in dict.fromkeys(_lists(offline)):
        found: dict[tuple[str, str, str], list[str]] = {}
        for choice in offline.lists[list_name]:
            part, own = counterparts().of(list_name, choice), pick(choice.label, "id")
            label = _say("same") if part.label == own else part.label or _say("none")
            found.setdefault((label, part.confidence, part.source), []).append(own)
        for (label, confidence, source), labels in found.items():
            yield list_name, label, "; ".join(labels), confidence.replace("_", " "), source


def _lists(offline: Form) -> Iterator[str]:
    """Yield the offline lists that the mirror takes over by category."""
    for node in _asked(mirror()):
        for name in node.extra.get("asal", "").split() if node.list_name and not node.extra.get("padanan") else ():
            if name in offline.nodes:
                yield offline.question(name).list_name


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
