"""Writing files so that at every instant the old one or the new one stands there, whole."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

SEAL = "PCP_SEAL"
_sealed: dict[str, str] | None = None


class Altered(Exception):
    """A file is not as it was when it was checked: what was checked is what is read, or nothing is."""


def read(path: Path) -> bytes:
    """The bytes of a file. Where files are sealed, raises Altered for one that is another than then, or new, or gone."""
    known = _seal()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        if known and known.get(os.fspath(path.absolute())):
            raise Altered(f"{path} was there when the inputs were checked, and is gone; run again") from None
        raise
    if known and (name := os.fspath(path.absolute())) in known and known[name] != sha256_bytes(data):
        raise Altered(f"{path} has changed since the inputs were checked; run again")
    return data


@contextmanager
def sealed(files: Iterable[Path]) -> Iterator[None]:
    """From here to the end, *files* are read as they are now or not at all, in this process and in those given `write_seal`.

    A file that is not there must not come to be.
    """
    global _sealed
    _sealed = {os.fspath(path.absolute()): sha256_bytes(path.read_bytes()) if path.is_file() else "" for path in files}
    try:
        yield
    finally:
        _sealed = None


def write_seal(path: Path) -> dict[str, str]:
    """Write the seal that is in force to *path*; the environment variable that hands it to another process, none without a seal."""
    if _sealed is None:
        return {}
    path.write_text(json.dumps(_sealed), encoding="utf-8")
    return {SEAL: os.fspath(path)}


def _seal() -> Mapping[str, str] | None:
    """The hash of each sealed file by its path, from this process or from the one that started it."""
    return _sealed if _sealed is not None else _handed(os.environ.get(SEAL))


@cache
def _handed(path: str | None) -> Mapping[str, str] | None:
    found: dict[str, str] | None = json.loads(Path(path).read_bytes()) if path else None
    return found


def sha256_bytes(data: bytes) -> str:
    """The sha256 of *data*, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_text(text: str) -> str:
    """The sha256 of a text as UTF-8, in hexadecimal."""
    return sha256_bytes(text.encode("utf-8"))


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    return sha256_bytes(read(path))


def sha256_lines(path: Path) -> str:
    """The sha256 of a text file's lines, in hexadecimal: the same whatever ends them, as Git on Windows may change."""
    return sha256_bytes(read(path).replace(b"\r\n", b"\n"))


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
