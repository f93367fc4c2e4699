"""What happened: whether the level of a series shows a signal or chance, from a control chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcp_analysis import metrics
from pcp_analysis.figures import wording
from pcp_analysis.metrics._runs import RUN

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.plan.model import Better, Exceptional, Milestone

# What was done about seasons, in the words of a page.
SEASONS = {
    "": "as counted",
    "taken out": "seasons taken out",
    "none found": "no seasons found",
    "too short": "too short to know its seasons",
}


@dataclass(frozen=True)
class Signals:
    """The control chart of a series, and what was done to it first.

    *words* has for every point outside its limits ``improvement``, ``concern``, ``high`` or ``low``, and for every other
    an empty text: a run is no news of its points. *seasons* says what was done about them; *reason* why the
    chart starts where it does; *breaks* are the places of rebases with their reasons. *exceptional* are the sentences that
    name the exceptional months on which its limits, its seasons and a projection rest. *doubt* is the sentence that says
    that its latest period may be incomplete.
    """

    chart: metrics.ControlChart
    words: tuple[str, ...]
    seasons: str
    reason: str
    breaks: tuple[tuple[int, str], ...]
    exceptional: str = ""
    doubt: str = ""

    @property
    def periods(self) -> str:
        """What the points are: ``quarters`` or ``months``."""
        return "quarters" if self.chart.frame.index.freqstr[0] == "Q" else "months"

    @property
    def window(self) -> str:
        """The time that the chart covers, in words: ``the last three years``."""
        years, rest = divmod(len(self.chart.frame), 4 if self.periods == "quarters" else 12)
        return (
            f"the last {len(self.chart.frame)} {self.periods}"
            if rest
            else f"the last {wording.count_word(years)} years"
        )

    @property
    def outside(self) -> str | None:
        """The side on which the latest point lies outside its limits, ``high`` or ``low``; None where it lies within."""
        last = self.chart.frame.iloc[-1]
        return "high" if last["value"] > last["upper"] else "low" if last["value"] < last["lower"] else None

    @property
    def side_of_mean(self) -> str:
        """The side of the average that the latest point lies on, ``high`` or ``low``."""
        last = self.chart.frame.iloc[-1]
        return "high" if last["value"] > last["mean"] else "low"

    @property
    def since(self) -> str | None:
        """The first period of the run of seven or more on one side of the average that lasts; None where none does."""
        frame = self.chart.frame[self.chart.frame["group"] == self.chart.frame["group"].iloc[-1]]
        apart = (frame["value"] - frame["mean"]) * (1 if self.side_of_mean == "high" else -1)
        beyond = (apart <= 0).to_numpy().nonzero()[0]
        first = int(beyond[-1]) + 1 if len(beyond) else 0
        return metrics.period_in_words(frame.index[first]) if len(frame) - first >= RUN else None


def signals(
    series: pd.Series, milestone: Milestone | None, *, better: Better, exceptional: Sequence[Exceptional] = ()
) -> Signals:
    """The control chart of *series*, from the start that *milestone* declares, its seasons taken out where it has any.

    Of the *exceptional* months those are named that the series holds.
    """
    import pandas as pd

    labels = series.index
    declared = {pd.Period(each.at, freq=labels.freq): each.reason for each in (milestone.rebase if milestone else ())}
    start = pd.Period(milestone.chart_start, freq=labels.freq) if milestone and milestone.chart_start else None
    rebases = {
        label: reason for label, reason in declared.items() if label in labels and (start is None or label >= start)
    }
    chart = metrics.level_chart(
        series, as_at=labels[-1], start=start if start is None or start in labels else labels[0]
    )
    # A rebase before the chart begins has nothing to part.
    rebases = {label: reason for label, reason in rebases.items() if label in chart.frame.index}
    if rebases:
        chart = metrics.level_chart(series, as_at=labels[-1], start=chart.frame.index[0], rebase=rebases)
    frame = chart.frame
    words = tuple(
        "" if rule != "outside" else metrics.variation(_only(chart, place), better=better)
        for place, rule in enumerate(frame["rule"])
    )
    kind = "quarters" if labels.freqstr[0] == "Q" else "months"
    # Why the default is so short stands in docs/methods.md; what a page says is what was done.
    reason = milestone.chart_reason if milestone and start is not None else f"the latest {len(frame)} {kind}"
    breaks = tuple((frame.index.get_loc(label), reason_) for label, reason_ in rebases.items())
    return Signals(chart, words, SEASONS[chart.seasons], reason, breaks, _exceptional(series, exceptional))


def _exceptional(series: pd.Series, declared: Sequence[Exceptional]) -> str:
    """The sentences that name the exceptional months of *series*, each with a space before it."""
    first, last = f"{series.index[0].start_time:%Y-%m}", f"{series.index[-1].end_time:%Y-%m}"
    return "".join(
        f" This rests on exceptional months too, {wording.month(each.since)} to {wording.month(each.until)}: {each.reason}."
        for each in declared
        if each.since <= last and each.until >= first and (not each.series or series.name in each.series)
    )


def _only(chart: metrics.ControlChart, place: int) -> metrics.ControlChart:
    """The chart up to a point, so that this point is its latest."""
    return replace(chart, frame=chart.frame.iloc[: place + 1])
