"""``python -m kasuskit.widgets.rehearsal NOTEBOOK``: run a lesson's cells as a page would, and tell how it went.

Each line that is printed is JSON about one cell: ``cell`` (its number), and ``error`` (what was raised), ``label`` (the
text alternative of what it shows) or neither.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

from kasuskit.messages import KasusError
from kasuskit.training.course.notebook import read_lesson


def rehearse(path: Path) -> list[dict[str, Any]]:
    """Return what became of each cell of a lesson's notebook.

    Parameters
    ----------
    path : Path
        The notebook.
    """
    space: dict[str, Any] = {"__name__": "__main__"}
    return [_told(cell.number, cell.source, space) for cell in read_lesson(path) if cell.kind == "code"]


def _told(number: int, source: str, space: dict[str, Any]) -> dict[str, Any]:
    try:
        shown = _run(source, space)
    except KasusError as error:
        return {"cell": number, "error": str(error)}
    except Exception as error:
        return {"cell": number, "error": f"{type(error).__name__}: {error}"}
    session = getattr(shown, "session", None)
    return {"cell": number} | ({"label": _label(session)} if session is not None else {})


def _run(source: str, space: dict[str, Any]) -> Any:
    """Run a cell; return the value of its last line."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<sel>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<sel>", "eval"), space) if isinstance(last, ast.Expr) else None


def _label(session: Any) -> str:
    """Return the text alternative of a screen: an activity's label, or the title of what is practised."""
    screen = session.screen("about:blank")
    return str(screen.get("label") or screen.get("case", {}).get("title") or "").strip()


if __name__ == "__main__":
    for told in rehearse(Path(sys.argv[1])):
        print(json.dumps(told))
