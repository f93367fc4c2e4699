"""The series that no milestone is about: all are looked at, by the one function, and how many is said."""

from __future__ import annotations

import pytest

from pcp_analysis.findings import chance, recorded
from pcp_analysis.findings.view import CycleView, open_view
from pcp_analysis.pages import summary
from tests.conftest import CHECKOUT


@pytest.fixture(scope="module")
def view() -> CycleView:
    """September 2014, opened."""
    return open_view("2014-09", root=CHECKOUT)


def test_no_series_of_a_milestone_is_among_them(view):
    """A series that a milestone is about is judged there, under its name, and not counted again."""
    named = {milestone.series for milestone in view.plan.milestones} | {each.id for each in view.plan.milestones}
    assert named.isdisjoint(view.outside_plan)
    assert view.figures["outside_plan.looked_at"].value == len(view.outside_plan) > 10
    assert view.figures["outside_plan.by_chance"].value == pytest.approx(len(view.outside_plan) * chance.FALSE_CALLS)


def test_drug_offences_are_told(view):
    """1,601 after 2,057: outside what its past would lead one to expect, and on no page before."""
    change, verdict = view.outside_plan["drug_offences"]
    assert (change.numerator, change.denominator) == (1601, 2057)
    assert verdict.more
    assert "Drug offences fell by 22.2%" in summary.outside_plan(view).plain


def test_all_that_is_told_is_more_than_chance_and_nothing_else_is(view):
    """The line names exactly the series that the one function calls more than chance, in no direction of good."""
    said = summary.outside_plan(view).plain
    for name, (_, verdict) in view.outside_plan.items():
        assert (f"{recorded.words(name).capitalize()} " in said) == bool(verdict.more), name
    assert "better" not in said
