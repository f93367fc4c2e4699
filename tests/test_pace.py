"""Projections of a year's total."""

from __future__ import annotations

import importlib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.metrics import project

ROOT = Path(__file__).resolve().parents[1]
END = date(2015, 3, 31)
SEASONS = np.array([0.9, 1.0, 1.15, 0.95])


def quarters(values: object, first: str = "2006Q2") -> pd.Series:
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Q"), name="robbery")


def drawn(seed: int, size: int = 36) -> pd.Series:
    rng = np.random.default_rng(seed)
    level = 1500 * np.exp(np.cumsum(rng.normal(0, 0.04, size)))
    return quarters(rng.poisson(level * np.tile(SEASONS, size)[:size]))


def neighbours(count: int) -> pd.DataFrame:
    return pd.DataFrame({f"force {seed}": drawn(seed + 100) for seed in range(count)})


def test_seasons_at_a_steady_level_are_projected_exactly() -> None:
    """A level that stays, with seasons that repeat, gives the year it has always had, at every stage."""
    series = quarters(1000 * np.tile(SEASONS, 9))
    for stage in range(4):
        found = project(series, as_at=series.index[31 + stage], year_end=END)
        assert found.value == pytest.approx(4000)
        assert found.periods_left == 4 - stage
        assert found.so_far == pytest.approx(1000 * SEASONS[:stage].sum())


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans(), st.sampled_from([0.5, 0.8, 0.95]))
def test_interval_holds_the_projection(seed: int, stage: int, with_peers: bool, confidence: float) -> None:
    """The interval contains the projection, never goes below what has come, and is as likely as it says."""
    series, peers = drawn(seed), neighbours(6) if with_peers else None
    found = project(series, as_at=series.index[31 + stage], year_end=END, peers=peers, confidence=confidence)
    assert found.so_far <= found.low <= found.value <= found.high
    if found.periods_left:
        assert found.probability(found.value) == pytest.approx(0.5)
        assert found.probability(found.high) - found.probability(found.low) == pytest.approx(confidence, abs=1e-6)
        assert found.probability(found.low, better="higher") == pytest.approx((1 + confidence) / 2, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_no_quarter_left_is_the_total(seed: int) -> None:
    """At the year's end the projection is the total, and a target is met or not."""
    series = drawn(seed)
    found = project(series, as_at=date(2015, 5, 1), year_end=END)
    total = float(series.iloc[-4:].sum())
    assert (found.value, found.low, found.high, found.so_far) == (total, total, total, total)
    assert (found.probability(total), found.probability(total - 1)) == (1.0, 0.0)
    assert (found.probability(total, better="higher"), found.probability(total + 1, better="higher")) == (1.0, 0.0)
    assert found.needed_per_period(total) is None


def test_what_would_still_meet_the_target() -> None:
    """The number a period that is left makes the target exactly; negative where it is past already."""
    series = drawn(1)
    found = project(series, as_at=series.index[33], year_end=END)
    assert found.so_far + 2 * found.needed_per_period(6000) == pytest.approx(6000)
    assert found.needed_per_period(found.so_far - 10) == -5
    assert found.probability(found.so_far - 10) == 0.0


def test_a_lower_target_is_less_likely() -> None:
    """The probability rises with the target, from what has come already to certainty."""
    found = project(drawn(2), as_at=pd.Period("2014Q2"), year_end=END)
    chances = [found.probability(target) for target in np.linspace(found.so_far, 3 * found.value, 30)]
    assert chances == sorted(chances)
    assert chances[0] < 0.01 < 0.99 < chances[-1]


def test_later_periods_change_nothing() -> None:
    """Neither the series nor its peers are seen after the cut-off."""
    series, peers = drawn(3), neighbours(5)
    whole = project(series, as_at=date(2014, 8, 31), year_end=END, peers=peers)
    cut = project(series.iloc[:33], as_at=date(2014, 8, 31), year_end=END, peers=peers.iloc[:33])
    assert whole == cut


def test_a_wilder_past_makes_a_wider_interval() -> None:
    """Widths come from past errors: the same last years after a jumpy past are projected less surely."""
    calm = quarters(1000 * np.tile(SEASONS, 9)[:33])
    jumpy = calm.copy()
    jumpy.iloc[4:16] *= np.tile([0.6, 1.5], 6)
    calm_found, jumpy_found = (project(one, as_at=date(2014, 6, 30), year_end=END) for one in (calm, jumpy))
    assert jumpy_found.spread > 2 * calm_found.spread
    assert calm_found.value == pytest.approx(jumpy_found.value)


def test_peers_lend_their_seasons_and_their_errors() -> None:
    """With peers the interval rests on theirs too; one that lacks a period is left out and not counted."""
    series, peers = drawn(4), neighbours(8)
    peers.iloc[3, 0] = np.nan
    found = project(series, as_at=date(2014, 6, 30), year_end=END, peers=peers)
    alone = project(series, as_at=date(2014, 6, 30), year_end=END)
    assert "7 peers" in found.method
    assert found.n == 8 * alone.n == 8 * 6
    assert (found.degrees, alone.degrees) == (5.0, 6.0)
    named = {name: peers[name] for name in peers}
    assert project(series, as_at=date(2014, 6, 30), year_end=END, peers=named) == found


def test_months_are_projected_too() -> None:
    """Five months of a monthly year leave seven; the year may end in any month."""
    series = pd.Series([100.0] * 101, pd.period_range("2006-04", periods=101, freq="M"))
    found = project(series, as_at=date(2014, 8, 31), year_end=END)
    assert (found.periods_left, found.so_far, found.value) == (7, 500, pytest.approx(1200))
    assert project(series, as_at=date(2014, 8, 31), year_end=date(2014, 12, 31)).periods_left == 4


def test_counts_of_nothing_are_projected() -> None:
    """A series of zeros is projected to be nothing, with an interval."""
    found = project(quarters([0] * 33), as_at=date(2014, 6, 30), year_end=END)
    assert found.value == 0
    assert found.high >= 0


@pytest.mark.slow
def test_coverage_on_series_that_wander() -> None:
    """Over many drawn series the 80 % interval holds the total about as often as it says."""
    peers = neighbours(30)
    places = []
    for seed in range(75):
        series = drawn(seed)
        found = project(series, as_at=date(2014, 6, 30), year_end=END, peers=peers)
        places.append(found.probability(float(series.iloc[-4:].sum())))
    assert 0.7 < np.mean([0.1 < place < 0.9 for place in places]) < 0.9


@pytest.mark.slow
def test_back_test_beats_both_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    """On real robbery and vehicle crime of two years the error and the Brier score are below both baselines', and coverage holds."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    backtest, paces = importlib.import_module("backtest"), importlib.import_module("paces")
    panels = backtest.quarterly([])
    tested = {name: panels[name] for name in ("robbery", "vehicle_offences")}
    rows = paces.back_test(tested, (2012, 2014), (1, 2, 3))
    found = paces.summary(rows, ["method", "stage"])
    for column in ("error", "brier"):
        for baseline in ("pro-rata", "seasonal naive"):
            assert found.loc["project", column].mean() < found.loc[baseline, column].mean()
    assert found.loc["project", "inside_80"].between(74, 90).all()
    assert found.loc["project", "inside_95"].between(91, 99.5).all()


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: project(drawn(1).iloc[22:33], as_at="2014-08-31", year_end=END), "2 complete years.*needs 3"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end="2015-03-30"), "2015-03-30.*last day"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end="2016-03-31"), "2016-03-31.*over a year"),
        (lambda: project(drawn(1).drop(pd.Period("2012Q1")), as_at="2014-08-31", year_end=END), "gap after 2011Q4"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end=END, confidence=80), "confidence is 80"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end="2006-12-31"), "does not hold January to December"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end=END, peers=drawn(2)), "peers is Series"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end=END, peers=neighbours(2).iloc[5:]), "none holds all"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end=END).probability(float("nan")), "target is nan"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end=END).probability(1, better="neutral"), "neutral"),
        (lambda: project(drawn(1), as_at="2014-08-31", year_end=END).needed_per_period(None), "target is None"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
