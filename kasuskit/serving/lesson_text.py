"""A lesson as a page shows it: its text as HTML that can do nothing, with a place for each thing to do."""

from __future__ import annotations

import html
import logging
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bleach
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from kasuskit.messages import text
from kasuskit.serving.lesson_cells import Cell, for_track, read_cells
from kasuskit.training.course import Course, Lesson

log = logging.getLogger("kasuskit.serving")

PICTURES = "gambar"  # the folder of the pictures, among the notebooks
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS = frozenset(_HEADINGS) | {
    "a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "hr", "img", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": ["href"],
    "div": ["class", "role", "tabindex", "aria-label"],
    "img": ["src", "alt", "width", "height"],
    "ol": ["start"],
    "th": ["scope"],
}
_VIEW_BOX = re.compile(r'<svg\b[^>]*\bviewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)
_BARE = re.compile(r"(?i)\b(?:https?|ftp)://")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson for one track: ``html`` holds a place (``id="kas-NAME"``) for each cell of code in ``cells``."""

    html: str
    cells: tuple[Cell, ...]
    has_title: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a lesson's links and pictures lead to.

    Attributes
    ----------
    course : Course
        Its lessons can be linked to.
    base : str
        The address below which everything is served.
    served : callable
        Gives the address of a picture by its name, or None.
    lang : str
        The language of the words around the text.
    """

    course: Course
    base: str
    served: Callable[[str], str | None]
    lang: str


class _Renderer(IPythonRenderer):
    """nbconvert's renderer: raw HTML as text, links inside the course, pictures of the course, named tables."""

    def __init__(self, around: Surroundings, folder: str) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self._around = around
        self._folder = folder
        self.pictures: set[Path] = set()

    def _file(self, url: str) -> str:
        """Return the file among the notebooks that a relative address names; blank for any other address."""
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return ""
        return posixpath.normpath(posixpath.join(self._folder, unquote(parts.path)))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link to another lesson; of any other link its words, and where it would lead."""
        try:
            named = self._file(url)
        except ValueError:
            return text
        lesson = next((each for each in self._around.course.lessons if each.file == named), None)
        if lesson is not None:
            return f'<a href="{self._around.base}pelajaran/{lesson.id}">{text}</a>'
        shown = html.escape(_SCHEME.sub("", url))
        leads_out = _SCHEME.match(url) and not url.lower().startswith(("javascript:", "data:", "vbscript:"))
        return f"{text} ({shown})" if leads_out and shown not in text else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture of the course; of any other its description."""
        described = html.escape(html.unescape(_TAG.sub("", text)))
        named = self._file(url) if not url.startswith("data:") else ""
        path = self._around.course.notebooks / named
        known = bool(named) and posixpath.dirname(named) == PICTURES
        address = self._around.served(path.name) if known else None
        if known:
            self.pictures.add(path)
        if address is None:
            log.warning("a lesson shows a picture that is not there: %s", url[:80])
            return f"<em>{described}</em>"
        return f'<img src="{html.escape(address)}" alt="{described}"{_size(path)}>'

    def table(self, text: str) -> str:
        """Return a table that can be moved sideways, named by its columns."""
        columns = [_TAG.sub("", each).strip() for each in re.findall(r"(?s)<th\b[^>]*>(.*?)</th>", text)]
        label = html.escape(self._say("lesson.table", columns=html.unescape(", ".join(filter(None, columns)))))
        return f'<div class="table" role="group" tabindex="0" aria-label="{label}"><table>\n{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """Return a cell; that of a heading says so, unless it is empty."""
        return f'  <th scope="col">{text}</th>\n' if head and text.strip() else f"  <td>{text}</td>\n"

    def task_list_item(self, text: str, checked: bool = False) -> str:
        """Return a line to tick off, on paper."""
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def text(self, text: str) -> str:
        """Return words; an address among them without what would make it one."""
        return str(super().text(_BARE.sub("", text)))

    def codespan(self, text: str) -> str:
        """Return words as they are typed."""
        return str(super().codespan(_BARE.sub("", text)))

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return a block of words as they are typed, in one colour."""
        return f"<pre><code>{html.escape(_BARE.sub('', code))}</code></pre>\n"

    def _say(self, name: str, **values: object) -> str:
        return text(f"serving.{name}", self._around.lang, **values)


def _size(path: Path) -> str:
    """Return how large a picture is, so that the text below it does not move when it comes."""
    if path.suffix != ".svg":
        return ""
    found = _VIEW_BOX.search(path.read_text("utf-8", "replace")[:2000])
    return f' width="{round(float(found[1]))}" height="{round(float(found[2]))}"' if found else ""


def render(cells: Iterable[Cell], around: Surroundings, folder: str) -> tuple[LessonText, frozenset[Path]]:
    """Return the text of some cells, and the pictures that stand in it."""
    renderer = _Renderer(around, folder)
    parts = []
    shown = tuple(cells)
    wait = html.escape(text("serving.lesson.wait", around.lang))
    for cell in shown:
        if cell.code:
            parts.append(f'<div class="kas-place" id="kas-{cell.name}"><p class="hint">{wait}</p></div>')
        else:
            parts.append(_clean(MarkdownWithMath(renderer=renderer).render(cell.text), around.base))
    made = "\n".join(parts)
    codes = tuple(cell for cell in shown if cell.code)
    return LessonText(made, codes, "<h1>" in made), frozenset(renderer.pictures)


def _clean(made: str, base: str) -> str:
    """Return HTML of which only what a lesson needs is left, and nothing that leads elsewhere."""

    def allowed(tag: str, name: str, value: str) -> bool:
        if name not in _ATTRIBUTES.get(tag, ()):
            return False
        if name in ("href", "src"):
            return value.startswith(f"{base}pelajaran/" if name == "href" else f"{base}berkas/")
        return name != "class" or value == "table"

    # To bleach, an address without a protocol is one of http; `allowed` takes no other.
    return str(bleach.clean(made, tags=_TAGS, attributes=allowed, protocols={"http"}, strip=True))


class LessonTexts:
    """The lessons of a course, read again when their files have changed.

    Parameters
    ----------
    base, served, lang
        As in `Surroundings`.
    """

    def __init__(self, base: str, served: Callable[[str], str | None], lang: str) -> None:
        self._base, self._served, self._lang = base, served, lang
        self._cells: dict[Path, tuple[object, tuple[Cell, ...]]] = {}
        self._texts: dict[tuple[Path, str], tuple[Course, object, frozenset[Path], LessonText]] = {}

    def cells(self, lesson: Lesson, track: str) -> tuple[Cell, ...]:
        """Return the cells that somebody of a track sees.

        Raises
        ------
        KasusError
            S570, S571: as `read_cells`.
        """
        mark = _marks([lesson.path])
        known = self._cells.get(lesson.path)
        if known is None or known[0] != mark:
            known = self._cells[lesson.path] = mark, read_cells(lesson.path, lesson.file)
        return for_track(known[1], track)

    def activities(self, lesson: Lesson, track: str) -> tuple[str, ...]:
        """Return the names of the activities of a lesson, each once.

        Raises
        ------
        KasusError
            S570, S571: as `read_cells`.
        """
        found = (cell.activity for cell in self.cells(lesson, track))
        return tuple(dict.fromkeys(name for name in found if name))

    def text(self, course: Course, lesson: Lesson, track: str) -> LessonText:
        """Return a lesson for somebody of a track.

        Raises
        ------
        KasusError
            S570, S571: as `read_cells`.
        """
        key = lesson.path, track if track in course.tracks else ""
        known = self._texts.get(key)
        if known is None or known[0] is not course or known[1] != _marks([lesson.path, *known[2]]):
            around = Surroundings(course, self._base, self._served, self._lang)
            made, pictures = render(self.cells(lesson, key[1]), around, posixpath.dirname(lesson.file))
            known = self._texts[key] = course, _marks([lesson.path, *pictures]), pictures, made
        return known[3]


def _marks(paths: Iterable[Path]) -> object:
    """Return what changes when one of these files does."""

    def look(path: Path) -> tuple[int, int]:
        try:
            stat = path.stat()
        except OSError:
            return (0, 0)
        return stat.st_mtime_ns, stat.st_size

    return {path: look(path) for path in paths}
