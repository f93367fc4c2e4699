"""Seasons taken out, so that a chart of a series shows changes of level and not every winter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from pcp_analysis.metrics import _rules, _runs, _series
from pcp_analysis.metrics.spc import ControlChart, xmr

if TYPE_CHECKING:
    import pandas as pd

FULL_YEARS = 3
SURE = 0.01


def seasonal_parts(series: pd.Series, *, trend_periods: int | None = None) -> pd.DataFrame:
    """*series* as trend + seasonal + remainder by STL with a seasonal pattern that does not change.

    Columns ``value, trend, seasonal, remainder`` in the unit of the series, equal to R's ``stl(x, "periodic")`` with
    its windows and jumps. *trend_periods* is the window of the trend, an odd number; R's default is the next odd
    number above one and a half years. Assumes that seasons add to the level and stay the same; for counts, whose
    seasons grow with the level, see `seasonally_adjusted`. Raises ValueError for a series that is neither monthly nor
    quarterly, has a gap, or is shorter than three years, and for a *trend_periods* that is even or within a year.

    Cleveland, R. et al. (1990), STL: a seasonal-trend decomposition procedure based on loess, Journal of Official
    Statistics 6, 3-73.

    >>> import pandas as pd
    >>> found = seasonal_parts(pd.Series([1, 2, 3, 6] * 3, pd.period_range("2011Q1", periods=12, freq="Q")))
    >>> found["seasonal"].iloc[:4].round(6).tolist()
    [-2.0, -1.0, -0.0, 3.0]
    """
    import pandas as pd
    from statsmodels.tsa.seasonal import STL

    values = _series.whole(series)
    period = 12 // _series.months(values.index)
    if len(values) < FULL_YEARS * period:
        raise ValueError(f"series {series.name!r} holds {len(values)} periods: seasons need {FULL_YEARS * period}")
    seasonal = 10 * len(values) + 1
    trend = _odd(1.5 * period / (1 - 1.5 / seasonal)) if trend_periods is None else trend_periods
    if _rules.count(trend, "trend_periods") <= period or trend % 2 == 0:
        raise ValueError(f"trend_periods is {trend_periods!r}: it must be odd and longer than a year")
    low_pass = _odd(period)
    model = STL(
        values.to_numpy(),
        period=period,
        seasonal=seasonal,
        seasonal_deg=0,
        seasonal_jump=ceil(seasonal / 10),
        trend=trend,
        trend_jump=ceil(trend / 10),
        low_pass=low_pass,
        low_pass_jump=ceil(low_pass / 10),
    )
    fitted = model.fit(inner_iter=2, outer_iter=0)
    parts = pd.DataFrame({"value": values, "trend": fitted.trend, "seasonal": fitted.seasonal}, index=values.index)
    parts["seasonal"] = parts.groupby(values.index.month)["seasonal"].transform("mean")
    parts["remainder"] = parts["value"] - parts["trend"] - parts["seasonal"]
    return parts


def seasonally_adjusted(series: pd.Series) -> pd.Series:
    """*series* without its seasons, at its own level: divided by seasonal factors that average 1 over a year.

    The factors come from `seasonal_parts` of the logarithms; where a value is zero or negative the seasons are
    subtracted instead. Raises ValueError as `seasonal_parts`.

    >>> import pandas as pd
    >>> found = seasonally_adjusted(pd.Series([80, 100, 100, 120] * 3, pd.period_range("2011Q1", periods=12, freq="Q")))
    >>> sorted(set(found.round(6)))
    [100.0]
    """
    import numpy as np

    values = _series.whole(series)
    if (values <= 0).any():
        return values - seasonal_parts(values)["seasonal"]
    factor = np.exp(seasonal_parts(np.log(values))["seasonal"])
    return values / (factor / factor.groupby(values.index.month).first().mean())


def seasonality(series: pd.Series) -> float:
    """The p-value of "no seasons": Kruskal and Wallis on the values less a trend over three years, by month or quarter.

    The trend is fitted to the same values, which makes chance look a little seasonal: on 12 years of Poisson counts by
    quarter it is below 0.05 in 10 % of cases and below 0.01 in 1 %. Raises ValueError as `seasonal_parts`.

    Kruskal, W. and Wallis, W. (1952), Use of ranks in one-criterion variance analysis, JASA 47, 583-621.

    >>> import pandas as pd
    >>> round(seasonality(pd.Series([1, 2, 3, 6] * 3, pd.period_range("2011Q1", periods=12, freq="Q"))), 3)
    0.015
    """
    from scipy.stats import kruskal

    a_year = 12 // _series.months(series.index)
    parts = seasonal_parts(series, trend_periods=FULL_YEARS * a_year + 1)
    around = parts["value"] - parts["trend"]
    if parts["value"].nunique() == 1:
        return 1.0
    return float(kruskal(*(season.to_numpy() for _, season in around.groupby(around.index.month))).pvalue)


def level_chart(
    series: pd.Series,
    *,
    as_at: date | pd.Period | str,
    start: Hashable | None = None,
    rebase: Iterable[Hashable] = (),
    screen: bool = True,
) -> ControlChart:
    """`xmr` of a series of counts from the level that is now in force, its seasons taken out where it has any.

    The chart begins with *start*, a label of the series, or else with the latest 12 quarters or 36 months that had
    ended by *as_at*: against twelve years of falling crime every period would be a signal, and a rise would hide.
    Seasons come from the whole series up to *as_at*, and are taken out (`seasonally_adjusted`) where three full years
    are there and `seasonality` is below 0.01; *method* of the chart says which. Raises ValueError as `xmr` does, for
    a gap, and for a *start* that the series does not have.

    >>> import pandas as pd
    >>> violence = pd.Series(
    ...     [5194, 4710, 4419, 4612, 4550, 4308, 4341, 4871, 5105, 4754, 4625, 5119],
    ...     pd.period_range("2011Q3", "2014Q2", freq="Q"),
    ... )      # violence with injury, West Midlands, ONS, 2019 vintage
    >>> chart = level_chart(violence, as_at=date(2014, 8, 31))
    >>> chart.method, chart.frame["rule"].iloc[-1] is None
    ('XmR, screened; as recorded: no seasons found', True)
    """
    past = _series.ended(series, as_at)
    a_year = 12 // _series.months(past.index)
    if len(past) < FULL_YEARS * a_year:
        adjusted, seasons, how = past, "too short", "as recorded: fewer than three full years"
    elif seasonality(past) >= SURE:
        adjusted, seasons, how = past, "none found", "as recorded: no seasons found"
    else:
        adjusted, seasons, how = seasonally_adjusted(past), "taken out", "seasons taken out (STL)"
    first = max(len(past) - FULL_YEARS * a_year, 0) if start is None else _runs.position(past.index, start)
    if first is None:
        raise ValueError(f"start at {start!r}: the series has no such label up to then")
    adjusted.attrs = dict(series.attrs)
    chart = xmr(adjusted.iloc[first:], screen=screen, rebase=rebase)
    return replace(chart, method=f"{chart.method}; {how}", seasons=seasons)


def _odd(value: float) -> int:
    """The next odd whole number, as R's stl takes its windows."""
    whole = ceil(value)
    return whole + (whole % 2 == 0)
