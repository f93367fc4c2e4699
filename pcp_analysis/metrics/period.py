"""Quantities of a period: year to date, rolling year, averages and records.

A series has a PeriodIndex, monthly ("M") or quarterly ("Q-DEC"), without a gap. Blanks before its first number are
a label that was not in use yet. *as_at* is a date (or the period that ends on it): only periods that had ended by
then count. All functions raise ValueError, naming value and rule, for a gap, a missing number, a year that the series
does not have, and a baseline of zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pcp_analysis.metrics import _rules, _series
from pcp_analysis.metrics.change import percent_change, point_change
from pcp_analysis.metrics.year import financial_year, financial_years, first_calendar_year, period_in_words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Measured:
    """A quantity with what it was made from.

    *unit* is ``percent``, ``points`` or ``count``. For a change, *numerator* is the number now and *denominator*
    the number that it is compared with; for an average, the total and the number of periods. *period* and
    *baseline* are printable ("April to June 2014"), *baseline* None where nothing is compared.
    """

    value: float
    unit: str
    numerator: float | None
    denominator: float | None
    period: str
    baseline: str | None

    @property
    def parts(self) -> tuple[float, float]:
        """Numerator and denominator of what is made of two numbers. Raises ValueError for what is not."""
        if self.numerator is None or self.denominator is None:
            raise ValueError(f"the {self.unit} of {self.period} is not made of two numbers")
        return self.numerator, self.denominator


def _so_far(series: pd.Series, as_at: date | pd.Period | str, year: str) -> pd.Series:
    """The periods of *year* that correspond to those of *as_at*'s own financial year that had ended by then."""
    past = _series.ended(series, as_at)
    now = financial_year(_series.last_day(as_at))
    current = past[[name == now for name in financial_years(past.index)]]
    if current.empty:
        raise ValueError(f"series {series.name!r}: no period of {now} had ended by {_series.last_day(as_at):%Y-%m-%d}")
    back = first_calendar_year(now) - first_calendar_year(year)
    wanted = current.index - back * (12 // _series.months(past.index))
    if back < 0 or not wanted.isin(past.index).all():
        span = period_in_words(past.index[0], past.index[-1])
        raise ValueError(f"year is {year!r}: series {series.name!r} holds {span}, not the same periods of that year")
    return past[wanted]


def year_to_date(series: pd.Series, *, as_at: date | pd.Period | str, year: str) -> Measured:
    """Total of *year* over the periods that had ended, by *as_at*, in *as_at*'s own financial year.

    >>> import pandas as pd
    >>> months = pd.period_range("2014-04", "2014-06", freq="M")
    >>> burglary = pd.Series([868, 842, 803], months)      # SPCB 11 September 2014, paragraph 67
    >>> found = year_to_date(burglary, as_at=date(2014, 6, 30), year="2014/15")
    >>> found.value, found.unit, found.period
    (2513.0, 'count', 'April to June 2014')
    """
    part = _so_far(series, as_at, year)
    total = float(part.sum())
    return Measured(total, "count", total, None, period_in_words(part.index[0], part.index[-1]), None)


def year_to_date_change(series: pd.Series, *, as_at: date | pd.Period | str, baseline_year: str) -> Measured:
    """Change of the year to date on the same periods of *baseline_year*, in per cent; never on a part of a period.

    >>> import pandas as pd
    >>> quarters = pd.period_range("2013Q2", "2014Q2", freq="Q")
    >>> robbery = pd.Series([1359, 1291, 1308, 1415, 1177], quarters)      # West Midlands, ONS, 2019 vintage
    >>> found = year_to_date_change(robbery, as_at=date(2014, 8, 31), baseline_year="2013/14")
    >>> round(found.value, 1), found.unit, found.period, found.baseline
    (-13.4, 'percent', 'April to June 2014', 'April to June 2013')
    """
    now, before = _compared(series, as_at, baseline_year)
    value = percent_change(now.value, before.value)
    return Measured(value, "percent", now.value, before.value, now.period, before.period)


def year_to_date_difference(series: pd.Series, *, as_at: date | pd.Period | str, baseline_year: str) -> Measured:
    """Year to date less the same periods of *baseline_year*; unit: count.

    >>> import pandas as pd
    >>> quarters = pd.period_range("2013Q2", "2014Q2", freq="Q")
    >>> robbery = pd.Series([1359, 1291, 1308, 1415, 1177], quarters)      # West Midlands, ONS, 2019 vintage
    >>> year_to_date_difference(robbery, as_at=date(2014, 8, 31), baseline_year="2013/14").value
    -182.0
    """
    now, before = _compared(series, as_at, baseline_year)
    return Measured(now.value - before.value, "count", now.value, before.value, now.period, before.period)


def _compared(series: pd.Series, as_at: date | pd.Period | str, baseline_year: str) -> tuple[Measured, Measured]:
    year = financial_year(_series.last_day(as_at))
    if baseline_year == year:
        raise ValueError(f"baseline_year is {baseline_year!r}: a year cannot be compared with itself")
    return (
        year_to_date(series, as_at=as_at, year=year),
        year_to_date(series, as_at=as_at, year=baseline_year),
    )


def period_average(series: pd.Series, *, as_at: date | pd.Period | str, year: str) -> Measured:
    """Average a period (month or quarter) of *year* so far; numerator the total, denominator the periods.

    >>> import pandas as pd
    >>> months = pd.period_range("2014-04", "2014-06", freq="M")
    >>> burglary = pd.Series([868, 842, 803], months)      # SPCB 11 September 2014, paragraph 67
    >>> round(period_average(burglary, as_at=date(2014, 6, 30), year="2014/15").value, 1)
    837.7
    """
    part = _so_far(series, as_at, year)
    total = float(part.sum())
    span = period_in_words(part.index[0], part.index[-1])
    return Measured(total / len(part), "count", total, float(len(part)), span, None)


def year_totals(series: pd.Series, *, as_at: date | pd.Period | str) -> pd.Series:
    """Totals of the financial years that were complete by *as_at*, by year ("2013/14"); empty where none was.

    >>> import pandas as pd
    >>> quarters = pd.period_range("2013Q2", "2014Q2", freq="Q")
    >>> robbery = pd.Series([1359, 1291, 1308, 1415, 1177], quarters)      # West Midlands, ONS, 2019 vintage
    >>> year_totals(robbery, as_at=date(2014, 8, 31)).to_dict()
    {'2013/14': 5373.0}
    """
    past = _series.ended(series, as_at)
    grouped = past.groupby(financial_years(past.index))
    return grouped.sum()[grouped.size() == 12 // _series.months(past.index)]


def lowest_year(series: pd.Series, *, as_at: date | pd.Period | str) -> str:
    """The complete financial year with the lowest total, the earlier of two alike; ValueError where none is complete.

    >>> import pandas as pd
    >>> robbery = pd.Series(
    ...     [1456, 1251, 1378, 1376, 1359, 1291, 1308, 1415], pd.period_range("2012Q2", "2014Q1", freq="Q")
    ... )      # West Midlands, ONS, 2019 vintage
    >>> lowest_year(robbery, as_at=date(2014, 8, 31))
    '2013/14'
    """
    totals = year_totals(series, as_at=as_at)
    if totals.empty:
        raise ValueError(f"series {series.name!r}: no financial year was complete by {as_at}")
    return str(totals.idxmin())


def rolling_year(series: pd.Series, *, as_at: date | pd.Period | str) -> Measured:
    """Total of the latest twelve months that had ended by *as_at*; unit: count.

    >>> import pandas as pd
    >>> quarters = pd.period_range("2013Q2", "2014Q2", freq="Q")
    >>> robbery = pd.Series([1359, 1291, 1308, 1415, 1177], quarters)      # West Midlands, ONS, 2019 vintage
    >>> found = rolling_year(robbery, as_at=date(2014, 8, 31))
    >>> found.value, found.period
    (5191.0, 'July 2013 to June 2014')
    """
    past = _series.ended(series, as_at)
    size = 12 // _series.months(past.index)
    if len(past) < size:
        raise ValueError(f"series {series.name!r} holds {len(past)} periods: a rolling year needs {size}")
    part = past.iloc[-size:]
    total = float(part.sum())
    return Measured(total, "count", total, None, period_in_words(part.index[0], part.index[-1]), None)


def rolling_years(series: pd.Series) -> pd.Series:
    """Totals of every twelve months, by the period that they end in; the first is the first complete one.

    The result carries ``attrs["rolling_months"] = 12``: neighbours share eleven months (or three quarters) of their
    data, so a control chart refuses it. A rolling series that comes from elsewhere must be marked alike.

    >>> import pandas as pd
    >>> quarters = pd.period_range("2013Q2", "2014Q2", freq="Q")
    >>> robbery = pd.Series([1359, 1291, 1308, 1415, 1177], quarters)      # West Midlands, ONS, 2019 vintage
    >>> rolling_years(robbery).tolist()
    [5373.0, 5191.0]
    """
    values = _series.whole(series)
    totals = values.rolling(12 // _series.months(values.index)).sum().dropna()
    totals.attrs["rolling_months"] = 12
    return totals


def record_low(series: pd.Series, *, as_at: date | pd.Period | str) -> Measured:
    """The lowest number since the series began; *period* is when it stood, *baseline* the span it is the lowest of.

    Of two alike the earlier is given, so that a number which only equals a record does not claim it.

    >>> import pandas as pd
    >>> months = pd.period_range("2014-04", "2014-06", freq="M")
    >>> burglary = pd.Series([868, 842, 803], months)      # SPCB 11 September 2014, paragraph 67
    >>> record_low(burglary, as_at=date(2014, 6, 30)).period
    'June 2014'
    """
    return _record(_series.ended(series, as_at), lowest=True)


def record_high(series: pd.Series, *, as_at: date | pd.Period | str) -> Measured:
    """The highest number since the series began; as `record_low`.

    >>> import pandas as pd
    >>> months = pd.period_range("2014-04", "2014-06", freq="M")
    >>> burglary = pd.Series([868, 842, 803], months)      # SPCB 11 September 2014, paragraph 67
    >>> record_high(burglary, as_at=date(2014, 6, 30)).period
    'April 2014'
    """
    return _record(_series.ended(series, as_at), lowest=False)


def _record(past: pd.Series, *, lowest: bool) -> Measured:
    where = past.idxmin() if lowest else past.idxmax()
    value = float(past[where])
    return Measured(value, "count", value, None, period_in_words(where), period_in_words(past.index[0], past.index[-1]))


def change_on_previous_wave(series: pd.Series) -> Measured:
    """Change of a survey's latest wave on the wave before, both in per cent; unit: points.

    *series* holds percentages by the number of the wave. Raises ValueError for fewer than two waves, waves out of
    order, a wave left out between the last two, and a percentage outside 0 to 100.

    >>> import pandas as pd
    >>> found = change_on_previous_wave(pd.Series([82, 82, 84], [34, 35, 36]))      # confidence, paragraph 5
    >>> found.value, found.unit, found.period, found.baseline
    (2.0, 'points', 'wave 36', 'wave 35')
    """
    if len(series) < 2:
        raise ValueError(f"series {series.name!r} has {len(series)} waves: a change needs two")
    if not series.index.is_monotonic_increasing or series.index.has_duplicates:
        raise ValueError(f"series {series.name!r}: waves must be in order, each once")
    before, latest = series.index[-2:]
    if latest - before != 1:
        raise ValueError(f"series {series.name!r} has no wave between {before} and {latest}: not the previous wave")
    now, then = (_rules.number(float(series[wave]), f"wave {wave}") for wave in (latest, before))
    for value in (now, then):
        if not 0 <= value <= 100:
            raise ValueError(f"percentage is {value!r}: it must lie between 0 and 100")
    return Measured(point_change(now, then), "points", now, then, f"wave {latest}", f"wave {before}")
