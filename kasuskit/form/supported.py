"""Say what of XLSForm the engine takes: ``python -m kasuskit.form.supported`` writes the tables of the docs page."""

from __future__ import annotations

import re
from pathlib import Path

from kasuskit.form.definition import QUESTION_TYPES
from kasuskit.form.functions import FUNCTIONS, REFUSED, Function
from kasuskit.form.texts import CHECK_FUNCTIONS
from kasuskit.messages import catalogue_keys, text

BEGIN, END = "<!-- generated: python -m kasuskit.form.supported -->", "<!-- end -->"
_KINDS = {"s": "text", "n": "number", "b": "boolean", "l": "list", "v": "any"}
_COLUMNS = (
    ("type, name, label, hint, guidance_hint", "in as many languages as the sheet has"),
    ("relevant, constraint, required", "expressions that give true or false, with messages"),
    ("calculation, default, repeat_count", "expressions that give a value; a default may be fixed"),
    ("choice_filter", "columns of the sheet choices by name, questions as ${name}"),
    ("appearance, read_only", "handed on to the screen"),
    ("any other", "kept as extra columns (sumber, aturan); ODK never sees them"),
)
_FINDS = {
    "kata": "the words of a word list that stand in the texts",
    "kata-ganti": "the same, each with what to write instead: `mengaku → menyampaikan; …`",
    "nama-dalam": "which of the names stand in the text",
    "nomor-dalam": "`NIK`, `nomor telepon`, or both",
    "tanggal-lain": "dates in the text that differ from the date given first, and from the others",
}


def tables() -> str:
    """Return the tables, as Markdown."""
    lines = ["### Question types", "", ", ".join(f"`{kind}`" for kind in QUESTION_TYPES) + ", groups and repeats.", ""]
    lines += ["### Columns of the sheet survey", "", "| column | what for |", "|---|---|"]
    lines += [f"| {column} | {purpose} |" for column, purpose in _COLUMNS]
    lines += ["", "### Functions", "", "| function | takes | gives |", "|---|---|---|"]
    lines += [f"| `{name}` | {_takes(each)} | {_KINDS[each.result]} |" for name, each in sorted(FUNCTIONS.items())]
    lines += ["", "### Functions of the sheet checks", "", "| function | takes | finds |", "|---|---|---|"]
    lines += [f"| `{name}` | {_takes(each)} | {_FINDS[name]} |" for name, each in sorted(CHECK_FUNCTIONS.items())]
    lines += ["", "### Functions that are refused", "", "| function | why |", "|---|---|"]
    lines += [f"| `{name}` | {text(f'form.{reason}', 'en')} |" for name, reason in sorted(REFUSED.items())]
    lines += ["", "### Constructs that are refused because ODK's engines disagree", ""]
    lines += ["| code | what | write instead |", "|---|---|---|"]
    for code in catalogue_keys("form"):
        if re.fullmatch(r"F1[67]\d", code):
            said = (text(f"form.{code}", "en"), text(f"form.{code}.do", "en"))
            lines.append(
                "| " + " | ".join([code, *(each.replace("{found}", "…").replace("|", "\\|") for each in said)]) + " |"
            )
    return "\n".join(lines)


def _takes(function: Function) -> str:
    kinds = ", ".join(_KINDS[kind] for kind in function.takes) or "nothing"
    return f"{kinds} …" if function.most is None else kinds


def with_tables(page: str) -> str:
    """Return a docs page with the tables between its marks made anew."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


if __name__ == "__main__":
    path = Path("docs/form-engine.md")
    path.write_text(with_tables(path.read_text("utf-8")), "utf-8")
