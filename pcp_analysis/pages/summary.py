"""The summary that a chair reads in one minute, in figures and in words that follow them."""

from __future__ import annotations

from collections.abc import Iterator

from pcp_analysis.figures import commentary, wording
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.findings import assess, expected, owed
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import changed, exhibits
from pcp_analysis.pages.exhibit import Exhibit
from pcp_analysis.pages.tables import Cell

# As many reports or bodies as a sentence can name; the table below it has them all.
NAMED = 3
# As many as the printed side can bear.
LONGEST = 8


def summary(view: CycleView) -> Exhibit:
    """What happened, which milestones are on course, what is before the Board, what is expected, what changed since the
    last Board.
    """
    return exhibits.answers(
        (
            ("What happened?", _happened(view)),
            ("Which milestones are on course?", _courses(view)),
            ("What is before this Board?", _before(view)),
            ("What is expected, and from whom?", _expected(view)),
            ("And since the last Board?", changed.summary(view)),
        )
    )


def _happened(view: CycleView) -> Bound:
    """Signals first, each with what it is a signal of; then the changes that are no more than chance."""
    signals, chance = [], []
    for name, position in measured(view).items():
        if (told := signal(view, name)) is not None:
            signals.append(told)
        elif (change := assess.headline_change(position.milestone, view.figures)) is not None:
            chance.append(
                commentary.sentence(
                    f"{{title}} ({{{change.id}}} on {{{change.id}:baseline}})",
                    view.figures,
                    title=_low(position.milestone.title),
                )
            )
    sentences: list[str | Bound] = [exhibits.join([each, "."], "") for each in signals]
    if chance:
        sentences.append(exhibits.join(["No more than chance: ", exhibits.join(chance, ", "), "."], ""))
    return exhibits.join(
        sentences or ["No series is held that measures a milestone, so nothing can be told from chance."]
    )


def measured(view: CycleView) -> dict[str, Position]:
    """The positions of the milestones that official statistics measure."""
    return {name: position for name, position in view.positions.items() if position.official}


def signal(view: CycleView, name: str) -> Bound | None:
    """What of a milestone is more than chance, as a sentence without its full stop; None where nothing is."""
    milestone, control_chart = view.positions[name].milestone, view.control_chart(name)
    change = assess.headline_change(milestone, view.figures)
    shows = assess.shows(control_chart) if control_chart is not None and control_chart.rule is not None else ""
    if change is None or not (shows or name in view.significant):
        return None
    by = "" if wording.verb(change) == "is unchanged" else f" by {{{change.id}:size}}"
    words = f"{{title}} {{{change.id}:verb}}{by} on {{{change.id}:baseline}}"
    words += f" and {shows}" if shows else ", more than chance"
    return commentary.sentence(words, view.figures, title=milestone.title)


def _low(title: str) -> str:
    """A title inside a sentence; an abbreviation at its beginning keeps its capitals."""
    return title if title[:2].isupper() else f"{title[0].lower()}{title[1:]}"


def _courses(view: CycleView) -> Bound:
    """Each course with how many milestones are on it, and which."""
    named: dict[str, list[str]] = {name: [] for name in owed.COURSES}
    for milestone in view.plan.milestones:
        named[owed.course(milestone.id, view.figures)].append(_low(milestone.title))
    parts = []
    for name, titles in list(named.items())[:-1]:
        count = f"{{milestones.{name.replace(' ', '_')}}}"
        which = f" ({', '.join(titles)})" if titles else ""
        parts.append(commentary.sentence(f"{count} {name}{{title}}", view.figures, title=which))
    whole = commentary.sentence("Of {milestones.all} milestones: ", view.figures)
    said = exhibits.join([whole, exhibits.join(parts, "; "), "."], "")
    if not named[owed.COURSES[-1]]:
        return said
    # they are the most, and stand in a table of their own
    words = (
        f"Of {{milestones.{owed.COURSES[-1].replace(' ', '_')}}} it cannot be said: nothing is held that could tell."
    )
    return exhibits.join([said, commentary.sentence(words, view.figures)])


def _before(view: CycleView) -> Bound:
    """How many deliverables are reported, and how many have each other status that occurs."""
    *counts, whole = expected.status_counts(view)["all"]
    names = expected.occurring_statuses(view)
    said = [f"{{{count.id}}} {name}" for count, name in zip(counts, names, strict=True)]
    return commentary.sentence(f"Of {{{whole.id}}} deliverables: {', '.join(said)}.", view.figures)


def _expected(view: CycleView) -> Bound:
    """The reports and bodies from which most is expected, with their month."""
    if not (most := view.owed):
        return exhibits.join(["Nothing that was due or promised is missing."])
    parts = [
        commentary.sentence(f"{{{each.id}}} {{title}}", view.figures, title=f"{each.whence} ({each.when})")
        for each in most[:NAMED]
    ]
    rest = "" if len(most) <= NAMED else "; the others stand in the table below"
    return exhibits.join([exhibits.join(parts, "; "), f"{rest}."], "")


def owed_rows(view: CycleView) -> Iterator[tuple[Cell, ...]]:
    """A row for each report or body from which most is expected: what it is, when, how many, and who leads."""
    for each in view.owed[:LONGEST]:
        yield each.words, each.when, view.figures[each.id], each.leads
