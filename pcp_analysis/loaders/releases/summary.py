"""What came in, in a few lines that are printed after an import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pcp_analysis.loaders.register import Entry
from pcp_analysis.loaders.releases.periods import text_of
from pcp_analysis.loaders.releases.table import Release

MOST = 8


def summary(table: pd.DataFrame, releases: Sequence[Release], revisions: pd.DataFrame, entry: Entry) -> Iterator[str]:
    """Rows in and left out by reason, span, areas, totals by year, and what was revised, a line each."""
    rows = sum(release.rows for release in releases)
    notes: dict[str, int] = {}
    for release in releases:
        for words, count in release.notes.items():
            notes[words] = notes.get(words, 0) + count
    left_out = sum(notes.values())
    yield f"rows in: {rows:,}; in the table: {max(rows - left_out, 0):,}; left out: {left_out:,}"
    for words, count in sorted(notes.items(), key=lambda note: -note[1])[:MOST]:
        if count:
            yield f"  {count:,} {words}"
    if len(notes) > MOST:
        yield f"  and {len(notes) - MOST} more reasons"
    if twins := sum(release.twins for release in releases):
        yield f"ids: {twins:,} of the rows share their id with another ({100 * twins / rows:.1f} per cent); all are counted"
    months = table["month"]
    yield (
        f"{text_of(months.min())} to {text_of(months.max())}, {months.nunique()} periods; "
        f"{(areas := table['area'].nunique())} area{'s' if areas > 1 else ''}; {table['series'].nunique()} series"
    )
    if entry.missing:
        yield f"missing between: {', '.join(entry.missing[:MOST])}{' …' if len(entry.missing) > MOST else ''}"
    if blank := int(table["count"].isna().sum()):
        areas = table.loc[table["count"].isna(), "area"].unique()
        yield f"not supplied: {blank:,} cells of {', '.join(areas[:4])}{' …' if len(areas) > 4 else ''}"
    if entry.kind.months == 12:
        sums = [f"{text_of(month)} {count:,.0f}" for month, count in table.groupby("month")["count"].sum().items()]
        yield f"total by year ending: {'; '.join(sums[-MOST:])}"
    else:
        start = (months - 3) // 12
        sums = [
            f"{year}/{(year + 1) % 100:02d} {count:,.0f}" for year, count in table.groupby(start)["count"].sum().items()
        ]
        yield f"total by financial year: {'; '.join(sums[-MOST:])}"
    if len(revisions):
        largest = revisions.loc[(revisions["new"] - revisions["old"]).abs().idxmax()]
        yield (
            f"revised: {len(revisions):,} cell{'s' if len(revisions) > 1 else ''}; the largest {largest['area']}, {largest['series']}, "
            f"{text_of(largest['month'])}: {largest['old']:,.0f} is {largest['new']:,.0f} now"
        )
