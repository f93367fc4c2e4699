"""Year to date, rolling years, averages, records and waves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.metrics import (
    change_on_previous_wave,
    lowest_year,
    period_average,
    record_high,
    record_low,
    rolling_year,
    rolling_years,
    year_to_date,
    year_to_date_change,
    year_to_date_difference,
    year_totals,
)

JUNE = date(2014, 6, 30)


def quarters(values: list[float], first: str = "2012Q2") -> pd.Series:
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Q"), name="robbery")


def months(values: list[float], first: str = "2013-04") -> pd.Series:
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="M"), name="robbery")


ROBBERY = quarters([1456, 1251, 1378, 1376, 1359, 1291, 1308, 1415, 1177])


def test_same_quarters_of_both_years() -> None:
    """Only the quarters that had ended are compared, with the same ones of the named year."""
    found = year_to_date_change(ROBBERY, as_at=date(2014, 8, 31), baseline_year="2012/13")
    assert (found.numerator, found.denominator) == (1177, 1456)
    assert found.value == pytest.approx(100 * (1177 / 1456 - 1))
    assert (found.period, found.baseline) == ("April to June 2014", "April to June 2012")


def test_a_period_counts_on_its_last_day() -> None:
    """A quarter is not there the day before it ends, and is on the day."""
    with pytest.raises(ValueError, match="no period of 2014/15 had ended by 2014-06-29"):
        year_to_date_change(ROBBERY, as_at=date(2014, 6, 29), baseline_year="2013/14")
    assert year_to_date(ROBBERY, as_at=JUNE, year="2014/15").value == 1177


def test_at_the_years_end_the_whole_year_is_compared() -> None:
    """On 31 March the year to date is the year."""
    found = year_to_date_change(ROBBERY, as_at=date(2014, 3, 31), baseline_year="2012/13")
    assert (found.numerator, found.denominator, found.period) == (5373, 5461, "2013/14")


def test_a_lagging_series_is_compared_as_far_as_it_goes() -> None:
    """Monthly counts to July at the end of August compare April to July."""
    series = months(list(range(1, 17)))
    found = year_to_date_difference(series, as_at=date(2014, 8, 31), baseline_year="2013/14")
    assert (found.numerator, found.denominator, found.value) == (13 + 14 + 15 + 16, 1 + 2 + 3 + 4, 48)
    assert (found.unit, found.period) == ("count", "April to July 2014")


def test_as_at_may_be_a_period_a_date_or_text() -> None:
    """The end of a quarter can be named in three ways."""
    ways = [JUNE, pd.Period("2014Q2"), "2014-06-30", pd.Timestamp("2014-06-30 12:00")]
    assert len({year_to_date(ROBBERY, as_at=way, year="2013/14").value for way in ways}) == 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 10_000), min_size=9, max_size=60))
def test_later_periods_change_nothing(values: list[int]) -> None:
    """What comes after the cut-off changes no figure before it."""
    series = quarters(values)
    as_at = series.index[8]
    longer = year_to_date_change(series, as_at=as_at, baseline_year="2013/14")
    assert longer == year_to_date_change(series.iloc[:9], as_at=as_at, baseline_year="2013/14")
    assert record_low(series, as_at=as_at) == record_low(series.iloc[:9], as_at=as_at)
    assert rolling_year(series, as_at=as_at).value == sum(values[5:9])


def test_a_label_that_began_later_begins_there() -> None:
    """Blanks before the first number are no fault and no zero."""
    late = quarters([np.nan, np.nan, 5, 6, 7, 8, 9, 10, 11])
    assert record_low(late, as_at=JUNE).baseline == "October 2012 to June 2014"
    with pytest.raises(ValueError, match=r"'2012/13'.*October 2012 to June 2014"):
        year_to_date_change(late, as_at=JUNE, baseline_year="2012/13")


def test_only_complete_years_have_totals() -> None:
    """The year in hand has no total, and the lowest year is the earlier of two alike."""
    assert year_totals(ROBBERY, as_at=JUNE).to_dict() == {"2012/13": 5461, "2013/14": 5373}
    assert lowest_year(quarters([1] * 9), as_at=JUNE) == "2012/13"
    assert year_totals(ROBBERY, as_at=date(2012, 12, 31)).empty


def test_average_says_what_it_is_of() -> None:
    """An average a period carries its total and the number of periods."""
    found = period_average(months([868, 842, 803], "2014-04"), as_at=JUNE, year="2014/15")
    assert (found.numerator, found.denominator) == (2513, 3)
    assert found.value == pytest.approx(2513 / 3)


def test_an_equal_number_is_no_new_record() -> None:
    """Of two alike the earlier holds the record."""
    tied = quarters([9, 7, 8, 12, 7, 12, 8, 8, 8])
    assert record_low(tied, as_at=JUNE).period == "July to September 2012"
    assert record_high(tied, as_at=JUNE).period == "January to March 2013"


def test_rolling_years_carry_their_mark() -> None:
    """Rolling years overlap and say so."""
    rolled = rolling_years(ROBBERY)
    assert rolled.iloc[0] == 5461
    assert rolled.index[0] == pd.Period("2013Q1")
    assert rolled.attrs["rolling_months"] == 12


def test_waves_are_compared_in_points() -> None:
    """82 and 84 per cent are 2 points apart; an earlier wave plays no part."""
    found = change_on_previous_wave(pd.Series([70.0, 82.0, 84.0], [34, 35, 36]))
    assert (found.value, found.numerator, found.denominator) == (2.0, 84.0, 82.0)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: year_to_date_change(ROBBERY, as_at=JUNE, baseline_year="2014/15"), "2014/15.*itself"),
        (lambda: year_to_date_change(ROBBERY, as_at=JUNE, baseline_year="2011/12"), "2011/12.*April 2012"),
        (lambda: year_to_date_change(ROBBERY, as_at=JUNE, baseline_year="2015/16"), "2015/16"),
        (lambda: year_to_date_change(ROBBERY, as_at=JUNE, baseline_year="2013"), "2013.*written like"),
        (lambda: year_to_date_change(ROBBERY * 0, as_at=JUNE, baseline_year="2013/14"), "above zero"),
        (lambda: year_to_date(ROBBERY, as_at="2014-06", year="2013/14"), "2014-06"),
        (lambda: year_to_date(ROBBERY, as_at=None, year="2013/14"), "as_at is None"),
        (lambda: record_low(ROBBERY.drop(ROBBERY.index[3]), as_at=JUNE), "gap after 2012Q4"),
        (lambda: record_low(ROBBERY.iloc[::-1], as_at=JUNE), "in order"),
        (lambda: record_low(ROBBERY.replace(1291, np.nan), as_at=JUNE), "no number in 2013Q3"),
        (lambda: record_low(ROBBERY.replace(1291, np.inf), as_at=JUNE), "no number in 2013Q3"),
        (lambda: record_low(ROBBERY * np.nan, as_at=JUNE), "no number"),
        (lambda: record_low(ROBBERY, as_at=date(2012, 6, 29)), "no period had ended by 2012-06-29"),
        (lambda: record_low(pd.Series([1, 2]), as_at=JUNE), "RangeIndex.*PeriodIndex"),
        (lambda: rolling_year(ROBBERY, as_at=date(2012, 12, 31)), "3 periods.*needs 4"),
        (lambda: lowest_year(ROBBERY, as_at=date(2012, 12, 31)), "no financial year was complete"),
        (lambda: change_on_previous_wave(pd.Series([84.0], [36])), "1 waves"),
        (lambda: change_on_previous_wave(pd.Series([82.0, 84.0], [34, 36])), "no wave between 34 and 36"),
        (lambda: change_on_previous_wave(pd.Series([82.0, 84.0], [36, 35])), "in order"),
        (lambda: change_on_previous_wave(pd.Series([82.0, 184.0], [35, 36])), "184.0.*between 0 and 100"),
        (lambda: change_on_previous_wave(pd.Series([np.nan, 84.0], [35, 36])), "wave 35 is nan"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
