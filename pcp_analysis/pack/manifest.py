"""The manifest: what a pack was made from and consists of; the key by which a notebook counts as unchanged.

Reads and hashes files only: an unchanged report goes no further than this module and loads no heavy library.
"""

from __future__ import annotations

import csv
import io
import json
import platform
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pcp_analysis.pack.job import FRONT_PAGE, Edition, Job
from pcp_analysis.strict.files import read, sha256_lines, sha256_of, sha256_text

NAME = "manifest.json"
_SOURCES = {".py", ".toml", ".css", ".j2", ".json", ".csv"}


def digest(value: object) -> str:
    """The sha256 of a JSON value, whatever the order of its keys."""
    return sha256_text(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


@cache
def package_sha256(folder: Path | None = None) -> str:
    """The hash of the package's source: names and bytes of its files, without what Python compiled of them."""
    folder = folder or Path(__file__).resolve().parents[1]
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.suffix in _SOURCES and "__pycache__" not in file.parts and file.is_file()
    )
    return digest([[file.relative_to(folder).as_posix(), sha256_lines(file)] for file in files])


def installed(names: Iterable[str]) -> dict[str, str]:
    """The installed version of each distribution in *names* that is installed, by name."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in sorted(names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def narrowed(job: Job, used: Iterable[str] | None) -> Job:
    """*job* with no other inputs than those named in *used*; all of them where that is None. What is gone counts as
    empty.
    """
    return job if used is None else replace(job, inputs={name: job.inputs.get(name, "") for name in sorted(used)})


def job_key(job: Job, environment: Mapping[str, str]) -> str:
    """What a notebook's result depends on: its source, the package's, parameters, the rows that it uses, installed
    versions.
    """
    return digest(
        {
            "notebook": sha256_lines(job.notebook),
            "package": package_sha256(),
            "parameters": job.parameters,
            "inputs": job.inputs,
            "environment": dict(environment),
            "python": platform.python_version(),
        }
    )


def page_key(edition: Edition, job: Job, key: str, *, missing: object) -> str:
    """What a rendered page depends on beside its notebook: the words and links around it, and what its pack lacks."""
    around = [[other.id, other.title, other.page] for other in edition.jobs]
    mine = [entry for entry in edition.inputs if entry.get("name") in job.inputs]
    signed = edition.signed if job.page == FRONT_PAGE else ()
    return digest([key, around, asdict(edition.heading), mine, edition.approval, signed, missing])


def build(
    edition: Edition,
    keys: Mapping[str, str],
    pages: Mapping[str, str],
    failed: Mapping[str, dict[str, Any]],
    *,
    outputs: Mapping[str, str],
) -> dict[str, Any]:
    """The manifest as a JSON value. It holds no path of a computer, no time and no name of a user."""
    return {
        "cycle": edition.cycle,
        "complete": not failed,
        "heading": asdict(edition.heading),
        "approval": edition.approval,
        "signed": list(edition.signed),
        "package": {"name": "pcp_analysis", "sha256": package_sha256()},
        "python": platform.python_version(),
        "environment": dict(sorted(edition.environment.items())),
        "inputs": list(edition.inputs),
        "entries": dict(sorted(edition.entries.items())),
        "notebooks": {
            job.id: {
                "key": keys[job.id],
                "sha256": sha256_lines(job.notebook),
                "parameters": job.parameters,
                "inputs": job.inputs,
                "page": job.page,
                "page_key": pages[job.id],
            }
            | ({"failed": failed[job.id]} if job.id in failed else {})
            for job in edition.jobs
        },
        "outputs": dict(sorted(outputs.items())),
        "pack_sha256": pack_sha256(outputs),
    }


def pack_sha256(outputs: Mapping[str, str]) -> str:
    """The hash that a signature covers: of the executed notebooks and figures.csv, not of how pages look."""
    return digest({name: value for name, value in outputs.items() if signed(name)})


def signed(name: str) -> bool:
    """Whether a signature covers the file *name* of a pack."""
    return name.startswith("notebooks/") or name == "figures.csv"


def write(value: dict[str, Any]) -> str:
    """The text of manifest.json."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def load(pack: Path) -> dict[str, Any] | None:
    """The manifest of the pack in the folder *pack*, or None where there is no readable one."""
    try:
        value = json.loads((pack / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if _shaped(value) else None


def _shaped(value: object) -> bool:
    """Whether a JSON value has the shape of a manifest; one of another shape is none."""
    if not isinstance(value, dict):
        return False
    kinds = {
        "environment": dict,
        "inputs": list,
        "entries": dict,
        "heading": dict,
        "complete": bool,
        "pack_sha256": str,
    }
    if any(name in value and not isinstance(value[name], kind) for name, kind in kinds.items()):
        return False
    if not isinstance(value.get("notebooks"), dict) or not isinstance(value.get("outputs"), dict):
        return False
    notebooks, inputs = value["notebooks"].values(), value.get("inputs", [])
    return (
        all(isinstance(each, dict) and isinstance(each.get("failed", {}), dict) for each in notebooks)
        and all(isinstance(each.get("inputs", {}), dict) for each in notebooks)
        and all("last_published" in each["failed"] for each in notebooks if "failed" in each)
        and all(isinstance(each, str) for each in value["outputs"].values())
        and all(isinstance(each, int) for each in value.get("entries", {}).values())
        and all(isinstance(each, dict) and {"name", "sha256"} <= each.keys() for each in inputs)
    )


@dataclass(frozen=True)
class Fewer:
    """A file of a cycle that has fewer entries than it had in the published pack: somebody took them out, or a save failed."""

    name: str
    entries: int
    published: int

    def __str__(self) -> str:
        return (
            f"{self.name} has {self.entries} entries, {self.published - self.entries} fewer than in the published pack"
        )


def entries_of(path: Path) -> int | None:
    """How many entries a file has that people write: the rows of a CSV, the tables in the lists of a TOML file. None of one
    that cannot be read, which is a fault of its own.
    """
    try:
        text = read(path).decode("utf-8")
        if path.suffix == ".csv":
            return max(len(list(csv.reader(io.StringIO(text, newline="")))) - 1, 0)
        return sum(len(each) for each in tomllib.loads(text).values() if isinstance(each, list))
    except (OSError, ValueError, csv.Error):
        return None


def fewer(pack: Path, entries: Mapping[str, int]) -> list[Fewer]:
    """The files that have fewer *entries* than those that the published *pack* was made from."""
    published = (load(pack) or {}).get("entries", {})
    return [
        Fewer(name, count, published[name]) for name, count in entries.items() if count < published.get(name, count)
    ]


def present(pack: Path) -> set[str]:
    """The names of the files that lie in the folder *pack*, none where there is no such folder."""
    return {file.relative_to(pack).as_posix() for file in pack.rglob("*") if file.is_file()}


def intact(pack: Path, manifest: dict[str, Any], name: str) -> bool:
    """Whether the file *name* of *pack* is there as the manifest records it."""
    try:
        return bool(sha256_of(pack / name) == manifest.get("outputs", {}).get(name))
    except OSError:
        return False
