"""A milestone or a series by the places of the force: a chart and a table of their changes, and a funnel of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pcp_analysis import metrics
from pcp_analysis.figures import commentary, wording
from pcp_analysis.findings import areas, recorded
from pcp_analysis.findings.areas import AREAS, Place
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import charts, plots, svg
from pcp_analysis.pages.chart import Chart, Source, thousands
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.tables import Table
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.metrics import ChangeFunnel

#: Of fewer places it is hardly known how much places differ anyway, and no funnel is drawn.
FEWEST_IN_A_FUNNEL = 10
_TAILS = (("95", 0.025, "--"), ("998", 0.001, "-"))


def by_area(view: CycleView, name: str) -> Exhibit:
    """How each place of the force changed, the signals among them marked under one rate of false calls."""
    measured = recorded.measured_series(view.plan, view.inputs)
    if name not in measured:
        raise unknown("series", name, measured)
    series, milestone = measured[name]
    title = milestone.title if milestone else recorded.words(series).capitalize()
    found = areas.places(name, series, view.plan, view.inputs, view.figures)
    changed = {place.name: place.change for place in found if place.change is not None}
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
    table = _table(view, name, series, title, found)
    compared = [place for place in found if place.change is not None]
    return gather(
        chart, table, *([_funnel(view, name, title, compared, source)] if len(compared) >= FEWEST_IN_A_FUNNEL else [])
    )


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


def _table(view: CycleView, name: str, series: str, title: str, found: Sequence[Place]) -> Table:
    before = next(place.change for place in found if place.change is not None).baseline
    return Table(
        f"{title} by place",
        ["Place", found[0].now.period, before, "Change, with 95% interval", "Among all places"],
        [
            [place.name, place.now, place.before, place.change or "none: there was nothing before", place.words]
            for place in found
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
            f"The places in this table hold {wording.value(share)} of what {view.plan.force} counts"
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
    return _funnel_chart(
        f"{name}-areas-funnel",
        commentary.sentence(words, view.figures, title=title),
        found,
        subject=f"{title} by place, change on {compared[0].change.baseline if compared[0].change else ''}",
        source=source,
    )


def _funnel_chart(name: str, message: commentary.Bound, found: ChangeFunnel, *, subject: str, source: Source) -> Chart:
    import numpy as np

    frame = found.frame
    both = (frame["current"] + frame["baseline"]).to_numpy()
    grid = np.unique(np.round(np.geomspace(both.min(), both.max(), 60)))
    with svg.canvas(2.2, svg.HALF) as (_, axes):
        for _, tail, dashes in _TAILS:
            for limit in found.limits(grid, tail):
                axes.plot(grid, limit, color=svg.MID_GREY, linewidth=0.9, linestyle=dashes)
        axes.axhline(found.common, color=svg.DARK_GREY, linewidth=0.9)
        axes.annotate(
            f"all together\n{_change(found.common)}",
            (1, found.common),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=svg.DARK_GREY,
        )
        for verdict, marker in plots.VERDICT_MARKS.items():
            part = (frame["verdict"] == verdict).to_numpy()
            far = verdict.startswith("very")
            colour = svg.DARK_BLUE if far else svg.MID_GREY
            axes.plot(
                both[part],
                frame["change"][part],
                marker=marker,
                linestyle="none",
                color=colour,
                markersize=7 if far else 4,
            )
            for place, x, y in zip(frame.index[part], both[part], frame["change"][part], strict=True):
                if verdict != "within":
                    axes.annotate(
                        place,
                        (x, y),
                        xytext=(0, 8 if y > found.common else -8),
                        textcoords="offset points",
                        ha="center",
                        va="bottom" if y > found.common else "top",
                        color=colour,
                        fontweight="bold" if far else "normal",
                        annotation_clip=False,
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                    )
        axes.set_xscale("log")
        steps = [digit * 10.0**power for power in range(7) for digit in (1, 2, 5)]
        axes.set_xticks([step for step in steps if both.min() <= step <= both.max()])
        axes.minorticks_off()
        reach = 1.3 * max(abs(frame["change"] - found.common).max(), 10.0)
        axes.set_ylim(found.common - reach, found.common + reach)
        axes.set(xlabel="offences in both years together", ylabel="change in per cent")
        thousands(axes.xaxis)
        thousands(axes.yaxis)
    beyond = frame[frame["verdict"] != "within"]
    alt = (
        f"Funnel chart of {subject}, {len(frame)} places. All together: {_change(found.common)}. "
        f"Beyond the limits: {'; '.join(f'{place}, {row.verdict}' for place, row in beyond.iterrows()) or 'none'}."
    )
    return Chart(
        name,
        message,
        f"{subject}; about one place in 20 would lie outside the broken lines, and one in 500 outside the full ones, by chance and "
        "by how places vary anyway",
        source,
        axes,
        _funnel_table(frame),
        alt,
    )


def _change(per_cent: float) -> str:
    return f"{wording.number(per_cent, places=1, signed=True)}%"


def _funnel_table(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    limits = {
        f"{side} limit, {degree}": frame[f"{side}_{bound}"].where(lambda each: each < float("inf")).to_numpy()
        for bound, degree in (("95", "95%"), ("998", "99.8%"))
        for side in ("lower", "upper")
    }
    counts = {"this year": frame["current"].to_numpy(), "before": frame["baseline"].to_numpy()}
    return pd.DataFrame(
        {"place": frame.index, **counts, "change in per cent": frame["change"].to_numpy(), **limits}
        | {"verdict": frame["verdict"].to_numpy()}
    )
