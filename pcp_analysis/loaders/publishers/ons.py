"""Releases of the Office for National Statistics: recorded crime by quarter, and mid-year populations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from pcp_analysis.loaders.kinds import FRAUD, OFFENCES, TOTAL, kept_line
from pcp_analysis.loaders.publishers.declared import Declared, declared, unused
from pcp_analysis.loaders.publishers.home_office import Anchor, anchor_quarters, year_ends
from pcp_analysis.loaders.publishers.ons_population import population
from pcp_analysis.loaders.publishers.ons_rolling import COUNT, Years, rolling_table
from pcp_analysis.loaders.publishers.quarters import rolling_years, single_quarters
from pcp_analysis.loaders.rows import months_after
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.sheet import raise_any, shown_path

__all__ = ["Imported", "population", "recorded_crime"]

#: (force, series) -> quarter ending -> count.
Quarters = dict[tuple[str, str], dict[date, int]]


@dataclass(frozen=True)
class Imported:
    """A table and what must be said beside it: *left_out* and *kept* name what the table lacks and what it keeps."""

    table: pd.DataFrame
    left_out: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def recorded_crime(rolling: Path, anchor: Path, *, given: Declared | None = None) -> Imported:
    """Recorded crime by force and single quarter, out of the rolling years of ONS and the Home Office's quarters.

    RY(t) - RY(t-1) = Q(t) - Q(t-4), from the four quarters of the anchor's year in both directions. The table has the
    columns of the kind ``recorded_crime``. A series is left out where its force is declared not to tie out, unless its
    label was not in use in the anchor's year, when its quarters are known to be nought; the total of such a force is
    left out with it. Raises FaultError with every fault of both files: of their text and rows, of forces that do not
    tie out, of counts below nought that are not declared, and of declarations that no longer apply.
    """
    given = given or declared()
    years, run, faults = rolling_table(rolling, given)
    known, more = anchor_quarters(anchor, given)
    # Quarters are derived from whole files only.
    raise_any(faults + more)
    shown = shown_path(rolling)
    derived, faults = _derived(years, known, run, given, shown)
    faults += _moved(derived, given) + _out_of_use(derived, given, shown) + _negative(derived, given, shown)
    raise_any(faults)
    return Imported(_table(derived, given), tuple(_left_out(derived, given)), tuple(_kept(derived, given)))


def _derived(years: Years, known: Anchor, run: list[date], given: Declared, shown: str) -> tuple[Quarters, list[Fault]]:
    ends = [months_after(run[0], -9), months_after(run[0], -6), months_after(run[0], -3), *run]
    anchor_ends = year_ends(given.anchor_year)
    anchor_end = anchor_ends[-1]
    if anchor_end not in run:
        rule = f"has the year of the anchor, {given.anchor_year}"
        return {}, [Fault(shown, "", f"{run[0]} to {run[-1]}", rule, "Take a release that reaches to it.")]
    at = run.index(anchor_end)
    derived: Quarters = {}
    faults, untied = [], set()
    for force in given.forces:
        for series in given.series:
            published = [years.get((force, series), {}).get(ending, 0) for ending in run]
            quarters = known.get((force, series), [0, 0, 0, 0])
            ties = sum(quarters) == published[at]
            if not ties:
                untied.add(force)
            in_use = any(given.use(series).covers(ending) for ending in anchor_ends)
            if force in given.not_tied and (in_use or not ties):
                continue
            if not ties:
                faults.append(
                    Fault(
                        shown,
                        f"{force}, {series}, year ending {anchor_end}, column {COUNT}",
                        str(published[at]),
                        f"is the sum of the anchor's four quarters, {sum(quarters)}",
                        "Take files of one vintage, or declare the force under not_tied with the reason.",
                    )
                )
                continue
            singles = single_quarters(published, quarters, at)
            if rolling_years(singles) != published:
                raise AssertionError(f"{force}, {series}: the derived quarters do not add up to the published years")
            derived[force, series] = dict(zip(ends, singles, strict=True))
    return derived, faults + unused("not_tied", given.not_tied, untied)


def _moved(derived: Quarters, given: Declared) -> list[Fault]:
    """Put the declared strays under the label that followed, so that the total stays the publisher's."""
    applied = set()
    for (force, series, ending), count in given.strays.items():
        successor = given.use(series).successor
        own = derived.get((force, series), {})
        if successor and own.get(ending) == count and ending in derived.get((force, successor), {}):
            own[ending] = 0
            derived[force, successor][ending] += count
            applied.add((force, series, ending))
    return unused("stray", given.strays, applied)


def _out_of_use(derived: Quarters, given: Declared, shown: str) -> list[Fault]:
    """A count in a quarter in which its label was not in use: the anchor has another split than the years, or a stray."""
    return [
        Fault(
            shown,
            f"{force}, {series}, quarter ending {ending}",
            str(count),
            "is nought: the label was not in use",
            "Take files of one vintage, or declare it under stray.",
        )
        for (force, series), quarters in derived.items()
        for ending, count in quarters.items()
        if count and not given.use(series).covers(ending)
    ]


def _negative(derived: Quarters, given: Declared, shown: str) -> list[Fault]:
    found = _below_nought(derived, given)
    return [
        Fault(
            shown,
            f"{force}, {series}, quarter ending {ending}",
            str(count),
            "is not below nought, unless declared with its reason",
            "Look at its years; declare it under negative_derived.",
        )
        for (force, series, ending), count in found.items()
        if given.negative_derived.get((force, series, ending)) != count
    ] + unused("negative_derived", given.negative_derived, set(found))


def _below_nought(derived: Quarters, given: Declared) -> dict[tuple[str, str, date], int]:
    return {
        (force, series, ending): count
        for (force, series), quarters in derived.items()
        for ending, count in quarters.items()
        if count < 0 and given.use(series).covers(ending)
    }


def _table(derived: Quarters, given: Declared) -> pd.DataFrame:
    ends = sorted({ending for quarters in derived.values() for ending in quarters})
    rows = []
    for force in sorted(given.forces):
        labels = [series for series in given.series if series != FRAUD]
        whole = all((force, series) in derived for series in labels)
        for ending in ends:
            counts = {
                series: derived[force, series][ending]
                for series in given.series
                if (force, series) in derived and given.use(series).covers(ending)
            }
            if counts:
                rows.append(
                    {"force": force, "quarter_ending": pd.Timestamp(ending), **counts}
                    | ({TOTAL: sum(counts[series] for series in labels if series in counts)} if whole else {})
                )
    table = pd.DataFrame(rows, columns=["force", "quarter_ending", *OFFENCES, TOTAL, FRAUD])
    return table.astype(dict.fromkeys((*OFFENCES, TOTAL, FRAUD), "Int64"))


def _left_out(derived: Quarters, given: Declared) -> list[str]:
    """One line a force: what of it the table lacks, and why."""
    lines = []
    for force, reason in given.not_tied.items():
        others = [series for series in given.series if (force, series) in derived]
        lines.append(f"{force}: every series{' but ' if others else ''}{' and '.join(others)}. {reason}")
    return lines


def _kept(derived: Quarters, given: Declared) -> list[str]:
    negative = [
        kept_line(force, series, ending, count)
        for (force, series, ending), count in sorted(_below_nought(derived, given).items())
    ]
    moved = [
        f"{force}: {series}, quarter ending {ending}: {count} counted as {given.use(series).successor}"
        for (force, series, ending), count in sorted(given.strays.items())
    ]
    return negative + moved
