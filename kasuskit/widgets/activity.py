"""Something to do in a lesson: a quiz, cards, a conversation. Keeps what a person does, and says what follows from it.

All that a person does is an answer, an address with a value; also that she asked for a check, or is done. So everything
that is shown follows from the answers, and comes back after a phone was switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from kasuskit.classroom.entry import DONE, LESSON_FORM, OWN_TAB
from kasuskit.messages import KasusError, texts
from kasuskit.widgets.logs import Log
from kasuskit.widgets.protocol import Answers, Item
from kasuskit.widgets.sitting import Sitting

FORM = LESSON_FORM
VERSION = "1"


class Activity(Protocol):
    """A thing to do. It holds no answers, and no key.

    Attributes
    ----------
    name : str
        What its attempts are called in a class, at most 60 characters (``"kuis-04-bentuk"``).
    title : str
        What people call it.
    module : str
        Its script in this folder; the style of the same name goes with it.
    final : bool, optional
        Whether nothing may be changed any more once it is done.
    """

    name: str
    title: str
    module: str

    def screen(self, lang: str) -> dict[str, Any]:
        """Return what never changes, as JSON; nothing that a person may not see yet."""

    def accepts(self, at: str, value: str) -> bool:
        """Return whether a browser may set this answer."""

    def view(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return what follows from the answers, as JSON, with ``done`` (bool)."""


class ActivitySession(Sitting):
    """A person at an activity.

    Parameters
    ----------
    activity : Activity
        What there is to do.
    log : Log
        Where the answers are kept. What it holds already is taken up.
    lang : str
        Language of the words around the activity.
    draft : str
        Name under which the browser keeps unsent answers; the same for the same attempt.
    attempts : callable, optional
        Gives every attempt of this person at this activity, by the name of its draft.
    """

    def __init__(
        self,
        activity: Activity,
        log: Log,
        lang: str = "id",
        draft: str = "",
        attempts: Callable[[], Mapping[str, Log]] = dict,
    ) -> None:
        self.activity = activity
        super().__init__(log, lang, draft, attempts)

    @property
    def name(self) -> str:
        """What this is called where its screen cannot be shown."""
        return self.activity.name

    @property
    def module(self) -> str:
        """The script."""
        return self.activity.module

    def _replay(self, kept: tuple[Any, ...], attempts: Mapping[str, Log]) -> None:
        self._answers: dict[str, str] = {}
        for entry in kept:
            self._set(entry.at, entry.value)
        self._view = self._before = self.activity.view(dict(self._answers))

    def _set(self, at: str, value: str) -> None:
        if value:
            self._answers[at] = value
        else:
            self._answers.pop(at, None)

    # what is shown ----------------------------------------------------------------------------------------

    def screen(self, exit_url: str) -> dict[str, Any]:
        """Return what never changes."""
        return {
            "lang": self.lang,
            "name": self.activity.name,
            "title": self.activity.title,
            "label": self.activity.title,
            "text": _words(self.activity.module, self.lang),
            "exit": exit_url,
            **self.activity.screen(self.lang),
            **self.drafts(),
        }

    def own_screen(self, exit_url: str) -> dict[str, Any]:
        """Return the same: an activity is small enough to be told whole."""
        return self.screen(exit_url)

    def shared_screen(self) -> str:
        """Return nothing."""
        return ""

    def state(self) -> dict[str, Any]:
        """Return the whole state."""
        return {
            "kind": "state",
            "rev": self.rev,
            "draft": self.draft,
            "answers": dict(self._answers),
            "view": self._view,
            "acked": self._acked_told(),
        }

    # what is said -----------------------------------------------------------------------------------------

    def _save(self, tab: str, items: tuple[Item, ...]) -> dict[str, Any]:
        last = self._last_of(tab)
        taken: list[Item] = []
        refused: list[dict[str, Any]] = []
        for item in items:
            if item.n <= last:
                continue
            last = item.n
            wrong = self._wrong(item)
            if wrong is None:
                # What was typed and taken back before it was ever sent leaves nothing to keep.
                if item.value or item.at in self._answers or any(each.at == item.at for each in taken):
                    taken.append(item)
            else:
                refused.append({"n": item.n, "at": item.at, **self.refusal(wrong)})
        self._keep(tab, taken)
        self._acked[tab] = last
        return self._saved(tab, last, self.draft, {item.at for item in taken}) | (
            {"refused": refused} if refused else {}
        )

    def _wrong(self, item: Item) -> KasusError | None:
        """Return why an answer is not kept; None when it is."""
        if DONE in self._answers and getattr(self.activity, "final", False):
            return KasusError("widgets.W409")
        good = item.op == "set" and (not item.value or self.activity.accepts(item.at, item.value))
        return None if good else KasusError("widgets.W408", item.at)

    def _keep(self, tab: str, taken: list[Item]) -> None:
        """Keep answers, work out what follows, and note when all is done."""
        for item in taken:
            self._set(item.at, item.value)
        try:
            self.log.append(tab, [item.entry for item in taken])
            self._before, self._view = self._view, self.activity.view(dict(self._answers))
            if self._view.get("done") and DONE not in self._answers:
                self.log.append(OWN_TAB, [(self.log.acknowledged().get(OWN_TAB, 0) + 1, "set", DONE, "1")])
                self._answers[DONE] = "1"
        except BaseException:
            self._stale = True  # the session knows more than the log: take it up before the next message
            raise

    def _save_late(self, said: Answers) -> dict[str, Any]:
        """Keep answers with the attempt that they were given in, which has ended since."""
        good = [item.entry for item in said.items if item.op == "set" and self.activity.accepts(item.at, item.value)]
        kept = self._log_of(said).append(said.tab, good)
        last = max([kept, *(item.n for item in said.items)])
        return {"kind": "saved", "tab": said.tab, "n": last, "rev": self.rev, "draft": said.draft}

    def _saved(self, tab: str, n: int, draft: str, changed: set[str]) -> dict[str, Any]:
        self.rev += 1
        view = {name: value for name, value in self._view.items() if self._before.get(name) != value}
        gone = [name for name in self._before if name not in self._view]
        answers = {at: self._answers.get(at) for at in changed | ({DONE} & set(self._answers))}
        said = {"kind": "saved", "tab": tab, "n": n, "rev": self.rev, "draft": draft}
        return said | {"answers": answers, "view": view | dict.fromkeys(gone)}


@lru_cache(maxsize=32)
def _words(module: str, lang: str) -> dict[str, str]:
    """Return the words of a widget, and those that all share."""
    kind = module.removesuffix(".js")
    return texts("widgets", "act.", lang) | texts("widgets", f"{_PREFIX.get(kind, kind)}.", lang)


_PREFIX = {"chronology": "chron", "dialogue": "dialog", "explorer": "explore"}
