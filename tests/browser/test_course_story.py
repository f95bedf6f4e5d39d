"""One participant goes through both days on a phone: every lesson, every kind of thing to do, both tests, the exam."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from kasuskit.classroom import trials
from kasuskit.training.course import Course, Lesson, load_course
from kasuskit.training.course.notebook import ACTIVITIES, read_lesson
from tests.browser.alone import ROOT
from tests.browser.learner import Learner
from tests.browser.served import PHONE, Server, served
from tests.browser.test_first_page import sound

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

MOST_BYTES = 100_000
SHORTEST = 20  # letters of a facilitator's phrase that cannot stand in a lesson by chance


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture
def page(alone: Any, server: Server) -> Iterator[Any]:
    """Give a phone; whatever is wrong on any of its pages fails the test at the end."""
    wrong: list[str] = []
    context = alone.new_context(viewport=PHONE, locale="id-ID", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    near = (server.address, server.address.replace("http", "ws"), "data:", "blob:")
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("console", lambda said: wrong.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("request", lambda sent: None if sent.url.startswith(near) else wrong.append(sent.url))
    yield page
    context.close()
    assert not wrong


class Weight:
    """How many bytes came to a page, with nothing kept from before."""

    def __init__(self, page: Any) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.loadingFinished", lambda told: self._add(told["encodedDataLength"]))
        session.on("Network.webSocketFrameReceived", lambda told: self._add(len(told["response"]["payloadData"])))

    def _add(self, count: float) -> None:
        self.bytes += int(count)


def plain(text: str) -> str:
    """Return the words of a text alone."""
    return " ".join(re.findall(r"\w+", text))


def secrets(course: Course, lesson: Lesson) -> list[str]:
    """Return phrases that only a facilitator may read: neither the lesson, nor the course's tables or the kit."""
    cells = read_lesson(lesson.path)
    paths = [*course.folder.glob("*.csv"), *ROOT.glob("kasuskit/messages/id/*.po")]
    told = plain(" ".join([cell.source for cell in cells if not cell.hidden] + [p.read_text("utf-8") for p in paths]))
    parts = [part for cell in cells if cell.hidden for part in re.split(r"[|\n.:;]|\]\(", cell.source)]
    phrases = {plain(part) for part in parts if "](" not in part}
    return sorted(phrase for phrase in phrases if len(phrase) >= SHORTEST and phrase not in told)


def sees_no_secrets(page: Any, course: Course, lesson: Lesson) -> None:
    """Find no word to the facilitator, not even where it is not shown."""
    words, hidden = plain(page.evaluate("document.documentElement.textContent")), secrets(course, lesson)
    assert len(hidden) > 5
    assert not [phrase for phrase in hidden if phrase in words]


def onward(page: Any, course: Course, lesson: Lesson) -> None:
    after = course.next(lesson)
    words = f"Selesai, lanjut ke {after.title}" if after else "Selesai, kembali ke daftar pelajaran"
    page.get_by_role("button", name=words, exact=True).click()


def test_both_days_of_the_course_on_a_phone(page: Any, server: Server) -> None:
    course = load_course()
    learner, weight = Learner(page, course, "paralegal"), Weight(page)
    learner.enter(server.address)
    sound(page)
    weight.bytes = 0
    page.get_by_role("link", name=f"Mulai: {course.lessons[0].title}").click()
    done: set[str] = set()
    for lesson in course.lessons:
        to_do = learner.at(lesson)
        page.wait_for_load_state("networkidle")
        assert 5_000 < weight.bytes < MOST_BYTES, (lesson.id, weight.bytes)
        sees_no_secrets(page, course, lesson)
        for place, function, name in to_do:
            learner.do(place, function, name)
            done.add(function)
            if function == "practice":
                learner.at(lesson)
        sound(page)
        sees_no_secrets(page, course, lesson)
        weight.bytes = 0
        onward(page, course, lesson)

    page.get_by_text("Semua pelajaran sudah selesai.").wait_for()
    assert page.get_by_text("✓ Selesai").count() == len(course.lessons)
    first = page.get_by_role("link", name=course.lessons[0].title)
    assert "2 dari 2" in first.inner_text()
    sound(page)
    assert done == ACTIVITIES.keys(), "every kind of thing to do"
    [taken] = trials.tests_taken(server.folder / "kelas" / "latihan.sqlite", course)
    assert taken.before is not None and taken.after is not None
    assert (taken.before.right, taken.before.answered) == (3, 3)
    assert (taken.after.right, taken.after.total) == (20, 20)
    assert taken.before.form != taken.after.form
