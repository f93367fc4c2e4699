"""The readers of single values."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.strict import value

DAY = dt.date(2014, 9, 11)


@pytest.mark.parametrize(
    ("read", "given_", "wanted"),
    [
        (value.line, "Robbery", "Robbery"),
        (value.blank_line, "", ""),
        (value.prose, "\none\n\ntwo\n", "one\n\ntwo"),
        (value.blank_prose, " \n", ""),
        (value.lines, ["one", "two"], ("one", "two")),
        (value.lines, [], ()),
        (value.some_lines, ["one"], ("one",)),
        (value.number, -5, -5.0),
        (value.flag, False, False),
        (value.day, DAY, DAY),
        (value.month, "2014-12", "2014-12"),
        (value.month_or_day, "2014-12", "2014-12"),
        (value.month_or_day, "2014-12-01", "2014-12-01"),
        (value.month_or_day, DAY, "2014-09-11"),
        (value.table, {"a": 1}, {"a": 1}),
        (value.one_of(["lower", "higher"], "direction"), "lower", "lower"),
        (value.matching("[a-z]+", "is no id", "Mend it."), "abc", "abc"),
    ],
)
def test_a_value_of_its_kind_is_read(read, given_, wanted):
    """Each reader gives the value back in the form that the plan keeps."""
    assert read(given_) == wanted


@pytest.mark.parametrize(
    ("read", "given_", "rule"),
    [
        (value.line, 6, "must be text"),
        (value.line, "  ", "is blank"),
        (value.line, "one\ntwo", "U+000A"),
        (value.line, "a\x00b", "U+0000"),
        (value.line, "one\u2028two", "U+2028"),
        (value.prose, "a\u202eb", "U+202E"),
        (value.prose, "a\u200bb", "U+200B"),
        (value.prose, " \n ", "is blank"),
        (value.prose, "a" * 20_001, "20,001 characters"),
        (value.lines, "one", "must be a list"),
        (value.lines, ["one", 2], "must be text"),
        (value.lines, ["one", "one"], "twice"),
        (value.some_lines, [], "names nothing"),
        (value.number, True, "finite number"),
        (value.number, float("inf"), "finite number"),
        (value.number, 10**400, "finite number"),
        (value.flag, "true", "true or false"),
        (value.day, dt.datetime(2014, 9, 11, 12), "must be a date"),
        (value.day, "2014-09-11", "must be a date"),
        (value.month, "2014-13", "no month"),
        (value.month, DAY, "must be a month as text"),
        (value.month_or_day, "2014-02-30", "neither a month nor a day"),
        (value.month_or_day, "autumn 2014", "neither a month nor a day"),
        (value.month_or_day, dt.datetime(2014, 9, 11), "must be a month or a day"),
        (value.table, [], "must be a table"),
        (value.one_of(["lower", "higher"], "direction"), "lowr", "no direction"),
        (value.matching("[a-z]+", "is no id", "Mend it."), "abc1", "is no id"),
    ],
)
def test_a_value_of_another_kind_is_refused_by_its_rule(read, given_, rule):
    """Each reader says which rule a wrong value breaks, and how to mend it."""
    with pytest.raises(value.Refused) as refused:
        read(given_)
    assert rule in refused.value.rule
    assert refused.value.mend


@given(st.text(max_size=60))
def test_what_is_read_as_a_line_can_be_shown_as_one(text):
    """No text that is taken as one line holds a line break or an invisible character."""
    try:
        taken = value.line(text)
    except value.Refused:
        return
    assert taken == text
    assert taken.splitlines() == [text]


def test_advice_names_the_nearest_or_all():
    """Advice names what looks alike; where nothing does, all there is."""
    assert value.advise("robery", ["robbery", "burglary"]) == "Did you mean robbery?"
    assert value.advise("zzz", ["robbery", "burglary"], noun="series") == "Known series: robbery, burglary."
    assert value.advise("zzz", map(str, range(51)), noun="series") == "None of the 51 known series looks like it."
    assert value.advise("zzz", [], noun="series") == "There is no series at all."


@pytest.mark.parametrize(
    ("given_", "words"),
    [(True, "true or false"), (1, "a number"), ("a", "text"), (DAY, "a date"), ([], "a list"), ({}, "a table")],
)
def test_kinds_have_plain_names(given_, words):
    """What a value is, is said without a programming language's names."""
    assert value.kind(given_) == words
    assert value.kind(dt.datetime(2014, 9, 11)) == "a date and time"
    assert value.kind(dt.time(12)) == "a time"


def test_what_a_fault_shows_is_short():
    """Long values are cut, None shows nothing, dates show as they are written."""
    assert value.shown("a" * 500) == "a" * 77 + "..."
    assert value.shown(None) == ""
    assert value.shown(DAY) == "2014-09-11"
    assert value.shown(10**5000) == "a very large number"
