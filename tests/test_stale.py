"""Inputs that are older than a cycle could have seen are named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pcp_analysis.loaders import register
from pcp_analysis.loaders.rows import visible
from pcp_analysis.loaders.stale import Stale, stale

ROOT = Path(__file__).resolve().parents[1]


def stale_at(cut_off: dt.date) -> list[Stale]:
    """What is stale on the committed data for a cycle with this cut-off."""
    return stale(visible(ROOT, cut_off=cut_off, board_date=cut_off), register.read(ROOT), cut_off=cut_off)


def found(cut_off: dt.date) -> dict[str, tuple[dt.date, dt.date]]:
    """The same by name: input -> (latest, due)."""
    return {each.name: (each.latest, each.due) for each in stale_at(cut_off)}


def test_nothing_is_stale_for_the_board_of_september_2014():
    """The quarter to June 2014 and the population of mid-2013 are the latest that this cycle can see."""
    assert found(dt.date(2014, 8, 31)) == {}


@pytest.mark.parametrize(
    ("cut_off", "stale_then"),
    [
        (dt.date(2019, 3, 30), False),
        (dt.date(2019, 3, 31), True),
        (dt.date(2019, 12, 31), True),
    ],
)
def test_a_quarter_that_has_ended_and_is_not_held_makes_the_table_stale(cut_off, stale_then):
    """Recorded crime ends in December 2018: from the end of March 2019 a later quarter could be here."""
    assert ("recorded_crime" in found(cut_off)) is stale_then


def test_a_publication_lag_is_allowed_for():
    """Mid-2017 is published a year later: only then is a table that ends with mid-2016 stale, and it says since when."""
    assert "population" not in found(dt.date(2018, 6, 29))
    assert found(dt.date(2018, 6, 30))["population"] == (dt.date(2016, 6, 30), dt.date(2017, 6, 30))


def test_the_words_name_both_days():
    """The line of the report says what is missing."""
    lines = [str(each) for each in stale_at(dt.date(2019, 3, 31)) if each.name == "recorded_crime"]
    assert lines == [
        "recorded_crime is stale: its latest period ends on 2018-12-31, and one that ended on 2019-03-31 could be here"
    ]
