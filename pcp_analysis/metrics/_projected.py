"""The model behind `pace.project`, on a panel: one row a period, one column a place, the projected one first."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# chosen by the back-test (docs/methods.md)
YEARS = 3
OWN_SHARE = 0.25
TOGETHER = 0.4
RENEWED_A_QUARTER = 0.5
TAILS = 5.0
ENOUGH_ERRORS = 20
COVERED = 0.8


def panel(
    past: pd.Series, peers: pd.DataFrame | Mapping[str, pd.Series] | None, elapsed: int, a_year: int
) -> np.ndarray:
    """*past* and the peers that cover it, cut to whole years and the *elapsed* periods of the last one."""
    import pandas as pd

    years = (len(past) - elapsed) // a_year
    if years < YEARS:
        raise ValueError(f"series {past.name!r} holds {years} complete years before: a projection needs {YEARS}")
    own = past.iloc[len(past) - years * a_year - elapsed :]
    if peers is None:
        alone: np.ndarray = own.to_numpy()[:, None]
        return alone
    if not isinstance(peers, (pd.DataFrame, Mapping)):
        raise ValueError(f"peers is {type(peers).__name__}: it must be a DataFrame, or series by name")
    table = pd.DataFrame(peers)
    others = table.reindex(own.index).astype(float).dropna(axis=1)
    if others.shape[1] == 0:
        raise ValueError(f"peers has {table.shape[1]} columns: none holds all of {own.index[0]} to {own.index[-1]}")
    together: np.ndarray = pd.concat([own, others], axis=1).to_numpy()
    return together


def expected_left(table: np.ndarray, elapsed: int, a_year: int) -> np.ndarray:
    """The count expected in the periods after the last row, up to the end of its year, of each column."""
    import numpy as np

    recent, shares = _seasons(table, elapsed, a_year)
    levels = recent / (np.maximum(shares, 1e-9)[np.arange(len(recent)) % a_year] * a_year)
    alone = table.shape[1] == 1
    renewed = 1 - (1 - RENEWED_A_QUARTER) ** (4 / a_year)
    level = levels[:a_year].mean(axis=0)
    for now in levels[a_year:]:
        if not alone and level.sum() > 0:
            level = level * (1 + TOGETHER * (now.sum() / level.sum() - 1))
        level = level + renewed * (now - level)
    return np.asarray(np.maximum(level * shares[elapsed:].sum(axis=0) * a_year, 0.0))


def shares_left(table: np.ndarray, elapsed: int, a_year: int) -> tuple[float, ...]:
    """Share of each period that is left of the year in the count that is left, for the first column: they add up to 1."""
    left = _seasons(table, elapsed, a_year)[1][elapsed:, 0]
    total = float(left.sum())
    return tuple(float(share) / total if total else 1 / len(left) for share in left)


def _seasons(table: np.ndarray, elapsed: int, a_year: int) -> tuple[np.ndarray, np.ndarray]:
    """The last years with the periods of this one, and the share of each season in the complete ones."""
    recent = table[max(0, len(table) - elapsed - YEARS * a_year) :]
    return recent, _shares(recent[: len(recent) - elapsed], a_year)


def _shares(years: np.ndarray, a_year: int) -> np.ndarray:
    """Share of each season in a year's count: rows seasons, columns places, a column adds up to 1."""
    import numpy as np

    cube = years.reshape(-1, a_year, years.shape[1])
    totals = cube.sum(axis=1, keepdims=True)
    own: np.ndarray = np.where(totals > 0, cube / np.where(totals > 0, totals, 1), 1 / a_year).mean(axis=0)
    if own.shape[1] == 1:
        return own
    return np.asarray(OWN_SHARE * own + (1 - OWN_SHARE) * own.mean(axis=1, keepdims=True))


def past_errors(table: np.ndarray, elapsed: int, a_year: int) -> tuple[np.ndarray, np.ndarray]:
    """Errors at this stage of the complete years, and what had been expected: logarithms of came over expected.

    A row a year, a column a place. A year counts once two complete years stood before it, so that even the shortest
    series has one.
    """
    import numpy as np

    errors, sizes = [], []
    for start in range(2 * a_year, len(table) - elapsed, a_year):
        due = expected_left(table[: start + elapsed], elapsed, a_year)
        came = np.maximum(table[start + elapsed : start + a_year].sum(axis=0), 0.0)
        # half a count on both sides keeps an empty rest of the year finite
        errors.append(np.log((came + 0.5) / (due + 0.5)))
        sizes.append(due + 0.5)
    return np.array(errors), np.array(sizes)


def spread(errors: np.ndarray, sizes: np.ndarray) -> tuple[float, float, float]:
    """What past errors say of the next: its variance at an expected *size* is a + b / size; a, b, degrees of freedom."""
    import numpy as np

    if errors.size < ENOUGH_ERRORS:
        return max(float(np.mean(errors**2 - 1 / sizes)), 0.0), 1.0, float(errors.size)
    return *_fitted(errors.ravel(), sizes.ravel()), TAILS


def widening(table: np.ndarray, elapsed: int, a_year: int) -> float:
    """The factor, 1 or more, by which intervals are to be wider than past errors say, since they were too narrow before.

    After each past year the logarithm of the factor moves by what was missing of 80 per cent of the places whose year
    ended inside the 80 % interval, the mean of the stages after one, two and three quarters. A place alone is too few to
    say: its factor is 1.
    """
    import numpy as np
    from scipy.stats import t

    if table.shape[1] == 1:
        return 1.0
    complete = table[: len(table) - elapsed]
    stages = [past_errors(complete, quarters * a_year // 4, a_year) for quarters in (1, 2, 3)]
    wider = 0.0
    for year in range(1, len(stages[0][0])):
        inside = []
        for errors, sizes in stages:
            extra, a_count, degrees = spread(errors[:year], sizes[:year])
            reach = t.isf((1 - COVERED) / 2, degrees) * exp(wider) * np.sqrt(extra + a_count / sizes[year])
            inside.append(float(np.mean(np.abs(errors[year]) <= reach)))
        wider = max(wider + COVERED - sum(inside) / len(inside), 0.0)
    return exp(wider)


def _fitted(errors: np.ndarray, sizes: np.ndarray) -> tuple[float, float]:
    """The variance a + b / size, b at least 1, that makes the errors likeliest under Student's t."""
    import numpy as np
    from scipy.optimize import minimize

    squares = errors**2

    def unlikeliness(logs: np.ndarray) -> float:
        variance = np.exp(logs[0]) + (1 + np.exp(logs[1])) / sizes
        return float(np.sum(np.log(variance) + (TAILS + 1) * np.log1p(squares / (variance * TAILS))))

    # Where counts are large b hardly matters, where they are small a does not, and a search that begins at one stalls: in
    # 534 fits of the back-test these two starts found what four did. No gradient: its solver waits for other threads.
    a = max(float(np.median(squares)), 1e-6)
    b = max(float(np.median(squares * sizes)) - 1, 1e-3)
    starts = [(log(a), 0.0), (-13.0, log(b))]
    bounds, options = [(-14.0, 2.0), (-10.0, 12.0)], {"xatol": 1e-5, "fatol": 1e-7, "maxiter": 2000}
    tried = [minimize(unlikeliness, start, method="Nelder-Mead", bounds=bounds, options=options) for start in starts]
    best = min(tried, key=lambda found: float(found.fun)).x
    return exp(best[0]), 1 + exp(best[1])


def count_at(step: float, expected: float) -> float:
    """The count still to come at *step* on the scale of logarithms."""
    return max((expected + 0.5) * exp(step) - 0.5, 0.0)


def place(left: float, expected: float, scale: float) -> float:
    """Where a count of *left* still to come lies, in units of *scale* from what is expected."""
    if left < 0:
        return float("-inf")
    return (log(left + 0.5) - log(expected + 0.5)) / scale
