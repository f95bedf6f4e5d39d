"""JupyterLab on the kit's notebooks, for facilitators."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from kasuskit.messages import KasusError, text
from kasuskit.places import notebooks_dir

if TYPE_CHECKING:
    from rich.console import Console


def lab_command(port: int | None, browser: bool) -> list[str]:
    """Return the command that opens JupyterLab; it asks nothing of the internet.

    Raises
    ------
    KasusError
        S509 when the notebooks are not there.
    """
    folder = notebooks_dir()
    if not folder.is_dir():
        raise KasusError("serving.S509", str(folder))
    return [
        *[sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"],
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.answer_yes=True",
        *([f"--port={port}", "--ServerApp.port_retries=0"] if port else []),
        *([] if browser else ["--no-browser"]),
    ]


def open_lab(port: int | None, browser: bool, lang: str, console: Console) -> int:
    """Run JupyterLab until it is stopped; return its exit code."""
    command = lab_command(port, browser)
    console.print(text("serving.cli.lab_opens", lang), markup=False)
    with subprocess.Popen(command) as lab:
        while True:
            try:
                return lab.wait()
            except KeyboardInterrupt:
                continue  # JupyterLab heard it too, and ends by itself
