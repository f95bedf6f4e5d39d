"""A practice screen with one question, to test the server without the real one."""

import os

import anywidget
import traitlets
from IPython.display import publish_display_data

from kasuskit.classroom.remote import desk, remote_attempt
from kasuskit.messages import KasusError

LEAN_LINK = "application/vnd.kasuskit.link+json"
LEAN_STATE = "application/vnd.kasuskit.state+json"


class Standin(anywidget.AnyWidget):
    _esm = "export default { render() {} }"
    screen = traitlets.Dict().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)

    def __init__(self, attempt):
        self.attempt = attempt
        where = os.environ.get("KASUSKIT_CASE") or os.environ["KASUSKIT_LESSON"]
        super().__init__(screen={"question": "Nama korban", "case": where}, start=self.state())
        self.on_msg(self.hear)

    def state(self):
        answers = {entry.at: entry.value for entry in self.attempt.entries()}
        env = {name: value for name, value in os.environ.items() if name.startswith("KASUSKIT_")}
        return {
            "kind": "state",
            "answers": answers,
            "acked": self.attempt.acknowledged(),
            "pid": os.getpid(),
            "env": env,
            "env_names": sorted(os.environ),
        }

    def hear(self, _widget, content, _buffers):
        if content["kind"] == "hello":
            self.send(self.state())
        elif content["kind"] == "answers":
            items = [(item["n"], item["op"], item["at"], item["value"]) for item in content["items"]]
            self.send({"kind": "saved", "tab": content["tab"], "n": self.attempt.append(content["tab"], items)})

    def _repr_mimebundle_(self, **kwargs):
        data, *rest = super()._repr_mimebundle_(**kwargs)
        state = {"screen": self.screen, "start": self.start}
        return {**data, LEAN_STATE: {"module": "standin.js", "css": "standin.css", "state": state}}, *rest


def show():
    case = os.environ["KASUSKIT_CASE"]
    if case == "K90":
        raise KasusError("classroom.K315")
    if case == "K91":
        raise ValueError("isian rahasia")
    if case == "K92":
        return None
    return ask(case)


def ask(case):
    """Return the question, kept as this case's: what a lesson's cell calls."""
    return Standin(remote_attempt(desk(), case=case, form="kasus", version="1", now_clock=""))


def link(task, title="Laporan di balai desa", note="Memuat <cerita> kekerasan."):
    """Publish what ``practice("K01")`` publishes on the page of a lesson."""
    publish_display_data({"text/plain": task, LEAN_LINK: {"task": task, "title": title, "note": note}})
