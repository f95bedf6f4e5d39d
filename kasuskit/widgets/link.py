"""A task on a lesson's page: not the screen itself, but the way to it."""

from __future__ import annotations

from IPython.display import publish_display_data

from kasuskit.messages import text
from kasuskit.training.tasks import TaskCard

LINK = "application/vnd.kasuskit.link+json"


class TaskLink:
    """The way to a task's own page.

    Parameters
    ----------
    card : TaskCard
        The task.
    lang : str
        Language of the words.
    """

    def __init__(self, card: TaskCard, lang: str) -> None:
        self.card, self._lang = card, lang

    def __repr__(self) -> str:
        """Say what is practised, where no link can be shown."""
        return text("widgets.link.note", self._lang, title=f"{self.card.id}, {self.card.title}")

    def _ipython_display_(self) -> None:
        """Show the link; the page draws it as a card."""
        said = {"task": self.card.id, "title": self.card.title, "note": self.card.content_note}
        publish_display_data({"text/plain": repr(self), LINK: said})
