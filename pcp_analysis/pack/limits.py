"""What the operating system lets a process have: tried out before it is needed, because a library that gets less ends the
whole process without a word of ours.
"""

from __future__ import annotations

import errno
import mmap
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack

from pcp_analysis.pack.job import PressError

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

_MEGABYTE = 1 << 20
#: What the libraries take to be loaded at all.
LOADING = 512 * _MEGABYTE
# What a run takes with one kernel, of which the second number again with every other one.
_FILES, _THREADS, _SPACE = (48, 30), (12, 8), (400 * _MEGABYTE, 320 * _MEGABYTE)
#: Refusals of the operating system that are no fault of a notebook: no memory, descriptor, process, disk or room on it is left.
_EXHAUSTED = {
    getattr(errno, name)
    for name in ("EAGAIN", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ENOSPC")
    if hasattr(errno, name)
}


def exhausted(name: str, words: str) -> bool:
    """Whether an error of the type *name* that says *words* tells of a computer that has nothing left to give.

    >>> exhausted("OSError", "[Errno 24] Too many open files: 'a.csv'"), exhausted("OSError", "[Errno 2] No such file")
    (True, False)
    """
    if name == "MemoryError" or "can't start new thread" in words:
        return True
    return any(words.startswith(f"[Errno {number}]") for number in _EXHAUSTED)


def check_space(size: int = LOADING) -> None:
    """Raise PressError where the libraries would not find the memory that they take."""
    if not _has_space(size):
        raise PressError(f"there is not enough memory: {size // _MEGABYTE} MB more cannot be had (see ulimit -v)")


def kernels(most: int) -> int:
    """How many kernels may run at once, *most* at most; raises PressError, saying what is lacking, where none may."""
    for count in range(max(1, most), 0, -1):
        lacking = _lacking(count)
        if not lacking:
            return count
    raise PressError(f"{lacking}; no notebook can be run")


def _lacking(count: int) -> str:
    """What a run with *count* kernels would not be given, in words, or nothing."""
    files, threads, space = (first + more * (count - 1) for first, more in (_FILES, _THREADS, _SPACE))
    if not _has_files(files):
        return f"too few files may be open at once: {files} more are needed (see ulimit -n)"
    if not _has_space(space):
        return f"there is not enough memory: {space // _MEGABYTE} MB more cannot be had (see ulimit -v)"
    if not _has_threads(threads):
        return f"too few threads may run at once: {threads} more are needed (see ulimit -u)"
    return ""


def _has_files(count: int) -> bool:
    with ExitStack() as opened:
        try:
            for _ in range(count):
                opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        except OSError:
            return False
    return True


def _has_space(size: int) -> bool:
    """Nothing is written to it, so that it costs an address and no memory."""
    try:
        mmap.mmap(-1, size).close()
    except (OSError, MemoryError):
        return False
    return True


def _has_threads(count: int) -> bool:
    """Not tried where addresses are limited: C keeps some for every thread that there ever was."""
    if resource is None or resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        return True
    end = threading.Event()
    started: list[threading.Thread] = []
    wait: Callable[[], object] = end.wait
    try:
        for _ in range(count):
            thread = threading.Thread(target=wait, daemon=True)
            thread.start()
            started.append(thread)
    except (RuntimeError, MemoryError):
        return False
    finally:
        end.set()
        for thread in started:
            thread.join()
    return True
