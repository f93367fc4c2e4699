"""Which inputs are older than they should be: a later period had ended, and was out, by the cycle's data cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pcp_analysis.loaders.register import Entry
from pcp_analysis.loaders.rows import Visible, months_after


@dataclass(frozen=True)
class Stale:
    """An input whose latest period ends on *latest*, though one that ends on *due* could have been seen."""

    name: str
    latest: date
    due: date

    def __str__(self) -> str:
        return f"{self.name} is stale: its latest period ends on {self.latest}, and one that ended on {self.due} could be here"


def stale(visible: Mapping[str, Visible], entries: Mapping[str, Entry], *, cut_off: date) -> list[Stale]:
    """Every input of a frequency that lacks a period which had ended, and been published, by *cut_off*."""
    found = []
    for name, entry in entries.items():
        latest = visible[name].latest
        if latest is None:
            continue
        due = latest
        step = entry.kind.months
        while months_after(later := months_after(due, step), entry.publication_lag_months) <= cut_off:
            due = later
        if due > latest:
            found.append(Stale(name, latest, due))
    return found
