"""What can be said at once about a chronology: names, judging words, no source, no time, no place, an empty part.

A computer finds listed words and given names, not what is true. So everything here is advice, and nothing blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kasuskit.form.texts.dates import mentions
from kasuskit.form.texts.lists import Entry
from kasuskit.form.texts.names import names_in
from kasuskit.form.texts.numbers import KINDS, numbers_in
from kasuskit.form.texts.phrases import listed_words
from kasuskit.form.texts.words import plain, quotations
from kasuskit.messages import text
from kasuskit.training.course.chronology import PARTS, Exercise, Statement
from kasuskit.training.match import plain as bare

GOOD, INFO, WARNING, ERROR = "good", "info", "warning", "error"
SHORTEST = 150  # characters of a whole chronology (R59)
MANY_WORDS, LONG_SENTENCE = 80, 45
NEAR = date(2026, 7, 1)  # any day: where no year is written, all dates are read as near to it
_HOUR = re.compile(r"\b(?:pukul|pkl\.?|jam)\s*\d{1,2}\b|(?<![\d.])(?:[01]?\d|2[0-3])[.:][0-5]\d(?![\d.])")
_SENTENCE = re.compile(r"[.!?](?:[\"'\u201d\u2019)]*)(?:\s|$)")
_CODE = re.compile(r"\b[KTS]\d\b")
_LEAST_QUOTE = 2  # words of what counts as a quotation


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of advice, or a word of praise.

    Parameters
    ----------
    where : str
        A statement's id, a part (``saat``), or blank for the whole.
    severity : str
        ``good``, ``info``, ``warning`` or ``error``; nothing ever blocks.
    kind : str
        What it is about, as in the catalogue (``nama``, ``menghakimi``, ``sumber`` …).
    rule : str
        The rule of the format that says the same (``R58``), blank when there is none.
    text, do : str
        The sentence, and the way out.
    """

    where: str
    severity: str
    kind: str
    rule: str
    text: str
    do: str


_LISTS = (("menghakimi", "R57"), ("mengapa", "R57"), ("kesimpulan", "R57"), ("kabar", ""))


def check(statements: Sequence[Statement], exercise: Exercise, lang: str = "id") -> tuple[Finding, ...]:
    """Return what there is to say about a chronology, statement by statement, then part by part, then as a whole.

    Parameters
    ----------
    statements : sequence of Statement
        In order; those without a text count as not there.
    exercise : Exercise
        Whose names to look for, and which material it was written from.
    lang : str
        Language of the sentences.
    """
    written = [each for each in statements if each.text.strip()]
    if not written:
        return ()
    found = [finding for each in written for finding in _statement(each, exercise, lang)]
    found += _order(written, lang)
    for part in PARTS:
        found += _part(part, [each for each in written if each.part == part], lang)
    if sum(len(each.text.strip()) for each in written) < SHORTEST:
        found.append(_finding("", WARNING, "pendek", "R59", lang, least=SHORTEST))
    return tuple(found)


def _finding(where: str, severity: str, kind: str, rule: str, lang: str, **values: object) -> Finding:
    said = text(f"training.chron.{kind}", lang, **values)
    do = "" if severity == GOOD else text(f"training.chron.{kind}.do", lang, **values)
    return Finding(where, severity, kind, rule, said, do)


def _statement(each: Statement, exercise: Exercise, lang: str) -> Iterator[Finding]:
    names = names_in(each.text, exercise.names)
    if names:
        yield _finding(each.id, ERROR, "nama", "R58", lang, found=", ".join(names))
    numbers = numbers_in(each.text)
    if numbers:
        yield _finding(each.id, ERROR, "nomor", "R58", lang, found=", ".join(k for k in KINDS if k in numbers))
    for name, rule in _LISTS:
        words = _words(name, each.text)
        if name == "menghakimi":  # a question why is told once, with its own way out
            words = [(word, entry) for word, entry in words if entry.words[0] not in ("mengapa", "kenapa")]
        if words:
            told = " · ".join(f"{word} → {entry.instead}" for word, entry in words if entry.instead)
            yield _finding(each.id, WARNING, name, rule, lang, found=told, words=_quoted(words))
    if exercise.child and (words := _words("anak_pacaran", each.text)):
        yield _finding(each.id, WARNING, "anak", "R56", lang, found=_quoted(words))
    if not sources_of(each):
        yield _finding(each.id, WARNING, "sumber", "", lang)
    yield from _quotes(each, exercise, lang)
    yield from _length(each, lang)


def _words(name: str, written: str) -> list[tuple[str, Entry]]:
    return list(listed_words(name, [written]))


def _quoted(words: Sequence[tuple[str, Entry]]) -> str:
    return ", ".join(f'"{word}"' for word, _ in words)


def _quotes(each: Statement, exercise: Exercise, lang: str) -> Iterator[Finding]:
    quotes = quotes_in(each.text)
    other = [quote for quote in quotes if not in_material(quote, exercise)]
    if other:
        yield _finding(each.id, WARNING, "kutipan-lain", "", lang, found=", ".join(f'"{quote}"' for quote in other))
    elif quotes:
        yield _finding(each.id, GOOD, "kutipan", "", lang)


def _length(each: Statement, lang: str) -> Iterator[Finding]:
    longest = max((len(sentence.split()) for sentence in _SENTENCE.split(each.text)), default=0)
    if len(each.text.split()) > MANY_WORDS:
        yield _finding(each.id, INFO, "panjang", "", lang)
    elif longest > LONG_SENTENCE:
        yield _finding(each.id, INFO, "kalimat", "", lang, words=longest)


def _part(part: str, written: Sequence[Statement], lang: str) -> Iterator[Finding]:
    if not written:
        yield _finding(part, WARNING, "kosong", "R59", lang, part=text(f"training.chron.part_{part}", lang))
    elif part == "saat":
        together = " \n".join(each.text for each in written)
        if not has_time(together):
            yield _finding(part, WARNING, "waktu", "R59", lang)
        if not has_place(together):
            yield _finding(part, WARNING, "tempat", "R59", lang)
        if any(listed_words("kron_perkiraan", [together])):
            yield _finding(part, GOOD, "perkiraan", "", lang)


def _order(written: Sequence[Statement], lang: str) -> Iterator[Finding]:
    for each, day, before in out_of_order(written):
        yield _finding(each.id, INFO, "urutan", "", lang, day=_said(day), before=_said(before))


def _said(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


# what can be seen in a text --------------------------------------------------------------------------------


def sources_of(each: Statement) -> tuple[str, ...]:
    """Return from whom a statement comes: what was chosen, else the words that say so (``menurut K1``)."""
    return tuple(each.source.split()) or tuple(word for word, _ in listed_words("kron_sumber", [each.text]))


def quotes_in(written: str) -> tuple[str, ...]:
    """Return what stands between quotation marks, of two words and more."""
    low = plain(written)
    found = (written[start + 1 : end].strip() for start, end in quotations(low)) if len(low) == len(written) else ()
    return tuple(quote for quote in found if len(quote.split()) >= _LEAST_QUOTE)


def in_material(quote: str, exercise: Exercise) -> bool:
    """Return whether a quotation stands in the material word for word; yes where the material is not known."""
    return not exercise.material or any(bare(quote) in bare(each.text) for each in exercise.material)


def has_time(written: str) -> bool:
    """Return whether a text says when: a date, an hour, a part of the day, or honestly that it is not known."""
    return bool(mentions(written, NEAR) or _HOUR.search(plain(written)) or any(listed_words("kron_waktu", [written])))


def has_place(written: str) -> bool:
    """Return whether a text says where."""
    return any(listed_words("kron_tempat", [written]))


def days_of(each: Statement) -> tuple[date, ...]:
    """Return the days that a statement names, in the order in which it does."""
    return tuple(mention.days[0] for mention in mentions(each.text, NEAR))


def out_of_order(written: Sequence[Statement]) -> tuple[tuple[Statement, date, date], ...]:
    """Return the statements that begin on an earlier day than one before them, with both days."""
    found, last = [], None
    for each in sorted(written, key=lambda each: PARTS.index(each.part)):
        days = days_of(each)
        if not days:
            continue
        if last is not None and days[0] < last:
            found.append((each, days[0], last))
        else:
            last = days[0]
    return tuple(found)


def codes_in(written: str) -> tuple[str, ...]:
    """Return the codes of people (K1, T1, S1) in a text, each once."""
    return tuple(dict.fromkeys(_CODE.findall(written)))
