"""Will the milestone be met: the promise as a number, the pace to the year's end, and the chance of meeting it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.loaders.places import JOINT
from pcp_analysis.loaders.suspect import in_doubt

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan import Milestone, Plan

COMPLETE_YEARS = 3
#: The items of a promise: the total that meets it, and the chance of that.
PROMISED, CHANCE = "promised_total", "chance"
#: The item of what each period that is left may hold.
NEEDED = "needed"


def outlook_figures(milestone: Milestone, plan: Plan, inputs: Inputs, source: str) -> Iterator[Figure]:
    """The promised total, the projected total, the chance that it meets the promise, and what a period may still hold.

    None where the promise has no direction or no year to measure from, where the cycle sees nothing of the year yet, or
    where too few complete years are held to know the pace, or where the latest period may be incomplete.
    """
    if milestone.series is None:
        return
    series = inputs.series(milestone.series, plan.force)
    promised = promised_total(milestone, series)
    as_at = series.index[-1]
    if promised is None or milestone.better == "neutral":
        return
    common: dict[str, Any] = {
        "measure": milestone.id,
        "period": plan.year,
        "basis": "recomputed",
        "inputs": (source,),
    }
    if metrics.financial_year(as_at) < plan.year:
        yield _promised(milestone, plan, promised, common)  # what is promised is known before the year begins
    if metrics.financial_year(as_at) != plan.year:
        return
    if (metrics.year_totals(series, as_at=as_at).index < plan.year).sum() < COMPLETE_YEARS:
        return
    if in_doubt(inputs, milestone.series, plan.force):
        return
    found = metrics.project(series, as_at=as_at, year_end=plan.year_end, peers=peers(milestone.series, plan, inputs))
    yield _promised(milestone, plan, promised, common)
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
        item=CHANCE,
        grain="year",
        looks_ahead=True,
        title=f"{milestone.title}, {plan.year}: chance of meeting the promise",
        value=100 * found.probability(promised, better=milestone.better),
        unit="percent",
        method="share of the projected totals that meet the promise",
        **common,
    )
    yield from _other_base(milestone, plan, inputs, found, common)
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


def _promised(milestone: Milestone, plan: Plan, promised: float, common: dict[str, Any]) -> Figure:
    direction = "at most" if milestone.better == "lower" else "at least"
    return Figure(
        item=PROMISED,
        grain="year",
        title=f"{milestone.title}, {plan.year}: {direction} this meets the promise",
        value=promised,
        unit="count",
        baseline=milestone.baseline_year or "",
        method="total of the baseline year and the promised change",
        **common,
    )


def _other_base(
    milestone: Milestone, plan: Plan, inputs: Inputs, found: metrics.Projection, common: dict[str, Any]
) -> Iterator[Figure]:
    """The promised total and the chance of meeting it if the baseline counts another series too, where that is left open."""
    if milestone.series is None or milestone.baseline_may_include is None or milestone.better == "neutral":
        return
    other = inputs.series(milestone.baseline_may_include, plan.force)
    counted = metrics.year_totals(other, as_at=other.index[-1]).get(milestone.baseline_year, 0.0) if len(other) else 0.0
    promised = promised_total(milestone, inputs.series(milestone.series, plan.force), beside=float(counted))
    if not counted or promised is None:
        return
    words = milestone.baseline_may_include.replace("_", " ")
    common = {**common, "part": f"with_{milestone.baseline_may_include}", "grain": "year"}
    yield Figure(
        item=PROMISED,
        title=f"{milestone.title}, {plan.year}: the promise, if its baseline counts {words}",
        value=promised,
        unit="count",
        baseline=milestone.baseline_year or "",
        method=f"total of the baseline year with {words}, and the promised change",
        **{
            **common,
            "inputs": tuple(dict.fromkeys((*common["inputs"], inputs.source(milestone.baseline_may_include)))),
        },
    )
    yield Figure(
        item=CHANCE,
        looks_ahead=True,
        title=f"{milestone.title}, {plan.year}: chance of meeting the promise, if its baseline counts {words}",
        value=100 * found.probability(promised, better=milestone.better),
        unit="percent",
        method="share of the projected totals that meet the promise",
        **common,
    )


def other_base(milestone: Milestone, figures: Figures) -> tuple[Figure, Figure] | None:
    """The promised total and the chance where the baseline counts another series too; None where nothing is left open."""
    part = f"with_{milestone.baseline_may_include}"
    names = (f"{milestone.id}.{item}.{part}" for item in (PROMISED, CHANCE))
    found = [figures[name] for name in names if name in figures]
    return (found[0], found[1]) if found else None


def promised_total(milestone: Milestone, series: pd.Series, *, beside: float = 0.0) -> float | None:
    """The count over the year that just meets the promise; of a promise of direction alone, that of the baseline year.

    *beside* is what the baseline counts beside the series.
    """
    if milestone.better == "neutral" or milestone.baseline_year is None:
        return None
    totals = metrics.year_totals(series, as_at=series.index[-1])
    if milestone.baseline_year not in totals.index:
        return None
    return (float(totals[milestone.baseline_year]) + beside) * (1 + (milestone.target or 0.0) / 100)


def peers(series: str, plan: Plan, inputs: Inputs) -> pd.DataFrame | None:
    """The same series of every other force that holds it, a column each; None where no other does. A place is no force."""
    import pandas as pd

    others = (area for area in inputs.areas(series) if area != plan.force and JOINT not in area)
    by_area = {area: inputs.series(series, area) for area in others}
    return pd.DataFrame(by_area) if by_area else None
