"""``kasuskit hub``: one class as a service of a JupyterHub."""

import os

import typer
from typer.core import TyperCommand

from kasuskit.messages import KasusError, text


def add_commands(app: typer.Typer, command: type[TyperCommand], lang: str) -> None:
    """Add ``hub``."""

    def hub() -> None:
        try:
            from kasuskit.serving.hub import serve_hub
        except ModuleNotFoundError as problem:
            if (problem.name or "").partition(".")[0] != "jupyterhub":
                raise
            raise KasusError("serving.S565") from None
        serve_hub(os.environ)

    app.command("hub", cls=command, help=text("serving.cli.hub", lang))(hub)
