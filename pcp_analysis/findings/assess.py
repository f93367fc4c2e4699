"""Where a milestone stands: what happened, whether that is good, and what of it the Board was shown."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, last_board, wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure, Figures, Maker
from pcp_analysis.findings.implied import COMPUTED, IMPLIED
from pcp_analysis.findings.outlook import OFF_COURSE, ON_COURSE
from pcp_analysis.findings.signals import Signals
from pcp_analysis.metrics.interval import SMALL

if TYPE_CHECKING:
    from pcp_analysis.loaders.inputs import Inputs
    from pcp_analysis.plan.model import Deliverable, Milestone, Outcome, Plan

TARGET = "target"


@dataclass(frozen=True)
class Position:
    """A milestone in a cycle, in two columns that are never mixed.

    *printed* are the figures that the Board was shown, *official* those that official statistics give. *happened*, *good*
    and *outlook* are the three answers in words.
    """

    outcome: Outcome
    deliverable: Deliverable
    milestone: Milestone
    target: Figure | None
    printed: tuple[Figure, ...]
    official: tuple[Figure, ...]
    happened: Bound
    good: Bound
    outlook: Bound

    @property
    def answers(self) -> dict[str, Bound]:
        """The three questions that a page answers of a milestone, with their answers in words."""
        return {
            "What happened?": self.happened,
            "Is that good?": self.good,
            "Will the milestone be met?": self.outlook,
        }


def makers(plan: Plan) -> Iterator[tuple[str, Maker]]:
    """The makers of the numbers that the plan promises, by milestone."""
    for deliverable in plan.deliverables:
        for milestone in deliverable.milestones:
            if milestone.target is not None:
                yield milestone.id, partial(_target, plan, deliverable, milestone)


def _target(plan: Plan, deliverable: Deliverable, milestone: Milestone) -> Iterator[Figure]:
    yield Figure(
        measure=milestone.id,
        item=TARGET,
        grain="year",
        title=f"{milestone.title}: the change that the plan promises",
        value=milestone.target,
        unit="percent",
        basis="quoted",
        signed=True,
        inputs=("plan",),
        period=plan.year,
        baseline=milestone.baseline_year or metrics.previous_financial_year(plan.year),
        method=f"as promised; {deliverable.source}",
    )


def survey_series(inputs: Inputs) -> list[str]:
    """The series that survey tables hold: ``confidence.agree``."""
    return [
        f"{measure}.{answer}"
        for name in inputs.making("survey")
        for measure, answer in dict.fromkeys(zip(inputs.tables[name].measure, inputs.tables[name].answer, strict=True))
    ]


def metrics_for(series: str) -> list[str]:
    """The metrics that a milestone on *series* may name: functions of a series that return what they measured.

    They take no option but ``as_at`` and ``baseline_year``; those of a survey, whose series name has a dot, take no
    ``as_at``.
    """
    found = []
    for name in metrics.__all__:
        function = getattr(metrics, name)
        if not inspect.isfunction(function) or inspect.signature(function).return_annotation != "Measured":
            continue
        first, *rest = inspect.signature(function).parameters.values()
        options = {each.name for each in rest if each.default is each.empty}
        if (
            first.name == "series"
            and options <= {"as_at", "baseline_year"}
            and ("as_at" in options) == ("." not in series)
        ):
            found.append(name)
    return found


def position(
    outcome: Outcome,
    deliverable: Deliverable,
    milestone: Milestone,
    figures: Figures,
    control_chart: Signals | None,
    significant: bool,
    *,
    board: str,
) -> Position:
    """Where *milestone* stands, from the figures of the cycle.

    *control_chart* is the control chart of its series, and *significant* whether its change counts as a signal among all the changes
    of the cycle. *board* is the month of its Board: what an earlier one was shown is said to be that.
    """
    own = [figure for figure in figures.of(milestone.id) if figure.item != TARGET]
    if milestone.survey:
        # Of a survey the milestone is about one answer; the others have charts of their own.
        _, answer = milestone.survey
        own = [each for each in own if each.item == milestone.metric or (each.item == answer and not each.signed)]
    change = headline_change(milestone, figures)
    if change is not None and change.unit == "points":
        significant = _clear(change)
    signal = significant or (control_chart is not None and control_chart.rule is not None)
    happened = _happened(milestone, change, control_chart, significant, own) + _earlier(change, board)
    return Position(
        outcome,
        deliverable,
        milestone,
        target=figures.get(f"{milestone.id}.target"),
        printed=tuple(figure for figure in own if figure.basis != "recomputed"),
        official=tuple(figure for figure in own if figure.basis == "recomputed"),
        happened=commentary.sentence(happened, figures, title=milestone.title),
        good=commentary.sentence(_good(milestone, change, control_chart, signal), figures),
        outlook=commentary.sentence(_outlook(milestone, figures, control_chart), figures),
    )


def headline_change(milestone: Milestone, figures: Figures) -> Figure | None:
    """The change that a milestone is judged by: its metric on its series, else what the printed figures allow."""
    changes = {each.item: each for each in figures.of(milestone.id) if not each.part}
    return next((changes[item] for item in (milestone.metric, COMPUTED, IMPLIED) if item in changes), None)


def _happened(
    milestone: Milestone, change: Figure | None, control_chart: Signals | None, significant: bool, own: Sequence[Figure]
) -> str:
    if change is None:
        without = [
            figure for figure in own if figure.unit == "percent" and figure.low is None and figure.basis == "quoted"
        ]
        bare = " What was printed has no base from which its uncertainty could be told." if without else ""
        return f"{{title}}: no series is held that measures it.{bare}"
    said = f"{{title}} {{{change.id}:verb}}"
    if wording.verb(change) != "is unchanged":
        said += f" by {{{change.id}:size}}"
    said += (
        f" in {{{change.id}:period}}, compared with {{{change.id}:baseline}}: {{{change.id}:numerator}} after "
        f"{{{change.id}:denominator}}."
    )
    return f"{said} {_judged(change, significant)}" + (f" Its level {shows(control_chart)}." if control_chart else "")


def _earlier(change: Figure | None, board: str) -> str:
    """That a change is what an earlier Board was shown."""
    if change is None or change.shown_to in ("", board):
        return ""
    return f" This is what the {last_board.board(change.shown_to)} was shown."


def _judged(change: Figure, significant: bool) -> str:
    """Whether a change is more than chance, and how that was judged."""
    spread = f"{{{change.id}:interval}}"
    if change.low is None:
        return "Its uncertainty is not known."
    if change.unit == "points":
        return f"If the survey asked at random, {spread} is in keeping with that{_chance(significant)}"
    if change.basis == "recomputed":
        return f"Judged by how much it has varied, {spread} is in keeping with that{_chance(significant)}"
    if not judged_by_chance(change):
        return (
            f"These counts are computed from what was printed. Chance alone would allow {spread}; recorded crime varies by more than "
            "that, and no series is held here that would say by how much."
        )
    return f"Counts as small as these vary by chance: {spread} is in keeping with that{_chance(significant)}"


def judged_by_chance(change: Figure) -> bool:
    """Whether a change of two printed counts can be judged by chance alone: where both are small."""
    return change.basis == "arithmetic" and max(change.numerator or 0, change.denominator or 0) < SMALL


def _clear(change: Figure) -> bool:
    """Whether the interval of a change leaves out no change."""
    return change.low is not None and change.high is not None and (change.low > 0 or change.high < 0)


def _chance(significant: bool) -> str:
    return ", so the change is more than chance." if significant else ", so the change can be chance."


RULES = {
    "outside": "is {side} its usual range: a signal",
    "two_of_three": "has been near the {edge} edge of its usual range in two of the last three {periods}: a signal",
    "shift": "has been {side} its average for seven {periods} or more: a signal",
    "trend": "has {moved} for seven {periods}: a signal",
}


def shows(control_chart: Signals) -> str:
    """What the latest period of a control chart shows, as the end of a sentence: ``is below its usual range: a
    signal``.
    """
    if control_chart.rule is None:
        return "is within its usual range"
    high = control_chart.side == "high"
    return RULES[control_chart.rule].format(
        side="above" if high else "below",
        edge="upper" if high else "lower",
        moved="risen" if high else "fallen",
        periods=control_chart.periods,
    )


def _good(milestone: Milestone, change: Figure | None, control_chart: Signals | None, signal: bool) -> str:
    if milestone.better == "neutral":
        return "Neither good nor bad: more reports and more crime cannot be told apart."
    if change is None:
        return "Cannot be said here."
    if change.basis == "arithmetic" and change.unit == "percent" and not judged_by_chance(change):
        return "Cannot be said: whether it is more than chance is not known."
    if not signal:
        return "Neither: nothing here is more than chance."
    lower = (
        control_chart.side == "low"
        if control_chart is not None and control_chart.rule is not None
        else change.number < 0
    )
    return f"{'Yes' if lower == (milestone.better == 'lower') else 'No'}: {milestone.better} is better, as the plan promises."


def _outlook(milestone: Milestone, figures: Figures, control_chart: Signals | None) -> str:
    name = milestone.id
    if f"{name}.chance" not in figures:
        missing = (
            "no series is held"
            if milestone.series is None
            else (
                "a survey of a few waves has no pace"
                if milestone.survey
                else "too little of its series is held to tell"
            )
        )
        return (
            f"Cannot be said: {missing}."
            if milestone.target is not None
            else f"The plan sets no number, and {missing}."
        )
    chance, lower = figures[f"{name}.chance"], milestone.better == "lower"
    bound = f"{'at most' if lower else 'at least'} {{{name}.promised_total}}"
    beyond = f"{'below' if lower else 'above'} {{{name}.promised_total}}"
    if f"{name}.needed_per_period" not in figures:
        met = chance.number >= ON_COURSE
        promise = (
            f"The promise was {bound}"
            if milestone.target is not None
            else (f"To be {milestone.better} than {{{name}.promised_total:baseline}} it had to stay {beyond}")
        )
        return f"{'Met' if met else 'Not met'}: the year came to {{{name}.projected_total}}. {promise}."
    promise = (
        f"The promise is {bound}"
        if milestone.target is not None
        else (f"To be {milestone.better} than {{{name}.promised_total:baseline}} it must stay {beyond}")
    )
    periods = control_chart.periods[:-1] if control_chart is not None else "period"
    return (
        f"{course(chance)}: the year is heading for about {{{name}.projected_total:about}}, 8 chances in 10 from "
        f"{{{name}.projected_total:about_interval}}. {promise}; the chance of that is put at {{{name}.chance:about}}, and it "
        f"{'allows' if lower else 'needs'} about {{{name}.needed_per_period:about}} in each {periods} left."
    )


def course(chance: Figure) -> str:
    """``On course``, ``Off course`` or ``Too close to call``, from the chance of meeting a promise as it is printed: in
    whole per cent.
    """
    # 79.97 is printed as 80%, and "too close to call: 80%" would contradict itself
    printed = float(wording.number(chance.number, places=0))
    return "On course" if printed >= ON_COURSE else "Off course" if printed <= OFF_COURSE else "Too close to call"
