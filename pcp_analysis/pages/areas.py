"""A milestone or a series by the places of the force: a chart and a table of their changes, and a funnel of them."""

from __future__ import annotations

from collections.abc import Sequence

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, wording
from pcp_analysis.findings import areas, recorded
from pcp_analysis.findings.areas import AREAS, Place
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import charts, plots
from pcp_analysis.pages.areas_funnel import change_funnel_chart
from pcp_analysis.pages.chart import Chart, Source
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.tables import Table
from pcp_analysis.strict.nearest import unknown

#: Of fewer places it is hardly known how much places differ anyway, and no funnel is drawn.
FEWEST_IN_A_FUNNEL = 10
#: As many places as a chart and a table can bear; a force may have hundreds of wards.
LONGEST = 40


def by_area(view: CycleView, name: str) -> Exhibit:
    """How each place of the force changed, the signals among them marked under one rate of false calls."""
    measured = recorded.measured_series(view.plan, view.inputs)
    if name not in measured:
        raise unknown("series", name, measured)
    series, milestone = measured[name]
    title = milestone.title if milestone else recorded.words(series).capitalize()
    found = areas.places(name, series, view.plan, view.inputs, view.figures)
    compared = [place for place in found if place.change is not None]
    shown = _foremost(found)
    changed = {place.name: place.change for place in shown if place.change is not None}
    if not changed:
        return charts.cannot_be_drawn(view, name, "of no place of the force are both years held.")
    source = charts.source_of(view, view.inputs.source(series))
    change = next(iter(changed.values()))
    chart = plots.changes_chart(
        f"{name}-areas",
        commentary.sentence(_message(view, name), view.figures, title=title),
        changes=list(changed.items()),
        marked=[place.name for place in found if place.verdict.more],
        marked_as="more than chance among all places",
        measure=f"Change in per cent on {change.baseline}",
        source=source,
    )
    table = _table(view, name, series, title, found, shown)
    return gather(
        chart, table, *([_funnel(view, name, title, compared, source)] if len(compared) >= FEWEST_IN_A_FUNNEL else [])
    )


def _foremost(found: Sequence[Place]) -> list[Place]:
    """The places in their order; of more than can be shown those whose changes are the least likely to be chance."""
    sure = sorted(found, key=lambda place: 1.0 if place.change is None else place.change.p_value or 0.0)
    kept = {place.name for place in sure[:LONGEST]}
    return [place for place in found if place.name in kept]


def _message(view: CycleView, name: str) -> str:
    """``Robbery fell in 3 of 32 places by more than chance and rose in none``, in bindings."""
    fell, rose, compared = (f"{name}.{AREAS}.{item}" for item in ("fell", "rose", "compared"))
    down, up = view.figures[fell].number, view.figures[rose].number
    if not down and not up:
        return f"{{title}}: in none of {{{compared}}} places did it change by more than chance"
    if not down:
        return f"{{title}} rose in {{{rose}}} of {{{compared}}} places by more than chance and fell in none"
    rest = f"rose in {{{rose}}}" if up else "rose in none"
    return f"{{title}} fell in {{{fell}}} of {{{compared}}} places by more than chance and {rest}"


def _table(
    view: CycleView, name: str, series: str, title: str, found: Sequence[Place], shown: Sequence[Place]
) -> Table:
    before = next(place.change for place in shown if place.change is not None).baseline
    return Table(
        f"{title} by place",
        ["Place", found[0].now.period, before, "Change, with 95% interval", "Among all places"],
        [
            [place.name, place.now, place.before, place.change or "none: there was nothing before", place.words]
            for place in shown
        ],
        note=" ".join(_notes(view, name, series, found)),
    )


def _notes(view: CycleView, name: str, series: str, found: Sequence[Place]) -> list[str]:
    """How the places were judged, and what of the force is not among them."""
    notes = [
        "Each interval stands alone: of 20 places where nothing changed, about one would seem to have changed by chance. "
        "The last column allows for how many places are looked at: of those that it calls more than chance, at most one in 20 "
        "is expected to be called so wrongly (Benjamini and Hochberg)."
    ]
    held = areas.names_of(series, view.plan, view.inputs)
    if len(found) > LONGEST:
        notes.append(
            f"Of {len(found)} places that are looked at, the {LONGEST} whose changes are the least likely to be chance are in this "
            "table; the data of the next chart have all."
        )
    if left := len(held) - len(found):
        notes.append(
            f"Not shown: {wording.count_word(left)} {'place' if left == 1 else 'places'} of which one of the two years is not held whole."
        )
    share = view.figures.get(f"{name}.{AREAS}.share")
    if share is None:
        notes.append(f"The count of {view.plan.force} as a whole is not held for these months.")
    elif share.numerator != share.denominator:
        why = view.inputs.entries[view.inputs.source(series)].places_differ
        notes.append(
            f"The places that are looked at hold {wording.value(share)} of what {view.plan.force} counts"
            + (f": {why.rstrip('.')}." if why else "; the rest belongs to places that are not shown.")
        )
    return notes


def _funnel(view: CycleView, name: str, title: str, compared: Sequence[Place], source: Source) -> Chart:
    """Which places changed otherwise than all of them together."""
    import pandas as pd

    index = [place.name for place in compared]
    found = metrics.change_funnel(
        pd.Series([place.now.number for place in compared], index),
        pd.Series([place.before.number for place in compared], index),
    )
    far = list(found.frame.index[found.frame["verdict"].str.startswith("very")])
    stand = "stands" if len(far) == 1 else "stand"
    message = f"{wording.listed(far)} {stand} apart from" if far else "no place stands apart from"
    words = f"{{title}}: {message} how all places changed together"
    return change_funnel_chart(
        f"{name}-areas-funnel",
        commentary.sentence(words, view.figures, title=title),
        found,
        subject=f"{title} by place, change on {compared[0].change.baseline if compared[0].change else ''}",
        source=source,
    )
