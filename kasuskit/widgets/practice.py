"""``practice("K01")``: a story beside a form, with feedback, wherever it is shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kasuskit.classroom.remote import DeskLine, desk
from kasuskit.messages import LANGUAGES
from kasuskit.training.tasks import Task, load_task
from kasuskit.widgets.link import TaskLink
from kasuskit.widgets.open_screens import on_page, one_screen
from kasuskit.widgets.served import ServedScreen
from kasuskit.widgets.session import MemoryLog, Session, draft_of

if TYPE_CHECKING:
    from kasuskit.widgets.doorstep import Doorstep
    from kasuskit.widgets.notebook import PracticeWidget

    Screen = PracticeWidget | ServedScreen | Doorstep | TaskLink


def practice(task: str | Path | None = None, *, lang: str | None = None, now: str | None = None) -> Screen:
    """Return the practice screen of a task: a story beside a form, with feedback.

    On a page that ``kasuskit serve`` opened, who practises what comes from the server, and every answer goes into the
    class file before it is acknowledged; on a lesson's page, a link to the task is returned. Where only the class is
    known (``KASUSKIT_ROOM``, as under stock Voila), a form asks who practises. In a notebook, the answers last as long
    as the kernel.

    Parameters
    ----------
    task : str or Path, optional
        A case (``"K01"``), some of its sections (``"K01.A-F"``), a flawed form (``"F01"``), the mirror of SIMFONI PPA
        (``"K06.cermin"``), the exam (``"K10.uji"``), or a case's folder. Not needed on a served page.
    lang : {"id", "en"}, optional
        Language of form and messages.
    now : str, optional
        The record's clock instead of the task's own, an ISO date-time.

    Raises
    ------
    KasusError
        When the task or the class file cannot be used.
    """
    env = os.environ
    lang = lang or env.get("KASUSKIT_LANG", "id")
    lang = lang if lang in LANGUAGES else "id"
    chosen = load_task(task or env.get("KASUSKIT_CASE") or "K01", lang)
    if (line := desk()) is not None:
        return TaskLink(chosen.card, lang) if env.get("KASUSKIT_LESSON") else _on_page(line, chosen, lang, now)
    # Only here is what a notebook needs loaded: on a page it would be ten megabytes in each kernel.
    from kasuskit.widgets import notebook

    person, address = env.get("KASUSKIT_PERSON", ""), env.get("KASUSKIT_ROOM", "")
    if task is None and not person and address:
        return notebook.ask_who(lang, lambda: practice(lang=lang, now=now))
    if task is not None or not person.isdigit() or not address:
        return notebook.PracticeWidget(Session(chosen, MemoryLog(now or chosen.now), lang, draft=""), "about:blank")
    return notebook.practise_in_class(address, int(person), chosen, lang, now or chosen.now)


def _on_page(line: DeskLine, task: Task, lang: str, now: str | None) -> ServedScreen:
    """Return the screen of a task on a page that ``kasuskit serve`` opened."""
    form = task.form
    attempt, attempts = on_page(line, case=task.id, form=form.id, version=form.version, now_clock=now or task.now)

    def make() -> ServedScreen:
        session = Session(task, attempt, lang, draft=draft_of(attempt), attempts=attempts)
        return ServedScreen(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))

    return one_screen((task.id, lang), attempt, make)
