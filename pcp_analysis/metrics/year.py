"""Financial years, 1 April to 31 March, written "2014/15"; and periods in words."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from pcp_analysis.metrics import _series

if TYPE_CHECKING:
    import pandas as pd


def financial_year(day: date | pd.Period) -> str:
    """The financial year that *day*, a date or a period of a month or a quarter, lies in.

    Raises ValueError for a period that lies in two financial years (a calendar year) and for no date at all.

    >>> financial_year(date(2014, 9, 11))      # the Board of 11 September 2014 reads the plan of 2014/15
    '2014/15'
    >>> financial_year(date(2014, 3, 31))
    '2013/14'
    """
    start, end = getattr(day, "start_time", day), getattr(day, "end_time", day)
    ends = (start, end)
    if not all(isinstance(each, date) and each.year > 0 for each in ends):  # pandas' NaT is a date without a year
        raise ValueError(f"day is {day!r}: it must be a date or a period")
    starts = {end.year - (end.month < 4) for end in ends}
    if len(starts) != 1:
        raise ValueError(f"period {day} lies in more than one financial year")
    return _written(starts.pop())


def _written(start: int) -> str:
    return f"{start}/{(start + 1) % 100:02d}"


def first_calendar_year(year: str) -> int:
    """The calendar year in which the financial year *year* begins.

    Raises ValueError for anything that is not written like "2014/15".

    >>> first_calendar_year("2014/15")
    2014
    """
    found = re.fullmatch(r"(\d{4})/(\d{2})", year) if isinstance(year, str) else None
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"year is {year!r}: a financial year is written like '2014/15'")
    return int(found[1])


def previous_financial_year(year: str) -> str:
    """The financial year before *year*; ValueError as `first_calendar_year`.

    >>> previous_financial_year("2014/15")
    '2013/14'
    """
    return _written(first_calendar_year(year) - 1)


def financial_years(index: pd.PeriodIndex) -> list[str]:
    """The financial year of each period of *index*; ValueError for an index that is not of months or quarters.

    >>> import pandas as pd
    >>> financial_years(pd.period_range("2014Q1", "2014Q2", freq="Q"))
    ['2013/14', '2014/15']
    """
    _series.months(index)
    # the month of a quarter is its last one, and no quarter reaches across 31 March
    return [_written(int(start)) for start in index.year - (index.month < 4)]


def periods_of_year(year: str, freq: str) -> pd.PeriodIndex:
    """The periods of a financial year, *freq* "M" or "Q-DEC"; ValueError as `first_calendar_year`.

    >>> [str(period) for period in periods_of_year("2014/15", "Q-DEC")]
    ['2014Q2', '2014Q3', '2014Q4', '2015Q1']
    """
    import pandas as pd

    start = first_calendar_year(year)
    return pd.period_range(pd.Period(f"{start}-04-01", freq=freq), pd.Period(f"{start + 1}-03-31", freq=freq))


def period_in_words(first: pd.Period, last: pd.Period | None = None) -> str:
    """The months from *first* to *last* as a page prints them, a financial year by its name; *last* is *first* where it is
    not given.

    Raises ValueError where *last* is before *first*.

    >>> import pandas as pd
    >>> period_in_words(pd.Period("2014Q2"))
    'April to June 2014'
    >>> period_in_words(pd.Period("2013-04"), pd.Period("2014-03"))
    '2013/14'
    >>> period_in_words(pd.Period("2013-07"), pd.Period("2014-06"))
    'July 2013 to June 2014'
    """
    start, end = first.start_time, (first if last is None else last).end_time
    if end < start:
        raise ValueError(f"last period {last} is before the first, {first}")
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    if (start.month, end.month, end.year) == (4, 3, start.year + 1):
        return financial_year(first)
    return f"{start:%B} to {end:%B %Y}" if start.year == end.year else f"{start:%B %Y} to {end:%B %Y}"
