"""One run of the press: what it was asked for, what is known so far, and the making of a pack in a folder."""

from __future__ import annotations

import os
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from pcp_analysis.pack import bundle, figures, lapse, limits, manifest, provenance, signature
from pcp_analysis.pack.job import FRONT_PAGE, Edition, Job, PressError
from pcp_analysis.strict import files
from pcp_analysis.strict.files import sha256_bytes

if TYPE_CHECKING:
    from pcp_analysis.pack.execute import Executed, Failure
    from pcp_analysis.pack.render import Renderer
    from pcp_analysis.pack.warm import WarmKernels

Tell = Callable[..., None]  # an event and its details, as Log.write takes them


@dataclass
class Run:
    """The state of a run that makes an *edition*, ready to be compared with what is published.

    *old* is the manifest of the published pack, empty where none is; texts and pages are by the id of their notebook. *jobs* are the
    notebooks of the edition with the inputs that they are known to use. *warm* is a zygote that was started already.
    """

    edition: Edition
    warm: WarmKernels | None = None
    jobs: list[Job] = field(init=False)
    keys: dict[str, str] = field(default_factory=dict)
    old: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    failures: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    renderer: Renderer | None = None
    tell: Tell = field(default=lambda event, **details: None)

    def __post_init__(self) -> None:
        self.jobs = list(self.edition.jobs)
        try:
            self.recall()
        except OSError as error:
            raise PressError(f"a notebook cannot be read: {error}") from error

    def recall(self) -> None:
        """Look at what is published now, and take from it which inputs each notebook used when it was last executed."""
        self.old = manifest.load(self.pack) or {}
        for job in self.edition.jobs:
            self._settle(job.id, self._published(job).get("inputs"))

    def _settle(self, name: str, used: Iterable[str] | None) -> None:
        """The notebook of that id uses the inputs named in *used*, or may use any: this decides its key."""
        place = next(place for place, job in enumerate(self.edition.jobs) if job.id == name)
        self.jobs[place] = manifest.narrowed(self.edition.jobs[place], used)
        self.keys[name] = manifest.job_key(self.jobs[place], self.edition.environment)

    @property
    def pack(self) -> Path:
        """The folder of the published pack."""
        return self.edition.pack

    def missing(self) -> list[Job]:
        """The notebooks without a page, in the pack's order."""
        return [job for job in self.jobs if job.id in self.failures]

    def page_key(self, job: Job) -> str:
        """What the page of *job* depends on; the front page says what the pack lacks."""
        lacks = [other.id for other in self.missing()] if job.page == FRONT_PAGE else []
        return manifest.page_key(
            replace(self.edition, jobs=self.jobs), job, self.keys[job.id], missing=[lacks, self.failures.get(job.id)]
        )

    def manifest(self, outputs: Mapping[str, str]) -> dict[str, Any]:
        """The manifest of a pack of this run with the files *outputs* (name -> sha256)."""
        return manifest.build(
            replace(self.edition, jobs=self.jobs),
            self.keys,
            {job.id: self.page_key(job) for job in self.jobs},
            self.failures,
            outputs=outputs,
        )

    def is_published(self) -> bool:
        """Whether the published pack is whole, complete and exactly what this run would make."""
        old = self.old
        if not old.get("complete"):
            return False
        if (self.pack / manifest.NAME).read_text(encoding="utf-8") != manifest.write(self.manifest(old["outputs"])):
            return False
        return manifest.present(self.pack) == {*old["outputs"], manifest.NAME} and all(
            manifest.intact(self.pack, old, name) for name in old["outputs"]
        )

    def reuse(self) -> list[Job]:
        """Take over from the published pack every result that executing its notebook again would give; return the rest."""
        todo = []
        for job in self.jobs:
            entry, name = self._published(job), f"notebooks/{job.id}.ipynb"
            if (
                entry.get("key") == self.keys[job.id]
                and "failed" not in entry
                and manifest.intact(self.pack, self.old, name)
            ):
                self.texts[job.id] = (self.pack / name).read_text(encoding="utf-8")
            else:
                todo.append(job)
        return todo

    def _published(self, job: Job) -> dict[str, Any]:
        entry: dict[str, Any] = self.old.get("notebooks", {}).get(job.id, {})
        return entry

    def execute(self, todo: list[Job], folder: Path, said: Callable[..., None], workers: int | None) -> None:
        """Execute *todo* with kernels whose files lie in *folder*; *said* hears of each notebook that is done."""
        from pcp_analysis.pack.environment import kernel_environment
        from pcp_analysis.pack.warm import WarmKernels

        environment = kernel_environment(self.edition.root) | files.write_seal(folder / "seal.json")
        with nullcontext(self.warm) if self.warm else WarmKernels(self.edition.preload, environment) as warm:
            load()  # while the zygote loads the notebooks' libraries on another core
            from pcp_analysis.pack.execute import execute_all, tried_again

            def run(jobs: list[Job], place: Path, at_once: int) -> Iterator[Executed]:
                return execute_all(jobs, place, environment, workers=at_once, limits=self.edition.limits, warm=warm)

            for result in tried_again(run, todo, folder, limits.kernels(workers or cores())):
                name = result.job.id
                if result.failure is None and result.text is not None:
                    self.texts[name] = result.text
                    self._settle(name, figures.used(result.text))
                    self.tell("executed", notebook=name, seconds=result.seconds, stderr=result.stderr)
                elif result.failure is not None:
                    if result.failure.kind == "altered":
                        raise PressError(result.failure.detail)
                    self._fail(result.job, result.failure, result.seconds)
                said(name, "failed" if result.failure else "executed", done=True)

    def _fail(self, job: Job, failure: Failure, seconds: float = 0.0) -> None:
        from pcp_analysis.pack.render import reason

        words = reason(failure)
        self.failures[job.id] = {
            "kind": failure.kind, "cell": failure.cell, "reason": words, "last_published": self._last_published(job),
        }  # fmt: skip
        self.texts.pop(job.id, None)
        self._settle(job.id, None)
        self.tell(
            "failed",
            notebook=job.id,
            kind=failure.kind,
            cell=failure.cell,
            reason=words,
            traceback=failure.detail,
            seconds=seconds,
        )

    def _last_published(self, job: Job) -> str | None:
        """The cycle of the newest pack held here, this cycle's own included, that has the page of *job* whole."""
        packs = sorted(
            (f for f in self.pack.parent.iterdir() if f.is_dir() and f.name <= self.edition.cycle), reverse=True
        )
        for pack in packs:
            entry = ((manifest.load(pack) or {}).get("notebooks") or {}).get(job.id)
            if entry is not None:
                return entry["failed"]["last_published"] if "failed" in entry else pack.name
        return None

    def render(self, said: Callable[..., None], *, reuse: bool) -> None:
        """Make the pages, or with *reuse* take over those that are published as they would be. A notebook whose output
        is no page fails; the front page comes last, because it says what is missing.
        """
        from pcp_analysis.pack.execute import Failure

        for name, error in figures.clashing(self._run_texts, front=self._front):
            self._fail(next(job for job in self.jobs if job.id == name), Failure("page", 0, _detail(error)))
        for job in sorted(self.jobs, key=lambda job: job.page == FRONT_PAGE):
            same = self._published(job).get("page_key") == self.page_key(job)
            # the front page says how many statements changed after a signature, of pages that may be others now
            same = same and not (
                job.page == FRONT_PAGE and any(signature.SINCE in each for each in self.edition.signed)
            )
            if reuse and same and manifest.intact(self.pack, self.old, job.page):
                self.pages[job.id] = (self.pack / job.page).read_text(encoding="utf-8")
                continue
            renderer = self._renderer()
            begun = monotonic()
            if job.id in self.texts:
                try:
                    self.pages[job.id] = renderer.page(job, self.texts[job.id], self.missing())
                except Exception as error:  # whatever a page does, the others go on
                    self._fail(job, Failure("page", 0, _detail(error)))
            if job.id in self.failures:
                failed = self.failures[job.id]
                self.pages[job.id] = renderer.stub(job, failed["reason"], failed["last_published"], self.missing())
            if job.page == FRONT_PAGE:
                pages = {each.page: self.pages[each.id] for each in self.jobs if each.id in self.pages}
                self.pages[job.id] = lapse.told(self.pages[job.id], self.edition.root, self.edition.cycle, pages)
            self.tell("rendered", page=job.page, seconds=round(monotonic() - begun, 3))
            said(job.id, "rendered")

    def content(self) -> dict[str, bytes]:
        """Every file of the pack by its name, but for the manifest. One of them is the archive of all the others, with
        a manifest of its own that does not list it.

        A page of figures that cannot be made costs the page that it belongs to, and no other.
        """
        from pcp_analysis.pack.execute import Failure

        while True:
            try:
                texts = self._texts()
                break
            except _Broken as error:
                self._fail(error.job, Failure("page", 0, _detail(error.__cause__ or error)))
                self.render(lambda *told, **details: None, reuse=False)
        content = {name: text.encode("utf-8") for name, text in texts.items()}
        listed = self.manifest({name: sha256_bytes(data) for name, data in content.items()})
        within = content | {manifest.NAME: manifest.write(listed).encode("utf-8")}
        return content | {bundle.NAME: bundle.bundle(within, self.edition.cycle)}

    def _renderer(self) -> Renderer:
        """The one renderer of the run, made when a page is first to be rendered."""
        if self.renderer is None:
            from pcp_analysis.pack.render import Renderer

            self.renderer = Renderer(replace(self.edition, jobs=self.jobs))
        return self.renderer

    def _texts(self) -> dict[str, str]:
        texts = self._run_texts
        content, rows = figures.beside(texts, front=self._front)
        content |= {f"notebooks/{name}.ipynb": text for name, text in texts}
        return content | self._linked(texts, {row["id"]: row["outcome"] for row in rows}, self._front)

    @property
    def _run_texts(self) -> list[tuple[str, str]]:
        """The notebooks that were run, by id, with their texts, in the pack's order."""
        return [(job.id, self.texts[job.id]) for job in self.jobs if job.id in self.texts]

    @property
    def _front(self) -> str:
        return next((job.id for job in self.jobs if job.page == FRONT_PAGE), "")

    def _linked(self, texts: list[tuple[str, str]], outcomes: dict[str, str], front: str) -> dict[str, str]:
        """Every page, its figures leading to their entries, and the pages of entries. Where a figure has its entry
        depends on all the notebooks of the pack, so a page that is taken over from the published one is linked anew.
        """
        shown = {name: steps for name, text in texts if (steps := provenance.steps(text))}
        homes = provenance.homes(shown, outcomes, front=front)
        pages = {job.page: provenance.link(self.pages[job.id], homes) for job in self.jobs}
        for job in self.jobs:
            if job.id in shown:
                name = provenance.page_name(job.id)
                if name in pages:
                    raise PressError(f"{name} is the page of a notebook, and would be that of the figures of {job.id}")
                try:
                    pages[name] = self._renderer().entries(job, shown[job.id], homes)
                except Exception as error:
                    raise _Broken(job) from error
        return pages

    def lay_out(self, folder: Path) -> dict[str, Any]:
        """Write the pack into the new *folder*; return its manifest."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "notebooks").mkdir(parents=True)
        hashes = {}
        for name, data in self.content().items():
            (folder / name).write_bytes(data)
            hashes[name] = sha256_bytes(data)
        value = self.manifest(hashes)
        (folder / manifest.NAME).write_text(manifest.write(value), encoding="utf-8", newline="\n")
        return value


class _Broken(Exception):
    """The page of figures of one notebook cannot be made."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.id)
        self.job = job


def _detail(error: BaseException) -> str:
    """What run.log says of an error that a page made: the error itself and where it was raised."""
    from pcp_analysis.pack.render import PageError

    if isinstance(error, PageError | PressError):
        return str(error)
    return "".join(traceback.format_exception(error))


def load() -> None:
    """Import papermill and nbconvert; what imports them later waits no more."""
    from pcp_analysis.pack import formats  # noqa: F401, I001  # before the two that import nbformat themselves
    import nbconvert.exporters  # noqa: F401
    import papermill  # noqa: F401


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
