"""The practice screen in a notebook: an anywidget, which any screen that shows Jupyter widgets can draw."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kasuskit.classroom import Attempt, Person, open_room
from kasuskit.training import Case, list_cases
from kasuskit.widgets.bundle import bundled
from kasuskit.widgets.doorstep import Doorstep, wanted_case
from kasuskit.widgets.served import answer
from kasuskit.widgets.session import Log, Session, draft_of

_HERE = Path(__file__).resolve().parent


@cache
def _asset(name: str) -> str:
    return bundled(_HERE / name) if name.endswith(".js") else (_HERE / name).read_text("utf-8")


class PracticeWidget(anywidget.AnyWidget):
    """A case being practised, on any screen that shows Jupyter widgets.

    Parameters
    ----------
    session : Session
        What is practised, and by whom.
    exit_url : str
        The harmless page that the quick-exit button opens.
    """

    _esm = _asset("practice.js")
    _css = _asset("practice.css")
    screen = traitlets.Dict().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session, exit_url: str = "about:blank") -> None:
        self.session = session
        super().__init__(screen=session.screen(exit_url), start=session.state())
        self.on_msg(self._hear)

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """Take custom messages and requests for the state; a browser never writes what the kernel shows."""
        data = msg["content"].get("data")
        if isinstance(data, dict) and data.get("method") in ("custom", "request_state"):
            super()._handle_msg(msg)

    def _hear(self, _widget: object, content: Any, _buffers: object) -> None:
        self.send(answer(self.session, content))

    def refresh(self, log: Log) -> None:
        """Bring ``screen`` and ``start`` up to date, so that a page opened now draws the present state at once."""
        if log != self.session.log:
            self.session.take_up(log)
        self.screen = self.screen | self.session.drafts()
        self.start = self.session.state()

    def __repr__(self) -> str:
        """Name the case and nothing else: a saved notebook must not hold what people typed."""
        return f"<kasuskit: latihan {self.session.case.id}>"


_open: dict[tuple[str, int, str, str], PracticeWidget] = {}


def ask_who(lang: str, open_case: Callable[[], Any]) -> Doorstep:
    """Return the form that asks who practises, where no server of ours knows it.

    Parameters
    ----------
    lang : str
        ``"id"`` or ``"en"``.
    open_case : callable
        Gives the screen, once ``KASUSKIT_PERSON`` and ``KASUSKIT_CASE`` say whose and which.
    """

    def go_on(person: Person, case: str) -> Any:
        os.environ |= {"KASUSKIT_PERSON": str(person.id), "KASUSKIT_CASE": case}  # the cell run again finds them
        os.environ.setdefault("KASUSKIT_EXIT", "about:blank")
        return open_case()

    room = open_room(os.environ["KASUSKIT_ROOM"], check=False)
    return Doorstep(room, list_cases(), go_on, lang, wanted_case(os.environ))


def practise_in_class(address: str, person: int, case: Case, lang: str, now: str) -> PracticeWidget:
    """Return the screen of somebody whose answers this kernel itself keeps in the class."""
    room = open_room(address, create=False, check=False)
    form = case.form
    attempt = room.attempt(person, case=case.id, form=form.id, version=form.version, now_clock=now)

    def attempts() -> dict[str, Attempt]:
        return {draft_of(each): each for each in room.attempts(attempt.person) if each.case == case.id}

    return _shared((address, attempt.person, case.id, lang), case, attempt, attempts)


def _shared(
    mark: tuple[str, int, str, str], case: Case, attempt: Attempt, attempts: Callable[[], Mapping[str, Log]]
) -> PracticeWidget:
    """Return the one screen of a person and case in this kernel: two tabs look at the same record."""
    widget = _open.get(mark)
    if widget is None:
        session = Session(case, attempt, mark[3], draft=draft_of(attempt), attempts=attempts)
        widget = _open[mark] = PracticeWidget(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))
    else:
        widget.session.draft = draft_of(attempt)
        widget.refresh(attempt)
    return widget
