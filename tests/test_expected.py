"""What is expected after a Board: what is next due and from whom, and the dated commitments made inside updates."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from pcp_analysis.findings import expected, status
from pcp_analysis.findings.expected import NOT_RECORDED
from pcp_analysis.findings.view import open_view
from pcp_analysis.plan.cycle import Commitment, Cycle, Settlement, Update
from pcp_analysis.plan.model import Deliverable
from tests.conftest import CHECKOUT, CYCLE


def deliverable(
    name: str, cadence: str | None = "quarterly", first_due: str | None = "2014-09", lead: str = "Somebody"
) -> Deliverable:
    """A deliverable that nobody promised."""
    return Deliverable(
        id=name, title=name, leads=(lead,) if lead else (), source="made up", cadence=cadence, first_due=first_due
    )


def board(month: str, *updates: Update, day: int = 11) -> Cycle:
    """A Board in a month, and what it was told."""
    date = dt.date(int(month[:4]), int(month[5:]), day)
    return Cycle(
        id=month,
        board_date=date,
        data_cut_off=date,
        plan="made-up",
        agenda_item="",
        title="Made up",
        folder=Path(month),
        updates=updates,
        sections={},
    )


def view(deliverables: list[Deliverable], held: Cycle, *earlier: Cycle) -> SimpleNamespace:
    """As much of a cycle as tells what is expected."""
    return SimpleNamespace(
        plan=SimpleNamespace(deliverables=deliverables, outcomes=()),
        cycle=held,
        earlier=earlier,
        statuses={each.id: status.derive(each, held, earlier) for each in deliverables},
    )


def due(deliverables: list[Deliverable], held: Cycle, *earlier: Cycle) -> list[tuple[str, str, str]]:
    """What is next due: deliverable, month and how that is known."""
    return [
        (each.deliverable.id, each.month, each.why) for each in expected.next_due(view(deliverables, held, *earlier))
    ]


def promise(day: str, text: str = "", name: str = "hub") -> Update:
    """An update with a dated commitment."""
    return Update(
        deliverable=name, text=text or "It will open.", commitments=(Commitment("hub_opens", "The hub opens", day),)
    )


def test_the_calendar_says_what_is_next_due():
    """Monthly is due next month; quarterly in its next month, although it was reported to this Board; 6 monthly is
    further off.
    """
    promised = [deliverable("monthly", "monthly"), deliverable("quarterly"), deliverable("half", "6 monthly")]
    assert due(promised, board("2014-09", Update("quarterly", text="Done."))) == [
        ("monthly", "2014-10", "monthly"),
        ("quarterly", "2014-12", "quarterly"),
    ]


def test_a_deferral_and_an_awaited_answer_go_before_the_calendar():
    """The month and the report that an update names are what is expected, also in the month of the Board itself."""
    promised = [deliverable("put_off"), deliverable("asked"), deliverable("far_off")]
    told = (
        Update("put_off", reported_in="DoR Report", due="2014-10"),
        Update("asked", awaited_from="WMOPC", due="2014-09"),
        Update("far_off", reported_in="DoR Report", due="2015-06"),
    )
    assert due(promised, board("2014-09", *told)) == [
        ("asked", "2014-09", "awaited from WMOPC"),
        ("put_off", "2014-10", "deferred to the DoR Report"),
    ]


def test_what_has_no_month_is_not_in_the_list():
    """As required, no cadence, and no first month: nothing can be told, and nothing is made up."""
    promised = [
        deliverable("needed", "as required", None),
        deliverable("none", None, None),
        deliverable("unknown", "quarterly", None),
    ]
    assert due(promised, board("2014-09")) == []


def test_without_a_quarterly_cadence_the_list_reaches_further():
    """A plan of 6 monthly reports alone lists the next of them."""
    assert due([deliverable("half", "6 monthly")], board("2014-09")) == [("half", "2015-03", "6 monthly")]


def test_the_list_is_by_lead_and_then_by_month():
    """Each lead finds what is theirs in one place, the soonest first; no lead is said."""
    promised = [
        deliverable("b_later", lead="B"),
        deliverable("a", lead="A"),
        deliverable("b_soon", "monthly", lead="B"),
        deliverable("nobody", lead=""),
    ]
    found = expected.next_due(view(promised, board("2014-09")))
    assert [(expected.leads(each.deliverable), each.deliverable.id) for each in found] == [
        ("A", "a"),
        ("B", "b_soon"),
        ("B", "b_later"),
        ("no lead stated", "nobody"),
    ]


@pytest.mark.parametrize(
    ("day", "when", "passed", "words"),
    [
        ("2014-10", "October 2014", True, f"the date has passed; {NOT_RECORDED}"),
        ("2014-12", "December 2014", False, "falls due this month"),
        ("2014-12-03", "3 December 2014", True, f"the date has passed; {NOT_RECORDED}"),
        ("2014-12-04", "4 December 2014", False, "falls due this month"),
        ("2015-01", "January 2015", False, "still to come"),
        ("2015-01-01", "1 January 2015", False, "still to come"),
    ],
)
def test_a_commitment_stands_as_its_date_says(day, when, passed, words):
    """A month runs to its last day and a day to its end; what has passed is said in neutral words."""
    (found,) = expected.commitments(view([deliverable("hub")], board("2014-12", day=4), board("2014-09", promise(day))))
    assert (found.when, found.passed, found.words, found.cycle) == (when, passed, words, "2014-09")


def test_a_report_in_writing_settles_no_commitment():
    """The Board that has it is told to read it there; until a cycle settles it, it stays on the list."""
    told, answered, later = (
        board("2014-09", promise("2014-10")),
        board("2014-12", Update("hub", text="It is open.")),
        board("2015-03"),
    )
    (found,) = expected.commitments(view([deliverable("hub")], answered, told))
    assert found.words == f"the date has passed; {NOT_RECORDED}; see what is reported to this Board"
    (found,) = expected.commitments(view([deliverable("hub")], later, told, answered))
    assert found.words == f"the date has passed; {NOT_RECORDED}"


@pytest.mark.parametrize(
    ("became", "words"),
    [
        ("kept", "kept on 1 October 2014 (paragraph 3)"),
        ("withdrawn", "withdrawn on 1 October 2014 (paragraph 3)"),
        ("not kept", "not kept, as recorded on 1 October 2014 (paragraph 3)"),
    ],
)
def test_what_is_settled_is_told_once_and_leaves_the_list(became, words):
    """The cycle that settles a commitment says what became of it; a later one lists it no more, but at the year's end."""
    told = board("2014-09", promise("2014-10"))
    settlement = Settlement(became, dt.date(2014, 10, 1), "paragraph 3", commitment="hub_opens")
    settles = replace(board("2014-12"), settlements=(settlement,))
    (found,) = expected.commitments(view([deliverable("hub")], settles, told))
    assert found.words == words
    later = view([deliverable("hub")], board("2015-03"), told, settles)
    assert expected.commitments(later) == []
    assert [each.words for each in expected.every_commitment(later.plan, (told, settles, board("2015-03")))] == [words]
    assert list(expected.settled_here(view([deliverable("hub")], settles, told), deliverable("hub"))) == [
        ("The hub opens", words)
    ]


@pytest.mark.parametrize(
    "said",
    [
        Update("hub", reported_in="DoR Report", due="2015-03"),
        Update("hub", awaited_from="WMOPC"),
        Update("other", text="It is open."),
    ],
)
def test_a_report_elsewhere_answers_nothing(said):
    """Only what is reported in writing, and of this deliverable, is a record here."""
    promised = [deliverable("hub"), deliverable("other")]
    (found,) = expected.commitments(
        view(promised, board("2015-03"), board("2014-09", promise("2014-10")), board("2014-12", said))
    )
    assert found.words.endswith(NOT_RECORDED)


def test_a_report_before_the_date_answers_nothing():
    """A commitment that still lay ahead cannot have been reported as kept."""
    earlier = board("2014-09", promise("2015-01")), board("2014-12", Update("hub", text="Nearly."))
    (found,) = expected.commitments(view([deliverable("hub")], board("2015-03"), *earlier))
    assert found.words.endswith(NOT_RECORDED)


def test_a_commitment_that_is_made_again_has_its_later_date():
    """The same id with a new date is one commitment, said to the later Board, with the date that it had at first."""
    told, again = board("2014-09", promise("2014-10")), board("2014-12", promise("2015-02"))
    (found,) = expected.commitments(view([deliverable("hub")], again, told))
    assert (found.commitment.due, found.cycle, found.words) == ("2015-02", "2014-12", "still to come")
    assert found.first == "2014-10"


def test_a_commitment_of_an_earlier_plan_is_still_owed():
    """A promise does not end with the plan that its deliverable stood in: it stays until a cycle settles it."""
    (found,) = expected.commitments(
        view([deliverable("other")], board("2014-12"), board("2014-09", promise("2014-10")))
    )
    assert (found.deliverable, found.words) == (None, f"the date has passed; {NOT_RECORDED}")


@pytest.fixture(scope="module")
def september():
    """The real cycle of September 2014."""
    return open_view(CYCLE, root=CHECKOUT)


def test_the_real_board_has_every_dated_commitment_of_its_updates(september):
    """Thirteen are made in the paper, in the order of their dates; one had passed when the paper was written."""
    found = expected.commitments(september)
    made = [commitment for update in september.cycle.updates for commitment in update.commitments]
    assert sorted(each.commitment.what for each in found) == sorted(each.what for each in made)
    assert [each.commitment.due for each in found] == sorted(each.due for each in made)
    assert [each.commitment.due for each in found if each.passed] == ["2014-07"]


def test_the_real_board_expects_each_deliverable_once(september):
    """Up to December 2014 no deliverable is in two places, and what was deferred has the month of its report."""
    found = {each.deliverable.id: each for each in expected.next_due(september)}
    assert len(found) == len(expected.next_due(september)) > 30
    assert {each.month for each in found.values()} == {"2014-09", "2014-10", "2014-11", "2014-12"}
    for name, held in september.statuses.items():
        if held.name == "deferred":
            assert (found[name].month, held.source in found[name].why) == (held.due, True)
    assert "increase_confidence" not in found


def test_the_counts_of_statuses_are_figures_that_add_up(september):
    """One count a status and one of all, by outcome and over the plan, each with an id of its own."""
    counts = expected.status_counts(september)
    assert list(counts) == [*(outcome.id for outcome in september.plan.outcomes), "all"]
    assert all(sum(each.value for each in row[:-1]) == row[-1].value for row in counts.values())
    assert counts["all"][-1].value == 51
    ids = [each.id for row in counts.values() for each in row]
    assert len(ids) == len(set(ids))
    assert len(counts["all"]) == len(expected.occurring_statuses(september)) + 1
