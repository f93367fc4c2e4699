"""How long a pack takes, how much memory and room: measured on a copy of the root, written to ``docs/benchmarks.md``.

Run as ``make bench`` (``python benchmarks/press.py``), on a machine that does nothing else. Times of one run are
compared with each other and with no other run's: what counts is the ratio to the loop that the press replaces.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pages
import psutil

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
CYCLE = "2014-09"
EDITED = "06_reduce_crime.ipynb"  # the longest: editing another one costs less
MARK = "PCP_BENCH"
MIB = 2**20


@dataclass(frozen=True)
class Time:
    """Seconds by the clock, and of processor of everything that was run; the second does not feel what else runs here."""

    seconds: float
    processor: float


def main() -> None:
    """Measure everything, print it, and write it down. ``press.py floor ROOT NOTEBOOK ...`` is a part of that."""
    if sys.argv[1:2] == ["floor"]:
        floor(Path(sys.argv[2]), sys.argv[3:])
        return
    with tempfile.TemporaryDirectory(prefix="pcp-bench-") as scratch:
        page = measure(Path(scratch))
    (CHECKOUT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8", newline="\n")
    print(page)


def measure(folder: Path) -> str:
    """Measure in roots of their own below *folder*; the page that says what was found."""
    before = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    say("cold pack")
    roots = [copy_root(folder / f"cold{number}") for number in range(3)]
    cold = middle([timed(lambda root=root: pcp(root)) for root in roots])
    root = roots[0]
    pack = root / "outputs" / CYCLE
    size = sum(file.stat().st_size for file in pack.rglob("*") if file.is_file())
    notebooks = sorted(path.name for path in (pack / "notebooks").glob("*.ipynb"))
    say("nothing changed")
    same = middle([timed(lambda: pcp(root)) for _ in range(5)])
    say("one notebook edited")
    edits = []
    for number in range(3):
        edit(root / "notebooks" / EDITED, number)
        edits.append(timed(lambda: pcp(root)))
    say("memory")
    resident, shared_once, left = watched(copy_root(folder / "watched"))
    say("charts and pages")
    of_pages = pages.rows(root, pack)
    say("the floor")
    least: list[float] = []
    loaded = timed(lambda: least.append(float(run([sys.executable, __file__, "floor", root, *notebooks], root))))
    say("the naive loop")
    naive = timed(lambda: naive_loop(root, notebooks, folder / "looped"))
    times = document(cold, middle(edits), same, naive, loaded, least[0], before)
    return times + document_sizes(resident, shared_once, left, of_pages, size)


def middle(times: list[Time]) -> Time:
    """The median of several measurements."""
    return Time(median(each.seconds for each in times), median(each.processor for each in times))


def say(what: str) -> None:
    """Which measurement begins."""
    print(f"measuring: {what}", file=sys.stderr, flush=True)


def copy_root(folder: Path) -> Path:
    """A root of its own with the committed inputs and notebooks, and nothing published."""
    for name in ("data", "notebooks"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns(".*", "processed"))
    return folder


def timed(run: Callable[[], object]) -> Time:
    """What *run*, which starts other processes and waits for them, takes."""
    before, begun = os.times(), time.perf_counter()
    run()
    seconds, after = time.perf_counter() - begun, os.times()
    return Time(seconds, after.children_user + after.children_system - before.children_user - before.children_system)


def environment(root: Path) -> dict[str, str]:
    """This process's environment, with the root named and matplotlib without a window."""
    return os.environ | {"PCP_ROOT": str(root), "MPLBACKEND": "agg"}


def run(command: list[object], root: Path) -> str:
    """Run a command of the environment to its end, and give what it printed; one that fails ends the benchmark."""
    program, *arguments = map(str, command)
    done = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=root, env=environment(root), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{program} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def pcp(root: Path) -> None:
    """``pcp report 2014-09`` in a process of its own."""
    run(["pcp", "report", CYCLE], root)


def edit(notebook: Path, number: int) -> None:
    """Change a heading of a notebook, as an analyst would: in words, since typed numbers are faults."""
    text = notebook.read_text(encoding="utf-8")
    word = ("once", "again", "anew", "afresh")[number]
    changed = re.sub(r"(## [^\"\\]*?)(?: \((?:once|again|anew|afresh)\))?\"", rf'\1 ({word})"', text, count=1)
    if changed == text:
        raise SystemExit(f"{notebook.name} has no heading to edit")
    notebook.write_text(changed, encoding="utf-8", newline="\n")


def watched(root: Path) -> tuple[int, int, int]:
    """Of one cold pack: the largest sum of resident memory of all its processes, the same with shared pages counted
    once, in bytes, and how many processes are left when it has ended."""
    marked = environment(root) | {MARK: uuid.uuid4().hex}
    process = psutil.Popen(
        [PROGRAMS / "pcp", "report", CYCLE], cwd=root, env=marked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peaks = [0, 0]
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.02):
            resident, proportional = 0, 0
            with suppress(psutil.Error):
                for one in (process, *process.children(recursive=True)):
                    with suppress(psutil.Error):
                        held = one.memory_full_info()
                        resident, proportional = resident + held.rss, proportional + getattr(held, "pss", held.rss)
            peaks[:] = max(peaks[0], resident), max(peaks[1], proportional)

    sampler = threading.Thread(target=sample)
    sampler.start()
    code = process.wait()
    ended.set()
    sampler.join()
    if code:
        raise SystemExit(f"pcp report ended with {code}")
    return peaks[0], peaks[1], sum(is_marked(one, marked[MARK]) for one in psutil.process_iter())


def is_marked(process: psutil.Process, mark: str) -> bool:
    """Whether a process has the mark of the measured run in its environment."""
    try:
        return process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False


def naive_loop(root: Path, notebooks: list[str], folder: Path) -> None:
    """What the press replaces: papermill, then nbconvert, one process a notebook, one after the other."""
    folder.mkdir()
    for name in notebooks:
        run(["papermill", root / "notebooks" / name, folder / name, "-p", "cycle", CYCLE, "--no-progress-bar"], root)
        run(["jupyter", "nbconvert", "--to", "html", folder / name], root)


def floor(root: Path, notebooks: list[str]) -> None:
    """Print the seconds from when two processes have loaded the libraries until all cells are run there and rendered.

    The renderer is warm too. There is no kernel, no message, no check, no hash.
    """
    from pcp_analysis.pack.job import FRONT_PAGE, Edition, Heading, Job
    from pcp_analysis.pack.render import Renderer

    jobs = []
    for name in notebooks:
        path = root / "notebooks" / name
        title = (
            "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
            .split("\n")[0]
            .removeprefix("# ")
        )
        jobs.append(Job(path.stem, title, path, {"cycle": CYCLE}, f"{path.stem}.html" if jobs else FRONT_PAGE))
    # Longest first, so that no process waits long for the other.
    order = sorted(jobs, key=lambda job: job.notebook.stat().st_size, reverse=True)
    with ProcessPoolExecutor(2, initializer=load) as pool:
        list(pool.map(time.sleep, [1.0, 1.0]))  # both are there, and have loaded
        heading = Heading("Board", "Title", "11 September 2014", "6", CYCLE, "Plan", "Police")
        renderer = Renderer(Edition(root=root, cycle=CYCLE, jobs=jobs, heading=heading, inputs=[]))
        renderer.stub(jobs[0], "Warm.", None, [])
        begun = time.perf_counter()
        made = dict(
            zip((job.id for job in order), pool.map(run_cells, [str(job.notebook) for job in order]), strict=True)
        )
        for job in jobs:
            renderer.page(job, made[job.id], [])
        print(time.perf_counter() - begun)


def load() -> None:
    """Import in a new process what a warm kernel of the press has."""
    from importlib import import_module

    from pcp_analysis.edition import PRELOAD

    for name in PRELOAD:
        import_module(name)


def run_cells(path: str) -> str:
    """The notebook's text with its outputs, its cells run in this process."""
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        *before, last = ast.parse("".join(cell["source"])).body
        exec(compile(ast.Module(before, []), path, "exec"), names)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), path, "eval"), names)
            data = shown._repr_mimebundle_()
            cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}]
        else:
            exec(compile(ast.Module([last], []), path, "exec"), names)
    return json.dumps(notebook)


def met(yes: bool) -> str:
    """Whether a limit is kept, in a cell of a table."""
    return "yes" if yes else "**no**"


def document(cold: Time, edited: Time, same: Time, naive: Time, loaded: Time, least: float, load_before: float) -> str:
    """The page but for its last table. *loaded* is the floor as a command, loading and a second's wait in it; *least*
    is the floor.
    """
    whole = Time(loaded.seconds - 1.0, loaded.processor)

    def row(what: str, held: Time, limit: str = "", kept: bool | None = None) -> str:
        part = "1" if held == naive else f"1/{naive.seconds / held.seconds:.1f}"
        used = f"{held.processor:.2f}" if held.processor else ""
        of_it = f"1/{naive.processor / held.processor:.1f}" if held.processor and held != naive else ""
        return f"| {what} | {held.seconds:.2f} | {used} | {part} | {of_it} | {limit} | {'' if kept is None else met(kept)} |"

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in ("pcp_analysis", "pandas", "papermill", "nbconvert"))
    memory = psutil.virtual_memory().total / 2**30
    return "\n".join([
        "# Benchmarks",
        "",
        "Written by `make bench`, which measures the pack of September 2014 on copies of the root, cold packs and reports with the",
        "libraries' compiled files at hand. All times are of one run on one machine: compare the ratios, not the seconds.",
        "",
        f"Machine: {cores} cores, {memory:.0f} GiB of memory, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()};",
        f"{versions}. Load before the first measurement: {load_before:.1f}; above 0.5 something else ran, and seconds mislead.",
        "",
        "| what | seconds | processor seconds | of the naive loop | of its processor seconds | limit | met |",
        "|---|---:|---:|---:|---:|---|---|",
        row("the naive loop: `papermill`, then `jupyter nbconvert`, one process a notebook", naive),
        row("the floor: the same cells in two warm processes without kernels, plus rendering", Time(least, 0.0)),
        row("the floor with the loading of the libraries", whole),
        row("cold pack (median of 3)", cold, "1/6, 45 s", cold.seconds <= naive.seconds / 6 and cold.seconds < 45),
        row(f"one notebook edited, `{EDITED}`, the longest (median of 3)", edited, "1/15", edited.seconds <= naive.seconds / 15),
        row("nothing changed (median of 5)", same, "1/60", same.seconds <= naive.seconds / 60),
        "",
        "| ratio | measured | limit | met |",
        "|---|---:|---|---|",
        f"| cold pack to the floor with loading | {cold.seconds / whole.seconds:.2f} | 1.6 | {met(cold.seconds <= 1.6 * whole.seconds)} |",
        f"| cold pack to the floor alone | {cold.seconds / least:.2f} | 1.6 | {met(cold.seconds <= 1.6 * least)} |",
        "",
        "A cold pack begins with no library loaded, and checks every input before it starts a kernel: the floor with loading is the one to",
        "hold it against, the floor alone is what a process that never ended could come to.",
        "",
        "",
    ])  # fmt: skip


def document_sizes(resident: int, shared_once: int, left: int, of_pages: list[str], size: int) -> str:
    """The table of memory, all in bytes, and of charts and pages."""
    return "\n".join([
        *pages.HEAD,
        f"| peak resident memory, summed over all processes | {resident / MIB:.0f} MiB | 1,229 MiB | {met(resident <= 1229 * MIB)} |",
        f"| the same, memory that processes share counted once | {shared_once / MIB:.0f} MiB | 1,229 MiB | "
        f"{met(shared_once <= 1229 * MIB)} |",
        f"| processes left running afterwards | {left} | 0 | {met(left == 0)} |",
        *of_pages,
        f"| whole pack | {size / 1000:.0f} kB | | |",
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
