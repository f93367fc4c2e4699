"""What is expected after a Board: what falls due next, from whom, and the dated commitments made inside updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import status
from pcp_analysis.findings.view import CycleView
from pcp_analysis.plan.cadence import CADENCES, months_later
from pcp_analysis.plan.cycle import Commitment, Cycle, Settlement, Update
from pcp_analysis.plan.model import Deliverable, Plan

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

    *deliverable* is None where the plan of the later Board has it no more. *passed* is whether its month, or its day, has ended; a month runs to its last day. *settlement* is what a cycle says
    became of it, if any. *first* is the date that it was promised for at first, where a later update moved it.
    """

    deliverable: Deliverable | None
    commitment: Commitment
    cycle: str
    passed: bool
    words: str
    settlement: Settlement | None = None
    first: str | None = None

    @property
    def when(self) -> str:
        """The month or the day in words: ``November 2014``, ``1 December 2014``."""
        return due_words(self.commitment.due)


def promised_for(dated: Dated) -> str:
    """The date of a commitment in words, with the one that it had at first where that was another."""
    return f"{dated.when} (first {due_words(dated.first)})" if dated.first else dated.when


def due_words(due: str) -> str:
    """A month or a day in words."""
    return wording.month(due) if len(due) == 7 else wording.date_words(due)


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
    """The dated commitments that this cycle's updates and earlier ones made, by date, but for those settled before it.

    One that has passed is said to have no record here, in neutral words, until a cycle settles it.
    """
    settled_before = {each.commitment for board in view.earlier for each in board.settlements}
    return [
        each
        for each in every_commitment(view.plan, (*view.earlier, view.cycle))
        if each.commitment.id not in settled_before
    ]


def every_commitment(plan: Plan, boards: Sequence[Cycle]) -> list[Dated]:
    """Every dated commitment that was made to these *boards*, by date, with what became of it as the last of them sees it.

    A commitment that a later update makes again, by the same id, has the later date.
    """
    settled = {each.commitment: each for board in boards for each in board.settlements}
    found: dict[str, Dated] = {}
    for board in boards:
        for update in board.updates:
            deliverable = next((each for each in plan.deliverables if each.id == update.deliverable), None)
            for commitment in update.commitments:
                before, settlement = found.get(commitment.id), settled.get(commitment.id)
                passed = has_passed(commitment.due, boards[-1])
                words = (
                    settlement_words(settlement, commitment.due)
                    if settlement
                    else _unsettled(boards[-1], board, commitment, update)
                )
                first = (before.first or before.commitment.due) if before else None
                found[commitment.id] = Dated(deliverable, commitment, board.id, passed, words, settlement, first)
    return sorted(found.values(), key=lambda each: each.commitment.due)


def questions(view: CycleView) -> Iterator[str]:
    """Each line that a page of this cycle says nothing was received of, as a question to whoever prepares it."""
    if not view.statuses:
        return
    for each in view.plan.deliverables:
        found = view.statuses[each.id]
        if found.name == "nothing received" and not found.overdue:
            yield f"{each.title} ({each.id}; {leads(each)}): {found.words}. Was it received?"
    for dated in commitments(view):
        if dated.passed and dated.settlement is None:
            yield f"{dated.commitment.what} ({dated.commitment.id}; {dated.when}): {dated.words}. What became of it?"


def settlement_words(settlement: Settlement, due: str = "") -> str:
    """What became of a promise: ``kept on 1 October 2014 (paragraph 11)``; that it was after the day or month in which it was
    *due*; of one not kept, when that was recorded.
    """
    late = settlement.became == "kept" and due and settlement.date.isoformat()[: len(due)] > due
    on = ", as recorded on" if settlement.became == "not kept" else " late, on" if late else " on"
    return f"{settlement.became}{on} {wording.day(settlement.date)} ({settlement.source.rstrip('.')})"


def settled_here(view: CycleView, deliverable: Deliverable) -> Iterator[tuple[str, str]]:
    """What this cycle says became of the promises of a deliverable: what was promised, and the words for its end."""
    made = {
        each.commitment.id: each
        for each in every_commitment(view.plan, (*view.earlier, view.cycle))
        if each.deliverable == deliverable
    }
    for settlement in view.cycle.settlements:
        if settlement.commitment in made:
            promised = made[settlement.commitment].commitment
            yield promised.what, settlement_words(settlement, promised.due)
        elif settlement.deliverable == deliverable.id:
            yield "the report that was promised", settlement_words(settlement)


def _unsettled(now: Cycle, board: Cycle, commitment: Commitment, promised: Update) -> str:
    if not has_passed(commitment.due, now):
        return "falls due this month" if commitment.due[:7] == status.board_month(now) else "still to come"
    update = now.update(promised.deliverable)
    if board is not now and update is not None and update.text:
        return f"the date has passed; {NOT_RECORDED}; see what is reported to this Board"
    return f"the date has passed; {NOT_RECORDED}"


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
