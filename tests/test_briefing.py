"""A new cycle laid out: without a fault, with what was told last, what was promised for now and what falls due."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from pcp_analysis.findings import briefing
from pcp_analysis.plan import cycle
from pcp_analysis.strict.fault import FaultError

ROOT = Path(__file__).resolve().parents[1]
PLAN = "west-midlands-2014-15"
TITLE = "Implement the stop and search action plan"
DECEMBER = {"board_date": dt.date(2014, 12, 11), "data_cut_off": dt.date(2014, 11, 30), "plan": PLAN}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / cycle.FOLDER / "2014-09", tmp_path / cycle.FOLDER / "2014-09")
    return tmp_path


@pytest.fixture
def december(copy: Path) -> str:
    """The updates file that is laid out for December 2014."""
    return (briefing.lay_out(copy, "2014-12", **DECEMBER) / "updates.toml").read_text(encoding="utf-8")


def block(text: str, title: str) -> str:
    """The lines of a deliverable."""
    (found,) = (each for each in text.split("\n\n") if each.startswith(f"# {title}"))
    return found


def test_a_new_cycle_is_laid_out_without_fault(copy):
    """The folder of a new cycle has its three files, loads without fault and leaves nothing else behind."""
    folder = briefing.lay_out(copy, "2014-12", **DECEMBER)
    assert sorted(path.name for path in folder.iterdir()) == ["cycle.toml", "paper.csv", "updates.toml"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["2014-09", "2014-12"]
    loaded = cycle.load(copy, "2014-12")
    assert (loaded.board_date, loaded.data_cut_off, loaded.plan) == tuple(DECEMBER.values())
    assert loaded.updates == ()
    assert "# Now: due in October 2014: no record" in (folder / "updates.toml").read_text(encoding="utf-8")


def test_a_new_cycles_paper_has_the_columns_of_the_real_one(copy):
    """The header of paper.csv is that of the cycle that was checked against its paper."""
    folder = briefing.lay_out(copy, "2014-12", **DECEMBER)
    with (ROOT / cycle.FOLDER / "2014-09" / "paper.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert (folder / "paper.csv").read_text(encoding="utf-8") == ",".join(header) + "\n"


def test_a_new_cycle_never_overwrites(copy):
    """A cycle that is there already is a fault, and not a byte of it changes."""
    before = {path.name: path.read_bytes() for path in (copy / cycle.FOLDER / "2014-09").iterdir()}
    with pytest.raises(FaultError, match="laid out already"):
        briefing.lay_out(
            copy, "2014-09", **DECEMBER | {"board_date": dt.date(2014, 9, 11), "data_cut_off": dt.date(2014, 8, 31)}
        )
    assert {path.name: path.read_bytes() for path in (copy / cycle.FOLDER / "2014-09").iterdir()} == before


@pytest.mark.parametrize(
    ("name", "wrong", "rule"),
    [
        ("2014-12", {"data_cut_off": dt.date(2014, 12, 31)}, "after the Board's date"),
        ("2014-12", {"board_date": dt.date(2015, 1, 8)}, "not in the month"),
        ("2014-12", {"plan": "no-plan"}, "is no plan"),
        ("2014-13", {}, "is no cycle"),
        ("../2014-12", {}, "is no cycle"),
    ],
)
def test_a_new_cycle_with_a_fault_writes_nothing(copy, name, wrong, rule):
    """A wrong date, plan or month is a fault before anything is written."""
    with pytest.raises(FaultError) as raised:
        briefing.lay_out(copy, name, **DECEMBER | wrong)
    assert any(rule in fault.rule for fault in raised.value.faults)
    assert [path.name for path in (copy / cycle.FOLDER).iterdir()] == ["2014-09"]


def test_the_first_cycle_of_an_empty_root_can_be_laid_out(tmp_path):
    """A root without cycles gets its first one, which no Board was told anything of before."""
    briefing.lay_out(tmp_path, "2014-12", **DECEMBER)
    assert cycle.newest(tmp_path) == "2014-12"
    assert "Told in" not in (tmp_path / cycle.FOLDER / "2014-12" / "updates.toml").read_text(encoding="utf-8")


def test_what_the_last_board_was_told_stands_with_what_is_promised_for_now(december):
    """A deliverable names its lead and cadence, what September was told, and what the page says if nothing is filled in."""
    lines = block(december, TITLE).splitlines()
    assert lines[1:4] == [
        "# (ACC Operations; quarterly)",
        "# Told in September 2014: deferred to the standalone report on stop and search, October 2014",
        "# Now: standalone report on stop and search, October 2014: no record here that it was received",
    ]
    assert '# deliverable = "stop_and_search"' in lines[4:]
    told = block(december, "Increase confidence")
    assert "# Told in September 2014: The latest wave of the Feeling the Difference survey" in told
    assert max(map(len, told.splitlines())) < briefing.LONGEST + 40


def test_only_what_is_due_or_promised_has_an_entry(december):
    """What is not due until a later month is named with that month, and asked for nothing."""
    asked = set(re.findall(r'^# deliverable = "(\w+)"$', december, re.MULTILINE))
    assert {"stop_and_search", "extremism", "workforce_diversity", "property_crime", "complaints"} <= asked
    assert "youth_commission" in asked, "an answer that is awaited is asked for until it is recorded"
    quiet = [each for each in december.split("\n\n") if "# Now: not due until" in each]
    assert quiet
    assert not any("[[update]]" in each for each in quiet)


def test_a_commitment_is_laid_out_to_be_settled(december):
    """Each commitment that no cycle settled has an entry, with its date and how it stands."""
    settled = re.findall(r'^# commitment = "(\w+)"$', december, re.MULTILINE)
    assert len(settled) == 13
    assert "sentinel_2_launch" in settled
    assert "# Sentinel 2 is launched (paragraph 11) (September 2014)\n# the date has passed; no record here" in december


def test_the_entries_of_a_new_updates_file_can_be_filled_in(copy, december):
    """With the marks taken off and texts, dates and sources written, a new updates.toml is without fault."""
    marked = r"^# (\[\[(?:update|settled)\]\]|(?:deliverable|source|text|commitment|became|date) = .*|\"\"\")$"
    filled = re.sub(marked, r"\1", december, flags=re.MULTILINE)
    filled = (
        filled.replace("YYYY-MM-DD", "2014-12-04")
        .replace('source = ""', 'source = "paragraph 1"')
        .replace('text = """\n', 'text = """\nReported.\n')
    )
    path = copy / cycle.FOLDER / "2014-12" / "updates.toml"
    path.write_text(filled, encoding="utf-8")
    assert cycle.check(copy, "2014-12") == []
    loaded = cycle.load(copy, "2014-12")
    assert len(loaded.updates) == december.count("# [[update]]")
    assert len(loaded.settlements) == december.count("# [[settled]]\n") > 13
