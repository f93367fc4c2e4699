"""The one status of a deliverable in a cycle, derived from its cadence, the calendar and the updates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.plan.cadence import months_between, months_later

if TYPE_CHECKING:
    from pcp_analysis.plan.cycle import Cycle, Update
    from pcp_analysis.plan.model import Deliverable, Plan

STATUSES = (
    "reported",
    "reported elsewhere",
    "deferred",
    "awaited",
    "nothing received",
    "not due",
    "due date cannot be derived",
)
NO_RECORD = "no record here that it was received"


@dataclass(frozen=True)
class Status:
    """Where a deliverable stands: *name* is one of ``STATUSES``, *words* is what a page says.

    *due* is the month, ``2014-12``, in which it is expected next, and *source* the report or the body it is expected
    from.
    """

    deliverable: str
    name: str
    words: str
    due: str | None = None
    source: str | None = None


def board_month(cycle: Cycle) -> str:
    """The month of the Board: ``2014-09``."""
    return f"{cycle.board_date:%Y-%m}"


def derive(deliverable: Deliverable, cycle: Cycle, earlier: Sequence[Cycle]) -> Status:
    """The status of *deliverable* in *cycle*. *earlier* are the cycles before it, oldest first."""
    month = board_month(cycle)
    update = cycle.update(deliverable.id)
    if update is not None:
        return _said(deliverable, update, month)
    for past in reversed(earlier):
        said = past.update(deliverable.id)
        if said is not None and said.due and not said.text:
            return _promised(deliverable, said, month)
        if said is not None:
            break
    return _by_calendar(deliverable, month, board_month(earlier[-1]) if earlier else None)


def _said(deliverable: Deliverable, update: Update, month: str) -> Status:
    if update.not_received:
        return Status(deliverable.id, "nothing received", "overdue: recorded as not received", update.due)
    if update.text:
        return Status(deliverable.id, "reported", "reported to this Board")
    return _promised(deliverable, update, month)


def _promised(deliverable: Deliverable, update: Update, month: str) -> Status:
    """What an update pointed to: still to come, or past its month without a record here."""
    source = update.reported_in or update.awaited_from
    if update.due and update.due < month:
        words = f"{source}, {wording.month(update.due)}: {NO_RECORD}"
        return Status(deliverable.id, "nothing received", words, update.due, source)
    if update.awaited_from:
        when = f", {wording.month(update.due)}" if update.due else ""
        return Status(deliverable.id, "awaited", f"awaited from {source}{when}", update.due, source)
    if update.due and update.due > month:
        words = f"deferred to the {source}, {wording.month(update.due)}"
        return Status(deliverable.id, "deferred", words, update.due, source)
    when = wording.month(update.due) if update.due else "no date stated"
    return Status(deliverable.id, "reported elsewhere", f"reported in the {source} ({when})", update.due, source)


def _by_calendar(deliverable: Deliverable, month: str, previous: str | None) -> Status:
    """Where nobody said anything: whether it fell due since the cycle before, and else when it next does."""
    first = deliverable.first_due
    if first is None or deliverable.falls_due(month) is None:
        return Status(deliverable.id, "due date cannot be derived", "due date cannot be derived")
    since = months_between(previous, month) if previous else months_between(min(first, month), month) + 1
    due = [
        each for each in (months_later(month, -back) for back in reversed(range(since))) if deliverable.falls_due(each)
    ]
    if due:
        # a month that is due runs to its last day, and silence accuses nobody
        found = NO_RECORD if due[0] < month else "nothing received yet"
        return Status(deliverable.id, "nothing received", f"due in {wording.month(due[0])}: {found}", due[0])
    ahead = months_between(month, max(first, month)) + 12
    coming = next(
        each for each in (months_later(month, step) for step in range(1, ahead + 1)) if deliverable.falls_due(each)
    )
    return Status(deliverable.id, "not due", f"not due until {wording.month(coming)}", coming)


def counts(plan: Plan, statuses: Mapping[str, Status], period: str) -> Iterator[Figure]:
    """How many deliverables have each status, by outcome and in all, as figures: ``deliverables.all.reported``."""
    groups = [(f"outcome_{outcome.number}", outcome.deliverables) for outcome in plan.outcomes] + [
        ("all", plan.deliverables)
    ]
    for group, deliverables in groups:
        counted = Counter(statuses[deliverable.id].name for deliverable in deliverables)
        for name, count in [(each, counted[each]) for each in STATUSES] + [("all", len(deliverables))]:
            yield Figure(
                measure="deliverables",
                item=group,
                part=name.replace(" ", "_"),
                title=f"Deliverables, {name}",
                value=count,
                unit="count",
                basis="counted",
                method="count of the plan's deliverables by status",
                inputs=("plan", "updates"),
                period=period,
            )
