"""The front page of the pack: what the Board's template asks for, every position, and what is still owed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis.findings import commentary, open_evidence, status, text
from pcp_analysis.findings.figure import Figure
from pcp_analysis.pages import exhibits
from pcp_analysis.pages.exhibit import Exhibit, gather
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
        plan, held = self.evidence.plan, self.evidence.statuses
        occurring = [name for name in status.STATUSES if any(each.name == name for each in held.values())]
        rows = []
        for outcome in plan.outcomes:
            counted = Counter(held[deliverable.id].name for deliverable in outcome.deliverables)
            label = Markup('<a href="{}.html">{}. {}</a>').format(outcome.id, outcome.number, outcome.title)
            rows.append((label, *self._counts(f"outcome_{outcome.number}", counted, occurring)))
        rows.append(("All outcomes", *self._counts("all", Counter(each.name for each in held.values()), occurring)))
        return self._show(Table("Deliverables by outcome and status",
                                ("Outcome", *(name.capitalize() for name in occurring), "All"), rows, name="statuses"))

    def _counts(self, name: str, counted: Counter[str], occurring: list[str]) -> list[Figure]:
        cells = [(each.replace(" ", "_"), counted[each], each) for each in occurring] + [("all", counted.total(), "all")]
        return [
            Figure(id=f"deliverables.{name}.{suffix}", title=f"Deliverables, {words}", value=count, unit="count",
                   basis="recomputed", method="count of the plan's deliverables by status", inputs=("plan", "updates"),
                   period=self.evidence.cycle.id)
            for suffix, count, words in cells
        ]

    def expected(self) -> Table:
        """By lead: what is not before this Board, from whom or in what it is expected, and when."""
        plan, held = self.evidence.plan, self.evidence.statuses
        by_lead: dict[str, list[Deliverable]] = {}
        for deliverable in plan.deliverables:
            if held[deliverable.id].name != "reported":
                by_lead.setdefault(text.listed(list(deliverable.leads)) or "no lead stated", []).append(deliverable)
        rows = [
            (lead, Markup('<a href="{}.html">{}</a>').format(plan.outcome_of(deliverable.id).id, deliverable.title),
             held[deliverable.id].words)
            for lead in sorted(by_lead) for deliverable in by_lead[lead]
        ]
        return self._show(Table("What is not before this Board, by lead", ("Lead", "Deliverable", "Status"), rows, name="expected"))

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
