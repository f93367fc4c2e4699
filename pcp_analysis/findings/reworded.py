"""The sentences of two Boards that differ: the three answers of a milestone, and what leads reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from pcp_analysis.figures import commentary
from pcp_analysis.findings.view import CycleView


@dataclass(frozen=True)
class Reworded:
    """Sentences on one thing, *where*, as two Boards read them; None where one of the two read nothing of it.

    *of* is the id of the milestone or the deliverable; *answer* says that it is an answer of a milestone.
    """

    of: str
    where: str
    before: str | None
    after: str | None
    answer: bool


def reworded(before: CycleView, after: CycleView) -> Iterator[Reworded]:
    """Every answer of a milestone and every report of a lead that reads otherwise, in the plan's order."""
    for name in dict.fromkeys([*after.positions, *before.positions]):
        old, new = (
            [(question, bound.plain) for question, bound in view.positions[name].answers.items()]
            if name in view.positions
            else []
            for view in (before, after)
        )
        # the third question is another one at the year's end, and the answer to it is still the third
        for was, now in zip_longest(old, new, fillvalue=None):
            if (was and was[1]) != (now and now[1]):
                question = (now or was or ("",))[0]
                yield Reworded(name, f"{name}: {question}", was and was[1], now and now[1], answer=True)
    for name in dict.fromkeys(each.deliverable for view in (after, before) for each in view.cycle.updates):
        reports = _reported(before, name), _reported(after, name)
        if reports[0] != reports[1]:
            yield Reworded(name, name, *reports, answer=False)


def _reported(view: CycleView, deliverable: str) -> str | None:
    """What a lead reported of a deliverable, with its figures in place; None where nothing was."""
    update = view.cycle.update(deliverable)
    if update is None or not update.text:
        return None
    return " ".join(commentary.bind(update.text, view.figures).plain.split())
