"""Which chart answers which question: what a cycle sees, drawn as the kinds of chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, wording
from pcp_analysis.findings import assess, recorded
from pcp_analysis.pages import plots, trends
from pcp_analysis.pages.chart import Chart, Source
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pcp_analysis.figures.figure import Figure
    from pcp_analysis.findings import CycleView


def source_of(view: CycleView, *names: str, absent: Sequence[str] = ()) -> Source:
    """The source of a chart that is drawn from these inputs of the register, and *absent* forces that they do not hold."""
    for name in names:
        if name not in view.inputs.entries:
            raise unknown("input", name, view.inputs.entries)
    entries = [view.inputs.entries[name] for name in dict.fromkeys(names)]
    words = "; ".join(dict.fromkeys(f"{entry.publisher}, as at {wording.day(entry.as_at)}" for entry in entries))
    if absent:
        words += f". Not held: {wording.listed(list(absent))}"
    return Source(tuple(dict.fromkeys(names)), words)


def _series(view: CycleView, name: str) -> tuple[str, pd.Series]:
    measured = recorded.measured_series(view.plan, view.inputs)
    if name not in measured:
        raise unknown("series", name, measured)
    return measured[name][0], view.inputs.series(measured[name][0], view.plan.force)


def path(view: CycleView, name: str) -> Chart:
    """The year to date of a milestone's series against last year, the lowest year and the promise."""
    series_name, series = _series(view, name)
    plan, milestone = view.plan, view.plan.milestone(name)
    change = next(iter(recorded.changes_to_date(name, view.figures)), None)
    last, lowest = metrics.previous_financial_year(plan.year), recorded.lowest_year(series, plan.year)
    years = pd_years(series)
    others = [(last, years[last])] + ([(f"{lowest}, the lowest", years[lowest])] if lowest and lowest != last else [])
    promise = None
    if milestone.target is not None and milestone.baseline_year:
        total = float(years[milestone.baseline_year].sum())
        promise = total * (1 + milestone.target / 100)
    if change is not None:
        words = f"{{title}} {rose(change)} on {{{change.id}:baseline}}"
    elif plan.year not in years:
        words = f"{{title}}: nothing of {plan.year} had ended by the data cut-off"
    else:
        words = f"{{title}}: no earlier year is there to compare {plan.year} with"
    message = commentary.sentence(words, view.figures, title=milestone.title)
    heading = view.figures.get(f"{name}.projected_total")
    fan = (heading.value, heading.low, heading.high) if heading is not None and heading.low is not None else None
    return trends.path_chart(
        f"{name}-path",
        message,
        this_year=years.get(plan.year, series.iloc[:0]),
        others=others,
        year=plan.year,
        promise=promise,
        fan=fan,
        measure=f"Recorded {recorded.words(series_name)}, {plan.force}",
        source=source_of(view, view.inputs.source(series_name)),
    )


def rose(change: Figure) -> str:
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
    return trends.control_chart(
        f"{name}-control",
        commentary.sentence(message, view.figures, title=title),
        frame=found.chart.frame,
        words=found.words,
        breaks=found.breaks,
        subject=subject,
        measure=measure,
        source=source_of(view, view.inputs.source(series_name)),
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
    return trends.level_chart(
        f"{name}-level",
        commentary.sentence(words, view.figures),
        series=series,
        measure=f"Recorded {recorded.words(series_name)}, {view.plan.force}",
        source=source_of(view, view.inputs.source(series_name)),
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
    lower = sum(own.number < figure.number for force, figure in held.items() if force != plan.force)
    points = sorted(held.items(), key=lambda item: item[1].number)
    absent = [force for force in wanted if force not in held]
    words = f"{plan.force}: {{{own.id}}} residents, fewer than {number_word(lower)} of {number_word(len(held) - 1)} comparison forces"
    return plots.interval_chart(
        f"{name}-rates",
        commentary.sentence(words, view.figures),
        points=points,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} per 1,000 residents, {own.period}",
        source=source_of(view, view.inputs.source(series_name), recorded.POPULATION, absent=absent),
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
        source=source_of(view, view.inputs.source(series_name), recorded.POPULATION),
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
    ordered = sorted(held.items(), key=lambda change: change[1].number)
    (down, least), (up, most) = ordered[0], ordered[-1]
    words = f"From {{{least.id}}} ({down.lower()}) to {{{most.id}}} ({up.lower()}): how {number_word(len(held))} measures changed"
    if len(held) == 1:
        words = f"{down} {rose(least)} on {{{least.id}:baseline}}"
    return plots.changes_chart(
        f"{name}-changes",
        commentary.sentence(words, view.figures),
        changes=list(held.items()),
        marked=[milestone.title for each in names if (milestone := measured[each][1])],
        measure=f"Change in per cent on {least.baseline}",
        source=source_of(view, *(each for figure in held.values() for each in figure.inputs)),
    )


def number_word(count: int) -> str:
    """A small count as a word, for a title."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
