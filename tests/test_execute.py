"""Execution with papermill and real kernels: each notebook's fault is its own."""

from __future__ import annotations

import json
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pcp_analysis.pack.environment import kernel_environment
from pcp_analysis.pack.execute import Executed, execute_all, normalise
from pcp_analysis.pack.job import Job, Limits
from pcp_analysis.pack.warm import WarmKernels
from tests.pack_fixture import code, markdown, parameters, write_notebook

FAULTS = {
    "sound": "import os, sys, warnings\nprint(cycle); print('é', flush=True); warnings.warn('careful', stacklevel=1)\nobject()",
    "raises": "1 / 0",
    "exits": "import os\nos._exit(3)",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "slow": "import time\ntime.sleep(60)",
    "child": "import subprocess\nsubprocess.Popen(['sleep', '61'])\n1 / 0",
}


def jobs(folder: Path, sources: dict[str, str]) -> list[Job]:
    """A job for each of *sources*, whose third cell it is."""
    return [
        Job(
            name,
            "1. June",
            write_notebook(
                folder / f"{name}.ipynb", [markdown("# 1. June"), parameters(), code("first = 1"), code(source)]
            ),
            {"cycle": "2014-12"},
            f"{name}.html",
        )
        for name, source in sources.items()
    ]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Executed]]:
    """Every notebook of FAULTS executed side by side from one zygote."""
    root = tmp_path_factory.mktemp("execute")
    environment = kernel_environment(root)
    limits = Limits(cell=2.0, notebook=30, start=30)
    with tempfile.TemporaryDirectory() as place, WarmKernels((), environment) as warm:
        results = execute_all(
            jobs(root / "notebooks", FAULTS), Path(place), environment, workers=4, limits=limits, warm=warm
        )
        yield {result.job.id: result for result in results}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("raises", "raised", "ZeroDivisionError"),
        ("exits", "ended", "Kernel died"),
        ("killed", "died", "Kernel died"),
        ("stopped", "cell time", "timed out"),
        ("slow", "cell time", "time.sleep(60)"),
        ("child", "raised", "ZeroDivisionError"),
    ],
)
def test_a_fault_has_its_kind_and_its_cell(executed: dict[str, Executed], name: str, kind: str, said: str) -> None:
    """The third code cell of each notebook is named; the traceback is there for run.log."""
    failure = executed[name].failure
    assert (failure.kind, failure.cell) == (kind, 3)
    assert said in failure.detail
    assert "\x1b" not in failure.detail
    assert executed[name].text is None


@pytest.mark.slow
def test_a_sound_notebook_is_not_disturbed_by_the_others(executed: dict[str, Executed]) -> None:
    """It ran with the parameter that was passed, and its stderr is kept apart."""
    result = executed["sound"]
    assert result.failure is None
    outputs = json.loads(result.text)["cells"][-1]["outputs"]
    assert outputs[0]["text"] == ["2014-12\n", "é\n"]
    assert outputs[1]["data"]["text/plain"] == ["<object>"]
    assert len(outputs) == 2
    assert "UserWarning: careful" in result.stderr


@pytest.mark.slow
def test_no_process_is_left(executed: dict[str, Executed]) -> None:
    """No kernel, and nothing that a kernel started."""
    assert executed
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        left = [
            process.cmdline() for process in psutil.Process().children(recursive=True) if process.status() != "zombie"
        ]
        left = [command for command in left if "pcp_analysis.pack.zygote" not in command]  # the fixture's own
        if not left:
            break
        time.sleep(0.1)
    assert left == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "61"]]


@pytest.mark.slow
def test_a_notebook_has_a_limit_of_its_own(tmp_path: Path) -> None:
    """Three cells of half a second pass the cell's limit and not the notebook's."""
    cells = [markdown("# 1. June"), parameters(), *[code("import time\ntime.sleep(0.6)")] * 4]
    job = Job("01", "1. June", write_notebook(tmp_path / "01.ipynb", cells), {"cycle": ""}, "01.html")
    limits = Limits(cell=5, notebook=1.6, start=30)
    (result,) = execute_all([job], tmp_path / "k", kernel_environment(tmp_path), workers=1, limits=limits)
    assert result.failure.kind == "notebook time"
    assert result.failure.cell in (2, 3, 4)


@pytest.mark.slow
def test_a_kernel_that_never_starts_is_told(tmp_path: Path) -> None:
    """An interpreter that cannot find its own library ends at once; what it printed is kept for run.log."""
    environment = kernel_environment(tmp_path) | {"PYTHONHOME": str(tmp_path / "nowhere")}
    with WarmKernels((), environment) as warm:
        (result,) = execute_all(
            jobs(tmp_path, {"sound": "1"}), tmp_path / "k", environment, workers=1, limits=Limits(start=20), warm=warm
        )
    assert (result.failure.kind, result.failure.cell) == ("not started", 0)
    assert "encodings" in result.failure.detail


@pytest.mark.slow
def test_leaving_early_ends_the_kernels(tmp_path: Path) -> None:
    """Who stops listening, as a Ctrl-C does, leaves no kernel behind."""
    before = set(psutil.Process().children(recursive=True))
    running = execute_all(
        jobs(tmp_path, {"quick": "1", "slow": "import time\ntime.sleep(60)"}),
        tmp_path / "k",
        kernel_environment(tmp_path),
        workers=2,
    )
    assert next(running).job.id == "quick"
    begun = time.monotonic()
    running.close()
    assert time.monotonic() - begun < 10
    assert not [p for p in set(psutil.Process().children(recursive=True)) - before if p.status() != "zombie"]


def test_normalising_takes_out_what_differs_from_run_to_run() -> None:
    """Papermill's times and paths, ids that it makes up, addresses; keys are sorted and the text ends with one newline."""
    import nbformat

    def made(moment: str, name: str, address: str) -> str:
        cells = [
            {
                "cell_type": "code", "id": name, "execution_count": 1, "source": "x", "outputs": [
                    {"output_type": "execute_result", "execution_count": 1, "metadata": {},
                     "data": {"text/plain": f"<Axes at {address}>", "text/html": "<p>0x7f</p>"}}
                ],
                "metadata": {"tags": ["injected-parameters"], "papermill": {"start_time": moment}, "execution": {"x": moment}},
            },
            {"cell_type": "markdown", "id": "kept", "source": "y", "metadata": {"tags": [], "papermill": {}}},
        ]  # fmt: skip
        metadata = {"papermill": {"input_path": moment}, "language_info": {"name": "python"}}
        return normalise(nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))

    one, other = made("2014-09-11", "3f2a", "0x7f01"), made("2014-12-01", "77aa", "0x7fff")
    assert one == other
    assert json.loads(one)["cells"][0]["outputs"][0]["data"] == {"text/plain": ["<Axes>"], "text/html": ["<p>0x7f</p>"]}
    assert json.loads(one)["cells"][1] == {"cell_type": "markdown", "id": "kept", "source": ["y"], "metadata": {}}
    assert one.endswith("}\n")
    assert not one.endswith("\n\n")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX signals")
@pytest.mark.slow
def test_threads_do_not_change_the_folder_of_the_process(tmp_path: Path) -> None:
    """Papermill's own cwd would; the folder of this process stays while notebooks run elsewhere."""
    here, seen, done = Path.cwd(), set(), threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            seen.add(Path.cwd())

    thread = threading.Thread(target=look)
    thread.start()
    sources = dict.fromkeys("ab", "import os\nprint(os.path.basename(os.getcwd()), os.listdir())")
    results = list(execute_all(jobs(tmp_path, sources), tmp_path / "k", kernel_environment(tmp_path), workers=2))
    done.set()
    thread.join()
    assert seen <= {here}
    for result in results:
        assert json.loads(result.text)["cells"][-1]["outputs"][0]["text"] == ["work []\n"]
