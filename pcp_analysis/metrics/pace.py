"""Pace: where the year's total is heading, how sure that is, and what would still meet a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from pcp_analysis.metrics import _projected, _rules, _series
from pcp_analysis.metrics.year import period_in_words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Projection:
    """A year's total as projected from its periods so far; unit: count.

    *value* is as likely to be passed as not, *low* to *high* holds the total with the probability *confidence*.
    *so_far* is the total of the periods that had ended, *periods_left* how many had not, *period* the year in words.
    *n* is the number of past errors that the interval rests on, *method* says whose. The count still to come is
    *expected_left* times the exponential of *spread* times Student's t with *degrees* degrees of freedom. *shares_left*
    is how the count still to come falls on the periods that are left, by their seasons.
    """

    value: float
    low: float
    high: float
    confidence: float
    so_far: float
    periods_left: int
    period: str
    expected_left: float
    spread: float
    degrees: float
    n: int
    method: str
    shares_left: tuple[float, ...] = ()

    def probability(self, target: float, *, better: Literal["lower", "higher"] = "lower") -> float:
        """Probability (0 to 1) that the total is at most *target*, or at least, where *better* is ``higher``.

        Raises ValueError for a target that is not finite and an unknown *better*.
        """
        if better not in ("lower", "higher"):
            raise ValueError(f"better is {better!r}: it must be lower or higher")
        left = _rules.number(target, "target") - self.so_far
        if self.periods_left == 0:
            return float(left >= 0 if better == "lower" else left <= 0)
        from scipy.stats import t

        place = _projected.place(left, self.expected_left, self.spread)
        return float(t.cdf(place, self.degrees) if better == "lower" else t.sf(place, self.degrees))

    def needed_per_period(self, target: float) -> float | None:
        """The count a period (month or quarter) that would make the year's total *target* exactly.

        Negative where the total is past *target* already, None where no period is left. Raises ValueError for a
        target that is not finite.
        """
        left = _rules.number(target, "target") - self.so_far
        return left / self.periods_left if self.periods_left else None

    def needed_by_period(self, target: float) -> tuple[float, ...]:
        """The count of each period that is left that would make the year's total *target*, by the projection's seasons.

        They add up to what is left of the target; empty where no period is left. Raises ValueError for a target that is
        not finite.
        """
        left = _rules.number(target, "target") - self.so_far
        return tuple(left * share for share in self.shares_left)


def project(
    series: pd.Series,
    *,
    as_at: date | pd.Period | str,
    year_end: date | pd.Period | str,
    peers: pd.DataFrame | Mapping[str, pd.Series] | None = None,
    confidence: float = 0.8,
) -> Projection:
    """Projects the total of the twelve months up to *year_end* from what had ended by *as_at*.

    What is left of the year is the level times the seasonal shares. Shares are the mean of the last three complete
    years, with *peers* a quarter of the series' own and three quarters of the mean of all. The level is an
    exponentially weighted mean of the periods without their seasons over the same years, half of it renewed each
    quarter; with *peers* it first follows four tenths of what all moved together. *peers* holds the same offence in
    other places, a column each (or series by name); those that lack a period of *series* are left out. The interval
    comes from the errors that this method made at this stage of the past years that were complete by *as_at*, of the
    series and its peers: the logarithm of what came over what was expected has the variance a + b / expected, with a
    and b (1 or more) fitted to them (Student's t with 5 degrees of freedom; with fewer than 20 errors b is 1, a is the
    mean of the rest and the degrees of freedom are the number of errors). Where the intervals of the past years, of the
    series and its peers, had held less than 80 per cent of what came, it is wider: after each year the logarithm of a factor (1 or more) moves by
    0.80 less the share that lay inside, the mean of the stages after one, two and three quarters.

    Chosen by the back-test in docs/methods.md. Assumes that this year's recording is that of the years before. With
    no period left the projection is the total. Raises ValueError for fewer than three complete years before the
    year, a gap, a *year_end* that ends no period or lies more than a year after the last period, a *confidence*
    outside 0 to 1, and *peers* of which none covers the series.

    >>> import pandas as pd
    >>> robbery = pd.Series(
    ...     [2219, 2083, 2325, 2416, 2177, 1811, 1680, 1592, 1456, 1251, 1378, 1376, 1359, 1291, 1308, 1415, 1177],
    ...     pd.period_range("2010Q2", "2014Q2", freq="Q"),
    ... )      # West Midlands, ONS, 2019 vintage
    >>> found = project(robbery, as_at=date(2014, 8, 31), year_end=date(2015, 3, 31))
    >>> found.so_far, found.periods_left, found.period, round(found.value)
    (1177.0, 3, '2014/15', 4770)
    >>> round(found.needed_per_period(0.95 * 5373), 1)      # the promise of 2014/15: 5 per cent below 2013/14
    1309.1
    """
    past = _series.ended(series, as_at)
    confidence = _rules.level(confidence)
    a_year = 12 // _series.months(past.index)
    last = _last_period(past, year_end)
    left = max((last - past.index[-1]).n, 0)
    if left > a_year:
        raise ValueError(f"year_end is {year_end}: series {series.name!r} ends over a year before, {past.index[-1]}")
    past = past[past.index <= last]
    elapsed = a_year - left
    so_far = float(past.iloc[len(past) - elapsed :].sum())
    period = period_in_words(last - (a_year - 1), last)
    if len(past) < elapsed:
        raise ValueError(f"series {series.name!r} begins with {past.index[0]}: it does not hold {period}")
    if left == 0:
        return Projection(so_far, so_far, so_far, confidence, so_far, 0, period, 0.0, 0.0, 1.0, 0, "total of the year")

    table = _projected.panel(past, peers, elapsed, a_year)
    expected = float(_projected.expected_left(table, elapsed, a_year)[0])
    errors, sizes = _projected.past_errors(table, elapsed, a_year)
    extra, a_count, degrees = _projected.spread(errors, sizes)
    wider = _projected.widening(table, elapsed, a_year)
    spread = wider * (extra + a_count / (expected + 0.5)) ** 0.5
    from scipy.stats import t

    reach = float(t.isf((1 - confidence) / 2, degrees)) * spread
    low, high = (so_far + _projected.count_at(sign * reach, expected) for sign in (-1, 1))
    whose = "its own" if table.shape[1] == 1 else f"its own and {table.shape[1] - 1} peers'"
    method = f"seasonal shares times level, interval from {whose} past errors"
    return Projection(
        so_far + expected,
        low,
        high,
        confidence,
        so_far,
        left,
        period,
        expected,
        spread,
        degrees,
        errors.size,
        method,
        _projected.shares_left(table, elapsed, a_year),
    )


def _last_period(past: pd.Series, year_end: date | pd.Period | str) -> pd.Period:
    import pandas as pd

    day = _series.last_day(year_end)
    period = pd.Period(day, freq=past.index.freq)
    if period.end_time.normalize() != day:
        raise ValueError(f"year_end is {year_end}: it must be the last day of a period of the series")
    return period
