"""What changed since the last Board, as the front page shows it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pcp_analysis.figures import commentary
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.last_board import as_before, board
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.diff import UNSEEN, Change, Difference, since_last_board
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import cells
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.tables import Cell, Table

FIRST = "No earlier cycle is held here, so there is no Board to compare with."
# As many rows as a front page can bear; `pcp diff` prints them all.
LONGEST = 8


def summary(view: CycleView) -> Bound:
    """One sentence of counts: what is revised, changed, new and gone, and how many statuses are others."""
    found = since_last_board(view)
    return Bound(Markup.escape(FIRST), FIRST, ()) if found is None else _summary(found)


def changes(view: CycleView) -> Exhibit:
    """The milestones that moved, the largest revisions with their reason, what is new or gone, and statuses that
    changed.
    """
    found = since_last_board(view)
    if found is None:
        return Exhibit(Markup("<p>{}</p>").format(FIRST), FIRST)
    said = _summary(found)
    return gather(Exhibit(Markup("<p>{}</p>").format(said.html), said.plain, said.figures), *_tables(view, found))


def _tables(view: CycleView, found: Difference) -> Iterator[Table]:
    before, now = board(found.before), board(found.after)
    judged = {figure.id for position in view.positions.values() if (figure := position.change)}
    moved = [change for change in found.changes if change.id in judged and change.kind != "gone"]
    if moved:
        yield Table(
            "Milestones that stand otherwise than at the last Board",
            ("Milestone", before, now),
            [(_milestone(view, change), *_sides(change, found)) for change in moved],
            name="changed",
        )
    if revised := found.of("revised"):
        yield Table(
            "Revised figures: the same period, another value",
            ("Figure", before, now, "Revised by", "Reason"),
            [
                (change.title, *_sides(change, found), _by(change), change.reason or "the register gives none")
                for change in revised[:LONGEST]
            ],
            name="revised",
            note=_rest(revised, found),
        )
    if others := [*found.of("new"), *found.of("gone")]:
        yield Table(
            "Figures that are new, or held no longer",
            ("Figure", before, now),
            [(change.title, *_sides(change, found)) for change in others[:LONGEST]],
            name="new",
            note=_rest(others, found),
        )
    before_view = view.before
    ways = [
        (_title(each), before_view.positions[name].course, each.course)
        for name, each in view.positions.items()
        if before_view is not None
        and name in before_view.positions
        and before_view.positions[name].course != each.course
    ]
    if ways:
        yield Table(
            "Milestones that go another way than at the last Board", ("Milestone", before, now), ways, name="courses"
        )
    if found.moved:
        yield Table(
            "Deliverables whose status changed",
            ("At the last Board", "Now", "Deliverables"),
            [(old.capitalize(), new.capitalize(), count) for old, new, count in found.moves()],
            name="moved",
        )


def _summary(found: Difference) -> Bound:
    words = {
        "revised": "revised for the same period",
        "changed": "changed as the year went on",
        "new": "new",
        "gone": "held no longer",
        "reworded": "read otherwise",
        "moved": f"{'has' if len(found.moved) == 1 else 'have'} another status than at the",
    }
    figures = {what: found.count(what) for what in words}
    said = {what: Markup("{} {}").format(commentary.mark(figure), words[what]) for what, figure in figures.items()}
    # whether a figure was revised cannot be known where those that the Board was given are not kept
    unseen, revised = ("", Markup("{revised}, ")) if found.before_kept else (f" {UNSEEN}", Markup(""))
    if not found.before_kept:
        del figures["revised"]
    of_deliverables = Markup("Of the deliverables, {moved} {board}. ") if found.statuses else Markup("")
    html = (
        of_deliverables
        + Markup("Of the figures of milestones, ")
        + revised
        + Markup("{changed}, {new}, {gone}; of the three answers about each, {reworded}.{unseen}")
    ).format(board=board(found.before), unseen=unseen, **said)
    if not found.statuses:
        del figures["moved"]
    return Bound(html, html.striptags(), tuple(figures.values()))


def _milestone(view: CycleView, change: Change) -> Markup:
    return _title(view.positions[change.figure.measure])


def _title(position: Position) -> Markup:
    return Markup('<a href="{}.html">{}</a>').format(position.outcome.id, position.milestone.title)


def _sides(change: Change, found: Difference) -> tuple[Cell, Cell]:
    """A figure as the last Board had it, and as it is now, each with its period."""
    was = (
        as_before(change.before, found.before)
        if change.before is not None and change.before.value is not None
        else None
    )
    now = change.after if change.after is not None and change.after.value is not None else None

    def side(figure: Figure | None) -> Cell:
        if figure is None:
            return "not held"
        return cells.lines([(figure, _told(figure.period, figure.baseline if figure.signed else ""))])

    return side(was), side(now)


def _told(period: str, baseline: str) -> str:
    return ", on ".join(filter(None, [f"in {period}" if period else "", baseline]))


def _by(change: Change) -> Cell:
    """By how much a figure was revised, and in per cent of what it was."""
    if change.size is None or change.share is None:
        return change.size
    html = Markup("{} ({})").format(commentary.mark(change.size), commentary.mark(change.share))
    return Bound(html, html.striptags(), (change.size, change.share))


def _rest(listed: list[Change], found: Difference) -> str:
    return f"The largest; all are printed by: pcp diff {found.before} {found.after}." if len(listed) > LONGEST else ""
