"""Counts that cannot be right beside their neighbours, though somebody registered them: tenfold, or two labels exchanged."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pcp_analysis.loaders.kinds import Kind, kept_line
from pcp_analysis.strict.fault import Fault

#: A count is judged where its neighbours are so many; fewer come and go.
FEWEST = 100
#: How many times its neighbours a count may be. Of all forces, offences and quarters held 4.6 times is the most, and of the
#: residents of all forces 1.1 times.
TIMES, TIMES_OF_RESIDENTS = 10.0, 1.5
#: Out of line by more than this either way, and by so many robust standard deviations, a count may be another label's.
APART, DEVIATIONS = 1.25, 6.0
#: How many periods on each side are a count's neighbours.
BESIDE = 3

Counts = NDArray[np.float64]


def out_of_line(frame: pd.DataFrame, kind: Kind, shown: str, right: Sequence[str]) -> Iterator[Fault]:
    """The fault of each count of *frame* (typed, indexed by line) that is many times its neighbours, or many times fewer,
    and of two labels of one period that fit each other's place. None of a count whose line the register names as *right*.
    """
    for area, rows in frame.sort_values(kind.visible_by, kind="stable").groupby(kind.area):
        values = rows[list(kind.values)].to_numpy(dtype=float, na_value=np.nan)
        before, after = _medians(values), _medians(values[::-1])[::-1]

        def named(
            row: int, column: int, area: object = area, rows: pd.DataFrame = rows, values: Counts = values
        ) -> str:
            name, period, count = kind.values[column], rows[kind.visible_by].iloc[row], int(values[row, column])
            return kept_line(str(area), name, period, count, quarterly=kind.frequency == "quarterly")

        for row, column in zip(*np.nonzero(_many_times(values, before, after, kind)), strict=True):
            if named(row, column) not in right:
                usual = " and ".join(f"{side[row, column]:,.0f}" for side in (before, after) if side[row, column] > 0)
                rule = f"is no {_times(kind):g} times more or fewer than its neighbours, which are about {usual} for {area}"
                yield _fault(rows.index[row], kind.values[column], values[row, column], shown, rule, named(row, column))
        for row, one, other in _exchanged(values, before, after):
            if named(row, one) not in right:
                rule = (
                    f"is not exchanged with {kind.values[other]} ({values[row, other]:.0f}), as the two look for {area}"
                )
                yield _fault(rows.index[row], kind.values[one], values[row, one], shown, rule, named(row, one))


def _times(kind: Kind) -> float:
    return TIMES_OF_RESIDENTS if kind.months == 12 else TIMES


def _fault(line: int, column: str, count: float, shown: str, rule: str, named: str) -> Fault:
    mend = f'Restore it; or, where it is right, write "{named}" under confirmed in the register\'s entry.'
    return Fault(shown, f"line {line}, column {column}", f"{count:.0f}", rule, mend)


def _medians(values: Counts) -> Counts:
    """For each row the median of the three rows just before it; none where there are fewer, which one could mislead."""
    shifted = np.full((BESIDE, *values.shape), np.nan)
    for step in range(1, BESIDE + 1):
        shifted[step - 1, step:] = values[:-step]
    return np.asarray(shifted.sum(axis=0) - shifted.min(axis=0) - shifted.max(axis=0))


def _many_times(values: Counts, before: Counts, after: Counts, kind: Kind) -> NDArray[np.bool_]:
    """Where a count is many times each side that it has, or many times fewer than both, or the level changes as much.

    Of the first and the last period a count that is too small is passed over, but for residents: a series begins, and a latest
    period may be incomplete, which is said elsewhere.
    """
    times, yearly = _times(kind), kind.months == 12
    least, most = np.fmin(before, after), np.fmax(before, after)
    both = np.isfinite(before) & np.isfinite(after) & (least >= FEWEST)
    high = (values > times * most) & (most >= FEWEST)
    low = (both | (yearly & (least >= FEWEST))) & (values * times < least)
    return high | low | (both & (most > times * least))


def _exchanged(values: Counts, before: Counts, after: Counts) -> Iterator[tuple[int, int, int]]:
    """The rows and the two columns whose counts are out of line, one too high and one too low, and fit each other's place."""
    usual = np.where(np.isnan(before), after, np.where(np.isnan(after), before, (before + after) / 2))
    away = values - usual
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column may be blank throughout
        deviation = np.fmax(1.4826 * np.nanmedian(np.abs(away), axis=0), np.sqrt(np.fmax(usual, 1.0)))
    # beyond both sides, since a level that changes puts what lies between far from one of them
    above, below = values - np.fmax(before, after), np.fmin(before, after) - values
    judged, far = usual >= FEWEST, DEVIATIONS * deviation
    high = judged & (above > far) & (values > APART * (values - above))
    low = judged & (below > far) & (values * APART < values + below)
    for row in np.nonzero(high.any(axis=1) & low.any(axis=1))[0]:
        for one, other in product(np.nonzero(high[row])[0], np.nonzero(low[row])[0]):
            fits = [values[row, a] / usual[row, b] for a, b in ((one, other), (other, one))]
            if all(1 / APART < ratio < APART for ratio in fits):
                yield int(row), int(one), int(other)
