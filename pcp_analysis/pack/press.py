"""The press: executes what changed, renders, and publishes ``outputs/CYCLE`` whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from pcp_analysis.pack import figures, manifest, publish
from pcp_analysis.pack.job import FRONT_PAGE, USUAL, Heading, Job, Limits, PressError
from pcp_analysis.pack.log import Log
from pcp_analysis.pack.progress import Progress

__all__ = ["Heading", "Job", "Limits", "Outcome", "PressError", "press", "unchanged"]


@dataclass(frozen=True)
class Outcome:
    """What a run did. *failed* maps the id of a notebook without a page to the reason, in words for a reader."""

    complete: bool
    failed: dict[str, str]
    seconds: float
    unchanged: bool
    executed: tuple[str, ...]
    pack: Path
    pack_sha256: str


@dataclass
class _Run:
    """One run of the press: what it was asked for, and what is known so far."""

    root: Path
    cycle: str
    jobs: list[Job]
    heading: Heading
    inputs: list[dict]
    environment: dict[str, str]
    approval: str
    limits: Limits
    preload: tuple[str, ...]
    keys: dict[str, str] = field(default_factory=dict)
    old: dict | None = None
    texts: dict[str, str] = field(default_factory=dict)
    failures: dict[str, dict] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def pack(self) -> Path:
        return self.root / "outputs" / self.cycle

    def missing(self) -> list[Job]:
        return [job for job in self.jobs if job.id in self.failures]

    def page_key(self, job: Job) -> str:
        lacks = [other.id for other in self.missing()] if job.page == FRONT_PAGE else []
        return manifest.page_key(
            job, self.keys[job.id], self.jobs, self.heading, self.inputs, approval=self.approval,
            missing=[lacks, self.failures.get(job.id)],
        )  # fmt: skip


def press(
    root: Path,
    cycle: str,
    jobs: Sequence[Job],
    heading: Heading,
    *,
    inputs: Sequence[dict],
    force: bool = False,
    workers: int | None = None,
    progress: bool = False,
    environment: Mapping[str, str] | None = None,
    approval: str = "",
    limits: Limits = USUAL,
    preload: Sequence[str] = (),
) -> Outcome:
    """Execute the notebooks of *jobs* that changed (all with *force*), render them, publish ``outputs/CYCLE``.

    *inputs* are the entries of the register as the cycle sees them (name, title, publisher, as_at, sha256);
    *environment* maps a distribution to its installed version. *approval* are the words that stand in place of DRAFT.
    *preload* names the modules that a warm kernel has imported before its notebook starts. A notebook that fails gets a
    stub; the others are published. Raises PressError where nothing could be published: the old pack stands.
    """
    begun = monotonic()
    run = _prepare(root, cycle, jobs, heading, inputs, environment, approval, limits, preload)
    outputs = run.root / "outputs"
    try:
        with _stoppable(), publish.holding(outputs) as work:
            log = Log(outputs / "run.log", cycle)
            run.old = manifest.load(run.pack)
            same = None if force else _same(run, begun)
            if same:
                log.write("unchanged", seconds=same.seconds)
                return same
            try:
                return _make(run, work, log, begun, force=force, workers=workers, progress=progress)
            except BaseException as error:
                _tell(log, error)
                raise
    except OSError as error:
        raise PressError(f"{error}; the pack that was published before stands") from error
    except KeyboardInterrupt:
        raise PressError("stopped by a signal; the pack that was published before stands") from None


def unchanged(
    root: Path,
    cycle: str,
    jobs: Sequence[Job],
    heading: Heading,
    *,
    inputs: Sequence[dict],
    environment: Mapping[str, str] | None = None,
    approval: str = "",
) -> Outcome | None:
    """What ``press`` would return at once because nothing changed, or None. Hashes files; imports nothing heavy."""
    begun = monotonic()
    run = _prepare(root, cycle, jobs, heading, inputs, environment, approval, USUAL, ())
    run.old = manifest.load(run.pack)
    return _same(run, begun)


def _prepare(
    root: Path,
    cycle: str,
    jobs: Sequence[Job],
    heading: Heading,
    inputs: Sequence[dict],
    environment: Mapping[str, str] | None,
    approval: str,
    limits: Limits,
    preload: Sequence[str],
) -> _Run:
    run = _Run(
        Path(root).resolve(), cycle, list(jobs), heading, list(inputs), dict(environment or {}), approval, limits, tuple(preload)
    )
    for kind in ("id", "page"):
        names = [getattr(job, kind) for job in run.jobs]
        if len(set(names)) != len(names):
            raise PressError(f"two notebooks have the same {kind}: {sorted(n for n in names if names.count(n) > 1)[0]}")
    try:
        run.keys = {job.id: manifest.job_key(job, run.environment) for job in run.jobs}
    except OSError as error:
        raise PressError(f"a notebook cannot be read: {error}") from error
    return run


def _same(run: _Run, begun: float) -> Outcome | None:
    """The outcome where the published pack is whole, complete and exactly what this run would make."""
    old = run.old
    if old is None or not old.get("complete") or list(old["notebooks"]) != [job.id for job in run.jobs]:
        return None
    for job in run.jobs:
        entry = old["notebooks"][job.id]
        if (entry["key"], entry["page_key"]) != (run.keys[job.id], run.page_key(job)):
            return None
    if old["inputs"] != run.inputs or old["approval"] != run.approval:
        return None
    present = {file.relative_to(run.pack).as_posix() for file in run.pack.rglob("*") if file.is_file()}
    if present != {*old["outputs"], manifest.NAME} or not all(manifest.intact(run.pack, old, name) for name in old["outputs"]):
        return None
    seconds = round(monotonic() - begun, 3)
    return Outcome(True, {}, seconds, True, (), run.pack, old["pack_sha256"])


def _reusable(run: _Run, job: Job) -> bool:
    """Whether the published pack holds the result that executing *job* would give."""
    entry = (run.old or {"notebooks": {}})["notebooks"].get(job.id, {})
    result = f"notebooks/{job.id}.ipynb"
    return entry.get("key") == run.keys[job.id] and "failed" not in entry and manifest.intact(run.pack, run.old, result)


def _make(
    run: _Run, work: Path, log: Log, begun: float, *, force: bool, workers: int | None, progress: bool
) -> Outcome:
    todo = [job for job in run.jobs if force or not _reusable(run, job)]
    for job in run.jobs:
        if job not in todo:
            run.texts[job.id] = (run.pack / "notebooks" / f"{job.id}.ipynb").read_text(encoding="utf-8")
    log.write("started", notebooks=[job.id for job in todo], reused=len(run.jobs) - len(todo))
    teller = Progress(run.cycle, len(todo), shown=progress)
    try:
        if todo:
            _execute(run, todo, work, log, teller, workers or _cores())
        _render(run, log, teller, reuse=not force)
        new = work / "new"
        _lay_out(run, new)
        publish.swap(new, run.pack)
    finally:
        teller.close()
    made = manifest.load(run.pack)
    words = {name: entry["reason"] for name, entry in run.failures.items()}
    seconds = round(monotonic() - begun, 3)
    log.write("published", complete=not words, failed=sorted(words), pack_sha256=made["pack_sha256"], seconds=seconds)
    teller.tell("pack", "published")
    return Outcome(not words, words, seconds, False, tuple(job.id for job in todo), run.pack, made["pack_sha256"])


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _execute(run: _Run, todo: list[Job], work: Path, log: Log, teller: Progress, workers: int) -> None:
    from pcp_analysis.pack.execute import execute_all
    from pcp_analysis.pack.kernels import kernel_environment

    with publish.scratch(work) as folder:
        for result in execute_all(todo, folder, kernel_environment(run.root), workers=workers, limits=run.limits):
            name = result.job.id
            if result.failure is None:
                run.texts[name] = result.text
                log.write("executed", notebook=name, seconds=result.seconds, stderr=result.stderr)
                teller.tell(name, "executed", done=True)
            else:
                _fail(run, result.job, result.failure, log, result.seconds)
                teller.tell(name, "failed", done=True)


def _fail(run: _Run, job: Job, failure: object, log: Log, seconds: float = 0.0) -> None:
    from pcp_analysis.pack.render import reason

    words = reason(failure)
    entry = {"kind": failure.kind, "cell": failure.cell, "reason": words, "last_published": _last_published(run, job)}
    run.failures[job.id] = entry
    run.texts.pop(job.id, None)
    log.write(
        "failed", notebook=job.id, kind=failure.kind, cell=failure.cell, reason=words, traceback=failure.detail, seconds=seconds
    )


def _last_published(run: _Run, job: Job) -> str | None:
    """The cycle of the newest pack held here, this cycle's own included, that has the page of *job* whole."""
    packs = sorted((f for f in run.pack.parent.iterdir() if f.is_dir() and f.name <= run.cycle), reverse=True)
    for pack in packs:
        entry = ((manifest.load(pack) or {}).get("notebooks") or {}).get(job.id)
        if entry is None:
            continue
        return entry["failed"]["last_published"] if "failed" in entry else pack.name
    return None


def _render(run: _Run, log: Log, teller: Progress, *, reuse: bool) -> None:
    """Fill run.pages, by job id. A notebook whose output is no page is failed, and the front page made again."""
    from pcp_analysis.pack.execute import Failure
    from pcp_analysis.pack.render import PageError, Renderer

    renderer = None
    for job in sorted(run.jobs, key=lambda job: job.page == FRONT_PAGE):  # the front page knows what is missing
        entry = (run.old or {"notebooks": {}})["notebooks"].get(job.id, {})
        if reuse and entry.get("page_key") == run.page_key(job) and manifest.intact(run.pack, run.old, job.page):
            run.pages[job.id] = (run.pack / job.page).read_text(encoding="utf-8")
            continue
        renderer = renderer or Renderer(run.jobs, run.heading, run.inputs, run.approval)
        begun = monotonic()
        if job.id in run.texts:
            try:
                run.pages[job.id] = renderer.page(job, run.texts[job.id], run.missing())
            except PageError as error:
                _fail(run, job, Failure("page", 0, str(error)), log)
        if job.id in run.failures:
            failed = run.failures[job.id]
            run.pages[job.id] = renderer.stub(job, failed["reason"], failed["last_published"], run.missing())
        log.write("rendered", page=job.page, seconds=round(monotonic() - begun, 3))
        teller.tell(job.id, "rendered")


def _lay_out(run: _Run, new: Path) -> None:
    """Write the pack into the folder *new*, with its manifest."""
    content = {job.page: run.pages[job.id] for job in run.jobs}
    made = [(job.id, run.texts[job.id]) for job in run.jobs if job.id in run.texts]
    for name, text in made:
        content[f"notebooks/{name}.ipynb"] = text
        for beside, words in figures.files(name, text).items():
            if content.setdefault(beside, words) != words:
                raise PressError(f"{name} publishes {beside}, which another page publishes with different content")
    content["figures.csv"] = figures.write(figures.collect(made, front=next((job.id for job in run.jobs if job.page == FRONT_PAGE), "")))
    shutil.rmtree(new, ignore_errors=True)
    (new / "notebooks").mkdir(parents=True)
    hashes = {}
    for name, text in content.items():
        data = text.encode("utf-8")
        (new / name).write_bytes(data)
        hashes[name] = manifest.sha256(data)
    value = manifest.build(
        run.cycle,
        run.jobs,
        run.keys,
        {job.id: run.page_key(job) for job in run.jobs},
        run.failures,
        inputs=run.inputs,
        environment=run.environment,
        approval=run.approval,
        outputs=hashes,
    )
    (new / manifest.NAME).write_text(manifest.write(value), encoding="utf-8", newline="\n")


def _tell(log: Log, error: BaseException) -> None:
    """Record why a run ends; a log that cannot be written must not hide it."""
    with suppress(OSError):
        log.write("stopped", reason=f"{type(error).__name__}: {error}")


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: kernels are killed, the old pack stands."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
