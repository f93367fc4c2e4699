"""What only plan, data and metrics together can tell is wrong: names that nothing has, and words that bind to nothing."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Collection, Iterator

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, last_board, unbound
from pcp_analysis.figures.figure import RESERVED, TwoFigures
from pcp_analysis.findings import printed, words
from pcp_analysis.findings.view import CycleView
from pcp_analysis.loaders import inputs
from pcp_analysis.loaders.register import SHOWN as REGISTER
from pcp_analysis.plan.cycle import Cycle
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.nearest import advise

#: Words of these kinds may stand unbound in an update that says who reported it.
REPORTED = ("direction", "size")


def check_names(view: CycleView) -> list[Fault]:
    """What is wrong with names: series and metrics that nothing has, names of the package's own, ids of two figures."""
    everything = inputs.open_inputs(view.root, cut_off=dt.date.max, board_date=dt.date.max)
    known = {*everything.series_names(), *survey_series(everything)}
    faults = [
        *_without_maker(view),
        *_reserved(view),
        *_force_faults(view, everything),
        *_milestone_faults(view, known, everything.series_names()),
        *_exceptional_faults(view, known),
        *_caution_faults(view, known),
        *settlement_faults(view),
        *last_board.check(view.root, view.cycle.id),
    ]
    # figures are made only of sound names
    return faults or list(_taken_twice(view))


def check_words(view: CycleView) -> list[Fault]:
    """What is wrong with the words of updates: bindings to nothing, and numbers merely typed. Names are sound already."""
    return [*_commentary_faults(view), *_note_faults(view)]


def _without_maker(view: CycleView) -> Iterator[Fault]:
    """Tables whose kind names a maker of figures that there is none of: they would be accepted and make no figure."""
    for name in view.inputs.entries:
        kind = view.inputs.kind(name)
        if kind.figures and kind.figures not in {"series", *printed.MAKERS}:
            rule = f"is of the kind {kind.name}, whose figures nothing makes"
            mend = f"Name one of {', '.join(['series', *printed.MAKERS])} as figures of the kind, or say no_figures and why."
            yield Fault(REGISTER, f"[{name}] loader", kind.figures, rule, mend)


def _reserved(view: CycleView) -> Iterator[Fault]:
    """Names of printed tables and of milestones that are the package's own."""
    rule, mend = "is a name of the package's own figures", "Give it another name."
    for deliverable in view.plan.deliverables:
        for milestone in deliverable.milestones:
            if milestone.id in RESERVED:
                file = f"{view.plan.outcome_of(deliverable.id).id}.toml"
                yield Fault(
                    file, f"deliverable {deliverable.id}, milestone {milestone.id}.id", milestone.id, rule, mend
                )
    for _, file, measure in _measures(view):
        if measure in RESERVED:
            yield Fault(file, "column measure", measure, rule, mend)


def _taken_twice(view: CycleView) -> Iterator[Fault]:
    """Items of printed tables that make one id of two figures."""
    for name, file, measure in _measures(view):
        try:
            view.figures.of(measure)
        except TwoFigures as error:
            if name not in (*error.one.inputs, *error.other.inputs):
                continue
            yield Fault(
                file, "column item", error.one.id, "is the id of another figure already", "Give it another name."
            )


def _measures(view: CycleView) -> Iterator[tuple[str, str, str]]:
    """Every measure of every printed table, with the table's name and file."""
    for name, table in view.inputs.tables.items():
        for measure in table["measure"].unique() if "measure" in table else ():
            yield name, f"data/raw/{view.inputs.entries[name].file}", measure


def _force_faults(view: CycleView, everything: inputs.Inputs) -> Iterator[Fault]:
    """Forces of the plan of which no table of series holds anything, in any cycle."""
    areas = {area for name in everything.series_names() for area in everything.areas(name)}
    if not areas:
        return
    plan, rule = view.plan, "no table of recorded crime holds a force of that name"
    if plan.force not in areas:
        yield Fault("plan.toml", "force", plan.force, rule, advise(plan.force, areas, noun="forces"))
    residents = {area for name, table in everything.tables.items() if "persons" in table for area in table["force"]}
    for key, forces in (("forces", plan.comparison.forces), ("without", plan.comparison.without)):
        for force in forces:
            if force not in areas | residents:
                yield Fault("plan.toml", f"comparison.{key}", force, rule, advise(force, areas, noun="forces"))


def _milestone_faults(view: CycleView, known: set[str], counted: Collection[str]) -> Iterator[Fault]:
    """Unknown series and metrics. A series that only a later cycle sees is known: this one says that nothing is held."""
    for deliverable in view.plan.deliverables:
        file = f"{view.plan.outcome_of(deliverable.id).id}.toml"
        for milestone in deliverable.milestones:
            where = f"deliverable {deliverable.id}, milestone {milestone.id}"
            series, metric = milestone.series or "", milestone.metric or ""
            for key, name in (("series", series), ("baseline_may_include", milestone.baseline_may_include)):
                if name and name not in known:
                    mend = advise(name, known, noun="series")
                    yield Fault(file, f"{where}.{key}", name, "no input has such a series", mend)
            if metric and metric not in (fitting := metrics_for(series, counted)):
                mend = advise(metric, fitting, noun="metrics that fit")
                yield Fault(file, f"{where}.metric", metric, "no metric of that name fits its series", mend)


def _exceptional_faults(view: CycleView, known: set[str]) -> Iterator[Fault]:
    """Series that plan.toml declares exceptional months of and that nothing has."""
    for place, each in enumerate(view.plan.exceptional, 1):
        for name in each.series:
            if name not in known:
                mend = advise(name, known, noun="series")
                yield Fault("plan.toml", f"exceptional[{place}].series", name, "no input has such a series", mend)


def _caution_faults(view: CycleView, known: set[str]) -> Iterator[Fault]:
    names = known | {milestone.id for milestone in view.plan.milestones}
    for place, caution in enumerate(view.cycle.cautions, 1):
        for name in caution.applies_to:
            if name not in names:
                path, rule = f"caution[{place}].applies_to", "no milestone or series has that name"
                yield _fault_at(view.cycle, path, name, rule, advise(name, names))


def settlement_faults(view: CycleView) -> Iterator[Fault]:
    """Promises that are settled and were never made, are settled twice, or after the Board; commitments made of two things."""
    made: dict[str, str] = {}
    reports: set[str] = set()
    settled: dict[tuple[str, str], str] = {}
    for board in (*view.earlier, view.cycle):
        for place, each in enumerate(board.settlements, 1):
            name, known = each.commitment or each.deliverable, set(made) if each.commitment else reports
            key = "commitment" if each.commitment else "deliverable"
            path = f"settled[{place}].{key}"
            if name not in known:
                rule = f"is no {'commitment' if each.commitment else 'report'} that an earlier Board was promised"
                yield _fault_at(board, path, name, rule, advise(name, known, noun=f"{key}s"))
            elif at := settled.get((key, name)):
                yield _fault_at(board, path, name, f"is settled already, in {at}", "Take one of the two away.")
            settled[key, name] = f"the cycle {board.id}"
            if each.date > board.board_date:
                rule = f"is after the Board's date, {board.board_date}"
                mend = "A cycle tells what came before it: mend the date."
                yield _fault_at(board, f"settled[{place}].date", each.date, rule, mend)
        here: set[str] = set()
        for place, update in enumerate(board.updates, 1):
            for below, commitment in enumerate(update.commitments, 1):
                path, name = f"update[{place}].commitment[{below}].id", commitment.id
                if name in here or made.get(name, update.deliverable) != update.deliverable:
                    rule = "is the id of another commitment already"
                    yield _fault_at(board, path, name, rule, "Give it another id.")
                elif ("commitment", name) in settled:
                    rule = f"is settled already, in {settled['commitment', name]}"
                    yield _fault_at(board, path, name, rule, "Give a new promise an id of its own.")
                here.add(name)
                made[name] = update.deliverable
            reports.discard(update.deliverable)
            if update.is_promise:
                reports.add(update.deliverable)
                settled.pop(("deliverable", update.deliverable), None)


def _fault_at(board: Cycle, path: str, value: object, rule: str, mend: str) -> Fault:
    line = board.written.line(path)
    return Fault(board.written.file, f"line {line}, {path}" if line else path, str(value), rule, mend)


def _commentary_faults(view: CycleView) -> Iterator[Fault]:
    for board in (*view.earlier, view.cycle):
        only_cautions = board is not view.cycle
        for path, where, source in unbound.texts(board, only_cautions=only_cautions):
            # a commitment is printed as it stands, and unbound judges it
            for problem in commentary.problems(source, view.figures) if path.endswith(".text") else ():
                place = unbound.place(board, path, problem.value, where)
                yield Fault(board.written.file, place, problem.value, problem.rule, problem.mend)
            yield from _word_faults(view, board, path, where, source)
        yield from unbound.faults(board, only_cautions=only_cautions)


def _note_faults(view: CycleView) -> Iterator[Fault]:
    """The notes of milestones that claim something: a plan is written once, and no figure is bound there."""
    for deliverable in view.plan.deliverables:
        for milestone in deliverable.milestones:
            for problem in words.problems(milestone.note, view):
                file = f"{view.plan.outcome_of(deliverable.id).id}.toml"
                where = f"deliverable {deliverable.id}, milestone {milestone.id}.note"
                yield Fault(file, where, problem.word.text, problem.rule, "Say it in the text of an update.")


def _word_faults(view: CycleView, board: Cycle, path: str, where: str, source: str) -> Iterator[Fault]:
    """The words of a text that claim what no figure says; of an update whose words are reported, those that matter most."""
    deliverable = where.removeprefix("update ").partition(".")[0]
    update = board.update(deliverable) if path.startswith("update[") else None
    for problem in words.problems(source, view):
        word = problem.word
        spared = update is not None and update.reported_by and word.kind in REPORTED
        if problem.rule == words.UNBOUND and spared and not problem.of_a_promise:
            continue
        nth = source[: problem.start].count(word.text) + 1
        place = unbound.place(board, path, word.text, where, nth=nth)
        yield Fault(board.written.file, place, word.text, problem.rule, problem.mend)


def survey_series(seen: inputs.Inputs) -> list[str]:
    """The series that survey tables hold: ``confidence.agree``."""
    return [
        f"{measure}.{answer}"
        for name in seen.making("survey")
        for measure, answer in dict.fromkeys(zip(seen.tables[name].measure, seen.tables[name].answer, strict=True))
    ]


def metrics_for(series: str, counted: Collection[str] = ()) -> list[str]:
    """The metrics that a milestone on *series* may name: functions of a series that return what they measured.

    They take no option but ``as_at`` and ``baseline_year``; those of a survey, whose series name has
    a dot and is none of those that are *counted*, take no ``as_at``.
    """
    found = []
    for name in metrics.__all__:
        function = getattr(metrics, name)
        if not inspect.isfunction(function) or inspect.signature(function).return_annotation != "Measured":
            continue
        first, *rest = inspect.signature(function).parameters.values()
        options = {each.name for each in rest if each.default is each.empty}
        if (
            first.name == "series"
            and options <= {"as_at", "baseline_year"}
            and ("as_at" in options) == ("." not in series or series in counted)
        ):
            found.append(name)
    return found
