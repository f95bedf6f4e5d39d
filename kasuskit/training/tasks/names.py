"""Find a task by the name that lessons use: ``K01``, ``K01.A-F``, ``F01``, ``K06.cermin``, ``K10.uji``."""

from __future__ import annotations

from pathlib import Path

from kasuskit.messages import KasusError
from kasuskit.training.cases import load_case
from kasuskit.training.files import NAME
from kasuskit.training.flawed import flawed_dir, load_flawed
from kasuskit.training.tasks.case import CaseTask, ExamTask, PartTask
from kasuskit.training.tasks.mend import MendTask
from kasuskit.training.tasks.mirror import MirrorTask
from kasuskit.training.tasks.task import Task, TaskCard

LONGEST = 60  # letters of a name, which stands in a class as the case of an attempt
MIRROR_NAME, EXAM_NAME = "cermin", "uji"


def load_task(source: str | Path, lang: str = "id") -> Task:
    """Return a task by name, or the task to practise a whole case from its folder. No key is read.

    Parameters
    ----------
    source : str or Path
        A name (``"K01.A-F"``), or a case's folder.
    lang : str
        Language of what is said about the task; stories are as their authors wrote them.

    Raises
    ------
    KasusError
        T290 when no task can have this name, T291 when the form has no such sections, and what ``load_case`` and
        ``load_flawed`` raise.
    """
    if not isinstance(source, str) or "/" in source or "\\" in source:
        return CaseTask(load_case(source))
    of, dot, what = source.partition(".")
    if not NAME.fullmatch(of) or len(source) > LONGEST or bool(dot) != bool(what):
        raise KasusError("training.T290", source[:80])
    if (flawed_dir() / of).is_dir():
        if what:
            raise KasusError("training.T290", source)
        return MendTask(load_flawed(of), lang)
    case = load_case(of)
    if not what:
        return CaseTask(case)
    if what == MIRROR_NAME:
        return MirrorTask(case, lang)
    if what == EXAM_NAME:
        return ExamTask(case, lang)
    return PartTask(case, what, lang)


def find_task(name: str, lang: str = "id") -> TaskCard:
    """Return what a list shows of a task.

    Raises
    ------
    KasusError
        As ``load_task`` does.
    """
    return load_task(name, lang).card
