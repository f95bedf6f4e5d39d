"""Run the kit's notebooks and keep their outputs, without widget state: ``python -m tests.refresh_notebooks``.

Widget state can hold what people typed, so it never enters the repository; the widget's own output is its name.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
WIDGET = "application/vnd.jupyter.widget-view+json"


def notebooks() -> list[Path]:
    """Return all notebooks of the kit."""
    return sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def refresh(path: Path) -> None:
    """Run one notebook and write it back with its outputs, all that changes from run to run left out."""
    notebook = nbformat.read(path, 4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=False).execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in notebooks():
        refresh(path)
        print(path.relative_to(ROOT))
