"""From the files of a release to one table: read, mapped, judged, derived, and shaped as its kind asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pcp_analysis.loaders.kinds import KINDS
from pcp_analysis.loaders.places import JOINT
from pcp_analysis.loaders.releases.cells import Edition, printed
from pcp_analysis.loaders.releases.description import Description, Use
from pcp_analysis.loaders.releases.keys import LISTS, Exclusion
from pcp_analysis.loaders.releases.mapping import mapped
from pcp_analysis.loaders.releases.names import BLANK
from pcp_analysis.loaders.releases.parts import Part, parts
from pcp_analysis.loaders.releases.periods import GRAINS, number_of, text_of
from pcp_analysis.loaders.releases.quarters import quarters_of_rolling_years
from pcp_analysis.loaders.releases.together import summed, together
from pcp_analysis.loaders.rows import month_end
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.sheet import raise_any, shown_path

LONG = ["area", "series", "period", "count"]


@dataclass
class Release:
    """What one reading makes: the long *table* (area, series, month, count), and what is to be said beside it.

    *files* are the names and sha256 of the downloads; *rows* how many they had, *twins* how many of them share their id
    with another; *left_out* what of the table is missing and why, *kept* what looks wrong and stays; *notes* the rows that
    are in no series, by reason.
    """

    table: pd.DataFrame
    files: list[tuple[str, str]]
    rows: int = 0
    twins: int = 0
    left_out: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


def read_release(paths: Sequence[Path], what: Description, as_at: date, anchor: Release | None = None) -> Release:
    """Read files that together are one release; raises FaultError with every fault of them."""
    faults: list[Fault] = []
    read: list[Part] = []
    frames = []
    edition = Edition(what, as_at)
    release = Release(pd.DataFrame(), [])
    for path in paths:
        try:
            for part in parts(path, what, shown_path(path)):
                edition.sha256.add(part.sha256)
                frame, wrong = printed(part, edition)
                faults += wrong
                release.files.append((path.name if not path.is_dir() else part.origin, part.sha256))
                release.rows += len(part.cells)
                if not wrong:
                    release.twins += frame.attrs.get("twins", 0)
                    frames.append(frame.assign(part=len(read)))
                # of what was read only the places are asked for from here on
                part.cells = pd.DataFrame()
                read.append(part)
        except FaultError as error:
            faults += error.faults
    if not frames:
        raise FaultError(faults)
    for frame in frames:
        frame.attrs = {}
    cells, wrong = mapped(pd.concat(frames, ignore_index=True), read, edition)
    raise_any(faults + wrong)
    if not len(cells):
        raise FaultError([Fault(read[0].origin, "", "", "has at least one row", "Restore the file.")])
    cells = _corrected(_within(cells, edition), edition)
    raise_any(together(cells, read, edition))
    table = _long(cells, edition)
    shown = read[0].origin
    if "derive" in what.release:
        assert anchor is not None, "asked for before"
        table, release.left_out, release.kept, faults = quarters_of_rolling_years(table, anchor.table, edition, shown)
        raise_any(faults)
        release.files += anchor.files
    else:
        release.left_out, release.kept = _left_out(cells, edition), _kept(cells, edition)
    raise_any(_unused(edition))
    if "to_whole" in what.file:
        table["count"] = (table["count"] + 1e-9).round()
    release.table = _added(table, what)
    release.notes = edition.notes
    release.files = list(dict.fromkeys(release.files))
    return release


def _within(cells: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The cells of the periods that count: from the first on, where the description leaves out the earlier with a reason, and
    of events those of periods that had ended; what else there is is noted.
    """
    what, reason = edition.what, edition.what.periods.get("earlier_left_out")
    day = edition.as_at.year * 12 + edition.as_at.month - 1
    begun = cells["month"].astype(int).map(month_end) > edition.as_at
    begun &= what.events & (cells["month"] - GRAINS[what.writing.grain] < day)
    edition.note(f"in a period that had not ended on {edition.as_at}", int(cells.loc[begun, "rows"].sum()))
    early = cells["month"] < (number_of(what.periods.get("first", "0000-01")) if reason else 0)
    edition.note(f"before {what.periods.get('first')}: {reason}", int(cells.loc[early, "rows"].sum()))
    return cells[~early & ~begun]


def _corrected(cells: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The cells with the counts that are declared wrong put right: [area, label, period, printed, meant]."""
    for row, _ in edition.rows("correction"):
        if len(row) == 5:
            same = (
                (cells["name"] == row[0])
                & (cells["label"] == row[1])
                & (cells["month"].astype(int).map(text_of) == row[2])
            )
            same &= cells["count"] == row[3]
            if same.any():
                edition.uses.add(("correction", row))
                cells.loc[same, ["count", "least"]] = float(row[4])
    return cells


def _long(cells: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Area, series, month and count; a cell that is not supplied stays blank, and one without a row is nought where
    the description says so.
    """
    what = edition.what
    own = cells[(cells["kind"] == "area") & (cells["series"] != "")]
    table = summed(own, ["name", "series", "month"]).rename(columns={"name": "area"})
    table["month"] = table["month"].astype(int)
    if what.events or what.file.get("absent") == "nought":
        table = _filled(table, what)
    return table


def _filled(table: pd.DataFrame, what: Description) -> pd.DataFrame:
    """Noughts where a force has counts in a month, and one of its areas and series in use has none."""
    series = what.series or [what.release["series"]]
    # a count that is not supplied is there, and is no nought
    counts = table.assign(count=table["count"].fillna(-np.inf)).pivot(
        index=["area", "series"], columns="month", values="count"
    )
    areas = list(counts.index.unique("area"))
    counts = counts.reindex(pd.MultiIndex.from_product([areas, series], names=["area", "series"]))
    used = np.array([[what.in_use.get(name, Use()).covers(month) for month in counts.columns] for name in series])
    held = counts.notna().to_numpy().reshape(len(areas), len(series), -1)
    force = pd.factorize(np.array([area.split(JOINT)[0] for area in areas], dtype=object))[0]
    unplaced = np.array([area.endswith(BLANK) for area in areas])
    asked = np.zeros((len(areas), held.shape[2]), dtype=bool)
    for number in range(force.max() + 1):
        own = force == number
        there, placed = held[own].any(axis=(0, 1)), held[own & ~unplaced].any(axis=(0, 1))
        # Where a month names no place, the places of other months were not counted in it.
        asked[own & unplaced], asked[own & ~unplaced] = there, there if not placed.any() else placed
    wanted = (asked[:, None] & used[None]).reshape(counts.shape)
    counts = counts.where(counts.notna() | ~wanted, 0.0)
    long = counts.melt(ignore_index=False, value_name="count").dropna().reset_index()
    return long.assign(month=long["month"].astype(int), count=long["count"].replace(-np.inf, np.nan))


def _added(table: pd.DataFrame, what: Description) -> pd.DataFrame:
    """The areas added up to one, where the description says so; a sum lacks nothing of its parts."""
    if "one_area" in what.release:
        table = table.assign(area=what.release["one_area"])
        table = summed(table, ["area", "series", "month"])
    return table.sort_values(["area", "series", "month"], ignore_index=True)


def _left_out(cells: pd.DataFrame, edition: Edition) -> list[str]:
    """One line for each label that the table lacks, and for each series of which it lacks months, with the reason."""
    what, lines = edition.what, []
    own = cells[cells["kind"] == "area"]
    for printed_label, rows in own[own["label_kind"] == "left out"].groupby("label", sort=False, observed=True):
        reason = what.labels.of(printed_label)
        if isinstance(reason, Exclusion):
            name = str(printed_label).rsplit(" / ", 1)[-1]
            lines.append(f"{name}: {rows['count'].sum():,.0f} offences. {reason.reason}")
    total = KINDS[what.release["makes"]].total
    for series, use in what.in_use.items():
        labels = [name for name in own["label"].unique() if series in what.series_of(name)]
        rows = own[own["label"].isin(labels)]
        if rows.empty:
            continue
        lost = rows[rows["series"] == ""]
        if len(lost):
            span = f"{text_of(int(lost['month'].min()))} to {text_of(int(lost['month'].max()))}"
            beside = f", and {total} of these months" if total else ""
            words = f"{span}, {lost['count'].sum():,.0f} offences{beside}"
        elif (rows["series"] != series).any():
            words = f"held {f'until {text_of(use.until)}' if use.until else f'from {text_of(use.start or 0)}'} only"
        else:
            continue
        lines.append(f"{series}: {words}. {use.reason}")
    return lines


def _kept(cells: pd.DataFrame, edition: Edition) -> list[str]:
    """What looks wrong and stays as it is, a line each: the exceptions that applied."""
    every = cells.groupby("month")["count"].sum()
    by_text = {text_of(int(month)): count for month, count in every.items()}
    lines = []
    words: dict[str, Callable[[tuple[Any, ...]], str]] = {
        "unplaced": lambda row: f"{row[0]}, {row[2]}: {row[3]:,} of {by_text[row[2]]:,.0f} offences.",
        "no_row": lambda row: f"{row[0]}: no row for {row[1].rsplit(' / ', 1)[-1]}.",
        "untied": lambda row: f"{row[0]}, {row[1]}, {row[2]}: {row[3]:g} beside the sum of its parts.",
        "below_nought": lambda row: f"{row[0]}: {row[1]}, {row[2]}: {row[3]}.",
    }
    for name, say in words.items():
        lines += [
            f"{say(row)} {reason}"
            for row, reason in edition.rows(name)
            if (name, row) in edition.uses and "*" not in row
        ]
    return lines


def _unused(edition: Edition) -> list[Fault]:
    """Exceptions that apply to nothing, asked for when all else is sound: they must not linger."""
    rule, mend = "applies to something in the file", "Take the row out, or bind it to its edition."
    return [
        Fault(edition.what.origin, name, ", ".join(map(str, row)), rule, mend)
        for name in LISTS.keys() - {"confirmed"}  # whether a count is out of line is told when the table is made
        for row, _ in edition.rows(name)
        if (name, row) not in edition.uses and "*" not in row
    ]


def long_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table with periods as text and whole counts: area, series, period, count."""
    return table.assign(period=table["month"].map(text_of), count=table["count"].astype("Int64"))[LONG]


def shaped(table: pd.DataFrame, what: Description) -> pd.DataFrame:
    """The long table as the description's kind of table: long, or a column for each series and the total of them all."""
    kind = KINDS[what.release["makes"]]
    if kind.name == "counts":
        return long_table(table)
    if kind.frequency == "yearly":
        values = (table["area"], table["month"] // 12, table["count"].astype(int))
        return pd.DataFrame(dict(zip(kind.names, values, strict=True)))
    wide = table.pivot(index=["area", "month"], columns="series", values="count")
    wide = wide.reindex(columns=[name for name in kind.values if name != kind.total]).astype("Int64")
    if kind.total:
        parts = [name for name in wide.columns if name not in kind.apart]
        wide[kind.total] = wide[parts].sum(axis=1).where(_whole(wide[parts], what))
    wide = wide.reset_index().rename(columns={"area": kind.area})
    wide[kind.visible_by] = pd.to_datetime(wide["month"].map(month_end))
    return wide.sort_values([kind.area, kind.visible_by], ignore_index=True)[list(kind.names)]


def _whole(wide: pd.DataFrame, what: Description) -> pd.Series:
    """Where no label lacks its series, so that their sum is the total."""
    labels = [[name for name in what.series_of(each) if name in wide] for each in what.labels.exact]
    if "derive" in what.release:
        # of an area either every series ties out or the total would miss some
        full = wide.notna().groupby(level="area").any().all(axis=1)
        return pd.Series(wide.index.get_level_values("area").map(full), index=wide.index)
    return pd.concat([wide[names].notna().any(axis=1) for names in labels if names], axis=1).all(axis=1)
