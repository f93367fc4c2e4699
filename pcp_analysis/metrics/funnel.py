"""Funnel: which units stand out from what is expected of them, given how much units vary anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Funnel:
    """Units against their limits.

    *frame* has the index of the observed counts and the columns ``observed, expected, ratio`` (1.0 is as expected),
    ``lower_95, upper_95, lower_998, upper_998`` (limits of the ratio), ``z`` and ``verdict``: ``within``, ``high`` or
    ``low`` beyond a 95 % limit, ``very high`` or ``very low`` beyond a 99.8 % limit. *phi* is the mean square of the
    winsorised z (1.0 where units vary by chance alone) and *tau2* the variance between units of the square root of
    the ratio, 0.0 where the limits are Poisson's.
    """

    frame: pd.DataFrame
    phi: float
    tau2: float


def funnel(
    observed: pd.Series | Sequence[float], expected: pd.Series | Sequence[float], *, overdispersed: bool = True
) -> Funnel:
    """Ratio of *observed* to *expected* counts of each unit, with limits at 95 % and 99.8 %.

    Limits are exact Poisson limits. With *overdispersed*, z = 2 (sqrt(O) - sqrt(E)) is winsorised at its 10th and
    90th percentile; phi = sum(z²) / n; where n phi >= n - 1 the variance between units is
    tau² = max(0, (n phi - (n - 1)) / (sum(w) - sum(w²) / sum(w))) with w = 1 / s² = 4 E, and the limits become
    (1 ± k sqrt(s² + tau²))², the square of those on the scale of z, with k the normal quantile; a lower limit is
    never below 0. FunnelPlotR 0.6.0 gives the same phi, tau² and Poisson limits; its wider limits are left on the
    scale of the square root (1 ± k sqrt(s² + tau²)), where a ratio cannot be compared with them.

    Raises ValueError for no units, an expected count that is not above zero, an observed one that is negative or not
    finite, and two series whose indexes differ.

    Spiegelhalter, D. (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24,
    1185-1202; Spiegelhalter, D. et al. (2012), Statistical methods for healthcare regulation, JRSS A 175, 1-47.

    >>> found = funnel([15], [15], overdispersed=False)      # FunnelPlotR's own test, expected 15
    >>> found.frame[["lower_95", "upper_95", "lower_998", "upper_998"]].iloc[0].round(6).tolist()
    [0.559692, 1.649348, 0.386265, 2.082907]
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import norm

    frame = _table(observed, expected)
    seen, due = frame["observed"].to_numpy(), frame["expected"].to_numpy()
    frame["ratio"] = seen / due
    z = 2 * (np.sqrt(seen) - np.sqrt(due))
    units = len(z)
    phi = float(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2))
    tau2 = _between(units, phi, 4 * due) if overdispersed else 0.0
    for name, tail in (("95", 0.025), ("998", 0.001)):
        if tau2:
            reach = float(norm.isf(tail)) * np.sqrt(1 / (4 * due) + tau2)
            frame[f"lower_{name}"], frame[f"upper_{name}"] = np.clip(1 - reach, 0, None) ** 2, (1 + reach) ** 2
        else:
            frame[f"lower_{name}"], frame[f"upper_{name}"] = _poisson_limits(due, tail)
    frame["z"] = z
    verdict = pd.Series("within", frame.index, dtype=object)
    for name, degree in (("95", ""), ("998", "very ")):
        verdict[frame["ratio"] > frame[f"upper_{name}"]] = f"{degree}high"
        verdict[frame["ratio"] < frame[f"lower_{name}"]] = f"{degree}low"
    frame["verdict"] = verdict
    return Funnel(frame, phi, tau2)


def _table(observed: pd.Series | Sequence[float], expected: pd.Series | Sequence[float]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    seen, due = (given if isinstance(given, pd.Series) else pd.Series(list(given)) for given in (observed, expected))
    if seen.empty:
        raise ValueError("observed is empty: a funnel needs at least one unit")
    if len(seen) != len(due) or (isinstance(expected, pd.Series) and not seen.index.equals(due.index)):
        raise ValueError(f"observed has {len(seen)} units and expected {len(due)}: their labels must be the same")
    table = pd.DataFrame({"observed": seen.to_numpy(dtype=float), "expected": due.to_numpy(dtype=float)}, seen.index)
    wrong = ~np.isfinite(table).all(axis=1) | (table["observed"] < 0) | (table["expected"] <= 0)
    if wrong.any():
        place = int(wrong.to_numpy().argmax())
        seen_here, due_here = table.iloc[place]
        raise ValueError(
            f"{table.index[place]!r}: observed is {seen_here}, expected {due_here}: a count is never negative, and "
            "what is expected is above zero"
        )
    return table


def _between(units: int, phi: float, weights: np.ndarray) -> float:
    """Variance between units by moments (DerSimonian and Laird), 0.0 where chance explains all of it."""
    import numpy as np

    total = float(np.sum(weights))
    spread = total - float(np.sum(np.square(weights))) / total
    if units * phi < units - 1 or spread <= 0:
        return 0.0
    return max(0.0, (units * phi - (units - 1)) / spread)


def _poisson_limits(expected: object, tail: float) -> tuple[object, object]:
    """Exact limits of the ratio for each expected count, by the chi-squared link of Poisson tails."""
    import numpy as np
    from scipy.stats import chi2

    due = np.asarray(expected)
    return chi2.isf(1 - tail, 2 * due) / 2 / due, chi2.isf(tail, 2 * (due + 1)) / 2 / due
