"""The cells of a lesson's notebook that a participant sees, and the activities they call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import nbformat.reader

from kasuskit.messages import KasusError
from kasuskit.training.course.notebook import FACILITATOR, TRACK, activity_of

_LARGEST = 5_000_000  # bytes; a lesson has some twenty thousand
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is shown: ``name`` is unique in its lesson; ``text`` is Markdown, or with ``code`` what is run."""

    name: str
    text: str
    code: bool
    tracks: frozenset[str]

    @property
    def activity(self) -> str:
        """The name in a class of the activity that this cell calls; blank where it calls none."""
        return activity_of(self.text) if self.code else ""


def read_cells(path: Path, place: str) -> tuple[Cell, ...]:
    """Return the cells of a lesson without those for its facilitator.

    Parameters
    ----------
    path : Path
        The notebook.
    place : str
        What to call it in an error.

    Raises
    ------
    KasusError
        S570 when there is no such file, S571 when it is no notebook that can be read.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise KasusError("serving.S571", place)
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise KasusError("serving.S570", place) from None
    except (OSError, UnicodeDecodeError):
        raise KasusError("serving.S571", place) from None
    try:
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)  # without repairs: they would give random names
        cells = [_cell(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type != "raw"]
    except Exception:  # whatever nbformat makes of a broken file
        raise KasusError("serving.S571", place) from None
    shown = [cell for cell in cells if cell is not None and cell.text.strip()]
    return tuple(shown) if len({cell.name for cell in shown}) == len(shown) else _numbered(shown)


def for_track(cells: Iterable[Cell], track: str) -> tuple[Cell, ...]:
    """Return the cells for everybody and those for one track; without a track, those for everybody."""
    return tuple(cell for cell in cells if not cell.tracks or track in cell.tracks)


def _cell(number: int, cell: nbformat.NotebookNode) -> Cell | None:
    """Return a cell as it is shown; None for one that participants never see."""
    tags = _tags(cell.metadata.get("tags", []))
    if any(tag.startswith(FACILITATOR) for tag in tags):
        return None
    name = str(cell.get("id", ""))
    tracks = frozenset(tag.removeprefix(TRACK) for tag in tags if tag.startswith(TRACK))
    return Cell(name if _NAME.fullmatch(name) else f"sel{number}", str(cell.source), cell.cell_type == "code", tracks)


def _numbered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return cells of which two have one name, under names of ours."""
    return tuple(replace(cell, name=f"sel{number}") for number, cell in enumerate(cells))


def _tags(given: object) -> list[str]:
    """Return tags as they are compared; where somebody wrote them as one text, its words."""
    tags = given.split() if isinstance(given, str) else given
    return [str(tag).strip().casefold() for tag in tags] if isinstance(tags, list) else []
