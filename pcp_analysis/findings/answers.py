"""The three answers of a milestone in words that follow its figures: what happened, whether that is good, and whether the
promise will be kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pcp_analysis.figures import last_board, wording
from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.findings import chance
from pcp_analysis.findings.absence import EARLIER_PLAN, NOT_RECEIVED, SUPPRESSED
from pcp_analysis.findings.chance import Verdict
from pcp_analysis.findings.courses import COURSES, YEAR_UNKNOWN, ended, projected
from pcp_analysis.findings.outlook import NEEDED, PROMISED, other_base
from pcp_analysis.findings.prospect import OVER, REST, TELLING
from pcp_analysis.findings.signals import Signals

if TYPE_CHECKING:
    from pcp_analysis.plan.model import Milestone

_AS = {True: "would be more than chance", False: "could be chance", None: "would be left open"}


def happened(
    change: Figure | None,
    said: Figure | None,
    verdict: Verdict | None,
    control_chart: Signals | None,
    own: Sequence[Figure],
    absent: str,
    last: Figure | None,
) -> str:
    """What happened, in words that follow the change, or what was *said* of it; else why none is told, and what a Board of
    an earlier plan was shown *last*.
    """
    if change is None or verdict is None:
        if said is not None:
            return f"{{title}} is {{{said.id}}}, as printed. No number to compare with is printed."
        return f"{{title}}: {absent}{_of_earlier_plan(last)}."
    told = f"{{title}} {{{change.id}:verb}}"
    if wording.verb(change) != "is unchanged":
        told += f" by {{{change.id}:size}}"
    told += f" in {{{change.id}:period}}, compared with {{{change.id}:baseline}}"
    if change.numerator is None:
        return f"{told}, as printed. {_too_small(own) or verdict.reason}"
    told += f": {{{change.id}:numerator}} after {{{change.id}:denominator}}{_record(own)}."
    since = chance.since_when(control_chart) if control_chart else ""
    return f"{told} {verdict.reason}" + (f" {since[0].upper()}{since[1:]}." if since else "")


def _of_earlier_plan(last: Figure | None) -> str:
    """What a Board of an earlier plan was shown last, to end a sentence; empty where none was shown anything."""
    if last is None or last.value is None:
        return ""
    who = f"; the {last_board.board(last.shown_to)} was last"
    if last.unit == "direction":
        return f"{who} told that it is {{{last.id}}}"
    return f"{who} shown: {{{last.id}}}" + (f", on {{{last.id}:baseline}}" if last.signed and last.baseline else "")


def _too_small(own: Sequence[Figure]) -> str:
    """Below which count a change that is printed without its counts could be chance; empty of any other change."""
    count = next((figure for figure in own if figure.item == TELLING), None)
    if count is None:
        return ""
    return (
        f"No counts are printed: if fewer than about {{{count.id}:about}} were recorded, it is too small to tell from "
        "chance."
    )


def both_verdicts(milestone: Milestone, without: Verdict, board: str) -> str:
    """What the verdict would be without the breaks that a cycle is the first to declare, and who declared them."""
    new = [each for each in milestone.rebase if each.declared == board]
    named = wording.listed([f"{wording.month(each.at)} ({each.reason}; declared by {each.by})" for each in new])
    return f" The chart of the series begins anew in {named}; without that the change {_AS[without.more]}."


def _record(own: Sequence[Figure]) -> str:
    """That the latest period has the fewest or the most of all, to end a sentence; empty where it has not."""
    items = {figure.item: figure for figure in own if not figure.part}
    latest = items.get("latest_period")
    for item, words in (("lowest_period", "the fewest"), ("highest_period", "the most")):
        if latest is not None and item in items and items[item].period == latest.period:
            return f", {words} in any {items[item].grain} since {items[item].since}"
    return ""


def earlier(change: Figure | None, board: str) -> str:
    """That a change is what an earlier Board was shown."""
    if change is None or change.shown_to in ("", board):
        return ""
    return f" This is what the {last_board.board(change.shown_to)} was shown."


# Why nothing can be said, once the first answer has said it in full.
_BRIEFLY = {
    NOT_RECEIVED: "nothing was received",
    SUPPRESSED: "what was received is suppressed",
    EARLIER_PLAN: EARLIER_PLAN,
}


def good(
    milestone: Milestone,
    change: Figure | None,
    said: Figure | None,
    verdict: Verdict | None,
    going: str,
    absent: str,
    told: str,
) -> str:
    """Whether what happened is good, as the plan promises."""
    if going == YEAR_UNKNOWN:
        return f"Not known here: no figure of the whole year was received{told}."
    if milestone.better == "neutral" and (change is not None or said is not None):
        words = "Neither good nor bad: more reports and more crime cannot be told apart."
        return words + (" More reports are what the plan asks for." if milestone.promised == "higher" else "")
    if verdict is None or verdict.more is None:
        if change is not None and going == COURSES[-1]:
            return "Cannot be said: the latest period may be incomplete."
        if change is None and said is None:
            return f"Cannot be said: {_BRIEFLY.get(absent, 'no change is told')}."
        return f"As printed: {going}. {milestone.better.capitalize()} is better, as the plan promises."
    if change is None or not verdict.more:
        return "Neither: the change can be chance."
    good = (change.number < 0) == (milestone.better == "lower")
    return f"{'Yes' if good else 'No'}: {milestone.better} is better, as the plan promises."


def last_told(figure: Figure | None, words: str, board: str) -> str:
    """What a Board was last told of a milestone of which nothing of the whole year is held, to end a sentence; *board* is the
    month of this one.
    """
    if figure is None or not figure.shown_to:
        return ""
    if figure.shown_to == board:
        return f"; this Board is told: {words}"
    return f"; the {last_board.board(figure.shown_to)} was last told: {words}"


def outlook(
    milestone: Milestone,
    figures: Figures,
    change: Figure | None,
    control_chart: Signals | None,
    going: str,
    absent: str,
    told: str,
) -> str:
    """Whether the milestone will be met, or was."""
    name = milestone.id
    if going == YEAR_UNKNOWN:
        return f"Not known here: the year is over, and no figure of all of it was received{told}."
    if f"{name}.chance" not in figures:
        return _printed_outlook(milestone, figures, change, going, absent)
    lower = milestone.better == "lower"
    if ended(milestone, figures):
        promise = _promise(milestone, over=True)
        return f"{going.capitalize()}: the year came to {{{name}.projected_total}}. {promise}.{_other_base(milestone, figures)}"
    promise = _promise(milestone, over=False)
    periods = control_chart.periods[:-1] if control_chart is not None else "period"
    left = [f"{{{each.id}:about}} in {{{each.id}:period}}" for each in figures.of(name) if each.item == NEEDED]
    # more than a few periods left are told by their average
    rest = wording.listed(left) if 0 < len(left) <= 4 else f"{{{name}.needed_per_period:about}} in each {periods} left"
    return (
        f"{going.capitalize()}: the year is heading for about {{{name}.projected_total:about}}, 8 chances in 10 from "
        f"{{{name}.projected_total:about_interval}}. {promise}; the chance of that is put at {{{name}.chance:about}}, "
        f"{{{name}.chance:odds}}, and it {'allows' if lower else 'needs'} about {rest}."
        f"{_other_base(milestone, figures)}{control_chart.exceptional if control_chart is not None else ''}"
    )


def _promise(milestone: Milestone, *, over: bool) -> str:
    """What the promise is, or was, as a number."""
    name, bound = milestone.id, f"{milestone.bound} {{{milestone.id}.promised_total}}"
    if milestone.target is not None:
        return f"The promise {'was' if over else 'is'} {bound}"
    stay = f"it {'had to' if over else 'must'} stay {bound}"
    return f"To be {milestone.better} than {{{name}.promised_total:baseline}} {stay}"


def _other_base(milestone: Milestone, figures: Figures) -> str:
    """What the promise and its chance are if the baseline counts another series too; empty where that is not left open."""
    found = other_base(milestone, figures)
    if found is None:
        return ""
    promised, likely = found
    over = ended(milestone, figures)
    words = (milestone.baseline_may_include or "").replace("_", " ")
    bound = milestone.bound
    if over:
        came = projected(likely, over=True)
        return f" If {{{promised.id}:baseline}} counts {words} too, it had to be {bound} {{{promised.id}}}: {came}."
    return (
        f" If {{{promised.id}:baseline}} counts {words} too, it must be {bound} {{{promised.id}}}: the chance of that is put at "
        f"{{{likely.id}:about}}, {{{likely.id}:odds}}: {projected(likely)}."
    )


def _printed_outlook(milestone: Milestone, figures: Figures, change: Figure | None, going: str, absent: str) -> str:
    """What printed figures allow to say of a promise: where it stands, how far off, and what the rest must bring."""
    if going == COURSES[-1]:
        why = _BRIEFLY.get(absent, "too little is held to project the year")
        if change is not None:
            why = "the latest period may be incomplete"
        promised = figures.get(f"{milestone.id}.{PROMISED}")
        if change is None and promised is not None:
            return f"Cannot be said yet. {_promise(milestone, over=False)}."
        return f"Cannot be said: {why}."
    words = f"{going.capitalize()}, as printed; no pace is known from which the year could be projected."
    if milestone.target is None:
        words += " The plan sets no number."
    over = figures.get(f"{milestone.id}.{OVER}")
    if over is not None and over.number:
        beyond = "over" if over.number > 0 else "below"
        words += f" By now it is {{{over.id}:size}} {beyond} what the promise of {{{milestone.id}.target}} allows."
    return words + _rest(milestone, [each for each in figures.of(milestone.id) if each.item == REST])


def _rest(milestone: Milestone, left: Sequence[Figure]) -> str:
    """What the rest of the year must bring, by how many months are counted; empty where nothing tells."""
    months = " or ".join(each.part.partition("_")[0] for each in left)
    left = sorted(left, key=lambda each: abs(each.number))
    if not left or len({each.number > 0 for each in left}) > 1:
        return ""
    rise = left[0].number > 0
    must = "must" if rise == (milestone.better == "higher") else "may"
    sizes = " to ".join(f"{{{each.id}:size}}" for each in left)
    return (
        f" To keep the promise, the rest of the year {must} come {sizes} {'above' if rise else 'below'} that of last year, "
        f"if all months are alike and {months} of them are counted here."
    )
