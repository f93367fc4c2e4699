"""Shares, rates and proportions with their intervals; everything is in per cent, never a fraction of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pcp_analysis.metrics import _rules
from pcp_analysis.metrics.estimate import Estimate, count_interval


def share(part: float, whole: float) -> float:
    """*part* of *whole*, in per cent.

    Raises ValueError for a whole that is not above zero, a negative part and a part greater than the whole.

    >>> round(share(328, 332), 1)      # recorded of those due, SPCB 11 September 2014, paragraph 20: "98%"
    98.8
    """
    base = _rules.positive(whole, "whole")
    if not 0 <= _rules.number(part, "part") <= base:
        raise ValueError(f"part is {part!r}: it must lie between 0 and the whole, {whole!r}")
    return 100 * float(part) / base


def rate_per_1000(count: float, population: float) -> float:
    """Events per 1,000 residents.

    Raises ValueError for a population that is not above zero and for a negative count.

    >>> round(rate_per_1000(233_393, 2_870_600), 1)      # West Midlands, ONS, year ending March 2018, table P3
    81.3
    """
    residents = _rules.positive(population, "population")
    if _rules.number(count, "count") < 0:
        raise ValueError(f"count is {count!r}: a count is never negative")
    return 1000 * float(count) / residents


def rate_interval(count: int, population: float, *, confidence: float = 0.95) -> Estimate:
    """Events per 1,000 residents with the exact Poisson interval of the count; unit: per 1,000.

    The population is taken as known. Raises ValueError as `rate_per_1000` and `count_interval` do.

    >>> found = rate_interval(10, 1000)      # R 4.2.2, poisson.test(10)
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (10.0, 4.7954, 18.3904)
    """
    found = count_interval(count, confidence=confidence)
    value, low, high = (rate_per_1000(events, population) for events in (found.value, found.low, found.high))
    return Estimate(value, low, high, None, found.n, found.method)


def _successes(successes: int, trials: int) -> tuple[int, int]:
    x, n = _rules.count(successes, "successes"), _rules.count(trials, "trials")
    if n == 0:
        raise ValueError("trials is 0: a share of nothing is not defined")
    if x > n:
        raise ValueError(f"successes is {x}: there cannot be more successes than the {n} trials")
    return x, n


def wilson(successes: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """Share of *successes* in *trials* with Wilson's score interval, in per cent.

    Assumes a simple random sample. Raises ValueError for no trials, more successes than trials, and counts that
    are negative or fractional (a printed percentage times its base is rounded by the caller, who says so).

    Wilson, E. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.

    >>> found = wilson(65, 100)      # R 4.2.2, PHEindicatormethods
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (65.0, 55.2544, 73.6358)
    """
    from scipy.stats import binomtest

    x, n = _successes(successes, trials)
    found = binomtest(x, n).proportion_ci(confidence_level=_rules.level(confidence), method="wilson")
    # the formula is exact at both ends, floating point is not
    low = 0.0 if x == 0 else 100 * float(found.low)
    high = 100.0 if x == n else 100 * float(found.high)
    return Estimate(100 * x / n, low, high, None, n, "Wilson score")


def proportion_difference(x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95) -> Estimate:
    """Difference of two independent shares, first minus second, in percentage points.

    The interval is Newcombe's hybrid of two Wilson intervals (his method 10); the p-value is that of the pooled
    score test without continuity correction (R: ``prop.test(correct = FALSE)``). Raises ValueError as `wilson`.

    Newcombe, R. (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, 873-890.

    >>> rise = proportion_difference(6789, 8082, 6831, 8331)      # confidence 84 % of 8,082 and 82 % of 8,331, para 5
    >>> round(rise.value, 3), round(rise.low, 3), round(rise.high, 3)
    (2.007, 0.857, 3.155)
    """
    from scipy.stats import norm

    first, second = wilson(x1, n1, confidence=confidence), wilson(x2, n2, confidence=confidence)
    value = first.value - second.value
    low = value - ((first.value - first.low) ** 2 + (second.high - second.value) ** 2) ** 0.5
    high = value + ((first.high - first.value) ** 2 + (second.value - second.low) ** 2) ** 0.5
    pooled = (x1 + x2) / (n1 + n2)
    error = 100 * (pooled * (1 - pooled) * (1 / n1 + 1 / n2)) ** 0.5
    p_value = 2 * float(norm.sf(abs(value) / error)) if error else 1.0
    return Estimate(value, low, high, p_value, int(n1 + n2), "Newcombe hybrid score")


@dataclass(frozen=True)
class Likert:
    """A scale of answers summed up, in per cent; *net* is *agree* less *disagree*, in points.

    *rounding* is how far *agree* or *disagree* may stand from the true sum when each answer was printed to a
    whole per cent, in points; *total* is what the answers add up to.
    """

    agree: float
    neither: float
    disagree: float
    net: float
    total: float
    rounding: float


def likert_summary(answers: Sequence[float], *, decimals: int = 0) -> Likert:
    """Sums a balanced scale, *answers* in per cent from most to least agreeing, into agree, neither, disagree.

    An odd number of answers has its middle one as "neither"; an even number has none (0.0). *decimals* is the
    precision that the answers were printed with. Raises ValueError for fewer than two answers, an answer outside
    0 to 100, and answers that miss 100 by more than their rounding can explain.

    >>> wave = likert_summary([13, 49, 22, 5, 4, 5, 1])      # wave 36, SPCB 11 September 2014: 84 % and 11 %
    >>> wave.agree, wave.neither, wave.disagree, wave.total, wave.rounding
    (84.0, 5.0, 10.0, 99.0, 1.5)
    """
    parts = [_rules.number(answer, "answer") for answer in answers]
    if len(parts) < 2:
        raise ValueError(f"answers are {list(answers)!r}: a scale has at least two")
    for part in parts:
        if not 0 <= part <= 100:
            raise ValueError(f"answer is {part!r}: it must lie between 0 and 100 per cent")
    half_unit = 0.5 * 10.0**-decimals
    total = sum(parts)
    if abs(total - 100) > half_unit * len(parts) + 1e-9:
        raise ValueError(f"answers add up to {total!r} per cent: rounding does not explain so much")
    side = len(parts) // 2
    agree, disagree = sum(parts[:side]), sum(parts[-side:])
    return Likert(agree, total - agree - disagree, disagree, agree - disagree, total, half_unit * side)
