"""The one status of a deliverable in a cycle, derived from its cadence, the calendar and the updates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    from. *overdue* says that a cycle recorded it as not received; *received*, that this one records a promised report as
    received.
    """

    deliverable: str
    name: str
    words: str
    due: str | None = None
    source: str | None = None
    overdue: bool = False
    received: bool = False


def board_month(cycle: Cycle) -> str:
    """The month of the Board: ``2014-09``."""
    return f"{cycle.board_date:%Y-%m}"


def derive(deliverable: Deliverable, cycle: Cycle, earlier: Sequence[Cycle]) -> Status:
    """The status of *deliverable* in *cycle*. *earlier* are the cycles before it, oldest first.

    What was promised stands until a cycle records it: that it was received or withdrawn, or that a lead reported. What fell
    due since the last such record, or since a Board of which nothing is held, is due still.
    """
    month = board_month(cycle)
    update = cycle.update(deliverable.id)
    if update is not None:
        return _reported(update) if update.text else _promised(update, month, to=cycle)
    known, promise = record(deliverable.id, (*earlier, cycle))
    if promise is not None:
        return _promised(promise[1], month, to=promise[0])
    settlement = cycle.settlement(deliverable=deliverable.id)
    if settlement is None:
        return _by_calendar(deliverable, month, board_month(known) if known else None)
    _, promise = record(deliverable.id, earlier)
    source = (promise[1].reported_in or promise[1].awaited_from) if promise else None
    day = wording.day(settlement.date)
    if settlement.became == "kept":
        words = f"{source}: received on {day}"
        return Status(deliverable.id, "reported elsewhere", words, source=source, received=True)
    found = _by_calendar(deliverable, month, month)
    return replace(found, words=f"{found.words}; {source} was withdrawn on {day}")


def record(name: str, boards: Sequence[Cycle]) -> tuple[Cycle | None, tuple[Cycle, Update] | None]:
    """The latest of the *boards* that records something of a deliverable, or of which nothing is held; and the promise
    that stands, with the Board that it was made to.
    """
    silent = None
    for board in reversed(boards):
        update = board.update(name)
        if update is not None and update.is_promise:
            return silent or board, (board, update)
        if update is not None or board.settlement(deliverable=name):
            return silent or board, None
        if board.no_updates:
            silent = silent or board
    return silent, None


def _reported(update: Update) -> Status:
    return Status(update.deliverable, "reported", "reported to this Board")


def _promised(update: Update, month: str, *, to: Cycle) -> Status:
    """What an update to a Board pointed to: still to come, or past its month without a record here."""
    name, source = update.deliverable, update.reported_in or update.awaited_from
    when = f", {wording.month(update.due)}" if update.due else ""
    if update.not_received:
        words = f"overdue from {source} since {wording.month(update.due or '')}: recorded as not received"
        return Status(name, "nothing received", words, update.due, source, overdue=True)
    # a report that an earlier Board was promised for this month is not taken as received
    come = update.due == month > board_month(to) and update.reported_in
    if update.due and (update.due < month or come):
        return Status(name, "nothing received", f"{source}{when}: {NO_RECORD}", update.due, source)
    if update.awaited_from:
        return Status(name, "awaited", f"awaited from {source}{when}", update.due, source)
    if update.due and update.due > month:
        return Status(name, "deferred", f"deferred to the {source}{when}", update.due, source)
    stated = when.removeprefix(", ") or "no date stated"
    return Status(name, "reported elsewhere", f"reported in the {source} ({stated})", update.due, source)


def _by_calendar(deliverable: Deliverable, month: str, recorded: str | None) -> Status:
    """Where nobody said anything: what fell due since the month that was *recorded* last, and else when it next does."""
    first = deliverable.first_due
    if first is None or deliverable.falls_due(month) is None:
        return Status(deliverable.id, "due date cannot be derived", "due date cannot be derived")
    since = months_between(recorded, month) if recorded else months_between(min(first, month), month) + 1
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
