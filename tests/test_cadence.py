"""Cadences and months."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.plan import cadence

MONTHS = st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}")


def test_the_cadences_are_a_closed_set_with_their_months():
    """The six wordings of the 2014 paper, each with the months from one report to the next."""
    assert cadence.CADENCES == {
        "monthly": 1,
        "quarterly": 3,
        "6 monthly": 6,
        "proposal 6 monthly": 6,
        "as required": None,
        "quarterly until complete": 3,
    }


@given(month=MONTHS, count=st.integers(-600, 600))
def test_later_months_lie_as_far_apart_as_was_asked(month, count):
    """Going some months on and measuring the way gives the same number back."""
    if 1 <= int(month[:4]) + count // 12 <= 9990:
        assert cadence.months_between(month, cadence.months_later(month, count)) == count


@given(first=MONTHS, name=st.sampled_from(sorted(cadence.CADENCES)), count=st.integers(0, 40))
def test_a_cadence_falls_due_in_every_step_and_never_before_its_first_month(first, name, count):
    """From the first month on a cadence falls due each time its months have passed, and at no other time."""
    month = cadence.months_later(first, count)
    step = cadence.CADENCES[name]
    due = cadence.falls_due(month, cadence=name, first_due=first)
    assert due == (None if step is None else count % step == 0)
    if step and int(first[:4]) > 1:
        assert cadence.falls_due(cadence.months_later(first, -step), cadence=name, first_due=first) is False


def test_without_a_cadence_or_a_first_month_nothing_can_be_told():
    """No cadence, no calendar or no first month: the answer is None and no guess."""
    assert cadence.falls_due("2014-09", cadence=None, first_due=None) is None
    assert cadence.falls_due("2014-09", cadence="monthly", first_due=None) is None
    assert cadence.falls_due("2014-09", cadence="as required", first_due=None) is None


@pytest.mark.parametrize("month", ["2014-13", "2014-00", "2014-9", "September", "2014-09-01", ""])
def test_what_is_no_month_is_refused(month):
    """A misspelt month is a ValueError, also where the cadence gives no calendar."""
    for name, first in (("monthly", "2014-09"), (None, None)):
        with pytest.raises(ValueError, match="is no month"):
            cadence.falls_due(month, cadence=name, first_due=first)
