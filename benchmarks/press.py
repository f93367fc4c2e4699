"""Time and memory of a pack, as ratios within one run: `make bench` prints the table and writes docs/benchmarks.md.

Compared are the naive loop (papermill and jupyter nbconvert, one process a notebook each), the floor (the same cells run
in two warm processes without kernels, plus rendering) and `pcp report` cold, with one notebook edited, and unchanged, all
in a scratch copy of data/ and notebooks/.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
TABLE = Path(os.environ.get("BT", CHECKOUT / "docs" / "benchmarks.md"))


@dataclass(frozen=True)
class Run:
    """Seconds of wall clock and of processor, and the peak memory (MiB) of a command with all its processes."""

    name: str
    seconds: float
    processor: float
    memory: float


def measure(name: str, *commands: list[str], root: Path) -> Run:
    """Run *commands* one after the other. Memory is proportional set size: a shared page is counted once."""
    environment = os.environ | {"PCP_ROOT": str(root)}
    peak, done = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except (psutil.Error, OSError):
                    continue
            peak = max(peak, total / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, begun = os.times(), time.perf_counter()
    try:
        for command in commands:
            subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    finally:
        seconds = time.perf_counter() - begun
        done.set()
        watcher.join()
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(name, seconds, used, peak)


def naive(root: Path, cycle: str, out: Path) -> list[list[str]]:
    """What a shell loop would do."""
    commands = []
    for notebook in sorted((root / "notebooks").glob("[0-9]*.ipynb")):
        made = out / notebook.name
        commands.append([str(BIN / "papermill"), str(notebook), str(made), "-p", "cycle", cycle, "--no-progress-bar"])
        commands.append([str(BIN / "jupyter"), "nbconvert", "--to", "html", str(made)])
    return commands


def floor(root: Path, cycle: str) -> None:
    """Load the libraries once, fork two processes that run the cells of the notebooks, render what was published."""
    import importlib

    from pcp_analysis import cli
    from pcp_analysis.pack.render import Renderer

    order = cli._order(root, cycle)
    for module in cli.PRELOAD:
        importlib.import_module(module)
    notebooks = [json.loads(job.notebook.read_text(encoding="utf-8"))["cells"] for job in order.jobs]
    workers = []
    for half in (notebooks[::2], notebooks[1::2]):
        worker = os.fork()
        if worker == 0:
            code = 1
            try:
                run_cells(half, cycle)
                code = 0
            finally:
                os._exit(code)
        workers.append(worker)
    renderer = Renderer(order.jobs, order.heading, order.inputs, "")
    for job in order.jobs:
        text = (root / "outputs" / cycle / "notebooks" / f"{job.id}.ipynb").read_text(encoding="utf-8")
        renderer.page(job, text, [])
    if any(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers):
        sys.exit("a worker failed")


def run_cells(notebooks: list[list[dict]], cycle: str) -> None:
    """Run the code cells of *notebooks*, each in a namespace of its own, and show the last value as IPython would."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    for cells in notebooks:
        shell.reset(new_session=True)
        for cell in cells:
            if cell["cell_type"] == "code":
                shell.run_cell("".join(cell["source"])).raise_error()
            if "parameters" in cell["metadata"].get("tags", ()):
                shell.run_cell(f"cycle = {cycle!r}")


def edit(root: Path) -> None:
    """Change one notebook as an analyst would: a word in a markdown cell."""
    file = root / "notebooks" / "07_protecting_people.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"][1:] if cell["cell_type"] == "markdown")
    cell["source"] = ["".join(cell["source"]) + " (edited)"]
    file.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")


def table(runs: list[Run], pages: int) -> str:
    """The table, with each run's time as a part of the naive loop's."""
    base = runs[0].seconds
    cold = next(run for run in runs if run.name == "cold pack")
    least = next(run for run in runs if run.name == "floor")
    lines = [
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python {platform.python_version()}; {pages} notebooks.",
        "",
        "| run | seconds | processor seconds | of the naive loop | peak memory (MiB) |",
        "|---|---:|---:|---:|---:|",
    ]
    for run in runs:
        part = f"1/{base / run.seconds:.1f}"
        lines.append(f"| {run.name} | {run.seconds:.2f} | {run.processor:.2f} | {part} | {run.memory:.0f} |")
    lines += ["", f"Cold pack: {cold.seconds / least.seconds:.2f} times the floor, {cold.processor / least.processor:.2f} times in processor time."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure everything, print the table, write it."""
    if sys.argv[1:2] == ["floor"]:
        floor(Path(sys.argv[2]), sys.argv[3])
        return
    with tempfile.TemporaryDirectory() as place:
        root, out = Path(place) / "root", Path(place) / "naive"
        for name in ("data", "notebooks"):
            shutil.copytree(CHECKOUT / name, root / name)
        (root / "outputs").mkdir()
        out.mkdir()
        from pcp_analysis.plan.cycle import newest

        cycle = sys.argv[1] if len(sys.argv) > 1 else newest(root)
        report = [str(BIN / "pcp"), "report", cycle, "--root", str(root)]
        cold = measure("cold pack", report, root=root)
        unchanged = measure("nothing changed", report, root=root)
        edit(root)
        edited = measure("one notebook edited", report, root=root)
        lower = measure("floor", [sys.executable, __file__, "floor", str(root), cycle], root=root)
        loop = naive(root, cycle, out)
        slow = measure("naive loop", *loop, root=root)
        left = [process for process in psutil.process_iter(["environ"]) if (process.info["environ"] or {}).get("PCP_ROOT") == str(root)]
    if left:
        sys.exit(f"left running: {left}")
    text = table([slow, lower, cold, edited, unchanged], len(loop) // 2)
    print(text)
    TABLE.write_text(f"# Benchmarks\n\nMade by `make bench`.\n\n{text}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
