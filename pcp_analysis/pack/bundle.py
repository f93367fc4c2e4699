"""One file to hand over: the pack as a zip archive whose bytes depend on nothing but the files in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

NAME = "pack.zip"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that the format knows
_UNIX, _READABLE = 3, 0o100644


def bundle(files: Mapping[str, bytes], folder: str) -> bytes:
    """A zip archive of *files* by their names in the pack, all below *folder*, the same bytes on every machine.

    The files lie in the archive as they are, not compressed: what compression gives depends on the version of zlib, and
    a pack is verified byte by byte. Order, dates, permissions and the operating system that is named in it are fixed.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _EARLIEST)
            entry.create_system, entry.external_attr = _UNIX, _READABLE << 16
            archive.writestr(entry, files[name])
    return made.getvalue()
