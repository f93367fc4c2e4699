"""Warm kernels: forked, the same to the byte as ordinary ones, and gone with what they were forked from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import psutil
import pytest

from pcp_analysis.pack import warm, zygote
from pcp_analysis.pack.environment import FIXED, kernel_environment
from pcp_analysis.pack.execute import execute_all
from pcp_analysis.pack.job import Job
from pcp_analysis.pack.warm import NoZygote, WarmKernels
from tests.pack_fixture import code, make_edition, markdown, parameters, write_notebook

linux = pytest.mark.skipif(not zygote.supported(), reason="kernels are forked on Linux alone")
CURIOUS = """\
import os, sys, locale, random, time
print(sys.argv[1:2], __name__, os.getppid() > 1, time.tzname, locale.getlocale(), sys.flags.hash_randomization)
print(sorted({'a', 'b', 'c', 'd'}, key=hash), os.environ['MPLBACKEND'], sys.path[0] == '', os.listdir())
print(sys.stdin.isatty(), os.getpid() == os.getpgrp(), __import__('threading').current_thread().name)"""


def curious(folder: Path) -> list[Job]:
    """A notebook that looks at everything in which a forked kernel might differ."""
    cells = [markdown("# 1. June"), parameters(), code(CURIOUS), code("import json\njson.dumps({'a': {1, 2} and 1})")]
    return [Job("01", "1. June", write_notebook(folder / "01.ipynb", cells), {"cycle": "2014-12"}, "01.html")]


def gone(processes: list[psutil.Process], seconds: float = 5.0) -> bool:
    """Whether all *processes* end within *seconds*."""
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def wait_for_kernel(log: Path, kernel: warm.ForkedProcess) -> psutil.Process:
    """The process of a kernel that was just forked."""
    assert kernel.poll() is None
    assert kernel.pid
    return psutil.Process(kernel.pid)


@pytest.fixture
def arguments(tmp_path: Path) -> dict:
    """What fork takes, for a kernel with files in tmp_path."""
    return {
        "arguments": ["ipykernel_launcher", "-f", str(tmp_path / "kernel.json")],
        "folder": str(tmp_path),
        "environment": kernel_environment(tmp_path),
        "log": str(tmp_path / "kernel.log"),
    }


@linux
@pytest.mark.slow
def test_warm_and_ordinary_kernels_give_the_same_bytes(tmp_path: Path) -> None:
    """Arguments, environment, locale, folder, hash order: a notebook cannot tell how its kernel began."""
    environment = kernel_environment(tmp_path)
    jobs = curious(tmp_path)
    with WarmKernels(("json", "no_such_module"), environment) as zygote_:
        (forked,) = execute_all(jobs, tmp_path / "w", environment, workers=1, warm=zygote_)
    (ordinary,) = execute_all(jobs, tmp_path / "o", environment, workers=1)
    assert forked.failure is None
    assert forked.text == ordinary.text


@linux
@pytest.mark.slow
def test_a_kernel_is_forked_in_a_fraction_of_its_imports(arguments: dict, tmp_path: Path) -> None:
    """The second fork of a zygote takes milliseconds, and has the module loaded."""
    with WarmKernels(("pandas",), arguments["environment"]) as zygote_:
        zygote_.fork(**arguments)
        begun = time.monotonic()
        kernel = zygote_.fork(**arguments)
        assert time.monotonic() - begun < 0.5
        maps = Path(f"/proc/{kernel.pid}/maps").read_text(encoding="utf-8")
    assert "pandas" in maps


@linux
@pytest.mark.slow
def test_closing_ends_every_kernel(arguments: dict) -> None:
    """A stopped one too."""
    with WarmKernels((), arguments["environment"]) as zygote_:
        processes = [psutil.Process(zygote_.fork(**arguments).pid) for _ in range(3)]
        processes[0].suspend()
        processes.append(psutil.Process(zygote_.pid))
    assert gone(processes, 1)


@linux
@pytest.mark.slow
def test_a_killed_zygote_takes_its_kernels_along_and_is_replaced_by_ordinary_ones(
    arguments: dict, tmp_path: Path
) -> None:
    """The run goes on: the next notebook gets an ordinary kernel."""
    with WarmKernels((), arguments["environment"]) as zygote_:
        kernel = zygote_.fork(**arguments)
        process = psutil.Process(kernel.pid)
        os.kill(zygote_.pid, signal.SIGKILL)
        assert gone([process])
        assert kernel.wait(5) == -signal.SIGKILL
        with pytest.raises(NoZygote):
            zygote_.fork(**arguments)
        (result,) = execute_all(curious(tmp_path), tmp_path / "k", arguments["environment"], workers=1, warm=zygote_)
    assert result.failure is None


@linux
@pytest.mark.slow
def test_a_killed_press_leaves_no_kernel(tmp_path: Path) -> None:
    """SIGKILL to the process that holds the zygote: its end of the socket closes."""
    script = f"""
from pcp_analysis.pack.warm import WarmKernels
from pcp_analysis.pack.environment import kernel_environment
environment = kernel_environment({str(tmp_path)!r})
warm = WarmKernels((), environment)
kernel = warm.fork(["ipykernel_launcher", "-f", {str(tmp_path / "k.json")!r}], {str(tmp_path)!r}, environment, {str(tmp_path / "log")!r})
print(warm.pid, kernel.pid, flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as press:
        processes = [psutil.Process(int(pid)) for pid in press.stdout.readline().split()]
        processes[1].suspend()
        press.kill()
    assert len(processes) == 2
    assert gone(processes)


@linux
@pytest.mark.slow
def test_signals_reach_the_kernel_and_what_it_started(arguments: dict) -> None:
    """A kill goes to the group, and the end is heard of at once."""
    with WarmKernels((), arguments["environment"]) as zygote_:
        kernel = zygote_.fork(**arguments)
        process = psutil.Process(kernel.pid)
        assert os.getpgid(kernel.pid) == kernel.pid
        assert kernel.poll() is None
        kernel.kill()
        assert kernel.poll() == -signal.SIGKILL
        assert gone([process], 1)
        kernel.kill()  # a second time does no harm
        ended = zygote_.fork(**arguments)
        ended.terminate()
        assert ended.wait(5) in (-signal.SIGTERM, 0)


@pytest.mark.slow
def test_where_nothing_can_fork_kernels_are_ordinary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another platform: no process is started to fork from."""
    monkeypatch.setattr(zygote, "supported", lambda: False)
    environment = kernel_environment(tmp_path)
    with WarmKernels(("pandas",), environment) as zygote_:
        assert zygote_.pid is None
        (result,) = execute_all(curious(tmp_path), tmp_path / "k", environment, workers=1, warm=zygote_)
    assert result.failure is None


@linux
@pytest.mark.slow
def test_a_library_that_starts_a_thread_is_not_forked(tmp_path: Path, arguments: dict) -> None:
    """Fork copies one thread alone; such a zygote declares itself unfit."""
    (tmp_path / "restless.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
        encoding="utf-8",
    )
    environment = arguments["environment"] | {"PYTHONPATH": str(tmp_path)}
    with WarmKernels(("restless",), environment) as zygote_, pytest.raises(NoZygote):
        zygote_.fork(**arguments)


def test_the_provisioner_is_a_plug_in_of_jupyter_client() -> None:
    """Any kernel spec may name it."""
    (entry,) = entry_points(group="jupyter_client.kernel_provisioners", name="pcp-warm")
    assert entry.value == "pcp_analysis.pack.kernels:WarmProvisioner"


@linux
@pytest.mark.slow
def test_the_plug_in_serves_another_manager(tmp_path: Path) -> None:
    """A kernel spec outside the press names it with what to load; jupyter's own manager starts the kernel."""
    import json

    spec = tmp_path / "kernels" / "warm"
    spec.mkdir(parents=True)
    provisioner = {"provisioner_name": "pcp-warm", "config": {"preload": ["json"]}}
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps(
            {"argv": argv, "display_name": "w", "language": "python", "metadata": {"kernel_provisioner": provisioner}}
        ),
        encoding="utf-8",
    )
    script = """
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="warm")
answer = []
client.execute_interactive("print(1 + 1)", output_hook=lambda m: answer.append(m["content"].get("text")))
print(answer, type(manager.provisioner.process).__name__)
client.stop_channels()
manager.shutdown_kernel(now=True)
"""
    environment = os.environ | {"JUPYTER_PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert "'2\\n'" in done.stdout, done.stderr
    assert done.stdout.strip().endswith("ForkedProcess")


def test_the_environment_of_a_kernel_is_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time zone, locale, hash seed and backend are fixed whatever this process has."""
    for name in (
        "TZ",
        "LC_ALL",
        "LANG",
        "PYTHONHASHSEED",
        "MPLBACKEND",
        "PYTHONWARNINGS",
        "LC_NUMERIC",
        "OMP_NUM_THREADS",
    ):
        monkeypatch.setenv(name, "odd")
    environment = kernel_environment(tmp_path)
    assert {name: environment[name] for name in FIXED} == FIXED
    assert environment["PCP_ROOT"] == str(tmp_path)
    assert "odd" not in environment.values()
    assert Path(environment["MATPLOTLIBRC"]).is_file()


@linux
@pytest.mark.slow
def test_a_zygote_that_was_started_early_serves_the_press(tmp_path: Path) -> None:
    """It loads while the inputs are checked, and outlives the run, to be closed by who started it."""
    from pcp_analysis.pack.press import press
    from tests.pack_fixture import make_root

    root = make_root(tmp_path)
    with WarmKernels((), kernel_environment(root)) as zygote_:
        assert press(make_edition(root), warm=zygote_).complete
        assert psutil.Process(zygote_.pid).status() != psutil.STATUS_ZOMBIE
        assert len(zygote_._kernels) == 2
