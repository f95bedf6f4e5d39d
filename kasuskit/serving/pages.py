"""The pages that need no kernel: start, calendar, and what is said when something goes wrong."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kasuskit.messages import KasusError, text
from kasuskit.serving.assets import Assets

_FOLDER = Path(__file__).resolve().parent / "pages"
_FEW = 4  # cases that stand in one list


class Choice(NamedTuple):
    """Something to open from the start page: a name for forms, a title for people, an address."""

    name: str
    title: str
    address: str


class Pages:
    """Draws the plain pages.

    Parameters
    ----------
    assets : Assets
        Where styles and scripts are.
    base : str
        The address below which everything is served, ``"/"`` as a rule.
    lang : str
        ``"id"`` or ``"en"``.
    """

    def __init__(self, assets: Assets, base: str, lang: str) -> None:
        self.lang = lang
        self.base = base
        self.start_page = "start"
        self._assets = assets
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["digits"] = digits
        self._templates.globals |= {"t": self.say, "served": self.served, "base": base, "lang": lang}

    def say(self, name: str, /, **values: Any) -> str:
        """Return a sentence of the server."""
        return text(f"serving.{name}", self.lang, **values)

    def served(self, name: str) -> str | None:
        """Return the address of a script or style, or None when there is none of this name."""
        name_now = self._assets.served_name(name)
        return f"{self.base}berkas/{name_now}" if name_now else None

    def draw(self, name: str, **values: Any) -> str:
        """Return a page."""
        return self._templates.get_template(f"{name}.html.j2").render(**values)

    def start(
        self,
        *,
        xsrf: str,
        cases: Any,
        person: Any = None,
        others: Iterable[Any] = (),
        begun: frozenset[str] = frozenset(),
        chosen: str = "",
        kept: Mapping[str, str] | None = None,
        problem_of: Mapping[str, str] | None = None,
        course: Any = None,
    ) -> str:
        """Return the start page.

        Parameters
        ----------
        xsrf : str
            What proves that a form came from this page.
        cases : sequence of case cards
            What can be practised.
        person : Person or None
            Who uses this device.
        others : iterable of Person
            Whom else this device remembers.
        begun : frozenset of str
            The cases that this person has begun.
        chosen : str
            The case that is chosen already.
        kept, problem_of : mapping
            What was typed, and what is wrong with it, by field name.
        course : Course or None
            The course that can be opened beside the cases.
        """
        others = tuple(others)
        blank = {"nama": "", "desa": "", "kasus": "", "baru": "1" if others and person is None else ""}
        wrong = dict(problem_of or {})
        chosen = chosen or (cases[0].id if cases else "")
        return self.draw(
            self.start_page,
            xsrf=xsrf,
            groups=self._grouped(cases, begun if person else frozenset(), chosen),
            person=person,
            others=others,
            course=course,
            begun=begun,
            chosen=chosen,
            kept=blank | dict(kept or {}),
            problem_of=blank | wrong,
            problems=[{"field": field, "text": said} for field, said in wrong.items()],
            preload=[address for name in ("host.js", "practice.js") if (address := self.served(name))],
        )

    def _grouped(self, cases: Any, begun: frozenset[str], chosen: str) -> list[dict[str, Any]]:
        """Return the cases in parts that open and close: what is begun first, then level by level; a few in one."""
        if len(cases) <= _FEW:
            return [{"title": "", "open": True, "cases": cases}] if cases else []
        parts: dict[str, list[Any]] = {}
        for case in sorted(cases, key=lambda case: case.id not in begun):
            title = self.say("start.going") if case.id in begun else self.say("start.level", level=case.level)
            parts.setdefault(title, []).append(case)
        first = next(iter(parts))
        return [
            {
                "title": self.say("start.part", title=title, count=len(part)),
                "open": title == first if begun else any(case.id == chosen for case in part),
                "cases": part,
            }
            for title, part in parts.items()
        ]

    def welcome(self, person: Any, choice: Choice | None) -> str:
        """Return the page that shows a person's code, and leads on to what was chosen (or None)."""
        scripts = [address for name in ("host.js", "practice.js") if (address := self.served(name))]
        return self.draw("welcome", person=person, choice=choice, preload=scripts)

    def code(self, *, xsrf: str, chosen: str = "", typed: str = "", problem: str = "") -> str:
        """Return the page that asks for the six digits, with what was typed and what is wrong with it."""
        return self.draw("code", xsrf=xsrf, chosen=chosen, typed=typed, problem=problem)

    def namesake(
        self, *, xsrf: str, kept: Mapping[str, str], here: Any = None, problem_of: Mapping[str, str] | None = None
    ) -> str:
        """Return the page that asks who it is, when the class knows the name already.

        Parameters
        ----------
        xsrf : str
            What proves that a form came from this page.
        kept : mapping
            What was typed on the start page.
        here : Person or None
            The one of this name whom this device remembers.
        problem_of : mapping
            What is wrong with what was typed, by field name.
        """
        blank = {"nama": "", "desa": "", "kasus": "", "baru": ""}
        return self.draw(
            "namesake", xsrf=xsrf, kept=blank | dict(kept), here=here, problem_of=blank | dict(problem_of or {})
        )

    def problem(self, error: KasusError) -> str:
        """Return the page for an error."""
        return self.draw(
            "problem", heading=error.sentence(self.lang), way_out=error.way_out(self.lang), code=error.code
        )

    def calendar(self, today: date, month: str) -> str:
        """Return a month calendar, as harmless as it looks.

        Parameters
        ----------
        today : date
            Today.
        month : str
            ``"2026-11"``; anything else shows the month of ``today``.
        """
        shown = _month(month) or (today.year, today.month)
        days = [self.say(f"calendar.day{number}") for number in range(7)]
        return self.draw(
            "calendar",
            month_name=f"{self.say(f'calendar.month{shown[1]}')} {shown[0]}",
            week_days=[{"long": day, "short": day[:3]} for day in days],
            weeks=calendar.monthcalendar(*shown),
            today=today.day if shown == (today.year, today.month) else -1,
            before=_shift(shown, -1),
            after=_shift(shown, 1),
        )


def digits(code: str) -> str:
    """Return a code as it is read out: ``"482 913"``."""
    return f"{code[:3]} {code[3:]}"


def _month(written: str) -> tuple[int, int] | None:
    try:
        first = date.fromisoformat(f"{written}-01")
    except ValueError:
        return None
    return (first.year, first.month) if 1900 < first.year < 2200 else None


def _shift(month: tuple[int, int], by: int) -> str:
    count = month[0] * 12 + month[1] - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
