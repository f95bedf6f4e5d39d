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

# What a kernel needs until its first page is drawn. What is not there is left out.
MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.heartbeat",
    "ipykernel.iostream",
    "ipykernel.control",
    "ipykernel.debugger",
    "ipykernel.subshell_manager",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "tornado.queues",
    "tornado.locks",
    "zmq.asyncio",
    "zmq.eventloop.zmqstream",
    "concurrent.futures.thread",
    "matplotlib_inline.backend_inline",
    "psutil",
    "sqlite3",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "ipywidgets",
    "anywidget",
    "kasuskit.classroom",
    "kasuskit.form",
    "kasuskit.training",
    "kasuskit.widgets",
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
    """Import the modules that are there, and let the widgets prepare what every page needs."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # the debugger costs 130 ms and 10 MB
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    prepare = getattr(sys.modules.get("kasuskit.widgets"), "prepare", None)
    if prepare is not None:
        prepare()


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
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        random.seed()
        run_kernel(request["argv"], parent)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


def die_with(parent: int) -> None:
    """Arrange that this process is killed when its parent ends (Linux; elsewhere the kernel polls)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_KILL_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


def run_kernel(argv: list[str], parent: int) -> None:
    """Run the kernel that the command line asks for, in this process."""
    from ipykernel.kernelapp import IPKernelApp

    arguments = argv[argv.index("ipykernel_launcher") + 1 :]
    sys.argv = ["ipykernel_launcher", *arguments]
    # ipywidgets was imported before there was a shell: it has to meet the shell now.
    arguments = [*arguments, "--ext=ipywidgets"]
    # 1 means: started by another program, which need not be watched (`die_with` does that on Linux).
    arguments.append(f"--IPKernelApp.parent_handle={1 if sys.platform == 'linux' else parent}")
    IPKernelApp.launch_instance(argv=arguments)


if __name__ == "__main__":
    main(int(sys.argv[1]))
