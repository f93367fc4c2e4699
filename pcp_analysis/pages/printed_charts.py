"""Which chart answers which question of printed figures: waves of a survey, shares that were right, places, a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcp_analysis.figures import commentary, last_board, wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import recorded
from pcp_analysis.findings.over_boards import BETWEEN, FEWEST, POINT
from pcp_analysis.findings.printed import all_printed, answer_words
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import plots
from pcp_analysis.pages.chart import Chart
from pcp_analysis.pages.charts import rose, source_of
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    import pandas as pd


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


def waves(view: CycleView, measure: str, answer: str) -> Chart:
    """One answer of a survey by wave."""
    source, rows = _table(view, "survey", measure)
    if answer not in set(rows.answer):
        raise unknown("answer", answer, rows.answer.unique())
    rows = rows[rows.answer == answer].sort_values("wave", ascending=False)
    points = [
        (
            f"Wave {row.wave}" + (f", {wording.number(row.base, places=0)} asked" if all_printed(row.base) else ""),
            view.figures[f"{measure}.{answer}.wave_{row.wave}"],
        )
        for row in rows.itertuples()
    ]
    changed = view.figures.get(f"{measure}.{answer}.change_wave_{rows.wave.iloc[0]}")
    title = measure.replace("_", " ").capitalize()
    words = f"{title}: {{{points[0][1].id}}}"
    if changed is not None:
        words = f"{title} {rose(changed)} to {{{points[0][1].id}}} since {{{changed.id}:baseline}}"
        words += f" (indicative interval {{{changed.id}:interval}})" if wording.interval(changed) else ""
    return plots.interval_chart(
        f"{measure}-{answer}-waves",
        commentary.sentence(words, view.figures),
        points=points,
        measure="Per cent who agree, with indicative 95% intervals: the design of the survey is not known, and the percentages are rounded",
        source=source_of(view, source),
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
        words = f"Those who answered “{answer_words(middle)}” {rose(changed)}, to {{{measure}.{middle}.wave_{latest}}}"
    figures = [view.figures[f"{row.measure}.{row.answer}.wave_{row.wave}"] for row in rows.itertuples()]
    return plots.likert_chart(
        f"{measure}-answers",
        commentary.sentence(words, view.figures),
        answers=table,
        measure="Answers by wave",
        source=source_of(view, source),
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
    points.sort(key=lambda point: point[1].number)
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
        source=source_of(view, source),
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
    words = f"The lowest placed of the {wording.count_word(len(points))} is {{{worst.id}}} of the way down the national list"
    return plots.interval_chart(
        f"{measure}-ranking",
        commentary.sentence(words, view.figures),
        points=points,
        measure="Per cent reoffending, as printed; no base is printed, so no interval can be given",
        source=source_of(view, source),
    )


def change(view: CycleView, measure: str) -> Chart:
    """A change of two printed counts, with the interval that they allow."""
    found = view.figures[f"{measure}.computed_change"]
    includes = found.low is not None and found.high is not None and found.low < 0 < found.high
    spread = f"an interval that {'includes' if includes else 'leaves out'} no change"
    words = (
        f"{{{found.id}:numerator}} after {{{found.id}:denominator}} is {{{found.id}}}, "
        f"but from {{{found.id}:interval}}: {spread}"
    )
    return plots.interval_chart(
        f"{measure}-change",
        commentary.sentence(words, view.figures),
        points=[(measure.replace("_", " ").capitalize(), found)],
        measure="Change in per cent, with its exact 95% interval",
        source=source_of(view, found.inputs[0]),
        reference=("no change", 0.0),
    )


def over_boards(view: CycleView, measure: str) -> list[Chart]:
    """What Boards were shown of a measure, a chart for each item that three of them were shown."""
    figures = view.figures.of(measure)
    earlier: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.part.startswith(POINT):
            earlier.setdefault(figure.item, []).append(figure)
    return [
        _over_boards(view, [*points, view.figures[f"{measure}.{item}"]])
        for item, points in earlier.items()
        if len(points) + 1 >= FEWEST
    ]


def _over_boards(view: CycleView, points: list[Figure]) -> Chart:
    """The chart of one item, from the first Board to the latest."""
    latest, before = points[-1], points[-2]
    between = [
        each for each in view.figures.of(latest.measure) if each.item == BETWEEN and each.part in ("", latest.item)
    ]
    told, since = (f"{{{each.id}}}" for each in (latest, points[0]))
    words = f"{{title}}: {told}, after {{{before.id}}} and, to the first of these Boards, {since}"
    if between:
        words = f"{{title}} {rose(between[0])} on {{{between[0].id}:baseline}}, to {told}; the first of these Boards was shown {since}"
    return plots.interval_chart(
        f"{latest.measure}-{latest.item}-boards",
        commentary.sentence(words, view.figures, title=latest.title),
        points=[(last_board.board(each.shown_to), each) for each in points],
        measure="As printed to each Board; no number of people asked is printed, so no interval can be given",
        source=source_of(view, *latest.inputs),
    )
