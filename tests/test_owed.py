"""Where a cycle stands in a few numbers: milestones by their course, and what is owed by whom it is expected from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.findings import courses, owed
from pcp_analysis.findings.status import NO_RECORD, Status
from pcp_analysis.findings.view import CycleView, open_view

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


def test_the_counts_of_milestones_add_up(view: CycleView) -> None:
    """The sixteen milestones of September 2014: four projected, twelve as far as what was printed tells."""
    counts = {figure.id: figure.value for figure in view.figures.of("milestones")}
    assert {name.partition(".")[2]: count for name, count in counts.items() if count} == {
        "on_course": 1,
        "likely": 2,
        "unlikely": 1,
        "met_so_far": 1,
        "not_met_so_far": 3,
        "shown_going_the_right_way": 1,
        "shown_going_the_wrong_way": 2,
        "shown_with_no_clear_change": 3,
        "said_to_go_the_right_way": 2,
        "all": 16,
    }
    assert len(counts) == len(courses.COURSES) + 1
    assert {figure.basis for figure in view.figures.of("milestones")} == {"counted"}
    assert "recorded_crime" in view.figures["milestones.on_course"].inputs


def test_what_is_owed_is_counted_once_by_where_and_when(view: CycleView) -> None:
    """24 deliverables in seven reports or bodies, the most first; each group's count is its figure."""
    assert sum(len(each.deliverables) for each in view.owed) == 24
    assert [(each.words, each.when, len(each.deliverables)) for each in view.owed][:3] == [
        ("awaited from WMOPC", "September 2014", 7),
        ("deferred to the DoR Report", "December 2014", 7),
        ("deferred to the ACC Security Portfolio Report", "November 2014", 4),
    ]
    assert all(view.figures[each.id].value == len(each.deliverables) for each in view.owed)
    assert view.owed[1].id == "owed.dor_report.2014_12.deferred"
    assert view.owed[1].leads == "Director of Resources and ACC Beale"


def test_what_is_not_due_or_has_no_date_is_not_owed(view: CycleView) -> None:
    """Nobody owes what has not fallen due, and what has no month cannot be late."""
    first, second, third, *_ = view.statuses
    statuses = {name: replace(held, name="reported") for name, held in view.statuses.items()}
    statuses |= {
        first: Status(first, "not due", "not due until March 2015", "2015-03"),
        second: Status(second, "due date cannot be derived", "due date cannot be derived"),
        third: Status(third, "nothing received", "due in October 2014: nothing received", "2014-10"),
    }
    (found,) = owed.owed(view.plan, statuses)
    assert found.deliverables[0].id == third
    assert found.words == "due from ACC Local Policing: nothing received"
    assert (found.whence, found.when) == ("from ACC Local Policing", "October 2014")


def test_a_report_without_a_record_is_never_said_to_be_late(view: CycleView) -> None:
    """Its month has ended: that there is no record here, and no more."""
    name = next(iter(view.statuses))
    statuses = {each: replace(held, name="reported") for each, held in view.statuses.items()}
    statuses[name] = Status(name, "nothing received", "", "2014-10", "DoR Report")
    (found,) = owed.owed(view.plan, statuses)
    assert found.words == f"DoR Report: {NO_RECORD}"
    assert found.whence == "in or from DoR Report"


def test_two_spellings_of_one_report_are_one_group(view: CycleView) -> None:
    """Names that differ only in capitals or marks would be two figures of one id."""
    one, other, *_ = view.statuses
    statuses = {each: replace(held, name="reported") for each, held in view.statuses.items()}
    statuses |= {
        one: Status(one, "deferred", "", "2014-12", "DoR Report"),
        other: Status(other, "deferred", "", "2014-12", "DOR report"),
    }
    (found,) = owed.owed(view.plan, statuses)
    assert len(found.deliverables) == 2
