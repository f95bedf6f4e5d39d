"""A story as a paralegal hears it, and the places in it that show a fact."""

from __future__ import annotations

import re
from typing import NamedTuple


class Span(NamedTuple):
    """A part of a story: paragraph from 0, and characters from ``start`` up to ``end`` in it."""

    paragraph: int
    start: int
    end: int


class Story:
    """The paragraphs of a story.

    Parameters
    ----------
    text : str
        Paragraphs separated by blank lines; line ends inside a paragraph count as spaces, and ``<!-- notes -->`` to
        its writer for nothing.
    """

    def __init__(self, text: str) -> None:
        blocks = re.split(r"\n\s*\n", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip())
        self.paragraphs = tuple(_one_line(block) for block in blocks if block.strip())

    @property
    def words(self) -> int:
        """Return how many words the story has."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)

    def find(self, quote: str) -> Span | None:
        """Return where a quote stands word for word (its first place), None when it does not."""
        wanted = _one_line(quote)
        if not wanted:
            return None
        for index, paragraph in enumerate(self.paragraphs):
            start = paragraph.find(wanted)
            if start >= 0:
                return Span(index, start, start + len(wanted))
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
