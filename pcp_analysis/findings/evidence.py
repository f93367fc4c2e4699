"""Everything that a cycle finds: its plan, what it may see, and the figures, positions and statuses that follow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from pcp_analysis import metrics
from pcp_analysis.fault import Fault, FaultError
from pcp_analysis.findings import assess, commentary, recorded, shown, status
from pcp_analysis.findings.figure import Figure, Figures
from pcp_analysis.loaders import tidy
from pcp_analysis.plan import cycle, model


class Evidence:
    """A cycle with its plan and inputs; figures, positions and statuses are made from them on first use."""

    def __init__(self, root: Path, plan: model.Plan, held: cycle.Cycle, earlier: tuple[cycle.Cycle, ...],
                 inputs: tidy.Inputs) -> None:
        self.root, self.plan, self.cycle, self.earlier, self.inputs = root, plan, held, earlier, inputs

    @cached_property
    def figures(self) -> Figures:
        """Every figure of the cycle by id, whether a page shows it or not."""
        return Figures(self._attributed(figure) for figure in self._made())

    def _made(self) -> Iterator[Figure]:
        yield from assess.targets(self.plan)
        yield from shown.shown_figures(self.inputs)
        yield from shown.wave_milestones(self.plan, self.inputs)
        yield from recorded.recorded_figures(self.plan, self.inputs)

    def _attributed(self, figure: Figure) -> Figure:
        outcome = self._outcomes.get(figure.id.split(".")[0], "")
        return figure if not outcome else figure.within(outcome)

    @cached_property
    def _outcomes(self) -> dict[str, str]:
        return {milestone.id: outcome.id for outcome in self.plan.outcomes for deliverable in outcome.deliverables
                for milestone in deliverable.milestones}

    @cached_property
    def statuses(self) -> dict[str, status.Status]:
        """The one status of every deliverable of the plan, by id, in the plan's order."""
        return {
            deliverable.id: status.derive(deliverable, self.cycle, self.earlier)
            for deliverable in self.plan.deliverables
        }

    @cached_property
    def positions(self) -> dict[str, assess.Position]:
        """The position of every milestone, by id, in the plan's order."""
        return {
            milestone.id: assess.position(self.plan.outcome_of(deliverable.id), deliverable, milestone, self.figures)
            for deliverable in self.plan.deliverables for milestone in deliverable.milestones
        }

    @property
    def cautions(self) -> tuple[cycle.Caution, ...]:
        """What was said, in this cycle and before it, that must stand beside some figures."""
        return tuple(caution for held in (*self.earlier, self.cycle) for caution in held.cautions)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every commentary of the cycle with its key path in updates.toml."""
        for name, source in self.cycle.sections.items():
            yield f"section.{name}.text", source
        for update in self.cycle.updates:
            yield f"update {update.deliverable}.text", update.text
        for caution in self.cycle.cautions:
            yield f"caution {', '.join(caution.applies_to)}.text", caution.text


def open_evidence(cycle_id: str, *, root: Path | None = None) -> Evidence:
    """Open a cycle under *root* (default: the nearest root upwards from here). Raises FaultError with every fault."""
    root = root or cycle.find_root()
    held = cycle.load(root, cycle_id)
    plan = model.load(cycle.plan_folder(root, held.plan))
    earlier = tuple(cycle.load(root, name) for name in cycle.earlier(root, cycle_id))
    inputs = tidy.open_inputs(root, cut_off=held.data_cut_off, board_date=held.board_date)
    return Evidence(root, plan, held, earlier, inputs)


def figures(cycle_id: str, *, root: Path | None = None) -> Figures:
    """Every figure of a cycle, from plan and data, without a notebook."""
    return open_evidence(cycle_id, root=root).figures


def check(cycle_id: str, *, root: Path) -> list[Fault]:
    """What only plan, data and metrics together can tell: unknown series and metrics, and commentary that binds to nothing."""
    try:
        evidence = open_evidence(cycle_id, root=root)
    except FaultError as error:
        return list(error.faults)
    faults = list(_milestone_faults(evidence))
    return faults or list(_commentary_faults(evidence))


def _milestone_faults(evidence: Evidence) -> Iterator[Fault]:
    held = {*evidence.inputs.series_names(), *assess.survey_series(evidence.inputs)}
    for deliverable in evidence.plan.deliverables:
        for milestone in deliverable.milestones:
            file = f"{evidence.plan.outcome_of(deliverable.id).id}.toml"
            where = f"deliverable {deliverable.id}, milestone {milestone.id}"
            if milestone.series and milestone.series not in held:
                yield Fault(file, f"{where}.series", milestone.series, "no input has such a series",
                            assess.nearest(milestone.series, held))
            if milestone.metric and not assess.is_metric(milestone.metric):
                yield Fault(file, f"{where}.metric", milestone.metric, "no metric of that name takes a series",
                            assess.nearest(milestone.metric, [name for name in metrics.__all__ if assess.is_metric(name)]))


def _commentary_faults(evidence: Evidence) -> Iterator[Fault]:
    path = evidence.cycle.folder / "updates.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for where, source in evidence.texts():
        for problem in commentary.problems(source, evidence.figures):
            line = next((number for number, text in enumerate(lines, 1) if problem.value in text), None)
            yield Fault(path.relative_to(evidence.root).as_posix(), f"line {line}, {where}" if line else where,
                        problem.value, problem.rule, problem.mend)
