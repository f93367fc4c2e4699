"""Counts and their ratios with exact intervals."""

from __future__ import annotations

from dataclasses import dataclass

from pcp_analysis.metrics import _rules


@dataclass(frozen=True)
class Estimate:
    """A number that has a sampling error.

    *value* lies between *low* and *high*, all in the unit that the function which made it names. *p_value* is
    None where the method has no test. *n* is the number of events, trials or past changes behind it, and *method*
    names the method in words.
    """

    value: float
    low: float
    high: float
    p_value: float | None
    n: int | None
    method: str


def count_interval(count: int, *, confidence: float = 0.95) -> Estimate:
    """Exact interval of the mean of a Poisson count (Garwood 1936); unit: events.

    Assumes that events are independent; recorded crime is not, so use it for small counts only.
    Raises ValueError for a count that is negative, fractional or not finite, and for confidence outside (0, 1).

    Garwood, F. (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442.

    >>> found = count_interval(10)      # R 4.2.2, poisson.test(10)
    >>> round(found.low, 6), round(found.high, 6)
    (4.795389, 18.390356)
    """
    from scipy.stats import chi2

    events = _rules.count(count, "count")
    tail = (1 - _rules.level(confidence)) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    high = float(chi2.isf(tail, 2 * events + 2)) / 2
    return Estimate(float(events), low, high, None, events, "exact Poisson")


def rate_ratio(
    current: int, baseline: int, *, exposure: tuple[float, float] = (1.0, 1.0), confidence: float = 0.95
) -> Estimate:
    """Ratio of two Poisson rates, *current* over *baseline*, exact given their sum; no unit (1.0 is no change).

    *exposure* is the time or population behind each count. The interval is Clopper and Pearson's for the share
    of *current* in the sum; the p-value of "no change" adds the probabilities of all outcomes that are no
    likelier than this one, as R's ``poisson.test`` does. With a baseline of 0 the ratio and its upper limit are
    infinite. Raises ValueError where both counts are 0, a count is negative or fractional, or an exposure is
    not above zero.

    Clopper, C. and Pearson, E. (1934), Biometrika 26, 404-413; R Core Team, ``stats::poisson.test``.

    >>> metro = rate_ratio(39, 32)      # Metro crime, SPCB 11 September 2014, paragraph 88: "+21.9%"
    >>> round(metro.value, 5), round(metro.low, 3), round(metro.high, 3), round(metro.p_value, 3)
    (1.21875, 0.744, 2.01, 0.477)
    """
    from scipy.stats import binomtest

    events, before = _rules.count(current, "current"), _rules.count(baseline, "baseline")
    here, there = (_rules.positive(part, "exposure") for part in exposure)
    if events + before == 0:
        raise ValueError("current and baseline are both 0: two counts of nothing have no ratio")
    test = binomtest(events, events + before, here / (here + there))
    share = test.proportion_ci(confidence_level=_rules.level(confidence), method="exact")

    def ratio(part: float, rest: float) -> float:
        return part / rest * there / here if rest else float("inf")

    return Estimate(
        ratio(events, before),
        ratio(float(share.low), 1 - float(share.low)),
        ratio(float(share.high), 1 - float(share.high)),
        float(test.pvalue),
        events + before,
        "exact Poisson, given the sum of both counts",
    )
