"""What happened: whether the level of a series shows a signal or chance, from a control chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcp_analysis import metrics
from pcp_analysis.metrics.seasonal import FULL_YEARS

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.plan import Milestone

# The default start of a chart: twelve years of falling crime would make every quarter a signal and hide a rise.
DEFAULT_PERIODS = {"Q": 12, "M": 36}
SEASONAL_BELOW = 0.05


@dataclass(frozen=True)
class Signals:
    """The control chart of a series, and what was done to it first.

    *words* has for every point ``improvement``, ``concern``, ``high``, ``low`` or an empty text; *latest* is what the
    latest point shows (``common_cause`` or one of these); *adjusted* says whether seasons were taken out; *reason* why the
    chart starts where it does; *breaks* are the places of rebases with their reasons.
    """

    chart: metrics.ControlChart
    words: tuple[str, ...]
    latest: str
    adjusted: bool
    reason: str
    breaks: tuple[tuple[int, str], ...]

    @property
    def periods(self) -> str:
        """What the points are: ``quarters`` or ``months``."""
        return "quarters" if self.chart.frame.index.freqstr[0] == "Q" else "months"

    @property
    def rule(self) -> str | None:
        """The rule that marks the latest point, or None."""
        return self.chart.frame["rule"].iloc[-1]

    @property
    def side(self) -> str | None:
        """The side that the latest signal lies on, or None."""
        return self.chart.frame["side"].iloc[-1]


def signals(series: pd.Series, milestone: Milestone | None, *, better: str) -> Signals:
    """The control chart of *series*, from the start that *milestone* declares, its seasons taken out where it has any."""
    kind = series.index.freqstr[0]
    adjusted = is_seasonal(series)
    values = metrics.seasonally_adjusted(series) if adjusted else series
    if milestone and milestone.chart_start:
        values, reason = values[values.index.start_time >= f"{milestone.chart_start}-01"], milestone.chart_reason
    else:
        count = DEFAULT_PERIODS[kind]
        values = values.iloc[-count:]
        # Why so few stands in docs/methods.md; what a page says is what was done.
        reason = f"the latest {count} {'quarters' if kind == 'Q' else 'months'}"
    breaks = _breaks(values, milestone)
    chart = metrics.xmr(values, rebase=[values.index[place] for place, _ in breaks])
    frame = chart.frame
    words = tuple(_word(metrics.variation(metrics.ControlChart(frame.iloc[: place + 1], chart.provisional, chart.method), better=better))
                  for place in range(len(frame)))
    return Signals(chart, words, metrics.variation(chart, better=better), adjusted, reason, breaks)


def _word(found: str) -> str:
    return "" if found == "common_cause" else found


def is_seasonal(series: pd.Series) -> bool:
    """Whether a series is long enough to know its seasons and has any."""
    years = len(series) // (4 if series.index.freqstr[0] == "Q" else 12)
    return years >= FULL_YEARS and metrics.seasonality(series) < SEASONAL_BELOW


def _breaks(values: pd.Series, milestone: Milestone | None) -> tuple[tuple[int, str], ...]:
    """The places in *values* at which a declared rebase falls, with its reason."""
    starts = values.index.start_time.strftime("%Y-%m")
    declared = {rebase.at: rebase.reason for rebase in (milestone.rebase if milestone else ())}
    return tuple((place, declared[start]) for place, start in enumerate(starts) if start in declared)
