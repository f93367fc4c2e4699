"""The tables and words of an outcome's page, from the evidence of its cycle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis.findings import commentary, text
from pcp_analysis.findings.figure import Figure
from pcp_analysis.pages.exhibit import Exhibit, gather, unknown
from pcp_analysis.pages.tables import Cell, Table

if TYPE_CHECKING:
    from pcp_analysis.findings import Evidence
    from pcp_analysis.findings.assess import Position
    from pcp_analysis.plan import Deliverable, Outcome

BOARD_SAW = "What the Board was shown"
STATISTICS_GIVE = "What official statistics give"


def deliverables(evidence: Evidence, outcome: Outcome) -> Exhibit:
    """A table of every deliverable with lead, cadence and status, and what was said of each that was reported."""
    rows = [
        (deliverable.title, text.listed(list(deliverable.leads)) or "none stated", deliverable.cadence or "none stated",
         evidence.statuses[deliverable.id].words)
        for deliverable in outcome.deliverables
    ]
    table = Table("Deliverables: who leads, how often it is reported, and where it stands",
                  ("Deliverable", "Lead", "Cadence", "Status"), rows, name="deliverables")
    said = [_reported(evidence, deliverable) for deliverable in outcome.deliverables]
    return gather(_heading("Deliverables"), table, *[exhibit for exhibit in said if exhibit])


def _heading(words: str, level: int = 2) -> Exhibit:
    return Exhibit(Markup("<h{0}>{1}</h{0}>").format(level, words), words)


def _reported(evidence: Evidence, deliverable: Deliverable) -> Exhibit | None:
    update = evidence.cycle.update(deliverable.id)
    if update is None or not (update.text or update.commitments):
        return None
    bound = commentary.bind(update.text, evidence.figures)
    dated = [f"{commitment.what} ({_when(commitment.due)})" for commitment in update.commitments]
    promised = Markup('<p class="commitments"><strong>Dated commitments:</strong> {}.</p>').format("; ".join(dated)) if dated else ""
    source = Markup(' <small>{}</small>').format(update.source) if update.source else ""
    html = Markup('<section class="update"><h3>{}{}</h3>\n{}\n{}</section>').format(deliverable.title, source, bound.html, promised)
    return Exhibit(html, f"{deliverable.title}\n{bound.plain}", bound.figures)


def _when(due: str) -> str:
    return text.month(due) if len(due) == 7 else text.date_words(due)


def position(evidence: Evidence, held: Position) -> Exhibit:
    """The three answers, and beneath them two tables side by side that are never mixed."""
    milestone = held.milestone
    answers = (("What happened?", held.happened), ("Is that good?", held.good), ("Will the milestone be met?", held.outlook))
    html = Markup('<dl class="answers">{}</dl>').format(Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(question, answer.html) for question, answer in answers))
    parts = [Exhibit(html, "\n".join(f"{question} {answer.plain}" for question, answer in answers),
                     [figure for _, answer in answers for figure in answer.figures])]
    if milestone.note:
        parts.append(Exhibit(Markup('<p class="note">{}</p>').format(milestone.note), milestone.note))
    tables = []
    if held.shown:
        printed = [figure for figure in held.shown if ".implied_baseline" not in figure.id]
        tables.append(_column(BOARD_SAW, milestone.title, printed, "shown"))
    if held.official:
        tables.append(_column(f"{STATISTICS_GIVE} ({_vintages(evidence)})", milestone.title, _telling(held.official), "recomputed"))
    if tables:
        parts.append(beside(*tables))
    caution = recording_caution(evidence, milestone.id)
    return gather(*parts, *([caution] if caution else []))


def beside(*exhibits: Exhibit) -> Exhibit:
    """Exhibits side by side where there is room."""
    both = gather(*exhibits)
    return Exhibit(Markup('<div class="beside">{}</div>').format(both.html), both.plain, both.figures)


def _column(caption: str, milestone: str, figures: Sequence[Figure], name: str) -> Table:
    rows = [(_titled(figure, milestone), figure) for figure in figures]
    return Table(f"{caption}: {milestone[0].lower()}{milestone[1:]}", ("Figure", "Value"), rows, name=name)


def _titled(figure: Figure, milestone: str) -> str:
    """What a figure is, with its period where the title leaves it open, and how it came about where it was not printed."""
    period = f" ({figure.period})" if figure.period and figure.period not in figure.title and figure.basis != "arithmetic" else ""
    made = "; computed here from the printed figures" if figure.basis == "arithmetic" else ""
    title = figure.title.removeprefix(f"{milestone}, ")
    return f"{title[0].upper()}{title[1:]}{period}{made}"


def _telling(figures: Sequence[Figure]) -> list[Figure]:
    """Official figures without those that repeat another or only serve a sentence."""
    ids = {figure.id.split(".", 1)[1]: figure for figure in figures}
    dropped = {"highest_period", "last_year_rank"}
    if "year_to_date" in ids and ids["latest_period"].period == ids["year_to_date"].period:
        dropped.add("latest_period")
    if "last_year" in ids and "lowest_year" in ids and ids["last_year"].period == ids["lowest_year"].period:
        dropped.add("last_year")
    return [figure for item, figure in ids.items() if item not in dropped]


def _vintages(evidence: Evidence) -> str:
    years = {evidence.inputs.entries[evidence.inputs.source(name)].as_at.year for name in evidence.inputs.series_names()}
    return f"{text.listed([str(year) for year in sorted(years)])} vintage"


def vintage(evidence: Evidence) -> str:
    """What must be known of the official figures of this cycle: their age, and that they have been revised since."""
    entries = {evidence.inputs.source(name): None for name in evidence.inputs.series_names()}
    notes = [f"{evidence.inputs.entries[name].title}, as published by {text.day(evidence.inputs.entries[name].as_at)}"
             for name in entries]
    return f"{'; '.join(notes)}: a reconstruction, with revisions that nobody could see in {evidence.cycle.board_date.year}."


def recording_caution(evidence: Evidence, milestone: str) -> Exhibit | None:
    """What stands beside every figure of a series whose recording the plan warns of."""
    sentences = [caution.text for caution in evidence.cautions if milestone in caution.applies_to]
    if not sentences:
        return None
    bound = commentary.bind(" ".join(sentences), evidence.figures)
    return Exhibit(Markup('<div class="caution">{}</div>').format(bound.html), bound.plain, bound.figures)


def shown(evidence: Evidence, measures: Sequence[str]) -> Table:
    """The printed figures of *measures*, each with what the paper leaves open."""
    wanted = [figure for measure in measures for figure in evidence.figures.of(measure)
              if figure.basis != "recomputed" and not figure.id.endswith(".target")]
    missing = [measure for measure in measures if not evidence.figures.of(measure)]
    if missing:
        known = sorted({name.split(".")[0] for name in evidence.figures})
        raise unknown("measure", missing[0], known)
    rows = [(figure.title, figure, figure.period or "not stated", figure.note or "none") for figure in wanted]
    return Table(f"{BOARD_SAW}, as printed", ("Figure", "Value", "Period", "What to know of it"), rows, name="shown")


def headline(held: Position) -> Cell:
    """What the Board was shown of a milestone, for one cell of a table."""
    named = dict(zip([figure.id.split(".", 1)[1] for figure in held.shown], held.shown, strict=True))
    changes = [figure for item, figure in named.items() if item.startswith("change") and figure.basis == "quoted"]
    waves = [figure for figure in held.shown if ".wave_" in figure.id]
    levels = [figure for item, figure in named.items() if item in ("satisfied", "safe")]
    if waves:
        latest = max(waves, key=lambda figure: int(figure.id.rsplit("_", 1)[1]))
        change = named.get(held.milestone.metric)
        return (latest, *(("and", change, f"on {change.baseline}") if change else ()))
    if changes:
        return tuple(part for index, figure in enumerate(changes)
                     for part in ((";",) if index else ()) + (figure, f"on {figure.baseline}"))
    return tuple(part for figure in levels or list(named.values()) for part in (figure, f"({figure.period or 'period not stated'})"))


def statistic(held: Position) -> Cell:
    """What official statistics give of a milestone, for one cell of a table."""
    changes = [figure for figure in held.official if figure.signed]
    return tuple(part for index, figure in enumerate(changes)
                 for part in ((";",) if index else ()) + (figure, f"on {figure.baseline}")) or "no series is held"

