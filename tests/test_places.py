"""Small counts of places: what is left out of a sensitive table of counts, and what cannot be worked out from the rest."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.loaders.places import not_added_up, without_small_counts

MONTHS = [f"2014-{month:02d}" for month in range(1, 5)]


def rows(counts: dict[str, list[int]]) -> list[list[str]]:
    """The counts of one series by place and month."""
    return [
        [f"Force / {place}", "robbery", month, str(count)]
        for place, each in counts.items()
        for month, count in zip(MONTHS, each, strict=True)
    ]


def areas(found: list[list[str]]) -> set[str]:
    """The areas that are seen."""
    return {row[0] for row in found}


def test_a_table_without_small_counts_keeps_all_and_has_its_force() -> None:
    """Noughts tell of nobody; the force is the sum of its places."""
    found = without_small_counts(rows({"a": [0, 5, 9, 7], "b": [10, 10, 10, 10]}))
    assert areas(found) == {"Force / a", "Force / b", "Force"}
    assert [row[3] for row in found if row[0] == "Force"] == ["10", "15", "19", "17"]


def test_one_small_month_hides_the_series_and_one_place_more() -> None:
    """The place with the small month goes whole, and the smallest of the others with it; the force stays."""
    found = without_small_counts(rows({"a": [9, 9, 3, 9], "b": [20] * 4, "c": [10] * 4, "d": [30] * 4}))
    assert areas(found) == {"Force / b", "Force / d", "Force"}
    assert [row[3] for row in found if row[0] == "Force"][2] == "63"


def test_what_a_force_has_more_than_its_places_is_no_small_count() -> None:
    """Three offences at an airport that is no place: one place goes too. Ten are told, and so is a force that adds up."""
    places = rows({"a": [20] * 4, "b": [30] * 4})

    def force(more: int) -> list[list[str]]:
        return [["Force", "robbery", month, str(50 + more * (month == MONTHS[1]))] for month in MONTHS]

    assert areas(without_small_counts(places + force(3))) == {"Force / b", "Force"}
    for more in (0, 10):
        assert areas(without_small_counts(places + force(more))) == {"Force / a", "Force / b", "Force"}


def test_places_that_do_not_add_up_are_one_fault_a_series() -> None:
    """The worst period is named with its line; one with a blank is no fault, nor is a force without places."""

    def frame(force: list[int | None]) -> pd.DataFrame:
        own = [["Force", "robbery", month, count] for month, count in zip(MONTHS, force, strict=True)]
        table = pd.DataFrame(
            [*rows({"a": [20] * 4, "b": [30] * 4}), *own, ["Other", "robbery", MONTHS[0], 7]],
            columns=["area", "series", "period", "count"],
        )
        table["count"] = pd.to_numeric(table["count"]).astype("Int64")
        return table.set_axis(range(2, 2 + len(table)))

    assert list(not_added_up(frame([50, 50, None, 50]), "x.csv")) == []
    (fault,) = not_added_up(frame([50, 51, None, 41]), "x.csv")
    assert (fault.where, fault.value) == ("line 13, column count", "Force, robbery: 41")
    assert fault.rule == "is the sum of its places, 50 in 2014-04; 2 periods differ, this the most"


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(0, 12), min_size=4, max_size=4), min_size=1),
    st.integers(1, 3),
)
def test_no_small_count_is_seen_or_left_over(counts: dict[str, list[int]], months: int) -> None:
    """No month of a place that is seen is small, and where the force is seen never one place alone is hidden; so too of
    what an earlier cycle saw.
    """
    shown: dict[int, set[str]] = {}
    for upto in (months, 4):
        found = without_small_counts([row for row in rows(counts) if row[2] in MONTHS[:upto]])
        assert not [row for row in found if 0 < int(row[3]) < 5]
        shown[upto] = areas(found)
        gone = {f"Force / {place}" for place in counts} - shown[upto]
        assert len(gone) != 1 or "Force" not in shown[upto] or len(counts) == 1
    # what either cycle showed of the first months leaves two places together, or none
    if all("Force" in each for each in shown.values()) and len(counts) > 1:
        never = {f"Force / {place}" for place in counts} - shown[months] - shown[4]
        small = {f"Force / {place}" for place, each in counts.items() if any(0 < one < 5 for one in each[:months])}
        assert not small or len(never) > 1 or not small & never
