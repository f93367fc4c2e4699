"""The series that no milestone is about: which of them changed by more than chance, and how many were looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.findings import chance, recorded
from pcp_analysis.findings.chance import Verdict

if TYPE_CHECKING:
    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan.model import Plan

GROUP = "outside_plan"


def changes(
    plan: Plan, inputs: Inputs, figures: Figures, verdict: Callable[[Figure], Verdict]
) -> dict[str, tuple[Figure, Verdict]]:
    """The change on last year of every series that no milestone is about, with its verdict, by the series' name."""
    # of what an extract measures the milestone is about, official statistics are not outside the plan
    promised = {name for each in plan.milestones for name in (each.series, (each.series or "").rpartition(".")[2])}
    found = {
        name: recorded.change_on_last_year(name, figures)
        for name, (series, milestone) in recorded.measured_series(plan, inputs).items()
        if milestone is None and series not in promised
    }
    return {name: (change, verdict(change)) for name, change in found.items() if change is not None}


def counts(looked: dict[str, tuple[Figure, Verdict]], period: str) -> Iterator[Figure]:
    """How many such series were looked at, and how many of them would stand out by chance alone."""
    inputs = tuple(dict.fromkeys(name for change, _ in looked.values() for name in change.inputs)) or ("plan",)
    for item, title, value, method in (
        ("looked_at", "Series outside the plan that were looked at", len(looked), "count of the series"),
        (
            "by_chance",
            "Series outside the plan that would stand out by chance",
            len(looked) * chance.FALSE_CALLS,
            "the series looked at, times the share of false calls of the back-test",
        ),
    ):
        yield Figure(
            measure=GROUP,
            item=item,
            title=title,
            value=value,
            unit="count",
            basis="counted",
            method=method,
            inputs=inputs,
            period=period,
        )
