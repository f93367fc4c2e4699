"""When a deliverable falls due: the closed set of cadences, and months as text ("2014-09")."""

from __future__ import annotations

from pcp_analysis.strict.value import MONTH

#: Every cadence that a plan may use, and the months from one report to the next; None where it has no calendar.
CADENCES: dict[str, int | None] = {
    "monthly": 1,
    "quarterly": 3,
    "6 monthly": 6,
    "proposal 6 monthly": 6,
    "as required": None,
    "quarterly until complete": 3,
}


def months_between(first: str, last: str) -> int:
    """How many months *last* lies after *first*, negative where before; ValueError for what is no month.

    >>> months_between("2014-09", "2015-03")
    6
    """
    for month in (first, last):
        if not MONTH.fullmatch(month):
            raise ValueError(f"{month!r} is no month; write year and month, such as 2014-09")
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def months_later(month: str, count: int) -> str:
    """The month *count* months after *month*, or before where *count* is negative.

    >>> months_later("2014-12", 1)
    '2015-01'
    """
    year, place = divmod(months_between("0000-01", month) + count, 12)
    return f"{year:04d}-{place + 1:02d}"


def falls_due(month: str, *, cadence: str | None, first_due: str | None) -> bool | None:
    """Whether *month* is one in which *cadence* falls due, counted from *first_due*; None where that cannot be told.

    >>> falls_due("2014-12", cadence="quarterly", first_due="2014-09")
    True
    """
    step = CADENCES[cadence] if cadence else None
    if step is None or first_due is None:
        months_between(month, month)
        return None
    passed = months_between(first_due, month)
    return passed >= 0 and passed % step == 0
