"""The IPython shell of a practice kernel: no history, no files, its outputs are published."""

from __future__ import annotations

import ast
import tempfile
from base64 import b64encode
from types import CodeType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from kasuskit.serving.kernel.publishing import publisher


def _as_text(bundle: dict[str, Any]) -> dict[str, Any]:
    """Return a bundle with its pictures as Base64, as Jupyter's messages hold them."""
    return {kind: b64encode(data).decode() if isinstance(data, bytes) else data for kind, data in bundle.items()}


def _plain(code: str) -> tuple[CodeType, CodeType | None] | None:
    """Return a cell of plain Python, compiled: all of it, and apart from that its last value; None for other cells."""
    try:
        tree = ast.parse(code)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        value = compile(ast.Expression(last.value), "<sel>", "eval") if isinstance(last, ast.Expr) else None
        return compile(tree, "<sel>", "exec"), value
    except (SyntaxError, ValueError, RecursionError):
        return None


class PublishedDisplay(DisplayPublisher):
    """``display(...)`` in a cell."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: Any = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_others: Any,
    ) -> None:
        """Send what is displayed."""
        content = {"data": _as_text(data), "metadata": metadata or {}, "transient": transient or {}}
        publisher().send("update_display_data" if update else "display_data", content)

    def clear_output(self, wait: bool = False) -> None:
        """Let what was displayed be cleared."""
        publisher().send("clear_output", {"wait": wait})


class PublishedResult(DisplayHook):
    """The value of a cell's last line."""

    def write_output_prompt(self) -> None:
        """Write no ``Out[1]:``."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Send the value."""
        content = {
            "data": _as_text(format_dict),
            "metadata": md_dict or {},
            "execution_count": publisher().count,
        }
        publisher().send("execute_result", content)

    def finish_displayhook(self) -> None:
        """Write no blank line."""
        self._is_active = False


class PracticeShell(InteractiveShell):
    """An IPython shell that leaves nothing on the disk."""

    displayhook_class = Type(PublishedResult)
    display_pub_class = Type(PublishedDisplay)
    failed: dict[str, Any] | None = None
    kernel: Any = None  # ipywidgets looks for it

    def init_profile_dir(self, profile_dir: Any) -> None:
        """Make no folders."""

    def run(self, code: str, silent: bool = False) -> bool:
        """Run a cell; return whether it went well.

        Plain Python runs plainly: IPython's way through its transformers, events and formatters touches, and so
        unshares, two megabytes of each forked kernel. What is not plain (``%magic``, ``await``) goes that way.
        """
        self.failed = None
        compiled = _plain(code)
        if compiled is None:
            return bool(self.run_cell(code, store_history=False, silent=silent).success)
        body, last = compiled
        try:
            exec(body, self.user_ns)
            value = eval(last, self.user_ns) if last is not None else None
            if value is not None and not silent and not code.rstrip().endswith(";"):
                self._show(value)
        except BaseException:
            self.showtraceback()
            return False
        return True

    def _show(self, value: Any) -> None:
        """Publish the value of a cell's last line."""
        itself = getattr(type(value), "_ipython_display_", None)
        if itself is not None:
            itself(value)
        else:
            self.displayhook(value)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        """Send an error with its traceback."""
        self.failed = {"ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        publisher().send("error", self.failed)


def make_shell() -> PracticeShell:
    """Return the shell of this process; it is made at the first call."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.colors = "nocolor"
    shell: PracticeShell = PracticeShell.instance(config=config, ipython_dir=tempfile.gettempdir())
    return shell
