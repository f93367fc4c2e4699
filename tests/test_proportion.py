"""Shares, rates and proportions, in per cent."""

from __future__ import annotations

from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from pcp_analysis.metrics import (
    likert_summary,
    proportion_difference,
    rate_interval,
    rate_per_1000,
    share,
    wilson,
)


@st.composite
def trials(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 20_000))
    return draw(st.integers(0, total)), total


@settings(deadline=None, max_examples=60)
@given(trials())
def test_wilson_holds_its_share(sample: tuple[int, int]) -> None:
    """The interval contains the share, stays within 0 to 100, and agrees with statsmodels."""
    found = wilson(*sample)
    assert 0 <= found.low <= found.value <= found.high <= 100
    assert (found.low / 100, found.high / 100) == pytest.approx(proportion_confint(*sample, method="wilson"), abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(trials(), trials())
def test_difference_agrees_with_statsmodels_and_turns_round(first: tuple[int, int], second: tuple[int, int]) -> None:
    """Newcombe's interval equals statsmodels' and changes sign with the order; it contains the difference."""
    found = proportion_difference(*first, *second)
    low, high = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=1e-7)
    assert found.low <= found.value <= found.high
    back = proportion_difference(*second, *first)
    assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low), abs=1e-9)


def test_p_value_is_the_pooled_score_test() -> None:
    """The p-value equals the z test of statsmodels, and is 1 where both shares are all or nothing."""
    assert proportion_difference(6789, 8082, 6831, 8331).p_value == pytest.approx(
        proportions_ztest([6789, 6831], [8082, 8331])[1], rel=1e-9
    )
    assert proportion_difference(5, 5, 9, 9).p_value == 1.0


def test_no_crime_audit_is_named_in_per_cent() -> None:
    """24 of 30 is 80 %, with an interval that shows how little 30 cases say (paragraph 20)."""
    found = wilson(24, 30)
    assert share(24, 30) == found.value == 80.0
    assert (round(found.low), round(found.high)) == (63, 90)


def test_rates_scale_with_the_population() -> None:
    """Half the population doubles the rate and its interval."""
    assert rate_per_1000(2512, 2_000_000) == 2 * rate_per_1000(2512, 4_000_000)
    near, far = rate_interval(2512, 2_000_000), rate_interval(2512, 4_000_000)
    assert (near.low, near.high) == pytest.approx((2 * far.low, 2 * far.high))


def test_likert_without_a_middle() -> None:
    """An even scale has no neither; decimals narrow what rounding may explain."""
    found = likert_summary([40.2, 30.1, 20.0, 9.8], decimals=1)
    assert found.neither == pytest.approx(0.0)
    assert (found.agree, found.disagree, found.net) == pytest.approx((70.3, 29.8, 40.5))
    assert found.rounding == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: share(5, 0), "whole is 0"),
        (lambda: share(5, 4), "part is 5"),
        (lambda: share(-1, 4), "part is -1"),
        (lambda: rate_per_1000(-1, 4), "count is -1"),
        (lambda: rate_per_1000(1, 0), "population is 0"),
        (lambda: wilson(5, 0), "trials is 0"),
        (lambda: wilson(6, 5), "successes is 6.*more successes than the 5"),
        (lambda: wilson(-1, 5), "successes is -1"),
        (lambda: wilson(2.5, 5), "successes is 2.5.*whole"),
        (lambda: wilson(nan, 5), "successes is nan"),
        (lambda: proportion_difference(6, 5, 1, 2), "successes is 6"),
        (lambda: likert_summary([100]), "at least two"),
        (lambda: likert_summary([60, 60]), "120.*rounding"),
        (lambda: likert_summary([101, -1]), "101.*between 0 and 100"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
