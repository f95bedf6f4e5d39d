"""One question on paper: its number, label and hint, and the place where its answer goes.

Everything here is plain data for the Typst template ``formulir.typ``. The kinds of place: ``line`` (ruled lines),
``comb`` (a box for each sign), ``ticks`` (circles to choose one, squares to choose several) and ``pick`` (a line,
and the choices on the form's last page).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kasuskit.form import FormNode, Question
from kasuskit.form.definition import pick
from kasuskit.form.xpath import Binary, Call, Number, Path, Ref, Step, parse, refs, walk
from kasuskit.messages import text
from kasuskit.paper import sizes
from kasuskit.paper.answers import Answers
from kasuskit.paper.hand import Hand
from kasuskit.paper.labels import choice_label, in_words, label, numbers
from kasuskit.paper.logic import Filled, condition
from kasuskit.paper.words import Phrase, Piece, fill_if, when

LONG_LIST = 16  # a choice of one out of more than this is written on a line
_DIGITS = re.compile(r"\^\[0-9\]\{(\d{1,2})\}\$")
_COMBS = {"date": ([2, 2, 4], "/"), "time": ([2, 2], "."), "dateTime": ([2, 2, 4], "/")}

Data = dict[str, Any]


@dataclass
class Lists:
    """The long lists that lines of the form point to, in the order they are met: name to (title, labels)."""

    found: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


class Density(NamedTuple):
    """How much room a form gives.

    ``lines`` for a narrative, ``cell_lines`` for words in a table, ``rows`` without content, ``pitch`` in mm between
    lines. A ``compact`` form has smaller letters and margins, and neither hints nor lists on a last page.
    """

    lines: int = 5
    cell_lines: int = 2
    rows: int = 3
    pitch: float = 6.6
    compact: bool = False


@dataclass(frozen=True)
class Pen:
    """What every field needs to know: the answers, the language, who writes, and which long lists were met."""

    answers: Answers
    lang: str
    hand: Hand
    lists: Lists
    density: Density

    @property
    def blank(self) -> bool:
        """Whether nothing is written."""
        return self.answers.blank

    @property
    def width(self) -> float:
        """How much stands beside each other on a page, in mm of letters of the usual size."""
        return sizes.COMPACT if self.density.compact else sizes.CONTENT

    def field(self, question: Question, at: str, codes: Mapping[str, str]) -> Data:
        """Return a question with the place for its answer, as one field of a row."""
        place = self.place(question, at, self.width)
        return {**self.head(question, codes), "a": place}

    def head(self, question: Question, codes: Mapping[str, str]) -> Data:
        """Return number, label, hint and whether an answer is always required."""
        form = self.answers.form
        head: Data = {"n": numbers(form)[question.name], "l": label(form, question.name, self.lang, codes)}
        spoken = self.blank and not self.density.compact
        hint = pick(question.hint, self.lang) if spoken else ""
        if spoken and self.listed(question):
            hint = f"{hint} {text('paper.form.see_list', self.lang)}".strip()
        if hint:
            head["h"] = hint
        if always(question):
            head["r"] = True
        return head

    def conditions(self, question: Question, top: str) -> Phrase:
        """Return the condition of a question and of the groups around it, up to a repeat that has its own place."""
        nodes: list[FormNode] = [question]
        while nodes[0].parent not in (None, top):
            nodes.insert(0, self.answers.form.nodes[str(nodes[0].parent)])
        phrases = [phrase for phrase in map(self.condition, nodes) if phrase]
        return tuple(piece for i, phrase in enumerate(phrases) for piece in ((Piece("", "; "),) if i else ()) + phrase)

    def listed(self, question: Question) -> bool:
        """Return whether the choices of a question stand on the last page."""
        return question.list_name in self.lists.found and not _cascades(question)

    def condition(self, node: FormNode) -> Phrase:
        """Return when a node is filled in, in words; nothing where it only waits for a required answer."""
        form = self.answers.form
        if not self.blank or not node.relevant:
            return ()
        found = condition(form, node.relevant)
        if isinstance(found, Filled) and found.holds and always(form.question(found.name)):
            return ()
        return fill_if(when(form, node.relevant, self.lang), self.lang)

    def labels(self, question: Question, at: str) -> list[str]:
        """Return the labels of the choices to print."""
        return [said for _, said in self.options(question, at)]

    def options(self, question: Question, at: str) -> list[tuple[str, str]]:
        """Return the choices to print, name and label."""
        form = self.answers.form
        names = self.answers.choices(at, question) if question.list_name else ()
        return [(name, choice_label(form, question, name, self.lang, brief=True)) for name in names]

    def place(self, question: Question, at: str, width: float) -> Data:
        """Return where the answer goes, within a width in mm."""
        if question.list_name:
            return self._choosing(question, at, width)
        comb = comb_of(question)
        value = self.answers.value(at)
        if comb is not None:
            groups, mark = comb
            if not value or _fits(question, value, groups):
                return {"k": "comb", "g": groups, "m": mark, "v": self.hand.signs(_signs(question, value, groups))}
        return {"k": "line", "c": self.lines(question, width), "v": self.hand.words(self.said(question, value))}

    def lines(self, question: Question, width: float) -> int:
        """Return how many ruled lines an answer in words is given."""
        if "multiline" not in question.appearance:
            return 1
        return self.density.lines if width >= self.width else self.density.cell_lines

    def _choosing(self, question: Question, at: str, width: float) -> Data:
        options, value = self.options(question, at), self.answers.value(at)
        chosen = set(value.split()) if question.type == "select_multiple" else {value}
        if question.type == "select_one" and len(options) > LONG_LIST:
            if self.blank:
                self.note_list(question, [label for _, label in options])
            words = choice_label(self.answers.form, question, value, self.lang) if value else ""
            return {"k": "pick", "v": self.hand.words(words)}
        ticks = [self.tick(label, name in chosen) for name, label in options]
        place: Data = {"k": "ticks", "m": question.type == "select_multiple", "o": ticks}
        groups = grouping(question)
        if groups and len(options) > LONG_LIST:
            place["k"], place["o"] = "groups", self.grouped(question, groups, options, chosen)
            return place
        return {**place, "c": sizes.columns_for([label for _, label in options], width)}

    def said(self, question: Question, value: str) -> str:
        """Return an answer in words."""
        return in_words(self.answers.form, question, value, self.lang) if value else ""

    def tick(self, label: str, on: bool) -> Data:
        """Return a tick box with its label, crossed or not."""
        return {"t": label, "x": self.hand.cross()} if on else {"t": label}

    def grouped(
        self, question: Question, groups: tuple[str, str], options: Sequence[tuple[str, str]], chosen: set[str]
    ) -> list[Data]:
        """Return the choices under the choices of the question that opens them."""
        form = self.answers.form
        opener, column = form.question(groups[0]), groups[1]
        out: list[Data] = []
        for name, words in options:
            choice = form.choice(question, name)
            key = choice.column(column) if choice else ""
            title = choice_label(form, opener, key, self.lang) if form.choice(opener, key) else ""
            if not out or out[-1]["t"] != title:
                out.append({"t": title, "o": []})
            out[-1]["o"].append(self.tick(words, name in chosen))
        return out

    def note_list(self, question: Question, labels: Sequence[str]) -> None:
        """Keep a long list for the last page, unless its choices depend on another answer."""
        if _cascades(question) or self.density.compact:
            return
        number, name = numbers(self.answers.form)[question.name], question.list_name
        title, kept = self.lists.found.get(name, ("", tuple(labels)))
        if number not in title.split(", "):
            self.lists.found[name] = (f"{title}, {number}" if title else number, kept)


def always(question: Question) -> bool:
    """Return whether an answer is required whenever the question is asked."""
    return question.required.strip().lower() in ("yes", "true", "true()")


def comb_of(question: Question) -> tuple[list[int], str] | None:
    """Return the boxes in each group of a comb and the mark between groups; None where words are written."""
    if question.type in _COMBS:
        return _COMBS[question.type]
    found = _DIGITS.search(question.constraint)
    if question.type == "text" and found:
        return [int(found[1])], ""
    if question.type == "integer":
        return [len(str(_most(question)))], ""
    return None


def _cascades(question: Question) -> bool:
    """Return whether the choices depend on another answer, as the villages of a regency do."""
    return bool(question.choice_filter) and bool(refs(parse(question.choice_filter)))


def _most(question: Question) -> int:
    """Return the greatest whole number that a constraint allows (99 when it does not say)."""
    tree = parse(question.constraint) if question.constraint else None
    for part in walk(tree) if tree else ():
        match part:
            case Binary("<" | "<=", Path(None, (), (Step(".", ()),)), Number(value)):
                return int(value)
    return 99


def _fits(question: Question, value: str, groups: Sequence[int]) -> bool:
    """Return whether an answer can stand in the boxes of a comb."""
    if question.type in _COMBS:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d:\d\d", value))
    return value.isascii() and value.isdigit() and len(value) <= sum(groups)


def _signs(question: Question, value: str, groups: Sequence[int]) -> str:
    """Return the signs that stand in the boxes: day, month, year; numbers to the right."""
    if question.type in _COMBS:
        return value[8:10] + value[5:7] + value[:4] if "-" in value else value.replace(":", "")
    return value.rjust(sum(groups)) if question.type == "integer" and value else value


def grouping(question: Question) -> tuple[str, str] | None:
    """Return the question and the column by which a list is opened part by part (``selected(${bentuk}, induk)``)."""
    if not question.choice_filter:
        return None
    for part in walk(parse(question.choice_filter)):
        match part:
            case Call("selected", (Ref(name), Path(None, (), (Step(column, ()),)))):
                return name, column
    return None
