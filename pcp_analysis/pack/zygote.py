"""A process that has loaded the libraries of the notebooks and forks a kernel from itself in milliseconds.

Started as ``python -m pcp_analysis.pack.zygote FD [MODULE ...]``: FD is one end of a Unix socket over which it takes
requests, a JSON object a line, and tells what became of them. It has one thread, no event loop and no zmq context, so a
fork of it is sound; it never had the lock of the press, so no kernel can inherit it. When the other end of the socket
closes, however the press ended, it kills every kernel and ends.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
# What a kernel imports while it starts; loaded here once, it takes none of each kernel's time.
_KERNEL = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "zmq.eventloop.zmqstream",
    "zmq.utils.garbage", "tornado.platform.asyncio", "tornado.locks", "sqlite3", "faulthandler", "IPython.core.completerlib",
    "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect", "IPython.extensions.storemagic",
)  # fmt: skip
# What is run of a program that is called by another name.
_PROGRAMS = {"ipykernel_launcher": "ipykernel.kernelapp:launch_new_instance"}


def supported() -> bool:
    """Whether this platform can fork kernels: Linux, where a process that loaded much may fork and go on."""
    return sys.platform == "linux"


def die_with_parent(parent: int) -> None:
    """Have the operating system kill this process when its *parent* dies; end it here if that has happened already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class Zygote:
    """Serves one socket: forks kernels, signals them, reports their ends."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)
        self._kernels: dict[int, int] = {}  # process id -> the number that the press gave the kernel
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the press's to answer

    def serve(self) -> None:
        """Answer requests until the other end closes."""
        self._tell(ready=True, threads=threading.active_count())
        rest = b""
        while True:
            readable, _, _ = select.select([self._socket.fileno(), self._wake], [], [])
            if self._wake in readable:
                with suppress(BlockingIOError):
                    os.read(self._wake, 4096)
            self._reap()
            if self._socket.fileno() in readable:
                data = self._socket.recv(1 << 16)
                if not data:
                    break
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._answer(json.loads(line))
        for process in self._kernels:
            self._signal(process, signal.SIGKILL)
        for process in self._kernels:
            os.waitpid(process, 0)

    def _answer(self, request: dict[str, Any]) -> None:
        if request["do"] == "fork":
            me = os.getpid()
            process = os.fork()
            if process == 0:
                self._become(request, me)
            with suppress(
                ProcessLookupError, PermissionError
            ):  # both sides do it, so that it is done when either goes on
                os.setpgid(process, process)
            self._kernels[process] = request["number"]
            self._tell(number=request["number"], process=process)
        elif request["do"] == "signal":
            for process, number in self._kernels.items():
                if number == request["number"]:
                    self._signal(process, request["signal"])

    def _signal(self, process: int, number: int) -> None:
        """To the process and its group. The process is not reaped yet, so its number is still its own."""
        with suppress(ProcessLookupError):
            os.kill(process, number)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, number)

    def _reap(self) -> None:
        while self._kernels:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                break
            with suppress(ProcessLookupError, PermissionError):  # what the kernel started and left behind
                os.killpg(ended.si_pid, signal.SIGKILL)
            process, status = os.waitpid(ended.si_pid, 0)
            self._tell(number=self._kernels.pop(process), exit=os.waitstatus_to_exitcode(status))

    def _tell(self, **message: object) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # then recv tells of it
            self._socket.sendall(json.dumps(message).encode() + b"\n")

    def _become(self, request: dict[str, Any], parent: int) -> NoReturn:
        """In the forked process: what a fresh interpreter that runs the program would be."""
        code = 1
        try:
            os.setpgid(0, 0)
            die_with_parent(parent)
            signal.set_wakeup_fd(-1)
            signal.pthread_sigmask(signal.SIG_SETMASK, request["blocked"])
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.default_int_handler)
            for descriptor in (self._wake, self._waker):
                os.close(descriptor)
            self._socket.close()
            log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            null = os.open(os.devnull, os.O_RDONLY)
            for source, target in ((null, 0), (log, 1), (log, 2)):
                os.dup2(source, target)
            os.close(log)
            os.close(null)
            os.chdir(request["folder"])
            os.environ.clear()
            os.environ.update(request["environment"])
            if "numpy.random" in sys.modules:  # a generator that was seeded before the fork would be shared
                sys.modules["numpy.random"].seed()
            sys.argv = request["arguments"]
            module, _, function = _PROGRAMS.get(sys.argv[0], sys.argv[0]).partition(":")
            getattr(importlib.import_module(module), function)(sys.argv[1:])
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            with suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


def main() -> None:
    """Load the modules, then serve. A module that cannot be loaded is left out: the notebook will say so better."""
    descriptor, *modules = sys.argv[1:]
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    zygote = Zygote(int(descriptor))
    for name in (*_KERNEL, *modules):
        with suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    zygote.serve()


if __name__ == "__main__":
    main()
