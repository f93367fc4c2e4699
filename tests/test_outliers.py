"""Counts that cannot be right beside their neighbours are faults though their hash is registered, and none of those held is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pcp_analysis.loaders import register
from pcp_analysis.loaders.checked import check_table, table_faults
from pcp_analysis.loaders.kinds import KINDS
from tests.conftest import CHECKOUT

LATEST = "2018-12-31"
LABELS = ("robbery", "shoplifting")


def faults(tmp_path: Path, name: str, change: dict[tuple[str, str, str], int], *right: str) -> list[str]:
    """The faults of a committed table with the counts of (force, period, column) changed, as the plan's force has them."""
    kind = KINDS[name]
    table = pd.read_csv(CHECKOUT / "data/raw" / f"{name}.csv", dtype=str, keep_default_na=False)
    table = table[table[kind.area] == "West Midlands"].copy()
    for (force, period, column), count in change.items():
        assert force == "West Midlands"
        rows = table[kind.visible_by] == period
        if kind.total:
            rise = count - table.loc[rows, column].astype(int)
            table.loc[rows, kind.total] = (table.loc[rows, kind.total].astype(int) + rise).astype(str)
        table.loc[rows, column] = str(count)
    path, kept = tmp_path / "table.csv", register.read(CHECKOUT)[name].kept
    table.to_csv(path, index=False, lineterminator="\n")
    return [
        f"{fault.where}: {fault.value}: {fault.rule}"
        for fault in table_faults(path, "table.csv", kind, kept=kept, right=right)
    ]


def test_what_is_held_is_sound() -> None:
    """Of 43 forces, 21 offences and 64 quarters, the months of the Met and all residents, no count is named."""
    for name in ("recorded_crime", "population", "met_recorded_crime"):
        assert check_table(CHECKOUT, register.read(CHECKOUT)[name]) == []


@pytest.mark.parametrize("period", ["2006-06-30", "2010-12-31", "2014-06-30", LATEST])
def test_a_thousandfold_count_is_named(tmp_path: Path, period: str) -> None:
    """At the beginning, in the middle and at the end; with the total that fits it."""
    found = faults(tmp_path, "recorded_crime", {("West Midlands", period, "robbery"): 1_200_000})
    assert any(", column robbery: 1200000: is no 10 times more or fewer" in each for each in found)


def test_a_count_that_lost_its_last_digits_is_named(tmp_path: Path) -> None:
    """1,177 robberies that become 11; the latest count is left to the warning of one that may be incomplete."""
    (found,) = faults(tmp_path, "recorded_crime", {("West Midlands", "2014-06-30", "robbery"): 11})
    assert "for West Midlands" in found
    assert faults(tmp_path, "recorded_crime", {("West Midlands", LATEST, "robbery"): 11}) == []


def test_residents_hardly_move(tmp_path: Path) -> None:
    """A thousandfold, a half more, another force's: each is named; a tenth more is not."""
    for count in (2_783_000_000, 4_300_000, 600_000):
        found = faults(tmp_path, "population", {("West Midlands", "2014", "persons"): count})
        assert found, count
    assert faults(tmp_path, "population", {("West Midlands", "2014", "persons"): 3_000_000}) == []


def test_two_labels_of_one_quarter_that_are_exchanged_are_named(tmp_path: Path) -> None:
    """Robbery has shoplifting's count and shoplifting robbery's; the total is the same, and nothing else tells."""
    table = pd.read_csv(CHECKOUT / "data/raw/recorded_crime.csv")
    row = table[(table.force == "West Midlands") & (table.quarter_ending == "2014-06-30")].iloc[0]
    one, other = (("West Midlands", "2014-06-30", label) for label in LABELS)
    change = {one: int(row.shoplifting), other: int(row.robbery)}
    found = faults(tmp_path, "recorded_crime", change)
    assert any("4112: is not exchanged with shoplifting (1177), as the two look" in each for each in found), found


def test_somebody_may_have_looked(tmp_path: Path) -> None:
    """A count that is right is named under confirmed, and no other is with it."""
    right = "West Midlands: robbery, quarter ending 2014-06-30: 11"
    change = {("West Midlands", "2014-06-30", "robbery"): 11}
    assert faults(tmp_path, "recorded_crime", change, right) == []
    assert faults(tmp_path, "recorded_crime", change, right.replace("11", "12")) != []
