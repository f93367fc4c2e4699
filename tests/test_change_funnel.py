"""The funnel of changes: exact limits, over-dispersion and verdicts."""

from __future__ import annotations

from math import asin, inf, nan, sin, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pcp_analysis.metrics import change_funnel

places = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5000)), min_size=2, max_size=40).filter(
    lambda pairs: sum(now for now, _ in pairs) > 0
)


def test_limits_are_those_of_the_binomial() -> None:
    """Of 20 offences in both years, half of which are expected this year; interpolated as Spiegelhalter does."""
    found = change_funnel([5, 95], [15, 85], overdispersed=False)
    assert found.common == 0.0
    row = found.frame.iloc[0]
    # R: pbinom(6, 20, .5) 0.05765915, dbinom(6, 20, .5) 0.03696442; pbinom(3, 20, .5) 0.001288414, dbinom 0.001087189
    share_95, share_998 = (6 - (0.05765915 - 0.025) / 0.03696442) / 20, (3 - (0.001288414 - 0.001) / 0.001087189) / 20
    assert row["lower_95"] == pytest.approx(100 * (share_95 / (1 - share_95) - 1), abs=1e-4)
    assert row["lower_998"] == pytest.approx(100 * (share_998 / (1 - share_998) - 1), abs=1e-4)
    # the share is expected to be a half: what is above mirrors what is below
    assert 1 + row["upper_95"] / 100 == pytest.approx(1 / (1 + row["lower_95"] / 100))
    # R: pbinom(5, 20, .5) 0.02069473 is below 0.025, pbinom(6, 20, .5) is not; so too 15 and 14 of 20 from above
    for now, verdict in ((5, "low"), (6, "within"), (14, "within"), (15, "high")):
        assert change_funnel([now, 100 - now], [20 - now, 80 + now], overdispersed=False).frame["verdict"][0] == verdict


def test_over_dispersion_by_hand() -> None:
    """Phi, tau² and the wider limits on the scale of the arcsine, worked in full."""
    now, before = [30, 60, 20, 70], [50, 50, 50, 50]
    share = 180 / 380
    z = sorted(
        2 * sqrt(a + b) * (asin(sqrt(a / (a + b))) - asin(sqrt(share))) for a, b in zip(now, before, strict=True)
    )
    # R's quantile type 7 of four numbers: three tenths of the way between neighbours
    low, high = z[0] + 0.3 * (z[1] - z[0]), z[3] - 0.3 * (z[3] - z[2])
    phi = sum(min(max(each, low), high) ** 2 for each in z) / 4
    weights = [4 * (a + b) for a, b in zip(now, before, strict=True)]
    tau2 = (4 * phi - 3) / (sum(weights) - sum(each**2 for each in weights) / sum(weights))
    found = change_funnel(now, before)
    assert (found.phi, found.tau2) == pytest.approx((phi, tau2))
    reach = norm.isf(0.025) * sqrt(1 / weights[0] + tau2)
    lower = sin(asin(sqrt(share)) - reach) ** 2
    assert found.frame["lower_95"].iloc[0] == pytest.approx(100 * (lower / (1 - lower) - 1))
    assert found.common == pytest.approx(-10)


@given(places, st.booleans())
def test_limits_hold_the_common_change(pairs: list[tuple[int, int]], overdispersed: bool) -> None:
    """The limits of every place lie in their order, and the verdict follows them."""
    found = change_funnel([now for now, _ in pairs], [before for _, before in pairs], overdispersed=overdispersed)
    frame = found.frame
    ordered = frame[["lower_998", "lower_95", "upper_95", "upper_998"]].to_numpy()
    assert (ordered[:, :-1] <= ordered[:, 1:] + 1e-9).all()
    assert ((frame["verdict"] == "very low") == (frame["change"] < frame["lower_998"])).all()
    assert (frame["verdict"].isin(["high", "very high"]) == (frame["change"] > frame["upper_95"])).all()


def test_places_that_change_alike_are_seldom_outside() -> None:
    """Of 4,000 places with one ratio and Poisson counts, at most one in 20 lies beyond the limits of 95 %."""
    random = np.random.default_rng(7)
    before = random.uniform(20, 400, 4000)
    found = change_funnel(random.poisson(0.8 * before), random.poisson(before) + 1, overdispersed=False)
    beyond = (found.frame["verdict"] != "within").mean()
    assert 0.035 < beyond < 0.06


@pytest.mark.parametrize(
    ("now", "before"), [([], []), ([1], [0]), ([-1], [5]), ([nan], [5]), ([1], [inf]), ([1, 2], [3])]
)
def test_what_has_no_change_is_refused(now: list[float], before: list[float]) -> None:
    """No place, a baseline of nothing, a count below nought, and two lists of different lengths."""
    with pytest.raises(ValueError, match="observed"):
        change_funnel(now, before)


def test_places_keep_their_names() -> None:
    """The frame has the index of the counts; other labels are refused."""
    now, before = pd.Series([5, 6], ["a", "b"]), pd.Series([5, 6], ["a", "b"])
    assert list(change_funnel(now, before).frame.index) == ["a", "b"]
    with pytest.raises(ValueError, match="labels must be the same"):
        change_funnel(now, before.rename({"a": "c"}))
