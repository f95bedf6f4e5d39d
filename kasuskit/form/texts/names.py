"""The names of people that stand in a text where only codes such as K1 and T1 should."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from kasuskit.form.texts.lists import word_list
from kasuskit.form.texts.words import Word, as_written, joined, placed_words, plain, shown, words_in

_CODE = re.compile(r"[kts][0-9]{1,2}")
_BETWEEN = re.compile(r"[(),;/\n]|\b(?:alias|dan|atau|dipanggil|panggilan)\b", re.IGNORECASE)
_LEAST = 3  # letters of a part of a name that counts by itself
_LONGEST = 500


class _Name(NamedTuple):
    """What gives a name away: any of ``telling``, a word of ``capital`` with a capital letter, or ``whole``."""

    words: frozenset[str]
    telling: frozenset[str]
    capital: frozenset[str]
    whole: tuple[str, ...]

    @property
    def any_of(self) -> frozenset[str]:
        """The words of which one at least stands wherever the name does."""
        return self.telling | self.capital | frozenset(self.whole)


def names_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return which of the names stand in a text, as written there, in order, each once.

    A name stands there with all its words, or with one word of at least three letters that is no ordinary one. Forms
    of address, titles and other ordinary words are in the list ``sapaan``: ``tepat`` never count alone, ``kapital``
    count when they have a capital letter inside a sentence, and what begins with a word marked ``awal`` describes a
    person: of it, only words with a capital letter count.
    """
    present = words_in(text)
    wanted = [name for given in dict.fromkeys(names) for name in _names(given) if not present.isdisjoint(name.any_of)]
    if not wanted:
        return ()
    written, low, words = shown(text), plain(text), placed_words(text)
    spans = {span for name in wanted for span in _spans(name, written, low, words)}
    found: dict[str, str] = {}
    reached = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reached:  # else a part of the name before: two of the names share a word
            reached = end
            found.setdefault(plain(as_written(text, start, end)), as_written(text, start, end))
    return tuple(found.values())


@lru_cache(maxsize=128)
def _names(given: str) -> tuple[_Name, ...]:
    """Return the names that a cell holds: ``Maria Contoh (Mama Yuli)`` holds two."""
    return tuple(name for name in map(_name, _BETWEEN.split(shown(given)[:_LONGEST])) if name is not None)


def _name(piece: str) -> _Name | None:
    """Return what gives one name away; None for a code, a form of address, or the description of a stranger."""
    never, with_capital, describing = (word_list("sapaan").of_way(way) for way in ("tepat", "kapital", "awal"))
    plain_words = never | describing
    words = [word for word in placed_words(piece) if not _CODE.fullmatch(word.plain)]
    core = words
    described = False
    while core and core[0].plain in plain_words:
        described = described or core[0].plain in describing
        core = core[1:]
    if described:
        core = [word for word in core if piece[word.start].isupper()]
    while core and core[-1].plain in plain_words:
        core = core[:-1]
    whole = tuple(word.plain for word in core)
    if len("".join(whole)) < 2 or "".join(whole).isdigit():
        return None
    telling = frozenset(word for word in whole if len(word) >= _LEAST) - plain_words - with_capital
    return _Name(
        words=frozenset(word.plain for word in words),
        telling=telling,
        capital=with_capital.intersection(whole),
        whole=() if len(whole) == 1 and whole[0] in with_capital else whole,
    )


def _spans(name: _Name, written: str, low: str, words: tuple[Word, ...]) -> Iterator[tuple[int, int]]:
    """Yield where runs of words of a name stand, each word once in a run, when they give the name away."""
    at = 0
    while at < len(words):
        run: list[Word] = []
        seen: set[str] = set()
        while at < len(words) and words[at].plain in name.words and words[at].plain not in seen:
            if run and not joined(low, run[-1], words[at]):
                break
            run.append(words[at])
            seen.add(words[at].plain)
            at += 1
        if not run:
            at += 1
        elif _gives_away(name, run, written):
            yield run[0].start, run[-1].end


def _gives_away(name: _Name, run: list[Word], written: str) -> bool:
    plains = tuple(word.plain for word in run)
    if not name.telling.isdisjoint(plains):
        return True
    size = len(name.whole)
    if size and any(plains[at : at + size] == name.whole for at in range(len(plains) - size + 1)):
        return True
    return any(
        word.plain in name.capital and written[word.start].isupper() and not _begins_sentence(written, word.start)
        for word in run
    )


def _begins_sentence(written: str, at: int) -> bool:
    before = written[max(0, at - 20) : at].rstrip(" \t\"'\u201c\u2018(")
    return not before or before[-1] in ".!?:\n\r"
