"""The cases at a glance: ``python -m kasuskit.training.overview`` writes the table of the facilitator's page."""

from __future__ import annotations

from pathlib import Path

from kasuskit.form.definition import pick
from kasuskit.training.cases import Case, cases_dir, list_cases, load_case

BEGIN, END = "<!-- generated: python -m kasuskit.training.overview -->", "<!-- end -->"
_COLUMNS = ("kode", "judul", "tingkat", "korban", "bentuk", "hubungan terlapor", "yang dilatih")


def table() -> str:
    """Return one line for each of the kit's cases, as Markdown: victims, forms of violence, relations and aims."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "|" + "---|" * len(_COLUMNS)]
    for card in list_cases():
        case = load_case(cases_dir() / card.id)
        aims = "; ".join(card.aims)
        cells = (card.id, card.title, str(card.level), _victims(case), _said(case, "bentuk"), _relations(case), aims)
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines)


def with_table(page: str) -> str:
    """Return a docs page with the table between its marks made anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def _answers(case: Case, name: str) -> list[str]:
    return [field.answer for at, field in case.key.items() if at.rpartition("/")[2] == name and field.answer]


def _said(case: Case, name: str) -> str:
    """Return the labels of all choices that the key has at a question, each once."""
    question = case.form.question(name)
    chosen = dict.fromkeys(word for answer in _answers(case, name) for word in answer.split())
    labels = [case.form.choice(question, word) for word in chosen]
    return ", ".join(pick(label.label, "id") for label in labels if label is not None)


def _relations(case: Case) -> str:
    return _said(case, "jenis_hubungan") or "–"


def _victims(case: Case) -> str:
    """Return sex and age of each victim (``P 31, L 12``); an age that the story does not say is a question mark."""
    found = []
    for at, field in case.key.items():
        if at.endswith("/jk_korban"):
            age = case.key.get(at.replace("jk_korban", "usia_korban"))
            found.append(f"{field.answer.upper()} {age.answer if age and age.answer else '?'}")
    return ", ".join(found)


if __name__ == "__main__":
    path = Path("docs/kasus.md")
    path.write_text(with_table(path.read_text("utf-8")), "utf-8")
