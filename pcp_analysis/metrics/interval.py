"""The interval of a change on the year, as wide as the series' own past says; and many changes tested at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pcp_analysis.metrics import _rules, _series
from pcp_analysis.metrics.estimate import Estimate, rate_ratio
from pcp_analysis.metrics.period import year_to_date_change
from pcp_analysis.metrics.seasonal import seasonal_parts

if TYPE_CHECKING:
    import pandas as pd

# below this a count varies by chance more than by anything else, and its past tells little about its spread
SMALL = 50
FULL_YEARS = 4
TREND_YEARS = 3


def change_interval(
    series: pd.Series, *, as_at: date | pd.Period | str, baseline_year: str, confidence: float = 0.95
) -> Estimate:
    """`year_to_date_change` with its interval and the p-value of "no change"; in per cent.

    Recorded crime varies more than a Poisson count. The factor phi says how much more: the mean square of what
    `seasonal_parts` leaves of 2 sqrt(count), with a trend over three years, over its share of degrees of freedom; it
    is 1 for a Poisson count. The logarithm of the ratio of the two totals then has the variance
    phi (1/current + 1/baseline) (quasi-Poisson). *method* says which of these it was: ``quasi-Poisson, factor …``;
    ``exact Poisson: small counts`` where a total is below 50; ``exact Poisson: short history`` with fewer than four
    full years up to *as_at*; ``exact Poisson: no more variation than chance`` where phi is at most 1. *n* is the number
    of past periods, or for exact Poisson the sum of the two counts.

    What changes over more than three years counts as change, what comes and goes faster as chance. In the back-test
    (docs/methods.md) 5 % of the changes that had gone a year later were called significant; Poisson called 34 %.
    Raises ValueError as `year_to_date_change` does, and for a negative total.

    McCullagh, P. and Nelder, J. (1989), Generalized linear models, chapter 6.

    >>> import pandas as pd
    >>> robbery = pd.Series(
    ...     [2083, 2325, 2416, 2177, 1811, 1680, 1592, 1456, 1251, 1378, 1376, 1359, 1291, 1308, 1415, 1177],
    ...     pd.period_range("2010Q3", "2014Q2", freq="Q"),
    ... )      # West Midlands, ONS, 2019 vintage
    >>> found = change_interval(robbery, as_at=date(2014, 8, 31), baseline_year="2013/14")
    >>> round(found.value, 1), round(found.low, 1), round(found.high, 1), found.method
    (-13.4, -32.1, 10.5, 'quasi-Poisson, factor 9.8')
    """
    measured = year_to_date_change(series, as_at=as_at, baseline_year=baseline_year)
    current, baseline = measured.parts
    past = _series.ended(series, as_at)
    if min(current, baseline) < SMALL:
        return _poisson(current, baseline, confidence, "small counts")
    if len(past) < FULL_YEARS * 12 // _series.months(past.index):
        return _poisson(current, baseline, confidence, "short history")
    phi = _overdispersion(past)
    if phi <= 1:
        return _poisson(current, baseline, confidence, "no more variation than chance")
    from math import exp, log

    from scipy.stats import norm

    error = (phi * (1 / current + 1 / baseline)) ** 0.5
    reach = float(norm.isf((1 - _rules.level(confidence)) / 2)) * error
    ratio = current / baseline
    return Estimate(
        measured.value,
        100 * (ratio * exp(-reach) - 1),
        100 * (ratio * exp(reach) - 1),
        2 * float(norm.sf(abs(log(ratio)) / error)),
        len(past),
        f"quasi-Poisson, factor {phi:.1f}",
    )


def telling_count(percent: float, *, confidence: float = 0.95) -> float:
    """The count from which a change of *percent* is more than chance would make of independent events; unit: events.

    It is the mean of both counts, 2 (z / log(1 + percent / 100))², from the variance 1/current + 1/baseline of the
    logarithm of a ratio of two Poisson counts. What varies by more than that needs more. Raises ValueError for no
    change, and for a fall of everything.

    McCullagh, P. and Nelder, J. (1989), Generalized linear models, chapter 6.

    >>> round(telling_count(2.7), -2)      # recorded hate crime "around 2.7% higher than in 2013/14", paragraph 63
    10800.0
    """
    from math import log

    from scipy.stats import norm

    change = _rules.number(percent, "percent")
    if change == 0 or change <= -100:
        raise ValueError(f"percent is {percent!r}: no count tells such a change from chance")
    reach = float(norm.isf((1 - _rules.level(confidence)) / 2))
    return 2 * (reach / log(1 + change / 100)) ** 2


def adjusted_p_values(p_values: Sequence[float]) -> list[float]:
    """P-values of tests that stand on one page, adjusted so that calling those below 0.05 keeps false calls to 5 %.

    Of all that are called signals, at most the level's share is expected to be false (Benjamini and Hochberg), for
    tests that are independent or rise together. Raises ValueError for a p-value outside 0 to 1; none gives none.

    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57, 289-300.

    >>> adjusted_p_values([0.01, 0.02, 0.03, 0.04, 0.05, 0.5])      # R 4.2.2, p.adjust(..., "BH")
    [0.06, 0.06, 0.06, 0.06, 0.06, 0.5]
    """
    from scipy.stats import false_discovery_control

    given = [_rules.number(p_value, "p-value") for p_value in p_values]
    for p_value in given:
        if not 0 <= p_value <= 1:
            raise ValueError(f"p-value is {p_value!r}: it must lie between 0 and 1")
    return [float(p_value) for p_value in false_discovery_control(given)] if given else []


def _overdispersion(past: pd.Series) -> float:
    """How much more *past* varies around its seasons and its slow trend than a Poisson count does."""
    import numpy as np

    a_year = 12 // _series.months(past.index)
    window = TREND_YEARS * a_year + 1
    # revisions of a published total can leave a period below zero
    rooted = 2 * np.sqrt(past.clip(lower=0))
    remainder = seasonal_parts(rooted, trend_periods=window)["remainder"]
    # the seasons take a_year means, the loess about 2.5 points in a window
    free = 1 - a_year / len(past) - 2.5 / window
    return float((remainder**2).mean() / free)


def _poisson(current: float, baseline: float, confidence: float, why: str) -> Estimate:
    found = rate_ratio(int(current), int(baseline), confidence=confidence)
    value, low, high = (100 * (ratio - 1) for ratio in (found.value, found.low, found.high))
    return Estimate(value, low, high, found.p_value, found.n, f"exact Poisson: {why}")
