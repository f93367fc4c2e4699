"""Where a milestone stands: the figures of its two columns, the change that it is judged by, and its three answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pcp_analysis.figures import commentary
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure, Figures, Maker
from pcp_analysis.findings import answers, chance
from pcp_analysis.findings.absence import EARLIER_PLAN, NOT_RECEIVED, SUPPRESSED
from pcp_analysis.findings.chance import Verdict
from pcp_analysis.findings.courses import COURSES, YEAR_MET, YEAR_NOT_MET, YEAR_UNKNOWN, course, shown_as
from pcp_analysis.findings.implied import COMPUTED, IMPLIED
from pcp_analysis.findings.over_boards import BETWEEN
from pcp_analysis.findings.prospect import DIRECTION, OVER, REST
from pcp_analysis.findings.signals import Signals

if TYPE_CHECKING:
    from pcp_analysis.plan.model import Deliverable, Milestone, Outcome, Plan

TARGET, PRINTED_CHANGE = "target", "change"


@dataclass(frozen=True)
class Position:
    """A milestone in a cycle, in two columns that are never mixed.

    *printed* are the figures that the Board was shown, *official* those that official statistics give. *change* is what
    the milestone is judged by and *verdict* whether that is more than chance; *course*, one of ``COURSES``, is where it is
    going: projected from a series, or as far as what was printed tells. *happened*, *good* and *outlook* are the
    three answers in words.
    """

    outcome: Outcome
    deliverable: Deliverable
    milestone: Milestone
    target: Figure | None
    printed: tuple[Figure, ...]
    official: tuple[Figure, ...]
    change: Figure | None
    verdict: Verdict | None
    course: str
    happened: Bound
    good: Bound
    outlook: Bound

    @property
    def over(self) -> bool:
        """Whether the plan's year is over, so that it is known what became of the promise, or that it is not known."""
        return self.course in (YEAR_MET, YEAR_NOT_MET, YEAR_UNKNOWN)

    @property
    def answers(self) -> dict[str, Bound]:
        """The three questions that a page answers of a milestone, with their answers in words."""
        return {
            "What happened?": self.happened,
            "Is that good?": self.good,
            "Was the milestone met?" if self.over else "Will the milestone be met?": self.outlook,
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
        baseline=milestone.baseline_year or "",
        method=f"as promised; {deliverable.source}",
    )


def position(
    outcome: Outcome,
    deliverable: Deliverable,
    milestone: Milestone,
    figures: Figures,
    control_chart: Signals | None,
    before_rebase: Signals | None = None,
    *,
    board: str,
    current: Callable[[str], bool],
    absent: str = NOT_RECEIVED,
    answer: str = "",
    over: bool = False,
) -> Position:
    """Where *milestone* stands, from the figures of the cycle.

    *control_chart* is the control chart of its series, *before_rebase* the one without a break that this cycle is the
    first to declare. *board* is the month of its Board: what an earlier one was shown
    is said to be that, and *current* says whether the Board of a month was one of this plan: what one of an earlier plan was
    shown is no news of this year. *absent* says why no change is told, where none is, *answer* is that of a survey which the milestone is about, and *over* is whether the plan's year has ended.
    """
    # what the rest of a year must bring has no meaning once there is none
    without = (TARGET, REST, OVER) if over else (TARGET,)
    own = [figure for figure in figures.of(milestone.id) if figure.item not in without]
    if answer:
        # the others have charts of their own
        own = [each for each in own if each.item == milestone.metric or (each.item == answer and not each.signed)]
    before = [figure for figure in own if figure.shown_to and not current(figure.shown_to)]
    own = [figure for figure in own if figure not in before]
    change, said = headline_change(milestone, own), _newest(own, DIRECTION)
    if change is not None and said is not None and change.shown_to:
        # what the same or a later Board was shown as a number goes before words
        change, said = (change, None) if change.shown_to >= said.shown_to else (None, said)
    last = None
    if before and not own and absent in (NOT_RECEIVED, SUPPRESSED):
        absent, last = EARLIER_PLAN, headline_change(milestone, before) or max(before, key=_shown_last)
    verdict = chance.judge(change, control_chart) if change is not None else None
    happened = answers.happened(change, said, verdict, control_chart, own, absent, last)
    happened += answers.earlier(change or said, board)
    if change is not None and before_rebase is not None:
        happened += answers.both_verdicts(milestone, chance.judge(change, before_rebase), board)
    doubt = control_chart.doubt if control_chart and change is not None and change.basis == "recomputed" else ""
    going = COURSES[-1] if doubt else course(milestone, change, said, verdict, figures, over=over)
    told = answers.last_told(change or said, shown_as(milestone, change, said, verdict, figures), board)
    return Position(
        outcome,
        deliverable,
        milestone,
        target=figures.get(f"{milestone.id}.target"),
        printed=tuple(figure for figure in own if figure.basis != "recomputed"),
        official=tuple(figure for figure in own if figure.basis == "recomputed"),
        change=change,
        verdict=verdict,
        course=going,
        happened=commentary.sentence(happened, figures, title=milestone.title),
        good=commentary.sentence(answers.good(milestone, change, said, verdict, going, absent, told), figures),
        outlook=commentary.sentence(
            answers.outlook(milestone, figures, change, control_chart, going, absent, told), figures
        ),
    )


def headline_change(milestone: Milestone, own: Iterable[Figure]) -> Figure | None:
    """The change that a milestone is judged by: its metric on its series, else what the figures that the latest Board was
    shown allow.
    """
    changes = [each for each in own if not each.part and each.value is not None]
    wanted = (milestone.metric, COMPUTED, IMPLIED, PRINTED_CHANGE, BETWEEN)
    found = [each for item in wanted for each in changes if each.item == item]
    latest = max((each.shown_to for each in found), default="")
    return next((each for each in found if each.shown_to in ("", latest)), None)


def _newest(own: Iterable[Figure], item: str) -> Figure | None:
    return max((each for each in own if each.item == item and not each.part), key=_shown_last, default=None)


def _shown_last(figure: Figure) -> str:
    return figure.shown_to
