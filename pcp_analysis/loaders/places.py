"""A sensitive table of counts without the places whose series would tell of fewer than five people.

A series with a count of one to four in any month that is seen is left out whole, since a gap in it could be worked out.
A force is the sum of its places: it is added up first, and one place more of it is left out of the series, so that no
place is what is left of the force; so too where a force, held beside its places, counts a few more than they do. That
place is the one with the fewest in the first period that is held: it does not change with what is seen later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pcp_analysis.loaders.equations import FEWEST
from pcp_analysis.strict.fault import Fault

if TYPE_CHECKING:
    import pandas as pd

#: What stands between a force and its place.
JOINT = " / "
#: Area, series, period, count: the columns of a table of counts.
Row = list[str]


def without_small_counts(rows: list[Row]) -> list[Row]:
    """The rows of a table of counts as they may be seen, with those of each force of which it holds the places only.

    >>> rows = [["A / x", "s", "2014-01", "3"], ["A / y", "s", "2014-01", "9"], ["A / z", "s", "2014-01", "8"]]
    >>> [row[0] for row in without_small_counts(rows)]
    ['A / y', 'A']
    """
    series: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for area, name, period, count in rows:
        series[area, name][period] = count
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for area, name in series:
        if JOINT in area:
            places[area.split(JOINT)[0], name].append(area)
    forces = {key: _sum([series[area, key[1]] for area in areas]) for key, areas in places.items() if key not in series}
    hidden = {
        key for key, counts in (series | forces).items() if any(0 < _number(each) < FEWEST for each in counts.values())
    }
    for (_, name), areas in places.items():
        seen = [area for area in areas if (area, name) not in hidden]
        rest = _rest(series.get((areas[0].split(JOINT)[0], name), {}), [series[area, name] for area in areas])
        if seen and (len(seen) < len(areas) or any(0 < each < FEWEST for each in rest)):
            hidden.add((min(seen, key=lambda area: (_first(series[area, name]), area)), name))
    whole = rows + [
        [force, name, period, counts[period]] for (force, name), counts in forces.items() for period in counts
    ]
    return [row for row in whole if (row[0], row[1]) not in hidden]


def not_added_up(frame: pd.DataFrame, shown: str) -> Iterator[Fault]:
    """Each series of a force, held beside its places in a typed table of counts, to which these do not add up; one fault each.

    A period in which the force or a place is blank is left out, since its sum is not known.
    """
    force = frame["area"].str.split(JOINT, n=1).str[0]
    own = frame["area"] == force
    parts = frame[~own].groupby([force[~own], "series", "period"])["count"]
    found = frame[own].assign(line=frame.index[own]).set_index(["area", "series", "period"])[["line", "count"]]
    both = found.join(parts.sum().rename("places").rename_axis(found.index.names), how="inner")
    blank = parts.agg(lambda counts: counts.isna().any()).reindex(both.index).astype(bool)
    wrong = both[(both["count"] != both["places"]).fillna(False) & ~blank]
    for (area, series), rows in wrong.groupby(level=["area", "series"], sort=True):
        worst = (rows["count"] - rows["places"]).abs().idxmax()
        rule = f"is the sum of its places, {rows.at[worst, 'places']} in {worst[2]}" + (
            f"; {len(rows)} periods differ, this the most" if len(rows) > 1 else ""
        )
        mend = 'Correct the count, or say why in the description and the register: places_differ = "…".'
        where = f"line {rows.at[worst, 'line']}, column count"
        yield Fault(shown, where, f"{area}, {series}: {rows.at[worst, 'count']}", rule, mend)


def _number(count: str) -> int:
    return int(count) if count.lstrip("-").isdigit() else 0


def _first(counts: dict[str, str]) -> tuple[str, int]:
    """The first period and its count, which no later month changes: of those that began first, the place with the fewest."""
    period = min(counts)
    return period, _number(counts[period])


def _rest(force: dict[str, str], parts: list[dict[str, str]]) -> list[int]:
    """What is left of a force, held beside its places, in each period that all of these have a count of."""
    sums = _sum(parts)
    return [_number(count) - _number(sums[period]) for period, count in force.items() if sums.get(period) and count]


def _sum(parts: list[dict[str, str]]) -> dict[str, str]:
    """The sum of the places by period; blank where a place that has the period is not supplied."""
    found: dict[str, str] = {}
    for period in sorted({period for part in parts for period in part}):
        counts = [part[period] for part in parts if period in part]
        found[period] = str(sum(map(int, counts))) if all(counts) else ""
    return found
