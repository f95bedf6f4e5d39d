"""The one exception that a person may meet: a code, a sentence, the place, and the way out."""

from __future__ import annotations

from typing import Any

from kasuskit.messages.catalogue import text


class KasusError(Exception):
    """Something a person gave cannot be used, and here is what to do about it.

    Parameters
    ----------
    key : str
        ``"DOMAIN.CODE"``, for instance ``"form.F101"``. The catalogue of the domain holds the sentence under
        ``CODE`` and the way out under ``CODE.do``.
    place : str
        Where it is, as a person would look for it: ``"survey, baris 12, kolom relevant"`` or a file name.
        Never the content of a case.
    **values
        What the sentence's ``{name}`` places stand for.
    """

    def __init__(self, key: str, /, place: str = "", **values: Any) -> None:
        super().__init__(key, place)
        self.key = key
        self.code = key.partition(".")[2]
        self.place = place
        self.values = values

    def say(self, lang: str = "id") -> str:
        """Return code, sentence, way out and place in one line of ``lang``."""
        parts = [f"[{self.code}] {self.sentence(lang)}", self.way_out(lang)]
        if self.place:
            parts.append(f"({self.place})")
        return " ".join(part for part in parts if part)

    def sentence(self, lang: str = "id") -> str:
        """Return what is wrong."""
        return text(self.key, lang, **self.values)

    def way_out(self, lang: str = "id") -> str:
        """Return what to do about it."""
        return text(f"{self.key}.do", lang, **self.values)

    def __str__(self) -> str:
        return self.say("id")


class KasusErrors(KasusError):
    """Several mistakes found in one go; ``errors`` holds one ``KasusError`` for each."""

    def __init__(self, key: str, place: str, errors: list[KasusError]) -> None:
        super().__init__(key, place, count=len(errors))
        self.errors = tuple(errors)

    def say(self, lang: str = "id") -> str:
        """Return the head line, then a line for each mistake."""
        return "\n".join([super().say(lang), *(error.say(lang) for error in self.errors)])
