"""Kernels for the press: this interpreter's ipykernel, alone in a folder, in an environment that is the same everywhere."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Dict, Instance, Unicode

# One thread a kernel: the order in which threads add up floats would show in the last digit.
FIXED = {
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "LANGUAGE": "",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONNOUSERSITE": "1",
    "SOURCE_DATE_EPOCH": "0",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "NO_COLOR": "1",
    "COLUMNS": "80",
}
# What would let this computer's settings into a page.
_DROPPED = ("PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONINSPECT", "LC_NUMERIC", "LC_TIME", "LC_COLLATE")


def kernel_environment(root: Path) -> dict[str, str]:
    """The environment of a kernel of the press: this process's, with whatever may alter a byte fixed or taken out."""
    environment = {key: value for key, value in os.environ.items() if key not in _DROPPED}
    environment |= FIXED
    environment["PCP_ROOT"] = str(Path(root).resolve())
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.submodule_search_locations:
        environment["MATPLOTLIBRC"] = str(Path(matplotlib.submodule_search_locations[0]) / "mpl-data" / "matplotlibrc")
    return environment


class Stopped(Exception):
    """The run is being stopped; no kernel starts any more."""


class Kernels:
    """The kernels that run now, so that all can be ended at once from another thread."""

    def __init__(self) -> None:
        self._running: set[PressKernelManager] = set()
        self._stopping = False

    def add(self, manager: PressKernelManager) -> None:
        """Count *manager* among those that run. Raises Stopped while the run is being stopped."""
        if self._stopping:
            raise Stopped
        self._running.add(manager)

    def remove(self, manager: PressKernelManager) -> None:
        """Forget *manager*, whose kernel has ended."""
        self._running.discard(manager)

    def kill(self) -> None:
        """End every kernel with its process group, and let none start any more."""
        self._stopping = True
        for manager in tuple(self._running):
            manager.kill_at_once()


class PressKernelManager(AsyncKernelManager):
    """A kernel in *folder*: its working folder, its sockets, its IPython profile and what it printed before it could talk."""

    folder = Unicode(help="The kernel's own folder; nobody else writes there.").tag(config=True)
    environment = Dict(help="The whole environment of the kernel.").tag(config=True)
    kernels = Instance(Kernels, help="Where the kernel is counted among those that run.").tag(config=True)

    @property
    def kernel_spec(self) -> KernelSpec:
        """Not looked up on disk: a spec called python3 may belong to another interpreter."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    async def start_kernel(self, **options: object) -> None:
        """Start the kernel in its folder; what it prints before it can talk goes to ``kernel.log``."""
        self.kernels.add(self)
        home = Path(self.folder)
        environment = self.environment | {"IPYTHONDIR": str(home / "ipython")}
        with (home / "kernel.log").open("ab") as log:
            options |= {"cwd": str(home / "work"), "env": environment, "stdout": log, "stderr": log}
            await super().start_kernel(**options)

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Close the sockets, delete the connection file, and forget the kernel."""
        await super().cleanup_resources(restart=restart)
        self.kernels.remove(self)

    def kill_at_once(self) -> None:
        """SIGKILL to the kernel and its process group, from any thread; no word is waited for."""
        provisioner = self.provisioner
        process = getattr(provisioner, "process", None)
        if process is None:
            return
        with suppress(ProcessLookupError):  # it may have ended by itself
            if hasattr(os, "killpg") and provisioner.pgid:
                os.killpg(provisioner.pgid, signal.SIGKILL)
            else:
                process.kill()
