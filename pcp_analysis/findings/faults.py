"""What only plan, data and metrics together can tell is wrong: names that nothing has, and words that bind to nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from pcp_analysis.fault import Fault, FaultError
from pcp_analysis.findings import assess, claims, commentary, kept, stated_numbers
from pcp_analysis.findings.evidence import Evidence, open_evidence
from pcp_analysis.findings.figure import RESERVED, TwoFigures
from pcp_analysis.loaders import tidy
from pcp_analysis.plan import cycle, strict


def check(cycle_id: str, *, root: Path) -> list[Fault]:
    """What only plan, data and metrics together can tell: unknown series and metrics, and commentary that binds to
    nothing.
    """
    try:
        evidence = open_evidence(cycle_id, root=root)
    except FaultError as error:
        return list(error.faults)
    return check_evidence(evidence)


def check_evidence(evidence: Evidence) -> list[Fault]:
    """As :func:`check`, of evidence that is open already."""
    root = evidence.root
    everything = tidy.open_inputs(root, cut_off=dt.date.max, board_date=dt.date.max)
    known = {*everything.series_names(), *assess.survey_series(everything)}
    faults = [
        *_reserved(evidence),
        *_milestone_faults(evidence, known),
        *_caution_faults(evidence, known),
        *kept.check(root, evidence.cycle.id),
    ]
    # figures are made only of sound names, and words and claims are judged only by sound figures
    return faults or list(_taken_twice(evidence)) or [*_commentary_faults(evidence), *claims.check(evidence)]


def _reserved(evidence: Evidence) -> Iterator[Fault]:
    """Names of printed tables and of milestones that are the package's own."""
    rule, mend = "is a name of the package's own figures", "Give it another name."
    for deliverable in evidence.plan.deliverables:
        for milestone in deliverable.milestones:
            if milestone.id in RESERVED:
                file = f"{evidence.plan.outcome_of(deliverable.id).id}.toml"
                yield Fault(
                    file, f"deliverable {deliverable.id}, milestone {milestone.id}.id", milestone.id, rule, mend
                )
    for _, file, measure in _measures(evidence):
        if measure in RESERVED:
            yield Fault(file, "column measure", measure, rule, mend)


def _taken_twice(evidence: Evidence) -> Iterator[Fault]:
    """Items of printed tables that make one id of two figures."""
    for name, file, measure in _measures(evidence):
        try:
            evidence.figures.of(measure)
        except TwoFigures as error:
            if name not in (*error.one.inputs, *error.other.inputs):
                continue
            yield Fault(
                file, "column item", error.one.id, "is the id of another figure already", "Give it another name."
            )


def _measures(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """Every measure of every printed table, with the table's name and file."""
    for name, table in evidence.inputs.tables.items():
        for measure in table["measure"].unique() if "measure" in table else ():
            yield name, f"data/raw/{evidence.inputs.entries[name].file}", measure


def _milestone_faults(evidence: Evidence, known: set[str]) -> Iterator[Fault]:
    """Unknown series and metrics. A series that only a later cycle sees is known: this one says that nothing is held."""
    for deliverable in evidence.plan.deliverables:
        for milestone in deliverable.milestones:
            file = f"{evidence.plan.outcome_of(deliverable.id).id}.toml"
            where = f"deliverable {deliverable.id}, milestone {milestone.id}"
            if milestone.series and milestone.series not in known:
                yield Fault(
                    file,
                    f"{where}.series",
                    milestone.series,
                    "no input has such a series",
                    assess.nearest(milestone.series, known),
                )
            if milestone.metric and milestone.metric not in (fitting := assess.metrics_for(milestone.series or "")):
                yield Fault(
                    file,
                    f"{where}.metric",
                    milestone.metric,
                    "no metric of that name fits its series",
                    assess.nearest(milestone.metric, fitting),
                )


def _caution_faults(evidence: Evidence, known: set[str]) -> Iterator[Fault]:
    names = known | {milestone.id for milestone in evidence.plan.milestones}
    lines = strict.key_lines((evidence.cycle.folder / "updates.toml").read_text(encoding="utf-8-sig"))
    for place, caution in enumerate(evidence.cycle.cautions, 1):
        path = f"caution[{place}].applies_to"
        for name in caution.applies_to:
            if name not in names:
                yield Fault(
                    _updates(evidence, evidence.cycle),
                    f"line {lines[path]}, {path}" if path in lines else path,
                    name,
                    "no milestone or series has that name",
                    assess.nearest(name, names),
                )


def _updates(evidence: Evidence, held: cycle.Cycle) -> str:
    return (held.folder / "updates.toml").relative_to(evidence.root).as_posix()


def _commentary_faults(evidence: Evidence) -> Iterator[Fault]:
    for held in (*evidence.earlier, evidence.cycle):
        later = held is not evidence.cycle
        raw = (held.folder / "updates.toml").read_text(encoding="utf-8-sig")
        lines = strict.key_lines(raw)
        for path, where, source in stated_numbers.texts(held, only_cautions=later):
            # a commitment is printed as it stands, and stated_numbers judges it
            for problem in commentary.problems(source, evidence.figures) if path.endswith(".text") else ():
                yield Fault(
                    _updates(evidence, held),
                    stated_numbers.place(raw, lines.get(path), problem.value, where),
                    problem.value,
                    problem.rule,
                    problem.mend,
                )
        yield from stated_numbers.faults(held, _updates(evidence, held), only_cautions=later)
