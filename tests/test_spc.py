"""Control charts: limits, rules, variation and assurance."""

from __future__ import annotations

from datetime import date
from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pcp_analysis.metrics import assurance, proportion_chart, rolling_years, variation, xmr

COLUMNS = ["value", "mean", "lower", "upper", "near_lower", "near_upper", "group", "rule", "side"]
LIMITS = COLUMNS[1:6]
whole = st.lists(st.integers(-500, 500), min_size=2, max_size=40)


def marks(values: list[float], **options: object) -> list[tuple[str | None, str | None]]:
    frame = xmr(values, **options).frame
    return list(zip(frame["rule"], frame["side"], strict=True))


def named(values: list[float], **options: object) -> dict[int, tuple[str, str]]:
    return {place: mark for place, mark in enumerate(marks(values, **options)) if mark[0]}


def test_frame_has_the_index_of_its_values() -> None:
    """A series keeps its index, a list gets a range; the columns are those that pages read."""
    series = pd.Series([3, 4, 5], pd.period_range("2014-01", periods=3, freq="M"))
    frame = xmr(series).frame
    assert list(frame.columns) == COLUMNS
    assert frame.index.equals(series.index)
    assert xmr([3, 4, 5]).frame.index.equals(pd.RangeIndex(3))
    assert frame["rule"].tolist() == [None] * 3


def test_near_limits_are_two_thirds_of_the_way() -> None:
    """Limits are 2.66 mean moving ranges from the mean, near limits two thirds of that."""
    row = xmr([10, 12, 11, 13, 12, 10], screen=False).frame.iloc[0]
    moving = np.mean([2, 1, 2, 1, 2])
    assert row["upper"] - row["mean"] == pytest.approx(2.66 * moving)
    assert row["near_upper"] - row["mean"] == pytest.approx(2.66 * moving * 2 / 3)
    assert row["mean"] - row["near_lower"] == pytest.approx(2.66 * moving * 2 / 3)


def test_screening_drops_ranges_once_from_the_limit_on() -> None:
    """A moving range of 3.267 times the mean and more is dropped, the mean is taken again, and that is all."""
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    assert xmr(values).frame["upper"].iloc[0] == pytest.approx(np.mean(values) + 2.66 * 1.0)
    twice = [0, 1, 0, 1, 0, 1, 0, 1, 0, 20, 0, 1, 0, 1, 0, 1, 0, 500, 0]
    ranges = np.abs(np.diff(twice))
    kept = ranges[ranges < 3.267 * ranges.mean()]
    assert 20 in kept
    assert xmr(twice).frame["upper"].iloc[0] == pytest.approx(np.mean(twice) + 2.66 * kept.mean())


def test_seven_rising_are_a_trend_and_a_tie_breaks_it() -> None:
    """NHSRplotthedots: 0 to 7 is a trend between two points outside; 1,2,3,4,4,5,6,7,8 is none."""
    assert named([0, 1, 2, 3, 4, 5, 6, 7]) == {
        0: ("outside", "low"),
        **dict.fromkeys(range(1, 7), ("trend", "high")),
        7: ("outside", "high"),
    }
    assert "trend" not in {rule for rule, _ in marks([1, 2, 3, 4, 4, 5, 6, 7, 8])}
    assert "trend" not in {rule for rule, _ in marks([0, 1, 2, 3, 4, 5])}


def test_a_trend_has_the_side_of_its_direction() -> None:
    """Seven falling points above the mean are a trend to the low side; a peak belongs to the fall after it."""
    falling = [100, 0, 100, 0, 100, 0, 80, 78, 76, 74, 72, 70, 68, 90, 0, 100]
    assert {mark for place, mark in named(falling).items() if 6 <= place <= 12} == {("trend", "low")}
    peak = [50, 10, 90, 50, 41, 42, 43, 44, 45, 46, 47, 46, 45, 44, 43, 42, 41, 90, 10, 50]
    found = named(peak)
    assert found[9] == ("trend", "high")
    assert found[10] == found[11] == ("trend", "low")


def test_two_of_three_needs_one_side_and_marks_the_near_points_only() -> None:
    """Two of three near a limit count where all three are on one side; the third is not marked."""
    calm = [1, -1] * 7
    assert named([*calm, 5.5, -5.5]) == {}
    # fixed on the calm points: mean 0, limits 5.32, near limits 3.55
    both = named([*calm, 3.9, 0.5, 3.9, -1, 1, -1], fix_after=14)
    assert both == {14: ("two_of_three", "high"), 16: ("two_of_three", "high")}
    assert named([*calm, 3.9, -0.5, 3.9, -1, 1, -1], fix_after=14) == {}
    assert named([*calm, 3.9, 0.0, 3.9, -1, 1, -1], fix_after=14) == {}


def test_a_point_outside_is_none_of_the_two() -> None:
    """One point near and one outside are one signal: the one outside."""
    assert named([*[1, -1] * 7, 3.9, 30, 0.5, -1, 1, -1], fix_after=14) == {15: ("outside", "high")}


def test_seven_on_one_side_and_a_point_on_the_mean_breaks_them() -> None:
    """Seven above the mean are a shift; one of them on the mean makes two short runs of them."""
    shifted = [1, -1, 1, -1, 1, -1, 1, -4, -2, -3, -2, -3, -2, -3, 3, 2, 3, 2, 3, 2, 3]
    found = named(shifted, screen=False)
    assert [place for place, (rule, side) in found.items() if (rule, side) == ("shift", "high")] == list(range(14, 21))
    broken = [-9, 9, -9, 9, -9, 9, 2, 1, 2, 0, 1, 2, 1, -9]
    assert np.mean(broken) == 0
    assert named(broken) == {}


def test_a_point_on_a_limit_is_inside() -> None:
    """Only what is strictly beyond a limit is outside it."""
    chart = xmr([5, 5, 5, 5], screen=False)
    assert chart.frame[LIMITS].to_numpy() == pytest.approx(np.full((4, 5), 5.0))
    assert marks([0.1] * 30, screen=False) == [(None, None)] * 30


def test_without_variation_the_screened_chart_has_no_limits() -> None:
    """The reference drops a moving range of 0 (not below 3.267 times 0), so a constant series has no limits."""
    chart = xmr([5.0] * 14)
    assert chart.frame["mean"].eq(5.0).all()
    assert chart.frame[["lower", "upper", "near_lower", "near_upper"]].isna().all(axis=None)
    assert chart.frame["rule"].tolist() == [None] * 14
    assert assurance(chart, target=9, better="lower") is None


def test_one_point_has_a_mean_and_nothing_else() -> None:
    """A single point has no moving range, hence no limits and no signal."""
    row = xmr([7]).frame.iloc[0]
    assert row["mean"] == 7
    assert np.isnan(row["upper"])
    assert row["rule"] is None


@settings(deadline=None, max_examples=60)
@given(whole, whole, st.booleans())
def test_nothing_crosses_a_rebase(before: list[int], after: list[int], screen: bool) -> None:
    """Each group of a rebased chart is the chart of that group alone."""
    together = xmr(before + after, rebase=[len(before)], screen=screen).frame
    for part, alone in ((slice(None, len(before)), before), (slice(len(before), None), after)):
        expected = xmr(alone, screen=screen).frame
        found = together.iloc[part].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.drop(columns="group"), expected.drop(columns="group"))
    assert together["group"].tolist() == [0] * len(before) + [1] * len(after)


@settings(deadline=None, max_examples=60)
@given(whole, st.integers(-1000, 1000), st.integers(1, 64), st.booleans())
def test_shifting_and_scaling_move_the_chart(values: list[int], shift: int, scale: int, screen: bool) -> None:
    """A series that is shifted or scaled has the chart shifted or scaled, and the same signals."""
    chart = xmr(values, screen=screen).frame
    moved = xmr([scale * value + shift for value in values], screen=screen).frame
    assert moved[LIMITS].to_numpy() == pytest.approx(scale * chart[LIMITS].to_numpy() + shift, nan_ok=True, abs=1e-6)
    # a point that floating point cannot tell from a limit may fall on either side of it
    edges = [abs(chart["value"] - chart[name]).min() for name in LIMITS[1:]]
    ranges = np.abs(np.diff(values))
    assume(min(edges, default=1) > 1e-9 and (abs(ranges - 3.267 * ranges.mean()) > 1e-9).all())
    assert moved[["rule", "side"]].equals(chart[["rule", "side"]])


@settings(deadline=None, max_examples=60)
@given(whole)
def test_a_mirrored_series_has_mirrored_signals(values: list[int]) -> None:
    """Upside down, the points outside, the shifts and the pairs change side and nothing else."""
    chart, mirrored = xmr(values).frame, xmr([-value for value in values]).frame
    assert chart["rule"].tolist() == mirrored["rule"].tolist()
    level = chart["rule"].isin(["outside", "shift", "two_of_three"])
    swapped = chart.loc[level, "side"].map({"high": "low", "low": "high"})
    assert swapped.tolist() == mirrored.loc[level, "side"].tolist()


@settings(deadline=None, max_examples=60)
@given(whole)
def test_reversing_better_swaps_improvement_and_concern(values: list[int]) -> None:
    """What is good is applied after the signal was found, in one place."""
    chart = xmr(values)
    swap = {"improvement": "concern", "concern": "improvement", "common_cause": "common_cause"}
    assert variation(chart, better="higher") == swap[variation(chart, better="lower")]
    neutral = variation(chart, better="neutral")
    assert neutral in ("common_cause", "high", "low")
    assert (neutral == "common_cause") == (variation(chart, better="lower") == "common_cause")


def test_fixed_limits_come_from_the_first_points() -> None:
    """With fix_after the later points are judged by the first ones' limits."""
    values = [10, 11] * 6 + [30, 31, 32]
    fixed, free = xmr(values, fix_after=12).frame, xmr(values[:12]).frame
    assert fixed["mean"].iloc[-1] == free["mean"].iloc[-1] == 10.5
    assert fixed["rule"].iloc[12:].tolist() == ["outside"] * 3


def test_rebase_at_the_first_label_changes_nothing() -> None:
    """The first label begins the first group anyway; labels may come in any order and twice."""
    series = pd.Series([4, 6, 5, 7, 4, 6, 5, 7], pd.period_range("2013Q1", periods=8, freq="Q"))
    assert xmr(series, rebase=[series.index[0]]).frame.equals(xmr(series).frame)
    last, middle = series.index[6], series.index[3]
    assert xmr(series, rebase=[last, middle, last]).frame["group"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2]


@pytest.mark.parametrize("label", ["2014Q1", "2014-02-11", date(2014, 1, 1), pd.Period("2014Q1")])
def test_a_quarter_is_named_by_itself_or_a_day_in_it(label: object) -> None:
    """A rebase is dated in the plan: the day names the quarter."""
    series = pd.Series([4, 6, 5, 7, 4, 6, 5, 7], pd.period_range("2013Q1", periods=8, freq="Q"))
    assert xmr(series, rebase=[label]).frame["group"].tolist() == [0] * 4 + [1] * 4


def test_rolling_years_are_refused_with_the_reason() -> None:
    """A rolling series never goes through the rules."""
    counts = pd.Series(range(1, 30), pd.period_range("2012-01", periods=29, freq="M"))
    with pytest.raises(ValueError, match=r"rolling.*overlap"):
        xmr(rolling_years(counts))
    with pytest.raises(ValueError, match=r"rolling.*overlap"):
        xmr(rolling_years(counts).iloc[2:])


def test_short_charts_are_provisional() -> None:
    """Fewer than 13 points in the last group make the limits provisional."""
    assert xmr([1, 2] * 6).provisional
    assert not xmr([1, 2] * 6 + [1]).provisional
    assert xmr([1, 2] * 20, rebase=[30]).provisional


def test_assurance_is_about_the_last_group() -> None:
    """A level outside the limits passes or fails by the side that is better; within them it is hit or miss."""
    chart = xmr([90, 91] * 7 + [10, 11] * 7, rebase=[14])
    assert assurance(chart, target=50, better="lower") == "pass"
    assert assurance(chart, target=50, better="higher") == "fail"
    assert assurance(chart, target=5, better="lower") == "fail"
    assert assurance(chart, target=5, better="higher") == "pass"
    assert assurance(chart, target=10.5, better="lower") == "hit_or_miss"
    assert assurance(chart, target=chart.frame["upper"].iloc[-1], better="lower") == "hit_or_miss"
    assert assurance(chart, target=50, better="neutral") is None
    assert assurance(chart, target=None, better="lower") is None


def test_laney_by_hand() -> None:
    """p' multiplies the binomial error by the mean moving range of the standardised proportions over 1.128."""
    counts, bases = np.array([30, 45, 28, 50, 33, 41]), np.array([100, 120, 90, 150, 100, 110])
    centre = counts.sum() / bases.sum()
    error = np.sqrt(centre * (1 - centre) / bases)
    factor = np.abs(np.diff((counts / bases - centre) / error)).mean() / 1.128
    frame = proportion_chart(counts, bases).frame
    assert frame["upper"].to_numpy() == pytest.approx(100 * (centre + 3 * factor * error))
    assert frame["near_lower"].to_numpy() == pytest.approx(100 * (centre - 2 * factor * error))
    plain = proportion_chart(counts, bases, overdispersed=False).frame
    assert plain["upper"].to_numpy() == pytest.approx(100 * (centre + 3 * error))
    assert list(frame.columns) == COLUMNS


def test_percentages_stay_between_0_and_100() -> None:
    """Limits of a small sample are cut at nothing and at all; a sample of all has no width."""
    frame = proportion_chart([1, 0, 2, 1], [10, 10, 10, 10], overdispersed=False).frame
    assert frame["lower"].eq(0).all()
    every = proportion_chart([10, 10], [10, 10]).frame
    assert every[LIMITS].eq(100).all(axis=None)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: xmr([]), "empty"),
        (lambda: xmr(pd.Series(dtype=float)), "empty"),
        (lambda: xmr([1, nan, 2]), "value at 1 is nan"),
        (lambda: xmr([1, float("inf")]), "value at 1 is inf"),
        (lambda: xmr(pd.Series([1, None], dtype="Int64")), "value at 1"),
        (lambda: xmr([1, 2], fix_after=11), "fix_after is 11.*12 or more"),
        (lambda: xmr([1, 2], fix_after=12.5), "fix_after is 12.5"),
        (lambda: xmr([1, 2], rebase=[2]), "rebase at 2.*no such label"),
        (lambda: xmr([1, 2], rebase="2014"), "rebase at '2014'"),
        (lambda: xmr(pd.Series([1, 2], pd.period_range("2014Q1", periods=2, freq="Q")), rebase=["2014"]), "'2014'"),
        (lambda: xmr(pd.Series([1, 2], pd.period_range("2014Q1", periods=2, freq="Q")), rebase=[None]), "None"),
        (lambda: variation(xmr([1, 2]), better="up"), "better is 'up'"),
        (lambda: assurance(xmr([1, 2]), target=1, better="good"), "better is 'good'"),
        (lambda: assurance(xmr([1, 2, 1]), target=nan, better="lower"), "target is nan"),
        (lambda: proportion_chart([1, 5], [4, 4]), "1: 5.0 of 4.0"),
        (lambda: proportion_chart([1, 0], [4, 0]), "1: 0.0 of 0.0"),
        (lambda: proportion_chart([1, 2], [4]), "labels must be the same"),
        (lambda: proportion_chart([], []), "empty"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
