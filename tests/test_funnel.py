"""Funnels: limits, over-dispersion and verdicts."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from pcp_analysis.metrics import funnel

SEEN = [100, 150, 180, 80, 120, 225]
DUE = [108, 112, 165, 95, 100, 220]
units = st.lists(st.tuples(st.integers(0, 5000), st.floats(1, 5000)), min_size=1, max_size=45)


def test_over_dispersion_by_hand() -> None:
    """Phi and tau² follow the formulas of FunnelPlotR's CQC method, worked here in full."""
    z = np.sort(2 * (np.sqrt(SEEN) - np.sqrt(DUE)))
    # R's quantile type 7 of six numbers: half way between neighbours
    low, high = z[0] + 0.5 * (z[1] - z[0]), z[4] + 0.5 * (z[5] - z[4])
    phi = np.sum(np.clip(z, low, high) ** 2) / 6
    weights = 4.0 * np.array(DUE)
    tau2 = (6 * phi - 5) / (weights.sum() - (weights**2).sum() / weights.sum())
    found = funnel(SEEN, DUE)
    assert (found.phi, found.tau2) == pytest.approx((phi, tau2))
    assert found.tau2 > 0
    reach = norm.isf(0.025) * np.sqrt(1 / weights + tau2)
    assert found.frame["lower_95"].to_numpy() == pytest.approx((1 - reach) ** 2)
    assert found.frame["upper_95"].to_numpy() == pytest.approx((1 + reach) ** 2)


def test_no_more_than_chance_leaves_poisson_limits() -> None:
    """Where n phi is below n - 1 nothing is added, and the limits are the exact ones."""
    calm = funnel([100, 101, 99, 100], [100, 100, 100, 100])
    assert calm.tau2 == 0.0
    exact = funnel([100, 101, 99, 100], [100, 100, 100, 100], overdispersed=False)
    assert calm.frame.equals(exact.frame)


@settings(deadline=None, max_examples=60)
@given(units, st.booleans())
def test_limits_hold_the_expected_ratio(pairs: list[tuple[int, float]], overdispersed: bool) -> None:
    """Every unit's limits lie around 1, the 99.8 % ones outside the 95 % ones, and the verdict follows them."""
    found = funnel([seen for seen, _ in pairs], [due for _, due in pairs], overdispersed=overdispersed)
    frame = found.frame
    ordered = frame[["lower_998", "lower_95", "upper_95", "upper_998"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert ((frame["lower_95"] < 1) & (frame["upper_95"] > 1)).all()
    high = frame["verdict"].isin(["high", "very high"])
    assert (high == (frame["ratio"] > frame["upper_95"])).all()
    assert ((frame["verdict"] == "very low") == (frame["ratio"] < frame["lower_998"])).all()
    assert min(found.phi, found.tau2) >= 0


def test_forces_that_all_differ_are_no_outliers() -> None:
    """Units that vary far more than Poisson counts are judged by their own spread."""
    rng = np.random.default_rng(1)
    due = rng.uniform(1000, 50_000, 40)
    seen = rng.poisson(due * np.exp(rng.normal(0, 0.25, 40)))
    poisson, wide = funnel(seen, due, overdispersed=False), funnel(seen, due)
    assert (poisson.frame["verdict"] != "within").mean() > 0.8
    assert (wide.frame["verdict"] != "within").mean() < 0.15


def test_index_is_that_of_the_units() -> None:
    """The frame is read by the name of a force."""
    seen = pd.Series([10, 30], ["Gwent", "Kent"])
    frame = funnel(seen, pd.Series([12.0, 25.0], ["Gwent", "Kent"])).frame
    assert frame.loc["Kent", "ratio"] == 1.2
    assert funnel(seen, [12.0, 25.0]).frame.index.equals(seen.index)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: funnel([], []), "empty"),
        (lambda: funnel([1, 2], [1.0]), "2 units and expected 1"),
        (lambda: funnel(pd.Series([1], ["a"]), pd.Series([1.0], ["b"])), "labels must be the same"),
        (lambda: funnel([-1], [1.0]), "observed is -1"),
        (lambda: funnel([1], [0]), "expected 0"),
        (lambda: funnel([nan], [1.0]), "observed is nan"),
        (lambda: funnel([1], [inf]), "expected inf"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
