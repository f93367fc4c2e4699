"""Change from one number to another: in per cent, and in points."""

from __future__ import annotations

from pcp_analysis.metrics import _rules


def percent_change(current: float, baseline: float) -> float:
    """Change from *baseline* to *current*, in per cent of *baseline*.

    Raises ValueError for a baseline that is zero or negative (a change on nothing has no percentage) and for
    anything that is not a finite number. For two percentages use `point_change`.

    >>> round(percent_change(39, 32), 1)      # Metro crime, SPCB 11 September 2014, paragraph 88
    21.9
    """
    now, before = _rules.number(current, "current"), _rules.number(baseline, "baseline")
    if before <= 0:
        raise ValueError(f"baseline is {baseline!r}: a percentage change needs a baseline above zero")
    return 100 * (now - before) / before


def point_change(current: float, baseline: float) -> float:
    """Change from *baseline* to *current*, both in per cent, in percentage points.

    Raises ValueError for anything that is not a finite number.

    >>> point_change(84.0, 82.0)      # confidence, waves 36 and 35, SPCB 11 September 2014, paragraph 5
    2.0
    """
    return _rules.number(current, "current") - _rules.number(baseline, "baseline")
