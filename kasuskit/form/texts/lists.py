"""The word lists ``data/reference/kata/LIST.csv``: what people may edit, read when a check first needs one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from kasuskit.form.texts.words import placed_words
from kasuskit.form.workbook import Spot, csv_rows, decoded
from kasuskit.messages import KasusError
from kasuskit.places import data_dir

COLUMNS = ("kata", "cara", "dalam_kutipan", "ganti", "sumber")
WAYS = ("tepat", "akhiran", "imbuhan", "kecuali", "kapital", "awal")
_YES_NO = ("ya", "tidak")
_LONGEST = 60

_CLITICS = ("", "nya", "ku", "mu", "lah", "kah", "pun")
_SUFFIXES = ("", "kan", "an", "i")
_PREFIXES = (
    "", "di", "ber", "be", "ter", "te", "per", "pe", "diper", "dipe", "memper", "mempe", "se", "ke", "ku", "kau",
)  # fmt: skip
_NASAL = {
    "p": ("m", 1), "t": ("n", 1), "s": ("ny", 1), "k": ("ng", 1), "b": ("m", 0), "f": ("m", 0), "v": ("m", 0),
    "d": ("n", 0), "c": ("n", 0), "j": ("n", 0), "z": ("n", 0), "g": ("ng", 0), "h": ("ng", 0), "a": ("ng", 0),
    "e": ("ng", 0), "i": ("ng", 0), "o": ("ng", 0), "u": ("ng", 0),
}  # fmt: skip


class Entry(NamedTuple):
    """One row of a word list.

    ``way`` says what of it is found: ``tepat`` the word itself, ``akhiran`` also with -nya, -ku, -mu, -lah, -kah,
    -pun, ``imbuhan`` also with the common prefixes and suffixes, ``kecuali`` a phrase in which the other words do
    not count. ``kapital`` and ``awal`` are ways of the list of forms of address (``names.names_in``).
    """

    words: tuple[str, ...]
    way: str
    in_quotes: bool
    instead: str
    source: str


class WordList(NamedTuple):
    """A word list, ready to look up.

    ``phrases`` holds, by first word, the other words of each phrase that begins with it, the longest first;
    ``telling``, by one of its words, each phrase that counts.
    """

    entries: tuple[Entry, ...]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Entry], ...]]
    telling: Mapping[str, tuple[tuple[str, ...], ...]]

    def may_be_in(self, words: frozenset[str]) -> bool:
        """Return whether all words of a phrase are among these, so that it is worth looking closer."""
        return any(words.issuperset(phrase) for word in self.telling.keys() & words for phrase in self.telling[word])

    def of_way(self, way: str) -> frozenset[str]:
        """Return the first words of the entries of one way."""
        return frozenset(entry.words[0] for entry in self.entries if entry.way == way)


def folder() -> Path:
    """Return the folder of the word lists."""
    return data_dir() / "reference" / "kata"


def word_list_names() -> tuple[str, ...]:
    """Return the names of the word lists, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.csv")))


@lru_cache(maxsize=32)
def word_list(name: str) -> WordList:
    """Return a word list; rows that cannot be used are left out, and a list that cannot be read is empty.

    A check must give an answer whatever happened to the kit's files since its form was compiled; what is wrong with
    a list is said by ``faults`` when a form is checked, and here in the log.
    """
    entries, errors = read_word_list(name)
    for error in errors:
        logging.getLogger(__name__).warning("%s", error)
    return _ready(tuple(entries))


def _ready(entries: tuple[Entry, ...]) -> WordList:
    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    telling: dict[str, list[tuple[str, ...]]] = {}
    for entry in sorted(entries, key=lambda entry: entry.way == "imbuhan"):  # what is written out comes first
        *before, last = entry.words
        for form in forms(last, entry.way):
            words = (*before, form)
            phrases.setdefault(words[0], []).append((words[1:], entry))
            if entry.way != "kecuali":
                telling.setdefault(max(words, key=len), []).append(words)
    for found in phrases.values():
        found.sort(key=lambda phrase: -len(phrase[0]))
    return WordList(
        entries,
        {first: tuple(found) for first, found in phrases.items()},
        {word: tuple(found) for word, found in telling.items()},
    )


def faults(name: str) -> tuple[KasusError, ...]:
    """Return what is wrong with a word list.

    F156 there is no such list; F103, F104, F106, F107 the file cannot be read; F109 a column is missing; F146, F159
    a cell that cannot be used.
    """
    return tuple(read_word_list(name)[1])


def read_word_list(name: str) -> tuple[list[Entry], list[KasusError]]:
    """Return the rows of a word list that can be used, and what is wrong with the others."""
    path = folder() / f"{name}.csv"
    if name not in word_list_names():
        return [], [KasusError("form.F156", list=name[:_LONGEST], lists=", ".join(word_list_names()))]
    sheet = f"kata/{path.name}"
    try:
        table = csv_rows(decoded(path), sheet)
    except KasusError as error:
        return [], [error]
    except OSError as error:
        return [], [KasusError("form.F107", sheet, reason=error.strerror or type(error).__name__)]
    heading = [cell.strip().lower() for cell in table[0]] if table else []
    missing = [column for column in COLUMNS if column not in heading]
    if missing:
        return [], [KasusError("form.F109", str(Spot(sheet, 1)), column=column, sheet=sheet) for column in missing]
    entries: dict[tuple[str, ...], Entry] = {}
    errors: list[KasusError] = []
    for number, cells in enumerate(table[1:], 2):
        row = dict(zip(heading, (cell.strip() for cell in cells), strict=False))
        if any(row.values()):
            _read_row(row, sheet, number, entries, errors)
    return list(entries.values()), errors


def _read_row(
    row: Mapping[str, str], sheet: str, number: int, entries: dict[tuple[str, ...], Entry], errors: list[KasusError]
) -> None:
    words = tuple(word.plain for word in placed_words(row.get("kata", "")))
    way, in_quotes = row.get("cara", ""), row.get("dalam_kutipan", "")
    for column, value, allowed in (("cara", way, WAYS), ("dalam_kutipan", in_quotes, _YES_NO)):
        if value not in allowed:
            place = str(Spot(sheet, number, column))
            errors.append(KasusError("form.F146", place, found=value or "-", allowed=", ".join(allowed)))
            return
    if not words or words in entries or (way in ("imbuhan", "kapital", "awal") and len(words) > 1):
        errors.append(KasusError("form.F159", str(Spot(sheet, number, "kata")), found=row.get("kata") or "-"))
        return
    entries[words] = Entry(words, way, in_quotes == "ya", row.get("ganti", ""), row.get("sumber", ""))


def forms(word: str, way: str) -> frozenset[str]:
    """Return the forms in which a word of a list is found.

    Examples
    --------
    >>> sorted(forms("aib", "akhiran"))
    ['aib', 'aibkah', 'aibku', 'aiblah', 'aibmu', 'aibnya', 'aibpun']
    >>> {"menipu", "ditipu", "tertipu", "penipuan", "penipunya"} <= forms("tipu", "imbuhan")
    True
    """
    if way == "akhiran":
        return frozenset(word + clitic for clitic in _CLITICS)
    if way != "imbuhan":
        return frozenset((word,))
    stems = [prefix + word for prefix in _PREFIXES]
    sound, dropped = _NASAL.get(word[0], ("", 0))
    for head in ("me", "pe"):
        stems += [head + sound + word[dropped:], head + sound + word]
    return frozenset(map("".join, product(stems, _SUFFIXES, _CLITICS)))
