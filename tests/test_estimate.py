"""Counts and ratios of counts."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from pcp_analysis.metrics import count_interval, rate_ratio

counts = st.integers(0, 100_000)


@settings(deadline=None, max_examples=60)
@given(counts, st.floats(0.5, 0.999))
def test_interval_holds_its_count(count: int, confidence: float) -> None:
    """An interval contains the count that it is of, and agrees with statsmodels' exact interval."""
    found = count_interval(count, confidence=confidence)
    assert found.low <= found.value == count <= found.high
    low, high = confint_poisson(count, 1, method="exact-c", alpha=1 - confidence)
    assert found.high == pytest.approx(high, rel=1e-9)
    if count:
        assert found.low == pytest.approx(low, rel=1e-9)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(counts, counts.filter(bool))
def test_ratio_holds_its_interval_and_turns_round(current: int, baseline: int) -> None:
    """The interval contains the ratio, and the ratio the other way round has the reciprocal interval."""
    found = rate_ratio(current, baseline)
    assert found.low <= found.value <= found.high
    if current:
        back = rate_ratio(baseline, current)
        assert back.low == pytest.approx(1 / found.high, rel=1e-6)
        assert back.p_value == pytest.approx(found.p_value, rel=1e-6)


def test_interval_and_p_value_agree_at_the_edge() -> None:
    """A wider confidence gives a wider interval, and a change of nothing has the p-value 1."""
    narrow, wide = rate_ratio(39, 32, confidence=0.8), rate_ratio(39, 32, confidence=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert rate_ratio(39, 39).p_value == 1.0


def test_exposure_divides_the_counts() -> None:
    """Twice the time behind the current count halves the ratio and its interval's centre."""
    found = rate_ratio(20, 10, exposure=(2.0, 1.0))
    assert found.value == 1.0
    assert found.p_value == pytest.approx(1.0)


def test_baseline_of_nothing_is_an_infinite_ratio() -> None:
    """Five against none has no upper limit, as in R, and a lower one all the same."""
    found = rate_ratio(5, 0)
    assert (found.value, found.high) == (inf, inf)
    assert 0.9 < found.low < 1


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: count_interval(-1), "-1.*never negative"),
        (lambda: count_interval(1.5), "1.5.*whole number"),
        (lambda: count_interval(nan), "nan.*finite"),
        (lambda: count_interval(1, confidence=95), "95.*between 0 and 1"),
        (lambda: rate_ratio(0, 0), "both 0"),
        (lambda: rate_ratio(-3, 4), "-3.*never negative"),
        (lambda: rate_ratio(3, nan), "baseline is nan"),
        (lambda: rate_ratio(3, 4, exposure=(0, 1)), "exposure is 0.*above zero"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
