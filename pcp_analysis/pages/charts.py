"""Which chart answers which question: what a cycle sees, drawn as the kinds of chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import chance, outlook, recorded
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import plots, trends
from pcp_analysis.pages.chart import Chart, Source
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    import pandas as pd


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


def _series(view: CycleView, name: str) -> tuple[str, str, pd.Series]:
    """The name of a milestone's series, or of a series that no milestone is about, what a page calls it, and its counts."""
    measured = recorded.measured_series(view.plan, view.inputs)
    if name not in measured:
        raise unknown("series", name, measured)
    series_name, milestone = measured[name]
    title = milestone.title if milestone else recorded.words(series_name).capitalize()
    return series_name, title, view.inputs.series(series_name, view.plan.force)


def path(view: CycleView, name: str) -> Chart:
    """The year to date of a milestone's series against last year, the lowest year or another that the promise is measured from, and the promise."""
    series_name, title, series = _series(view, name)
    plan, milestone = view.plan, view.plan.milestone(name)
    change = next(iter(recorded.changes_to_date(name, view.figures)), None)
    last, lowest = metrics.previous_financial_year(plan.year), recorded.lowest_before(series, plan.year)
    years = pd_years(series)
    named = f"{lowest}, the lowest" + (" before" if lowest != recorded.lowest_year(series, plan.year) else "")
    base = milestone.baseline_year
    second = (base, base) if base in years and base not in (last, lowest) else (named, lowest)
    others = [(last, years[last])] + ([(second[0], years[second[1]])] if second[1] and second[1] != last else [])
    promise = outlook.promised_total(milestone, series) if milestone.target is not None else None
    if change is not None:
        words = f"{{title}} {rose(change)} on {{{change.id}:baseline}}"
    elif plan.year not in years:
        words = f"{{title}}: nothing of {plan.year} had ended by the data cut-off"
    else:
        words = f"{{title}}: no earlier year is there to compare {plan.year} with"
    message = commentary.sentence(words, view.figures, title=title)
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
        measure=f"{recorded.counted(series_name)}, {plan.force}",
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
    series_name, title, _ = _series(view, name)
    found = view.control_chart(name)
    if found is None:
        raise unknown(
            "period held of a series",
            name,
            [each for each in recorded.measured_series(view.plan, view.inputs) if view.control_chart(each) is not None],
        )
    subject = f"{recorded.words(series_name)}, {view.plan.force}, by {found.periods[:-1]}"
    measure = f"{subject[0].upper()}{subject[1:]}"
    measure += f", {found.seasons}; {found.reason}" + (f".{found.exceptional}" if found.exceptional else "")
    message = f"{{title}}. {found.doubt.removesuffix('.') or chance.level(found)}"
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
    series_name, _, series = _series(view, name)
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
        measure=f"{recorded.counted(series_name)}, {view.plan.force}",
        source=source_of(view, view.inputs.source(series_name)),
    )


def _began(series: pd.Series) -> str:
    return f"{series.index[0].start_time:%Y-%m}"


def rates(view: CycleView, name: str) -> Chart:
    """Rates per 1,000 residents of the plan's force and its comparison forces, lowest first."""
    plan, (series_name, *_) = view.plan, _series(view, name)
    if name not in view.positions:
        raise unknown("milestone with rates", name, view.positions)
    wanted = {
        force: f"{name}.rate_per_1000.{recorded.area_id(force)}" for force in (plan.force, *plan.comparison.forces)
    }
    rates = {force: view.figures[id_] for force, id_ in wanted.items() if id_ in view.figures}
    own = rates[plan.force]
    lower = sum(own.number < figure.number for force, figure in rates.items() if force != plan.force)
    if len(rates) == 1:
        beside = "; of no comparison force is it held"
    else:
        beside = f", fewer than {wording.count_word(lower)} of {wording.count_word(len(rates) - 1)} comparison forces"
    points = sorted(rates.items(), key=lambda item: item[1].number)
    absent = [force for force in wanted if force not in rates]
    words = f"{plan.force}: {{{own.id}}} residents{beside}"
    return plots.interval_chart(
        f"{name}-rates",
        commentary.sentence(words, view.figures),
        points=points,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} per 1,000 residents, {own.period}",
        source=source_of(view, view.inputs.source(series_name), recorded.POPULATION, absent=absent),
    )


def funnel(view: CycleView, name: str) -> Chart | Exhibit:
    """Where the force stands among all forces, given how much forces vary anyway: the latest twelve months by
    population.
    """
    plan, (series_name, title, _) = view.plan, _series(view, name)
    counts, residents, period = recorded.by_force(series_name, plan, view.inputs)
    if list(counts.index) == [plan.force]:
        return cannot_be_drawn(view, name, "of no other force is it held.")
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
    message = f"{{title}}: {{{own.id}:about}} of what its population would have, {words} forces"
    return plots.funnel_chart(
        f"{name}-funnel",
        commentary.sentence(message, view.figures, title=title),
        frame=found.frame,
        marked=plan.force,
        measure=f"{recorded.words(series_name).capitalize()} by force, {period}; limits allow for how forces vary",
        source=source_of(view, view.inputs.source(series_name), recorded.POPULATION),
    )


def cannot_be_drawn(view: CycleView, name: str, reason: str = "") -> Exhibit:
    """What stands in the place of a chart for which too little is held: the reason, or what of it is."""
    series_name, title, series = _series(view, name)
    words = f"{title} ({recorded.words(series_name)}, {view.plan.force}): a chart cannot be drawn, since "
    if reason:
        words += reason
    elif series.empty:
        words += "nothing of it is held here."
    else:
        words += f"too little of it is held, {metrics.period_in_words(series.index[0], series.index[-1])}."
    return Exhibit(Markup('<p class="note">{}</p>').format(words), words)


def changes(view: CycleView, names: Sequence[str], *, name: str) -> Chart | Exhibit:
    """The change on the year before of several series, milestones among them, in the order of their size; words where
    none has one.
    """
    titles = {each: _series(view, each)[1] for each in names}
    found = {title: recorded.change_on_last_year(each, view.figures) for each, title in titles.items()}
    changes = {title: change for title, change in found.items() if change is not None}
    if not changes:
        words = f"Nothing is held of these series for {view.plan.year} and the year before: no change can be shown."
        return Exhibit(Markup('<p class="note">{}</p>').format(words), words)
    ordered = sorted(changes.items(), key=lambda change: change[1].number)
    (down, least), (up, most) = ordered[0], ordered[-1]
    words = f"From {{{least.id}}} ({down.lower()}) to {{{most.id}}} ({up.lower()}): how {wording.count_word(len(changes))} measures changed"
    if len(changes) == 1:
        words = f"{down} {rose(least)} on {{{least.id}:baseline}}"
    return plots.changes_chart(
        f"{name}-changes",
        commentary.sentence(words, view.figures),
        changes=list(changes.items()),
        marked=[title for each, title in titles.items() if each in view.positions],
        measure=f"Change in per cent on {least.baseline}",
        source=source_of(view, *(each for figure in changes.values() for each in figure.inputs)),
    )
