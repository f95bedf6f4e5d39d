"""One person at one case: takes what the browser says, keeps it, and answers. Knows nothing of sockets or widgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from kasuskit.form import Record
from kasuskit.messages import KasusError
from kasuskit.training import Case, Feedback, FieldFeedback, feedback
from kasuskit.widgets.protocol import Again, Answers, Check, Hello, Item, Message, Reveal, read_message
from kasuskit.widgets.screen import difference, form_screen, full_state, packed_screen, screen_texts


class Log(Protocol):
    """Where answers are kept; ``kasuskit.classroom.Attempt`` is one."""

    @property
    def now_clock(self) -> str:
        """The record's clock."""

    def append(self, tab: str, items: Iterable[tuple[int, str, str, str]], /) -> int:
        """Keep a tab's entries; they are safe when this returns."""

    def entries(self) -> Iterable[Any]:
        """Return what was kept, in order: objects with ``op``, ``at`` and ``value``."""

    def acknowledged(self) -> dict[str, int]:
        """Return the last ``n`` kept for each tab."""

    def restart(self) -> Log:
        """End this log and return a fresh one."""


class _Entry(NamedTuple):
    op: str
    at: str
    value: str


class MemoryLog:
    """A log for a notebook without a class: it lasts as long as the kernel."""

    def __init__(self, now_clock: str) -> None:
        self.now_clock = now_clock
        self._entries: list[_Entry] = []
        self._last: dict[str, int] = {}

    def append(self, tab: str, items: Iterable[tuple[int, str, str, str]], /) -> int:
        """Keep a tab's entries, each ``n`` once."""
        for n, op, at, value in items:
            if n > self._last.get(tab, 0):
                self._entries.append(_Entry(op, at, value))
                self._last[tab] = n
        return self._last.get(tab, 0)

    def entries(self) -> tuple[_Entry, ...]:
        """Return what was kept, in order."""
        return tuple(self._entries)

    def acknowledged(self) -> dict[str, int]:
        """Return the last ``n`` kept for each tab."""
        return dict(self._last)

    def restart(self) -> MemoryLog:
        """Return a fresh log."""
        return MemoryLog(self.now_clock)


class Session:
    """A case being practised.

    Parameters
    ----------
    case : Case
        What is practised; its key is read when feedback is first asked for.
    log : Log
        Where the answers are kept. What it holds already is taken up.
    lang : str
        Language of form and messages.
    draft : str
        Name under which the browser keeps unsent answers; the same for the same attempt.
    """

    examine = staticmethod(feedback)  # a kernel may do it in a process apart

    def __init__(self, case: Case, log: Log, lang: str = "id", draft: str = "") -> None:
        self.case, self.lang, self.draft = case, lang, draft
        self.rev = 0
        self._stale = False
        self._form_screen = form_screen(case.form, lang)
        self.take_up(log)

    def take_up(self, log: Log) -> None:
        """Go on with a log: replay what it holds on a fresh record."""
        self.log = log
        self.record = Record(self.case.form, now=log.now_clock or self.case.now, lang=self.lang)
        self.skipped = self.record.replay((entry.op, entry.at, entry.value) for entry in log.entries())
        self._acked = log.acknowledged()
        self._feedback: Feedback | None = None
        self._revealed: set[str] = set()
        self._shown = full_state(self.record, self.lang)
        self._stale = False

    # what is shown ----------------------------------------------------------------------------------------

    def screen(self, exit_url: str) -> dict[str, Any]:
        """Return what never changes: story, form, words."""
        return self.own_screen(exit_url) | {"form": self._form_screen, "text": screen_texts(self.lang)}

    def shared_screen(self) -> str:
        """Return the part of the screen that is the same for everyone, as the inside of a JSON object."""
        return packed_screen(self.case.form, self.lang)

    def own_screen(self, exit_url: str) -> dict[str, Any]:
        """Return the part of the screen that is this case's and this person's."""
        card = self.case.card
        return {
            "lang": self.lang,
            "case": {
                "id": card.id,
                "title": card.title,
                "level": card.level,
                "note": card.content_note,
                "story": list(self.case.story.paragraphs),
            },
            "exit": exit_url,
            "draft": self.draft,
        }

    def state(self) -> dict[str, Any]:
        """Return the whole state."""
        return {
            "kind": "state",
            "rev": self.rev,
            **self._shown,
            "acked": dict(self._acked),
            "feedback": self._feedback_data(),
        }

    # what is said -----------------------------------------------------------------------------------------

    def hear(self, content: Any) -> dict[str, Any]:
        """Return the answer to one message of a browser; whatever it holds, nothing kept before is lost."""
        try:
            if self._stale:
                self.take_up(self.log)
            return self._answer(read_message(content))
        except KasusError as error:
            return self._refusal(error)

    def _answer(self, message: Message) -> dict[str, Any]:
        match message:
            case Hello():
                return self.state()
            case Answers(tab, items):
                return self._save(tab, items)
            case Check():
                self._feedback = self.examine(self.record, self.case, self.lang)
                self._revealed = set()
                return {"kind": "feedback", "feedback": self._feedback_data()}
            case Reveal(at):
                return self._reveal(at)
            case Again():
                self.take_up(self.log.restart())
                self.rev += 1
                return self.state()

    def _save(self, tab: str, items: tuple[Item, ...]) -> dict[str, Any]:
        last = self._acked.get(tab, 0)
        fresh = [item for item in items if item.n > last]
        taken, refused = self._try(fresh)
        try:
            self.log.append(tab, taken)
        except BaseException:
            self._stale = True  # the record knows more than the log: replay before the next message
            raise
        self._acked[tab] = max([last, *(item.n for item in fresh)])
        after = full_state(self.record, self.lang)
        delta, self._shown = difference(self._shown, after), after
        self.rev += 1
        reply = {"kind": "saved", "tab": tab, "n": self._acked[tab], "rev": self.rev, "delta": delta}
        if refused:
            reply["refused"] = refused
        return reply

    def _try(self, items: list[Item]) -> tuple[list[Item], list[dict[str, Any]]]:
        """Enter items into the record; return those it took, and why it did not take the others."""
        taken, refused = [], []
        for item in items:
            try:
                self.record.do(item.op, item.at, item.value)
            except KasusError as error:
                refused.append({"n": item.n, **self._refusal(error)})
            else:
                taken.append(item)
        return taken, refused

    def _reveal(self, at: str) -> dict[str, Any]:
        if self._feedback is None or all(field.at != at for field in self._feedback.fields):
            raise KasusError("widgets.W405")
        self._revealed.add(at)
        return {"kind": "feedback", "feedback": self._feedback_data()}

    def _refusal(self, error: KasusError) -> dict[str, Any]:
        return {
            "kind": "refused",
            "code": error.code,
            "text": error.sentence(self.lang),
            "do": error.way_out(self.lang),
        }

    def _feedback_data(self) -> dict[str, Any] | None:
        found = self._feedback
        if found is None:
            return None
        return {
            "score": found.score,
            "total": found.total,
            "complete": found.complete,
            "praise": found.praise,
            "sections": [{"name": s.name, "right": s.right, "total": s.total} for s in found.sections],
            "fields": [self._field_data(field) for field in found.fields],
            "findings": [
                {"at": f.at, "severity": f.severity, "code": f.code, "text": f.message} for f in found.findings
            ],
        }

    def _field_data(self, field: FieldFeedback) -> dict[str, Any]:
        data: dict[str, Any] = {"at": field.at, "verdict": field.verdict}
        if field.verdict == "right":
            return data
        data |= {"message": field.message, "hint": field.hint, "revealed": field.at in self._revealed}
        if field.at in self._revealed:
            data |= {"reason": field.reason, "expected": field.expected, "spans": [list(s) for s in field.spans]}
        return data
