"""A count beside its neighbours: what they make of it in its season, and whether it lies too far from all that it could be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]

#: A count is judged where its series has so many in the middle; fewer come and go.
FEWEST = 100
#: How many periods on each side are its neighbours.
BESIDE = 3
#: It is far where it is so many robust standard deviations away, and by a share of its neighbours which the grain says.
DEVIATIONS = 6.0
#: How many years must hold the same month before it is known to have a season, and how much one may make of a count.
YEARS, SEASONS = 4, (0.5, 2.0)


@dataclass(frozen=True)
class Far:
    """The count of the *row* and *column* that lies far from the *usual* of its neighbours, by *deviations* and *share*."""

    row: int
    column: int
    value: float
    usual: float
    deviations: float
    share: float


def far(sums: Counts, members: Sequence[Counts], months: Sequence[str], share: float) -> Iterator[Far]:
    """Every count of *sums* (a row a period, a column a series) that lies too far from the median of its six neighbours.

    Of each column *members* holds the cells that it is the sum of, a row a period; *months* names the season of each row,
    and is blank where there is none. Neighbours are compared with the season taken out. The robust standard deviation is
    1.4826 times the median distance of the series from its neighbours' medians, at least the square root of the median
    times its over-dispersion.
    """
    large = np.nonzero(median(sums) >= FEWEST)[0]
    values = sums[:, large]
    season = _seasons(values, months)
    adjusted = values / season
    usual = median(_beside(adjusted))
    away, level = np.abs(adjusted - usual), np.fmax(usual, 1.0)
    over = np.fmax(1.0, median((1.4826 * away) ** 2 / level))
    deviation = np.fmax(1.4826 * median(away), np.sqrt(level * over)) / level
    for row, column in zip(*np.nonzero((away > DEVIATIONS * deviation * level) & (away > share * usual)), strict=True):
        around, value, near = _around(members[large[column]], int(row), season[row, column])
        edge = min(around, key=lambda each: abs(value - each))
        if min(around) <= value <= max(around):
            continue
        one = abs(value - edge)
        deviations = one / max(deviation[row, column] * max(near, 1.0), 1e-9)
        if deviations > DEVIATIONS and one > share * abs(edge):
            yield Far(
                int(row), int(large[column]), sums[row, large[column]], near, deviations, one / max(abs(edge), 1.0)
            )


def _around(members: Counts, row: int, season: float) -> tuple[list[float], float, float]:
    """What a count could be, over the cells that it and its neighbours all have; the count over these, and its usual.

    It could be as the median of either side, since a level may change, and as that of both with its season and without.
    """
    near = [each for each in range(max(0, row - BESIDE), min(len(members), row + BESIDE + 1)) if each != row]
    near = [each for each in near if not np.isnan(members[each]).all()]
    both = ~np.isnan(members[[row, *near]]).any(axis=0)
    sums = members[:, both].sum(axis=1)
    sides = [[each for each in near if each < row], [each for each in near if each > row]]
    usual = float(np.median(sums[near]))
    around = [*(float(np.median(sums[side])) for side in sides if side), usual, usual * season]
    return around, float(sums[row]), usual


def _seasons(values: Counts, months: Sequence[str]) -> Counts:
    """What a count of its month is to its neighbours in the middle of all years; 1 where too few years hold it."""
    season = np.ones_like(values)
    level = median(_beside(values))
    ratios = np.where(level > 0, values, np.nan) / np.fmax(level, 1.0)
    for month in set(months) - {""}:
        rows = [row for row, each in enumerate(months) if each == month]
        known = np.isfinite(ratios[rows]).sum(axis=0) >= YEARS
        season[rows] = np.where(known, np.clip(median(ratios[rows]), *SEASONS), 1.0)
    return season


def _beside(values: Counts) -> Counts:
    """The three rows before each and the three after it, along a new first axis; NaN where there is none."""
    padded = np.full((len(values) + 2 * BESIDE, values.shape[1]), np.nan)
    padded[BESIDE:-BESIDE] = values
    return np.stack([padded[step : step + len(values)] for step in range(2 * BESIDE + 1) if step != BESIDE])


def median(values: Counts) -> Counts:
    """The median along the first axis of what is filled, NaN where nothing is; a tenth of the time of numpy's.

    >>> median(np.array([[1.0, np.nan], [4.0, np.nan], [np.nan, np.nan]])).tolist()
    [2.5, nan]
    """
    ordered = np.sort(values, axis=0)  # NaN last
    filled = np.expand_dims(np.isfinite(values).sum(axis=0), 0)
    middle = [np.take_along_axis(ordered, np.fmax(place, 0), axis=0)[0] for place in ((filled - 1) // 2, filled // 2)]
    return np.asarray(np.where(filled[0] > 0, (middle[0] + middle[1]) / 2, np.nan))
