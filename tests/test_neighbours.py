"""What the six neighbours make of a count: by hand on a few numbers, and against numpy's own median."""

from __future__ import annotations

import numpy as np

from pcp_analysis.loaders.neighbours import far, median


def test_the_median_is_that_of_numpy() -> None:
    """On random numbers with gaps, along the first axis."""
    values = np.random.default_rng(0).normal(size=(6, 40, 5))
    values[np.random.default_rng(1).random(values.shape) < 0.3] = np.nan
    assert np.allclose(median(values), np.nanmedian(values, axis=0), equal_nan=True)


def test_distance_is_counted_from_the_nearer_side() -> None:
    """1,000 each month but 1,020 before and 700 once: 300 of 1,000 below, and 300 over the root of 1,000 deviations."""
    counts = np.array([[1020.0]] * 5 + [[700.0]] + [[1000.0]] * 6)
    (found,) = far(counts, [counts], [""] * 12, 0.2)
    assert (found.row, found.column, found.value, found.usual) == (5, 0, 700, 1010)
    assert found.share == 0.3
    assert np.isclose(found.deviations, 300 / np.sqrt(1010))


def test_a_sum_is_compared_over_the_cells_that_all_have() -> None:
    """Half of the sum is a cell that one month lacks: the sum halves, and what both hold does not move."""
    cells = np.full((12, 2), 500.0)
    cells[6, 1] = np.nan
    assert list(far(np.nansum(cells, axis=1)[:, None], [cells], [""] * 12, 0.2)) == []


def test_a_season_is_known_from_four_years() -> None:
    """A December that is twice as high: four years know it, and of three each is far."""
    for years, expected in ((4, 0), (3, 3)):
        counts = np.array([[1000.0] * 11 + [2000.0]] * years).reshape(-1, 1)
        months = [f"{month + 1:02d}" for month in range(12)] * years
        assert len(list(far(counts, [counts], months, 0.2))) == expected
