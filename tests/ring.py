"""What both rings of faults are made of: who runs for a root, whether a pack is whole, a small disk."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pcp_analysis.pack import manifest

CYCLE = "2014-09"


def processes(root: Path) -> list[psutil.Process]:
    """Every living process that was started for *root*: its environment names it, whoever its parent is."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PCP_ROOT") == str(root) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def left_running(root: Path, seconds: float = 30.0) -> list[psutil.Process]:
    """What still runs for *root* after a few seconds' grace."""
    deadline = time.monotonic() + seconds
    while (found := processes(root)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def wait_for_kernels(root: Path, *, least: int = 2) -> list[psutil.Process]:
    """Wait until *least* processes run for *root*: kernels, and not the zygote alone."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = processes(root)
        if len(found) >= least:
            return found
        time.sleep(0.02)
    raise AssertionError("no kernel was started")


def check_whole(root: Path, before: dict | None = None) -> None:
    """The published pack is exactly what its manifest says, and with *before* that very pack."""
    pack = root / "outputs" / CYCLE
    value = manifest.load(pack)
    assert value is not None
    present = {file.relative_to(pack).as_posix() for file in pack.rglob("*") if file.is_file()}
    assert present == {*value["outputs"], manifest.NAME}
    assert all(manifest.intact(pack, value, name) for name in value["outputs"])
    if before is not None:
        assert value == before


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A small file system of memory at *folder*; skips where mounting is not allowed."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
