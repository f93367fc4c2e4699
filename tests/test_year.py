"""Financial years and periods in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.metrics import (
    financial_year,
    financial_years,
    first_calendar_year,
    period_in_words,
    periods_of_year,
    previous_financial_year,
)


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_year_runs_from_april_to_march(day: date) -> None:
    """A day lies in the financial year whose first of April is the last one before it."""
    start = first_calendar_year(financial_year(day))
    assert date(start, 4, 1) <= day < date(start + 1, 4, 1)


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["M", "Q-DEC"]))
def test_periods_lie_in_the_year_of_their_days(day: date, freq: str) -> None:
    """A month or quarter has the financial year of any of its days, singly or as an index."""
    period = pd.Period(day, freq=freq)
    assert financial_year(period) == financial_year(day) == financial_years(pd.PeriodIndex([period]))[0]
    assert period in periods_of_year(financial_year(day), freq)


def test_the_turn_of_the_century_is_written() -> None:
    """1999/00 follows 1998/99."""
    assert financial_year(date(1999, 12, 31)) == "1999/00"
    assert first_calendar_year("1999/00") == 1999
    assert previous_financial_year("1999/00") == "1998/99"


def test_words_name_months_and_years() -> None:
    """One month, one quarter, and a span over the turn of the year."""
    assert period_in_words(pd.Period("2014-06")) == "June 2014"
    assert period_in_words(pd.Period("2014-04"), pd.Period("2014-08")) == "April to August 2014"
    assert period_in_words(pd.Period("2013Q4"), pd.Period("2014Q1")) == "October 2013 to March 2014"


def test_timestamps_are_days() -> None:
    """A day with a time is that day."""
    assert financial_year(datetime(2014, 3, 31, 23, 59)) == "2013/14"
    assert financial_year(pd.Timestamp("2014-03-31") + timedelta(days=1)) == "2014/15"


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: financial_year(pd.Period("2014")), "2014.*more than one"),
        (lambda: financial_year(pd.NaT), "NaT"),
        (lambda: financial_year("2014-04-01"), "2014-04-01"),
        (lambda: first_calendar_year("2014/16"), "2014/16.*written like"),
        (lambda: first_calendar_year("2014-15"), "2014-15.*written like"),
        (lambda: first_calendar_year(2014), "2014.*written like"),
        (lambda: period_in_words(pd.Period("2014Q2"), pd.Period("2014Q1")), "2014Q1.*before"),
        (lambda: financial_years(pd.period_range("2014", "2015", freq="Y")), "monthly .M. or quarterly"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
