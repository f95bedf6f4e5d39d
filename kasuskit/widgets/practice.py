"""The practice screen: the story beside the case form, with feedback. One anywidget, made by ``practice``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from kasuskit.classroom import Attempt, Person, open_room
from kasuskit.classroom.remote import DeskLine, RemoteAttempt, desk, remote_attempt, remote_attempts
from kasuskit.messages import LANGUAGES
from kasuskit.training import Case, list_cases, load_case
from kasuskit.widgets.served import ServedScreen, answer
from kasuskit.widgets.session import Log, MemoryLog, Session

if TYPE_CHECKING:
    from kasuskit.widgets.doorstep import Doorstep

_HERE = Path(__file__).resolve().parent


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


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
_served: dict[tuple[str, str], ServedScreen] = {}


Screen = PracticeWidget | ServedScreen


def _doorstep(lang: str, now: str | None) -> Doorstep:
    """Return the form that asks who practises, where no server of ours knows it."""
    from kasuskit.widgets.doorstep import Doorstep, wanted_case

    def open_case(person: Person, case: str) -> Screen | Doorstep:
        os.environ |= {"KASUSKIT_PERSON": str(person.id), "KASUSKIT_CASE": case}  # the cell run again finds them
        os.environ.setdefault("KASUSKIT_EXIT", "about:blank")
        return practice(lang=lang, now=now)

    room = open_room(os.environ["KASUSKIT_ROOM"], check=False)
    return Doorstep(room, list_cases(), open_case, lang, wanted_case(os.environ))


def practice(case: str | Path | None = None, *, lang: str | None = None, now: str | None = None) -> Screen | Doorstep:
    """Return the practice screen of a case: the story beside the form, with feedback.

    On a page that ``kasuskit serve`` opened, who practises what comes from the server, and every answer goes into
    the class file before it is acknowledged. Where only the class is known (``KASUSKIT_ROOM``, as under stock Voila), a
    form asks who practises. In a notebook, the answers last as long as the kernel.

    Parameters
    ----------
    case : str or Path, optional
        A case's name (``"K01"``) or folder. Not needed on a served page.
    lang : {"id", "en"}, optional
        Language of form and messages.
    now : str, optional
        The record's clock instead of the case's own, an ISO date-time.

    Raises
    ------
    KasusError
        When the case or the class file cannot be used.
    """
    env = os.environ
    lang = lang or env.get("KASUSKIT_LANG", "id")
    lang = lang if lang in LANGUAGES else "id"
    chosen = load_case(case or env.get("KASUSKIT_CASE") or "K01")
    if (line := desk()) is not None:
        return _on_page(line, chosen, lang, now)
    person = env.get("KASUSKIT_PERSON", "")
    if case is None and not person and env.get("KASUSKIT_ROOM"):
        return _doorstep(lang, now)
    if case is not None or not person.isdigit() or not env.get("KASUSKIT_ROOM"):
        log: Log = MemoryLog(now or chosen.now)
        return PracticeWidget(Session(chosen, log, lang, draft=""), "about:blank")
    address = env["KASUSKIT_ROOM"]
    room = open_room(address, create=False, check=False)
    form = chosen.form
    attempt = room.attempt(int(person), case=chosen.id, form=form.id, version=form.version, now_clock=now or chosen.now)

    def attempts() -> dict[str, Attempt]:
        return {_draft(each): each for each in room.attempts(attempt.person) if each.case == chosen.id}

    return _shared((address, attempt.person, chosen.id, lang), chosen, attempt, attempts)


def _on_page(line: DeskLine, case: Case, lang: str, now: str | None) -> ServedScreen:
    """Return the one screen of a case in this kernel: two tabs look at the same record."""
    form = case.form
    clock = now or case.now
    attempt = remote_attempt(line, case=case.id, form=form.id, version=form.version, now_clock=clock)
    screen = _served.get((case.id, lang))

    def attempts() -> dict[str, RemoteAttempt]:
        return {_draft(each): each for each in remote_attempts(line, case.id)}

    if screen is None:
        session = Session(case, attempt, lang, draft=_draft(attempt), attempts=attempts)
        screen = _served[case.id, lang] = ServedScreen(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))
    else:
        screen.session.draft = _draft(attempt)
        screen.refresh(attempt)
    return screen


def _draft(attempt: Attempt | RemoteAttempt) -> str:
    """Return a name for what the browser keeps of this attempt, different in every class."""
    return hashlib.sha256(f"{attempt.person}/{attempt.id}/{attempt.started}".encode()).hexdigest()[:12]


def _shared(
    mark: tuple[str, int, str, str], case: Case, attempt: Attempt, attempts: Callable[[], Mapping[str, Log]]
) -> PracticeWidget:
    """Return the one screen of a person and case in this kernel: two tabs look at the same record."""
    widget = _open.get(mark)
    if widget is None:
        session = Session(case, attempt, mark[3], draft=_draft(attempt), attempts=attempts)
        widget = _open[mark] = PracticeWidget(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))
    else:
        widget.session.draft = _draft(attempt)
        widget.refresh(attempt)
    return widget
