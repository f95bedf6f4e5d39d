"""A lesson of the course as a contestant: on our own page, and its notebook under stock Voila."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext

from kasuskit.training.course import Course, Lesson
from sidebyside.browser import Probe
from sidebyside.contestants import Kasuskit, StockVoila
from sidebyside.processes import NotMeasured

_CONTROL = (
    *(f".kas-{kind} {tag}" for kind in ("activity", "practice") for tag in ("input", "select", "textarea")),
    *(f".kas-{kind} button:not([aria-disabled=true])" for kind in ("activity", "practice")),
    # Not the cards that lead to a case: they are drawn before any activity, and stock Voila has none.
)
PROBE = Probe(fields=", ".join(_CONTROL), text="h1 + p", answers=False)


class OurLesson(Kasuskit):
    """A lesson on our page, as a participant of one track opens it.

    Parameters
    ----------
    lesson : Lesson
        The lesson; another may be set at any time.
    track : str
        The participant's track; blank for none.
    """

    choice = "kursus"
    probe = PROBE

    def __init__(self, lesson: Lesson, track: str) -> None:
        self.lesson = lesson
        self.track = track

    def path(self) -> str:
        """Return where the lesson is on the server."""
        return f"pelajaran/{self.lesson.id}"

    def enter(self, context: BrowserContext) -> str:
        """Enter as a new participant, and choose the track."""
        address = super().enter(context)
        assert self.server is not None
        if self.track:
            address_of_choice = f"{self.server.address}kursus/jalur"
            form: dict[str, str | float | bool] = {"jalur": self.track, "_xsrf": self._xsrf}
            answer = context.request.post(address_of_choice, form=form, max_redirects=0)
            if answer.status != 303:
                raise NotMeasured(f"the choice of a track was answered with {answer.status}")
        return address


class StockLesson(StockVoila):
    """The same notebook under stock Voila, without the facilitator's cells and those for other tracks.

    Voila 0.5.13 stops in the middle of a page at a picture outside the notebook's folder (``../gambar/…``). It is
    given a copy of the notebook that has its pictures beside it.
    """

    probe = PROBE

    def __init__(self, course: Course, lesson: Lesson, track: str) -> None:
        self._notebook = lesson.path
        self._pictures = course.notebooks / "gambar"
        self._track = track
        self._hidden = ["fasilitator", *(f"jalur-{name}" for name in course.tracks if name != track)]

    def argv(self, port: int, folder: Path) -> list[str]:
        """Return what Voila's documentation tells people to type, to leave out cells by their tags."""
        notebook = folder / "notebook" / self._notebook.name
        shutil.copytree(self._pictures, notebook.parent / self._pictures.name)
        notebook.write_text(self._notebook.read_text("utf-8").replace("](../", "]("), "utf-8")
        hidden = [f"--TagRemovePreprocessor.remove_cell_tags={tag}" for tag in self._hidden]
        return [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", *hidden]

    def env(self) -> dict[str, str]:
        """Let the activities know the track."""
        return {"KASUSKIT_TRACK": self._track} if self._track else {}
