"""Everything on paper for one training: one PDF for each kind, and a cover sheet that says how many copies of each.

A facilitator takes the folder to a copy shop on a USB stick. What participants get lies in ``peserta``, what only the
facilitator may see in ``fasilitator``; names of files are codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from kasuskit.form import Form, load_form
from kasuskit.messages import KasusError, text
from kasuskit.paper.codebook import print_codebook
from kasuskit.paper.files import COVER
from kasuskit.paper.forms import print_form, print_further, print_written
from kasuskit.paper.key import print_key
from kasuskit.paper.people import has_people
from kasuskit.paper.press import page_count, press
from kasuskit.paper.seeds import print_seeds
from kasuskit.paper.sheet import Sheet
from kasuskit.paper.story import print_story
from kasuskit.training import Case, FlawedForm

MOST_PEOPLE = 200
GROUP = 5  # participants who mend one flawed form together
FACILITATORS = 2
SHORT_FORM = "ringkas"


@dataclass(frozen=True)
class Item:
    """One PDF of a pack: its name in the folder, what it is in words, how many copies, and how it is made."""

    name: str
    what: str
    copies: int
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Printed:
    """One PDF that was made."""

    item: Item
    content: bytes

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return page_count(self.content)

    @property
    def paper(self) -> int:
        """How many sheets all copies need, both sides printed."""
        return (self.pages + 1) // 2 * self.item.copies


def pack_items(
    cases: Sequence[Case],
    people: int,
    lang: str = "id",
    forms: Sequence[Form] | None = None,
    flawed: Sequence[FlawedForm] = (),
    more: Sequence[Item] = (),
) -> tuple[Item, ...]:
    """Return what a training needs on paper, each with its number of copies.

    Parameters
    ----------
    cases : sequence of Case
        The cases that are practised.
    people : int
        How many participants, 1 to 200.
    lang : str
        Language of labels and instructions.
    forms : sequence of Form, optional
        The blank forms. Default: the cases' own form and the short form.
    flawed : sequence of FlawedForm
        Forms with mistakes, as if filled in by hand: one copy for five participants, and the list for facilitators.
    more : sequence of Item
        What another floor adds, such as the ready-for-entry sheets.

    Raises
    ------
    KasusError
        P604 when the number of people cannot be used, P605 without any case.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise KasusError("paper.P604", count=people, most=MOST_PEOPLE)
    if not cases:
        raise KasusError("paper.P605")
    chosen = _forms(cases) if forms is None else tuple(forms)
    return (*_for_people(cases, people, lang, chosen, flawed), *_for_facilitators(cases, lang, chosen, flawed), *more)


def _forms(cases: Sequence[Case]) -> tuple[Form, ...]:
    found = {case.form.id: case.form for case in cases}
    with suppress(KasusError):  # a kit whose short form was taken away
        found.setdefault(SHORT_FORM, load_form(SHORT_FORM))
    return tuple(found.values())


def _for_people(
    cases: Sequence[Case], people: int, lang: str, forms: Sequence[Form], flawed: Sequence[FlawedForm]
) -> Iterator[Item]:
    groups = -(-people // GROUP)
    for form in forms:
        what = text("paper.pack.blank", lang, title=form.title)
        yield Item(f"peserta/formulir-{form.id}.pdf", what, people, partial(print_form, form, lang))
    for form in forms[:1]:
        if has_people(form):
            what = text("paper.pack.further", lang)
            yield Item(f"peserta/formulir-{form.id}-tambahan.pdf", what, groups, partial(print_further, form, lang))
    for case in cases:
        what = text("paper.pack.story", lang, case=case.id)
        yield Item(f"peserta/{case.id}-cerita.pdf", what, people, partial(print_story, case, lang))
    for each in flawed:
        what = text("paper.pack.flawed", lang, code=each.id)
        yield Item(f"peserta/{each.id}-formulir.pdf", what, groups, partial(print_flawed, each, lang))


def print_flawed(flawed: FlawedForm, lang: str = "id") -> bytes:
    """Return a flawed form as PDF, as if somebody had filled it in by hand."""
    return print_written(flawed.record(), flawed.title, flawed.id, lang)


def _for_facilitators(
    cases: Sequence[Case], lang: str, forms: Sequence[Form], flawed: Sequence[FlawedForm]
) -> Iterator[Item]:
    for case in cases:
        what = text("paper.pack.key", lang, case=case.id)
        yield Item(f"fasilitator/{case.id}-kunci.pdf", what, FACILITATORS, partial(print_key, case, lang))
    for each in flawed:
        what = text("paper.pack.seeds", lang, code=each.id)
        yield Item(f"fasilitator/{each.id}-kesalahan.pdf", what, FACILITATORS, partial(print_seeds, each, lang))
    for form in forms[:1]:
        what = text("paper.pack.codebook", lang, title=form.title)
        yield Item(f"fasilitator/buku-kode-{form.id}.pdf", what, 1, partial(print_codebook, form, lang))


def make_pack(
    items: Sequence[Item], people: int, lang: str = "id", tell: Callable[[Item], None] = lambda item: None
) -> dict[str, bytes]:
    """Return all files of a pack by name, the cover sheet first.

    Parameters
    ----------
    items : sequence of Item
        What ``pack_items`` gives.
    people : int
        How many participants, for the cover sheet.
    lang : str
        Language of the cover sheet.
    tell : callable
        Is told of each item when it is done.
    """
    printed = []
    for item in items:
        printed.append(Printed(item, item.make()))
        tell(item)
    cover = press("daftar", cover_data(printed, people, lang))
    return {COVER: cover, **{each.item.name: each.content for each in printed}}


def cover_data(printed: Sequence[Printed], people: int, lang: str = "id") -> dict[str, Any]:
    """Return all that the template ``daftar.typ`` needs."""
    title = text("paper.cover.title", lang, people=people)
    sheet = Sheet(title, None, text("paper.cover.short", lang), lang=lang)
    parts = []
    for folder in ("peserta", "fasilitator"):
        rows = [each for each in printed if each.item.name.startswith(folder)]
        cells = [[r.item.name, r.item.what, r.pages, r.item.copies, r.paper] for r in rows]
        parts.append({"t": text(f"paper.cover.{folder}", lang), "b": cells, "n": sum(r.paper for r in rows)})
    names = ("file", "what", "pages", "copies", "paper", "total")
    return {
        "head": sheet.head(),
        "title": title,
        "parts": parts,
        "total": sum(r.paper for r in printed),
        "how": [text(f"paper.cover.how.{name}", lang) for name in ("sides", "apart", "collect", "power")],
        "words": {name: text(f"paper.cover.{name}", lang) for name in names},
    }
