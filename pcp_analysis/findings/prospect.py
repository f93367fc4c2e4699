"""What a printed change leaves to be done: how far from the promise it is, and what the rest of the year must bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pcp_analysis import metrics
from pcp_analysis.figures import wording
from pcp_analysis.figures.figure import Figure

if TYPE_CHECKING:
    import pandas as pd

    from pcp_analysis.plan import Milestone

#: The items of the figures that are made here.
OVER, REST, TELLING = "over_promise", "rest_of_year", "telling_count"
#: The item of a printed row that says a direction without a number: 1 up, 0 unchanged, -1 down.
DIRECTION = "direction"
# A change that only ten thousand events and more would tell from chance is no clear change: no measure that is printed
# without its counts is known to have so many.
MANY = 10_000


def prospects(
    milestone: Milestone, table: pd.DataFrame, name: str, *, current: Callable[[str], bool]
) -> Iterator[Figure]:
    """The figures of a milestone that follow from a printed change in per cent; none where no *current* Board, one of the
    plan, was shown any.

    ``over_promise`` is the count by which a promised change is missed by now, from the counts that two printed changes
    imply. ``rest_of_year`` is the change on the same months of the year before that just keeps the promise in the rest
    of the year: with m months passed, ((1 + target) 12 / m - (1 + change)) / (12 / m - 1) - 1, for months that are all
    alike; it is given for the months that had ended before the Board that was shown the change, and for one month fewer,
    because a paper seldom says up to when it counts.
    ``telling_count`` is `metrics.telling_count`, where no counts are printed.
    """
    printed = {row.item: row for row in table.itertuples() if row.value == row.value}
    if "change" not in printed or printed["change"].unit != "percent":
        return
    row = printed["change"]
    if not current(row.shown_to):
        return
    target = milestone.target or 0.0
    common: dict[str, Any] = {
        "measure": milestone.id,
        "period": row.period,
        "baseline": row.baseline,
        "basis": "arithmetic",
        "inputs": (name,),
    }
    counted = "difference" in printed or {"current", "baseline"} <= printed.keys()
    if not counted and -100 < row.value != 0:
        yield Figure(
            item=TELLING,
            title=f"{milestone.title}: the count from which such a change is more than chance",
            value=metrics.telling_count(row.value),
            unit="count",
            method=f"from the change printed in paragraph {row.paragraph}, for independent events",
            **common,
        )
    if milestone.better == "neutral":
        return
    if milestone.target is not None and "difference" in printed and row.value:
        base = printed["difference"].value / row.value * 100
        yield Figure(
            item=OVER,
            title=f"{milestone.title}: more than the promise allows by now",
            value=base * (row.value - target) / 100,
            unit="count",
            numerator=base * (1 + row.value / 100),
            denominator=base * (1 + target / 100),
            method=f"count that paragraph {row.paragraph} implies, less the promised one",
            **common,
        )
    months = (int(row.shown_to[5:]) - 4) % 12
    for passed in (months - 1, months):
        if 1 <= passed <= 11:
            a_year, words = 12 / passed, wording.count_word(passed)
            yield Figure(
                item=REST,
                part=f"{words}_months",
                title=f"{milestone.title}: change on last year that the rest of the year needs, if {words} months are counted",
                value=((100 + target) * a_year - 100 - row.value) / (a_year - 1) - 100,
                unit="percent",
                signed=True,
                method=f"what is left of the promise, if all months are alike and {passed} of them are counted",
                **common,
            )
