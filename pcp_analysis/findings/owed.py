"""Where a cycle stands in a few numbers: milestones by their course, and what is owed, by whom it is expected from and
when.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import courses
from pcp_analysis.findings.assess import Position
from pcp_analysis.findings.status import NO_RECORD, Status
from pcp_analysis.plan.model import Deliverable, Plan

# Where something is owed from, in a sentence and in a table, by its status.
_FROM = {
    "deferred": "in the {}",
    "awaited": "from {}",
    "reported elsewhere": "in the {}",
    "nothing received": "in or from {}",
    "overdue": "overdue from {}",
}
_WORDS = {
    "deferred": "deferred to the {}",
    "awaited": "awaited from {}",
    "reported elsewhere": "reported in the {}",
    "nothing received": f"{{}}: {NO_RECORD}",
    "overdue": "{}: recorded as not received",
}


@dataclass(frozen=True)
class Owed:
    """What is expected in one report or from one body in one *month*: the deliverables, and how many they are.

    *source* is the report or the body, "" where only the calendar knows that something is due; *status* is what the
    deliverables have in common, ``overdue`` where a cycle recorded that it was not received; *state* is how the calendar's word ends.
    """

    source: str
    month: str
    status: str
    deliverables: tuple[Deliverable, ...]
    id: str
    state: str

    @property
    def words(self) -> str:
        """Where it is expected, or where it was put off to, in a table."""
        return _WORDS[self.status].format(self.source) if self.source else f"due from {self.leads}: {self.state}"

    @property
    def whence(self) -> str:
        """Where it is expected from, to end a sentence: ``from Trafford Council``."""
        return _FROM[self.status].format(self.source) if self.source else f"from {self.leads}"

    @property
    def leads(self) -> str:
        """Who leads these deliverables, in words."""
        return (
            wording.listed(list(dict.fromkeys(lead for each in self.deliverables for lead in each.leads)))
            or "no lead stated"
        )

    @property
    def when(self) -> str:
        """The month in words; that none is stated where none is."""
        return wording.month(self.month) if self.month else "no month stated"


def milestone_counts(positions: Mapping[str, Position], period: str) -> Iterator[Figure]:
    """How many milestones are on each course: ``milestones.on_course``."""
    counted = Counter(position.course for position in positions.values())
    made_of = [
        name for each in positions.values() for figure in (*each.printed, *each.official) for name in figure.inputs
    ]
    for name, count in [*((each, counted[each]) for each in courses.COURSES), ("all", counted.total())]:
        yield Figure(
            measure="milestones",
            item=name.replace(" ", "_"),
            title=f"Milestones, {name}",
            value=count,
            unit="count",
            basis="counted",
            method="count of the plan's milestones by where they are going",
            inputs=tuple(dict.fromkeys(["plan", *made_of])),
            period=period,
        )


def owed(plan: Plan, statuses: Mapping[str, Status]) -> list[Owed]:
    """What was due or promised and is not before the Board, by where it is expected from and when: what is overdue first, then
    the most, then the earliest.
    """
    groups: dict[str, tuple[str, str, str, str, list[Deliverable]]] = {}
    for each in plan.deliverables:
        status = statuses[each.id]
        if status.name in _WORDS and not status.received:
            told = (status.source or "", status.due or "", "overdue" if status.overdue else status.name)
            who = status.source or wording.listed(list(each.leads)) or "no lead stated"
            # two spellings of one name that differ in no letter or digit are one
            state = status.words.rpartition(": ")[2]
            groups.setdefault(_id(who, *told[1:]), (*told, state, []))[-1].append(each)
    found = [
        Owed(source, month, status, tuple(deliverables), name, state)
        for name, (source, month, status, state, deliverables) in groups.items()
    ]
    return sorted(
        found, key=lambda each: (each.status != "overdue", -len(each.deliverables), each.month or "9999", each.id)
    )


def owed_counts(found: Sequence[Owed], period: str) -> Iterator[Figure]:
    """How many deliverables are owed in each report or from each body: ``owed.dor_report.2014_12.deferred``."""
    for each in found:
        yield Figure(
            id=each.id,
            measure="owed",
            item=each.id,
            title=f"Deliverables: {each.words}, {each.when}",
            value=len(each.deliverables),
            unit="count",
            basis="counted",
            method="count of the deliverables that are expected from there then",
            inputs=("plan", "updates"),
            period=period,
        )


def _id(source: str, month: str, status: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", source.lower()).strip("_")
    return f"owed.{words}.{(month or 'no_month').replace('-', '_')}.{status.replace(' ', '_')}"
