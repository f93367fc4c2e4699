"""What a file of counts is held to beside its own neighbours: no cell twice, no period twice, no count out of line."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from pcp_analysis.loaders.kinds import is_confirmed, kept_line
from pcp_analysis.loaders.neighbours import BESIDE, DEVIATIONS, Counts, far
from pcp_analysis.strict.fault import Fault
from pcp_analysis.strict.toml import written

Grain = Literal["month", "quarter", "year"]
#: How many months a period has.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: What stands for the area or the series where a count is a sum.
ALL_AREAS, ALL_SERIES = "all areas", "all series"

#: By what share of its neighbours a count may differ from them before its distance is looked at.
SHARE = {"month": 0.2, "quarter": 0.25, "year": 0.2}
#: What moves a single cell of several areas and series and is no mistake adds to it: an operation, a case of many counts.
CELL_DEVIATIONS, CELL_SHARE = 10.0, 0.4
#: Or by so many times, as one that lost a digit.
CELL_TIMES = 5.0
#: Two counts are exchanged where each is out of line and within this, either way, of what the other would be.
FITS = 1.25
#: Two neighbouring periods, two areas or two series are one thing twice where so many counts, not nought, are all alike.
ALIKE = 8
#: Nought throughout is out of line where the six periods before averaged so many.
AVERAGE = 10
#: By what share a sum may be revised and still be the one that was confirmed.
REVISED = 0.05
#: Where a count is named that is right in a table which is being imported, and may have no entry yet.
FIRST = "Of an import: under [[confirmed]] in the release's description, as rows = [[{}, {}, {}, {:.0f}]]."
#: What is provisional may be incomplete, but not so many times the usual.
TIMES = 10


@dataclass(frozen=True)
class OutOfLine:
    """A count that is far from the *usual* of its neighbours; its area or series is that of all where it is a sum."""

    area: str
    series: str
    period: int
    value: float
    usual: float
    #: Whether it is said by itself, as a single cell that is only a little off is not.
    strict: bool = True
    rule: str = ""

    @property
    def excess(self) -> float:
        """How many more than usual."""
        return self.value - self.usual

    @property
    def share(self) -> float:
        """The excess as a share of the usual, without its sign."""
        return abs(self.excess) / max(self.usual, 1.0)

    @property
    def is_sum(self) -> bool:
        """Whether it is one over all areas or all series."""
        return self.area == ALL_AREAS or self.series == ALL_SERIES

    def holds(self, other: OutOfLine) -> bool:
        """Whether *other* is a part of this sum, and out of line in the same period and the same way."""
        return (
            (self.area, self.series) != (other.area, other.series)
            and self.period == other.period
            and self.area in (ALL_AREAS, other.area)
            and self.series in (ALL_SERIES, other.series)
            and self.excess * other.excess > 0
        )


def implausible(
    table: pd.DataFrame,
    *,
    shown: str,
    grain: Grain,
    provisional: int = 0,
    confirmed: Sequence[str] = (),
    place: Callable[[str, str, str], str] = "{}, {}, {}".format,
) -> tuple[list[Fault], list[str]]:
    """The faults of a long table (area, series, period, count) that show by itself, and what is noted only.

    - The same area, series and period stands once.
    - Two neighbouring periods are not equal throughout, nor two areas or two series, where eight counts are not nought.
    - The total, each area's, each series', and each cell where there is one area or one series, are in line: a count of a
      series whose median is 100 or more is within 6 robust standard deviations, or within a fifth (quarters: a quarter),
      of the median of its six neighbours (`neighbours.far`). A single cell among several areas and series is also within
      two fifths, and if it is too many within 10 deviations, or else not five times its neighbours or a fifth of them.
    - Two counts of a period that are out of line are not such that each fits the other's place.
    - An area or a series does not fall to nought throughout where the six periods before averaged ten or more.

    Three things are no fault: a level that changes (a count must lie beyond the median of either side), a season (neighbours
    are compared without it: a quarter cut to half is then found in over nine of ten forces, with it in under eight), a
    cell that one period has and another has not. One cause is said once, at the narrowest: a part instead of the sum where
    it makes half of it or more, else the sum instead of its parts. What was measured stands in docs/data.md.

    A period is ``2014-08``, the month or the last one of its quarter, or a year. What is out of line in the latest
    *provisional* periods is noted, unless it is ten times the usual. Each line of *confirmed* (`kept_line`, and why)
    silences what it names and nothing else, a sum also within a twentieth. *place* says where the count of an area, a series and a period stands.
    """
    if table.empty:
        return [], []
    cube, faults = _cube(table, grain, shown, place)
    faults += _twice(cube, shown, confirmed)
    notes = []
    for found in _found(cube, grain):
        period = cube.periods[found.period]
        ending = _last_day(period) if grain == "quarter" else period
        named = kept_line(found.area, found.series, ending, int(found.value), quarterly=grain == "quarter")
        if is_confirmed(named, confirmed) or (found.is_sum and _is_near(named, confirmed)):
            continue
        usual = f"about {found.usual:,.0f}"
        if found.period >= len(cube.periods) - provisional and found.value <= TIMES * found.usual:
            notes.append(f"{named}: provisional, beside {usual} before it")
            continue
        first = FIRST.format(*map(written, (found.area, found.series, period)), found.value)
        rule = found.rule or f"is in line with the periods beside it, which are {usual}"
        mend = f'Restore it; or, where it is right, write "{named}" under confirmed in the register\'s entry, and why. {first}'
        faults.append(Fault(shown, place(found.area, found.series, period), f"{found.value:.0f}", rule, mend))
    return faults, notes


@dataclass(frozen=True)
class _Cube:
    """The counts of a table by period, area and series, NaN where there is none."""

    areas: Sequence[str]
    series: Sequence[str]
    periods: Sequence[str]
    counts: Counts

    def sums(self) -> Iterator[tuple[list[tuple[str, str]], list[Counts], bool]]:
        """Each way to look at the table: the names of what is judged, the cells of each, and whether they are sums."""
        (wide, long), counts = (len(self.areas) > 1, len(self.series) > 1), self.counts
        if wide and long:
            yield [(ALL_AREAS, ALL_SERIES)], [counts.reshape(len(counts), -1)], True
        if long:
            yield [(area, ALL_SERIES) for area in self.areas], list(counts.transpose(1, 0, 2)), True
        if wide:
            yield [(ALL_AREAS, series) for series in self.series], list(counts.transpose(2, 0, 1)), True
        cells = counts.reshape(len(counts), -1)
        yield list(product(self.areas, self.series)), list(cells.T[:, :, None]), not (wide and long)


def _cube(
    table: pd.DataFrame, grain: Grain, shown: str, place: Callable[[str, str, str], str]
) -> tuple[_Cube, list[Fault]]:
    """The table as a cube, its periods in order with those that it lacks, and the fault of each area and period with a series
    that stands twice.
    """
    codes, names = zip(*(pd.factorize(table[name], sort=True) for name in ("area", "series")), strict=True)
    periods = _calendar(table["period"].unique(), grain)
    places = table["period"].map({period: at for at, period in enumerate(periods)}).to_numpy(dtype=np.intp)
    shape = (len(periods), *(len(each) for each in names))
    flat = np.ravel_multi_index((places, *codes), shape)
    cells = np.full(math.prod(shape), np.nan)
    # of a cell that stands twice the first counts
    cells[flat[::-1]] = table["count"].to_numpy(dtype=float, na_value=np.nan)[::-1]
    again: dict[tuple[str, str], list[str]] = defaultdict(list)
    if np.bincount(flat).max() > 1:
        for row in table[table.duplicated(["area", "series", "period"])].itertuples():
            again[row.area, row.period].append(row.series)
    faults = []
    for (area, period), series in again.items():
        others = f", and {len(series) - 1} more series of it" if len(series) > 1 else ""
        value, where = f"{area}, {series[0]}, {period}", place(area, series[0], period)
        faults.append(Fault(shown, where, value, f"stands once{others}", "Remove one of the two."))
    areas, series = ([str(name) for name in each] for each in names)
    return _Cube(areas, series, periods, cells.reshape(shape)), faults


def _calendar(periods: Iterable[str], grain: Grain) -> list[str]:
    """The periods in order, with those between them: what lies beyond a gap is no neighbour.

    >>> _calendar(["2014-03", "2013-06"], "quarter")
    ['2013-06', '2013-09', '2013-12', '2014-03']
    """
    months = {int(year) * 12 + int(month or 1) - 1: f"{year}{bar}{month}"
              for year, bar, month in (period.partition("-") for period in periods)}  # fmt: skip
    between = range(min(months), max(months), MONTHS[grain])
    return [months.get(each, f"{each // 12}-{each % 12 + 1:02d}") for each in sorted({*months, *between})]


def _twice(cube: _Cube, shown: str, confirmed: Sequence[str]) -> Iterator[Fault]:
    """The fault of each period that has the counts of the one before it throughout, and of each area and series with another's."""
    for axis, names in enumerate((cube.periods, cube.areas, cube.series)):
        rows = np.moveaxis(cube.counts, axis, 0).reshape(len(names), -1)
        filled = ((rows != 0) & ~np.isnan(rows)).sum(axis=1) >= ALIKE
        first: dict[bytes, str] = {}
        for name, row in zip(
            (name for name, enough in zip(names, filled, strict=True) if enough), rows[filled], strict=True
        ):
            other = first.setdefault(row.tobytes(), name)
            named = f"{name} = {other}"
            if other != name and not is_confirmed(named, confirmed):
                rule = f"is not equal throughout to {other}"
                mend = f'Restore it: one of the two stands in the other\'s place; or, where it is right, write "{named}" under confirmed.'
                yield Fault(shown, f"all of {name}", name, rule, mend)
            if axis == 0:  # of periods only neighbours are compared
                first = {row.tobytes(): name}


def _found(cube: _Cube, grain: Grain) -> list[OutOfLine]:
    """What is out of line, each cause once; beside a period that is out of line as a whole, all else is judged without it."""
    found = _said_once(_out_of_line(cube, grain))
    whole = [each for each in found if (each.area, each.series) == (ALL_AREAS, ALL_SERIES)]
    if not whole:
        return found
    counts = cube.counts.copy()
    counts[[each.period for each in whole]] = np.nan
    return whole + _said_once(_out_of_line(replace(cube, counts=counts), grain))


def _out_of_line(cube: _Cube, grain: Grain) -> list[OutOfLine]:
    """Every sum and every cell that is out of line, the widest first."""
    found: list[OutOfLine] = []
    months = ["" if grain == "year" else period[5:] for period in cube.periods]
    for names, members, plain in cube.sums():
        sums = (
            np.stack([_sum(each) for each in members], axis=1) if members[0].shape[1:] != (1,) else np.hstack(members)
        )
        for one in far(sums, members, months, SHARE[grain]):
            moved = one.value * CELL_TIMES <= one.usual or one.value >= CELL_TIMES * one.usual
            least = CELL_DEVIATIONS if one.value > one.usual else DEVIATIONS
            strict = plain or moved or (one.deviations > least and one.share > CELL_SHARE)
            area, series = names[one.column]
            found.append(OutOfLine(area, series, one.row, one.value, one.usual, strict))
        if plain:
            known = {(each.area, each.series, each.period) for each in found}
            found += (each for each in _nought(names, sums) if (each.area, each.series, each.period) not in known)
    return _exchanged(found)


def _nought(names: list[tuple[str, str]], sums: Counts) -> Iterator[OutOfLine]:
    """The first period of noughts after six that averaged ten or more."""
    for row, column in zip(*np.nonzero((sums[1:] == 0) & (sums[:-1] > 0)), strict=True):
        average = float(np.nanmean(sums[max(0, row - 2 * BESIDE + 1) : row + 1, column]))
        if average >= AVERAGE:
            area, series = names[column]
            yield OutOfLine(area, series, int(row) + 1, 0.0, average)


def _exchanged(found: list[OutOfLine]) -> list[OutOfLine]:
    """*found*, of two cells of one period that fit each other's place the one said as exchanged and the other not."""
    beside: dict[tuple[str, str, int], list[OutOfLine]] = defaultdict(list)
    for each in found:
        if not each.is_sum:
            beside["area", each.area, each.period].append(each)
            beside["series", each.series, each.period].append(each)
    taken: dict[OutOfLine, OutOfLine] = {}
    for (alike, _, _), cells in beside.items():
        for high, low in product(cells, cells):
            if high.excess > 0 > low.excess and _fits(high.value, low.usual) and _fits(low.value, high.usual):
                other, area = (low.series, f" for {high.area}") if alike == "area" else (low.area, "")
                rule = f"is not exchanged with {other} ({low.value:.0f}), as the two look{area}"
                taken |= {high: replace(high, strict=True, rule=rule), low: replace(low, strict=False, rule=rule)}
    return [taken.get(each, each) for each in found]


def _fits(value: float, usual: float) -> bool:
    return value < FITS * usual and usual < FITS * value


def _said_once(found: list[OutOfLine]) -> list[OutOfLine]:
    """*found* without a sum of which a part makes half or more, without the parts of any other sum, and without cells that are
    only a little off.
    """
    dropped: set[OutOfLine] = set()
    periods: dict[int, list[OutOfLine]] = defaultdict(list)
    for each in found:
        periods[each.period].append(each)
    for together in periods.values():
        sums = [each for each in together if each.is_sum]
        for whole in sums:  # the widest first
            parts = [each for each in together if whole.holds(each)]
            if any(abs(part.excess) * 2 >= abs(whole.excess) and _is_told(part, whole, sums) for part in parts):
                dropped.add(whole)
            elif whole not in dropped:
                # what is further off than the sum by far has a cause of its own
                dropped |= {part for part in parts if part.share <= 2 * whole.share}
    return [each for each in found if each.strict and each not in dropped]


def _is_told(part: OutOfLine, whole: OutOfLine, sums: Sequence[OutOfLine]) -> bool:
    """Whether a part is said by itself, as exchanged, or with a sum the other way that is further off than the *whole*."""
    across = (each for each in sums if not each.holds(whole) and not whole.holds(each) and each.holds(part))
    return part.strict or bool(part.rule) or any(abs(each.excess) > abs(whole.excess) for each in across)


def _sum(cells: Counts) -> Counts:
    """The sum of each row, NaN where nothing is filled."""
    return np.where(np.isnan(cells).all(axis=1), np.nan, np.nansum(cells, axis=1))


def _is_near(named: str, confirmed: Sequence[str]) -> bool:
    """Whether a line names the same sum with nearly the same count: any part of it may have been revised."""
    what, _, count = named.rpartition(": ")
    lines = (re.match(r"(-?\d+)(\. |$)", line.removeprefix(f"{what}: ")) for line in confirmed)
    return any(abs(int(line[1]) - int(count)) <= REVISED * abs(int(count)) for line in lines if line)


def _last_day(period: str) -> str:
    """The last day of a month, by which a register names a quarter."""
    year, month = map(int, period.split("-"))
    return f"{period}-{monthrange(year, month)[1]}"
