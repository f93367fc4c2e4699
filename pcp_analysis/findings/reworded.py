"""The sentences of two Boards that differ: the three answers of a milestone, and what leads reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
            {question: bound.plain for question, bound in view.positions[name].answers.items()}
            if name in view.positions
            else {}
            for view in (before, after)
        )
        for question in dict.fromkeys([*new, *old]):
            if old.get(question) != new.get(question):
                yield Reworded(name, f"{name}: {question}", old.get(question), new.get(question), answer=True)
    for name in dict.fromkeys(each.deliverable for view in (after, before) for each in view.cycle.updates):
        was, now = _reported(before, name), _reported(after, name)
        if was != now:
            yield Reworded(name, name, was, now, answer=False)


def _reported(view: CycleView, deliverable: str) -> str | None:
    """What a lead reported of a deliverable, with its figures in place; None where nothing was."""
    update = view.cycle.update(deliverable)
    return commentary.bind(update.text, view.figures).plain if update is not None and update.text else None
