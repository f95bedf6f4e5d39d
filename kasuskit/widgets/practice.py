"""``practice("K01")``: the story beside the form, with feedback, wherever it is shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kasuskit.classroom.remote import DeskLine, desk
from kasuskit.messages import LANGUAGES
from kasuskit.training import Case, load_case
from kasuskit.widgets.open_screens import on_page, one_screen
from kasuskit.widgets.served import ServedScreen
from kasuskit.widgets.session import MemoryLog, Session, draft_of

if TYPE_CHECKING:
    from kasuskit.widgets.doorstep import Doorstep
    from kasuskit.widgets.notebook import PracticeWidget

    Screen = PracticeWidget | ServedScreen | Doorstep


def practice(case: str | Path | None = None, *, lang: str | None = None, now: str | None = None) -> Screen:
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
    # Only here is what a notebook needs loaded: on a page it would be ten megabytes in each kernel.
    from kasuskit.widgets import notebook

    person, address = env.get("KASUSKIT_PERSON", ""), env.get("KASUSKIT_ROOM", "")
    if case is None and not person and address:
        return notebook.ask_who(lang, lambda: practice(lang=lang, now=now))
    if case is not None or not person.isdigit() or not address:
        return notebook.PracticeWidget(Session(chosen, MemoryLog(now or chosen.now), lang, draft=""), "about:blank")
    return notebook.practise_in_class(address, int(person), chosen, lang, now or chosen.now)


def _on_page(line: DeskLine, case: Case, lang: str, now: str | None) -> ServedScreen:
    """Return the screen of a case on a page that ``kasuskit serve`` opened."""
    form = case.form
    attempt, attempts = on_page(line, case=case.id, form=form.id, version=form.version, now_clock=now or case.now)

    def make() -> ServedScreen:
        session = Session(case, attempt, lang, draft=draft_of(attempt), attempts=attempts)
        return ServedScreen(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))

    return one_screen((case.id, lang), attempt, make)
