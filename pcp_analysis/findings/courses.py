"""Where a milestone is going: projected from its series, or as far as what was printed tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure, Figures
from pcp_analysis.findings.chance import Verdict
from pcp_analysis.findings.prospect import MANY, TELLING

if TYPE_CHECKING:
    from pcp_analysis.plan.model import Milestone

#: The scale of projections: the least chance of meeting the promise, as printed in per cent, and its word.
SCALE = ((80, "on course"), (60, "likely"), (40, "could go either way"), (21, "unlikely"), (0, "off course"))
MET, NOT_MET = "met so far", "not met so far"
RIGHT, WRONG, UNCLEAR = "shown going the right way", "shown going the wrong way", "shown with no clear change"
SAID_RIGHT, SAID_WRONG = "said to go the right way", "said to go the wrong way"
#: The words once the year is over: what came, or that what was printed of a part of it does not tell.
YEAR_MET, YEAR_NOT_MET, YEAR_UNKNOWN = "met", "not met", "not known here"
#: Every word for where a milestone is going: those of projections, what came of them, those of what was printed, and that
#: nothing tells.
COURSES = (
    *(YEAR_MET, YEAR_NOT_MET, YEAR_UNKNOWN),
    *(name for _, name in SCALE),
    *(MET, NOT_MET, RIGHT, WRONG, UNCLEAR, SAID_RIGHT, SAID_WRONG),
    "cannot be said",
)


def course(
    milestone: Milestone,
    change: Figure | None,
    said: Figure | None,
    verdict: Verdict | None,
    figures: Figures,
    *,
    over: bool = False,
) -> str:
    """Where a milestone is going, one of ``COURSES``. *over* is whether the plan's year has ended: what was printed of a part
    of it then tells no more.

    Where a series gives the chance of meeting the promise, that chance as it is printed, in whole per cent, decides:
    79.97 is printed as 80%. Otherwise what was printed decides: a survey has met a promise of direction so far or not;
    a change in per cent goes the right way, the wrong way, or is no clear change; a direction said in words is said to
    go the right or the wrong way.
    """
    likely = figures.get(f"{milestone.id}.chance")
    if likely is not None:
        return projected(likely, over=ended(milestone, figures))
    if over and (change is not None or said is not None):
        return YEAR_UNKNOWN
    return shown_as(milestone, change, said, verdict, figures)


def shown_as(
    milestone: Milestone, change: Figure | None, said: Figure | None, verdict: Verdict | None, figures: Figures
) -> str:
    """Where a milestone was shown to be going, by what was printed."""
    wanted = milestone.promised if milestone.better == "neutral" else milestone.better
    number = change.number if change is not None else said.number if said is not None else None
    if number is None:
        return COURSES[-1]
    right = (number < 0) == (wanted == "lower") and number != 0
    if wanted is None:
        return UNCLEAR
    if change is None:
        return NOT_MET if number == 0 else SAID_RIGHT if right else SAID_WRONG
    if (verdict is not None and verdict.more is False) or _unclear(milestone, figures):
        return UNCLEAR
    if change.unit == "points":
        return MET if right else NOT_MET
    return RIGHT if right else WRONG


def ended(milestone: Milestone, figures: Figures) -> bool:
    """Whether the year of a projected milestone has ended, so that nothing of it is left to come."""
    return f"{milestone.id}.needed_per_period" not in figures


def projected(chance: Figure, *, over: bool = False) -> str:
    """The word of the scale of projections for a chance, as it is printed in whole per cent: 79.97 is printed as 80%; of a
    year that is over, whether the promise was met.
    """
    printed = float(wording.number(chance.number, places=0))
    if over:
        return YEAR_MET if printed >= SCALE[0][0] else YEAR_NOT_MET
    return next(name for least, name in SCALE if printed >= least)


def _unclear(milestone: Milestone, figures: Figures) -> bool:
    """Whether only very many events would tell a change, printed without its counts, from chance."""
    count = figures.get(f"{milestone.id}.{TELLING}")
    return count is not None and count.number >= MANY
