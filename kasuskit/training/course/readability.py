"""How hard a lesson is to read: words in a sentence, letters in a word, and which words are hard.

LIX (Björnsson 1968) is the number of words in a sentence plus the percentage of words of more than six letters. It
can be compared within one language only: Indonesian with its prefixes scores higher than English. What counts here is
to find the worst lesson and its words, not the number itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kasuskit.form.workbook import csv_rows, decoded
from kasuskit.places import data_dir
from kasuskit.training.course.notebook import LessonCell

LONG = 6  # letters
HARD = 5  # syllables
_MARKUP = re.compile(r"```.*?```|!?\[([^\]]*)\]\([^)]*\)|[*_`>#|]", re.DOTALL)
_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)|\n\s*\n|\n\s*[-*|\d]")
_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*")
_SYLLABLE = re.compile(r"ai|au|oi|[aiueoé]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readability:
    """How hard a text is to read.

    Parameters
    ----------
    words, sentences : int
        How many.
    sentence_length : float
        Words in a sentence, on average.
    word_length : float
        Letters in a word, on average.
    lix : float
        Words in a sentence plus the percentage of words of more than six letters.
    hard : tuple of str
        Words of five and more syllables that no glossary explains, most frequent first.
    """

    words: int
    sentences: int
    sentence_length: float
    word_length: float
    lix: float
    hard: tuple[str, ...]


def measure(text: str, known: Collection[str] = ()) -> Readability:
    """Return how hard a text in Markdown is to read.

    Parameters
    ----------
    text : str
        Markdown; its marks and the targets of its links do not count.
    known : collection of str
        Words that are explained elsewhere.
    """
    plain = _MARKUP.sub(lambda found: found[1] or " ", text)
    parts = [words for part in _SENTENCE.split(plain) if part and (words := _WORD.findall(part))]
    words = [word for part in parts for word in part]
    if not words:
        return Readability(0, 0, 0.0, 0.0, 0.0, ())
    long = sum(len(word) > LONG for word in words)
    explained = {word.casefold() for word in known}
    hard = Counter(word.casefold() for word in words if len(_SYLLABLE.findall(word)) >= HARD)
    length = len(words) / len(parts)
    return Readability(
        len(words),
        len(parts),
        length,
        sum(map(len, words)) / len(words),
        length + 100 * long / len(words),
        tuple(word for word, _ in hard.most_common() if word not in explained),
    )


def measure_lesson(cells: Iterable[LessonCell]) -> Readability:
    """Return how hard the text is that participants of a lesson read."""
    shown = (cell.source for cell in cells if cell.kind == "markdown" and not cell.hidden)
    return measure("\n\n".join(shown), glossary())


def glossary() -> frozenset[str]:
    """Return the words that ``data/reference/istilah.csv`` explains, each word of a term by itself."""
    path = data_dir() / "reference" / "istilah.csv"
    if not path.is_file():
        return frozenset()
    _, *rows = csv_rows(decoded(path), path.name)
    return frozenset(word.casefold() for row in rows if row for word in _WORD.findall(row[0]))
