"""One file to hand over: an archive that is the same bytes everywhere, and holds the pack."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile

import pytest

from pcp_analysis.pack import manifest
from pcp_analysis.pack.bundle import NAME, bundle
from pcp_analysis.strict.files import sha256_bytes
from tests.conftest import CYCLE, Pack

FILES = {"index.html": "<p>Größe</p>".encode(), "notebooks/a.ipynb": b"{}", "figures.csv": b"id,value\n"}


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive of these bytes."""
    return zipfile.ZipFile(io.BytesIO(data))


def test_an_archive_holds_every_file_below_one_folder() -> None:
    """Names, bytes, and a check sum that holds."""
    archive = opened(bundle(FILES, CYCLE))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {
        f"{CYCLE}/{name}": data for name, data in FILES.items()
    }


def test_the_bytes_depend_on_nothing_but_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on their order, the clock or the permissions that new files get."""
    before = bundle(FILES, CYCLE)
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    old = os.umask(0o077)
    try:
        assert bundle(dict(reversed(FILES.items())), CYCLE) == before
    finally:
        os.umask(old)
    assert sha256_bytes(before) == "106e32c599c4c6afc8624c5e9166dde1ab1ef0d64ad7337b06c40e050a21e0aa"
    assert bundle(FILES | {"figures.csv": b"id,value\nx,1\n"}, CYCLE) != before


def test_an_archive_can_be_opened_everywhere() -> None:
    """Readable files, dated as early as the format can, not compressed: no version of zlib has a say."""
    for entry in opened(bundle(FILES, CYCLE)).infolist():
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.external_attr >> 16 == 0o100644
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.create_system == 3


@pytest.mark.slow
def test_the_archive_of_a_pack_is_the_pack(built: Pack) -> None:
    """Every file but itself, byte for byte; its own manifest lists what is in it, and every link of a page leads within
    it.
    """
    archive = opened((built.folder / NAME).read_bytes())
    within = {name.removeprefix(f"{CYCLE}/"): archive.read(name) for name in archive.namelist()}
    beside = {
        file.relative_to(built.folder).as_posix(): file.read_bytes()
        for file in built.folder.rglob("*")
        if file.is_file()
    }
    assert set(within) == set(beside) - {NAME}
    assert [name for name in within if name != manifest.NAME and within[name] != beside[name]] == []
    notebooks = {page.removesuffix(".html").removesuffix("_figures") for page in built.pages if page != "index.html"}
    assert {f"notebooks/{name}.ipynb" for name in notebooks} <= set(within)


@pytest.mark.slow
def test_the_manifest_lists_the_archive_and_no_signature_covers_it(built: Pack) -> None:
    """The pack's manifest has its hash; the manifest within has all the others, and the pack's hash is the same in
    both.
    """
    whole = manifest.load(built.folder)
    assert manifest.intact(built.folder, whole, NAME)
    inner = json.loads(opened((built.folder / NAME).read_bytes()).read(f"{CYCLE}/{manifest.NAME}"))
    assert inner["outputs"] == {name: value for name, value in whole["outputs"].items() if name != NAME}
    assert inner["pack_sha256"] == whole["pack_sha256"]
    assert manifest.pack_sha256({**whole["outputs"], NAME: "another"}) == whole["pack_sha256"]
