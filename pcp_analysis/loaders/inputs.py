"""The inputs as a cycle sees them: nothing after its data cut-off, nothing shown to a later Board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from pcp_analysis.loaders.frames import frame_of
from pcp_analysis.loaders.kinds import Kind
from pcp_analysis.loaders.places import JOINT
from pcp_analysis.loaders.register import RAW, Entry
from pcp_analysis.loaders.rows import canonical_text, entries_seen, visible_rows
from pcp_analysis.loaders.usage import LISTED, Tracked, Usage
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import sha256_text
from pcp_analysis.strict.nearest import unknown

Known = TypeVar("Known")


@dataclass(frozen=True)
class Inputs:
    """What a cycle sees. An input of which it sees no row is in none of the three.

    *tables*: name -> frame of the visible rows; *entries*: name -> its register entry; *sha256*: name -> hash of the
    visible rows as canonical CSV. Taking a table or an entry is noted in *usage*.
    """

    tables: Tracked[pd.DataFrame]
    entries: Tracked[Entry]
    sha256: Mapping[str, str]
    usage: Usage = field(repr=False, compare=False)
    _by_area: dict[str, dict[str, tuple[pd.PeriodIndex, pd.DataFrame]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pd.DataFrame],
        entries: Mapping[str, Entry],
        sha256: Mapping[str, str],
        usage: Usage | None = None,
    ) -> Inputs:
        """The inputs of a cycle from what was read of it; whose use is noted in *usage*, or in one of its own."""
        usage = usage or Usage()
        return cls(Tracked(tables, usage), Tracked(entries, usage), sha256, usage)

    def making(self, figures: str) -> list[str]:
        """The names of the tables of which such figures are made, ``series`` or ``survey``, in the register's order."""
        return [name for name in self.entries if self.kind(name).figures == figures]

    def kind(self, table: str) -> Kind:
        """The kind of a table."""
        return self.entries.untracked[table].kind

    def measures(self, table: str) -> list[str]:
        """The measures that a table of printed figures holds, in the order of its rows; none where it is of another
        kind.
        """
        frame = self.tables.untracked[table]
        return list(dict.fromkeys(frame["measure"])) if "measure" in frame else []

    def series_names(self) -> list[str]:
        """The names of all series, in the order of their tables' columns; of a table of counts each is ``ENTRY.SERIES``."""
        return list(self._sources())

    def source(self, name: str) -> str:
        """The name of the input that holds the series; KeyError, with the nearest names, where none does."""
        return _one_of(name, self._sources(), "series")

    def frequency(self, name: str) -> str:
        """``quarterly``: how often a value of the series comes; KeyError where there is no such series."""
        return self.kind(self.source(name)).frequency

    def areas(self, name: str) -> list[str]:
        """The areas of which the series holds anything that the cycle may see, sorted."""
        source, column = self.source(name), name.rpartition(".")[2]
        if self.kind(source).long:
            self.tables[source]
            return sorted(area for area, (_, rows) in self._areas_of(source).items() if rows[column].notna().any())
        table = self.tables[source]
        return sorted(table.loc[table[name].notna(), self.kind(source).area].unique())

    def series(self, name: str, area: str) -> pd.Series:
        """The counts of a series in an area, by period (PeriodIndex, ``M`` or ``Q-DEC``), as ``int64``.

        A period in which the label was not in use is not there; where nothing is held of the area the series is empty.
        An area whose places only are held is the sum of these. Where the entry names periods that are missing, the
        series is what follows the last of them.
        Raises KeyError, with the nearest names, for an unknown series, and FaultError for a gap inside or a period that
        stands twice.
        """
        source = self.source(name)
        areas = self._areas_of(source)
        if area not in areas:
            return pd.Series(
                [], index=pd.PeriodIndex([], freq=self.kind(source).freq, name="period"), dtype="int64", name=name
            )
        periods, rows = areas[area]
        counts = rows[name.rpartition(".")[2]]
        filled = counts.notna().to_numpy()
        series = pd.Series(counts.to_numpy()[filled].astype("int64"), index=periods[filled], name=name)
        missing = pd.PeriodIndex(self.entries.untracked[source].missing, freq=self.kind(source).freq)
        if len(before := missing[missing < series.index.max()] if len(series) else missing[:0]):
            series = series[series.index > before.max()]
        if (np.diff(series.index.astype("int64")) != 1).any():
            self._refuse_gaps(series, source, area)
        return series

    def _sources(self) -> dict[str, str]:
        return {column: name for name in self.making("series") for column in self._names_in(name)}

    def _names_in(self, source: str) -> Sequence[str]:
        kind = self.kind(source)
        if not kind.long:
            return kind.values
        # a year of its own has no place beside months and quarters
        return (
            [f"{source}.{name}" for name in sorted(self.tables.untracked[source]["series"].unique())]
            if kind.freq
            else []
        )

    def _areas_of(self, source: str) -> dict[str, tuple[pd.PeriodIndex, pd.DataFrame]]:
        """The rows of each area in the order of their periods, and these; made once for a table."""
        if source not in self._by_area:
            kind = self.kind(source)
            table = _wide(self.tables[source]) if kind.long else self.tables[source]
            table = table.sort_values(kind.visible_by, kind="stable")
            self._by_area[source] = {
                area: (_periods(rows[kind.visible_by], kind), rows)
                for area, rows in table.groupby(kind.area, sort=False)
            }
        return self._by_area[source]

    def _refuse_gaps(self, series: pd.Series, source: str, area: str) -> None:
        wanted = pd.period_range(series.index[0], series.index[-1], freq=series.index.freq)
        shown = (RAW / self.entries[source].file).as_posix()
        if series.index.has_duplicates:
            twice = ", ".join(str(period) for period in series.index[series.index.duplicated()].unique())
            raise FaultError([Fault(shown, f"{series.name}, {area}", twice, "stands once", "Remove the other row.")])
        missing = ", ".join(str(period) for period in wanted.difference(series.index))
        rule = "has no gap between its first and last"
        raise FaultError(
            [Fault(shown, f"{series.name}, {area}", missing, rule, "Import the table again, or restore it.")]
        )


def _periods(ends: pd.Series, kind: Kind) -> pd.PeriodIndex:
    if kind.long:
        return pd.PeriodIndex(pd.PeriodIndex(ends, freq="M").asfreq(kind.freq), name="period")
    return pd.PeriodIndex(ends.dt.to_period(kind.freq), name="period")


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    """A column for each series of a long table; a force of which the places only are held is the sum of them."""
    wide = table.pivot(index=["area", "period"], columns="series", values="count").reset_index()
    force = wide["area"].str.split(JOINT).str[0]
    places = wide[(force != wide["area"]) & ~force.isin(wide["area"])]
    sums = places.drop(columns="area").groupby([force, "period"]).sum(min_count=1).reset_index()
    return pd.concat([wide, sums.rename(columns={sums.columns[0]: "area"})], ignore_index=True)


def open_inputs(root: Path, *, cut_off: date, board_date: date, usage: Usage | None = None) -> Inputs:
    """Open every registered table as a cycle with this data cut-off and Board date sees it; what is read goes to *usage*.

    Raises FaultError with every fault of the register, of a file that is missing, and of tables that cannot be read.
    """
    usage = usage or Usage()
    usage.note(LISTED)
    tables, entries, hashes = {}, {}, {}
    faults: list[Fault] = []
    for name, entry in entries_seen(root, cut_off=cut_off, board_date=board_date).items():
        try:
            rows = visible_rows(root, entry, cut_off=cut_off, board_date=board_date)
            if rows:
                text = canonical_text(entry, rows)
                tables[name] = frame_of(root, entry, text)
                entries[name] = entry
                hashes[name] = sha256_text(text)
        except FaultError as error:
            faults += error.faults
    if faults:
        raise FaultError(faults)
    return Inputs.of(tables, entries, hashes, usage)


def _one_of(name: str, known: Mapping[str, Known], what: str) -> Known:
    if name not in known:
        raise unknown(what, name, known)
    return known[name]
