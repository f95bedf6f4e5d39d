"""Read what a PDF says, page by page, as a person's eyes or a screen reader would find it."""

from __future__ import annotations

import io
import unicodedata
from functools import lru_cache

from pypdf import PdfReader

LIGATURES = str.maketrans({"\u00a0": " ", "\u200b": "", "\u2060": ""})


def reader(pdf: bytes) -> PdfReader:
    """Return the PDF opened."""
    return PdfReader(io.BytesIO(pdf))


@lru_cache(maxsize=32)
def pages(pdf: bytes) -> tuple[str, ...]:
    """Return the text of each page, on one line."""
    return tuple(plain(page.extract_text()) for page in reader(pdf).pages)


def plain(text: str) -> str:
    """Return a text with single spaces, ligatures taken apart."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(LIGATURES)).split())


def squeezed(text: str) -> str:
    """Return a text without any spaces: where lines break does not matter."""
    return "".join(plain(text).split())


def says(pdf: bytes, text: str) -> bool:
    """Return whether a PDF says something, across lines and pages."""
    return squeezed(text) in squeezed(" ".join(pages(pdf)))
