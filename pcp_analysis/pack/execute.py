"""Executes notebooks with papermill: each in its own kernel and folder, side by side, within limits of time."""

from __future__ import annotations

import logging
import re
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from pcp_analysis.pack.job import OF_THE_MACHINE, STOPPED, USUAL, Job, Limits, PressError
from pcp_analysis.pack.limits import exhausted
from pcp_analysis.strict.files import Altered, read

if TYPE_CHECKING:
    from pcp_analysis.pack.kernels import Meter, Place
    from pcp_analysis.pack.warm import WarmKernels

# An address in a repr (<Axes at 0x7f...>) differs in every process and says nothing.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_TAIL = 4000


@dataclass(frozen=True)
class Failure:
    """Why a notebook has no result.

    *kind*: ``raised`` | ``ended`` (before its last cell) | ``output`` (too much of it) | ``died`` | ``cell time`` | ``notebook time`` |
    ``not started`` | ``altered`` (an input is not as it was checked) | ``broken`` (the press's own).
    *cell* counts the notebook's code cells from 1, or is 0; *detail* is for run.log alone.
    """

    kind: str
    cell: int
    detail: str


@dataclass(frozen=True)
class Executed:
    """A notebook that was run: its normalised text, or the *failure*; *stderr* is what its cells wrote there."""

    job: Job
    text: str | None
    failure: Failure | None
    stderr: str
    seconds: float


def execute_all(
    jobs: Sequence[Job],
    folder: Path,
    environment: dict[str, str],
    *,
    workers: int,
    limits: Limits = USUAL,
    warm: WarmKernels | None = None,
) -> Iterator[Executed]:
    """Execute *jobs* with *workers* at a time, in folders of their own under *folder*, and yield each as it ends.

    Kernels are forked from *warm* where it is given. Papermill's own ``cwd`` is not used: it changes the folder of the
    whole process, which threads share.
    """
    from pcp_analysis.pack.kernels import Kernels, Place

    quiet()
    place = Place(environment, Kernels(), warm, limits)
    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="press", initializer=_deaf) as pool:
        # The longest first, as far as a file's size tells, so that none is left to run alone at the end.
        longest = sorted(jobs, key=lambda job: job.notebook.stat().st_size, reverse=True)
        waiting = {
            pool.submit(execute, job, folder / str(number), place) for number, job in enumerate(longest, start=1)
        }
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in waiting:
                future.cancel()
            while waiting:  # stopped from outside: no kernel may outlive the run
                place.kernels.kill()
                _, waiting = wait(waiting, timeout=0.2)


def _deaf() -> None:
    """Block SIGINT in this thread and in the kernels that it starts: it would read as an error of the cell that it strikes."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def tried_again(
    run: Callable[[list[Job], Path, int], Iterator[Executed]], jobs: list[Job], folder: Path, workers: int
) -> Iterator[Executed]:
    """The results of *jobs*; a notebook that the machine did not let run is run once more, alone.

    Raises PressError where it fails again: that is no fault of the notebook, and must cost no page.
    """
    again: list[Job] = []
    for result in run(jobs, folder / "first", workers):
        if result.failure is not None and result.failure.kind in OF_THE_MACHINE:
            again.append(result.job)
        else:
            yield result
    for place, job in enumerate(again, 1):
        for result in run([job], folder / f"again-{place}", 1):
            if result.failure is not None and result.failure.kind in OF_THE_MACHINE:
                raise PressError(
                    f"{job.id} could not be run, twice ({result.failure.kind}): {_last_line(result.failure.detail)}"
                )
            yield result


def _last_line(detail: str) -> str:
    lines = detail.strip().splitlines()
    return lines[-1].strip() if lines else ""


def quiet() -> None:
    """Keep papermill's and jupyter's loggers off the terminal: what they say of a failure goes to run.log as its
    detail.
    """
    for name in ("papermill", "traitlets", "nbclient"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        logger.propagate = False


def execute(job: Job, folder: Path, place: Place) -> Executed:
    """Execute one notebook in a new kernel whose files lie in *folder*; every fault of the notebook is a Failure."""
    from pcp_analysis.pack.formats import nbformat
    from pcp_analysis.pack.kernels import Meter

    begun = monotonic()
    notebook = nbformat.reads(read(job.notebook).decode("utf-8"), as_version=4)
    code = {cell["id"]: n for n, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1)}
    (folder / "work").mkdir(parents=True)
    progress = _Progress(place.limits, begun, Meter(place.limits.output))
    result, failure = None, None
    try:
        result = _papermill(job, notebook, folder, place, progress)
        if (unrun := _unrun(result)) is not None:
            result, failure = None, Failure("ended", code.get(unrun, 0), "it ended before this cell, without an error")
    except Exception as error:  # whatever a notebook does, the others go on
        failure = _failure(error, progress, folder, code.get(progress.cell or "", 0))
    finally:
        _close_loop()
    stderr = "" if result is None else _take_stderr(result)
    text = None if result is None else normalise(result)
    return Executed(job, text, failure, stderr, round(monotonic() - begun, 3))


def _close_loop() -> None:
    """Close this thread's event loop, with what nbclient left waiting in it when a kernel failed: asyncio, which closes
    what nobody did while Python ends, would complain of both.
    """
    import asyncio

    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    for task in (left := asyncio.all_tasks(loop)):
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()


class _Progress:
    """Knows the cell that runs and the time that is left; papermill asks it for the time limit of each cell."""

    def __init__(self, limits: Limits, begun: float, meter: Meter) -> None:
        self.limits = limits
        self.meter = meter
        self.deadline = begun + limits.notebook
        self.cell: str | None = None
        self.out_of_time = False

    def allowed(self, cell: dict[str, Any]) -> float:
        """Seconds that *cell* may take: its own limit, or what is left of the notebook's."""
        self.cell = cell.get("id")
        self.meter.next_cell()
        left = max(0.01, self.deadline - monotonic())
        self.out_of_time = left < self.limits.cell
        return min(left, self.limits.cell)


def _papermill(job: Job, notebook: dict[str, Any], folder: Path, place: Place, progress: _Progress) -> dict[str, Any]:
    import papermill

    from pcp_analysis.pack.kernels import manager_class

    result: dict[str, Any] = papermill.execute_notebook(
        notebook,
        None,
        parameters=dict(job.parameters),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        start_timeout=place.limits.start,
        execution_timeout=place.limits.cell,
        autosave_cell_every=0,
        timeout_func=progress.allowed,
        iopub_timeout=30,
        shutdown_kernel="immediate",
        # its way of joining streams takes the square of their length, and nothing else runs meanwhile
        coalesce_streams=False,
        kernel_manager_class=manager_class(place, folder, progress.meter),
    )
    return result


def _failure(error: Exception, progress: _Progress, folder: Path, cell: int) -> Failure:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    log = folder / "kernel.log"
    printed = log.read_text(encoding="utf-8", errors="replace")[-_TAIL:] + "\n" if log.is_file() else ""
    if progress.meter.over:
        return Failure("output", cell, f"the cell put out more than {progress.meter.most:,} bytes")
    if isinstance(error, PapermillExecutionError):
        if error.ename == Altered.__name__:
            return Failure("altered", cell, error.evalue)
        if exhausted(error.ename, error.evalue):
            return Failure("died", cell, f"{error.ename}: {error.evalue}")
        return Failure("raised", cell, _plain("\n".join(error.traceback) or f"{error.ename}: {error.evalue}"))
    detail = printed + "".join(traceback.format_exception(error))
    if isinstance(error, CellTimeoutError):
        return Failure("notebook time" if progress.out_of_time else "cell time", cell, detail)
    if isinstance(error, DeadKernelError):
        by_itself = progress.meter.exit_code is not None and progress.meter.exit_code >= 0
        return Failure("ended" if by_itself else "died", cell, detail)
    if progress.cell is None:
        return Failure("not started", 0, detail)
    return Failure("broken", cell, detail)


def _unrun(notebook: dict[str, Any]) -> str | None:
    """The id of the first code cell that did not run to its end, whatever ended it; None where all did.

    A notebook that says by `nothing_to_show` that it stops has run to its end with that cell.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        if any(STOPPED in output.get("metadata", {}) for output in cell["outputs"]):
            return None
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        if failed or (cell["execution_count"] is None and cell["source"].strip()):
            return str(cell["id"])
    return None


def _plain(text: str) -> str:
    """Without the terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _take_stderr(notebook: dict[str, Any]) -> str:
    """Take what was written to stderr out of the outputs: warnings hold paths and line numbers of this computer."""
    written = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            written += [out["text"] for out in cell["outputs"] if out.get("name") == "stderr"]
            cell["outputs"] = [out for out in cell["outputs"] if out.get("name") != "stderr"]
    return _plain("".join(written))[-_TAIL:]


def _joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs in which what was written to one stream without a break is one; of a line that was written over, what came
    last. An end that was asked for by `nothing_to_show` is no error to show.
    """
    found: list[dict[str, Any]] = []
    stopped = any(STOPPED in output.get("metadata", {}) for output in outputs)
    for output in outputs:
        if stopped and output["output_type"] == "error":
            continue
        if output["output_type"] == "stream" and found and found[-1].get("name") == output["name"]:
            found[-1]["text"] += output["text"]
        else:
            found.append(output)
    for output in found:
        if output["output_type"] == "stream":
            lines = output["text"].split("\n")
            output["text"] = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return found


def normalise(notebook: dict[str, Any]) -> str:
    """The text of an executed notebook without anything that differs from run to run.

    Papermill's times, durations and paths go, the injected cell gets a fixed id, addresses leave the plain-text reprs;
    keys are sorted.
    """
    from pcp_analysis.pack.formats import nbformat

    notebook["metadata"].pop("papermill", None)
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        tags = cell["metadata"].get("tags")
        if tags is not None and not tags:
            del cell["metadata"]["tags"]
        if "injected-parameters" in (tags or ()):
            cell["id"] = "injected-parameters"
        if cell["cell_type"] == "code":
            cell["outputs"] = _joined(cell["outputs"])
        for output in cell.get("outputs", ()):
            plain = output.get("data", {}).get("text/plain")
            if plain is not None:
                output["data"]["text/plain"] = _ADDRESS.sub("", plain)
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"
