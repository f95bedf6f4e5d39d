"""A person at something, whatever it is: takes what a browser says, and never loses what was kept before."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from kasuskit.classroom.entry import OWN_TAB
from kasuskit.messages import KasusError
from kasuskit.widgets.logs import Log
from kasuskit.widgets.protocol import Again, Answers, Hello, Item, Message, read_message, tab_of

MOST_TABS = 1000  # of one attempt; each window that a person opens is one
_MOST_TABS_TOLD = 50  # a window that is not told sends again, and nothing is stored twice


class Sitting(ABC):
    """What ``Session`` and ``ActivitySession`` have in common.

    Parameters
    ----------
    log : Log
        Where the answers are kept. What it holds already is taken up.
    lang : str
        Language of what is said.
    draft : str
        Name under which the browser keeps unsent answers; the same for the same attempt.
    attempts : callable
        Gives every attempt of this person at the same, by the name of its draft: answers that come late are kept with
        the attempt that they were given in.
    """

    def __init__(self, log: Log, lang: str, draft: str, attempts: Callable[[], Mapping[str, Log]]) -> None:
        self.lang, self.draft, self._attempts = lang, draft, attempts
        self.rev = 0
        self._stale = False
        self.take_up(log)

    def take_up(self, log: Log) -> None:
        """Go on with a log."""
        self._stale = True  # until all is read: a database may fail in the middle
        self.log = log
        kept = tuple(log.entries())
        self._acked = {tab: n for tab, n in log.acknowledged().items() if tab != OWN_TAB}
        attempts = self._attempts()
        self.draft = next((name for name, each in attempts.items() if each == log), self.draft)
        self._replay(kept, attempts)
        self._stale = False

    @abstractmethod
    def _replay(self, kept: tuple[Any, ...], attempts: Mapping[str, Log]) -> None:
        """Work out what is shown from what the log holds."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return the whole state."""

    @abstractmethod
    def _save(self, tab: str, items: tuple[Item, ...]) -> dict[str, Any]:
        """Keep what a tab said, as far as it is new, and answer."""

    @abstractmethod
    def _save_late(self, said: Answers) -> dict[str, Any]:
        """Keep answers with the attempt that they were given in, which has ended since, and answer."""

    def _other(self, message: Message) -> dict[str, Any]:
        """Answer what only some sittings know."""
        raise KasusError("widgets.W402")

    def drafts(self) -> dict[str, Any]:
        """Return the name of the present attempt's draft, and of those before it."""
        return {"draft": self.draft, "earlier": [name for name in self._attempts() if name != self.draft]}

    def hear(self, content: Any) -> dict[str, Any]:
        """Return the answer to one message of a browser; whatever it holds, nothing kept before is lost."""
        try:
            if self._stale:
                self.take_up(self.log)
            return self._answer(read_message(content))
        except KasusError as error:
            return self.refusal(error, content)

    def refusal(self, error: KasusError, content: Any = None) -> dict[str, Any]:
        """Return what is said of an error; to the tab that the message came from, if it says so."""
        said = {
            "kind": "refused",
            "code": error.code,
            "text": error.sentence(self.lang),
            "do": error.way_out(self.lang),
        }
        tab = tab_of(content)
        return said | ({"tab": tab} if tab else {})

    def _answer(self, message: Message) -> dict[str, Any]:
        match message:
            case Hello(tab):
                self._heard_of(tab)
                return self.state()
            case Answers(draft=draft) if draft and self.draft and draft != self.draft:
                return self._save_late(message)
            case Answers(tab, items):
                return self._save(tab, items)
            case Again():
                self.take_up(self.log.restart())
                self.rev += 1
                return self.state()
        return self._other(message)

    def _last_of(self, tab: str) -> int:
        """Return the last answer known of a tab that speaks, which becomes the one heard of last.

        Raises
        ------
        KasusError
            W403 when a browser speaks for the kit, W404 when there are too many tabs.
        """
        if tab == OWN_TAB:
            raise KasusError("widgets.W403", "tab")
        if tab not in self._acked and len(self._acked) >= MOST_TABS:
            raise KasusError("widgets.W404", "tab", most=MOST_TABS)
        last = self._acked.setdefault(tab, 0)
        self._heard_of(tab)
        return last

    def _heard_of(self, tab: str) -> None:
        """Let a tab be the one heard of last, so that what is known of it is always told."""
        if tab in self._acked:
            self._acked[tab] = self._acked.pop(tab)

    def _acked_told(self) -> dict[str, int]:
        """Return the last answers known of the tabs heard of last."""
        return dict(list(self._acked.items())[-_MOST_TABS_TOLD:])

    def _log_of(self, said: Answers) -> Log:
        """Return the log of the attempt that answers were given in.

        Raises
        ------
        KasusError
            W407 when it is no attempt of this person.
        """
        log = self._attempts().get(said.draft) if said.tab != OWN_TAB else None
        if log is None:
            raise KasusError("widgets.W407")
        return log
