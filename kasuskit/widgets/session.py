"""One person at one case: takes what the browser says, keeps it, and answers. Knows nothing of sockets or widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kasuskit.classroom.entry import OWN_TAB
from kasuskit.form import Record, Repeat
from kasuskit.messages import KasusError
from kasuskit.training import Case, Feedback, FieldFeedback
from kasuskit.training.exam import counted
from kasuskit.training.tasks import CaseTask, Task
from kasuskit.widgets.keys import with_key
from kasuskit.widgets.logs import Kept, Log, MemoryLog, draft_of
from kasuskit.widgets.milestones import Milestones
from kasuskit.widgets.protocol import (
    MAX_ITEMS,
    Answers,
    Check,
    HandIn,
    Item,
    Message,
    Reveal,
)
from kasuskit.widgets.screen import difference, form_screen, full_state, own_texts, packed_screen, screen_texts
from kasuskit.widgets.sitting import MOST_TABS, Sitting
from kasuskit.widgets.tabs import Tabs

__all__ = ["MOST_TABS", "Kept", "Log", "MemoryLog", "Session", "draft_of"]
_MOST_TOLD = 4  # tabs whose last reports are kept, for when the line broke before they were heard


class _Done:
    """What became of the items of one message."""

    def __init__(self) -> None:
        self.n = 0
        self.taken: list[Item] = []
        self.told: dict[str, list[dict[str, Any]]] = {"refused": [], "conflicts": [], "gone": []}
        self.key_taken: dict[str, Any] | None = None

    def clash(self, found: dict[str, Any]) -> None:
        """Note a conflict; of one field only once, so that what is told stays as small as a state."""
        if all(each["at"] != found["at"] for each in self.told["conflicts"]):
            self.told["conflicts"].append(found)


class Session(Sitting):
    """A task being practised.

    Parameters
    ----------
    task : Task or Case
        What is practised; a key is read where one may be (``with_key``), and stays there.
    log : Log
        Where the answers are kept. What it holds already is taken up.
    lang : str
        Language of form and messages.
    draft : str
        Name under which the browser keeps unsent answers; the same for the same attempt.
    attempts : callable, optional
        Gives every attempt of this person at this case, by the name of its draft: answers that come late are kept
        with the attempt that they were given in.
    """

    def __init__(
        self,
        task: Task | Case,
        log: Log,
        lang: str = "id",
        draft: str = "",
        attempts: Callable[[], Mapping[str, Log]] = dict,
    ) -> None:
        self.task = CaseTask(task) if isinstance(task, Case) else task
        self._form_screen = form_screen(self.task.form, lang, self.task.sections)
        self._given = with_key(self.task.given) if self.task.reads_key else self.task.given()
        super().__init__(log, lang, draft, attempts)

    def _replay(self, kept: tuple[Any, ...], attempts: Mapping[str, Log]) -> None:
        """Replay what the log holds on a fresh record, over what stands there already."""
        clock = self.log.now_clock or self.task.now
        self.record = Record.from_answers(self.task.form, self._given.answers, now=clock, lang=self.lang)
        standing = tuple(_rows(self.record)) if self._given.answers else ()
        entries = tuple(entry for entry in kept if entry.tab != OWN_TAB)
        self.skipped = self.record.replay((entry.op, entry.at, entry.value) for entry in entries)
        self._tabs = Tabs(self.task.form, entries, standing)
        self._told: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self._feedback: Feedback | None = None
        self._revealed: set[str] = set()
        self._milestones = Milestones(self.task, self.log, kept, _before(attempts, self.log))
        self._shown = self._now()

    # what is shown ----------------------------------------------------------------------------------------

    module = "practice.js"

    @property
    def name(self) -> str:
        """What this is called where its screen cannot be shown."""
        return f"latihan {self.task.id}"

    def screen(self, exit_url: str) -> dict[str, Any]:
        """Return what never changes: story, form, words."""
        return self.own_screen(exit_url) | {"form": self._form_screen, "text": screen_texts(self.lang)}

    def shared_screen(self) -> str:
        """Return the part of the screen that is the same for everyone, as the inside of a JSON object."""
        return packed_screen(self.task.form, self.lang, self.task.sections)

    def own_screen(self, exit_url: str) -> dict[str, Any]:
        """Return the part of the screen that is this task's and this person's."""
        card = self.task.card
        return {
            "lang": self.lang,
            "case": {
                "id": card.id,
                "title": card.title,
                "level": card.level,
                "note": card.content_note,
                "story": list(self._given.story),
                "heads": list(self._given.heads),
                "todo": self.task.todo,
            },
            "hand_in": self.task.handed_in,
            "words": own_texts(card.kind, self.lang),
            "exit": exit_url,
            **self.drafts(),
        }

    def _now(self) -> dict[str, Any]:
        """Return what is shown of the record, and of how far the person is."""
        return full_state(self.record, self.lang, self.task.sections) | {"told": self._milestones.told(self.lang)}

    def state(self) -> dict[str, Any]:
        """Return the whole state."""
        return {
            "kind": "state",
            "rev": self.rev,
            "draft": self.draft,
            **self._shown,
            "acked": self._acked_told(),
            "feedback": self._feedback_data(),
        }

    # what is said -----------------------------------------------------------------------------------------

    def _other(self, message: Message) -> dict[str, Any]:
        match message:
            case Check():
                return self._check()
            case HandIn():
                return self._hand_in()
            case Reveal(at):
                return self._reveal(at)
        return super()._other(message)

    def _save(self, tab: str, items: tuple[Item, ...]) -> dict[str, Any]:
        last = self._last_of(tab)
        done = self._enter(tab, _fresh(items, last))
        try:
            self.log.append(tab, [item.entry for item in done.taken])
        except BaseException:
            self._stale = True  # the record knows more than the log: replay before the next message
            raise
        self._acked[tab] = max(last, done.n)
        if done.taken:
            self._milestones.answered()
        after = self._now()
        delta, self._shown = difference(self._shown, after), after
        self.rev += 1
        return self._saved(tab, self._acked[tab], self.draft, delta) | self._reports(tab, items, done)

    def _save_late(self, said: Answers) -> dict[str, Any]:
        """Keep answers with the attempt that they were given in, which has ended since."""
        kept = self._log_of(said).append(said.tab, [item.entry for item in said.items])
        return self._saved(said.tab, kept, said.draft, {})

    def _saved(self, tab: str, n: int, draft: str, delta: dict[str, Any]) -> dict[str, Any]:
        return {"kind": "saved", "tab": tab, "n": n, "rev": self.rev, "draft": draft, "delta": delta}

    def _enter(self, tab: str, items: list[Item]) -> _Done:
        """Enter items into the record, up to a row whose key is taken; note what is to be told."""
        done = _Done()
        for item in items:
            if self._tabs.is_taken(item):
                done.key_taken = {"n": item.n, "at": item.at, "key": item.value}
                break
            done.n = item.n
            try:
                clash = self._do(tab, item)
            except KasusError as error:
                done.told["refused"].append({"n": item.n, "at": item.at, **self.refusal(error)})
                continue
            done.taken.append(item)
            if clash:
                done.clash(clash)
            row = self._tabs.removed_row(item.at) if item.op == "set" else ""
            if row:
                done.told["gone"].append({"n": item.n, "at": item.at, "row": row})
        return done

    def _do(self, tab: str, item: Item) -> dict[str, Any] | None:
        """Enter one item; return what another screen had written there meanwhile, unknown to this one."""
        seen: tuple[str, ...] = ()
        if item.was is not None and self._tabs.written_elsewhere(tab, item.at):
            seen = self._seen(item.at)
        self.record.do(item.op, item.at, item.value)
        self._tabs.note(tab, item.op, item.at, item.value)
        if not seen or item.was in seen or self._seen(item.at)[0] == seen[0]:
            return None
        return {"n": item.n, "at": item.at, "mine": item.value, "theirs": seen[0]}

    def _seen(self, at: str) -> tuple[str, str]:
        """Return what a screen shows at an address, and what was typed there."""
        typed = self.record.typed(at)
        return self.record.value(at) or typed, typed

    def _reports(self, tab: str, items: tuple[Item, ...], done: _Done) -> dict[str, Any]:
        """Return what is to be told, again too when a tab sends again: it did not hear the first time."""
        first = items[0].n if items else 0
        before = self._told.pop(tab, {})
        told = {
            name: [each for each in before.get(name, ()) if each["n"] >= first][-MAX_ITEMS:] + new
            for name, new in done.told.items()
        }
        told = {name: entries for name, entries in told.items() if entries}
        if told:
            self._told[tab] = told
        while len(self._told) > _MOST_TOLD:
            del self._told[next(iter(self._told))]
        return told | ({"taken": done.key_taken} if done.key_taken else {})

    def _check(self) -> dict[str, Any]:
        self._feedback = with_key(lambda: self.task.examine(self.record, self.lang))
        self._revealed = set()
        if self._feedback.complete and not self.task.handed_in:
            self._milestones.completed()
        return self._told_of_it()

    def _hand_in(self) -> dict[str, Any]:
        if not self.task.handed_in:
            raise KasusError("widgets.W440")
        self._milestones.hand_in(*counted(self.record.findings(moment="completion", lang=self.lang)))
        return self._check()

    def _told_of_it(self) -> dict[str, Any]:
        told = self._shown["told"] = self._milestones.told(self.lang)
        return {"kind": "feedback", "feedback": self._feedback_data(), "told": told}

    def _reveal(self, at: str) -> dict[str, Any]:
        if self._feedback is None or all(field.at != at for field in self._feedback.fields):
            raise KasusError("widgets.W405")
        self._revealed.add(at)
        return self._told_of_it()

    def _feedback_data(self) -> dict[str, Any] | None:
        found = self._feedback
        if found is None:
            return None
        return {
            "score": found.score,
            "total": found.total,
            "complete": found.complete,
            "praise": found.praise,
            "head": found.head,
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


def _fresh(items: tuple[Item, ...], last: int) -> list[Item]:
    """Return the items that are not known yet, in order; none twice."""
    fresh = []
    for item in items:
        if item.n > last:
            fresh.append(item)
            last = item.n
    return fresh


def _rows(record: Record) -> Iterator[str]:
    """Yield the addresses of the rows that people may add to."""
    for at, node, _ in record.cells():
        if isinstance(node, Repeat) and not node.count:
            yield from (f"{at}[{key}]" for key in record.rows(at))


def _before(attempts: Mapping[str, Log], log: Log) -> Callable[[], list[Log]]:
    """Return what gives the attempts before this one, oldest first."""
    logs = list(attempts.values())
    return lambda: logs[: logs.index(log)] if log in logs else logs
