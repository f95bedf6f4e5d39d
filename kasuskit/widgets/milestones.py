"""What stands in a log besides answers: that everything was right, and that the form was handed in.

The session itself writes these entries, under a tab of its own, when the class has kept what came before. They are
never replayed on a record. Every hand-in is kept, and the last one counts: what was handed in is what the entries
before it say, so the answers may be mended afterwards and the form handed in again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kasuskit.classroom.entry import DONE, HANDED_IN, OWN_TAB
from kasuskit.messages import text
from kasuskit.training.course import load_course
from kasuskit.training.exam import pass_mark
from kasuskit.training.race import in_words, worked
from kasuskit.training.tasks import Task
from kasuskit.widgets.logs import Log


class Milestones:
    """How far a person is with a task.

    Parameters
    ----------
    task : Task
        The task.
    log : Log
        The present attempt.
    entries : iterable
        What it holds.
    earlier : callable
        Gives the logs of the attempts before it, oldest first; asked only where a task is timed.
    """

    def __init__(self, task: Task, log: Log, entries: Iterable[Any], earlier: Callable[[], Iterable[Log]]) -> None:
        self._task, self._log = task, log
        self._done, self._changed = "", False
        self._handed: list[str] = []
        for entry in entries:
            self._note(entry.tab, entry.at, entry.value)
        times = [_done(each.entries()) for each in earlier()] if task.timed else []
        self._before = next((time for time in reversed(times) if time), "")

    def _note(self, tab: str, at: str, value: str) -> None:
        if tab != OWN_TAB:
            self._changed = True
        elif at == DONE:
            self._done = self._done or value
        elif at == HANDED_IN:
            self._handed.append(value)
            self._changed = False

    def answered(self) -> None:
        """Note that something was answered."""
        self._changed = True

    def completed(self) -> None:
        """Keep that everything is right, and how long it took; only the first time in an attempt."""
        if self._done:
            return
        seconds = worked(entry.received for entry in self._log.entries() if entry.tab != OWN_TAB)
        self._keep(DONE, str(seconds) if self._task.timed else "1")

    def hand_in(self, errors: int, warnings: int) -> None:
        """Keep that the form was handed in, and what the checks found in it."""
        self._keep(HANDED_IN, f"{errors} {warnings}")
        if not self._done:
            self._keep(DONE, "1")

    def _keep(self, at: str, value: str) -> None:
        self._log.append(OWN_TAB, [(self._log.acknowledged().get(OWN_TAB, 0) + 1, "set", at, value)])
        changed = self._changed
        self._note(OWN_TAB, at, value)
        self._changed = changed and at != HANDED_IN

    def told(self, lang: str) -> list[str]:
        """Return what there is to say about it, in sentences."""
        if self._task.timed:
            return self._times(lang)
        return self._handed_in(lang) if self._handed else []

    def _times(self, lang: str) -> list[str]:
        time, before = (in_words(int(each), lang) if each else "" for each in (self._done, self._before))
        name = "time-both" if time and before else "time-first" if time else "time-before" if before else ""
        return [text(f"training.{name}", lang, time=time, before=before)] if name else []

    def _handed_in(self, lang: str) -> list[str]:
        errors, warnings = (int(each) for each in self._handed[-1].split())
        needed = pass_mark(load_course().folder)
        limits = {**needed._asdict(), "of": needed.most}
        counts = {"number": len(self._handed), "errors": errors, "warnings": warnings}
        name = "exam-within" if needed.allows(errors, warnings) else "exam-not-within"
        told = [text("training.exam-handed-in", lang, **counts), text(f"training.{name}", lang, **limits)]
        return [*told, text("training.exam-changed", lang)] if self._changed else told


def _done(entries: Iterable[Any]) -> str:
    """Return what an attempt says of its end; blank when it says nothing."""
    return next((str(entry.value) for entry in entries if (entry.tab, entry.at) == (OWN_TAB, DONE)), "")
