"""The pack of September 2014 is the same bytes wherever it is made: another folder, clock, language, hash seed, kernel,
number of cores, processor.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pcp_analysis import edition
from pcp_analysis.pack import zygote
from pcp_analysis.pack.press import press
from tests.conftest import CYCLE, PCP, Pack, copy_root, tree

pytestmark = pytest.mark.slow


def test_another_place_gives_the_same_bytes(built: Pack, tmp_path: Path) -> None:
    """Pages, figures, notebooks, manifest and archive, with one worker instead of as many as there are cores."""
    root = copy_root(tmp_path / "anderswo é")
    elsewhere = {
        "TZ": "Asia/Kolkata",
        "LC_ALL": "de_DE.UTF-8",
        "LANG": "de_DE.UTF-8",
        "PYTHONHASHSEED": "77",
        "COLUMNS": "40",
        "MPLBACKEND": "svg",
        "PYTHONWARNINGS": "always",
        # a processor without AVX-512, and one with no wide registers at all for linear algebra
        "NPY_DISABLE_CPU_FEATURES": "X86_V4",
        "OPENBLAS_CORETYPE": "Prescott",
        "PCP_ROOT": str(root),
    }

    def one_core() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    done = subprocess.run(
        [PCP, "report", CYCLE],
        cwd=tmp_path,
        env=os.environ | elsewhere,
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=one_core if sys.platform != "win32" else None,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert tree(root / "outputs" / CYCLE) == tree(built.folder)


def test_ordinary_kernels_give_the_same_bytes(built: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be forked, and with three workers."""
    root = copy_root(tmp_path / "root")
    monkeypatch.setattr(zygote, "supported", lambda: False)
    placed = edition.gather(root, CYCLE)
    assert press(placed, workers=3).complete
    assert tree(root / "outputs" / CYCLE) == tree(built.folder)
