"""Funnel of changes: which places changed otherwise than the whole that they are parts of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcp_analysis.metrics.funnel import _between, _table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class ChangeFunnel:
    """Places against the change of all of them together.

    *frame* has the index of the counts and the columns ``current, baseline, change`` (in per cent of the baseline),
    ``lower_95, upper_95, lower_998, upper_998`` (limits of the change), ``z`` and ``verdict``, as :class:`Funnel` has
    them. *common* is the change of all places together, in per cent; *phi* and *tau2* are those of a `funnel`, on the
    scale of the arcsine.
    """

    frame: pd.DataFrame
    common: float
    phi: float
    tau2: float

    def limits(self, events: np.ndarray | Sequence[float], tail: float) -> tuple[np.ndarray, np.ndarray]:
        """The limits of the change of places with so many *events* in both years, that leave out *tail* on each side."""
        import numpy as np

        size, whole = np.asarray(events, dtype=float), 1 + self.common / 100
        sides = _share_limits(size, whole / (1 + whole), tail, self.tau2)
        with np.errstate(divide="ignore"):
            low, high = (100 * (side / (1 - side) - 1) for side in sides)
        return low, high


def change_funnel(
    current: pd.Series | Sequence[float], baseline: pd.Series | Sequence[float], *, overdispersed: bool = True
) -> ChangeFunnel:
    """Change of each place from *baseline* to *current*, against limits around the change of all places together.

    Where every place changed by the same ratio, the current count is binomial given the sum n of both, with the share p =
    sum(current) / sum(both). Limits are its exact ones, interpolated between whole counts: the lower is (r - (P(X <= r) - q) /
    P(X = r)) / n, with r the smallest count for which P(X <= r) >= q; the upper mirrors it, so that a count lies beyond a
    limit only where the tail from it on is below q. With *overdispersed*, z = 2 sqrt(n) (asin sqrt(share) -
    asin sqrt(p)) is winsorised, and phi and tau² follow as in `funnel`, with w = 4 n; where tau² is above 0 the limits are
    sin²(asin sqrt(p) ± k sqrt(1 / (4 n) + tau²)). A limit of the share becomes one of the change, 100 (share / (1 -
    share) - 1).

    Raises ValueError for no place, a baseline that is not above zero, a current count that is negative, and two series
    whose indexes differ.

    Przyborowski, J. and Wilenski, H. (1940), Homogeneity of results in testing samples from Poisson series, Biometrika
    31, 313-323; Spiegelhalter, D. (2005), Funnel plots for comparing institutional performance, Statistics in Medicine
    24, 1185-1202, of which the interpolation is appendix A.1.

    >>> found = change_funnel([5, 95], [15, 85], overdispersed=False)      # made up: all together did not change
    >>> found.frame[["change", "lower_95"]].round(1).loc[0].tolist(), found.frame["verdict"].tolist(), found.common
    ([-66.7, -65.6], ['low', 'within'], 0.0)
    """
    import numpy as np
    import pandas as pd

    frame = _table(current, baseline).rename(columns={"observed": "current", "expected": "baseline"})
    now, before = frame["current"].to_numpy(), frame["baseline"].to_numpy()
    both = now + before
    share = now.sum() / both.sum()
    frame["change"] = 100 * (now / before - 1)
    z = 2 * np.sqrt(both) * (np.arcsin(np.sqrt(now / both)) - np.arcsin(np.sqrt(share)))
    phi = float(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2))
    tau2 = _between(len(z), phi, 4 * both) if overdispersed else 0.0
    found = ChangeFunnel(frame, float(100 * (now.sum() / before.sum() - 1)), phi, tau2)
    verdict = pd.Series("within", frame.index, dtype=object)
    for name, tail, degree in (("95", 0.025, ""), ("998", 0.001, "very ")):
        frame[f"lower_{name}"], frame[f"upper_{name}"] = found.limits(both, tail)
        verdict[frame["change"] > frame[f"upper_{name}"]] = f"{degree}high"
        verdict[frame["change"] < frame[f"lower_{name}"]] = f"{degree}low"
    frame["z"], frame["verdict"] = z, verdict
    return found


def _share_limits(size: np.ndarray, share: float, tail: float, tau2: float) -> tuple[np.ndarray, np.ndarray]:
    """The limits of the share of the current count in *size* events, exact where *tau2* is nought."""
    import numpy as np
    from scipy.stats import binom, norm

    if tau2:
        reach = float(norm.isf(tail)) * np.sqrt(1 / (4 * size) + tau2)
        middle = np.arcsin(np.sqrt(share))
        low, high = (np.sin(np.clip(middle + side * reach, 0, np.pi / 2)) ** 2 for side in (-1, 1))
        return low, high

    def lowest(part: float) -> np.ndarray:
        count = binom.ppf(tail, size, part)
        beyond = (binom.cdf(count, size, part) - tail) / binom.pmf(count, size, part)
        found: np.ndarray = np.clip((count - beyond) / size, 0, 1)
        return found

    return lowest(share), 1 - lowest(1 - share)
