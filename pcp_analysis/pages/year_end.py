"""The end of a plan's year: every promise with its result and what each Board was told, every commitment with its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from markupsafe import Markup

from pcp_analysis.figures import commentary, wording
from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.figures.last_board import board
from pcp_analysis.findings import courses, expected, status
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import cells
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.tables import Cell, Table
from pcp_analysis.plan.updates import BECAME

PAGE = "year_end.html"
NOTE = "The chance is that of meeting the promise; the range is the one in which the year was to come out with 8 chances in 10."
STILL, NOTHING = "still to come", "without a record here"


def told(view: CycleView) -> Table | None:
    """What each earlier Board of the plan was told of milestones that were projected, beside what came; None where none was
    told anything, or the year is not over.
    """
    over = [each for each in view.positions.values() if each.over and f"{each.milestone.id}.chance" in view.figures]
    boards = _boards(view)
    if not boards or not over:
        return None
    return Table(
        "What Boards were told, and what came",
        ("Milestone", *(f"The {board(each.cycle.id)} was told" for each in boards), f"{view.plan.year} came to"),
        [
            (_title(each), *(_was_told(before, each, course=False) for before in boards), cells.outlook(view, each))
            for each in over
        ],
        name="told",
        note=NOTE,
    )


def promises(view: CycleView) -> Table:
    """Every milestone: what was promised, what each Board of the plan was told, and what came of it."""
    boards = _boards(view)
    rows = [
        (
            _title(each),
            cells.promise(each),
            *(_was_told(before, each, course=True) for before in boards),
            cells.outlook(view, each),
        )
        for each in view.positions.values()
    ]
    heads = [f"The {board(each.cycle.id)} was told" for each in boards]
    return Table(
        f"The milestones of {view.plan.year}: what was promised, what Boards were told, and what came",
        ("Milestone", "What the plan promises", *heads, "What came"),
        rows,
        name="promises",
        note=NOTE if boards else "",
    )


def commitments(view: CycleView) -> Exhibit:
    """Every commitment that Boards were given a date for, with what became of it, and how many ended in which way."""
    made = expected.every_commitment(view.plan, (*view.earlier, view.cycle))
    if not made:
        words = "No update that is held here makes a commitment with a date."
        return Exhibit(Markup("<p>{}</p>").format(words), words)
    ends = Counter(each.settlement.became if each.settlement else _open(each) for each in made)
    counts = [_counted(view, name, ends[name]) for name in (*BECAME, STILL, NOTHING) if ends[name]]
    figures = Figures([("year_end", lambda: counts)])
    listed = wording.listed([f"{{{figure.id}}} {figure.title}" for figure in counts])
    said = commentary.sentence(f"Of the commitments with a date: {listed}.", figures)
    rows = [
        (each.commitment.what, wording.month(each.cycle[:7]), expected.promised_for(each), each.words) for each in made
    ]
    table = Table(
        "Commitments with a date, and what became of them",
        ("What", "Said to the Board of", "Date", "What became of it"),
        rows,
        name="ends",
        note="Where there is no record here, it may well have happened: nothing that is held here says so, or says otherwise.",
    )
    return gather(Exhibit(Markup("<p>{}</p>").format(said.html), said.plain, said.figures), table)


def _open(each: expected.Dated) -> str:
    return NOTHING if each.passed else STILL


def _counted(view: CycleView, name: str, number: int) -> Figure:
    return Figure(
        measure="year_end",
        item=name.replace(" ", "_"),
        title=name,
        value=number,
        unit="count",
        basis="counted",
        method="count of the commitments by what became of them",
        inputs=("plan", "updates"),
        period=view.cycle.id,
    )


def _boards(view: CycleView) -> list[CycleView]:
    """The earlier Boards of the plan, oldest first."""
    found: list[CycleView] = []
    before = view.before
    while before is not None:
        if before.plan.id == view.plan.id:
            found.insert(0, before)
        before = before.before
    return found


def _was_told(before: CycleView, position: Position, *, course: bool) -> Cell:
    """What a Board was told of a milestone: its *course*, where that is wanted, with the chance and the range, as figures of
    its own, where it was projected.
    """
    name, given = position.milestone.id, before.as_given
    if name not in before.positions:
        return "not in the plan then"
    if f"{name}.chance" not in given or f"{name}.projected_total" not in given:
        told = {figure.shown_to for figure in cells.latest(before.positions[name])}
        anew = status.board_month(before.cycle) in told
        return before.positions[name].course if course and anew else "nothing new" if told else "nothing"
    chance, total = (
        replace(given[f"{name}.{item}"], id=f"told.{before.cycle.id.replace('-', '_')}.{name}.{item}")
        for item in ("chance", "projected_total")
    )
    figures = {chance.id: chance, total.id: total}
    return commentary.sentence(
        f"{f'{courses.projected(chance)}: ' if course else ''}{{{chance.id}:about}}; {{{total.id}:about_interval}}",
        Figures([("told", figures.values)]),
    )


def _title(position: Position) -> Markup:
    return Markup('<a href="{}.html">{}</a>').format(position.outcome.id, position.milestone.title)
