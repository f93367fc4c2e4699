"""The front page of the pack: what the Board's template asks for, every position, and what is still owed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis.figures import wording
from pcp_analysis.findings import expected
from pcp_analysis.findings.view import open_view
from pcp_analysis.pages import cells, changed, exhibits, glossary, summary, year_end
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.outcome import Page
from pcp_analysis.pages.tables import Cell, Table
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    from pcp_analysis.findings.assess import Position
    from pcp_analysis.plan import Deliverable

BLANK = "The paper leaves {} blank."
UNWRITTEN = "Nothing has been written here for this Board."
# Of the Board's template, what stands on the printed side; the other sections follow the summary on the screen.
FIRST = "executive_summary"
OWED_PAGE = "what_is_owed.html"


class OverviewPage(Page):
    """The pack's front page in a cycle."""

    def __repr__(self) -> str:
        return f"{self.view.plan.title}: overview for the Board of {wording.day(self.view.cycle.board_date)}"

    def summary(self) -> Exhibit:
        """Five questions of a chair with their answers: what happened, the milestones, what is reported, expected, and
        changed.
        """
        return self._show(summary.summary(self.view))

    def section(self, section: str) -> Exhibit:
        """A section of the Board's report template, by name; a blank one says that it is blank."""
        if section not in self.view.cycle.sections:
            raise unknown("section", section, self.view.cycle.sections)
        bound = exhibits.prose(self.view, self.view.cycle.sections[section] or self._blank("this section"))
        heading = _heading(section)
        return self._show(
            Exhibit(
                Markup("<section><h2>{}</h2>{}</section>").format(heading, bound.html),
                f"{heading}\n{bound.plain}",
                bound.figures,
            )
        )

    def sections(self) -> Exhibit:
        """The other sections of the Board's report template, left to the screen; those that are blank in one line."""
        sections = {name: source for name, source in self.view.cycle.sections.items() if name != FIRST}
        parts = [(_heading(name), exhibits.prose(self.view, source)) for name, source in sections.items() if source]
        blank = [_heading(name).lower() for name, source in sections.items() if not source]
        if blank:
            which = "this section" if len(blank) == 1 else "these sections"
            parts.append((wording.listed(blank).capitalize(), exhibits.prose(self.view, self._blank(which))))
        html = Markup("\n").join(Markup("<h3>{}</h3>{}").format(heading, bound.html) for heading, bound in parts)
        return self._show(
            Exhibit(
                Markup('<section class="screen"><h2>The other sections of the paper</h2>{}</section>').format(html),
                "\n".join(f"{heading}\n{bound.plain}" for heading, bound in parts),
                [figure for _, bound in parts for figure in bound.figures],
            )
        )

    def _blank(self, which: str) -> str:
        """What stands in a section without text: a paper left it blank, or no paper has been written yet."""
        self.view.note(self.view.cycle, "paper.csv")
        return BLANK.format(which) if self.view.cycle.has_paper else UNWRITTEN

    def positions(self) -> Exhibit:
        """Every milestone: those that official statistics measure with both columns, and those of which the force alone
        has figures.
        """
        positions = self.view.positions
        measured = summary.measured(self.view)
        by_board = [len(self._boards(names)) > 1 for names in (measured, set(positions) - set(measured))]
        both = [
            (
                self._milestone(position),
                cells.promise(position),
                cells.headline(position, by_board=by_board[0]) or cells.no_number(position),
                cells.statistic(self.view, position),
                position.verdict.words if position.verdict else "not known",
                cells.outlook(self.view, position),
            )
            for position in measured.values()
        ]
        alone = [
            (
                self._milestone(position),
                cells.promise(position),
                cells.headline(position, by_board=by_board[1]) or cells.no_number(position),
                cells.outlook(self.view, position),
            )
            for name, position in positions.items()
            if name not in measured
        ]
        tables: list[Exhibit] = self._year_end()
        extracts = any(exhibits.extract_of(self.view, each) for each in measured.values())
        if both:
            columns = (
                "Milestone",
                "What the plan promises",
                self._saw(measured),
                "What official statistics or extracts give" if extracts else exhibits.STATISTICS_GIVE,
                "More than chance?",
                "Was it met?" if any(each.over for each in positions.values()) else "Will it be met?",
            )
            tables.append(
                Table(
                    f"Milestones that official statistics {'or extracts ' if extracts else ''}measure",
                    columns,
                    both,
                    name="positions",
                    note=f"The two columns are not compared with each other. {exhibits.vintage(self.view)}",
                )
            )
        if alone:
            tables.append(
                Table(
                    "Milestones of which only printed figures are held",
                    ("Milestone", "What the plan promises", self._saw(set(positions) - set(measured)), "As printed"),
                    alone,
                    name="positions unmeasured",
                )
            )
        return self._show(gather(*tables))

    def _year_end(self) -> list[Exhibit]:
        """What Boards were told and what came, with the way to the page of the whole year; nothing before its end."""
        found = year_end.told(self.view)
        if found is None:
            return []
        words = "Every promise of the year, and every commitment with its end: "
        html = Markup('<p class="note">{}<a href="{}">what became of the year</a>.</p>').format(words, year_end.PAGE)
        return [found, Exhibit(html, f"{words}{year_end.PAGE}.")]

    def promises(self) -> Table:
        """At the year's end, every milestone: what was promised, what each Board was told, and what came of it."""
        return self._show(year_end.promises(self.view))

    def ends(self) -> Exhibit:
        """At the year's end, every commitment with a date, and what became of it."""
        return self._show(year_end.commitments(self.view))

    def _saw(self, milestones: Iterable[str]) -> str:
        """The head of the column of printed figures of these milestones."""
        return exhibits.board_saw(
            self.view, [figure for name in milestones for figure in cells.latest(self.view.positions[name])]
        )

    def _boards(self, milestones: Iterable[str]) -> set[str]:
        """The Boards that were shown what the column of these milestones holds."""
        return {figure.shown_to for name in milestones for figure in cells.latest(self.view.positions[name])}

    def _milestone(self, position: Position) -> Markup:
        return Markup('<a href="{}.html">{}</a>').format(position.outcome.id, position.milestone.title)

    def cautions(self) -> Exhibit:
        """What must be known of how the crimes above are recorded; on paper, where the figures that it is about are
        printed.
        """
        printed = summary.measured(self.view)
        found: dict[str, Exhibit] = {}
        # those that are printed first, so that a caution which applies to both is printed
        for name in sorted(self.view.positions, key=lambda name: name not in printed):
            each = exhibits.recording_caution(self.view, name)
            if each is not None and each.plain not in found:
                html = each.html if name in printed else Markup('<div class="screen">{}</div>').format(each.html)
                found[each.plain] = Exhibit(html, each.plain, each.figures)
        return self._show(gather(*found.values()))

    def deliverables(self) -> Exhibit:
        """The matrix of deliverables by outcome and status, and beside it what is owed, in which report or from whom,
        and when.
        """
        if words := self.view.cycle.no_updates:
            return self._show(Exhibit(Markup("<p>{}.</p>").format(words), f"{words}."))
        both = gather(self._matrix(), self._owed())
        return self._show(Exhibit(Markup('<div class="pair">{}</div>').format(both.html), both.plain, both.figures))

    def _matrix(self) -> Table:
        """How many deliverables have each status that occurs, by outcome; the counts add up to all of them."""
        counts, occurring = expected.status_counts(self.view), expected.occurring_statuses(self.view)
        rows: list[tuple[Cell, ...]] = [
            (
                Markup('<a href="{}.html">{}. {}</a>').format(outcome.id, outcome.number, outcome.title),
                *counts[outcome.id],
            )
            for outcome in self.view.plan.outcomes
        ]
        rows.append(("All outcomes", *counts["all"]))
        return Table(
            "Deliverables by outcome and status",
            ("Outcome", *(name.capitalize() for name in occurring), "All"),
            rows,
            name="statuses",
        )

    def _owed(self) -> Exhibit:
        """What is not before this Board, by where it is expected from and when."""
        words = "Every deliverable by name, what is next due and what was promised with a date: "
        html = Markup(
            '<p class="note">{}<a href="{}">what is owed, and what falls due</a>. Words are explained in the '
            '<a href="{}">glossary</a>.</p>'
        ).format(words, OWED_PAGE, glossary.PAGE)
        where = Exhibit(html, f"{words}{OWED_PAGE}. Words are explained in {glossary.PAGE}.")
        rows = list(summary.owed_rows(self.view))
        if not rows:
            words = "Nothing that was due or promised is missing."
            return gather(Exhibit(Markup("<p>{}</p>").format(words), words), where)
        more = "" if len(rows) == len(self.view.owed) else ", the most of it"
        table = Table(
            f"What is owed: in which report or from whom, and when{more}",
            ("Where it is expected", "When", "How many", "Leads"),
            rows,
            name="owed",
        )
        return gather(table, where)

    def changes(self) -> Exhibit:
        """What changed since the last Board in detail, left to the screen: milestones, revisions with their reason, and
        statuses.
        """
        found = changed.changes(self.view)
        return self._show(
            Exhibit(
                Markup('<section class="screen"><h2>What changed since the last Board</h2>{}</section>').format(
                    found.html
                ),
                found.plain,
                found.figures,
                found.inputs,
            )
        )

    def expected(self) -> Table:
        """By lead: what is not before this Board, from whom or in what it is expected, and when."""
        statuses = self.view.statuses
        owed = [
            each
            for each in self.view.plan.deliverables
            if statuses[each.id].name != "reported" and not statuses[each.id].received
        ]
        rows = [
            (expected.leads(each), self._link(each), statuses[each.id].words)
            for each in sorted(owed, key=expected.leads)
        ]
        return self._show(
            Table("What is not before this Board, by lead", ("Lead", "Deliverable", "Status"), rows, name="expected")
        )

    def next_due(self) -> Table:
        """By lead: what is next due after this Board, and how that is known."""
        rows = []
        for (lead, month), group in groupby(
            expected.next_due(self.view), key=lambda due: (expected.leads(due.deliverable), due.month)
        ):
            lines = [
                Markup('<span class="line">{} ({})</span>').format(self._link(due.deliverable), due.why)
                for due in group
            ]
            rows.append((lead, wording.month(month), Markup(" ").join(lines)))
        return self._show(
            Table(
                "What is next due, by lead",
                ("Lead", "Next due", "What, and how that is known"),
                rows,
                name="next_due",
                note="The date of the next Board is not held here, so this is what is next due: from the cadence, from what was deferred, and "
                "from answers that are awaited. What has no month that could be derived is not in the list.",
            )
        )

    def commitments(self) -> Exhibit:
        """What updates to this Board and to earlier ones dated, and whether the date has passed."""
        dated = expected.commitments(self.view)
        if not dated:
            words = "No update that is held here makes a commitment with a date."
            return self._show(Exhibit(Markup("<p>{}</p>").format(words), words))
        rows = [
            (
                each.commitment.what,
                self._link(each.deliverable),
                wording.month(each.cycle[:7]),
                expected.promised_for(each),
                each.words,
            )
            for each in dated
        ]
        return self._show(
            Table(
                "Commitments with a date, made inside updates",
                ("What", "Deliverable", "Said to the Board of", "Date", "How it stands"),
                rows,
                name="commitments",
                note="A month runs to its last day. Where there is no record here, it may well have happened: nothing that "
                "is held here says so, or says otherwise.",
            )
        )

    def _link(self, deliverable: Deliverable | None) -> Markup:
        if deliverable is None:
            return Markup("of an earlier plan")
        return Markup('<a href="{}.html">{}</a>').format(
            self.view.plan.outcome_of(deliverable.id).id, deliverable.title
        )

    def glossary(self) -> Exhibit:
        """Every word of the trade in the pack, explained in a line."""
        return self._show(glossary.glossary(self.view))

    def comparison(self) -> Exhibit:
        """Which forces the pages compare with, and why these."""
        beside = self.view.plan.comparison
        words = f"Comparison forces: {wording.listed(list(beside.forces))}. {beside.basis}"
        return self._show(Exhibit(Markup('<p class="note screen">{}</p>').format(words), words))


def _heading(name: str) -> str:
    """The name of a section as its heading."""
    return name.replace("_", " ").capitalize()


def open_overview(cycle: str, *, root: Path | None = None) -> OverviewPage:
    """Open the front page of the pack as *cycle* sees it."""
    return OverviewPage(open_view(cycle, root=root))
