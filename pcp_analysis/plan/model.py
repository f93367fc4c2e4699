"""The plan as the Board agreed it: outcomes, deliverables and milestones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeVar

from pcp_analysis.plan import cadence
from pcp_analysis.strict import nearest

Better = Literal["lower", "higher", "neutral"]
DIRECTIONS: tuple[Better, ...] = ("lower", "higher", "neutral")

_Named = TypeVar("_Named", "Outcome", "Deliverable", "Milestone")


@dataclass(frozen=True)
class Rebase:
    """A break in a series from which a control chart begins anew: the first month after it, "2014-04", and why; *by* whom
    it was declared, and in which cycle first, whose page gives the verdict without it too.
    """

    at: str
    reason: str
    by: str
    declared: str


@dataclass(frozen=True)
class Milestone:
    """A number that a deliverable promises.

    *better* is the direction of good; *promised* is the direction that the plan asks for where it is neither good nor bad
    by itself, such as more reports of hate crime. *series* and *metric* are both absent where nothing is held that measures it;
    *target* (in per cent) is absent for a promise of direction alone; *baseline_year* is a financial year, "2013/14". A
    control chart of the series starts in the month *chart_start*, for *chart_reason*, and begins anew at each *rebase*.
    *baseline_may_include* is another series that the baseline may have counted, until the force says which: fraud offences.
    It is promised from the month *since* until the month *until*; "": throughout the plan.
    """

    id: str
    title: str
    better: Better
    promised: Better | None = None
    series: str | None = None
    metric: str | None = None
    baseline_year: str | None = None
    baseline_may_include: str | None = None
    target: float | None = None
    note: str = ""
    chart_start: str | None = None
    chart_reason: str = ""
    rebase: tuple[Rebase, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def bound(self) -> str:
        """What stands before the total that keeps the promise: ``at most``; of a promise of direction alone, ``below``."""
        if self.target is not None:
            return "at most" if self.better == "lower" else "at least"
        return "below" if self.better == "lower" else "above"


@dataclass(frozen=True)
class Deliverable:
    """One of the things that the plan commits the force or the Commissioner to.

    *cadence* is a key of `CADENCES`, or None; *first_due* is the month, "2014-09", in which it first falls due, or None
    where that cannot be told; *printed* is what the paper prints where the plan corrects or completes it. It stands in the plan from the
    month *since* until the month *until*; "": throughout.
    """

    id: str
    title: str
    leads: tuple[str, ...]
    source: str
    cadence: str | None = None
    first_due: str | None = None
    printed: str = ""
    milestones: tuple[Milestone, ...] = ()
    since: str = ""
    until: str = ""

    def falls_due(self, month: str) -> bool | None:
        """Whether it falls due in *month* ("2014-12"); None where plan and paper give no way to tell.

        Raises ValueError for what is no month.
        """
        return cadence.falls_due(month, cadence=self.cadence, first_due=self.first_due)


@dataclass(frozen=True)
class Outcome:
    """One of the plan's strategic outcomes; *id* is the stem of its file, its notebook and its page."""

    id: str
    number: int
    title: str
    deliverables: tuple[Deliverable, ...]


@dataclass(frozen=True)
class Comparison:
    """The forces that a page may set the plan's force beside, and why these; and those that no rate is compared of."""

    forces: tuple[str, ...]
    basis: str
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exceptional:
    """Months of a series that were like no others, such as those of the Covid restrictions: *since* the first, "2020-04",
    *until* the last, and why. *series* are the names of the series; empty, it is every series.
    """

    since: str
    until: str
    reason: str
    series: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A Police and Crime Plan for one financial year; *id* is the name of its folder."""

    id: str
    title: str
    force: str
    police: str
    board: str
    year: str
    comparison: Comparison
    outcomes: tuple[Outcome, ...]
    exceptional: tuple[Exceptional, ...] = ()

    @property
    def year_end(self) -> date:
        """The last day of the plan's year: 31 March 2015 of ``2014/15``."""
        return date(int(self.year[:4]) + 1, 3, 31)

    def at(self, month: str) -> Plan:
        """The plan as it stands in *month*, "2014-12": without what begins later or has ended, breaks of a
        series that were declared later, and an outcome that has no deliverable then; when what stands began or ends is not in it.
        """

        def stands(each: Deliverable | Milestone) -> bool:
            return each.since <= month and (not each.until or month <= each.until)

        def seen(milestone: Milestone) -> Milestone:
            declared = tuple(each for each in milestone.rebase if each.declared <= month)
            return replace(milestone, rebase=declared, since="", until="")

        outcomes = (
            replace(
                outcome,
                deliverables=tuple(
                    replace(
                        each, milestones=tuple(seen(one) for one in each.milestones if stands(one)), since="", until=""
                    )
                    for each in filter(stands, outcome.deliverables)
                ),
            )
            for outcome in self.outcomes
        )
        return replace(self, outcomes=tuple(each for each in outcomes if each.deliverables))

    @property
    def deliverables(self) -> tuple[Deliverable, ...]:
        """Every deliverable, in the order of the plan."""
        return tuple(each for outcome in self.outcomes for each in outcome.deliverables)

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Every milestone, in the order of the plan."""
        return tuple(each for deliverable in self.deliverables for each in deliverable.milestones)

    def outcome(self, name: str) -> Outcome:
        """The outcome of that id; KeyError with the nearest ids where there is none."""
        return _named(self.outcomes, name, "outcome")

    def deliverable(self, name: str) -> Deliverable:
        """The deliverable of that id; KeyError with the nearest ids where there is none."""
        return _named(self.deliverables, name, "deliverable")

    def milestone(self, name: str) -> Milestone:
        """The milestone of that id; KeyError with the nearest ids where there is none."""
        return _named(self.milestones, name, "milestone")

    def outcome_of(self, deliverable: str) -> Outcome:
        """The outcome that the deliverable of that id belongs to; KeyError as above."""
        wanted = self.deliverable(deliverable)
        return next(outcome for outcome in self.outcomes if wanted in outcome.deliverables)


def _named(things: Iterable[_Named], name: str, noun: str) -> _Named:
    known = {thing.id: thing for thing in things}
    if name not in known:
        raise KeyError(f"no {noun} {name!r} in the plan. {nearest.advise(name, known, noun=f'{noun}s')}")
    return known[name]
