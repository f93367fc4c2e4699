"""The ring of faults: whatever happens to a run, the published pack is whole, the next run completes, nothing runs on.

Each fault is a real one: signals, a kernel killed by hand, a full disk, a file-size limit, a read-only disk, strace's
injection at each rename and each deletion of the publication.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pcp_analysis.pack import manifest, publish
from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.press import press
from tests.pack_fixture import CYCLE, code, june, make_edition, make_root, write_notebook
from tests.ring import check_whole, left_running, mounted, processes, wait_for_kernels

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="signals and mounts of Linux")]
CHECKOUT = Path(__file__).parents[1]
KILLS = 20


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a complete pack."""
    root = make_root(tmp_path_factory.mktemp("made"))
    assert press(make_edition(root)).complete
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A root of one's own; afterwards no process of it may be left."""
    root = shutil.copytree(made, tmp_path / "root")
    yield root
    assert not left_running(root)


def command(root: Path, *options: str) -> list[str]:
    """The press as a process of its own."""
    return [sys.executable, "-m", "tests.pack_fixture", str(root), *options]


def start(root: Path, *options: str, **settings: object) -> subprocess.Popen:
    """Start the press; compiled files are not written, so that every rename is the press's own."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        command(root, *options),
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **settings,
    )


def check_next_run_completes(root: Path) -> None:
    """Without help, and with nothing left over beside the pack."""
    write_notebook(root / "notebooks" / "01_june.ipynb", june())
    outcome = press(make_edition(root), force=True)
    assert outcome.complete
    check_whole(root)
    assert [file.name for file in (root / "outputs" / ".press").iterdir()] == ["lock"]
    assert {file.name for file in (root / "outputs").iterdir()} == {CYCLE, "run.log", ".press"}


def slow(root: Path) -> None:
    """Make the second notebook take long the first time that it is run."""
    been = root.parent / "been"
    been.unlink(missing_ok=True)
    source = f"import pathlib, time\nbeen = pathlib.Path({str(been)!r})\nif not been.exists():\n    been.touch()\n    time.sleep(60)"
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code(source)))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 / 0", "A calculation on it stopped with an error at step 3 of its notebook."),
        ("import os\nos._exit(0)", "It was ended before all of its calculations were done at step 3 of its notebook."),
    ],
)
def test_a_notebook_at_fault_gives_an_incomplete_pack(root: Path, source: str, words: str) -> None:
    """It raises or leaves: exit 3, a whole pack with a stub, and the next run completes."""
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code(source)))
    with start(root) as run:
        run.communicate(timeout=60)
    assert run.returncode == 3
    check_whole(root)
    assert words in (root / "outputs" / CYCLE / "01_june.html").read_text(encoding="utf-8")
    check_next_run_completes(root)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kernel_that_is_killed_from_outside_is_run_again(root: Path, number: int) -> None:
    """By the operating system for want of memory, say: the pack comes out complete."""
    slow(root)
    with start(root) as run:
        wait_for_kernels(root)
        time.sleep(1.0)  # the slow one is in its long cell then, and may not have been there before
        for kernel in processes(root):
            if kernel.is_running() and "zygote" in " ".join(kernel.cmdline()) and kernel.ppid() != run.pid:
                kernel.send_signal(number)
        run.communicate(timeout=60)
    assert run.returncode == 0
    check_whole(root)
    check_next_run_completes(root)


def test_a_kernel_takes_no_notice_of_ctrl_c(root: Path) -> None:
    """It would be an error of the cell that it strikes, and cost the page."""
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code("import time\ntime.sleep(3)")))
    with start(root) as run:
        wait_for_kernels(root)
        time.sleep(1.5)  # the cell runs then
        for kernel in processes(root):
            if kernel.ppid() != run.pid:
                kernel.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    assert run.returncode == 0
    check_next_run_completes(root)


def test_a_kernel_that_is_killed_every_time_leaves_the_old_pack(root: Path) -> None:
    """Run once more, alone, and then exit 5: that is no fault of the notebook."""
    before = manifest.load(root / "outputs" / CYCLE)
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code("import os\nos.kill(os.getpid(), 9)")))
    with start(root) as run:
        _, error = run.communicate(timeout=60)
    assert (run.returncode, "could not be run, twice (died)" in error) == (5, True)
    check_whole(root, before)
    check_next_run_completes(root)


def test_a_zygote_that_is_killed_takes_its_kernels_along_and_the_run_ends(root: Path) -> None:
    """What ran is run again, in an ordinary kernel; nothing hangs."""
    slow(root)
    with start(root) as run:
        wait_for_kernels(root)
        time.sleep(1.0)
        (zygote,) = [process for process in processes(root) if process.ppid() == run.pid]
        zygote.kill()
        run.communicate(timeout=60)
    assert run.returncode == 0
    check_whole(root)
    check_next_run_completes(root)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_changes_nothing(root: Path, number: int) -> None:
    """Ctrl-C, and what a service manager sends: exit 5, the old pack, no kernel left."""
    before = manifest.load(root / "outputs" / CYCLE)
    slow(root)
    with start(root, "force") as run:
        wait_for_kernels(root)
        run.send_signal(number)
        _, error = run.communicate(timeout=120)
    assert run.returncode == 5
    assert "stopped by a signal" in error
    assert "Traceback" not in error
    check_whole(root, before)
    assert not left_running(root)
    check_next_run_completes(root)


def test_a_stop_that_strikes_code_in_a_string_ends_a_run_as_any_stop(tmp_path: Path) -> None:
    """Libraries run such code while they load; Python alone would end with SIGINT."""
    stopped = "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\nfor each in range(1000):\n    pass"
    (tmp_path / "stopped.py").write_text(
        f"import sys\nfrom pcp_analysis.pack.press import stoppable\ntry:\n    with stoppable():\n        exec({stopped!r})\n"
        "except KeyboardInterrupt:\n    sys.exit(5)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(tmp_path)])}
    done = subprocess.run([sys.executable, "-m", "stopped"], env=environment, timeout=60, check=False)
    assert done.returncode == 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_comes_when_the_new_pack_stands_is_too_late(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Exit code 5 would say that the old one does."""
    swap, handlers = publish.swap, [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]

    def late(new: Path, published: Path) -> None:
        swap(new, published)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(publish, "swap", late)
    assert press(make_edition(root), force=True).complete
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_a_run_that_is_killed_at_any_instant_changes_nothing_by_halves(root: Path) -> None:
    """SIGKILL to the press at twenty random instants: the pack is the old or the new one, the next run recovers."""
    with start(root, "force") as run:
        begun = time.monotonic()
        run.communicate(timeout=60)
        whole = time.monotonic() - begun
    instants = random.Random(20140911)
    killed = 0
    for _ in range(KILLS):
        with start(root, "force") as run:
            try:
                run.wait(instants.uniform(0.05, whole))
            except subprocess.TimeoutExpired:
                killed += 1
            run.kill()
        check_whole(root)
        assert not left_running(root)
    assert killed > KILLS / 2
    check_next_run_completes(root)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(("calls", "least"), [("renameat2,rename,renameat", 1), ("unlink,rmdir", 3)])
def test_a_run_that_is_killed_at_each_call_of_the_publication(root: Path, calls: str, least: int) -> None:
    """Before the first, the second, … rename or deletion of the press's own thread, until a run gets through."""
    if subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    for count in range(1, 40):
        traced = [
            "strace",
            "-qq",
            "-o",
            os.devnull,
            "-e",
            f"trace={calls}",
            "-e",
            f"inject={calls}:signal=KILL:when={count}",
        ]
        done = subprocess.run(
            [*traced, *command(root, "force")], cwd=CHECKOUT, env=environment, timeout=120, check=False
        )
        check_whole(root)
        assert not left_running(root)
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert count > least
    check_next_run_completes(root)


def test_two_runs_at_once(root: Path) -> None:
    """The second says who holds the lock and changes nothing; the first completes."""
    write_notebook(root / "notebooks" / "01_june.ipynb", june(code("import time\ntime.sleep(2)")))
    with start(root) as first:
        for process in wait_for_kernels(root):  # the zygote and its kernels never had the lock
            assert not [file for file in process.open_files() if file.path.endswith("lock")]
        with pytest.raises(PressError, match=f"process {first.pid} on "):
            press(make_edition(root))
        first.communicate(timeout=60)
    assert first.returncode == 0
    check_whole(root)


def test_a_file_size_limit_leaves_the_old_pack(root: Path) -> None:
    """A page cannot be written: exit 5 with the reason."""
    before = manifest.load(root / "outputs" / CYCLE)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))

    with start(root, "force", preexec_fn=limit) as run:
        _, error = run.communicate(timeout=60)
    assert run.returncode == 5, error
    assert "File too large" in error
    check_whole(root, before)
    check_next_run_completes(root)


def test_a_full_disk_leaves_the_old_pack(root: Path, made: Path) -> None:
    """There is room for one pack and not for two; then there is."""
    with mounted(root / "outputs", "480k"):
        shutil.copytree(made / "outputs" / CYCLE, root / "outputs" / CYCLE)
        before = manifest.load(root / "outputs" / CYCLE)
        filler = root / "outputs" / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(root / "outputs").free - 16384))
        with start(root, "force") as run:
            _, error = run.communicate(timeout=60)
        assert run.returncode == 5, error
        assert "No space left on device" in error
        check_whole(root, before)
        filler.unlink()
        assert press(make_edition(root), force=True).complete
        check_whole(root)


def test_a_read_only_disk_leaves_the_old_pack(root: Path, made: Path) -> None:
    """Exit 5 with the reason; an unchanged pack cannot be claimed either, for no lock can be had."""
    with mounted(root / "outputs", "1m"):
        shutil.copytree(made / "outputs" / CYCLE, root / "outputs" / CYCLE)
        before = manifest.load(root / "outputs" / CYCLE)
        subprocess.run(["mount", "-o", "remount,ro", str(root / "outputs")], check=True)
        with start(root, "force") as run:
            _, error = run.communicate(timeout=60)
        assert run.returncode == 5
        assert "cannot be written (Read-only file system)" in error
        check_whole(root, before)
        subprocess.run(["mount", "-o", "remount,rw", str(root / "outputs")], check=True)
        check_next_run = press(make_edition(root))
        assert check_next_run.unchanged
