"""What a printed change leaves to be done: how far from the promise, and what the rest of the year must bring."""

from __future__ import annotations

from math import log

import pandas as pd
import pytest

from pcp_analysis.figures.figure import Figure
from pcp_analysis.findings.prospect import prospects
from pcp_analysis.plan.model import Milestone


def table(shown_to: str, **values: float) -> pd.DataFrame:
    """Printed rows that nobody printed."""
    rows = [(item, value, "percent" if item == "change" else "count") for item, value in values.items()]
    frame = pd.DataFrame(rows, columns=["item", "value", "unit"])
    return frame.assign(period="made up", baseline="made up", paragraph="1", shown_to=shown_to)


def figures(
    shown_to: str = "2014-09", *, target: float | None = -5.0, better: str = "lower", **values: float
) -> dict[str, Figure]:
    """The figures that follow, by id without the measure."""
    held = Milestone("made_up", "Made up", better, target=target)
    return {
        figure.id.partition(".")[2]: figure
        for figure in prospects(held, table(shown_to, **values), "made_up", current=lambda month: True)
    }


def test_public_place_violence_by_hand():
    """+5.5 per cent and 236 more, against -5 per cent: 451 too many, and the rest must come 10 to 13 per cent below."""
    found = figures(change=5.5, difference=236)
    base = 236 / 0.055
    assert found["over_promise"].value == pytest.approx(base * 1.055 - base * 0.95)
    assert round(found["over_promise"].value) == 451
    # four months of twelve: 0.95 x 3 - 1.055 of the eight left, which last year were 2; five: 0.95 x 2.4 - 1.055 of 1.4
    assert found["rest_of_year.four_months"].value == pytest.approx(100 * (0.95 * 3 - 1.055) / 2 - 100)
    assert found["rest_of_year.five_months"].value == pytest.approx(100 * (0.95 * 2.4 - 1.055) / 1.4 - 100)
    assert "telling_count" not in found


def test_a_change_without_counts_says_how_many_would_tell_it():
    """+2.7 per cent needs about 10,800 events: 2 (1.96 / log 1.027)²."""
    found = figures(better="neutral", target=None, change=2.7)
    assert found["telling_count"].value == pytest.approx(2 * (1.959964 / log(1.027)) ** 2, rel=1e-6)
    assert set(found) == {"telling_count"}


@pytest.mark.parametrize(
    ("shown_to", "parts"),
    [
        ("2015-03", {"ten_months", "11_months"}),
        ("2014-05", {"one_months"}),
        ("2014-12", {"seven_months", "eight_months"}),
    ],
)
def test_the_months_are_those_before_the_board_that_was_shown_it(shown_to, parts):
    """A figure that an earlier Board was shown is told by the months of that Board, and nothing before the first month."""
    found = figures(shown_to, change=-7.0, target=None)
    assert {name.partition(".")[2] for name in found if name.startswith("rest_of_year")} == parts


@pytest.mark.parametrize("values", [{"current": 39, "baseline": 32}, {"direction": 1}, {}])
def test_without_a_printed_change_in_per_cent_nothing_follows(values):
    """Counts alone are judged elsewhere, and a direction in words has no size."""
    assert figures(**values) == {}
