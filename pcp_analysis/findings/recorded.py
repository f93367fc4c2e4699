"""Figures that official statistics give: counts, changes and rates of the series of recorded crime."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure, Figures, Maker
from pcp_analysis.findings import outlook

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan.model import Milestone, Plan

POPULATION = "population"
CHANGE, ON_LAST_YEAR = "year_to_date_change", "on_last_year"
RATE = "rate_per_1000"
PERIODS_A_YEAR = {"M": 12, "Q": 4}


def words(series: str) -> str:
    """The name of a series in words: ``burglary_dwelling`` is ``burglary dwelling``, and so is ``force_months.burglary_dwelling``."""
    return series.rpartition(".")[2].replace("_", " ")


def counted(series: str) -> str:
    """What a series counts, as a label: ``Recorded burglary dwelling``, ``Total recorded crime``."""
    name = words(series)
    return name.capitalize() if "recorded" in name.split() else f"Recorded {name}"


def measured_series(plan: Plan, inputs: Inputs) -> dict[str, tuple[str, Milestone | None]]:
    """Every measured thing and its series: milestones first, then the series by their own names.

    A series keeps its name, and its figures their ids, when a milestone comes to be about it.
    """
    named = {
        milestone.id: (milestone.series, milestone)
        for milestone in plan.milestones
        if milestone.series in inputs.series_names()
    }
    return named | {series: (series, None) for series in inputs.series_names() if series not in named}


def twice(plan: Plan, inputs: Inputs) -> frozenset[str]:
    """The series whose figures a milestone of another name has as well."""
    named = {milestone.id for milestone in plan.milestones}
    return (
        frozenset(milestone.series for milestone in plan.milestones if milestone.series in inputs.series_names())
        - named
    )


def makers(plan: Plan, inputs: Inputs) -> Iterator[tuple[str, Maker]]:
    """The makers of the figures of the force's own series, and of every force's rate of each milestone's series."""
    for name, (series_name, milestone) in measured_series(plan, inputs).items():
        yield name, partial(_own, name, series_name, milestone, plan, inputs)
        if POPULATION in inputs.tables:
            title = milestone.title if milestone else words(series_name).capitalize()
            if milestone is not None:
                yield f"{name}.rate_per_1000", partial(_rates, name, title, series_name, plan, inputs)
            yield f"{name}.ratio_to_expected", partial(_ratio, name, title, series_name, plan, inputs)


def _own(name: str, series_name: str, milestone: Milestone | None, plan: Plan, inputs: Inputs) -> Iterator[Figure]:
    series = inputs.series(series_name, plan.force)
    if series.empty:
        return
    source, title = inputs.source(series_name), milestone.title if milestone else words(series_name).capitalize()
    yield from _levels(name, title, series, plan.year, source)
    yield from _changes(name, title, series, plan.year, milestone, source)
    if milestone is not None:
        yield from outlook.outlook_figures(milestone, plan, inputs, source)


def last_day(series: pd.Series) -> pd.Period:
    """The latest period of *series*, which the metrics take as the day on which it ends."""
    return series.index[-1]


def _levels(name: str, title: str, series: pd.Series, year: str, source: str) -> Iterator[Figure]:
    """The year so far, the latest period, the lowest and the highest, and the years to compare with."""
    common: dict[str, Any] = {"basis": "recomputed", "inputs": (source,)}
    as_at = last_day(series)
    if metrics.financial_year(as_at) == year:
        found = metrics.year_to_date(series, as_at=as_at, year=year)
        yield Figure(
            measure=name,
            item="year_to_date",
            grain="year to date",
            title=f"{title}, {found.period}",
            value=found.value,
            unit="count",
            period=found.period,
            method="sum of the periods of the year so far",
            **common,
        )
    latest, span = metrics.period_in_words(as_at), "quarter" if as_at.freqstr[0] == "Q" else "month"
    yield Figure(
        measure=name,
        item="latest_period",
        grain=span,
        title=f"{title}, {latest}",
        value=float(series.iloc[-1]),
        unit="count",
        period=latest,
        method="count of the latest period",
        **common,
    )
    since = wording.month(f"{series.index[0].start_time:%Y-%m}")
    for kind, found in (
        ("lowest", metrics.record_low(series, as_at=as_at)),
        ("highest", metrics.record_high(series, as_at=as_at)),
    ):
        yield Figure(
            measure=name,
            item=f"{kind}_period",
            grain=span,
            since=since,
            title=f"{title}, {kind} {span} since {since}",
            value=found.value,
            unit="count",
            period=found.period,
            baseline=found.baseline or "",
            method=f"{kind} count of a period",
            **common,
        )
    yield from _years(name, title, complete_years(series, year), year, common)


def _years(name: str, title: str, totals: pd.Series, year: str, common: dict[str, Any]) -> Iterator[Figure]:
    """Last year, the lowest year, and the place of last year among the complete years."""
    if totals.empty:
        return
    last, lowest = metrics.previous_financial_year(year), str(totals.idxmin())
    since = f"{totals.index[0]} to {totals.index[-1]}"
    for kind, wanted, words_ in (
        ("last_year", last, ""),
        ("lowest_year", lowest, f", the lowest year since {totals.index[0]}"),
    ):
        if wanted in totals.index:
            yield Figure(
                measure=name,
                item=kind,
                grain="year",
                title=f"{title}, all of {wanted}{words_}",
                value=float(totals[wanted]),
                unit="count",
                period=wanted,
                method="sum of the periods of the financial year",
                **common,
            )
    if last in totals.index:
        yield Figure(
            measure=name,
            item="last_year_rank",
            grain="year",
            since=str(totals.index[0]),
            title=f"{title}: place of {last} among complete years, lowest first",
            value=float(totals.rank(method="min")[last]),
            unit="rank",
            period=last,
            baseline=since,
            method="rank of the totals of complete financial years",
            **common,
        )


def complete_years(series: pd.Series, year: str) -> pd.Series:
    """Totals of the complete financial years up to *year*, by year; that one among them once it is complete."""
    totals = metrics.year_totals(series, as_at=last_day(series))
    return totals[totals.index <= year]


def lowest_year(series: pd.Series, year: str) -> str | None:
    """The complete financial year up to *year* with the lowest total since the series began, or None."""
    totals = complete_years(series, year)
    return None if totals.empty else str(totals.idxmin())


def lowest_before(series: pd.Series, year: str) -> str | None:
    """The complete financial year before *year* with the lowest total: what *year* is compared with, or None."""
    totals = complete_years(series, year).drop(year, errors="ignore")
    return None if totals.empty else str(totals.idxmin())


def measure(metric: str, series: pd.Series, *, baseline_year: str | None) -> metrics.Measured:
    """Call the metric that a milestone names, with those of the two options that it takes."""
    function = getattr(metrics, metric)
    options = {"as_at": last_day(series), "baseline_year": baseline_year}
    taken = inspect.signature(function).parameters
    found: metrics.Measured = function(series, **{key: value for key, value in options.items() if key in taken})
    return found


def _changes(
    name: str,
    title: str,
    series: pd.Series,
    year: str,
    milestone: Milestone | None,
    source: str,
) -> Iterator[Figure]:
    if metrics.financial_year(last_day(series)) != year:
        return
    last_year = metrics.previous_financial_year(year)
    metric = milestone.metric if milestone and milestone.metric else CHANGE
    promised = milestone.baseline_year if milestone and milestone.baseline_year else last_year
    wanted = {"": (metric, promised)}
    for part, baseline in ((ON_LAST_YEAR, last_year), ("on_lowest_year", lowest_before(series, year))):
        if baseline and (CHANGE, baseline) not in wanted.values():
            wanted[part] = (CHANGE, baseline)
    years = complete_years(series, year).index
    for part, (function, baseline) in wanted.items():
        # A year before the series began, or one of no offence, has nothing to be compared with, and no figure.
        if baseline not in years or metrics.year_to_date(series, as_at=last_day(series), year=baseline).value <= 0:
            continue
        found = measure(function, series, baseline_year=baseline)
        # A revision can leave a count below nought: its change is printed, and no interval can be told.
        judged = function == CHANGE and found.parts[0] >= 0
        spread = metrics.change_interval(series, as_at=last_day(series), baseline_year=baseline) if judged else None
        yield Figure(
            id=f"{name}.{function}_{part}" if part else "",
            measure=name,
            item=function,
            part=part,
            grain="year to date" if function == CHANGE else "",
            title=f"{title}, change on {found.baseline}",
            value=found.value,
            unit=found.unit,
            numerator=found.numerator,
            denominator=found.denominator,
            low=spread.low if spread else None,
            high=spread.high if spread else None,
            p_value=spread.p_value if spread else None,
            period=found.period,
            baseline=found.baseline or "",
            basis="recomputed",
            inputs=(source,),
            signed=found.baseline is not None,
            method=f"{words(function)} of the same periods of both years"
            + (f"; 95% interval ({spread.method})" if spread else ""),
        )


def changes_to_date(name: str, figures: Figures) -> list[Figure]:
    """The changes of the year to date of a milestone or a series on the same periods of earlier years.

    The one on its promised baseline comes first, then those on last year and on the lowest year; whatever metric its
    milestone names, these are what a path and a chart of changes show.
    """
    return [figure for figure in figures.of(name) if figure.item == CHANGE and figure.measure == name]


def change_on_last_year(name: str, figures: Figures) -> Figure | None:
    """The change of the year to date on last year, else on the baseline that is promised; None where neither is held."""
    changes = changes_to_date(name, figures)
    return next((each for each in changes if each.part == ON_LAST_YEAR), next(iter(changes), None))


def by_force(series_name: str, plan: Plan, inputs: Inputs) -> tuple[pd.Series, pd.Series, str]:
    """Counts of the latest twelve months and residents of every force that both are held of, and the period in words.

    A force whose series ends before the others', or that the plan compares no rate of, is left out. Empty where nothing
    is held.
    """
    import pandas as pd

    population = inputs.tables[POPULATION]
    residents = population[population.mid_year == population.mid_year.max()].set_index("force").persons.astype(float)
    forces = set(residents.index) & set(inputs.areas(series_name)) - set(plan.comparison.without)
    series = {force: inputs.series(series_name, force) for force in sorted(forces)}
    series = {force: each for force, each in series.items() if len(each) >= PERIODS_A_YEAR[each.index.freqstr[0]]}
    latest = max((last_day(each) for each in series.values()), default=None)
    found = {
        force: metrics.rolling_year(each, as_at=latest) for force, each in series.items() if last_day(each) == latest
    }
    counts = pd.Series({force: each.value for force, each in found.items()}, dtype=float)
    return counts, residents[counts.index], next((each.period for each in found.values()), "")


def _rates(name: str, title: str, series_name: str, plan: Plan, inputs: Inputs) -> Iterator[Figure]:
    """The rate per 1,000 residents of every force over the latest twelve months."""
    counts, residents, period = by_force(series_name, plan, inputs)
    mid_year = inputs.tables[POPULATION].mid_year.max()
    for force in counts.index:
        yield Figure(
            measure=name,
            item=RATE,
            part=area_id(force),
            grain="rolling year",
            title=f"{title} per 1,000 residents, {force}",
            value=metrics.rate_per_1000(int(counts[force]), residents[force]),
            unit="per_1000",
            numerator=counts[force],
            denominator=residents[force],
            period=period,
            basis="recomputed",
            inputs=(inputs.source(series_name), POPULATION),
            method=f"latest twelve months over the mid-{mid_year} population; counts of forces vary far more than chance, so no interval",
        )


def _ratio(name: str, title: str, series_name: str, plan: Plan, inputs: Inputs) -> Iterator[Figure]:
    """What the force recorded, of what it would have at the rate of all forces together."""
    counts, residents, period = by_force(series_name, plan, inputs)
    if plan.force not in counts.index or len(counts) == 1:  # all forces are no other than itself
        return
    expected = float(residents[plan.force] * counts.sum() / residents.sum())
    yield Figure(
        measure=name,
        item="ratio_to_expected",
        grain="rolling year",
        title=f"{title}, {plan.force}: recorded, of what the rate of all forces would give",
        value=metrics.percent_change(counts[plan.force], expected) + 100,
        unit="percent",
        numerator=counts[plan.force],
        denominator=expected,
        period=period,
        basis="recomputed",
        inputs=(inputs.source(series_name), POPULATION),
        method=f"latest twelve months over the count at the rate of the {len(counts)} forces that are held",
    )


def area_id(area: str) -> str:
    """The name of an area as it stands in a figure's id: ``Greater Manchester`` is ``greater_manchester``."""
    return re.sub(r"[^a-z0-9]+", "_", area.lower()).strip("_")
