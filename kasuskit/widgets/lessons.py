"""What a lesson's cell may call: ``quiz("04-bentuk")``, ``pretest()``, ``sort_cards("bentuk")`` and the others.

On a page that ``kasuskit serve`` opened, what a person does is kept in the class; in a notebook it lasts as long as the
kernel.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kasuskit.classroom.remote import desk
from kasuskit.messages import LANGUAGES
from kasuskit.training.course import load_course
from kasuskit.widgets.activity import FORM, VERSION, Activity, ActivitySession
from kasuskit.widgets.open_screens import on_page, one_screen
from kasuskit.widgets.served import ServedScreen
from kasuskit.widgets.session import MemoryLog, draft_of

if TYPE_CHECKING:
    from kasuskit.widgets.notebook import NotebookScreen

    Shown = ServedScreen | NotebookScreen


def quiz(name: str) -> Shown:
    """Return a quiz of the course.

    Parameters
    ----------
    name : str
        As in the column ``kuis`` of ``soal.csv`` (``"04-bentuk"``).

    Raises
    ------
    KasusError
        When the course has no such quiz, or none of its questions can be used.
    """
    from kasuskit.widgets.quiz import QuizActivity

    return show_activity(QuizActivity(load_course(), name, _track(), _lang()))


def pretest() -> Shown:
    """Return the test before the course: no feedback, so that it measures."""
    return _trial("pra")


def posttest() -> Shown:
    """Return the test after the course, parallel to the one before."""
    return _trial("pasca")


def _trial(when: str) -> Shown:
    from kasuskit.widgets.quiz import TrialActivity

    return show_activity(TrialActivity(load_course(), when, _turn(f"{when}-uji"), _lang()))


def sort_cards(name: str) -> Shown:
    """Return a set of sorting cards (``set`` in ``kartu.csv``)."""
    from kasuskit.widgets.cards import CardsActivity

    return show_activity(CardsActivity(load_course(), name, _track(), _lang()))


def write_chronology(name: str) -> Shown:
    """Return the chronology editor with an exercise (``latihan`` in ``kronologi.csv``)."""
    from kasuskit.widgets.chronology import ChronologyActivity

    return show_activity(ChronologyActivity(load_course(), name, _lang()))


def dialogue(name: str) -> Shown:
    """Return a conversation with consequences (``percakapan`` in ``percakapan.csv``)."""
    from kasuskit.widgets.dialogue import DialogueActivity

    return show_activity(DialogueActivity(load_course(), name))


def explore_form(sections: str = "", form: str = "kasus") -> Shown:
    """Return the form explorer: any question of the format, what it asks, why, an example, a common mistake.

    Parameters
    ----------
    sections : str
        Letters of the sections, ``"A-F"`` or ``"H"``; blank for all.
    form : str
        A form of the kit.
    """
    from kasuskit.widgets.explorer import ExplorerActivity

    return show_activity(ExplorerActivity(form, sections))


def explain_nik() -> Shown:
    """Return the NIK explainer with the course's practice numbers (``nik.csv``)."""
    from kasuskit.widgets.nik import NikActivity

    return show_activity(NikActivity(load_course(), _lang()))


def show_activity(activity: Activity) -> Shown:
    """Return what a cell shows of an activity."""
    lang, line = _lang(), desk()
    if line is None:
        from kasuskit.widgets.notebook import activity_screen

        return activity_screen(ActivitySession(activity, MemoryLog(""), lang))
    attempt, attempts = on_page(line, case=activity.name, form=FORM, version=VERSION, now_clock="")

    def make() -> ServedScreen:
        session = ActivitySession(activity, attempt, lang, draft_of(attempt), attempts)
        return ServedScreen(session, os.environ.get("KASUSKIT_EXIT", "/kalender"))

    return one_screen((activity.name, lang), attempt, make)


def _turn(test: str) -> int:
    """Return whose page this is: by turns, one person begins with one form of the test, the next with the other."""
    line = desk()
    return on_page(line, case=test, form=FORM, version=VERSION, now_clock="")[0].person if line is not None else 0


def _lang() -> str:
    lang = os.environ.get("KASUSKIT_LANG", "id")
    return lang if lang in LANGUAGES else "id"


def _track() -> str:
    return os.environ.get("KASUSKIT_TRACK", "")
