"""The press: executes what changed, renders, and publishes ``outputs/CYCLE`` whole or not at all."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from pcp_analysis.pack import publish
from pcp_analysis.pack.job import Edition, PressError
from pcp_analysis.pack.log import Log
from pcp_analysis.pack.progress import Progress
from pcp_analysis.pack.run import Run, load

if TYPE_CHECKING:
    from pcp_analysis.pack.warm import WarmKernels

__all__ = ["PressError", "Result", "load", "press", "stoppable", "unchanged"]


@dataclass(frozen=True)
class Result:
    """What a run did. *failed* maps the id of a notebook without a page to the reason, in words for a reader."""

    complete: bool
    failed: dict[str, str]
    seconds: float
    unchanged: bool
    executed: tuple[str, ...]
    pack: Path
    pack_sha256: str


def press(
    edition: Edition,
    *,
    force: bool = False,
    workers: int | None = None,
    progress: bool = False,
    warm: WarmKernels | None = None,
) -> Result:
    """Execute the notebooks of an *edition* that changed (all with *force*), render them, publish ``outputs/CYCLE``.

    *workers* is how many notebooks run at once, by default one a processor. *warm* is a zygote that was started
    already, while the inputs were checked, and is closed by who started it. A notebook that fails gets a stub; the
    others are published. Raises PressError where nothing could be published: the old pack stands.
    """
    begun = monotonic()
    run = Run(edition, warm)
    outputs = edition.root / "outputs"
    try:
        with stoppable(), publish.holding(outputs) as work:
            log = Log(outputs / "run.log", edition.cycle)
            run.tell = log.write
            run.recall()  # another run may have published since
            if not force and run.is_published():
                same = _same(run, begun)
                log.write("unchanged", seconds=same.seconds)
                return same
            try:
                return _make(run, work, begun, force=force, workers=workers, progress=progress)
            except BaseException as error:
                with suppress(OSError):  # a log that cannot be written must not hide why
                    log.write("stopped", reason=f"{type(error).__name__}: {error}")
                raise
    except OSError as error:
        raise PressError(f"{error}; the pack that was published before stands") from error
    except KeyboardInterrupt:
        raise PressError("stopped by a signal; the pack that was published before stands") from None


def unchanged(edition: Edition) -> Result | None:
    """What ``press`` would return at once because nothing changed, or None. Hashes files; imports nothing heavy; takes
    no lock, and notes in run.log that nothing was new.
    """
    begun = monotonic()
    run = Run(edition)
    if not run.is_published():
        return None
    same = _same(run, begun)
    with suppress(OSError):  # it is as true on a disk that cannot be written
        Log(edition.root / "outputs" / "run.log", edition.cycle).write("unchanged", seconds=same.seconds)
    return same


def _same(run: Run, begun: float) -> Result:
    return Result(True, {}, round(monotonic() - begun, 3), True, (), run.pack, run.old["pack_sha256"])


def _make(run: Run, work: Path, begun: float, *, force: bool, workers: int | None, progress: bool) -> Result:
    global _too_late
    todo = run.jobs if force else run.reuse()
    run.tell("started", notebooks=[job.id for job in todo], reused=len(run.jobs) - len(todo))
    teller = Progress(run.edition.cycle, len(todo), shown=progress)
    try:
        if todo:
            with publish.scratch() as folder:
                run.execute(todo, folder, teller.tell, workers)
        run.render(teller.tell, reuse=not force)
        made = run.lay_out(work / "new")
        _too_late = True
        publish.swap(work / "new", run.pack)
    finally:
        teller.close()
    words = {name: entry["reason"] for name, entry in run.failures.items()}
    seconds = round(monotonic() - begun, 3)
    run.tell("published", complete=not words, failed=sorted(words), pack_sha256=made["pack_sha256"], seconds=seconds)
    teller.tell("pack", "published")
    return Result(not words, words, seconds, False, tuple(job.id for job in todo), run.pack, made["pack_sha256"])


_too_late = False  # the new pack stands, or is being put in its place: a stop could not keep its word


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: kernels are killed, the old pack stands. One that comes when the pack is being put
    in its place, or later, is let pass until the outermost of these ends. SIGINT stays ignored where it was.
    """
    global _too_late
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is _stop:
        yield
        return
    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, _stop)}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _too_late = False


def heed_stops() -> None:
    """Let a stop end what comes next, a pack of its own: the one that was published before it stands whole."""
    global _too_late
    _too_late = False


class Interrupted(KeyboardInterrupt):
    """A stop. Of a plain KeyboardInterrupt that strikes code in a string, as dataclasses run, Python remembers that nothing
    caught it, and ends the process by SIGINT whatever was answered.
    """


def _stop(number: int, frame: object) -> None:
    if not _too_late:
        raise Interrupted
