"""Where a cycle stands in a few numbers: milestones by their course, and what is owed by whom it is expected from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pcp_analysis.figures.figure import Figures
from pcp_analysis.findings import owed
from pcp_analysis.findings.status import NO_RECORD, Status
from pcp_analysis.findings.view import CycleView, open_view
from tests.conftest import figure_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def view() -> CycleView:
    """The cycle of September 2014."""
    return open_view("2014-09", root=ROOT)


def chances(**held: float) -> Figures:
    """Made-up chances of meeting the promise, by milestone."""
    return Figures(
        (
            name,
            lambda name=name, value=value: [
                figure_of(
                    id=f"{name}.chance",
                    title="Made up",
                    value=value,
                    unit="percent",
                    basis="recomputed",
                    method="",
                    inputs=("rain",),
                )
            ],
        )
        for name, value in held.items()
    )


@pytest.mark.parametrize(
    ("chance", "course"),
    [
        (100.0, "on course"),
        (80.0, "on course"),
        (79.6, "on course"),
        (79.4, "too close to call"),
        (20.6, "too close to call"),
        (20.4, "off course"),
        (0.0, "off course"),
    ],
)
def test_a_course_follows_the_chance(chance: float, course: str) -> None:
    """On course at 80 per cent or more as it is printed, off course at 20 or less; without a chance it cannot be said."""
    assert owed.course("robbery", chances(robbery=chance)) == course
    assert owed.course("burglary", chances(robbery=chance)) == "cannot be said"


def test_the_counts_of_milestones_add_up(view: CycleView) -> None:
    """One on course, three too close to call, none off course, and of twelve it cannot be said."""
    counts = {figure.id: figure.value for figure in view.figures.of("milestones")}
    assert counts == {
        "milestones.on_course": 1,
        "milestones.too_close_to_call": 3,
        "milestones.off_course": 0,
        "milestones.cannot_be_said": 12,
        "milestones.all": 16,
    }
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
