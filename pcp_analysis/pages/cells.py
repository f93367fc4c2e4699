"""What the front page shows of a milestone, a cell of a table each: what was shown, what statistics give, where it is going."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pcp_analysis.figures import commentary, wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import courses, recorded
from pcp_analysis.findings.absence import EARLIER_PLAN
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.outlook import PROMISED, other_base
from pcp_analysis.findings.over_boards import BETWEEN
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages.exhibits import computed, extract_of
from pcp_analysis.pages.tables import Cell


def promise(position: Position) -> tuple[Figure | str, ...]:
    """What the plan promises of a milestone, for one cell of a table."""
    milestone = position.milestone
    if position.target is not None:
        return (position.target, f"on {position.target.baseline}" if position.target.baseline else "(year not stated)")
    if milestone.better == "neutral":
        return ("no direction: reporting is encouraged",)
    against = f" than in {milestone.baseline_year}" if milestone.baseline_year else ""
    return (f"{milestone.better}{against}, no number",)


def no_number(position: Position) -> str:
    """Why the Board was shown no number of a milestone."""
    if EARLIER_PLAN in position.happened.plain:
        return "nothing yet"
    return "suppressed" if any(figure.suppressed for figure in position.printed) else "nothing printed"


def latest(position: Position) -> list[Figure]:
    """What the latest Board that was shown anything of a milestone was shown of it, and the change since the one before."""
    printed = [figure for figure in position.printed if figure.basis == "quoted" or figure.item == BETWEEN]
    newest = max((figure.shown_to for figure in printed), default="")
    return [figure for figure in printed if figure.shown_to == newest]


def headline(position: Position, *, by_board: bool) -> Cell:
    """What the Board was shown of a milestone, for one cell of a table; *by_board* says of which Board it is."""
    told = latest(position)
    waves = [figure for figure in told if figure.grain == "wave"]
    changes = [figure for figure in told if figure.signed and figure.unit == "percent"]
    if waves:
        newest = max(waves, key=lambda figure: figure.wave or 0)
        change = next((figure for figure in position.printed if figure.item == position.milestone.metric), None)
        found = [
            (newest, f"in {newest.period}"),
            *([(change, f"on {change.baseline}{computed(change)}")] if change else []),
        ]
    elif changes:
        found = [(figure, f"on {figure.baseline}") for figure in changes]
    else:
        found = [(figure, _dated(figure)) for figure in told]
    board = f"({wording.month(told[0].shown_to)})" if by_board and told else ""
    return lines([(figure, f"{words} {board}".strip()) for figure, words in found])


def _dated(figure: Figure) -> str:
    if figure.item == BETWEEN:
        return f"on {figure.baseline}{computed(figure)}"
    return f"in {figure.period}" if figure.period and figure.unit != "direction" else ""


def statistic(view: CycleView, position: Position) -> Cell:
    """What official statistics give of a milestone, or an extract, for one cell of a table."""
    extract = extract_of(view, position)
    whose = f", data of {extract.publisher}" if extract else ""
    changes = [figure for figure in position.official if figure.signed]
    last = [figure for figure in position.official if figure.item == "last_year"]
    if not changes and last:
        return lines([(figure, f"in {figure.period}{whose}") for figure in last])
    none = "no change is told" if position.official else "no series is held"
    return lines([(figure, f"on {figure.baseline}{whose}") for figure in changes]) or none


def outlook(view: CycleView, position: Position) -> Cell:
    """Where a milestone is going, for one cell of a table: its course, with the chance where it is projected."""
    likely = view.figures.get(f"{position.milestone.id}.chance")
    if likely is None:
        told = max((figure.shown_to for figure in latest(position)), default="")
        unknown = position.course == courses.YEAR_UNKNOWN and told
        if unknown:
            return f"{position.course}; last told in {wording.month(told)}"
        promised = view.figures.get(f"{position.milestone.id}.{PROMISED}")
        if promised is None:
            return position.course
        words = f"{position.course} yet: {position.milestone.bound} {{{promised.id}}}"
        return commentary.sentence(words, view.figures)
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
