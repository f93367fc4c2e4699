"""Which inputs are older than they should be: a later period had ended, and was out, by the cycle's data cut-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.rows import months_after

if TYPE_CHECKING:
    from pcp_analysis.loaders.inputs import Inputs

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


@dataclass(frozen=True)
class Stale:
    """An input whose latest period ends on *latest*, though one that ends on *due* could have been seen."""

    name: str
    latest: date
    due: date

    def __str__(self) -> str:
        return f"{self.name} is stale: its latest period ends on {self.latest}, and one that ended on {self.due} could be here"


def stale(inputs: Inputs, *, cut_off: date) -> list[Stale]:
    """Every input of a frequency that lacks a period which had ended, and been published, by *cut_off*."""
    found = []
    for name, entry in inputs.entries.items():
        kind = KINDS[entry.loader]
        if kind.frequency not in MONTHS:
            continue
        last = inputs.tables[name][kind.seen].max()
        latest = due = date(int(last), 6, 30) if kind.seen == "mid_year" else last.date()
        while months_after(later := months_after(due, MONTHS[kind.frequency]), entry.publication_lag_months) <= cut_off:
            due = later
        if due > latest:
            found.append(Stale(name, latest, due))
    return found
