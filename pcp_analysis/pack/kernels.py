"""Kernels for the press: this interpreter's ipykernel, alone in a folder, in an environment that is the same
everywhere.

``WarmProvisioner`` is a plug-in of jupyter_client (entry point ``pcp-warm`` of ``jupyter_client.kernel_provisioners``).
It forks a kernel from a process that has loaded the libraries already; where that cannot be, it starts an ordinary one.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Type, Unicode, default

from pcp_analysis.pack.job import Limits
from pcp_analysis.pack.warm import NoZygote, WarmKernels


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a process that has the libraries loaded: the press's, or one that it starts for *preload*.

    Any kernel spec can use it: ``"metadata": {"kernel_provisioner": {"provisioner_name": "pcp-warm", "config":
    {"preload": ["pandas"]}}}``. Without such a process it is jupyter's own provisioner.
    """

    preload = List(Unicode(), help="Modules to load before the first kernel starts.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start *cmd* where there is nothing to fork from."""
        warm = getattr(self.parent, "warm", None)
        if warm is None and self.preload:
            warm = _shared(tuple(self.preload))
        try:
            if warm is None or "ipykernel_launcher" not in cmd:
                raise NoZygote
            folder = str(options.get("cwd") or Path.cwd())
            log = getattr(self.parent, "log_file", os.devnull)
            self.process = warm.fork(cmd[cmd.index("ipykernel_launcher") :], folder, options["env"], log)
        except NoZygote:
            return await super().launch_kernel(cmd, **options)
        self.pid = self.process.pid
        self.pgid = None  # signals go through the zygote, which knows whether the number is still this kernel's
        self.cwd = folder
        return self.connection_info


@cache
def _shared(modules: tuple[str, ...]) -> WarmKernels:
    """The one zygote of this process for *modules*, for managers other than the press's; it ends with the process."""
    warm = WarmKernels(modules, os.environ)
    atexit.register(warm.close)
    return warm


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


class Meter:
    """Counts what the cell that runs has put out; *most* bytes of it, and what is more ends the kernel.

    *exit_code* is that of a kernel that was found ended, below 0 for the signal that ended it.
    """

    def __init__(self, most: int) -> None:
        self.most, self.seen, self.over = most, 0, False
        self.exit_code: int | None = None

    def next_cell(self) -> None:
        """Another cell begins."""
        self.seen = 0

    def count(self, size: int) -> bool:
        """Count a message of *size* bytes; whether the cell has now put out too much."""
        self.seen += size
        self.over = self.over or self.seen > self.most
        return self.over


class MeteredChannel(AsyncZMQSocketChannel):
    """What a kernel publishes, counted before anything works on it: a kernel that puts out too much is ended at once."""

    manager: PressKernelManager

    async def _recv(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        frames = await self.socket.recv_multipart(**options)
        if self.manager.meter.count(sum(len(frame) for frame in frames)):
            self.manager.kill_at_once()
        _, message = self.session.feed_identities(frames)
        found: dict[str, Any] = self.session.deserialize(message)
        if self.manager.meter.over:
            found["content"] |= {"text": "", "data": {}}
        return found


class PromptClient(AsyncKernelClient):
    """A client that goes on as soon as its kernel answers.

    jupyter_client's own listens 0.2 s longer for leftovers of the start. nbclient passes over messages that are not of
    its own request, so nothing is lost; with eleven kernels it is two seconds.
    """

    iopub_channel_class = Type(klass=MeteredChannel, default_value=MeteredChannel)

    @property
    def iopub_channel(self) -> MeteredChannel:
        """The channel of what the kernel publishes, which knows the manager that can end it."""
        channel: MeteredChannel = super().iopub_channel
        if isinstance(self.parent, PressKernelManager):
            channel.manager = self.parent
        return channel

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        """Sockets that try again at once: they connect before the kernel listens, and zmq's own pause is a tenth of a
        second.
        """
        self._created_context = True  # as jupyter_client's own default does, so that it is closed with the client
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 5)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return once the kernel has answered and is heard publishing. Raises RuntimeError where it has not in *timeout* s."""
        deadline = monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            self.kernel_info()
            with suppress(Empty):
                answer = await self.shell_channel.get_msg(timeout=1)
                if answer["msg_type"] == "kernel_info_reply":
                    await self.iopub_channel.get_msg(timeout=0.2)  # Empty: not subscribed yet, so ask again
                    self._handle_kernel_info_reply(answer)
                    return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")


@dataclass(frozen=True)
class Place:
    """What the notebooks of one run share: the environment of their kernels, and where kernels come from."""

    environment: dict[str, str]
    kernels: Kernels
    warm: WarmKernels | None
    limits: Limits


def manager_class(place: Place, folder: Path, meter: Meter) -> type[PressKernelManager]:
    """The class of the manager of one kernel. nbclient makes the manager itself, and traitlets copies what is
    configured deeply, so that what the kernels share can only be an attribute of a class.
    """
    return type("NotebookKernelManager", (PressKernelManager,), {"place": place, "home": folder, "meter": meter})


class PressKernelManager(AsyncKernelManager):
    """A kernel in the folder *home*: its working folder, its sockets, its IPython profile, what it printed before it
    could talk."""

    place: Place
    home: Path
    meter: Meter
    client_factory = Type(klass=PromptClient, default_value=PromptClient)

    @default("connection_file")
    def _connection_file_default(self) -> str:
        return str(self.home / "kernel.json")

    @default("transport")
    def _transport_default(self) -> str:
        """Sockets with names: no port that another program may take first. Names are limited to 107 bytes."""
        return "ipc" if os.name == "posix" and len(os.fsencode(self.home / "kernel-ipc-99")) < 100 else "tcp"

    @property
    def warm(self) -> WarmKernels | None:
        """What to fork the kernel from."""
        return self.place.warm

    @property
    def log_file(self) -> str:
        """What the kernel prints before it can talk."""
        return str(self.home / "kernel.log")

    @property
    def kernel_spec(self) -> KernelSpec:
        """Not looked up on disk: a spec called python3 may belong to another interpreter."""
        return KernelSpec(
            # No history: it is a database on the disk, and nobody will ever ask for these lines again.
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
            ],
            display_name="Python 3",
            language="python",
        )

    # the manager that this one is made from declares the two as if they were no coroutines
    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start the kernel in its folder; what it prints before it can talk goes to ``kernel.log``."""
        self.place.kernels.add(self)
        self.kernel_id = self.kernel_id or str(uuid4())
        self.provisioner = WarmProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        environment = self.place.environment | {"IPYTHONDIR": str(self.home / "ipython")}
        with open(self.log_file, "ab") as log:
            options |= {"cwd": str(self.home / "work"), "env": environment, "stdout": log, "stderr": log}
            await super().start_kernel(**options)

    async def cleanup_resources(self, restart: bool = False) -> None:  # type: ignore[override]
        """Close the sockets, delete the connection file, and forget the kernel."""
        await super().cleanup_resources(restart=restart)
        self.place.kernels.remove(self)

    async def _async_is_alive(self) -> bool:
        """Whether the kernel lives; how it ended is noted, since an end of its own is another thing than one from outside."""
        alive = bool(await super()._async_is_alive())
        if not alive:
            self.meter.exit_code = getattr(getattr(self.provisioner, "process", None), "returncode", None)
        return alive

    is_alive = _async_is_alive

    def kill_at_once(self) -> None:
        """SIGKILL to the kernel and its process group, from any thread; no word is waited for."""
        provisioner = self.provisioner
        process = getattr(provisioner, "process", None)
        if process is None:
            return
        with suppress(ProcessLookupError):  # it may have ended by itself
            if hasattr(os, "killpg") and (group := getattr(provisioner, "pgid", None)):
                os.killpg(group, signal.SIGKILL)
            else:
                process.kill()
