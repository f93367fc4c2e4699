"""Control charts: signal or chance, then good or bad, then will a level be met; three answers, three functions.

The XmR chart and its rules equal NHSRplotthedots 0.2.2 (`ptd_spc`), which follows "Making data count" (NHS England).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING, Literal

from pcp_analysis.metrics import _rules, _runs

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Better = Literal["lower", "higher", "neutral"]


@dataclass(frozen=True)
class ControlChart:
    """A chart's points, limits and signals.

    *frame* has the index of the values and the columns ``value, mean, lower, upper, near_lower, near_upper`` (unit of
    the values), ``group`` (0, 1, …: the parts between rebases), ``rule`` (``outside``, ``trend``, ``two_of_three``,
    ``shift`` or None) and ``side`` (``high``, ``low`` or None). Limits are NaN where there is no moving range to
    draw them from. *provisional* says that the last group has fewer than 13 points. *method* is in words.
    *seasons* is what was done about them: ``taken out``, ``none found``, ``too short`` to know them, or nothing.
    """

    frame: pd.DataFrame
    provisional: bool
    method: str
    seasons: str = ""


def xmr(
    values: pd.Series | Sequence[float],
    *,
    screen: bool = True,
    rebase: Iterable[Hashable] = (),
    fix_after: int | None = None,
) -> ControlChart:
    """Chart of individual values: mean ± 2.66 times the mean moving range, near limits two thirds of the way.

    With *screen*, moving ranges of 3.267 times their mean and more are dropped once, and the mean is taken again.
    *rebase* holds index labels, each the first of a new group; no moving range and no rule crosses from one group to
    the next. *fix_after* takes mean and limits of a group from its first so many points (12 or more). A series that
    does not vary has no moving range left when it is screened, so its limits are NaN, as the reference has them.

    The first rule that matches marks a point: strictly outside a limit; seven points rising or falling (a tie breaks
    it); two of three beyond a near limit with all three on one side of the mean, where a point outside the limits is
    none of the two and only the near ones are marked; seven on one side of the mean (a point on it breaks it).

    Raises ValueError for no values, a value that is no finite number, an unknown *rebase* label, a *fix_after* below
    12, and a rolling series (``attrs["rolling_months"]``, set by `rolling_years`): its neighbours share most of their
    data, so runs and trends come by construction.

    Wheeler, D. (2000), Understanding Variation; NHSRplotthedots 0.2.2.

    >>> chart = xmr([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])      # ptd_spc() under R 4.2.2
    >>> chart.frame[["mean", "lower", "upper"]].iloc[0].round(6).tolist(), chart.frame["rule"].iloc[4]
    ([1.944444, -0.715556, 4.604444], 'outside')
    """
    import numpy as np

    series = _finite(values)
    if fix_after is not None and not (_rules.number(fix_after, "fix_after") >= 12 and fix_after == int(fix_after)):
        raise ValueError(f"fix_after is {fix_after!r}: limits need a whole number of points, 12 or more")
    observed = series.to_numpy()
    group = _groups(series.index, rebase)
    centre, ranges = np.empty(len(observed)), np.empty(len(observed))
    for part in _parts(group):
        fixed = observed[part][: None if fix_after is None else int(fix_after)]
        centre[part] = _mean(fixed)
        ranges[part] = _moving_range(fixed, screen=screen)
    frame = _marked(series, centre, 2.66 * ranges, 2 * (2.66 / 3) * ranges, group)
    return ControlChart(frame, int((group == group[-1]).sum()) < 13, "XmR, screened" if screen else "XmR")


def proportion_chart(
    numerator: pd.Series | Sequence[float], denominator: pd.Series | Sequence[float], *, overdispersed: bool = True
) -> ControlChart:
    """Chart of proportions, in per cent: Laney's p' chart, or the plain p chart where not *overdispersed*.

    Limits are the mean ± 3 standard errors, near limits ± 2, within 0 and 100 per cent. The standard error is the
    binomial one; p' multiplies it by the mean moving range of the standardised proportions over 1.128. The rules are
    those of `xmr`. Raises ValueError for no values, a numerator outside 0 to its denominator, a denominator of 0,
    and two series whose indexes differ.

    Laney, D. (2002), Improved control charts for attributes, Quality Engineering 14, 531-537; Montgomery, D.,
    Introduction to Statistical Quality Control, chapter 7; qicharts2.

    >>> chart = proportion_chart([18, 12, 21, 9], [40, 40, 40, 40], overdispersed=False)
    >>> chart.frame[["mean", "lower", "upper"]].iloc[0].round(3).tolist()      # 37.5 ± 3 sqrt(37.5 x 62.5 / 40)
    [37.5, 14.536, 60.464]
    """
    import numpy as np
    import pandas as pd

    part, whole = _finite(numerator), _finite(denominator)
    if not part.index.equals(whole.index):
        raise ValueError(f"numerator has {len(part)} values, denominator {len(whole)}: their labels must be the same")
    if (whole <= 0).any() or (part < 0).any() or (part > whole).any():
        where = part.index[int(((whole <= 0) | (part < 0) | (part > whole)).to_numpy().argmax())]
        raise ValueError(f"{where!r}: {part[where]} of {whole[where]} is no proportion")
    counts, bases = part.to_numpy(), whole.to_numpy()
    share = 100 * counts / bases
    centre = np.full(len(share), 100 * counts.sum() / bases.sum())
    error = np.sqrt(centre * (100 - centre) / bases)
    if overdispersed and error.any():
        error = error * _moving_range((share - centre) / error, screen=False) / 1.128
    series = pd.Series(share, part.index)
    frame = _marked(series, centre, 3 * error, 2 * error, np.zeros(len(share), dtype=int))
    limits = ["lower", "upper", "near_lower", "near_upper"]
    frame[limits] = frame[limits].clip(0, 100)
    return ControlChart(frame, len(share) < 13, "p' (Laney)" if overdispersed else "p")


def variation(
    chart: ControlChart, *, better: Better
) -> Literal["common_cause", "improvement", "concern", "high", "low"]:
    """What the latest point shows: chance, or a signal that is good, bad or, where *better* is neutral, a side.

    Raises ValueError for a *better* other than ``lower``, ``higher`` and ``neutral``.

    >>> variation(xmr([0, 1, 2, 3, 4, 5, 6, 7]), better="lower")
    'concern'
    """
    _check(better)
    rule, side = chart.frame["rule"].iloc[-1], chart.frame["side"].iloc[-1]
    if rule is None:
        return "common_cause"
    if better == "neutral":
        return "high" if side == "high" else "low"
    return "improvement" if (side == "high") == (better == "higher") else "concern"


def assurance(
    chart: ControlChart, *, target: float | None, better: Better
) -> Literal["pass", "fail", "hit_or_miss"] | None:
    """Whether a level will be met if nothing changes: *target* against the last group's limits.

    For a target that is a level in the chart's unit, never for one that is a change on the year. None without a
    target, without limits, and where *better* is neutral. Raises ValueError for an unknown *better*.

    >>> assurance(xmr([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]), target=10, better="lower")
    'pass'
    """
    _check(better)
    last = chart.frame.iloc[-1]
    if target is None or better == "neutral" or last["lower"] != last["lower"]:
        return None
    level = _rules.number(target, "target")
    if last["lower"] <= level <= last["upper"]:
        return "hit_or_miss"
    return "pass" if (level > last["upper"]) == (better == "lower") else "fail"


def _check(better: str) -> None:
    if better not in ("lower", "higher", "neutral"):
        raise ValueError(f"better is {better!r}: it must be lower, higher or neutral")


def _finite(values: pd.Series | Sequence[float]) -> pd.Series:
    import numpy as np
    import pandas as pd

    given = values if isinstance(values, pd.Series) else pd.Series(list(values))
    if given.attrs.get("rolling_months"):
        raise ValueError(
            "values are a rolling series: neighbours share most of their data, so the rules would find runs and trends "
            "that are made by the overlap; chart the single periods instead"
        )
    if given.empty:
        raise ValueError("values are empty: a chart needs at least one point")
    series = given.astype(float)
    wrong = ~np.isfinite(series.to_numpy())
    if wrong.any():
        label = series.index[int(wrong.argmax())]
        raise ValueError(f"value at {label!r} is {series.to_numpy()[wrong.argmax()]}: it must be a finite number")
    return series


def _groups(index: pd.Index, rebase: Iterable[Hashable]) -> np.ndarray:
    import numpy as np

    starts = np.zeros(len(index), dtype=int)
    for label in (rebase,) if isinstance(rebase, str) else rebase:
        place = _runs.position(index, label)
        if place is None:
            raise ValueError(f"rebase at {label!r}: the series has no such label")
        starts[place] = 1
    starts[0] = 0  # the first label begins the first group anyway
    return starts.cumsum()


def _parts(group: np.ndarray) -> list[slice]:
    import numpy as np

    edges = [0, *(np.flatnonzero(np.diff(group)) + 1), len(group)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def _mean(values: np.ndarray) -> float:
    """The mean to the last bit, so that a point on the mean is on it and not a rounding error beside it."""
    first = fsum(values) / len(values)
    return first + fsum(values - first) / len(values)


def _moving_range(values: np.ndarray, *, screen: bool) -> float:
    import numpy as np

    ranges = np.abs(np.diff(values))
    if screen and len(ranges):
        ranges = ranges[ranges < 3.267 * _mean(ranges)]
    return _mean(ranges) if len(ranges) else float("nan")


def _marked(
    series: pd.Series, centre: np.ndarray, spread: np.ndarray, near: np.ndarray, group: np.ndarray
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(
        {
            "value": series.to_numpy(),
            "mean": centre,
            "lower": centre - spread,
            "upper": centre + spread,
            "near_lower": centre - near,
            "near_upper": centre + near,
        },
        index=series.index,
    )
    rule, side = np.full(len(frame), None, dtype=object), np.full(len(frame), None, dtype=object)
    for part in _parts(group):
        rule[part], side[part] = _runs.signals(*(frame[name].to_numpy()[part] for name in frame))
    frame["group"] = group
    for name, marks in (("rule", rule), ("side", side)):
        # an object column keeps None; a column of strings would turn it into NaN
        frame[name] = pd.Series(marks, frame.index, dtype=object)
    return frame
