"""The practice screen on a page that ``kasuskit serve`` shows: a session, and a line to the browser.

The lean page draws the screen from what stands in the page and needs no synced traits. An anywidget would be five
megabytes and ten milliseconds in each kernel, and a browser could write its traits.
"""

from __future__ import annotations

import logging
from typing import Any

import comm
from IPython.display import publish_display_data

from kasuskit.messages import KasusError
from kasuskit.widgets.session import Log, Session

_log = logging.getLogger(__name__)
LEAN_STATE = "application/vnd.kasuskit.state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ASSETS = {"module": "practice.js", "css": "practice.css"}


def answer(session: Session, content: Any) -> dict[str, Any]:
    """Return the answer to what a browser said, also when answering fails for a reason nobody foresaw."""
    try:
        return session.hear(content)
    except Exception:
        _log.exception("a message could not be answered")
        return session.refusal(KasusError("widgets.W499"), content)


class ServedScreen:
    """A case being practised on a served page.

    Parameters
    ----------
    session : Session
        What is practised, and by whom.
    exit_url : str
        The harmless page that the quick-exit button opens.
    """

    def __init__(self, session: Session, exit_url: str) -> None:
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
        """Name the case and nothing else."""
        return f"<kasuskit: latihan {self.session.case.id}>"

    def _ipython_display_(self) -> None:
        """Show the screen: without asking for its picture, its LaTeX and eight other things that it is not."""
        state = {"screen": self.session.own_screen(self._exit_url), "start": self.session.state()}
        view = {"version_major": 2, "version_minor": 0, "model_id": self._comm.comm_id}
        lean = {**ASSETS, "state": state, "shared": {"screen": self.session.shared_screen()}}
        publish_display_data({"text/plain": repr(self), WIDGET_VIEW: view, LEAN_STATE: lean})
