"""Sorting cards: short situations, each to be classed along one or more dimensions; the classes are the key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kasuskit.messages import KasusError, text
from kasuskit.training.course.items import Option
from kasuskit.training.course.marking import REVEAL_AFTER, Reveal, compared, labelled
from kasuskit.training.course.tables import Tables
from kasuskit.training.files import split

if TYPE_CHECKING:
    from kasuskit.training.course.course import Course

CARD_COLUMNS = ("set", "kartu", "jalur", "teks", "golongan", "alasan", "sumber", "keyakinan")
CLASS_COLUMNS = ("set", "dimensi", "label", "pilih", "nama", "teks")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that each card is classed by.

    Parameters
    ----------
    name, label : str
        Short name (``bentuk``), and as people read it.
    several : bool
        Whether more than one choice may be right.
    choices : tuple of Option
        In the order of the table.
    """

    name: str
    label: str
    several: bool
    choices: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A situation, as it is shown; ``tracks`` is empty for everybody."""

    id: str
    tracks: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class CardSet:
    """The cards of one exercise, without their key."""

    name: str
    dimensions: tuple[Dimension, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class CardKey:
    """The right classes of a card by dimension, and why."""

    classes: Mapping[str, tuple[str, ...]]
    reason: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What there is to say about how a card was classed.

    Parameters
    ----------
    right : bool
        Whether it is right in every dimension.
    verdicts : mapping of str to str
        By dimension ``right``, ``blank``, ``fewer`` (something is lacking), ``more`` (something is too many) or
        ``other`` (both).
    messages : mapping of str to str
        The same in words; gives nothing away.
    message : str
        On the whole card.
    reveal : Reveal or None
        None until it is right, or until the second try; ``answer`` as in the column ``golongan``.
    """

    right: bool
    verdicts: Mapping[str, str]
    messages: Mapping[str, str]
    message: str
    reveal: Reveal | None


@dataclass(frozen=True, slots=True)
class Cards:
    """All sets of a course, and what is wrong with the others."""

    sets: tuple[CardSet, ...]
    problems: tuple[KasusError, ...]


def read_cards(folder: Path, tracks: Collection[str]) -> Cards:
    """Return the sets of cards of a course, without their keys; a course need not have any."""
    reader = _Reader(Tables(folder), tracks)
    return Cards(tuple(shown for shown, _ in reader.read()), tuple(reader.tables.problems))


def load_cards(course: Course, name: str, track: str | None = None) -> CardSet:
    """Return a set of cards: those for everybody and those for this track; without a track, all.

    Raises
    ------
    KasusError
        T274 when there is no such set.
    """
    sets = {each.name: each for each in course.cards}
    if name not in sets:
        raise KasusError("training.T274", course.folder.name, name=name[:60], known=", ".join(sets) or "-")
    found = sets[name]
    cards = tuple(card for card in found.cards if not card.tracks or not track or track in card.tracks)
    return CardSet(name, found.dimensions, cards)


def card_screen(cards: CardSet) -> dict[str, Any]:
    """Return a set of cards as plain data for a screen."""
    return {
        "name": cards.name,
        "dimensions": [
            {
                "name": each.name,
                "label": each.label,
                "several": each.several,
                "choices": [[choice.name, choice.text] for choice in each.choices],
            }
            for each in cards.dimensions
        ],
        "cards": [{"id": card.id, "text": card.text} for card in cards.cards],
    }


def accepts_class(dimension: Dimension, value: str) -> bool:
    """Return whether a value can be chosen in a dimension: names with a space between; blank takes a choice back."""
    names = value.split(" ") if value else []
    distinct = len(set(names)) == len(names) and set(names) <= {choice.name for choice in dimension.choices}
    return distinct and (dimension.several or len(names) <= 1)


def load_card_keys(course: Course, name: str) -> dict[str, CardKey]:
    """Return the keys of a set by card, read from the table; nothing keeps them but who asked."""
    reader = _Reader(Tables(course.folder), tuple(course.tracks))
    return next((keys for shown, keys in reader.read() if shown.name == name), {})


def judge(
    course: Course, name: str, card: str, answer: Mapping[str, str], tries: int = 1, lang: str = "id"
) -> Judgement:
    """Return what there is to say about how a card was classed.

    Parameters
    ----------
    course : Course
        Its keys are read, and let go.
    name, card : str
        The set, and the card in it.
    answer : mapping of str to str
        By dimension, the chosen names with a space between.
    tries : int
        How often it was checked by now, this time included.
    lang : str
        The language of what the kit says.

    Raises
    ------
    KasusError
        T274 when there is no such set, T278 when there is no such card in it.
    """
    shown = load_cards(course, name)
    keys = load_card_keys(course, name)
    if card not in keys:
        raise KasusError("training.T278", course.folder.name, name=card[:60])
    return judge_with(shown, keys[card], answer, tries, lang)


def judge_with(cards: CardSet, key: CardKey, answer: Mapping[str, str], tries: int = 1, lang: str = "id") -> Judgement:
    """Return what there is to say about how a card was classed, with a key that was read already."""
    chosen = {each.name: answer.get(each.name, "").split() for each in cards.dimensions}
    verdicts = {name: compared(given, key.classes[name]) for name, given in chosen.items()}
    right = set(verdicts.values()) == {"right"}
    told = right or (tries >= REVEAL_AFTER and "blank" not in verdicts.values())
    state = "right" if right else "blank" if "blank" in verdicts.values() else "revealed" if told else "again"
    return Judgement(
        right,
        verdicts,
        {name: text(f"course.card-{verdict}", lang) for name, verdict in verdicts.items()},
        text(f"course.cards-{state}", lang),
        _reveal(cards, key, lang) if told else None,
    )


def _reveal(cards: CardSet, key: CardKey, lang: str) -> Reveal:
    answer = "; ".join(f"{name}={' '.join(names)}" for name, names in key.classes.items())
    words = []
    for dimension in cards.dimensions:
        said = ", ".join(each.text for each in dimension.choices if each.name in key.classes[dimension.name])
        words.append(f"{dimension.label.rstrip('?:. ')}: {said}")
    return Reveal(answer, "; ".join(words), key.reason, labelled(key.source, key.confidence, lang))


class _Reader:
    """Reads the sets with their keys; a card that cannot be judged is left out and written down."""

    def __init__(self, tables: Tables, tracks: Collection[str]) -> None:
        self.tables, self.tracks = tables, tracks

    def read(self) -> list[tuple[CardSet, dict[str, CardKey]]]:
        """Return every set with its keys by card."""
        if not any((self.tables.folder / name).exists() for name in ("kartu.csv", "golongan.csv")):
            return []
        dimensions = self._dimensions()
        cards: dict[str, dict[str, tuple[Card, CardKey]]] = {name: {} for name in dimensions}
        for place, row in self.tables.rows("kartu.csv", CARD_COLUMNS):
            if not self.tables.filled(place, row, "set", "kartu", "teks", "golongan"):
                continue
            if self.tables.known(place, "set", row["set"], dimensions):
                self._card(place, row, dimensions[row["set"]], cards[row["set"]])
        return [
            (CardSet(name, dimensions[name], tuple(card for card, _ in found.values())), _keys(found))
            for name, found in cards.items()
            if found
        ]

    def _dimensions(self) -> dict[str, tuple[Dimension, ...]]:
        sets: dict[str, dict[str, Dimension]] = {}
        for place, row in self.tables.rows("golongan.csv", CLASS_COLUMNS):
            named = self.tables.filled(place, row, *CLASS_COLUMNS)
            if not named or not self.tables.among(place, row, "pilih", ("satu", "beberapa")):
                continue
            dimensions = sets.setdefault(row["set"], {})
            before = dimensions.get(row["dimensi"])
            choices = before.choices if before is not None else ()
            if self.tables.first(place, row["nama"], [choice.name for choice in choices]):
                several = row["pilih"] == "beberapa"
                more = (*choices, Option(row["nama"], row["teks"]))
                dimensions[row["dimensi"]] = Dimension(row["dimensi"], row["label"], several, more)
        return {name: tuple(dimensions.values()) for name, dimensions in sets.items()}

    def _card(
        self, place: str, row: Mapping[str, str], dimensions: tuple[Dimension, ...],
        cards: dict[str, tuple[Card, CardKey]],
    ) -> None:  # fmt: skip
        name, tables = row["kartu"], self.tables
        if not _NAME.fullmatch(name):
            tables.wrong("T269", place, column="kartu", found=name[:40])
            return
        if not tables.first(place, name, cards):
            return
        classes = {
            part.partition("=")[0].strip(): tuple(sorted(part.partition("=")[2].split()))
            for part in split(row["golongan"], ";")
        }
        wrong = [each.name for each in dimensions if not _fits(each, classes.get(each.name, ()))]
        wrong += [each for each in classes if each not in {dimension.name for dimension in dimensions}]
        for found in wrong:
            tables.wrong("T275", place, name=name, found=found[:40])
        tables.filled(place, row, "alasan", "sumber")
        confidence = tables.confidence(place, row)
        if not wrong:
            card = Card(name, tables.tracks(place, row, self.tracks), row["teks"])
            ordered = {each.name: classes[each.name] for each in dimensions}
            cards[name] = card, CardKey(ordered, row["alasan"], row["sumber"], confidence)


def _keys(found: Mapping[str, tuple[Card, CardKey]]) -> dict[str, CardKey]:
    return {name: key for name, (_, key) in found.items()}


def _fits(dimension: Dimension, names: tuple[str, ...]) -> bool:
    return bool(names) and accepts_class(dimension, " ".join(names))
