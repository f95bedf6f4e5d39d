"""Handwriting: the small tilts and shifts that make typed words look written by someone, always the same for a seed."""

from __future__ import annotations

import random
import re
import zlib
from typing import TypeAlias

SOFT = "\u200b"  # where a long word may break
_LONG = re.compile(r"\S{40,}")
Word: TypeAlias = list[object]  # text, shift down in points, tilt in degrees, size as a factor


def soft(text: str) -> str:
    """Return a text whose endless words may break, so that nothing runs off the page."""
    return _LONG.sub(lambda word: SOFT.join(word[0][at : at + 20] for at in range(0, len(word[0]), 20)), text)


class Hand:
    """One writer.

    Parameters
    ----------
    seed : str
        The same seed writes the same way each time.
    """

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(zlib.crc32(seed.encode()))
        self._slope = self._draw.uniform(-0.8, 0.3)

    def words(self, text: str) -> list[Word]:
        """Return a text word by word, each with shift, tilt and size; a line break in it is a word of its own."""
        out: list[Word] = []
        for line in text.strip().split("\n"):
            if out:
                out.append(["\n", 0, 0, 1])
            out += [self._word(word) for word in soft(line).replace(SOFT, " ").split()]
        return out

    def signs(self, text: str) -> list[Word]:
        """Return a text sign by sign, for the boxes of a comb."""
        return [self._word(sign) for sign in text]

    def cross(self) -> list[float]:
        """Return how a cross in a tick box lies: shift right and down in points, tilt in degrees, size as a factor."""
        draw = self._draw
        right, down = draw.uniform(-0.5, 0.5), draw.uniform(-0.4, 0.4)
        return [_round(each) for each in (right, down, draw.uniform(-14, 10), draw.uniform(0.95, 1.35))]

    def _word(self, word: str) -> Word:
        draw = self._draw
        down, tilt = draw.gauss(0, 0.45), self._slope + draw.gauss(0, 0.8)
        return [word, _round(down), _round(tilt), _round(draw.uniform(0.96, 1.05))]


def _round(value: float) -> float:
    return round(value, 2)
