"""The archive of an approved pack: it lies in its cycle's folder, and ``outputs`` is restored from it, never it from there.

``data/raw/cycles/CYCLE/approved`` holds the pack's archive, its manifest and its figures; every other file of the pack is
in the archive. A pack whose approval was withdrawn lies in ``withdrawn-1``, ``withdrawn-2``.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pcp_analysis.pack import bundle, manifest, publish
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.files import sha256_bytes

CYCLES = Path("data", "raw", "cycles")
APPROVED, WITHDRAWN = "approved", "withdrawn-{}"
FIGURES = "figures.csv"
FILES = (bundle.NAME, manifest.NAME, FIGURES)


def folder(root: Path, cycle: str) -> Path:
    """Where the approved pack of a cycle lies."""
    return root / CYCLES / cycle / APPROVED


def put(root: Path, cycle: str) -> None:
    """Keep the pack that is published in ``outputs/CYCLE``, in one step, in place of one that nobody signed."""
    target = folder(root, cycle)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=target.parent) as beside:
        made = Path(beside) / APPROVED
        made.mkdir()
        for name in FILES:
            shutil.copyfile(root / "outputs" / cycle / name, made / name)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)


def withdraw(root: Path, cycle: str, number: int) -> None:
    """Put the approved pack of a cycle aside as the withdrawn one of that *number*; where it is there already, all is done."""
    if folder(root, cycle).is_dir():
        folder(root, cycle).rename(root / CYCLES / cycle / WITHDRAWN.format(number))


def faults(root: Path, cycle: str, pack_sha256: str) -> list[Fault]:
    """Why what lies in the archive of a cycle is not the pack of that hash which was approved."""
    mend = f"Restore the folder from a copy, or withdraw the approval: pcp report {cycle} --reopen REASON."
    shown = (CYCLES / cycle / APPROVED).as_posix()
    lacking = [name for name in FILES if not (folder(root, cycle) / name).is_file()]
    if lacking:
        rule = f"holds the pack that was approved, and lacks {', '.join(lacking)}"
        return [Fault(shown, "", "", rule, mend)]
    made = manifest.load(folder(root, cycle))
    if made is None or manifest.pack_sha256(made["outputs"]) != pack_sha256:
        return [Fault(f"{shown}/{manifest.NAME}", "", "", "is not that of the pack that was approved", mend)]
    try:
        content = _within(root, cycle)
        listed = json.loads(content[manifest.NAME])
    except (OSError, zipfile.BadZipFile, ValueError, KeyError) as error:
        return [Fault(f"{shown}/{bundle.NAME}", "", "", f"is the archive of the approved pack: {error}", mend)]
    # the archive has a manifest of its own, which lists all but the archive
    if made | {"outputs": {name: each for name, each in made["outputs"].items() if name != bundle.NAME}} != listed:
        return [Fault(f"{shown}/{manifest.NAME}", "", "", "is not that of the pack that was approved", mend)]
    content = files(root, cycle)
    wrong = [name for name, digest in made["outputs"].items() if sha256_bytes(content.get(name, b"")) != digest]
    if sha256_bytes((folder(root, cycle) / FIGURES).read_bytes()) != made["outputs"].get(FIGURES):
        wrong.append(FIGURES)
    return [Fault(shown, "", name, "is not as it was approved", mend) for name in sorted(set(wrong))]


def files(root: Path, cycle: str) -> dict[str, bytes]:
    """Every file of the approved pack by its name in the pack, with its bytes."""
    lying = {name: (folder(root, cycle) / name).read_bytes() for name in (bundle.NAME, manifest.NAME)}
    return _within(root, cycle) | lying


def _within(root: Path, cycle: str) -> dict[str, bytes]:
    """What the archive of the pack holds, by name."""
    with zipfile.ZipFile(folder(root, cycle) / bundle.NAME) as opened:
        return {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}


def differing(root: Path, cycle: str) -> list[str]:
    """The files of ``outputs/CYCLE`` that are gone, altered or added since it was approved."""
    return _differing(root / "outputs" / cycle, files(root, cycle))


def _differing(pack: Path, content: Mapping[str, bytes]) -> list[str]:
    present = manifest.present(pack)
    return sorted(
        name
        for name in {*content, *present}
        if name not in present or name not in content or (pack / name).read_bytes() != content[name]
    )


def restore(root: Path, cycle: str) -> list[str]:
    """Make ``outputs/CYCLE`` what was approved, and return the files in which it was not."""
    pack, content = root / "outputs" / cycle, files(root, cycle)
    if not (wrong := _differing(pack, content)):
        return []
    with publish.holding(root / "outputs") as work:
        shutil.rmtree(work / "new", ignore_errors=True)
        for name, data in content.items():
            (work / "new" / name).parent.mkdir(parents=True, exist_ok=True)
            (work / "new" / name).write_bytes(data)
        publish.swap(work / "new", pack)
    return wrong
