"""Change in per cent and in points."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcp_analysis.metrics import percent_change, point_change

positive = st.floats(1e-3, 1e9)


@settings(deadline=None, max_examples=60)
@given(positive, positive)
def test_percent_change_leads_back(current: float, baseline: float) -> None:
    """The baseline with the change applied is the current number."""
    changed = baseline * (1 + percent_change(current, baseline) / 100)
    assert changed == pytest.approx(current, abs=1e-12 * (current + baseline))


def test_percentages_change_in_points() -> None:
    """82 % to 84 % is 2 points, and 2.4 per cent."""
    assert point_change(84.0, 82.0) == 2.0
    assert round(percent_change(84.0, 82.0), 1) == 2.4


def test_nothing_is_rounded() -> None:
    """236 more on an implied 4,291 is +5.4998…, not 5.5 (SPCB 11 September 2014, paragraph 65)."""
    assert percent_change(4291 + 236, 4291) == pytest.approx(100 * 236 / 4291, rel=1e-15)


def test_change_to_nothing_is_minus_one_hundred() -> None:
    """A count that falls to zero falls by 100 per cent."""
    assert percent_change(0, 7) == -100.0


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: percent_change(5, 0), "baseline is 0.*above zero"),
        (lambda: percent_change(5, -2), "baseline is -2.*above zero"),
        (lambda: percent_change(nan, 2), "current is nan"),
        (lambda: percent_change(5, inf), "baseline is inf"),
        (lambda: percent_change("5", 2), "current is '5'"),
        (lambda: point_change(5, nan), "baseline is nan"),
        (lambda: point_change(None, 5), "current is None"),
    ],
)
def test_bad_input_is_named(call: object, names: str) -> None:
    """An error names the value and the rule that it breaks."""
    with pytest.raises(ValueError, match=names):
        call()
