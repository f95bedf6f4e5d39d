"""Sorting cards: one short situation after another, classed by a person, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kasuskit.messages import KasusError, text
from kasuskit.training.course import Course, card_screen, load_cards
from kasuskit.training.course.cards import CardKey, accepts_class, judge_with, load_card_keys
from kasuskit.widgets.checks import Asked, Marks, Told, checked_view, checks_among, plain_reveal, read_check

_BETWEEN = ";"


class CardsActivity:
    """A set of cards; each is checked when the person asks, first for a hint, then for the answer and why.

    Parameters
    ----------
    course : Course
        Has the cards; their classes are read when a card is checked, and let go.
    name : str
        As in the column ``set`` (``"bentuk"``).
    track : str
        The person's track; blank: the cards of all tracks.
    lang : str
        Language of what the kit says of an answer; reasons are as the course has them.

    Raises
    ------
    KasusError
        T274 when there is no such set, W420 when it has no card for this track.
    """

    module = "cards.js"

    def __init__(self, course: Course, name: str, track: str = "", lang: str = "id") -> None:
        self._course, self._lang = course, lang
        self._set = load_cards(course, name, track or None)
        self._cards = tuple(card.id for card in self._set.cards)
        if not self._cards:
            raise KasusError("widgets.W420", name=name[:60])
        self._fields = {f"{card}/{each.name}": each for card in self._cards for each in self._set.dimensions}
        self._marks = Marks(self._mark)
        self.name = f"kartu-{name}"[:60]
        self.title = text("widgets.cards.name", lang, labels=", ".join(self._labels()))

    def _labels(self) -> list[str]:
        return [each.label.rstrip("?:. ") for each in self._set.dimensions]

    def screen(self, lang: str) -> dict[str, Any]:
        """Return the cards and the classes that there are, without the key."""
        label = text("widgets.cards.label", lang, count=len(self._cards), labels=", ".join(self._labels()))
        return {**card_screen(self._set), "label": label}

    def accepts(self, at: str, value: str) -> bool:
        """Return whether this classes a card, or asks for a check of one that is classed in every way."""
        asked = read_check(at, value)
        if asked is None:
            return at in self._fields and accepts_class(self._fields[at], value)
        given = asked.answer.split(_BETWEEN)
        if asked.name not in self._cards or len(given) != len(self._set.dimensions):
            return False
        pairs = zip(self._set.dimensions, given, strict=True)
        return all(bool(names) and accepts_class(dimension, names) for dimension, names in pairs)

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return what is told of every card that was checked."""
        return checked_view(self._marks.of(list(checks_among(answers, self.accepts))), self._cards)

    def _mark(self, asked: Sequence[Asked]) -> list[Told]:
        keys = load_card_keys(self._course, self._set.name)
        told: list[Told] = []
        for each in asked:
            key = keys.get(each.name)
            if key is None or not self._fits(key):  # the course was edited in the meantime
                told.append({})
                continue
            given = dict(
                zip((dimension.name for dimension in self._set.dimensions), each.answer.split(_BETWEEN), strict=True)
            )
            said = judge_with(self._set, key, given, each.tries, self._lang)
            told.append(
                {
                    "right": said.right,
                    "message": said.message,
                    "verdicts": dict(said.verdicts),
                    "messages": dict(said.messages),
                    "reveal": plain_reveal(said.reveal),
                    "classes": {name: " ".join(names) for name, names in key.classes.items()} if said.reveal else {},
                }
            )
        return told

    def _fits(self, key: CardKey) -> bool:
        chosen = {name: " ".join(names) for name, names in key.classes.items()}
        return all(accepts_class(each, chosen.get(each.name, " ")) for each in self._set.dimensions)
