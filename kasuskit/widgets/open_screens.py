"""One screen for each thing that a person does, however many tabs and lessons show it: they look at the same record."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol, TypeVar

from kasuskit.classroom.remote import DeskLine, RemoteAttempt, remote_attempt, remote_attempts
from kasuskit.widgets.session import Kept, Log, draft_of


class Screen(Protocol):
    """What is shown of a session; ``ServedScreen`` and ``NotebookScreen`` are such."""

    session: Any

    def refresh(self, log: Log) -> None:
        """Go on with what was kept by now."""


S = TypeVar("S", bound=Screen)
_open: dict[Hashable, Any] = {}


def one_screen(mark: Hashable, attempt: Any, make: Callable[[], S]) -> S:
    """Return the screen of this mark: a new one, or the one that is open, brought up to an attempt.

    Parameters
    ----------
    mark : hashable
        What tells it from others: what is done, by whom, in which language.
    attempt : Attempt or RemoteAttempt
        The present attempt.
    make : callable
        Makes the screen.
    """
    known: S | None = _open.get(mark)
    if known is None:
        made: S = make()
        _open[mark] = made
        return made
    known.session.draft = draft_of(attempt)
    known.refresh(attempt)
    return known


def by_draft(attempts: Callable[[], tuple[Kept, ...]]) -> Callable[[], Mapping[str, Any]]:
    """Return what gives the attempts by the names of their drafts, as sessions want them."""
    return lambda: {draft_of(each): each for each in attempts()}


def on_page(
    line: DeskLine, *, case: str, form: str, version: str, now_clock: str
) -> tuple[RemoteAttempt, Callable[[], Mapping[str, Any]]]:
    """Return the present attempt of the participant of a page, and what gives all her attempts at the same."""
    attempt = remote_attempt(line, case=case, form=form, version=version, now_clock=now_clock)
    return attempt, by_draft(lambda: tuple(remote_attempts(line, case)))
