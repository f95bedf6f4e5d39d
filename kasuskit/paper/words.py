"""Put conditions into plain words: "Isi bila *B.1 Siapa yang melapor?* bukan Korban sendiri"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kasuskit.form import Form, Question
from kasuskit.messages import text
from kasuskit.paper.labels import choice_label, label, numbers, short
from kasuskit.paper.logic import (
    Between,
    Compared,
    Condition,
    Depends,
    Either,
    Every,
    Filled,
    Fixed,
    Is,
    Some,
    condition,
)

LONGEST_LABEL = 38
_OPEN, _SHUT = "\x02", "\x03"
_STYLED = re.compile(f"{_OPEN}(.)([^{_SHUT}]*){_SHUT}")


class Piece(NamedTuple):
    """A part of a sentence: ``style`` is blank, ``q`` for a question's label or ``v`` for an answer."""

    style: str
    text: str


Phrase = tuple[Piece, ...]


def when(form: Form, source: str, lang: str) -> Phrase:
    """Return in which case a question is asked, as pieces; nothing when it is always asked.

    Parameters
    ----------
    form : Form
        The form, for the labels of questions and choices.
    source : str
        The expression of the column ``relevant`` (or ``required``).
    lang : str
        Language of the words.
    """
    found = condition(form, source)
    if found == Fixed(True):
        return ()
    return _pieces(_Speaker(form, lang).say(found))


def sentence(phrase: Iterable[Piece]) -> str:
    """Return a phrase as plain text, answers in quotes."""
    return "".join(f"“{piece.text}”" if piece.style == "v" else piece.text for piece in phrase)


def fill_if(phrase: Phrase, lang: str) -> Phrase:
    """Return a phrase as an instruction: "Isi bila …"."""
    if not phrase:
        return ()
    before, _, after = text("paper.when.fill_if", lang, condition="\0").partition("\0")
    return tuple(piece for piece in (Piece("", before), *phrase, Piece("", after)) if piece.text)


def _pieces(styled: str) -> Phrase:
    out, at = [], 0
    for found in _STYLED.finditer(styled):
        out += [Piece("", styled[at : found.start()]), Piece(found[1], found[2])]
        at = found.end()
    return tuple(piece for piece in (*out, Piece("", styled[at:])) if piece.text)


class _Speaker:
    def __init__(self, form: Form, lang: str) -> None:
        self.form, self.lang = form, lang

    def say(self, found: Condition) -> str:
        match found:
            case Is(name, values, many, holds):
                key = ("has" if holds else "lacks") if many else ("is" if holds else "is_not")
                return self.word(key, question=self.question(name), values=self.listed(self.values(name, values), "or"))
            case Filled(name, holds):
                return self.word("filled" if holds else "blank", question=self.question(name))
            case Compared(name, op, value, other):
                said = self.question(value) if other else self.value(value)
                return self.word(_COMPARED[op], question=self.question(name), value=said)
            case Between(name, least, most):
                bounds = {"least": self.value(least), "most": self.value(most)}
                return self.word("between", question=self.question(name), **bounds)
            case Some(name, holds):
                repeat = self.styled("q", label(self.form, name, self.lang))
                return self.word("some" if holds else "none", repeat=repeat)
            case Depends(names):
                return self.word("depends", questions=self.listed([self.question(name) for name in names], "and"))
            case Fixed(holds):
                return self.word("always" if holds else "never")
            case Every(parts):
                return self.joined(parts, "and")
            case Either(parts):
                return self.joined(parts, "or")

    def joined(self, parts: Sequence[Condition], joint: str) -> str:
        glue = text(f"paper.when.{joint}", self.lang)
        return f", {glue} ".join(self.inside(part) for part in parts)

    def inside(self, part: Condition) -> str:
        said = self.say(part)
        return f"({said})" if isinstance(part, (Every, Either)) else said

    def word(self, key: str, **values: str) -> str:
        return text(f"paper.when.{key}", self.lang, **values) if values else text(f"paper.when.{key}", self.lang)

    def listed(self, parts: Sequence[str], joint: str) -> str:
        if len(parts) < 2:
            return "".join(parts)
        glue = text(f"paper.when.{joint}", self.lang)
        return f"{', '.join(parts[:-1])} {glue} {parts[-1]}"

    def question(self, name: str) -> str:
        said = short(label(self.form, name, self.lang))
        number = numbers(self.form).get(name, "")
        if len(said) > LONGEST_LABEL and number:
            said = f"{said[: LONGEST_LABEL - 1].rsplit(' ', 1)[0]} …"
        return self.styled("q", f"{number} {said}".strip())

    def values(self, name: str, values: Sequence[str]) -> list[str]:
        node = self.form.nodes[name]
        assert isinstance(node, Question)
        return [self.value(short(choice_label(self.form, node, value, self.lang))) for value in values]

    def value(self, said: str) -> str:
        return self.styled("v", said)

    def styled(self, style: str, said: str) -> str:
        return f"{_OPEN}{style}{said}{_SHUT}"


_COMPARED = {"=": "equal", "!=": "unequal", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
