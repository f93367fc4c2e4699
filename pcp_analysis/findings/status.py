"""The one status of a deliverable in a cycle, derived from its cadence, the calendar and the updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcp_analysis.findings import text

if TYPE_CHECKING:
    from pcp_analysis.plan.cycle import Cycle, Update
    from pcp_analysis.plan.model import Deliverable

STATUSES = ("reported", "reported elsewhere", "deferred", "awaited", "nothing received", "not due",
            "due date cannot be derived")
NO_RECORD = "no record here that it was received"


@dataclass(frozen=True)
class Status:
    """Where a deliverable stands: *name* is one of ``STATUSES``, *words* is what a page says.

    *due* is the month, ``2014-12``, in which it is expected next, and *source* the report or the body it is expected from.
    """

    deliverable: str
    name: str
    words: str
    due: str | None = None
    source: str | None = None


def month_number(month: str) -> int:
    """``2014-09`` as a count of months, so that months can be added and compared."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_of(number: int) -> str:
    """The inverse of :func:`month_number`."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def board_month(cycle: Cycle) -> str:
    """The month of the Board: ``2014-09``."""
    return f"{cycle.board_date:%Y-%m}"


def derive(deliverable: Deliverable, cycle: Cycle, earlier: Sequence[Cycle], *, every: int | None) -> Status:
    """The status of *deliverable* in *cycle*. *earlier* are the cycles before it, oldest first.

    *every* is the number of months of its cadence, or None where the cadence gives none.
    """
    month = board_month(cycle)
    update = _update(deliverable, cycle)
    if update is not None:
        return _said(deliverable, update, month)
    for past in reversed(earlier):
        said = _update(deliverable, past)
        if said is not None and said.due and not said.text:
            return _promised(deliverable, said, month)
        if said is not None:
            break
    return _by_calendar(deliverable, month, board_month(earlier[-1]) if earlier else None, every)


def _update(deliverable: Deliverable, cycle: Cycle) -> Update | None:
    return next((update for update in cycle.updates if update.deliverable == deliverable.id), None)


def _said(deliverable: Deliverable, update: Update, month: str) -> Status:
    if update.not_received:
        return Status(deliverable.id, "nothing received", "overdue: recorded as not received", update.due)
    if update.text:
        return Status(deliverable.id, "reported", "reported to this Board")
    return _promised(deliverable, update, month)


def _promised(deliverable: Deliverable, update: Update, month: str) -> Status:
    """What an update pointed to: still to come, or past its month without a record here."""
    source = update.reported_in or update.awaited_from
    if update.due and month_number(update.due) < month_number(month):
        words = f"{source}, {text.month(update.due)}: {NO_RECORD}"
        return Status(deliverable.id, "nothing received", words, update.due, source)
    if update.awaited_from:
        when = f", {text.month(update.due)}" if update.due else ""
        return Status(deliverable.id, "awaited", f"awaited from {source}{when}", update.due, source)
    if update.due and month_number(update.due) > month_number(month):
        words = f"deferred to the {source}, {text.month(update.due)}"
        return Status(deliverable.id, "deferred", words, update.due, source)
    when = text.month(update.due) if update.due else "no date stated"
    return Status(deliverable.id, "reported elsewhere", f"reported in the {source} ({when})", update.due, source)


def _by_calendar(deliverable: Deliverable, month: str, previous: str | None, every: int | None) -> Status:
    if deliverable.first_due is None or every is None:
        return Status(deliverable.id, "due date cannot be derived", "due date cannot be derived")
    first, now = month_number(deliverable.first_due), month_number(month)
    after = month_number(previous) if previous else first - 1
    due = [number for number in range(first, now + 1, every) if number > after]
    if due:
        words = f"due in {text.month(month_of(due[0]))}: nothing received"
        return Status(deliverable.id, "nothing received", words, month_of(due[0]))
    next_due = month_of(first + max(0, -(-(now + 1 - first) // every)) * every)
    return Status(deliverable.id, "not due", f"not due until {text.month(next_due)}", next_due)
