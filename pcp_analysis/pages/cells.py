"""What the front page shows of a milestone, a cell of a table each: what was shown, what statistics give, where it is going."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pcp_analysis.figures import commentary, wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import courses, recorded
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.outlook import other_base
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages.exhibits import computed
from pcp_analysis.pages.tables import Cell


def headline(position: Position) -> Cell:
    """What the Board was shown of a milestone, for one cell of a table."""
    quoted = [figure for figure in position.printed if figure.basis == "quoted"]
    waves = [figure for figure in quoted if figure.grain == "wave"]
    changes = [figure for figure in quoted if figure.signed and figure.unit == "percent"]
    if waves:
        latest = max(waves, key=lambda figure: figure.wave or 0)
        change = next((figure for figure in position.printed if figure.item == position.milestone.metric), None)
        return lines(
            [
                (latest, f"in {latest.period}"),
                *([(change, f"on {change.baseline}{computed(change)}")] if change else []),
            ]
        )
    if changes:
        return lines([(figure, f"on {figure.baseline}") for figure in changes])
    dated = [(figure, figure.period if figure.unit != "direction" else "") for figure in quoted]
    return lines([(figure, f"in {period}" if period else "") for figure, period in dated])


def statistic(position: Position) -> Cell:
    """What official statistics give of a milestone, for one cell of a table."""
    changes = [figure for figure in position.official if figure.signed]
    none = "no change is told" if position.official else "no series is held"
    return lines([(figure, f"on {figure.baseline}") for figure in changes]) or none


def outlook(view: CycleView, position: Position) -> Cell:
    """Where a milestone is going, for one cell of a table: its course, with the chance where it is projected."""
    likely = view.figures.get(f"{position.milestone.id}.chance")
    if likely is None:
        return position.course
    over = courses.ended(position.milestone, view.figures)
    words = (
        f"{position.course}: {{{position.milestone.id}.projected_total}}"
        if over
        else f"{position.course}: {{{likely.id}:about}}"
    )
    if (other := other_base(position.milestone, view.figures)) is not None:
        beside = recorded.words(position.milestone.baseline_may_include or "")
        put = "" if over else f": {{{other[1].id}:about}}"
        words += f"; {courses.projected(other[1], over=over)}{put}, with {beside}"
    return commentary.sentence(words, view.figures)


def lines(cells: Sequence[tuple[Figure, str]]) -> Cell:
    """Figures in one cell, a line each, their intervals left to the outcome's page."""
    parts: list[str | Markup | Bound | Figure] = []
    for figure, words in cells:
        parts.append(
            Bound(
                Markup('<span class="line">{} {}</span>').format(commentary.mark(figure), words),
                f"{wording.value(figure)} {words};",
                (figure,),
            )
        )
    return tuple(parts)
