"""Writing files so that at every instant the old one or the new one stands there, whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def sha256_bytes(data: bytes) -> str:
    """The sha256 of *data*, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_text(text: str) -> str:
    """The sha256 of a text as UTF-8, in hexadecimal."""
    return sha256_bytes(text.encode("utf-8"))


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    return sha256_bytes(path.read_bytes())


def write_whole(path: Path, text: str) -> None:
    """Write *text* as UTF-8 beside *path* and put it in its place in one step; makes the folder where there is none."""
    write_all({path: text})


def write_all(texts: Mapping[Path, str]) -> None:
    """Write every text beside its path, and only when all are written put each in its place.

    Raises OSError where one cannot be written; none is changed then.
    """
    beside: dict[Path, Path] = {}
    try:
        for path, text in texts.items():
            beside[path] = _write_beside(path, text)
        for path, written in beside.items():
            os.replace(written, path)
    finally:
        for written in beside.values():
            written.unlink(missing_ok=True)


def _write_beside(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes a file that only its owner may read; an input is for everybody.
        beside.chmod(0o644)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside
