"""An outcome of the plan in one cycle, as its notebook shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.findings import open_evidence, recorded, text
from pcp_analysis.findings.evidence import Evidence
from pcp_analysis.findings.figure import Figure
from pcp_analysis.pages import drawings, exhibits, glossary
from pcp_analysis.pages.charts import Chart
from pcp_analysis.pages.exhibit import Exhibit, unknown
from pcp_analysis.pages.sources import sources_table
from pcp_analysis.pages.tables import Table

if TYPE_CHECKING:
    import pandas as pd


class Data:
    """The tables behind a page, by name: ``outcome.data("robbery")``; ``outcome.data["rob`` completes with Tab."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def names(self) -> list[str]:
        """Every name that can be asked for: milestones and series, measures of printed tables, and the tables
        themselves.
        """
        evidence = self._evidence
        measures = [
            measure for table in evidence.inputs.tables.values() if "measure" in table for measure in table.measure
        ]
        return sorted({*recorded.measured_series(evidence.plan, evidence.inputs), *measures, *evidence.inputs.tables})

    def __call__(self, name: str) -> pd.DataFrame:
        """The tidy rows that the cycle may see of a series, a measure or a table. KeyError lists the nearest names."""
        evidence = self._evidence
        series = recorded.measured_series(evidence.plan, evidence.inputs)
        if name in series:
            counts = evidence.inputs.series(series[name][0], evidence.plan.force)
            return (
                counts.rename("count")
                .rename_axis("period")
                .reset_index()
                .assign(series=series[name][0], force=evidence.plan.force)[["series", "force", "period", "count"]]
            )
        if name in evidence.inputs.tables:
            return evidence.inputs.tables[name].copy()
        held = [table[table.measure == name] for table in evidence.inputs.tables.values() if "measure" in table]
        held = [rows for rows in held if len(rows)]
        if not held:
            raise unknown("data", name, self.names())
        return held[0].reset_index(drop=True)

    __getitem__ = __call__

    def _ipython_key_completions_(self) -> list[str]:
        return self.names()


class Page:
    """What a page of any kind has: the evidence of its cycle, its data, and the list of its sources."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.data = Data(evidence)
        self._used: set[str] = set()
        self._said: list[str] = []

    def _show(self, exhibit: Exhibit) -> Exhibit:
        self._used |= set(exhibit.inputs)
        self._said += [exhibit.plain, exhibit.html.striptags()]
        return exhibit

    def figure(self, figure_id: str) -> Figure:
        """The figure of that id, with its value, interval, basis and method. KeyError lists the nearest ids."""
        return self.evidence.figures[figure_id]

    def words(self) -> Exhibit:
        """The words of the trade on the page above and in what it was made from, each leading to its line in the
        glossary.
        """
        return glossary.used(self.evidence, [*self._said, self.sources().plain])

    def sources(self) -> Table:
        """What the page above was made from: file, publisher, as-at date, hash of the rows seen, version of the
        package.
        """
        return sources_table(self.evidence, self._used)


class Outcome(Page):
    """One of the plan's outcomes in a cycle. Every method returns what the page shows, with its frame or its axes."""

    def __init__(self, evidence: Evidence, outcome_id: str) -> None:
        super().__init__(evidence)
        self.outcome = evidence.plan.outcome(outcome_id)

    def __repr__(self) -> str:
        cycle = self.evidence.cycle
        return f"{self.outcome.number}. {self.outcome.title}, for the Board of {text.day(cycle.board_date)}"

    def _milestone(self, name: str) -> str:
        if name not in self.evidence.positions:
            raise unknown("milestone", name, self.evidence.positions)
        return name

    def deliverables(self) -> Exhibit:
        """Every deliverable: lead, cadence, status, and what was said."""
        return self._show(exhibits.Deliverables(self.evidence, self.outcome))

    def position(self, milestone: str) -> Exhibit:
        """Where a milestone stands: the three answers, what the Board was shown, and what official statistics give."""
        return self._show(exhibits.position(self.evidence, self.evidence.positions[self._milestone(milestone)]))

    def path(self, milestone: str) -> Chart:
        """The year to date against last year, the lowest year and the milestone."""
        return self._chart(drawings.path, self._milestone(milestone))

    def control_chart(self, name: str) -> Chart:
        """Whether the latest periods of a series show a signal or chance."""
        return self._chart(drawings.control, name)

    def level(self, name: str) -> Chart:
        """The level of a series over all the periods that the cycle may see."""
        return self._chart(drawings.level, name)

    def rates(self, name: str) -> Chart:
        """The rate per 1,000 residents beside the plan's comparison forces."""
        return self._chart(drawings.rates, name)

    def funnel(self, name: str) -> Chart:
        """Where the force stands among all forces, given how much forces vary anyway."""
        return self._chart(drawings.funnel, name)

    def waves(self, measure: str, answer: str) -> Chart:
        """A survey's answer by wave, with indicative intervals."""
        return self._chart(drawings.waves, measure, answer)

    def answers(self, measure: str) -> Chart:
        """All answers of a survey by wave, from agreement to disagreement."""
        return self._chart(drawings.answers, measure)

    def compliance(self, measure: str) -> Chart:
        """How many of the records examined were right, with intervals."""
        return self._chart(drawings.compliance, measure)

    def ranking(self, measure: str) -> Chart:
        """Areas by a printed percentage, with their printed positions in the table of data."""
        return self._chart(drawings.ranking, measure)

    def change(self, measure: str) -> Chart:
        """A printed change that the paper gives both counts of, with the interval that the counts allow."""
        return self._chart(drawings.change, measure)

    def changes(self, *series: str) -> Exhibit:
        """The change on the year before of the outcome's milestones that a series measures, and of the series named
        beside them.
        """
        own = [
            each.id
            for deliverable in self.outcome.deliverables
            for each in deliverable.milestones
            if f"{each.id}.year_to_date_change" in self.evidence.figures
        ]
        return self._chart(lambda evidence: drawings.changes(evidence, [*own, *series], name=self.outcome.id))

    def shown(self, *measures: str) -> Table:
        """The figures that the Board was shown of these measures, as printed."""
        return self._show(exhibits.shown(self.evidence, measures))

    def _chart(self, draw: Callable[..., Exhibit], *arguments: str) -> Exhibit:
        return self._show(draw(self.evidence, *arguments))


def open_outcome(outcome_id: str, cycle: str, *, root: Path | None = None) -> Outcome:
    """Open an outcome of the plan as *cycle* sees it. Unknown names are a KeyError that lists the nearest ones."""
    return Outcome(open_evidence(cycle, root=root), outcome_id)
