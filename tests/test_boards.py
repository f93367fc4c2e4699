"""The list of all packs, and the building of all of them: through the real command, on the two cycles of the tree."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pcp_analysis import boards
from tests.conftest import CYCLE, Pack, run_pcp, tree

pytestmark = pytest.mark.slow
JUNE = "2015-06"


@pytest.fixture(scope="module")
def root(built: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of September 2014, whose other cycle is built by ``pcp report --all``."""
    root = Path(shutil.copytree(built.root, tmp_path_factory.mktemp("all") / "root"))
    shutil.rmtree(root / "outputs" / JUNE, ignore_errors=True)
    said = run_pcp("report", "--all", root=root)
    assert said.returncode == 0, said.stderr
    assert f"{CYCLE}: nothing new" in said.stdout
    assert f"{JUNE}: 13 of 13 notebooks run" in said.stdout
    return root


def test_every_pack_is_listed_with_its_state(root: Path, built: Pack) -> None:
    """The latest first: date, title, state, the courses of its milestones, and its archive; every link leads somewhere."""
    text = (root / "outputs/index.html").read_text(encoding="utf-8")
    assert re.findall(r'<a href="([\w-]+)/index.html">([^<]+)</a>', text) == [
        (JUNE, "11 June 2015"),
        (CYCLE, "11 September 2014"),
    ]
    assert text.count("DRAFT, not yet approved") == 2
    assert "2 met, 2 not met, 12 not known here" in text
    assert "1 on course, 2 likely, 1 unlikely, 1 met so far" in text
    for link in re.findall(r'href="([^"]+)"', text):
        assert (root / "outputs" / link).is_file(), link
    assert "<script" not in text
    assert tree(root / "outputs" / CYCLE) == tree(built.folder)


def test_a_cycle_at_fault_keeps_no_other_from_being_built(root: Path, tmp_path: Path) -> None:
    """June is at fault and named, September is built, and the exit code says that something was at fault."""
    held = Path(shutil.copytree(root, tmp_path / "root"))
    (held / f"data/raw/cycles/{JUNE}/cycle.toml").write_text("[nothing\n", encoding="utf-8")
    (held / f"outputs/{CYCLE}/index.html").unlink()
    said = run_pcp("report", "--all", root=held)
    assert said.returncode == 1
    assert f"{JUNE}:\n" in said.stderr
    assert f"data/raw/cycles/{JUNE}/cycle.toml: line 1" in said.stderr
    assert (held / f"outputs/{CYCLE}/index.html").is_file()


def test_all_names_every_cycle_and_stands_alone(root: Path) -> None:
    """With a cycle, or with a reason to reopen one, it is no order: exit 2."""
    for more in ((CYCLE,), ("--reopen", "made up")):
        assert run_pcp("report", "--all", *more, root=root).returncode == 2


def test_where_nothing_is_published_there_is_no_list(tmp_path: Path) -> None:
    """A folder that is empty, or holds what is no pack."""
    (tmp_path / "2014-09").mkdir()
    (tmp_path / "2014-09/manifest.json").write_text("{}", encoding="utf-8")
    boards.write(tmp_path)
    assert not (tmp_path / "index.html").exists()
