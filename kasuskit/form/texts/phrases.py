"""The words and phrases of a word list that stand in texts, quotations and exceptions left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kasuskit.form.texts.lists import Entry, WordList, word_list
from kasuskit.form.texts.words import Word, as_written, joined, placed_words, plain, quotations, words_in


def listed_words(name: str, texts: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    """Yield each word or phrase of a word list that stands in the texts, once, as written, with its row of the list.

    Parameters
    ----------
    name : str
        The name of the list; with a list that is not there nothing is found.
    texts : iterable of str
        What people wrote.
    """
    listed = word_list(name)
    told: set[str] = set()
    for text in texts:
        if not listed.may_be_in(words_in(text)):
            continue
        for start, end, entry in _phrases(listed, text):
            written = as_written(text, start, end)
            if plain(written) not in told:
                told.add(plain(written))
                yield written, entry


def _phrases(listed: WordList, text: str) -> Iterator[tuple[int, int, Entry]]:
    """Yield where each phrase of a list stands in a text, quotations and exceptions left out."""
    low, words = plain(text), placed_words(text)
    quoted = list(quotations(low))
    at = 0
    while at < len(words):
        found = _phrase_at(listed, low, words, at)
        if found is None:
            at += 1
            continue
        entry, last = found
        start, end = words[at].start, words[last].end
        at = last + 1
        if entry.way == "kecuali" or (not entry.in_quotes and _within(quoted, start)):
            continue
        yield start, end, entry


def _phrase_at(listed: WordList, low: str, words: tuple[Word, ...], at: int) -> tuple[Entry, int] | None:
    for rest, entry in listed.phrases.get(words[at].plain, ()):
        last = at + len(rest)
        if tuple(word.plain for word in words[at + 1 : last + 1]) != rest:
            continue
        if all(joined(low, one, other) for one, other in pairwise(words[at : last + 1])):
            return entry, last
    return None


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    before = bisect_left(spans, (at, at)) - 1
    return before >= 0 and at < spans[before][1]
