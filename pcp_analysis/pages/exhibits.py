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
    html = Markup('<section class="update"><h3>{}</h3>\n{}\n{}\n<p class="note">Reported by: {}. Source: {}</p></section>').format(
        deliverable.title, bound.html, promised, text.listed(list(deliverable.leads)) or "no lead stated",
        update.source or "this cycle's updates")
    return Exhibit(html, f"{deliverable.title}\n{bound.plain}", bound.figures)


def _when(due: str) -> str:
    return text.month(due) if len(due) == 7 else text.date_words(due)


def position(evidence: Evidence, held: Position) -> Exhibit:
    """The three answers, and the two columns of figures as two tables that are never mixed."""
    milestone = held.milestone
    answers = (("What happened?", held.happened), ("Is that good?", held.good), ("Will the milestone be met?", held.outlook))
    html = Markup('<dl class="answers">{}</dl>').format(Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(question, answer.html) for question, answer in answers))
    words = Exhibit(html, "\n".join(f"{question} {answer.plain}" for question, answer in answers),
                    [figure for _, answer in answers for figure in answer.figures])
    parts = [words]
    if milestone.note:
        parts.append(Exhibit(Markup('<p class="note">{}</p>').format(milestone.note), milestone.note))
    if held.shown:
        parts.append(_figures(f"{BOARD_SAW}: {milestone.title.lower()}", held.shown, "shown",
                              "The force's own figures, as printed; they are not compared with the official statistics."))
    if held.official:
        parts.append(_figures(f"{STATISTICS_GIVE}: {milestone.title.lower()}", held.official, "recomputed", vintage(evidence)))
    caution = recording_caution(evidence, milestone.id)
    return gather(*parts, *([caution] if caution else []))


def vintage(evidence: Evidence) -> str:
    """What must be known of the official figures of this cycle: their age, and that they have been revised since."""
    entries = {evidence.inputs.source(name): None for name in evidence.inputs.series_names()}
    notes = [f"{evidence.inputs.entries[name].title}, as published by {text.day(evidence.inputs.entries[name].as_at)}"
             for name in entries]
    return f"{'; '.join(notes)}: a reconstruction, with revisions that nobody could see in {evidence.cycle.board_date.year}."


def _figures(caption: str, figures: Sequence[Figure], name: str, note: str) -> Table:
    rows = [(figure.title, figure, figure.period or "not stated", figure.baseline or "none", BASIS[figure.basis])
            for figure in figures]
    return Table(caption, ("Figure", "Value", "Period", "Compared with", "Basis"), rows, note=note, name=name)


BASIS = {"recomputed": "recomputed", "arithmetic": "computed from printed figures", "quoted": "as printed",
         "not held": "not held"}


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
    waves = [figure for item, figure in named.items() if item.startswith("agree.wave_")]
    levels = [figure for item, figure in named.items() if item in ("satisfied", "safe")]
    if waves:
        latest = max(waves, key=lambda figure: int(figure.id.rsplit("_", 1)[1]))
        change = named.get(f"agree.change_wave_{latest.id.rsplit('_', 1)[1]}")
        return (latest, *(("agree;", change, f"on {change.baseline}") if change else ("agree",)))
    if changes:
        return tuple(part for index, figure in enumerate(changes)
                     for part in ((";",) if index else ()) + (figure, f"on {figure.baseline}"))
    return tuple(part for figure in levels or list(named.values()) for part in (figure, f"({figure.period or 'period not stated'})"))


def statistic(held: Position) -> Cell:
    """What official statistics give of a milestone, for one cell of a table."""
    changes = [figure for figure in held.official if figure.signed]
    return tuple(part for index, figure in enumerate(changes)
                 for part in ((";",) if index else ()) + (figure, f"on {figure.baseline}")) or "no series is held"

