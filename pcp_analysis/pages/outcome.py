"""An outcome of the plan in one cycle, as its notebook shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from markupsafe import Markup

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import recorded
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import areas, charts, exhibits, glossary, printed_charts, summary
from pcp_analysis.pages.exhibit import OPENED, STOPPED, Exhibit, gather
from pcp_analysis.pages.sources import sources_table
from pcp_analysis.pages.tables import Table
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    import pandas as pd


Shown = TypeVar("Shown", bound=Exhibit)


class Data:
    """The tables behind a page, by name: ``outcome.data("robbery")``; ``outcome.data["rob`` completes with Tab."""

    def __init__(self, view: CycleView) -> None:
        self._view = view

    def names(self) -> list[str]:
        """Every name that can be asked for: milestones and series, measures of printed tables, and the tables
        themselves.
        """
        view = self._view
        measures = [measure for table in view.inputs.tables.values() if "measure" in table for measure in table.measure]
        return sorted({*recorded.measured_series(view.plan, view.inputs), *measures, *view.inputs.tables})

    def __call__(self, name: str) -> pd.DataFrame:
        """The tidy rows that the cycle may see of a series, a measure or a table. KeyError lists the nearest names."""
        view = self._view
        series = recorded.measured_series(view.plan, view.inputs)
        if name in series:
            counts = view.inputs.series(series[name][0], view.plan.force)
            return (
                counts.rename("count")
                .rename_axis("period")
                .reset_index()
                .assign(series=series[name][0], force=view.plan.force)[["series", "force", "period", "count"]]
            )
        if name in view.inputs.tables:
            return view.inputs.tables[name].copy()
        tables = [table[table.measure == name] for table in view.inputs.tables.values() if "measure" in table]
        tables = [rows for rows in tables if len(rows)]
        if not tables:
            raise unknown("data", name, self.names())
        return tables[0].reset_index(drop=True)

    __getitem__ = __call__

    def _ipython_key_completions_(self) -> list[str]:
        return self.names()


class Page:
    """What a page of any kind has: what its cycle sees, its data, and the list of its sources."""

    def __init__(self, view: CycleView) -> None:
        self.view = view
        self.data = Data(view)
        OPENED.append(view.usage)
        self._inputs: set[str] = set()
        self._texts: list[str] = []

    def _show(self, exhibit: Shown) -> Shown:
        self._inputs |= set(exhibit.inputs)
        self._texts += [exhibit.plain, exhibit.html.striptags()]
        return exhibit

    def figure(self, figure_id: str) -> Figure:
        """The figure of that id, with its value, interval, basis and method. KeyError lists the nearest ids."""
        return self.view.figures[figure_id]

    def figures(self, name: str) -> Table:
        """The figures of a milestone, a series or a measure: id, value, period, and the forms that bind it."""
        return exhibits.bindable(self.view, name)

    def nothing_to_show(self, reason: str) -> NoReturn:
        """Says on the page that nothing more is shown, and why, and ends the notebook there: its later cells are not run."""
        from IPython.display import display

        words = f"Nothing more is shown here: {reason}"
        display(Exhibit(Markup('<p class="note">{}</p>').format(words), words), metadata={STOPPED: True})  # type: ignore[no-untyped-call]
        raise SystemExit

    def words(self) -> Exhibit:
        """The words of the trade on the page above and in what it was made from, each leading to its line in the
        glossary.
        """
        return glossary.used(self.view, [*self._texts, self.sources().plain])

    def sources(self) -> Table:
        """What the page above was made from: file, publisher, as-at date, hash of the rows seen, version of the
        package.
        """
        return sources_table(self.view, self._inputs)


class OutcomePage(Page):
    """One of the plan's outcomes in a cycle. Every method returns what the page shows, with its frame or its axes."""

    def __init__(self, view: CycleView, outcome_id: str) -> None:
        super().__init__(view)
        self.outcome = view.plan.outcome(outcome_id)
        self._positions: set[str] = set()

    def __repr__(self) -> str:
        cycle, milestones = self.view.cycle, [m.id for each in self.outcome.deliverables for m in each.milestones]
        return "\n".join(
            (
                f"{self.outcome.number}. {self.outcome.title}, for the Board of {wording.day(cycle.board_date)}",
                f"  milestones: {', '.join(milestones) or 'none'}",
                f"  shows: {', '.join(name for name in dir(type(self)) if not name.startswith('_'))}",
                '  data("robbery") gives its rows; figures("robbery") what can be bound; help(outcome) says more',
            )
        )

    def _milestone(self, name: str) -> str:
        if name not in self.view.positions:
            raise unknown("milestone", name, self.view.positions)
        return name

    def deliverables(self) -> Exhibit:
        """Every deliverable: lead, cadence, status, and what was said."""
        return self._show(exhibits.Deliverables(self.view, self.outcome))

    def position(self, milestone: str) -> exhibits.PositionExhibit:
        """Where a milestone stands: the three answers, what the Board was shown, and what official statistics give."""
        found = exhibits.PositionExhibit(self.view, self.view.positions[self._milestone(milestone)])
        self._positions.add(milestone)
        return self._show(found.above(*printed_charts.over_boards(self.view, milestone)))

    def positions(self) -> Exhibit:
        """Where the outcome's other milestones stand: those that no cell above showed, such as one that the plan has had since."""
        own = [each.id for deliverable in self.outcome.deliverables for each in deliverable.milestones]
        others = [self.position(name) for name in own if name not in self._positions]
        heading = Exhibit(Markup("<h2>Other milestones</h2>"), "Other milestones")
        return self._show(gather(heading, *others) if others else Exhibit(Markup(""), ""))

    def path(self, milestone: str) -> Exhibit:
        """The year to date against last year, the lowest year and the milestone."""
        return self._drawn(charts.path, self._milestone(milestone))

    def control_chart(self, series: str) -> Exhibit:
        """Whether the latest periods of a series lie within what its past would lead one to expect, and since when."""
        return self._drawn(charts.control, series)

    def level(self, series: str) -> Exhibit:
        """The level of a series over all the periods that the cycle may see."""
        return self._drawn(charts.level, series)

    def rates(self, milestone: str) -> Exhibit:
        """The rate per 1,000 residents beside the plan's comparison forces."""
        return self._drawn(charts.rates, self._milestone(milestone))

    def funnel(self, series: str) -> Exhibit:
        """Where the force stands among all forces, given how much forces vary anyway."""
        return self._drawn(charts.funnel, series)

    def areas(self, series: str) -> Exhibit:
        """How each place of the force changed on the year that is compared, and in which by more than chance."""
        return self._drawn(areas.by_area, series)

    def outside_plan(self) -> Exhibit:
        """The series that no milestone is about and that changed by more than chance, with how many were looked at."""
        return self._show(summary.outside_plan(self.view))

    def waves(self, measure: str, answer: str) -> Exhibit:
        """A survey's answer by wave, with indicative intervals."""
        return self._chart(printed_charts.waves, measure, answer)

    def answers(self, measure: str) -> Exhibit:
        """All answers of a survey by wave, from agreement to disagreement."""
        return self._chart(printed_charts.answers, measure)

    def compliance(self, measure: str) -> Exhibit:
        """How many of the records examined were right, with intervals."""
        return self._chart(printed_charts.compliance, measure)

    def ranking(self, measure: str) -> Exhibit:
        """Areas by a printed percentage, with their printed positions in the table of data."""
        return self._chart(printed_charts.ranking, measure)

    def change(self, measure: str) -> Exhibit:
        """A printed change that the paper gives both counts of, with the interval that the counts allow."""
        return self._chart(printed_charts.change, measure)

    def changes(self, *series: str) -> Exhibit:
        """The change on the year before of the outcome's milestones that a series measures, and of the series named
        beside them.
        """
        own = [
            each.id
            for deliverable in self.outcome.deliverables
            for each in deliverable.milestones
            if recorded.change_on_last_year(each.id, self.view.figures)
        ]
        return self._drawn(lambda view, *_: charts.changes(view, [*own, *series], name=self.outcome.id), *own, *series)

    def shown(self, *measures: str) -> Table:
        """The figures that the Board was shown of these measures, as printed; charted where three Boards were shown one."""
        charts_below = [chart for each in measures for chart in printed_charts.over_boards(self.view, each)]
        return self._show(exhibits.shown(self.view, measures).above(*charts_below))

    def _chart(self, draw: Callable[..., Shown], *arguments: str) -> Shown:
        return self._show(draw(self.view, *arguments))

    def _drawn(self, draw: Callable[..., Exhibit], *names: str) -> Exhibit:
        """A chart of series, or, where too little of one is held to draw it, a sentence in its place: the page stands."""
        try:
            return self._chart(draw, *names)
        except (LookupError, ValueError, ZeroDivisionError):
            # a name that is none of a series is refused
            if not names or not set(names) <= recorded.measured_series(self.view.plan, self.view.inputs).keys():
                raise
            return self._show(charts.cannot_be_drawn(self.view, names[0]))


def open_outcome(outcome_id: str, cycle: str, *, root: Path | None = None) -> OutcomePage:
    """Open an outcome of the plan as *cycle* sees it. Unknown names are a KeyError that lists the nearest ones."""
    return OutcomePage(open_view(cycle, root=root), outcome_id)
