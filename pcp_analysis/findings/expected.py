"""What is expected after a Board: what falls due next, from whom, and the dated commitments made inside updates."""

from __future__ import annotations

from dataclasses import dataclass

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import status
from pcp_analysis.findings.view import CycleView
from pcp_analysis.plan.cadence import CADENCES, months_later
from pcp_analysis.plan.cycle import Commitment, Cycle
from pcp_analysis.plan.model import Deliverable

FURTHEST = 24
NOT_RECORDED = "no record here that it happened"


@dataclass(frozen=True)
class Due:
    """A deliverable that is next due in *month*, ``2014-12``; *why* says how that is known."""

    deliverable: Deliverable
    month: str
    why: str


@dataclass(frozen=True)
class Dated:
    """A commitment that an update to the Board of *cycle* dated, and how it stands at a later Board, in *words*.

    *passed* is whether its month, or its day, has ended; a month runs to its last day.
    """

    deliverable: Deliverable
    commitment: Commitment
    cycle: str
    passed: bool
    words: str

    @property
    def when(self) -> str:
        """The month or the day in words: ``November 2014``, ``1 December 2014``."""
        return (
            wording.month(self.commitment.due)
            if len(self.commitment.due) == 7
            else wording.date_words(self.commitment.due)
        )


def next_due(view: CycleView) -> list[Due]:
    """What is next due after this Board, by lead, then month, then the plan's order.

    A deliverable is next due in the month that an update deferred it to or announced its answer for, else in the next
    month of its cadence. The date of the next Board is not known here: the list reaches as many months ahead as the
    plan's shortest cadence after "monthly", in which all that is monthly or has that cadence falls due; where there is
    none, as far as anything is due. What has no month is not in it.
    """
    month = status.board_month(view.cycle)
    found = [due for each in view.plan.deliverables if (due := _next(each, view, month))]
    steps = [step for each in view.plan.deliverables if (step := CADENCES.get(each.cadence or "")) and step > 1]
    last = months_later(month, min(steps, default=FURTHEST))
    return sorted((due for due in found if due.month <= last), key=lambda due: (leads(due.deliverable), due.month))


def leads(deliverable: Deliverable) -> str:
    """Who leads a deliverable, in words."""
    return wording.listed(list(deliverable.leads)) or "no lead stated"


def _next(deliverable: Deliverable, view: CycleView, month: str) -> Due | None:
    status = view.statuses[deliverable.id]
    if status.name in ("deferred", "awaited") and status.due and status.due >= month:
        words = f"deferred to the {status.source}" if status.name == "deferred" else f"awaited from {status.source}"
        return Due(deliverable, status.due, words)
    ahead = (months_later(month, step) for step in range(1, FURTHEST + 1))
    coming = next((each for each in ahead if deliverable.falls_due(each)), None)
    return Due(deliverable, coming, deliverable.cadence or "") if coming else None


def commitments(view: CycleView) -> list[Dated]:
    """The dated commitments of this cycle's updates and of earlier ones, by date.

    One that has passed is said to have no record here, in neutral words. It is left out once a later Board before this
    one had a report in writing on its deliverable; where this Board has that report, it is said where to read. A
    commitment that a later update makes again in the same words has the later date.
    """
    found: dict[tuple[str, str], Dated] = {}
    boards = [*view.earlier, view.cycle]
    for place, board in enumerate(boards):
        for update in board.updates:
            for commitment in update.commitments:
                dated = _dated(view, board, boards[place + 1 :], update.deliverable, commitment)
                if dated is not None:
                    found[update.deliverable, commitment.what] = dated
    return sorted(found.values(), key=lambda each: each.commitment.due)


def _dated(view: CycleView, board: Cycle, later: list[Cycle], name: str, commitment: Commitment) -> Dated | None:
    # a plan of another year may have dropped the deliverable
    deliverable = next((each for each in view.plan.deliverables if each.id == name), None)
    if deliverable is None:
        return None
    passed = has_passed(commitment.due, view.cycle)
    told = [
        each
        for each in later
        if has_passed(commitment.due, each) and (said := each.update(name)) is not None and said.text
    ]
    if not passed:
        words = "falls due this month" if commitment.due[:7] == status.board_month(view.cycle) else "still to come"
    elif told and told[0] is not view.cycle:
        return None
    else:
        words = (
            "the date has passed; see what is reported to this Board"
            if told
            else f"the date has passed; {NOT_RECORDED}"
        )
    return Dated(deliverable, commitment, board.id, passed, words)


def has_passed(due: str, board: Cycle) -> bool:
    """Whether a month, ``2014-11``, or a day, ``2014-12-01``, had ended when the Board met."""
    return due < (board.board_date.isoformat() if len(due) > 7 else status.board_month(board))


def status_counts(view: CycleView) -> dict[str, list[Figure]]:
    """How many deliverables have each status that occurs, then how many there are: by outcome's id, and for ``all``."""
    names = [each.replace(" ", "_") for each in (*occurring_statuses(view), "all")]
    groups = {outcome.id: f"outcome_{outcome.number}" for outcome in view.plan.outcomes} | {"all": "all"}
    return {where: [view.figures[f"deliverables.{group}.{name}"] for name in names] for where, group in groups.items()}


def occurring_statuses(view: CycleView) -> list[str]:
    """The statuses that occur in the cycle, in the order of the design."""
    return [name for name in status.STATUSES if any(each.name == name for each in view.statuses.values())]
