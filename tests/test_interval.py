"""The interval of a change on the year, and false discovery."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.metrics import adjusted_p_values, change_interval, rate_ratio, year_to_date_change

JUNE = date(2014, 6, 30)


def quarters(values: object, first: str = "2006Q2") -> pd.Series:
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Q"), name="burglary")


def drawn(dispersion: float, seed: int, level: float = 3000.0, size: int = 33) -> pd.Series:
    """Counts without any change, *dispersion* times as variable as Poisson's."""
    rng = np.random.default_rng(seed)
    return quarters(rng.negative_binomial(level / (dispersion - 1), 1 / dispersion, size))


def test_value_is_the_change_on_the_year() -> None:
    """The estimate is `year_to_date_change`, the interval lies around it, the method says what it rests on."""
    series = drawn(20, 1)
    found = change_interval(series, as_at=JUNE, baseline_year="2013/14")
    assert found.value == year_to_date_change(series, as_at=JUNE, baseline_year="2013/14").value
    assert found.low < found.value < found.high
    assert found.method.startswith("quasi-Poisson, factor ")
    assert found.n == 33


def test_interval_and_p_value_agree() -> None:
    """The interval at 1 less the p-value just touches no change."""
    series = drawn(20, 2)
    found = change_interval(series, as_at=JUNE, baseline_year="2012/13")
    edge = change_interval(series, as_at=JUNE, baseline_year="2012/13", confidence=1 - found.p_value)
    assert min(abs(edge.low), abs(edge.high)) == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
def test_false_alarms_are_rare_where_poisson_has_many() -> None:
    """On counts without a change that vary twenty times as much as Poisson's, about 5 % are called significant."""
    ends = ("2013-12-31", "2014-03-31", "2014-06-30")
    cases = [(drawn(20, seed), end) for seed in range(40) for end in ends]
    called, poisson = [], []
    for series, end in cases:
        baseline = "2012/13" if end < "2014-04-01" else "2013/14"
        found = change_interval(series, as_at=end, baseline_year=baseline)
        counts = year_to_date_change(series, as_at=end, baseline_year=baseline)
        called.append(found.p_value < 0.05)
        poisson.append(rate_ratio(int(counts.numerator), int(counts.denominator)).p_value < 0.05)
    assert np.mean(called) < 0.1
    assert np.mean(poisson) > 0.5


def test_a_real_fall_is_found() -> None:
    """A level that drops by half is significant though the series is over-dispersed."""
    series = drawn(20, 3)
    series.iloc[-1] //= 2
    assert change_interval(series, as_at=JUNE, baseline_year="2013/14").high < 0


def test_a_steady_trend_and_seasons_are_no_noise() -> None:
    """Seasons and a steady fall leave the interval about as narrow as it is without them."""
    moves = np.exp(np.tile([0.0, 0.1, 0.2, -0.1], 9)[:33] - 0.005 * np.arange(33))
    widths = []
    for seed in range(10):
        noise = 20_000 * np.exp(np.random.default_rng(seed).normal(0, 0.03, 33))
        found = [
            change_interval(quarters(np.round(values)), as_at=JUNE, baseline_year="2013/14")
            for values in (noise, noise * moves)
        ]
        widths.append([np.log((100 + one.high) / (100 + one.low)) for one in found])
    flat, moving = np.mean(widths, axis=0)
    assert moving == pytest.approx(flat, rel=0.2)


def test_poisson_is_for_small_counts_short_history_and_calm_series() -> None:
    """Below 50 events, under four years, or where a series varies no more than chance, the interval is exact."""
    small = change_interval(quarters([40, 38, 44, 36] * 8 + [39]), as_at=JUNE, baseline_year="2013/14")
    assert small.method == "exact Poisson: small counts"
    short = change_interval(drawn(20, 4, size=15), as_at=date(2009, 12, 31), baseline_year="2008/09")
    assert short.method == "exact Poisson: short history"
    calm = change_interval(quarters([1000] * 33), as_at=JUNE, baseline_year="2013/14")
    assert calm.method == "exact Poisson: no more variation than chance"
    exact = rate_ratio(1000, 1000)
    assert (calm.low, calm.high) == pytest.approx((100 * exact.low - 100, 100 * exact.high - 100))


def test_later_periods_change_nothing() -> None:
    """The spread comes from what had ended by the cut-off."""
    series = drawn(20, 5, size=45)
    assert change_interval(series, as_at=JUNE, baseline_year="2013/14") == change_interval(
        series.iloc[:33], as_at=JUNE, baseline_year="2013/14"
    )


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_values_keep_order_and_never_fall(p_values: list[float]) -> None:
    """Adjustment makes no p-value smaller, keeps their order, and calls nothing alone that was not called before."""
    found = adjusted_p_values(p_values)
    assert all(after >= before - 1e-12 for before, after in zip(p_values, found, strict=True))
    pairs = sorted(zip(p_values, found, strict=True))
    assert all(one[1] <= two[1] + 1e-12 for one, two in pairwise(pairs))


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: change_interval(quarters([0, 1, 1, 1] * 8 + [3]), as_at=JUNE, baseline_year="2013/14"), "above zero"),
        (lambda: change_interval(drawn(20, 1), as_at=JUNE, baseline_year="2004/05"), "2004/05"),
        (lambda: change_interval(drawn(20, 1), as_at=JUNE, baseline_year="2013/14", confidence=95), "confidence is 95"),
        (lambda: adjusted_p_values([0.5, 1.5]), "p-value is 1.5"),
        (lambda: adjusted_p_values([float("nan")]), "p-value is nan"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
