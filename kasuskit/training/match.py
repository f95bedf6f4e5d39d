"""Whether an answer is the key's answer, and if not, in which way it is not."""

from __future__ import annotations

import re
import unicodedata

from kasuskit.form import Form, Question
from kasuskit.form.definition import pick
from kasuskit.training.cases import KeyField

UNKNOWN = ("td", "tm")


def verdict_of(question: Question, key: KeyField, given: str) -> tuple[str, str]:
    """Return the verdict on an answer, and the tempting choice it fell for (else blank)."""
    if _same(question, key, given):
        return "right", ""
    fell_for = next((name for name in _parts(question, given) if name in key.misread), "")
    if not given:
        return "missing", ""
    if key.unsaid and not key.free:
        return ("misclassified", fell_for) if fell_for else ("invented", "")
    if fell_for and fell_for not in _parts(question, key.answer):
        return "misclassified", fell_for
    if unknown(question, given):
        return "missing", ""
    return "wrong", ""


def unknown(question: Question, given: str) -> bool:
    """Return whether an answer says that the matter is not known."""
    return question.type.startswith("select_") and given in UNKNOWN


def _parts(question: Question, answer: str) -> tuple[str, ...]:
    return tuple(answer.split()) if question.type == "select_multiple" else (answer,) if answer else ()


def _same(question: Question, key: KeyField, given: str) -> bool:
    if key.free:
        return bool(given) or not key.answer
    if given in (key.answer, *key.also):
        return True
    same = plain(given) if question.type == "text" else ""
    return bool(same) and any(same == plain(right) for right in (key.answer, *key.also))


def plain(answer: str) -> str:
    """Return a text without case, accents, punctuation and needless spaces."""
    letters = unicodedata.normalize("NFKD", answer.casefold())
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split())


def common_words(one: str, other: str) -> float:
    """Return the share of words that two texts have in common, from 0 to 1."""
    ours, theirs = set(plain(one).split()), set(plain(other).split())
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


def said(form: Form, question: Question, answer: str, lang: str) -> str:
    """Return an answer in words: labels of choices, dates as 3/10/2026."""
    if question.list_name:
        choices = [form.choice(question, name) for name in _parts(question, answer)]
        return ", ".join(pick(choice.label, lang) for choice in choices if choice is not None)
    if question.type == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", answer):
        return f"{int(answer[8:])}/{int(answer[5:7])}/{answer[:4]}"
    return answer
