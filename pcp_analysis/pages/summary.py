"""The summary that a chair reads in one minute, in figures and in words that follow them."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pcp_analysis.figures import commentary
from pcp_analysis.figures.commentary import Bound
from pcp_analysis.findings import courses, expected, outside, recorded
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.outlook import other_base
from pcp_analysis.findings.view import CycleView
from pcp_analysis.pages import changed, exhibits
from pcp_analysis.pages.charts import rose
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
    over = any(position.over for position in view.positions.values())
    if view.cycle.no_updates:
        reported = [("What is before this Board?", exhibits.join([f"{view.cycle.no_updates}."]))]
    else:
        reported = [
            ("What is before this Board?", _before(view)),
            ("What is expected, and from whom?", _expected(view)),
        ]
    return exhibits.answers(
        (
            ("What happened?", _happened(view)),
            ("What became of the milestones?" if over else "Where are the milestones going?", _courses(view)),
            *reported,
            ("And since the last Board?", changed.summary(view)),
        )
    )


def _happened(view: CycleView) -> Bound:
    """The changes that are more than chance, then those that can be chance, by the one verdict of each milestone."""
    more: list[Bound] = []
    rest: list[Bound] = []
    open_: list[Bound] = []
    for position in measured(view).values():
        if (change := position.change) is None or position.verdict is None:
            continue
        title = position.milestone.title
        if position.verdict.more:
            words = f"{{title}} {rose(change)} on {{{change.id}:baseline}}, {position.verdict.words}."
            more.append(commentary.sentence(words, view.figures, title=title))
        else:
            words = f"{{title}} ({{{change.id}}} on {{{change.id}:baseline}})"
            told = rest if position.verdict.more is False else open_
            told.append(commentary.sentence(words, view.figures, title=_low(title)))
    sentences: list[str | Bound] = [*more]
    if rest:
        sentences.append(exhibits.join(["Changes that can be chance: ", exhibits.join(rest, ", "), "."], ""))
    if open_:
        words = "Changes of which nothing can be told yet: "
        sentences.append(exhibits.join([words, exhibits.join(open_, ", "), "."], ""))
    if not sentences and (held := measured(view)):
        return exhibits.join([position.happened for position in held.values()])
    return exhibits.join(
        sentences or ["No series is held that measures a milestone, so nothing can be told from chance."]
    )


def measured(view: CycleView) -> dict[str, Position]:
    """The positions of the milestones that official statistics measure."""
    return {name: position for name, position in view.positions.items() if position.official}


def _low(title: str) -> str:
    """A title inside a sentence; an abbreviation at its beginning keeps its capitals."""
    return title if title[:2].isupper() else f"{title[0].lower()}{title[1:]}"


def _courses(view: CycleView) -> Bound:
    """Each course that occurs with how many milestones are on it, and which: projected ones first, then printed ones."""
    named: dict[str, list[str]] = {name: [] for name in courses.COURSES}
    for position in view.positions.values():
        named[position.course].append(f"{_low(position.milestone.title)}{_other(view, position)}")
    parts = [
        commentary.sentence(
            f"{{milestones.{name.replace(' ', '_')}}} {name}{{title}}", view.figures, title=f" ({', '.join(titles)})"
        )
        for name, titles in named.items()
        if titles
    ]
    whole = commentary.sentence("Of {milestones.all} milestones: ", view.figures)
    return exhibits.join([whole, exhibits.join(parts, "; "), "."], "")


def _other(view: CycleView, position: Position) -> str:
    """The other course of a milestone whose baseline may count another series too, in words; empty of any other."""
    found = other_base(position.milestone, view.figures)
    over = courses.ended(position.milestone, view.figures)
    if found is None or (other := courses.projected(found[1], over=over)) == position.course:
        return ""
    beside = recorded.words(position.milestone.baseline_may_include or "")
    return f"; {other} with {beside} in {found[0].baseline}"


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
    where = "in the table below" if len(most) <= LONGEST else "on the page of what is owed"
    rest = "" if len(most) <= NAMED else f"; the others stand {where}"
    return exhibits.join([exhibits.join(parts, "; "), f"{rest}."], "")


def owed_rows(view: CycleView) -> Iterator[tuple[Cell, ...]]:
    """A row for each report or body from which most is expected: what it is, when, how many, and who leads."""
    for each in view.owed[:LONGEST]:
        yield each.words, each.when, view.figures[each.id], each.leads


def outside_plan(view: CycleView) -> Exhibit:
    """The series that no milestone is about and that changed by more than chance; how many chance alone would bring."""
    if not view.outside_plan:
        words = f"No change in {view.plan.year} is held of any other series."
        return Exhibit(Markup("<p>{}</p>").format(words), words)
    found = {name: change for name, (change, verdict) in view.outside_plan.items() if verdict.more}
    parts: list[str | Bound] = [
        commentary.sentence(
            f"{{title}} {{{change.id}:verb}} by {{{change.id}:size}} on {{{change.id}:baseline}}, {{{change.id}:numerator}} "
            f"after {{{change.id}:denominator}}: more than chance.",
            view.figures,
            title=recorded.words(name).capitalize(),
        )
        for name, change in found.items()
    ]
    looked = f"{{{outside.GROUP}.looked_at}} series that no milestone is about were looked at"
    chance = f"of so many, about {{{outside.GROUP}.by_chance:about}} would stand out by chance alone"
    none = "" if found else " None changed by more than chance."
    words = f"{looked}; {chance}.{none} Whether such a change is good the plan does not say."
    said = exhibits.join([*parts, commentary.sentence(words, view.figures)])
    return Exhibit(Markup("<p>{}</p>").format(said.html), said.plain, said.figures)
