"""A screen on a page that ``kasuskit serve`` shows: a session, and a line to the browser.

The lean page draws the screen from what stands in the page and needs no synced traits. An anywidget would be five
megabytes and ten milliseconds in each kernel, and a browser could write its traits.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

import comm
from IPython.display import publish_display_data

from kasuskit.messages import KasusError
from kasuskit.widgets.session import Log

_log = logging.getLogger(__name__)
LEAN_STATE = "application/vnd.kasuskit.state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Hearing(Protocol):
    """What a person does here: ``Session`` at a case, ``ActivitySession`` at something of a lesson."""

    log: Log

    @property
    def name(self) -> str:
        """What it is called where its screen cannot be shown."""

    @property
    def module(self) -> str:
        """Its script."""

    def hear(self, content: Any, /) -> dict[str, Any]:
        """Return the answer to what a browser said."""

    def refusal(self, error: KasusError, content: Any = None, /) -> dict[str, Any]:
        """Return what is said of an error."""

    def take_up(self, log: Any, /) -> None:
        """Go on with what a log holds."""

    def drafts(self) -> dict[str, Any]:
        """Return the name of the present attempt's draft, and of those before it."""

    def screen(self, exit_url: str, /) -> dict[str, Any]:
        """Return what never changes."""

    def own_screen(self, exit_url: str, /) -> dict[str, Any]:
        """Return the part of it that is not the same for everyone."""

    def shared_screen(self) -> str:
        """Return the part that is the same for everyone, as the inside of a JSON object; or nothing."""

    def state(self) -> dict[str, Any]:
        """Return the state."""


def answer(session: Hearing, content: Any) -> dict[str, Any]:
    """Return the answer to what a browser said, also when answering fails for a reason nobody foresaw."""
    try:
        return session.hear(content)
    except Exception:
        _log.exception("a message could not be answered")
        return session.refusal(KasusError("widgets.W499"), content)


class ServedScreen:
    """A case being practised, or something else that is done, on a served page.

    Parameters
    ----------
    session : Session or ActivitySession
        What is done, and by whom.
    exit_url : str
        The harmless page that the quick-exit button opens.
    """

    def __init__(self, session: Hearing, exit_url: str) -> None:
        self.session = session
        self._exit_url = exit_url
        self._comm = comm.create_comm(target_name="kasuskit.latihan", data={})
        self._comm.on_msg(self._hear)

    def _hear(self, message: dict[str, Any]) -> None:
        data = message["content"]["data"]
        if isinstance(data, dict) and data.get("method") == "custom":
            self._comm.send({"method": "custom", "content": answer(self.session, data.get("content"))})

    def refresh(self, log: Log) -> None:
        """Go on with what was kept by now, so that a page opened now draws the present state at once."""
        if log != self.session.log:
            self.session.take_up(log)

    def close(self) -> None:
        """End the line to the browser."""
        self._comm.close()

    def __repr__(self) -> str:
        """Name what is done and nothing else."""
        return f"<kasuskit: {self.session.name}>"

    def _ipython_display_(self) -> None:
        """Show the screen: without asking for its picture, its LaTeX and eight other things that it is not."""
        state = {"screen": self.session.own_screen(self._exit_url), "start": self.session.state()}
        view = {"version_major": 2, "version_minor": 0, "model_id": self._comm.comm_id}
        shared = self.session.shared_screen()
        module = self.session.module
        lean = {"module": module, "css": f"{module.removesuffix('.js')}.css", "state": state}
        if shared:
            lean["shared"] = {"screen": shared}
        publish_display_data({"text/plain": repr(self), WIDGET_VIEW: view, LEAN_STATE: lean})
