"""The rules of a control chart within one group of points, and where a label stands in an index."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

RUN = 7


def position(index: pd.Index, label: Hashable) -> int | None:
    """Where *label* stands in *index*, None where it does not; a period may be named by a day in it or in text."""
    import pandas as pd

    try:
        if isinstance(index, pd.PeriodIndex) and not isinstance(label, pd.Period):
            named = pd.Period(label) if isinstance(label, str) else pd.Period(label, freq="D")
            # "2014" names a year, not its first quarter
            label = pd.Period(named.start_time, freq=index.freq) if named.freqstr in ("D", index.freqstr) else None
        elif isinstance(index, pd.DatetimeIndex):
            label = pd.Timestamp(label)
    except (ValueError, TypeError, AttributeError):  # nothing that names a day or a period
        return None
    return next((place for place, known in enumerate(index) if known == label), None)


def signals(
    values: np.ndarray,
    centre: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    near_lower: np.ndarray,
    near_upper: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The rule and the side of each point, None where there is none. Limits that are NaN are never crossed."""
    import numpy as np

    beside = np.sign(values - centre)
    outside = (values > upper) | (values < lower)
    # the near zone ends at the limit: a point outside is none of the two of three
    near = ~outside & ((values > near_upper) | (values < near_lower))
    step = np.sign(np.diff(values))
    trend = _windows(_all_alike(step, RUN - 1), RUN, len(values))
    together = _windows(_all_alike(beside, 3) & (_rolling_sum(near, 3) >= 2), 3, len(values))
    shift = _windows(_all_alike(beside, RUN), RUN, len(values))

    rule, side = np.full(len(values), None, dtype=object), np.full(len(values), None, dtype=object)
    direction = np.where(beside > 0, "high", "low")
    for name, marked in (("shift", shift), ("two_of_three", together & near)):
        rule[marked], side[marked] = name, direction[marked]
    rule[trend], side[trend] = "trend", _way(step, trend)[trend]
    rule[outside], side[outside] = "outside", direction[outside]
    return rule, side


def _way(step: np.ndarray, trend: np.ndarray) -> np.ndarray:
    """Direction of each point of a trend: towards the next point where that belongs to a trend too, else from the last.

    So a peak between a rise and a fall belongs to the fall, as in the reference; and where a rise is followed, after
    a tie, by a fall, the reference calls the last point of the rise "decreasing", since the step to the next is 0.
    """
    import numpy as np

    if len(step) == 0:
        return np.full(len(trend), None, dtype=object)
    onward = np.append(step, step[-1])
    back = np.insert(step, 0, 0)
    followed = np.append(trend[1:], False)
    return np.where(np.where(followed, onward, back) == 1, "high", "low")


def _rolling_sum(flags: np.ndarray, size: int) -> np.ndarray:
    """How many of each *size* neighbours are set; one number a window, none where there are too few points."""
    import numpy as np

    if len(flags) < size:
        return np.zeros(0, dtype=int)
    total: np.ndarray = np.concatenate([[0], np.cumsum(flags)])
    return np.asarray(total[size:] - total[:-size])


def _all_alike(signs: np.ndarray, size: int) -> np.ndarray:
    """Whether each *size* neighbours are all +1 or all -1; a zero breaks a run."""
    alike: np.ndarray = (_rolling_sum(signs == 1, size) == size) | (_rolling_sum(signs == -1, size) == size)
    return alike


def _windows(found: np.ndarray, size: int, length: int) -> np.ndarray:
    """The points that lie in any window which was found."""
    import numpy as np

    marked = np.zeros(length, dtype=bool)
    for start in np.flatnonzero(found):
        marked[start : start + size] = True
    return marked
