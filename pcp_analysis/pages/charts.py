"""Which chart answers which question: what a cycle sees, drawn as the kinds of chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, wording
from pcp_analysis.findings import assess, recorded
from pcp_analysis.findings.printed import answer_words, held
from pcp_analysis.pages import chart, plots
from pcp_analysis.pages.chart import Chart
from pcp_analysis.pages.exhibit import Exhibit, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pcp_analysis.figures.figure import Figure
    from pcp_analysis.findings import CycleView


def _source(view: CycleView, name: str) -> str:
    entry = view.inputs.entries[name]
    return f"{entry.publisher}, as at {wording.day(entry.as_at)}"


def _series(view: CycleView, name: str) -> tuple[str, pd.Series]:
    measured = recorded.measured_series(view.plan, view.inputs)
    if name not in measured:
        raise unknown("series", name, measured)
    return measured[name][0], view.inputs.series(measured[name][0], view.plan.force)


def _table(view: CycleView, figures: str, measure: str) -> tuple[str, pd.DataFrame]:
    """The name and the rows of the table of a kind that holds a measure."""
    tables = {name: view.inputs.tables[name] for name in view.inputs.making(figures)}
    for name, table in tables.items():
        if (rows := table[table.measure == measure]).size:
            return name, rows
    raise unknown(
        f"measure in a table of the kind {figures}",
        measure,
        [each for table in tables.values() for each in table.measure],
    )


def path(view: CycleView, name: str) -> Chart:
    """The year to date of a milestone's series against last year, the lowest year and the promise."""
    series_name, series = _series(view, name)
    plan, milestone = view.plan, view.plan.milestone(name)
    change = next(iter(recorded.changes_to_date(name, view.figures)), None)
    last, lowest = metrics.previous_financial_year(plan.year), recorded.lowest_year(series, plan.year)
    years = pd_years(series)
    others = [(last, years[last])] + ([(f"{lowest}, the lowest", years[lowest])] if lowest != last else [])
    promise = None
    if milestone.target is not None:
        total = float(years[milestone.baseline_year].sum())
        promise = total * (1 + milestone.target / 100)
    if change is not None:
        words = f"{{title}} {_rose(change)} on {{{change.id}:baseline}}"
    elif plan.year not in years:
        words = f"{{title}}: nothing of {plan.year} had ended by the data cut-off"
    else:
        words = f"{{title}}: no earlier year is there to compare {plan.year} with"
    message = commentary.sentence(words, view.figures, title=milestone.title)
    heading = view.figures.get(f"{name}.projected_total")
    fan = (heading.value, heading.low, heading.high) if heading is not None and heading.low is not None else None
    return chart.path_chart(
        f"{name}-path",
        message,
        this_year=years.get(plan.year, series.iloc[:0]),
        others=others,
        year=plan.year,
        promise=promise,
        fan=fan,
        measure=f"Recorded {recorded.words(series_name)}, {plan.force}",
        source=_source(view, view.inputs.source(series_name)),
    )


def _rose(change: object) -> str:
    """``fell by 13.4%`` as bindings, so that the words follow the figure."""
    if wording.verb(change) == "is unchanged":
        return f"{{{change.id}:verb}}"
    return f"{{{change.id}:verb}} by {{{change.id}:size}}"


def pd_years(series: pd.Series) -> dict[str, pd.Series]:
    """The periods of a series by financial year."""
    return dict(iter(series.groupby(metrics.financial_years(series.index))))


def control(view: CycleView, name: str) -> Chart:
    """The control chart of a milestone's series, or of a series that no milestone is about."""
    series_name, _ = _series(view, name)
    milestone = recorded.measured_series(view.plan, view.inputs)[name][1]
    found = view.level(name)
    if found is None:
        raise unknown(
            "period held of a series",
            name,
            [each for each in recorded.measured_series(view.plan, view.inputs) if view.level(each) is not None],
        )
    title = milestone.title if milestone else recorded.words(series_name).capitalize()
    subject = f"{recorded.words(series_name)}, {view.plan.force}, by {found.periods[:-1]}"
    measure = f"{subject[0].upper()}{subject[1:]}"
    measure += f", {found.seasons}; {found.reason}"
    measure += " (provisional range: under 13 values)" if found.chart.provisional else ""
    message = f"{{title}} {assess.shows(found)}"
    return chart.control_chart(
        f"{name}-control",
        commentary.sentence(message, view.figures, title=title),
        frame=found.chart.frame,
        words=found.words,
        breaks=found.breaks,
        subject=subject,
        measure=measure,
        inputs=(view.inputs.source(series_name),),
        source=_source(view, view.inputs.source(series_name)),
    )


def level(view: CycleView, name: str) -> Chart:
    """The level of a series since it began."""
    series_name, series = _series(view, name)
    latest, lowest = view.figures[f"{name}.latest_period"], view.figures[f"{name}.lowest_period"]
    title = recorded.words(series_name).capitalize()
    if latest.period == lowest.period:
        words = f"{title}: {{{latest.id}}} in {{{latest.id}:period}}, the lowest since {wording.month(_began(series))}"
    else:
        words = f"{title}: {{{latest.id}}} in {{{latest.id}:period}}; the lowest was {{{lowest.id}}} in {{{lowest.id}:period}}"
    return chart.level_chart(
        f"{name}-level",
        commentary.sentence(words, view.figures),
        series=series,
        measure=f"Recorded {recorded.words(series_name)}, {view.plan.force}",
        source=_source(view, view.inputs.source(series_name)),
    )


def _began(series: pd.Series) -> str:
    return f"{series.index[0].start_time:%Y-%m}"


def rates(view: CycleView, name: str) -> Chart:
    """Rates per 1,000 residents of the plan's force and its comparison forces, lowest first."""
    plan = view.plan
    series_name, _ = _series(view, name)
    if name not in view.positions:
        raise unknown("milestone with rates", name, view.positions)
    wanted = {
        force: f"{name}.rate_per_1000.{recorded.area_id(force)}" for force in (plan.force, *plan.comparison.forces)
    }
    held = {force: view.figures[id_] for force, id_ in wanted.items() if id_ in view.figures}
    own = held[plan.force]
    lower = sum(own.value < figure.value for force, figure in held.items() if force != plan.force)
    points = sorted(held.items(), key=lambda item: item[1].value)
    absent = [force for force in wanted if force not in held]
    words = f"{plan.force}: {{{own.id}}} residents, fewer than {number_word(lower)} of {number_word(len(held) - 1)} comparison forces"
    source = _source(view, view.inputs.source(series_name)) + "; " + _source(view, recorded.POPULATION)
    if absent:
        source += f". Not held: {wording.listed(absent)}"
    return plots.interval_chart(
        f"{name}-rates",
        commentary.sentence(words, view.figures),
        points=points,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} per 1,000 residents, {own.period}",
        source=source,
    )


def funnel(view: CycleView, name: str) -> Chart:
    """Where the force stands among all forces, given how much forces vary anyway: the latest twelve months by
    population.
    """
    plan = view.plan
    series_name, _ = _series(view, name)
    counts, residents, period = recorded.by_force(series_name, plan, view.inputs)
    found = metrics.funnel(counts, residents * counts.sum() / residents.sum())
    own = view.figures[f"{name}.ratio_to_expected"]
    verdict = found.frame["verdict"][plan.force]
    words = {
        "within": "what is usual among",
        "high": "more than is usual among",
        "very high": "far more than is usual among",
        "low": "less than is usual among",
        "very low": "far less than is usual among",
    }[verdict]
    milestone = recorded.measured_series(plan, view.inputs)[name][1]
    title = milestone.title if milestone else recorded.words(series_name).capitalize()
    message = f"{{title}}: {{{own.id}:about}} of what its population would have, {words} forces"
    return plots.funnel_chart(
        f"{name}-funnel",
        commentary.sentence(message, view.figures, title=title),
        frame=found.frame,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} by force, {period}; limits allow for how forces vary",
        source=_source(view, view.inputs.source(series_name)) + "; " + _source(view, recorded.POPULATION),
    )


def changes(view: CycleView, names: Sequence[str], *, name: str) -> Chart | Exhibit:
    """The change on the year before of several series, milestones among them, in the order of their size; words where
    none has one.
    """
    measured = recorded.measured_series(view.plan, view.inputs)
    held: dict[str, Figure] = {}
    for each in names:
        if each not in measured:
            raise unknown("series", each, measured)
        series_name, milestone = measured[each]
        found = recorded.change_on_last_year(each, view.figures)
        if found is not None:
            held[milestone.title if milestone else recorded.words(series_name).capitalize()] = found
    if not held:
        words = f"Nothing is held of these series for {view.plan.year} and the year before: no change can be shown."
        return Exhibit(Markup('<p class="note">{}</p>').format(words), words)
    ordered = sorted(held.items(), key=lambda change: change[1].value)
    (down, least), (up, most) = ordered[0], ordered[-1]
    words = f"From {{{least.id}}} ({down.lower()}) to {{{most.id}}} ({up.lower()}): how {number_word(len(held))} measures changed"
    if len(held) == 1:
        words = f"{down} {_rose(least)} on {{{least.id}:baseline}}"
    sources = dict.fromkeys(_source(view, each) for figure in held.values() for each in figure.inputs)
    return plots.changes_chart(
        f"{name}-changes",
        commentary.sentence(words, view.figures),
        changes=list(held.items()),
        marked=[milestone.title for each in names if (milestone := measured[each][1])],
        measure=f"Change in per cent on {least.baseline}",
        source="; ".join(sources),
    )


def number_word(count: int) -> str:
    """A small count as a word, for a title."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)


def waves(view: CycleView, measure: str, answer: str) -> Chart:
    """One answer of a survey by wave."""
    source, rows = _table(view, "survey", measure)
    if answer not in set(rows.answer):
        raise unknown("answer", answer, rows.answer.unique())
    rows = rows[rows.answer == answer].sort_values("wave", ascending=False)
    points = [
        (
            f"Wave {row.wave}" + (f", {wording.number(row.base, places=0)} asked" if held(row.base) else ""),
            view.figures[f"{measure}.{answer}.wave_{row.wave}"],
        )
        for row in rows.itertuples()
    ]
    changed = view.figures.get(f"{measure}.{answer}.change_wave_{rows.wave.iloc[0]}")
    title = measure.replace("_", " ").capitalize()
    words = f"{title}: {{{points[0][1].id}}}"
    if changed is not None:
        words = f"{title} {_rose(changed)} to {{{points[0][1].id}}} since {{{changed.id}:baseline}}"
        words += f" (indicative interval {{{changed.id}:interval}})" if wording.interval(changed) else ""
    return plots.interval_chart(
        f"{measure}-{answer}-waves",
        commentary.sentence(words, view.figures),
        points=points,
        measure="Per cent who agree, with indicative 95% intervals: the design of the survey is not known, and the percentages are rounded",
        source=_source(view, source),
    )


def answers(view: CycleView, measure: str) -> Chart:
    """All answers of a survey by wave, from most agreeing to most disagreeing."""
    source, rows = _table(view, "survey", measure)
    rows = rows[rows.answer.str.startswith("said_")]
    scale = list(dict.fromkeys(rows.answer))
    table = rows.pivot(index="wave", columns="answer", values="percent").sort_index(ascending=False)[scale]
    table.columns = [answer_words(answer).capitalize() for answer in scale]
    table.index = [f"Wave {wave}" for wave in table.index]
    middle, latest = scale[len(scale) // 2], rows.wave.max()
    words = f"Those who answered “{answer_words(middle)}”: {{{measure}.{middle}.wave_{latest}}}"
    changed = view.figures.get(f"{measure}.{middle}.change_wave_{latest}")
    if changed is not None:
        words = f"Those who answered “{answer_words(middle)}” {_rose(changed)}, to {{{measure}.{middle}.wave_{latest}}}"
    figures = [view.figures[f"{row.measure}.{row.answer}.wave_{row.wave}"] for row in rows.itertuples()]
    return plots.likert_chart(
        f"{measure}-answers",
        commentary.sentence(words, view.figures),
        answers=table,
        measure="Answers by wave",
        source=_source(view, source),
        figures=figures,
    )


def compliance(view: CycleView, measure: str) -> Chart:
    """Share of the records examined that were right, with intervals, worst first; what was lost is left out."""
    source, rows = _table(view, "compliance", measure)
    points = [
        (
            f"{row.item.replace('_', ' ').capitalize()}, {row.correct} of {row.required}",
            view.figures[f"{measure}.{row.item}"],
        )
        for row in rows.itertuples()
        if f"{measure}.{row.item}" in view.figures
    ]
    points.sort(key=lambda point: point[1].value)
    worst = points[0][1]
    words = (
        f"The weakest is {points[0][0].split(',')[0].lower()}: {{{worst.id}}} right, and on {{{worst.id}:denominator}} cases "
        f"anything from {{{worst.id}:interval}} is in keeping with that"
    )
    return plots.interval_chart(
        f"{measure}-compliance",
        commentary.sentence(words, view.figures),
        points=points,
        measure="Per cent recorded correctly, with 95% intervals; provisional, subject to moderation",
        source=_source(view, source),
    )


def ranking(view: CycleView, measure: str) -> Chart:
    """Areas by a printed percentage; what was lost is left out."""
    source, rows = _table(view, "ranking", measure)
    rows = rows.dropna(subset=["rank", "ranked", "percent"])
    points = [
        (
            f"{row.area.replace('_', ' ').title()} (position {row.rank} of {row.ranked})",
            view.figures[f"{measure}.{recorded.area_id(row.area)}.percent"],
        )
        for row in rows.itertuples()
    ]
    worst = view.figures[f"{measure}.{recorded.area_id(rows.sort_values('rank').area.iloc[-1])}.rank_share"]
    words = f"The lowest placed of the {number_word(len(points))} is {{{worst.id}}} of the way down the national list"
    return plots.interval_chart(
        f"{measure}-ranking",
        commentary.sentence(words, view.figures),
        points=points,
        measure="Per cent reoffending, as printed; no base is printed, so no interval can be given",
        source=_source(view, source),
    )


def change(view: CycleView, measure: str) -> Chart:
    """A change of two printed counts, with the interval that they allow."""
    found = view.figures[f"{measure}.computed_change"]
    spread = (
        "an interval that includes no change" if found.low < 0 < found.high else "an interval that leaves out no change"
    )
    words = (
        f"{{{found.id}:numerator}} after {{{found.id}:denominator}} is {{{found.id}}}, "
        f"but from {{{found.id}:interval}}: {spread}"
    )
    return plots.interval_chart(
        f"{measure}-change",
        commentary.sentence(words, view.figures),
        points=[(measure.replace("_", " ").capitalize(), found)],
        measure="Change in per cent, with its exact 95% interval",
        source=_source(view, found.inputs[0]),
        reference=("no change", 0.0),
    )
