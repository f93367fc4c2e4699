"""Why a milestone has no change to tell, each reason in its own words: none held, none ended, none to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcp_analysis import metrics

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from pcp_analysis.figures.figure import Figures
    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan.model import Milestone, Plan

EARLIER_PLAN = "nothing was shown to a Board of this plan yet"
NOT_RECEIVED = "nothing was received that measures it"
SUPPRESSED = "what was received that measures it is suppressed, since it counts or tells fewer than five people"


def reason(milestone: Milestone, plan: Plan, inputs: Inputs, figures: Figures, *, cut_off: date) -> str:
    """Why no change of a milestone is told, a part of a sentence; of one that a survey or nothing measures, that nothing was
    received or that it is suppressed.

    Counts stand in it as bindings, so that they are figures of the page.
    """
    if milestone.series is None or milestone.series not in inputs.series_names():
        suppressed = any(figure.suppressed for figure in figures.of(milestone.id))
        return SUPPRESSED if suppressed else NOT_RECEIVED
    series = inputs.series(milestone.series, plan.force)
    if series.empty:
        return f"nothing of {plan.force} is held in the series that measures it"
    last = series.index[-1]
    span = metrics.period_in_words(series.index[0], last)
    if metrics.financial_year(last) < plan.year:
        return _none_of_the_year(milestone, plan, last, cut_off, figures)
    if metrics.financial_year(last) > plan.year:
        return f"the year {plan.year} is over, and no change in it is told"
    years = [milestone.baseline_year or "", metrics.previous_financial_year(plan.year)]
    for year in filter(None, years):
        try:
            before = metrics.year_to_date(series, as_at=last, year=year)
        except ValueError:
            return f"{year}, which it is to be compared with, is not held in full; the series is held for {span}"
        if before.value == 0:
            return (
                f"{{{milestone.id}.year_to_date}} in {{{milestone.id}.year_to_date:period}}, after none in {before.period}; of a "
                "change from none no percentage is told"
            )
        if before.value < 0:
            return f"the count of {before.period} is below nought after revisions, and no percentage is told of it"
    return f"no change of it is told; the series is held for {span}"


def _none_of_the_year(milestone: Milestone, plan: Plan, last: pd.Period, cut_off: date, figures: Figures) -> str:
    """That no period of the plan's year is held yet, what the year before came to, and until when a baseline is held."""
    first, unit = _first_period(plan.year, last), "quarter" if last.freqstr[0] == "Q" else "month"
    ended = "is held" if first.end_time.date() <= cut_off else "has ended"
    words = f"no {unit} of {plan.year} {ended} yet"
    before = metrics.previous_financial_year(plan.year)
    if figures.get(f"{milestone.id}.last_year") is not None:
        return f"{words}; {before} came to {{{milestone.id}.last_year}}"
    return f"{words}; the series that measures it is held until {metrics.period_in_words(last)} only"


def _first_period(year: str, last: pd.Period) -> pd.Period:
    """The first period of a financial year, of the frequency of *last*."""
    return type(last)(f"{year[:4]}-04", freq=last.freq)
