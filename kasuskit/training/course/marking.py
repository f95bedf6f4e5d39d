"""Mark an answer to a question: first a hint, then the answer with its reason.

Answers are texts, as the class file keeps them:

=========== ================================= ===========
kind        encoding                          example
=========== ================================= ===========
satu        the option's name                 ``b``
beberapa    names, with a space between       ``a c``
urutan      all names in the order given      ``c a b``
pasangan    left=right, with a space between  ``a=k2 b=k1``
isian       the text                          ``rumah``
=========== ================================= ===========

A blank answer is no answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from kasuskit.messages import text
from kasuskit.training.course.items import Item, Key, load_keys, squeezed

if TYPE_CHECKING:
    from kasuskit.training.course.course import Course

LONGEST = 200
"""Letters of a short answer."""
REVEAL_AFTER = 2
"""From this try on the answer is told also to whoever has not found it."""


@dataclass(frozen=True, slots=True)
class Reveal:
    """What is told once an answer is right, or after two tries.

    Parameters
    ----------
    answer : str
        The right answer, encoded.
    expected : str
        The right answer in words.
    explanation, source : str
        Why, and where that comes from; what is not settled is labelled so.
    """

    answer: str
    expected: str
    explanation: str
    source: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What there is to say about an answer.

    Parameters
    ----------
    right : bool
        Whether it is all right.
    points : float
        From 0 to 1, see ``points``.
    message : str
        One or two sentences; gives nothing away.
    remarks : mapping of str to str
        Hints by option for what was wrongly chosen (for a short answer under the blank name).
    reveal : Reveal or None
        None until it is right, or until the second try.
    """

    right: bool
    points: float
    message: str
    remarks: Mapping[str, str]
    reveal: Reveal | None


def accepts(item: Item, value: str) -> bool:
    """Return whether a value is an answer that can be given to a question; blank takes an answer back."""
    if not value:
        return True
    if item.kind == "isian":
        return len(value) <= LONGEST and value.isprintable()
    names = [option.name for option in item.options]
    parts = value.split(" ")
    if item.kind == "pasangan":
        left, right = zip(*(part.partition("=")[::2] for part in parts), strict=True)
        return _distinct_of(left, names) and set(right) <= {partner.name for partner in item.partners}
    if item.kind == "satu":
        return value in names
    return _distinct_of(parts, names) and (item.kind == "beberapa" or len(parts) == len(names))


def _distinct_of(given: Collection[str], names: Collection[str]) -> bool:
    return len(set(given)) == len(given) and set(given) <= set(names)


def points(item: Item, key: Key, answer: str) -> float:
    """Return what an answer is worth, from 0 to 1; guessing earns nothing on average, or little.

    - ``satu`` and ``isian``: all or nothing.
    - ``beberapa``: (rightly chosen - wrongly chosen) / number of right ones, never below 0.
    - ``urutan``: (pairs in the right order - pairs in the wrong one) / all pairs, never below 0 (Kendall's tau).
    - ``pasangan``: rightly paired / all pairs.
    """
    if not answer:
        return 0.0
    if item.kind == "isian":
        return float(squeezed(answer) in key.accepted)
    given, wanted = answer.split(), key.answer.split()
    if item.kind == "beberapa":
        rightly = len(set(given) & set(wanted))
        return max(0.0, (2 * rightly - len(set(given))) / len(wanted))
    if item.kind == "urutan":
        ordered = [given.index(one) < given.index(other) for one, other in combinations(wanted, 2)]
        return max(0.0, (2 * sum(ordered) - len(ordered)) / len(ordered))
    if item.kind == "pasangan":
        return len(set(given) & set(wanted)) / len(wanted)
    return float(answer == key.answer)


def is_right(item: Item, key: Key, answer: str) -> bool:
    """Return whether an answer is all right, as a test counts it."""
    if item.kind in ("beberapa", "pasangan"):
        return set(answer.split()) == set(key.answer.split())
    return points(item, key, answer) == 1.0


def mark(course: Course, name: str, answer: str, tries: int, lang: str = "id") -> Mark:
    """Return what there is to say about an answer to a question.

    Parameters
    ----------
    course : Course
        Its keys are read, and let go.
    name : str
        The question's (``T06c``).
    answer : str
        Encoded; one that ``accepts`` lets pass.
    tries : int
        How often it was checked by now, this time included.
    lang : str
        The language of what the kit says; hints and reasons are as the course has them.

    Raises
    ------
    KasusError
        T278 when there is no such question.
    """
    item = course.item(name)
    return mark_with(item, load_keys(course)[name], answer, tries, lang)


def mark_with(item: Item, key: Key, answer: str, tries: int, lang: str = "id") -> Mark:
    """Return what there is to say about an answer, with a key that was read already."""
    if not accepts(item, answer):
        answer = ""
    right = bool(answer) and is_right(item, key, answer)
    told = right or (bool(answer) and tries >= REVEAL_AFTER)
    message = _message(item, key, answer, right, lang)
    if told and not right:
        message = f"{message} {text('course.mark-revealed', lang)}"
    reveal = Reveal(key.answer, expected(item, key), key.explanation, source_label(key, lang)) if told else None
    return Mark(right, points(item, key, answer), message, {} if right else _remarks(item, key, answer), reveal)


def _message(item: Item, key: Key, answer: str, right: bool, lang: str) -> str:
    if not answer:
        return text("course.mark-blank", lang)
    if right:
        return text("course.mark-right", lang)
    given, wanted = answer.split(), key.answer.split()
    if item.kind == "beberapa":
        return text(f"course.mark-{compared(given, wanted)}", lang)
    if item.kind in ("urutan", "pasangan"):
        placed = sum(one == other for one, other in zip(given, wanted, strict=False))
        count = placed if item.kind == "urutan" else len(set(given) & set(wanted))
        return text(f"course.mark-{item.kind}", lang, count=count, total=len(wanted))
    return text(f"course.mark-{item.kind}", lang)


def compared(given: Collection[str], wanted: Collection[str]) -> str:
    """Return how chosen names differ from the right ones: ``right``, ``blank``, ``fewer``, ``more`` or ``other``."""
    if not given:
        return "blank"
    lacking, extra = set(wanted) - set(given), set(given) - set(wanted)
    if lacking and extra:
        return "other"
    return "fewer" if lacking else "more" if extra else "right"


def _remarks(item: Item, key: Key, answer: str) -> dict[str, str]:
    """Return the hints on what was wrongly chosen; of an order only the first that is out of place."""
    if item.kind == "isian":
        remark = key.remarks.get(squeezed(answer), "") if answer else ""
        return {"": remark} if remark else {}
    given, wanted = answer.split(), key.answer.split()
    if item.kind == "urutan":
        wrong = [one for one, other in zip(given, wanted, strict=False) if one != other][:1]
    else:
        wrong = [part.partition("=")[0] for part in given if part not in wanted]
    return {name: key.remarks[name] for name in wrong if name in key.remarks}


def expected(item: Item, key: Key) -> str:
    """Return the right answer in words."""
    said = {option.name: option.text for option in (*item.options, *item.partners)}
    if item.kind == "isian":
        return key.answer
    if item.kind == "pasangan":
        pairs = (part.partition("=")[::2] for part in key.answer.split())
        return "; ".join(f"{said[left]} – {said[right]}" for left, right in pairs)
    names = key.answer.split()
    if item.kind == "urutan":
        return "; ".join(f"{number}. {said[name]}" for number, name in enumerate(names, 1))
    return "; ".join(said[name] for name in names)


def source_label(key: Key, lang: str = "id") -> str:
    """Return where an explanation comes from; what is not settled law or a written source is labelled so."""
    return labelled(key.source, key.confidence, lang)


def labelled(source: str, confidence: str, lang: str = "id") -> str:
    """Return a source with what must be said about how sure we are of it."""
    if confidence == "S":
        return source
    label = text(f"course.confidence-{confidence}", lang)
    return f"{source} ({label})" if source else label
