"""The doors of the course: its list of lessons, each lesson, what of it is finished, and which track somebody is in."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from tornado.web import HTTPError

from kasuskit.classroom import Person
from kasuskit.messages import KasusError
from kasuskit.serving.doors import Door, Sorry, patience, start_address
from kasuskit.serving.lesson_text import LessonText
from kasuskit.serving.notebook_page import NotebookDoor, page_texts
from kasuskit.serving.offer import COURSE
from kasuskit.serving.progress import FINISHED, OPENED, TRACK, lesson_at
from kasuskit.serving.rendering import LINK, NotebookPage, PageContent
from kasuskit.training.course import Course, Lesson

log = logging.getLogger("kasuskit.serving")

_TASK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_LONGEST = 300
_WORDS = (
    "lesson.no_script", "lesson.ways", "lesson.tasks", "lesson.open_task", "lesson.speak", "lesson.stop",
)  # fmt: skip


class LessonContent(PageContent):
    """What the cells of a lesson give the page: widgets and links in their places, and what went wrong there."""

    goes_on = True

    def __init__(self, lang: str, served: Callable[[str], str | None], places: tuple[str, ...]) -> None:
        super().__init__(lang, served)
        self.links: list[dict[str, str]] = []
        self._problems: dict[str, str] = {}
        self._waiting = dict.fromkeys(places)

    def take_cell(self, cell: nbformat.NotebookNode) -> str:
        """Take in what a cell gave; return nothing to draw."""
        self._waiting.pop(cell.id, None)
        for output in cell.get("outputs", []):
            link = (output.get("data") or {}).get(LINK)
            if output.get("output_type") == "error":
                self._problems[cell.id] = self.said_of(output, "S572")
            elif isinstance(link, dict) and _TASK.fullmatch(str(link.get("task"))):
                more = {name: str(link.get(name) or "")[:_LONGEST] for name in ("title", "note")}
                self.links.append({"place": cell.id, "task": str(link["task"]), **more})
            elif (view := self.view_of(output)) is not None and view["module"]:
                self.views.append(view | {"place": cell.id})
            elif output.get("output_type") in ("display_data", "execute_result"):
                log.error("a lesson's cell shows no widget that the page knows")
                self._problems[cell.id] = self.say("S572")
        return ""

    def finish(self) -> str:
        """Note the cells that did not run, because one before them took too long; return nothing to draw."""
        self._problems |= dict.fromkeys(self._waiting, self.say("S572"))
        return ""

    def more(self) -> dict[str, Any]:
        """Return what went wrong in which place."""
        return {"problems": self._problems}


class CourseBase(Door):
    """What the doors of the course have in common: who is here, and the list of lessons."""

    def visit(self) -> tuple[Person | None, Course]:
        """Return who is here and the course; a stranger is led to the start.

        Raises
        ------
        HTTPError
            404 where there is no course.
        """
        course = self.kit.offer.course()
        if course is None:
            raise HTTPError(404)
        person = self.person()
        if person is None:
            self.redirect(start_address(self.kit, COURSE), status=303)
        else:
            patience("serving.S553", self.kit.limits.page(person.id))
        return person, course

    async def show(self, person: Person, course: Course, problem: str = "") -> None:
        """Show the list of lessons, with what is wrong with the choice of a track."""
        told, done = await asyncio.gather(self.kit.progress.told(person.id), self.kit.progress.done(person.id))
        track = (told or {}).get(TRACK, "")
        rows = await asyncio.to_thread(self._rows, course, told or {}, done, track)
        unfinished = next((row for row in rows if row["state"] != FINISHED), None)
        self.finish(
            self.kit.pages.draw(
                "course",
                xsrf=self.xsrf,
                course=course,
                days=[(day, [row for row in rows if row["lesson"].day == day.number]) for day in course.days],
                onward=unfinished,
                begun=any(row["state"] for row in rows),
                known=told is not None,
                track=track if track in course.tracks else "",
                problem=problem,
            )
        )

    def _rows(self, course: Course, told: dict[str, str], done: frozenset[str], track: str) -> list[dict[str, Any]]:
        """Return for each lesson how far somebody is with it."""
        rows = []
        for lesson in course.lessons:
            try:
                activities = self.kit.texts.activities(lesson, track)
            except KasusError:  # its own page says what is wrong
                activities = ()
            counts = {"done": len(done.intersection(activities)), "total": len(activities)}
            state = told.get(lesson_at(lesson.id), "")
            rows.append({"lesson": lesson, "state": state if state in (OPENED, FINISHED) else "", **counts})
        return rows


class CourseDoor(CourseBase):
    """The list of lessons, and how far somebody is."""

    async def get(self) -> None:
        """Show the list."""
        person, course = self.visit()
        if person is not None:
            await self.show(person, course)


class TrackDoor(CourseBase):
    """Takes the choice of a track."""

    async def post(self) -> None:
        """Keep the choice; a kernel that was made for another track is ended."""
        person, course = self.visit()
        if person is None:
            return
        chosen = self.get_body_argument("jalur", "", strip=False)
        if not chosen:
            self.set_status(422)
            await self.show(person, course, self.kit.pages.say("course.track_missing"))
            return
        if chosen not in course.tracks:
            raise Sorry(422, KasusError("serving.S573"))
        before = await self.kit.progress.track(person.id)
        await self.kit.progress.keep(person.id, TRACK, chosen)
        seat = self.kit.seats.of(person.id)
        if seat is not None and before != chosen:
            await self.kit.end_seat(seat)  # its activities were made for the other track
        self.redirect(f"{self.kit.base_url}kursus", status=303)


class LessonDoor(NotebookDoor):
    """A lesson: its text at once, then each thing to do in its place."""

    async def get(self, lesson_id: str) -> None:
        """Send the page."""
        course, lesson = self.kit.offer.course(), self.kit.offer.lesson(lesson_id)
        if course is None or lesson is None:
            raise HTTPError(404)
        person = self.person()
        if person is None:
            self.redirect(start_address(self.kit, COURSE), status=303)
            return
        track = await self.kit.progress.track(person.id)
        try:
            shown = await asyncio.to_thread(self.kit.texts.text, course, lesson, track)
        except KasusError as error:
            log.error("%s %s", error.code, error.place)
            raise Sorry(404, error) from None
        if self.may_open(person):
            self.kit.soon(self.kit.progress.opened(person.id, lesson.id))
            await self.send(person, self._page(course, lesson, track, shown))

    def _page(self, course: Course, lesson: Lesson, track: str, shown: LessonText) -> NotebookPage:
        pages = self.kit.pages
        cells = [new_code_cell(cell.text, id=cell.name) for cell in shown.cells]
        return NotebookPage(
            template="lesson",
            notebook=lambda: new_notebook(cells=cells),
            content=LessonContent(pages.lang, pages.served, tuple(cell.name for cell in shown.cells)),
            env={"KASUSKIT_LESSON": lesson.id, "KASUSKIT_TRACK": track},
            texts=self._texts(course, lesson, shown),
        )

    def _texts(self, course: Course, lesson: Lesson, shown: LessonText) -> dict[str, Any]:
        say, base = self.kit.pages.say, self.kit.base_url
        before, after = course.previous(lesson), course.next(lesson)
        previous = before and {
            "address": f"{base}pelajaran/{before.id}",
            "words": say("lesson.previous", title=before.title),
        }
        styles = ("page.css", "lesson.css", "activity.css")
        return page_texts(self.kit, lesson.title, styles, ("host.js",)) | {
            **{name.partition(".")[2]: say(name) for name in _WORDS},
            "at": say("lesson.at", id=lesson.id, total=len(course.lessons)),
            "finish": say("lesson.finish", title=after.title) if after else say("lesson.finish_last"),
            "to_course": say("page.course"),
            "course": f"{base}kursus",
            "address": f"{base}pelajaran/{lesson.id}",
            "reader": self.kit.pages.served("lesson.js"),
            "previous": previous,
            "lesson": lesson,
            "text": shown,
            "xsrf": self.xsrf,
        }


class FinishDoor(CourseBase):
    """Notes that a lesson is finished, and leads on."""

    async def post(self, lesson_id: str) -> None:
        """Keep it, and lead on to the next lesson; after the last, to the list."""
        lesson = self.kit.offer.lesson(lesson_id)
        if lesson is None:
            raise HTTPError(404)
        person, course = self.visit()
        if person is None:
            return
        await self.kit.progress.keep(person.id, lesson_at(lesson.id), FINISHED)
        onward = course.next(lesson)
        self.redirect(f"{self.kit.base_url}{f'pelajaran/{onward.id}' if onward else 'kursus'}", status=303)
