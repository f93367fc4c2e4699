"""Verification: a published pack is made again elsewhere, and every difference named, down to the figure.

Nothing under ``outputs`` is written, so a pack on a read-only disk can be verified.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.pack import bundle, figures, manifest, publish
from pcp_analysis.pack.job import Edition, PressError
from pcp_analysis.pack.press import stoppable
from pcp_analysis.pack.progress import Progress
from pcp_analysis.pack.run import Run
from pcp_analysis.strict.files import sha256_bytes, sha256_of

if TYPE_CHECKING:
    from pcp_analysis.pack.warm import WarmKernels


@dataclass(frozen=True, order=True)
class Mismatch:
    """One thing in which the published pack and the one made now differ. *where* is a file, a figure or a key of the
    manifest; *published* and *now* are short, or hashes."""

    where: str
    what: str
    published: str
    now: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} (published {self.published or 'nothing'}, made now {self.now or 'nothing'})"


def verify(
    edition: Edition, *, workers: int | None = None, progress: bool = False, warm: WarmKernels | None = None
) -> list[Mismatch]:
    """Execute every notebook anew in a scratch folder and compare with the manifest of ``outputs/CYCLE``, byte by byte.

    An empty list: the published pack is what its inputs give. Raises PressError where nothing is published, where the
    pack is published anew meanwhile, or where the pack cannot be made at all.
    """
    run, cycle = Run(edition, warm), edition.cycle
    if not run.old:
        raise PressError(f"outputs/{cycle} has no pack with a manifest; run pcp report {cycle} first")
    teller = Progress(cycle, len(run.jobs), shown=progress)
    try:
        with stoppable(), publish.scratch() as folder:
            run.execute(run.jobs, folder, teller.tell, workers)
            run.render(teller.tell, reuse=False)
            content = run.content()
            hashes = {name: sha256_bytes(data) for name, data in content.items()}
            # what explains itself by one of those is not said twice
            found = sorted(_compare(run, content, hashes)) or sorted(_compare_rest(run, hashes))
    except OSError as error:
        raise PressError(f"the pack could not be verified: {error}") from error
    except KeyboardInterrupt:
        raise PressError("stopped by a signal before the pack was verified") from None
    finally:
        teller.close()
    if manifest.load(run.pack) != run.old:
        raise PressError(f"outputs/{cycle} was published anew while it was verified; verify it again")
    return found


def moved(edition: Edition) -> list[Mismatch]:
    """What a published pack was made from and is otherwise now: package, versions, inputs, notebooks. Executes nothing."""
    run = Run(edition)
    return sorted(_compare_made_from(run, run.old.get("outputs", {})))


def _compare(run: Run, content: Mapping[str, bytes], hashes: Mapping[str, str]) -> Iterator[Mismatch]:
    recorded = run.old["outputs"]
    differing = {name for name in {*hashes, *recorded} if hashes.get(name) != recorded.get(name)}
    for name in sorted({*hashes, *recorded}):
        # The file to hand over holds all the others: where one of them differs, that it does is no news.
        if name in differing and (name != bundle.NAME or differing == {name}):
            yield Mismatch(name, "made differently", recorded.get(name, "")[:12], hashes.get(name, "")[:12])
        if name in recorded and not manifest.intact(run.pack, run.old, name):
            now = _hash(run.pack / name)
            yield Mismatch(name, "altered since it was published", recorded[name][:12], now[:12])
    yield from _compare_made_from(run, hashes)
    if (run.pack / "figures.csv").is_file():
        yield from _compare_figures(
            (run.pack / "figures.csv").read_text(encoding="utf-8"), content["figures.csv"].decode("utf-8")
        )
    for name in sorted(manifest.present(run.pack) - {*recorded, manifest.NAME}):
        yield Mismatch(name, "not in the manifest", _hash(run.pack / name)[:12], hashes.get(name, "")[:12])


def _hash(file: Path) -> str:
    return sha256_of(file) if file.is_file() else ""


def _compare_made_from(run: Run, hashes: Mapping[str, str]) -> Iterator[Mismatch]:
    """What the manifest says that the pack was made from, against what there is now: this explains the rest."""
    mine = json.loads(manifest.write(run.manifest(hashes)))
    for key in ("package", "python", "approval"):
        if mine[key] != run.old.get(key):
            yield Mismatch(f"manifest: {key}", "differs", _short(run.old.get(key)), _short(mine[key]))
    versions, old = mine["environment"], run.old.get("environment", {})
    for name in sorted({*versions, *old}):
        if versions.get(name) != old.get(name):
            yield Mismatch(f"version: {name}", "differs", old.get(name, ""), versions.get(name, ""))
    rows, before = (
        {entry["name"]: entry["sha256"] for entry in value} for value in (mine["inputs"], run.old.get("inputs", []))
    )
    for name in sorted({*rows, *before}):
        if rows.get(name) != before.get(name):
            yield Mismatch(
                f"input: {name}", "other rows are visible", before.get(name, "")[:12], rows.get(name, "")[:12]
            )
    for name in sorted({*mine["notebooks"], *run.old["notebooks"]}):
        new, was = (value["notebooks"].get(name, {}) for value in (mine, run.old))
        for key in ("sha256", "parameters", "inputs", "failed"):
            if new.get(key) != was.get(key):
                yield Mismatch(f"notebook {name}: {key}", "differs", _short(was.get(key)), _short(new.get(key)))


def _compare_rest(run: Run, hashes: Mapping[str, str]) -> Iterator[Mismatch]:
    """Whatever else the manifest holds, to the last character of it."""
    mine, old = (dict(_leaves(json.loads(manifest.write(each)))) for each in (run.manifest(hashes), run.old))
    for name in sorted({*mine, *old}):
        if mine.get(name) != old.get(name):
            yield Mismatch(f"manifest: {name}", "differs", _short(old.get(name)), _short(mine.get(name)))
    if (run.pack / manifest.NAME).read_text(encoding="utf-8") != manifest.write(run.old):
        yield Mismatch(manifest.NAME, "not written as it was", "", "")


def _leaves(value: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a JSON text with the keys that lead to it."""
    parts = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    if not parts:
        yield at, value
    for key, part in parts:
        yield from _leaves(part, f"{at}.{key}" if at else str(key))


def _short(value: object) -> str:
    if value is None:
        return ""
    return value[:12] if isinstance(value, str) else manifest.digest(value)[:12]


def _compare_figures(published: str, made: str) -> Iterator[Mismatch]:
    before, now = figures.read(published), figures.read(made)
    for name in sorted({*before, *now}):
        if name not in now:
            yield Mismatch(f"figure {name}", "not made now", before[name]["value"], "")
        elif name not in before:
            yield Mismatch(f"figure {name}", "not published", "", now[name]["value"])
        else:
            for column in figures.COLUMNS:
                if before[name].get(column) != now[name][column]:
                    yield Mismatch(
                        f"figure {name}", f"{column} differs", before[name].get(column) or "", now[name][column]
                    )
