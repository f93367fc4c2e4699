"""What changed from one Board to the next: figures that are new, changed, revised or gone, and statuses."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from pcp_analysis import metrics
from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.last_board import KEPT
from pcp_analysis.findings import recorded
from pcp_analysis.findings.areas import AREAS
from pcp_analysis.findings.outlook import NEEDED
from pcp_analysis.findings.over_boards import POINT
from pcp_analysis.findings.prospect import OVER, REST
from pcp_analysis.findings.reworded import Reworded, reworded
from pcp_analysis.findings.status import Status
from pcp_analysis.findings.view import CycleView
from pcp_analysis.plan import cycle

KINDS = ("revised", "changed", "new", "gone")
# Counts of what stands in the statuses and positions, which are compared themselves.
COUNTS = ("deliverables", "milestones", "owed")
NOT_PLANNED = "not in the plan"
UNSEEN = (
    "The cycle before is not approved, so its figures are computed as at its own cut-off, from the tables as they stand now: "
    "a revision of the tables cannot be seen."
)
# These look ahead: they move as the year goes on, with nothing behind them being revised.
# A share of a percentage or of a place would mislead: their differences are in points and in places.
WITHOUT_SHARE = {"percent": "points", "points": "points", "rank": "rank"}


@dataclass(frozen=True)
class Change:
    """One figure of two Boards. *kind* is one of ``KINDS``; *before* or *after* is None where it is new or gone.

    Of a revision, *size* is by how much the value moved (of percentages in points), *share* the same in per cent of the
    value before (None for percentages, places and a value of nought), and *reason* what the register says of it.
    """

    kind: str
    before: Figure | None
    after: Figure | None
    reason: str = ""

    @property
    def figure(self) -> Figure:
        """The figure as it is now; as it was where it is gone."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change is of a figure of one of two Boards")
        return found

    @property
    def id(self) -> str:
        """The id that the figure has in both cycles."""
        return self.figure.id

    @property
    def title(self) -> str:
        """What the figure is."""
        return self.figure.title

    @property
    def size(self) -> Figure | None:
        """By how much a revised value moved, as a figure of its own: ``revision.robbery.last_year``; None of other
        kinds.
        """
        if self.kind != "revised" or self.before is None or self.after is None:
            return None
        moved = self.after.number - self.before.number
        return self._revision("revision", self.before, self.after, moved, WITHOUT_SHARE.get(self.after.unit))

    @property
    def share(self) -> Figure | None:
        """The size of a revision in per cent of the value before; None where that would say nothing."""
        if self.kind != "revised" or self.before is None or self.after is None:
            return None
        if self.after.unit in WITHOUT_SHARE or self.before.number <= 0:
            return None
        share = metrics.percent_change(self.after.number, self.before.number)
        return (
            self._revision("revision_share", self.before, self.after, share, "percent")
            if math.isfinite(share)
            else None
        )

    def _revision(self, name: str, before: Figure, after: Figure, value: float, unit: str | None) -> Figure:
        return Figure(
            id=f"{name}.{self.id}",
            measure=name,
            item=self.id,
            title=f"{self.title}: revised by",
            value=value,
            unit=unit or after.unit,
            signed=True,
            basis=after.basis,
            numerator=after.value,
            denominator=before.value,
            period=after.period,
            outcome=after.outcome,
            inputs=after.inputs,
            method="value now, less the value before" + (", in per cent of it" if unit == "percent" else ""),
        )


@dataclass(frozen=True)
class Moved:
    """A deliverable whose status is another one, or that was put off again to another month.

    *before* or *after* is None where the plan of that cycle has it not.
    """

    deliverable: str
    before: str | None
    after: str | None
    words: str


@dataclass(frozen=True)
class Difference:
    """What changed from the cycle *before* to the cycle *after*, in order of importance.

    *before_kept* is whether the figures that the Board before was given are kept; where they are not, no revision can be seen.
    *statuses* is whether both cycles have any: of one without updates none is known. *reworded* are the sentences that
    read otherwise.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    moved: tuple[Moved, ...]
    before_kept: bool = True
    statuses: bool = True
    reworded: tuple[Reworded, ...] = ()

    def of(self, kind: str) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind == kind]

    def count(self, what: str) -> Figure:
        """How many figures are of a kind, how many statuses ``moved``, or how many answers of milestones are ``reworded``, as a
        figure: ``since_last_board.revised``.
        """
        if what == "moved":
            return self._counted(what, "deliverables with another status", len(self.moved))
        if what == "reworded":
            answers = sum(each.answer for each in self.reworded)
            return self._counted(what, "answers about milestones that read otherwise", answers)
        return self._counted(what, f"figures of milestones that are {what}", len(self.of(what)))

    def moves(self) -> list[tuple[str, str, Figure]]:
        """How many deliverables went from which status to which, the most frequent first."""
        pairs = Counter(
            (
                each.before or NOT_PLANNED,
                f"{each.after} again" if each.after == each.before else each.after or NOT_PLANNED,
            )
            for each in self.moved
        )
        return [
            (
                before,
                after,
                self._counted(
                    f"{before} to {after}".replace(" ", "_"), f"deliverables that went from {before} to {after}", number
                ),
            )
            for (before, after), number in pairs.most_common()
        ]

    def _counted(self, name: str, words: str, number: int) -> Figure:
        return Figure(
            measure="since_last_board",
            item=name,
            title=f"Since the last Board: {words}",
            value=number,
            unit="count",
            basis="counted",
            method="count of what differs between two cycles",
            inputs=("plan", "updates"),
            period=self.after,
            baseline=self.before,
        )


def compare(
    before: Mapping[str, Figure],
    after: Mapping[str, Figure],
    *,
    first: Collection[str] = (),
    reasons: Mapping[str, str] | None = None,
) -> list[Change]:
    """Every figure that differs between *before* and *after*, the most important first.

    ``revised`` has the same id and period and another value; ``changed`` is of another period, is a change on another
    year, or looks ahead; ``new`` and ``gone`` are held on one side only. Figures whose id begins with one of *first*
    (the milestones) come before all others. Among them revisions come first, the largest share first (of percentages
    the most points); then what changed, changes on another year ahead of levels; then what is new and what is gone.
    *reasons* are by input.
    """
    found = []
    for name in dict.fromkeys([*after, *before]):
        kind = _kind(old := before.get(name), new := after.get(name))
        if kind:
            inputs = new.inputs if new and kind == "revised" else ()
            reason = "; ".join(filter(None, ((reasons or {}).get(each, "") for each in inputs)))
            found.append(Change(kind, old, new, reason))
    return sorted(found, key=lambda change: _importance(change, set(first)))


def _kind(before: Figure | None, after: Figure | None) -> str:
    if after is None and before is not None and (before.looks_ahead or before.item in (REST, OVER)):
        return ""  # what looked ahead to a year that is over now is not missed
    if after is None or after.value is None:
        return "gone" if before is not None and before.value is not None else ""
    if before is None or before.value is None:
        return "new"
    if before.period != after.period or ((after.signed or after.unit == "rank") and before.baseline != after.baseline):
        return "changed"
    if math.isclose(before.value, after.value, rel_tol=1e-9, abs_tol=1e-9):
        return ""
    return "changed" if after.looks_ahead else "revised"


def _importance(change: Change, first: set[str]) -> tuple[bool, int, float, bool]:
    weight = change.share or change.size
    return (
        change.figure.measure not in first,
        KINDS.index(change.kind),
        -abs(weight.number) if weight else 0.0,
        not change.figure.signed,
    )


def showing(view: CycleView) -> dict[str, Figure]:
    """The figures of the milestones of a cycle, by id, in the plan's order.

    What the plan promises, what the Board was shown, and what official statistics give with the outlook.
    """
    return {
        figure.id: figure
        for position in view.positions.values()
        for figure in (*([position.target] if position.target else []), *position.printed, *position.official)
        # a quarter that is left at one Board has ended at the next: their average is what is compared
        # nor is what an earlier Board was shown, which stands beside what the latest was
        if figure.item != NEEDED and not figure.part.startswith(POINT)
    }


def everything(view: CycleView) -> dict[str, Figure]:
    """As :func:`showing`, and then every other figure of the cycle but counts, the rates of other forces, those of the
    force's places, and what a milestone has under its own name.
    """
    force = recorded.area_id(view.plan.force)
    told = {*COUNTS, *recorded.twice(view.plan, view.inputs)}
    return showing(view) | {
        name: figure
        for name, figure in view.figures.items()
        if figure.measure not in told
        and figure.item not in (NEEDED, AREAS)
        and not (figure.item == recorded.RATE and figure.part != force)
    }


def as_given(view: CycleView, figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Some *figures* of a cycle, with the values that its Board was given where they are kept."""
    return {name: view.as_given.as_given(figure) for name, figure in figures.items()}


def compare_statuses(before: Mapping[str, Status], after: Mapping[str, Status]) -> list[Moved]:
    """The deliverables whose status is another one, in the plan's order; *words* are those of the later status."""
    pairs = [(name, before.get(name), after.get(name)) for name in dict.fromkeys([*after, *before])]
    return [
        Moved(name, old.name if old else None, new.name if new else None, new.words if new else NOT_PLANNED)
        for name, old, new in pairs
        if _standing(old) != _standing(new)
    ]


def _standing(status: Status | None) -> tuple[str, str | None] | None:
    """A status as it is compared: of what is put off or awaited with its month, so that a second delay is a change."""
    return (status.name, status.due if status.name in ("deferred", "awaited") else None) if status else None


def between(
    before: CycleView, after: CycleView, *, of: Callable[[CycleView], dict[str, Figure]] = everything
) -> Difference:
    """What changed from one cycle to another, both opened: of all their figures, or of those that *of* gives."""
    reasons = {name: entry.revision for name, entry in after.inputs.entries.items()}
    changes = compare(as_given(before, of(before)), of(after), first=list(after.positions), reasons=reasons)
    known = bool(before.statuses and after.statuses)
    moved = compare_statuses(before.statuses, after.statuses) if known else []
    kept = (before.cycle.folder / KEPT).is_file()
    others = tuple(reworded(before, after))
    return Difference(before.cycle.id, after.cycle.id, tuple(changes), tuple(moved), kept, known, others)


def since_last_board(view: CycleView) -> Difference | None:
    """What changed of the milestones since the cycle before this one; None where this is the first cycle that is held."""
    return between(view.before, view, of=showing) if view.before else None


def lines(difference: Difference) -> Iterator[str]:
    """The difference as lines of plain text, the most important first."""
    for change in difference.changes:
        old, new = (
            f"{wording.value(each)} ({each.period or 'no period stated'})" if each else "nothing"
            for each in (change.before, change.after)
        )
        moved = (
            wording.value(change.size) + (f" ({wording.value(change.share)})" if change.share else "")
            if change.size
            else ""
        )
        because = f"; {change.reason or 'the register gives no reason'}" if change.kind == "revised" else ""
        yield f"{change.kind:8} {change.id}: {old} -> {new}" + (f": {moved}{because}" if moved else "")
    for each in difference.moved:
        yield f"{'status':8} {each.deliverable}: {each.before or NOT_PLANNED} -> {each.after or NOT_PLANNED} ({each.words})"
    for sentence in difference.reworded:
        yield f"{'sentence':8} {sentence.where}: {sentence.before or 'nothing'} -> {sentence.after or 'nothing'}"


def summary(difference: Difference) -> str:
    """The difference in one line of counts, and a second one where revisions cannot be seen."""
    counts = ", ".join(f"{len(difference.of(kind))} {kind}" for kind in KINDS)
    unseen = "" if difference.before_kept else f"\n{cycle.FOLDER}/{difference.before}/{KEPT} is not there. {UNSEEN}"
    return f"{difference.before} to {difference.after}: {counts}; {len(difference.moved)} deliverables have another status; {len(difference.reworded)} sentences read otherwise.{unseen}"
