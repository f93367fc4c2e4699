"""Which chart answers which question: the evidence of a cycle drawn as the kinds of chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis import metrics
from pcp_analysis.findings import assess, commentary, recorded, text
from pcp_analysis.findings.shown import answer_words, held
from pcp_analysis.pages import charts, comparisons
from pcp_analysis.pages.charts import Chart
from pcp_analysis.pages.exhibit import Exhibit, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pcp_analysis.findings import Evidence
    from pcp_analysis.findings.figure import Figure


def _source(evidence: Evidence, name: str) -> str:
    entry = evidence.inputs.entries[name]
    return f"{entry.publisher}, as at {text.day(entry.as_at)}"


def _series(evidence: Evidence, name: str) -> tuple[str, pd.Series]:
    measured = recorded.measured_series(evidence.plan, evidence.inputs)
    if name not in measured:
        raise unknown("series", name, measured)
    return measured[name][0], evidence.inputs.series(measured[name][0], evidence.plan.force)


def _table(evidence: Evidence, loader: str, measure: str) -> tuple[str, pd.DataFrame]:
    """The name and the rows of the table of a kind that holds a measure."""
    tables = {name: evidence.inputs.tables[name] for name in evidence.inputs.of_kind(loader)}
    for name, table in tables.items():
        if (rows := table[table.measure == measure]).size:
            return name, rows
    raise unknown(
        f"measure in a table of the kind {loader}",
        measure,
        [each for table in tables.values() for each in table.measure],
    )


def path(evidence: Evidence, name: str) -> Chart:
    """The year to date of a milestone's series against last year, the lowest year and the promise."""
    series_name, series = _series(evidence, name)
    plan, milestone = evidence.plan, evidence.plan.milestone(name)
    change = evidence.figures.get(f"{name}.year_to_date_change")
    last, lowest = metrics.previous_financial_year(plan.year), recorded.lowest_year(series, plan.year)
    years = pd_years(series)
    others = [(last, years[last])] + ([(f"{lowest}, the lowest", years[lowest])] if lowest != last else [])
    promise = None
    if milestone.target is not None:
        total = float(years[milestone.baseline_year].sum())
        promise = total * (1 + milestone.target / 100)
    words = (
        f"{{title}}: nothing of {plan.year} had ended by the data cut-off"
        if change is None
        else (f"{{title}} {_rose(change)} on {{{change.id}:baseline}}")
    )
    message = commentary.sentence(words, evidence.figures, title=milestone.title)
    heading = evidence.figures.get(f"{name}.projected_total")
    fan = (heading.value, heading.low, heading.high) if heading is not None and heading.low is not None else None
    return charts.path_chart(
        f"{name}-path",
        message,
        this_year=years.get(plan.year, series.iloc[:0]),
        others=others,
        year=plan.year,
        promise=promise,
        fan=fan,
        measure=f"Recorded {recorded.words(series_name)}, {plan.force}",
        source=_source(evidence, evidence.inputs.source(series_name)),
    )


def _rose(change: object) -> str:
    """``fell by 13.4%`` as bindings, so that the words follow the figure."""
    if text.verb(change) == "is unchanged":
        return f"{{{change.id}:verb}}"
    return f"{{{change.id}:verb}} by {{{change.id}:size}}"


def pd_years(series: pd.Series) -> dict[str, pd.Series]:
    """The periods of a series by financial year."""
    return dict(iter(series.groupby(metrics.financial_years(series.index))))


def control(evidence: Evidence, name: str) -> Chart:
    """The control chart of a milestone's series, or of a series that no milestone is about."""
    series_name, _ = _series(evidence, name)
    milestone = recorded.measured_series(evidence.plan, evidence.inputs)[name][1]
    found = evidence.level(name)
    if found is None:
        raise unknown(
            "period held of a series",
            name,
            [
                each
                for each in recorded.measured_series(evidence.plan, evidence.inputs)
                if evidence.level(each) is not None
            ],
        )
    title = milestone.title if milestone else recorded.words(series_name).capitalize()
    subject = f"{recorded.words(series_name)}, {evidence.plan.force}, by {found.periods[:-1]}"
    measure = f"{subject[0].upper()}{subject[1:]}"
    measure += f", {found.seasons}; {found.reason}"
    measure += " (provisional range: under 13 values)" if found.chart.provisional else ""
    message = f"{{title}} {assess.shows(found)}"
    return charts.control_chart(
        f"{name}-control",
        commentary.sentence(message, evidence.figures, title=title),
        frame=found.chart.frame,
        words=found.words,
        breaks=found.breaks,
        subject=subject,
        measure=measure,
        inputs=(evidence.inputs.source(series_name),),
        source=_source(evidence, evidence.inputs.source(series_name)),
    )


def level(evidence: Evidence, name: str) -> Chart:
    """The level of a series since it began."""
    series_name, series = _series(evidence, name)
    latest, lowest = evidence.figures[f"{name}.latest_period"], evidence.figures[f"{name}.lowest_period"]
    title = recorded.words(series_name).capitalize()
    if latest.period == lowest.period:
        words = f"{title}: {{{latest.id}}} in {{{latest.id}:period}}, the lowest since {text.month(_began(series))}"
    else:
        words = f"{title}: {{{latest.id}}} in {{{latest.id}:period}}; the lowest was {{{lowest.id}}} in {{{lowest.id}:period}}"
    return charts.level_chart(
        f"{name}-level",
        commentary.sentence(words, evidence.figures),
        series=series,
        measure=f"Recorded {recorded.words(series_name)}, {evidence.plan.force}",
        source=_source(evidence, evidence.inputs.source(series_name)),
    )


def _began(series: pd.Series) -> str:
    return f"{series.index[0].start_time:%Y-%m}"


def rates(evidence: Evidence, name: str) -> Chart:
    """Rates per 1,000 residents of the plan's force and its comparison forces, lowest first."""
    plan = evidence.plan
    series_name, _ = _series(evidence, name)
    if name not in evidence.positions:
        raise unknown("milestone with rates", name, evidence.positions)
    wanted = {
        force: f"{name}.rate_per_1000.{recorded.area_id(force)}" for force in (plan.force, *plan.comparison.forces)
    }
    held = {force: evidence.figures[id_] for force, id_ in wanted.items() if id_ in evidence.figures}
    own = held[plan.force]
    lower = sum(own.value < figure.value for force, figure in held.items() if force != plan.force)
    points = sorted(held.items(), key=lambda item: item[1].value)
    absent = [force for force in wanted if force not in held]
    words = f"{plan.force}: {{{own.id}}} residents, fewer than {number_word(lower)} of {number_word(len(held) - 1)} comparison forces"
    source = _source(evidence, evidence.inputs.source(series_name)) + "; " + _source(evidence, recorded.POPULATION)
    if absent:
        source += f". Not held: {text.listed(absent)}"
    return comparisons.interval_chart(
        f"{name}-rates",
        commentary.sentence(words, evidence.figures),
        points=points,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} per 1,000 residents, {own.period}",
        source=source,
    )


def funnel(evidence: Evidence, name: str) -> Chart:
    """Where the force stands among all forces, given how much forces vary anyway: the latest twelve months by
    population.
    """
    plan = evidence.plan
    series_name, _ = _series(evidence, name)
    counts, residents, period = recorded.by_force(series_name, plan, evidence.inputs)
    found = metrics.funnel(counts, residents * counts.sum() / residents.sum())
    own = evidence.figures[f"{name}.ratio_to_expected"]
    verdict = found.frame["verdict"][plan.force]
    words = {
        "within": "what is usual among",
        "high": "more than is usual among",
        "very high": "far more than is usual among",
        "low": "less than is usual among",
        "very low": "far less than is usual among",
    }[verdict]
    milestone = recorded.measured_series(plan, evidence.inputs)[name][1]
    title = milestone.title if milestone else recorded.words(series_name).capitalize()
    message = f"{{title}}: {{{own.id}:about}} of what its population would have, {words} forces"
    return comparisons.funnel_chart(
        f"{name}-funnel",
        commentary.sentence(message, evidence.figures, title=title),
        frame=found.frame,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} by force, {period}; limits allow for how forces vary",
        source=_source(evidence, evidence.inputs.source(series_name)) + "; " + _source(evidence, recorded.POPULATION),
    )


def changes(evidence: Evidence, names: Sequence[str], *, name: str) -> Chart | Exhibit:
    """The change on the year before of several series, milestones among them, in the order of their size; words where
    none has one.
    """
    measured = recorded.measured_series(evidence.plan, evidence.inputs)
    held: dict[str, Figure] = {}
    for each in names:
        if each not in measured:
            raise unknown("series", each, measured)
        series_name, milestone = measured[each]
        found = evidence.figures.get(f"{each}.year_to_date_change_on_last_year") or evidence.figures.get(
            f"{each}.year_to_date_change"
        )
        if found is not None:
            held[milestone.title if milestone else recorded.words(series_name).capitalize()] = found
    if not held:
        words = f"Nothing is held of these series for {evidence.plan.year} and the year before: no change can be shown."
        return Exhibit(Markup('<p class="note">{}</p>').format(words), words)
    ordered = sorted(held.items(), key=lambda change: change[1].value)
    (down, least), (up, most) = ordered[0], ordered[-1]
    words = f"From {{{least.id}}} ({down.lower()}) to {{{most.id}}} ({up.lower()}): how {number_word(len(held))} measures changed"
    if len(held) == 1:
        words = f"{down} {_rose(least)} on {{{least.id}:baseline}}"
    sources = dict.fromkeys(_source(evidence, each) for figure in held.values() for each in figure.inputs)
    return comparisons.changes_chart(
        f"{name}-changes",
        commentary.sentence(words, evidence.figures),
        changes=list(held.items()),
        marked=[milestone.title for each in names if (milestone := measured[each][1])],
        measure=f"Change in per cent on {least.baseline}",
        source="; ".join(sources),
    )


def number_word(count: int) -> str:
    """A small count as a word, for a title."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)


def waves(evidence: Evidence, measure: str, answer: str) -> Chart:
    """One answer of a survey by wave."""
    source, rows = _table(evidence, "survey", measure)
    if answer not in set(rows.answer):
        raise unknown("answer", answer, rows.answer.unique())
    rows = rows[rows.answer == answer].sort_values("wave", ascending=False)
    points = [
        (
            f"Wave {row.wave}" + (f", {text.number(row.base, places=0)} asked" if held(row.base) else ""),
            evidence.figures[f"{measure}.{answer}.wave_{row.wave}"],
        )
        for row in rows.itertuples()
    ]
    changed = evidence.figures.get(f"{measure}.{answer}.change_wave_{rows.wave.iloc[0]}")
    title = measure.replace("_", " ").capitalize()
    words = f"{title}: {{{points[0][1].id}}}"
    if changed is not None:
        words = f"{title} {_rose(changed)} to {{{points[0][1].id}}} since {{{changed.id}:baseline}}"
        words += f" (indicative interval {{{changed.id}:interval}})" if text.interval(changed) else ""
    return comparisons.interval_chart(
        f"{measure}-{answer}-waves",
        commentary.sentence(words, evidence.figures),
        points=points,
        measure="Per cent who agree, with indicative 95% intervals: the design of the survey is not known, and the percentages are rounded",
        source=_source(evidence, source),
    )


def answers(evidence: Evidence, measure: str) -> Chart:
    """All answers of a survey by wave, from most agreeing to most disagreeing."""
    source, rows = _table(evidence, "survey", measure)
    rows = rows[rows.answer.str.startswith("said_")]
    scale = list(dict.fromkeys(rows.answer))
    table = rows.pivot(index="wave", columns="answer", values="percent").sort_index(ascending=False)[scale]
    table.columns = [answer_words(answer).capitalize() for answer in scale]
    table.index = [f"Wave {wave}" for wave in table.index]
    middle, latest = scale[len(scale) // 2], rows.wave.max()
    words = f"Those who answered “{answer_words(middle)}”: {{{measure}.{middle}.wave_{latest}}}"
    changed = evidence.figures.get(f"{measure}.{middle}.change_wave_{latest}")
    if changed is not None:
        words = f"Those who answered “{answer_words(middle)}” {_rose(changed)}, to {{{measure}.{middle}.wave_{latest}}}"
    figures = [evidence.figures[f"{row.measure}.{row.answer}.wave_{row.wave}"] for row in rows.itertuples()]
    return comparisons.likert_chart(
        f"{measure}-answers",
        commentary.sentence(words, evidence.figures),
        answers=table,
        measure="Answers by wave",
        source=_source(evidence, source),
        figures=figures,
    )


def compliance(evidence: Evidence, measure: str) -> Chart:
    """Share of the records examined that were right, with intervals, worst first; what was lost is left out."""
    source, rows = _table(evidence, "compliance", measure)
    points = [
        (
            f"{row.item.replace('_', ' ').capitalize()}, {row.correct} of {row.required}",
            evidence.figures[f"{measure}.{row.item}"],
        )
        for row in rows.itertuples()
        if f"{measure}.{row.item}" in evidence.figures
    ]
    points.sort(key=lambda point: point[1].value)
    worst = points[0][1]
    words = (
        f"The weakest is {points[0][0].split(',')[0].lower()}: {{{worst.id}}} right, and on {{{worst.id}:denominator}} cases "
        f"anything from {{{worst.id}:interval}} is in keeping with that"
    )
    return comparisons.interval_chart(
        f"{measure}-compliance",
        commentary.sentence(words, evidence.figures),
        points=points,
        measure="Per cent recorded correctly, with 95% intervals; provisional, subject to moderation",
        source=_source(evidence, source),
    )


def ranking(evidence: Evidence, measure: str) -> Chart:
    """Areas by a printed percentage; what was lost is left out."""
    source, rows = _table(evidence, "ranking", measure)
    rows = rows.dropna(subset=["rank", "ranked", "percent"])
    points = [
        (
            f"{row.area.replace('_', ' ').title()} (position {row.rank} of {row.ranked})",
            evidence.figures[f"{measure}.{recorded.area_id(row.area)}.percent"],
        )
        for row in rows.itertuples()
    ]
    worst = evidence.figures[f"{measure}.{recorded.area_id(rows.sort_values('rank').area.iloc[-1])}.rank_share"]
    words = f"The lowest placed of the {number_word(len(points))} is {{{worst.id}}} of the way down the national list"
    return comparisons.interval_chart(
        f"{measure}-ranking",
        commentary.sentence(words, evidence.figures),
        points=points,
        measure="Per cent reoffending, as printed; no base is printed, so no interval can be given",
        source=_source(evidence, source),
    )


def change(evidence: Evidence, measure: str) -> Chart:
    """A change of two printed counts, with the interval that they allow."""
    found = evidence.figures[f"{measure}.computed_change"]
    spread = (
        "an interval that includes no change" if found.low < 0 < found.high else "an interval that leaves out no change"
    )
    words = (
        f"{{{found.id}:numerator}} after {{{found.id}:denominator}} is {{{found.id}}}, "
        f"but from {{{found.id}:interval}}: {spread}"
    )
    return comparisons.interval_chart(
        f"{measure}-change",
        commentary.sentence(words, evidence.figures),
        points=[(measure.replace("_", " ").capitalize(), found)],
        measure="Change in per cent, with its exact 95% interval",
        source=_source(evidence, found.inputs[0]),
        reference=("no change", 0.0),
    )
