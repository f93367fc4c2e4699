"""What a change makes anew: the notebooks that used what was changed, and no other. And what is checked again, and what
not.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from pcp_analysis import edition
from pcp_analysis.loaders import register_files
from pcp_analysis.pack.run import Run
from tests.conftest import CYCLE, Pack, run_pcp

pytestmark = pytest.mark.slow
AS_AT = dt.date(2014, 9, 11)


@pytest.fixture
def root(built: Pack, tmp_path: Path) -> Path:
    """The root of the pack that was built, copied with what is published."""
    return shutil.copytree(built.root, tmp_path / "root")


def todo(root: Path) -> list[str]:
    """The notebooks that the next report would execute."""
    placed = edition.gather(root, CYCLE)
    return [job.id for job in Run(placed).reuse()]


def replace_in(file: Path, old: str, new: str) -> None:
    """Change the first *old* in a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def every_notebook(root: Path) -> list[str]:
    """All of them."""
    return [job.id for job in edition.gather(root, CYCLE).jobs]


def test_nothing_changed_makes_nothing_anew(root: Path) -> None:
    """A copy in another folder is the same."""
    assert todo(root) == []


def test_a_row_makes_those_pages_anew_that_use_its_table(root: Path) -> None:
    """The pilot neighbourhood's confidence stands on page 3 and in the paper's check, and nowhere else."""
    file = root / "data/raw/shown/local_confidence.csv"
    replace_in(file, ",87,", ",88,")
    register_files(root, [file], AS_AT)
    assert todo(root) == ["03_local_identity", "paper_check", "paper_sound"]


def test_what_the_register_says_is_part_of_what_a_page_prints(root: Path) -> None:
    """A licence that is mended in the register stands in the list of sources of the pages that use the input."""
    replace_in(root / "data/raw/register.toml", 'title = "Confidence in the Sandwell', 'title = "Trust in the Sandwell')
    assert todo(root) == ["03_local_identity", "paper_check", "paper_sound"]


def test_what_leads_reported_may_stand_on_any_page(root: Path) -> None:
    """A status of one page is counted on another."""
    replace_in(root / "data/raw/cycles" / CYCLE / "updates.toml", "Accenture", "Accenture UK")
    assert todo(root) == every_notebook(root)


def test_the_claims_of_the_paper_are_of_its_check_alone(root: Path) -> None:
    """No other page reads them, but those that lead from what is marked as stated to its verdict."""
    with (root / "data/raw/cycles" / CYCLE / "claims.toml").open("a", encoding="utf-8") as file:
        file.write("# checked once more\n")
    assert todo(root) == [
        "00_overview",
        "01_public_confidence",
        "02_stronger_partnerships",
        "06_reduce_crime",
        "08_public_service",
        "09_stronger_communities",
        "paper_check",
        "paper_sound",
    ]


def test_a_new_measure_may_be_one_that_any_page_asks_for(root: Path) -> None:
    """Which measures there are decides what a name means."""
    file = root / "data/raw/shown/local_confidence.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text(
        "\n".join([*lines, "another" + lines[-1][lines[-1].index(",") :]]) + "\n", encoding="utf-8", newline="\n"
    )
    register_files(root, [file], AS_AT)
    assert todo(root) == every_notebook(root)


def test_a_cycle_that_was_laid_out_before_this_one_makes_all_pages_anew(root: Path) -> None:
    """Its statuses may have come from there."""
    earlier = shutil.copytree(root / "data/raw/cycles" / CYCLE, root / "data/raw/cycles/2014-06")
    replace_in(earlier / "cycle.toml", "2014-09-11", "2014-06-11")
    replace_in(earlier / "cycle.toml", "2014-08-31", "2014-05-31")
    for name in ("updates.toml", "claims.toml", "paper.csv"):
        (earlier / name).unlink()
    (earlier / "updates.toml").write_text("# Nothing was said.\n", encoding="utf-8")
    assert todo(root) == every_notebook(root)


def test_a_later_row_makes_nothing_anew(root: Path) -> None:
    """The cycle does not see it; but what is wrong with it is found all the same."""
    file = root / "data/raw/recorded_crime.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    last = lines[-1].split(",")
    assert last[1].startswith("2018")
    file.write_text("".join([*lines[:-1], ",".join([*last[:-1], "x\n"])]), encoding="utf-8", newline="\n")
    register_files(root, [file], dt.date(2019, 4, 25))
    assert todo(root) == []
    said = run_pcp("report", CYCLE, "--force", root=root)
    assert said.returncode == 1
    assert f"line {len(lines)}" in said.stderr


def test_an_edited_notebook_is_the_only_thing_that_is_checked(root: Path) -> None:
    """Inputs that an earlier report found without fault, and that are the same, are not checked again, nor tables
    written.
    """
    note = root / "data/processed" / CYCLE / "checked.json"
    written = note.stat().st_mtime_ns
    replace_in(root / "notebooks/05_social_responsibility.ipynb", "outcome.sources()", "outcome.source()")
    said = run_pcp("report", CYCLE, root=root)
    assert (said.returncode, "source" in said.stderr) == (1, True)
    replace_in(root / "notebooks/05_social_responsibility.ipynb", "outcome.source()", "outcome.sources() ")
    assert run_pcp("report", CYCLE, root=root).returncode == 0
    assert note.stat().st_mtime_ns == written
    log = [json.loads(line) for line in (root / "outputs/run.log").read_text(encoding="utf-8").splitlines()]
    assert [line["notebook"] for line in log if line["event"] == "executed"][len(every_notebook(root)) :] == [
        "05_social_responsibility"
    ]


@pytest.mark.parametrize("spoil", ["", "{}", "[]", '{"sources": 1, "tables": 2}', "\x00"])
def test_a_note_that_cannot_be_read_means_that_all_is_checked(root: Path, spoil: str) -> None:
    """So does a table that was changed by hand."""
    assert edition.gather(root, CYCLE).passed()
    table = root / "data/processed" / CYCLE / "population.csv"
    text = table.read_bytes()
    table.write_bytes(text + b"\n")
    assert not edition.gather(root, CYCLE).passed()
    table.write_bytes(text)
    (root / "data/processed" / CYCLE / "checked.json").write_text(spoil, encoding="utf-8")
    assert not edition.gather(root, CYCLE).passed()
