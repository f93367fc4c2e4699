"""Whether a change is more than chance: one function, asked by every page, chart and rule of the paper check."""

from __future__ import annotations

from dataclasses import dataclass

from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings.signals import Signals
from pcp_analysis.metrics.interval import SMALL

#: What a page says of a change, by whether it is more than chance; None where nothing tells.
WORDS = {True: "more than chance", False: "can be chance", None: "not known"}

#: Of changes that had gone a year later, the share that `judge` calls more than chance: docs/methods.md, "Whom to believe".
FALSE_CALLS = 0.084


@dataclass(frozen=True)
class Verdict:
    """Whether a change is more than chance, and the one reason, a sentence in which figures are bound.

    *more* is None where nothing tells. *reason* begins with a capital letter and ends with a full stop.
    """

    more: bool | None
    reason: str

    @property
    def words(self) -> str:
        """The verdict as a table has it: ``more than chance``."""
        return WORDS[self.more]


def judge(change: Figure, control_chart: Signals | None = None) -> Verdict:
    """Whether *change* is more than chance, given the *control_chart* of its series where there is one.

    A change of a series is, where its interval leaves out no change, or where the latest period lies outside the limits
    of the chart on the side of the change. A change of a survey is, where its interval leaves out no change. A change
    of two printed counts is judged by chance alone only where both are small: recorded crime varies by more. A run on
    one side of the average says since when a level lasts, and nothing of the change.

    >>> fell = Figure(
    ...     measure="trust", item="change", title="Made up", value=-3.0, unit="points", low=-4.0, high=-2.0, signed=True,
    ...     basis="arithmetic", method="made up", inputs=("made_up",),
    ... )
    >>> judge(fell).words
    'more than chance'
    """
    clear = change.clear
    if control_chart and control_chart.doubt and change.basis == "recomputed":
        return Verdict(None, control_chart.doubt)
    if clear is None:
        return Verdict(None, "Its uncertainty is not known.")
    spread = f"{{{change.id}:interval}}"
    so = "so it is more than chance" if clear else "so it can be chance"
    if change.basis == "recomputed" and change.unit != "points":
        side = control_chart.outside if control_chart else None
        if control_chart and side and (side == "low") == (change.number < 0) and change.number:
            return Verdict(True, f"{_expected(control_chart, side)}: more than chance.{control_chart.exceptional}")
        rests = control_chart.exceptional if control_chart else ""
        return Verdict(clear, f"Judged by how much it has varied, {spread} is in keeping with that, {so}.{rests}")
    if change.unit == "points":
        return Verdict(clear, f"If the survey asked at random, {spread} is in keeping with that, {so}.")
    if not small(change):
        return Verdict(
            None,
            f"These counts are computed from what was printed. Chance alone would allow {spread}; recorded crime varies by "
            "more than that, and no series is held here that would say by how much.",
        )
    return Verdict(clear, f"Counts as small as these vary by chance: {spread} is in keeping with that, {so}.")


def small(change: Figure) -> bool:
    """Whether a change of two printed counts can be judged by chance alone: both are below 50."""
    return change.basis == "arithmetic" and max(change.numerator or 0, change.denominator or 0) < SMALL


def level(control_chart: Signals) -> str:
    """What the latest period of a control chart shows, as a sentence without its full stop."""
    said = _expected(control_chart, control_chart.outside)
    since = since_when(control_chart)
    return f"{said}; {since}" if since else said


def since_when(control_chart: Signals) -> str:
    """Since when a level lasts, ``the level has been lower since July to September 2012``; empty where no run is on."""
    if control_chart.since is None:
        return ""
    return f"the level has been {'higher' if control_chart.side_of_mean == 'high' else 'lower'} since {control_chart.since}"


def _expected(control_chart: Signals, side: str | None) -> str:
    frame = control_chart.chart.frame
    if frame["value"].nunique() == 1:  # a series that never moves has no usual range, and nothing lies within it
        return f"Every {control_chart.periods[:-1]} of {control_chart.window} is the same, so that no usual range can be told"
    where = {"high": "above", "low": "below", None: "within"}[side]
    return f"The latest {control_chart.periods[:-1]} lies {where} what {control_chart.window} would lead one to expect"
