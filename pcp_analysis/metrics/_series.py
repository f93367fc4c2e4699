"""What a series of periods must be, and the part of it that had ended by a date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def last_day(as_at: date | pd.Period | str) -> pd.Timestamp:
    """The day that *as_at* names: a date, an ISO date ("2014-08-31"), or the last day of a period."""
    import pandas as pd

    if isinstance(as_at, pd.Period):
        return as_at.end_time.normalize()
    if isinstance(as_at, str):
        # "2014-08" would silently be the first of August
        return pd.Timestamp(date.fromisoformat(as_at))
    if isinstance(as_at, date) and not pd.isna(as_at):
        return pd.Timestamp(as_at).normalize()
    raise ValueError(f"as_at is {as_at!r}: it must be a date or a period")


def months(index: pd.PeriodIndex) -> int:
    """Months in a period of *index*: 1 or 3; ValueError for anything that is neither monthly nor quarterly."""
    import pandas as pd

    if isinstance(index, pd.PeriodIndex):
        if index.freqstr == "M":
            return 1
        if index.freqstr in ("Q-DEC", "Q-MAR", "Q-JUN", "Q-SEP"):
            return 3
    kind = getattr(index, "freqstr", None) or type(index).__name__
    raise ValueError(f"index is {kind}: a series needs a PeriodIndex, monthly (M) or quarterly (Q-DEC)")


def whole(series: pd.Series) -> pd.Series:
    """*series* from its first number, as floats; ValueError for a gap, a repeat, disorder or a number missing.

    Blanks at the beginning are a series that had not begun; a blank later is a number that is missing.
    """
    import numpy as np

    months(series.index)
    values = series.astype(float)
    known = np.flatnonzero(values.notna().to_numpy())
    if len(known) == 0:
        raise ValueError(f"series {series.name!r} has no number")
    values = values.iloc[known[0] :]
    if not values.index.is_monotonic_increasing or values.index.has_duplicates:
        raise ValueError(f"series {series.name!r}: periods must be in order, each once")
    steps = np.diff(values.index.asi8)
    if (steps > 1).any():
        before = values.index[int(np.argmax(steps > 1))]
        raise ValueError(f"series {series.name!r} has a gap after {before}: every period must be there")
    wrong = ~np.isfinite(values.to_numpy())
    if wrong.any():
        raise ValueError(f"series {series.name!r} has no number in {values.index[int(np.argmax(wrong))]}")
    return values


def ended(series: pd.Series, as_at: date | pd.Period | str) -> pd.Series:
    """The periods of *series* that had ended by *as_at*, complete; ValueError where there are none."""
    day = last_day(as_at)
    months(series.index)
    # most series are cut off already, and turning a whole index into days is what costs
    over = not series.empty and series.index.is_monotonic_increasing and series.index[-1].end_time.normalize() <= day
    past = series if over else series[series.index.end_time.normalize() <= day]
    if past.empty:
        raise ValueError(f"series {series.name!r}: no period had ended by {day:%Y-%m-%d}")
    return whole(past)
