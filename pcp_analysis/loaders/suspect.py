"""Latest periods that may be incomplete: half a quarter is no good news, and is told as none until somebody has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pcp_analysis.loaders.kinds import Kind, is_confirmed, kept_line
from pcp_analysis.loaders.register import Entry
from pcp_analysis.loaders.rows import visible_rows

if TYPE_CHECKING:
    from pcp_analysis.loaders.inputs import Inputs

# Counts below this come and go; and as many years must be held before anything is outside what a series did.
FEWEST, YEARS = 50, 3
# On 26,209 quarters of all forces and offences 1.1 per cent lie so far outside, most of them where recording changed; of the
# same quarters halved 70 per cent do.
BEYOND = 0.8


def doubtful(counts: Sequence[int], a_year: int) -> bool:
    """Whether the last of *counts* lies outside all that the series ever did.

    It does where nought never was, and where its ratio to the same period a year before is below eight tenths of the lowest
    such ratio, or above ten eighths of the highest. *a_year* is how many periods a year has.

    >>> doubtful([100, 110, 105, 120] * 4 + [50], 4), doubtful([100, 110, 105, 120] * 4 + [90], 4)
    (True, False)
    """
    *past, last = counts
    if len(past) < YEARS * a_year:
        return False
    if last == 0:
        return min(past) > 0 and sum(past) / len(past) >= FEWEST / 10
    before = past[-a_year]
    ratios = [now / then for then, now in zip(past, past[a_year:], strict=False) if then > 0]
    if before < FEWEST or not ratios:
        return False
    return last / before < BEYOND * min(ratios) or last / before > max(ratios) / BEYOND


@dataclass(frozen=True)
class Suspect:
    """The latest period of a force in a table that may be wrong, in *words*."""

    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.name}: {self.words}"


def suspects(root: Path, entries: Mapping[str, Entry], force: str, *, cut_off: date, board_date: date) -> list[Suspect]:
    """What of *force* may be incomplete in the tables of series that a cycle sees, or ends before the other forces' does."""
    found = []
    for name, entry in entries.items():
        kind = entry.kind
        # what an extract's latest months may lack is said by its provisional periods
        if kind.long or not (kind.area and kind.frequency and kind.values and kind.figures):
            continue
        place = {column: kind.names.index(column) for column in (kind.area, kind.visible_by, *kind.values)}
        rows = visible_rows(root, entry, cut_off=cut_off, board_date=board_date)
        own = sorted(
            (row for row in rows if row[place[kind.area]] == force), key=lambda row: row[place[kind.visible_by]]
        )
        if not own:
            continue
        last, latest = own[-1][place[kind.visible_by]], max(row[place[kind.visible_by]] for row in rows)
        if last < latest:
            found.append(
                Suspect(name, f"stale for {force}: its latest period ends on {last}, that of others on {latest}")
            )
        for series in kind.values:
            if not own[-1][place[series]] and (ended := _ended(own, place[kind.visible_by], place[series])):
                others = _ended(rows, place[kind.visible_by], place[series])
                # a series that ended for everybody is no older than it should be
                if ended < others:
                    words = f"stale for {force}: {series} ends on {ended}, that of others on {others}"
                    found.append(Suspect(name, words))
            counts = [int(row[place[series]]) for row in own if row[place[series]]]
            if own[-1][place[series]] and _in_doubt(counts, kind, entry, force, series, last):
                line = kept_line(force, series, last, counts[-1])
                found.append(
                    Suspect(
                        name,
                        f'may be incomplete: "{line}" lies outside all that the series ever did; no course is told from it. Where '
                        "it is right, write that line under confirmed in the register's entry.",
                    )
                )
    return found


def _ended(rows: Sequence[list[str]], period: int, column: int) -> str:
    """The last period in which any of *rows* has a count; empty where none has."""
    return max((row[period] for row in rows if row[column]), default="")


def _in_doubt(counts: Sequence[int], kind: Kind, entry: Entry, force: str, series: str, last: object) -> bool:
    named = kept_line(force, series, last, counts[-1])
    return doubtful(counts, 12 // kind.months) and not is_confirmed(named, entry.confirmed)


def in_doubt(inputs: Inputs, series: str, area: str) -> bool:
    """Whether the latest period of a series, or of the total that it is a part of, may be incomplete."""
    source = inputs.source(series)
    kind, entry = inputs.kind(source), inputs.entries.untracked[source]
    for name in dict.fromkeys((series, kind.total if series not in kind.apart else series)):
        if name not in inputs.tables.untracked[source]:
            continue
        counts = inputs.series(name, area)
        if counts.empty:
            continue
        last = counts.index[-1].end_time.date()
        if _in_doubt([int(count) for count in counts], kind, entry, area, name, last):
            return True
    return False
