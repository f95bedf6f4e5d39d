"""What tests of activities in a browser have in common: one page after another, the line cut, a voice, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from kasuskit.widgets.activity import Activity
from tests.browser.activity_page import ActivityPage, activity_page

OFFLINE = "setMode('down'); document.dispatchEvent(new Event('kasuskit:offline'))"
ONLINE = "setMode('up'); document.dispatchEvent(new Event('kasuskit:online'))"
SMALL = """() => [...document.querySelectorAll('.kas-activity :is(button, .kas-input, label.kas-choice, summary, a)')]
  .filter(n => n.offsetParent).map(n => [n.outerHTML.slice(0, 90), n.getBoundingClientRect()])
  .filter(([, r]) => r.height < 43.9 || r.width < 43.9).map(([html]) => html)"""
NAMES_OF_TEXTS = """() => [...document.querySelectorAll('.kas-activity :is(button, p, span, legend, h4)')]
  .map(n => n.textContent).filter(text => /^[a-z]+(_[a-z]+)+$/.test(text))"""
VOICE = """speechSynthesis.getVoices = () => [{ lang: "id-ID", name: "Ibu" }];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
window.said = [];
speechSynthesis.speak = (words) => window.said.push(words.text);"""


class Hosted:
    """Activities that a browser can open; ``answers`` is what the one that was opened last keeps."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.last: ActivityPage

    def open(self, activity: Activity, lang: str = "id") -> str:
        """Return the address of a page with an activity, begun afresh."""
        self.last = self._stack.enter_context(activity_page(activity, lang))
        return self.last.address

    @property
    def answers(self) -> dict[str, str]:
        """What is kept."""
        return self.last.answers


@contextmanager
def hosted() -> Iterator[Hosted]:
    """Give a place for activities while they are served."""
    with ExitStack() as stack:
        yield Hosted(stack)
