"""Publication: the pack is built beside the old one and swapped in by one call, under a lock.

``outputs/CYCLE`` is a folder. The new pack is built as ``outputs/.press/new`` and exchanged with it by
``renameat2(RENAME_EXCHANGE)``, which Linux does in one step on its usual file systems; the old pack is then what lies
under ``.press`` and is deleted. Where the exchange is not to be had (Windows, macOS, some network file systems) two
renames do it, with a moment between them in which the folder is missing; ``recover`` closes it after a crash.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import time

from pcp_analysis.pack.job import PressError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV}
SCRATCH = "pcp-"
_HELD = ".held"
# Seconds within which a folder or a file may still be in the making.
_YOUNG = 60.0
# What strict.files and a new cycle write beside a name, before it is put in its place.
_HALF_WRITTEN = re.compile(r"\.(?:.+\.(?:csv|toml|json)\.[a-z0-9_]{8}|new-[a-z0-9_]{8})")


@contextmanager
def holding(outputs: Path) -> Iterator[Path]:
    """Hold the lock on *outputs*, and give the folder ``outputs/.press`` to work in, recovered and empty.

    Raises PressError at once where another run holds the lock, saying who, or where *outputs* cannot be written. The
    lock is the operating system's: it ends with this process however that ends. No kernel inherits it: descriptors are
    closed on exec, and warm kernels are forked from a process that never had it.
    """
    from filelock import FileLock, Timeout

    press = outputs / ".press"
    try:
        press.mkdir(parents=True, exist_ok=True)
        # of one file there is one lock in a process, so that who holds it may publish
        lock = FileLock(press / "lock", timeout=0, is_singleton=True)
        lock.acquire()
    except Timeout:
        raise PressError(
            f"another run holds the lock on {outputs}: {_holder(press)}; the published pack stands"
        ) from None
    except OSError as error:
        raise PressError(f"{outputs} cannot be written ({error.strerror}); the published pack stands") from error
    outermost = lock.lock_counter == 1
    try:
        if outermost:
            recover(outputs)
            me = {"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}
            (press / "holder.json").write_text(json.dumps(me) + "\n", encoding="utf-8", newline="\n")
        yield press
    finally:
        if outermost:
            with suppress(OSError):
                (press / "holder.json").unlink(missing_ok=True)
        lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _holder(press: Path) -> str:
    try:
        who = json.loads((press / "holder.json").read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError):
        return "it has not said who it is"


@contextmanager
def scratch() -> Iterator[Path]:
    """A short-named folder in the temporary one, deleted at the end, and by `sweep` after a crash: this process holds a lock
    in it as long as it lives.

    It is not under the outputs, whose path may be too long for a socket's name.
    """
    from filelock import FileLock

    folder = Path(tempfile.mkdtemp(prefix=SCRATCH)).absolute()  # kernels run in folders of their own
    try:
        with FileLock(folder / _HELD, timeout=0):
            yield folder
    finally:
        _delete(folder)


def _delete(folder: Path) -> None:
    """Delete a scratch folder, last of all what tells that it is one: who is killed meanwhile leaves it to be swept."""
    for path in folder.glob("*"):
        if path.name != _HELD:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def sweep(root: Path) -> None:
    """Delete what killed runs left: what lies beside the lock where nobody holds it, folders of the temporary one that nobody
    holds any more, and files that were half written in data/. Of these, what is younger than a minute may be in the making.
    """
    outputs = root / "outputs"
    if any(path.name != "lock" for path in (outputs / ".press").glob("*")):
        with suppress(PressError, OSError), holding(outputs):
            pass  # which has recovered it: a run that finds nothing new would not
    young = time() - _YOUNG
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        with suppress(OSError):
            if not folder.is_dir() or not _is_ours(folder) or folder.stat().st_mtime >= young:
                continue
            if not (folder / _HELD).is_file():
                folder.rmdir()  # empty, or somebody else's: then it stays
            elif not _is_held(folder):
                _delete(folder)
    for path in (root / "data").rglob(".*"):
        with suppress(OSError):
            if _HALF_WRITTEN.fullmatch(path.name) and path.stat().st_mtime < young:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _is_held(folder: Path) -> bool:
    """Whether the process that made a scratch folder still lives."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / _HELD, timeout=0):
            return False
    except Timeout:
        return True


def recover(outputs: Path) -> None:
    """Clear up after a run that was killed: finish an interrupted pair of renames, delete its leftovers."""
    press = outputs / ".press"
    for old in press.glob("old-*"):
        published = outputs / old.name.removeprefix("old-")
        if not published.exists():
            os.rename(old, published)
        else:
            shutil.rmtree(old)
    shutil.rmtree(press / "new", ignore_errors=True)


def swap(new: Path, published: Path) -> None:
    """Make the folder *new* the one that is called *published*; what was published before ends up deleted.

    Files are flushed to the disk first, so that a power cut leaves a whole pack under the name.
    """
    for file in sorted(new.rglob("*")):
        _flush(file)
    _flush(new)
    if not published.exists():
        os.rename(new, published)
    elif _exchange(new, published):
        shutil.rmtree(new)
    else:
        old = new.parent / f"old-{published.name}"
        os.rename(published, old)
        os.rename(new, published)
        shutil.rmtree(old)
    _flush(published.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one call, or say that this platform cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _flush(file: Path) -> None:
    if os.name != "posix":  # Windows flushes only what is open for writing
        return
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
