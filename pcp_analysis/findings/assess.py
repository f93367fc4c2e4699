"""Where a milestone stands: what happened, whether that is good, and what of it the Board was shown."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcp_analysis import metrics
from pcp_analysis.findings import commentary, text
from pcp_analysis.findings.commentary import Bound
from pcp_analysis.findings.figure import Figure, Figures

if TYPE_CHECKING:
    from pcp_analysis.loaders.tidy import Inputs
    from pcp_analysis.plan.model import Deliverable, Milestone, Outcome, Plan

PROMISES = {"lower": "lower", "higher": "higher", "neutral": "no direction is promised"}


@dataclass(frozen=True)
class Position:
    """A milestone in a cycle, in two columns that are never mixed.

    *shown* are the figures that the Board was shown, *official* those that official statistics give. *happened*, *good*
    and *outlook* are the three answers in words.
    """

    outcome: Outcome
    deliverable: Deliverable
    milestone: Milestone
    target: Figure | None
    shown: tuple[Figure, ...]
    official: tuple[Figure, ...]
    happened: Bound
    good: Bound
    outlook: Bound


def targets(plan: Plan) -> Iterator[Figure]:
    """The numbers that the plan promises, as figures."""
    for deliverable in plan.deliverables:
        for milestone in deliverable.milestones:
            if milestone.target is not None:
                yield Figure(
                    id=f"{milestone.id}.target", title=f"{milestone.title}: the change that the plan promises",
                    value=milestone.target, unit="percent", basis="quoted", signed=True, inputs=("plan",),
                    period=plan.year, baseline=milestone.baseline_year or metrics.previous_financial_year(plan.year),
                    method=f"as promised; {deliverable.source}",
                )


def survey_series(inputs: Inputs) -> list[str]:
    """The series that survey tables hold: ``confidence.agree``."""
    return [f"{measure}.{answer}" for name, entry in inputs.entries.items() if entry.loader == "survey"
            for measure, answer in dict.fromkeys(zip(inputs.tables[name].measure, inputs.tables[name].answer, strict=True))]


def is_metric(name: str) -> bool:
    """Whether *name* is a metric that a milestone may name: a function whose first parameter is a series."""
    function = getattr(metrics, name, None)
    return inspect.isfunction(function) and next(iter(inspect.signature(function).parameters), "") == "series"


def nearest(name: str, known: Iterable[str]) -> str:
    """How to mend an unknown name."""
    found = difflib.get_close_matches(name, known, n=4, cutoff=0.5)
    return f"Nearest: {', '.join(found)}." if found else f"Known: {', '.join(sorted(known))}."


def position(outcome: Outcome, deliverable: Deliverable, milestone: Milestone, figures: Figures) -> Position:
    """Where *milestone* stands, from the figures of the cycle."""
    own = [figure for figure in figures.of(milestone.id) if not figure.id.endswith(".target")]
    if milestone.series and "." in milestone.series:
        # Of a survey the milestone is about one answer; the others have charts of their own.
        own = [figure for figure in own if figure.id.startswith((f"{milestone.series}.wave_", f"{milestone.id}.{milestone.metric}"))]
    official = tuple(figure for figure in own if figure.basis == "recomputed" and ".rate_per_1000." not in figure.id)
    change = figures.get(f"{milestone.id}.{milestone.metric}", None)
    said = commentary.sentence
    return Position(
        outcome, deliverable, milestone,
        target=figures.get(f"{milestone.id}.target"),
        shown=tuple(figure for figure in own if figure.basis != "recomputed"),
        official=official,
        happened=said(_happened(milestone, change), figures),
        good=said(_good(milestone, change), figures),
        outlook=said(_outlook(milestone, change), figures),
    )


def _happened(milestone: Milestone, change: Figure | None) -> str:
    if change is None:
        return "Nothing is held here that measures it."
    said = f"{milestone.title} {{{change.id}:verb}}"
    if text.verb(change) != "is unchanged":
        said += f" by {{{change.id}:size}}"
    return (f"{said} in {{{change.id}:period}}, compared with {{{change.id}:baseline}}: "
            f"{{{change.id}:numerator}} after {{{change.id}:denominator}}.")


def _good(milestone: Milestone, change: Figure | None) -> str:
    if milestone.better == "neutral":
        return "Neither good nor bad: more reports and more crime cannot be told apart."
    if change is None:
        return "Cannot be said."
    if text.verb(change) == "is unchanged":
        return "Neither."
    towards = (change.value < 0) == (milestone.better == "lower")
    return f"It is {'the way' if towards else 'not the way'} that the plan promises: {milestone.better} is better."


def _outlook(milestone: Milestone, change: Figure | None) -> str:
    if change is None or milestone.target is None:
        return "The plan sets no number to be met." if milestone.target is None else "Cannot be said: no series is held."
    ahead = change.value <= milestone.target if milestone.better == "lower" else change.value >= milestone.target
    return f"The plan promises {{{milestone.id}.target}} over the year; so far it is {'ahead of' if ahead else 'behind'} that."
