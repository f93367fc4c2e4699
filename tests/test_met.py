"""The Metropolitan Police's months: the committed table, and what a cycle sees of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pcp_analysis.loaders import open_inputs, register, write_processed
from pcp_analysis.loaders.checked import check_table
from pcp_analysis.loaders.kinds import MONTHLY_OFFENCES, MONTHLY_TOTAL
from pcp_analysis.loaders.releases.description import description_of

ROOT = Path(__file__).resolve().parents[1]
SEPTEMBER = {"cut_off": date(2014, 8, 31), "board_date": date(2014, 9, 11)}


def test_the_description_makes_the_series_of_the_kind() -> None:
    """The labels that are listed make every series of the kind and no other."""
    what = description_of(ROOT, "met-monthly-crime")
    assert {series for label in what.labels.exact for series in what.series_of(label)} == set(MONTHLY_OFFENCES)


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    """The committed table by month."""
    entry = register.read(ROOT)["met_recorded_crime"]
    assert check_table(ROOT, entry) == []
    return pd.read_csv(ROOT / register.RAW / entry.file, parse_dates=["month_ending"]).set_index("month_ending")


def test_the_committed_table_is_whole(committed: pd.DataFrame) -> None:
    """April 2010 to September 2023, one force, every month once, blanks only outside the declared use."""
    assert committed.index.tolist() == pd.date_range("2010-04-30", "2023-09-30", freq="ME").tolist()
    assert committed.force.unique().tolist() == ["Metropolitan Police"]
    blank = committed[list(MONTHLY_OFFENCES)].isna()
    uses = {name: use for name, use in description_of(ROOT, "met-monthly-crime").in_use.items() if name in blank}
    for name, use in uses.items():
        assert blank[name].tolist() == [not use.covers(day.year * 12 + day.month - 1) for day in committed.index]
    assert set(blank.columns[blank.any()]) == set(uses)


def test_the_committed_years_lie_near_the_official_ones(committed: pd.DataFrame) -> None:
    """A series with the name of an official one is within 2.5 % of it in every year to March 2018, but for three in 9
    %.
    """
    official = pd.read_csv(ROOT / register.RAW / "recorded_crime.csv", parse_dates=["quarter_ending"])
    official = official[official.force == "Metropolitan Police"].set_index("quarter_ending")
    named_alike = [name for name in MONTHLY_OFFENCES if name in official]
    assert len(named_alike) == 16
    ours = committed[named_alike].resample("YE-MAR").sum(min_count=12)
    theirs = official[named_alike].resample("YE-MAR").sum(min_count=4).reindex(ours.index)
    apart = (100 * ours / theirs - 100).abs().max()
    assert set(apart.index[apart > 2.5]) == {"drug_offences", "possession_of_weapons", "homicide"}
    assert apart.max() < 9


# What a cycle sees of it


def test_a_cycle_sees_months_to_its_cut_off_and_no_series_of_them() -> None:
    """The cycle of September 2014 sees months to August 2014 as a table; its series are those of recorded crime alone."""
    seen = open_inputs(ROOT, **SEPTEMBER)
    table = seen.tables["met_recorded_crime"]
    assert (len(table), table.month_ending.max()) == (53, pd.Timestamp("2014-08-31"))
    assert {seen.source(name) for name in seen.series_names()} == {"recorded_crime"}
    assert not {MONTHLY_TOTAL, "public_order", "misc_crimes_against_society"} & set(seen.series_names())
    assert seen.series("robbery", "Metropolitan Police").index.freqstr == "Q-DEC"


def test_a_page_reaches_it_by_its_name_only() -> None:
    """`outcome.data` gives the rows that the cycle sees under the input's name, and a shared label stays the official
    one.
    """
    import pcp_analysis as pcp

    outcome = pcp.open_outcome("06_reduce_crime", "2014-09", root=ROOT)
    assert outcome.data("met_recorded_crime").month_ending.max() == pd.Timestamp("2014-08-31")
    assert set(outcome.data("shoplifting").force) == {"West Midlands"}


def test_processed_it_is_long(tmp_path: Path) -> None:
    """Rebuilt for a cycle it has a row a series and month with its first and last day, and none for a blank."""
    write_processed(tmp_path, "2014-09", open_inputs(ROOT, **SEPTEMBER))
    long = pd.read_csv(tmp_path / "data/processed/2014-09/met_recorded_crime.csv")
    assert long.iloc[0].tolist() == [
        "homicide",
        "Metropolitan Police",
        "2010-04-01",
        "2010-04-30",
        "monthly",
        17,
        "count",
    ]
    assert long.period_end.max() == "2014-08-31"
    assert long[long.series == "public_order"].period_start.min() == "2012-05-01"
    assert "residential_burglary" not in set(long.series)
