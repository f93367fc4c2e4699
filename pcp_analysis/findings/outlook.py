"""Will the milestone be met: the promise as a number, the pace to the year's end, and the chance of meeting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan import Milestone, Plan

COMPLETE_YEARS = 3
#: The item of what each period that is left may hold.
NEEDED = "needed"


def year_end(year: str) -> dt.date:
    """The last day of a financial year: 31 March 2015 of ``2014/15``."""
    return dt.date(int(year[:4]) + 1, 3, 31)


def outlook_figures(milestone: Milestone, plan: Plan, inputs: Inputs, source: str) -> Iterator[Figure]:
    """The promised total, the projected total, the chance that it meets the promise, and what a period may still hold.

    None where the promise has no direction or no year to measure from, where the cycle sees nothing of the year yet, or
    where too few complete years are held to know the pace.
    """
    if milestone.series is None:
        return
    series = inputs.series(milestone.series, plan.force)
    promised = promised_total(milestone, series)
    as_at = series.index[-1]
    if promised is None or milestone.better == "neutral" or metrics.financial_year(as_at) != plan.year:
        return
    if (metrics.year_totals(series, as_at=as_at).index < plan.year).sum() < COMPLETE_YEARS:
        return
    found = metrics.project(
        series, as_at=as_at, year_end=year_end(plan.year), peers=peers(milestone.series, plan, inputs)
    )
    common: dict[str, Any] = {
        "measure": milestone.id,
        "period": plan.year,
        "basis": "recomputed",
        "inputs": (source,),
    }
    direction = "at most" if milestone.better == "lower" else "at least"
    yield Figure(
        item="promised_total",
        grain="year",
        title=f"{milestone.title}, {plan.year}: {direction} this meets the promise",
        value=promised,
        unit="count",
        baseline=milestone.baseline_year or "",
        method="total of the baseline year and the promised change",
        **common,
    )
    yield Figure(
        item="projected_total",
        grain="year",
        looks_ahead=True,
        title=f"{milestone.title}, {plan.year}: projected total of the year",
        value=found.value,
        low=found.low,
        high=found.high,
        unit="count",
        method=f"{found.method}; 80% interval",
        **common,
    )
    yield Figure(
        item="chance",
        grain="year",
        looks_ahead=True,
        title=f"{milestone.title}, {plan.year}: chance of meeting the promise",
        value=100 * found.probability(promised, better=milestone.better),
        unit="percent",
        method="share of the projected totals that meet the promise",
        **common,
    )
    needed = found.needed_per_period(promised)
    if needed is not None:
        yield Figure(
            item="needed_per_period",
            grain="year",
            looks_ahead=True,
            title=f"{milestone.title}: each remaining period of {plan.year} may hold",
            value=max(needed, 0.0),
            unit="count",
            method="what is left of the promised total, over the periods left",
            **common,
        )
    for nth, count in enumerate(found.needed_by_period(promised), 1):
        period = metrics.period_in_words(as_at + nth)
        yield Figure(
            item=NEEDED,
            part=period.lower().replace(" ", "_"),
            grain="quarter" if as_at.freqstr[0] == "Q" else "month",
            looks_ahead=True,
            title=f"{milestone.title}: what {period} may hold",
            value=max(count, 0.0),
            unit="count",
            method="what is left of the promised total, by the seasons of the projection",
            **{**common, "period": period},
        )


def promised_total(milestone: Milestone, series: pd.Series) -> float | None:
    """The count over the year that just meets the promise; of a promise of direction alone, that of the baseline year."""
    if milestone.better == "neutral" or milestone.baseline_year is None:
        return None
    totals = metrics.year_totals(series, as_at=series.index[-1])
    if milestone.baseline_year not in totals.index:
        return None
    return float(totals[milestone.baseline_year]) * (1 + (milestone.target or 0.0) / 100)


def peers(series: str, plan: Plan, inputs: Inputs) -> pd.DataFrame | None:
    """The same series of every other force that holds it, a column each; None where no other does."""
    import pandas as pd

    by_area = {area: inputs.series(series, area) for area in inputs.areas(series) if area != plan.force}
    return pd.DataFrame(by_area) if by_area else None
