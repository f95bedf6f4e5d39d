"""The practice kernel speaks Jupyter's language: what nbclient, Voila and the widgets need of it."""

from __future__ import annotations

import asyncio
import base64
import sys

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ARGV = [sys.executable, "-m", "kasuskit.serving.kernel", "-f", "{connection_file}"]
TRANSPORTS = ["tcp", *(["ipc"] if sys.platform == "linux" else [])]


class Kernel:
    """A kernel in a process of its own, and a client that notes what it publishes."""

    def __init__(self, transport, folder):
        self.manager = AsyncKernelManager(transport=transport, connection_file=str(folder / "k.json"))
        self.manager._kernel_spec = KernelSpec(argv=ARGV, display_name="kasuskit", language="python")

    async def __aenter__(self):
        await self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels(stdin=False, hb=False)
        await self.client.wait_for_ready(timeout=60)
        return self

    async def __aexit__(self, *_):
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)

    async def run(self, code, **asked):
        """Return the reply to a cell, and what was published meanwhile."""
        heard = []
        hook = heard.append
        reply = await self.client.execute_interactive(code, timeout=30, output_hook=hook, allow_stdin=False, **asked)
        return reply["content"], [(each["msg_type"], each["content"]) for each in heard if each["msg_type"] != "status"]


@pytest.fixture(scope="module", params=TRANSPORTS)
def ran(request, tmp_path_factory):
    """Run cells one after the other in one kernel; return replies and outputs by cell."""
    cells = {
        "print": "print('halo'); import sys; print('salah', file=sys.stderr)",
        "value": "x = 2\nx + 3",
        "nothing": "None",
        "silent semicolon": "x;",
        "html": "from IPython.display import HTML, display\ndisplay(HTML('<b>a</b>'))",
        "picture": "from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n', format='png')",
        "error": "def f():\n    return 1 / 0\nf()",
        "syntax": "x = = 3",
        "magic": "%pwd",
        "await": "import asyncio\nawait asyncio.sleep(0)\n'sesudah'",
        "still alive": "x",
        "exit": "raise SystemExit",
        "after": "x",
        "input": "input()",
    }

    async def run_all():
        async with Kernel(request.param, tmp_path_factory.mktemp("k")) as kernel:
            return {name: await kernel.run(code) for name, code in cells.items()}

    return asyncio.run(run_all())


def outputs(ran, name):
    return [each for each in ran[name][1] if each[0] != "execute_input"]


def test_what_is_printed_is_published(ran):
    shown = outputs(ran, "print")
    assert "".join(content["text"] for _, content in shown if content["name"] == "stdout") == "halo\n"
    assert "".join(content["text"] for _, content in shown if content["name"] == "stderr") == "salah\n"


def test_the_last_value_is_shown_with_its_number(ran):
    [(kind, content)] = outputs(ran, "value")
    assert (kind, content["data"], content["execution_count"]) == ("execute_result", {"text/plain": "5"}, 2)
    assert ran["value"][0]["execution_count"] == 2
    assert outputs(ran, "nothing") == outputs(ran, "silent semicolon") == []


def test_pictures_travel_as_base64(ran):
    [(_, content)] = outputs(ran, "picture")
    assert base64.b64decode(content["data"]["image/png"]).startswith(b"\x89PNG")
    assert outputs(ran, "html")[0][1]["data"]["text/html"] == "<b>a</b>"


def test_an_error_is_told_and_the_kernel_goes_on(ran):
    reply, _ = ran["error"]
    assert (reply["status"], reply["ename"]) == ("error", "ZeroDivisionError")
    [(kind, content)] = outputs(ran, "error")
    assert kind == "error"
    assert content["traceback"]
    assert ran["syntax"][0]["ename"] == "SyntaxError"
    assert outputs(ran, "still alive")[0][1]["data"]["text/plain"] == "2"


def test_magics_and_await_work_as_in_ipython(ran):
    assert outputs(ran, "magic")[0][0] == "execute_result"
    assert outputs(ran, "await")[0][1]["data"]["text/plain"] == "'sesudah'"


def test_no_cell_ends_the_kernel_or_waits_for_a_keyboard(ran):
    assert ran["exit"][0]["ename"] == "SystemExit"
    assert outputs(ran, "after")[0][1]["data"]["text/plain"] == "2"
    assert ran["input"][0]["status"] == "error"


def test_a_notebook_runs_as_with_any_kernel(tmp_path):
    async def run():
        async with Kernel(TRANSPORTS[-1], tmp_path) as kernel:
            cells = [new_markdown_cell("# A"), new_code_cell("import ipywidgets\nw = ipywidgets.IntSlider(3)\nw")]
            book = new_notebook(cells=cells)
            runner = NotebookClient(book, km=kernel.manager, timeout=60)
            runner.kc = kernel.client
            for i, cell in enumerate(book.cells):
                await runner.async_execute_cell(cell, i)
            model = cells[1].outputs[0]["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]
            # what a browser does next: move the slider
            heard = []
            data = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
            kernel.client.session.send(kernel.client.shell_channel.socket, "comm_msg", {"comm_id": model, "data": data})
            _, heard = await kernel.run("w.value")
            return heard[-1][1]["data"]["text/plain"]

    assert asyncio.run(run()) == "7"


def test_what_is_not_signed_is_not_heard(tmp_path):
    async def run():
        async with Kernel(TRANSPORTS[0], tmp_path) as kernel:
            stranger = kernel.manager.session.clone()
            stranger.key = b"guessed"
            stranger.send(kernel.client.shell_channel.socket, "execute_request", {"code": "x = 'dari luar'"})
            _, heard = await kernel.run("'x' in globals()")
            return heard[-1][1]["data"]["text/plain"]

    assert asyncio.run(run()) == "False"
