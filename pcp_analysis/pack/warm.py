"""The press's end of a zygote: starts it, asks it for kernels, hears of their ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from pcp_analysis.pack import zygote

_FORK = 10.0  # seconds within which a zygote forks, or is taken for dead


class NoZygote(Exception):
    """There is no process to fork from, here or any more: an ordinary kernel is started instead."""


class ForkedProcess:
    """A kernel, or other program, that was forked from the zygote, with as much of subprocess.Popen as a provisioner
    needs.
    """

    stdin = stdout = stderr = None

    def __init__(self, warm: WarmKernels, number: int) -> None:
        self._warm = warm
        self._number = number
        self.changed = threading.Event()
        self.pid = 0
        self.returncode: int | None = None

    def hear(self, message: dict[str, Any]) -> None:
        """Take in what the zygote tells of this kernel."""
        if "process" in message:
            self.pid = message["process"]
        if "exit" in message:
            self.returncode = message["exit"]
        self.changed.set()

    def poll(self) -> int | None:
        """The exit code, or None while the kernel lives."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the kernel has ended, *timeout* seconds at most; its exit code, or None."""
        while self.returncode is None:
            self.changed.clear()
            if self.returncode is None and not self.changed.wait(timeout):
                break
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and its group; the zygote does it, which knows whether it still is that kernel."""
        self._warm.ask(do="signal", number=self._number, signal=int(number))
        if number == signal.SIGKILL:
            self.wait(2.0)

    def kill(self) -> None:
        """SIGKILL, and a short wait for the end."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)


class WarmKernels:
    """A zygote with *modules* loaded, in *environment*; a context manager. Where it cannot be, fork raises NoZygote."""

    def __init__(self, modules: Sequence[str], environment: Mapping[str, str], *, start_timeout: float = 60.0) -> None:
        self._deadline = monotonic() + start_timeout
        self._lock = threading.Lock()
        self._kernels: dict[int, ForkedProcess] = {}
        self._ready = threading.Event()
        self._gone = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        if not zygote.supported():
            self._gone.set()
            return
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "pcp_analysis.pack.zygote", str(theirs.fileno()), *modules]
        self._process = subprocess.Popen(
            command, env=dict(environment), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._socket = ours
        self._listener = threading.Thread(target=self._listen, name="press-zygote", daemon=True)
        self._listener.start()

    def __enter__(self) -> WarmKernels:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the zygote, or None where there is none."""
        return self._process.pid if self._process else None

    def fork(self, arguments: Sequence[str], folder: str, environment: Mapping[str, str], log: str) -> ForkedProcess:
        """A process that runs *arguments*: ``ipykernel_launcher`` and its own, or ``module:function`` and what that is
        given.

        Waits until the libraries are loaded. Signals that are blocked in this thread are blocked there, as in any process
        that it starts. Raises NoZygote.
        """
        while not self._ready.wait(0.05):
            if self._gone.is_set() or monotonic() > self._deadline:
                raise NoZygote
        with self._lock:
            number = len(self._kernels) + 1
            kernel = self._kernels[number] = ForkedProcess(self, number)
        blocked = [int(each) for each in signal.pthread_sigmask(signal.SIG_BLOCK, ())]
        self.ask(
            do="fork", number=number, arguments=list(arguments), folder=folder, environment=dict(environment), log=log,
            blocked=blocked,
        )  # fmt: skip
        deadline = monotonic() + _FORK
        while not kernel.pid:
            if self._gone.is_set() or monotonic() > deadline:
                raise NoZygote
            kernel.changed.wait(0.05)
        return kernel

    def ask(self, **request: object) -> None:
        """Send a request to the zygote; to none where it is gone, whose kernels are gone with it."""
        data = json.dumps(request).encode() + b"\n"
        try:
            with self._lock:
                self._socket.sendall(data)
        except OSError:
            self._gone.set()

    def close(self) -> None:
        """End the zygote and every kernel that it forked."""
        if self._process is None:
            return
        with suppress(OSError):  # not connected any more
            self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            os.kill(self._process.pid, signal.SIGKILL)  # its kernels have asked to die with it
            self._process.wait()
        self._listener.join(5.0)
        self._socket.close()

    def _listen(self) -> None:
        with self._socket.makefile("rb") as lines:
            try:
                for line in lines:
                    message = json.loads(line)
                    if message.get("ready") and message["threads"] == 1:
                        self._ready.set()
                    elif message.get("ready"):
                        break  # a library started a thread: a fork of such a process is not sound
                    else:
                        self._kernels[message["number"]].hear(message)
            except (OSError, ValueError):
                pass  # the zygote was killed in the middle of a line
        self._gone.set()
        for kernel in tuple(self._kernels.values()):
            if kernel.returncode is None:
                kernel.hear({"exit": -int(signal.SIGKILL)})
