"""Cycles: the real one of September 2014, faults planted in a copy of it, roots, plans and new cycles."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.plan import cycle, model
from pcp_analysis.strict.fault import FaultError

ROOT = Path(__file__).resolve().parents[1]
PLAN = "west-midlands-2014-15"
NAME = "data/raw/cycles/2014-09/cycle.toml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / cycle.FOLDER / "2014-09", tmp_path / cycle.FOLDER / "2014-09")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Plant *new* for the first *old*, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is no longer in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_the_first_cycle_is_the_board_of_11_september_2014():
    """The real cycle is without fault and has its dates, plan and agenda item."""
    assert cycle.check(ROOT, "2014-09") == []
    loaded = cycle.load(ROOT, "2014-09")
    assert (loaded.board_date, loaded.data_cut_off) == (dt.date(2014, 9, 11), dt.date(2014, 8, 31))
    assert (loaded.plan, loaded.agenda_item) == (PLAN, "6")
    assert loaded.title.startswith("Performance against the 2014/15 Milestones")
    assert loaded.folder == ROOT / cycle.FOLDER / "2014-09"


def test_cycles_are_listed_in_the_order_of_their_months(copy):
    """The newest cycle is that of the latest month, and earlier ones are those before it."""
    for name in ("2014-12", "2013-12", "2014-9", "notes", ".new-x"):
        (copy / cycle.FOLDER / name).mkdir()
        (copy / cycle.FOLDER / name / "cycle.toml").write_text("# made up\n", encoding="utf-8")
    (copy / cycle.FOLDER / "2015-03").mkdir()  # nothing lies in it
    assert cycle.cycles(copy) == ["2013-12", "2014-09", "2014-12"]
    assert cycle.newest(copy) == "2014-12"
    assert cycle.earlier(copy, "2014-12") == ["2013-12", "2014-09"]
    assert cycle.earlier(copy, "2013-12") == []


def test_a_root_without_cycles_is_a_fault(tmp_path):
    """Where nothing was laid out, the newest cycle is a fault that says how to lay one out."""
    assert cycle.cycles(tmp_path) == []
    with pytest.raises(FaultError, match="pcp new-cycle"):
        cycle.newest(tmp_path)


# what stands there, what is planted, the place named, the value named, the rule, the mend
PLANTED = [
    ("2014-08-31", "2014-09-12", "line 2, data_cut_off", "2014-09-12", "after the Board's date, 2014-09-11", "before"),
    ("2014-09-11", "2014-10-09", "line 1, board_date", "2014-10-09", "not in the month of the cycle", "2014-10"),
    ("2014-09-11", '"2014-09-11"', "board_date", "2014-09-11", "must be a date", "without quotation"),
    ("2014-09-11", "2014-09-31", "line 1", "", "is not TOML", "syntax"),
    ("2014-09-11", "2014-09-11T10:00:00", "board_date", "2014-09-11", "a date and time", "without quotation"),
    ("board_date ", "bord_date ", "bord_date", "bord_date", "no key", "board_date"),
    ("board_date ", "bord_date ", "board_date", "", "is missing", "Add board_date"),
    (f'"{PLAN}"', '"west-midlands-2014-16"', "line 3, plan", "west-midlands-2014-16", "is no plan", PLAN),
    (f'"{PLAN}"', '"../../etc"', "plan", "../../etc", "is no plan", "under the root"),
    (f'"{PLAN}"', '"data/raw"', "plan", "data/raw", "is no plan", "plan.toml"),
    ('"6"', "6", "agenda_item", "6", "must be text", "quotation"),
]


@pytest.mark.parametrize(("old", "new", "where", "shown", "rule", "mend"), PLANTED)
def test_each_planted_fault_is_named_with_line_key_value_rule_and_mend(copy, old, new, where, shown, rule, mend):
    """Each kind of fault of a cycle is found by its rule, at its place, and says how it is mended."""
    edit(copy / NAME, old, new)
    matching = [
        fault
        for fault in cycle.check(copy, "2014-09")
        if fault.file == NAME
        and where in fault.where
        and shown in fault.value
        and rule in fault.rule
        and mend in fault.mend
    ]
    assert matching, "\n".join(map(str, cycle.check(copy, "2014-09")))
    with pytest.raises(FaultError):
        cycle.load(copy, "2014-09")


def test_a_cut_off_on_the_day_of_the_board_is_allowed(copy):
    """The cut-off may be the Board's own day, and no later one."""
    edit(copy / NAME, "2014-08-31", "2014-09-11")
    assert cycle.check(copy, "2014-09") == []


def test_faults_of_the_cycle_the_updates_and_the_plan_come_at_once(copy):
    """One check finds what is wrong with cycle.toml, with updates.toml and with the plan under the root."""
    shutil.copytree(Path(model.__file__).parent / PLAN, copy / "plans" / "ours")
    edit(copy / NAME, f'"{PLAN}"', '"plans/ours"')
    assert cycle.check(copy, "2014-09") == []
    edit(copy / NAME, "2014-08-31", "2015-08-31")
    edit(copy / "plans/ours/06_reduce_crime.toml", '"monthly"', '"daily"')
    edit(copy / cycle.FOLDER / "2014-09/updates.toml", "reported_in", "reprted_in")
    assert {fault.file for fault in cycle.check(copy, "2014-09")} == {
        NAME,
        "plans/ours/06_reduce_crime.toml",
        "data/raw/cycles/2014-09/updates.toml",
    }


@pytest.mark.parametrize("name", ["2014-10", "2014-9", "../2014-09", "", "2014-09/..", "tomorrow"])
def test_an_unknown_cycle_is_a_fault_that_names_those_there_are(copy, name):
    """A cycle that was not laid out, or is misspelt, names the ones that are known."""
    (fault,) = cycle.check(copy, name)
    assert (fault.value, fault.rule) == (name, "is no cycle")
    assert "2014-09" in fault.mend
    with pytest.raises(FaultError):
        cycle.load(copy, name)


@pytest.mark.parametrize("name", ["cycle.toml", "updates.toml"])
def test_a_missing_file_of_a_cycle_is_a_fault(copy, name):
    """Both files of a cycle must be there."""
    (copy / cycle.FOLDER / "2014-09" / name).unlink()
    (fault,) = cycle.check(copy, "2014-09")
    assert (fault.file, fault.rule) == (f"{cycle.FOLDER}/2014-09/{name}", "the file is missing")


def test_a_plan_under_the_root_comes_before_one_of_the_package(copy):
    """A folder under the root that holds plan.toml is taken first; without one the package's plan is."""
    assert cycle.plan_folder(copy, PLAN) == Path(model.__file__).parent / PLAN
    shutil.copytree(Path(model.__file__).parent / PLAN, copy / PLAN)
    assert cycle.plan_folder(copy, PLAN) == copy / PLAN


def test_the_root_is_found_upwards_or_named(copy, monkeypatch):
    """The root is the nearest folder upwards that has a register, or the one that PCP_ROOT names."""
    monkeypatch.delenv("PCP_ROOT", raising=False)
    below = copy / "notebooks" / "deep"
    below.mkdir(parents=True)
    with pytest.raises(FaultError, match=r"no data/raw/register\.toml"):
        cycle.find_root(below)
    (copy / "data/raw/register.toml").touch()
    assert cycle.find_root(below) == copy.resolve()
    monkeypatch.chdir(below)
    assert cycle.find_root() == copy.resolve()
    monkeypatch.setenv("PCP_ROOT", str(copy))
    assert cycle.find_root(Path("/")) == copy.resolve()
    monkeypatch.setenv("PCP_ROOT", str(below))
    with pytest.raises(FaultError, match="PCP_ROOT"):
        cycle.find_root()


@given(head=st.binary(max_size=200), said=st.binary(max_size=200))
def test_no_bytes_make_the_reader_crash(tmp_path_factory, head, said):
    """Whatever stands in the two files of a cycle, check returns faults and raises nothing."""
    folder = tmp_path_factory.mktemp("root") / cycle.FOLDER / "2014-09"
    folder.mkdir(parents=True)
    (folder / "cycle.toml").write_bytes(head)
    (folder / "updates.toml").write_bytes(said)
    assert cycle.check(folder.parents[3], "2014-09")
