"""Draw a notebook as a lean page: Voila runs it, our template shows what its widgets need."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from voila.execute import VoilaExecutor
from voila.notebook_renderer import NotebookRenderer

from kasuskit.messages import text
from kasuskit.serving.kernels import KERNEL_NAME
from kasuskit.serving.reserve import ReadyKernel, hand_over

log = logging.getLogger("kasuskit.serving")

TEMPLATES = Path(__file__).resolve().parent / "lean"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.kasuskit.state+json"
LINK = "application/vnd.kasuskit.link+json"
HANDED_OVER = ("KASUSKIT_CASE", "KASUSKIT_LESSON", "KASUSKIT_TRACK")  # what a kernel is told of each page
_HOST_TEXTS = ("offline", "again", "unknown", "unknown_link", "busy", "other", "too_old", "failed")


# Voila and nbclient put whole cells into their reports, with all that stands in them: what people typed.
_unheard = logging.getLogger("kasuskit.serving.unheard")
_unheard.addHandler(logging.NullHandler())
_unheard.propagate = False
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def _frames(traceback: Iterable[str]) -> Iterator[str]:
    """Yield the places of a traceback, without the words of the error, which may hold what somebody typed."""
    for part in traceback:
        for each in _COLOUR.sub("", part).splitlines():
            if each.startswith(("File ", "Cell ")):
                yield f"  {each}"


class PageContent:
    """What the notebook's outputs give the page: the widgets, or the problem.

    Parameters
    ----------
    lang : str
        The language of what is said.
    served : callable
        Gives the address of a script or style, or None.
    """

    goes_on = False  # whether the other cells run when one has failed

    def __init__(self, lang: str, served: Callable[[str], str | None]) -> None:
        self.problem = ""
        self.views: list[dict[str, Any]] = []
        self.lang = lang
        self._served = served
        self._mark = secrets.token_hex(8)
        self._shared: dict[str, str] = {}

    def take(self, output: dict[str, Any]) -> str:
        """Take in one output of a cell; return nothing to draw."""
        if output.get("output_type") == "error":
            self.problem = self.said_of(output)
        elif (view := self.view_of(output)) is not None:
            self.views.append(view)
        return ""

    def view_of(self, output: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the page's script needs to draw a widget; None for an output that is none."""
        data = output.get("data") or {}
        if WIDGET_VIEW not in data or WIDGET_STATE not in data:
            return None
        lean = data[WIDGET_STATE]
        return {
            "model_id": data[WIDGET_VIEW]["model_id"],
            "module": self._served(str(lean.get("module"))),
            "css": self._served(str(lean.get("css"))),
            "state": self._with_marks(lean.get("state", {}), lean.get("shared", {})),
        }

    def _with_marks(self, state: dict[str, Any], shared: dict[str, str]) -> dict[str, Any]:
        """Return a state with a mark in each part for what everyone shares, which is JSON already."""
        marked = dict(state)
        for name, inside in shared.items():
            mark = f"{self._mark}{len(self._shared)}"
            self._shared[mark] = inside
            marked[name] = {mark: 0, **marked.get(name, {})}
        return marked

    def said_of(self, output: dict[str, Any], code: str = "S510") -> str:
        """Return what to say of a cell that failed: our own errors as they are; of others only that there was one."""
        if output.get("ename") == "KasusError":
            return str(output.get("evalue"))
        where = "\n".join(_frames(output.get("traceback") or ()))
        log.error("a notebook failed: %s\n%s", output.get("ename"), where)
        return self.say(code)

    def say(self, code: str) -> str:
        """Return an error of ours, as it stands on a page."""
        return f"[{code}] {text(f'serving.{code}', self.lang)} {text(f'serving.{code}.do', self.lang)}"

    def fail(self, code: str) -> None:
        """Note that the page cannot be shown."""
        self.problem = self.say(code)

    def finish(self) -> str:
        """Look whether there is something to show, after all cells; return nothing to draw."""
        if not self.problem and (not self.views or not all(view["module"] for view in self.views)):
            log.error("the practice notebook shows no widget that the lean page knows")
            self.fail("S511")
        return ""

    def more(self) -> dict[str, Any]:
        """Return what else the page's script starts from."""
        return {}

    def boot(self, kernel_id: str, base: str) -> str:
        """Return what the page's script starts from, as JSON that is safe inside a page."""
        said = {name: text(f"serving.host.{name}", self.lang) for name in _HOST_TEXTS}
        start = {"kernel": kernel_id, "base": base, "views": self.views, "text": said, "problem": self.problem}
        start |= self.more()
        packed = json.dumps(start, ensure_ascii=False, separators=(",", ":"))
        for mark, inside in self._shared.items():
            packed = packed.replace(f'"{mark}":0', inside)
        return packed.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@dataclass
class NotebookPage:
    """A page that runs a notebook.

    Attributes
    ----------
    template : str
        The folder of its template, in ``lean``.
    notebook : callable
        Gives the notebook; what its cells give is drawn once.
    content : PageContent
        Takes in what the cells give.
    env : dict
        What the kernel is told before a cell runs, of ``HANDED_OVER``; what is not told is taken out.
    texts : dict
        What else the template needs.
    """

    template: str
    notebook: Callable[[], nbformat.NotebookNode]
    content: PageContent
    env: dict[str, str]
    texts: dict[str, Any] = field(default_factory=dict)


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Return a notebook as it lies on the disk."""
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return notebook


class PracticeRenderer(NotebookRenderer):
    """Voila's renderer with a kernel from the reserve and the participant handed over to it.

    Parameters
    ----------
    page : NotebookPage
        What to draw.
    take_kernel : callable
        Gives a ready kernel; called after the head of the page was sent.
    **kwargs
        As for Voila's own renderer.
    """

    def __init__(self, *, page: NotebookPage, take_kernel: Callable[[], Awaitable[ReadyKernel]], **kwargs: Any) -> None:
        folders = [str(TEMPLATES / page.template), str(TEMPLATES)]
        super().__init__(notebook_path="latihan.ipynb", template_paths=folders, page_config={}, **kwargs)
        self.log = _unheard
        self._page = page
        self._take_kernel = take_kernel
        self.kernel: ReadyKernel | None = None

    async def load_notebook(self, path: str) -> nbformat.NotebookNode:
        """Return the notebook, with our kernel in place of the one it was written with."""
        notebook = self._page.notebook()
        notebook.metadata.kernelspec = {"name": KERNEL_NAME, "language": "python", "display_name": "kasuskit"}
        return notebook

    def generate_content_generator(
        self, kernel_id: str | None = None, kernel_future: Any = None
    ) -> AsyncGenerator[tuple[str, Any], None]:
        """Yield the page piece by piece, running the notebook on the way."""
        given = {
            "page": self._page.texts | {"content": self._page.content},
            "kernel_start": self._start,
            "cell_generator": self._jinja_cell_generator,
        }
        pieces: AsyncGenerator[tuple[str, Any], None] = self.exporter.generate_from_notebook_node(
            self.notebook, resources=self.resources, extra_context=given
        )
        return pieces

    async def _start(self, nb: nbformat.NotebookNode) -> str:
        """Take a ready kernel and return its id; called by the template, once the head of the page is drawn."""
        self.kernel = await self._take_kernel()
        self.executor = VoilaExecutor(
            nb,
            km=self.kernel.manager,
            config=self.traitlet_config,
            show_tracebacks=True,
            allow_errors=self._page.content.goes_on,
            log=_unheard,
        )
        self.executor.kc = self.kernel.client
        env = self._page.env
        hand_over(self.kernel.client, {name: env.get(name) or None for name in HANDED_OVER})
        return self.kernel.id
