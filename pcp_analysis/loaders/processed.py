"""The tables as a cycle sees them, written to ``data/processed/CYCLE/``: rebuilt at will, never committed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pcp_analysis.loaders.inputs import Inputs
from pcp_analysis.loaders.kinds import Kind
from pcp_analysis.strict.files import write_whole

PROCESSED = Path("data", "processed")
LONG = ("series", "force", "period_start", "period_end", "frequency", "value", "unit")


def write_processed(root: Path, cycle_id: str, inputs: Inputs) -> list[Path]:
    """Write every table that the cycle sees, and take away tables that it no longer sees; the files are returned.

    A table of series is long: one row a series, force and period, columns ``series, force, period_start, period_end,
    frequency, value, unit``; a period in which nothing is held has no row. A table of printed figures keeps its
    columns. The same inputs give the same bytes.
    """
    folder = root / PROCESSED / cycle_id
    written = []
    for name in sorted(inputs.tables):
        kind = inputs.entries[name].kind
        frame = inputs.tables[name]
        long = _long(frame, kind, name) if kind.frequency else frame
        path = folder / f"{name}.csv"
        write_whole(path, long.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))
        written.append(path)
    for path in set(folder.glob("*.csv")) - set(written):
        path.unlink()
    return written


def _long(frame: pd.DataFrame, kind: Kind, name: str) -> pd.DataFrame:
    if kind.long:
        ends = pd.PeriodIndex(frame["period"], freq="M")
        long = frame.assign(
            series=name + "." + frame["series"],
            force=frame["area"],
            period_start=(ends - (kind.months - 1)).start_time,
            period_end=ends.end_time.normalize(),
            frequency=kind.frequency,
            value=frame["count"],
            unit=kind.unit,
        )
        return long.dropna(subset="value")[list(LONG)].reset_index(drop=True)
    start, end = _bounds(frame[kind.visible_by], kind)
    # A table with one column of values holds one series, named after the table.
    named = {column: column if len(kind.values) > 1 else name for column in kind.values}
    parts = [
        pd.DataFrame(
            {
                "series": series,
                "force": frame[kind.area],
                "period_start": start,
                "period_end": end,
                "frequency": kind.frequency,
                "value": frame[column],
                "unit": kind.unit,
            }
        ).dropna(subset="value")
        for column, series in named.items()
    ]
    return pd.concat(parts, ignore_index=True)[list(LONG)]


def _bounds(ends: pd.Series, kind: Kind) -> tuple[pd.Series, pd.Series]:
    """First and last day of each period; an estimate for one day begins and ends on it."""
    if kind.freq:
        return ends.dt.to_period(kind.freq).dt.start_time.dt.normalize(), ends
    day = pd.to_datetime(ends.astype(str) + "-06-30", format="%Y-%m-%d")
    return day, day
