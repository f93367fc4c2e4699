"""Seasons taken out, so that a chart of a series shows changes of level and not every winter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from pcp_analysis.metrics import _runs, _series
from pcp_analysis.metrics.spc import ControlChart, xmr

if TYPE_CHECKING:
    import pandas as pd

FULL_YEARS = 3


def seasonal_parts(series: pd.Series) -> pd.DataFrame:
    """*series* as trend + seasonal + remainder by STL with a seasonal pattern that does not change.

    Columns ``value, trend, seasonal, remainder`` in the unit of the series, equal to R's ``stl(x, "periodic")`` with
    its windows and jumps. Assumes that seasons add to the level and stay the same; for counts, whose seasons grow with
    the level, see `seasonally_adjusted`. Raises ValueError for a series that is neither monthly nor quarterly, has a
    gap, or is shorter than three years.

    Cleveland, R. et al. (1990), STL: a seasonal-trend decomposition procedure based on loess, Journal of Official
    Statistics 6, 3-73.

    >>> import pandas as pd
    >>> found = seasonal_parts(pd.Series([1, 2, 3, 6] * 3, pd.period_range("2011Q1", periods=12, freq="Q")))
    >>> found["seasonal"].iloc[:4].round(6).tolist()
    [-2.0, -1.0, 0.0, 3.0]
    """
    import pandas as pd
    from statsmodels.tsa.seasonal import STL

    values = _series.whole(series)
    period = 12 // _series.months(values.index)
    if len(values) < FULL_YEARS * period:
        raise ValueError(f"series {series.name!r} holds {len(values)} periods: seasons need {FULL_YEARS * period}")
    seasonal = 10 * len(values) + 1
    trend, low_pass = _odd(1.5 * period / (1 - 1.5 / seasonal)), _odd(period)
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
    parts["seasonal"] = parts.groupby(_season(values.index))["seasonal"].transform("mean")
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
    return values / (factor / factor.groupby(_season(values.index)).first().mean())


def seasonality(series: pd.Series) -> float:
    """The probability of seasons as strong as these by chance (Kruskal and Wallis on the values less their trend).

    Raises ValueError as `seasonal_parts`.

    >>> import pandas as pd
    >>> round(seasonality(pd.Series([1, 2, 3, 6] * 3, pd.period_range("2011Q1", periods=12, freq="Q"))), 3)
    0.012
    """
    from scipy.stats import kruskal

    parts = seasonal_parts(series)
    level = (parts["value"] - parts["trend"]).groupby(_season(parts.index))
    groups = [group.to_numpy() for _, group in level]
    if len({value for group in groups for value in group}) == 1:
        return 1.0
    return float(kruskal(*groups).pvalue)


def _season(index: pd.PeriodIndex) -> pd.Index:
    return index.month


def _odd(value: float) -> int:
    """The next odd whole number, as R's stl takes its windows."""
    whole = ceil(value)
    return whole + (whole % 2 == 0)
