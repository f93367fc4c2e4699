"""The ring of faults around the pack of September 2014: one of each kind, on the real notebooks, through the real
command.

What is tried at every instant and at each call of the publication is tried on the fixture, in test_ring.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis import edition
from pcp_analysis.pack import manifest
from pcp_analysis.pack.job import Limits
from pcp_analysis.pack.press import press
from tests.conftest import CYCLE, PCP, Pack, run_pcp, tree
from tests.ring import check_whole, left_running, mounted, wait_for_kernels

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="signals and mounts of Linux")]
# A notebook may import pandas and little else; through pandas it reaches what a broken library would do to it.
LEAVES = "import pandas as pd\\npd.io.common.os._exit(0)"
SIGNALS_ITSELF = "import pandas as pd\\npd.io.common.os.kill(pd.io.common.os.getpid(), {number})"


@pytest.fixture
def root(built: Pack, tmp_path: Path) -> Iterator[Path]:
    """The real root with its published pack; afterwards no process of it may be left, and the pack is whole."""
    root = shutil.copytree(built.root, tmp_path / "root")
    yield root
    assert not left_running(root)
    check_whole(root)


def spoil(root: Path, name: str, source: str) -> None:
    """Put *source* in the place of a notebook's last cell."""
    file = root / "notebooks" / f"{name}.ipynb"
    text = file.read_text(encoding="utf-8")
    assert '"outcome.sources()"' in text
    file.write_text(text.replace('"outcome.sources()"', f'"{source}"'), encoding="utf-8", newline="\n")


def mend(root: Path, built: Pack, *names: str) -> None:
    """The notebooks as they were."""
    for name in names:
        shutil.copyfile(built.root / "notebooks" / f"{name}.ipynb", root / "notebooks" / f"{name}.ipynb")


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    """``pcp report`` as a process of its own."""
    environment = os.environ | {"PCP_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [PCP, "report", CYCLE, *options],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell that runs the tests in the background has it ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def published(root: Path) -> dict[str, bytes]:
    """Every file of the published pack."""
    return tree(root / "outputs" / CYCLE)


def executed_last(root: Path) -> list[str]:
    """The notebooks that the newest run executed."""
    lines = [json.loads(line) for line in (root / "outputs/run.log").read_text(encoding="utf-8").splitlines()]
    return sorted(line["notebook"] for line in lines if line["event"] == "executed" and line["run"] == lines[-1]["run"])


def test_notebooks_at_fault_are_stubs_and_the_next_run_makes_only_them(root: Path, built: Pack) -> None:
    """One raises, one leaves, both in one run; mended, the pack is byte for byte what it was."""
    kinds = {
        "04_value_for_money": "1 / 0",
        "05_social_responsibility": LEAVES,
    }
    for name, source in kinds.items():
        spoil(root, name, source)
    said = run_pcp("report", CYCLE, root=root)
    assert said.returncode == 3
    assert "INCOMPLETE: 2 of 15 pages are missing" in said.stderr
    assert "Traceback" not in said.stderr
    check_whole(root)
    pages = {name: data.decode("utf-8") for name, data in published(root).items() if name.endswith(".html")}
    assert "INCOMPLETE" in pages["index.html"]
    assert "A calculation on it stopped with an error" in pages["04_value_for_money.html"]
    assert "It was ended before all of its calculations were done" in pages["05_social_responsibility.html"]
    for name in kinds:
        assert f"an earlier version of this pack, that of cycle {CYCLE}" in pages[f"{name}.html"]
    assert not any("Traceback" in text or "ZeroDivisionError" in text for text in pages.values())
    assert "ZeroDivisionError" in (root / "outputs/run.log").read_text(encoding="utf-8")
    mend(root, built, *kinds)
    assert run_pcp("report", CYCLE, root=root).returncode == 0
    assert executed_last(root) == sorted(kinds)
    assert published(root) == published(built.root)


def test_a_kernel_that_stands_still_runs_out_of_time(root: Path, built: Pack) -> None:
    """SIGSTOP: nothing comes from it any more, and its cell's time ends."""
    spoil(root, "07_protecting_people", SIGNALS_ITSELF.format(number=int(signal.SIGSTOP)))
    placed = edition.gather(root, CYCLE)
    outcome = press(replace(placed, limits=Limits(cell=4.0)))
    assert (outcome.complete, list(outcome.failed)) == (False, ["07_protecting_people"])
    assert "took longer than the time allowed" in outcome.failed["07_protecting_people"]
    mend(root, built, "07_protecting_people")
    assert run_pcp("report", CYCLE, root=root).returncode == 0
    assert published(root) == published(built.root)


def test_a_run_that_is_stopped_or_killed_leaves_the_old_pack(root: Path, built: Pack) -> None:
    """A signal while the inputs are checked and while kernels run; SIGKILL at instants drawn by chance, and at the
    exchange itself. Then a run completes.
    """
    before = manifest.load(root / "outputs" / CYCLE)
    for number, processes in ((signal.SIGINT, 2), (signal.SIGTERM, 3), (signal.SIGINT, 4)):
        with start(root, "--force") as run:
            wait_for_kernels(root, least=processes)  # the command and its zygote; the check aside; two kernels
            run.send_signal(number)
            _, error = run.communicate(timeout=120)
        assert run.returncode == 5, error
        assert "stopped by a signal" in error
        assert "Traceback" not in error
        check_whole(root, before)
        assert not left_running(root)
    instants = random.Random(20140911)
    for _ in range(3):
        with start(root, "--force") as run:
            time.sleep(instants.uniform(0.2, 4.0))
            run.kill()
        check_whole(root)
        assert not left_running(root)
    if (
        shutil.which("strace")
        and not subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode
    ):
        traced = [
            "strace",
            "-qq",
            "-o",
            os.devnull,
            "-e",
            "trace=renameat2",
            "-e",
            "inject=renameat2:signal=KILL:when=1",
        ]
        done = subprocess.run(
            [*traced, PCP, "report", CYCLE, "--force"],
            cwd=root,
            env=os.environ | {"PCP_ROOT": str(root)},
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode != 0
        check_whole(root, before)
        assert not left_running(root)
    assert run_pcp("report", CYCLE, "--force", root=root).returncode == 0
    assert published(root) == published(built.root)
    assert [file.name for file in (root / "outputs/.press").iterdir()] == ["lock"]


def test_a_second_run_says_who_holds_the_lock(root: Path) -> None:
    """It changes nothing, and the first completes."""
    before = manifest.load(root / "outputs" / CYCLE)
    with start(root, "--force") as first:
        wait_for_kernels(root, least=3)
        second = run_pcp("report", CYCLE, "--force", root=root)
        first.communicate(timeout=60)
    assert second.returncode == 5
    assert f"process {first.pid} on " in second.stderr
    assert first.returncode == 0
    check_whole(root, before)


def test_a_full_and_a_read_only_disk_leave_the_old_pack(root: Path, built: Pack) -> None:
    """Exit 5 with the reason, twice; with room again the next run completes."""
    with mounted(root / "outputs", "12m"):
        shutil.copytree(built.folder, root / "outputs" / CYCLE)
        before = manifest.load(root / "outputs" / CYCLE)
        filler = root / "outputs" / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(root / "outputs").free - 262_144))
        full = run_pcp("report", CYCLE, "--force", root=root)
        assert full.returncode == 5, full.stderr
        assert "No space left on device" in full.stderr
        check_whole(root, before)
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(root / "outputs")], check=True)
        locked = run_pcp("report", CYCLE, "--force", root=root)
        assert locked.returncode == 5
        assert "cannot be written (Read-only file system)" in locked.stderr
        check_whole(root, before)
        subprocess.run(["mount", "-o", "remount,rw", str(root / "outputs")], check=True)
        assert run_pcp("report", CYCLE, "--force", root=root).returncode == 0
        assert published(root) == published(built.root)
