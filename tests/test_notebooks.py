"""Every notebook runs, gives the outputs that stand in it, and holds nothing that people typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.refresh_notebooks import ROOT, WIDGET, notebooks

STATE = "application/vnd.jupyter.widget-state+json"


def test_there_are_notebooks() -> None:
    names = {path.relative_to(ROOT / "notebooks").as_posix() for path in notebooks()}
    assert {"latihan.ipynb", "fasilitator/isi-format-bersama.ipynb"} <= names


def test_outputs_are_as_they_stand() -> None:
    """Nbval runs each cell and compares; the practice widget's output is compared by its name."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--override-ini=addopts="]
    command += ["--override-ini=filterwarnings=", *map(str, notebooks())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert " passed" in done.stdout


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_holds_no_widget_state(path: Path) -> None:
    raw = path.read_text("utf-8")
    assert STATE not in raw and WIDGET not in raw
    notebook = json.loads(raw)
    assert "widgets" not in notebook["metadata"]
    assert all("execution" not in cell["metadata"] for cell in notebook["cells"])


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_says_latihan(path: Path) -> None:
    first = json.loads(path.read_text("utf-8"))["cells"][0]
    assert first["cell_type"] == "markdown" and "LATIHAN" in "".join(first["source"])
