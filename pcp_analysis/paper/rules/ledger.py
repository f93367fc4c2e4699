"""What a rule may look at: the rows of the paper, the figures and series of the cycle, and the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import recorded
from pcp_analysis.paper import rows
from pcp_analysis.paper.rules.claim import Claim, Unfit

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.findings.view import CycleView
    from pcp_analysis.plan import Milestone, Plan

PAPER = "paper"
# A printed duration is a count of weeks or years.
_UNIT = {"days": "count", "weeks": "count", "months": "count", "years": "count"}


@dataclass(frozen=True)
class Span:
    """A number and the least and the greatest that it may be within the rounding of what it is made from."""

    value: float
    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether nothing in it was rounded."""
        return self.low == self.high


class Ledger:
    """The rows of a paper with all that its claims can be held against; nothing that the cycle may not see."""

    def __init__(self, rows: Sequence[rows.Row], view: CycleView) -> None:
        self.rows = {row.id: row for row in rows}
        self.view = view

    @property
    def plan(self) -> Plan:
        """The plan of the cycle."""
        return self.view.plan

    @cached_property
    def checked(self) -> dict[str, rows.Recomputed]:
        """Every row with what recomputing it gives, by id."""
        found = rows.recompute(list(self.rows.values()), self.view.figures)
        return {each.row.id: each for each in found}

    def span(self, name: str) -> Span:
        """A printed number within the rounding of its last place. Unfit where the row has none."""
        row = self.rows[name]
        if row.value is None:
            raise Unfit(name, "has no number in paper.csv", "Name a row that has one, or say what the claim needs.")
        number, half = float(row.value), float(row.half_unit)
        return Span(number, number - half, number + half)

    def printed(self, name: str) -> Figure:
        """A row as a figure: the cycle's own where that is the same number, else one that says where it is printed."""
        row = self.rows[name]
        # asking first: a lookup that misses goes looking for near names
        if name in self.view.figures:
            own = self.view.figures[name]
            if own.value is not None and row.value is not None and float(own.value) == float(row.value):
                return own
        return Figure(
            measure=PAPER,
            item=name,
            title=f"Printed: {name.replace('.', ', ').replace('_', ' ')}",
            value=None if row.value is None else float(row.value),
            unit=_UNIT.get(row.unit, row.unit),
            basis="not held" if row.value is None else "quoted",
            inputs=(PAPER,),
            method=f"as printed, paragraph {row.paragraph or 'none'}",
        )

    def figure(
        self,
        claim: Claim,
        name: str,
        number: float,
        unit: str,
        method: str,
        *,
        signed: bool = False,
        inputs: tuple[str, ...] = (PAPER,),
        period: str = "",
        baseline: str = "",
        numerator: float | None = None,
        denominator: float | None = None,
        laid_down: bool = False,
    ) -> Figure:
        """A figure that a check gives; *laid_down* is one that the claim itself lays down, such as 100 per cent for a
        whole.
        """
        return Figure(
            measure="paper_check",
            item=claim.id,
            part=name,
            title=f"Check of paragraph {claim.paragraph}: {name.replace('_', ' ')}",
            value=number,
            unit=_UNIT.get(unit, unit),
            method=method,
            basis="quoted" if laid_down else "arithmetic" if inputs == (PAPER,) else "recomputed",
            inputs=inputs,
            signed=signed,
            period=period,
            baseline=baseline,
            numerator=numerator,
            denominator=denominator,
        )

    @cached_property
    def _series(self) -> dict[str, tuple[str, Milestone | None]]:
        return recorded.measured_series(self.plan, self.view.inputs)

    @property
    def series_names(self) -> Iterable[str]:
        """Every milestone and series that official statistics give."""
        return self._series

    def series(self, name: str) -> pd.Series:
        """The counts of a milestone or of a series, for the plan's force, as far as the cycle sees."""
        return self.view.inputs.series(self._series[name][0], self.plan.force)

    def source(self, name: str) -> str:
        """The input that a milestone's series comes from."""
        return self.view.inputs.source(self._series[name][0])

    def milestone(self, name: str) -> Milestone | None:
        """The milestone that a row or a series is about."""
        wanted = self.rows[name].measure if name in self.rows else name
        return next((each for each in self.plan.milestones if each.id == wanted), None)

    def years(self, claim: Claim, name: str) -> pd.Series:
        """Totals of the complete financial years of a series. Unfit where it has none."""
        series = self.series(name)
        totals = metrics.year_totals(series, as_at=series.index[-1])
        if totals.empty:
            raise Unfit("milestone", "has no complete year in the series held", "Say what the claim needs instead.")
        return totals

    def year(self, claim: Claim, key: str, name: str) -> Figure:
        """The total of the financial year that *key* names. Unfit where the series does not hold it."""
        totals, wanted = self.years(claim, name), claim[key]
        if wanted not in totals.index:
            raise Unfit(
                key,
                f"is not a complete year of the series held, {totals.index[0]} to {totals.index[-1]}",
                "Name one of those years, or say what the claim needs.",
            )
        return self.figure(
            claim,
            key,
            float(totals[wanted]),
            "count",
            "sum of the periods of the financial year",
            inputs=(self.source(name),),
            period=wanted,
        )

    def same_periods(self, claim: Claim, name: str, baseline_year: str) -> tuple[Figure, Figure]:
        """The year to date and the same periods of another year, from the series."""
        series = self.series(name)
        as_at = recorded.last_day(series)
        if metrics.financial_year(as_at) != self.plan.year:
            raise Unfit(
                "milestone", f"has a series that holds nothing of {self.plan.year}", "Say what the claim needs instead."
            )
        try:
            found = metrics.year_to_date_change(series, as_at=as_at, baseline_year=baseline_year)
        except ValueError as error:
            raise Unfit(
                "baseline_year", f"cannot be compared with: {error}", "Name a year that the series holds."
            ) from None
        common: dict[str, Any] = {
            "unit": "count",
            "method": "sum of the periods of the year so far",
            "inputs": (self.source(name),),
        }
        now, before = found.parts
        return (
            self.figure(claim, "now", now, period=found.period, **common),
            self.figure(claim, "before", before, period=found.baseline or "", **common),
        )
