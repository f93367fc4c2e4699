"""The front page of the pack: what the Board's template asks for, every position, and what is still owed."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis.findings import commentary, expected, open_evidence, text
from pcp_analysis.pages import changed, exhibits
from pcp_analysis.pages.exhibit import Exhibit, gather, unknown
from pcp_analysis.pages.outcome import Page
from pcp_analysis.pages.tables import Table

if TYPE_CHECKING:
    from pcp_analysis.plan import Deliverable

BLANK = "The paper leaves this section blank."


class Overview(Page):
    """The pack's front page in a cycle."""

    def __repr__(self) -> str:
        return f"{self.evidence.plan.title}: overview for the Board of {text.day(self.evidence.cycle.board_date)}"

    def section(self, *names: str) -> Exhibit:
        """Sections of the Board's report template, by name; a blank one says that it is blank."""
        parts = []
        for name in names:
            if name not in self.evidence.cycle.sections:
                raise unknown("section", name, self.evidence.cycle.sections)
            source = self.evidence.cycle.sections[name]
            heading = name.replace("_", " ").capitalize()
            bound = commentary.bind(source or BLANK, self.evidence.figures)
            parts.append(Exhibit(Markup('<section><h2>{}</h2>{}</section>').format(heading, bound.html),
                                 f"{heading}\n{bound.plain}", bound.figures))
        return self._show(gather(*parts))

    def positions(self) -> Table:
        """Every milestone in two columns: what the Board was shown, and what official statistics give."""
        rows = [
            (Markup('<a href="{}.html">{}</a>').format(held.outcome.id, held.milestone.title), _promise(held),
             exhibits.headline(held) or "nothing printed", exhibits.statistic(held), exhibits.outlook(self.evidence, held))
            for held in self.evidence.positions.values()
        ]
        return self._show(Table(
            "Where every milestone stands",
            ("Milestone", "What the plan promises", exhibits.BOARD_SAW, exhibits.STATISTICS_GIVE, "Will it be met?"), rows,
            note=f"The two columns are not compared with each other. {exhibits.vintage(self.evidence)}", name="positions"))

    def cautions(self) -> Exhibit:
        """What must be known of how the crimes above are recorded."""
        found = [exhibits.recording_caution(self.evidence, name) for name in self.evidence.positions]
        return self._show(gather(*{each.plain: each for each in found if each}.values()))

    def statuses(self) -> Table:
        """How many deliverables have each status that occurs, by outcome; the counts add up to all of them."""
        counts, occurring = expected.status_counts(self.evidence), expected.occurring_statuses(self.evidence)
        rows = [(Markup('<a href="{}.html">{}. {}</a>').format(outcome.id, outcome.number, outcome.title), *counts[outcome.id])
                for outcome in self.evidence.plan.outcomes]
        rows.append(("All outcomes", *counts["all"]))
        return self._show(Table("Deliverables by outcome and status",
                                ("Outcome", *(name.capitalize() for name in occurring), "All"), rows, name="statuses"))

    def changes(self) -> Exhibit:
        """What changed since the last Board: milestones, revisions with their reason, and statuses; how many of each."""
        return self._show(changed.changes(self.evidence))

    def expected(self) -> Table:
        """By lead: what is not before this Board, from whom or in what it is expected, and when."""
        held = self.evidence.statuses
        owed = [each for each in self.evidence.plan.deliverables if held[each.id].name != "reported"]
        rows = [(expected.leads(each), self._link(each), held[each.id].words) for each in sorted(owed, key=expected.leads)]
        return self._show(Table("What is not before this Board, by lead", ("Lead", "Deliverable", "Status"), rows, name="expected"))

    def next_due(self) -> Table:
        """By lead: what is next due after this Board, and how that is known."""
        rows = []
        for (lead, month), group in groupby(expected.next_due(self.evidence), key=lambda due: (expected.leads(due.deliverable), due.month)):
            lines = [Markup('<span class="line">{} ({})</span>').format(self._link(due.deliverable), due.why) for due in group]
            rows.append((lead, text.month(month), Markup(" ").join(lines)))
        return self._show(Table(
            "What is next due, by lead", ("Lead", "Next due", "What, and how that is known"), rows, name="next_due",
            note="The date of the next Board is not held here, so this is what is next due: from the cadence, from what was deferred, and "
                 "from answers that are awaited. What has no month that could be derived is not in the list."))

    def commitments(self) -> Exhibit:
        """What updates to this Board and to earlier ones dated, and whether the date has passed."""
        dated = expected.commitments(self.evidence)
        if not dated:
            words = "No update that is held here makes a commitment with a date."
            return self._show(Exhibit(Markup("<p>{}</p>").format(words), words))
        rows = [(each.commitment.what, self._link(each.deliverable), text.month(each.cycle), each.when, each.words) for each in dated]
        return self._show(Table(
            "Commitments with a date, made inside updates", ("What", "Deliverable", "Said to the Board of", "Date", "How it stands"), rows,
            name="commitments", note="A month runs to its last day. Where there is no record here, it may well have happened: nothing that "
                                     "is held here says so, or says otherwise."))

    def _link(self, deliverable: Deliverable) -> Markup:
        return Markup('<a href="{}.html">{}</a>').format(self.evidence.plan.outcome_of(deliverable.id).id, deliverable.title)

    def comparison(self) -> Exhibit:
        """Which forces the pages compare with, and why these."""
        beside = self.evidence.plan.comparison
        words = f"Comparison forces: {text.listed(list(beside.forces))}. {beside.basis}"
        return self._show(Exhibit(Markup('<p class="note">{}</p>').format(words), words))


def _promise(held: object) -> tuple[object, ...]:
    milestone = held.milestone
    if held.target is not None:
        return (held.target, f"on {held.target.baseline}")
    if milestone.better == "neutral":
        return ("no direction: reporting is encouraged",)
    against = f" than in {milestone.baseline_year}" if milestone.baseline_year else ""
    return (f"{milestone.better}{against}, no number",)


def open_overview(cycle: str, *, root: Path | None = None) -> Overview:
    """Open the front page of the pack as *cycle* sees it."""
    return Overview(open_evidence(cycle, root=root))
