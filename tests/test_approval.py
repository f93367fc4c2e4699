"""An approved cycle is closed: through the real commands it stands to the byte, whatever comes later, until it is reopened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pcp_analysis.pack import archive
from tests.conftest import CHECKOUT, CYCLE, Pack, run_pcp, tree

pytestmark = pytest.mark.slow
NAME = "Made-up Person"


def sign(root: Path, role: str = "approver", *, name: str = NAME, day: str = "2014-09-12") -> None:
    """pcp sign-off, which must do it."""
    done = run_pcp("sign-off", CYCLE, "--role", role, "--name", name, "--date", day, root=root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def approved(built: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of September 2014 with its approved pack; no test may change it."""
    root = Path(shutil.copytree(built.root, tmp_path_factory.mktemp("approved") / "root"))
    sign(root, "analyst", name="Another Made-up Person", day="2014-09-10")
    sign(root)
    return root


@pytest.fixture
def root(approved: Path, tmp_path: Path) -> Path:
    """A copy of the approved root."""
    return Path(shutil.copytree(approved, tmp_path / "root"))


def events(root: Path) -> list[dict]:
    lines = (root / "outputs/run.log").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_approval_is_published_kept_and_stands(root: Path, built: Pack) -> None:
    """The same executed notebooks, with who signed in place of DRAFT; a report after it changes no byte."""
    pack, before = tree(root / "outputs" / CYCLE), tree(built.folder)
    assert {name for name in pack if name.startswith("notebooks/") and pack[name] != before[name]} == set()
    front = pack["index.html"].decode()
    assert f"Approved by {NAME}, 12 September 2014" in front
    assert (
        f"Analyst Another Made-up Person, 10 September 2014: signed; Approver {NAME}, 12 September 2014: signed"
        in front
    )
    assert "DRAFT" not in front
    assert all(b"DRAFT" not in page for name, page in pack.items() if name.endswith(".html"))
    assert archive.files(root, CYCLE) == pack
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, said.stderr) == (0, "")
    assert (
        said.stdout == f"{CYCLE}: Approved by {NAME}, 12 September 2014; outputs/{CYCLE} stands as it was approved.\n"
    )
    assert tree(root / "outputs" / CYCLE) == pack
    verified = run_pcp("verify", CYCLE, root=root)
    assert verified.returncode == 0, verified.stdout
    assert "is what was approved, byte for byte" in verified.stdout
    assert f"{CYCLE}: executed again now it would be the same." in verified.stdout
    assert events(root)[-2]["event"] == "stands"


def later_row(root: Path) -> None:
    """A row of December in a printed table, registered as the docs say."""
    file = root / "data/raw/shown/year_to_date.csv"
    row = "robbery,change,Change in robbery,-9.9,percent,2014/15 year to date,2013/14,lower,2014-12,1,quoted,\n"
    file.write_text(file.read_text(encoding="utf-8") + row, encoding="utf-8", newline="\n")
    assert run_pcp("register", "shown/year_to_date.csv", "--as-at", "2014-12-04", root=root).returncode == 0


def other_words(root: Path) -> None:
    """An update of the approved cycle, written anew."""
    file = root / f"data/raw/cycles/{CYCLE}/updates.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("the text gives no figure for it", "the text has no figure for it"), encoding="utf-8")


def other_notebook(root: Path) -> None:
    """A notebook of an outcome, with a heading more."""
    file = root / "notebooks/06_reduce_crime.ipynb"
    text = json.loads(file.read_text(encoding="utf-8"))
    text["cells"].append({"cell_type": "markdown", "id": "more", "metadata": {}, "source": "## More"})
    file.write_text(json.dumps(text), encoding="utf-8")


def no_notebooks(root: Path) -> None:
    """Everything that the pack was made from is at fault."""
    for file in (root / "notebooks").glob("*.ipynb"):
        file.write_text("", encoding="utf-8")


def no_outputs(root: Path) -> None:
    """``make clean``."""
    shutil.rmtree(root / "outputs")


def pages_altered(root: Path) -> None:
    """A page gone, a page altered, a file more."""
    pack = root / "outputs" / CYCLE
    (pack / "01_public_confidence.html").unlink()
    (pack / "index.html").write_text("altered", encoding="utf-8")
    (pack / "more.txt").write_text("more", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (later_row, ""),
        (other_words, "since then these have moved, and change nothing of it: notebook "),
        (other_notebook, "since then these have moved, and change nothing of it: notebook 06_reduce_crime: sha256"),
        (no_notebooks, "since then these have moved"),
        (no_outputs, " files."),
        (
            pages_altered,
            "put back from data/raw/cycles/2014-09/approved: 01_public_confidence.html, index.html, more.txt.",
        ),
    ],
)
def test_whatever_comes_later_an_approved_pack_is_the_same_bytes(
    root: Path, change: Callable[[Path], None], words: str
) -> None:
    """Exit 0, every file as it was approved, and a line that says what has moved."""
    before = tree(root / "outputs" / CYCLE)
    change(root)
    for options in ((), ("--force",)):
        said = run_pcp("report", CYCLE, *options, root=root)
        assert said.returncode == 0, said.stderr
        assert "stands as it was approved" in said.stdout
        assert tree(root / "outputs" / CYCLE) == before
        if not options:
            assert words in said.stdout, said.stdout


def test_verify_compares_with_what_was_approved(root: Path) -> None:
    """An altered page is a difference, 4; other inputs are none, and what they would give now is said."""
    page = root / "outputs" / CYCLE / "06_reduce_crime.html"
    whole = page.read_bytes()
    page.write_bytes(whole.replace(b"Robbery", b"Theft"))
    said = run_pcp("verify", CYCLE, root=root)
    assert (said.returncode, "06_reduce_crime.html: not as it was approved" in said.stdout) == (4, True)
    page.write_bytes(whole)
    other_words(root)
    said = run_pcp("verify", CYCLE, root=root)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "now different: " in said.stdout
    assert "executed again now it would differ in" in said.stdout


def test_reopening_withdraws_the_approval_and_says_so(root: Path) -> None:
    """A draft again that names the withdrawal; the pack that was withdrawn is kept, never in outputs; then edition 2."""
    before = tree(root / "outputs" / CYCLE)
    refused = run_pcp("report", CYCLE, "--reopen", " ", root=root)
    assert (refused.returncode, "reason" in refused.stderr) == (1, True)
    no_name = run_pcp("sign-off", CYCLE, "--role", "assurer", "--name", NAME, "--date", "2014-09-13", root=root)
    assert (no_name.returncode, "is closed" in no_name.stderr) == (1, True)
    assert tree(root / "outputs" / CYCLE) == before
    other_words(root)
    said = run_pcp("report", CYCLE, "--reopen", "A word was wrong", root=root)
    assert said.returncode == 0, said.stderr
    front = (root / "outputs" / CYCLE / "index.html").read_text(encoding="utf-8")
    assert "DRAFT" in front
    assert f"Approver {NAME}, 12 September 2014: withdrawn: A word was wrong" in front
    assert "Analyst Another Made-up Person, 10 September 2014: lapsed, since one statement changed after it" in front
    assert {"event": "withdrawn", "reason": "A word was wrong"}.items() <= {
        key: each for line in events(root) if line["event"] == "withdrawn" for key, each in line.items()
    }.items()
    folder = archive.folder(root, CYCLE)
    assert not folder.exists()
    assert (folder.with_name("withdrawn-1") / "pack.zip").read_bytes() == before["pack.zip"]
    assert run_pcp("report", CYCLE, "--reopen", "again", root=root).returncode == 1
    assert (
        "the analyst's signature (Another Made-up Person, 2014-09-10) has lapsed: one statement changed since"
        in said.stderr
    )
    assert [line["signature"][:13] for line in events(root) if line["event"] == "lapsed"] == ["sign-off.toml"]
    assert "has lapsed" in run_pcp("check", CYCLE, root=root).stderr
    sign(root, day="2014-09-20")
    front = (root / "outputs" / CYCLE / "index.html").read_text(encoding="utf-8")
    assert f"Approved by {NAME}, 20 September 2014. Edition 2: A word was wrong" in front


def test_a_later_cycle_takes_what_the_board_was_given(root: Path) -> None:
    """From the archive, with nothing copied by hand; of a cycle that is not approved it is said that it is computed."""
    folder = root / "data/raw/cycles/2014-12"
    laid = ["new-cycle", "2014-12", "--board-date", "2014-12-11", "--data-cut-off", "2014-11-30"]
    assert run_pcp(*laid, root=root).returncode == 0
    assert folder.is_dir()
    kept = archive.folder(root, CYCLE) / "figures.csv"
    assert kept.read_bytes() == (root / "outputs" / CYCLE / "figures.csv").read_bytes()
    told = run_pcp("diff", CYCLE, "2014-12", root=root)
    assert "The cycle before is not approved" not in told.stdout, told.stdout
    open_root = Path(shutil.copytree(CHECKOUT / "data", root.parent / "open" / "data")).parent
    shutil.copytree(folder, open_root / "data/raw/cycles/2014-12")
    told = run_pcp("diff", CYCLE, "2014-12", root=open_root)
    assert "The cycle before is not approved" in told.stdout, told.stdout
