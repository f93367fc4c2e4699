"""What Boards were shown of one thing, one after the other: a series of its own, a point a Board."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures.figure import Figure
from pcp_analysis.figures.last_board import board
from pcp_analysis.loaders.kinds import is_change

if TYPE_CHECKING:
    import pandas as pd

#: The item of the change from what the Board before was shown.
BETWEEN = "change_between_boards"
#: How the part of what one Board was shown begins.
POINT = "board_"
#: From so many points on they are charted.
FEWEST = 3
_UNITLESS = ("direction",)


def over_boards(table: pd.DataFrame, name: str) -> Iterator[Figure]:
    """What each Board but the latest was shown of an item that several were shown, ``satisfaction_crime.satisfied.board_2014_09``,
    and of a share in per cent, which is no change, the points from the Board before to the latest.

    *table* has every row of a measure; *name* is that of the input.
    """
    table = table[table.value.notna() & ~table.unit.isin(_UNITLESS)]
    levels = [item for item in dict.fromkeys(table.item) if not is_change(item)]
    for item, rows in table.groupby("item", sort=False):
        points = list(rows.sort_values("shown_to", kind="stable").drop_duplicates("shown_to", keep="last").itertuples())
        for row in points[:-1]:
            yield _point(row, name)
        if len(points) > 1 and points[-1].unit == points[-2].unit == "percent" and not is_change(str(item)):
            # where several shares are printed, each has a change of its own
            yield _between(points[-2], points[-1], name, part="" if levels == [item] else str(item))


def _point(row: Any, name: str) -> Figure:
    return Figure(
        measure=row.measure,
        item=row.item,
        part=f"{POINT}{row.shown_to.replace('-', '_')}",
        title=f"{row.title} ({board(row.shown_to)})",
        value=float(row.value),
        unit=row.unit,
        basis="quoted",
        inputs=(name,),
        period=row.period,
        baseline=row.baseline,
        signed=is_change(row.item),
        note=row.note,
        shown_to=row.shown_to,
        method=f"as printed, paragraph {row.paragraph}",
    )


def _between(before: Any, now: Any, name: str, *, part: str) -> Figure:
    return Figure(
        measure=now.measure,
        item=BETWEEN,
        part=part,
        title=f"{now.title}: change since the {board(before.shown_to)}",
        value=metrics.point_change(now.value, before.value),
        unit="points",
        signed=True,
        numerator=now.value,
        denominator=before.value,
        basis="arithmetic",
        inputs=(name,),
        period=now.period,
        baseline=f"what the {board(before.shown_to)} was shown",
        shown_to=now.shown_to,
        method="difference of the percentages printed to the two Boards",
    )
