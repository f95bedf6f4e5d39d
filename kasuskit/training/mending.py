"""What a participant mended in a flawed form, what is still wrong, and what was broken on the way.

Each seeded mistake is judged at its own cell: by the right answer where there is one, and where any wording will do, by
the words that were wrong and by the check that found them. Everything that stood right before should still stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from kasuskit.form import Finding, Form, Question, Record
from kasuskit.form.rows import parse_address
from kasuskit.messages import text
from kasuskit.training.align import RowMap, align
from kasuskit.training.cases import KeyField
from kasuskit.training.flawed import FlawedForm, Right, Seed
from kasuskit.training.flawed_check import serious
from kasuskit.training.match import common_words, plain, said

BREAKS = ("changed", "emptied", "invented", "row-lost", "row-invented", "finding")
REQUIRED = "F150"
SHORT = 3  # words: a name, a code, a number


@dataclass(frozen=True, slots=True)
class SeedMark:
    """How one seeded mistake stands now.

    Parameters
    ----------
    seed : Seed
        The mistake.
    at : str
        Address in the participant's record; a repeat's address where its row is gone.
    mended : bool
        Whether it is right now.
    message : str
        What there is to say about it; does not give the answer away.
    expected, reason : str
        The right answer in words, and why: for after the reveal.
    """

    seed: Seed
    at: str
    mended: bool
    message: str
    expected: str
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that was right before, or was not there, and is now wrong.

    Parameters
    ----------
    at : str
        Address in the participant's record.
    kind : str
        One of ``BREAKS``.
    code : str
        Of the check, where one finds it; else blank.
    message : str
        What is the matter.
    """

    at: str
    kind: str
    code: str
    message: str

    def __post_init__(self) -> None:
        for field in fields(self):
            if not isinstance(getattr(self, field.name), str):
                raise ValueError(f"Broken.{field.name} must be text")
        if self.kind not in BREAKS:
            raise ValueError(f"Broken.kind {self.kind!r} is not one of {', '.join(BREAKS)}")


@dataclass(frozen=True, slots=True)
class Found:
    """All that is said about a participant's record of a flawed form.

    ``missing`` holds the questions that are required now and were not before, because a row was added or an answer
    brought them up: they are to be filled in, but nothing was broken.
    """

    marks: tuple[SeedMark, ...]
    broken: tuple[Broken, ...]
    missing: tuple[Finding, ...]
    praise: str

    @property
    def mended(self) -> tuple[Seed, ...]:
        """Return the mistakes that are mended."""
        return tuple(mark.seed for mark in self.marks if mark.mended)

    @property
    def left(self) -> tuple[Seed, ...]:
        """Return the mistakes that are still there."""
        return tuple(mark.seed for mark in self.marks if not mark.mended)

    @property
    def score(self) -> int:
        """Return how many mistakes are mended, less what was broken; never below 0."""
        return max(0, len(self.mended) - len(self.broken))

    @property
    def total(self) -> int:
        """Return how many mistakes there were."""
        return len(self.marks)

    @property
    def complete(self) -> bool:
        """Return whether all is mended, nothing broken and nothing left blank."""
        return not self.left and not self.broken and not self.missing


def found(flawed: FlawedForm, record: Record, lang: str = "id") -> Found:
    """Return what a participant mended, left and broke in a flawed form.

    Rows are compared by what they hold: a victim whom the participant adds may stand in any row.

    Parameters
    ----------
    flawed : FlawedForm
        The form, whose list of mistakes is read now.
    record : Record
        The participant's record of it, begun with ``flawed.record()``.
    lang : str
        Language of the sentences. Reasons are as the form's author wrote them.
    """
    return _Marking(flawed, record, lang).result()


class _Marking:
    """Compares the record as it was written, as it should be, and as it is now."""

    def __init__(self, flawed: FlawedForm, record: Record, lang: str) -> None:
        self.flawed, self.record, self.lang = flawed, record, lang
        self.form: Form = flawed.form
        self.written = flawed.record()
        self.before, self.after = self.written.answers(), flawed.mended_record().answers()
        self.given = record.answers()
        self.rows: RowMap = align(record, _key(self.form, self.before, self.after))
        self.findings = {(each.at, each.code): each for each in serious(record, lang)}

    def result(self) -> Found:
        marks = tuple(self._mark(seed) for seed in self.flawed.seeds)
        broken = [*self._changed(), *self._invented()]
        told = {each.at for each in broken}
        new = [each for each in self._new_findings() if each.at not in told]
        broken += [Broken(each.at, "finding", each.code, each.message) for each in new if each.code != REQUIRED]
        missing = tuple(each for each in new if each.code == REQUIRED)
        return Found(marks, tuple(broken), missing, self._praise(marks, broken, missing))

    # the seeded mistakes ----------------------------------------------------------------------------------

    def _mark(self, seed: Seed) -> SeedMark:
        mended = self._is_right(seed.at, seed.wrong, seed.right, seed.code) and all(
            self._is_right(at, self.before[at], right) for at, right in seed.along.items() if at in self.before
        )
        name = "mended" if mended else "left" if seed.code else "left-unaided"
        node = self.form.nodes[parse_address(seed.at).name]
        answer = seed.right.answer
        expected = said(self.form, node, answer, self.lang) if isinstance(node, Question) else answer
        return SeedMark(seed, self._shown(seed.at), mended, self._text(name), expected, seed.reason)

    def _is_right(self, at: str, wrong: str, right: Right, code: str = "") -> bool:
        here = self.rows.address(at)
        if code and (here, code) in self.findings:
            return False
        node = self.form.nodes[parse_address(at).name]
        if not isinstance(node, Question):
            return self._row_count(here) in (right.answer, *right.also)
        given = self.given.get(here, "") if here else ""
        if not right.free:
            same = node.type == "text" and bool(given) and plain(given) in map(plain, (right.answer, *right.also))
            return same or given in (right.answer, *right.also)
        if bool(given) != bool(self.after.get(at, "")):
            return False
        if node.type == "text":
            return not _still_says(given, wrong, self.after.get(at, ""))
        return given != self.before.get(at, "") and not any(where == here for where, _ in self.findings)

    def _row_count(self, here: str | None) -> str:
        return str(len(self.record.rows(here))) if here and self.record.relevant(here) else "0"

    # what stood right before ------------------------------------------------------------------------------

    def _changed(self) -> Iterator[Broken]:
        """Yield the answers that were right and are not any more; a row that is gone once for all its answers."""
        seeded = self._seeded()
        lost: set[str] = set()
        for at, was in self.before.items():
            if at in seeded or self.after.get(at) != was:
                continue
            here = self.rows.address(at)
            if here is None:
                lost.add(self.rows.missing_row(at))
                continue
            now = self.given.get(here, "")
            if now != was and not (self._is_text(at) and _as_good(was, now)):
                yield self._broken(here, "changed" if now else "emptied")
        yield from (self._broken(at, "row-lost") for at in sorted(lost))

    def _invented(self) -> Iterator[Broken]:
        """Yield the answers that were rightly blank and are filled in now, and the rows too many."""
        extra = self.rows.extra_rows()
        yield from (self._broken(at, "row-invented") for at in extra)
        seeded = self._seeded()
        origin = {
            self._row(here): self._row(at) for at in {**self.before, **self.after} if (here := self.rows.address(at))
        }
        for here in self.given:
            row = self._row(here)
            at = f"{origin.get(row, row)}{here[len(row) :]}"
            standing = at in self.before or at in self.after or at in seeded
            if not standing and not any(here.startswith(f"{each}/") for each in extra) and self.written.relevant(at):
                yield self._broken(here, "invented")

    def _new_findings(self) -> Iterator[Finding]:
        old = {(self.rows.address(each.at), each.code) for each in serious(self.written)}
        yield from (each for mark, each in self.findings.items() if mark not in old)

    def _seeded(self) -> set[str]:
        return {at for seed in self.flawed.seeds for at in (seed.at, *seed.along)}

    def _is_text(self, at: str) -> bool:
        return self.form.question(parse_address(at).name).type == "text"

    def _row(self, at: str) -> str:
        return at[: at.rfind("/") + 1]

    # words ------------------------------------------------------------------------------------------------

    def _shown(self, at: str) -> str:
        return self.rows.address(at) or self.rows.missing_row(at)

    def _broken(self, at: str, kind: str) -> Broken:
        return Broken(at, kind, "", self._text(kind))

    def _text(self, name: str) -> str:
        return text(f"training.flawed-{name}", self.lang)

    def _praise(self, marks: tuple[SeedMark, ...], broken: list[Broken], missing: tuple[Finding, ...]) -> str:
        mended = sum(mark.mended for mark in marks)
        if mended == len(marks):
            return self._text("praise-recheck" if broken or missing else "praise-all")
        return self._text("praise-half" if 2 * mended >= len(marks) else "praise-start")


def _key(form: Form, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, KeyField]:
    """Return all cells of the record as it was and as it should be, for matching rows."""
    return {
        at: KeyField(
            at=at,
            answer=answer,
            also=(before[at],) if at in before else (),
            free=form.question(parse_address(at).name).type == "text",
            quotes=(),
            unsaid="",
            hint="",
            reason="",
            misread={},
            source="",
        )
        for at, answer in {**before, **after}.items()
    }


def _as_good(was: str, now: str) -> bool:
    """Return whether a text that was right is the same or, when it is not short, says it in other words."""
    return plain(was) == plain(now) or (len(was.split()) > SHORT and common_words(was, now) > 0)


def _still_says(given: str, wrong: str, right: str) -> bool:
    """Return whether a text still says what was wrong: the same words, or at least half of those it should lose."""
    if not wrong:
        return False
    if f" {plain(wrong)} " in f" {plain(given)} ":
        return True
    doubtful = set(plain(wrong).split()) - set(plain(right).split())
    return bool(doubtful) and 2 * len(doubtful & set(plain(given).split())) >= len(doubtful)
