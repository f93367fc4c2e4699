"""A series by the places of the plan's force: how each changed, and in which by more than chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure, Maker
from pcp_analysis.findings import recorded
from pcp_analysis.findings.chance import WORDS, Verdict
from pcp_analysis.loaders.places import JOINT

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan.model import Milestone, Plan

AREAS = "areas"
#: Of the places that are called signals, the share that is expected to be called so by chance alone, at most.
FALSE_CALLS = 0.05


@dataclass(frozen=True)
class Place:
    """A place of the force: its year to date, the same periods before, and the *change* where there is one."""

    name: str
    now: Figure
    before: Figure
    change: Figure | None

    @property
    def verdict(self) -> Verdict:
        """Whether its change is more than chance, among those of all places."""
        return judge(self.change) if self.change else Verdict(None, "There is no change to judge.")

    @property
    def words(self) -> str:
        """The verdict with its direction: ``fell by more than chance``."""
        if self.change is None or self.verdict.more is not True:
            return WORDS[self.verdict.more]
        return f"{'fell' if self.change.number < 0 else 'rose'} by more than chance"


def names_of(series: str, plan: Plan, inputs: Inputs) -> list[str]:
    """The areas of a series that are places of the plan's force, sorted: ``West Midlands / Sandwell``."""
    return [area for area in inputs.areas(series) if area.startswith(f"{plan.force}{JOINT}")]


def makers(plan: Plan, inputs: Inputs) -> Iterator[tuple[str, Maker]]:
    """The makers of the figures of each series of a table that can hold places, by the group that they make."""
    for name, (series, milestone) in recorded.measured_series(plan, inputs).items():
        if inputs.kind(inputs.source(series)).long:
            yield f"{name}.{AREAS}", partial(_figures, name, series, milestone, plan, inputs)


def judge(change: Figure) -> Verdict:
    """Whether the change of a place is more than chance, by its p-value that is adjusted for all places at once."""
    if change.p_value is None:
        return Verdict(None, "Its uncertainty is not known.")
    more = change.p_value < FALSE_CALLS
    so = "so it is more than chance" if more else "so it can be chance"
    return Verdict(more, f"Judged by how much it varied, {{{change.id}:interval}}; among all places, {so}.")


def places(name: str, series: str, plan: Plan, inputs: Inputs, figures: Mapping[str, Figure]) -> list[Place]:
    """The places of which this year and the one before it is measured from are held, the largest fall first.

    Those of which no change can be told, since there was nothing before, stand last.
    """
    found = []
    for place in map(_short, names_of(series, plan, inputs)):
        own = f"{name}.{AREAS}.{recorded.area_id(place)}"
        if (now := figures.get(f"{own}.year_to_date")) is not None:
            found.append(Place(place, now, figures[f"{own}.year_to_date_before"], figures.get(f"{own}.change")))
    return sorted(found, key=lambda each: (each.change is None, each.change.number if each.change else 0.0))


def _short(area: str) -> str:
    return area.partition(JOINT)[2]


def _figures(name: str, series: str, milestone: Milestone | None, plan: Plan, inputs: Inputs) -> Iterator[Figure]:
    areas = {area: inputs.series(series, area) for area in names_of(series, plan, inputs)}
    latest = max((recorded.last_day(each) for each in areas.values() if len(each)), default=None)
    if latest is None or metrics.financial_year(latest) != plan.year:
        return
    baseline = (milestone and milestone.baseline_year) or metrics.previous_financial_year(plan.year)
    title = milestone.title if milestone else recorded.words(series).capitalize()
    common = {"measure": name, "basis": "recomputed", "inputs": (inputs.source(series),), "grain": "year to date"}
    held = {
        _short(area): each
        for area, each in areas.items()
        # a place that ended before the others, or began too late, is compared with nothing
        if len(each)
        and recorded.last_day(each) == latest
        and baseline in recorded.complete_years(each, plan.year).index
    }
    counted: list[Figure] = []
    changes: list[Figure] = []
    for place, counts in held.items():
        levels = list(_levels(place, counts, baseline, plan.year, title, common))
        counted += levels
        now, before = (figure.number for figure in levels)
        # on nothing there is no change in per cent, and of a count below nought no interval
        if now >= 0 and before > 0:
            changes.append(_change(place, counts, baseline, title, common))
    adjusted = metrics.adjusted_p_values([figure.p_value for figure in changes if figure.p_value is not None])
    changes = [replace(figure, p_value=p_value) for figure, p_value in zip(changes, adjusted, strict=True)]
    yield from counted
    yield from changes
    yield from _summary(changes, title, common)
    force = inputs.series(series, plan.force)
    if counted and len(force) and recorded.last_day(force) == latest:
        yield from _share(counted, force, plan, title, common)


def _levels(
    place: str, counts: pd.Series, baseline: str, year: str, title: str, common: dict[str, Any]
) -> Iterator[Figure]:
    """The periods of the year so far of a place, and the same periods of the year that it is compared with."""
    for item, of_year in (("year_to_date", year), ("year_to_date_before", baseline)):
        found = metrics.year_to_date(counts, as_at=recorded.last_day(counts), year=of_year)
        yield Figure(
            item=AREAS,
            part=f"{recorded.area_id(place)}.{item}",
            title=f"{title}, {place}, {found.period}",
            value=found.value,
            unit="count",
            period=found.period,
            method="sum of the periods of the year so far",
            **common,
        )


def _change(place: str, counts: pd.Series, baseline: str, title: str, common: dict[str, Any]) -> Figure:
    as_at = recorded.last_day(counts)
    found = metrics.year_to_date_change(counts, as_at=as_at, baseline_year=baseline)
    spread = metrics.change_interval(counts, as_at=as_at, baseline_year=baseline)
    return Figure(
        item=AREAS,
        part=f"{recorded.area_id(place)}.change",
        title=f"{title}, {place}, change on {found.baseline}",
        value=found.value,
        unit="percent",
        numerator=found.numerator,
        denominator=found.denominator,
        low=spread.low,
        high=spread.high,
        p_value=spread.p_value,
        period=found.period,
        baseline=found.baseline or "",
        signed=True,
        method=f"change in per cent of the same periods of both years; 95% interval ({spread.method})",
        **common,
    )


def _summary(changes: list[Figure], title: str, common: dict[str, Any]) -> Iterator[Figure]:
    """How many places could be compared, and how many of them fell or rose by more than chance."""
    if not changes:
        return
    signals = [figure.number for figure in changes if judge(figure).more]
    for item, what, value in (
        ("compared", "can be compared", len(changes)),
        ("fell", "fell by more than chance", sum(number < 0 for number in signals)),
        ("rose", "rose by more than chance", sum(number > 0 for number in signals)),
    ):
        yield Figure(
            item=AREAS,
            part=item,
            title=f"{title}: places that {what}",
            value=value,
            unit="count",
            period=changes[0].period,
            baseline=changes[0].baseline,
            method="count of the places; more than chance is a p-value, adjusted for all places, below 0.05",
            **{**common, "basis": "counted"},
        )


def _share(counted: list[Figure], force: pd.Series, plan: Plan, title: str, common: dict[str, Any]) -> Iterator[Figure]:
    """What the places that are compared hold of the force's own year to date."""
    whole = metrics.year_to_date(force, as_at=recorded.last_day(force), year=plan.year)
    total = sum(figure.number for figure in counted if figure.part.endswith(".year_to_date"))
    if whole.value > 0:
        yield Figure(
            item=AREAS,
            part="share",
            title=f"{title}: the places that are shown, of what {plan.force} counts",
            value=100 * total / whole.value,
            unit="percent",
            numerator=total,
            denominator=whole.value,
            period=whole.period,
            method="sum of the places over the force's own count of the same periods",
            **common,
        )
