"""Several files of one release: joined cell by cell, the newest wins, and what it changed is kept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from pcp_analysis.loaders.register import RAW, REVISIONS, Entry
from pcp_analysis.loaders.releases.description import Description
from pcp_analysis.loaders.releases.periods import number_of, text_of
from pcp_analysis.loaders.releases.table import Release

COLUMNS = ["series", "area", "period", "old", "new", "file", "as_at"]
_KEY = ["area", "series", "month"]


def joined(
    root: Path, what: Description, releases: Sequence[tuple[date, Release]], held: Entry | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The long table of all releases, over that of the entry that is *held*, and the cells that a newer one changed.

    A cell that a newer file does not supply keeps what an older one had.
    """
    steps = [(day, release.table, ", ".join(name for name, _ in release.files[:3])) for day, release in releases]
    if held is not None:
        steps.insert(0, (held.as_at, _standing(root, held), "the table that stood"))
    steps.sort(key=lambda step: step[0])
    whole, changes = pd.Series(dtype=float), []
    for day, table, file in steps:
        new = table.set_index(_KEY)["count"].astype(float)
        if whole.empty:
            whole = new
            continue
        both = new.index.intersection(whole.index)
        old, now = whole.reindex(both), new.reindex(both)
        differ = both[(old.notna() & now.notna() & (old != now)).to_numpy()]
        change = differ.to_frame(index=False).assign(
            old=whole.reindex(differ).to_numpy(), new=new.reindex(differ).to_numpy()
        )
        changes.append(change.assign(file=file, as_at=day))
        whole = new.combine_first(whole)
    whole.index.names = _KEY
    table = whole.rename("count").reset_index().sort_values(_KEY, ignore_index=True)
    revisions = pd.concat(changes, ignore_index=True) if changes else pd.DataFrame()
    return table, revisions.sort_values([*_KEY, "as_at"], ignore_index=True) if len(revisions) else revisions


def _standing(root: Path, held: Entry) -> pd.DataFrame:
    table = pd.read_csv(root / RAW / held.file, dtype={"count": "Float64"})
    return table.assign(month=table["period"].map(number_of), count=table["count"].astype(float))


def revised_text(root: Path, entry: str, revisions: pd.DataFrame) -> dict[Path, str]:
    """The file of revisions with these in it, by its path; series are named ``ENTRY.SERIES``."""
    path = root / RAW / REVISIONS
    rows = revisions.assign(
        series=entry + "." + revisions["series"].astype(str),
        period=revisions["month"].map(text_of),
        old=revisions["old"].astype("Int64"),
        new=revisions["new"].astype("Int64"),
    )[COLUMNS]
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    new = rows.to_csv(index=False, lineterminator="\n")
    both = pd.concat([pd.read_csv(io.StringIO(text), dtype=str) for text in (before, new) if text]).drop_duplicates()
    return {path: both.to_csv(index=False, lineterminator="\n")}


def missing(table: pd.DataFrame, what: Description) -> list[str]:
    """The periods between the first and the last of which the table has nothing."""
    months = set(table["month"])
    return [text_of(month) for month in range(min(months), max(months), what.step) if month not in months]
