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
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psutil

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
CYCLE = "2014-09"
EDITED = "06_reduce_crime.ipynb"  # the longest: editing another one costs less
MARK = "PCP_BENCH"
MIB, KIB = 2**20, 2**10


def main() -> None:
    """Measure everything, print it, and write it down."""
    with tempfile.TemporaryDirectory(prefix="pcp-bench-") as scratch:
        folder = Path(scratch)
        measured = measure(folder)
    page = document(measured)
    (CHECKOUT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8", newline="\n")
    print(page)


def measure(folder: Path) -> dict[str, float]:
    """Seconds, bytes and counts by name. Every root lies in *folder*."""
    say("cold pack")
    colds, roots = [], []
    for number in range(3):
        roots.append(copy_root(folder / f"cold{number}"))
        colds.append(timed(lambda root=roots[-1]: pcp("report", root=root)))
    root = roots[-1]
    say("nothing changed")
    same = [timed(lambda: pcp("report", root=root)) for _ in range(5)]
    say("one notebook edited")
    edits = []
    for number in range(3):
        edit(root / "notebooks" / EDITED, number)
        edits.append(timed(lambda: pcp("report", root=root)))
    say("memory")
    resident, proportional, left = watched(copy_root(folder / "watched"))
    say("the floor: the same cells in two warm processes, and rendering")
    pack = roots[0] / "outputs" / CYCLE
    made = sorted(path.name for path in (pack / "notebooks").glob("*.ipynb"))
    loading, floor = measure_floor(copy_root(folder / "floor"), made)
    say("the naive loop")
    naive = timed(lambda: naive_loop(copy_root(folder / "naive"), made, folder / "looped"))
    pages = {page.name: page.stat().st_size for page in pack.glob("*.html")}
    return {
        "cold": median(colds), "same": median(same), "edited": median(edits), "naive": naive, "floor": floor, "loading": loading,
        "resident": resident, "proportional": proportional, "left": left, "pages": len(pages), "largest": max(pages.values()),
        "pack": sum(file.stat().st_size for file in pack.rglob("*") if file.is_file()),
    }  # fmt: skip


def say(what: str) -> None:
    """Which measurement begins."""
    print(f"measuring: {what}", file=sys.stderr, flush=True)


def copy_root(folder: Path) -> Path:
    """A root of its own with the committed inputs and notebooks, and nothing published."""
    for name in ("data", "notebooks"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns(".*", "processed"))
    return folder


def timed(run: Callable[[], object]) -> float:
    """The seconds that *run* takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def environment(root: Path) -> dict[str, str]:
    """This process's environment, with the root named and matplotlib without a window."""
    return os.environ | {"PCP_ROOT": str(root), "MPLBACKEND": "agg"}


def run(command: list[object], root: Path) -> None:
    """Run a command of the environment to its end; one that fails ends the benchmark."""
    program, *arguments = map(str, command)
    done = subprocess.run([PROGRAMS / program, *arguments], cwd=root, env=environment(root), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{program} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")


def pcp(command: str, *, root: Path) -> None:
    """``pcp COMMAND 2014-09`` in a process of its own."""
    run(["pcp", command, CYCLE], root)


def edit(notebook: Path, number: int) -> None:
    """Change a heading of a notebook, as an analyst would."""
    text = notebook.read_text(encoding="utf-8")
    changed = re.sub(r"(## [^\"\\]*?)(?: \(\d+\))?\"", rf'\1 ({number})"', text, count=1)
    if changed == text:
        raise SystemExit(f"{notebook.name} has no heading to edit")
    notebook.write_text(changed, encoding="utf-8", newline="\n")


def watched(root: Path) -> tuple[int, int, int]:
    """Of one cold pack: the largest sum of resident memory of all its processes, the same with shared pages counted
    once, in bytes, and how many processes are left when it has ended."""
    marked = environment(root) | {MARK: uuid.uuid4().hex}
    process = psutil.Popen([PROGRAMS / "pcp", "report", CYCLE], cwd=root, env=marked, stdout=subprocess.DEVNULL)
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


def measure_floor(root: Path, notebooks: list[str]) -> tuple[float, float]:
    """Seconds to load the libraries in two processes, then to run all cells there and to render them.

    Both processes and the renderer are warm when the clock starts. There is no kernel, no message, no check, no hash.
    """
    from pcp_analysis.pack.job import FRONT_PAGE, Heading, Job
    from pcp_analysis.pack.render import Renderer

    jobs = []
    for name in notebooks:
        path = root / "notebooks" / name
        title = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]).split("\n")[0].removeprefix("# ")
        jobs.append(Job(path.stem, title, path, {"cycle": CYCLE}, f"{path.stem}.html" if jobs else FRONT_PAGE))
    heading = Heading("Board", "Title", "11 September 2014", "6", CYCLE, "Plan", "Police")
    renderer = Renderer(jobs, heading, [], "")
    renderer.stub(jobs[0], "Warm.", None, [])
    # Longest first, so that no process waits long for the other.
    order = sorted(jobs, key=lambda job: job.notebook.stat().st_size, reverse=True)
    with ProcessPoolExecutor(2, initializer=load, initargs=(environment(root),)) as pool:
        loading = timed(lambda: list(pool.map(time.sleep, [1.0, 1.0]))) - 1.0
        begun = time.perf_counter()
        made = dict(zip((job.id for job in order), pool.map(run_cells, [str(job.notebook) for job in order]), strict=True))
        for job in jobs:
            renderer.page(job, made[job.id], [])
        return loading, time.perf_counter() - begun


def load(variables: dict[str, str]) -> None:
    """Import in a new process what a warm kernel of the press has."""
    from importlib import import_module

    from pcp_analysis.cli import PRELOAD

    os.environ.update(variables)
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


def document(m: dict[str, float]) -> str:
    """The page docs/benchmarks.md."""
    def row(what: str, seconds: float, limit: str, met: bool | None) -> str:
        ratio = "1" if seconds == m["naive"] else f"1/{m['naive'] / seconds:.1f}"
        return f"| {what} | {seconds:.2f} | {ratio} | {seconds / m['floor']:.2f} | {limit} | {said(met)} |"

    def said(met: bool | None) -> str:
        return "" if met is None else "yes" if met else "**no**"

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in ("pcp_analysis", "pandas", "papermill", "nbconvert"))
    return "\n".join([
        "# Benchmarks",
        "",
        "Written by `make bench`, which measures the pack of September 2014 on a copy of the root. Times are of one run on one machine;",
        "compare the ratios, not the seconds.",
        "",
        f"Machine: {cores} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory, {platform.system()} on {platform.machine()}, "
        f"Python {platform.python_version()}; {versions}.",
        "",
        "| what | seconds | of the naive loop | times the floor | limit | met |",
        "|---|---:|---:|---:|---|---|",
        row("the naive loop: `papermill`, then `jupyter nbconvert`, one process a notebook", m["naive"], "", None),
        row("the floor: the same cells in two warm processes without kernels, plus rendering", m["floor"], "", None),
        row("cold pack: `pcp report`, nothing published before (median of 3)", m["cold"],
            "1/6 of the naive loop, 1.6 times the floor, 45 s",
            m["cold"] <= m["naive"] / 6 and m["cold"] <= 1.6 * m["floor"] and m["cold"] < 45),
        row(f"one notebook edited, the longest, `{EDITED}` (median of 3)", m["edited"], "1/15 of the naive loop",
            m["edited"] <= m["naive"] / 15),
        row("nothing changed (median of 5)", m["same"], "1/60 of the naive loop", m["same"] <= m["naive"] / 60),
        "",
        f"The floor starts when its processes have loaded the libraries, which takes them {m['loading']:.2f} s, both at a time;",
        f"a cold pack starts with nothing loaded. With that loading the floor is {m['floor'] + m['loading']:.2f} s, and the cold pack",
        f"{m['cold'] / (m['floor'] + m['loading']):.2f} times that.",
        "",
        "| what | measured | limit | met |",
        "|---|---:|---|---|",
        f"| peak resident memory, summed over all processes | {m['resident'] / MIB:.0f} MiB | 1,229 MiB (1.2 GiB) | "
        f"{said(m['resident'] <= 1.2 * 1024 * MIB)} |",
        f"| the same, memory that processes share counted once | {m['proportional'] / MIB:.0f} MiB | | |",
        f"| processes left running afterwards | {m['left']:.0f} | 0 | {said(m['left'] == 0)} |",
        f"| pages | {m['pages']:.0f} | | |",
        f"| largest page | {m['largest'] / 1000:.0f} kB | 400 kB | {said(m['largest'] < 400_000)} |",
        f"| whole pack | {m['pack'] / KIB:.0f} KiB | | |",
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
