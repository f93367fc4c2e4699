"""Single quarters out of rolling years: RY(t) - RY(t-1) = Q(t) - Q(t-4), from four quarters that are known."""

from __future__ import annotations

from collections.abc import Sequence


def single_quarters(rolling: Sequence[int], anchor: Sequence[int], anchored_at: int) -> list[int]:
    """The single quarters behind a run of rolling years.

    *rolling*: the totals of four quarters, one a quarter, without a gap. *anchor*: the four quarters whose total is
    ``rolling[anchored_at]``. Returned are ``len(rolling) + 3`` quarters, the first being the first of the first year.
    ValueError where the anchor does not add up to its year: no quarter could then be trusted.

    >>> single_quarters([10, 14, 18], [4, 3, 2, 5], 1)
    [1, 4, 3, 2, 5, 8]
    """
    if len(anchor) != 4:
        raise ValueError(f"an anchor has four quarters, not {len(anchor)}")
    if sum(anchor) != rolling[anchored_at]:
        raise ValueError(f"the anchor adds up to {sum(anchor)}, its year is {rolling[anchored_at]}")
    quarters = [0] * (len(rolling) + 3)
    quarters[anchored_at : anchored_at + 4] = anchor
    for year in range(anchored_at + 1, len(rolling)):
        quarters[year + 3] = quarters[year - 1] + rolling[year] - rolling[year - 1]
    for year in range(anchored_at - 1, -1, -1):
        quarters[year] = quarters[year + 4] - rolling[year + 1] + rolling[year]
    return quarters


def rolling_years(quarters: Sequence[int]) -> list[int]:
    """The totals of every four quarters in a row.

    >>> rolling_years([1, 4, 3, 2, 5, 8])
    [10, 14, 18]
    """
    return [sum(quarters[start : start + 4]) for start in range(len(quarters) - 3)]
