"""Whether a change is more than chance: one answer, from the figure and the chart of its series."""

from __future__ import annotations

import pandas as pd
import pytest

from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings import chance
from pcp_analysis.findings.signals import Signals, signals
from pcp_analysis.plan.model import Exceptional
from tests.conftest import figure_of

QUARTERS = pd.period_range("2011Q3", periods=12, freq="Q-DEC", name="period")
LEVEL = [100.0, 104, 98, 101, 99, 103, 100, 97, 102, 100, 101, 99]


def change(value: float, low: float | None, high: float | None, **fields: object) -> Figure:
    """A change that nobody measured."""
    given = {"unit": "percent", "basis": "recomputed", "numerator": 1177, "denominator": 1359, **fields}
    return figure_of(id="robbery.change", value=value, low=low, high=high, signed=True, **given)


def chart(*last: float) -> Signals:
    """The control chart of a level series with these last points."""
    return signals(pd.Series([*LEVEL[: -len(last)], *last], QUARTERS, name="robbery"), None, better="lower")


@pytest.mark.parametrize(
    ("value", "low", "high", "last", "more"),
    [
        (-22.2, -38.0, -2.3, 99.0, True),
        (-16.0, -34.2, 7.2, 60.0, True),
        (-13.4, -34.4, 14.4, 99.0, False),
        (13.4, -10.0, 30.0, 60.0, False),
        (16.0, -7.0, 34.0, 140.0, True),
        (0.0, -7.0, 7.0, 140.0, False),
    ],
)
def test_the_interval_or_the_latest_point_on_the_side_of_the_change_decides(value, low, high, last, more):
    """The rule of the second row of the table in docs/methods.md: 8.4 per cent of its calls are false."""
    found = chance.judge(change(value, low, high), chart(last))
    assert found.more is more
    assert found.words == ("more than chance" if more else "can be chance")


def test_a_run_on_one_side_is_no_verdict_and_says_since_when():
    """Seven points below the average leave the verdict to the change, and the words name the first of them."""
    run = signals(
        pd.Series([130.0, 80, 150, 120, 140, 90, 70, 100, 75, 95, 70, 90], QUARTERS, name="robbery"),
        None,
        better="lower",
    )
    assert run.outside is None
    assert chance.judge(change(-13.4, -34.4, 14.4), run).more is False
    assert chance.since_when(run) == "the level has been lower since October to December 2012"
    assert chance.since_when(chart(99)) == ""


def test_a_verdict_has_one_reason_and_never_both_words():
    """What is more than chance is not also said to be possible by chance, whatever its interval is."""
    found = chance.judge(change(-16.0, -34.2, 7.2), chart(60.0))
    assert "can be chance" not in found.reason
    assert "interval" not in found.reason
    assert found.reason.startswith("The latest quarter lies below what the last three years would lead one to expect")


@pytest.mark.parametrize(("numerator", "more"), [(39, False), (4527, None)])
def test_printed_counts_are_judged_by_chance_only_where_they_are_small(numerator, more):
    """Recorded crime varies by more than its counts alone, so of large ones nothing is said."""
    figure = change(21.9, -26.0, 101.0, basis="arithmetic", numerator=numerator, denominator=32)
    assert chance.judge(figure).more is more


def test_without_an_interval_nothing_is_known():
    """A change that was printed without counts is neither chance nor more."""
    found = chance.judge(change(-7.0, None, None, basis="quoted"))
    assert (found.more, found.words) == (None, "not known")


@pytest.mark.parametrize(("last", "where"), [(60.0, "below"), (140.0, "above"), (100.0, "within")])
def test_the_level_of_the_latest_period_is_said_in_a_sentence(last, where):
    """What a chart's title says is what the verdict's reason says."""
    assert f"lies {where} what the last three years would lead one to expect" in chance.level(chart(last))


@pytest.mark.parametrize(
    ("since", "until", "series", "named"),
    [
        ("2012-01", "2012-06", (), True),
        ("2012-01", "2012-06", ("robbery",), True),
        ("2012-01", "2012-06", ("burglary_dwelling",), False),
        ("2014-07", "2015-03", (), False),
        ("2010-01", "2011-06", (), False),
    ],
)
@pytest.mark.parametrize("last", [60.0, 99.0])
def test_a_verdict_that_rests_on_exceptional_months_says_so(since, until, series, named, last):
    """Months that the series does not hold, or that another series is declared to have, are not named."""
    declared = [Exceptional(since, until, "a made-up closure", series)]
    values = pd.Series([*LEVEL[:-1], last], QUARTERS, name="robbery")
    found = chance.judge(change(-16.0, -34.2, 7.2), signals(values, None, better="lower", exceptional=declared))
    words = " This rests on exceptional months too, January 2012 to June 2012: a made-up closure."
    assert found.reason.endswith(words) is named
    assert ("exceptional" in found.reason) is named


@pytest.mark.parametrize("count", [0.0, 7.0])
def test_a_series_that_never_moves_has_no_usual_range(count: float) -> None:
    """Neither the sentence of its chart nor what its chart says in words tells one."""
    still = signals(pd.Series([count] * 12, QUARTERS, name="homicide"), None, better="lower")
    assert (
        chance.level(still) == "Every quarter of the last three years is the same, so that no usual range can be told"
    )
    assert still.chart.frame[["lower", "upper"]].isna().all(axis=None)
