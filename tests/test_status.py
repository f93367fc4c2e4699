"""The one status of a deliverable in a cycle: derived, never typed, and never an accusation by silence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcp_analysis.findings import status
from pcp_analysis.findings.view import open_view
from pcp_analysis.plan.cadence import CADENCES, months_between, months_later
from pcp_analysis.plan.cycle import Commitment, Cycle, Settlement, Update
from pcp_analysis.plan.model import Deliverable

ROOT = Path(__file__).resolve().parents[1]
MADE_UP = "made_up"


def deliverable(cadence: str | None = "quarterly", first_due: str | None = "2014-09") -> Deliverable:
    """A deliverable that nobody promised."""
    return Deliverable(
        id=MADE_UP, title="Made up", leads=("Somebody",), source="made up", cadence=cadence, first_due=first_due
    )


def cycle(month: str, *updates: Update) -> Cycle:
    """A Board in the middle of a month, and what it was told."""
    board = dt.date(int(month[:4]), int(month[5:]), 11)
    return Cycle(
        id=month,
        board_date=board,
        data_cut_off=board,
        plan="made-up",
        agenda_item="",
        title="Made up",
        folder=Path(month),
        updates=updates,
        sections={},
    )


def said(**fields: object) -> Update:
    """An update on the made-up deliverable."""
    return Update(deliverable=MADE_UP, **fields)


@pytest.mark.parametrize(
    ("update", "name", "words", "due"),
    [
        (said(text="It is done."), "reported", "reported to this Board", None),
        (said(reported_in="DoR Report"), "reported elsewhere", "reported in the DoR Report (no date stated)", None),
        (
            said(reported_in="DoR Report", due="2014-09"),
            "reported elsewhere",
            "reported in the DoR Report (September 2014)",
            "2014-09",
        ),
        (
            said(reported_in="DoR Report", due="2014-12"),
            "deferred",
            "deferred to the DoR Report, December 2014",
            "2014-12",
        ),
        (said(awaited_from="WMOPC"), "awaited", "awaited from WMOPC", None),
        (said(awaited_from="WMOPC", due="2014-09"), "awaited", "awaited from WMOPC, September 2014", "2014-09"),
        (said(awaited_from="WMOPC", due="2014-11"), "awaited", "awaited from WMOPC, November 2014", "2014-11"),
        (
            said(awaited_from="WMOPC", due="2014-08"),
            "nothing received",
            "WMOPC, August 2014: no record here that it was received",
            "2014-08",
        ),
        (
            said(reported_in="DoR Report", due="2014-08"),
            "nothing received",
            "DoR Report, August 2014: no record here that it was received",
            "2014-08",
        ),
        (
            said(reported_in="DoR Report", due="2014-08", not_received=True),
            "nothing received",
            "overdue from DoR Report since August 2014: recorded as not received",
            "2014-08",
        ),
        (
            said(awaited_from="WMOPC", due="2014-08", not_received=True),
            "nothing received",
            "overdue from WMOPC since August 2014: recorded as not received",
            "2014-08",
        ),
    ],
)
def test_an_update_decides_the_status(update, name, words, due):
    """Each way in which a lead can answer gives its one status, in the words of the page."""
    found = status.derive(deliverable(), cycle("2014-09", update), ())
    assert (found.name, found.words, found.due, found.deliverable) == (name, words, due, MADE_UP)


@pytest.mark.parametrize(
    ("cadence", "first_due", "month", "name", "words"),
    [
        ("quarterly", "2014-09", "2014-09", "nothing received", "due in September 2014: nothing received yet"),
        ("quarterly", "2014-12", "2014-09", "not due", "not due until December 2014"),
        ("6 monthly", "2015-03", "2014-09", "not due", "not due until March 2015"),
        ("monthly", "2014-09", "2014-09", "nothing received", "due in September 2014: nothing received yet"),
        ("as required", None, "2014-09", "due date cannot be derived", "due date cannot be derived"),
        ("quarterly", None, "2014-09", "due date cannot be derived", "due date cannot be derived"),
        (None, None, "2014-09", "due date cannot be derived", "due date cannot be derived"),
    ],
)
def test_without_an_update_the_calendar_decides(cadence, first_due, month, name, words):
    """Where nobody said anything the status follows from cadence and month, or says that it cannot."""
    found = status.derive(deliverable(cadence, first_due), cycle(month), ())
    assert (found.name, found.words) == (name, words)


def test_the_seven_statuses_are_those_of_the_design():
    """The set of statuses is closed, and the two tables above give every one of it."""
    assert set(status.STATUSES) == {
        "reported",
        "reported elsewhere",
        "deferred",
        "awaited",
        "nothing received",
        "not due",
        "due date cannot be derived",
    }


@pytest.mark.parametrize(
    ("month", "name"),
    [
        ("2014-10", "deferred"),
        ("2014-11", "deferred"),
        ("2014-12", "nothing received"),
        ("2015-01", "nothing received"),
        ("2015-06", "nothing received"),
    ],
)
def test_a_deferral_whose_month_has_come_is_not_assumed_kept(month, name):
    """What was deferred to December is still to come in November; in December, as in June, there is no record that it came."""
    before = cycle("2014-09", said(reported_in="DoR Report", due="2014-12"))
    found = status.derive(deliverable(), cycle(month), (before,))
    assert found.name == name
    assert (status.NO_RECORD in found.words) == (name == "nothing received")
    assert "overdue" not in found.words


def test_the_latest_promise_holds():
    """Of two cycles that deferred it the later one says until when."""
    earlier = (
        cycle("2014-06", said(reported_in="DoR Report", due="2014-08")),
        cycle("2014-09", said(awaited_from="WMOPC", due="2015-01")),
    )
    found = status.derive(deliverable(), cycle("2014-12"), earlier)
    assert (found.name, found.words) == ("awaited", "awaited from WMOPC, January 2015")


def test_a_promise_survives_a_cycle_that_says_nothing():
    """A deferral is remembered over cycles in which nobody spoke of it."""
    earlier = (cycle("2014-06", said(reported_in="DoR Report", due="2015-01")), cycle("2014-09"))
    assert status.derive(deliverable(), cycle("2014-12"), earlier).words == "deferred to the DoR Report, January 2015"


def test_a_report_closes_an_older_promise():
    """Once it was reported, what was promised before is no longer waited for."""
    earlier = (
        cycle("2014-03", said(reported_in="DoR Report", due="2014-04")),
        cycle("2014-06", said(text="It is done.")),
    )
    found = status.derive(deliverable("6 monthly", "2014-06"), cycle("2014-09"), earlier)
    assert (found.name, found.words) == ("not due", "not due until December 2014")


def test_what_fell_due_between_two_boards_is_not_forgotten():
    """Monthly reports that fell due after the last Board are due at this one, named by the first of them."""
    found = status.derive(
        deliverable("quarterly", "2014-10"), cycle("2014-12"), (cycle("2014-09", said(text="Done.")),)
    )
    assert (found.name, found.due) == ("nothing received", "2014-10")


def test_a_month_that_ended_in_silence_accuses_nobody():
    """What fell due in a month that is over has no record here; what is due in the month of the Board is not received
    yet.
    """
    monthly = status.derive(deliverable("monthly", "2014-09"), cycle("2014-12"), (cycle("2014-09"),))
    assert (monthly.name, monthly.words) == ("nothing received", f"due in September 2014: {status.NO_RECORD}")
    quarterly = status.derive(deliverable("quarterly", "2014-09"), cycle("2014-12"), (cycle("2014-09"),))
    assert (quarterly.name, quarterly.words) == ("nothing received", f"due in September 2014: {status.NO_RECORD}")
    first = status.derive(deliverable("quarterly", "2014-12"), cycle("2014-12"), (cycle("2014-09"),))
    assert (first.name, first.words) == ("nothing received", "due in December 2014: nothing received yet")


def test_what_fell_due_stays_due_until_it_is_recorded():
    """A quarterly report of September that nobody recorded has no record in November either; a report in between ends that."""
    promised = deliverable("quarterly", "2014-09")
    found = status.derive(promised, cycle("2014-11"), (cycle("2014-09"),))
    assert (found.name, found.due) == ("nothing received", "2014-09")
    found = status.derive(promised, cycle("2014-11"), (cycle("2014-09"), cycle("2014-10", said(text="Done."))))
    assert (found.name, found.due) == ("not due", "2014-12")


def test_a_board_of_which_no_updates_are_held_accuses_nobody_afterwards():
    """What fell due until a Board whose updates are not held may have been received there; a promise stands all the same."""
    unknown = replace(cycle("2015-06"), without=("updates",), without_reason="not held")
    found = status.derive(deliverable("quarterly", "2014-09"), cycle("2015-08"), (cycle("2014-09"), unknown))
    assert (found.name, found.due) == ("not due", "2015-09")
    promise = cycle("2014-09", said(reported_in="DoR Report", due="2014-12"))
    found = status.derive(deliverable(), cycle("2015-08"), (promise, unknown))
    assert found.words == f"DoR Report, December 2014: {status.NO_RECORD}"


def settles(month: str, became: str = "kept") -> Cycle:
    """A Board that records what became of the report that was promised."""
    date = dt.date(int(month[:4]), int(month[5:]), 2)
    settlement = Settlement(became, date, "made up", deliverable=MADE_UP)
    return replace(cycle(month), settlements=(settlement,))


def test_a_report_that_came_is_recorded_once_and_leaves_the_lists():
    """The cycle that records it says when it came; from then on the calendar says what is next due."""
    promise = cycle("2014-09", said(reported_in="DoR Report", due="2014-10"))
    found = status.derive(deliverable(), settles("2014-12"), (promise,))
    assert (found.name, found.words) == ("reported elsewhere", "DoR Report: received on 2 December 2014")
    assert found.received
    found = status.derive(deliverable(), cycle("2015-02"), (promise, settles("2014-12")))
    assert (found.name, found.words) == ("not due", "not due until March 2015")


def test_a_report_that_was_withdrawn_is_waited_for_no_more():
    """The calendar says what comes next, and the page what was withdrawn."""
    promise = cycle("2014-09", said(reported_in="DoR Report", due="2014-10"))
    found = status.derive(deliverable(), settles("2014-11", "withdrawn"), (promise,))
    assert found.words == "not due until December 2014; DoR Report was withdrawn on 2 November 2014"


def test_what_is_overdue_stays_so_with_whom_and_since_when():
    """A record that it was not received holds at the next Board too; a report ends it."""
    late = cycle("2014-12", said(awaited_from="WMOPC", due="2014-09", not_received=True))
    found = status.derive(deliverable(), cycle("2015-03"), (late,))
    assert (found.overdue, found.source, found.due) == (True, "WMOPC", "2014-09")
    assert found.words == "overdue from WMOPC since September 2014: recorded as not received"
    assert status.derive(deliverable(), cycle("2015-03", said(text="Done.")), (late,)).name == "reported"


def test_the_updates_of_others_do_not_matter():
    """A status is that of its own deliverable."""
    other = Update(deliverable="another", text="Done.")
    assert status.derive(deliverable(), cycle("2014-09", other), (cycle("2014-06", other),)).name == "nothing received"


MONTHS = st.integers(0, 40).map(lambda count: months_later("2013-01", count))
SOURCES = st.sampled_from(["DoR Report", "WMOPC"])
UPDATES = st.one_of(
    st.none(),
    st.builds(said, text=st.just("Done."), commitments=st.just((Commitment("more", "More", "2014-12"),))),
    st.builds(said, reported_in=SOURCES, due=st.none() | MONTHS),
    st.builds(said, awaited_from=SOURCES, due=st.none() | MONTHS),
    st.builds(said, awaited_from=SOURCES, due=MONTHS, not_received=st.just(True)),
)
CALENDARS = st.one_of(
    st.just((None, None)),
    st.tuples(st.sampled_from(sorted(CADENCES)), st.none()),
    st.tuples(st.sampled_from(sorted(name for name, months in CADENCES.items() if months)), MONTHS),
)


@given(
    calendar=CALENDARS,
    told=st.lists(st.tuples(MONTHS, UPDATES), min_size=1, max_size=5, unique_by=lambda each: each[0]),
)
def test_every_deliverable_has_one_of_the_seven_statuses_in_every_cycle(calendar, told):
    """Whatever was said or not said over any Boards, the status is one of the seven and its words do not contradict it."""
    held = [cycle(month, *([update] if update else [])) for month, update in sorted(told, key=lambda each: each[0])]
    now, update = held[-1], held[-1].updates[0] if held[-1].updates else None
    found = status.derive(deliverable(*calendar), now, tuple(held[:-1]))
    assert found.name in status.STATUSES
    assert found.deliverable == MADE_UP
    assert found.words
    recorded = any(each.not_received for cycle_ in held for each in cycle_.updates)
    assert recorded or "overdue" not in found.words, "never overdue unless an update records that it was not received"
    if found.name == "deferred" or found.words.startswith("not due"):
        assert months_between(now.id, found.due) > 0
    if found.name == "nothing received" and found.due and not recorded:
        assert months_between(found.due, now.id) >= 0
    if status.NO_RECORD in found.words:
        assert months_between(found.due, now.id) >= 0, "a month that is to come lacks nothing"
    assert (found.name == "reported") == bool(update and update.text)


def test_the_paper_of_september_2014_has_27_reported_17_elsewhere_and_7_awaited():
    """The counts that the paper's own words give, over all 51 deliverables of the plan."""
    found = open_view("2014-09", root=ROOT).statuses
    counted = Counter(each.name for each in found.values())
    assert len(found) == 51
    assert counted["reported"] == 27
    assert counted["deferred"] + counted["reported elsewhere"] == 17
    assert counted["awaited"] == 7
    assert sum(counted.values()) == 51
