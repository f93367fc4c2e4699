"""Single quarters out of rolling years: RY(t) - RY(t-1) = Q(t) - Q(t-4), from four quarters that are known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pcp_analysis.loaders.kinds import kept_line
from pcp_analysis.loaders.releases.cells import Edition
from pcp_analysis.loaders.releases.description import Use
from pcp_analysis.loaders.releases.periods import Writing, month_of, number_of, text_of
from pcp_analysis.loaders.rows import month_end
from pcp_analysis.strict.fault import Fault

#: (force, series) -> month in which a year or a quarter ends -> count.
Counts = dict[tuple[str, str], dict[int, int]]


def single_quarters(rolling: Sequence[int], anchor: Sequence[int], anchored_at: int) -> list[int]:
    """The single quarters behind a run of rolling years.

    *rolling*: the totals of four quarters, one a quarter, without a gap. *anchor*: the four quarters whose total is
    ``rolling[anchored_at]``. Returned are ``len(rolling) + 3`` quarters, the first being the first of the first year.
    ValueError where the anchor does not add up to its year: no quarter could then be trusted.

    >>> single_quarters([10, 14, 18], [4, 3, 2, 5], 1)
    [1, 4, 3, 2, 5, 8]
    """
    if len(anchor) != 4:
        raise ValueError(f"an anchor has four quarters, not {len(anchor)}")
    if sum(anchor) != rolling[anchored_at]:
        raise ValueError(f"the anchor adds up to {sum(anchor)}, its year is {rolling[anchored_at]}")
    quarters = [0] * (len(rolling) + 3)
    quarters[anchored_at : anchored_at + 4] = anchor
    for year in range(anchored_at + 1, len(rolling)):
        quarters[year + 3] = quarters[year - 1] + rolling[year] - rolling[year - 1]
    for year in range(anchored_at - 1, -1, -1):
        quarters[year] = quarters[year + 4] - rolling[year + 1] + rolling[year]
    return quarters


def quarters_of_rolling_years(
    years: pd.DataFrame, anchor: pd.DataFrame, edition: Edition, shown: str
) -> tuple[pd.DataFrame, list[str], list[str], list[Fault]]:
    """The quarters of each area and series out of long tables of its years and of the anchor's quarters.

    Returned are the long table of the quarters, what is left out and what is kept although it looks wrong, a line each,
    and every fault: areas that do not tie out, counts below nought or out of use that are not declared.
    """
    what = edition.what
    published, known = _counts(years), _counts(anchor)
    run = sorted(set(years["month"]))
    end = month_of(what.quarters["year"], Writing(("%F",)))
    if end is None or end not in run:
        rule = f"has the year of the anchor, {what.quarters['year']}"
        found = f"{text_of(run[0])} to {text_of(run[-1])}"
        return years, [], [], [Fault(shown, "", found, rule, "Take a release that reaches to it.")]
    at, ends = run.index(end), [run[0] - 9, run[0] - 6, run[0] - 3, *run]
    not_tied = {row[0]: reason for row, reason in edition.rows("not_tied")}
    derived: Counts = {}
    faults = []
    for area, series in sorted({*published, *((area, series) for area, _ in published for _, series in published)}):
        rolling = [published.get((area, series), {}).get(month, 0) for month in run]
        four = [known.get((area, series), {}).get(end - back, 0) for back in (9, 6, 3, 0)]
        ties = sum(four) == rolling[at]
        if not ties:
            edition.uses.update(("not_tied", row) for row, _ in edition.rows("not_tied") if row[0] == area)
        in_use = any(what.in_use.get(series, Use()).covers(end - back, 3) for back in (9, 6, 3, 0))
        if area in not_tied and (in_use or not ties):
            continue
        if ties:
            derived[area, series] = dict(zip(ends, single_quarters(rolling, four, at), strict=True))
        else:
            rule = f"is the sum of the anchor's four quarters, {sum(four)}"
            mend = f"Take files of one vintage, or declare the area under [[not_tied]] in {what.origin}."
            faults.append(Fault(shown, f"{area}, {series}, year ending {text_of(end)}", str(rolling[at]), rule, mend))
    moved = _moved(derived, edition)
    faults += _wrong(derived, edition, shown)
    below = [key for key, _ in edition.rows("derived_below_nought") if ("derived_below_nought", key) in edition.uses]
    kept = sorted(kept_line(area, series, month_end(number_of(text)), count) for area, series, text, count in below)
    return _table(derived, edition), _left_out(derived, not_tied, what.series), kept + moved, faults


def _counts(table: pd.DataFrame) -> Counts:
    counts: Counts = {}
    for area, series, month, count in zip(table["area"], table["series"], table["month"], table["count"], strict=True):
        counts.setdefault((area, series), {})[int(month)] = int(count)
    return counts


def _moved(derived: Counts, edition: Edition) -> list[str]:
    """Put the declared strays under the label that followed, so that the total stays the publisher's."""
    lines = []
    for row, _ in edition.rows("stray"):
        area, series, text, count = row
        successor, month = edition.what.quarters["successors"].get(series, ""), month_of(text, Writing(("%Y-%m",)))
        own, other = derived.get((area, series), {}), derived.get((area, successor), {})
        if month is not None and month in other and own.get(month) == count:
            own[month] = 0
            other[month] += count
            edition.uses.add(("stray", row))
            lines.append(f"{area}: {series}, quarter ending {month_end(month)}: {count} counted as {successor}")
    return sorted(lines)


def _wrong(derived: Counts, edition: Edition, shown: str) -> list[Fault]:
    """Counts of a quarter in which the label was not in use, and counts below nought that are not declared."""
    faults = []
    for (area, series), quarters in derived.items():
        use = edition.what.in_use.get(series, Use())
        for month, count in quarters.items():
            where = f"{area}, {series}, quarter ending {text_of(month)}"
            row = (area, series, text_of(month), count)
            if count and not use.covers(month, 3):
                mend = f"Take files of one vintage, or declare {list(row)} under [[stray]] in {edition.what.origin}."
                faults.append(Fault(shown, where, str(count), "is nought: the label was not in use", mend))
            elif count < 0 and not edition.excepted("derived_below_nought", row):
                rule = "is not below nought, unless declared with its reason"
                mend = (
                    f"Look at its years; declare {list(row)} under [[derived_below_nought]] in {edition.what.origin}."
                )
                faults.append(Fault(shown, where, str(count), rule, mend))
    return faults


def _table(derived: Counts, edition: Edition) -> pd.DataFrame:
    rows = [
        (area, series, month, count)
        for (area, series), quarters in derived.items()
        for month, count in quarters.items()
        if edition.what.in_use.get(series, Use()).covers(month, 3)
    ]
    return pd.DataFrame(rows, columns=["area", "series", "month", "count"])


def _left_out(derived: Counts, not_tied: dict[str, str], order: list[str]) -> list[str]:
    """One line an area: what of it the table lacks, and why."""
    lines = []
    for area, reason in not_tied.items():
        others = sorted((series for each, series in derived if each == area), key=order.index)
        lines.append(f"{area}: every series{' but ' if others else ''}{' and '.join(others)}. {reason}")
    return lines
