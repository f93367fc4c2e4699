"""What the rows of a tidy table must be together: no row twice, no gap, parts that add up, counts that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pcp_analysis.loaders.kinds import Kind, is_change, kept_line
from pcp_analysis.loaders.plausible import ALL_AREAS, ALL_SERIES, Grain, implausible
from pcp_analysis.strict.fault import Fault

CORRECT_OR_RENAME = "Correct the value, or the name of the item."


def together_faults(
    frame: pd.DataFrame,
    kind: Kind,
    shown: str,
    *,
    wrong: Sequence[int] = (),
    kept: Sequence[str] = (),
    right: Sequence[str] = (),
) -> list[Fault]:
    """Every fault of the rows of *frame* (typed, indexed by line number) among themselves; each value is sound.

    *wrong* are the lines that are not in *frame* because they have a fault of their own: no gap is made of them.
    *kept* are the lines that name a count below nought, which is a fault otherwise, and *right* those of counts that are far
    from their neighbours.
    """
    if frame.empty:
        return []
    faults = [*_repeated(frame, kind, shown)]
    if kind.long:
        return [
            *faults,
            *_long_below_nought(frame, shown, kept),
            *([] if wrong else _implausible(frame, kind, shown, right)),
        ]
    if kind.frequency:
        faults += [*_gaps(frame, kind, shown, wrong), *_blanks(frame, kind, shown)]
        # sums that lack a row would be out of line for that
        faults += [] if wrong else _implausible(frame, kind, shown, right)
    if kind.total:
        faults += _totals(frame, kind, shown)
    if kind.below_nought:
        faults += _below_nought(frame, kind, shown, kept)
    if kind.mixed:
        faults += _counts_below_nought(frame, shown)
    if kind.prints:
        faults += _basis(frame, kind, shown)
    return faults


def _repeated(frame: pd.DataFrame, kind: Kind, shown: str) -> Iterator[Fault]:
    key = list(kind.key)
    for line, row in frame[frame.duplicated(key)].iterrows():
        first = frame.index[(frame[key] == row[key]).all(axis=1)][0]
        value = ", ".join(str(row[name]) for name in key)
        mend = "Remove one of the two rows."
        yield Fault(
            shown, f"line {line}, column {' + '.join(key)}", value, f"stands once; line {first} has it too", mend
        )


def _gaps(frame: pd.DataFrame, kind: Kind, shown: str, wrong: Sequence[int]) -> Iterator[Fault]:
    """Rows that are missing between the first and the last of an area."""
    step = kind.months
    for area, rows in _by_area(frame, kind):
        for before, after in zip(rows.index, rows.index[1:], strict=False):
            between = any(min(before, after) < line < max(before, after) for line in wrong)
            if rows.at[after, "_month"] - rows.at[before, "_month"] > step and not between:
                rule = f"follows {rows.at[before, kind.visible_by]} (line {before}) without a gap"
                mend = "Add the rows between, or restore the file."
                yield Fault(
                    shown,
                    f"line {after}, column {kind.visible_by}",
                    f"{area}, {rows.at[after, kind.visible_by]}",
                    rule,
                    mend,
                )


def _blanks(frame: pd.DataFrame, kind: Kind, shown: str) -> Iterator[Fault]:
    """Blanks between the first and the last value of an area in a column."""
    for area, rows in _by_area(frame, kind):
        for name in kind.values:
            filled = rows[name].notna().to_numpy().nonzero()[0]
            if not len(filled) or filled[-1] - filled[0] + 1 == len(filled):
                continue
            for line in rows.index[filled[0] : filled[-1]][rows[name].iloc[filled[0] : filled[-1]].isna()]:
                rule = f"is not blank between values of {area}"
                yield Fault(shown, f"line {line}, column {name}", "", rule, "Fill it in, or restore the file.")


def _by_area(frame: pd.DataFrame, kind: Kind) -> Iterator[tuple[str, pd.DataFrame]]:
    months = frame[kind.visible_by].map(lambda end: end * 12 if isinstance(end, int) else end.year * 12 + end.month)
    yield from frame.assign(_month=months).sort_values("_month", kind="stable").groupby(kind.area)


def _implausible(frame: pd.DataFrame, kind: Kind, shown: str, right: Sequence[str]) -> list[Fault]:
    """What is out of line with its neighbours; the latest period may be incomplete, which `suspect` says."""
    grains: dict[int, Grain] = {1: "month", 3: "quarter", 12: "year"}
    rows = frame.drop_duplicates(list(kind.key))
    table = rows[["area", "series", "period", "count"]] if kind.long else _long(rows, kind)
    lines = rows.reset_index(names="line").set_index([kind.area, kind.visible_by, *(["series"] if kind.long else [])])
    ends = {str(end)[:7]: end for end in rows[kind.visible_by].unique()}

    def place(area: str, series: str, period: str) -> str:
        column = "all labels" if series == ALL_SERIES else f"column {series}"
        if area == ALL_AREAS or (kind.long and series == ALL_SERIES):
            return f"{area} in {period}, {column}"
        key = (area, ends[period], series) if kind.long else (area, ends[period])
        return f"line {lines.at[key, 'line']}, {'column count' if kind.long else column}"

    return implausible(
        table,
        shown=shown,
        grain=grains[kind.months],
        provisional=0 if kind.months == 12 else 1,
        confirmed=right,
        place=place,
    )[0]


def _long(rows: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """A wide table without its totals, a row a count."""
    names = [name for name in kind.values if name != kind.total]
    periods = rows[kind.visible_by].map(lambda end: str(end)[:7])
    return pd.DataFrame(
        {
            "area": np.repeat(rows[kind.area].to_numpy(object), len(names)),
            "series": np.tile(np.array(names, dtype=object), len(rows)),
            "period": np.repeat(periods.to_numpy(object), len(names)),
            "count": rows[names].to_numpy(dtype=float, na_value=np.nan).ravel(),
        }
    )


def _totals(frame: pd.DataFrame, kind: Kind, shown: str) -> Iterator[Fault]:
    total = frame[kind.total]
    parts = frame[[name for name in kind.values if name not in (kind.total, *kind.apart)]].sum(axis=1)
    for line in frame.index[(total.notna() & (total != parts)).fillna(False)]:
        rule = f"is the sum of the labels, {parts[line]}"
        mend = "Correct the total or the label that is wrong."
        yield Fault(shown, f"line {line}, column {kind.total}", str(total[line]), rule, mend)


def _below_nought(frame: pd.DataFrame, kind: Kind, shown: str, kept: Sequence[str]) -> Iterator[Fault]:
    for name in kind.values:
        for line in frame.index[(frame[name] < 0).fillna(False)]:
            named = kept_line(frame.at[line, kind.area], name, frame.at[line, kind.visible_by], frame.at[line, name])
            if named not in kept:
                rule = "is not below nought, unless the register's entry names it under kept"
                mend = "Import the table again; the loader declares the counts below nought that it keeps."
                yield Fault(shown, f"line {line}, column {name}", str(frame.at[line, name]), rule, mend)


def _long_below_nought(frame: pd.DataFrame, shown: str, kept: Sequence[str]) -> Iterator[Fault]:
    for line, row in frame[(frame["count"] < 0).fillna(False)].iterrows():
        if kept_line(row["area"], row["series"], row["period"], row["count"], quarterly=False) not in kept:
            rule = "is not below nought, unless the register's entry names it under kept"
            mend = "Import the table again; the description declares the counts below nought that it keeps."
            yield Fault(shown, f"line {line}, column count", str(row["count"]), rule, mend)


def _counts_below_nought(frame: pd.DataFrame, shown: str) -> Iterator[Fault]:
    """A printed count or amount of money below nought; only a change can be."""
    levels = ~frame["item"].map(is_change).astype(bool) & frame["unit"].isin(("count", "pounds"))
    for line in frame.index[(levels & (frame["value"] < 0)).fillna(False)]:
        rule = "is not below nought; only an item that begins with change or difference can be"
        yield Fault(shown, f"line {line}, column value", f"{frame.at[line, 'value']:g}", rule, CORRECT_OR_RENAME)


def _basis(frame: pd.DataFrame, kind: Kind, shown: str) -> Iterator[Fault]:
    for name in kind.prints:
        for line in frame.index[(frame.basis == "quoted") & frame[name].isna()]:
            rule = "is not blank where the basis is quoted"
            yield Fault(shown, f"line {line}, column {name}", "", rule, "Fill it in, or say `not held`.")
        for line in frame.index[(frame.basis == "not held") & frame[name].notna()]:
            rule = "is blank where the basis is not held"
            mend = "Remove the value, or say `quoted`."
            yield Fault(shown, f"line {line}, column {name}", str(frame.at[line, name]), rule, mend)
