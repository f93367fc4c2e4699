"""Signal or chance: where a chart starts and begins anew, what its points are called, and when seasons are taken out."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis import metrics
from pcp_analysis.findings.signals import Signals, signals
from pcp_analysis.plan.model import Milestone, Rebase

# Made up: level, without seasons, and with none of the runs that would be a signal.
LEVEL = [100, 104, 98, 101, 99, 103, 100, 97, 102, 100, 101, 99, 103, 98, 101, 100, 97, 103, 99, 101]


def series(values: list[float], first: str = "2009Q3", freq: str = "Q-DEC") -> pd.Series:
    """A series that nobody counted."""
    return pd.Series(values, pd.period_range(first, periods=len(values), freq=freq, name="period"), name="made_up")


def milestone(**fields: object) -> Milestone:
    """A milestone that nobody promised."""
    return Milestone("made_up", "Made up", "lower", series="made_up", metric="year_to_date_change", **fields)


def test_a_chart_covers_the_latest_twelve_quarters():
    """Without a declared start the chart is of three years, and says so."""
    found = signals(series(LEVEL), None, better="lower")
    assert len(found.chart.frame) == len(found.words) == 12
    assert str(found.chart.frame.index[-1]) == "2014Q2"
    assert found.reason == "the latest 12 quarters"
    assert found.periods == "quarters"


def test_a_chart_covers_the_latest_thirty_six_months():
    """The same three years of a monthly series."""
    found = signals(series(LEVEL * 2, "2011-03", "M"), None, better="lower")
    assert len(found.chart.frame) == 36
    assert found.reason == "the latest 36 months"
    assert found.periods == "months"


def test_a_short_series_is_charted_as_far_as_it_goes():
    """A label that has been in use for five quarters has a chart of five."""
    found = signals(series(LEVEL[:5]), None, better="lower")
    assert len(found.chart.frame) == 5
    assert found.chart.provisional
    assert found.seasons != "seasons taken out"


def test_a_declared_start_and_its_reason_are_used():
    """A plan that says from when to chart is followed, and the page can say why."""
    found = signals(series(LEVEL), milestone(chart_start="2010-01", chart_reason="new rules"), better="lower")
    assert str(found.chart.frame.index[0]) == "2010Q1"
    assert len(found.chart.frame) == 18
    assert found.reason == "new rules"


def test_a_rebase_begins_a_new_level_with_its_reason():
    """From a declared break on mean and limits are those of the points after it alone."""
    values = [*LEVEL[:10], *(value + 500 for value in LEVEL[10:])]
    held = milestone(
        chart_start="2009-07",
        chart_reason="all",
        rebase=(Rebase("2012-01", "counted anew", "made-up analyst", "2014-09"),),
    )
    found = signals(series(values), held, better="lower")
    assert found.breaks == ((10, "counted anew"),)
    frame = found.chart.frame
    assert frame["group"].tolist() == [0] * 10 + [1] * 10
    assert frame["mean"].iloc[0] == pytest.approx(sum(values[:10]) / 10)
    assert frame["mean"].iloc[-1] == pytest.approx(sum(values[10:]) / 10)
    assert set(found.words) == {""}
    whole = signals(series(values), milestone(chart_start="2009-07", chart_reason="all"), better="lower")
    assert whole.chart.frame["rule"].notna().any()


def test_a_rebase_within_a_quarter_is_not_overlooked():
    """A break in May belongs to the quarter that holds it: it is not dropped because no quarter begins in May."""
    values = [*LEVEL[:16], *(value + 500 for value in LEVEL[16:])]
    found = signals(
        series(values),
        milestone(rebase=(Rebase("2013-08", "counted anew", "made-up analyst", "2014-09"),)),
        better="lower",
    )
    assert [reason for _, reason in found.breaks] == ["counted anew"]
    assert found.chart.frame["group"].iloc[-1] == 1


@pytest.mark.parametrize("start", ["2001-01", "2020-01"])
def test_a_declared_start_outside_the_series_breaks_no_chart(start):
    """A plan may say from when to chart before the series began, or after what this cycle sees."""
    found = signals(series(LEVEL), milestone(chart_start=start, chart_reason="as declared"), better="lower")
    assert len(found.chart.frame) > 0
    assert found.words[-1] == ""


def test_a_rebase_before_the_chart_is_not_drawn():
    """A break that lies before the first point of the chart has no place in it."""
    found = signals(
        series(LEVEL), milestone(rebase=(Rebase("2010-01", "long ago", "made-up analyst", "2014-09"),)), better="lower"
    )
    assert found.breaks == ()


@pytest.mark.parametrize(("better", "word"), [("lower", "improvement"), ("higher", "concern"), ("neutral", "low")])
def test_what_a_signal_is_called_follows_from_the_direction_of_good(better, word):
    """One point far below the rest is a signal in every case, and good, bad or neither as the plan says."""
    found = signals(series([*LEVEL[:-1], 60]), None, better=better)
    assert found.outside == "low"
    assert found.words[-1] == word


@pytest.mark.parametrize(("better", "word"), [("lower", "concern"), ("higher", "improvement"), ("neutral", "high")])
def test_a_signal_above_is_the_other_way_round(better, word):
    """A point far above is bad where lower is better."""
    assert signals(series([*LEVEL[:-1], 140]), None, better=better).words[-1] == word


def test_chance_is_no_word():
    """Where nothing is a signal every word is empty, and the latest point is common cause."""
    found = signals(series(LEVEL), None, better="lower")
    assert set(found.words) == {""}
    assert found.words[-1] == ""
    assert (found.outside, found.since) == (None, None)


def test_a_run_on_one_side_is_a_shift():
    """Seven quarters below the average are a signal, although each alone is within the usual range."""
    found = signals(series([104, 103, 105, 104, 103, 99, 98, 99, 98, 99, 98, 99]), None, better="lower")
    assert found.chart.frame["rule"].iloc[-1] == "shift"
    assert found.words[-1] == ""
    assert found.outside is None
    assert found.since is not None


def seasonal(years: int) -> list[float]:
    """Quarters with a winter that is half as high again, and a little chance."""
    return [[100, 90, 110, 150][place % 4] + [0, 1, -1, 2, -2][place % 5] for place in range(4 * years)]


def test_seasons_are_taken_out_where_there_are_any():
    """Every winter would be a signal; without its seasons the series shows none."""
    held = series(seasonal(6), "2008Q3")
    found = signals(held, None, better="lower")
    assert found.seasons == "seasons taken out"
    assert set(found.words) == {""}
    assert found.chart.frame["value"].max() < 125
    assert metrics.xmr(held.iloc[-12:]).frame["value"].max() > 140


def test_a_series_without_seasons_is_charted_as_counted():
    """Nothing is adjusted that does not need it."""
    found = signals(series(LEVEL), None, better="lower")
    assert found.seasons != "seasons taken out"
    assert found.chart.frame["value"].tolist() == LEVEL[-12:]


def test_too_few_years_know_no_seasons():
    """Two winters are no pattern."""
    assert signals(series(seasonal(2), "2012Q3"), None, better="lower").seasons != "seasons taken out"


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.integers(0, 400), min_size=2, max_size=24),
    better=st.sampled_from(["lower", "higher", "neutral"]),
)
def test_every_point_has_the_word_of_its_own_rule_and_side(values, better):
    """Whatever the series, a point has a word exactly where it lies outside its limits, and the word is that of its side."""
    found = signals(series(values), None, better=better)
    assert isinstance(found, Signals)
    for word, rule, side in zip(found.words, found.chart.frame["rule"], found.chart.frame["side"], strict=True):
        good = {"lower": "low", "higher": "high"}.get(better)
        expected = (
            "" if rule != "outside" else side if better == "neutral" else "improvement" if side == good else "concern"
        )
        assert word == expected


def test_a_series_that_does_not_vary_has_a_chart_without_limits():
    """Nought in every quarter is no signal and no error."""
    found = signals(series([0] * 14), None, better="lower")
    assert found.words[-1] == ""
    assert math.isnan(found.chart.frame["lower"].iloc[-1]) or found.chart.frame["lower"].iloc[-1] == 0
