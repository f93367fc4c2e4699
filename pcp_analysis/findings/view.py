"""Everything that a cycle finds: its plan, what it may see, and the figures, positions and statuses that follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pcp_analysis import metrics
from pcp_analysis.figures import last_board
from pcp_analysis.figures.figure import Figure, Figures, Maker
from pcp_analysis.findings import absence, areas, assess, chance, outside, owed, printed, recorded, signals, status
from pcp_analysis.loaders.inputs import Inputs, open_inputs
from pcp_analysis.loaders.suspect import in_doubt
from pcp_analysis.loaders.usage import Usage
from pcp_analysis.plan import cycle, model


class CycleView:
    """A cycle with its plan and inputs; figures, positions and statuses are made from them on first use."""

    def __init__(
        self, root: Path, plan: model.Plan, board: cycle.Cycle, earlier: tuple[cycle.Cycle, ...], inputs: Inputs
    ) -> None:
        self.root, self.plan, self.cycle, self.earlier, self.inputs = root, plan, board, earlier, inputs
        self._control_charts: dict[str, signals.Signals | None] = {}

    @property
    def usage(self) -> Usage:
        """What was read of the cycle until now."""
        return self.inputs.usage

    def note(self, board: cycle.Cycle, file: str) -> None:
        """The *file* in the folder of a cycle has been read, or was looked for."""
        self.usage.note(f"{board.id}/{file}")

    @cached_property
    def figures(self) -> Figures:
        """Every figure of the cycle by id, whether a page shows it or not; each group is made when it is asked for."""
        outcomes = {
            milestone.id: outcome.id
            for outcome in self.plan.outcomes
            for deliverable in outcome.deliverables
            for milestone in deliverable.milestones
        }

        def within(maker: Maker) -> Maker:
            return lambda: (figure.within(outcomes.get(figure.measure, "")) for figure in maker())

        counted = (
            ("deliverables", lambda: status.counts(self.plan, self.statuses, self.cycle.id) if self.statuses else ()),
            ("milestones", lambda: owed.milestone_counts(self.positions, self.cycle.id)),
            (outside.GROUP, lambda: outside.counts(self.outside_plan, self.cycle.id)),
            ("owed", lambda: owed.owed_counts(self.owed, self.cycle.id)),
        )
        makers = (
            *counted,
            *assess.makers(self.plan),
            *printed.makers(self.plan, self.inputs, current=self.of_this_plan),
            *recorded.makers(self.plan, self.inputs),
            *areas.makers(self.plan, self.inputs),
        )
        return Figures(
            ((group, within(maker)) for group, maker in makers),
            lambda: self.before.as_given if self.before else None,
            lambda change: self.verdict(change).more,
        )

    @cached_property
    def before(self) -> CycleView | None:
        """The cycle before this one, opened as its Board saw it; None where this is the first that is held."""
        return open_view(self.earlier[-1].id, root=self.root, usage=self.usage) if self.earlier else None

    @cached_property
    def as_given(self) -> last_board.LastBoard:
        """The figures that the Board of this cycle was given. Raises FaultError where the ones that are kept are at
        fault.
        """
        self.note(self.cycle, last_board.KEPT)
        return last_board.LastBoard(self.figures, self.cycle.id, root=self.root)

    def of_this_plan(self, month: str) -> bool:
        """Whether the Board of a month was one of this plan; one that no cycle is held of, by the plan's financial
        year; of two in a month, what was shown is the first one's.
        """
        boards = [board for board in (*self.earlier, self.cycle) if status.board_month(board) == month]
        if boards:
            return boards[0].plan == self.cycle.plan
        return metrics.financial_year(date.fromisoformat(f"{month}-01")) == self.plan.year

    @cached_property
    def statuses(self) -> dict[str, status.Status]:
        """The one status of every deliverable of the plan, by id, in the plan's order; none where no updates are to be had."""
        if self.cycle.no_updates:
            return {}
        return {each.id: status.derive(each, self.cycle, self.earlier) for each in self.plan.deliverables}

    @cached_property
    def owed(self) -> list[owed.Owed]:
        """What is not before the Board, by where it is expected from and when."""
        return owed.owed(self.plan, self.statuses) if self.statuses else []

    @cached_property
    def outside_plan(self) -> dict[str, tuple[Figure, chance.Verdict]]:
        """The change on last year of every series that no milestone is about, with its verdict."""
        return outside.changes(self.plan, self.inputs, self.figures, self.verdict)

    @cached_property
    def positions(self) -> Mapping[str, assess.Position]:
        """The position of every milestone, by id, in the plan's order; each is made when it is asked for."""
        return Positions(self)

    def verdict(self, change: Figure) -> chance.Verdict:
        """Whether a change of this cycle is more than chance, with the chart of its series where there is one."""
        if change.item == areas.AREAS:
            return areas.judge(change)
        known = change.measure in recorded.measured_series(self.plan, self.inputs)
        return chance.judge(change, self.control_chart(change.measure) if known else None)

    def chart_before_rebase(self, name: str) -> signals.Signals | None:
        """The control chart of a milestone without the breaks that this cycle is the first to declare; None without any."""
        milestone = self.plan.milestone(name)
        kept = tuple(each for each in milestone.rebase if each.declared != self.cycle.id)
        if kept == milestone.rebase or self.control_chart(name) is None or milestone.series is None:
            return None
        series = self.inputs.series(milestone.series, self.plan.force)
        return signals.signals(
            series, replace(milestone, rebase=kept), better=milestone.better, exceptional=self.plan.exceptional
        )

    def control_chart(self, name: str) -> signals.Signals | None:
        """The control chart of a milestone's or a series' own series; None where none is held."""
        # a position and its chart ask for the same one, and taking seasons out is what costs
        if name not in self._control_charts:
            self._control_charts[name] = self._control_chart(name)
        return self._control_charts[name]

    def _control_chart(self, name: str) -> signals.Signals | None:
        measured = recorded.measured_series(self.plan, self.inputs)
        if name not in measured:
            return None
        series_name, milestone = measured[name]
        series = self.inputs.series(series_name, self.plan.force)
        if series.empty:
            return None
        better = milestone.better if milestone else "neutral"
        chart = signals.signals(series, milestone, better=better, exceptional=self.plan.exceptional)
        if not in_doubt(self.inputs, series_name, self.plan.force):
            return chart
        latest = metrics.period_in_words(series.index[-1])
        words = f"{latest} may be incomplete: it lies outside all that the series ever did"
        return replace(chart, doubt=f"{words}; nothing is told from it until it is confirmed.")

    @property
    def cautions(self) -> tuple[cycle.Caution, ...]:
        """What was said, in this cycle and before it, that must stand beside some figures."""
        return tuple(caution for board in (*self.earlier, self.cycle) for caution in board.cautions)


class Positions(Mapping[str, assess.Position]):
    """The positions of a cycle's milestones by id: a page shows some of them, and those alone are worked out for it."""

    def __init__(self, view: CycleView) -> None:
        self._view = view
        self._promised = {
            milestone.id: (deliverable, milestone)
            for deliverable in view.plan.deliverables
            for milestone in deliverable.milestones
        }
        self._positions: dict[str, assess.Position] = {}

    def __getitem__(self, name: str) -> assess.Position:
        if name not in self._positions:
            (deliverable, milestone), view = self._promised[name], self._view
            self._positions[name] = assess.position(
                view.plan.outcome_of(deliverable.id),
                deliverable,
                milestone,
                view.figures,
                view.control_chart(name),
                view.chart_before_rebase(name),
                board=status.board_month(view.cycle),
                current=view.of_this_plan,
                absent=absence.reason(milestone, view.plan, view.inputs, view.figures, cut_off=view.cycle.data_cut_off),
                answer=printed.answer_of(milestone, view.inputs),
                over=view.cycle.data_cut_off >= view.plan.year_end,
            )
        return self._positions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._promised

    def __iter__(self) -> Iterator[str]:
        return iter(self._promised)

    def __len__(self) -> int:
        return len(self._promised)


def open_view(cycle_id: str, *, root: Path | None = None, usage: Usage | None = None) -> CycleView:
    """Open a cycle under *root* (default: the nearest root upwards from here). Raises FaultError with every fault.

    What is read of it is noted in *usage*, that of the cycle which opens it as the one before, or its own.
    """
    usage = usage or Usage()
    root = root or cycle.find_root()
    board = cycle.load(root, cycle_id)
    plan = cycle.plan_of_board(root, board)
    earlier = tuple(cycle.load(root, name) for name in cycle.earlier(root, cycle_id))
    usage.note("plan")
    for each in (board, *earlier):
        for file in ("cycle.toml", "updates.toml"):
            usage.note(f"{each.id}/{file}")
    inputs = open_inputs(root, cut_off=board.data_cut_off, board_date=board.board_date, usage=usage)
    return CycleView(root, plan, board, earlier, inputs)


def figures(cycle_id: str, *, root: Path | None = None) -> Figures:
    """Every figure of a cycle, from plan and data, without a notebook."""
    return open_view(cycle_id, root=root).figures
