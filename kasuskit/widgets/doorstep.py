"""The form that asks who practises, on pages that no server of ours serves: stock Voila, a notebook of a class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from urllib.parse import parse_qs

import ipywidgets

from kasuskit.classroom import Person, Room
from kasuskit.messages import KasusError, text
from kasuskit.training import CaseCard

_MOST_CODES_TRIED = 10
_WIDE = {"width": "auto", "max_width": "36em"}
# The label above its field, and both large enough for a thumb; ipywidgets has no setting for that.
_STYLE = """<style>
.kas-door .widget-text, .kas-door .widget-dropdown { flex-direction: column; align-items: stretch; height: auto }
.kas-door .widget-label { text-align: left; height: auto; line-height: 1.4; white-space: normal; font-size: 16px }
.kas-door input[type=text], .kas-door select { flex: none; height: 44px; font-size: 16px }
.kas-door .widget-html-content, .kas-door button { font-size: 16px; line-height: 1.5 }
</style>"""


def wanted_case(env: Mapping[str, str]) -> str:
    """Return the case that the page's address (``?kasus=K02``; Voila hands it on) or ``KASUSKIT_CASE`` names."""
    asked = parse_qs(env.get("QUERY_STRING", "")).get("kasus", [""])[0]
    return asked or env.get("KASUSKIT_CASE", "")


class Doorstep(ipywidgets.VBox):
    """A small form: name and village, or a code; and the case. Once it is filled in, the practice takes its place.

    Parameters
    ----------
    room : Room
        The class.
    cases : sequence of CaseCard
        What can be practised.
    open_case : callable
        Gives the practice screen of a participant and a case.
    lang : str
        Language of the words.
    chosen : str
        The case that is chosen already; the first one where there is none of this name.
    """

    def __init__(
        self,
        room: Room,
        cases: Sequence[CaseCard],
        open_case: Callable[[Person, str], ipywidgets.DOMWidget],
        lang: str = "id",
        chosen: str = "",
    ) -> None:
        self._room, self._open_case, self._lang = room, open_case, lang
        self._codes_tried = 0
        self._asked_about = ("", "")
        self.name = self._field("name")
        self.village = self._field("village")
        self.code = self._field("code")
        known = [(f"{card.title} ({card.id})", card.id) for card in cases]
        self.case = ipywidgets.Dropdown(
            options=known,
            value=next((case for _, case in known if case == chosen), known[0][1] if known else None),
            description=self._say("case"),
            style={"description_width": "initial"},
            layout=_WIDE,
        )
        self.enter = ipywidgets.Button(
            description=self._say("enter"), button_style="primary", layout=_WIDE | {"height": "44px"}
        )
        self.enter.on_click(self._come_in)
        self.told = ipywidgets.HTML(layout=_WIDE)
        intro = ipywidgets.HTML(f"{_STYLE}<p>{self._safe('intro')}</p>")
        known_already = ipywidgets.HTML(f"<p>{self._safe('known')}</p>")
        super().__init__([intro, self.name, self.village, known_already, self.code, self.case, self.enter, self.told])
        self.add_class("kas-door")

    def _field(self, name: str) -> ipywidgets.Text:
        return ipywidgets.Text(
            description=self._say(name),
            continuous_update=False,
            style={"description_width": "initial"},
            layout=_WIDE,
        )

    def _say(self, key: str, /, **values: object) -> str:
        return text(f"widgets.doorstep.{key}", self._lang, **values)

    def _safe(self, key: str, /, **values: object) -> str:
        return escape(self._say(key, **values))

    def _come_in(self, _button: object) -> None:
        """Find or take in the participant and open the case; or say what is still needed."""
        try:
            person = self._who()
            screen = None if person is None else self._open_case(person, str(self.case.value))
        except KasusError as error:
            self._tell(f"{error.sentence(self._lang)} {error.way_out(self._lang)}")
            return
        if person is not None and screen is not None:
            shown = self._safe("your_code", name=person.name, code=f"{person.code[:3]} {person.code[3:]}")
            self.remove_class("kas-door")
            self.children = (ipywidgets.HTML(f"<p role='status'>{shown}</p>"), screen)

    def _who(self) -> Person | None:
        """Return the participant, or None after a question back.

        Raises
        ------
        KasusError
            W418, W419 for a code that nobody has; K311 to K313 for names that cannot be used.
        """
        if self.code.value.strip():
            return self._by_code(self.code.value)
        asked = (self.name.value, self.village.value)
        alike = self._room.namesakes(*asked) if self.name.value.strip() else ()
        if alike and self._asked_about != asked:
            self._asked_about = asked
            self._tell(self._say("namesake", name=alike[0].name, enter=self.enter.description))
            return None
        person, _token = self._room.enter(*asked)
        return person

    def _by_code(self, code: str) -> Person:
        if self._codes_tried >= _MOST_CODES_TRIED:  # six digits can be guessed, but not ten at a time
            raise KasusError("widgets.W419")
        self._codes_tried += 1
        person = self._room.person_by_code(code)
        if person is None:
            raise KasusError("widgets.W418")
        return person

    def _tell(self, sentence: str) -> None:
        self.told.value = f"<p role='alert'><strong>{escape(sentence)}</strong></p>"

    def __repr__(self) -> str:
        """Say what it is and nothing else: a saved notebook must not hold what people typed."""
        return "<kasuskit: masuk>"
