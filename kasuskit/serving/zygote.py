"""The warm parent of the practice kernels: it has imported everything, and forks a kernel when asked.

Started by `kasuskit.serving.forking`, with one end of a socket pair as its only argument. Each line it reads
is a request (``argv``, ``env``, ``cwd``); it answers with the new process's number. When the server is gone,
however it ended, the socket closes, the zygote ends, and its kernels end with it.

A fork copies only what exists before it, so three things hold here: no answer key and no secret is loaded;
no thread, event loop or ZeroMQ context is made; and what is made is frozen, so that kernels share its memory.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import random
import signal
import socket
import sys
import threading
from typing import Any, NoReturn

from kasuskit.serving.kernel.__main__ import work
from kasuskit.serving.kernel.apart import apart
from kasuskit.serving.kernel.publishing import own_session, use_comms
from kasuskit.serving.kernel.shell import make_shell
from kasuskit.widgets.keys import read_keys_with
from kasuskit.widgets.protocol import MAX_ITEMS
from kasuskit.widgets.session import MemoryLog, Session

# What served pages need besides what `kasuskit.serving.kernel` itself imports. What is not there is left out.
MODULES = (
    "IPython.core.logger",
    "concurrent.futures.thread",
    "ipywidgets",
    "anywidget",
    "zmq.utils.garbage",
    "kasuskit.form",
    "kasuskit.training",
    "kasuskit.training.course",
    "kasuskit.widgets",
    "kasuskit.widgets.lessons",
    "kasuskit.widgets.activity",
    "kasuskit.widgets.quiz",
    "kasuskit.widgets.cards",
    "kasuskit.widgets.chronology",
    "kasuskit.widgets.dialogue",
    "kasuskit.widgets.explorer",
    "kasuskit.widgets.nik",
    "kasuskit.serving.kernel.loop",
)
_KILL_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main(descriptor: int) -> None:
    """Import, say that all is ready, and fork until the server is gone."""
    control = socket.socket(fileno=descriptor)
    load(MODULES)
    keep_notes()
    if threading.active_count() != 1:
        raise RuntimeError(f"threads before the fork: {threading.enumerate()}")
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels vanish by themselves
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control.sendall(b'{"ready": true}\n')
    with control.makefile("rb") as requests:
        for line in requests:
            request = json.loads(line)
            child = os.fork()
            if child == 0:
                os.close(control.detach())
                _become_kernel(request)
            _answer(control, child)


def load(modules: tuple[str, ...]) -> None:
    """Import the modules that are there, make the shell, and do once what every page does."""
    use_comms()
    make_shell()
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    try:
        practise_once()
    except Exception:  # whatever is wrong with a case is told on its page
        logging.getLogger("kasuskit.kernel").exception("the warm parent could not practise")


def practise_once() -> None:
    """Answer each form a little, so that what this makes is there before the fork. No answer key is read."""
    from kasuskit.simfoni.entry import mirror
    from kasuskit.training import list_cases, load_case
    from kasuskit.training.tasks import Task, TaskCard
    from kasuskit.widgets.served import ServedScreen

    lang = os.environ.get("KASUSKIT_LANG", "id")
    forms = {form.id: form for form in (*(load_case(card.id).form for card in list_cases()), mirror())}
    for form in forms.values():
        session = Session(Task(TaskCard("-", "", 1, "", "whole"), form, ""), MemoryLog(""), lang)
        screen = ServedScreen(session, "")
        texts = [at for at, node, _ in session.record.cells() if getattr(node, "type", "") == "text"]
        items = [{"n": n, "op": "set", "at": at, "value": "-"} for n, at in enumerate(texts[:MAX_ITEMS], start=1)]
        session.hear({"kind": "answers", "tab": "-", "items": items})
        session.record.findings(moment="completion", lang=lang)
        screen._ipython_display_()
        screen.close()
    make_shell().run_cell("pass", store_history=False, silent=True)
    wire = own_session("-", "hmac-sha256")
    wire.deserialize(wire.feed_identities(wire.serialize(wire.msg("status", {})))[1])


def keep_notes() -> None:
    """Let kasuskit's own reports go to the log file; a kernel's usual place for them is the page, which is lean."""
    handler = logging.StreamHandler(sys.__stderr__)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("kasuskit").addHandler(handler)


def _answer(control: socket.socket, child: int) -> None:
    """Tell the server the new process, with a handle that never comes to mean another one."""
    told = json.dumps({"pid": child}).encode() + b"\n"
    try:
        handle = os.pidfd_open(child)
    except (AttributeError, OSError):  # not Linux, or the kernel ended already
        control.sendall(told)
        return
    try:
        socket.send_fds(control, [told], [handle])
    finally:
        os.close(handle)


def _become_kernel(request: dict[str, Any]) -> NoReturn:
    """Turn this fresh fork into an IPython kernel; never return."""
    code = 70
    try:
        parent = os.getppid()
        os.setsid()
        die_with(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        change_environment(request["env"])
        os.chdir(request["cwd"])
        random.seed()
        read_keys_with(apart)
        work(request["argv"][-1])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def change_environment(wanted: dict[str, str]) -> None:
    """Make this the environment; what is the same already is not touched."""
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _prctl() -> Any:
    """Return Linux's prctl, looked up before the fork; None elsewhere."""
    if sys.platform != "linux":
        return None
    import ctypes

    return ctypes.CDLL(None).prctl


_tell_kernel = _prctl()


def die_with(parent: int) -> None:
    """Arrange that this process is killed when its parent ends (Linux; elsewhere the kernel polls)."""
    if _tell_kernel is not None:
        _tell_kernel(_KILL_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
