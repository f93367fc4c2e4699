"""pcp verify's comparison of a published pack with one that is made anew."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.press import press
from pcp_analysis.pack.verify import Mismatch, verify
from tests.pack_fixture import CYCLE, HEADING, INPUTS, code, june, make_edition, make_root, write_notebook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a pack."""
    root = make_root(tmp_path_factory.mktemp("made"))
    press(make_edition(root, environment={"pandas": "3.1"}))
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A root of one's own with a pack."""
    return shutil.copytree(made, tmp_path / "root")


def differences(root: Path, **options: object) -> list[Mismatch]:
    """What verify finds in *root*."""
    return verify(make_edition(root, **{"environment": {"pandas": "3.1"}} | options))


def test_a_sound_pack_has_no_difference(root: Path) -> None:
    """And nothing under outputs is touched."""
    before = {file: file.stat().st_mtime_ns for file in (root / "outputs").rglob("*")}
    assert differences(root) == []
    assert before == {file: file.stat().st_mtime_ns for file in (root / "outputs").rglob("*")}


def test_an_altered_figure_is_named_with_both_values(root: Path) -> None:
    """Somebody improved a figure of the published pack by hand."""
    file = root / "outputs" / CYCLE / "figures.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",48,", ",47,"), encoding="utf-8")
    found = differences(root)
    assert Mismatch("figure rain.june", "value differs", "47", "48") in found
    assert [entry.what for entry in found if entry.where == "figures.csv"] == ["altered since it was published"]
    assert "figure rain.june: value differs (published 47, made now 48)" in map(str, found)


def test_a_changed_notebook_is_named_with_what_follows(root: Path) -> None:
    """The notebook's source, its executed form, its page, its figure."""
    cells = june()
    cells[2]["source"] = cells[2]["source"].replace("48", "50")
    write_notebook(root / "notebooks" / "01_june.ipynb", cells)
    where = {entry.where for entry in differences(root)}
    assert where == {
        "notebook 01_june: sha256", "notebooks/01_june.ipynb", "01_june.html", "01_june_figures.html", "figures.csv", "figure rain.june",
    }  # fmt: skip


def test_a_notebook_that_gives_other_bytes_each_time_is_found(tmp_path: Path) -> None:
    """The clock, read by a notebook: the same inputs do not give the same page."""
    clock = code("import time\nfrom IPython.display import HTML\nHTML(f'<p>{time.time_ns()}</p>')")
    root = make_root(tmp_path, second=june(clock))
    press(make_edition(root, environment={"pandas": "3.1"}))
    assert {entry.where for entry in differences(root)} == {"notebooks/01_june.ipynb", "01_june.html"}


def test_other_versions_and_rows_are_named(root: Path) -> None:
    """What explains a difference stands beside it."""
    inputs = [{**INPUTS[0], "sha256": "cd" * 32}]
    found = {
        (entry.where, entry.published, entry.now)
        for entry in differences(root, inputs=inputs, environment={"pandas": "3.2"})
    }
    assert ("version: pandas", "3.1", "3.2") in found
    assert ("input: rain", "ab" * 6, "cd" * 6) in found


def test_missing_and_stray_files_are_named(root: Path) -> None:
    """A page that was deleted, a file that nobody made."""
    (root / "outputs" / CYCLE / "01_june.html").unlink()
    (root / "outputs" / CYCLE / "notes.txt").write_text("mine", encoding="utf-8")
    assert [(entry.where, entry.what) for entry in differences(root)] == [
        ("01_june.html", "altered since it was published"),
        ("notes.txt", "not in the manifest"),
    ]


def test_an_incomplete_pack_can_be_verified(tmp_path: Path) -> None:
    """A stub is made again as a stub; once the notebook is mended, that is the difference."""
    root = make_root(tmp_path, second=june(code("1 / 0")))
    press(make_edition(root, environment={"pandas": "3.1"}))
    assert differences(root) == []
    write_notebook(root / "notebooks" / "01_june.ipynb", june())
    assert "notebook 01_june: failed" in {entry.where for entry in differences(root)}


def test_without_a_pack_there_is_nothing_to_verify(tmp_path: Path) -> None:
    """It says what to do first."""
    root = make_root(tmp_path)
    with pytest.raises(PressError, match=r"run pcp report 2014-09 first"):
        differences(root)


def test_the_words_around_the_pages_are_compared_too(root: Path) -> None:
    """Another date of the Board: every page differs, no figure does."""
    found = differences(root, heading=replace(HEADING, date="12 September 2014"))
    assert {entry.where for entry in found} == {
        "index.html",
        "01_june.html",
        "00_overview_figures.html",
        "01_june_figures.html",
    }
