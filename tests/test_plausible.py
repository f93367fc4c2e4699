"""Counts that cannot be right beside their neighbours are faults, though their hash is registered; none of those held is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pcp_analysis.loaders import register
from pcp_analysis.loaders.checked import check_table, table_faults
from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.plausible import implausible
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
    path, entry = tmp_path / "table.csv", register.read(CHECKOUT)[name]
    table.to_csv(path, index=False, lineterminator="\n")
    return [
        f"{fault.where}: {fault.value}: {fault.rule}"
        for fault in table_faults(path, "table.csv", kind, kept=entry.kept, right=(*entry.kept, *right))
    ]


def test_what_is_held_is_sound() -> None:
    """Of 43 forces, 21 offences and 64 quarters, the months of the Met and all residents, no count is named."""
    for name in ("recorded_crime", "population", "met_recorded_crime"):
        assert check_table(CHECKOUT, register.read(CHECKOUT)[name]) == []


@pytest.mark.parametrize(("period", "line"), [("2006-06-30", 2), ("2010-12-31", 20), ("2014-06-30", 34), (LATEST, 52)])
def test_a_thousandfold_count_is_named(tmp_path: Path, period: str, line: int) -> None:
    """At the beginning, in the middle and at the end; with the total that fits it, and once."""
    found = faults(tmp_path, "recorded_crime", {("West Midlands", period, "robbery"): 1_200_000})
    assert [each.split(", which")[0] for each in found] == [
        f"line {line}, column robbery: 1200000: is in line with the periods beside it"
    ]


def test_a_count_that_lost_its_last_digits_is_named(tmp_path: Path) -> None:
    """1,177 robberies that become 11; the latest count is left to the warning of one that may be incomplete."""
    (found,) = faults(tmp_path, "recorded_crime", {("West Midlands", "2014-06-30", "robbery"): 11})
    assert found.startswith("line 34, column robbery: 11: is in line with the periods beside it")
    assert faults(tmp_path, "recorded_crime", {("West Midlands", LATEST, "robbery"): 11}) == []


def test_a_halved_quarter_of_one_force_is_named(tmp_path: Path) -> None:
    """Drug offences of the Metropolitan Police in October to December 2006, 7,252 for 13,779, and nothing else of 43 forces."""
    path, entry = tmp_path / "table.csv", register.read(CHECKOUT)["recorded_crime"]
    table = pd.read_csv(CHECKOUT / "data/raw/recorded_crime.csv", dtype=str, keep_default_na=False)
    (row,) = table.index[(table.force == "Metropolitan Police") & (table.quarter_ending == "2006-12-31")]
    assert table.at[row, "drug_offences"] == "13779"
    table.at[row, "drug_offences"] = "7252"
    table.at[row, "total_recorded_crime"] = str(int(table.at[row, "total_recorded_crime"]) - 13_779 + 7_252)
    table.to_csv(path, index=False, lineterminator="\n")
    right = (*entry.kept, *entry.confirmed)
    (found,) = table_faults(path, "table.csv", KINDS["recorded_crime"], kept=entry.kept, right=right)
    assert (found.where, found.value) == (f"line {row + 2}, column drug_offences", "7252")


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
    assert faults(tmp_path, "recorded_crime", change, f"{right}. A strike.") == []
    assert faults(tmp_path, "recorded_crime", change, right.replace("11", "12")) != []


AREAS, SERIES, PERIODS = ("North", "South", "West"), ("robbery", "theft", "fraud"), 60


def months(mean: float, seed: int = 0) -> pd.DataFrame:
    """A long table of chance counts in three areas and three series over five years, with a season."""
    periods = [f"{2010 + month // 12}-{month % 12 + 1:02d}" for month in range(PERIODS)]
    index = pd.MultiIndex.from_product([AREAS, SERIES, periods], names=["area", "series", "period"])
    table = pd.Series(0, index, name="count").reset_index()
    season = 1 + 0.1 * np.sin(table.period.str[5:].astype(int) / 12 * 2 * np.pi)
    table["count"] = pd.array(np.random.default_rng(seed).poisson(mean * season), dtype="Int64")
    return table


def named(table: pd.DataFrame, **options: object) -> list[tuple[str, str]]:
    """Where the faults of a long table are, and the rule of each."""
    return [(fault.where, fault.rule) for fault in implausible(table, shown="x", grain="month", **options)[0]]  # type: ignore[arg-type]


@pytest.mark.parametrize("mean", [3, 20, 50, 300])
def test_chance_is_no_fault(mean: float) -> None:
    """Poisson counts with a season, small and large, of twenty seeds."""
    assert [fault for seed in range(20) for fault in named(months(mean, seed))] == []


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("period", ["2010-01", "2012-07", "2014-12"])
def test_a_month_of_noughts_or_of_half_is_said_once(share: float, period: str) -> None:
    """Of the whole table, of an area and of a series: first, in the middle and last, each in one line at its own place."""
    for part, where in (
        ({}, f"all areas, all series, {period}"),
        ({"area": "South"}, f"South, all series, {period}"),
        ({"series": "theft"}, f"all areas, theft, {period}"),
        *([] if share else [({"area": "South", "series": "theft"}, f"South, theft, {period}")]),
    ):
        table = months(300)
        rows = (table.period == period) & pd.concat(
            [table[name] == value for name, value in part.items()] or [table.area != ""], axis=1
        ).all(axis=1)
        table.loc[rows, "count"] = (table.loc[rows, "count"] * share).astype(int)
        assert [each for each, _ in named(table)] == [where]


def test_small_series_that_fall_to_nought_are_named_in_their_first_month() -> None:
    """Twelve a month and then none: the series is named once, not the months after; five a month may be none."""
    for mean, expected in ((5, ["all areas, theft, 2013-01"]), (0.5, [])):
        table = months(mean)
        table.loc[(table.series == "theft") & (table.period >= "2013-01"), "count"] = 0
        assert [where for where, _ in named(table)] == expected


def test_a_cell_twice_a_month_twice_and_a_series_twice() -> None:
    """Each is named with its place: one line for an area and month however many series; equal months, areas and series."""
    table = months(20)
    twice = pd.concat([table, table[(table.area == "West") & (table.period == "2012-02")]])
    assert named(twice) == [("West, robbery, 2012-02", "stands once, and 2 more series of it")]
    table = months(20)
    later, before = table.period == "2012-02", table.period == "2012-01"
    table.loc[later, "count"] = table.loc[before, "count"].to_numpy()
    assert named(table) == [("all of 2012-02", "is not equal throughout to 2012-01")]
    table = months(20)
    table.loc[table.series == "theft", "count"] = table.loc[table.series == "fraud", "count"].to_numpy()
    assert named(table) == [("all of theft", "is not equal throughout to fraud")]
    assert named(table, confirmed=["theft = fraud. One label under two names."]) == []


def test_two_areas_exchanged_in_a_month_are_one_fault() -> None:
    """A hundred here and a thousand there: each has the other's count."""
    table = months(300)
    table.loc[(table.area == "North") & (table.series == "theft"), "count"] *= 4
    rows = [
        table.index[(table.area == area) & (table.series == "theft") & (table.period == "2012-05")][0]
        for area in ("North", "South")
    ]
    table.loc[rows, "count"] = table.loc[rows[::-1], "count"].to_numpy()
    ((where, rule),) = named(table)
    assert where == "South, theft, 2012-05"
    assert rule.startswith("is not exchanged with North (")


def test_a_sum_that_was_looked_at_may_be_revised_a_little() -> None:
    """Within a twentieth the line stands; a cell is named by its very count."""
    table = months(300)
    rows = (table.period == "2012-07") & (table.area == "West")
    table.loc[rows, "count"] = table.loc[rows, "count"] // 2
    total = int(table.loc[rows, "count"].sum())
    for count, expected in ((total, 0), (total + 20, 0), (total * 2, 1)):
        assert len(named(table, confirmed=[f"West: all series, 2012-07: {count}. A strike."])) == expected


def test_what_is_provisional_is_noted() -> None:
    """Half of the latest month is noted and no fault; a tenfold month is a fault all the same."""
    table = months(300)
    rows = (table.period == "2014-12") & (table.area == "West")
    table.loc[rows, "count"] = table.loc[rows, "count"] // 2
    found, (note,) = implausible(table, shown="x", grain="month", provisional=1)
    assert found == []
    assert note.startswith("West: all series, 2014-12: ")
    table.loc[rows, "count"] *= 40
    assert [where for where, _ in named(table, provisional=1)] == ["West, all series, 2014-12"]


def test_a_level_a_season_and_a_gap_are_no_fault() -> None:
    """A series that doubles and stays, one with a December of its own, an area that a month lacks."""
    table = months(300)
    table.loc[(table.series == "theft") & (table.period >= "2012-06"), "count"] *= 2
    table.loc[(table.series == "fraud") & table.period.str.endswith("-12"), "count"] *= 2
    table.loc[(table.area == "South") & (table.period == "2013-03"), "count"] = pd.NA
    assert named(table) == []


def test_an_empty_table_has_no_fault() -> None:
    """Nothing to judge."""
    assert implausible(months(3).iloc[:0], shown="x", grain="month") == ([], [])
