"""A participant in the course, who does what a lesson asks and knows the right answers from the course's keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from kasuskit.training.course import Course, Item, Lesson, load_cards, load_keys
from kasuskit.training.course.cards import load_card_keys
from kasuskit.training.course.dialogue import GOOD, load_dialogue, load_effects
from kasuskit.training.course.notebook import LessonCell, called, read_lesson
from kasuskit.training.course.numbers import read_numbers, verdict_of

OWN = "Menurut K1: Sabtu, 3 Oktober 2026, sekitar 19.00, T1 menarik tangan K1 di dapur."


class Learner:
    """Somebody at a lesson's page.

    Parameters
    ----------
    page : Page
        Where she is.
    course : Course
        The course that is served.
    track : str
        The work she said she does.
    """

    def __init__(self, page: Any, course: Course, track: str) -> None:
        self.page, self.course, self.track = page, course, track
        self._keys = load_keys(course)
        self._does: dict[str, Callable[[Any, str], None]] = {
            "quiz": self.quiz, "pretest": self.glance, "posttest": self.hand_in, "sort_cards": self.sort,
            "write_chronology": self.write, "dialogue": self.talk, "explore_form": self.explore,
            "explain_nik": self.judge, "practice": self.practise,
        }  # fmt: skip

    def enter(self, address: str) -> None:
        """Come in by the start page, and say which work one does."""
        page = self.page
        page.goto(f"{address}?kasus=kursus")
        page.get_by_label("Nama atau nama samaran").fill("Mama Yuli")
        page.get_by_role("button", name="Mulai latihan").click()
        page.get_by_role("link", name="Mulai latihan").click()
        page.get_by_role("radio", name=self.course.tracks[self.track]).check()
        page.get_by_role("button", name="Simpan").click()
        page.get_by_text(f"Pekerjaan Anda: {self.course.tracks[self.track]}").wait_for()

    def cells(self, lesson: Lesson) -> Iterator[LessonCell]:
        """Yield the cells of a lesson that she is to see."""
        for cell in read_lesson(lesson.path):
            tracks = [tag for tag in cell.tags if tag.startswith("jalur-")]
            if not cell.hidden and (not tracks or f"jalur-{self.track}" in tracks):
                yield cell

    def at(self, lesson: Lesson) -> list[tuple[Any, str, str]]:
        """Wait until a lesson is drawn; return each thing to do: its place, the function and its argument."""
        self.page.wait_for_url(f"**/pelajaran/{lesson.id}")
        calls = [called(cell.source) for cell in self.cells(lesson) if cell.kind == "code"]
        places = self.page.locator("main.lesson > .kas-place")
        assert places.count() == len(calls)
        for n, (function, _) in enumerate(calls):
            places.nth(n).locator("a.case" if function == "practice" else ".kas-activity").wait_for()
        return [(self.page.locator(f"#{places.nth(n).get_attribute('id')}"), *call) for n, call in enumerate(calls)]

    def do(self, place: Any, function: str, name: str) -> None:
        """Do one thing."""
        self._does[function](place, name)

    def saved(self, place: Any) -> None:
        """Wait until all is kept."""
        place.locator(".kas-state", has_text=re.compile("^Tersimpan")).first.wait_for(state="attached")

    # questions ------------------------------------------------------------------------------------------------------

    def quiz(self, place: Any, name: str) -> None:
        """Answer the first questions of a quiz rightly; of the first quiz all of them."""
        items = self.course.quiz(name, self.track)
        for item in items if name == self.course.quizzes[0] else items[:1]:
            self.answer(place, item)
            page = shown(place)
            page.locator("[data-do=check]").click()
            page.locator(".kas-check .kas-verdict.kas-right").wait_for()
            place.locator("[data-do=after]").click()

    def glance(self, place: Any, _name: str) -> None:
        """Hand in the test before the course with three answers, as somebody who does not know much yet."""
        for item in self.form_of(place)[:3]:
            self.answer(place, item)
            place.locator("[data-do=after]").click()
        place.locator("[data-do=list]").click()
        place.locator(".kas-list .kas-last button").click()
        place.locator("[data-do=hand]").click()
        place.locator("[data-do=yes]").click()
        place.locator(".kas-thanks").wait_for()
        self.saved(place)

    def hand_in(self, place: Any, _name: str) -> None:
        """Answer all of the test after the course rightly, and hand it in."""
        for item in self.form_of(place):
            self.answer(place, item)
            place.locator("[data-do=after]").click()
        place.locator("[data-do=hand]").click()
        place.locator(".kas-thanks").wait_for()
        self.saved(place)

    def form_of(self, place: Any) -> list[Item]:
        """Return the questions of the test as it was given, by the words of the first."""
        first = shown(place).locator("legend").first.inner_text().strip()
        forms = [[item for item in self.course.items if item.test == form] for form in "AB"]
        return next(items for items in forms if " ".join(items[0].text.split()) == " ".join(first.split()))

    def answer(self, place: Any, item: Item) -> None:
        """Give the right answer to the question that is shown."""
        page, answer = shown(place), self._keys[item.id].answer
        if item.kind in ("satu", "beberapa"):
            for name in answer.split():
                page.locator(f'input[value="{name}"]').check()
        elif item.kind == "pasangan":
            for left, right in (pair.split("=") for pair in answer.split()):
                page.locator(f'select[data-name="{left}"]').select_option(right)
        elif item.kind == "isian":
            page.locator("input").fill(answer)
        else:
            order(page, answer.split())

    # the other things to do -----------------------------------------------------------------------------------------

    def sort(self, place: Any, name: str) -> None:
        """Class the first card rightly."""
        cards = load_cards(self.course, name, self.track)
        classes = load_card_keys(self.course, name)[cards.cards[0].id].classes
        page = shown(place)
        for n, dimension in enumerate(cards.dimensions):
            for choice in classes[dimension.name]:
                page.locator("fieldset").nth(n).locator(f'input[value="{choice}"]').check()
        page.locator("[data-do=check]").click()
        page.locator(".kas-check .kas-verdict.kas-right").wait_for()

    def write(self, place: Any, _name: str) -> None:
        """Write one statement, and say that it is done."""
        place.locator(".kas-editor textarea").first.fill(OWN)
        place.locator("[data-do=done]").click()
        place.locator(".kas-verdict.kas-right", has_text=re.compile(".")).first.wait_for()
        self.saved(place)

    def talk(self, place: Any, name: str) -> None:
        """Go through a conversation to its end by what is good to say."""
        talk, effects = load_dialogue(self.course, name), load_effects(self.course, name)
        step = talk.start
        while step.replies:
            reply = next(reply for reply in step.replies if effects[step.name, reply.name].value == GOOD)
            place.locator(".kas-choices button").filter(has_text=reply.text).click()
            step = talk.steps[effects[step.name, reply.name].next]
        place.locator(".kas-end").wait_for()

    def explore(self, place: Any, _name: str) -> None:
        """Look at one question of the form."""
        place.locator(".kas-list [data-do=open]").first.click()
        place.locator("[data-do=back]").click()
        place.locator(".kas-seen", has_text="✓").first.wait_for()

    def judge(self, place: Any, _name: str) -> None:
        """Judge the first NIK rightly."""
        number = read_numbers(self.course).numbers[0]
        place.locator(f'input[value="{verdict_of(number)}"]').check()
        place.locator("[data-do=check]").click()
        place.locator(".kas-verdict.kas-right").wait_for()

    def practise(self, place: Any, name: str) -> None:
        """Open a task; of part of a case one field is answered, an exam is handed in, and one comes back."""
        page = self.page
        lesson = page.url
        place.locator("a.case").click()
        page.wait_for_url(f"**/latihan/{name}?**")
        page.locator(".kas-practice").wait_for()
        if "-" in name or name.endswith(".uji"):
            field = page.locator('.kas-practice :is(input[type="text"], input:not([type]), textarea):visible').first
            field.fill("PD-01")
            field.press("Tab")
            self.saved(page)
        if name.endswith(".uji"):
            page.get_by_role("button", name="Serahkan", exact=True).click()
            page.get_by_role("button", name="Ya, serahkan").click()
            page.locator(".kas-result").get_by_text("Sudah diserahkan, penyerahan ke-1").wait_for()
        page.get_by_role("navigation", name="Kembali").get_by_role("link").click()
        page.wait_for_url(lesson)


def shown(place: Any) -> Any:
    """Return the page of a quiz or of cards that is shown."""
    return place.locator(".kas-page:not([hidden])")


def order(page: Any, wanted: list[str]) -> None:
    """Bring rows into an order with the buttons that move them up; keep one that is right already."""
    rows = page.locator(".kas-order > li")
    now = [rows.nth(n).get_attribute("data-name") for n in range(rows.count())]
    for to, name in enumerate(wanted):
        while now.index(name) > to:
            page.locator(f'li[data-name="{name}"] [data-do=move]').first.click()
            at = now.index(name)
            now[at - 1 : at + 1] = [now[at], now[at - 1]]
    keep = page.locator("[data-do=keep]")
    if keep.is_visible():
        keep.click()
