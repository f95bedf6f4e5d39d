"""Kernels for practice pages: forked from a warm parent where the system can, started cold elsewhere."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.provisioning import LocalProvisioner

from kasuskit.serving.forking import ForkedProcess, can_fork, environment_without_secrets, warm_parent

KERNEL_NAME = "kasuskit"
_HERE = Path(__file__).resolve().parent
log = logging.getLogger("kasuskit.serving")


class WarmProvisioner(LocalProvisioner):
    """Start a kernel by forking the zygote, or as Jupyter does where the system cannot fork."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel and return how to reach it."""
        if not can_fork():
            return await self._launch_cold(cmd, kwargs)
        env: Mapping[str, str] = kwargs.get("env") or os.environ
        cwd = str(kwargs.get("cwd") or Path.cwd())
        clean = {name: value for name, value in env.items() if name != "JPY_PARENT_PID"}
        try:
            self.process = await asyncio.to_thread(warm_parent().fork, cmd, clean, cwd)
        except OSError:
            log.exception("a kernel could not be forked; it starts cold")
            return await self._launch_cold(cmd, kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return dict(self.connection_info)

    async def _launch_cold(self, cmd: list[str], kwargs: dict[str, Any]) -> dict[str, Any]:
        with warm_parent().output() as output:
            return dict(await super().launch_kernel(cmd, **(kwargs | {"stdout": output, "stderr": output})))

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started."""
        if isinstance(self.process, ForkedProcess):
            self.process.send_signal(signum)
        else:
            await super().send_signal(signum)


class PracticeKernelSpecs(KernelSpecManager):
    """Know one kernel, which is written nowhere: that of the practice pages."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return the kernel's name and folder."""
        return {KERNEL_NAME: str(_HERE)}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how the practice kernel is started."""
        if kernel_name != KERNEL_NAME:
            raise NoSuchKernel(kernel_name)
        return KernelSpec(
            argv=[sys.executable, "-m", "kasuskit.serving.kernel", "-f", "{connection_file}"],
            display_name="kasuskit",
            language="python",
            resource_dir=str(_HERE),
            metadata={"debugger": False, "kernel_provisioner": {"provisioner_name": "kasuskit-warm"}},
        )


def kernel_environment(folder: Path, desk: str, lang: str, exit_address: str, course: str = "") -> dict[str, str]:
    """Return the environment of a practice kernel that does not know its participant yet.

    Parameters
    ----------
    folder : Path
        A private folder in which IPython may keep its profile, so that nothing is read from or written
        to the home of whoever runs the server.
    desk : str
        Where the kernel reaches the server, which keeps the answers: the kernel itself never sees the database.
    lang : str
        ``"id"`` or ``"en"``.
    exit_address : str
        The harmless page that the quick-exit button opens.
    course : str
        The course whose lessons are shown; blank where there is none.
    """
    return environment_without_secrets() | {
        "IPYTHONDIR": str(folder),
        "KASUSKIT_DESK": desk,
        "KASUSKIT_EXIT": exit_address,
        "KASUSKIT_LANG": lang,
        "MALLOC_ARENA_MAX": "2",
        **({"KASUSKIT_COURSE": course} if course else {}),
    }
