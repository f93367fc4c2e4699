"""What tests share: the checkout, the folder beside it, copies of the committed root, and one pack of September 2014."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import hypothesis
import pytest

from pcp_analysis.figures.figure import Figure

# No test is timed: these machines are shared.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"
CYCLE = "2014-09"
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
#: Those of the pack of September 2014, whose year goes on.
OF_SEPTEMBER = [path for path in NOTEBOOKS if path.stem != "year_end"]
PCP = Path(sys.executable).with_name("pcp")


def copy_root(folder: Path) -> Path:
    """The committed part of the root, its inputs and notebooks, copied into *folder*."""
    hidden = shutil.ignore_patterns(".*", "processed")
    for name in ("data", "notebooks"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=hidden)
    return folder


def figure_of(*, id: str, **fields: object) -> Figure:
    """A made-up figure, whose measure and item are the first and the last part of its id where no others are given."""
    names = {"measure": id.partition(".")[0], "item": id.rpartition(".")[2]}
    return Figure(**{"id": id, "title": "Made up", "method": "", "inputs": (), **names, **fields})


def run_pcp(*arguments: object, root: Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The installed command in a process of its own, in *folder* (default: the root), with PCP_ROOT as its only
    setting.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PCP_ROOT"} | {"PCP_ROOT": str(root)}
    return subprocess.run(
        [PCP, *map(str, arguments)],
        cwd=folder or root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below *folder*, by its path, with its bytes; but for what the press keeps for itself, its lock and log."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".press" not in file.parts and file.name != "run.log"
    }


@dataclass(frozen=True)
class Pack:
    """A pack that was built from a copy of the root."""

    root: Path
    said: subprocess.CompletedProcess[str]

    @property
    def folder(self) -> Path:
        """Where the pack lies."""
        return self.root / "outputs" / CYCLE

    @cached_property
    def pages(self) -> dict[str, str]:
        """The HTML of every page, by file name."""
        return {page.name: page.read_text(encoding="utf-8") for page in sorted(self.folder.glob("*.html"))}

    @cached_property
    def figures(self) -> list[dict[str, str]]:
        """The rows of figures.csv."""
        with (self.folder / "figures.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of publishers' files beside the checkout; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder shared/ with the publishers' files is not beside the checkout")
    return SHARED


@pytest.fixture
def copied_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the committed root, without outputs, of which no setting of the machine knows."""
    monkeypatch.delenv("PCP_ROOT", raising=False)
    return copy_root(tmp_path / "root")


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Pack]:
    """Builds a pack from a copy of the root that *change* may have altered first."""

    def build(change: Callable[[Path], None] = lambda root: None) -> Pack:
        root = copy_root(tmp_path_factory.mktemp("pack") / "root")
        change(root)
        return Pack(root, run_pcp("report", CYCLE, root=root))

    return build


@pytest.fixture(scope="session")
def built(press: Callable[..., Pack]) -> Pack:
    """The pack of September 2014, built once a session from the committed inputs and notebooks."""
    pack = press()
    assert pack.said.returncode == 0, pack.said.stderr
    return pack
