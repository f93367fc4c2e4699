"""The tables and words of an outcome's page, from what its cycle sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from pcp_analysis.figures import commentary, last_board, unbound, wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.forms import FORMS, WORDS, misfit
from pcp_analysis.findings import assess, expected
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.implied import IMPLIED, IMPLIED_BASE
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages.exhibit import Exhibit, gather
from pcp_analysis.pages.tables import Table
from pcp_analysis.paper.declared import FILE, judged_words
from pcp_analysis.plan import Deliverable, Outcome
from pcp_analysis.strict.nearest import unknown

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.loaders.register import Entry


BOARD_SAW = "What the Board was shown"
STATISTICS_GIVE = "What official statistics give"


class Deliverables(Exhibit):
    """Every deliverable of an outcome with lead, cadence, status and what was said; *frame* has one row for each."""

    def __init__(self, view: CycleView, outcome: Outcome) -> None:
        self._view, self._outcome = view, outcome
        whole = gather(
            Exhibit(Markup("<h2>Deliverables</h2>"), "Deliverables"),
            *_note(view.cycle.no_updates),
            *[_deliverable(view, deliverable) for deliverable in outcome.deliverables],
        )
        super().__init__(whole.html, whole.plain, whole.figures)

    @property
    def frame(self) -> pd.DataFrame:
        """A row a deliverable: id, title, leads, cadence, status, words, due, source."""
        import pandas as pd

        statuses = self._view.statuses
        return pd.DataFrame(
            [
                {
                    "id": each.id,
                    "title": each.title,
                    "leads": wording.listed(list(each.leads)),
                    "cadence": each.cadence,
                    "status": getattr(statuses.get(each.id), "name", ""),
                    "words": getattr(statuses.get(each.id), "words", ""),
                    "due": getattr(statuses.get(each.id), "due", None),
                    "source": each.source,
                }
                for each in self._outcome.deliverables
            ]
        )


def prose(view: CycleView, source: str) -> Bound:
    """What people wrote, with its figures in place; words that are marked as stated lead to their verdict where one is."""
    if not unbound.MARK.search(source):
        return commentary.bind(source, view.figures)
    view.note(view.cycle, FILE)
    return commentary.bind(source, view.figures, checked=judged_words(view.cycle.folder / FILE, FILE))


def _note(words: str) -> list[Exhibit]:
    return [Exhibit(Markup('<p class="note">{}.</p>').format(words), f"{words}.")] if words else []


def _deliverable(view: CycleView, deliverable: Deliverable) -> Exhibit:
    update, status = view.cycle.update(deliverable.id), view.statuses.get(deliverable.id)
    who, how_often = wording.listed(list(deliverable.leads)) or "none stated", deliverable.cadence or "none stated"
    about = Markup('<p class="about">Lead: {}. Cadence: {}.{}{}</p>').format(
        who,
        how_often,
        Markup(" Status: <strong>{}</strong>.").format(status.words) if status else "",
        Markup(" <small>{}</small>").format(f"Source: {update.source.rstrip('.')}.")
        if update and update.source
        else "",
    )
    bound = prose(view, update.text if update else "")
    dated = [
        f"{commitment.what} ({expected.due_words(commitment.due)})"
        for commitment in (update.commitments if update else ())
    ]
    promised = (
        Markup('<p class="commitments"><strong>Dated commitments:</strong> {}.</p>').format("; ".join(dated))
        if dated
        else ""
    )
    became = [f"{what}: {words}" for what, words in expected.settled_here(view, deliverable)]
    if became:
        promised += Markup('<p class="commitments"><strong>What became of earlier promises:</strong> {}.</p>').format(
            "; ".join(became)
        )
    reporter = update.reported_by if update else ""
    reported = f"As reported by {reporter}; not checked." if reporter else ""
    head = Markup('<p class="reported"><strong>{}</strong></p>\n').format(reported) if reported else ""
    html = Markup('<section class="update"><h3>{}</h3>\n{}\n{}{}\n{}</section>').format(
        deliverable.title, about, head, bound.html, promised
    )
    words = f"{deliverable.title}\nLead: {who}. Cadence: {how_often}." + (f" Status: {status.words}." if status else "")
    return Exhibit(html, "\n".join(filter(None, [words, reported, bound.plain, *dated, *became])), bound.figures)


class PositionExhibit(Exhibit):
    """Where a milestone stands: the three answers, and beneath them two tables side by side that are never mixed.

    *answers* has the text of each answer by its question; *frame* the figures of both tables, a row each.
    """

    def __init__(self, view: CycleView, position: Position) -> None:
        milestone, self._position = position.milestone, position
        parts = [answers(list(position.answers.items()))]
        if milestone.note:
            parts.append(Exhibit(Markup('<p class="note">{}</p>').format(milestone.note), milestone.note))
        tables = []
        if position.printed:
            printed = [figure for figure in position.printed if figure.item not in (IMPLIED, IMPLIED_BASE)]
            tables.append(_column(board_saw(view, printed), milestone.title, printed, "shown"))
        if position.official:
            extract = extract_of(view, position)
            caption = f"{STATISTICS_GIVE} ({_vintages(view)})"
            if extract is not None:
                caption = f"What the data of {extract.publisher} give (as at {wording.day(extract.as_at)})"
            tables.append(_column(caption, milestone.title, _telling(position.official), "recomputed"))
        if tables:
            parts.append(beside(*tables))
        caution = recording_caution(view, milestone.id)
        whole = gather(*parts, *([caution] if caution else []))
        super().__init__(whole.html, whole.plain, whole.figures)

    @property
    def answers(self) -> dict[str, str]:
        """The text of each answer, by its question."""
        return {question: answer.plain for question, answer in self._position.answers.items()}

    @property
    def frame(self) -> pd.DataFrame:
        """The figures of the milestone: what the Board was shown, then what official statistics give, as they are."""
        import pandas as pd

        figures = [*self._position.printed, *self._position.official]
        columns = ["id", "title", "value", "unit", "low", "high", "period", "baseline", "basis"]
        return pd.DataFrame([[getattr(each, name) for name in columns] for each in figures], columns=columns)


def bindable(view: CycleView, name: str) -> Table:
    """The figures of a milestone, a series or a measure that commentary can bind, and the forms that fit each."""
    known = view.figures.measures()
    if name not in known and not view.figures.of(name):
        raise unknown("figures of", name, known)
    forms = {
        figure: ", ".join(form for form in (*FORMS, *WORDS) if misfit(figure, form, view.figures) is None)
        for figure in view.figures.of(name)
    }
    rows = [(figure.id, figure, figure.period or "not stated", form) for figure, form in forms.items()]
    return Table("Figures that can be bound", ("Id", "Value", "Period", "Forms"), rows, name="bindable", about=name)


def board_saw(view: CycleView, figures: Iterable[Figure]) -> str:
    """What stands above printed *figures*: that the Board was shown them, or which earlier Board it was."""
    boards = sorted({figure.shown_to for figure in figures if figure.shown_to})
    if not set(boards) - {view.cycle.id}:
        return BOARD_SAW
    if len(boards) == 1:
        return f"What the {last_board.board(boards[0])} was shown"
    return f"What the Boards of {wording.listed([wording.month(board) for board in boards])} were shown"


def beside(*exhibits: Exhibit) -> Exhibit:
    """Exhibits side by side where there is room."""
    both = gather(*exhibits)
    return Exhibit(Markup('<div class="beside">{}</div>').format(both.html), both.plain, both.figures)


def _column(caption: str, milestone: str, figures: Sequence[Figure], name: str) -> Table:
    several = len({figure.shown_to for figure in figures if figure.shown_to}) > 1
    if several:
        figures = sorted(figures, key=lambda figure: figure.shown_to)
    rows = [(_titled(figure, milestone, by_board=several), figure) for figure in figures]
    return Table(caption, ("Figure", "Value"), rows, name=name, about=milestone)


def _titled(figure: Figure, milestone: str, *, by_board: bool) -> str:
    """What a figure is, with its period where the title leaves it open, how it came about where it was not printed, and
    which Board was shown it, where the table is of several.
    """
    to_date = "year to date" in figure.title and "year to date" in figure.period
    told = not figure.period or figure.period in figure.title or figure.signed or to_date
    apart = f", {figure.period}" if "(" in figure.period else f" ({figure.period})"
    period = "" if told or figure.basis == "arithmetic" else apart
    title = figure.title.removeprefix(f"{milestone}, ")
    board = _of_board(figure) if by_board else ""
    return f"{title[0].upper()}{title[1:]}{period}{board}{computed(figure)}"


def _of_board(figure: Figure) -> str:
    """Which Board was shown a figure, behind what it is; empty where its title says so."""
    said = figure.shown_to and last_board.board(figure.shown_to)
    return f" ({said})" if said and said not in figure.title else ""


def computed(figure: Figure) -> str:
    """What tells a figure that was worked out here from one that was printed."""
    return "; computed here from the printed figures" if figure.basis == "arithmetic" else ""


def _telling(figures: Sequence[Figure]) -> list[Figure]:
    """Official figures without those that repeat another, or that the answers above them say already."""
    periods = {figure.item: figure.period for figure in figures}
    dropped = {
        "highest_period",
        "last_year_rank",
        "promised_total",
        "projected_total",
        "chance",
        "needed_per_period",
        "needed",
    }
    for item, repeated in (("latest_period", "year_to_date"), ("last_year", "lowest_year")):
        if item in periods and periods[item] == periods.get(repeated):
            dropped.add(item)
    return [figure for figure in figures if figure.item not in dropped]


def extract_of(view: CycleView, position: Position) -> Entry | None:
    """The register's entry of the extract that measures a milestone; None where official statistics do, or nothing."""
    if position.milestone.series not in view.inputs.series_names():
        return None
    entry = view.inputs.entries[view.inputs.source(position.milestone.series)]
    return entry if entry.kind.long else None


def _vintages(view: CycleView) -> str:
    sources = {view.inputs.source(name) for name in view.inputs.series_names()}
    years = {view.inputs.entries[name].as_at.year for name in sources if not view.inputs.kind(name).long}
    return f"{wording.listed([str(year) for year in sorted(years)])} vintage"


def vintage(view: CycleView) -> str:
    """What must be known of the official figures of this cycle: their age, and that they have been revised since."""
    entries = {view.inputs.source(name): None for name in view.inputs.series_names()}
    notes = [
        f"{view.inputs.entries[name].title}, {'as at' if view.inputs.kind(name).long else 'as published by'} "
        f"{wording.day(view.inputs.entries[name].as_at)}"
        for name in entries
    ]
    later = any(view.inputs.entries[name].as_at > view.cycle.board_date for name in entries)
    since = f": a reconstruction, with revisions that nobody could see in {view.cycle.board_date.year}" if later else ""
    return f"{'; '.join(notes)}{since}."


def recording_caution(view: CycleView, milestone: str) -> Exhibit | None:
    """What stands beside every figure of a series whose recording the plan warns of."""
    sentences = [caution.text for caution in view.cautions if milestone in caution.applies_to]
    if not sentences:
        return None
    bound = commentary.bind(" ".join(sentences), view.figures)
    return Exhibit(Markup('<div class="caution">{}</div>').format(bound.html), bound.plain, bound.figures)


def shown(view: CycleView, measures: Sequence[str]) -> Table:
    """The printed figures of *measures*, each with what the paper leaves open."""
    known = view.figures.measures()
    for measure in measures:
        if measure not in known:
            raise unknown("measure", measure, known)
    wanted = [
        figure
        for measure in measures
        for figure in view.figures.of(measure)
        if figure.basis != "recomputed" and figure.item != assess.TARGET
    ]
    several = len({figure.shown_to for figure in wanted if figure.shown_to}) > 1
    if several:
        wanted.sort(key=lambda figure: (figure.measure, figure.shown_to))
    rows = [
        (
            f"{figure.title}{_of_board(figure) if several else ''}{computed(figure)}",
            figure,
            figure.period or "not stated",
            figure.note or "none",
        )
        for figure in wanted
    ]
    return Table(
        f"{board_saw(view, wanted)}, as printed",
        ("Figure", "Value", "Period", "What to know of it"),
        rows,
        name="shown",
        about=wording.listed([measure.replace("_", " ") for measure in measures]),
    )


def join(parts: Sequence[str | Bound], between: str = " ") -> Bound:
    """Words and commentaries as one commentary, with *between* between them."""
    bound = [part if isinstance(part, Bound) else Bound(Markup.escape(part), part, ()) for part in parts]
    return Bound(
        Markup.escape(between).join(part.html for part in bound),
        between.join(part.plain for part in bound),
        tuple(dict.fromkeys(figure for part in bound for figure in part.figures)),
    )


def answers(asked: Sequence[tuple[str, Bound]]) -> Exhibit:
    """Questions with their answers."""
    html = Markup('<dl class="answers">{}</dl>').format(
        Markup("").join(
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(question, answer.html) for question, answer in asked
        )
    )
    return Exhibit(
        html,
        "\n".join(f"{question} {answer.plain}" for question, answer in asked),
        [figure for _, answer in asked for figure in answer.figures],
    )
