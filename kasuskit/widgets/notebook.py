"""A screen in a notebook: an anywidget, which any screen that shows Jupyter widgets can draw."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kasuskit.classroom import Attempt, Person, open_room
from kasuskit.training import list_cases
from kasuskit.training.tasks import Task
from kasuskit.widgets.bundle import bundled
from kasuskit.widgets.doorstep import Doorstep, wanted_case
from kasuskit.widgets.open_screens import by_draft, one_screen
from kasuskit.widgets.served import Hearing, answer
from kasuskit.widgets.session import Log, Session, draft_of

_HERE = Path(__file__).resolve().parent


@cache
def _asset(name: str) -> str:
    return bundled(_HERE / name)


class NotebookScreen(anywidget.AnyWidget):
    """Something that is done, on any screen that shows Jupyter widgets.

    Parameters
    ----------
    session : Session or ActivitySession
        What is done, and by whom.
    exit_url : str
        The harmless page that the quick-exit button opens.
    """

    _esm = ""
    screen = traitlets.Dict().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Hearing, exit_url: str = "about:blank") -> None:
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
        """Name what is done and nothing else: a saved notebook must not hold what people typed."""
        return f"<kasuskit: {self.session.name}>"


class PracticeWidget(NotebookScreen):
    """A case being practised, on any screen that shows Jupyter widgets."""

    _esm = _asset("practice.js")
    _css = _asset("practice.css")


@cache
def _kind(module: str) -> type[NotebookScreen]:
    """Return the class of the screens with this script: anywidget wants script and style on a class."""
    style = f"{module.removesuffix('.js')}.css"
    return type("ActivityScreen", (NotebookScreen,), {"_esm": _asset(module), "_css": _asset(style)})


def activity_screen(session: Hearing) -> NotebookScreen:
    """Return the screen of an activity in a notebook."""
    return _kind(session.module)(session, os.environ.get("KASUSKIT_EXIT", "about:blank"))


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


def practise_in_class(address: str, person: int, task: Task, lang: str, now: str) -> PracticeWidget:
    """Return the screen of somebody whose answers this kernel itself keeps in the class."""
    form = task.form
    attempt, attempts = in_class(address, person, case=task.id, form=form.id, version=form.version, now_clock=now)

    def make() -> PracticeWidget:
        session = Session(task, attempt, lang, draft=draft_of(attempt), attempts=attempts)
        return PracticeWidget(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))

    return one_screen((address, attempt.person, task.id, lang), attempt, make)


def in_class(
    address: str, person: int, *, case: str, form: str, version: str, now_clock: str
) -> tuple[Attempt, Callable[[], Mapping[str, Log]]]:
    """Return the present attempt of a participant, and what gives all her attempts at the same; kept by this kernel."""
    room = open_room(address, create=False, check=False)
    attempt = room.attempt(person, case=case, form=form, version=version, now_clock=now_clock)
    return attempt, by_draft(lambda: tuple(each for each in room.attempts(attempt.person) if each.case == case))
