"""Seasons taken out, and the chart of the level that is in force."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from pcp_analysis.metrics import (
    level_chart,
    rolling_years,
    seasonal_parts,
    seasonality,
    seasonally_adjusted,
    variation,
    xmr,
)

WINTERS = np.array([0.8, 0.9, 1.3, 1.0])


def quarters(values: object, first: str = "2008Q2") -> pd.Series:
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Q"), name="burglary")


def seasonal_series(years: int, seed: int = 1, noise: float = 0.02) -> pd.Series:
    rng = np.random.default_rng(seed)
    return quarters(3000 * np.tile(WINTERS, years) * np.exp(rng.normal(0, noise, 4 * years)))


def test_parts_add_up_and_seasons_repeat() -> None:
    """Trend, season and remainder are the value, and the season is the same every year."""
    parts = seasonal_parts(seasonal_series(6))
    total = parts[["trend", "seasonal", "remainder"]].sum(axis=1)
    assert total.to_numpy() == pytest.approx(parts["value"].to_numpy())
    assert parts["seasonal"].to_numpy()[4:] == pytest.approx(parts["seasonal"].to_numpy()[:-4])


def test_adjustment_takes_out_seasons_and_keeps_the_level() -> None:
    """A pure seasonal series becomes flat, at the mean of its years; a scaled one is scaled."""
    series = seasonal_series(6, noise=0.0)
    flat = seasonally_adjusted(series)
    assert flat.to_numpy() == pytest.approx(np.full(24, 3000 * WINTERS.mean()), rel=1e-6)
    assert seasonally_adjusted(series * 7).to_numpy() == pytest.approx(7 * flat.to_numpy())


def test_zeros_are_adjusted_by_subtraction() -> None:
    """A count of zero has no logarithm: the seasons are taken off instead."""
    series = quarters([0, 2, 4, 2] * 4)
    assert seasonally_adjusted(series).to_numpy() == pytest.approx(np.full(16, 2.0), abs=1e-9)


def test_a_season_is_found_and_noise_is_not() -> None:
    """Strong seasons have a small p-value; plain noise mostly has not; a constant series has 1."""
    assert seasonality(seasonal_series(6)) < 0.001
    found = [seasonality(quarters(np.random.default_rng(seed).poisson(500, 32))) < 0.01 for seed in range(100)]
    assert np.mean(found) < 0.15
    assert seasonality(quarters([5.0] * 16)) == 1.0


def test_adjusted_chart_has_fewer_false_signals() -> None:
    """Months whose seasons come and go slowly make runs in a chart as recorded; taken out, few points are marked."""
    wave = 1 + 0.1 * np.sin(np.arange(84) * np.pi / 6)
    raw, adjusted = [], []
    for seed in range(20):
        values = 1000 * wave * np.exp(np.random.default_rng(seed).normal(0, 0.03, 84))
        series = pd.Series(values, pd.period_range("2007-07", periods=84, freq="M"))
        raw.append(xmr(series.iloc[-36:]).frame["rule"].notna().mean())
        adjusted.append(level_chart(series, as_at=series.index[-1]).frame["rule"].notna().mean())
    assert np.mean(raw) > 0.3
    assert np.mean(adjusted) < 0.1


def test_adjusted_chart_finds_what_seasons_hide() -> None:
    """Quarters that jump up and down with the seasons widen the limits; a rise of 15 % shows once they are out."""
    series = seasonal_series(8)
    series.iloc[-1] *= 1.15
    assert xmr(series.iloc[-12:]).frame["rule"].iloc[-1] is None
    found = level_chart(series, as_at=series.index[-1])
    assert variation(found, better="lower") == "concern"


def test_chart_begins_with_the_level_in_force() -> None:
    """Twelve quarters by default, or from a declared start; what comes after the cut-off is not seen."""
    series = seasonal_series(8)
    chart = level_chart(series, as_at=date(2014, 8, 31))
    assert chart.frame.index[[0, -1]].tolist() == [pd.Period("2011Q3"), pd.Period("2014Q2")]
    assert chart.provisional
    assert chart.method == "XmR, screened; seasons taken out (STL)"
    declared = level_chart(series, as_at=date(2014, 8, 31), start="2010Q2", rebase=["2012Q2"])
    assert declared.frame.index[0] == pd.Period("2010Q2")
    assert declared.frame["group"].iloc[-1] == 1
    cut = level_chart(series.loc[:"2014Q2"], as_at=date(2016, 1, 1))
    assert cut.frame.equals(chart.frame)


def test_months_begin_three_years_back() -> None:
    """A monthly chart has 36 points."""
    series = pd.Series(range(100, 160), pd.period_range("2010-01", periods=60, freq="M"))
    assert len(level_chart(series, as_at=series.index[-1]).frame) == 36


def test_short_series_are_charted_as_recorded() -> None:
    """Without three full years no season is taken out, and the method says so."""
    chart = level_chart(seasonal_series(2), as_at=date(2010, 3, 31))
    assert chart.method == "XmR, screened; as recorded: fewer than three full years"


def test_violence_is_no_improvement() -> None:
    """West Midlands violence with injury to June 2014, after years of falling, is not called an improvement."""
    fallen = [7020, 6199, 5603, 5500, 5550, 5194, 4710, 4419, 4612, 4550, 4308, 4341, 4871, 5105, 4754, 4625, 5119]
    series = quarters(fallen, "2010Q2")
    assert variation(level_chart(series, as_at=date(2014, 8, 31)), better="lower") in ("common_cause", "concern")


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: seasonal_parts(quarters([1.0] * 11)), "11 periods.*need 12"),
        (lambda: seasonal_parts(quarters([1.0] * 16), trend_periods=6), "trend_periods is 6"),
        (lambda: seasonal_parts(quarters([1.0] * 16), trend_periods=3), "trend_periods is 3"),
        (lambda: seasonal_parts(pd.Series([1.0] * 16)), "PeriodIndex"),
        (lambda: level_chart(quarters([1.0, 2.0] * 8), as_at="2014-08-31", start="2001Q1"), "start at '2001Q1'"),
        (lambda: level_chart(quarters([1.0, 2.0] * 8), as_at="2014-08-31", rebase=["2008Q2"]), "rebase at '2008Q2'"),
        (lambda: level_chart(rolling_years(quarters(range(1, 20))), as_at="2014-08-31"), "rolling"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
